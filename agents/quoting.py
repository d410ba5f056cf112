"""Which part of a memory is told, where no words of it alone are the answer."""

from collections.abc import Iterator
from typing import Final

from agents.body import Body
from agents.lexicon import stems, tells_end
from agents.question import form_of
from agents.sentences import sentences

_FOLLOWING: Final = 2  # sentences that may take back, or say instead, what one has told
_SHORT: Final = 100  # characters of a text that is told whole: "Did the 10k! 1:04:12. Knee fine."


def quoted(question: str, body: Body, words: tuple[int, int] | None = None) -> str:
    """Give a short text whole; of a longer one, from what echoes a question to the likeliest words.

    Whoever asks whether something is so is told what follows, too, and what is said after it is
    over; but of the past, that is no news.
    """
    form, asked = form_of(question), set(stems(question))
    told = body.text if len(body.text) <= _SHORT else _stretch(asked, body.text, words)
    return from_there(told, body) if form.whether or (tells_end(told) and not form.past) else told


def from_there(sentence: str, body: Body) -> str:
    """Give a sentence and what a memory says after it: "Just kidding.", or what is so instead.

    That stands in the next sentences of the same paragraph; what a document goes on with does not.
    """
    paragraph = body.text.partition(sentence)[2].partition("\n")[0]
    following = sentences(paragraph)[:_FOLLOWING]
    return " ".join([sentence, *filter(None, following)])


def best_sentence(asked: set[int], text: str) -> str:
    """Choose the sentence that shares most terms with the question; of equals, the longest."""
    said = [s for s in sentences(text) if s] or [text]
    return max(said, key=lambda s: (len(asked & set(stems(s))), len(s)))


def _stretch(asked: set[int], text: str, words: tuple[int, int] | None) -> str:
    """Give the sentences from the one that echoes a question to the ones of these characters."""
    best = best_sentence(asked, text)
    first = text.index(best)
    last = first + len(best)
    if words is not None:
        first, last = min(first, words[0]), max(last, words[1])
    told = [(start, end) for start, end in _places(text) if start < last and first < end]
    return text[told[0][0] : told[-1][1]]


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Give where the sentences of a text begin and end."""
    end = 0
    for one in filter(None, sentences(text)):
        start = text.index(one, end)
        end = start + len(one)
        yield start, end
