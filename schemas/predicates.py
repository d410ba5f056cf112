"""Which predicates memory knows of itself, and how a space declares others."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from schemas.values import Frozen, Name, matching

MOST: Final = 32  # predicates of a space
_MANY: Final = 16  # words of one predicate
# What the encoder was trained to see and what memory's own rules are about, with other spellings:
# these mean what they mean in every space.
BUILT_IN: Final = frozenset({
    "age", "allergic_to", "attended", "because_of", "birthday", "birthplace", "born_in", "born_on",
    "caused_by", "ceo", "child_of", "date_of_birth", "died_on", "diet", "dislikes", "dissolved_on",
    "educated_at", "email", "employed_by", "employee_or_member_of", "employer", "ended_on",
    "favorite", "founded_by", "founded_on", "friend", "full_name", "happened_on", "has_child",
    "has_condition", "has_job", "has_pet", "has_sibling", "headquarters", "height", "hobby",
    "instructs",
    "job_title", "likes", "lives_at", "lives_in", "located_at", "located_in", "marital_status",
    "married_to", "name", "nationality", "occupation", "occurred_on", "owns", "partner",
    "phone_number", "place_of_birth", "place_of_residence", "plans_to", "political_affiliation",
    "related_to", "relative", "residence", "resides_in", "speaks", "spouse", "started_on",
    "status", "studies", "subsidiary_of", "visited", "wants", "works_at", "works_for", "works_in",
})  # fmt: skip
_FAVOURITE: Final = "favourite_"
_NAMED: Final = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"


def _own(name: str) -> str:
    if name in BUILT_IN or name.startswith(_FAVOURITE):
        raise ValueError(f"{name} is built in, and means the same in every space")
    return name


class Predicate(Frozen):
    """A predicate that a space declares.

    `functional`: a subject has one object of it at a time, and a new one ends the old one. `asks`
    are words by which questions name it, besides its own. `withdrawn`: it is declared no more; what
    was stated of it stays, and ends nothing from then on.
    """

    name: Annotated[
        str,
        Field(max_length=64, json_schema_extra={"pattern": _NAMED}),
        matching(_NAMED, "must be words of small letters (a-z) and digits, joined by _"),
        AfterValidator(_own),
    ]
    functional: bool = False
    asks: Annotated[tuple[Name, ...], Field(max_length=_MANY)] = ()
    withdrawn: bool | None = None


def _each_once(predicates: tuple[Predicate, ...]) -> tuple[Predicate, ...]:
    names = [one.name for one in predicates]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"declared twice: {', '.join(twice)}")
    return predicates


Predicates = Annotated[tuple[Predicate, ...], Field(max_length=MOST), AfterValidator(_each_once)]
