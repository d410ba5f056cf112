"""Which questions people ask of what others said: about generated statements, and about talks."""

import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from models.training.example import Example
from models.training.fillers import FILLERS
from models.training.pieces import expand
from models.training.reader_pairs import Pair, Pool, named, unanswered
from models.training.talks import Ask, Talk

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
        question = expand(dice.choice(asks[predicate]), dice).replace("<who>", turn.speaker)
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


_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_AGAINST = 3  # turns that a turn which answers competes with
_ALIKE = 0.6  # F1 of an answer's words and those of a turn that are taken for it


def asked_of(talk: Talk, dice: random.Random) -> list[list[Pair]]:
    """Ask the questions of a talk: a turn that answers stands first in its group.

    The others are near it, in words or in time, and answer nothing. Where the turn says the answer
    in nearly the same words, it is known where it stands.
    """
    said = [f"{turn.speaker}: {turn.text}" for turn in talk.turns]
    pool = Pool(said)
    return [_group(ask, said, pool, dice) for ask in talk.asks]


def _group(ask: Ask, said: list[str], pool: Pool, dice: random.Random) -> list[Pair]:
    right = {said[place] for place in ask.turns}
    around = {place + step for place in ask.turns for step in (-1, 1)}
    beside = [said[place] for place in sorted(around) if 0 <= place < len(said)]
    near = pool.near(ask.question, 12, without="\n")  # no turn holds a line break
    others = [text for text in dict.fromkeys((*dice.sample(beside, len(beside))[:1], *near))
              if text not in right]  # fmt: skip
    wrong = dice.sample(others, min(_AGAINST, len(others)))
    found = [Pair(ask.question, text, answered=False, relevant=False) for text in wrong]
    if not ask.turns:
        return found
    text = said[dice.choice(ask.turns)]
    where = _wording(ask.answer, text)
    answered = True if where else None
    return [Pair(ask.question, text, answered=answered, answer=where, relevant=True), *found]


def _wording(answer: str, text: str) -> tuple[int, int] | None:
    """Find the words behind the speaker's name that are most like an answer, if they are enough."""
    wanted = Counter(word.lower() for word in _WORD.findall(answer))
    said = [found for found in _WORD.finditer(text) if found.start() > text.find(":")]
    best, where = _ALIKE, None
    for first in range(len(said)):
        have = Counter[str]()
        for found in said[first : first + 2 * wanted.total()]:
            have[found[0].lower()] += 1
            alike = 2 * (have & wanted).total() / (have.total() + wanted.total())
            if alike > best:
                best, where = alike, (said[first].start(), found.end())
    return where
