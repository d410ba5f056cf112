"""Is sealed content unreadable without its key, and are lost and damaged keys told at once?"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.keys.key_ring import Intent, KeyRing
from infra.keys.sealing import SealedCodec
from schemas.errors import ErasedError, KeysError


def ring(folder: Path, id_: int | None = None) -> KeyRing:
    return KeyRing(folder, id_, lambda: "2026-03-01T12:00:00+00:00", durable=False)


@pytest.fixture(scope="module")
def codec(tmp_path_factory: pytest.TempPathFactory) -> SealedCodec:
    return SealedCodec(ring(tmp_path_factory.mktemp("keys")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def file_of(folder: Path, end: str = ".jsonl") -> Path:
    (only,) = folder.glob(f"ring-*{end}")
    return only


@given(space=st.none() | st.text(max_size=20), data=st.binary(min_size=1))
def test_what_is_sealed_can_be_opened_and_only_in_its_space(
    codec: SealedCodec, space: str | None, data: bytes
) -> None:
    sealed = codec.seal(space, data)
    assert len(data) < 4 or data not in sealed
    assert codec.open(space, sealed) == data
    assert codec.seal(space, data) != sealed
    with pytest.raises(KeysError):
        codec.open(f"{space}-other", sealed)


def test_nothing_stays_nothing(codec: SealedCodec) -> None:
    assert codec.seal("ana", b"") == b""
    assert codec.open("ana", b"") == b""


def test_what_was_written_before_there_were_keys_is_read_as_it_is(codec: SealedCodec) -> None:
    assert codec.open("ana", b'{"text": "plain"}') == b'{"text": "plain"}'
    with pytest.raises(KeysError, match="not sealed"):
        codec.open("ana", b"neither")


@given(st.text(max_size=40), st.text(max_size=40))
def test_tokens_are_equal_for_equal_texts_of_one_space(
    codec: SealedCodec, one: str, other: str
) -> None:
    token = codec.blind("ana", one)
    assert codec.reveal("ana", token) == one.encode()
    assert (codec.blind("ana", other) == token) == (one == other)
    assert codec.blind("ben", one) != token


def test_tokens_and_marks_stay_equal_when_keys_are_rotated(folder: Path) -> None:
    codec = SealedCodec(ring(folder))
    before = codec.seal("ana", b"before"), codec.blind("ana", "Ana"), codec.mark("m1")
    codec.ring.rotate("ana")
    codec.ring.rotate()
    again = SealedCodec(ring(folder, codec.ring.id))
    assert again.open("ana", before[0]) == b"before"
    assert (again.blind("ana", "Ana"), again.mark("m1")) == before[1:]
    after = again.seal("ana", b"after")
    assert (again.epoch(before[0]), again.epoch(after), again.epoch(b"{}")) == (1, 2, 0)
    assert codec.open("ana", after) == b"after"


def test_nonces_never_come_twice(codec: SealedCodec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.keys.sealing._TURNS", 3)
    sealed = [codec.seal("ana", b"x") for _ in range(20)]
    assert len({value[5:17] for value in sealed}) == 20


def test_another_process_sees_a_key_that_was_made_meanwhile(folder: Path) -> None:
    one = SealedCodec(ring(folder))
    other = SealedCodec(ring(folder, one.ring.id))
    sealed = one.seal("ana", b"text")
    assert other.open("ana", sealed) == b"text"
    assert one.open("ana", other.seal("ana", b"more")) == b"more"


def test_a_destroyed_key_is_gone_for_ever_and_the_new_one_works(folder: Path) -> None:
    codec = SealedCodec(ring(folder))
    sealed, key = codec.seal("ana", b"text"), codec.ring.newest("ana")[1]
    copy, masters = file_of(folder).read_bytes(), file_of(folder, ".key").read_bytes()
    codec.ring.begin(Intent("c", "ana", "asked", "2026-03-01T12:00:00+00:00"))
    assert codec.ring.destroy("ana") == 1
    codec.forget()
    for ring_ in (codec.ring, ring(folder, codec.ring.id)):
        assert ring_.intent is not None
        with pytest.raises(ErasedError):
            SealedCodec(ring_).open("ana", sealed)
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert key not in everything
    assert masters.strip() not in everything
    # Even with a copy of the old lines, the new master key opens none.
    file_of(folder).write_bytes(copy)
    with pytest.raises(KeysError, match="master key"):
        ring(folder, codec.ring.id)


def test_an_erasure_that_was_noted_before_facts_were_is_read(folder: Path) -> None:
    keys = ring(folder)
    keys.begin(Intent("c", "ana", "asked", "2026-03-01T12:00:00+00:00", facts=("f",)))
    written = file_of(folder).read_text()
    before = written.replace('"facts": ["f"]', '"ends": {"f": "g"}')
    assert before != written
    file_of(folder).write_text(before)
    assert ring(folder, keys.id).intent == keys.intent


@pytest.fixture
def kept(folder: Path) -> int:
    codec = SealedCodec(ring(folder))
    codec.seal("ana", b"text")
    codec.seal("ben", b"text")
    return codec.ring.id


def test_a_missing_key_file_is_told_when_it_is_opened(folder: Path, kept: int) -> None:
    file_of(folder).unlink()
    with pytest.raises(KeysError, match=r"put it back.*ANAMNESIS_KEYS"):
        ring(folder, kept)


def test_a_missing_or_other_master_key_is_told(folder: Path, kept: int) -> None:
    master = file_of(folder, ".key")
    master.write_bytes(b"QUJD\n")
    with pytest.raises(KeysError, match="is not the master key"):
        ring(folder, kept)
    master.unlink()
    with pytest.raises(KeysError, match=r"master key .* cannot be read"):
        ring(folder, kept)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b'"key"', b'"kex"', 1),
        lambda data: data.replace(b'"space": "ana"', b'"space": "bob"'),
        lambda data: data[: len(data) // 2] + b"\n" + data[len(data) // 2 :],
        lambda data: b"\0" * len(data),
        lambda _: b"",
        lambda _: b"{}\n",
    ],
)
def test_a_damaged_key_file_is_told_with_its_line(folder: Path, kept: int, spoil: object) -> None:
    path = file_of(folder)
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]  # one of the above
    with pytest.raises(KeysError, match=r"damaged in line \d"):
        ring(folder, kept)


def test_a_line_whose_writing_was_cut_off_is_left_out(folder: Path, kept: int) -> None:
    path = file_of(folder)
    with path.open("ab") as file:
        file.write(b'{"space": "cleo", "epo')
    codec = SealedCodec(ring(folder, kept))
    codec.seal("cleo", b"text")
    spaces = [row["space"] for row in ring(folder, kept).told()]
    assert spaces == ["ana", "ben", "cleo"]


def test_keys_of_spaces_that_should_be_there_are_demanded(folder: Path, kept: int) -> None:
    keys = ring(folder, kept)
    keys.demand(["ana", "ben"])
    with pytest.raises(KeysError, match="cleo"):
        keys.demand(["ana", "cleo"])


def test_two_memories_may_keep_their_keys_in_one_folder(folder: Path) -> None:
    one, other = SealedCodec(ring(folder)), SealedCodec(ring(folder))
    sealed = one.seal("ana", b"text")
    other.seal("ana", b"text")
    with pytest.raises(KeysError):
        other.open("ana", sealed)
    assert len(list(folder.glob("*.jsonl"))) == 2


def test_only_its_owner_may_read_the_keys(folder: Path, kept: int) -> None:
    modes = {path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert (modes, folder.stat().st_mode & 0o777) == ({0o600}, 0o700)
    assert kept


def test_many_at_once_make_one_ring_and_one_key_a_space(folder: Path) -> None:
    def made(number: int) -> tuple[int, list[bytes]]:
        own = KeyRing(folder, 77, lambda: "2026-03-01T12:00:00+00:00", durable=False, create=True)
        return own.id, [own.newest(f"space{(n + number) % 20}")[1] for n in range(20)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(made, range(8)))
    assert {id_ for id_, _ in found} == {77}
    for number, (_, keys) in enumerate(found):
        assert keys[-number:] + keys[:-number] == found[0][1]
    assert len(set(found[0][1])) == 20
