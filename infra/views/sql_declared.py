"""Which predicates spaces have declared."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from infra.views.sql_keys import by_keys
from schemas.predicates import Predicate
from streams.codec import Codec

_DECLARED: Final = """
    SELECT p.space, p.name, p.body FROM wanted CROSS JOIN space_predicates p
    WHERE p.space = wanted.space
"""


def declared(
    on: Connection, codec: Codec, spaces: Collection[str]
) -> dict[str, dict[str, Predicate]]:
    """Read the predicates of each of these spaces by name; who declares none is left out."""
    keys = [(space,) for space in sorted(spaces)]
    found: dict[str, dict[str, Predicate]] = {}
    for space, name, sealed in sorted(by_keys(on, "space", keys, _DECLARED)):
        one = Predicate.model_validate_json(codec.open(space, sealed))
        found.setdefault(space, {})[name] = one
    return found
