"""Does the Kafka host come to what the local host comes to, whatever happens on the way?"""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from infra.clock import monotonic, pause
from infra.kafka.faust_host import FaustHost, Runner
from infra.kafka.kafka_client import Access, admin
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node
from infra.kafka.watchdog import STUCK
from infra.kafka.worker import Worker
from infra.views.refold import combined, refold
from infra.views.sqlite_store import VIEWS_FILE, SqliteStore
from schemas.errors import StalePositionError
from streams.log import Outgoing
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, REJECTIONS
from tests.driving import COMMAND, Line, grown, opened, rejections, said, take_in, written
from tests.hash_encoder import HashEncoder
from tests.kafka_driving import (
    PATIENCE,
    looking,
    once,
    perceive_here,
    publish,
    remembering,
    settings_for,
    settled,
    start_worker,
    state_on_kafka,
    work,
    working,
)


def mixed(examples: Path) -> list[Line]:
    """Give what comes to a memory on a bad day: repeats, conflicts, poison, commands, ticks."""
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


def test_both_hosts_come_to_the_same(node: Node, home: Path, examples: Path) -> None:
    lines = mixed(examples)
    publish(node, lines)
    work(node, home)
    with opened(home.with_name("local")) as memory:
        take_in(memory, lines)
        expected = combined(memory.views.state_hashes())
        lost = sorted((r.reason, raw) for r, raw in rejections(memory))
        decided = [r.headers["ce_id"] for r in memory.log.scan(MEMORIES)]
    assert state_on_kafka(node, home) == expected
    with looking(node, home) as (log, _):
        letters = [json.loads(r.value) for r in once(log.scan(REJECTIONS))]
        assert sorted((x["reason"], base64.b64decode(x["raw"])) for x in letters) == lost
        assert sorted(r.headers["ce_id"] for r in log.scan(MEMORIES)) == sorted(decided)


def test_each_space_is_decided_in_the_order_of_its_observations(node: Node, home: Path) -> None:
    lines: list[Line] = [
        said(f"o{n}", f"Sentence number {n} of many", space=f"s{n % 5}") for n in range(100)
    ]
    publish(node, lines)
    work(node, home)
    with looking(node, home) as (log, _):
        for stream in (PERCEPTS, MEMORIES):
            for space in range(5):
                at = [r.headers["ce_position"] for r in log.scan(stream) if r.key == f"s{space}"]
                assert len(at) == 20
                assert at == sorted(at, key=lambda place: int(place.partition(":")[2]))


def test_what_is_delivered_again_changes_nothing(node: Node, home: Path, examples: Path) -> None:
    publish(node, mixed(examples))
    work(node, home)
    before = state_on_kafka(node, home)
    client = admin(Access(node.address))
    client.delete_groups(["anamnesis.perceive", "anamnesis.remember"])
    client.close()
    work(node, home)
    assert state_on_kafka(node, home) == before
    with looking(node, home) as (log, views):
        assert len(list(log.scan(PERCEPTS))) > len(once(log.scan(PERCEPTS)))
        ids = [r.headers["ce_id"] for r in log.scan(MEMORIES)]
        assert len(ids) == len(set(ids))
        beside = home.with_name("beside")
        beside.mkdir()
        again = refold(log, log.codec, SqliteStore(beside))
        assert again.state_hashes() == views.state_hashes()
        again.close()


def test_a_record_that_is_no_event_becomes_a_dead_letter(node: Node, home: Path) -> None:
    raw = b"\x00\xff not an event"
    events: list[tuple[str | None, dict[str, str]]] = [
        ("ana", {"ce_type": "message.v1"}),
        ("ana", {}),
    ]
    letters = refused(node, home, raw, events)
    assert [base64.b64decode(letter["raw"]) for letter in letters] == [raw, raw]


def test_a_record_under_another_key_than_its_space_becomes_a_dead_letter(
    node: Node, home: Path
) -> None:
    wrong = json.dumps(said("wrong")).encode()
    headers = {"ce_type": "message.v1"}
    letters = refused(node, home, wrong, [("bo", headers), (None, headers)])
    assert [base64.b64decode(letter["raw"]) for letter in letters] == [wrong, wrong]
    assert all("murmur2" in letter["detail"] for letter in letters)


