import json
from pathlib import Path

import pytest

from benches.__main__ import FOLDER, listing, main, names, sentence
from benches.figure import Figure, Goal, machine, print_lines, rounded, written

RATE = Figure("rate", 80.0, "/s", 100.0, "the bare network", Goal(least=0.75, ratio=True))


def test_a_goal_on_the_ratio_is_judged_by_the_ratio() -> None:
    assert (RATE.ratio, RATE.met) == (0.8, True)


def test_a_goal_on_the_value_is_judged_by_the_value() -> None:
    assert Figure("p99", 26.0, "ms", 2.0, "a pass", Goal(most=25)).met is False


def test_a_figure_without_a_goal_is_neither_met_nor_missed() -> None:
    assert Figure("p50", 3.0, "ms").met is None


def test_a_goal_on_the_ratio_needs_a_peer() -> None:
    assert Figure("rate", 80.0, "/s", goal=Goal(least=0.75, ratio=True)).met is None


def test_a_goal_says_its_bounds() -> None:
    told = [Goal(least=2000).text, Goal(most=4, ratio=True).text, Goal(1, 2).text]
    assert told == [">= 2,000", "ratio <= 4", ">= 1 and <= 2"]


def test_a_figure_tells_what_it_knows_and_nothing_else() -> None:
    assert RATE.told() == {
        "name": "rate",
        "value": 80.0,
        "unit": "/s",
        "peer": 100.0,
        "peer_is": "the bare network",
        "ratio": 0.8,
        "goal": "ratio >= 0.75",
        "met": True,
    }
    assert Figure("p50", 3.0, "ms").told() == {"name": "p50", "value": 3.0, "unit": "ms"}


def test_numbers_keep_four_digits_and_whole_ones_all() -> None:
    assert [rounded(0.123456), rounded(12.3456), rounded(123456.7)] == [0.1235, 12.35, 123457.0]
    assert [written(0.123456), written(12.3456), written(123456.7)] == [
        "0.1235",
        "12.35",
        "123,457",
    ]


def test_every_line_names_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines("ingest", [RATE])
    line = json.loads(capsys.readouterr().out)
    assert line == {"bench": "ingest", **RATE.told(), **machine()}
    assert all(line[name] for name in ("cpu", "cores", "versions"))


def test_help_lists_every_bench_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert {"ingest", "latency", "recall", "replay", "start", "scale", "crash"} <= set(names())
    for name in names():
        assert f"  {name} " in told
        assert sentence(name).endswith(".")


def test_what_is_not_listed_is_no_bench() -> None:
    modules = {file.stem for file in FOLDER.glob("*.py")}
    for name in modules - set(names()):
        source = Path(FOLDER / f"{name}.py").read_text(encoding="utf-8")
        assert "\ndef run(" not in source
    assert "all" in listing()
