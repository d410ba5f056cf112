"""How content on Kafka is erased for ever: its keys are destroyed, and what stays is said again.

Nothing on Kafka is rewritten in place. What stays of the space is appended once more, sealed with
its new key; then the old key goes, and with it everything that it sealed. Who reads such a record
finds nothing, as if it were a tombstone.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import Final

from infra.host.ingest import Ingested, Ingestor
from infra.host.perceiving import CONSUMER as PERCEIVE
from infra.host.remembering import CONSUMER as REMEMBER
from infra.kafka.following import FollowingProjector
from infra.kafka.kafka_client import admin, kafka, translated
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_sending import Sender
from infra.kafka.kafka_wire import is_sealed, read
from infra.kafka.producing import Straight
from infra.keys.choosing import Choice, Chosen, cause_of, inputs_of, place_of
from infra.keys.erasing import (
    SOURCE,
    carried,
    fate_of,
    fate_of_letters,
    is_own_receipt,
    receipt,
    strays,
)
from infra.keys.key_ring import Intent
from infra.keys.sealing import SealedCodec
from infra.leftovers import remove_left_over
from infra.models.percept_store import FILE as PERCEPTS_FILE
from infra.models.percept_store import remove_percepts
from infra.opening import VECTORS_FOLDER, open_vectors
from infra.settings import Settings
from infra.views.sql_views import SqlViews
from schemas.errors import ConflictError
from streams.codec import PlainCodec
from streams.log import ERASED, Fate, Outgoing, Record
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, PROMOTIONS, REJECTIONS
from streams.vectors import Vectors

_PAGE: Final = 2000


def finish_on_kafka(
    settings: Settings,
    log: KafkaLog,
    codec: SealedCodec,
    views: SqlViews,
    tell: Callable[[str], None],
) -> None:
    """Finish what a command has begun, its receipt too, whether that one still runs or not.

    The embedded vector view of a reader here is left to it, as those of readers elsewhere are.
    """
    shred_on_kafka(settings, log, codec, views, tell, embedded=False)
    if intent := codec.ring.intent:
        straight = Straight(log)
        said = receipt(codec, intent)
        Ingestor(log, straight, straight, SOURCE, []).observations([said], Ingested())
        codec.ring.done()


def shred_on_kafka(  # noqa: PLR0913 - where everything is, and who asks
    settings: Settings,
    log: KafkaLog,
    codec: SealedCodec,
    views: SqlViews,
    tell: Callable[[str], None],
    *,
    embedded: bool = True,
) -> None:
    """Do what the ring says is under way, while workers wait.

    Nobody may have the `embedded` vector view open, unless it is left out.
    Each step may be done again: what stays is appended before anything goes, the keys go before
    the rows are folded again, and the intent is only shredded when all of it is done.
    """
    codec.refresh()
    if codec.ring.intent is None or codec.ring.intent.shredded:
        return
    with codec.ring.at_work(alone=True), ExitStack() as on_exit:
        codec.refresh()
        intent = codec.ring.intent
        if intent is None or intent.shredded:  # another process was faster
            return
        tell(f"an erasure in {intent.space} is carried out")
        partition = log.partition_of(intent.space)
        vectors = on_exit.enter_context(_vectors(settings, log, tell, embedded=embedded))
        shared = vectors if vectors is not None and vectors.shared else None
        projector = FollowingProjector(log, views, shared, codec)
        projector.reload(partition)
        inputs = _inputs(log, intent)
        gone = inputs if intent.asked == "space" else list(intent.inputs)
        again = [*_staying(log, codec, intent), *_marks(codec, intent, gone)]
        asyncio.run(_append(log, codec, again))
        views.erase(intent.space, inputs, gone)
        if vectors is not None:
            _clear(vectors, intent)
        if embedded:  # a reader may be making new vectors, else
            remove_left_over(settings)
        remove_percepts(settings.home / PERCEPTS_FILE)
        for space in (intent.space, ""):
            codec.ring.destroy(space)
        codec.forget()
        projector.refold(partition, intent.space)
        projector.reload(partition)
        codec.ring.shredded()


@contextmanager
def _vectors(
    settings: Settings, log: KafkaLog, tell: Callable[[str], None], *, embedded: bool
) -> Iterator[Vectors | None]:
    """Open the vector view, if one is in use; other readers find theirs has too many points."""
    here = embedded and (settings.home / VECTORS_FOLDER).exists()
    if settings.vectors == "edge" and not here:
        yield None
        return
    with open_vectors(settings, log, tell) as vectors:
        yield vectors


def _clear(vectors: Vectors, intent: Intent) -> None:
    """Remove the points of the space; of a server's, those that stay are made again."""
    if vectors.shared or intent.asked == "space":
        vectors.erase_space(intent.space)
    else:
        vectors.reset("a part of a space was erased")


def demand_sealed(log: KafkaLog, space: str) -> None:
    """Raise ConflictError where memories of a space are plain, since no key could erase them."""
    raw = KafkaLog(log.access, codec=PlainCodec())
    try:
        if any(_plain(record) for record in _of(raw, MEMORIES, space)):
            raise ConflictError(
                f"{space} has memories from before there were keys, which only go with the topic",
                space=space,
            )
    finally:
        raw.close()