def refused(
    node: Node, home: Path, value: bytes, under: list[tuple[str | None, dict[str, str]]]
) -> list[dict[str, str]]:
    """Publish a value under keys and headers, then what is right; give the dead letters."""
    log = KafkaLog(Access(node.address))
    log.append([Outgoing(OBSERVATIONS, key, value, headers, 1) for key, headers in under])
    log.close()
    publish(node, [said("right")])
    work(node, home)
    with looking(node, home) as (kept, views):
        assert views.size() == 1
        return [json.loads(record.value) for record in kept.scan(REJECTIONS)]


def test_two_workers_that_die_lose_and_double_nothing(node: Node, home: Path) -> None:
    lines: list[Line] = [
        said(f"o{n}", f"I live in {('Porto', 'Lyon', 'Faro')[n % 3]}, house {n}", space=f"s{n % 9}")
        for n in range(400)
    ]
    expected = grown(home.with_name("local"), lines)
    with working(node, home, "all", "all") as workers:
        for turn in range(4):
            publish(node, lines[turn * 100 : turn * 100 + 100])
            with looking(node, home) as (log, views):
                # In mid-work: something of this turn is decided, and hardly all of it.
                while views.size() <= turn * 100:
                    assert log.wait(MEMORIES, log.ends(MEMORIES), 1) in (True, False)
            workers[turn % 2].kill()
            workers[turn % 2].wait()
            workers[turn % 2] = start_worker(node, home)
        settled(node)
    assert state_on_kafka(node, home) == expected


class CrashError(Exception):
    """The process ends here, as far as the test is concerned."""


def perceived(node: Node, home: Path, lines: list[Line]) -> str:
    """Publish lines and perceive them; give the state to which the local host comes."""
    publish(node, lines)
    perceive_here(node, home)
    return grown(home.with_name("local"), lines)


