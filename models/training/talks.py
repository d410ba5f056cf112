"""Which talks between two people, written for this, are trained on, and which turns answer what.

A file holds many talks: `## First & Second` begins one, `@ 2024-03-02 19:40` a session of it,
`7 First: text` is a turn, and `? question || answer || 3, 7` names the turns that answer it.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

_FOLDER = Path(__file__).with_name("talks")
_TURN = re.compile(r"(\d+) ([^:]+): (.+)")
_HELD_OUT = 8  # every so many talks, one is measured on and not trained on


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody said, and in which session of the talk, beginning at 0."""

    speaker: str
    text: str
    session: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about a talk; `turns` are the places of what answers it, none if nothing does."""

    question: str
    answer: str
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """Turns in the order in which they were said; `began` are the times of its sessions."""

    turns: list[Turn] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    began: list[str] = field(default_factory=list)


def talks(*, held_out: bool) -> list[Talk]:
    """Read the talks that are trained on, or those that are held out."""
    every = [talk for file in sorted(_FOLDER.glob("*.txt")) for talk in _read(file)]
    return [talk for i, talk in enumerate(every) if (i % _HELD_OUT == 0) == held_out]


def _read(file: Path) -> list[Talk]:
    found: list[Talk] = []
    for line in filter(None, map(str.strip, file.read_text(encoding="utf-8").splitlines())):
        if line.startswith("## "):
            found.append(Talk())
        elif line.startswith("@ "):
            found[-1].began.append(line[2:].strip())
        elif line.startswith("? "):
            question, answer, turns = (part.strip() for part in line[2:].split("||"))
            places = () if turns == "-" else tuple(int(turn) - 1 for turn in turns.split(","))
            found[-1].asks.append(Ask(question, "" if answer == "-" else answer, places))
        elif said := _TURN.fullmatch(line):
            found[-1].turns.append(Turn(said[2], said[3], len(found[-1].began) - 1))
        else:
            raise ValueError(f"{file}: neither a turn nor a question: {line}")
    return found
