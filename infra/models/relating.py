"""What an encoding says of whom, and when that is: the relations of a text."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from agents.predicates import FAVORITE, PEOPLE, is_asking, owned
from agents.sentences import in_sentence
from infra.models.as_told import favourite_of, told_beside, told_instead, told_over
from infra.models.borne_out import borne_out
from infra.models.clauses import dated, is_somewhere, of_subject, said_of
from infra.models.open_relations import open_spans
from infra.models.owning import Owners
from infra.models.time_expressions import names_days
from schemas.percepts import OpenRelation, Relation, TimeSpan
from streams.encoded import ArcSpan, Encoded, RelationSpan

_PERSONAL: Final = frozenset({"he", "she"})
_SPEAKING: Final = frozenset({"i", "me", "myself"})  # where their word itself was seen
_SURE: Final = 0.5  # of a known relation, so that its words are covered by it
_OPEN: Final = frozenset({"since", "from", "until", "till", "by"})  # what begins or ends then
_AHEAD: Final = frozenset({"plans_to", "wants"})


def relations_of(text: str, encoded: Encoded, speaker: str | None) -> Iterator[Relation]:
    """Give what is said of whom, once each; of "he" or "his wife" only where that is clear.

    Without a `speaker` it is "I" who speaks.
    """
    relations, owners = borne_out(text, encoded), Owners(text, encoded, speaker)
    best: dict[tuple[str, str, tuple[int, int]], Relation] = {}
    unclear = {
        (found.predicate, found.object)
        for found in encoded.relations
        if found.subject and _meant(text, encoded, found.subject).lower() in _PERSONAL
    }
    for found in relations:
        who = found.subject or said_of(text, encoded.tree, found.object)
        # "Tom and Ben came over. He lives in Leeds": who does, Tom or Ben, is not said.
        if (
            (found.predicate, found.object) in unclear
            and who
            and not in_sentence(text, who, found.object)
        ):
            continue
        named = None if who is None or text[slice(*who)].lower() in _SPEAKING else who
        if named and owners.is_unclear(named):
            continue
        subject = _meant(text, encoded, named) if named else speaker or "I"
        whose = owners.owner(named) if named else None
        start, end = found.object
        best_liked = found.predicate == FAVORITE
        kind = favourite_of(text, encoded.tree, found.object) if best_liked else None
        relation = Relation(
            subject=subject,
            predicate=found.predicate,
            object=text[start:end],
            start=start,
            end=end,
            score=found.score,
            spoken=named is None,
            ended=found.ended and not _taken_instead(text, encoded, found, relations),
            subject_of=whose,
            object_of=owners.owner(found.object) if found.predicate in PEOPLE else None,
            kind=kind,
            beside=told_beside(text, encoded.tree, found.object),
        )
        # "Tom got a job, he works at Shell": both words say it of Tom.
        key = (owned(subject, whose), found.predicate, found.object)
        if key not in best or best[key].score < found.score:
            best[key] = relation
    yield from best.values()


def _taken_instead(
    text: str, encoded: Encoded, found: RelationSpan, relations: Sequence[RelationSpan]
) -> bool:
    """Say whether it takes the place of what another tells to have ended."""
    return any(
        other.ended
        and (other.predicate, other.subject) == (found.predicate, found.subject)
        and told_instead(text, encoded.tree, found.object, other.object)
        for other in relations
    )


def dated_by(
    text: str,
    encoded: Encoded,
    relations: Sequence[Relation],
    times: Sequence[TimeSpan],
    at: datetime,
) -> tuple[Relation, ...]:
    """Say which times date which relation; who is to marry is a sister before that.

    Who is somewhere "from the 9th to the 13th", or "this week", does not live there.
    """
    if not (times and relations and encoded.tree):
        return tuple(relations)
    spans, objects = ([(one.start, one.end) for one in found] for found in (times, relations))
    told = dated(text, encoded.tree, spans, objects)
    coming = {i for i, time in enumerate(times) if datetime.fromisoformat(time.since) > at}
    dating = [
        tuple(i for i in indices if i not in coming or not of_subject(text, encoded.tree, span))
        for indices, span in zip(told, objects, strict=True)
    ]
    named = [[times[i] for i in indices] for indices in dating]
    return tuple(
        one.model_copy(update={"times": indices, "held": _held(text, encoded, one, dates)})
        for one, indices, dates in zip(relations, dating, named, strict=True)
        if not (one.predicate == "lives_in" and _stays(text, encoded, one, dates))
    )


def _held(text: str, encoded: Encoded, relation: Relation, named: Sequence[TimeSpan]) -> bool:
    """Say whether what has ended was so in the times that date it, and not over by them."""
    if not (relation.ended and named):
        return False
    spans = [(time.start, time.end) for time in named]
    return not told_over(text, encoded.tree, (relation.start, relation.end), spans)


def _stays(text: str, encoded: Encoded, relation: Relation, named: Sequence[TimeSpan]) -> bool:
    """Say whether somebody is at a place for the days that are told, and does not live there."""
    if any(names_days(time.text) for time in named):
        return True
    passing = any(_OPEN.isdisjoint(_led(text, time)) for time in named)
    return passing and is_somewhere(text, encoded.tree, (relation.start, relation.end))


def _led(text: str, time: TimeSpan) -> list[str]:
    """Give the first word of a time, and the one before it."""
    return [*text[: time.start].casefold().split()[-1:], *time.text.casefold().split()[:1]]


def open_of(
    text: str, encoded: Encoded, speaker: str, times: Sequence[TimeSpan] = ()
) -> tuple[OpenRelation, ...]:
    """Give what is stated in words that no known relation covers."""
    names = {entity.start: entity.end for entity in encoded.entities}
    names |= {time.start: time.end for time in times}
    known = [seen.object for seen in encoded.relations if seen.score >= _SURE]
    found = []
    for said, predicate, what in open_spans(text, encoded.tree, known):
        words = [encoded.tree[i] for i in predicate]
        start, end = _extent(encoded.tree, what, names)
        subject = speaker if said is None else text[slice(*_extent(encoded.tree, said, names))]
        found.append(
            OpenRelation(
                subject=subject,
                predicate=" ".join(text[word.start : word.end] for word in words),
                object=text[start:end],
                start=start,
                end=end,
                spoken=said is None,
            )
        )
    return tuple(found)


def _extent(
    tree: Sequence[ArcSpan], words: Sequence[int], names: Mapping[int, int]
) -> tuple[int, int]:
    """Give the characters of a phrase, and of a name or time that begins in it: "12 May"."""
    start, end = tree[words[0]].start, tree[words[-1]].end
    return start, max([end, *(names.get(tree[i].start, 0) for i in words)])


def planned(text: str, encoded: Encoded) -> list[tuple[int, int]]:
    """Say where something is planned: the whole text, where that is all that is seen in it.

    What was planned in May is asked of the last one.
    """
    asks = text.rstrip().endswith("?")
    if not (encoded.relations or asks) and encoded.intent and encoded.intent[0] == "plan":
        return [(0, len(text))]
    ahead = [found.object for found in encoded.relations if found.predicate in _AHEAD]
    return [span for span in ahead if not is_asking(text[slice(*span)])]


def _meant(text: str, encoded: Encoded, span: tuple[int, int]) -> str:
    """Name a subject; "he" and "she" are the only person named before them, if there is one."""
    subject = text[slice(*span)]
    if subject.lower() not in _PERSONAL:
        return subject
    before = {
        text[start:end]
        for start, end, type_, _ in encoded.entities
        if type_ == "person" and end <= span[0]
    }
    return before.pop() if len(before) == 1 else subject