def test_a_crash_between_append_and_views_is_repaired(
    node: Node, home: Path, examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = perceived(node, home, mixed(examples))
    worker = remembering(node, home)

    def crash(*_: Any, **__: Any) -> None:
        raise CrashError

    monkeypatch.setattr(worker.projector.views, "apply", crash)
    with pytest.raises(CrashError):
        worker.run(20)
    appended = sum(worker.log.ends(MEMORIES))
    assert appended
    worker.log.close()
    again = remembering(node, home)
    again.run(20)
    again.log.close()
    assert state_on_kafka(node, home) == expected


def test_a_worker_that_lost_its_partition_is_refused(node: Node, home: Path) -> None:
    perceived(node, home, [said(f"o{n}", f"Sentence {n} of Ana") for n in range(10)])
    late, owner = remembering(node, home), remembering(node, home)
    partition = owner.log.partition_of("ana")
    records = owner.log.read(PERCEPTS, partition, 0, 10)
    late.step.run(partition, records[:2])
    owner.step.run(partition, records[:6])
    with pytest.raises(StalePositionError):
        late.step.run(partition, records[2:8])
    assert late.log.ends(MEMORIES) == owner.log.ends(MEMORIES)
    late.step.run(partition, records[2:8])  # it has looked again where the views stand
    assert late.projector.at[partition] == owner.log.ends(MEMORIES)[partition]
    with looking(node, home) as (_, views):
        assert views.size() == 8
    for worker in (late, owner):
        worker.log.close()


def test_what_a_late_worker_appends_once_more_is_folded_once(
    node: Node, home: Path, examples: Path
) -> None:
    lines = mixed(examples)
    perceived(node, home, lines)
    worker = remembering(node, home)
    worker.run(7)
    log = worker.log
    # A worker that was put to sleep between its look and its append wakes up.
    log.append(
        [Outgoing(MEMORIES, r.key, r.value, r.headers, r.timestamp) for r in log.scan(MEMORIES)]
    )
    more: list[Line] = [said(f"m{n}", f"Later, number {n}") for n in range(5)]
    publish(node, more)
    work(node, home)
    log.close()
    assert state_on_kafka(node, home) == grown(home.with_name("both"), [*lines, *more])
    with looking(node, home) as (stored, views):
        assert len(once(stored.scan(MEMORIES))) < sum(stored.ends(MEMORIES))
        beside = home.with_name("beside")
        beside.mkdir()
        again = refold(stored, stored.codec, SqliteStore(beside), aside=True)
        assert again.state_hashes() == views.state_hashes()
        again.close()


def test_the_worker_command_comes_to_the_real_models_state(
    node: Node, home: Path, examples: Path, filled_state: str
) -> None:
    publish(node, examples.read_bytes())
    words = (COMMAND, "worker", "--until-idle", "0", "--role")
    with start_worker(node, home, "all", program=words) as worker:
        assert worker.wait(PATIENCE) == 0
    assert state_on_kafka(node, home) == filled_state


def test_new_views_are_made_though_nothing_new_comes(node: Node, home: Path) -> None:
    lines: list[Line] = [said(f"o{n}", f"Sentence {n}", space=f"s{n % 9}") for n in range(60)]
    publish(node, lines)
    work(node, home)
    expected = state_on_kafka(node, home)
    for path in home.glob(f"{VIEWS_FILE}*"):
        path.unlink()
    assert state_on_kafka(node, home) != expected
    work(node, home)
    assert state_on_kafka(node, home) == expected


class Losing(Worker):
    """A worker in which Faust takes for given what comes second."""

    first: bytes
    second: bytes
    node: Node
    hosts: list[FaustHost]

    def _host(self, runner: Runner) -> FaustHost:
        self.hosts = [*getattr(self, "hosts", ()), super()._host(runner)]
        return self.hosts[-1]

    async def _work(self, _stopping: asyncio.Event) -> None:
        await asyncio.to_thread(self._publish, self.first)
        for host in self.hosts:
            consumer: Any = host.app.consumer
            read = consumer._read_offset
            for partition in range(self.log.partitions):
                read[TP(host.runner.step.reads, partition)] = 1 << 40
        await asyncio.to_thread(self._publish, self.second)

    def _publish(self, data: bytes) -> None:
        publish(self.node, data)
        settled(self.node)


def test_what_faust_takes_for_given_is_fetched_again(node: Node, home: Path) -> None:
    lines = [said(f"o{n}", f"Sentence {n}", space=f"s{n % 9}") for n in range(60)]
    settings = settings_for(node, home).model_copy(update={"batch": 16, "stall_seconds": 1e6})
    worker = Losing(settings, "all", encoders=HashEncoder)
    worker.node, worker.first, worker.second = node, written(lines[:40]), written(lines[40:])
    asyncio.run(worker.run(signals=False))
    assert all(runner.counts["fetched_again"] for runner in worker.runners)
    assert state_on_kafka(node, home) == grown(home.with_name("calm"), [*lines])


def test_of_two_workers_of_one_name_the_first_ends_and_says_why(node: Node, home: Path) -> None:
    words = (COMMAND, "worker", "--instance", "only", "--role")
    first = start_worker(node, home, "remember", program=words)
    second = None
    try:
        await_work(home)
        second = start_worker(node, home, "remember", program=words)
        assert first.wait(PATIENCE) == 3
        assert "--instance only: another worker has begun under this name" in said_by(home)
        publish(node, [said("a"), said("b", space="ben")])
        perceive_here(node, home)
        until = monotonic() + PATIENCE
        with looking(node, home) as (_, views):
            while views.size() < 2:
                assert monotonic() < until, said_by(home)
                pause(0.1)
        assert second.poll() is None
    finally:
        for one in filter(None, (first, second)):
            one.kill()
            one.wait()


def test_what_halts_every_worker_becomes_a_dead_letter(node: Node, home: Path) -> None:
    publish(node, [said("a"), said("b", "Everything comes to a standstill"), said("c")])
    more = {"ANAMNESIS_STALL_SECONDS": "8", "ANAMNESIS_ATTEMPTS": "1"}
    codes: list[int] = []
    while 0 not in codes:
        assert len(codes) < 4
        with start_worker(node, home, "all", "0", more=more) as worker:
            codes.append(worker.wait(PATIENCE))
    assert set(codes[:-1]) == {STUCK}
    with looking(node, home) as (log, views):
        (letter,) = [json.loads(record.value) for record in once(log.scan(REJECTIONS))]
        assert views.size() == 2
    assert "stuck at it" in letter["detail"]
    assert b"standstill" in base64.b64decode(letter["raw"])


def test_a_killed_worker_leaves_no_folders_behind(node: Node, home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    words = (COMMAND, "worker", "--role")
    worker = start_worker(node, home, "remember", program=words, more={"TMPDIR": str(elsewhere)})
    try:
        await_work(home)
    finally:
        worker.kill()
        worker.wait()
    assert [path for path in elsewhere.iterdir() if path.is_dir()] == []


def await_work(home: Path) -> None:
    """Wait until a worker of a folder has its partitions."""
    until = monotonic() + PATIENCE
    while "assigned" not in said_by(home):
        assert monotonic() < until, said_by(home)
        pause(0.1)


def said_by(home: Path) -> str:
    """Give what the workers of a folder have said."""
    return "".join(path.read_text() for path in home.parent.glob(f"{home.name}-*.log"))
