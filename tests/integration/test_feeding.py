"""Does what waits for the encoder wait in order, and is it there when its turn comes?"""

from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Event

from infra.host.ingest import Ingested
from infra.memory import Memory
from infra.settings import Settings
from streams.encoded import Encoded
from streams.log import Outgoing
from streams.topology import OBSERVATIONS
from tests.driving import SOURCE, said, texts, written
from tests.hash_encoder import HashEncoder, encode

LINES = [said(f"m{n}", f"The number {n}", speaker="Zoe") for n in range(6)]
PATIENCE = 60.0  # seconds for what comes at once


class Holding(HashEncoder):
    """Encodes nothing until it may."""

    def __init__(self) -> None:
        self.asked: Queue[tuple[str, Future[Encoded]]] = Queue()
        self.may = Event()

    def submit(self, text: str) -> Future[Encoded]:
        """Note what is asked for."""
        if self.may.is_set():
            return super().submit(text)
        future: Future[Encoded] = Future()
        self.asked.put((text, future))
        return future

    def release(self, most: int) -> list[str]:
        """Encode whatever is asked for, once so many texts are; give them in their order."""
        asked: list[tuple[str, Future[Encoded]]] = []
        with suppress(Empty):  # what was not asked for is not given
            asked.extend(self.asked.get(timeout=PATIENCE) for _ in range(most))
        self.may.set()
        while not self.asked.empty():
            asked.append(self.asked.get())
        for text, future in asked:
            future.set_result(encode(text))
        return [text for text, _ in asked]


def test_the_next_batches_wait_at_the_encoder_and_a_new_name_before_them(home: Path) -> None:
    encoder = Holding()
    with Memory(Settings(home=home, sync="off", batch=2), encoder=encoder) as memory:
        ingestor = memory.ingestor(SOURCE)
        list(ingestor.lines(written(LINES).splitlines(), Ingested()))
        asked = encoder.release(len(LINES) + 1)
        memory.host.drain()
        assert texts(memory) == [line["text"] for line in LINES]
    assert asked == ["Zoe", *(line["text"] for line in LINES)]


def test_what_is_old_and_not_perceived_yet_is_not_tidied_away(home: Path) -> None:
    encoder = Holding()
    with Memory(Settings(home=home, sync="off"), encoder=encoder) as memory:
        raw, headers = written(LINES[:1]).strip(), {"ce_type": "message.v1"}
        memory.log.append([Outgoing(OBSERVATIONS, "ana", raw, headers, 1)])  # as of 1970
        memory._tidy()
        assert memory.log.begins(OBSERVATIONS) == [0] * memory.log.partitions
        encoder.release(2)
        memory.host.drain()
        assert texts(memory) == [LINES[0]["text"]]
