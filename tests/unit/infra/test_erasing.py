"""Whether what ticks made of an erased memory goes with it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice
from infra.views.refold import verify
from streams.topology import STREAMS
from tests.driving import opened, said, take_in, texts

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG = "and it rained all the way to the sea, where nobody was waiting for anybody any more " * 3
LINES = [
    said("gone", f"The harbour has a hidden kestrel, {LONG}"),
    said("kept", f"The kitchen has a heavy ladder, {LONG}"),
]


def tick(day: int, job: str) -> dict[str, Any]:
    return tick_of("ana", job, NOON + timedelta(days=day)).model_dump(mode="json")


def recall(day: int, memories: list[str]) -> dict[str, Any]:
    return {
        "id": f"r{day}", "space": "ana", "kind": "recalled", "question": "?", "memories": memories,
        "at": (NOON + timedelta(days=day)).isoformat(),
    }  # fmt: skip


def test_what_ticks_made_of_an_erased_memory_goes_with_it(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, [tick(0, "decay"), *LINES])
        found = [m.id for m in memory.reads.timeline("ana", None, None, 10)]
        take_in(memory, [line for d in range(1, 9) for line in (recall(d, found), recall(-d, []))])
        take_in(memory, [tick(10, "promote"), tick(10, "consolidate")])
        jobs = ("decay", "compress", "promote")
        take_in(memory, [tick(day, job) for day in (900, 1900, 40_000) for job in jobs])
        told = memory.host.told
        assert told["memory_promoted"] and told["memory_compressed"]  # noqa: PT018 - of one sort
        memory.forget(Choice("ana", observation="gone"), "asked for", really=True)
    with opened(home) as memory:
        everything = b"".join(r.value for s in STREAMS for r in memory.log.scan(s))
        assert b"kestrel" not in everything
        assert b"ladder" in everything
        assert [text for text in texts(memory) if "kestrel" in text] == []
        assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def test_a_session_goes_on_counting_after_an_erasure(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, [said(name) for name in "abc"])
        memory.forget(Choice("ana", observation="a"), "asked for", really=True)
    with opened(home) as memory:
        take_in(memory, [said(name) for name in "de"])
        found = memory.reads.timeline("ana", None, None, 10)
        assert sorted(one.ordinal for one in found) == [1, 2, 3, 4]
