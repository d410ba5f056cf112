"""How statements about the speaker and the people around them are generated, spans known."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from models.training.example import Example, Fact, Span
from models.training.fillers import ENTITY, FILLERS, PLAIN
from models.training.labels import ENTITY_TYPES, INTENTS, RELATIONS

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\[(\w*)([:=])([^\[\]]+)\]")
_NESTED = re.compile(r"\{(\w+)\}")
_WORDINGS = Path(__file__).with_name("wordings")
_RELATION = re.compile(r"(\w+)\((\w+),(\w+)\)(!?)")
_ARTICLE = re.compile(r"^(?:(?:an?|my|our|some) (?=[a-z])|the )")
_SPOKEN = ("city", "country", "person")  # names that people also write in lower case
SMALL = 0.2  # of the messages are written in small letters
_TURN = 0.4  # of the messages are whole turns of a talk, the others put together from sentences
_INVENTED = 0.12  # of the names of people, cities and organisations
_WEIGHT = {"plans_to": 0.9, "wants": 0.6, "likes": 0.6, "dislikes": 0.6, "hobby": 0.7, "age": 0.9}

Line = tuple[tuple[tuple[str, str, str, bool], ...], str]


def lines(name: str) -> list[Line]:
    """Read the wordings of a file.

    `(a|b|)` chooses, `[A:city/country]` is a slot named A, `[:past]` a slot without a name,
    `[A=old bike]` words that stand there as they are, `<me>` the speaker. A line is
    `relations :: wording`; a `!` after a relation says that it no longer holds. What is held out is measured on, and never trained on.
    """
    text = (_WORDINGS / f"{name}.txt").read_text(encoding="utf-8")
    found: list[Line] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        head, _, wording = line.rpartition("::")
        found.append((_of(head), wording.strip()))
    return found


def _of(head: str) -> tuple[tuple[str, str, str, bool], ...]:
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
        names: list[tuple[int, int, str]] = []
        while found := _NESTED.search(filler):
            inner, inside, _ = self.fill(found[1], dice)
            if (named := ENTITY.get(inside)) and "{" not in inner:
                names.append((found.start(), found.start() + len(inner), named))
            filler = filler[: found.start()] + inner + filler[found.end() :]
        return filler, kind, names


@dataclass(slots=True)
class Piece:
    """A realised sentence with the spans of its slots."""

    text: str = ""
    slots: dict[str, Span] = field(default_factory=dict)
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    named: bool = True  # every name in the text is among the entities


def _expand(wording: str, dice: random.Random) -> str:
    while found := _CHOICE.search(wording):
        wording = (
            wording[: found.start()] + dice.choice(found[1].split("|")) + wording[found.end() :]
        )
    return re.sub(r"\s+", " ", wording).replace(",?", dice.choice((",", ""))).strip()


def _casual(wording: str, dice: random.Random) -> str:
    """Write as people do: contractions without apostrophes, small letters, missing pronouns."""
    roll = dice.random()
    if roll < 0.18:
        wording = wording.replace("'m", "m").replace("'ve", "ve").replace("n't", "nt")
    elif roll < 0.26:
        wording = wording.replace("'", "’")
    elif roll < 0.36:
        wording = re.sub(r"^I('m| am|'ve| have)? ", "", wording)
    if dice.random() < 0.06:
        wording = wording.replace(" and ", " & ").replace("really", "rly").replace("you", "u")
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
    wording = _expand(line[1], dice)
    piece = _filled(line, _casual(wording, dice), words, dice, small=small)
    piece.named &= not _NAMED.search(_SLOT.sub("x", wording))
    return piece


def realise(line: Line, words: Words, dice: random.Random, *, small: bool) -> Piece:
    """Choose wording and fillers of one template."""
    wording = _expand(line[1], dice)
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
        filler, kind, names = (slot[3], "", []) if literal else words.fill(slot[3], dice)
        if piece.text.endswith((" a ", " an ", "my ", "our ", " the ")):
            bare = _ARTICLE.sub("", filler)
            names = [
                (a - len(filler) + len(bare), b - len(filler) + len(bare), k) for a, b, k in names
            ]
            filler = bare
        if re.search(r"\ban? $", piece.text):
            vowel = filler[0].lower() in "aeiou" or filler.startswith(("8", "18", "11"))
            piece.text = re.sub(r"\ban? $", "an " if vowel else "a ", piece.text)
        skip = len(found[0]) if (found := not literal and _ARTICLE.match(filler)) else 0
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


_LINKS = (" and ", ", and ", ", and ", ", but ", " but ", ", while ", " while ", "; ", ", ")


def _begun_small(piece: Piece) -> str:
    """Begin with a small letter what follows a word of its sentence, if no name begins it."""
    named = bool(piece.entities and piece.entities[0][0] == 0)
    if named or piece.text[:2] in ("I ", "I'", "I’"):
        return piece.text
    return piece.text[0].lower() + piece.text[1:]


def joined(pieces: list[Piece], dice: random.Random) -> Piece:
    """Write several sentences after each other."""
    whole = Piece()
    for piece in pieces:
        if not piece.text:
            continue
        if whole.facts and piece.facts and whole.text[-1] not in "?!.…" and dice.random() < 0.4:
            whole.text += dice.choice(_LINKS)
            piece.text = _begun_small(piece)
        elif whole.text:
            stop = (
                ""
                if whole.text[-1] in "?!.…"
                else dice.choice((".", ".", ".", "!", ",", " -", "..."))
            )
            whole.text += stop + " "
        move = len(whole.text)
        shift = lambda span: (span[0] + move, span[1] + move)
        whole.text += piece.text
        whole.named &= piece.named
        whole.entities += [(a + move, b + move, kind) for a, b, kind in piece.entities]
        whole.facts += [(p, s and shift(s), shift(o), e) for p, s, o, e in piece.facts]
    if whole.text and whole.text[-1] not in "?!.":
        whole.text += dice.choice((".", ".", ".", "!", "", "", " :)", " 😊", " lol", "!!", "..."))
    return whole


_PREFIX = (
    "Well", "So", "Oh", "Yeah", "Btw", "By the way", "Actually", "Haha", "Hey", "Hi", "Ok so", "Yes",
    "Honestly", "You know", "Nope", "Lol", "Oh wow", "To be honest", "Fun fact", "Guess what",
    "Did I tell you that", "I think I told you that", "As I said", "Also", "Plus", "And", "But",
    "Not sure if I mentioned it but", "Good news", "Sadly", "Luckily", "Well, as you know",
)  # fmt: skip


def _prefixed(piece: Piece, dice: random.Random) -> Piece:
    if dice.random() > 0.22 or not piece.text:
        return piece
    word = dice.choice(_PREFIX)
    comma = "" if word[-4:] in ("that", " but") or dice.random() < 0.25 else ","
    head = f"{word}{comma} "
    text = _begun_small(piece)
    move = len(head)
    return Piece(
        head + text,
        {},
        [(a + move, b + move, k) for a, b, k in piece.entities],
        [(p, s and (s[0] + move, s[1] + move), (o[0] + move, o[1] + move), e)
         for p, s, o, e in piece.facts],
        piece.named,
    )  # fmt: skip


_WH = re.compile(r"(?<!<)\b(where|who|whom|what|which|when|how)\b", re.IGNORECASE)
# whom a question is about: somebody by name, or one of somebody's people
_WHOM = (
    *(("", "[S:person]"),) * 5,
    ("has_sibling(me,S)", "my [S:sib]"), ("has_child(me,S)", "my [S:kid]"),
    ("child_of(me,S)", "my [S:parent]"), ("spouse(me,S)", "my [S:mate]"),
    ("friend(me,S)", "my [:pal] [S:person]"), ("has_sibling(me,S)", "my [:sib] [S:person]"),
    ("has_sibling(T,S)", "[T:person]'s [S:sib]"), ("child_of(T,S)", "[T:person]'s [S:parent]"),
    ("has_child(T,S)", "[T:person]'s [S:kid]"), ("friend(T,S)", "[T:person]'s [S:pal]"),
)  # fmt: skip


def questions() -> list[Line]:
    """Give the wordings of questions: what is asked for is the object of a relation, or its subject.

    "Where does Ana live?" states lives_in of "Ana" and "Where".
    """
    found = lines("asked")
    for line in (_WORDINGS / "questions.txt").read_text(encoding="utf-8").splitlines():
        predicate, _, wording = line.partition(" :: ")
        asked = _WH.sub(lambda wh: f"[Q:{wh[0].lower()}]", wording)
        if (
            predicate != "headquarters"
            and "[Q:" in asked
            and ("[Q:when]" not in asked or predicate == "born_on")
        ):
            for people, whom in _WHOM:
                facts = ((predicate, "S", "Q", False), *_of(people))
                found.append((facts, asked.replace("<who>", whom)))
    return found


_ASKED = questions()
_FACTS, _NOTHING, _TURNS = lines("facts"), lines("nothing"), lines("turns")
_CORRECTIONS = lines("corrections")
# of somebody else: two of them in a row tell whether who and what are paired as they stand
_OTHERS = [line for line in _FACTS if any(subject != "me" for _, subject, _, _ in line[0])]
_BY_PREDICATE: dict[str, list[Line]] = {}
for _line in _FACTS:
    _BY_PREDICATE.setdefault(_line[0][0][0], []).append(_line)

_BY_ASKED: dict[str, list[Line]] = {}
for _line in _ASKED:
    _BY_ASKED.setdefault(_line[0][0][0] if _line[0] else "", []).append(_line)


def _intent(facts: list[Fact], text: str) -> int:
    kinds = {predicate for predicate, _, _, _ in facts}
    if kinds & {"plans_to", "wants"}:
        return INTENTS.index("plan")
    if kinds & {"likes", "dislikes", "favorite"}:
        return INTENTS.index("preference")
    if facts:
        return INTENTS.index("statement")
    return _small_talk(text)


def _small_talk(text: str) -> int:
    first = text.lower()
    if re.match(
        r"(hey|hi|hello|good (morning|evening)|see you|talk to you|catch you|how('s| are) )", first
    ):
        return INTENTS.index("greeting")
    if re.match(r"(can|could) you|remind me|please|set an|book me", first):
        return INTENTS.index("request")
    if first.rstrip(" :)😊lo.!").endswith("?"):
        return INTENTS.index("question")
    return INTENTS.index("statement")


_BEFORE_ASKING = (
    "so, ", "and ", "quick question: ", "one more thing: ", "just checking, ", "hm, ", "by the way, ",
)  # fmt: skip


def _question(words: Words, dice: random.Random, *, small: bool) -> Piece:
    """Give a question of a relation drawn first, as some have many more wordings."""
    facts, wording = dice.choice(_BY_ASKED[dice.choice(list(_BY_ASKED))])
    if dice.random() < 0.15:
        wording = dice.choice(_BEFORE_ASKING) + wording
    return realise((facts, wording), words, dice, small=small)


def statement(
    words: Words, dice: random.Random, noise: list[str], source: dict[str, list[Line]] | None = None
) -> Example:
    """Give one message: mostly a fact with something around it, sometimes nothing worth keeping."""
    small = dice.random() < SMALL
    if source is None and dice.random() < _TURN:
        return said(turn(dice.choice(_TURNS), words, dice, small=small))
    by_predicate = source or _BY_PREDICATE
    roll, pieces, intent, real = dice.random(), [], -1, False
    draw = lambda line: realise(line, words, dice, small=small)
    share = [len(pool) ** 0.6 for pool in by_predicate.values()]
    fact = lambda: draw(dice.choice(by_predicate[dice.choices(list(by_predicate), share)[0]]))
    if roll < 0.06 and source is None:
        pieces, intent = [draw(dice.choice(_CORRECTIONS))], INTENTS.index("correction")
    elif roll < 0.25 and source is None:
        pieces, intent = [_question(words, dice, small=small)], INTENTS.index("question")
    elif roll < 0.36:
        pieces = [draw(dice.choice(_NOTHING))]
    else:
        count = dice.choices((1, 2, 3), (66, 25, 9))[0]
        pieces = [_prefixed(fact(), dice) for _ in range(count)]
        if source is None and dice.random() < 0.15:
            pieces = [draw(dice.choice(_OTHERS)), *pieces]
            dice.shuffle(pieces)
    for _ in range(dice.choices((0, 1, 2, 3), (50, 28, 15, 7))[0]):
        wild = bool(noise) and dice.random() < 0.5
        real |= wild
        other = Piece(dice.choice(noise)) if wild else draw(dice.choice(_NOTHING))
        pieces.insert(dice.randrange(len(pieces) + 1), other)
    return said(joined(pieces, dice), intent, annotated=not real)


def said(whole: Piece, intent: int = -1, *, annotated: bool = True) -> Example:
    """Give a message as training reads it."""
    if intent < 0:
        intent = _intent(whole.facts, whole.text)
    asks = intent == INTENTS.index("question")
    important = max((_WEIGHT.get(f[0], 1.0) for f in whole.facts if not asks), default=0.05)
    return Example(
        whole.text, "first_person",
        entities=whole.entities if annotated and whole.named else None,
        entity_types=frozenset(ENTITY_TYPES),
        facts=whole.facts, predicates=frozenset(RELATIONS), arguments=True,
        intent=intent, importance=important,
    )  # fmt: skip


def statements(count: int, seed: int, extra: tuple[str, ...], noise: list[str]) -> list[Example]:
    """Give `count` messages of the training wordings."""
    dice = random.Random(seed)
    words = Words(FILLERS, extra)
    return [statement(words, dice, noise) for _ in range(count)]
