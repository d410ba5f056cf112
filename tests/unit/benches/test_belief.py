"""Whether the stories that belief is measured by are read as they are written."""

from benches import belief
from schemas.observations import Fact, Message
from schemas.wire import parse_observation


def test_every_line_is_an_observation_and_every_story_expects_something() -> None:
    stories = belief.read_stories(belief.STORIES.read_text(encoding="utf-8"))
    assert len(stories) >= 60
    for story in stories:
        told = [parse_observation(line) for line in story.lines]
        assert story.expected
        assert all(isinstance(one, Message | Fact) and one.space == story.space for one in told)


def test_a_fact_has_the_interval_and_the_confidence_that_are_written() -> None:
    told = "2026-02-01 fact: Ada lives_in Oslo 2020-01-01..2021-01-01 0.5"
    [story] = belief.read_stories(f"# nothing\n{told}\n- Ada lives_in Oslo")
    [fact] = map(parse_observation, story.lines)
    assert isinstance(fact, Fact)
    assert (fact.subject, fact.predicate, fact.object) == ("Ada", "lives_in", "Oslo")
    assert fact.valid_from is not None
    assert fact.valid_to is not None
    assert (fact.valid_from.year, fact.valid_to.year, fact.confidence) == (2020, 2021, 0.5)
    assert story.expected == {("ada", "lives_in", "oslo"): False}
