"""What the folds ask the store of a view to write."""

from datetime import timedelta

from schemas.concepts import EpisodeLink, EpisodesLinked
from schemas.facts import FactAsserted, FactConfirmed, FactSuperseded, Source
from schemas.memories import (
    InputPassed,
    JobRan,
    MemoriesRecalled,
    MemoryForgotten,
    MemoryFormed,
    MemoryReinforced,
    Strength,
    StrengthsChanged,
    Trace,
)
from schemas.percepts import Entity
from schemas.procedures import StepsObserved
from schemas.whereabouts import WhereaboutsTold
from streams.codec import PlainCodec
from streams.instants import from_micros, to_micros
from streams.views import VIEWS, fold, points
from streams.writes import Add, Change, Count, Delete, Place, Put, Tally
from tests.hash_encoder import encode
from tests.unit.agents.percepts import NOON, b64

PLACE = Place(seq=7, position=3)
SOURCE = Source(observation="m1")
CODEC = PlainCodec()


def formed(**fields: object) -> MemoryFormed:
    encoded = encode("Ana lives in Braga")
    given: dict[str, object] = {
        "memory": "0b0c5d2e-0000-5000-8000-000000000001",
        "space": "maya",
        "kind": "episodic",
        "at": NOON,
        "session": "s1",
        "ordinal": 33,
        "speaker": "Maya",
        "text": "Ana lives in Braga",
        "vector": b64(encoded.vector),
        "tokens": b64(encoded.tokens),
        "entities": (Entity(text="Ana", type="person", start=0, end=3, score=0.9),),
        "source": SOURCE,
    }
    return MemoryFormed.model_validate(given | fields)


def asserted() -> FactAsserted:
    return FactAsserted(
        fact="f1",
        space="maya",
        subject="Ana",
        predicate="lives_in",
        object="Braga",
        valid_from=NOON,
        memory="m",
        source=SOURCE,
    )


def test_a_formed_memory_is_a_row_with_its_places_and_counts() -> None:
    writes = list(fold(formed(), PLACE, CODEC))
    [row] = [w.row for w in writes if isinstance(w, Put) and w.table == "memories"]
    assert (row["at"], row["position"], row["seq"]) == (to_micros(NOON), 3, 7)
    assert (row["segment"], row["ordinal"]) == (1, 33)
    assert b"Ana lives in Braga" in row["body"]
    assert {w.table for w in writes} == {
        "memories", "sources", "blocks", "terms", "sessions", "sizes", "entities", "mentions",
        "members",
    }  # fmt: skip


def test_speaker_and_entities_are_linked_to_the_memory() -> None:
    writes = list(fold(formed(), PLACE, CODEC))
    named = [w.key["entity"] for w in writes if isinstance(w, Count) and w.table == "entities"]
    edges = [w.row["entity"] for w in writes if isinstance(w, Put) and w.table == "mentions"]
    assert named == edges == [b"ana", b"maya"]


def test_terms_are_counted_once_a_memory() -> None:
    [tally] = [w for w in fold(formed(), PLACE, CODEC) if isinstance(w, Tally)]
    assert len(set(tally.values)) == len(tally.values) > 0


def test_a_repetition_and_a_recall_only_add() -> None:
    again = MemoryReinforced(
        memory="m", space="maya", at=NOON, similarity=0.95, text="x", source=SOURCE
    )
    recalled = MemoriesRecalled(space="maya", at=NOON, memories=("m", "m", "n"))
    adds = [w for e in (again, recalled) for w in fold(e, PLACE, CODEC) if isinstance(w, Add)]
    assert [(w.key["memory"], dict(w.amounts)) for w in adds] == [
        ("m", {"reinforced": 1}),
        ("m", {"recalled": 1}),
        ("n", {"recalled": 1}),
    ]


def test_an_end_of_a_fact_is_kept_beside_it() -> None:
    later = NOON + timedelta(days=1)
    end = FactSuperseded(fact="f1", space="maya", valid_to=later, by="f2", source=SOURCE)
    change, put = fold(end, PLACE, CODEC)
    assert change == Change(
        "facts", {"fact": "f1"}, {"valid_to": to_micros(later), "ended_by": "f2"}
    )
    assert isinstance(put, Put)
    assert (put.table, put.row["position"]) == ("fact_ends", 3)