def delete_plain(log: KafkaLog, space: str) -> None:
    """Delete the beginning of the space's partition of what is plain, whoever's it is.

    Of observations what was perceived, of promotions everything. For readers it is gone at once,
    from the files with `infra/kafka/kafka_files.py`.
    """
    partition = log.partition_of(space)
    ends = {OBSERVATIONS: log.position(PERCEIVE, OBSERVATIONS, partition)}
    ends[PROMOTIONS] = log.ends(PROMOTIONS)[partition]
    client = admin(log.access)
    try:
        with translated(log.access.address):
            client.delete_records(
                {kafka.TopicPartition(name, partition): end for name, end in ends.items() if end}
            )
    finally:
        client.close()


def plain_left(log: KafkaLog, codec: SealedCodec, choice: Choice, chosen: Chosen) -> dict[str, int]:
    """Count by topic the records that still tell of what was erased, until retention ends."""
    raw = KafkaLog(log.access, codec=PlainCodec())
    whole = choice.asked == "space"
    try:
        found = {
            OBSERVATIONS: [
                record
                for record in _of(raw, OBSERVATIONS, choice.space)
                if not (record.erased or is_own_receipt(codec, record))
                and (whole or cause_of(record) in chosen.inputs)
            ],
            PROMOTIONS: [
                record
                for record in _of(raw, PROMOTIONS, choice.space)
                if not record.erased and (whole or carried(record) in chosen.memories)
            ],
            REJECTIONS: [
                record
                for key in (choice.space, None)
                for record in _of(raw, REJECTIONS, key)
                if _plain(record) and place_of(record) in chosen.letters
            ],
        }
        # Of what was misdirected to another space nothing can be destroyed, sealed or not.
        misdirected = (r for r in _of(raw, OBSERVATIONS, None) if place_of(r) in chosen.carried)
        places = chosen.letters | chosen.carried
        for record in chain(misdirected, strays(raw, choice.space, places)):
            found[record.stream].append(record)
    finally:
        raw.close()
    return {stream: len(records) for stream, records in found.items() if records}


def _plain(record: Record) -> bool:
    return not is_sealed(record) and not record.erased


def _inputs(log: KafkaLog, intent: Intent) -> list[str]:
    """Give every input of the space; for a part of it those of receipts too, folded again then."""
    found = set(inputs_of(log, intent.space))
    if intent.asked != "space":
        found |= {cause_of(r) for r in _of(log, MEMORIES, intent.space) if not r.erased}
    return sorted(found - {""})


def _staying(log: KafkaLog, codec: SealedCodec, intent: Intent) -> Iterator[Outgoing]:
    """Give what the old keys seal and is to be read on: memories, letters, percepts to decide.

    Percepts that were decided are not needed for anything any more.
    """
    raw = KafkaLog(log.access, codec=PlainCodec())
    fate, letter_fate = fate_of(intent), fate_of_letters(intent)
    try:
        undecided = raw.position(REMEMBER, PERCEPTS, raw.partition_of(intent.space))
        for stream in (MEMORIES, REJECTIONS, PERCEPTS):
            yield from _again(_of(raw, stream, intent.space), codec, fate, undecided)
        yield from _again(_of(raw, REJECTIONS, None), codec, letter_fate, undecided)
    finally:
        raw.close()


def _again(
    records: Iterator[Record], codec: SealedCodec, fate: Fate, undecided: int
) -> Iterator[Outgoing]:
    """Leave out what goes, and what an attempt before this one has appended already."""
    newest: dict[str | None, int] = {}
    kept, done = list[Record](), set[str]()
    for sealed in records:
        if not is_sealed(sealed):
            continue
        record = read(sealed, codec)
        if record.erased:
            continue
        epoch = newest.setdefault(record.key, codec.ring.newest(record.key or "")[0])
        if codec.epoch(sealed.value) == epoch:
            done.add(record.headers.get("ce_id", ""))
        elif (record.stream != PERCEPTS or record.offset >= undecided) and (left := fate(record)):
            kept.append(left)
    for record in kept:
        if record.headers.get("ce_id") not in done:
            yield Outgoing(
                record.stream, record.key, record.value, record.headers, record.timestamp
            )


def _marks(codec: SealedCodec, intent: Intent, inputs: Sequence[str]) -> list[Outgoing]:
    """Give the tombstones by which inputs stay known that were erased."""
    headers = ({"ce_type": ERASED, "ce_causationid": codec.mark(input_).hex()} for input_ in inputs)
    return [Outgoing(MEMORIES, intent.space, b"", one) for one in headers]


async def _append(log: KafkaLog, codec: SealedCodec, records: Sequence[Outgoing]) -> None:
    """Append records, the outcome of an input in one batch."""
    sender = Sender(log.access, codec, log.partitions)
    await sender.start()
    try:
        await sender.send(records)
    finally:
        await sender.stop()


def _of(log: KafkaLog, stream: str, key: str | None) -> Iterator[Record]:
    """Go through the records of a key, in its partition."""
    partition, offset = log.partition_of(key), 0
    end = log.ends(stream)[partition]
    while offset < end:
        page = log.read(stream, partition, offset, min(_PAGE, end - offset))
        if not page:
            break
        yield from (record for record in page if record.key == key)
        offset = page[-1].offset + 1
