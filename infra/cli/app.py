"""What every command shares: the program, its options, how errors and results are told."""

import json
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final

import structlog
import typer
from rich.markup import escape
from typer.core import TyperGroup

from infra.cli.output import Output, Whole, drop_output, printing
from infra.host.lines import bounded
from infra.memory import Memory
from infra.opening import demand_memory
from infra.settings import Settings, read_settings
from schemas.errors import AnamnesisError, InputError, NotFoundError, UnavailableError


class Commands(TyperGroup):
    """Commands whose reader may go before the end: `anamnesis log | head`."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - of typer's own, what a command gives
        """Run a command; tell what goes wrong, and end quietly where nobody reads what it prints.

        The exit code says which kind of thing went wrong.
        """
        try:
            try:
                return super().invoke(ctx)
            finally:
                with printing():
                    sys.stdout.flush()
        except AnamnesisError as error:
            told(error, as_json=ctx.meta.get(_JSON, False))
            sys.exit(error.exit_code)
        except BrokenPipeError:
            drop_output()
            sys.exit(0)


def not_empty(text: str) -> str:
    """Refuse an empty path, which would mean the current folder."""
    if not text.strip():
        raise typer.BadParameter("it is empty")
    return text


def path(text: str) -> Path:
    """Read a path that is not empty."""
    return Path(not_empty(text))


program: Final = typer.Typer(
    name="anamnesis",
    cls=Commands,
    help="Long-term memory for AI agents, kept as an event log.",
    epilog="Begin with: anamnesis ingest examples/observations.jsonl; "
    'anamnesis recall "Where does Maya live?" --space maya',
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)

_JSON: Final = "anamnesis.json"  # in what a command and the program share


def _home(context: typer.Context, home: Path | None) -> Path | None:
    """Take the data folder from before the command, too."""
    return home or context.find_root().params.get("home")


def _json(context: typer.Context, wanted: bool) -> bool:  # noqa: FBT001 - as typer calls it
    context.meta[_JSON] = wanted  # for who tells errors
    return wanted


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        parser=path,
        callback=_home,
        metavar="PATH",
        help="Data folder. [dim](ANAMNESIS_HOME)[/]",
        show_default=False,
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json", callback=_json, is_eager=True, help="Print JSON, a line each where it lists."
    ),
]
Space = Annotated[str, typer.Option("--space", "-s", help="The space: one isolated memory.")]
OnlySpace = Annotated[
    str | None, typer.Option("--space", "-s", help="Only there; an id is enough without it.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would go.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="Most lines to print.")]

_NEARLY: Final = 0.8  # how like a known key one must be to be taken for it, misspelt

out: Final = Output(highlight=False)
err: Final = Whole(stderr=True, highlight=False)


def _tell_version(value: bool) -> None:  # noqa: FBT001 - as typer calls it
    if value:
        out.print(f"anamnesis {metadata.version('anamnesis')}")
        raise typer.Exit


@program.callback()
def everywhere(
    *,
    home: Home = None,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_tell_version, help="Tell the version."),
    ] = False,
) -> None:
    """Take what may stand before any command."""


def settings_of(home: Path | None) -> Settings:
    """Read the settings; the flag wins."""
    return read_settings(home=home)


@contextmanager
def opened(home: Path | None, *, new: bool = False) -> Iterator[Memory]:
    """Open the data folder for work, closing it whatever happens; only a `new` one is made."""
    settings = settings_of(home)
    if not new:
        demand_memory(settings)
    with Memory(settings) as memory:
        yield memory


def printed(row: Any) -> None:  # noqa: ANN401 - anything JSON can say
    """Print one JSON line."""
    printed_line(json.dumps(row, ensure_ascii=False, default=str))


def printed_line(line: str) -> None:
    """Print a line as it is. Raises UnavailableError."""
    with printing():
        sys.stdout.write(f"{line}\n")


def told_aside(what: str) -> None:
    """Tell what happened on the way, without getting between the results."""
    structlog.get_logger("memory").warning(what)


def many(count: int, noun: str, verb: str) -> str:
    """Say how many do something: "1 observation lies", "2 observations lie"."""
    return f"{count:,} {noun} {verb}s" if count == 1 else f"{count:,} {noun}s {verb}"


def hint(what: str) -> None:
    """Say on stderr what may explain a result, whoever reads the results."""
    err.print(what, style="yellow", markup=False, soft_wrap=True)


def instant(text: object, option: str) -> datetime | None:
    """Read a time: RFC 3339, or a date (midnight UTC). Raises InputError naming the option."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(str(text))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        at.astimezone(UTC)  # what UTC cannot say would fail later, where nobody could tell why
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"{option} {text!r} is not a time such as 2026-03-01 or 2026-03-01T12:00:00+00:00"
        ) from error
    return at


