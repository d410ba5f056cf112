import json
from contextlib import closing
from pathlib import Path

import pytest

from infra.log.sqlite_log import SqliteLog
from infra.log.sqlite_salvage import salvage
from infra.memory import Memory
from infra.models.onnx_encoder import OnnxEncoder
from infra.models.perceive import embedder_of
from infra.opening import open_codec, open_log
from infra.recollection import Asked
from infra.settings import Settings
from tests.driving import run, said, take_in, taken_in
from tests.hash_encoder import HashEncoder

SMALL = "encoder_small"
WHERE = ("recall", "Where does Ana live?", "--space", "ana", "--json")


class Other(HashEncoder):
    """The hash encoder under another digest."""

    digest = "another"


def degraded(memory: Memory) -> str | None:
    return memory.ask(Asked("Where?", "ana")).degraded


def embedders(home: Path) -> list[str]:
    """Give what a folder's log has noted."""
    settings = Settings(home=home)
    with closing(open_log(settings, open_codec(settings))) as log:
        return log.notes.embedders()


def test_heads_that_were_bound_are_told_apart_in_an_encoders_digest() -> None:
    assert embedder_of("abc") == "abc"
    assert embedder_of("abc+ner=def") == "abc"
    assert embedder_of("abc+embedder=ghi+ner=def") == "ghi"
    assert embedder_of("abc+embedder=old+ner=def+embedder=mine") == "mine"


@pytest.mark.parametrize("name", ["encoder", "encoder_small"])
def test_a_release_that_embeds_as_the_one_before_is_no_other_embedder(name: str) -> None:
    listed = json.loads(Path("models/manifest.json").read_text())["models"][name]
    encoder = OnnxEncoder(Path("models") / name, threads=1)
    try:
        assert encoder.digest.startswith(listed["digest"])
        assert embedder_of(encoder.digest) == listed["embeds_as"]
    finally:
        encoder.close()


def test_questions_that_another_model_embeds_are_answered_with_a_warning(home: Path) -> None:
    taken_in(home, [said("a", "I live in Lisbon")])
    settings = Settings(home=home, sync="off")
    with Memory(settings, encoder=HashEncoder()) as memory:
        assert degraded(memory) is None
    with Memory(settings, encoder=Other()) as memory:
        told = degraded(memory)
        assert told
        assert "embedded by hash, questions are by another" in told
        assert "anamnesis fork" in told
        assert embedders_of(memory) == ["hash"]  # it has embedded nothing yet
        take_in(memory, [said("b", "I live in Porto")])
        assert embedders_of(memory) == ["another", "hash"]
    with Memory(settings, encoder=HashEncoder()) as memory:
        assert "embedded by another" in (degraded(memory) or "")


def embedders_of(memory: Memory) -> list[str]:
    assert isinstance(memory.log, SqliteLog)
    return sorted(memory.log.notes.embedders())


def test_a_log_that_has_noted_nothing_is_judged_by_its_percepts(home: Path) -> None:
    taken_in(home, [said("a", "I live in Lisbon")])
    settings = Settings(home=home, sync="off")
    with closing(open_log(settings, open_codec(settings))) as log:
        log.notes.remove_embedders()
    with Memory(settings, encoder=Other()) as memory:
        assert degraded(memory)
        assert embedders_of(memory) == ["hash"]


def test_what_embedded_is_known_after_salvaging(home: Path, tmp_path: Path) -> None:
    taken_in(home, [said("a", "I live in Lisbon")])
    salvage(home, tmp_path / "saved")
    (tmp_path / "saved" / "keys").symlink_to(home / "keys")
    assert embedders(tmp_path / "saved") == ["hash"]


def test_doctor_and_recall_say_that_the_encoder_was_changed_and_a_fork_embeds_again(
    home: Path, tmp_path: Path
) -> None:
    run(
        home,
        "ingest",
        "-",
        given=b'{"id": "a", "space": "ana", "kind": "message", "at": '
        b'"2026-03-01T12:00:00Z", "speaker": "Ana", "text": "I live in Lisbon"}\n',
    )
    assert "degraded" not in run(home, *WHERE).row
    told = run(home, "doctor", "--json", code=4, ANAMNESIS_ENCODER=SMALL).row
    wrong = {check["name"]: check["told"] for check in told["checks"] if not check["ok"]}
    assert list(wrong) == ["vectors"]
    ran = run(home, *WHERE, ANAMNESIS_ENCODER=SMALL)
    assert "anamnesis fork" in ran.row["degraded"]
    assert "anamnesis fork" in ran.err
    file, anew = tmp_path / "anew.toml", tmp_path / "anew"
    file.write_text(f'encoder = "{SMALL}"\n')
    run(home, "fork", "--settings", str(file), "--to", str(anew), ANAMNESIS_ENCODER=SMALL)
    assert "degraded" not in run(anew, *WHERE, ANAMNESIS_ENCODER=SMALL).row
    assert run(anew, "doctor", ANAMNESIS_ENCODER=SMALL).code == 0
