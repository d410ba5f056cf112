"""Does either host come to the same, whatever comes and whatever happens on the way?"""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic_core import from_json, to_json

from infra.keys.choosing import Choice, is_receipt
from infra.memory import Memory
from streams.log import Outgoing
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS
from tests.bad_day import FOREIGN, NO_EVENT, WRONG, good, mixed
from tests.contract.hosts import BATCH, Came, Host, came_of, lose_views
from tests.contract.kafka_host import OnKafka
from tests.contract.local_host import OneProcess
from tests.driving import Line, grown, opened, rejections, said, state, take_in, texts

HOSTS = ("local", "kafka")
SOON = datetime(2026, 3, 15, 0, 30, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
SPACES = ("ana", "ben", "cleo")
MANY: list[Line] = [
    said(
        f"o{n}",
        "poison" if n == 350 else f"I live in {('Porto', 'Lyon', 'Faro')[n % 3]}, house {n}",
        space=f"s{n % 9}",
    )
    for n in range(400)
]


def begun(kind: str, request: pytest.FixtureRequest, home: Path) -> Host:
    """Give a host of a kind, with nothing in its memory."""
    return OneProcess(home) if kind == "local" else OnKafka(request.getfixturevalue("broker"), home)


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, home: Path) -> Host:
    return begun(request.param, request, home)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Came:
    """Give what comes of many lines where nothing happens."""
    quiet = OneProcess(tmp_path_factory.mktemp("calm") / "home")
    quiet.take(MANY)
    return came_of(quiet)


class Day(NamedTuple):
    """What came of a bad day, then of its second delivery, then of views that were gone."""

    first: Came
    second: Came
    third: Came


@pytest.fixture(scope="module", params=HOSTS)
def day(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, examples: Path
) -> Day:
    found = begun(request.param, request, tmp_path_factory.mktemp(request.param) / "home")
    found.take(mixed(examples), FOREIGN)
    first = came_of(found)
    found.begin_again()
    found.work()
    second = came_of(found)
    lose_views(found)
    found.work()
    return Day(first, second, came_of(found))


def test_a_bad_day_comes_to_the_same_as_one_by_one(day: Day, home: Path, examples: Path) -> None:
    alone = OneProcess(home, batch=1)
    alone.take(mixed(examples), FOREIGN)
    assert day.first == came_of(alone)


def test_each_space_is_decided_in_the_order_of_its_observations(day: Day) -> None:
    for stream in (PERCEPTS, MEMORIES):
        spaces = [at for (of, _), at in day.first.at.items() if of == stream]
        assert len(spaces) > len(SPACES)
        assert all(one <= other for at in spaces for one, other in pairwise(at))


def test_what_is_said_again_or_poisoned_changes_nothing(
    day: Day, home: Path, examples: Path
) -> None:
    assert day.first.state == grown(home, good(mixed(examples)))


def test_what_is_poisoned_becomes_a_dead_letter(day: Day) -> None:
    raw = [(reason, raw) for reason, _, raw in day.first.letters]
    assert sum(reason == "cannot be perceived" for reason, _ in raw) == 10
    assert ("undecodable", NO_EVENT) in raw
    assert ("undecodable", WRONG) in raw
    assert all("murmur2" in detail for _, detail, raw in day.first.letters if raw == WRONG)


def test_what_is_delivered_again_changes_nothing(day: Day) -> None:
    assert day.second == day.first
    assert day.second.again[PERCEPTS] > day.first.again[PERCEPTS]
    assert day.second.again[MEMORIES] == 0


def test_an_erasure_is_believed_however_late_and_what_says_it_is_one_is_not(host: Host) -> None:
    host.take([said("a", "The boat is green"), said("b", space="ben")])
    with host.opened() as memory:
        memory.forget(Choice("ben"), "asked", really=True)
    host.opened().close()  # the intent is gone now
    host.work()
    with host.opened() as memory:
        (real,) = (r for r in memory.log.scan(OBSERVATIONS) if is_receipt(r))
        fields = {**from_json(real.value), "space": "ana"}
    bare = {name: value for name, value in fields.items() if name != "mark"}
    host.take(
        [], [Outgoing(OBSERVATIONS, "ana", to_json(one), real.headers) for one in (fields, bare)]
    )
    again = Outgoing(OBSERVATIONS, "ben", real.value, real.headers)
    host.take([said("c", "They came back", space="ben")], [again])
    host.begin_again()
    host.work()
    with host.opened() as memory:
        assert (texts(memory), texts(memory, "ben")) == (["The boat is green"], ["They came back"])
        letters = {one.detail for one, _ in rejections(memory)}
        assert len({raw for _, raw in rejections(memory)}) == 2
        assert all("`anamnesis forget`" in detail for detail in letters)


