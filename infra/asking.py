"""Which facts a question asks for, where it can be read as a pattern of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from agents.asking import (
    Pattern,
    asked_for,
    at_the_time,
    explaining,
    is_other,
    left_over,
    narrowed,
    only_roles,
    role_words,
    whether,
)
from agents.declared import asked_by, names_in
from agents.describing import asks_who, describing
from agents.lexicon import stems
from agents.predicates import FAVORITE, FAVOURITE, KIN, name_key, owned, owners
from agents.question import form_of
from agents.validity import is_over
from infra.clock import now
from infra.meant import Meant
from infra.names import NAME, other_names
from infra.recollection import Asked
from infra.views.sql_facts import FactPattern, KnownFact
from infra.views.sql_reads import SqlReads
from schemas.percepts import Passage

_SEEN: Final = 0.5  # how surely a relation is seen in a question, to be what it asks for
_FAVORITES: Final = "favo*rite*"  # of whatever kind
_COUPLES: Final = ("spouse", "partner")
_NAMED: Final = 0.9  # how surely a question means the declared predicate whose words it has
_READ: Final = 200  # facts of one pattern: one who likes a thousand things is asked for the latest


class Asking:
    """Looks facts up by what a question asks for."""

    def __init__(self, reads: SqlReads) -> None:
        self._reads = reads

    def find(self, asked: Asked, passage: Passage) -> Meant:
        """Give what answers the question; no facts, where it cannot be read or none is known.

        What the relation head reads goes before what the space's own words name.
        """
        seen = self._seen(asked, passage)
        if seen.told:
            return seen
        own = self._declared(asked, passage)
        if who := self._who(asked, passage):
            return who
        if form_of(asked.question).whether and not (own and own.told):
            return self._whether(asked, passage)
        return own if own and (own.told or not seen.facts) else seen

    def _declared(self, asked: Asked, passage: Passage) -> Meant | None:
        """Read a question by words of a declared predicate, and the name of what has facts of it.

        The longest name counts; of a question that names a subject, the object is asked for.
        """
        own = self._reads.declared(asked.space)
        for one in asked_by(asked.question, own) if own else ():
            names = list(dict.fromkeys(names_in(asked.question, asked.speaker)))
            for side in ("subject", "object"):
                by = self._reads.facts.naming(asked.space, one.name, side, names, asked.known_at)
                named = next((name for name in names if name in by), None)
                if named is None:
                    continue
                who, what = (named, None) if side == "subject" else (None, named)
                pattern = Pattern(one.name, who, what, read=_NAMED, own=one)
                found = sorted(by[named], key=lambda fact: (fact.valid_from, fact.id))
                return self._meant(asked, passage, pattern, pattern.read, found)
        return None

    def _seen(self, asked: Asked, passage: Passage) -> Meant:
        """Read a question by the relations that are seen in it."""
        pattern = asked_for(passage, asked.speaker, _SEEN)
        if pattern is None:
            return Meant([], [], 0.0)
        sure, found = pattern.read, self._matching(asked, pattern)
        if not found and pattern.via is not None:
            sure *= pattern.via.read
        for other in self._names(asked, pattern.subject or "")[1:]:
            found = found + self._matching(asked, pattern, other)
        if not found and pattern.subject is not None:
            found = self._by_role(asked, pattern, pattern.subject)
        if not found and pattern.predicate.startswith(FAVOURITE):  # of a kind in other words
            pattern = replace(pattern, predicate=FAVORITE)
            found = self._matching(asked, pattern)
        meant = self._meant(asked, passage, pattern, sure, found)
        if meant.answer:  # so nothing else is read for one
            return meant
        return meant._replace(
            predicate=pattern.predicate, names=self._called(asked, passage, pattern.subject)
        )

    def _who(self, asked: Asked, passage: Passage) -> Meant | None:
        """Tell who somebody is, where that is all that is asked: None where nothing tells it."""
        name = next((one.text for one in passage.entities if one.type == "person"), None)
        if name is None or not asks_who(asked.question, name):
            return None
        sides = (FactPattern(subject=name), FactPattern(object=name))
        found = [
            fact
            for side in sides
            for fact in self._reads.facts.find(
                asked.space, replace(side, known_at=asked.known_at), latest=_READ
            )
            if fact.believed
        ]
        told = describing(self.within(asked, found), name, asked.as_of or now())
        sure = _NAMED * max((fact.belief for fact in told), default=0.0)
        return Meant(told, told, sure, over=True) if told else None

    def _whether(self, asked: Asked, passage: Passage) -> Meant:
        """Read what is asked to be so or not, of who is named first: whether Ana is vegan."""
        times = [time.text for time in passage.times]
        names = self.people(asked, passage)
        for who in names:
            facts = self._reads.facts.find(
                asked.space, FactPattern(subject=who, known_at=asked.known_at), latest=_READ
            )
            read = [(whether(asked.question, one, who, *times), one) for one in facts]
            sure = [(pattern, one) for pattern, one in read if pattern]
            if sure:
                best, _ = max(sure, key=lambda one: (bool(one[0].object), one[1].belief))
                found = [one for pattern, one in sure if pattern == best]
                return self._meant(asked, passage, best, _NAMED, found)
        words = frozenset(stems(asked.question))
        return Meant([], [], 0.0, names=frozenset(names), words=words, people=names)

    def people(self, asked: Asked, passage: Passage) -> list[str]:
        """Name whom a question is about by all of their names."""
        named = [one.text for one in passage.entities if one.type == "person"]
        if asked.speaker and form_of(asked.question).own:
            named.append(asked.speaker)
        return [name for one in named for name in (one, *self.also_called(asked, one))]

    def _called(self, asked: Asked, passage: Passage, subject: str | None) -> frozenset[str]:
        """Give all names of a subject that is a person who is named, or who asks."""
        people = [one.text for one in passage.entities if one.type == "person"]
        if subject is None or not any(
            name_key(subject) == name_key(one) for one in (*people, asked.speaker or "")
        ):
            return frozenset()
        return frozenset((subject, *self.also_called(asked, subject)))

    def _names(self, asked: Asked, name: str) -> list[str]:
        """Give the names of whom a name means: Tom's sister, who is Nora, if that is known."""
        first, *roles = owners(name)
        names = [first]
        for role in roles:
            names = [
                one for who in names for one in (owned(role, who), *self._kin(asked, who, role))
            ]
        return names

    def _kin(self, asked: Asked, who: str, role: str) -> list[str]:
        """Name who is somebody's sister; nobody where several may be meant."""
        pattern = Pattern(KIN.get(name_key(role), ""), who, None)
        people = self._matching(asked, pattern) if pattern.predicate else []
        if pattern.single:
            people = at_the_time(pattern, people, asked.as_of or now())
        else:
            people = narrowed(people, _of(people, self._texts(asked, people)), role_words(role))
        names = {fact.body.object for fact in people}
        return list(names) if len(names) == 1 else []

    def _by_role(self, asked: Asked, pattern: Pattern, role: str) -> list[KnownFact]:
        """Find facts of whoever is told by a role, where it is not known who asks for "my mum"."""
        if pattern.via is not None:
            names = self._kin(asked, pattern.via.subject or "", role)
            return self._matching(asked, pattern, names[0]) if names else []
        if asked.speaker or f"my {role}".casefold() not in asked.question.casefold():
            return []
        found = self._matching(asked, pattern, owned(role, "*"))
        return found if len({name_key(fact.body.subject) for fact in found}) == 1 else []

    def _meant(
        self, asked: Asked, passage: Passage, pattern: Pattern, sure: float, found: list[KnownFact]
    ) -> Meant:
        """Choose among the facts of a pattern by time and by what else the question says."""
        found = self.within(asked, found)
        times = [
            (datetime.fromisoformat(time.since), datetime.fromisoformat(time.until))
            for time in passage.times
        ]
        words = left_over(asked.question, pattern, *(time.text for time in passage.times))
        texts = self._texts(asked, found) if words and len(found) == 1 else {}
        if texts and only_roles(words, pattern):
            if is_other(words, pattern, *texts.values()):
                return Meant([], [], 0.0, elsewhen=frozenset(texts))
            words = set()
        if words and not pattern.single:  # who has one husband is asked for him by any word
            texts = texts or self._texts(asked, found)
            fitting = narrowed(found, _of(found, texts), words)
            found = fitting or (found if pattern.own else [])
        named = times[0] if len(times) == 1 else None
        at = asked.as_of or now()
        form = form_of(asked.question)
        ever = form.ever
        if form.former and form.past and not times:
            pattern = replace(pattern, ended=True)
        facts = at_the_time(pattern, found, at, named, ever=ever)
        then = {fact.memory for fact in facts}
        elsewhen = {fact.memory for fact in found if pattern.single} - then
        told = facts
        if words:
            texts = texts or self._texts(asked, facts)
            spare = int(pattern.single or pattern.own is not None)
            told = explaining(facts, _of(facts, texts), words, spare)
        sure *= max((fact.belief for fact in told), default=0.0)
        ended = named is None and all(is_over(fact, at) for fact in told)
        over = pattern.ended or ever or ended
        return Meant(facts, told, sure, over, frozenset(elsewhen))

    def also_called(self, asked: Asked, name: str) -> list[str]:
        """Give the other names of whoever is called so, as far as somebody said them."""
        return other_names(self._reads.facts, asked.space, name, asked.known_at)

    def _otherwise(self, asked: Asked, name: str) -> list[str]:
        """Give what else somebody may be told as: by another name, or as somebody's spouse."""
        names = self.also_called(asked, name)
        for kind in _COUPLES:
            coupled = FactPattern(predicate=kind, object=name, known_at=asked.known_at)
            found = self._reads.facts.find(asked.space, coupled, latest=_READ)
            names += [owned(kind, fact.body.subject) for fact in found]
        return names

    def within(self, asked: Asked, facts: list[KnownFact]) -> list[KnownFact]:
        """Keep the facts whose memories fit what is asked for.

        At a time asked for, what holds then may have been told later, and what is to come not.
        """
        if not (asked.kinds or asked.layers or asked.since or asked.until or asked.as_of):
            return facts
        memories = self._reads.memories(asked.space, [fact.memory for fact in facts])

        def fits(fact: KnownFact) -> bool:
            memory = memories.get(fact.memory)
            told = memory.at if memory else fact.valid_from  # of what is forgotten
            return (
                (not asked.kinds or (memory is not None and memory.kind in asked.kinds))
                and (not asked.layers or (memory is not None and memory.layer in asked.layers))
                and (asked.since is None or told >= asked.since)
                and (asked.until is None or told < asked.until)
                and (asked.as_of is None or min(told, fact.valid_from) <= asked.as_of)
            )

        return [fact for fact in facts if fits(fact)]

    def _matching(
        self, asked: Asked, pattern: Pattern, subject: str | None = None
    ) -> list[KnownFact]:
        """Find facts; one whose object is a word of the question ("sister") tells nothing."""
        wanted = FactPattern(
            subject=subject or pattern.subject,
            predicate=_FAVORITES if pattern.predicate == FAVORITE else pattern.predicate,
            object=pattern.object,
            known_at=asked.known_at,
        )
        found = self._reads.facts.find(asked.space, wanted, latest=_READ)
        if not found and wanted.subject and pattern.predicate != NAME:
            found = [
                fact
                for other in self._otherwise(asked, wanted.subject)
                for fact in self._reads.facts.find(
                    asked.space, replace(wanted, subject=other), latest=_READ
                )
            ]
        words = set(stems(asked.question))
        return [
            fact
            for fact in found
            if pattern.object is not None or set(stems(fact.body.object)) - words
        ]

    def _texts(self, asked: Asked, facts: Sequence[KnownFact]) -> dict[str, str]:
        found = self._reads.memories(asked.space, [fact.memory for fact in facts])
        return {id_: memory.body.text for id_, memory in found.items()}


def _of(facts: Sequence[KnownFact], texts: Mapping[str, str]) -> list[str]:
    """Give the text of the memory that states each fact, as far as it is left."""
    return [texts.get(fact.memory, "") for fact in facts]
