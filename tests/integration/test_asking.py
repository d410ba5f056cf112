"""Is a question that is read as a pattern of facts answered by them?"""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from infra.names import NAME
from infra.recollection import Asked
from infra.views.sql_facts import FactPattern, KnownFact
from tests.driving import opened, said, take_in

TOLD = [
    said("a", "Ana lives in Ghent", at="2026-01-05T09:00:00+00:00"),
    said("b", "Ana moved to Lisbon", at="2026-03-05T09:00:00+00:00"),
    said("c", "Tom lives in Lisbon", at="2026-03-06T09:00:00+00:00"),
    said("d", "Ana lives in Where", at="2026-03-07T09:00:00+00:00"),
]


def test_facts_answer_what_a_question_asks_for(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, TOLD)

        def answered(question: str) -> str | None:
            found = memory.ask(Asked(question, "ana")).answer
            return found.text if found else None

        assert answered("Ana lives in Where?") == "Ana lives in Lisbon"
        assert answered("In February 2026, Ana lives in Where?") == "Ana lives in Ghent"
        assert answered("Who lives in Lisbon?") == "Ana, Tom lives in Lisbon"
        assert answered("Ben lives in Where?") != "Ana lives in Lisbon"
        # A question that somebody asked states nothing.
        assert not [f for f in memory.reads.facts.find("ana", FactPattern()) if _asks(f)]


def test_what_states_a_fact_that_is_asked_for_comes_earlier_and_that_is_explained(
    home: Path,
) -> None:
    with opened(home) as memory:
        take_in(memory, TOLD)
        hits = memory.ask(Asked("Ana lives in Where, in February 2026?", "ana")).hits
        stating = [hit for hit in hits if hit.why["stating"]]
        assert [hit.observations for hit in stating] == [["a"]]
        assert stating[0].why["stating"] == 1.0
        for hit in hits:
            assert sum(hit.why.values()) == pytest.approx(hit.score, abs=1e-4)


def test_other_names_of_whom_a_whether_question_is_about_are_looked_up_once(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, TOLD)
        asked_for = list[tuple[object, ...]]()

        def hear(_on: object, _cursor: object, _query: str, values: Any, *_more: object) -> None:
            if NAME in values:
                asked_for.append(tuple(values))

        event.listen(memory.views.engine, "before_cursor_execute", hear)
        memory.ask(Asked("Am I a vegan?", "ana", speaker="Tom"))
        assert asked_for
        assert len(asked_for) == len(set(asked_for))


def test_of_very_many_facts_the_latest_are_read(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, TOLD)
        lives = FactPattern(subject="Ana", predicate="lives_in")
        found = memory.reads.facts.find("ana", lives, latest=1)
        assert [fact.body.object for fact in found] == ["Lisbon"]
        assert len(memory.reads.facts.find("ana", lives)) == 2


def _asks(fact: KnownFact) -> bool:
    return fact.body.object == "Where"


def stated(id_: str, subject: str, object_: str, **more: str) -> dict[str, object]:
    at = {"id": id_, "space": "ana", "kind": "fact", "at": "2026-03-01T12:00:00+00:00"}
    return {**at, "subject": subject, "predicate": "lives_in", "object": object_, **more}


def test_what_has_ended_is_told_with_its_end_and_answers_for_no_other_time(home: Path) -> None:
    began, over = "2010-01-01T00:00:00+00:00", "2015-01-01T00:00:00+00:00"
    with opened(home) as memory:
        take_in(memory, [stated("a", "Carl", "Madrid", valid_from=began, valid_to=over)])

        def answered(question: str) -> str | None:
            found = memory.ask(Asked(question, "ana")).answer
            return found.text if found else None

        assert answered("Carl lives in Where?") == "Carl lives in Madrid until 2015-01-01"
        assert answered("Who lives in Madrid?") == "Carl lives in Madrid until 2015-01-01"
        assert answered("In 2012, Carl lives in Where?") == "Carl lives in Madrid"
        assert answered("In 2009, Carl lives in Where?") is None
        assert answered("Carl, Madrid?") == "Carl lives in Madrid (until 2015-01-01)"
