"""Do the stories of contradictions read as they are meant?"""

import json

from benches.contradiction import STORIES, read_stories

TOLD = """# a comment

2026-01-05 Ann: I never eat meat.
2026-01-06 Ann: I eat meat: every day.
x 1 2

2026-01-05 Ben: Nothing to see.
"""


def test_a_story_has_lines_and_says_which_of_them_contradict() -> None:
    one, other = read_stories(TOLD)
    assert one.texts == ("I never eat meat.", "I eat meat: every day.")
    assert one.expected == {frozenset((1, 2))}
    assert json.loads(one.lines[1])["speaker"] == "Ann"
    assert (other.space, other.expected) == ("told-2", frozenset())


def test_both_halves_have_as_many_contradictions_and_traps() -> None:
    stories = read_stories(STORIES.read_text(encoding="utf-8"))
    halves = [stories[0::2], stories[1::2]]
    assert len({len(half) for half in halves}) == 1
    assert len({sum(len(story.expected) for story in half) for half in halves}) == 1
