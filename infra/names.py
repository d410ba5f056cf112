"""By which other names somebody is known, as far as it was said."""

from typing import Final

from agents.predicates import name_key
from infra.views.sql_facts import FactPattern, SqlFacts

NAME: Final = "name"  # the predicate that says how somebody is called
_READ: Final = 200  # latest facts that are read


def other_names(facts: SqlFacts, space: str, name: str, known_at: int | None) -> list[str]:
    """Give the other names of whoever is called so."""
    by_name = FactPattern(predicate=NAME, object=name, known_at=known_at)
    called = facts.find(space, by_name)
    of_them = FactPattern(subject=name, predicate=NAME, known_at=known_at)
    names = facts.find(space, of_them, latest=_READ)
    others = [fact.body.subject for fact in called] + [fact.body.object for fact in names]
    return [other for other in dict.fromkeys(others) if name_key(other) != name_key(name)]
