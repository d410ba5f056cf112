from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.lexicon import idf, terms, traits, words
from agents.question import form_of
from agents.rank import WEIGHTS, Candidates, Question, Ranking, best_segments, echoes, explain, rank

WIDTH = 48


@dataclass(frozen=True)
class Row:
    text: str
    speaker: str | None = None
    session: int = 0
    ordinal: int = 0
    spoken: bool = True
    importance: float = 0.5


def word_tokens(text: str) -> NDArray[np.int8]:
    """Give each word a direction of its own, so that only the same words are alike."""
    rows = np.zeros((len(words(text)), WIDTH), np.int8)
    for row, word in zip(rows, words(text), strict=True):
        rng = np.random.default_rng(list(word.encode()))
        direction = rng.normal(size=WIDTH)
        row[:] = np.round(127 * direction / np.linalg.norm(direction))
    return rows


def pooled(text: str) -> NDArray[np.float16]:
    summed = word_tokens(text).astype(np.float32).sum(axis=0)
    length = float(np.linalg.norm(summed)) or 1.0
    return np.asarray(summed / length, np.float16)


def columns(rows: Sequence[Row]) -> Candidates:
    ids = [terms(f"{row.speaker or ''} {row.text}")[0] for row in rows]
    form = [traits(row.text) for row in rows]
    tokens = [word_tokens(row.text) for row in rows]
    return Candidates(
        sessions=np.array([row.session for row in rows], np.int64),
        ordinals=np.array([row.ordinal for row in rows], np.int64),
        speakers=[row.speaker for row in rows],
        spoken=np.array([row.spoken for row in rows], np.bool_),
        stated=np.array([one.stated for one in form], np.float32),
        asked=np.array([one.asked for one in form], np.float32),
        tells_time=np.array([one.tells_time for one in form], np.bool_),
        importance=np.array([row.importance for row in rows], np.float32),
        vectors=np.stack([pooled(row.text) for row in rows])
        if rows
        else np.zeros((0, WIDTH), "f2"),
        term_ids=np.concatenate([np.zeros(0, np.uint32), *ids]),
        term_starts=np.cumsum([0, *map(len, ids)]),
        tokens=np.concatenate([np.zeros((0, WIDTH), np.int8), *tokens]),
        token_starts=np.cumsum([0, *map(len, tokens)]),
    )


def question(text: str, candidates: Candidates) -> Question:
    ids = terms(text)[0]
    often = (candidates.term_ids[:, None] == ids).sum(axis=0)
    rarity = idf(often, len(candidates.sessions))
    return Question(pooled(text), word_tokens(text), ids, rarity, form_of(text).when)


def ask(text: str, rows: Sequence[Row]) -> Ranking:
    candidates = columns(rows)
    return rank(question(text, candidates), candidates)


def session(*texts: str, number: int = 0, spoken: bool = True) -> list[Row]:
    return [Row(text, None, number, i, spoken) for i, text in enumerate(texts)]


def alone(*texts: str) -> list[Row]:
    return [Row(text, session=i) for i, text in enumerate(texts)]


def test_the_memory_with_the_words_of_the_question_comes_first() -> None:
    found = ask(
        "Where is the piano?", alone("We ate soup.", "The piano is upstairs.", "It rained.")
    )
    assert found.scores.argmax() == 1


def sure(found: Ranking) -> float:
    return found.confidence(int(found.scores.argmax()))


def test_nothing_to_rank_gives_nothing() -> None:
    found = ask("Where is the piano?", [])
    assert (len(found.scores), found.features.shape) == (0, (0, len(WEIGHTS)))
    assert found.signs.shape == (0, 2)


