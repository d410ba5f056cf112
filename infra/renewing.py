"""What was said later of the same as an answer, and is the answer instead."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from agents.answer import Answer, renewing, times_in
from agents.body import Body
from agents.lexicon import denies, stems, tells_end
from agents.question import form_of
from agents.quoting import from_there
from agents.reading import Answering, Words
from agents.sentences import sentences

_NEWER: Final = 2  # memories that are read for it
_SURE: Final = 0.5  # how surely what was said later has to answer, to be told instead

Naming = Callable[[str, datetime], Iterable[tuple[str, Body]]]
Fits = Callable[[str, str], bool]  # takes a memory and words of it, and says if they may answer


def nobody(_words: str, _since: datetime) -> Iterable[tuple[str, Body]]:
    """Give no memory that names these words, as where none is looked for."""
    return ()


def anything(_memory: str, _words: str) -> bool:
    """Let all words answer, as where nothing is known of whom they are said."""
    return True


def said(body: Body) -> str:
    """Give a memory's text as the reader knows it: after its speaker's name."""
    return f"{body.speaker}: {body.text}" if body.speaker else body.text


def renewed(  # noqa: PLR0913 - what answers, and all that may say otherwise
    question: str,
    found: Answer,
    known: Sequence[tuple[str, Body]],
    naming: Naming,
    reads: Answering,
    *,
    fits: Fits = anything,
    people: Sequence[str] = (),
) -> Answer:
    """Give what was said later of the same, if anything was: a correction, another day.

    Each is read after what answers, of which the answer is left out: "The demo moved to Friday"
    need not say again whose demo it is. Read so, a party on the same Friday looks like an answer
    too. So its words must answer when it is read alone, unless it names the answer ("not Berg"),
    and that is neither a time nor a number: many things are on a Friday. What says the answer again
    is no other answer; where it is said to be over, it is left out there, too. Asked what was so
    before, nothing is looked for, nor where the past is asked for, unless what answers was still to
    come when it was said: "the visa is on the 17th". Where nothing answers instead, but the answer
    is said to be over, that is told: "swapped the cello for the flute".
    """
    first, form = found.body, form_of(question)
    if first is None or form.former or (form.past and not _was_to_come(found.text, first)):
        return found
    same = dict(renewing(question, first, known, people))
    called = _called(found.text, first)
    later = dict(islice((dict(naming(called, first.at)) | same).items(), _NEWER))
    before = f"{said(first).replace(found.text, '...')} "
    texts = {id_: said(body) for id_, body in later.items()}
    left_out = {id_: _without(called, text) for id_, text in texts.items()}
    behind = _behind(question, before, left_out, reads)
    common = [id_ for id_ in behind if id_ not in same and _is_common(found.text, first)]
    alone = reads([(question, texts[id_]) for id_ in common]) if common else []
    others = {
        id_ for id_, words in zip(common, alone, strict=True) if not _meet(behind[id_], words)
    }
    newer = [
        Answer(texts[id_][words.start : words.end], id_, sure=words.score, body=later[id_])
        for id_, words in behind.items()
        if id_ not in others
    ]
    over = [
        replace(found, text=from_there(one, body), memory=id_, kind="sentence", body=body)
        for id_, body in later.items()
        for one in sentences(body.text)
        if tells_end(one) and set(stems(called)) <= set(stems(one))
        if id_ in same or not (denies(one) or _is_common(found.text, first))
    ]
    newer = [one for one in newer if fits(one.memory, one.text)]
    last = max(newer or over, key=lambda one: (later[one.memory].at, one.sure), default=found)
    if last in over:
        return last
    return found if set(stems(found.text)) <= set(stems(last.text)) else last


def _behind(
    question: str, before: str, texts: dict[str, str], reads: Answering
) -> dict[str, Words]:
    """Find the words of each text that answer when it is read behind another."""
    read = reads([(question, before + text) for text in texts.values()]) if texts else []
    skip = len(before)
    return {
        id_: Words(words.start - skip, words.end - skip, words.score)
        for id_, words in zip(texts, read, strict=True)
        if words and words.start >= skip and words.score >= _SURE
    }


def _without(answer: str, text: str) -> str:
    """Leave an answer out where a sentence says that it is over: "We left ..... for Lisbon."."""
    named = re.compile(re.escape(answer), re.IGNORECASE)
    for one in filter(tells_end, sentences(text)):
        if not denies(one):  # "Jira isn't up" ends nothing
            text = text.replace(one, named.sub(lambda found: "." * len(found[0]), one))
    return text


def _called(text: str, told: Body) -> str:
    """Give what an answer is called later, where it is a name: "sold the Octavia"."""
    named = any(one.text == text for one in told.entities if one.type != "time")
    return text.rpartition(" ")[2] if named else text


def _meet(words: Words, others: Words | None) -> bool:
    return others is not None and others.start < words.end and words.start < others.end


def _is_common(text: str, told: Body) -> bool:
    """Say whether an answer is a time or a number."""
    return any(map(str.isdigit, text)) or bool(times_in(text, told))


def _was_to_come(text: str, told: Body) -> bool:
    return any(datetime.fromisoformat(time.since) > told.at for time in times_in(text, told))
