"""Does `recall` keep to what it is asked for, in the shape that other programs rely on?"""

import json
from pathlib import Path
from typing import Any

from tests.driving import FACT, recalled, run, said, written

RESULT = {"memory", "kind", "at", "text", "score", "observations"}


def test_recall_tells_results_in_the_shape_that_stays(filled: Path) -> None:
    found = recalled(filled, "Where does Maya live?", "--space", "maya", "-k", "3", "--explain")
    assert {"id", "results", "answer", "confidence", "took_ms"} <= found.keys()
    assert len(found["results"]) == 3
    for result in found["results"]:
        assert result.keys() >= RESULT
        assert all(o.startswith("maya-") for o in result["observations"])
        assert result["why"]
        assert all(fact.keys() >= FACT for fact in result.get("facts", []))
    scores = [result["score"] for result in found["results"]]
    assert scores == sorted(scores, reverse=True)
    assert "why" not in recalled(filled, "Where?", "--space", "maya")["results"][0]


def test_recall_of_a_batch_answers_each_line_with_its_id(filled: Path) -> None:
    questions: list[dict[str, Any] | bytes] = [
        {"id": "q1", "space": "maya", "question": "Where does Maya live?", "k": 2},
        {"id": 7, "space": "grandpa-luis", "question": "the garden", "k": 1},
        {"id": "q3", "question": "the cat", "until": "2026-02-01T00:00:00Z"},
        {"id": "q4", "space": "nobody", "question": "anything"},
    ]
    arguments = ("recall", "--batch", "-", "--no-record", "--json", "--space", "maya", "-k", "4")
    rows = run(filled, *arguments, given=written(questions)).rows
    assert [row["id"] for row in rows] == ["q1", 7, "q3", "q4"]
    assert [len(row["results"]) for row in rows] == [2, 1, 4, 0]
    assert all(r["at"] < "2026-02-01" for r in rows[2]["results"])
    assert (rows[3]["answer"], rows[3]["confidence"]) == (None, 0.0)


def test_recall_keeps_to_the_time_kind_and_layer_asked_for(filled: Path) -> None:
    ask = ("Where does Maya live and work?", "--space", "maya", "-k", "20")
    early = recalled(filled, *ask, "--as-of", "2026-02-01")["results"]
    assert early
    assert all(r["at"] <= "2026-02-01" for r in early)
    span = recalled(filled, *ask, "--since", "2026-02-01", "--until", "2026-03-01")
    assert span["results"]
    assert all("2026-02-01" <= r["at"] < "2026-03-01" for r in span["results"])
    assert "fallback" not in span
    procedures = recalled(filled, *ask, "--kind", "procedural")["results"]
    assert {r["kind"] for r in procedures} == {"procedural"}
    both = recalled(filled, *ask, "--kind", "procedural", "--kind", "semantic")["results"]
    assert {r["kind"] for r in both} <= {"procedural", "semantic"}
    assert recalled(filled, *ask, "--layer", "interact")["results"]
    assert recalled(filled, *ask, "--layer", "assets")["results"] == []
    assert run(filled, "recall", "x", "--space", "maya", "--kind", "odd", code=2).err
    assert run(filled, "recall", "x", "--space", "maya", "--since", "soon", code=2).err


def test_a_time_that_nothing_meets_falls_back_and_says_so(filled: Path) -> None:
    ask = ("Where does Maya live?", "--space", "maya", "--since", "2030-01-01")
    found = recalled(filled, *ask)
    assert found["results"]
    assert "nothing lies in the time asked for" in found["fallback"]
    assert found["answer"] == "Maya lives in Lisbon"
    assert "nothing lies in the time" in run(filled, "recall", "--no-record", *ask).out


def test_recall_as_known_at_a_position_knows_nothing_later(home: Path) -> None:
    def told(id_: str, day: int, text: str) -> bytes:
        return written([said(id_, text, at=f"2026-03-{day:02}T12:00:00Z")])

    first = run(home, "ingest", "-", "--json", given=told("a", 1, "I live in Porto")).row
    run(home, "ingest", "-", given=told("b", 9, "I moved to Lyon"))
    run(home, "ingest", "-", given=told("c", 3, "I painted the old boat green"))
    at = ("--space", "ana", "--known-at", first["position"])
    question = "Where does Ana live?"
    known = recalled(home, question, *at)["results"]
    assert [r["observations"] for r in known] == [["a"]]
    assert [f["object"] for f in run(home, "facts", *at, "--json").rows] == ["Porto"]
    assert run(home, "facts", *at, "--json").row["valid_to"] is None
    alone = first["position"].partition(":")[2]
    assert recalled(home, question, "--space", "ana", "--known-at", alone)["results"] == known


