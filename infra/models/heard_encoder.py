"""An encoder that says each time it has encoded something, for who watches whether work goes on."""

from collections.abc import Callable
from concurrent.futures import Future

from infra.models.perceive import Encoder
from streams.encoded import Encoded


class HeardEncoder:
    """Encodes as another encoder does; `heard` is called after each text, on any thread."""

    def __init__(self, encoder: Encoder, heard: Callable[[], None]) -> None:
        self.digest = encoder.digest
        self.dimensions = encoder.dimensions
        self.split = encoder.split
        self.close = encoder.close
        self._encoder = encoder
        self._heard = heard

    def submit(self, text: str) -> Future[Encoded]:
        """Encode one text alone."""
        future = self._encoder.submit(text)
        future.add_done_callback(lambda _: self._heard())
        return future
