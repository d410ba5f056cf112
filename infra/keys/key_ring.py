"""Which data keys there are: for each space its epochs, the living ones and the destroyed."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any, Final

from infra.keys.key_file import KeyFile, Line
from schemas.errors import ErasedError, KeysError

MARKS: Final = "*marks"  # the key of erased ids' marks: no space can have this name
_KEY: Final = 32
_LISTS: Final = ("inputs", "letters", "memories", "heirs", "apart", "facts")


@dataclass(frozen=True, slots=True)
class Intent:
    """An erasure that is under way; only its receipt is missing once it is `shredded`.

    `inputs` are the inputs to erase (of a whole space none: all are), `letters` the places of
    dead letters, `memories` those of which nothing may be carried on, `heirs` the places of what
    stands for what goes, `apart` of what stands beside that, `facts` those whose end is decided
    anew, `command` the id under which the receipt is asked for.
    """

    command: str
    space: str
    reason: str
    at: str
    asked: str = "space"
    token: str = ""
    inputs: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    memories: tuple[str, ...] = ()
    heirs: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    shredded: bool = False


@dataclass(slots=True)
class Keys:
    """A space's keys by epoch, when each was made, and the last epoch that was destroyed."""

    living: dict[int, bytes] = field(default_factory=dict)
    made: dict[int, str] = field(default_factory=dict)
    gone: int = 0

    @property
    def newest(self) -> int:
        """Give the epoch that is sealed with now; 0 without one."""
        return max(self.living, default=0)


