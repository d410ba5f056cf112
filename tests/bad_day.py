"""What comes on a bad day: repeats, conflicts, poison, commands, ticks, and no events."""

import json
from pathlib import Path

from streams.log import Outgoing
from streams.topology import OBSERVATIONS
from tests.driving import Line, said

NO_EVENT = b"\x00\xff not an event"
WRONG = json.dumps(said("wrong")).encode()
_TAG = {"ce_type": "message.v1"}
# What others append: no event, no kind of one, and observations under another key than their space.
FOREIGN = [
    Outgoing(OBSERVATIONS, key, value, headers, 1)
    for value, key, headers in (
        (NO_EVENT, "ana", _TAG),
        (NO_EVENT, "ana", {}),
        (WRONG, "bo", _TAG),
        (WRONG, None, _TAG),
    )
]


def mixed(examples: Path) -> list[Line]:
    """Give what producers say then."""
    lines: list[Line] = [*examples.read_bytes().splitlines()[:150]]
    for number in range(0, 120, 12):
        lines.insert(number, said(f"p{number}", f"poison {number}", space=f"s{number % 3}"))
        lines.append(said(f"o{number}", f"I live in {'Porto' if number % 24 else 'Lyon'}"))
        lines.append(said(f"o{number}", "Something else under the same id"))
        lines.append(lines[number + 3])
        spring = {"space": "ana", "at": f"2026-04-{1 + number // 12:02}T12:00:00+00:00"}
        lines.append(
            {"id": f"r{number}", "kind": "recalled", "question": "?", "memories": []} | spring
        )
        job = "consolidate" if number % 24 else "decay"
        lines.append({"id": f"t{number}", "kind": "ticked", "job": job} | spring)
        team = {"subject": "Ana", "predicate": "team", "object": f"team {number}"}
        lines.append({"id": f"f{number}", "kind": "fact"} | spring | team)
    own = {"predicates": [{"name": "team", "functional": True, "asks": ["squad"]}]}
    first = {"id": "own", "space": "ana", "at": "2026-04-01T00:00:00+00:00"}
    lines.insert(-9, {"kind": "space_configured", **first, **own})
    return lines


def good(lines: list[Line]) -> list[Line]:
    """Leave out what is said again, under a known id, or cannot be perceived."""
    first: dict[str, Line] = {}
    for line in lines:
        told = json.loads(line) if isinstance(line, bytes) else line
        if "poison" not in told.get("text", ""):
            first.setdefault(f"{told['space']}/{told['id']}", line)
    return list(first.values())
