"""What a bench reports: figures with their goals, on what machine, as a table or as JSON lines."""

import importlib.metadata
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_PACKAGES: Final = ("numpy", "onnxruntime", "qdrant-edge-py", "SQLAlchemy", "pydantic")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should come to; a goal on the ratio is one on the figure over its peer."""

    least: float | None = None
    most: float | None = None
    ratio: bool = False

    @property
    def text(self) -> str:
        """Write the goal, such as "ratio >= 0.75"."""
        bounds = ((">=", self.least), ("<=", self.most))
        told = " and ".join(f"{sign} {bound:,g}" for sign, bound in bounds if bound is not None)
        return f"ratio {told}" if self.ratio else told

    def met_by(self, value: float) -> bool:
        """Say whether a value lies within the bounds."""
        return bool(  # of numpy's numbers, too
            (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number, beside the ceiling or peer that was measured in the same run."""

    name: str
    value: float
    unit: str
    peer: float | None = None
    peer_is: str = ""
    goal: Goal | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Give the value over its peer."""
        return self.value / self.peer if self.peer else None

    @property
    def met(self) -> bool | None:
        """Say whether the goal is met; none without a goal, or without the peer that it needs."""
        judged = self.ratio if self.goal and self.goal.ratio else self.value
        return None if self.goal is None or judged is None else self.goal.met_by(judged)

    def told(self) -> dict[str, Any]:
        """Give the figure as JSON can say it."""
        row: dict[str, Any] = {"name": self.name, "value": rounded(self.value), "unit": self.unit}
        if self.peer is not None:
            row |= {"peer": rounded(self.peer), "peer_is": self.peer_is}
        if self.ratio is not None:
            row["ratio"] = rounded(self.ratio)
        if self.goal is not None:
            row |= {"goal": self.goal.text, "met": self.met}
        return row | ({"note": self.note} if self.note else {})


def rounded(value: float) -> float:
    """Keep four significant digits, and every digit before the point."""
    return float(f"{value:.4g}") if abs(value) < 1000 else float(round(value))  # noqa: PLR2004


@cache
def machine() -> dict[str, str]:
    """Name the processor, its cores, and the versions of what does the work."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    versions += [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    return {
        "cpu": names[0] if names else platform.processor() or "unknown",
        "cores": str(len(os.sched_getaffinity(0))),
        "versions": ", ".join(versions),
    }


def print_lines(bench: str, figures: Iterable[Figure]) -> None:
    """Print a JSON object a figure."""
    for figure in figures:
        row = {"bench": bench, **figure.told(), **machine()}
        print(json.dumps(row, ensure_ascii=False), flush=True)


def print_table(bench: str, figures: Sequence[Figure]) -> None:
    """Print the figures under a head that says what they were measured on."""
    out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    on = machine()
    out.print(f"\n[bold]{bench}[/]  {escape(on['cpu'])}, {on['cores']} cores, load {_load()}")
    out.print(f"[dim]{escape(on['versions'])}[/]")
    table = Table("figure", box=None, pad_edge=False)
    for name in ("value", "peer", "ratio"):
        table.add_column(name, justify="right")
    for name in ("goal", "met", ""):
        table.add_column(name)
    for figure in figures:
        table.add_row(*_cells(figure))
    out.print(table)


def _cells(figure: Figure) -> list[str]:
    met = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[figure.met]
    about = "; ".join(
        part for part in (figure.peer_is and f"peer: {figure.peer_is}", figure.note) if part
    )
    return [
        escape(figure.name),
        f"{written(figure.value)} {figure.unit}".rstrip(),
        "" if figure.peer is None else written(figure.peer),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.goal.text if figure.goal else "",
        met,
        f"[dim]{escape(about)}[/]",
    ]


def written(value: float) -> str:
    """Write a number with as many digits as can be trusted."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"  # noqa: PLR2004


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"
