"""How the reader's questions are generated, and put into batches."""

import random
import re

from models.training import first_person
from models.training.example import Example
from models.training.labels import INSTRUCTS, RELATIONS
from models.training.reader_mix import batches
from models.training.reader_pairs import Pair, words
from models.training.reader_talk import asked_of, talk, wordings
from models.training.talks import talks


def test_every_question_asks_for_a_known_relation_of_somebody() -> None:
    found = wordings()
    assert set(found) <= {*RELATIONS, INSTRUCTS}
    assert all("<who>" in wording for many in found.values() for wording in many)


def test_a_generated_question_has_its_answer_in_the_words_of_who_is_asked_for() -> None:
    said = first_person.statements(60, 5, (), [])
    groups = [group for group in talk(said, random.Random(3)) if group[0].relevant]
    assert len(groups) > 10
    asking = {word for many in wordings().values() for one in many for word in words(one)}
    for right, *wrong in groups:
        assert not re.search(r"<who>|\(|\|", right.first)
        speaker, _, told = right.second.partition(": ")
        mine = re.search(rf"\b(?:I|my|{re.escape(speaker)})\b", right.first)
        whom = {*words(right.first)} - asking
        assert mine or (whom and whom <= {*words(told)})
        assert right.answer
        assert right.answer[0] > len(speaker)
        assert right.second[slice(*right.answer)].strip()
        assert all((one.first, one.relevant) == (right.first, False) for one in wrong)


def test_the_right_words_of_the_wrong_person_answer_nothing() -> None:
    text = "my sister studies law in Graz"
    said = Example(text, "talk", facts=[("educated_at", (3, 9), (25, 29), False)], entities=[])
    asked = [
        pair for seed in range(40) for group in talk([said], random.Random(seed)) for pair in group
    ]
    right = {pair.first for pair in asked if pair.answered}
    wrong = {pair.first for pair in asked if pair.answered is False}
    assert all("sister" in question for question in right)
    assert right
    assert any(re.search(r"\b(?:I|my)\b", question) for question in wrong)
    assert not any("sister" in question for question in wrong)


def test_what_is_only_asked_and_kin_without_a_name_are_not_asked_for() -> None:
    asks = Example(
        "Where do you live?", "talk", facts=[("lives_in", None, (0, 5), False)], entities=[]
    )
    kin = Example(
        "I have a sister", "talk", facts=[("has_sibling", None, (9, 15), False)], entities=[]
    )
    assert [talk([one], random.Random(1)) for one in (asks, kin)] == [[], []]


def test_batches_hold_every_group_once_and_texts_of_like_length() -> None:
    dice = random.Random(1)
    groups = [[Pair("q", "x" * dice.randint(10, 400))] for _ in range(300)]
    found = batches(groups, 2000, random.Random(2))
    assert sorted(map(id, (g for batch in found for g in batch))) == sorted(map(id, groups))
    sizes = [[len(group[0].second) for group in batch] for batch in found]
    assert all(sum(lengths) <= 2000 for lengths in sizes)
    padded = sum(max(lengths) * len(lengths) for lengths in sizes)
    assert padded < 1.2 * sum(map(sum, sizes))
    assert found == batches(groups, 2000, random.Random(2))


def test_a_question_on_a_talk_has_a_turn_that_answers_first_and_others_that_do_not() -> None:
    dice, written = random.Random(3), 0
    for one in talks(held_out=False):
        said = [f"{turn.speaker}: {turn.text}" for turn in one.turns]
        for ask, group in zip(one.asks, asked_of(one, dice), strict=True):
            right = {said[place] for place in ask.turns}
            told = [pair for pair in group if pair.relevant]
            assert len(group) > 1
            assert group[: bool(right)] == told
            assert {pair.second for pair in told} <= right
            assert not {pair.second for pair in group[len(told) :]} & right
            for pair in told:
                if pair.answer:
                    written += 1
                    put = pair.second[slice(*pair.answer)]
                    assert set(words(put)) & set(words(ask.answer)), pair
    assert written > 50
