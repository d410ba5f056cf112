"""Which statements exclude each other: predicates, their spelling, and which are functional."""

import re
from typing import Final

# At most one object at a time: a new one ends the old one.
FUNCTIONAL: Final = frozenset({
    "age", "born_in", "born_on", "ceo", "died_on", "email", "founded_on", "full_name",
    "headquarters", "height", "job_title", "lives_in", "marital_status", "name", "partner",
    "phone_number", "spouse", "status", "works_for",
})  # fmt: skip
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
    "married_to": "spouse",
    "has_job": "job_title",
    "occupation": "job_title",
}
_PRONOUNS: Final = frozenset({
    "he", "she", "it", "they", "we", "you", "who", "him", "her", "them", "us", "this", "that",
    "these", "those", "someone", "everyone",
})  # fmt: skip
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def predicate_key(predicate: str) -> str:
    """Spell a predicate in lower snake case under its usual name."""
    spelled = _NOT_WORD.sub("_", predicate.casefold()).strip("_")
    return ALIASES.get(spelled, spelled) or "related_to"


def name_key(name: str) -> str:
    """Fold a name for comparison: case and white space aside."""
    return " ".join(name.casefold().split())


def is_pronoun(name: str) -> bool:
    """Say whether a name only points at somebody: who that is, the name alone does not tell."""
    return name_key(name) in _PRONOUNS


def is_functional(predicate: str) -> bool:
    """Say whether a subject has at most one object of this predicate at a time."""
    return predicate in FUNCTIONAL or predicate.startswith("favourite_")
