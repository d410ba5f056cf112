"""The command line: `anamnesis`."""

import sys

from infra.interpreter import keep_loaded, tune


def main() -> None:
    """Run the command line; the exit code says which kind of thing went wrong."""
    tune()  # before anything is loaded: that is faster, too
    try:
        from infra.cli.commands import main as run  # noqa: PLC0415

        keep_loaded()
        run()
    except KeyboardInterrupt:
        sys.exit(130)
