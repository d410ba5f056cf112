from dataclasses import replace

from infra.spoken import prefix_of, without_prefix
from streams.encoded import ArcSpan, EntitySpan, RelationSpan
from tests.hash_encoder import encode

PREFIX = "Maya: "
TEXT = "I moved to Lisbon"
WHOLE = encode(PREFIX + TEXT)
AT = len(PREFIX)


def test_who_speaks_stands_before_a_colon_and_nobody_before_nothing() -> None:
    assert (prefix_of("Maya"), prefix_of(None), prefix_of("")) == (PREFIX, "", "")


def test_without_a_prefix_nothing_changes() -> None:
    assert without_prefix(WHOLE, 0) is WHOLE


def test_names_are_where_they_are_in_the_text_and_the_speaker_is_none() -> None:
    found = without_prefix(
        replace(
            WHOLE,
            entities=(
                EntitySpan(0, 4, "person", 0.9),
                EntitySpan(AT + 11, AT + 17, "place", 0.8),
            ),
        ),
        AT,
    )
    assert found.entities == (EntitySpan(11, 17, "place", 0.8),)
    assert TEXT[11:17] == "Lisbon"


def test_what_is_said_of_the_name_is_said_of_the_speaker_once_and_with_the_surest_score() -> None:
    lisbon, maya = (AT + 11, AT + 17), (0, 4)
    found = without_prefix(
        replace(
            WHOLE,
            relations=(
                RelationSpan("lives_in", None, lisbon, 0.6, ended=False),
                RelationSpan("lives_in", maya, lisbon, 0.9, ended=True),
                RelationSpan("name", None, maya, 0.9, ended=False),
                RelationSpan("born_in", lisbon, lisbon, 0.7, ended=False),
            ),
        ),
        AT,
    )
    assert found.relations == (
        RelationSpan("lives_in", None, (11, 17), 0.9, ended=True),
        RelationSpan("born_in", (11, 17), (11, 17), 0.7, ended=False),
    )


def test_the_tree_has_the_words_of_the_text_alone() -> None:
    arcs = (
        ArcSpan(0, 4, 3, "parataxis"),
        ArcSpan(4, 5, 0, "punct"),
        ArcSpan(6, 7, 3, "nsubj"),
        ArcSpan(8, 13, -1, "root"),
        ArcSpan(14, 16, 5, "case"),
        ArcSpan(17, 23, 0, "obl"),
    )
    found = without_prefix(replace(WHOLE, tree=arcs), AT)
    assert found.tree == (
        ArcSpan(0, 1, 1, "nsubj"),
        ArcSpan(2, 7, -1, "root"),
        ArcSpan(8, 10, 3, "case"),
        ArcSpan(11, 17, -1, "obl"),
    )


def test_vectors_stay_as_they_are() -> None:
    found = without_prefix(WHOLE, AT)
    assert (found.vector is WHOLE.vector, found.tokens is WHOLE.tokens) == (True, True)
