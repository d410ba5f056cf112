"""Does every implementation of the vector port keep its promises?"""

import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qdrant_client import AsyncQdrantClient

from infra.vectors.edge_vectors import EdgeVectors
from infra.vectors.qdrant_vectors import QdrantVectors
from schemas.errors import VectorsError
from streams.vectors import Found, Point, Search, Vectors
from tests.contract.vector_points import (
    DAY,
    asking,
    cosine,
    everything,
    id_of,
    ids,
    point,
    terms,
    vector,
    weights,
)

Open = Callable[[], Vectors]
RUNS = itertools.count()
KINDS = ("edge", "qdrant in memory", "qdrant server")
# What the in-memory mode of the client leaves out is what makes a server fast.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact"),
]


def opener(kind: str, folder: Path, on_exit: ExitStack) -> Open:
    """Give what opens the same view again and again."""
    if kind == "edge":
        return lambda: EdgeVectors(folder / "vectors")
    name = f"tests_{uuid.uuid4().hex[:12]}"
    if kind == "qdrant in memory":
        client = AsyncQdrantClient(":memory:")
        return lambda: QdrantVectors("http://in-memory", name, client=client)
    url = os.environ.get("QDRANT_URL")
    if not url:
        pytest.skip("QDRANT_URL names no Qdrant server")

    def server() -> Vectors:
        return QdrantVectors(url, name)

    on_exit.callback(lambda: removed(server()))
    return server


def removed(view: Vectors) -> None:
    view.reset("the test is over")
    view.close()


@pytest.fixture(params=KINDS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as on_exit:
        yield opener(request.param, tmp_path, on_exit)


@pytest.fixture
def view(opened: Open) -> Iterator[Vectors]:
    view = opened()
    yield view
    view.close()


@pytest.fixture(scope="module", params=KINDS)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Vectors]:
    with ExitStack() as on_exit:
        view = opener(request.param, tmp_path_factory.mktemp("vectors"), on_exit)()
        yield view
        view.close()


def test_a_point_is_found_by_its_vector_and_by_its_terms(view: Vectors) -> None:
    view.upsert([point(1, said=(7, 9)), point(2, said=(9,)), point(3, said=(8,))])
    (found,) = view.search([asking(vector(1), {7: 2.0, 9: 0.5}, limit=2)])
    expected = sorted((-cosine(vector(1), vector(n)), id_of(n)) for n in (1, 2, 3))
    assert ids(found.dense) == [id_ for _, id_ in expected[:2]]
    assert [s for _, s in found.dense] == pytest.approx([-s for s, _ in expected[:2]], abs=2e-3)
    assert ids(found.terms) == [id_of(1), id_of(2)]
    assert [s for _, s in found.terms] == pytest.approx([1.5 * 2.5, 1.5 * 0.5], rel=1e-4)


def test_an_upsert_of_thousands_is_seen_by_the_next_search(view: Vectors) -> None:
    view.upsert([point(n) for n in range(3000)])
    assert set(everything(view, "ada")) == {id_of(n) for n in range(3000)}
    assert view.count() == 3000


@pytest.mark.parametrize("width", [768, 1024])
def test_an_empty_view_takes_the_width_of_its_first_points(opened: Open, width: int) -> None:
    asked = [asking(vector(1, width), {7: 1.0})]
    view = opened()
    assert view.search(asked) == [Found((), ())]
    view.upsert([point(n, dense=vector(n, width)) for n in (1, 2)])
    with pytest.raises(VectorsError, match=rf"not float16\[{width}\]"):
        view.upsert([point(3)])
    with pytest.raises(VectorsError, match=rf"not float16\[{width}\]"):
        view.search([asking(vector(1))])
    view.flush({0: 3})
    view.close()
    view = opened()
    assert (view.count(), dict(view.checkpoint())) == (2, {0: 3})
    (found,) = view.search(asked)
    assert found.dense[0][0] == id_of(1)
    assert found.dense[0][1] == pytest.approx(1, abs=2e-3)
    assert ids(found.terms) == sorted([id_of(1), id_of(2)])
    view.delete([id_of(1), id_of(2)])
    view.upsert([point(3)])
    (found,) = view.search([asking(vector(3))])
    assert ids(found.dense) == [id_of(3)]
    view.close()


def test_several_questions_are_answered_in_their_order(view: Vectors) -> None:
    view.upsert([point(1), point(2, "bob")])
    asked = [Search("bob", dense=vector(2)), Search("eve", dense=vector(2)), Search("ada")]
    found = view.search(asked)
    assert [ids(f.dense) for f in found] == [[id_of(2)], [], []]
    assert view.search([]) == []
    assert view.search([asking(vector(1), limit=0)]) == [Found((), ())]


