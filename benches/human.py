"""Whether memory works as people's was measured to: forgetting, spacing, the fan effect."""

import argparse
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.activation import Edges, Node, Spreading
from agents.retention import FADING, Grade, W, days_until, retrievability, strengthened
from benches.figure import Figure, Goal

SMALL: Final[dict[str, object]] = {}
# Savings of nonsense syllables after minutes: Ebbinghaus 1885, Über das Gedächtnis, chapter VII,
# section 29, in the English edition (1913) on pages 76 to 78.
EBBINGHAUS: Final = {
    20: 0.582, 64: 0.442, 526: 0.358, 1440: 0.337, 2880: 0.278, 8640: 0.254, 44640: 0.211,
}  # fmt: skip
# Seconds to recognise a sentence by the fans of its person and its place: Anderson 1974, Retrieval
# of Propositional Information from Long-Term Memory, as the ACT-R tutorial (unit 5) gives them.
ANDERSON: Final = {
    (1, 1): 1.111, (2, 1): 1.174, (3, 1): 1.222, (1, 2): 1.167, (2, 2): 1.198, (3, 2): 1.222,
    (1, 3): 1.153, (2, 3): 1.233, (3, 3): 1.357,
}  # fmt: skip
_MINUTES: Final = 1440
_GAPS: Final = (0.01, 1, 2, 4, 7, 11, 14, 21, 28, 35, 49, 70, 105, 140, 210, 350)
_DELAYS: Final = (7, 35, 70, 350)  # days from the second session to the test: Cepeda et al. 2008
_BEST: Final = {7: 1, 35: 11, 70: 21, 350: 21}  # the best gaps that they found among theirs

Floats = NDArray[np.float64]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--plot", type=Path, default=None, help="folder for drawings (SVG)")


def run(options: argparse.Namespace) -> list[Figure]:
    """Fit the forgetting curve to published savings, and find the best gap for each delay."""
    days = np.array([minutes / _MINUTES for minutes in EBBINGHAUS])
    savings = np.array(list(EBBINGHAUS.values()))
    scale, decay, fit = fitted(days, savings)
    if options.plot:
        options.plot.mkdir(parents=True, exist_ok=True)
        drawn = _drawn(days, savings, scale, decay)
        (options.plot / "forgetting.svg").write_text(drawn, encoding="utf-8")
    best = {delay: best_gap(delay) for delay in _DELAYS}
    grows = sum(best[a] < best[b] for a, b in pairwise(_DELAYS))
    massed, spaced = (strengthened(W[2], 5.0, gap, Grade.GOOD)[0] for gap in (0.01, 7.0))
    figures = [
        Figure(
            "R2 of the power law on Ebbinghaus' savings", fit, "", goal=Goal(least=0.97),
            note=f"two parameters fitted: scale {scale:.3g} days, exponent {decay:.3f}",
        ),
        Figure("exponent of forgetting", decay, "", W[20], "FSRS-6's default, fitted to reviews"),
        Figure(
            "times that the best gap grows with the delay", grows, "of 3", goal=Goal(least=3),
            note="delays of 7, 35, 70, 350 days; Cepeda et al. 2008 found that it grows",
        ),
        Figure("stability after a gap of 7 days", spaced, "days", massed, "after a quarter hour"),
    ]  # fmt: skip
    figures.append(_fan_effect())
    figures += [
        Figure(
            f"best gap for a test after {delay} days", gap, "days", _BEST[delay],
            "the best of the gaps that Cepeda et al. 2008 tried",
        )
        for delay, gap in best.items()
    ]  # fmt: skip
    ends = (("faded", FADING.faded), ("compressed", FADING.compressed))
    figures += [
        Figure(f"an ordinary memory is {name} after", days_until(least, 1.727), "days")
        for name, least in (*ends, ("forgotten", FADING.forgotten))
    ]
    return figures


def latency_of(person: int, place: int) -> float:
    """Give exp(-activation) of a sentence, cued by a person and a place of so many sentences."""
    sentence, cues = Node("memory", "it"), (Node("entity", b"person"), Node("entity", b"place"))
    spreading = Spreading.begin(dict.fromkeys(cues, 1.0))
    fans = zip(cues, (person, place), strict=True)
    spreading.step({cue: Edges(fan, [sentence]) for cue, fan in fans})
    return float(np.exp(-spreading.activation(sentence)))


def _fan_effect() -> Figure:
    """Fit ACT-R's latency, intercept + factor * exp(-activation), to the published times."""
    modelled = np.array([latency_of(*fans) for fans in ANDERSON])
    measured = np.array(list(ANDERSON.values()))
    factor, intercept = np.polyfit(modelled / modelled.min(), measured, 1)
    error = measured - intercept - factor * modelled / modelled.min()
    fit = 1 - float(np.sum(error**2) / np.sum((measured - measured.mean()) ** 2))
    return Figure(
        "R2 of the fan effect on Anderson's times", fit, "",
        note=f"two parameters fitted: intercept {intercept:.3f} s, factor {factor:.3f} s",
    )  # fmt: skip


def fitted(days: Floats, savings: Floats) -> tuple[float, float, float]:
    """Fit (1 + t / scale) ** -decay by least squares; give scale, decay and R2.

    It is FSRS' power law with its time unit and its exponent free. The exponent is searched on a
    grid for each scale, so that the same numbers come out everywhere.
    """
    found = (np.inf, 1.0, 1.0)
    for scale in np.geomspace(1e-6, 10, 1401):
        growth = np.log1p(days / scale)
        for decay in np.linspace(0.02, 0.6, 291):
            error = float(np.sum((np.exp(-decay * growth) - savings) ** 2))
            found = min(found, (error, float(scale), float(decay)))
    error, scale, decay = found
    return scale, decay, 1 - error / float(np.sum((savings - savings.mean()) ** 2))


def best_gap(delay: float) -> float:
    """Give the gap between two sessions after which a test, `delay` days on, goes best.

    A second session is a success with the probability of recall, else a lapse.
    """

    def tested(gap: float) -> float:
        recall = retrievability(gap, W[2])
        after = [strengthened(W[2], 5.0, gap, grade)[0] for grade in (Grade.GOOD, Grade.AGAIN)]
        good, again = (retrievability(delay, stability) for stability in after)
        return recall * good + (1 - recall) * again

    return max(_GAPS, key=tested)


def _drawn(days: Floats, savings: Floats, scale: float, decay: float) -> str:
    """Draw the published points and the fitted curve, days on a logarithmic scale."""
    low, high = np.log10(0.01), np.log10(40)

    def place(day: float, value: float) -> str:
        return f"{40 + 520 * (np.log10(day) - low) / (high - low):.1f},{320 - 300 * value:.1f}"

    grid = np.geomspace(0.01, 40, 120)
    line = " ".join(place(day, (1 + day / scale) ** -decay) for day in grid)
    dots = "".join(
        '<circle r="4" fill="#c23b3b" cx="{}" cy="{}"/>'.format(*place(d, s).split(","))
        for d, s in zip(days, savings, strict=True)
    )
    text = "Savings by days (log scale): Ebbinghaus 1885 (dots) and the fitted power law"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="360" font-size="13">'
        f'<polyline points="{line}" fill="none" stroke="#3b78c2" stroke-width="2"/>{dots}'
        f'<text x="40" y="350">{text}</text></svg>\n'
    )
