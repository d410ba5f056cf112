"""Does the Qdrant adapter stand an absent, old, forgetful or rebuilt server?"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from qdrant_client import AsyncQdrantClient
from qdrant_client import models as q

from benches.postgres import free_port
from infra.vectors.qdrant_vectors import QdrantVectors
from schemas.errors import SettingsError, VectorsAwayError, VectorsError
from streams.vectors import Search
from tests.contract.vector_points import asking, everything, id_of, point, vector

pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact"),
    pytest.mark.filterwarnings("ignore:Api key is used with an insecure"),
]


@pytest.fixture
def client() -> AsyncQdrantClient:
    return AsyncQdrantClient(":memory:")


@pytest.fixture
def view(client: AsyncQdrantClient) -> Iterator[QdrantVectors]:
    with QdrantVectors("http://in-memory", "memory", client=client) as view:
        yield view


@pytest.mark.parametrize("protocol", ["", "?grpc_port={port}"])
def test_a_server_that_does_not_answer_is_named_without_its_key(protocol: str) -> None:
    port = free_port()
    url = f"http://:secret@127.0.0.1:{port}" + protocol.format(port=port)
    with pytest.raises(VectorsAwayError, match=f"127.0.0.1:{port} ") as away:
        QdrantVectors(url, "memory", timeout=2)
    assert "secret" not in str(away.value)


def test_an_address_that_makes_no_sense_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="ANAMNESIS_VECTORS"):
        QdrantVectors("http://host:port", "memory")


def test_a_server_older_than_the_one_that_is_run_is_too_old(
    client: AsyncQdrantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def info() -> Any:
        return SimpleNamespace(version="1.18.3")

    monkeypatch.setattr(client, "info", info)
    with pytest.raises(VectorsError, match=r"1\.18\.3 is too old: 1\.19"):
        QdrantVectors("http://in-memory", "memory", client=client)


def test_points_that_a_server_has_lost_are_noticed_before_their_positions_are_recorded(
    client: AsyncQdrantClient, view: QdrantVectors
) -> None:
    view.upsert([point(n) for n in range(5)])
    view.flush({0: 5})
    view.upsert([point(n) for n in range(5, 9)])
    view._run(client.delete("memory", q.PointIdsList(points=[id_of(7)])))
    with pytest.raises(VectorsAwayError, match="has lost 1 points"):
        view.flush({0: 9})
    assert view.checkpoint() == {0: 5}
    view.upsert([point(n) for n in range(5, 9)])
    view.flush({0: 9})
    assert (view.checkpoint(), view.count()) == ({0: 9}, 9)


def test_what_was_removed_on_purpose_is_not_missed(view: QdrantVectors) -> None:
    view.upsert([point(1), point(2), point(3, "bob")])
    view.delete([id_of(1)])
    view.erase_space("bob")
    view.flush({0: 4})
    assert view.checkpoint() == {0: 4}


def test_a_collection_that_somebody_removed_is_made_anew_from_zero(
    client: AsyncQdrantClient, view: QdrantVectors
) -> None:
    view.upsert([point(1)])
    view.flush({0: 2})
    (alias,) = view._run(client.get_aliases()).aliases
    view._run(client.delete_collection(alias.collection_name))
    with pytest.raises(VectorsError, match="refuses"):
        view.search([Search("ada", dense=vector(1))])
    assert view.checkpoint() == {}
    view.upsert([point(1)])
    assert view.count() == 1


def test_a_collection_whose_server_weighed_the_terms_weighs_them_no_more(
    client: AsyncQdrantClient, view: QdrantVectors
) -> None:
    view.upsert([point(n) for n in range(3)])
    asked = [asking(b"", {7: 2.0})]
    bare = view.search(asked)
    (alias,) = view._run(client.get_aliases()).aliases
    idf = {"bm25": q.SparseVectorParams(modifier=q.Modifier.IDF)}
    view._run(client.update_collection(alias.collection_name, sparse_vectors_config=idf))
    assert view.search(asked) != bare
    with QdrantVectors("http://in-memory", "memory", client=client) as again:
        assert again.search(asked) == bare
        assert again.count() == 3


def test_a_rebuilt_collection_takes_the_place_of_the_old_one(view: QdrantVectors) -> None:
    view.upsert([point(1), point(2)])
    with view.beside() as beside:
        beside.upsert([point(3)])
        beside.flush({0: 4})
        assert set(everything(view, "ada")) == {id_of(1), id_of(2)}
        view.take(beside)
    assert set(everything(view, "ada")) == {id_of(3)}
    assert view.checkpoint() == {0: 4}
    with view.beside() as beside:
        beside.upsert([point(5)])
    assert view.count() == 1
    assert len(view._run(view._client.get_collections()).collections) == 1


def test_a_closed_view_says_so(view: QdrantVectors) -> None:
    view.close()
    with pytest.raises(VectorsError, match="is closed"):
        view.count()
