"""How a space would change if nobody came back: its time passes in a copy of its data folder."""

import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, get_args

from sqlalchemy import func, select

from infra.folder_lock import FolderLock
from infra.leftovers import SIMULATED
from infra.memory import Memory
from infra.opening import demand_memory, open_codec
from infra.settings import Settings
from infra.views.sql_tables import CLOCKS, CONCEPTS, MEMORIES
from schemas.errors import ConflictError, InputError, NotFoundError
from schemas.values import State
from streams.instants import from_micros

STATES: Final = (*get_args(State), "forgotten")
MOVED: Final = {"promoted": "memory_promoted", "demoted": "memory_demoted"}
_NEVER: Final = ("*.lock", "lock", f"{SIMULATED}*")  # copied
_POINTS: Final = 60  # of a curve; more days than that are gone through in steps


@contextmanager
def copied(settings: Settings) -> Iterator[Memory]:
    """Open a copy of a data folder that nobody has open, by the same keys; remove it afterwards.

    It lies in the folder, where the next command finds it if this one is killed. Nobody may have
    the folder until the copy is open: an erasure that began meanwhile would be finished there.
    """
    _demand_copied(settings)
    with ExitStack() as on_exit:
        with FolderLock(settings.home):
            home = Path(mkdtemp(prefix=SIMULATED, dir=settings.home))
            on_exit.callback(shutil.rmtree, home, ignore_errors=True)
            keys = settings.keys_folder
            own = _copy(settings, home, lambda path: path.samefile(keys))
            memory = on_exit.enter_context(Memory(own.model_copy(update={"keys": keys})))
        yield memory


def copy_of(settings: Settings, home: Path, *left_out: str) -> Settings:
    """Copy a data folder that nobody has open, all but some files; give the copy's settings.

    Raises ConflictError while an erasure is under way in it.
    """
    _demand_copied(settings)
    with FolderLock(settings.home):
        return _copy(settings, home, lambda path: any(map(path.match, left_out)))


def _demand_copied(settings: Settings) -> None:
    if settings.log != "sqlite":
        raise InputError(
            "fork and simulate copy a local log, and ANAMNESIS_LOG names another: `anamnesis log "
            "--stream observations --export | ANAMNESIS_LOG=sqlite anamnesis ingest - --home DIR` "
            "takes what it has into a folder for them; `anamnesis replay --from kafka --to DIR` "
            "makes views alone, which `anamnesis diff` compares",
            log=settings.log,
        )
    demand_memory(settings)


def _copy(settings: Settings, home: Path, left_out: Callable[[Path], bool]) -> Settings:
    _demand_calm(settings)

    def ignored(folder: str, names: list[str]) -> list[str]:
        paths = [Path(folder, name) for name in names]
        return [p.name for p in paths if any(map(p.match, _NEVER)) or left_out(p)]

    shutil.copytree(settings.home, home, ignore=ignored, dirs_exist_ok=True)
    # Everything of the copy is embedded: a server's rows and points are those of the original.
    own = {"home": home, "views": "sqlite", "vectors": "edge"}
    return settings.model_copy(update=own)


def _demand_calm(settings: Settings) -> None:
    """Refuse a folder in which an erasure is under way, which a copy with its keys would finish.

    Raises ConflictError.
    """
    if intent := open_codec(settings).ring.intent:
        raise ConflictError(
            f"an erasure in {intent.space} is not finished: a command that opens "
            f"{settings.home} for work, such as `anamnesis tick`, finishes it",
            home=settings.home,
        )


def simulated(memory: Memory, space: str, days: int, start: datetime) -> Iterator[dict[str, int]]:
    """Let time pass day by day; give the day, and how many memories are in each state.

    `promoted` and `demoted` count what moved since the day before that was told, `concepts` those
    that are more than then.
    """
    if space not in memory.reads.spaces():
        raise NotFoundError(f"there is no space {space}", space=space)
    memory.host.drain()
    begin = max(start, _clock(memory, space) or start)
    total = sum(states(memory, space).values())
    step = max(1, -(-days // _POINTS))
    for day in sorted({*range(0, days, step), days}):
        before, formed = Counter(memory.host.told), concepts(memory, space)
        let_pass(memory, space, begin + timedelta(days=day))
        moved = {name: memory.host.told[tag] - before[tag] for name, tag in MOVED.items()}
        moved["concepts"] = max(concepts(memory, space) - formed, 0)
        counts = states(memory, space)
        left = {state: counts.get(state, 0) for state in STATES[:-1]}
        yield {"day": day, **left, "forgotten": total - sum(left.values()), **moved}


def let_pass(memory: Memory, space: str, at: datetime) -> None:
    """Let a space's time come to a moment: every job that is due by then runs."""
    deque(memory.tick_until(at, [space]), maxlen=0)


def _clock(memory: Memory, space: str) -> datetime | None:
    with memory.views.engine.connect() as on:
        micros = on.scalar(select(CLOCKS.c.last_at).where(CLOCKS.c.space == space))
    return None if micros is None else from_micros(micros)


def concepts(memory: Memory, space: str) -> int:
    """Count the concepts of a space."""
    with memory.views.engine.connect() as on:
        query = select(func.count()).select_from(CONCEPTS).where(CONCEPTS.c.space == space)
        return int(on.scalar(query) or 0)


def states(memory: Memory, space: str) -> dict[str, int]:
    """Count the memories of a space in each state."""
    m = MEMORIES.c
    query = select(m.state, func.count()).where(m.space == space).group_by(m.state)
    with memory.views.engine.connect() as on:
        return {str(state): int(count) for state, count in on.execute(query)}
