"""Are predicates that a space declares obeyed, found, replayed and erased like all else?"""

from pathlib import Path
from typing import Any

import pytest

from infra.keys.choosing import Choice
from infra.recollection import Asked
from infra.views.sql_facts import FactPattern
from tests.driving import alone_and_together, opened, recalled, run, said, take_in, written
from tests.searching import found

DECLARED: dict[str, Any] = {
    "id": "c1",
    "space": "atlas",
    "kind": "space_configured",
    "at": "2026-01-01T00:00:00+00:00",
    "predicates": [
        {
            "name": "database",
            "functional": True,
            "asks": ["data store", "Quicksilver"],
        },
        {"name": "deadline", "functional": True},
        {"name": "library", "asks": ["libraries"]},
    ],
}


def stated(id_: str, predicate: str, object_: str, **more: str) -> dict[str, Any]:
    fact = {"id": id_, "space": "atlas", "kind": "fact", "at": f"2026-02-0{id_}T12:00:00+00:00"}
    return {**fact, "subject": "Atlas", "predicate": predicate, "object": object_, **more}


LINES = [
    DECLARED,
    stated("1", "database", "MySQL"),
    stated("2", "database", "Postgres"),
    stated("3", "deadline", "12 May"),
    stated("4", "library", "numpy"),
    stated("5", "library", "faust"),
    said("m", "Good morning to all of you", space="atlas", at="2026-02-06T12:00:00+00:00"),
]


def test_what_a_space_declares_is_obeyed_found_and_replayed(home: Path) -> None:
    told = run(home, "ingest", "-", "--json", given=written(LINES)).row
    assert (told["published"], told["rejected"]) == (7, 0)
    facts = run(home, "facts", "--space", "atlas", "--predicate", "database", "--json").rows
    assert [(one["object"], one["superseded"]) for one in facts] == [
        ("MySQL", True),
        ("Postgres", False),
    ]

    def answered(question: str) -> str:
        return str(recalled(home, question, "--space", "atlas")["answer"])

    assert answered("Which database does Atlas use?") == "Atlas database Postgres"
    assert answered("What is the data store of Atlas?") == "Atlas database Postgres"
    assert answered("Which database did Atlas use on 1 February 2026?") == "Atlas database MySQL"
    assert answered("What is Atlas's deadline?") == "Atlas deadline 12 May"
    assert answered("Which libraries does Atlas use?") == "Atlas library numpy, faust"
    before = run(home, "verify", "--json").row
    assert before["ok"]
    run(home, "replay", "--json")
    assert run(home, "verify", "--json").row["state_hash"] == before["state_hash"]


def test_what_a_space_declares_is_listed_and_withdrawn(home: Path) -> None:
    run(home, "ingest", "-", given=written(LINES))
    configure = ("configure", "--space", "atlas")
    shown = run(home, *configure).out
    assert "predicate database: one object at a time, asked for by data store, Quicks" in shown
    rows = [row for row in run(home, *configure, "--json").rows if "predicate" in row]
    assert [row["predicate"] for row in rows] == ["database", "deadline", "library"]
    assert rows[1] == {"space": "atlas", "predicate": "deadline", "functional": True, "asks": []}
    told = run(home, *configure, "--withdraw", "owner", code=2).err
    assert "atlas declares no predicate owner; it declares database, deadline, library" in told

    after = run(
        home, *configure, *("--withdraw", "database") * 2, "--withdraw", "library", "--json"
    ).rows
    assert [row["predicate"] for row in after if "predicate" in row] == ["deadline"]
    run(home, "ingest", "-", given=written([stated("6", "database", "SQLite")]))
    facts = run(home, "facts", "--space", "atlas", "--predicate", "database", "--json").rows
    assert [(one["object"], one["superseded"]) for one in facts] == [
        ("MySQL", True),
        ("Postgres", False),
        ("SQLite", False),
    ]
    before = run(home, "verify", "--json").row
    assert before["ok"]
    run(home, "replay", "--json")
    assert run(home, "verify", "--json").row["state_hash"] == before["state_hash"]


