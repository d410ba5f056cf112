"""Does the example's consumer of promotions keep its table exactly once?"""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from examples.promoted import consume
from infra.host.scheduler import tick_of
from infra.memory import Memory
from schemas.memories import MemoryDemoted, MemoryPromoted
from schemas.wire import decode
from streams.topology import PROMOTIONS
from tests.driving import said, take_in

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def tick(day: float, job: str = "promote") -> dict[str, Any]:
    return tick_of("ana", job, at(day)).model_dump(mode="json")


def proved(memory: Memory) -> list[str]:
    """Let a memory prove its worth, and lose it again; give the lines that tell of it."""
    take_in(memory, [tick(0, "decay"), said("a", at=at(1).isoformat())])
    id_ = memory.reads.timeline("ana", None, None, 1)[0].id
    for day in range(2, 9):
        recall = {
            "id": f"r{day}", "space": "ana", "kind": "recalled", "at": at(day).isoformat(),
            "question": "?", "memories": [id_],
        }  # fmt: skip
        take_in(memory, [recall, tick(day + 0.5)])
    promoted = memory.reads.memory(id_)
    assert promoted.layer == "insights"
    wrong = {"id": "f", "space": "ana", "kind": "feedback", "at": at(9).isoformat()}
    take_in(memory, [wrong | {"memory": id_, "verdict": "wrong"}, tick(10)])
    assert memory.reads.memory(id_).layer == "interact"
    return [
        json.dumps({"position": f"{r.partition}:{r.offset}", **json.loads(r.value)})
        for r in memory.log.scan(PROMOTIONS)
    ]


def rows(table: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(table)
    found = connection.execute("SELECT space, layer, text FROM promoted").fetchall()
    connection.close()
    return found


def test_promotions_are_published_whole_and_once(memory: Memory) -> None:
    lines = proved(memory)
    events = [decode(r.headers["ce_type"], r.value) for r in memory.log.scan(PROMOTIONS)]
    assert [type(event) for event in events] == [MemoryPromoted, MemoryDemoted]
    assert events[0].whole.vector
    assert events[0].whole.text == "The word of a is a"
    take_in(memory, [tick(10)])
    assert len(list(memory.log.scan(PROMOTIONS))) == len(lines)


def test_the_consumer_takes_each_once_whatever_comes_again(memory: Memory, tmp_path: Path) -> None:
    up, down = proved(memory)
    table = tmp_path / "promoted.db"
    assert consume([up], table) == (1, 0)
    assert rows(table) == [("ana", "insights", "The word of a is a")]
    assert consume([up, up, down], table) == (1, 2)
    assert rows(table) == []
    assert consume([up, down], table) == (0, 2)


def test_a_row_that_fails_leaves_the_position_where_it_was(memory: Memory, tmp_path: Path) -> None:
    up, _ = proved(memory)
    table = tmp_path / "promoted.db"
    broken = json.dumps({k: v for k, v in json.loads(up).items() if k != "reason"})
    with pytest.raises(KeyError, match="reason"):
        consume([broken], table)
    assert consume([up], table) == (1, 0)
