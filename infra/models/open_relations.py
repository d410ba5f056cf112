"""Which statements of a text no known relation covers: triples read off the dependency tree.

Rules over universal relations (after ReVerb and ClausIE: Fader et al. 2011, Del Corro and Gemulla
2013): a subject, the words that say what of it, and an object.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from streams.encoded import ArcSpan

Words = tuple[int, ...]  # indices into the tree
MOST: Final = 16  # of one passage
# Who can be named by the speaker's name: "mine" is a thing.
_OWN: Final = frozenset({"i", "me", "my", "myself"})
_NOBODY: Final = frozenset({
    "it", "they", "them", "he", "him", "she", "her", "you", "we", "us", "this", "that", "these",
    "those", "who", "whom", "whose", "which", "what", "where", "when", "how", "why", "there",
    "one", "everything", "everyone", "something", "someone", "nothing", "nobody", "its", "their",
    "his", "your", "our", "itself", "themselves", "himself", "herself", "no", "none", "then",
})  # fmt: skip
# Words of the tree, where "don't" is parted: whatever makes it doubtful that something is so.
_NOT: Final = frozenset({"not", "never", "no", "cannot", "nor", "neither", "t", "hardly"})
_MAYBE: Final = frozenset({
    "would", "could", "might", "may", "should", "will", "shall", "can", "must", "ll", "ought",
    "if", "unless", "whether", "let",
})  # fmt: skip
# What hangs on these as what is said, is not said to be so.
_UNREAL: Final = frozenset({
    "wish", "doubt", "hope", "imagine", "suppose", "wonder", "ask", "asked", "asks", "wondering",
    "pretend", "suggest", "suggested", "propose", "proposed",
})  # fmt: skip
_BE: Final = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "am", "gets", "got", "s"}
)
_NONE: Final = frozenset({"nobody", "nothing", "none", "no"})
_ARTICLES: Final = frozenset({"the", "a", "an", "my"})
_MARKS: Final = frozenset({"'", "\u2019", "s"})  # of who has something: "Ana's"
_PARTS: Final = frozenset({"amod", "compound", "nummod", "flat", "det", "case", "nmod", "goeswith"})
_TURNING: Final = frozenset({"aux", "mark", "advmod", "cop", "det", "cc", "case"})
_AND: Final = ("conj",)


class OpenSpan(NamedTuple):
    """Words of a text: a subject (None is who speaks), what is said of it, and an object."""

    subject: Words | None
    predicate: Words
    object: Words


def open_spans(
    text: str, tree: Sequence[ArcSpan], known: Collection[tuple[int, int]] = ()
) -> list[OpenSpan]:
    """Read triples off a tree, without those that share words with what `known` has (characters).

    Not what is denied, asked, wished or supposed, nor what is said of a pronoun other than "I".
    """
    if not any(arc[3] == "nsubj" for arc in tree):
        return []
    reading = _Reading(text, tree)
    found = dict.fromkeys(reading.triples())
    return [one for one in found if not known or not _covered(tree, one.object, known)][:MOST]


def _covered(tree: Sequence[ArcSpan], words: Words, known: Collection[tuple[int, int]]) -> bool:
    start, end = tree[words[0]].start, tree[words[-1]].end
    return any(start < b and a < end for a, b in known)


class _Reading:
    """A text's words and what hangs on each: (relation, index) by head."""

    def __init__(self, text: str, tree: Sequence[ArcSpan]) -> None:
        self.words = [text[start:end].casefold() for start, end, _, _ in tree]
        self.capital = [text[arc[0]].isupper() for arc in tree]
        self.heads = [arc[2] for arc in tree]
        self.relations = [arc[3] for arc in tree]
        self.under: list[list[int]] = [[] for _ in tree]
        for i, head in enumerate(self.heads):
            if head >= 0:
                self.under[head].append(i)

    def triples(self) -> Iterator[OpenSpan]:
        """Read every clause that has a subject, and those joined to it that share it."""
        for i, relation in enumerate(self.relations):
            head = self.heads[i]
            if relation != "nsubj" or head < 0 or self._is_none(i) or not self._is_told(head):
                continue
            subjects = self._subjects(i, head)
            yield from self._clause(subjects, head)
            for joined in self._kids(head, _AND):
                if not self._kids(joined, ("nsubj",)) and not self._turned(joined, -1):
                    yield from self._clause(subjects, joined)

    def _kids(self, word: int, relations: Collection[str]) -> list[int]:
        under, named = self.under[word], self.relations
        return [i for i in under if named[i] in relations] if under else under

    def _is_none(self, word: int) -> bool:
        """Say whether it is nobody of whom something is said."""
        return not _NONE.isdisjoint(self.words[i] for i in (word, *self._kids(word, ("det",))))

    def _is_told(self, verb: int) -> bool:
        """Say whether a clause tells that something is so, by its own words and those above it."""
        end = next((w for w in self.words[verb:] if w in (".", "!", "?")), "")
        at, below = verb, -1
        for _ in self.words if end != "?" else ():  # a tree may hold a cycle
            if self._turned(at, below):
                return False
            relation, above = self.relations[at], self.heads[at]
            own = relation == "conj" and at != verb and not self._kids(at, ("nsubj",))
            if (
                above < 0
                or relation in ("acl", "advcl", "parataxis")
                or (relation == "conj" and not own)
            ):
                return True
            if relation in ("xcomp", "csubj"):
                return False
            at, below = above, at
        return False

    def _turned(self, verb: int, below: int) -> bool:
        """Say whether a verb's own words deny, suppose or wish what it, or one below, says."""
        said = below >= 0 and self.relations[below] == "ccomp"
        if said and self.words[verb] in _UNREAL:
            return True
        for i in self.under[verb]:
            relation, word = self.relations[i], self.words[i]
            if relation in _TURNING:
                if word in _NOT or word in _MAYBE or self._has(i, _NOT):
                    return True
            elif relation == "advcl" and i != below and self._has(i, _MAYBE):
                return True
        return False

    def _has(self, word: int, words: Collection[str]) -> bool:
        return any(
            self.words[i] in words and self.relations[i] in ("mark", "advmod", "det")
            for i in self.under[word]
        )

    def _subjects(self, word: int, verb: int) -> list[Words | None]:
        """Give what a clause is about: "who" is what its clause hangs on."""
        if self.words[word] in ("who", "which", "that") and self.relations[verb] == "acl":
            word = self.heads[verb]
        return self._named(word)

    def _named(self, word: int) -> list[Words | None]:
        """Give the phrases of a noun and of those joined to it; None for who speaks."""
        found: list[Words | None] = []
        for one in (word, *self._kids(word, _AND)):
            if self.words[one] in _OWN:
                found.append(None)
            elif words := self._phrase(one):
                found.append(words)
        return found

    def _things(self, word: int) -> list[Words]:
        return [words for words in self._named(word) if words is not None]

    def _phrase(self, word: int) -> Words:
        """Give a noun's phrase without its preposition and article; none where a pronoun is in."""
        inside = {word}
        self._gather(word, inside, word)
        first = last = word
        while first - 1 in inside:
            first -= 1
        while last + 1 in inside:
            last += 1
        while first < last and self.words[first] in _ARTICLES:
            first += 1
        while first < last and self.words[last] in _MARKS:
            last -= 1
        found = tuple(range(first, last + 1))
        return () if any(self.words[i] in _NOBODY for i in found) else found

    def _gather(self, word: int, inside: set[int], top: int) -> None:
        for i in self.under[word]:
            relation = self.relations[i]
            led = relation == "case" and word == top and i < top and self.words[i] not in _MARKS
            if relation in _PARTS and not led and i not in inside:
                inside.add(i)
                self._gather(i, inside, top)

    def _cases(self, word: int) -> list[int]:
        """Give the prepositions of a noun."""
        return [i for i in self._kids(word, ("case",)) if self.words[i] not in _MARKS and i < word]

    def _clause(self, subjects: list[Words | None], verb: int) -> Iterator[OpenSpan]:
        if copulas := self._kids(verb, ("cop",)):
            yield from self._copular(subjects, verb, copulas)
        else:
            yield from self._verbal(subjects, verb)

    def _verbal(self, subjects: list[Words | None], verb: int) -> Iterator[OpenSpan]:
        """Read "X uses Y", "X runs on Y", "X moved Y to Z", and "X is hosted by Y" as Y hosts X."""
        said = (verb, *self._kids(verb, ("compound",)))
        objects = self._kids(verb, ("obj",))
        things = [thing for one in objects for thing in self._things(one)]
        with_ = [one for one in objects if self.words[one] not in _NOBODY]
        yield from _spans(subjects, said, things)
        for i in self._kids(verb, ("obl", "nmod")):
            cases = self._cases(i)
            if not cases:
                continue  # "last week" is no object
            named = self._named(i)
            if self.words[cases[0]] == "by" and self._passive(verb):
                yield from _spans(named, said, [one for one in subjects if one is not None])
                continue
            after = [one for one in named if one is not None]
            yield from _spans(subjects, (*said, *with_, *cases), after)
            moved = [one for one in things if not subjects or self._is_name(one)]
            yield from _spans(moved, (*said, *cases), after)

    def _is_name(self, words: Words) -> bool:
        return self.capital[words[-1]]

    def _passive(self, verb: int) -> bool:
        return any(self.words[i] in _BE for i in self._kids(verb, ("aux",)))

    def _copular(
        self, subjects: list[Words | None], noun: int, copulas: list[int]
    ) -> Iterator[OpenSpan]:
        """Read "X is due on Y"; "the owner of X is Y" and "Y is the owner of X" as X owner Y."""
        led = self._cases(noun)
        about = [i for i in self._kids(noun, ("obl", "nmod")) if i < noun or self._cases(i)]
        if not led and not self._kids(noun, ("obl",)):
            for head in self._kids(noun, ("nsubj",)):
                for owner in self._owners(head):
                    yield from _spans(self._named(owner), self._role(head), self._things(noun))
            things = [one for one in subjects if one is not None]
            for owner in self._owners(noun) if self._kids(noun, ("det", "nmod")) else ():
                if owner < noun or self._kids(noun, ("det",)):
                    yield from _spans(self._named(owner), self._role(noun), things)
                    about = [i for i in about if i != owner]
        elif not about:  # "Atlas is on Postgres"
            yield from _spans(subjects, (*copulas, *led), self._things(noun))
        for i in about:
            if cases := self._cases(i):
                said = (*copulas, *led, *self._role(noun), *cases)
                yield from _spans(subjects, said, self._things(i))

    def _owners(self, noun: int) -> list[int]:
        """Give what a noun is something of: "Atlas's database", "the owner of Atlas", "my boss"."""
        return [
            i
            for i in self._kids(noun, ("nmod", "det"))
            if self.relations[i] == "nmod" or self.words[i] in _OWN
        ]

    def _role(self, noun: int) -> Words:
        return (*self._kids(noun, ("amod", "compound")), noun)


def _spans(
    subjects: Sequence[Words | None], said: Words, objects: Sequence[Words]
) -> Iterator[OpenSpan]:
    for subject, object_ in product(subjects, objects):
        if subject != object_:
            yield OpenSpan(subject, said, object_)
