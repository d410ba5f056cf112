"""How a wording is written out: choices made, slots filled, and the spans of its facts known."""

import random
import re
from dataclasses import dataclass, field

from models.training.example import Fact, Span
from models.training.fillers import ENTITY, PLAIN
from models.training.orders import listed

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\[(\w*)([:=])([^\[\]]+)\]")
_NESTED = re.compile(r"\{(\w+)\}")
_RELATION = re.compile(r"(\w+)\((\w+),(\w+)\)(!?)")
_ARTICLE = re.compile(r"^(?:(?:an?|my|our|some) (?=[a-z])|the )")
_INVENTED = 0.12  # of the names of people, cities and organisations

Line = tuple[tuple[tuple[str, str, str, bool], ...], str]


def lines(name: str) -> list[Line]:
    """Read the wordings of a file.

    `(a|b|)` chooses, `[A:city/country]` is a slot named A, `[:past]` a slot without a name,
    `[A=old bike]` words that stand there as they are, but for fillers in them, `{food}`, `<me>` the
    speaker. A line is `relations :: wording`; a `!` after a relation says that it no longer holds.
    What is held out is measured on, and never trained on.
    """
    found: list[Line] = []
    for line in filter(None, map(str.strip, listed(name))):
        head, _, wording = line.rpartition("::")
        found.append((facts_of(head), wording.strip()))
    return found


def facts_of(head: str) -> tuple[tuple[str, str, str, bool], ...]:
    return tuple((p, s, o, bool(e)) for p, s, o, e in _RELATION.findall(head))


_SYLLABLES = (
    "ka lo mi ren ta vel or an dri sho bel nu zai fe gor lin ha tor es ya pe qui mar dov ul sen bra ki wo "
    "tha jo ner ost il vra che ma san ro"
).split()  # fmt: skip


def made_up(kind: str, dice: random.Random) -> str:
    """Give a name that nobody has, so that a place in a sentence tells what it names."""
    name = "".join(dice.choice(_SYLLABLES) for _ in range(dice.choice((2, 2, 3)))).capitalize()
    if kind == "org" and dice.random() < 0.5:
        name += dice.choice(
            (" Systems", " Group", " Labs", " & Sons", " Bank", " Foods", "soft", " Inc")
        )
    return name


@dataclass(slots=True)
class Words:
    """The fillers to draw from; `extra` are noun phrases of real sentences."""

    lists: dict[str, tuple[str, ...]]
    extra: tuple[str, ...] = ()

    def draw(self, kinds: str, dice: random.Random) -> tuple[str, str]:
        """Give a filler of one of the kinds, and its kind."""
        kind = dice.choice(kinds.split("/"))
        if kind == "np":
            return (dice.choice(self.extra) if self.extra else self.draw("thing", dice)[0]), kind
        if kind == "full" or (kind == "person" and dice.random() < 0.06):
            first, last = dice.choice(self.lists["person"]), dice.choice(self.lists["surname"])
            return f"{first} {last}", kind
        if kind in ("person", "city", "org") and dice.random() < _INVENTED:
            return made_up(kind, dice), kind
        return dice.choice(self.lists[kind]), kind

    def fill(self, kinds: str, dice: random.Random) -> tuple[str, str, list[tuple[int, int, str]]]:
        """Give a filler with the fillers inside it, its kind, and the names inside it."""
        filler, kind = self.draw(kinds, dice)
        filler, names = self.nested(filler, dice)
        return filler, kind, names

    def nested(self, filler: str, dice: random.Random) -> tuple[str, list[tuple[int, int, str]]]:
        """Give words with the fillers inside them, and the names inside them."""
        names: list[tuple[int, int, str]] = []
        while found := _NESTED.search(filler):
            inner, inside, _ = self.fill(found[1], dice)
            if (named := ENTITY.get(inside)) and "{" not in inner:
                names.append((found.start(), found.start() + len(inner), named))
            filler = filler[: found.start()] + inner + filler[found.end() :]
        return filler, names


@dataclass(slots=True)
class Piece:
    """A realised sentence with the spans of its slots."""

    text: str = ""
    slots: dict[str, Span] = field(default_factory=dict)
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    named: bool = True  # every name in the text is among the entities


def expand(wording: str, dice: random.Random) -> str:
    while found := _CHOICE.search(wording):
        wording = (
            wording[: found.start()] + dice.choice(found[1].split("|")) + wording[found.end() :]
        )
    return re.sub(r"\s+", " ", wording).replace(",?", dice.choice((",", ""))).strip()


_SHORT = re.compile(r"\b(I|it|he|she|that|there|who|what|we|you|they)'(m|s|re|ve|ll|d)\b", re.I)


def _casual(wording: str, dice: random.Random) -> str:
    """Write as people do: contractions without apostrophes, small letters, missing pronouns."""
    roll = dice.random()
    if roll < 0.18:
        wording = _SHORT.sub(r"\1\2", wording).replace("n't", "nt")
    elif roll < 0.26:
        wording = wording.replace("'", "’")
    elif roll < 0.36:
        wording = re.sub(r"^I('m| am|'ve| have)? ", "", wording)
    if dice.random() < 0.06:
        wording = wording.replace(" and ", " & ").replace("really", "rly")
        wording = re.sub(r"\byou\b", "u", wording)
    return wording


