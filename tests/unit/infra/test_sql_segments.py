"""Whether segments kept in memory are read anew when something of theirs has changed."""

from typing import Any

from sqlalchemy import event

from infra.memory import Memory
from infra.recollection import Asked
from infra.views.sql_segments import Key, Rows, SqlSegments, joined
from infra.views.sql_tables import METADATA
from schemas.observations import Feedback
from tests.driving import said, take_in

FIRST: Key = ("s", 0)
SECOND: Key = ("s", 1)
TURNS = 40


def talk(since: int, until: int) -> list[dict[str, object]]:
    return [said(f"o{n}", f"turn {n} is about the number {n * n}") for n in range(since, until)]


def ordinals(rows: Rows) -> list[int]:
    return [int(ordinal) for ordinal in rows.ordinal]


def test_a_segment_is_opened_once_until_it_grows(memory: Memory) -> None:
    take_in(memory, talk(0, TURNS))
    segments = SqlSegments(memory.reads.engine, memory.codec)
    first = segments.read("ana", [FIRST, SECOND, ("s", 2)])
    assert {key: ordinals(rows) for key, rows in first.items()} == {
        FIRST: list(range(32)),
        SECOND: list(range(32, TURNS)),
    }
    again = segments.read("ana", [FIRST, SECOND])
    assert again[FIRST] is first[FIRST]
    assert again[SECOND] is first[SECOND]
    take_in(memory, talk(TURNS, TURNS + 3))
    grown = segments.read("ana", [FIRST, SECOND])
    assert grown[FIRST] is first[FIRST]
    assert ordinals(grown[SECOND]) == list(range(32, TURNS + 3))


def test_a_doubt_about_a_memory_is_seen(memory: Memory) -> None:
    take_in(memory, talk(0, 3))
    segments = SqlSegments(memory.reads.engine, memory.codec)
    before = segments.read("ana", [FIRST])[FIRST]
    wrong = before.memory[1]
    feedback = Feedback.model_validate(
        {"id": "f", "space": "ana", "at": said("x", "y")["at"], "memory": wrong, "verdict": "wrong"}
    )
    take_in(memory, [feedback.model_dump(mode="json")])
    after = segments.read("ana", [FIRST])[FIRST]
    changed = [a < b for a, b in zip(after.confidence, before.confidence, strict=True)]
    assert changed == [False, True, False]


def test_places_are_told_of_what_is_kept_and_of_what_is_not(memory: Memory) -> None:
    take_in(memory, talk(0, TURNS))
    segments = SqlSegments(memory.reads.engine, memory.codec)
    memories = [m.id for m in memory.reads.timeline("ana", None, None, TURNS)]
    fresh = segments.places("ana", [*memories, "unknown"])
    assert set(fresh) == set(memories)
    segments.read("ana", [FIRST])
    assert segments.places("ana", [*memories, "unknown"]) == fresh
    assert segments.places("ben", memories) == {}
    segments.forget()
    assert segments.places("ana", memories) == fresh


def test_no_statement_of_a_question_goes_through_a_whole_space(memory: Memory) -> None:
    lives = [said(f"l{n}", f"I live in Town{n}", speaker="Ana") for n in range(3)]
    take_in(memory, [*talk(0, TURNS), *lives])
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and "FROM sizes" not in statement:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[-1] for row in cursor.fetchall())

    event.listen(memory.views.engine, "before_cursor_execute", explain)
    found = memory.recall.ask(Asked("Where does Ana live near Town1?", "ana"))
    event.remove(memory.views.engine, "before_cursor_execute", explain)
    assert found.hits
    # what a space declares, 32 predicates at most, is read whole
    searches = [plan for plan in plans if plan.startswith("SEARCH") and "SEARCH p " not in plan]
    assert len(searches) > 5
    assert not [plan for plan in searches if plan.endswith("(space=?)")]
    tables = {*METADATA.tables, *"mstfoe"}  # what statements call them
    assert not [p for p in plans if p.startswith("SCAN") and p.split()[1] in tables]


def test_what_was_read_longest_ago_makes_room(memory: Memory) -> None:
    take_in(memory, talk(0, TURNS))
    whole = SqlSegments(memory.reads.engine, memory.codec).read("ana", [FIRST])[FIRST]
    segments = SqlSegments(memory.reads.engine, memory.codec, kept=whole.size())
    first = segments.read("ana", [FIRST])[FIRST]
    assert segments.read("ana", [FIRST])[FIRST] is first
    segments.read("ana", [SECOND])
    assert segments.read("ana", [FIRST])[FIRST] is not first


def test_rows_are_picked_and_put_together_with_their_terms_and_tokens(memory: Memory) -> None:
    take_in(memory, talk(0, TURNS))
    read = SqlSegments(memory.reads.engine, memory.codec).read("ana", [FIRST, SECOND])
    both = joined([read[FIRST], read[SECOND]])
    assert ordinals(both) == list(range(TURNS))
    wanted = [both.memory[5], both.memory[TURNS - 1]]
    few = both.only(wanted)
    assert list(few.memory) == wanted
    alone = joined([read[FIRST].only(wanted), read[SECOND].only(wanted)])
    for rows in (few, alone):
        assert len(rows.terms) == rows.term_counts.sum() > 0
        assert len(rows.tokens) == rows.token_counts.sum() > 0
    assert few.terms.tolist() == alone.terms.tolist()
    assert few.tokens.tolist() == alone.tokens.tolist()
    assert few.vectors.tolist() == both.vectors[[5, TURNS - 1]].tolist()
    assert both.only(both.memory) is both
