"""Which records are decided as one batch."""

import pytest

from infra.host.remembering import together
from streams.log import Record


def records(kinds: str) -> list[Record]:
    tags = {"p": "perceived.v1", "t": "ticked.v1", "x": "retract_requested.v1"}
    return [
        Record("percepts", 0, offset, "ana", b"", {"ce_type": tags[kind]}, 0)
        for offset, kind in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("", [0]),
        ("ppp", [3]),
        ("t", [1]),
        ("ppt", [2, 1]),
        ("tpp", [1, 2]),
        ("ptpxtp", [1, 1, 1, 1, 1, 1]),
    ],
)
def test_what_reads_more_than_keys_name_is_alone(kinds: str, expected: list[int]) -> None:
    first, rest = together(records(kinds))
    parts = [first]
    while rest:
        first, rest = together(rest)
        parts.append(first)
    assert [len(part) for part in parts] == expected
    assert [r.offset for part in parts for r in part] == list(range(len(kinds)))
