"""Whether memory works as people's was measured to: forgetting, spacing, fan, lists, moods."""

import argparse
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.activation import SLOTS, Edges, Node, Spreading
from agents.retention import FADING, Grade, W, days_until, retrievability, strengthened
from benches import word_lists
from benches.figure import Figure, Goal
from benches.moods import difference, glad_shares
from benches.published import (
    ANDERSON,
    CEPEDA,
    EBBINGHAUS,
    MATT,
    MILLER,
    MURDOCK,
    MURRE_DROS,
    RECENCY,
)
from benches.trial import new

SMALL: Final[dict[str, object]] = {}
_MINUTES: Final = 1440
_GAPS: Final = (0.01, 1, 1.5, 2, 3, 4, 7, 11, 14, 17, 21, 28, 35, 49, 70, 105, 140, 210, 350)
_DELAYS: Final = (7, 35, 70, 350)  # days from the second session to the test: Cepeda et al. 2008
_LIST: Final = (20, 1)  # words, and seconds each
_DISTRACTED: Final = 30  # seconds of counting before the recall: Glanzer & Cunitz 1966

Floats = NDArray[np.float64]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument(
        "--plot",
        type=Path,
        default=None,
        help="folder for drawings (PNG and SVG; needs matplotlib)",
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Hold each formula of memory against what was measured on people."""
    with new() as memory:
        moods = glad_shares(memory)
    threshold, noise, fit = word_lists.fitted(MURDOCK)
    lists = {
        later: word_lists.recalled(word_lists.activations(_LIST, later), threshold, noise)
        for later in (0, _DISTRACTED)
    }
    if options.plot:
        # Imported where it is used: the other benches do without it.
        from benches.drawing import draw  # noqa: PLC0415

        draw(options.plot, lists, {of: _words(of, threshold, noise) for of in MURDOCK}, moods)
    return [
        *_forgetting(),
        *_spacing(),
        _fan_effect(),
        *_lists(lists, threshold, noise, fit),
        *_moods(moods),
        *_states(),
    ]


def _forgetting() -> list[Figure]:
    figures = []
    for name, published in {"Ebbinghaus'": EBBINGHAUS, "Murre & Dros'": MURRE_DROS}.items():
        days, savings = savings_by_day(published)
        scale, decay, fit = fitted(days, savings)
        figures += [
            Figure(
                f"R2 of the power law on {name} savings", fit, "", logarithmic(days, savings),
                "a line over the delay's logarithm, two parameters as well", Goal(least=0.97),
                note=f"two parameters fitted: scale {scale:.3g} days, exponent {decay:.3f}",
            ),
            Figure(
                f"exponent of forgetting on {name} savings", decay, "", W[20],
                "FSRS-6's default, fitted to reviews",
            ),
        ]  # fmt: skip
    return figures


def savings_by_day(published: Mapping[int, float]) -> tuple[Floats, Floats]:
    """Give published delays in days, and the savings after them."""
    return np.array([at / _MINUTES for at in published]), np.array(list(published.values()))


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


def logarithmic(days: Floats, savings: Floats) -> float:
    """Give R2 of the line over the logarithm of time that is nearest: Ebbinghaus 1885, in short."""
    slope, level = np.polyfit(np.log(days), savings, 1)
    left = savings - (level + slope * np.log(days))
    return 1 - float(np.sum(left**2) / np.sum((savings - savings.mean()) ** 2))


def _spacing() -> list[Figure]:
    best = {delay: max(_GAPS, key=lambda gap: tested(gap, delay)) for delay in _DELAYS}
    grows = sum(best[a] < best[b] for a, b in pairwise(_DELAYS))
    massed, spaced = (strengthened(W[2], 5.0, gap, Grade.GOOD)[0] for gap in (0.01, 7.0))
    figures = [
        Figure(
            "times that the best gap grows with the delay", grows, "of 3", goal=Goal(least=3),
            note="delays of 7, 35, 70, 350 days; Cepeda et al. 2008 found that it grows",
        ),
        Figure("stability after a gap of 7 days", spaced, "days", massed, "after a quarter hour"),
    ]  # fmt: skip
    for delay, gap in best.items():
        low, high = CEPEDA.get(delay, (0.0, 0.0))
        told = f"Cepeda et al. 2008: {100 * low:g} to {100 * high:g} % of the delay" if high else ""
        share = f"{100 * gap / delay:.0f} % of the delay"
        figures.append(
            Figure(
                f"best gap for a test after {delay} days", gap, "days",
                delay * (low + high) / 2 or None, told, note=share,
            )
        )  # fmt: skip
    return figures


def tested(gap: float, delay: float) -> float:
    """Give the probability of recall, `delay` days after the second of two sessions.

    The second session is a success with the probability of recall, else a lapse.
    """
    recall = retrievability(gap, W[2])
    after = [strengthened(W[2], 5.0, gap, grade)[0] for grade in (Grade.GOOD, Grade.AGAIN)]
    good, again = (retrievability(delay, stability) for stability in after)
    return recall * good + (1 - recall) * again


def latency_of(person: int, place: int) -> float:
    """Give exp(-activation) of a sentence, cued by a person and a place of so many sentences."""
    sentence, cues = Node("memory", "it"), (Node("entity", b"person"), Node("entity", b"place"))
    spreading = Spreading.begin(dict.fromkeys(cues, 1.0))
    fans = zip(cues, (person, place), strict=True)
    spreading.step({cue: Edges(fan, [sentence]) for cue, fan in fans})
    return float(np.exp(-spreading.activation(sentence)))


def latencies() -> tuple[dict[tuple[int, int], float], float, float]:
    """Fit ACT-R's latency, intercept + factor * exp(-activation), to the published times.

    Give seconds by fans, intercept and factor.
    """
    modelled = np.array([latency_of(*fans) for fans in ANDERSON])
    modelled /= modelled.min()
    factor, intercept = np.polyfit(modelled, np.array(list(ANDERSON.values())), 1)
    times = (intercept + factor * modelled).tolist()
    return dict(zip(ANDERSON, times, strict=True)), float(intercept), float(factor)


def _fan_effect() -> Figure:
    modelled, intercept, factor = latencies()
    measured = np.array(list(ANDERSON.values()))
    error = measured - np.array(list(modelled.values()))
    fit = 1 - float(np.sum(error**2) / np.sum((measured - measured.mean()) ** 2))
    return Figure(
        "R2 of the fan effect on Anderson's times", fit, "",
        note=f"two parameters fitted: intercept {intercept:.3f} s, factor {factor:.3f} s",
    )  # fmt: skip


def _words(of: word_lists.List, threshold: float, noise: float) -> float:
    return float(word_lists.recalled(word_lists.activations(of), threshold, noise).sum())


def _lists(lists: dict[int, Floats], threshold: float, noise: float, fit: float) -> list[Figure]:
    curve, late = lists[0], lists[_DISTRACTED]
    off = [abs(_words(of, threshold, noise) - words) for of, words in MURDOCK.items()]
    middle, later = float(np.mean(curve[5:-RECENCY])), float(np.mean(late[5:-RECENCY]))
    of = "the middle of a list of 20 words"
    above = Goal(least=1.0, ratio=True)
    return [
        Figure(
            "words recalled of a list, off by (mean)", float(np.mean(off)), "words",
            note=f"of 6.4 to 8.8 in Murdock 1962's six groups; R2 {fit:.2f}; two "
            f"parameters fitted: threshold {threshold:.2f}, noise {noise:.2f}",
        ),
        Figure("primacy: the first word is recalled", 100 * curve[0], "%", 100 * middle, of, above),
        Figure("recency: the last word is recalled", 100 * curve[-1], "%", 100 * middle, of, above),
        Figure(
            "after 30 s of something else: the first", 100 * late[0], "%", 100 * later, of, above,
            "Glanzer & Cunitz 1966: primacy stays",
        ),
        Figure(
            "after 30 s of something else: the last", 100 * late[-1], "%", 100 * later, of,
            Goal(most=1.0, ratio=True), "Glanzer & Cunitz 1966: recency goes",
        ),
        Figure(
            "slots of working memory", SLOTS, "", goal=Goal(*MILLER),
            note="a constant, not a finding; Miller 1956: seven, plus or minus two",
        ),
    ]  # fmt: skip


def _moods(shares: dict[str, float]) -> list[Figure]:
    figures = []
    for name, peer, goal in (
        ("glad", "induced elated", Goal(least=0.0)), ("sad", "induced depressed", Goal(most=0.0)),
    ):  # fmt: skip
        figures.append(
            Figure(
                f"more of the glad in a {name} mood than in none (h)",
                difference(shares[name], shares["no"]), "", MATT[peer],
                f"{peer}, Matt et al. 1992", goal,
                f"{100 * shares[name]:.0f} % of what is recalled is glad, "
                f"{100 * shares['no']:.0f} % in no mood",
            )
        )  # fmt: skip
    return figures


def _states() -> list[Figure]:
    ends = {"faded": FADING.faded, "compressed": FADING.compressed, "forgotten": FADING.forgotten}
    return [
        Figure(f"an ordinary memory is {name} after", days_until(least, 1.727), "days")
        for name, least in ends.items()
    ]
