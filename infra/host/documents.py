"""Where the documents of the formats lie: written from the types, checked for drift."""

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from schemas.documents import schema_documents
from streams.asyncapi import asyncapi_document

ROOT: Final = Path(__file__).resolve().parents[2]


def documents() -> dict[str, str]:
    """Give the text of every document, by its path below docs/."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    files = {f"schemas/{name}": document for name, document in schema_documents().items()}
    files["asyncapi.json"] = asyncapi_document(project["version"])
    return {
        path: json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        for path, document in files.items()
    }


def drifted(folder: Path) -> list[str]:
    """List the documents in a folder that are missing, superfluous or not what the types say."""
    wanted = documents()
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in [*folder.glob("schemas/*.json"), *folder.glob("asyncapi.json")]
    }
    return sorted(path for path in wanted | found if wanted.get(path) != found.get(path))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the documents, or with --check say which are not up to date."""
    parser = argparse.ArgumentParser(prog="python -m infra.host.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 on drift")
    parser.add_argument("--to", type=Path, default=ROOT / "docs", help="folder (default: docs)")
    options = parser.parse_args(arguments)
    drift = drifted(options.to)
    if not options.check:
        _write(options.to, drift)
        return 0
    for path in drift:
        sys.stderr.write(f"{options.to / path} is not what the types say\n")
    return 1 if drift else 0


def _write(folder: Path, paths: Sequence[str]) -> None:
    wanted = documents()
    for path in paths:
        target = folder / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], encoding="utf-8")
        else:
            target.unlink()


if __name__ == "__main__":
    sys.exit(main())
