"""Which questions people ask of what others said: about generated statements, and about talks."""

import random
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.training.example import Example
from models.training.fillers import FILLERS
from models.training.pieces import expand
from models.training.reader_pairs import Pair, Pool, named, unanswered
from models.training.talks import Ask, Talk

_QUESTIONS = Path(__file__).with_name("wordings") / "questions.txt"


@cache
def wordings() -> dict[str, list[str]]:
    """Read the questions by the relation that they ask for."""
    found: dict[str, list[str]] = {}
    for line in filter(None, _QUESTIONS.read_text(encoding="utf-8").splitlines()):
        predicate, _, wording = line.partition(" :: ")
        found.setdefault(predicate, []).append(wording)
    return found


Span = tuple[int, int]
# How a question of somebody by name is put by whoever is meant.
_MYSELF = (
    (r"\b(does|do) <who>(?!'s)", "do I"), (r"\bis <who>(?!'s)", "am I"), (r"\bhas <who>(?!'s)", "have I"),
    (r"<who>'s", "my"), ("<who>", "I"), (r"\b(her|his|their)\b", "my"),
)  # fmt: skip


_NOBODY = frozenset(("who", "what", "where", "when", "how", "which", "she", "he", "they", "it"))
_PEOPLE = frozenset(
    ("child_of", "has_child", "has_sibling", "relative", "friend", "partner", "spouse")
)
# what a turn has to name, to be asked for it
_KIND = re.compile(
    r"\b(mother|mom|father|dad|husband|wife|son|daughter|brother|sister|aunt|uncle|cousin|dog|cat|"
    r"grandmother|grandfather|boyfriend|girlfriend|food|book|movie|place|band|color|eat|watch|listen)\b"
)
_TRIES = 6


def _by_oneself(question: str) -> str:
    for name, mine in _MYSELF:
        question = re.sub(name, mine, question)
    return question


@dataclass(frozen=True, slots=True)
class _Turn:
    speaker: str
    said: Example

    @property
    def people(self) -> set[str]:
        """Give the names of people in it."""
        spans = self.said.entities or ()
        return {self.said.text[a:b] for a, b, kind in spans if kind == "person"}

    @property
    def told(self) -> dict[tuple[str, str | None], Span]:
        """Which relations hold of whom (None: the speaker), each with its first object.

        Those that the turn only asks for are left out, and people of whom no name is told.
        """
        found: dict[tuple[str, str | None], Span] = {}
        for predicate, subject, object_, ended in self.said.facts or ():
            who = subject and self.said.text[slice(*subject)]
            told = (who or "").lower() not in _NOBODY
            told &= self.said.text[slice(*object_)].lower() not in _NOBODY
            named = self.said.text[slice(*object_)] in self.people
            if told and not ended and (named or predicate not in _PEOPLE):
                found.setdefault((predicate, who), object_)
        return found

    def asked(self, predicate: str, who: str | None, dice: random.Random) -> str | None:
        """Ask for a relation of the speaker, of somebody named, or of one of the speaker's people.

        The speaker may ask it, too. None where no wording fits: for a mother, of whom a father is
        told.
        """
        tried = (expand(dice.choice(wordings()[predicate]), dice) for _ in range(_TRIES))
        known = self.said.text.lower()
        fits = (one for one in tried if all(kind in known for kind in _KIND.findall(one)))
        if (question := next(fits, None)) is None:
            return None
        if who is None:
            return (
                _by_oneself(question)
                if dice.random() < 0.4
                else question.replace("<who>", self.speaker)
            )
        if who not in self.people:  # "sister"
            who = dice.choice((f"{self.speaker}'s", "my")) + f" {who}"
        return question.replace("<who>", who)


def talk(said: list[Example], dice: random.Random) -> list[list[Pair]]:
    """Let two people say things, and ask of each fact; the right turn stands first in its group.

    Wrong turns: the same person on other things, and the other person on the same thing. What is
    told of one of a speaker's people does not answer for the speaker, nor the other way.
    """
    asks, found = wordings(), []
    people = dice.sample(FILLERS["person"], 2)
    turns = [_Turn(people[i % 2], one) for i, one in enumerate(said)]
    for turn in turns:
        if not (known := [(p, who) for p, who in turn.told if p in asks]):
            continue
        predicate, who = dice.choice(known)
        if (question := turn.asked(predicate, who, dice)) is None:
            continue
        right = named(
            Pair(
                question,
                turn.said.text,
                answered=True,
                answer=turn.told[predicate, who],
                relevant=True,
            ),
            turn.speaker,
        )
        wrong = _wrong(turn, turns, predicate, dice) if who is None else []
        found.append(
            [right, *(Pair(question, text, answered=False, relevant=False) for text in wrong)]
        )
        if other := _of_another(turn, predicate, people, dice):
            found.append([named(unanswered(other, turn.said.text), turn.speaker)])
    return found


def _wrong(turn: _Turn, turns: list[_Turn], predicate: str, dice: random.Random) -> list[str]:
    tells = lambda one: any(p == predicate for p, _ in one.told)
    mine = [t for t in turns if t.speaker == turn.speaker and not tells(t)]
    same = [t for t in turns if t.speaker != turn.speaker and tells(t)]
    wrong = (dice.sample(same, 1) if same else []) + dice.sample(mine, min(2, len(mine)))
    return [f"{t.speaker}: {t.said.text}" for t in wrong]


def _of_another(turn: _Turn, predicate: str, people: list[str], dice: random.Random) -> str | None:
    """Ask for the same of whom the turn does not tell it of: the right words of the wrong person."""
    whose = {who for p, who in turn.told if p == predicate}
    if None not in whose:  # it is told of others only
        return turn.asked(predicate, None, dice)
    if dice.random() < 0.3:
        other = next(p for p in people if p != turn.speaker)
        return expand(dice.choice(wordings()[predicate]), dice).replace("<who>", other)
    return None


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
