"""Whether the README's commands do what it says."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.driving import run as run_command
from tests.driving import said, written

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.strip()]
TOLD = [line for line in LINES if line.startswith(".venv/bin/anamnesis")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme") / "memory"


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"ANAMNESIS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("line", TOLD)
def test_a_command_of_the_readme_works_and_says_something(line: str, home: Path) -> None:
    done = run(["-m", "infra.cli", *shlex.split(line)[1:]], home)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_the_readme_shows_the_first_command_first() -> None:
    assert TOLD[0].split()[1] == "ingest"


def test_every_verb_of_make_that_the_readme_names_exists() -> None:
    verbs = {line.split()[1] for line in LINES if line.startswith("make ")}
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test"} <= verbs <= targets


def test_the_readmes_own_predicates_are_obeyed_and_asked_for(home: Path) -> None:
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    lines = home.parent / "own.jsonl"
    lines.write_text(next(block for block in blocks if '"predicates"' in block))
    assert run(["-m", "infra.cli", "ingest", str(lines)], home).returncode == 0
    for asked, answer in (
        ("Which database does Atlas use?", "Atlas database Postgres"),
        ("Which database did Atlas use in February 2026?", "Atlas database MySQL"),
    ):
        done = run(["-m", "infra.cli", "recall", asked, "--space", "atlas", "--json"], home)
        assert json.loads(done.stdout)["answer"] == answer


def test_the_python_of_the_readme_remembers_and_answers(tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer, confidence, *context = done.stdout.splitlines()
    assert answer == "Maya lives in Lisbon"
    assert float(confidence) > 0.5
    assert context == [
        "Known:",
        "- Maya lives in Lisbon (since 2026-01-09)",
        "Said:",
        "- 2026-01-12 Maya: I moved to Lisbon last Friday.",
    ]


def test_the_context_that_the_readme_shows_is_given(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    spelling = said(
        "1", "From now on, use British spelling. I live in Porto.", space="maya", speaker="Maya",
        at="2026-01-10T08:15:00+00:00",
    )  # fmt: skip
    moved = re.findall(r'^{"id": "m1".*', readme, re.MULTILINE)
    run_command(tmp_path, "ingest", "-", given=written([spelling, moved[0].encode()]))
    asked = ("recall", "Where do I live?", "--space", "maya", "--speaker", "Maya")
    context = run_command(tmp_path, *asked, "--context", "1500").out
    assert "Follow every time, as asked:\n" in context
    assert f"```\n{context}```" in readme


def test_the_agent_of_the_examples_remembers_what_it_was_told(tmp_path: Path) -> None:
    turns = ["My dentist is Dr. Weiss in Braga.", "Who is my dentist?", "Who is my dentist?"]
    done = subprocess.run(
        [sys.executable, "-m", "examples.agent", "--home", str(tmp_path / "memory")],
        cwd=ROOT, input="\n".join(turns), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    replies = [line for line in done.stdout.splitlines() if line.startswith("Assistant: ")]
    assert replies[0] == "Assistant: Noted."
    assert all("Weiss" in reply for reply in replies[1:])


def test_the_main_job_answers_with_citations_and_shows_what_was_superseded(tmp_path: Path) -> None:
    done = run(["-m", "examples.run", "--home", str(tmp_path / "memory")], tmp_path)
    assert done.returncode == 0, done.stderr
    asked = (ROOT / "examples" / "questions.jsonl").read_text().splitlines()
    assert done.stdout.count("confidence") == len(asked)
    assert re.search(r"\(maya-\d{4}", done.stdout)
    assert re.search(r"lives_in Porto until 2026-04", done.stdout)