def test_a_point_without_terms_is_found_by_its_vector_only(view: Vectors) -> None:
    view.upsert([point(1, said=())])
    (found,) = view.search([asking(vector(1))])
    assert ids(found.dense) == [id_of(1)]
    assert found.terms == ()


def test_deleted_points_are_gone_and_unknown_ones_are_ignored(view: Vectors) -> None:
    view.upsert([point(1), point(2)])
    view.delete([id_of(1), id_of(99)])
    view.delete([])
    assert set(everything(view, "ada")) == {id_of(2)}
    assert (view.count(), view.count("ada"), view.count("bob")) == (1, 1, 0)


def test_an_older_sequence_never_overwrites_a_newer_one(view: Vectors) -> None:
    view.upsert([point(1, seq=5, dense=vector(50), said=(1,))])
    view.upsert([point(1, seq=4, dense=vector(40), said=(2,))])
    (found,) = view.search([asking(vector(50), {1: 3.0, 2: 7.0})])
    assert found.dense[0][1] == pytest.approx(1, abs=2e-3)
    assert found.terms[0][1] == pytest.approx(1.5 * 3.0, rel=1e-4)
    view.upsert([point(1, seq=6, dense=vector(60))])
    assert everything(view, "ada")[id_of(1)] == pytest.approx(
        cosine(vector(60), vector(0)), abs=2e-3
    )


def test_of_one_id_in_one_batch_the_newest_stays(view: Vectors) -> None:
    versions = [point(1, seq=seq, dense=vector(seq)) for seq in (3, 9, 4)]
    view.upsert([*versions, replace(versions[1], dense=vector(90))])
    (found,) = view.search([Search("ada", dense=vector(90))])
    assert view.count() == 1
    assert found.dense[0][1] == pytest.approx(1, abs=2e-3)


def test_positions_are_kept_by_partition_and_are_no_points(opened: Open) -> None:
    view = opened()
    view.upsert([point(1)])
    view.flush({0: 5, 1: 6})
    view.flush({0: 7, 1: 6})
    assert view.checkpoint() == {0: 7, 1: 6}
    assert (view.count(), set(everything(view, "ada"))) == (1, {id_of(1)})
    view.reset("the test says so")
    assert (view.count(), view.checkpoint()) == (0, {})
    view.upsert([point(2)])
    assert set(everything(view, "ada")) == {id_of(2)}
    view.close()


def test_the_order_of_upserts_does_not_matter(view: Vectors) -> None:
    versions = [point(n, seq=seq, dense=vector(100 * n + seq)) for n in (1, 2) for seq in (1, 2, 3)]
    answers = []
    for order in itertools.islice(itertools.permutations(versions), 0, 720, 30):
        for version in order:
            view.upsert([version])
        answers.append(everything(view, "ada"))
        view.delete([id_of(1), id_of(2)])
    assert answers == [answers[0]] * 24


def test_filters_choose_by_kind_layer_and_half_open_time(view: Vectors) -> None:
    kinds, layers = ("episodic", "semantic", "procedural"), ("interact", "insights")
    for n in range(12):
        view.upsert([point(n, kind=kinds[n % 3], layer=layers[n % 2])])

    def chosen(**wanted: Any) -> set[str]:
        (found,) = view.search([asking(vector(0), **wanted)])
        assert set(ids(found.dense)) == set(ids(found.terms))
        return set(ids(found.dense))

    def numbered(*numbers: int) -> set[str]:
        return {id_of(n) for n in numbers}

    assert chosen(kinds=("semantic",)) == numbered(1, 4, 7, 10)
    assert chosen(kinds=("semantic", "procedural"), layers=("insights",)) == numbered(1, 5, 7, 11)
    assert chosen(since=3 * DAY, until=6 * DAY) == numbered(3, 4, 5)
    assert chosen(since=10 * DAY) == numbered(10, 11)
    assert chosen(until=DAY - 1) == numbered(0)
    assert chosen(since=6 * DAY + 1, until=6 * DAY + 2) == set()


def test_times_are_compared_to_the_microsecond(view: Vectors) -> None:
    now = 1_790_000_000_000_001
    view.upsert([replace(point(1), at=now), replace(point(2), at=-now)])
    for since, until in ((now, now + 1), (-now, -now + 1)):
        (found,) = view.search([Search("ada", dense=vector(1), since=since, until=until)])
        assert len(found.dense) == 1


