"""What is answered in words: a fact that fits the question, words, or a sentence."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Final, Literal, Protocol

from agents.addressing import without_addresses
from agents.body import Body, FactBody
from agents.lexicon import stems
from agents.predicates import PLANS, name_key, said
from agents.question import form_of
from agents.quoting import quoted
from agents.sentences import sentences
from schemas.percepts import TimeSpan

LEAST_CONFIDENCE: Final = 0.2
_YEAR: Final = re.compile(r"\b(?:1[89]|20)\d\d\b")
_FIRST: Final = 3  # memories among which it is looked for what was said last
_DAY: Final = timedelta(days=1)
_HOUR: Final = re.compile(
    r"(?:at )?\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?| ?o['\u2019]clock)?", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W_]+")
_YOUR: Final = re.compile(r"\byours?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A text and the memory that it is cited from: a fact, words of the memory, or a sentence.

    `sure` is how likely words answer, as far as that is known; `body` is what the memory holds,
    where it was read.
    """

    text: str
    memory: str
    kind: Literal["fact", "words", "sentence"] = "words"
    sure: float = 0.0
    body: Body | None = field(default=None, compare=False, repr=False)


class Stated(Protocol):
    """A fact that may be the answer; `belief` grows with its confidence and evidence."""

    @property
    def body(self) -> FactBody:
        """Give its subject and object."""
        ...

    @property
    def predicate(self) -> str:
        """Give its predicate."""
        ...

    @property
    def memory(self) -> str:
        """Give the memory that states it."""
        ...

    @property
    def belief(self) -> float:
        """Say how surely it is believed, from 0 to 1."""
        ...

    @property
    def valid_to(self) -> datetime | None:
        """Say when it ends, if it does."""
        ...


Finding = Callable[[str, Iterable[tuple[str, Body]]], Answer | None]


def nothing(_question: str, _memories: Iterable[tuple[str, Body]]) -> Answer | None:
    """Find no words, as where no reader is."""
    return None


def first_sentence(question: str, memories: Iterable[tuple[str, Body]]) -> Answer | None:
    """Tell the best sentence of the first memory, or of one like it among the next, said last."""
    first = list(islice(memories, 1 if form_of(question).past else _FIRST))
    return told(question, latest(question, first)) if first else None


def told(
    question: str,
    memory: tuple[str, Body],
    sure: float = 0.0,
    words: tuple[int, int] | None = None,
) -> Answer:
    """Tell the part of a memory that answers a question, this surely, likeliest by these words."""
    id_, body = memory
    return Answer(quoted(question, body, words), id_, "sentence", sure, body)


def latest(question: str, memories: Sequence[tuple[str, Body]]) -> tuple[str, Body]:
    """Give the last said of those that have all that the first has of a question, if it is half."""
    asked = set(stems(question))
    said = [(one, set(stems(f"{one[1].speaker or ''} {one[1].text}"))) for one in memories]
    shared = asked & said[0][1]
    same = [one for one, terms in said if shared <= terms and 2 * len(shared) >= len(asked)]
    return max(same, key=lambda one: one[1].at, default=memories[0])


def listed(facts: Sequence[Stated], *, over: bool = False) -> Answer | None:
    """Name every subject and object of facts, predicate by predicate, cited from the surest.

    Of what is `over` it is told until when it held, of several of each; plans "planned" it.
    """
    if not facts:
        return None
    several = over and len(facts) > 1
    predicates = dict.fromkeys(told.predicate for told in facts)
    text = "; ".join(
        _of_one([told for told in facts if told.predicate == predicate], ends=several, over=over)
        for predicate in predicates
    )
    surest = max(facts, key=lambda told: (told.belief, told.memory))
    alone = over and not several and surest.valid_to and surest.predicate != PLANS
    until = f" until {surest.valid_to:%Y-%m-%d}" if alone else ""
    return Answer(text + until, surest.memory, "fact")


def _of_one(facts: Sequence[Stated], *, ends: bool, over: bool) -> str:
    """Name every subject and object of facts of one predicate, with what has ended if `ends`."""
    predicate = facts[0].predicate
    planned = over and predicate == PLANS and all(told.valid_to for told in facts)
    subjects = dict.fromkeys(told.body.subject for told in facts)
    objects = dict.fromkeys(
        told.body.object
        + (f" (until {told.valid_to:%Y-%m-%d})" if ends and told.valid_to and not planned else "")
        for told in facts
    )
    verb = "planned:" if planned else said(predicate)
    return f"{', '.join(subjects)} {verb} {', '.join(objects)}"


def concerns(people: Sequence[str], body: Body, spoken_to: str | None = None) -> bool:
    """Say whether one of these people tells a memory or is spoken of in it; of nobody, any is.

    Whom a memory speaks to ("Wow, Ana!") it need not speak of, unless it says "your".
    """
    named = {word for one in people for word in _WORD.findall(name_key(one))}
    yours = spoken_to if spoken_to and _YOUR.search(body.text) else ""
    told = f"{body.speaker or ''} {yours} {without_addresses(body.text)}"
    return not named or not named.isdisjoint(_WORD.findall(name_key(told)))


def stating(memories: Iterable[tuple[str, Body]]) -> Iterator[tuple[str, Body]]:
    """Give what memories state, without what they ask; what only asks answers nothing."""
    for id_, body in memories:
        if "?" not in body.text:
            if body.intent != "question":
                yield id_, body
            continue
        said = [s for s in sentences(body.text) if not s.rstrip().endswith("?")]
        if said:
            yield id_, body.model_copy(update={"text": " ".join(said)})