class KeyRing:
    """Every key of one memory; several processes may use the same ring.

    `ring` is the id that the log has noted, None for a log that has none yet; with `create`, a
    ring of that id is made where there is none.
    Raises KeysError at once when the file is lost or damaged.
    """

    def __init__(
        self,
        folder: Path,
        ring: int | None,
        now: Callable[[], str],
        *,
        durable: bool = True,
        create: bool = False,
    ) -> None:
        self.id = secrets.randbits(62) if ring is None else ring
        self.intent: Intent | None = None
        self._now = now
        self._durable = durable
        self._guard = RLock()
        self._spaces: dict[str, Keys] = {}
        self._file = KeyFile(folder, self.id, durable=durable)
        if ring is None or create:
            self._file.create()
        self._read()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the place of the file."""
        return _again, (self.folder, self.id, self._now, self._durable)

    @property
    def folder(self) -> Path:
        """Say where the keys are."""
        return self._file.path.parent

    @property
    def destroyed(self) -> int:
        """Count the keys that were destroyed, which only grows."""
        with self._guard:
            return sum(keys.gone for keys in self._spaces.values())

    def newest(self, space: str) -> tuple[int, bytes]:
        """Give the epoch and key to seal with; a space's first one is made here."""
        with self._guard:
            keys = self._spaces.get(space)
            if keys is None or not keys.living:
                self._make(space)
                keys = self._spaces[space]
            return keys.newest, keys.living[keys.newest]

    def oldest(self, space: str) -> bytes:
        """Give the first living key: it stays the same while newer ones are made."""
        with self._guard:
            self.newest(space)
            living = self._spaces[space].living
            return living[min(living)]

    def key(self, space: str, epoch: int) -> bytes:
        """Give a key of a space. Raises ErasedError when destroyed, KeysError when lost."""
        with self._guard:
            for fresh in (False, True):
                keys = self._spaces.get(space, Keys())
                if epoch in keys.living:
                    return keys.living[epoch]
                if epoch <= keys.gone:
                    raise ErasedError(f"what {space} held here was erased", space=space)
                if not fresh and self._file.changed():
                    self._read()
            raise KeysError(
                f"key {epoch} of the space {space!r} is missing in {self._file.path}",
                file=str(self._file.path),
                space=space,
            )

    def demand(self, spaces: list[str]) -> None:
        """Make sure that every one of these spaces has a key. Raises KeysError."""
        for space in spaces:
            if not self._spaces.get(space, Keys()).living:
                self.key(space, 1)

    def refresh(self) -> bool:
        """Read again what another process has written; say whether one has."""
        with self._guard:
            changed = self._file.changed()
            if changed:
                self._read()
            return changed

    def at_work(self, *, alone: bool = False) -> AbstractContextManager[None]:
        """Hold what is sealed with these keys: with others, or alone, when these have finished."""
        return self._file.at_work(alone=alone)

    def begin(self, intent: Intent) -> None:
        """Note an erasure, and make the key of what comes after it."""
        with self._guard, self._file.alone():
            self._read()
            for space in (intent.space, ""):
                self._add(space)
            self.intent = intent
            self._file.replace(self._lines(), fresh=False)

    def destroy(self, space: str) -> int:
        """Destroy every key of a space but the newest; give how many."""
        with self._guard, self._file.alone():
            self._read()
            keys = self._spaces.get(space, Keys())
            old = [epoch for epoch in keys.living if epoch < keys.newest]
            for epoch in old:
                del keys.living[epoch], keys.made[epoch]
                keys.gone = max(keys.gone, epoch)
            if old:
                # Another master key, so that copies of the old lines open no more either.
                self._file.replace(self._lines(), fresh=True)
            return len(old)

    def shredded(self) -> None:
        """Note that nothing is left of what the erasure under way is about."""
        with self._guard, self._file.alone():
            self._read()
            if self.intent is not None:
                self.intent = replace(self.intent, shredded=True)
                self._file.replace(self._lines(), fresh=False)

    def done(self) -> None:
        """Note that the erasure under way is finished."""
        with self._guard, self._file.alone():
            self._read()
            self.intent = None
            self._file.replace(self._lines(), fresh=False)

    def rotate(self, space: str | None = None) -> int:
        """Seal with another key from now on: of one space, or the master key; give its epoch.

        Older keys of a space stay, to read with. A new master key wraps every key anew.
        """
        with self._guard, self._file.alone():
            self._read()
            if space is None:
                self._file.replace(self._lines(), fresh=True)
                return 0
            self._add(space)
            self._file.replace(self._lines(), fresh=False)
            return self._spaces[space].newest

    def told(self) -> list[dict[str, Any]]:
        """List spaces with their epochs; nothing secret."""
        with self._guard:
            return [
                {
                    "space": space or None,
                    "newest": keys.newest,
                    "made": keys.made.get(keys.newest),
                    "living": sorted(keys.living),
                    "destroyed": keys.gone,
                }
                for space, keys in sorted(self._spaces.items())
                if space != MARKS
            ]

    def _make(self, space: str) -> None:
        with self._file.alone():
            if self._file.changed():
                self._read()
            keys = self._spaces.get(space)
            if keys is None or not keys.living:
                self._file.append(self._add(space))

    def _add(self, space: str) -> Line:
        keys = self._spaces.setdefault(space, Keys())
        epoch = max(keys.newest, keys.gone) + 1
        keys.living[epoch] = secrets.token_bytes(_KEY)
        keys.made[epoch] = self._now()
        return self._line(space, keys, epoch)

    def _line(self, space: str, keys: Keys, epoch: int) -> Line:
        made, key = keys.made[epoch], keys.living[epoch]
        return {"space": space, "epoch": epoch, "made": made, "key": key}

    def _lines(self) -> list[Line]:
        lines: list[Line] = [{"intent": asdict(self.intent)}] if self.intent else []
        for space, keys in self._spaces.items():
            if keys.gone:
                lines.append({"space": space, "gone": keys.gone})
            lines += [self._line(space, keys, epoch) for epoch in sorted(keys.living)]
        return lines

    def _read(self) -> None:
        spaces: dict[str, Keys] = {}
        self.intent = None
        for number, line in enumerate(self._file.read(), 2):
            try:
                self._take(spaces, line)
            except (LookupError, TypeError, ValueError) as error:
                raise KeysError(
                    f"the key file {self._file.path} is damaged in line {number}: "
                    f"it lacks what it should say ({error})",
                    file=str(self._file.path),
                    line=number,
                ) from error
        self._spaces = spaces

    def _take(self, spaces: dict[str, Keys], line: Line) -> None:
        if "intent" in line:
            fields = dict(line["intent"])
            fields.setdefault("facts", fields.pop("ends", ()))  # as it was noted before
            lists = {name: tuple(fields.get(name, ())) for name in _LISTS}
            self.intent = Intent(**fields | lists)
            return
        keys = spaces.setdefault(str(line["space"]), Keys())
        if "gone" in line:
            keys.gone = int(line["gone"])
            return
        epoch = int(line["epoch"])
        keys.living[epoch] = bytes(line["key"])
        keys.made[epoch] = str(line["made"])


def _again(folder: Path, ring: int, now: Callable[[], str], durable: bool) -> KeyRing:  # noqa: FBT001 - as pickled
    return KeyRing(folder, ring, now, durable=durable)