def test_ties_are_broken_by_id_also_across_the_limit(view: Vectors) -> None:
    view.upsert([point(n, dense=vector(1)) for n in range(100)])
    (found,) = view.search([asking(vector(1), limit=10)])
    first = sorted(id_of(n) for n in range(100))[:10]
    assert ids(found.dense) == first
    assert ids(found.terms) == first


def test_the_scores_of_a_space_do_not_depend_on_other_spaces(view: Vectors) -> None:
    asked = [asking(vector(1), {7: 1.0, 8: 1.0})]
    view.upsert([point(n, said=(7, 8) if n % 2 else (8,)) for n in range(10)])
    alone = view.search(asked)
    view.upsert([point(n, "bob") for n in range(100, 200)])
    (before,), (after,) = alone, view.search(asked)
    assert dict(after.dense) == pytest.approx(dict(before.dense), abs=1e-5)
    assert dict(after.terms) == pytest.approx(dict(before.terms), abs=1e-5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.booleans()), max_size=60
    )
)
def test_a_search_never_answers_with_another_space(
    shared: Vectors, steps: list[tuple[str, int, bool]]
) -> None:
    run = f"run-{next(RUNS)}"
    expected: dict[str, set[str]] = {space: set() for space in "abc"}
    for seq, (space, number, keep) in enumerate(steps):
        own = replace(
            point(number, f"{run}.{space}", seq=seq),
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{run}/{space}/{number}")),
        )
        if keep:
            shared.upsert([own])
            expected[space].add(own.id)
        else:
            shared.delete([own.id])
            expected[space].discard(own.id)
    asked = [asking(vector(3), space=f"{run}.{s}") for s in "abc"]
    for space, found in zip("abc", shared.search(asked), strict=True):
        assert set(ids(found.dense)) == set(ids(found.terms)) == expected[space]
        assert shared.count(f"{run}.{space}") == len(expected[space])


@pytest.mark.parametrize(
    "bad",
    [
        replace(point(1), dense=weights(*[float("nan")] * 192)),
        replace(point(1), dense=b"\x00\x7c" + vector(1)[2:]),
        replace(point(1), dense=bytes(768)),
        replace(point(1), dense=vector(1)[:-2]),
        replace(point(1), term_weights=weights(float("nan"))),
        replace(point(1), term_weights=b""),
        point(1, said=(7, 7)),
        replace(point(1), at=2**63),
    ],
    ids=["nan", "inf", "zero", "short", "nan-weight", "no-weight", "term-twice", "at"],
)
def test_a_point_that_would_poison_the_engine_is_refused_by_name(view: Vectors, bad: Point) -> None:
    with pytest.raises(VectorsError, match=bad.id):
        view.upsert([point(2), bad])
    assert view.count() == 0


def test_a_question_or_an_id_that_makes_no_sense_is_refused(view: Vectors) -> None:
    with pytest.raises(VectorsError, match="vector"):
        view.search([Search("ada", dense=bytes(768))])
    with pytest.raises(VectorsError, match="vector"):
        view.search([Search("ada", dense=vector(1)[:10])])
    with pytest.raises(VectorsError, match="pair"):
        view.search([Search("ada", term_ids=terms(7, 8), term_weights=weights(1.0))])
    with pytest.raises(VectorsError, match="finite"):
        view.search([asking(b"", {7: float("nan")})])
    with pytest.raises(VectorsError, match="canonical"):
        view.upsert([replace(point(1), id=id_of(1).upper())])
    with pytest.raises(VectorsError, match="canonical"):
        view.delete(["7"])


def test_what_was_flushed_is_there_after_a_restart_with_its_positions(opened: Open) -> None:
    view = opened()
    assert view.checkpoint() == {}
    view.upsert([point(n) for n in range(300)])
    view.flush({0: 300, 3: 7})
    answer = everything(view, "ada")
    view.close()
    view = opened()
    assert view.checkpoint() == {0: 300, 3: 7}
    assert everything(view, "ada") == pytest.approx(answer, abs=1e-5)
    view.close()


def test_erasing_a_space_leaves_the_others(view: Vectors) -> None:
    view.upsert([point(n, "ada" if n % 3 else "bob") for n in range(30)])
    view.flush({0: 30})
    assert view.erase_space("ada") == 20
    assert view.erase_space("ada") == 0
    assert (view.count("ada"), everything(view, "ada")) == (0, {})
    assert set(everything(view, "bob")) == {id_of(n) for n in range(0, 30, 3)}


def test_maintenance_changes_no_answer(view: Vectors) -> None:
    view.upsert([point(n) for n in range(500)])
    answer = everything(view, "ada")
    view.maintain()
    assert everything(view, "ada") == pytest.approx(answer, abs=1e-5)
