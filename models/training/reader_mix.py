"""In which shares and order the reader sees its pairs: one task's batch after the other."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from models.training import first_person
from models.training import reader_pairs as pairs
from models.training.fillers import FILLERS
from models.training.reader_pairs import Asked, Pair, Pool, Unsure, likely_window
from models.training.reader_talk import asked_of, talk
from models.training.real_words import real_words
from models.training.talks import Talk, talks

Group = list[Pair]
Value = TypeVar("Value")

HELD_OUT_SEED = 7
# how many groups of each source a round draws; what is left of a source is drawn in the next rounds
SHARE = {
    "cad": 4200, "protocols": 1200, "prosecco": 200, "claims": 1800,
    "qamr": 700, "squad": 500, "unsure": 500, "talk": 400, "talks": 40, "reads": 1300,
}  # fmt: skip
# how many characters a batch holds, about; four characters make a sub-token
NLI_SIZE, ASKED_SIZE = 2600, 3800
_SHORT, _LONG = 160, 420  # characters of the passages that a question is compared with


@dataclass(slots=True)
class Sources:
    """What the data folder holds for training, and what is kept aside to watch it."""

    nli: dict[str, list[Pair]]
    squad: list[Asked]
    qamr: list[Asked]
    unsure: list[Unsure]
    nli_dev: list[Pair]
    claims_dev: list[Pair]
    qamr_dev: list[Asked]
    unsure_dev: list[Unsure]
    real: tuple[tuple[str, ...], list[str]]
    talks: list[Talk]
    talks_dev: list[Talk]
    reads: list[Group]
    reads_dev: list[Group]


def read(data: Path) -> Sources:
    """Read every set; no text of a test set's premises is left in what is trained on."""
    tests = pairs.cad_nli(data, "test") + pairs.cad_nli(data, "dev")
    nli = {
        "cad": pairs.unseen(pairs.cad_nli(data, "train"), tests),
        "protocols": pairs.unseen(pairs.new_protocols(data), tests),
        "prosecco": pairs.unseen(pairs.prosecco(data), tests),
        "claims": pairs.claims(held_out=False),
    }
    asked = pairs.qamr(data, "dev") + pairs.qamr(data, "test")
    train, dev = pairs.held_out(asked, 1000, HELD_OUT_SEED)
    return Sources(
        nli, pairs.squad(data), train, pairs.squad_v2(data, "train"),
        pairs.cad_nli(data, "dev"), pairs.claims(held_out=True), dev,
        pairs.squad_v2(data, "dev"), real_words(data),
        talks(held_out=False), talks(held_out=True),
        pairs.reads(held_out=False), pairs.reads(held_out=True),
    )  # fmt: skip


