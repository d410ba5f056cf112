"""Which records of a log that may repeat itself count: the first whole outcome of each input.

On Kafka an outcome is appended again when a worker dies before it could say that it was done. The
events of one outcome stand together, and a repeat has the same ids.
"""

from collections.abc import Iterable
from hashlib import blake2b
from itertools import groupby

from infra.views.sql_views import SqlViews
from schemas.envelope import Envelope
from streams.log import Log, Record

Cause = tuple[str, str]  # what was decided: input, digest


def whole_page(log: Log, stream: str, partition: int, offset: int, limit: int) -> list[Record]:
    """Read about `limit` records that end where an outcome ends, so that none is cut in two."""
    while True:
        page = log.read(stream, partition, offset, limit)
        if len(page) < limit or page[-1].erased:  # of what was erased nothing can be cut in two
            return page
        whole = _without_last(page)
        if whole:
            return whole
        limit *= 2  # one outcome that is larger than a page


def _without_last(page: list[Record]) -> list[Record]:
    last, end = _cause(page[-1]), len(page)
    while end and _cause(page[end - 1]) == last:
        end -= 1
    return page[:end]


def unknown(views: SqlViews, page: Iterable[Record]) -> list[Record]:
    """Leave out what the views hold already, and repeats within the page."""
    records = list(page)
    known = views.decided(sorted({_cause(record)[0] for record in records}))
    seen: set[str] = set()
    kept = []
    for record in records:
        input_, digest = _cause(record)
        id_ = record.headers.get("ce_id", "")
        if id_ not in seen and digest not in known.get(input_, ()):
            kept.append(record)
            seen.add(id_)
    return kept


class Seen:
    """Which outcomes were folded, for who folds all of a log and need not ask the views each time.

    `causes` are those of before. Each takes some hundred bytes.
    """

    def __init__(self, causes: Iterable[Cause] = ()) -> None:
        self._seen = {_short(cause) for cause in causes}

    def new(self, page: Iterable[Record]) -> list[Record]:
        """Leave out what was folded, and repeats within the page; the rest counts as folded."""
        ids: set[str] = set()
        kept = []
        for record in page:
            id_ = record.headers.get("ce_id", "")
            if id_ not in ids and _short(_cause(record)) not in self._seen:
                kept.append(record)
                ids.add(id_)
        self._seen.update(_short(_cause(record)) for record in kept if not record.erased)
        return kept


def counted(views: SqlViews, page: Iterable[Record]) -> list[Record]:
    """Keep what the views were folded from: outcomes that begin where the views say."""
    runs = [(cause, list(run)) for cause, run in groupby(page, _cause)]
    places = views.outcomes(sorted({cause[0] for cause, _ in runs}))
    kept: list[Record] = []
    for cause, run in runs:
        if places.get(cause) == run[0].offset:
            ids: set[str] = set()
            for record in run:
                id_ = record.headers.get("ce_id", "")
                if id_ not in ids:
                    kept.append(record)
                    ids.add(id_)
    return kept


def _short(cause: Cause) -> bytes:
    return blake2b("\n".join(cause).encode(), digest_size=16).digest()


def _cause(record: Record) -> Cause:
    envelope = Envelope.of(record.headers)
    return envelope.cause, envelope.digest
