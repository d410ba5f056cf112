"""Which statements does a time date, by the tree of its text?"""

from infra.models.clauses import dated, said_of, without_next
from streams.encoded import ArcSpan


def tree(text: str, *arcs: tuple[int, str]) -> tuple[ArcSpan, ...]:
    """Give a tree of the words of `text` from their heads (-1: the root) and relations."""
    words, at = text.split(), 0
    found = []
    for word, (head, relation) in zip(words, arcs, strict=True):
        start = text.index(word, at)
        at = start + len(word)
        found.append(ArcSpan(start, at, head, relation))
    return tuple(found)


def at(text: str, part: str) -> tuple[int, int]:
    return text.index(part), text.index(part) + len(part)


def test_a_time_dates_what_its_own_clause_states() -> None:
    text = "My wife is a vet and our son turns six on 12 June"
    found = dated(
        text,
        tree(
            text,
            (1, "nmod"), (4, "nsubj"), (4, "cop"), (4, "det"), (-1, "root"), (8, "cc"),
            (7, "nmod"), (8, "nsubj"), (4, "conj"), (8, "obj"), (12, "case"), (12, "nummod"),
            (8, "obl"),
        ),
        [at(text, "on 12 June")],
        [at(text, "vet"), at(text, "six")],
    )  # fmt: skip
    assert found == [(), (0,)]


def test_verbs_that_share_a_subject_share_a_time() -> None:
    text = "I moved to Lisbon and started at Shell last week"
    found = dated(
        text,
        tree(
            text,
            (1, "nsubj"), (-1, "root"), (3, "case"), (1, "obl"), (5, "cc"), (1, "conj"),
            (7, "case"), (5, "obl"), (9, "amod"), (5, "obl"),
        ),
        [at(text, "last week")],
        [at(text, "Lisbon"), at(text, "Shell")],
    )  # fmt: skip
    assert found == [(0,), (0,)]


def test_a_time_whose_clause_states_nothing_dates_what_no_other_time_does() -> None:
    text = "In May I heard that she moved to Rome"
    arcs = tree(
        text,
        (1, "case"), (3, "obl"), (3, "nsubj"), (-1, "root"), (6, "mark"), (6, "nsubj"),
        (3, "ccomp"), (8, "case"), (6, "obl"),
    )  # fmt: skip
    assert dated(text, arcs, [at(text, "In May")], [at(text, "Rome")]) == [(0,)]


def test_two_times_date_a_clause_each() -> None:
    text = "I left Rome in 2019 and Ana left Oslo in 2020"
    arcs = tree(
        text,
        (1, "nsubj"), (-1, "root"), (1, "obj"), (4, "case"), (1, "obl"), (7, "cc"),
        (7, "nsubj"), (1, "conj"), (7, "obj"), (10, "case"), (7, "obl"),
    )  # fmt: skip
    times = [at(text, "in 2019"), at(text, "in 2020")]
    assert dated(text, arcs, times, [at(text, "Rome"), at(text, "Oslo")]) == [(0,), (1,)]


def test_a_time_of_the_sentence_before_dates_nothing() -> None:
    # the tree may hang both on one word
    text = "I left in May . Mine is jasmine"
    arcs = tree(
        text,
        (1, "nsubj"), (-1, "root"), (3, "case"), (1, "obl"), (1, "punct"), (7, "mark"),
        (7, "cop"), (1, "parataxis"),
    )  # fmt: skip
    assert dated(text, arcs, [at(text, "in May")], [at(text, "jasmine")]) == [()]


def test_a_tree_with_a_cycle_ends() -> None:
    text = "we met"
    arcs = tree(text, (1, "nsubj"), (0, "conj"))
    assert dated(text, arcs, [at(text, "we")], [at(text, "met")]) == [(0,)]
    assert dated(text, (), [(0, 2)], [(3, 6)]) == [(0,)]


SISTER = "She is two years older than me and lives in Braga"
SISTER_TREE = tree(
    SISTER,
    (4, "nsubj"), (4, "cop"), (3, "nummod"), (4, "obl"), (-1, "root"), (6, "case"), (4, "obl"),
    (8, "cc"), (4, "conj"), (10, "case"), (8, "obl"),
)  # fmt: skip


def test_a_clause_whose_subject_is_she_is_not_said_of_the_speaker() -> None:
    assert said_of(SISTER, SISTER_TREE, at(SISTER, "Braga")) == at(SISTER, "She")


def test_of_two_subjects_the_nearer_one_is_meant() -> None:
    text = "He hopes I live in Braga"
    arcs = tree(
        text, (1, "nsubj"), (-1, "root"), (3, "nsubj"), (1, "ccomp"), (5, "case"), (3, "obl")
    )
    assert said_of(text, arcs, at(text, "Braga")) is None
    garbled = tree(
        text, (3, "nsubj"), (3, "advmod"), (3, "nsubj"), (-1, "root"), (5, "case"), (3, "obl")
    )
    assert said_of(text, garbled, at(text, "Braga")) is None


def test_without_a_subject_before_it_nothing_is_known_of_whom_it_is_said() -> None:
    text = "Moved to Braga she did"
    arcs = tree(text, (-1, "root"), (2, "case"), (0, "obl"), (0, "nsubj"), (0, "aux"))
    assert said_of(text, arcs, at(text, "Braga")) is None


def test_who_does_something_to_the_speaker_is_not_whom_it_is_said_of() -> None:
    text = "They let me go from Ford"
    arcs = tree(
        text, (1, "nsubj"), (-1, "root"), (1, "obj"), (1, "xcomp"), (5, "case"), (1, "obl")
    )  # fmt: skip
    assert said_of(text, arcs, at(text, "Ford")) is None


def test_who_is_spoken_to_is_not_the_speaker() -> None:
    text = "You work for Ford"
    arcs = tree(text, (1, "nsubj"), (-1, "root"), (3, "case"), (1, "obl"))
    assert said_of(text, arcs, at(text, "Ford")) == at(text, "You")


def test_what_is_said_ends_where_the_next_clause_begins() -> None:
    text = "I want to dance. But I teach now"
    arcs = tree(
        text,
        (1, "nsubj"), (-1, "root"), (3, "mark"), (1, "xcomp"), (6, "cc"), (6, "nsubj"),
        (1, "parataxis"), (6, "advmod"),
    )  # fmt: skip
    assert without_next(text, arcs, at(text, "dance. But I teach")) == at(text, "dance")


def test_a_list_without_a_verb_is_one_thing() -> None:
    text = "I like tea, bread and what grows"
    arcs = tree(
        text,
        (1, "nsubj"), (-1, "root"), (1, "obj"), (2, "conj"), (5, "cc"), (2, "conj"), (5, "acl"),
    )  # fmt: skip
    whole = at(text, "tea, bread and what grows")
    assert without_next(text, arcs, whole) == whole
