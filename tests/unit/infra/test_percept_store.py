from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.models.perceive import Kept, PerceptCache
from infra.models.percept_store import DAYS, FILE, PerceptStore, told
from infra.models.seen import Seen, seen_of
from schemas.errors import UnavailableError
from streams.codec import Codec, PlainCodec
from tests.hash_encoder import encode

TEXT = "I moved to Lisbon. Ana lives in Porto"
DAY = 86_400_000


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_000 * DAY

    def __call__(self) -> int:
        self.now += 1
        return self.now


class Reversed(PlainCodec):
    """Seals by turning bytes round; without its key it opens nothing."""

    def __init__(self) -> None:
        self.lost = False

    def seal(self, space: str | None, data: bytes) -> bytes:  # noqa: ARG002 - one key for all
        return data[::-1]

    def open(self, space: str | None, data: bytes) -> bytes:
        if self.lost:
            raise UnavailableError(f"the key of {space} is gone")
        return data[::-1]


@contextmanager
def opened(
    home: Path,
    *,
    clock: Clock | None = None,
    codec: Codec | None = None,
    entries: int = 1000,
    megabytes: float = 10,
) -> Iterator[PerceptStore]:
    store = PerceptStore(
        home / FILE, codec or PlainCodec(),
        megabytes=megabytes, entries=entries, clock=clock or Clock(),
    )  # fmt: skip
    try:
        yield store
    finally:
        store.close()


def seen(text: str) -> Seen:
    return seen_of(encode(text))


def parts_of(text: str) -> list[bytes]:
    """Cut a vector into pieces that a page of the file cannot tear apart."""
    vector = seen(text).vector.encode()
    return [vector[i : i + 40] for i in range(0, len(vector) - 40, 40)]


def same(a: Seen | None, b: Seen) -> bool:
    parts = ("entities", "relations", "intent", "emotion", "importance", "tree")
    return (
        a is not None
        and (a.vector, a.tokens) == (b.vector, b.tokens)
        and all(getattr(a.encoded, part) == getattr(b.encoded, part) for part in parts)
    )


def test_what_was_seen_is_found_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.put("maya", TEXT, seen(TEXT))
        assert same(store.get("maya", TEXT), seen(TEXT))
    with opened(tmp_path) as store:
        assert same(store.get("maya", TEXT), seen(TEXT))


def test_another_space_text_or_model_has_seen_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.put("maya", TEXT, seen(TEXT))
        assert store.get("tom", TEXT) is None
        assert store.get("maya", TEXT.lower()) is None
        one, other = (Kept(PerceptCache(0), store, digest) for digest in ("one", "two"))
        one.put("maya", TEXT, seen(TEXT))
        assert same(one.get("maya", TEXT), seen(TEXT))
        assert other.get("maya", TEXT) is None


def test_what_is_too_old_is_not_found_and_leaves(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock=clock) as store:
        store.put("maya", TEXT, seen(TEXT))
        store.flush()
        clock.now += DAYS * DAY - 1000
        assert store.get("maya", TEXT) is not None
        clock.now += 2000
        assert store.get("maya", TEXT) is None
    assert told(tmp_path / FILE)["entries"] == 0


def test_what_was_not_used_longest_leaves_when_there_are_too_many(tmp_path: Path) -> None:
    with opened(tmp_path, entries=10) as store:
        for i in range(10):
            store.put("maya", f"text {i}", seen("text"))
            store.flush()
        assert store.get("maya", "text 0") is not None
        store.put("maya", "text 10", seen("text"))
        store.flush()
        left = [i for i in range(11) if store.get("maya", f"text {i}")]
    assert left == [0, 3, 4, 5, 6, 7, 8, 9, 10]


def test_the_file_keeps_to_its_size(tmp_path: Path) -> None:
    with opened(tmp_path, megabytes=0.05) as store:
        for i in range(100):
            store.put("maya", f"text {i}", seen("text"))
    found = told(tmp_path / FILE)
    assert 0 < found["entries"] < 100
    assert found["bytes"] <= 50_000


def test_a_space_that_is_forgotten_leaves_no_byte(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.put("maya", TEXT, seen(TEXT))
        store.put("tom", "Hello", seen("Hello"))
        store.flush()
        store.forget("maya")
        assert store.get("maya", TEXT) is None
        assert store.get("tom", "Hello") is not None
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(part in files for part in parts_of(TEXT))
    assert any(part in files for part in parts_of("Hello"))


def test_the_text_itself_is_never_written(tmp_path: Path) -> None:
    with opened(tmp_path, codec=Reversed()) as store:
        store.put("maya", TEXT, seen(TEXT))
        store.flush()
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for said in (TEXT.encode(), b"Lisbon", *parts_of(TEXT)):
        assert said not in files


def test_what_lost_its_key_counts_as_missing(tmp_path: Path) -> None:
    codec = Reversed()
    with opened(tmp_path, codec=codec) as store:
        store.put("maya", TEXT, seen(TEXT))
        store.flush()
        assert same(store.get("maya", TEXT), seen(TEXT))
        codec.lost = True
        assert store.get("maya", TEXT) is None


def test_a_damaged_file_begins_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with opened(tmp_path) as store:
        store.put("maya", TEXT, seen(TEXT))
    assert told(tmp_path / FILE)["entries"] == 1


def garble(file: Path, parts: Sequence[bytes]) -> None:
    """Spoil the pages that hold values, and no index."""
    pages = [file.read_bytes()[i : i + 4096] for i in range(0, file.stat().st_size, 4096)]
    spoiled = [any(part in page for part in parts) for page in pages]
    assert any(spoiled)
    file.write_bytes(
        b"".join(b"\x2a" * 4096 if bad else page for bad, page in zip(spoiled, pages, strict=True))
    )


def test_damage_that_is_met_later_begins_anew_too(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for i in range(200):
            store.put("maya", f"text {i}", seen("text"))
    garble(tmp_path / FILE, parts_of("text"))
    with opened(tmp_path) as store:
        assert told(tmp_path / FILE)["entries"] == 200  # nothing of it shows yet
        for i in range(200):
            store.get("maya", f"text {i}")
        store.put("maya", TEXT, seen(TEXT))
        store.flush()
    with opened(tmp_path) as store:
        store.put("tom", TEXT, seen(TEXT))
        store.flush()
        assert same(store.get("tom", TEXT), seen(TEXT))
    assert told(tmp_path / FILE)["entries"] > 0


def test_hits_and_misses_are_counted_over_restarts(tmp_path: Path) -> None:
    assert told(tmp_path / FILE)["hit_rate"] is None
    for _ in range(2):
        with opened(tmp_path) as store:
            if store.get("maya", TEXT) is None:
                store.put("maya", TEXT, seen(TEXT))
            store.get("maya", TEXT)
    found = told(tmp_path / FILE)
    assert (found["hits"], found["misses"], found["hit_rate"]) == (3, 1, 0.75)