def test_what_is_withdrawn_makes_room_for_another(home: Path) -> None:
    many = [{"name": f"p{n}"} for n in range(32)]
    swap = [{"name": "p0", "withdrawn": True}, {"name": "q"}]
    lines = [{**DECLARED, "id": str(n), "predicates": one} for n, one in enumerate((many, swap))]
    with opened(home) as memory:
        take_in(memory, lines)
        assert {*memory.reads.declared("atlas")} == {*(f"p{n}" for n in range(1, 32)), "q"}


def test_a_declaration_that_cannot_be_is_refused_with_its_line(home: Path) -> None:
    wrong = {**DECLARED, "predicates": [{"name": "lives_in"}]}
    told = run(home, "ingest", "-", "--json", given=written([wrong]), code=None).row
    assert told["rejected"] == 1
    assert "predicates.0.name: lives_in is built in" in str(told["rejections"])


def test_one_by_one_is_the_same_as_in_one_batch() -> None:
    alone, together = alone_and_together(
        [
            *LINES,
            stated("6", "database", "SQLite"),
            {**DECLARED, "id": "c2", "predicates": [{"name": "deadline", "withdrawn": True}]},
            stated("7", "deadline", "13 May"),
            stated("8", "database", "DuckDB"),
        ]
    )
    assert alone == together


def test_taking_a_fact_back_reopens_what_it_had_ended(home: Path) -> None:
    back = {
        "id": "r", "space": "atlas", "kind": "retract_requested", "observation": "2",
        "reason": "wrong", "at": "2026-03-01T12:00:00+00:00",
    }  # fmt: skip
    with opened(home) as memory:
        take_in(memory, [*LINES, back])
        asked = Asked("Which database does Atlas use?", "atlas")
        answer = memory.ask(asked).answer
        assert answer is not None
        assert answer.text == "Atlas database MySQL"


def test_a_fact_whose_end_is_erased_ends_when_what_excludes_it_next_began(home: Path) -> None:
    third = stated("6", "database", "SQLite")
    with opened(home) as memory:
        take_in(memory, [*LINES, third])
        memory.forget(Choice("atlas", observation="2"), "asked", really=True)
    opened(home).close()
    with opened(home) as memory:
        facts = memory.reads.facts.find("atlas", FactPattern(predicate="database"))
    assert [(fact.body.object, fact.days[1]) for fact in facts] == [
        ("MySQL", "2026-02-06"),
        ("SQLite", ""),
    ]


def test_what_the_relation_head_answers_is_not_asked_of_what_is_declared(home: Path) -> None:
    city = {"name": "base_city", "functional": True, "asks": ["city"]}
    declared = {**DECLARED, "predicates": [city]}
    lives = said("m", "Ana lives in Ghent", space="atlas", at="2026-02-06T12:00:00+00:00")
    with opened(home) as memory:
        take_in(memory, [declared, lives, stated("1", "base_city", "Porto", subject="Ana")])

        def answered(question: str) -> str | None:
            told = memory.ask(Asked(question, "atlas")).answer
            return told.text if told else None

        assert answered("Ana lives in Where?") == "Ana lives in Ghent"
        assert answered("Which city is Ana's base?") == "Ana base city Porto"
        assert answered("Who has Porto as the base city?") == "Ana base city Porto"


@pytest.mark.parametrize("choice", [{"observation": "c1"}, {"subject": "Quicksilver"}])
def test_what_was_declared_is_sealed_and_erased(home: Path, choice: dict[str, str]) -> None:
    with opened(home) as memory:
        take_in(memory, LINES)
        assert list(memory.reads.declared("atlas")) == ["database", "deadline", "library"]
        assert memory.reads.declared("ben") == {}
        assert found(home, ["Quicksilver"]) == []
        memory.forget(Choice("atlas", **choice), "asked", really=True)
    opened(home).close()
    with opened(home) as memory:
        assert memory.reads.declared("atlas") == {}
        assert len(memory.reads.facts.find("atlas", FactPattern())) == 5
    assert found(home, ["Quicksilver"]) == []
