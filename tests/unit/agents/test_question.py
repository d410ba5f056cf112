"""What is asked for by the form of a question?"""

import pytest

from agents.question import form_of, repeats


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("When did Ana move?", {"when", "date", "past"}),
        ("Which year is it from?", {"when", "date"}),
        ("What time is the meeting?", {"when"}),
        ("How long is the meeting?", {"when"}),
        ("Whenever is fine", {"bare"}),
        ("Where did Ana live before?", {"past", "former"}),
        ("Where did she use to live?", {"past", "former"}),
        ("How old is Ana?", set()),
        ("Where does Ana live?", set()),
        ("In which cities has Nora lived?", {"ever", "several"}),
        ("Where have I worked?", {"ever", "own"}),
        ("Has Ana ever had a dog?", {"past", "ever", "whether"}),
        ("Which laptop does Ana have?", set()),
        ("  So, is Ana in Porto?", {"whether"}),
        ("Don\u2019t you live in Porto?", {"whether"}),
        ("What is Ana doing?", set()),
        ("Island or mainland?", {"bare"}),
        ("Which orders are there?", {"several"}),
        ("What pets does Ana have?", {"several"}),
        ("List all the cities", {"several", "bare"}),
        ("Which class is hers?", set()),
        ("What does Ana like?", set()),
    ],
)
def test_a_question_asks_by_its_form(question: str, forms: set[str]) -> None:
    assert {name for name, asked in form_of(question)._asdict().items() if asked} == forms


def test_what_only_begins_a_later_sentence_does_not_ask_whether() -> None:
    assert not form_of("Where is Ana?\nIs she well?").whether


def test_words_of_the_question_itself_repeat_it() -> None:
    assert repeats("What is my mum's name?", "Mum")
    assert not repeats("What is my mum's name?", "mum Margaret")
    assert not repeats("Which is hers, the cat or the dog?", "the dog")
    assert not repeats("How many are there?", "!")
