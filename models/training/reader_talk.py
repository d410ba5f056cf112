"""Which questions people ask of what others said about themselves, generated with their answers."""

import random
from dataclasses import dataclass
from pathlib import Path

from models.training.example import Example
from models.training.fillers import FILLERS
from models.training.first_person import _expand
from models.training.reader_pairs import Pair, named, unanswered

_QUESTIONS = Path(__file__).with_name("wordings") / "questions.txt"


def wordings() -> dict[str, list[str]]:
    """Read the questions by the relation that they ask for."""
    found: dict[str, list[str]] = {}
    for line in filter(None, _QUESTIONS.read_text(encoding="utf-8").splitlines()):
        predicate, _, wording = line.partition(" :: ")
        found.setdefault(predicate, []).append(wording)
    return found


@dataclass(frozen=True, slots=True)
class _Turn:
    speaker: str
    said: Example

    @property
    def told(self) -> dict[str, tuple[int, int]]:
        """Which relations of the speaker hold, each with its first object."""
        found: dict[str, tuple[int, int]] = {}
        for predicate, subject, object_, ended in self.said.facts or ():
            if subject is None and not ended:
                found.setdefault(predicate, object_)
        return found


def talk(said: list[Example], dice: random.Random) -> list[list[Pair]]:
    """Let two people say things, and ask of each fact; the right turn stands first in its group.

    Wrong turns: the same person on other things, and the other person on the same thing.
    """
    asks, found = wordings(), []
    people = dice.sample(FILLERS["person"], 2)
    turns = [_Turn(people[i % 2], one) for i, one in enumerate(said)]
    for turn in turns:
        if not (known := [p for p in turn.told if p in asks]):
            continue
        predicate = dice.choice(known)
        question = _expand(dice.choice(asks[predicate]), dice).replace("<who>", turn.speaker)
        mine = [t for t in turns if t.speaker == turn.speaker and predicate not in t.told]
        same = [t for t in turns if t.speaker != turn.speaker and predicate in t.told]
        wrong = (dice.sample(same, 1) if same else []) + dice.sample(mine, min(2, len(mine)))
        right = Pair(
            question, turn.said.text, answered=True, answer=turn.told[predicate], relevant=True
        )
        found.append(
            [
                named(right, turn.speaker),
                *(
                    Pair(question, f"{t.speaker}: {t.said.text}", answered=False, relevant=False)
                    for t in wrong[:3]
                ),
            ]
        )
        if dice.random() < 0.3:
            # the right words of the wrong person
            other = next(p for p in people if p != turn.speaker)
            asked = question.replace(turn.speaker, other)
            found.append([named(unanswered(asked, turn.said.text), turn.speaker)])
    return found
