"""How episodes become concepts, and what keeps that exact."""

import random
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from agents.concepts import (
    Concept,
    ConceptMap,
    Group,
    alone,
    group,
    kept_words,
    label,
    likeness,
    rounded,
    shortened,
    without,
)
from agents.likeness import Near

RANDOM = np.random.default_rng(5)
TOPICS = RANDOM.normal(size=(6, 384))


def near(name: str, vector: NDArray[np.float64], text: str = "") -> Near:
    return Near(name, "", text or f"a note called {name}", vector.astype(np.float16))


def about(topic: int, name: str, spread: float = 0.5) -> Near:
    return near(name, TOPICS[topic] + spread * RANDOM.normal(size=384))


NOTES = [about(n % 6, f"{n % 6}/{n}") for n in range(700)]


def members(found: list[list[str]]) -> set[frozenset[str]]:
    return {frozenset(one) for one in found}


def names(groups: list[Group]) -> list[list[str]]:
    return [[memory for memory, _ in g.joined] for g in groups]


def test_each_topic_becomes_one_concept() -> None:
    found = group([], [], NOTES, 0.6)
    topics = {topic: {n.memory for n in NOTES if n.memory[0] == str(topic)} for topic in range(6)}
    assert members(names(found.groups)) == {frozenset(each) for each in topics.values()}
    assert found.apart == []


def test_what_is_like_nothing_stays_apart_until_something_is_like_it() -> None:
    first, second, odd = about(0, "a"), about(0, "b"), about(1, "c")
    once = group([], [], [first, odd], 0.6)
    assert (names(once.groups), once.apart) == ([], ["a", "c"])
    again = group([], [odd, first], [second], 0.6)
    assert (names(again.groups), again.apart) == ([["a", "b"]], [])


def test_a_centre_does_not_depend_on_order_or_batches() -> None:
    mixed = NOTES[::6]
    shuffled = random.Random(3).sample(mixed, len(mixed))
    one = group([], [], mixed, 0.5).groups[0].concept
    other = group([], [], shuffled, 0.5).groups[0].concept
    assert one.size == other.size == len(mixed)
    assert one.sums.tolist() == other.sums.tolist()
    each = [rounded(note.vector).astype(int) for note in mixed]
    assert one.sums.tolist() == np.sum(each, axis=0).tolist()
    assert kept_words(one.words) == kept_words(other.words)


def test_one_tick_of_many_equals_many_of_one() -> None:
    at_once = group([], [], NOTES[:40], 0.6)
    known: dict[str, Concept] = {}
    apart: list[Near] = []
    by_name = {one.memory: one for one in NOTES}
    for one in NOTES[:40]:
        found = group(list(known.values()), apart, [one], 0.6)
        apart += [by_name[name] for name in found.apart]
        for changed in found.groups:
            joined = [memory for memory, _ in changed.joined]
            id_ = changed.concept.id or joined[0]
            concept = changed.concept
            known[id_] = Concept(id_, concept.size, concept.sums, concept.words)
            apart = [kept for kept in apart if kept.memory not in joined]
    assert sorted((c.size, c.sums.tolist()) for c in known.values()) == sorted(
        (g.concept.size, g.concept.sums.tolist()) for g in at_once.groups
    )


def test_taking_members_out_gives_what_they_never_were_in() -> None:
    few, more = NOTES[:12:6], NOTES[:36:6]
    larger = group([], [], more, 0.5).groups[0].concept
    smaller = group([], [], few, 0.5).groups[0].concept
    left = without(larger, more[2:])
    assert (left.size, left.sums.tolist()) == (2, smaller.sums.tolist())
    assert left.words == smaller.words
    assert without(left, few).size == 0


def test_words_that_a_member_lost_are_not_left_when_it_goes() -> None:
    one, two = near("a", TOPICS[0], "roses by the wall"), near("b", TOPICS[0], "a wall and ivy")
    both = group([], [], [one, two], 0.5).groups[0].concept
    shorter = shortened(both, one.text, "by the wall")
    assert shorter.words == {"wall": 2, "ivy": 1}
    assert shorter.sums.tolist() == both.sums.tolist()
    assert without(shorter, [replace(one, text="by the wall")]).words == {"wall": 1, "ivy": 1}


def test_a_member_in_the_middle_is_more_typical() -> None:
    found = group([], [], [about(0, str(n), 0.3) for n in range(20)] + [about(0, "far", 1.0)], 0.5)
    centre = rounded(found.groups[0].concept.sums)
    typical = {memory: likeness(vector, centre) for memory, vector in found.groups[0].joined}
    assert min(typical, key=typical.__getitem__) == "far"
    assert all(0.5 < value <= 1 for value in typical.values())


def test_nothing_is_like_a_vector_of_zeros() -> None:
    nothing = near("zero", np.zeros(384))
    assert group([], [nothing], [nothing, about(0, "a")], 0.1).groups == []


def of_one(one: Near) -> Concept:
    return alone(one, rounded(one.vector))


def test_a_label_is_what_most_members_say_and_little_else_does() -> None:
    texts = ["roses in the garden really", "the garden is really wet", "roses, really", "a garden"]
    concept = of_one(near("a", TOPICS[0], texts[0]))
    for text in texts[1:]:
        other = of_one(near("b", TOPICS[0], text))
        words = dict(concept.words)
        for word in other.words:
            words[word] = words.get(word, 0) + 1
        concept = Concept("c", concept.size + 1, concept.sums + other.sums, words)
    rarity = {"garden": 3.0, "roses": 3.0, "really": 0.1, "wet": 4.0}
    assert label(concept, rarity, 2) == ["garden", "roses"]


def test_a_map_finds_the_nearest_concepts() -> None:
    found = group([], [], NOTES, 0.6).groups
    concepts = [
        Concept(g.joined[0][0][0], g.concept.size, g.concept.sums, g.concept.words) for g in found
    ]
    places = ConceptMap(concepts)
    for topic in range(6):
        (first, cosine), (_, other) = places.nearest(TOPICS[topic].astype(np.float32), 2)
        assert first == str(topic)
        assert cosine > 0.9 > other
    assert ConceptMap([]).nearest(TOPICS[0].astype(np.float32), 3) == []
