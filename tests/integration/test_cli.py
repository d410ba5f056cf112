"""Does every command do what its help says, in the shapes that other programs rely on?"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.driving import COMMAND, ENVIRONMENT, FACT, recalled, run, said, verified_state, written

COMMANDS = (
    "ingest", "recall", "perceive", "facts", "timeline", "show", "log", "stats", "verify",
    "replay", "doctor", "models",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(home: Path, command: str) -> None:
    told = run(home, command, "--help").out
    assert "--json" in told
    assert f"anamnesis {command}" in told
    assert len(told.splitlines()) > 8
    assert not home.exists()


def test_the_command_sets_the_interpreter_of_its_own_process() -> None:
    words = "import atexit, gc, sys\natexit.register(lambda: print(*told()))\n"
    words += (
        "told = lambda: (gc.get_threshold()[0], gc.get_freeze_count(), sys.getswitchinterval())"
    )
    words += "\nfrom infra.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", words, "--version"], check=True, capture_output=True, text=True
    )
    threshold, frozen, interval = map(float, done.stdout.splitlines()[-1].split())
    assert threshold == 50_000
    assert frozen > 50_000
    assert interval < 0.001


def test_a_wrong_option_is_told(home: Path) -> None:
    assert "No such option" in run(home, "stats", "--nonsense", code=2).err
    assert "Missing argument" in run(home, "ingest", code=2).err


def test_what_is_wrong_is_told_with_its_brackets(filled: Path, home: Path) -> None:
    assert "no memory has the id [/b]" in run(filled, "show", "[/b]", code=2).err
    assert "there is no stream [dim]" in run(filled, "log", "--stream", "[dim]", code=2).err
    assert (
        "there is no kind [/k]"
        in run(filled, "recall", "hi", "-s", "b", "--kind", "[/k]", code=2).err
    )
    assert "[/x] cannot be read" in run(home, "ingest", "[/x]", code=2).err
    to = str(home.parent / "[red]")
    assert to in run(filled, "replay", "--view", "sql", "--to", to).out
    checks = run(home.parent / "[bold]", "doctor", "--json").row["checks"]
    (views,) = (check["told"] for check in checks if check["name"] == "views")
    assert f"at {home.parent / '[bold]' / 'views.db'}" in views


def test_ingest_from_a_pipe_gives_a_position_to_wait_for(home: Path) -> None:
    lines = [said("a", "Ana keeps bees"), said("b", "Ben bakes bread", space="ben")]
    told = run(home, "ingest", "-", "--json", given=written(lines)).row
    assert {"lines": 2, "published": 2, "known": 0, "rejected": 0, "rejections": []}.items() <= (
        told.items()
    )
    found = recalled(home, "Who keeps bees?", "--space", "ana", "--after", told["position"])
    assert [r["observations"] for r in found["results"]] == [["a"]]
    again = run(home, "ingest", "-", "--json", given=written(lines)).row
    assert (again["published"], again["known"]) == (0, 2)
    twice = run(home, "ingest", "-", "--json", given=written([said("c"), said("c")])).row
    assert (twice["published"], twice["known"]) == (1, 1)
    assert again["position"] == told["position"]
    for position in ("1:-3", "99:0"):
        wrong = run(home, "recall", "x", "--space", "ana", "--known-at", position, code=2)
        assert "an offset is 0 or more" in wrong.err or "no partition 99" in wrong.err
        assert run(home, "promotions", "--after", position, code=2).err
    ahead = run(home, "recall", "x", "--space", "ana", "--after", "99:1", code=2)
    assert "there is no partition 99" in ahead.err


def test_a_chat_becomes_messages_once(home: Path, tmp_path: Path) -> None:
    chat = tmp_path / "harbour.txt"
    chat.write_text("Ana: I live in Porto\nBen: Nice!\nand warm too\n\nAna: Yes\n")
    arguments = ("ingest", str(chat), "--format", "chat", "--space", "ana")
    run(home, *arguments)
    rows = run(home, "timeline", "--space", "ana", "--json").rows
    session = rows[0]["session"]
    assert [(row["speaker"], row["session"]) for row in rows] == [
        ("Ana", session), ("Ben", session), ("Ana", session),
    ]  # fmt: skip
    assert session.startswith("harbour-")
    assert rows[0]["text"] == "I live in Porto"
    before = verified_state(home)
    assert "0 new, 3 known, 0 rejected" in run(home, *arguments).out
    assert verified_state(home) == before
    plain = run(home, "ingest", str(chat), "--space", "ana", code=2)
    assert "a line of JSON has its own" in plain.err
    assert "needs --space" in run(home, "ingest", str(chat), "--format", "chat", code=2).err
    chat.write_bytes(b"Ana: hello\nBen: \xff\n")
    assert "line 2 is not UTF-8" in run(home, *arguments, code=2).err


def test_two_texts_from_pipes_are_two_documents(home: Path) -> None:
    arguments = ("ingest", "-", "--format", "text", "--space", "ana", "--at", "2026-03-01")
    run(home, *arguments, given=b"The ferry leaves at noon.")
    run(home, *arguments, given=b"The museum opens at nine.")
    rows = run(home, "timeline", "--space", "ana", "--json").rows
    assert {row["text"] for row in rows} == {
        "The ferry leaves at noon.", "The museum opens at nine.",
    }  # fmt: skip
    assert {row["at"] for row in rows} == {"2026-03-01T00:00:00+00:00"}
    assert "1 known" in run(home, *arguments, given=b"The ferry leaves at noon.").out


def test_facts_match_wildcards_and_times(home: Path) -> None:
    def stated(id_: str, predicate: str, what: str, since: str) -> dict[str, Any]:
        fact = {"subject": "Ana Silva", "predicate": predicate, "object": what}
        return {"id": id_, "space": "ana", "kind": "fact", "at": since, "valid_from": since} | fact

    lines = [
        stated("a", "lives in", "Porto", "2026-01-01T00:00:00Z"),
        stated("b", "works for", "Portside", "2026-01-02T00:00:00Z"),
    ]
    first = run(home, "ingest", "-", "--json", given=written(lines)).row["position"]
    moved = stated("c", "lives_in", "Lyon", "2026-03-01T00:00:00Z")
    run(home, "ingest", "-", given=written([moved]))

    def facts(*more: str) -> list[tuple[str, str | None]]:
        rows = run(home, "facts", "--space", "ana", "--json", *more).rows
        assert all(row.keys() >= FACT for row in rows)
        return [(row["object"], row["valid_to"]) for row in rows]

    porto, work, lyon = ("Porto", "2026-03-01T00:00:00+00:00"), ("Portside", None), ("Lyon", None)
    assert facts() == [porto, work, lyon]
    assert facts("--subject", "ana silva", "--predicate", "lives in") == [porto, lyon]
    assert facts("--subject", "ana*", "--object", "PORT*") == [porto, work]
    assert facts("--predicate", "?ives_*") == [porto, lyon]
    assert facts("--predicate", "lives_in", "--as-of", "2026-02-01") == [porto]
    assert facts("--predicate", "lives_in", "--as-of", "2026-03-01") == [lyon]
    assert facts("--known-at", first) == [("Porto", None), work]
    assert facts("--limit", "2") == [porto, work]
    assert facts("--subject", "nobody") == facts("--as-of", "1999-01-01") == []
    assert "no fact matches" in run(home, "facts", "-s", "ana", "--subject", "nobody").out


def test_the_timeline_is_in_order_and_bounded(filled: Path) -> None:
    rows = run(filled, "timeline", "--space", "maya", "--json", "--limit", "1000").rows
    times = [row["at"] for row in rows]
    assert times == sorted(times)
    span = ("--since", "2026-02-01", "--until", "2026-03-01")
    some = run(filled, "timeline", "--space", "maya", "--json", *span).rows
    assert some == [row for row in rows if "2026-02-01" <= row["at"] < "2026-03-01"]
    assert run(filled, "timeline", "--space", "maya", "--json", "-n", "5").rows == rows[:5]


def test_show_finds_a_memory_by_the_beginning_of_its_id(filled: Path) -> None:
    row = run(filled, "timeline", "--space", "maya", "--json", "-n", "1").row
    seen = run(filled, "show", row["memory"][:8], "--json").row
    assert (seen["memory"], seen["text"]) == (row["memory"], row["text"])
    assert all(observation.startswith("maya-") for observation in seen["observations"])
    assert seen["events"][0]["source"]["observation"] == seen["observations"][0]
    assert seen["events"][0]["tag"] == "memory_formed.v1"
    assert seen["source"]["models"]
    assert "no memory has the id" in run(filled, "show", "zzz", code=2).err
    assert "several ids begin" in run(filled, "show", "", code=2).err


def test_the_log_is_filtered_and_its_tail_told(filled: Path) -> None:
    def log(*more: str) -> list[Any]:
        return run(filled, "log", "--json", *more).rows

    formed = log("--space", "maya", "--type", "memory_formed.v1")
    assert {row["headers"]["ce_type"] for row in formed} == {"memory_formed.v1"}
    assert {row["key"] for row in formed} == {"maya"}
    assert {"position", "key", "timestamp", "headers", "value"} == formed[0].keys()
    assert "vector" not in formed[0]["value"]
    assert log("--space", "maya", "--type", "memory_formed.v1", "--tail", "3") == formed[-3:]
    assert log("--space", "maya", "--type", "memory_formed.v1", "--limit", "3") == formed[:3]
    assert log("--stream", "anamnesis.rejections") == []
    assert "there is no stream odd" in run(filled, "log", "--stream", "odd", code=2).err
    times = [row["timestamp"] for row in log("--stream", "observations")]
    assert times == sorted(times)
    assert [row["timestamp"] for row in log("--stream", "observations", "--tail", "9")] == times[
        -9:
    ]


@pytest.mark.parametrize("how", ["", "--json"])
def test_a_reader_that_goes_before_the_end_is_no_fault(filled: Path, how: str) -> None:
    program = f"{COMMAND} log {how} --stream observations; echo $? >&2"
    with subprocess.Popen(
        ["sh", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**ENVIRONMENT, "ANAMNESIS_HOME": str(filled)},
    ) as told:  # fmt: skip
        assert told.stdout
        assert told.stderr
        told.stdout.read(10)
        told.stdout.close()
        assert told.stderr.read() == b"0\n"


@pytest.mark.parametrize("how", ["", "--json"])
@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
def test_what_cannot_be_printed_is_told_in_a_sentence(filled: Path, how: str, where: str) -> None:
    ran = subprocess.run(
        ["sh", "-c", f"{COMMAND} timeline --space maya {how} {where}"],
        capture_output=True, check=False, env={**ENVIRONMENT, "ANAMNESIS_HOME": str(filled)},
    )  # fmt: skip
    assert ran.returncode == 4
    assert b"nothing can be printed" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_the_folder_before_a_command_is_its_own_unless_it_has_one(home: Path) -> None:
    before, after = str(home / "before"), str(home / "after")
    assert f"{before} holds no memory" in run(home, "--home", before, "stats", code=2).err
    file = home.with_name("file")
    file.write_text("")
    assert f"{file} is a file, not a data folder" in run(file, "stats", code=2).err
    both = run(home, "--home", before, "keys", "list", "--home", after, code=2)
    assert f"{after} holds no memory" in both.err


def test_errors_are_json_where_that_was_asked_for_and_not_where_an_option_reads_so(
    home: Path,
) -> None:
    asked = run(home, "keys", "list", "--json", code=2)
    assert json.loads(asked.err)["error"] == "NotFoundError"
    read = run(home, "timeline", "--space", "--json", code=2)
    assert read.err == f"NotFoundError: {home} holds no memory yet\n"


def test_an_empty_path_is_not_the_current_folder(home: Path) -> None:
    commands = (
        ("stats", "--home", ""), ("--home", " ", "stats"), ("salvage", "--to", ""),
        ("replay", "--to", ""), ("diff", ""),
    )  # fmt: skip
    for command in commands:
        assert "it is empty" in run(home, *command, code=2).err
    assert not home.exists()


def test_an_interrupt_while_it_loads_ends_it_quietly() -> None:
    interrupted = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
class Loading:
    def find_spec(self, name, *_):
        if name == "typer":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Loading())
from infra.cli import main
main()
"""
    ran = subprocess.run([sys.executable, "-c", interrupted], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (130, b"")


def test_who_interrupts_taking_in_is_told_what_is_durable(home: Path) -> None:
    interrupted = """
import json, signal, sys
from types import SimpleNamespace
signal.signal(signal.SIGINT, signal.default_int_handler)
def lines():
    for n in range(300):
        said = {"id": f"m{n}", "space": "ana", "kind": "message", "at": "2026-03-01T12:00:00Z"}
        yield json.dumps(said | {"text": "Hello"}).encode()
    signal.raise_signal(signal.SIGINT)
given = lines()
sys.stdin = SimpleNamespace(buffer=SimpleNamespace(readline=lambda most: next(given)))
sys.argv = ["anamnesis", "ingest", "-"]
from infra.cli import main
main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", interrupted], capture_output=True, text=True, check=False,
        env=ENVIRONMENT | {"ANAMNESIS_HOME": str(home)},
    )  # fmt: skip
    assert ran.returncode == 130
    assert "durable are 256 observations; the same lines again go on there" in ran.stderr
    assert run(home, "stats", "--json").row["streams"]["observations"] == 256


def test_exported_observations_make_the_same_memory(
    filled: Path, filled_state: str, home: Path
) -> None:
    run(home, "ingest", "-", given=written([said("x", "Ana keeps bees"), b"not JSON"]), code=2)
    run(home, "recall", "bees", "--space", "ana")
    exported = run(home, "log", "--stream", "observations", "--export").out.encode()
    other = home.parent / "other"
    assert run(other, "ingest", "-", "--json", given=exported).row["rejected"] == 0
    assert verified_state(other) == verified_state(home)

    all_of_it = run(filled, "log", "--stream", "observations", "--export").out.encode()
    third = home.parent / "third"
    run(third, "ingest", "-", given=all_of_it)
    assert verified_state(third) == filled_state


def test_stats_count_everything(filled: Path) -> None:
    found = run(filled, "stats", "--json").row
    assert found["streams"]["observations"] == found["streams"]["percepts"] >= 200
    assert found["views"]["memories"] == found["points"] == sum(found["spaces"].values())
    assert found["bytes"]["log.db"] > 0
    assert "observations" in run(filled, "stats").out


def test_doctor_tells_what_is_well_and_what_is_not(copy: Path, tmp_path: Path) -> None:
    found = run(copy, "doctor", "--json").row
    assert found["ok"]
    assert [check["name"] for check in found["checks"]] == [
        "models", "reader", "bindings", "disk", "log", "views", "vectors"
    ]  # fmt: skip
    told = {check["name"]: check["told"] for check in found["checks"]}
    assert told["views"].startswith("sqlite 3.")
    assert told["vectors"].startswith("qdrant-edge 0.")
    assert found["settings"]["home"] == str(copy)
    ill = run(copy, "doctor", "--json", code=4, ANAMNESIS_MODELS=str(tmp_path / "none")).row
    assert [check["name"] for check in ill["checks"] if not check["ok"]] == ["models"]
    wrong = run(copy, "doctor", code=2, ANAMNESIS_BATCH="many")
    assert "ANAMNESIS_BATCH: " in wrong.err
    (copy / "settings.toml").write_text("batch = 'many'")
    assert f"{copy / 'settings.toml'}: batch: " in run(copy, "doctor", code=2).err


def test_perceive_tells_what_the_models_see_and_stores_nothing(home: Path) -> None:
    text = "I moved to Lisbon last Friday"
    seen = run(home, "perceive", text, "--speaker", "Maya", "--at", "2026-03-04", "--json").row
    assert {"entities", "relations", "intent", "emotion", "importance", "tree", "times"} <= (
        seen.keys()
    )
    lines = written([{"id": 1, "text": text, "at": "2026-03-04"}, {"id": "b", "text": "Hello"}])
    rows = run(home, "perceive", "--batch", "-", given=lines).rows
    assert [row["id"] for row in rows] == [1, "b"]
    assert "Lisbon" in [entity["text"] for entity in rows[0]["entities"]]
    for entity in rows[0]["entities"]:
        assert text[entity["start"] : entity["end"]] == entity["text"]
        assert entity["type"] == entity["type"].lower()
    assert rows[0]["times"][0]["since"].startswith("2026-02-27")
    assert seen["open_relations"] == []
    open_ = run(home, "perceive", "Hello. Atlas runs on Postgres.", "--json").row
    assert open_["relations"] == []
    assert open_["open_relations"] == [
        {
            "subject": "Atlas", "predicate": "runs on", "object": "Postgres",
            "start": 21, "end": 29, "spoken": False,
        }
    ]  # fmt: skip
    bad = run(home, "perceive", "--batch", "-", given=lines + b'{"id": 3}', code=2)
    assert "line 3: `text` is missing" in bad.err
    assert [row["id"] for row in bad.rows] == [1, "b", 3]
    assert bad.rows[2] == {"id": 3, "error": "line 3: `text` is missing or empty"}
    felt = [run(home, "perceive", text, "--json").row for text in ("I love it!", "I hate it!")]
    assert felt[0]["valence"] > 0 > felt[1]["valence"]
    assert all(0 < row["arousal"] <= 1 for row in felt)
    assert "valence" in run(home, "perceive", text).out
    assert not home.exists()


def test_a_folder_that_is_not_there_is_not_made_by_looking(home: Path) -> None:
    file, to = home.parent / "a.toml", str(home.parent / "to")
    file.write_text("detail = 99")
    ana, why = ("--space", "ana"), ("--reason", "asked to", "--yes")
    commands = (
        ("stats",), ("log",), ("verify",), ("associate", "bees", *ana), ("recall", "bees", *ana),
        ("feedback", "a", "wrong"), ("retract", "--source", "a", *ana, *why), ("tick",),
        ("forget", *ana, *why), ("keys", "rotate"), ("simulate", *ana), ("salvage", "--to", to),
        ("fork", "--settings", str(file), "--to", to), ("diff", to),
    )  # fmt: skip
    for command in commands:
        assert "holds no memory yet" in run(home, *command, code=2).err
    assert [path.name for path in home.parent.iterdir()] == ["a.toml"]
    empty = home.parent / "empty"
    empty.mkdir()
    assert "holds no memory yet" in run(empty, "verify", code=2).err
    assert list(empty.iterdir()) == []
    assert run(empty, "doctor", "--json").row["ok"]
    assert "holds no memory yet" in run(empty, "diff", str(file), code=2).err
    assert list(empty.iterdir()) == []
