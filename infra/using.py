"""What an agent does with an open memory: take in, ask, look up facts, judge, take back."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from agents.decision import Input
from agents.policy import USUAL
from agents.remember import decide, needs
from infra.clock import now
from infra.closing import Closing
from infra.host.ingest import Ingested, Ingestor
from infra.host.lines import lines_of
from infra.host.local_host import LocalHost
from infra.host.positions import demand_reached
from infra.judging import Retracted, demand_verdict, judgement, retraction
from infra.keys.sealing import SealedCodec
from infra.log.sqlite_log import SqliteLog
from infra.recall import Recall
from infra.recollection import Asked, Recollection
from infra.recording import Recording, recalled
from infra.views.sql_facts import FactPattern, KnownFact
from infra.views.sql_reads import Memory as Found
from infra.views.sql_reads import SqlReads
from infra.views.sql_views import SqlViews
from schemas.envelope import input_id
from schemas.errors import ClosedError, InputError, NotFoundError, VectorsError, ViewsAwayError
from schemas.facts import FactReopened, FactSuperseded
from schemas.memories import InputPassed, MemoryForgotten
from schemas.observations import Said
from schemas.wire import tag_of, tag_of_type
from streams.log import records
from streams.topology import MEMORIES

if TYPE_CHECKING:
    # Imported where it is used: kafka-python takes half a second, which other logs spare.
    from infra.kafka.kafka_door import KafkaDoor
    from infra.kafka.kafka_log import KafkaLog

log_ = structlog.get_logger("memory")


class Using(Closing):
    """An open memory as an agent uses it; what opens it says what it works with.

    Of a closed one everything raises ClosedError.
    """

    log: "SqliteLog | KafkaLog"
    codec: SealedCodec
    host: "LocalHost | KafkaDoor"
    views: SqlViews
    reads: SqlReads
    recall: Recall
    recording: Recording
    _rejected: list[int]
    _closed = False

    def ingestor(self, source: str) -> Ingestor:
        """Give a way in for observations from a named source."""
        return Ingestor(self.log, self.host, self.host, source, self._rejected)

    def take(
        self, observations: Iterable[Mapping[str, Any]], source: str = "anamnesis/python"
    ) -> Ingested:
        """Take observations in, as `ingest` does lines of JSON, until they can be recalled.

        What is refused is counted in `rejected` and told in `faults`, by its number: look there.
        What is taken in again changes nothing; other words under an id that is known are refused.
        Raises WaitError when nobody remembers, ObservationError for what JSON cannot write.
        """
        self._demand_open()
        result, ingestor = Ingested(), self.ingestor(source)
        deque(ingestor.lines(lines_of(observations), result), maxlen=0)
        self.host.drain()
        ingestor.settle(result)
        return result

    def ask(self, asked: Asked, *, record: bool = True) -> Recollection:
        """Answer a question; a vector engine that fails is brought back, and asked again.

        That it was asked is recorded behind the answer, unless `record` says not to: what is
        recalled lasts longer. Raises InputError where it cannot be asked.
        """
        self._demand_open()
        asked.demand()
        self._demand_reached(asked.space, asked.known_at)
        if self.codec.refresh():  # another process may have erased something
            self.recall.retrieving.segments.forget()
        known = self.reads.knows(asked.space)
        found = replace(self._answered(asked), note=self._note(asked, known=known))
        if record and known:  # asking makes no space
            memories = tuple(hit.memory.id for hit in found.hits)
            self.recording.later(recalled(asked.space, asked.question, now(), memories))
        return found

    def _answered(self, asked: Asked) -> Recollection:
        try:
            return self.recall.ask(asked)
        except ViewsAwayError:
            # Connections from before a restart of the database are no good; new ones may be.
            return self.recall.ask(asked)
        except VectorsError as error:
            self._tell(f"the vectors are brought back from the log: {error}")
            self.host.repair_vectors()
            return self.recall.ask(asked)

    def _note(self, asked: Asked, *, known: bool) -> str | None:
        """Say what of a question is not known at all, and so may be a slip."""
        if not known:
            return f"there is no space {asked.space}"
        if asked.speaker and not self.reads.about(asked.space, [asked.speaker], 1):
            return f"nobody in {asked.space} is called {asked.speaker}"
        return None

    def facts(  # noqa: PLR0913 - a pattern
        self,
        space: str,
        *,
        subject: str | None = None,
        predicate: str | None = None,
        object: str | None = None,  # noqa: A002 - what facts call it
        as_of: datetime | None = None,
        known_at: int | None = None,
        limit: int | None = None,
    ) -> list[KnownFact]:
        """Find facts by pattern, in the order in which they began; `*` and `?` match any text.

        Raises NotFoundError where there is no such space, InputError for a time without a zone and
        for a position that the log has not come to.
        """
        self._demand_open()
        if as_of is not None and as_of.tzinfo is None:
            raise InputError("`as_of` must be a time with a zone")
        self.reads.demand(space)
        self._demand_reached(space, known_at)
        pattern = FactPattern(subject, predicate, object, as_of, known_at)
        return self.reads.facts.find(space, pattern, limit)

    def feedback(self, memory: str, verdict: str) -> Found:
        """Say that a memory, by its id, was "useful", "wrong" or "outdated"; give it as it is then.

        Useful makes it last; wrong and outdated weaken it, and the confidence in it and in its
        facts. Raises NotFoundError, InputError for another verdict.
        """
        self._demand_open()
        demand_verdict(verdict)
        self.host.drain()
        before = self.reads.memory(memory)
        said = judgement(before.space, before.id, verdict, now())
        self._command(said, "anamnesis/feedback")
        return self.reads.memory(before.id)

    def retract(
        self, observation: str, space: str, reason: str, *, really: bool = True
    ) -> Retracted:
        """Take back an observation, by its producer's id, and everything that came of it alone.

        What was said wrongly is taken back so, and said anew under another id; not `really` only
        says what would go. Raises NotFoundError when nothing that is remembered came of it.
        """
        self._demand_open()
        said = retraction(space, observation, reason, now())
        self.host.drain()
        self.reads.demand(space)
        item, policy = Input(said.id, "", said), USUAL  # no threshold decides what goes
        decided = decide(self.views.gather(needs([item], policy)), item, policy)
        if isinstance(decided[0], InputPassed):
            raise NotFoundError(decided[0].reason, observation=observation)
        done = Counter(map(tag_of, decided))
        if really:
            done = self._command(said, "anamnesis/retract")
        kinds = (MemoryForgotten, FactSuperseded, FactReopened)
        return Retracted(*(done[tag_of_type(kind)] for kind in kinds))

    def _command(self, said: Said, source: str) -> Counter[str]:
        """Publish a command, wait until the views show what came of it, and count that by tag."""
        begin = self.log.ends(MEMORIES)
        self.ingestor(source).observations([said], Ingested())
        self.host.drain()
        return self._came_of([said], begin)

    def _came_of(self, said: Sequence[Said], begin: Sequence[int]) -> Counter[str]:
        """Count by tag what these commands have led to since the memories ended at `begin`."""
        causes = {input_id(one.space, one.id) for one in said}
        ends, came = self.log.ends(MEMORIES), dict[str, str]()
        for partition in {self.log.partition_of(one.space) for one in said}:
            for record in records(self.log, MEMORIES, partition, ends[partition], begin[partition]):
                if record.headers.get("ce_causationid") in causes:
                    # By id: on Kafka what an input led to may stand there twice.
                    came[record.headers["ce_id"]] = record.headers["ce_type"]
        return Counter(came.values())

    def _demand_reached(self, space: str, known_at: int | None) -> None:
        """Refuse what is to come as a time at which something was known."""
        if known_at is not None:
            part = self.log.partition_of(space)
            demand_reached(self.log, {part: known_at}, f"`known_at` {part}:{known_at}")

    def _demand_open(self) -> None:
        """Refuse work on a closed memory, whose stores would open again or wait for ever."""
        if self._closed:
            raise ClosedError

    def _tell(self, what: str) -> None:
        log_.warning(what)
