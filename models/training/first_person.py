"""Which messages state something about the speaker and the people around them, put together."""

import random
import re

from models.training.example import Example, Fact
from models.training.fillers import FILLERS
from models.training.labels import ENTITY_TYPES, INSTRUCTS, INTENTS, RELATIONS
from models.training.orders import listed
from models.training.pieces import Line, Piece, Words, facts_of, lines, realise, turn

SMALL = 0.2  # of the messages are written in small letters
_TURN = 0.4  # of the messages are whole turns of a talk, the others put together from sentences
_WEIGHT = {"plans_to": 0.9, "wants": 0.6, "likes": 0.6, "dislikes": 0.6, "hobby": 0.7, "age": 0.9}

_LINKS = (" and ", ", and ", ", and ", ", but ", " but ", ", while ", " while ", "; ", ", ")


def _begun_small(piece: Piece) -> str:
    """Begin with a small letter what follows a word of its sentence, if no name begins it."""
    named = bool(piece.entities and piece.entities[0][0] == 0)
    if named or piece.text[:2] in ("I ", "I'", "I’"):
        return piece.text
    return piece.text[0].lower() + piece.text[1:]


def _is_pronoun(piece: Piece, span: tuple[int, int]) -> bool:
    return piece.text[slice(*span)].lower() in ("she", "he")


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
        met = {whole.text[a:b]: (a, b) for a, b, kind in whole.entities if kind == "person"}
        if len(met) == 1:  # "she" is who was named before
            (name,) = met.values()
            piece.facts = [
                (p, (name[0] - move, name[1] - move) if s and _is_pronoun(piece, s) else s, o, e)
                for p, s, o, e in piece.facts
            ]
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
    for line in listed("questions"):
        predicate, _, wording = line.partition(" :: ")
        asked = _WH.sub(lambda wh: f"[Q:{wh[0].lower()}]", wording)
        if (
            predicate != "headquarters"
            and "[Q:" in asked
            and ("[Q:when]" not in asked or predicate == "born_on")
        ):
            for people, whom in _WHOM:
                facts = ((predicate, "S", "Q", False), *facts_of(people))
                found.append((facts, asked.replace("<who>", whom)))
    return found


_YOURS = {
    "am i": "are you", "was i": "were you", "i'm": "you're", "i am": "you are", "i was": "you were",
    "i": "you", "me": "you", "my": "your",
}  # fmt: skip
_MINE = re.compile(rf"\b({'|'.join(_YOURS)})\b", re.IGNORECASE)


def put_to_others(asked: list[Line]) -> list[Line]:
    """Ask who is spoken to what speakers ask about themselves: that states nothing about anybody."""
    found: list[Line] = []
    for facts, wording in asked:
        if wording.startswith("[Q:") and all(subject == "me" for _, subject, _, _ in facts):
            found.append(((), _MINE.sub(lambda mine: _YOURS[mine[0].lower()], wording)))
    return found


_ASKED = questions()
_FACTS, _TURNS = lines("facts"), lines("turns")
_NOTHING = lines("nothing") + put_to_others(_ASKED)
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
    if INSTRUCTS in kinds:
        return INTENTS.index("request")
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
    elif roll < 0.34 and source is None:
        pieces, intent = [_question(words, dice, small=small)], INTENTS.index("question")
    elif roll < 0.44:
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
