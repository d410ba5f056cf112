"""Runs the command line as `python -m infra.cli`."""

from infra.cli import main

if __name__ == "__main__":
    main()
