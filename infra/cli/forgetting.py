"""Commands that erase and that keep the keys: `forget`, `keys list`, `keys rotate`."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from infra.cli.app import (
    Home,
    Json,
    Space,
    Yes,
    err,
    hint,
    opened,
    out,
    printed,
    program,
    settings_of,
    told_aside,
)
from infra.cli.stores import stored_on_kafka
from infra.folder_lock import FolderLock
from infra.keys.choosing import Choice, Chosen
from infra.keys.sealing import SealedCodec
from infra.log.sqlite_log import SqliteLog
from infra.memory import Memory
from infra.opening import demand_memory, on_kafka, open_codec
from schemas.errors import InputError, NotFoundError

keys: typer.Typer = typer.Typer(
    help="Look at the keys that content is sealed with, and change them.", no_args_is_help=True
)
program.add_typer(keys, name="keys")


@program.command()
def forget(  # noqa: PLR0913 - a command's options
    *,
    space: Space,
    reason: Annotated[
        str, typer.Option(help="Why, for the receipt, which is kept: name nobody in it.")
    ],
    subject: Annotated[
        str | None,
        typer.Option(
            help="Only what mentions this name, letter case, white space and what is not seen "
            "aside; of a number, its digits. Inflected forms (Josés for José) stay: name them too."
        ),
    ] = None,
    observation: Annotated[
        str | None, typer.Option(help="Only this observation, by its producer's id.")
    ] = None,
    yes: Yes = False,
    delete_records: Annotated[
        bool,
        typer.Option(
            "--delete-records",
            help="On Kafka: delete the plain observations and promotions of the space's whole "
            "partition too, other spaces' among them, up to what workers have read; wait until "
            "Kafka's files are rid of them.",
        ),
    ] = False,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Erase a space for ever, or an observation, or everything in it that mentions a name.

    What came of it goes along: percepts, memories, facts, dead letters, rows, points; what others
    said as well stays, in their words. Its key is destroyed, and a receipt is appended. Nothing
    brings it back, not even the same observations once more: their ids stay known. Copies that you
    made of the data folder AND of the keys are yours to destroy. On Kafka, what producers published
    stays in the topics until their retention ends, and it is told how much: --delete-records does
    not wait for that, but until Kafka has removed the files, or says which topic's may hold it
    still.

    Example: anamnesis forget --space maya --reason "asked to be forgotten" --yes
    """
    if subject is not None and observation is not None:
        raise InputError("give --subject or --observation, not both")
    for option, given in (("reason", reason), ("subject", subject), ("observation", observation)):
        if given is not None and not given.strip():  # it must not be taken for the whole space
            raise InputError(f"--{option} is empty")
    choice = Choice(space, subject, observation)
    with opened(home) as memory:
        chosen = memory.forget(choice, reason, really=yes)
    told = {"space": space, "asked": choice.asked, **chosen.told(), "erased": yes}
    plain: dict[str, int] = {}
    if yes:
        with opened(home) as memory:  # what is under way is finished whenever the folder is opened
            memory.host.drain()
            plain = _plain_left(memory, choice, chosen, delete=delete_records)
    kept: dict[str, str] = {}
    if on_kafka(settings_of(home)):
        told["plain_until_retention"] = plain
        if yes and delete_records:
            kept = told["in_files_still"] = _rid(home, space)
    if json_:
        printed(told)
    else:
        _show(chosen, plain, kept, yes=yes)
    if not yes:
        hint("nothing is erased yet: say --yes to do it, and it cannot be undone")


def _plain_left(memory: Memory, choice: Choice, chosen: Chosen, *, delete: bool) -> dict[str, int]:
    """Count by topic what is left of an erased choice, since it was never sealed.

    `delete` deletes it, with everything else at the beginning of the space's partition.
    """
    if isinstance(memory.log, SqliteLog):
        return {}
    from infra.kafka import kafka_erasing  # noqa: PLC0415 - seldom, and slow

    if delete:
        kafka_erasing.delete_plain(memory.log, choice.space)
    return kafka_erasing.plain_left(memory.log, memory.codec, choice, chosen)


def _show(chosen: Chosen, plain: dict[str, int], kept: dict[str, str], *, yes: bool) -> None:
    verb = "erased" if yes else "would be erased"
    out.print(
        f"{len(chosen.inputs):,} observations and commands, {len(chosen.memories):,} memories, "
        f"{len(chosen.letters):,} dead letters {verb}"
    )
    for topic, count in plain.items():
        err.print(f"{count:,} records stay in {topic} until its retention ends")
    for topic, why in kept.items():
        err.print(f"the files of {topic} may hold what was deleted: {why}", soft_wrap=True)
    for repeat in sorted(chosen.repeats):
        err.print(f"repeated what goes, which is not remembered then: {escape(repeat)}")


def _rid(home: Home, space: str) -> dict[str, str]:
    """Let Kafka's files go too, while others may use the folder: that takes minutes."""
    from infra.kafka.kafka_files import rid_files  # noqa: PLC0415 - seldom, and slow

    with stored_on_kafka(settings_of(home)) as (log, _):
        return rid_files(log, space, told_aside)


@keys.command("list")
def list_(*, home: Home = None, json_: Json = False) -> None:
    """List every space's keys: which one seals now, which ones still open, what was destroyed."""
    settings = settings_of(home)
    rows = _codec(home).ring.told()
    if json_:
        for row in rows:
            printed(row)
        return
    table = Table("space", "seals", "since", "opens", "destroyed up to", box=None)
    for row in rows:
        table.add_row(
            row["space"] or "(none)", str(row["newest"]), (row["made"] or "")[:19],
            ", ".join(map(str, row["living"])), str(row["destroyed"] or "-"),
        )  # fmt: skip
    out.print(f"keys in {settings.keys_folder}", markup=False, soft_wrap=True)
    out.print(table)


@keys.command()
def rotate(
    *,
    space: Annotated[
        str | None, typer.Option("--space", "-s", help="A new data key for this space.")
    ] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Make a new master key, which wraps every key anew; or a new data key for one space.

    A space's older keys stay, to read what they sealed. Keep a copy of the folder of the keys
    somewhere else than the copies of the data folder.
    """
    settings = settings_of(home)
    demand_memory(settings)
    with FolderLock(settings.home):
        ring = _codec(home).ring
        if space is not None and space not in {row["space"] for row in ring.told()}:
            raise NotFoundError(f"the space {space} has no key", space=space)
        epoch = ring.rotate(space)
    if json_:
        printed({"space": space, "key": epoch or "master"})
    else:
        out.print(
            f"{space} is sealed with key {epoch} now" if space else "a new master key is in use"
        )


def _codec(home: Home) -> SealedCodec:
    settings = settings_of(home)
    if on_kafka(settings):
        with stored_on_kafka(settings) as (_, codec):
            return codec
    demand_memory(settings)
    return open_codec(settings)
