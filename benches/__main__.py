"""Run a bench by name and print its figures."""

import argparse
import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from benches.figure import Figure, print_lines, print_table
from infra.interpreter import keep_loaded, tune

FOLDER: Final = Path(__file__).parent
# What the benches share; every other module of this folder is a bench.
_SHARED: Final = frozenset(
    {
        "__init__",
        "__main__",
        "bare",
        "bulk",
        "chatter",
        "following",
        "drawing",
        "figure",
        "graphs",
        "made_up",
        "moods",
        "needs",
        "postgres",
        "published",
        "texts",
        "trial",
        "trouble",
        "word_lists",
    }
)
_NEEDS_A_FILE: Final = frozenset(
    {"locomo", "old_questions", "ranker", "ranker_confidence", "ranker_reader"}
)


def names() -> list[str]:
    """List the benches."""
    return sorted(file.stem for file in FOLDER.glob("*.py") if file.stem not in _SHARED)


def sentence(name: str) -> str:
    """Give the sentence that opens a bench's module."""
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0].replace("\n", " ")


def listing() -> str:
    """List the benches with their sentences."""
    width = max(len(name) for name in names())
    lines = [f"  {name:<{width}}  {sentence(name)}" for name in names()]
    return "\n".join(["benches:", *lines, f"  {'all':<{width}}  Run each in a process of its own."])


def main(arguments: Sequence[str]) -> int:
    """Run the bench that is named first; what follows are its options."""
    parser = argparse.ArgumentParser(
        prog="python -m benches",
        description="Measure Anamnesis: figures, each with its goal and the peer of the same run.",
        epilog=listing(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="python -m benches NAME [--json] [--small] [the bench's own options]",
    )
    parser.add_argument("name", metavar="NAME", choices=[*names(), "all"])
    name: str = parser.parse_args(list(arguments[:1])).name
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    rest = list(arguments[1:])
    return every(rest) if name == "all" else one(name, rest)


def one(name: str, arguments: Sequence[str]) -> int:
    """Run one bench, tuned as the command line is.

    One that prints by itself has a `main` and no `arguments`.
    """
    tune()
    bench = importlib.import_module(f"benches.{name}")
    keep_loaded()
    if not hasattr(bench, "arguments"):
        sys.argv = [f"benches.{name}", *(word for word in arguments if word != "--small")]
        bench.main()
        return 0
    parser = argparse.ArgumentParser(
        prog=f"python -m benches {name}",
        description=sentence(name),
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object a figure")
    parser.add_argument("--small", action="store_true", help="a quick pass: other defaults")
    bench.arguments(parser)
    if "--small" in arguments:
        parser.set_defaults(**bench.SMALL)
    options = parser.parse_args(arguments)
    figures: list[Figure] = bench.run(options)
    print_lines(name, figures) if options.json else print_table(name, figures)
    return 0


def every(arguments: Sequence[str]) -> int:
    """Run each bench in a process of its own; one that fails does not stop the others."""
    failed = []
    for name in names():
        if name in _NEEDS_A_FILE:
            told = {"bench": name, "left_out": "it needs the file of a data set"}
            print(json.dumps(told), file=sys.stderr)
            continue
        done = subprocess.run([sys.executable, "-m", "benches", name, *arguments], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
