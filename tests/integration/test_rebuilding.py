"""Do verify and replay find, and bring about, what the log says?"""

from pathlib import Path

from tests.driving import recalled, run, said, verified_state, written


def test_verify_tells_its_hashes_and_finds_what_differs(copy: Path) -> None:
    found = run(copy, "verify", "--json").row
    assert found["ok"]
    assert {"state_hash", "spaces", "gaps", "repeats", "events", "memories"} <= found.keys()
    assert found["spaces"].keys() == {"atlas-team", "grandpa-luis", "maya"}
    assert (found["gaps"], found["repeats"], found["differing"]) == ([], [], [])
    assert "ok" in run(copy, "verify").out

    import sqlite3  # noqa: PLC0415 - to change one row behind its back

    with sqlite3.connect(copy / "views.db") as on:
        on.execute("UPDATE memories SET layer = 'assets' WHERE space = 'maya'")
    on.close()
    wrong = run(copy, "verify", "--json", code=1).row
    assert (wrong["ok"], wrong["differing"]) == (False, ["maya"])
    mended = run(copy, "replay", "--view", "sql", "--json").row
    assert (mended["changed"], mended["state_hash"]) == (True, found["state_hash"])
    assert verified_state(copy) == found["state_hash"]


def test_replay_rebuilds_beside_and_switches(copy: Path) -> None:
    before = verified_state(copy)
    found = run(copy, "replay", "--json").row
    assert (found["state_hash"], found["changed"]) == (before, False)
    points = run(copy, "replay", "--view", "vectors", "--json").row["points"]
    assert points == found["points"] == run(copy, "stats", "--json").row["points"]
    assert recalled(copy, "Where does Maya live?", "--space", "maya")["results"]
    assert {f.name for f in copy.iterdir()} <= {
        "keys", "lock", "log.db", "log.db-shm", "log.db-wal", "vectors", "views.db",
        "views.db-shm",
        "views.db-wal", "percepts.db", "percepts.db-shm", "percepts.db-wal",
    }  # fmt: skip
    assert "there is no view odd" in run(copy, "replay", "--view", "odd", code=2).err
    assert "say --view sql" in run(copy, "replay", "--view", "facts", code=2).err


def test_replay_to_a_folder_shows_the_past(home: Path, tmp_path: Path) -> None:
    first = run(home, "ingest", "-", "--json", given=written([said("a", "I live in Porto")])).row
    then = verified_state(home)
    run(home, "ingest", "-", given=written([said("b", "The boat is green")]))
    now = verified_state(home)
    past = tmp_path / "past"
    until = ("replay", "--json", "--until", first["position"])
    assert "--to" in run(home, *until, code=2).err
    made = run(home, *until, "--to", str(past)).row
    assert made["state_hash"] == then
    assert 0 < made["folded"] < made["events"]
    later = run(home, "diff", str(past), "--json").row
    assert (later["text"], later["after"]) == ("The boat is green", None)
    assert f"1 memories only in {home}" in run(home, "diff", str(past)).out
    assert f"1 memories only in {home}" in run(home, "diff", str(past), str(home)).out
    assert "holds views already" in run(home, *until, "--to", str(past), code=3).err
    whole = run(home, "replay", "--json", "--to", str(tmp_path / "whole")).row
    assert whole["state_hash"] == now
    early = run(home, "replay", "--json", "--until", "2020-01-01", "--to", str(tmp_path / "none"))
    assert early.row["spaces"] == {}
    assert "nothing was learned by 2020-01-01" in early.err
    bare = first["position"].partition(":")[2].partition(",")[0]
    same = run(home, "replay", "--json", "--until", bare, "--to", str(tmp_path / "bare"))
    assert same.row["state_hash"] == then
    assert verified_state(home) == now
    # What was made to be compared is not taken for a memory that has lost its log.
    kept = sorted(path.name for path in past.iterdir())
    for command in (("facts", "--space", "ana"), ("recall", "boats", "--space", "ana")):
        assert "there is no log" in run(past, *command, code=3).err
    assert "there is no log" in run(past, "ingest", "-", given=b"", code=3).err
    assert sorted(path.name for path in past.iterdir()) == kept
    assert "no partition 99" in run(home, "replay", "--until", "99:1", "--to", "x", code=2).err
