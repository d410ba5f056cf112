"""In which shares and order the reader sees its pairs: one task's batch after the other."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.training import first_person
from models.training import reader_pairs as pairs
from models.training.fillers import FILLERS
from models.training.reader_pairs import Asked, Pair, Pool
from models.training.reader_talk import talk

HELD_OUT_SEED = 7
# how many groups of each source a round draws
SHARE = {"cad": 8400, "protocols": 6000, "prosecco": 400, "squad": 4600, "qamr": 3600, "talk": 2600}
# how many characters a batch holds, about; four characters make a sub-token
NLI_SIZE, ASKED_SIZE = 3200, 4200


@dataclass(slots=True)
class Sources:
    """What the data folder holds for training, and what is kept aside to watch it."""

    nli: dict[str, list[Pair]]
    squad: list[Asked]
    qamr: list[Asked]
    nli_dev: list[Pair]
    qamr_dev: list[Asked]


def read(data: Path) -> Sources:
    """Read every set; no text of a test set's premises is left in what is trained on."""
    tests = pairs.cad_nli(data, "test") + pairs.cad_nli(data, "dev")
    nli = {
        "cad": pairs.unseen(pairs.cad_nli(data, "train"), tests),
        "protocols": pairs.unseen(pairs.new_protocols(data), tests),
        "prosecco": pairs.unseen(pairs.prosecco(data), tests),
    }
    asked = pairs.qamr(data, "dev") + pairs.qamr(data, "test")
    train, dev = pairs.held_out(asked, 1000, HELD_OUT_SEED)
    return Sources(nli, pairs.squad(data), train, pairs.cad_nli(data, "dev"), dev)


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
                Pool(part for one in here for part in pairs.pieces(one.passage, 420)),
                [name for one in here for name in pairs.names(one.question)],
            )
            for title, here in by_article.items()
        }

    def of_sentence(self, one: Asked, dice: random.Random) -> list[Pair]:
        """Give a question on a sentence with a hard negative, sometimes as a speaker's words."""
        near = self._sentences.near(one.question, 6, without=one.wording, but=one.passage)
        found = pairs.group(one, dice.sample(near, min(1, len(near))))
        if dice.random() < 0.3 and (other := pairs.altered(one, self._names, dice)):
            found.append(pairs.unanswered(other, one.passage))
        if dice.random() < 0.25:
            name = dice.choice(FILLERS["person"])
            found = [pairs.named(pair, name) for pair in found]
        return found

    def of_paragraph(self, one: Asked, dice: random.Random) -> list[Pair]:
        """Give a question on part of a paragraph, with a near part that does not answer it."""
        pool, names = self._articles[one.source]
        cut = pairs.window(one, dice.randint(120, 560), dice)
        near = pool.near(one.question, 3, without=one.wording)
        found = pairs.group(cut, near and [dice.choice(near)])
        other = pairs.altered(cut, names, dice) if dice.random() < 0.5 else None
        if other:
            # learned instead of the easier negative
            found = [found[0], pairs.unanswered(other, cut.passage)]
        return found

    def _groups(self, dice: random.Random) -> tuple[list[list[Pair]], list[list[Pair]]]:
        draw = lambda pool, name: dice.sample(pool, min(SHARE[name], len(pool)))
        nli = [[pair] for name, pool in self._sources.nli.items() for pair in draw(pool, name)]
        asked = [self.of_sentence(one, dice) for one in draw(self._sources.qamr, "qamr")]
        asked += [self.of_paragraph(one, dice) for one in draw(self._sources.squad, "squad")]
        said = first_person.statements(SHARE["talk"] * 3 // 2, dice.randrange(10**6), (), [])
        for i in range(0, len(said), 12):
            asked += talk(said[i : i + 12], dice)
        return nli, asked

    def round(self, number: int) -> Iterator[tuple[list[list[Pair]], list[list[Pair]]]]:
        """Give the steps of one round: a batch of NLI beside a batch of questions."""
        dice = random.Random(self._seed * 1000 + number)
        nli, asked = (
            batches(groups, size, dice)
            for groups, size in zip(self._groups(dice), (NLI_SIZE, ASKED_SIZE), strict=True)
        )
        for i in range(max(len(nli), len(asked))):
            yield nli[i % len(nli)], asked[i % len(asked)]

    def watched(self, count: int) -> tuple[list[Pair], list[list[Pair]]]:
        """Give what is never trained on, always the same: pairs of NLI, and groups of questions."""
        dice = random.Random(HELD_OUT_SEED)
        nli = dice.sample(self._sources.nli_dev, count)
        asked = [self.of_sentence(one, dice) for one in dice.sample(self._sources.qamr_dev, count)]
        return nli, asked


def _length(group: list[Pair]) -> int:
    return max(len(pair.first) + len(pair.second) for pair in group)


def batches(groups: list[list[Pair]], size: int, dice: random.Random) -> list[list[list[Pair]]]:
    """Give shuffled batches of groups of similar length, about `size` padded characters each."""
    order = dice.sample(groups, len(groups))
    order.sort(key=lambda group: _length(group) // 24)
    found: list[list[list[Pair]]] = [[]]
    filled = 0
    for one in order:
        cost = _length(one) * len(one)
        if found[-1] and filled + cost > size:
            found.append([])
            filled = 0
        found[-1].append(one)
        filled += cost
    dice.shuffle(found)
    return found
