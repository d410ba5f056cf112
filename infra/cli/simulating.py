"""The command that lets time pass in a copy: `simulate`."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import Progress
from rich.text import Text

from infra.cli.app import Home, Json, Space, err, out, printed, program, settings_of
from infra.clock import now
from infra.host.simulation import STATES, copied, simulated
from schemas.errors import InputError, NotFoundError

_COLOURS: Final = {
    "vivid": "#2e9e5b", "faded": "#d9a521", "compressed": "#3b78c2", "forgotten": "#8a8a8a",
}  # fmt: skip
_GLYPHS: Final = {"vivid": "█", "faded": "▓", "compressed": "▒", "forgotten": "░"}
_EVENTS: Final = ("promoted", "demoted", "concepts")
_DRAWN: Final = (".svg", ".png")
_WIDTH: Final = 60  # characters of a bar
_HEIGHT: Final = 320  # of a drawing, in pixels
_LEFT: Final = 60

Curve = list[dict[str, int]]


@program.command()
def simulate(
    *,
    space: Space,
    days: Annotated[int, typer.Option(min=1, max=36_500, help="How many days pass.")] = 365,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the curve into this .svg file, or .png where matplotlib is there."),
    ] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Let a space's time pass in a copy, and show what fades, shrinks and is forgotten.

    Each line counts as well what was promoted and demoted since the one before, and new concepts.
    Nobody recalls or says anything meanwhile; the data folder itself stays as it is.

    Example: anamnesis simulate --space maya --days 730 --plot maya.svg
    """
    if plot is not None and plot.suffix not in _DRAWN:
        raise InputError(f"--plot draws .svg and .png files, not {plot.name}", file=str(plot))
    if plot is not None and plot.suffix == ".png" and find_spec("matplotlib") is None:
        raise InputError(
            "a .png is drawn by matplotlib, which is not installed: name an .svg, or install "
            "anamnesis[plots]",
            file=str(plot),
        )
    if plot is not None and not plot.parent.is_dir():
        raise NotFoundError(f"--plot: there is no folder {plot.parent}", file=str(plot))
    curve: Curve = []
    with (
        copied(settings_of(home)) as memory,
        Progress(console=err, transient=True, disable=not err.is_terminal) as progress,
    ):
        task = progress.add_task("days pass", total=days)
        for point in simulated(memory, space, days, now()):
            curve.append(point)
            progress.update(task, completed=point["day"])
            if json_:
                printed({"space": space, **point})
    if not json_:
        shown(curve)
    if plot is not None:
        if plot.suffix == ".png":
            painted(curve, plot)
        else:
            plot.write_text(drawn(curve), encoding="utf-8")
        err.print(f"drawn into {plot}", markup=False)


def shown(curve: Curve) -> None:
    """Print a bar for each day."""
    out.print("   ".join(f"[{_COLOURS[state]}]{_GLYPHS[state]}[/] {state}" for state in STATES))
    for point in curve:
        total = max(sum(point[state] for state in STATES), 1)
        bar, filled, reached = Text(f"day {point['day']:>6} "), 0, 0
        for state in STATES:
            reached += point[state]
            width = round(_WIDTH * reached / total)
            bar.append(_GLYPHS[state] * (width - filled), style=_COLOURS[state])
            filled = width
        counts = " ".join(f"{point[state]:,}" for state in STATES)
        moved = "".join(f"  {point[name]:,} {name}" for name in _EVENTS if point.get(name))
        out.print(bar.append(f" {counts}", style="dim").append(moved), soft_wrap=True)


def drawn(curve: Curve) -> str:
    """Draw a curve as an SVG: stacked areas of the states over the days."""
    days = max(curve[-1]["day"], 1)
    total = max(sum(curve[0][state] for state in STATES), 1)

    def place(day: int, count: int) -> str:
        return f"{_LEFT + 600 * day / days:.1f},{20 + _HEIGHT * (1 - count / total):.1f}"

    below = [0] * len(curve)
    parts = []
    for index, state in enumerate(STATES):
        above = [low + point[state] for low, point in zip(below, curve, strict=True)]
        upper = [place(p["day"], n) for p, n in zip(curve, above, strict=True)]
        lower = [place(p["day"], n) for p, n in zip(curve, below, strict=True)]
        points = " ".join([*upper, *reversed(lower)])
        parts.append(f'<polygon points="{points}" fill="{_COLOURS[state]}"/>')
        x = _LEFT + 150 * index
        parts.append(f'<text x="{x}" y="385" fill="{_COLOURS[state]}">{state}</text>')
        below = above
    labels = (
        f'<text x="10" y="30">{total:,}</text><text x="10" y="{20 + _HEIGHT}">0</text>'
        f'<text x="{_LEFT}" y="362">day 0</text><text x="600" y="362">day {days:,}</text>'
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="400" '
        f'font-family="sans-serif" font-size="13">{"".join(parts)}{labels}</svg>\n'
    )


def painted(curve: Curve, file: Path) -> None:
    """Draw the same as a PNG."""
    # Imported where it is used: only drawings need it, and it is not installed by default.
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(7, 4), layout="constrained")
    on = figure.subplots()
    areas = [[point[state] for point in curve] for state in STATES]
    colours = [_COLOURS[state] for state in STATES]
    on.stackplot([point["day"] for point in curve], areas, labels=STATES, colors=colours)
    on.set(xlabel="day", ylabel="memories", xlim=(0, max(curve[-1]["day"], 1)))
    on.margins(0)
    on.legend(loc="lower left")
    figure.savefig(file, format="png", dpi=120)
