"""Do the commands that let memory live do what they say, on the examples?"""

from pathlib import Path

from tests.driving import run, said, state_at, taken_in, written

YEARS = ("2030-01-01", "2031-01-01", "2034-01-01", "2040-01-01")


def test_time_passes_in_a_copy_only(filled: Path, filled_state: str, tmp_path: Path) -> None:
    drawing = tmp_path / "maya.svg"
    ran = run(
        filled, "simulate", "--space", "maya", "--days", "120", "--plot", str(drawing), "--json"
    )
    first, last = ran.rows[0], ran.rows[-1]
    assert (first["day"], last["day"]) == (0, 120)
    assert first["vivid"] > last["vivid"]
    assert last["faded"] + last["compressed"] > 0
    totals = {sum(p[s] for s in ("vivid", "faded", "compressed", "forgotten")) for p in ran.rows}
    assert len(totals) == 1
    assert drawing.read_text().startswith("<svg")
    assert run(filled, "verify", "--json").row["state_hash"] == filled_state


def test_what_cannot_be_simulated_or_ticked_is_told(filled: Path) -> None:
    assert "no space nobody" in run(filled, "simulate", "--space", "nobody", code=2).err
    assert ".svg" in run(filled, "simulate", "--space", "maya", "--plot", "x.pdf", code=2).err
    nowhere = str(filled / "none" / "x.svg")
    assert "no folder" in run(filled, "simulate", "--space", "maya", "--plot", nowhere, code=2).err
    assert "no job dream" in run(filled, "tick", "--job", "dream", code=2).err


def test_the_same_tick_again_changes_nothing(home: Path, examples: Path) -> None:
    run(home, "ingest", str(examples))
    ahead = run(home, "tick", "--job", "decay", "--at", "2029-01-01")
    assert "it is 2029-01-01 from now on" in ahead.err
    again = run(home, "tick", "--job", "decay", "--at", "2029-01-01")
    assert "maya: decay: ran for 2029-01-01 00:00 before" in again.out
    assert "looked at" not in again.out
    for at in YEARS:
        run(home, "tick", "--at", at)
    before = state_at(home)
    assert run(home, "tick", "--at", YEARS[-1], "--json").rows == []
    run(home, "tick", "--job", "decay", "--at", "2029-01-01")
    assert state_at(home) == before
    verified = run(home, "verify", "--json").row
    assert verified["ok"]
    assert verified["memories"] < 306


def test_a_tick_tells_what_ran_and_why_the_rest_did_not(home: Path) -> None:
    run(home, "ingest", "-", given=written([said("a"), said("b", space="ben")]))
    ahead = ("tick", "--space", "ana", "--at", "2120-01-01T09:00:00Z")
    ran = run(home, *ahead)
    assert "ana: consolidate looked at 1 memories" in ran.out
    assert "in ana it is 2120-01-01 from now on" in ran.err
    assert "ben" not in ran.out + ran.err
    none = run(home, *ahead)
    jobs = "compress, consolidate, decay, promote, reconcile"
    why = f"did not run in ana: {jobs}: nothing to do by 2120-01-01 09:00\n"
    assert (none.out, none.err) == (f"0 ticks: 0 compressed, 0 forgotten\n{why}", "")
    read = run(home, *ahead, "--json")
    assert (read.out, read.err) == ("", why)
    past = run(home, "tick", "--job", "decay", "--space", "ana", "--at", "2119-01-01")
    assert "ana: decay looked at 0 memories" in past.out
    assert past.err == ""  # it stays 2120


def test_a_tick_where_nothing_is_remembered_says_that_there_is_no_space(home: Path) -> None:
    run(home, "ingest", "-", given=written([said("a")]))
    run(home, "retract", "a", "--space", "ana", "--reason", "a mistake", "--yes")
    ran = run(home, "tick")
    assert ran.out == "0 ticks: 0 compressed, 0 forgotten\n"
    assert ran.err == "there is no space that has a memory, and so nothing to tick\n"


