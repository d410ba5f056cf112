"""Does a dead letter keep what can be kept of a record, and say what it could not?"""

import base64
import hashlib

import pytest

from infra.host.fresh import Fresh
from infra.host.lines import MAX_KEPT
from infra.host.perceiving import rejection
from schemas.errors import ObservationError
from schemas.memories import Rejected
from schemas.wire import decode
from streams.log import Record


def letter_of(value: bytes) -> Rejected:
    record = Record("anamnesis.observations", 1, 7, "ana", value, {"ce_id": "o"}, 1)
    outgoing = rejection(record, "undecodable", ValueError("no event"))
    found = decode(outgoing.headers["ce_type"], outgoing.value)
    assert isinstance(found, Rejected)
    return found


def test_what_can_be_kept_whole_is() -> None:
    letter = letter_of(b"x" * 1000)
    assert base64.b64decode(letter.raw) == b"x" * 1000
    assert letter.detail == "ValueError: no event"


def test_of_what_is_too_large_the_beginning_is_kept_with_length_and_digest() -> None:
    value = b"abc" * (MAX_KEPT // 3) + b"the end that is cut off"
    letter = letter_of(value)
    assert base64.b64decode(letter.raw) == value[:MAX_KEPT]
    assert str(len(value)) in letter.detail
    assert hashlib.sha256(value).hexdigest() in letter.detail
    assert letter.detail.endswith("ValueError: no event")


def test_a_record_that_names_no_kind_is_told_so() -> None:
    record = Record("anamnesis.observations", 1, 7, "ana", b"{}", {"ce_id": "o"}, 1)
    with pytest.raises(ObservationError, match="the header ce_type is missing"):
        Fresh().take(record)
