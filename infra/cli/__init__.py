"""The command line: `anamnesis`."""

import gc


def main() -> None:
    """Run the command line; the exit code says which kind of thing went wrong."""
    # Loading makes many objects and hardly any garbage: looking for some would take a quarter.
    gc.set_threshold(50_000)
    from infra.cli.commands import main as run  # noqa: PLC0415

    run()