def test_feedback_is_told_and_stays_in_the_lineage(home: Path, examples: Path) -> None:
    run(home, "ingest", str(examples))
    memory = run(home, "timeline", "--space", "maya", "--limit", "1", "--json").row["memory"]
    row = run(home, "feedback", memory[:8], "wrong", "--json").row
    assert row["memory"] == memory
    assert row["confidence"][1] < row["confidence"][0]
    events = run(home, "lineage", memory, "--json").rows
    assert events[0]["event"] == "memory_formed.v1"
    assert "judged wrong" in {event["told"] for event in events}
    assert run(home, "promotions", "--json").rows == []
    assert "no verdict" in run(home, "feedback", memory, "odd", code=2).err
    for command in ("show", "lineage", "feedback"):
        asked = (command, memory, *(["useful"] if command == "feedback" else []))
        assert run(home, *asked, "--space", "maya").out
        assert "no memory has the id" in run(home, *asked, "--space", "atlas", code=2).err


def test_an_observation_is_taken_back_only_with_consent(home: Path, examples: Path) -> None:
    run(home, "ingest", str(examples))
    given = ("retract", "maya-0026", "--space", "maya", "--reason", "a mistake")
    for wrong in ((*given, "--source", "maya-0026"), (given[0], *given[2:])):
        assert "once: as an argument or with --observation" in run(home, *wrong, code=2).err
    assert "`reason`: is empty" in run(home, *given[:-1], "", "--yes", code=2).err
    before = run(home, "timeline", "--space", "maya", "--limit", "1000", "--json").rows
    asked = run(home, given[0], "--observation", *given[1:])
    assert asked.out.startswith("would be taken back: ")
    assert "say --yes" in asked.err
    would = run(home, *given, "--json").row
    assert run(home, "timeline", "--space", "maya", "--limit", "1000", "--json").rows == before
    done = run(home, *given, "--yes", "--json").row
    assert done == would | {"retracted": True}
    assert done["forgotten"] >= 1
    after = run(home, "timeline", "--space", "maya", "--limit", "1000", "--json").rows
    gone = {row["memory"] for row in before} - {row["memory"] for row in after}
    told = run(home, "show", gone.pop()[:12], "--json").row
    assert (told["state"], told["reason"]) == ("forgotten", "retracted: a mistake")
    assert told["events"][0]["tag"] == "memory_formed.v1"
    assert "forgotten: " in run(home, "lineage", told["memory"][:12]).out
    for more in ((), ("--yes",)):
        assert "nothing that is remembered" in run(home, *given, *more, code=2).err
    assert run(home, "verify", "--json").row["ok"]


def test_a_space_with_settings_of_its_own_is_verified(home: Path) -> None:
    slow = {"kind": "space_configured", "id": "c", "space": "ana", "settings": {"decay_hours": 12}}
    odd = {**slow, "id": "d", "settings": {"relation_score": 0.9}}
    at = {"at": "2026-03-02T12:00:00+00:00"}
    taken = taken_in(home, [said("m1"), slow | at, odd | at])
    assert (taken.published, taken.rejected) == (2, 1)
    assert "settings: a space has no setting relation_score; it has decay_" in taken.faults[0][1]
    configure = ("configure", "--space", "ana", "--json")
    rows = run(home, *configure, "promote_hours=1.5").rows
    assert {row["setting"]: row["value"] for row in rows if row["own"]} == {
        "decay_hours": 12,
        "promote_hours": 1.5,
    }
    assert run(home, *configure).rows == rows
    assert "promote_hours is 'soon'; it must be a number of hours" in (
        run(home, *configure, "promote_hours=soon", code=2).err
    )
    assert "no setting detail" in run(home, *configure, "detail=9", code=2).err
    assert run(home, "verify", "--json").row["ok"]
