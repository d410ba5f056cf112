"""When a worker is stuck: nothing moves though there is work, and no store is away."""


class Stalling:
    """Looks at how far a worker is; times are seconds of a clock that never goes back."""

    def __init__(self, begun: float, patience: float) -> None:
        self._moved = begun
        self._patience = patience
        self._unheard = False

    def stuck(self, at: float, *, worked: float, waiting: bool | None, away: bool) -> bool:
        """Say whether the worker is stuck at this time.

        `worked` is when a batch was last done, `waiting` whether there is work, None while Kafka
        does not say: when it does, there is time again. A store that is `away` is waited for: it
        would be away for another worker, too.
        """
        again = self._unheard and waiting is not None
        self._unheard = waiting is None
        idle = waiting is False or away or again
        self._moved = at if idle else max(self._moved, worked)
        return at - self._moved > self._patience