_ADVERBS = (
    "also", "also", "really", "just", "usually", "currently", "still", "actually", "definitely",
    "always", "kind of", "basically", "mostly", "sometimes", "already", "do", "honestly", "often",
)  # fmt: skip
_VERB = re.compile(
    r"^(I|we|we both) (?=(live|work|study|have|own|play|love|like|enjoy|hate|speak|teach|go|do|want|plan|collect|adopted|got|bought|moved|started|visited|went|attended|joined|met|married|quit|left|sold|studied|graduated|became|dislike|prefer|need|hope|run|practice)\b)"
)
_BEING = re.compile(
    r"^(I'm|I am|we're|I've|I have) (?=(an?|the|from|in|at|allergic|going|planning|working|studying|living|married|dating|learning|been|visited|trying|into) )"
)
_TAILS = (
    " too", " as well", " with my friends", " because it helps me relax", ", which is great",
    " and I love it", " these days", " at the moment", ", and it's been fun", " so I'm pretty busy",
    " but it's not easy", ", if that helps", ", so keep that in mind", " and it's amazing",
    ", and I'm really happy about it", ", believe it or not", " for a change", ", just so you know",
    ", it was so much fun", " and I couldn't be happier", ", it makes me feel great", ", to be honest",
    " because I need a change", ", and it means a lot to me", ", what about you?", ", how about you?",
    ", do you have any suggestions?", ", it's been a wild ride", " since it keeps me sane",
)  # fmt: skip


def _lengthened(wording: str, dice: random.Random) -> str:
    """Put an adverb into a statement, and something behind it."""
    if dice.random() < 0.25:
        adverb = dice.choice(_ADVERBS)
        if (found := _VERB.match(wording)) or ((found := _BEING.match(wording)) and adverb != "do"):
            past = re.match(r"\w+(ed|ght|ent|ot|et|ft|old|it|ame) ", wording[found.end() :])
            if not (adverb == "do" and past):
                wording = f"{wording[: found.end()]}{adverb} {wording[found.end() :]}"
    if dice.random() < 0.2 and wording[-1:] not in "?!.":
        wording += dice.choice(_TAILS)
    return wording


_NAMED = re.compile(r"(?<=[a-z,;:] )(?!I\b)[A-Z]")  # a capital that begins no sentence


def turn(line: Line, words: Words, dice: random.Random, *, small: bool) -> Piece:
    """Choose wording and fillers of a whole turn of a talk, which needs nothing around it."""
    wording = expand(line[1], dice)
    piece = _filled(line, _casual(wording, dice), words, dice, small=small)
    piece.named &= not _NAMED.search(_SLOT.sub("x", wording))
    return piece


def realise(line: Line, words: Words, dice: random.Random, *, small: bool) -> Piece:
    """Choose wording and fillers of one template."""
    wording = expand(line[1], dice)
    states = line[0] and not wording.rstrip().endswith("?")
    wording = _casual(_lengthened(wording, dice) if states else wording, dice)
    lone = wording.startswith("[S:person] ") and "'s" not in wording
    if lone and dice.random() < 0.25:
        wording = wording.replace("[S:person]", "[S:pronoun]", 1)
    return _filled(line, wording, words, dice, small=small)


def _filled(line: Line, wording: str, words: Words, dice: random.Random, *, small: bool) -> Piece:
    piece, at = Piece(), 0
    for slot in _SLOT.finditer(wording):
        piece.text += wording[at : slot.start()]
        at = slot.end()
        literal = slot[2] == "="
        kind = ""
        if literal:
            filler, names = words.nested(slot[3], dice)
        else:
            filler, kind, names = words.fill(slot[3], dice)
        if not literal and filler.lower() in piece.text.lower():  # two people of one name, at best
            filler, kind, names = words.fill(slot[3], dice)
        if piece.text.endswith((" a ", " an ", "my ", "our ", " the ")):
            bare = _ARTICLE.sub("", filler)
            names = [
                (a - len(filler) + len(bare), b - len(filler) + len(bare), k) for a, b, k in names
            ]
            filler = bare
        if re.search(r"\ban? $", piece.text):
            vowel = filler[0].lower() in "aeiou" or filler.startswith(("8", "18", "11"))
            piece.text = re.sub(r"\ban? $", "an " if vowel else "a ", piece.text)
        # "the", "my" and their like are no part of what is named, however it is written down
        skip = len(found[0]) if (found := _ARTICLE.match(filler)) else 0
        start = len(piece.text) + skip
        piece.text += filler
        span = (start, len(piece.text))
        piece.slots[slot[1]] = span
        if named := ENTITY.get(kind):
            piece.entities.append((start, span[1], named))
        else:
            at_filler = start - skip
            piece.entities += [(a + at_filler, b + at_filler, k) for a, b, k in names]
            capital = kind not in PLAIN and re.search(r"[A-Z](?!\w* (was|am))", filler)
            piece.named &= bool(names) or not capital
    piece.text += wording[at:]
    if small:
        piece.text = piece.text.lower()
    elif piece.text:
        piece.text = piece.text[0].upper() + piece.text[1:]
    for predicate, subject, object_, ended in line[0]:
        who = None if subject == "me" else piece.slots[subject]
        piece.facts.append((predicate, who, piece.slots[object_], ended))
    return piece
