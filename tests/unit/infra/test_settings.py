"""Where do settings come from, and which of them wins?"""

from pathlib import Path

import pytest

from infra.settings import read_settings
from schemas.errors import SettingsError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANAMNESIS_HOME", str(tmp_path))
    return tmp_path


def test_flags_win_over_the_environment_and_that_over_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "settings.toml").write_text("batch = 8\nbacklog = 99\nrelation_score = 0.75\n")
    monkeypatch.setenv("ANAMNESIS_BATCH", "16")
    monkeypatch.setenv("ANAMNESIS_BACKLOG", "98")
    found = read_settings(batch=32)
    assert (found.batch, found.backlog, found.relation_score) == (32, 98, 0.75)
    assert found.home == folder


def test_another_file_can_be_named_and_may_name_the_data_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "settings.toml").write_text("batch = 8\n")
    other = folder / "other.toml"
    other.write_text(f'home = "{folder}/there"\n')
    monkeypatch.setenv("ANAMNESIS_SETTINGS", str(other))
    assert read_settings().batch != 8
    assert read_settings().home == folder
    monkeypatch.delenv("ANAMNESIS_HOME")
    assert read_settings().home == folder / "there"


def test_what_is_empty_in_the_environment_is_not_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "settings.toml").write_text("batch = 8\n")
    monkeypatch.setenv("ANAMNESIS_BATCH", "")
    assert read_settings().batch == 8
    monkeypatch.setenv("ANAMNESIS_HOME", "")
    assert read_settings().home.is_absolute()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("batch = ", "is not TOML"),
        ("batsch = 3", "there is no setting batsch"),
        ("batch = 0", "settings.toml: batch: "),
        ("decay_hours = 1e300", "settings.toml: decay_hours: "),
        ("retention_days = 1e300", "settings.toml: retention_days: "),
        ('home = "x"', "home is where this file lies"),
    ],
)
def test_a_wrong_file_is_told(folder: Path, written: str, told: str) -> None:
    (folder / "settings.toml").write_text(written)
    with pytest.raises(SettingsError, match=told):
        read_settings()


def test_a_file_that_is_named_must_be_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANAMNESIS_SETTINGS", str(folder / "none.toml"))
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings()


@pytest.mark.parametrize(
    "log", ["kafka://", "kafka://host", "kafka://host:abc", "kafka://host:0", "kafka://a:1,b", "x"]
)
def test_a_log_that_cannot_be_reached_is_a_wrong_setting(log: str) -> None:
    with pytest.raises(SettingsError, match="ANAMNESIS_LOG"):
        read_settings(log=log)


@pytest.mark.parametrize("log", ["sqlite", "kafka://a:9092", "kafka://a.b:1,[::1]:65535"])
def test_a_log_is_a_file_or_brokers(log: str) -> None:
    assert read_settings(log=log).log == log


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("demote_below", "promote_at"),
        ("compressed_below", "faded_below"),
        ("forgotten_below", "compressed_below"),
    ],
)
def test_what_would_move_back_at_once_is_refused_by_the_names_of_both(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lower: str, upper: str
) -> None:
    (folder / "settings.toml").write_text(f"{upper} = 0.55\n{lower} = 0.55\n")
    assert getattr(read_settings(), upper) == 0.55
    monkeypatch.setenv(f"ANAMNESIS_{lower.upper()}", "0.95")
    with pytest.raises(
        SettingsError, match=rf"{lower} \(0.95\) must not be above {upper} \(0.55\)"
    ):
        read_settings()
