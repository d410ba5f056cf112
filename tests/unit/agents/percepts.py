"""Small percepts for the decider's tests."""

import base64
from datetime import UTC, datetime
from typing import Any

import numpy as np

from agents.decision import Input
from schemas.envelope import input_id
from schemas.observations import Message, Perceivable
from schemas.percepts import Passage, Perceived, Relation, TimeSpan
from schemas.wire import digest_of
from tests.hash_encoder import encode

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def b64(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def message(id_: str, text: str, **fields: Any) -> Message:
    given: dict[str, Any] = {
        "space": "maya",
        "at": NOON,
        "session": "s1",
        "speaker": "Maya",
    } | fields
    return Message(id=id_, text=text, **given)


def perceived(
    observation: Perceivable,
    text: str,
    relations: tuple[Relation, ...] = (),
    times: tuple[TimeSpan, ...] = (),
) -> Input:
    encoded = encode(text)
    passage = Passage(
        start=0,
        end=len(text),
        text=text,
        vector=b64(encoded.vector),
        tokens=b64(encoded.tokens),
        relations=relations,
        times=times,
    )
    event = Perceived(observation=observation, passages=(passage,), models={"encoder": "hash"})
    return Input(input_id(observation.space, observation.id), digest_of(observation), event)


def said(id_: str, text: str, **fields: Any) -> Input:
    """A message in which nothing but the words was seen."""
    return perceived(message(id_, text, **fields), text)


def stated(
    id_: str, text: str, predicate: str, object_: str, *, ended: bool = False, **fields: Any
) -> Input:
    """A message that states a fact of its speaker."""
    observation = message(id_, text, **fields)
    relation = Relation(
        subject=observation.speaker or "I",
        predicate=predicate,
        object=object_,
        start=0,
        end=len(text),
        score=0.9,
        spoken=True,
        ended=ended,
    )
    return perceived(observation, text, relations=(relation,))