def test_views_that_are_gone_are_made_again_though_nothing_new_comes(day: Day) -> None:
    assert day.third == day.first
    assert day.third.again == day.second.again


def test_views_from_zero_equal_those_kept_up_to_date(day: Day) -> None:
    for came in day:
        assert came.verified.ok, came.verified
        assert came.verified.state_hash == came.state
        assert came.verified.points == came.verified.memories > 100


def test_a_crash_between_the_log_and_the_views_is_repaired(host: Host) -> None:
    host.crash(MANY[:90])
    host.take(MANY[:90])
    came = came_of(host)
    assert came.state == grown(host.home.with_name("quiet"), MANY[:90])
    assert came.again[MEMORIES] == 0
    assert came.verified.ok, came.verified


def test_kills_at_any_moment_lose_nothing_and_double_nothing(host: Host, calm: Came) -> None:
    host.be_killed(MANY)
    equals(host, calm)


def test_what_changes_hands_again_and_again_is_done_once(host: Host, calm: Came) -> None:
    host.be_shared(MANY)
    equals(host, calm)


def equals(host: Host, calm: Came) -> None:
    """Compare with what comes where nothing happens."""
    came = came_of(host)
    assert came == calm
    assert came.verified.ok, came.verified


def test_a_host_that_is_slower_than_what_comes_takes_in_only_so_much(host: Host) -> None:
    lines: list[Line] = [said(f"o{n}", f"Sentence {n}", space=SPACES[n % 3]) for n in range(192)]
    ahead = host.be_slow(lines)
    assert len(ahead) >= len(lines)
    assert BATCH < max(ahead) <= host.most_ahead
    assert came_of(host).verified.memories == len(lines)


def ticking() -> list[Line]:
    """Give spaces whose time has begun, one of which has an interval of its own."""
    spring = "2026-03-01T12:00:00+00:00"
    first: list[Line] = [
        {"id": "t", "space": space, "kind": "ticked", "at": spring, "job": "decay"}
        for space in SPACES
    ]
    own: Line = {
        "id": "c", "space": "ben", "at": spring, "kind": "space_configured",
        "settings": {"decay_hours": 1000},
    }  # fmt: skip
    told: list[Line] = [
        said(f"o{n}", f"Sentence number {n} about {n % 7} boats", space=SPACES[n % 3])
        for n in range(60)
    ]
    return [*first, own, *told]


class Ticked(NamedTuple):
    """What comes of ticks that are asked for: what is said of them, and the state."""

    said: list[dict[str, object]]
    before: str
    after: str


@pytest.fixture(scope="module")
def ticked(tmp_path_factory: pytest.TempPathFactory) -> Ticked:
    with opened(tmp_path_factory.mktemp("ticked") / "home") as memory:
        take_in(memory, ticking())
        said = asked(memory, SOON)
        before = state(memory)
        assert asked(memory, LATER)
        return Ticked(said, before, state(memory))


def asked(memory: Memory, at: datetime) -> list[dict[str, object]]:
    """Tick until nothing is due, and say what it came to."""
    said: list[dict[str, object]] = []
    while due := memory.scheduler.due(at):
        memory.tick(due)
        ran = memory.scheduler.ran()
        said += (
            {"space": t.space, "job": t.job, "at": t.at.isoformat(), **ran[t.space, t.job]}
            for t in due
        )
    return said


def test_what_is_asked_for_and_what_a_host_finds_due_comes_to_the_same(
    host: Host, ticked: Ticked
) -> None:
    assert host.tick(ticking(), SOON, LATER) == ticked.said
    with host.opened() as memory:
        assert ticked.before != state(memory) == ticked.after
        ticks = [
            record.headers["ce_type"]
            for record in memory.log.scan(OBSERVATIONS)
            if record.headers["ce_source"].endswith("scheduler")
        ]
        assert set(ticks) == {"ticked.v1", "compared.v1"}
    came = came_of(host)
    assert came.again[MEMORIES] == 0
    assert came.verified.ok, came.verified