def test_an_answer_keeps_to_what_is_asked_for_and_is_cited_from_a_result(home: Path) -> None:
    paris = {
        "id": "f", "space": "ana", "kind": "fact", "at": "2026-03-12T09:00:00Z",
        "subject": "Ana", "predicate": "lives_in", "object": "Paris",
    }  # fmt: skip
    soup = said("a", "I am fond of soup where onions are in", at="2026-01-05T09:00:00Z")
    first = run(home, "ingest", "-", "--json", given=written([soup])).row["position"]
    run(home, "ingest", "-", given=written([paris, soup]))
    ask = ("Where does Ana live?", "--space", "ana")
    found = recalled(home, *ask, "-k", "1")
    assert found["answer"] == "Ana lives in Paris"
    assert [row["memory"] for row in found["results"]] == [found["cited"]]
    for condition in (
        ("--as-of", "2026-01-10"), ("--kind", "procedural"), ("--layer", "assets"),
        ("--until", "2026-02-01"), ("--known-at", first),
    ):  # fmt: skip
        found = recalled(home, *ask, *condition)
        assert found["answer"] != "Ana lives in Paris", condition
        assert found["confidence"] < 0.5, condition


def test_one_space_never_sees_another(home: Path) -> None:
    lines = [
        said("x", "My secret password is swordfish", space="ana"),
        said("x", "The weather was fine in Faro", space="ben"),
        said("y", "Ben lives in Faro", space="ben", speaker="Ben"),
    ]
    run(home, "ingest", "-", given=written(lines))
    for question in ("What is the secret password?", "swordfish", "Ana"):
        found = recalled(home, question, "--space", "ben", "-k", "100", "--explain")
        assert "swordfish" not in json.dumps(found)
        assert len(found["results"]) == 2
    assert len(recalled(home, "password", "--space", "ana", "-k", "100")["results"]) == 1
    missing = ("recall", "password", "--space", "an", "--no-record", "--json")
    assert run(home, *missing).row["results"] == []
    for command in (("facts",), ("timeline",), ("log", "--stream", "observations")):
        assert "swordfish" not in run(home, *command, "--space", "ben", "--json").out


def test_a_recall_is_an_event_and_never_a_memory(home: Path) -> None:
    run(home, "ingest", "-", given=written([said("a", "Ana keeps bees")]))
    before = run(home, "stats", "--json").row
    run(home, "recall", "Who keeps bees?", "--space", "ana", "--no-record")
    untouched = run(home, "stats", "--json").row
    assert (untouched["streams"], untouched["views"]) == (before["streams"], before["views"])

    run(home, "recall", "Who keeps bees?", "--space", "ana")
    run(home, "verify")  # opens the memory for work, so that what was recorded is remembered
    after = run(home, "stats", "--json").row
    assert after["streams"]["observations"] == before["streams"]["observations"] + 1
    assert after["views"]["memories"] == before["views"]["memories"] == 1
    tail = run(home, "log", "--stream", "observations", "--tail", "1", "--json").row
    assert tail["headers"]["ce_type"] == "recalled.v1"
    assert tail["value"]["question"] == "Who keeps bees?"
    memory = run(home, "timeline", "--space", "ana", "--json").row
    assert (memory["text"], memory["recalled"]) == ("Ana keeps bees", 1)
    assert tail["value"]["memories"] == [memory["memory"]]


def test_a_context_holds_what_holds_and_what_was_said_as_far_as_there_is_room(
    filled: Path,
) -> None:
    asked = ("recall", "Where does Maya live?", "--space", "maya", "--no-record")
    whole = run(filled, *asked, "--context", "3000").out.splitlines()
    assert any(line.startswith("- Maya lives in Lisbon (since 2026-") for line in whole)
    assert any(line.startswith("- 2026-") and " Maya: " in line for line in whole)
    little = run(filled, *asked, "--context", "120", "--json").row["context"]
    assert 0 < len(little) <= 120
    assert set(little.splitlines()) <= set(whole)
    assert [line for line in whole if not line.startswith("- ")] == ["Known:", "Said:"]
    assert run(filled, *asked, "--context", "12").out.strip() == ""  # no heading stands alone


