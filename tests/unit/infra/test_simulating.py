"""Whether the curve of a simulation is drawn as it is."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from infra.cli.simulating import drawn, painted, shown
from infra.host.simulation import simulated
from infra.memory import Memory
from tests.driving import said, take_in

CURVE = [
    {"day": 0, "vivid": 10, "faded": 0, "compressed": 0, "forgotten": 0},
    {"day": 10, "vivid": 0, "faded": 0, "compressed": 0, "forgotten": 10},
]


def test_a_png_shows_the_states_in_their_colours(tmp_path: Path) -> None:
    painted(CURVE, tmp_path / "curve.png")
    pixels = imread(tmp_path / "curve.png")[..., :3].reshape(-1, 3)
    for colour, least in (("#2e9e5b", 0.1), ("#8a8a8a", 0.1)):
        near = np.abs(pixels - to_rgb(colour)).max(axis=1) < 0.02
        assert near.mean() > least


def test_a_bar_is_told_apart_without_colours(capsys: pytest.CaptureFixture[str]) -> None:
    shown([CURVE[0], {**CURVE[1], "faded": 5, "compressed": 5, "promoted": 2, "concepts": 0}])
    legend, first, last = capsys.readouterr().out.splitlines()
    assert legend == "█ vivid   ▓ faded   ▒ compressed   ░ forgotten"
    assert first == f"day      0 {'█' * 60} 10 0 0 0"
    assert last == f"day     10 {'▓' * 15}{'▒' * 15}{'░' * 30} 0 5 5 10  2 promoted"


def test_what_moves_and_what_is_formed_is_counted_by_the_day(memory: Memory) -> None:
    alike = [said(f"m{n}", f"Ana walked the dog along the river {n} times") for n in range(4)]
    take_in(memory, alike)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    first, *_, last = simulated(memory, "ana", 3, start)
    assert (first["promoted"], first["demoted"], last["concepts"]) == (0, 0, 0)
    assert first["concepts"] > 0


def test_an_svg_names_every_state() -> None:
    told = drawn(CURVE)
    assert all(name in told for name in ("vivid", "faded", "compressed", "forgotten"))
    assert told.count("<polygon") == 4
