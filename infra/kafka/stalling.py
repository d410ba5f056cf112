"""When a worker is stuck: nothing moves though there is work, and no store is away."""


class Stalling:
    """Looks at how far a worker is; times are seconds of a clock that never goes back."""

    def __init__(self, begun: float, patience: float) -> None:
        self._moved = begun
        self._patience = patience

    def stuck(self, at: float, *, worked: float, waiting: bool, away: bool) -> bool:
        """Say whether the worker is stuck at this time.

        `worked` is when a batch was last done, `waiting` whether there is work. A store that is
        `away` is waited for: it would be away for another worker, too.
        """
        self._moved = max(self._moved, worked) if waiting and not away else at
        return at - self._moved > self._patience
