import json
from typing import Any

import pytest

from schemas.wire import decode, encode, tag_of, tags
from tests.golden import GOLDEN


def kept(old: Any, new: Any) -> bool:
    """Say whether everything that was written is still there; what is newer may be added."""
    match old, new:
        case dict(), dict():
            return all(name in new and kept(old[name], new[name]) for name in old)
        case list(), list():
            return len(old) == len(new) and all(map(kept, old, new))
        case _:
            return bool(old == new)


def test_every_tag_has_a_golden_file_and_every_golden_file_a_tag() -> None:
    assert set(GOLDEN) == set(tags())


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_decodes_under_the_tag_of_its_file(name: str) -> None:
    golden = GOLDEN[name]
    assert golden.tag == name
    assert golden.description
    assert decode(golden.tag, golden.written)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_loses_nothing_when_it_is_written_again(name: str) -> None:
    golden = GOLDEN[name]
    event = decode(golden.tag, golden.written)
    assert decode(tag_of(event), encode(event)) == event
    if tag_of(event) == golden.tag:  # an upcast may reshape
        assert kept(golden.value, json.loads(encode(event)))