@contextmanager
def input_lines(name: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`. Raises NotFoundError."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise NotFoundError(f"{name} cannot be read: {error.strerror}", file=name) from error
    with file:
        yield file


def is_unicode(text: str) -> bool:
    """Say whether a text has no half characters, as arguments have that are not UTF-8."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def json_lines(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """Read numbered JSON objects, one a line; a line that is none gives the error that names it."""
    for number, line in enumerate(bounded(file), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, InputError(f"line {number}: not JSON ({error})", line=number)
            continue
        if not isinstance(row, dict):
            yield number, InputError(f"line {number}: not a JSON object", line=number)
        elif not is_unicode(json.dumps(row, ensure_ascii=False)):
            half = f"line {number}: half of a character (a lone surrogate)"
            yield number, InputError(half, line=number)
        else:
            yield number, row


def refuse_misspelt(row: dict[str, Any], known: Collection[str], where: str) -> None:
    """Refuse a key that is nearly a known one, as `asof`; others are the caller's own.

    Raises InputError.
    """
    plain = {name.replace("_", ""): name for name in known}
    for key in row.keys() - set(known):
        bare = "".join(char for char in key.casefold() if char.isalnum())
        near = [
            plain[one]
            for one in get_close_matches(bare, plain, cutoff=_NEARLY)
            if abs(len(one) - len(bare)) <= 1
        ]
        if near:
            raise InputError(f"{where}: there is no key `{key}`: it is `{near[0]}`", key=key)


def failed_line(row: dict[str, Any] | InputError, error: InputError) -> None:
    """Tell what is wrong with a line of a batch: its `id` and `error`, and a sentence on stderr."""
    id_ = row.get("id") if isinstance(row, dict) else None
    printed({"id": id_, "error": str(error)})
    told(error, as_json=False)


def _log_to_stderr() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
            if sys.stderr.isatty()
            else structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def told(error: AnamnesisError, *, as_json: bool) -> None:
    """Tell an error: a sentence on stderr, or a JSON object where JSON was asked for."""
    if as_json:
        kind = type(error).__name__
        fields = {k: str(v) for k, v in error.fields.items()}
        sys.stderr.write(json.dumps({"error": kind, "message": str(error), **fields}) + "\n")
    else:
        err.print(f"[bold red]{type(error).__name__}[/]: {escape(str(error))}", soft_wrap=True)
        if hint := error.fields.get("salvage"):
            err.print(f"  {hint}", markup=False, soft_wrap=True)


def main() -> None:
    """Run the command line."""
    _log_to_stderr()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    run: Callable[[], object] = program
    try:
        if sys.stdout is None:  # so Python says what was closed
            raise UnavailableError("nothing can be printed: standard output is closed")
        if wrong := next((one for one in sys.argv[1:] if not is_unicode(one)), None):
            raise InputError(f"an argument is not UTF-8: {wrong!a}")
        run()
    except AnamnesisError as error:  # before any option was read
        told(error, as_json=False)
        sys.exit(error.exit_code)
