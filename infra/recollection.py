"""What is asked of a memory, and what it brings back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, get_args

from pydantic import TypeAdapter, ValidationError

from agents.answer import Answer, stating
from agents.mood import VALENCE
from agents.predicates import INSTRUCTS, said
from infra.clock import now
from infra.views.sql_facts import KnownFact
from infra.views.sql_reads import Memory
from schemas.errors import InputError
from schemas.faults import in_words
from schemas.values import Layer, MemoryKind, Name, Space, Text

KINDS: Final = get_args(MemoryKind)
LAYERS: Final = get_args(Layer)
MOST: Final = 1000  # results of one question
# What the parts of a context are headed by, for a reader that knows nothing of memory.
_WANTED: Final = "Follow every time, as asked:"
_FACTS: Final = "Known:"
_SAID: Final = "Said:"
_READS: Final[Mapping[str, TypeAdapter[Any]]] = {
    "question": TypeAdapter(Text),
    "space": TypeAdapter(Space),
    "speaker": TypeAdapter(Name | None),
}


def demand_order(since: datetime | None, until: datetime | None) -> None:
    """Make sure that a time asked for can hold anything. Raises InputError."""
    if since and until and since >= until:
        raise InputError(f"`since` ({since}) must be before `until` ({until})")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to one space, and what its answers must fit.

    With a `mood`, shares of emotions by label, what agrees with it comes a little earlier.
    """

    question: str
    space: str
    k: int = 10
    as_of: datetime | None = None
    known_at: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    speaker: str | None = None
    id: str | None = None
    mood: Mapping[str, float] | None = None

    def demand(self) -> None:
        """Make sure that it can be asked. Raises InputError naming what is wrong."""
        self._demand_words()
        if type(self.k) is not int or not 1 <= self.k <= MOST:
            raise InputError(f"`k` must be a whole number from 1 to {MOST}")
        if not isinstance(self.known_at, int | None):
            raise InputError("`known_at` must be an offset of the space's partition")
        for name in ("as_of", "since", "until"):
            self._demand_time(name)
        demand_order(self.since, self.until)
        self._demand_known()
        if self.mood is not None and not VALENCE.keys() >= set(self.mood):
            raise InputError(f"`mood` must be shares of some of {', '.join(VALENCE)}")

    def _demand_words(self) -> None:
        for name in ("question", "space"):
            given = getattr(self, name)
            if not isinstance(given, str) or not given.strip():
                raise InputError(f"`{name}` is missing or empty")
        if not isinstance(self.speaker, str | None):
            raise InputError("`speaker` must be a name")
        for name, reads in _READS.items():
            try:
                reads.validate_python(getattr(self, name))
            except ValidationError as error:
                raise InputError(f"`{name}`: {in_words(error.errors()[0])}") from error

    def _demand_known(self) -> None:
        for names, noun, known in (("kinds", "kind", KINDS), ("layers", "layer", LAYERS)):
            given = getattr(self, names)
            if not isinstance(given, tuple):
                raise InputError(f"`{names}` must be a tuple of some of {', '.join(known)}")
            if unknown := [one for one in given if one not in known]:
                raise InputError(f"there is no {noun} {unknown[0]}; there are {', '.join(known)}")

    def _demand_time(self, name: str) -> None:
        at = getattr(self, name)
        if at is not None and not (isinstance(at, datetime) and at.tzinfo):
            example = "datetime(2026, 3, 1, tzinfo=UTC)"
            raise InputError(f"`{name}` must be a time with a zone, such as {example}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One memory found; `why` says how much each feature added to its score."""

    memory: Memory
    score: float
    observations: list[str]
    facts: list[KnownFact]
    why: dict[str, float]

    def ended(self, at: datetime) -> Iterator[str]:
        """Say what of it has ended since it was said, by a time, and when."""
        for fact in self.facts:
            if fact.valid_to and self.memory.at < fact.valid_to <= at:
                yield f"{said(fact.predicate)} {fact.body.object} until {fact.days[1]}"


@dataclass(frozen=True, slots=True)
class Recollection:
    """What a question brought back; `fallback` says which condition nothing could meet.

    `confidence` is how surely the answer is right where it is a fact that was asked for, else how
    surely one is among the first ten; without an answer, LEAST_CONFIDENCE at most. `degraded` says
    what did not answer, so that less was looked through than usual, or that memories were embedded
    by another model than the question. `note` says what of the question is not known to memory at
    all, and so may be a slip.
    """

    asked: Asked
    hits: list[Hit]
    answer: Answer | None
    confidence: float
    took_ms: float
    fallback: str | None = None
    facts: list[KnownFact] = field(default_factory=list)
    degraded: str | None = None
    note: str | None = None

    def context(self, characters: int = 2000) -> str:
        """Give what a prompt needs: what is wanted every time, what holds, then what was said.

        Each has a heading; with these it has at most so many characters.
        Facts are told with the days since and until when they hold, turns with the day on which
        they were said, and with what of it has ended since; what only asks, and what was judged
        wrong, is left out.
        """
        wanted = [fact for fact in self.facts if fact.predicate == INSTRUCTS]
        facts = [fact for fact in self.facts if fact.predicate != INSTRUCTS]
        sections = {_WANTED: map(_wanted, wanted), _FACTS: map(_held, facts), _SAID: self._turns()}
        kept: list[str] = []
        left = characters + 1  # the last line ends without a break
        for heading, lines in sections.items():
            for line in dict.fromkeys(f"- {' '.join(line.split())}" for line in lines):
                more = [line] if heading in kept else [heading, line]
                needed = sum(len(one) + 1 for one in more)
                if needed <= left:
                    kept += more
                    left -= needed
        return "\n".join(kept)

    def _turns(self) -> Iterator[str]:
        """Tell what was said, the best match first."""
        hits = {hit.memory.id: hit for hit in self.hits if hit.memory.believed}
        for id_, _ in stating((id_, hit.memory.body) for id_, hit in hits.items()):
            body = hits[id_].memory.body  # with what it asks: "not the 19th. The 21st?" tells both
            who = f" {body.speaker}" if body.speaker else ""
            ended = "; ".join(hits[id_].ended(self.asked.as_of or now()))
            yield f"{body.at:%Y-%m-%d}{who}: {body.text}{f' ({ended})' if ended else ''}"

    def told(self, *, why: bool = False) -> dict[str, Any]:
        """Give what is told of it, in the format that stays."""
        results = []
        for hit in self.hits:
            result: dict[str, Any] = {
                "memory": hit.memory.id,
                "kind": hit.memory.kind,
                "at": hit.memory.at.isoformat(),
                "text": hit.memory.body.text,
                "score": round(hit.score, 4),
                "observations": hit.observations,
                "session": hit.memory.session,
                "speaker": hit.memory.body.speaker,
            }
            if hit.facts:
                result["facts"] = [fact.told() for fact in hit.facts]
            if why:
                result["why"] = {k: round(v, 3) for k, v in hit.why.items() if round(v, 3)}
            results.append(result)
        told: dict[str, Any] = {"id": self.asked.id, "results": results}
        told["answer"] = self.answer.text if self.answer else None
        if self.answer:
            told["cited"] = self.answer.memory
        told["confidence"] = round(self.confidence, 3)
        told["took_ms"] = round(self.took_ms, 2)
        if self.fallback:
            told["fallback"] = self.fallback
        if self.degraded:
            told["degraded"] = self.degraded
        if self.note:
            told["note"] = self.note
        return told


def _wanted(fact: KnownFact) -> str:
    return f"{fact.body.subject}: {fact.body.object}{_days(fact)}"


def _held(fact: KnownFact) -> str:
    return f"{fact.body.subject} {said(fact.predicate)} {fact.body.object}{_days(fact)}"


def _days(fact: KnownFact) -> str:
    told = " ".join(
        f"{word} {day}" for word, day in zip(("since", "until"), fact.days, strict=True) if day
    )
    return f" ({told})" if told else ""
