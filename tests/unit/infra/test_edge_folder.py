"""Is a damaged vector folder noticed, emptied and said so, and does erasing leave no byte?"""

import os
import random
import shutil
import signal
import uuid
from pathlib import Path

import numpy as np
import pytest

from infra.vectors import edge_process
from infra.vectors.edge_vectors import EdgeVectors
from schemas.errors import DiskFullError
from tests.contract.vector_points import everything, id_of, point, vector


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vectors"


DAMAGES = {
    "a garbled checkpoint": ("checkpoint.json", "garble"),
    "a checkpoint cut short": ("checkpoint.json", "truncate"),
    "no checkpoint": ("checkpoint.json", "delete"),
    "a checkpoint that is a list": ("checkpoint.json", "list"),
    "a segment's list of ids cut short": (
        "shard/segments/*/mutable_id_tracker.mappings",
        "truncate",
    ),
    "no list of ids": ("shard/segments/*/mutable_id_tracker.mappings", "delete"),
    "a garbled segment": ("shard/segments/*/segment.json", "garble"),
    "no segment description": ("shard/segments/*/segment.json", "delete"),
    "no status of the vectors": (
        "shard/segments/*/vector_storage-dense/vectors/status.dat",
        "delete",
    ),
    "no vectors": ("shard/segments/*/vector_storage-dense/vectors/chunk_0.mmap", "delete"),
    "vectors cut short": (
        "shard/segments/*/vector_storage-dense/vectors/chunk_0.mmap",
        "cut",
    ),
    "a panic in an index": ("shard/segments/*/payload_index/*-space-map/tracker.dat", "garble"),
    "a garbled configuration": ("shard/edge_config.json", "garble"),
    "no configuration": ("shard/edge_config.json", "delete"),
}


def damage(folder: Path, pattern: str, how: str) -> None:
    (file,) = folder.glob(pattern)
    if how == "delete":
        file.unlink()
    elif how == "truncate":
        os.truncate(file, file.stat().st_size // 2)
    elif how == "cut":
        os.truncate(file, 8192)
    elif how == "list":
        file.write_text("[1]")
    else:
        size = min(file.stat().st_size, 1 << 16)
        file.write_bytes(random.Random(3).randbytes(size))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "vectors"
    with EdgeVectors(folder) as view:
        view.upsert([point(n) for n in range(300)])
        view.flush({0: 300})
    return folder


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_folder_is_emptied_and_said_so(written: Path, folder: Path, name: str) -> None:
    shutil.copytree(written, folder)
    damage(folder, *DAMAGES[name])
    with EdgeVectors(folder) as view:
        assert view.rebuilt
        assert view.checkpoint() == {}
        assert view.count() == 0
        view.upsert([point(1)])
        view.flush({0: 1})
    with EdgeVectors(folder) as view:
        assert view.rebuilt is None
        assert set(everything(view, "ada")) == {id_of(1)}


@pytest.mark.parametrize("kind", ["a file", "a broken link"])
def test_what_is_no_folder_is_replaced_and_that_is_said(folder: Path, kind: str) -> None:
    folder.write_text("?") if kind == "a file" else folder.symlink_to("nowhere")
    with EdgeVectors(folder) as view:
        assert view.rebuilt == f"{folder} was no folder"
        view.upsert([point(1)])
        view.flush({0: 1})
    with EdgeVectors(folder) as view:
        assert view.rebuilt is None
        assert view.count() == 1


def test_a_worker_that_a_full_disk_kills_is_told_as_that(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EdgeVectors(folder) as view:
        monkeypatch.setattr(edge_process, "_NONE_FREE", 1 << 60)
        os.kill(view.worker_pid, signal.SIGBUS)
        with pytest.raises(DiskFullError, match=f"nothing is free on the disk of {folder}"):
            view.count()


def test_an_emptied_shard_is_noticed_and_an_emptied_folder_is_new(
    written: Path, folder: Path
) -> None:
    shutil.copytree(written, folder)
    shutil.rmtree(folder / "shard")
    with EdgeVectors(folder) as view:
        assert view.rebuilt == "0 points found where 300 were made durable"
    shutil.rmtree(folder)
    folder.mkdir()
    with EdgeVectors(folder) as view:
        assert (view.rebuilt, view.checkpoint(), view.count()) == (None, {}, 0)


def test_a_folder_of_another_format_is_rebuilt(written: Path, folder: Path) -> None:
    shutil.copytree(written, folder)
    file = folder / "checkpoint.json"
    file.write_text(file.read_text().replace('"format": 2', '"format": 1'))
    with EdgeVectors(folder) as view:
        assert view.rebuilt == "the folder has format 1, not 2"


def traces(number: int, space: str, dense: bytes) -> dict[str, bytes]:
    """Give the bytes by which a point could be found again on a disk."""
    own = uuid.UUID(id_of(number))
    full = np.frombuffer(dense, "<f2").astype("<f4")
    unit = full / np.linalg.norm(full)
    return {
        "id": own.bytes,
        "id, reversed": own.bytes[::-1],
        "id, as fields": own.bytes_le,
        "id in text": str(own).encode(),
        "vector": dense[:64],
        "vector in float32": full[:32].tobytes(),
        "unit vector": unit[:4].astype("<f2").tobytes(),
        "unit vector in float32": unit[:4].tobytes(),
        "space": space.encode(),
    }


def found_on_disk(folder: Path, wanted: dict[str, bytes]) -> set[str]:
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {name for name, trace in wanted.items() if any(trace in c for c in contents)}


def test_no_byte_of_an_erased_space_stays_on_disk(folder: Path) -> None:
    with EdgeVectors(folder) as view:
        view.upsert([point(n, "kept" if n % 2 else "forgotten-one") for n in range(200)])
        view.flush({0: 200})
        view.upsert([point(4, "forgotten-one", seq=900, dense=vector(904))])
        view.flush({0: 201})
        old, new = (traces(4, "forgotten-one", vector(n)) for n in (4, 904))
        before = found_on_disk(folder, new)
        assert {"unit vector", "space"} <= before
        assert any(name.startswith("id") for name in before)
        assert view.erase_space("forgotten-one") == 100
        assert found_on_disk(folder, old) == found_on_disk(folder, new) == set()
        assert set(everything(view, "kept")) == {id_of(n) for n in range(1, 200, 2)}
        assert view.count() == 100
    assert found_on_disk(folder, old) == found_on_disk(folder, new) == set()
    with EdgeVectors(folder) as view:
        assert (view.rebuilt, view.checkpoint(), view.count()) == (None, {0: 201}, 100)
