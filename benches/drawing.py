"""Drawings of what memory does beside what was measured on people, each with its source."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from agents.retention import W, retrievability
from benches import human
from benches.published import ANDERSON, CEPEDA, EBBINGHAUS, MATT, MURDOCK, MURRE_DROS

_OURS: Final = "#3b78c2"
_PEOPLE: Final = "#c23b3b"
_DELAYS: Final = (7, 35, 70, 350)


def draw(
    folder: Path,
    lists: Mapping[int, human.Floats],
    words: Mapping[tuple[int, int], float],
    moods: Mapping[str, float],
) -> None:
    """Draw every comparison into the folder, as PNG and as SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    drawings: dict[str, Callable[[Axes], None]] = {
        "forgetting": _forgetting,
        "spacing": _spacing,
        "fan": _fan,
        "serial_position": lambda on: _serial(on, lists),
        "list_lengths": lambda on: _lengths(on, words),
        "moods": lambda on: _moods(on, moods),
    }
    for name, drawn in drawings.items():
        figure = Figure(figsize=(7, 4.2), layout="constrained")
        on = figure.subplots()
        drawn(on)
        on.title.set_fontsize(10)
        on.legend(frameon=False, fontsize=8)
        for kind in ("png", "svg"):
            # Without the date, the same figures give the same file.
            told = {"Date": None} if kind == "svg" else {}
            figure.savefig(folder / f"{name}.{kind}", dpi=120, metadata=told)


def _forgetting(on: Axes) -> None:
    grid = np.geomspace(0.01, 40, 200)
    told = "power law, scale and exponent fitted: R²"
    for published, mark, line, source in (
        (EBBINGHAUS, "o", "-", "Ebbinghaus 1885, chapter VII"),
        (MURRE_DROS, "s", "-.", "Murre & Dros 2015, table 3"),
    ):
        days, savings = human.savings_by_day(published)
        scale, decay, fit = human.fitted(days, savings)
        on.plot(days, savings, mark, color=_PEOPLE, label=f"savings: {source}")
        power = (1 + grid / scale) ** -decay
        on.plot(grid, power, line, color=_OURS, label=f"{told} {fit:.3f}")
    ordinary = [retrievability(float(day), 1.727) for day in grid]
    on.plot(grid, ordinary, "--", color=_OURS, label="retrievability of an ordinary memory")
    on.set(xscale="log", xlabel="days", ylabel="share kept", ylim=(0, 1.02), title="Forgetting")


def _spacing(on: Axes) -> None:
    gaps = np.geomspace(0.1, 350, 120)
    for delay, shade in zip(_DELAYS, (0.35, 0.55, 0.75, 1.0), strict=True):
        found = [human.tested(float(gap), delay) for gap in gaps]
        on.plot(gaps, found, color=_OURS, alpha=shade, label=f"test after {delay} days")
        on.plot(gaps[int(np.argmax(found))], max(found), "v", color=_OURS, alpha=shade)
    for delay, (low, high) in CEPEDA.items():
        told = f"best gap, {delay} days: Cepeda et al. 2008, abstract"
        share = 0.12 if delay == min(CEPEDA) else 0.28
        on.axvspan(low * delay, high * delay, color=_PEOPLE, alpha=share, label=told)
    on.set(
        xscale="log", xlabel="days between two sessions", ylabel="probability of recall",
        title=f"Spacing (stability {W[2]:g} days at first)",
    )  # fmt: skip


def _fan(on: Axes) -> None:
    modelled, _, _ = human.latencies()
    for place in (1, 2, 3):
        people = [ANDERSON[person, place] for person in (1, 2, 3)]
        ours = [modelled[person, place] for person in (1, 2, 3)]
        shade = 0.4 + 0.2 * place
        told = f"fan of the place {place}"
        on.plot((1, 2, 3), people, "o", color=_PEOPLE, alpha=shade, label=f"people, {told}")
        on.plot((1, 2, 3), ours, color=_OURS, alpha=shade, label=f"spreading activation, {told}")
    on.set(
        xlabel="fan of the person", ylabel="seconds", xticks=(1, 2, 3),
        title="Fan effect: Anderson 1974, as in the ACT-R tutorial, unit 5",
    )  # fmt: skip


def _serial(on: Axes, lists: Mapping[int, human.Floats]) -> None:
    for later, curve in lists.items():
        told = "at once" if not later else f"after {later} s of something else"
        on.plot(range(1, len(curve) + 1), curve, ".-", alpha=0.5 if later else 1, label=told)
    on.set(
        xlabel="position in the list", ylabel="probability of recall", ylim=(0, 1.02),
        title="Serial position, 20 words of a second each: recency goes, primacy stays\n"
        "(as Murdock 1962 and Glanzer & Cunitz 1966 found; their points were not at hand)",
    )  # fmt: skip


def _lengths(on: Axes, words: Mapping[tuple[int, int], float]) -> None:
    names = [f"{count} words, {seconds} s" for count, seconds in MURDOCK]
    on.plot(names, list(MURDOCK.values()), "o", color=_PEOPLE, label="Murdock 1962, table 1")
    on.plot(names, [words[of] for of in MURDOCK], "_", color=_OURS, ms=18, label="two parameters")
    on.set(ylabel="words recalled", ylim=(0, 10), title="How many words of a list come back")
    on.tick_params(axis="x", labelsize=8)


def _moods(on: Axes, moods: Mapping[str, float]) -> None:
    on.bar(list(moods), list(moods.values()), color=_OURS, label="share of glad memories recalled")
    on.axhline(0.5, color="#8a8a8a", lw=0.8, label="as many glad as sad ones fit the question")
    told = ", ".join(f"{name} h = {h:+.2f}" for name, h in MATT.items())
    on.set(ylim=(0, 1), title=f"Mood congruence\nMatt et al. 1992: {told}")