def renewing(
    question: str,
    told: Body,
    memories: Iterable[tuple[str, Body]],
    people: Iterable[str] = (),
) -> list[tuple[str, Body]]:
    """Give those that may say anew what a memory told of the question: later, of the same matter.

    They share half of what it shares with the question. Whose it is, of the people who are named,
    need not be said again where nobody is named: "The wedding's been moved".
    """
    shared = set(stems(question)) & set(stems(told.text))
    matter = shared - {term for name in people for term in stems(name)}

    def is_same(body: Body) -> bool:
        about = shared if names_somebody(body) else matter
        return bool(about) and 2 * len(about & set(stems(body.text))) >= len(about)

    return [(id_, body) for id_, body in memories if body.at > told.at and is_same(body)]


def names_somebody(body: Body) -> bool:
    """Say whether a memory names anybody but who speaks."""
    speaker = name_key(body.speaker or "")
    return any(e.type == "person" and name_key(e.text) != speaker for e in body.entities)


def times_in(text: str, body: Body) -> list[TimeSpan]:
    """Give the times of a memory that words of it tell: "Friday" of "on Friday", or all of it."""
    told = text.casefold()
    named = [(time, time.text.casefold()) for time in body.times]
    return [time for time, text in named if text in told or told in text]


def dated(found: Answer, body: Body) -> Answer:
    """Say when that was, where an answer only tells it from when it was said: "yesterday".

    Of an hour ("9") it is the one day of which its sentence speaks: "tomorrow at 9". Of a sentence
    that tells several ("from the 16th to the 23rd"), none is told.
    """
    if _YEAR.search(found.text):
        return found
    times = times_in(found.text, body)
    if not times and _HOUR.fullmatch(found.text):
        beside = [time for one in sentences(body.text) for time in _beside(found.text, one, body)]
        times = beside if len(beside) == 1 else []
    if len(times) > 1 and found.kind == "sentence":
        return found
    if times:
        # "thursday 12 march": a number says more than the name of a day
        best = max(times, key=lambda time: any(map(str.isdigit, time.text)))
        since, until = (datetime.fromisoformat(t) for t in (best.since, best.until))
        return replace(found, text=f"{found.text} ({_days(since, until)})")
    if found.kind == "sentence":
        return replace(found, text=f"{found.text} (said on {body.at:%-d %B %Y})")
    return found


def _beside(words: str, sentence: str, body: Body) -> list[TimeSpan]:
    """Give the times of a memory that a sentence tells beside these words."""
    said = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence)
    return [time for time in body.times if said and time.text in sentence]


def _days(since: datetime, until: datetime) -> str:
    """Write down a time: a day, a month, a year, or from which day to which."""
    last = max(since, until - _DAY)
    if since.date() == last.date():
        return f"{since:%-d %B %Y}"
    if (since.day, until.day) == (1, 1) and last.year == since.year:
        if last.month == since.month:
            return f"{since:%B %Y}"
        if (since.month, last.month) == (1, 12):
            return f"{since:%Y}"
    return f"{since:%-d %B %Y} to {last:%-d %B %Y}"


def answer(  # noqa: PLR0913 - a question, what is known for it, and how answers are found
    question: str,
    memories: Sequence[tuple[str, Body]],
    facts: Sequence[Stated],
    confidence: float,
    words: Finding = nothing,
    *,
    sentence: Finding = first_sentence,
    people: Sequence[str] = (),
    spoken_to: Mapping[str, str | None] = MappingProxyType({}),
) -> Answer | None:
    """Answer by a fact that the question asks for, else by words in memories, else by a sentence.

    A fact is asked for when the question names its subject and predicate, and nothing else; of
    several, the one believed most. `words` looks for words that answer, and where it finds none,
    `sentence` for a sentence, if the best memory concerns one of the `people` whom the question
    names. Neither is taken from a memory that does not: of 111
    questions on LoCoMo's tuning conversations that put what one did to the other, 97 % were
    answered by a sentence without that, and half are with it (of those that have an answer, 92 and
    91 %). None stands for "I do not know": nothing found, or too little confidence for anything but
    what is sure by itself.

    The memories are what these are `stating`. Who asks when is told the day that "yesterday" was.
    """
    if not memories:
        return None
    form, asked = form_of(question), set(stems(question))
    likely = confidence >= LEAST_CONFIDENCE
    fitting = [told for told in facts if likely and _asked_for(told, asked)]
    if len({name_key(told.body.subject) for told in fitting}) == 1:  # "my mum": whose, of two?
        best = max(fitting, key=lambda told: (told.belief, told.memory))
        return listed([best])

    def concerning(some: Sequence[tuple[str, Body]]) -> Iterator[tuple[str, Body]]:
        return (one for one in some if concerns(people, one[1], spoken_to.get(one[0])))

    looks = [] if form.whether else [words]
    if any(concerning(memories[:1])):
        looks.append(sentence)
    for look in looks:
        found = look(question, concerning(memories))
        if found and (likely or found.sure >= LEAST_CONFIDENCE):
            return dated(found, found.body) if form.date and found.body else found
    return None


def _asked_for(told: Stated, asked: set[int]) -> bool:
    subject, predicate, object_ = (
        set(stems(words))
        for words in (told.body.subject, told.predicate.replace("_", " "), told.body.object)
    )
    named = bool(subject & asked and predicate and predicate <= asked)
    return named and asked <= subject | predicate and bool(object_ - asked)
