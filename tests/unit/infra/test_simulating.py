"""Whether the curve of a simulation is drawn as it is."""

from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from infra.cli.simulating import drawn, painted

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


def test_an_svg_names_every_state() -> None:
    told = drawn(CURVE)
    assert all(name in told for name in ("vivid", "faded", "compressed", "forgotten"))
    assert told.count("<polygon") == 4