def test_a_confirmation_is_evidence() -> None:
    event = FactConfirmed(fact="f1", space="maya", at=NOON, memory="m", source=SOURCE)
    add, _ = fold(event, PLACE, CODEC)
    assert add == Add("facts", {"fact": "f1"}, {"evidence": 1}, {"last_held": to_micros(NOON)})


def test_facts_are_looked_up_by_folded_names() -> None:
    [row] = [
        w.row for w in fold(asserted(), PLACE, CODEC) if isinstance(w, Put) and w.table == "facts"
    ]
    assert (row["subject"], row["predicate"], row["object"]) == (b"ana", "lives_in", b"braga")
    assert row["valid_to"] is None


def test_a_changed_strength_is_a_change_of_its_row() -> None:
    strength = Strength(memory="m", stability=2.5, difficulty=5, accessed=NOON, state="faded")
    event = StrengthsChanged(space="maya", at=NOON, strengths=(strength,))
    [change] = fold(event, PLACE, CODEC)
    assert isinstance(change, Change)
    assert (change.key, change.row["state"], change.row["due"]) == ({"memory": "m"}, "faded", None)


def test_forgetting_takes_away_everything_that_forming_wrote() -> None:
    whole = formed()
    before = Trace(at=whole.at, speaker=whole.speaker, text=whole.text, entities=whole.entities)
    gone = MemoryForgotten(
        memory=whole.memory, space="maya", at=NOON, reason="decayed", before=before
    )
    steps = StepsObserved(
        space="maya", sequence="s", at=NOON, observation="o", memory=whole.memory, steps=("Mix",)
    )
    told = WhereaboutsTold(
        space="maya", memory=whole.memory, observation="o", place="Rome", since=NOON, until=NOON,
        who=("Ana",),
    )  # fmt: skip
    link = EpisodeLink(memory=whole.memory, earlier="before", because="next")
    linked = EpisodesLinked(space="maya", at=NOON, links=(link,))
    recalled = MemoriesRecalled(space="maya", at=NOON, memories=(whole.memory,), session="s")
    events = (whole, steps, told, linked, recalled)
    written = [write for event in events for write in fold(event, PLACE, CODEC)]
    removed = list(fold(gone, PLACE, CODEC))
    counted = sorted(str(w._replace(by=1)) for w in removed if isinstance(w, Count | Tally))
    kept = {"sessions", "sequences", "clocks"}  # what is never given again
    assert counted == sorted(
        str(w) for w in written if isinstance(w, Count | Tally) and w.table not in kept
    )
    put = {w.table for w in written if isinstance(w, Put)} - kept
    assert {w.table for w in removed if isinstance(w, Delete)} == put
    assert points.gone(gone) == whole.memory


def test_ticks_and_recalls_move_the_clock_of_their_space() -> None:
    ran = JobRan(space="maya", job="decay", at=NOON, changed=3)
    clock, job = fold(ran, PLACE, CODEC)
    assert clock == Count(
        "clocks", {"space": "maya"}, {"last_at": to_micros(NOON)}, {"since": to_micros(NOON)}
    )
    assert isinstance(job, Put)
    assert (job.row["job"], job.row["changed"], job.row["left"]) == ("decay", 3, 0)


def test_what_changed_nothing_writes_nothing() -> None:
    assert not list(fold(InputPassed(space="maya", at=NOON, reason="x"), PLACE, CODEC))


def test_only_formed_memories_are_points_and_points_hold_no_text() -> None:
    point = points.fold(formed(), PLACE)
    assert point is not None
    assert (point.id, point.seq, point.kind) == (formed().memory, 7, "episodic")
    assert b"Braga" not in b"".join(v for v in (point.dense, point.term_ids, point.term_weights))
    assert points.fold(asserted(), PLACE) is None


def test_views_have_names_and_versions_of_their_own() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    tables = [table for view in VIEWS for table in view.tables]
    assert len(set(tables)) == len(tables)


def test_instants_are_exact_microseconds_also_before_1970() -> None:
    for at in (NOON, NOON.replace(year=1, microsecond=1), NOON.replace(year=9999)):
        assert from_micros(to_micros(at)) == at
