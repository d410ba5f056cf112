"""Do the sentences of declared relations read as they are meant?"""

from benches.declared import SENTENCES, Line, read_relations

TOLD = """# a comment

= owner
e [Atlas] is owned by [Ben].
+ [Nina] owns >[Billing].
- Ben owns two bicycles.
"""


def test_a_sentence_says_what_it_states_and_which_way_round() -> None:
    [owner] = read_relations(TOLD)
    assert owner.name == "owner"
    assert owner.examples == [Line("Atlas is owned by Ben.", ("owner", "Atlas", "Ben"))]
    assert owner.positive == [Line("Nina owns Billing.", ("owner", "Billing", "Nina"))]
    assert owner.negative == [Line("Ben owns two bicycles.", None)]


def test_there_are_enough_sentences_and_none_is_in_both_halves() -> None:
    relations = read_relations(SENTENCES.read_text(encoding="utf-8"))
    assert [len(one.examples) for one in relations] == [3] * 8
    positive = [line.text for one in relations for line in one.positive]
    negative = [line.text for one in relations for line in one.negative]
    assert len(positive) > 60
    assert len(negative) > 100
    texts = [*positive, *negative, *(e.text for one in relations for e in one.examples)]
    assert len(texts) == len(set(texts))
    assert all(line.stated for one in relations for line in (*one.examples, *one.positive))
