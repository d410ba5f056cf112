"""The command line: `anamnesis`."""

import gc
import sys


def main() -> None:
    """Run the command line; the exit code says which kind of thing went wrong."""
    # Loading makes many objects and hardly any garbage: looking for some would take a quarter.
    gc.set_threshold(50_000)
    try:
        from infra.cli.commands import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)
