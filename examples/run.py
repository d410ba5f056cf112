"""The main job in one command: take the example log in, then ask questions of it."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

HERE = Path(__file__).parent
ANAMNESIS = [sys.executable, "-m", "infra.cli"]


def main() -> int:
    """Ingest `observations.jsonl`, ask `questions.jsonl`, show what memory made of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("run/memory"))
    home = ["--home", str(parser.parse_args().home)]
    out = Console(highlight=False)
    out.rule("observations in")
    ingest = [*ANAMNESIS, "ingest", str(HERE / "observations.jsonl"), *home]
    if subprocess.run(ingest, check=False).returncode:
        return 1
    out.rule("memory out")
    recall = [*ANAMNESIS, "recall", "--batch", str(HERE / "questions.jsonl"), "--no-record", *home]
    answered = subprocess.run(recall, check=True, stdout=subprocess.PIPE).stdout
    questions = (HERE / "questions.jsonl").read_text().splitlines()
    for question, answer in zip(questions, answered.splitlines(), strict=True):
        _show(out, json.loads(question), json.loads(answer))
    out.rule("what was superseded")
    for space in ("maya", "atlas-team", "grandpa-luis"):
        facts = [*ANAMNESIS, "facts", "--space", space, "--json", *home]
        found = subprocess.run(facts, check=True, stdout=subprocess.PIPE).stdout
        for fact in map(json.loads, found.splitlines()):
            if fact["superseded"]:
                out.print(
                    f"  {space}: {fact['subject']} {fact['predicate']} {fact['object']} "
                    f"[dim]until {fact['valid_to'][:10]}[/]",
                    soft_wrap=True,
                )
    return 0


def _show(out: Console, question: dict[str, str], answer: dict[str, Any]) -> None:
    as_of = f" [dim](as of {question['as_of'][:10]})[/]" if "as_of" in question else ""
    out.print(f"[bold]{escape(question['question'])}[/]{as_of} [dim]{question['space']}[/]")
    said = escape(answer["answer"] or "I do not know.")
    out.print(f"  {said}  [dim]confidence {answer['confidence']}[/]", soft_wrap=True)
    for hit in answer["results"][:2]:
        cited = ", ".join(hit["observations"])
        text = escape(" ".join(hit["text"].split())[:110])
        out.print(f"    [dim]{hit['at'][:10]} ({cited})[/] {text}", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