@pytest.mark.parametrize("text", ["Where is the piano?", "", "What is it?", "zzz"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_memories_and_empty_questions_have_finite_scores(text: str, count: int) -> None:
    found = ask(text, session(*["The piano is upstairs.", "", "???"][:count]))
    assert np.isfinite(found.features).all()
    assert len(found.scores) == count
    assert all(0.0 <= found.confidence(row) <= 1.0 for row in range(count))


def test_equal_memories_have_equal_scores() -> None:
    rows = [Row("The piano.", session=i) for i in range(3)]
    assert len(set(ask("piano", rows).scores.tolist())) == 1


def test_the_order_of_sessions_changes_no_score() -> None:
    texts = ["The piano is upstairs.", "We sold the old piano.", "It rained all day.", "Soup?"]
    there = ask("Where is the piano?", alone(*texts))
    back = ask("Where is the piano?", alone(*reversed(texts)))
    np.testing.assert_allclose(there.scores, back.scores[::-1], atol=1e-5)


def test_an_answer_profits_from_the_question_before_it() -> None:
    rows = session("Where did you leave the telescope?", "In the attic.") + session(
        "How was lunch?", "In the attic.", number=1
    )
    found = ask("Where is the telescope?", rows)
    assert found.scores[1] > found.scores[3]


def test_a_match_lends_more_to_the_turn_after_it_than_to_the_one_before() -> None:
    rows = session("In the attic.", "Where did you leave the telescope?", "In the attic.")
    found = ask("Where is the telescope?", rows)
    assert explain(found, 2)["answers_before"] > explain(found, 0)["answers_before"]


def test_turns_do_not_speak_for_turns_of_another_session() -> None:
    rows = [Row("The telescope!", session=0), Row("In the attic.", session=1)]
    rows += [Row("It rained.", session=2), Row("In the attic.", session=3)]
    found = ask("Where is the telescope?", rows)
    assert found.scores[1] == pytest.approx(found.scores[3])


def test_turns_do_not_speak_for_turns_a_segment_away() -> None:
    rows = [Row("The telescope!", ordinal=0), Row("In the attic.", ordinal=64)]
    rows += [Row("It rained.", ordinal=128), Row("In the attic.", ordinal=192)]
    found = ask("Where is the telescope?", rows)
    assert found.scores[1] == pytest.approx(found.scores[3])


def test_passages_of_a_document_do_not_speak_for_each_other() -> None:
    texts = ("The telescope shows stars.", "Soup is hot.", "It rained.", "Soup is hot.")
    found = ask("What does the telescope show?", session(*texts, spoken=False))
    assert found.scores[1] == pytest.approx(found.scores[3])


def test_the_named_speaker_counts() -> None:
    rows = [Row("I adore jazz.", "Ana", 0), Row("I adore jazz.", "Ben", 1)]
    rows += [Row("It rained.", "Ana", 2), Row("It rained.", "Ben", 3)]
    found = ask("Does Ben adore jazz?", rows)
    assert found.scores.argmax() == 1
    assert explain(found, 1)["speaker_named"] == WEIGHTS["speaker_named"]
    assert explain(found, 0)["speaker_named"] == 0.0


def test_a_question_for_a_time_prefers_what_tells_one() -> None:
    rows = alone("Ana visited Lisbon yesterday.", "Ana visited Lisbon happily.", "It rained.")
    assert ask("When did Ana visit Lisbon?", rows).scores.argmax() == 0
    assert "tells_time" in explain(ask("When did Ana visit Lisbon?", rows), 0)
    assert explain(ask("Did Ana visit Lisbon?", rows), 0)["tells_time"] == 0.0


def test_of_like_memories_the_more_important_comes_first() -> None:
    rows = [Row("I adore jazz.", session=i, importance=p) for i, p in enumerate((0.1, 0.9, 0.1))]
    found = ask("Who adores jazz?", rows)
    assert found.scores.argmax() == 1


def test_what_was_written_to_be_kept_needs_no_importance() -> None:
    rows = [Row("Jazz.", session=i, spoken=False, importance=p) for i, p in enumerate((0.0, 1.0))]
    found = ask("Who adores jazz?", rows)
    assert found.scores[0] == found.scores[1]


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    rows = alone("The garden gate.", "The garden pond.", "The garden shed.", "The purple door.")
    found = ask("purple garden", rows)
    assert found.scores.argmax() == 3
    assert explain(found, 3)["terms_near"] > explain(found, 0)["terms_near"]


def test_the_explanation_adds_up_to_the_score() -> None:
    found = ask("Where is the piano?", alone("The piano is upstairs.", "Why?", "It rained."))
    for row, score in enumerate(found.scores):
        assert sum(explain(found, row).values()) == pytest.approx(float(score), abs=1e-5)


def test_the_scale_of_the_idf_changes_nothing() -> None:
    candidates = columns(alone("The piano is old.", "An old door.", "It rained.", "A piano!"))
    asked = question("old piano", candidates)
    twice = Question(asked.vector, asked.tokens, asked.terms, asked.idf * 2, asked.asks_when)
    there, back = rank(asked, candidates), rank(twice, candidates)
    np.testing.assert_allclose(there.scores, back.scores, atol=1e-5)
    assert sure(there) == pytest.approx(sure(back))


def test_a_memory_without_tokens_is_no_better_than_the_least_like_one() -> None:
    texts = ("The piano is upstairs.", "It rained.", "We ate soup.")
    candidates = columns(alone(*texts))
    starts = candidates.token_starts
    without = replace(
        candidates,
        tokens=candidates.tokens[starts[1] :],
        token_starts=np.maximum(starts - starts[1], 0),
    )
    found = rank(question("Where is the piano?", candidates), without)
    column = list(WEIGHTS).index("tokens")
    assert found.features[0, column] == found.features[:, column].min()


def test_confidence_falls_for_what_was_never_said() -> None:
    rows = session("The piano is upstairs.", "We ate soup.", "It rained all day.", "Good night.")
    said, unsaid = ask("Where is the piano?", rows), ask("Who repaired the submarine?", rows)
    assert sure(said) > 0.5 > sure(unsaid)


def test_one_memory_can_be_sure_or_unsure() -> None:
    rows = alone("The piano is upstairs.")
    assert sure(ask("piano upstairs", rows)) > 0.5
    assert sure(ask("submarine repair", rows)) < 0.1


def test_segments_are_chosen_by_their_best_hit_of_either_search() -> None:
    nan = float("nan")
    chosen = best_segments(
        np.array([7, 7, 8, 9, 5]),
        np.array([0.1, 0.2, 0.9, nan, 0.1], np.float32),
        np.array([nan, 1.0, nan, 9.0, 1.0], np.float32),
        limit=2,
    )
    assert sorted(chosen) == [8, 9]


def test_no_hits_choose_no_segments() -> None:
    none = np.zeros(0, np.float32)
    assert len(best_segments(np.zeros(0, np.int64), none, none, 9)) == 0


def test_segments_of_one_search_alone_are_ordered_by_it() -> None:
    nothing = np.full(3, np.nan, np.float32)
    scores = np.array([0.2, 0.9, 0.5], np.float32)
    assert best_segments(np.array([1, 2, 3]), scores, nothing, 9).tolist() == [2, 3, 1]


def test_what_only_asks_the_same_echoes_it() -> None:
    rows = alone("Where does Ana live?", "Ana lives in Porto", "Where does Ben live?", "Where?")
    candidates = columns(rows)
    assert echoes(question("Where does Ana live?", candidates), candidates).tolist() == [1, 0, 0, 0]
    assert echoes(question("Where?", candidates), candidates).tolist() == [0, 0, 0, 0]
