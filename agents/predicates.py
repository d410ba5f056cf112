"""Which statements exclude each other: predicates, their spelling, and which are functional."""

import re
from collections.abc import Collection
from typing import Final
from unicodedata import normalize

# At most one object at a time: a new one ends the old one.
FUNCTIONAL: Final = frozenset({
    "age", "born_in", "born_on", "ceo", "died_on", "dissolved_on", "email", "ended_on",
    "founded_on", "full_name", "happened_on", "headquarters", "height", "job_title", "lives_in",
    "located_at", "marital_status", "name", "partner", "phone_number", "spouse", "started_on",
    "status", "works_for", "works_in",
})  # fmt: skip
PLACES: Final = frozenset({"born_in", "headquarters", "lives_in", "located_at", "works_in"})
LOCATED: Final = "located_in"  # a place in another place
CAUSE: Final = "caused_by"  # an effect by its cause
EFFECT: Final = "~caused_by"  # a cause by its effects: no fact can be stated so
ENDS: Final = {
    "born_on": "died_on",
    "founded_on": "dissolved_on",
    "started_on": "ended_on",
}
BEGINS: Final = {end: begin for begin, end in ENDS.items()}
THINGS: Final = frozenset({"has_pet", "owns"})  # any number, each of which may be named short
HAPPENED: Final = "happened_on"
FAVORITE: Final = "favorite"  # what is liked best, of whatever kind
PLANS: Final = "plans_to"  # over once the time is that it is for
LIKE: Final = "like"
LIKING: Final = frozenset({"likes", "dislikes", FAVORITE})
FAVOURITE: Final = "favourite_"  # the same of a kind, of which there is one: "favourite_colour"
INSTRUCTS: Final = "instructs"  # what somebody wants an assistant to do every time
_LINKED: Final = frozenset({LOCATED, CAUSE, EFFECT, HAPPENED})
ALIASES: Final = {
    "birthday": "born_on",
    "date_of_birth": "born_on",
    "birthplace": "born_in",
    "place_of_birth": "born_in",
    "residence": "lives_in",
    "place_of_residence": "lives_in",
    "lives_at": "lives_in",
    "resides_in": "lives_in",
    "works_at": "works_for",
    "employer": "works_for",
    "employed_by": "works_for",
    "employee_or_member_of": "works_for",
    "occurred_on": "happened_on",
    "because_of": "caused_by",
    "married_to": "spouse",
    "has_job": "job_title",
    "occupation": "job_title",
}
# Words by which a question names what a predicate asks for, besides its own: they narrow nothing.
KINDS: Final = {
    "age": "old",
    "attended": "event",
    "born_in": "city country place",
    "born_on": "birthday date day",
    "child_of": "parent parents",
    "educated_at": "school university college",
    "favorite": "favourite favourites",
    "founded_by": "founder founders",
    "friend": "friends",
    "has_child": "child children kid kids",
    "has_condition": "illness illnesses disease diagnosis",
    "has_pet": "pets animal animals",
    "has_sibling": "siblings",
    "headquarters": "city",
    "hobby": "hobbies",
    "instructs": "instruction instructions rule rules",
    "job_title": "job profession occupation living role work",
    "lives_in": "city town country place home",
    "nationality": "country",
    "partner": "boyfriend girlfriend",
    "relative": "relatives",
    "speaks": "language languages",
    "spouse": "husband wife married",
    "studies": "subject",
    "visited": "city cities country countries place places",
    "works_for": "company employer firm job",
}
# Words that narrow what is asked for, unless only one fact is known.
ROLES: Final = {
    "child_of": "mother father mum mom mam mama mummy mommy dad daddy papa",
    "has_child": "daughter daughters son sons boy girl baby",
    "has_pet": "dog dogs cat cats",
    "has_sibling": "sister sisters brother brothers sis bro",
    "relative": (
        "aunt auntie uncle cousin niece nephew grandmother grandfather grandma grandpa gran granny"
        " nan nana granddad grandad"
    ),
}
_COUPLES: Final = {
    "spouse": "wife husband spouse hubby",
    "partner": "boyfriend girlfriend partner fiance fiancee",
}
_GENERAL: Final = {kind: KINDS[kind] for kind in ("child_of", "has_child")}  # "my kids"
# By which words of kin somebody is told who is the object of a predicate.
KIN: Final = {
    word: kind
    for told in (ROLES, _COUPLES, _GENERAL)
    for kind, words in told.items()
    for word in words.split()
}
PEOPLE: Final = frozenset(KIN.values()) | {"friend"}  # whose objects are somebody
# Where it is said whose they are, these words name the same one: "Tom's mum".
_SAME: Final = {
    word: one
    for one, words in {
        "mother": "mum mom mam mama mummy mommy",
        "father": "dad daddy papa",
        "brother": "bro",
        "sister": "sis",
        "grandmother": "gran granny grandma nan nana",
        "grandfather": "grandpa granddad grandad",
        "aunt": "auntie",
        **_COUPLES,
    }.items()
    for word in words.split()
}
# How a fact is said, where its predicate's own words do not say it.
_SAID: Final = {
    "age": "is aged",
    "allergic_to": "is allergic to",
    "born_in": "was born in",
    "born_on": "was born on",
    "ceo": "is led by",
    "child_of": "is a child of",
    "diet": "has the diet",
    "died_on": "died on",
    "educated_at": "was educated at",
    "favorite": "likes best",
    "founded_by": "was founded by",
    "founded_on": "was founded on",
    "friend": "is friends with",
    "has_child": "has the child",
    "has_condition": "has",
    "has_pet": "has the pet",
    "has_sibling": "has the sibling",
    "headquarters": "is based in",
    "hobby": "has the hobby",
    "instructs": "instructs:",
    "job_title": "works as",
    "marital_status": "is",
    "name": "is called",
    "nationality": "is",
    "partner": "is together with",
    "plans_to": "plans:",
    "political_affiliation": "belongs to",
    "relative": "is related to",
    "spouse": "is married to",
    "subsidiary_of": "belongs to",
    "wants": "wants:",
}
_PRONOUNS: Final = frozenset({
    "he", "she", "it", "they", "we", "you", "who", "him", "her", "them", "us", "this", "that",
    "these", "those", "someone", "everyone", "his", "hers", "its", "their", "theirs", "our", "ours",
    "your", "yours", "whose",
})  # fmt: skip
_ASKING: Final = frozenset({"who", "whom", "whose", "what", "which", "where", "when", "how"})
_WHOSE: Final = "'s "
_OLDEST: Final = 130  # years
_DIGITS = re.compile(r"\d+", re.ASCII)
_AGED: Final = re.compile(
    r"\D*\d+(?: ?(?:y(?:ea)?rs?|y/?o|months?|mo|weeks?|wks?|days?|and a half|old|of age))*",
    re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_WILD = re.compile(r"(?:[^\w*?]|_)+")


def predicate_key(predicate: str) -> str:
    """Spell a predicate in lower snake case under its usual name."""
    spelled = _NOT_WORD.sub("_", normalize("NFC", predicate).casefold()).strip("_")
    return ALIASES.get(spelled, spelled) or "related_to"


def pattern_key(wanted: str) -> str:
    """Spell a predicate that may have wildcards as facts have it; these stand for what they do."""
    return _NOT_WILD.sub("_", normalize("NFC", wanted).casefold())


def said(predicate: str) -> str:
    """Give the words that stand between a subject and an object."""
    has = "has the " if predicate.startswith(FAVOURITE) else ""
    return _SAID.get(predicate, f"{has}{predicate.replace('_', ' ')}")


def name_key(name: str) -> str:
    """Fold a name for comparison: case, white space and how accents are coded aside.

    So are words for the same kin: "Tom's mum" is Tom's mother.
    """
    key = " ".join(normalize("NFC", name).casefold().split()).replace("\u2019", "'")
    if _WHOSE not in key:
        return key
    first, *roles = key.split(_WHOSE)
    return _WHOSE.join([first, *(_SAME.get(role, role) for role in roles)])


def owned(words: str, owner: str | None) -> str:
    """Name somebody who has no name by whose they are: "Tom's mum"."""
    return f"{owner}{_WHOSE}{words}" if owner else words


def owners(name: str) -> tuple[str, ...]:
    """Part a name into who is named and the roles from there on: Tom, his sister, her boyfriend."""
    return tuple(name.split(_WHOSE))


def is_kin(words: str) -> bool:
    """Say whether words only tell how somebody is related: "mum"."""
    return name_key(words) in KIN


def is_pronoun(name: str) -> bool:
    """Say whether a name only points at somebody: who that is, the name alone does not tell."""
    return name_key(name) in _PRONOUNS


def is_asking(name: str) -> bool:
    """Say whether a word stands for what somebody asks for."""
    return name_key(name) in _ASKING


def is_place(predicate: str) -> bool:
    """Say whether the objects of a predicate are places, of which one may lie in another."""
    return predicate in PLACES


def is_possible(predicate: str, object_: str) -> bool:
    """Say whether this can be an object: an age is no time of a race, wage or year of birth."""
    numbers = [int(digits) for digits in _DIGITS.findall(object_)] if predicate == "age" else []
    one = len(numbers) == 1 and numbers[0] <= _OLDEST and _AGED.fullmatch(object_.strip())
    return not numbers or bool(one)


def stands_alone(predicate: str) -> bool:
    """Say whether a fact of it neither ends nor dates another: any number may hold."""
    bound = predicate in PLACES or predicate in ENDS or predicate in BEGINS or predicate in _LINKED
    return not (bound or predicate == INSTRUCTS or is_functional(predicate))


def is_functional(predicate: str, own: Collection[str] = ()) -> bool:
    """Say whether a subject has at most one object of this predicate at a time.

    `own` are those of which a space declares that.
    """
    return predicate in FUNCTIONAL or predicate.startswith(FAVOURITE) or predicate in own
