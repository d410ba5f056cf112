"""What a reader has in place of a host when the agents run elsewhere, on Kafka."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from infra.clock import monotonic, pause
from infra.host.perceiving import CONSUMER as PERCEIVE
from infra.host.remembering import CONSUMER as REMEMBER
from infra.kafka.kafka_log import KafkaLog
from infra.views.projector import Projector
from schemas.errors import NotFoundError, WaitError
from schemas.observations import Said
from streams.log import Outgoing
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS

_SILENT: Final = 120.0  # seconds without any movement after which waiting is given up
_WARNS: Final = 5.0  # seconds without any movement after which it is said that one waits
_LOOKS: Final = 0.05  # seconds between looks at how far the workers are
_PAGE: Final = 2000  # records read at once
_ROUNDS: Final = 20  # of following workers that do not rest

log_ = structlog.get_logger("memory")


class ReadingProjector(Projector):
    """Brings a reader's own vector view to where the workers have brought the rows.

    A vector view on a server is the workers' own to bring there.
    """

    def catch_up(self, told: Callable[[int], None] = lambda _: None) -> None:
        """Fold no rows: the workers do."""
        self.catch_up_vectors(told)

    def catch_up_vectors(self, told: Callable[[int], None] = lambda _: None) -> None:
        """Project what was remembered since; points are counted when nothing moves meanwhile."""
        if self.vectors is None or self.vectors.shared:
            return
        for _ in range(_ROUNDS):
            self.at = self.views.positions()
            self._catch_up_points(self.vectors, told)
            found, rows = self.vectors.count(), self.views.size()
            if self.views.positions() == self.at:
                if found == rows:
                    break
                self.vectors.reset(f"it holds {found} points for {rows} memories")
            else:
                self.flush()
        self.flush()

    def flush(self) -> None:
        """Make the reader's own vector view durable."""
        if self.vectors is not None and not self.vectors.shared:
            super().flush()


class KafkaDoor:
    """Publishes, and waits for workers to have decided; takes part in nothing else."""

    def __init__(self, log: KafkaLog, projector: ReadingProjector) -> None:
        self.log = log
        self.projector = projector
        self._told: Counter[str] = Counter()
        self._read = log.ends(MEMORIES)

    @property
    def told(self) -> Counter[str]:
        """Count by tag what the workers have decided since this was opened, whoever asked."""
        for partition, end in enumerate(self.log.ends(MEMORIES)):
            while self._read[partition] < end:
                page = self.log.read(MEMORIES, partition, self._read[partition], _PAGE)
                for record in page:
                    self._told[record.headers.get("ce_type", "").removesuffix(".v1")] += 1
                self._read[partition] = page[-1].offset + 1 if page else end
        return Counter(self._told)

    def start(self) -> None:
        """Bring the vector view up to the rows."""
        self.projector.catch_up()

    def publish(
        self,
        records: Sequence[Outgoing],
        said: Sequence[Said],  # noqa: ARG002 - for hosts that perceive them here
    ) -> list[tuple[int, int]]:
        """Append observations, durable on return."""
        return self.log.append(records)

    def decided(self, inputs: Sequence[str]) -> dict[str, list[str]]:
        """Give the digests under which these inputs were decided."""
        return self.projector.views.decided(inputs)

    def erased(self, inputs: Sequence[str]) -> set[str]:
        """Give those of these inputs whose content was erased."""
        return self.projector.views.erased(inputs)

    def wait(self, positions: dict[int, int], timeout: float = 60.0) -> None:
        """Wait until every view holds the observation at each partition's offset.

        Raises WaitError after `timeout` seconds: perhaps no worker runs.
        """
        if unknown := sorted(p for p in positions if not 0 <= p < self.log.partitions):
            raise NotFoundError(f"there is no partition {unknown[0]}", partition=unknown[0])
        self._catch_up(positions, timeout, timeout)

    def drain(self, timeout: float = 3600.0) -> None:
        """Wait until everything that was published is in every view.

        Raises WaitError when nothing moves for two minutes, or after `timeout` seconds.
        """
        positions = {p: end - 1 for p, end in enumerate(self.log.ends(OBSERVATIONS))}
        self._catch_up(positions, timeout, min(timeout, _SILENT))

    def _catch_up(self, positions: dict[int, int], timeout: float, patience: float) -> None:
        until = monotonic() + timeout
        _await(lambda: self.reached, {p: at + 1 for p, at in positions.items()}, until, patience)
        # Views that are new stand behind though every observation was decided long ago.
        ends = self.log.ends(MEMORIES)
        views = self.projector.views
        _await(views.positions, {p: ends[p] for p in positions}, until, patience)
        self.projector.catch_up()

    def repair_vectors(self) -> None:
        """After the vector engine failed: bring its view back to where the rows are."""
        self.projector.catch_up()

    def stop(self) -> None:
        """Make the vector view durable."""
        self.projector.flush()

    @property
    def reached(self) -> list[int]:
        """Give the next offset of observations that the views do not hold, by partition."""
        # In this order: what was perceived by then stands before the ends that follow.
        perceived = self.log.positions(PERCEIVE, OBSERVATIONS)
        ends = self.log.ends(PERCEPTS)
        remembered = self.log.positions(REMEMBER, PERCEPTS)
        reached = []
        for partition, end in enumerate(ends):
            following = None
            if remembered[partition] < end:
                page = self.log.read(PERCEPTS, partition, remembered[partition], 1)
                following = page[0].headers.get("ce_position") if page else None
            at = int(following.rpartition(":")[2]) if following else perceived[partition]
            reached.append(min(at, perceived[partition]))
        return reached


def _await(
    reached: Callable[[], Sequence[int] | Mapping[int, int]],
    goal: Mapping[int, int],
    until: float,
    patience: float,
) -> None:
    """Wait until all partitions are where they are to be. Raises WaitError."""
    began = moved = monotonic()
    before, warned = None, False
    while any((now := reached())[partition] < at for partition, at in goal.items()):
        at = monotonic()
        if now != before:
            before, moved = now, at
        if at > until or at - moved > patience:
            raise WaitError(
                f"the views did not reach {dict(goal)} within {at - began:.0f} s: "
                "does an `anamnesis worker` run?",
                reached=now,
            )
        if at - moved > _WARNS and not warned:
            warned = True
            log_.warning("nothing moves: does an `anamnesis worker` run?", reached=now)
        pause(_LOOKS)