def test_what_is_wanted_every_time_stands_first_whatever_is_asked(home: Path) -> None:
    wanted = {
        "id": "w", "space": "ana", "kind": "fact", "at": "2026-03-01T09:00:00Z",
        "subject": "Ana", "predicate": "instructs", "object": "answer in metric units",
    }  # fmt: skip
    lifted = wanted | {"valid_to": "2026-04-01T09:00:00Z"}
    spelling = said("0", "From now on, never use American spelling.", at="2026-02-01T09:00:00Z")
    lines = [spelling, said("1", "My boat is green."), wanted]
    days = [f"2026-03-{day:02}T10:00:00Z" for day in range(2, 27)]
    lines += [lifted | {"id": d[:10], "object": f"be {d[:10]}", "valid_from": d} for d in days]
    run(home, "ingest", "-", given=written(lines))
    told = run(home, "recall", "What colour is the boat?", "--space", "ana", "--context", "900").out
    assert told.startswith("Follow every time, as asked:\n- Ana: answer in metric units (since")
    assert "\n- Ana: never use American spelling (since 2026-02-01)\nKnown:" in told
    assert "boat is green" in told
    assert "- Ana: be" not in told
    lifted_ones = [line for line in told.splitlines() if "Ana instructs be" in line]
    assert lifted_ones
    assert all(line.endswith(" until 2026-04-01)") for line in lifted_ones)


def test_what_was_only_asked_answers_nothing(home: Path) -> None:
    lines = [
        said("1", "What is the wifi password?", space="ana"),
        said("2", "Who is my dentist?", space="ben"),
        said("3", "My dentist is Dr. Weiss.", space="ben"),
    ]
    run(home, "ingest", "-", given=written(lines))
    unknown = recalled(home, "What is the wifi password?", "--space", "ana")
    assert (unknown["answer"], unknown["confidence"]) == (None, 0)
    known = recalled(home, "Who is my dentist?", "--space", "ben")
    assert "Weiss" in known["answer"]
    assert known["results"][0]["text"] == "My dentist is Dr. Weiss."


def test_somebody_is_known_by_each_name_that_they_said(home: Path) -> None:
    lines = [
        said("1", "Hi, I'm Joanna Brandt, but call me Jo please", space="jo", speaker="Joanna"),
        said("2", "I live in Graz now.", space="jo", speaker="Joanna"),
        said("3", "Morning, Emil! I have a headache.", space="jo", speaker="Joanna"),
    ]
    run(home, "ingest", "-", given=written(lines))
    assert (
        recalled(home, "Where does Jo live?", "--space", "jo")["answer"] == "Joanna lives in Graz"
    )
    names = run(home, "facts", "--space", "jo", "--predicate", "name", "--json").rows
    assert {row["object"] for row in names} == {"Joanna Brandt", "Jo"}
    lives = ("facts", "--space", "jo", "--predicate", "lives_in")
    other = 'Jo has other names, and facts under these: look for --subject "Joanna"'
    assert other in run(home, *lives, "--subject", "Jo").err
    assert "other names" not in run(home, *lives, "--subject", "Joanna").err


def test_a_position_tells_when_it_was_in_every_space(home: Path) -> None:
    first = [said("1", "Ben lives in Porto", space=f"s{n}") for n in range(9)]
    run(home, "ingest", "-", given=written(first))
    at = run(home, "ingest", "-", "--json", given=written([said("2", "Hello", space="s0")])).row
    run(home, "ingest", "-", given=written([said("3", "Bye", space=f"s{n}") for n in range(9)]))
    for n in range(9):
        known = ("--space", f"s{n}", "--known-at", at["position"], "--no-record")
        found = recalled(home, "Where does Ben live?", *known)
        assert [r["observations"] for r in found["results"] if "Ben" in r["text"]] == [["1"]]
        assert all("Bye" not in r["text"] for r in found["results"])


def test_a_context_says_until_when_what_has_ended_was_so(filled: Path) -> None:
    asked = ("recall", "In which cities has Maya lived?", "--space", "maya", "--no-record")
    lines = run(filled, *asked, "--context", "3000").out.splitlines()
    lived = [line for line in lines if line.startswith("- Maya lives in Porto")]
    assert lived
    assert all(" until 2026-" in line and line.endswith(")") for line in lived)