class Mix:
    """Draws rounds of groups; a group is one question with its passages, or one premise's pair."""

    def __init__(self, sources: Sources, seed: int) -> None:
        self._sources, self._seed = sources, seed
        self._sentences = Pool(one.passage for one in sources.qamr)
        self._names = [name for one in sources.qamr for name in pairs.names(one.question)]
        by_article: dict[str, list[Asked]] = {}
        for one in sources.squad:
            by_article.setdefault(one.source, []).append(one)
        self._articles = {
            title: (
                {
                    size: Pool(part for one in here for part in pairs.pieces(one.passage, size))
                    for size in (_SHORT, _LONG)
                },
                [name for one in here for name in pairs.names(one.question)],
            )
            for title, here in by_article.items()
        }

    def of_sentence(self, one: Asked, dice: random.Random, against: int = 1) -> list[Pair]:
        """Give a question on a sentence with hard negatives, sometimes as a speaker's words."""
        near = self._sentences.near(one.question, 6, without=one.wording, but=one.passage)
        found = pairs.group(one, dice.sample(near, min(against, len(near))))
        if dice.random() < 0.3 and (other := pairs.altered(one, self._names, dice)):
            found.append(pairs.unanswered(other, one.passage))
        return _spoken(found, dice)

    def of_paragraph(self, one: Asked, dice: random.Random) -> list[Pair]:
        """Give a question on part of a paragraph, with near parts that do not answer it.

        Half of them are as short as what people say, and as many then compete.
        """
        pools, names = self._articles[one.source]
        short = dice.random() < 0.5
        cut = pairs.window(one, dice.randint(40, 200) if short else dice.randint(200, 560), dice)
        near = pools[_SHORT if short else _LONG].near(one.question, 4, without=one.wording)
        found = pairs.group(cut, dice.sample(near, min(len(near), 3 if short else 1)))
        if dice.random() < 0.5 and (other := pairs.altered(cut, names, dice)):
            found.append(pairs.unanswered(other, cut.passage))
        return _spoken(found, dice) if short else found

    def of_unsure(self, one: Unsure, dice: random.Random) -> list[Pair]:
        """Give a question that may have no answer, on the part of its passage that is nearest."""
        if asked := one.asked():
            return pairs.group(pairs.window(asked, dice.randint(200, _LONG), dice), [])
        return [] if one.answers else [pairs.unanswered(one.question, likely_window(one, _LONG))]

    def _groups(self, number: int, dice: random.Random) -> tuple[list[Group], list[Group]]:
        draw = lambda pool, name: drawn(pool, SHARE[name], number)
        nli = [[pair] for name, pool in self._sources.nli.items() for pair in draw(pool, name)]
        asked = [self.of_sentence(one, dice, 2) for one in draw(self._sources.qamr, "qamr")]
        asked += [self.of_paragraph(one, dice) for one in draw(self._sources.squad, "squad")]
        asked += [self.of_unsure(one, dice) for one in draw(self._sources.unsure, "unsure")]
        said = first_person.statements(
            SHARE["talk"] * 3 // 2, dice.randrange(10**6), *self._sources.real
        )
        for i in range(0, len(said), 12):
            asked += talk(said[i : i + 12], dice)
        for one in draw(self._sources.talks, "talks"):
            asked += asked_of(one, dice)
        asked += [[pair] for block in draw(self._sources.reads, "reads") for pair in block]
        return nli, list(filter(None, asked))

    def round(self, number: int) -> Iterator[tuple[list[Group], list[Group]]]:
        """Give the steps of one round: a batch of NLI beside a batch of questions."""
        dice = random.Random(self._seed * 1000 + number)
        nli, asked = (
            batches(groups, size, dice)
            for groups, size in zip(self._groups(number, dice), (NLI_SIZE, ASKED_SIZE), strict=True)
        )
        for i in range(max(len(nli), len(asked))):
            yield nli[i % len(nli)], asked[i % len(asked)]

    def watched(
        self, count: int
    ) -> tuple[dict[str, list[Pair]], list[Group], list[Group], list[Group], list[Group]]:
        """Give what is never trained on, always the same.

        Pairs of NLI, public ones and claims, questions on sentences, those that people wrote to
        have no answer, questions on talks, and on turns of chats.
        """
        dice = random.Random(HELD_OUT_SEED)
        nli = {
            "says": dice.sample(self._sources.nli_dev, 3 * count), "claims": self._sources.claims_dev,
        }  # fmt: skip
        asked = [self.of_sentence(one, dice) for one in dice.sample(self._sources.qamr_dev, count)]
        unsure = dice.sample(self._sources.unsure_dev, 3 * count // 2)
        heard = [group for one in self._sources.talks_dev for group in asked_of(one, dice)]
        doubted = [group for one in unsure if (group := self.of_unsure(one, dice))]
        return nli, asked, doubted, heard, self._sources.reads_dev


def drawn(pool: list[Value], count: int, number: int) -> list[Value]:
    """Draw what the round of this number is due: everything once before anything twice."""
    order = random.Random(HELD_OUT_SEED).sample(range(len(pool)), len(pool))
    count = min(count, len(pool))
    return [pool[order[i % len(pool)]] for i in range((number - 1) * count, number * count)]


def _spoken(found: Group, dice: random.Random) -> Group:
    if dice.random() > 0.25:
        return found
    name = dice.choice(FILLERS["person"])
    return [pairs.named(pair, name) for pair in found]


def _length(group: Group) -> int:
    return max(len(pair.first) + len(pair.second) for pair in group)


def batches(groups: list[Group], size: int, dice: random.Random) -> list[list[Group]]:
    """Give shuffled batches of groups of similar length, about `size` characters each."""
    order = dice.sample(groups, len(groups))
    order.sort(key=lambda group: _length(group) // 24)
    found: list[list[Group]] = [[]]
    filled = 0
    for one in order:
        cost = sum(len(pair.first) + len(pair.second) for pair in one)
        if found[-1] and filled + cost > size:
            found.append([])
            filled = 0
        found[-1].append(one)
        filled += cost
    dice.shuffle(found)
    return found
