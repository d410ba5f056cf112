"""Whether memory on Kafka loses or doubles anything while workers, stores and clocks are disturbed.

Every hundredth record is no event. What remains is compared with a calm run on the local host.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Final

from benches.figure import Figure, Goal
from benches.kafka import Trial, Worker, end
from benches.postgres import Postgres, binaries
from benches.texts import BEGAN, observations
from benches.trial import clock, feed, new, opened, vector_worker
from benches.trouble import throw_out
from infra.clock import pause
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import start, stop
from infra.kafka.worker import Worker as HereWorker
from infra.recollection import Asked
from infra.views.refold import combined
from schemas.errors import KafkaError
from streams.log import Outgoing
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, REJECTIONS

SMALL: Final = {
    "kills": 2, "each": 120, "seconds": 5, "outage": 5, "long": 20_000, "stops": 2, "engines": 2,
}  # fmt: skip
_NONE: Final = Goal(most=0)
_SPACES: Final = 6
_COMES_BACK: Final = 60.0  # seconds in which a broker that was silent serves again
_YEARS: Final = (2024, 1, 1900, 2200, 1970, 9998)  # of which observations say that they are
_JUMPS: Final = (0, 400, -400, 3650, -30_000, 401)  # days by which the clock of ticks is wrong


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--kills", type=int, default=50, help="kill -9 of one of two workers")
    parser.add_argument("--each", type=int, default=300, help="observations between two kills")
    parser.add_argument("--seconds", type=int, default=60, help="with a rebalance in each")
    parser.add_argument("--outage", type=float, default=20, help="seconds without the broker")
    parser.add_argument("--stops", type=int, default=10, help="outages of the database")
    parser.add_argument("--engines", type=int, default=10, help="kill -9 of a vector engine")
    parser.add_argument("--long", type=int, default=1_000_000, help="characters of a long text")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")


def run(options: argparse.Namespace) -> list[Figure]:
    """Disturb one after the other, each on a memory of its own."""
    parts = (kills, outages, rebalances, databases, engines, clocks)
    return [figure for part in parts for figure in part(options)]


class Load:
    """What is published to a trial, to be held against what became of it."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.said: list[bytes] = []
        self.poison: list[bytes] = []

    def publish(self, count: int, year: int = BEGAN.year) -> None:
        """Publish observations of several spaces, and a record that is no event for a hundred."""
        first = len(self.said)
        lines = [
            line
            for space in range(_SPACES)
            for line in observations(
                count // _SPACES, f"s{space}", seed=first + space, first=10 * first
            )
        ]
        now, then = f'"at": "{BEGAN.year:04}-', f'"at": "{year:04}-'
        lines = [line.replace(now.encode(), then.encode()) for line in lines]
        self.said += lines
        self.trial.publish(lines)
        while len(self.poison) < len(self.said) // 100:
            raw = b"\xff no event " + str(len(self.poison)).encode()
            self.poison.append(raw)
            headers = {"ce_type": "message.v1"}
            self.trial.log.append([Outgoing(OBSERVATIONS, "s0", raw, headers, 1)])

    def publish_long(self, length: int) -> None:
        """Publish a document of a length, in characters."""
        first = len(self.said)
        lines = observations(length // 50, "s0", seed=first, first=10 * first)
        text = " ".join(json.loads(line)["text"] for line in lines)[:length]
        about = {"kind": "document", "title": "A long text", "text": text, "id": f"long-{first}"}
        kept = {name: json.loads(self.said[0])[name] for name in ("space", "at")}
        line = json.dumps(kept | about).encode()
        self.said.append(line)
        self.trial.publish([line])

    def judged(self, note: str) -> Iterator[Figure]:
        """Compare with a calm run on the local host."""
        log = self.trial.log
        state, size = self.trial.state()
        ids = [r.headers["ce_id"] for r in log.scan(PERCEPTS)]
        events = [r.headers["ce_id"] for r in log.scan(MEMORIES)]
        letters = {base64.b64decode(json.loads(r.value)["raw"]) for r in log.scan(REJECTIONS)}
        with new() as memory:
            feed(memory, self.said)
            calm, expected = combined(memory.views.state_hashes()), memory.views.size()
        note = f"{note}, {len(self.said):,} observations"
        lost = len(self.said) - len(set(ids))
        yield Figure("lost observations", lost, "", goal=_NONE, note=note)
        yield Figure("missing or doubled memories", abs(size - expected), "", goal=_NONE)
        yield Figure("state differs from a calm local run's", state != calm, "", goal=_NONE)
        missing = len(letters.symmetric_difference(self.poison))
        note = f"of {len(self.poison)} records that are no events"
        yield Figure("dead letters missing or wrong", missing, "", goal=_NONE, note=note)
        yield Figure("percepts appended again, decided once", len(ids) - len(set(ids)), "")
        yield Figure("events appended again, folded once", len(events) - len(set(events)), "")


def kills(options: argparse.Namespace) -> Iterator[Figure]:
    """Kill one of two workers again and again while they decide, then the broker."""
    choose = random.Random(options.seed)
    with Trial() as trial:
        load = Load(trial)
        workers = [trial.start(), trial.start()]
        for kill in range(options.kills + 1):
            before = trial.count()
            load.publish(options.each)
            trial.decided(before + 1)
            pause(choose.uniform(0, 1))
            if kill < options.kills:
                victim = choose.randrange(2)
                end(workers[victim], signal.SIGKILL)
                workers[victim] = trial.start()
            else:
                stop(trial.node.folder, kill=True)
                start(trial.node.folder)
        ended, healed = settled(trial, workers)
        yield from load.judged(f"{options.kills} kill -9 of workers, 1 of the broker")
    yield Figure("workers that gave up without a broker", ended, "", note="and were started again")
    yield Figure("all done after the broker's death", healed, "s")


def outages(options: argparse.Namespace) -> Iterator[Figure]:
    """Let the broker fall silent, as where a network is cut, then be away; take in a long text."""
    with Trial() as trial:
        load = Load(trial)
        workers = [trial.start(), trial.start()]
        for away in (_silent, _away):
            before = trial.count()
            load.publish(options.each)
            trial.decided(before + 1)
            away(trial, options.outage)
        load.publish_long(options.long)
        load.publish(options.each)
        ended, healed = settled(trial, workers)
        note = f"broker silent, then killed, for {options.outage:g} s each"
        yield from load.judged(f"{note}, a text of {options.long:,} characters")
    yield Figure("workers that gave up meanwhile", ended, "", note="and were started again")
    yield Figure("all done after the outages and the long text", healed, "s")


def _silent(trial: Trial, seconds: float) -> None:
    """Stop the broker's process without ending it: connections stay, and nothing answers."""
    os.kill(trial.node.pid, signal.SIGSTOP)
    try:
        pause(seconds)
    finally:
        os.kill(trial.node.pid, signal.SIGCONT)
    until = clock() + _COMES_BACK
    while True:  # its cluster has taken it for dead, and says for a moment that it has no node
        try:
            KafkaLog(trial.access).close()
        except KafkaError:
            if clock() > until:
                raise
            pause(0.5)
        else:
            return


def _away(trial: Trial, seconds: float) -> None:
    """Kill the broker, and start it again later."""
    stop(trial.node.folder, kill=True)
    pause(seconds)
    trial.node = start(trial.node.folder)


def rebalances(options: argparse.Namespace) -> Iterator[Figure]:
    """Throw both workers out of their groups every second, with observations coming in."""
    with Trial() as trial:
        load = Load(trial)
        workers = [trial.start(), trial.start()]
        load.publish(_SPACES)
        trial.decided(_SPACES)
        thrown = 0
        for _ in range(options.seconds):
            began = clock()
            load.publish(_SPACES * 4)
            thrown += throw_out(trial.access)
            pause(max(0.0, 1 - (clock() - began)))
        ended, healed = settled(trial, workers)
        yield from load.judged(f"{thrown} members thrown out in {options.seconds} s")
    yield Figure("workers that gave up", ended, "", note="and were started again")
    yield Figure("all done after the last rebalance", healed, "s")


def databases(options: argparse.Namespace) -> Iterator[Figure]:
    """Kill the database that holds the views, again and again, and start it again later."""
    if (programs := binaries()) is None:
        yield Figure("outages of the database left out", 1, "", note="no PostgreSQL is installed")
        return
    with closing(Postgres(programs)) as server, Trial(views=server.url) as trial:
        load = Load(trial)
        workers = [trial.start(), trial.start()]
        trial.joined(len(workers))  # who begins while the database is away says so and ends
        for _ in range(options.stops):
            before = trial.count()
            load.publish(options.each)
            trial.decided(before + 1)
            server.stop(signal.SIGQUIT)
            load.publish(options.each)
            pause(options.outage)
            server.start()
            trial.views.engine.dispose()  # its connections ended with the server
        ended, healed = settled(trial, workers)
        note = f"PostgreSQL killed {options.stops} times, for {options.outage:g} s each"
        yield from load.judged(note)
    yield Figure("workers that gave up without a database", ended, "", goal=_NONE)
    yield Figure("all done after its last outage", healed, "s")


def engines(options: argparse.Namespace) -> Iterator[Figure]:
    """Kill the vector engine of a reader, which is its own, while workers decide; ask at once.

    No vector server is started here: `tests/integration/test_kafka_points.py` has one go away.
    """
    with Trial() as trial, trial.worker():
        load = Load(trial)
        failed = 0
        with opened(trial.settings.home, log=trial.settings.log) as reader:
            for _ in range(options.engines):
                load.publish(options.each)
                reader.host.drain()
                os.kill(vector_worker(reader), signal.SIGKILL)
                last: dict[str, str] = json.loads(load.said[-1])
                found = reader.ask(Asked(last["text"], last["space"]))
                failed += last["text"] not in [hit.memory.body.text for hit in found.hits]
            lost = reader.views.size() - reader.vectors.count()
        note = f"a reader's vector engine killed {options.engines} times"
        yield from load.judged(note)
    yield Figure("recalls that did not find what was said last", failed, "", goal=_NONE)
    yield Figure("memories without a point", lost, "", goal=_NONE)


def clocks(options: argparse.Namespace) -> Iterator[Figure]:
    """Let producers' times jump by centuries, and the clock of ticks by days and years."""
    with Trial(tick_seconds=0.2) as trial:
        load = Load(trial)
        for jump, year in zip(_JUMPS, _YEARS, strict=True):
            load.publish(options.each, year)
            wrong = partial(BEGAN.__add__, timedelta(days=jump))
            worker = HereWorker(trial.settings, "all", clock=wrong)
            asyncio.run(worker.run(until_idle=1, signals=False))
        # What the scheduler has found due is as much an input as what was said.
        said: dict[str, bytes] = {}
        for record in trial.log.scan(OBSERVATIONS):
            if record.value not in load.poison:
                said.setdefault(f"{record.key}/{record.headers['ce_id']}", record.value)
        ticks = len(said) - len(load.said)
        load.said = list(said.values())
        yield from load.judged(f"clocks that jump {len(_JUMPS)} times, {ticks} ticks")


def settled(trial: Trial, workers: list[Worker]) -> tuple[int, float]:
    """Wait until all is done and end the workers; give how many gave up, and the seconds."""
    began = clock()
    ended = trial.settled(workers)
    healed = clock() - began
    for worker in workers:
        end(worker, signal.SIGTERM)
    return ended, healed
