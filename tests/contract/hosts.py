"""What the suite of the hosts asks of each, in one process or as workers on Kafka."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from infra.clock import pause
from infra.memory import Memory
from infra.recollection import Asked
from infra.views.refold import Verified, verify
from infra.views.sqlite_store import VIEWS_FILE
from streams.encoded import Encoded
from streams.log import Outgoing, Record
from streams.topology import MEMORIES, PERCEPTS, PROMOTIONS
from tests.driving import Line, rejections, run, state
from tests.hash_encoder import HashEncoder

BATCH = 4  # of a host that is slow

Place = tuple[str, str | None]  # a stream and a space


class Host(Protocol):
    """What runs the agents on one memory, from nothing on."""

    home: Path
    most_ahead: int  # records that it may have taken in and not done, where it is slow

    def opened(self) -> Memory:
        """Open the memory as a reader does."""
        ...

    def take(self, lines: Iterable[Line], foreign: Sequence[Outgoing] = ()) -> None:
        """Do what others have appended, then what is published."""
        ...

    def work(self) -> None:
        """Start, do everything that there is, and end."""
        ...

    def begin_again(self) -> None:
        """Forget how far everything was read, so that all is delivered again."""
        ...

    def crash(self, lines: Sequence[Line]) -> None:
        """Take lines in and end between the first append and the views."""
        ...

    def be_killed(self, lines: Sequence[Line]) -> None:
        """Take lines in, killed again and again meanwhile."""
        ...

    def be_shared(self, lines: Sequence[Line]) -> None:
        """Take lines in while what is to be done changes hands again and again."""
        ...

    def be_slow(self, lines: Sequence[Line]) -> list[int]:
        """Take lines in more slowly than they come; give how much was ahead at each text."""
        ...

    def tick(self, lines: Sequence[Line], asked: datetime, at: datetime) -> list[Any]:
        """Take lines in, let the command tick, then the host by a clock until nothing is due.

        Give what the command has said.
        """
        ...


@dataclass(frozen=True)
class Came:
    """What came of observations; in the streams every event once.

    Not compared is where observations stand and what stands there again: a host may differ there.
    """

    state: str
    found: list[str]  # what a question brings to mind
    events: dict[Place, list[tuple[str, str, bytes]]]  # their ids, tags and values
    letters: set[tuple[str, str, bytes]]  # of what was rejected: why, in detail, its bytes
    at: dict[Place, list[int]] = field(compare=False)  # which observations the events follow
    again: Counter[str] = field(compare=False)  # records that stand there again, by stream
    verified: Verified = field(compare=False)


def came_of(host: Host) -> Came:
    """Look at everything that a host has left."""
    with host.opened() as memory:
        again: Counter[str] = Counter()
        placed: dict[Place, list[Record]] = {}
        for stream in (PERCEPTS, MEMORIES, PROMOTIONS):
            seen: set[str] = set()
            for record in memory.log.scan(stream):
                if record.headers["ce_id"] in seen:
                    again[stream] += 1
                else:
                    seen.add(record.headers["ce_id"])
                    placed.setdefault((stream, record.key), []).append(record)
        about = Asked("number 7 of all", memory.views.spaces()[0])
        return Came(
            state=state(memory),
            found=[hit.memory.body.text for hit in memory.ask(about, record=False).hits],
            events={
                place: [(r.headers["ce_id"], r.headers["ce_type"], r.value) for r in records]
                for place, records in placed.items()
            },
            letters={(one.reason, one.detail, raw) for one, raw in rejections(memory)},
            at={
                place: [int(r.headers["ce_position"].rpartition(":")[2]) for r in records]
                for place, records in placed.items()
            },
            again=again,
            verified=verify(memory.log, memory.views, memory.vectors, memory.codec),
        )


def asked_to_tick(home: Path, at: datetime, log: str = "sqlite") -> list[Any]:
    """Give what the command for what is due says."""
    return run(home, "tick", "--at", at.isoformat(), "--json", ANAMNESIS_LOG=log).rows


def lose_views(host: Host) -> None:
    """Remove the rows of the views."""
    for path in host.home.glob(f"{VIEWS_FILE}*"):
        path.unlink()


def in_turns(lines: Sequence[Line], count: int) -> list[Sequence[Line]]:
    """Part lines into so many parts of a size, in their order."""
    size = len(lines) // count
    return [lines[first : first + size] for first in range(0, len(lines), size)]


class Slow(HashEncoder):
    """Takes its time for each text, and notes how much its host has taken in by then."""

    def __init__(self) -> None:
        self.noted: list[int] = []
        self.ahead: Callable[[], int] = lambda: 0

    def submit(self, text: str) -> Future[Encoded]:
        """Encode as slowly as a network does."""
        self.noted.append(self.ahead())
        pause(0.002)
        return super().submit(text)
