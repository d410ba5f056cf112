"""What one training text says about itself: character spans and labels, or nothing where unknown."""

from dataclasses import dataclass, field

Span = tuple[int, int]
Fact = tuple[str, Span | None, Span, bool]  # predicate, subject (None: the speaker), object, ended


@dataclass(slots=True)
class Example:
    """A text with whatever is annotated; a None means that nobody looked."""

    text: str
    source: str
    entities: list[tuple[int, int, str]] | None = None
    entity_types: frozenset[str] = frozenset()  # the types that were annotated
    facts: list[Fact] | None = None
    predicates: frozenset[str] = frozenset()  # the predicates that were annotated
    pair: tuple[Span, Span] | None = None  # the only two words whose relation was annotated
    speaker_only: bool = False  # facts are complete for the speaker, unknown for all others
    arguments: bool = False  # the spans in `facts` are complete
    words: list[tuple[int, int, int, str]] | None = None  # start, end, head (-1: root), relation
    intent: int = -1
    emotion: list[int] | None = None
    topic: int = -1
    importance: float = -1.0
    weight: float = 1.0
    fold: int = field(default=0)
