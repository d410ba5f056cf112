"""What serves the reader's roles: a user's checkpoint, else the bundled reader, else nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from agents.reading import Odds, Pairs, Reader, Words
from infra.clock import monotonic
from infra.closing import Closing
from infra.models.bound_models import CrossEncoder, Entailment, QuestionAnswerer
from infra.models.bundled_files import MANIFEST, bundled_roles
from infra.models.model_registry import ModelRegistry
from infra.models.onnx_generator import Generator
from infra.models.onnx_reader import FOLDER, OnnxReader, Read

ROLES: Final = ("reranker", "answerer", "nli", "generator")

Value = TypeVar("Value")


class Reading(Closing):
    """Opens a network when it is first asked, and asks it about pairs on several threads.

    What is wrong with a network is said then, as a ModelError that names role and file.
    """

    def __init__(self, models: Path, registry: ModelRegistry, threads: int) -> None:
        self._models = models
        self._folder = models / FOLDER
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self.renew(registry)

    def renew(self, registry: ModelRegistry) -> None:
        """Let what is asked from now on be read by these models, and the bundled one anew."""
        bundled = bundled_roles(self._models) if (self._models / MANIFEST).exists() else {}
        served = {role for role, (name, _) in bundled.items() if name == FOLDER}
        with self._lock:
            self._registry = registry
            self._bundled: OnnxReader | None = None
            self.roles = tuple(role for role in ROLES if role in {*registry.roles, *served})

    @property
    def own(self) -> tuple[str, ...]:
        """Name the roles that the user has bound."""
        return tuple(role for role in self.roles if role in self._registry.roles)

    @property
    def reader(self) -> Reader:
        """Give what answers for each role."""
        return Reader(
            self._relevance if "reranker" in self.roles else None,
            self._answering if "answerer" in self.roles else None,
            self._says if "nli" in self.roles else None,
            self._writing if "generator" in self.roles else None,
            self._answerable if "answerer" in self.roles else None,
            # Of what a user has bound, nothing is kept to be asked for again.
            self._ahead if "answerer" in {*self.roles} - {*self.own} else None,
        )

    def bundled(self) -> OnnxReader:
        """Give the bundled reader, loaded if need be. Raises ModelError."""
        with self._lock:
            if self._bundled is None:
                self._bundled = OnnxReader(self._folder)
            return self._bundled

    def digest(self, role: str) -> str:
        """Give the digest of the network that serves a role, loading it if need be."""
        if role in self._registry.roles:
            return str(self._registry.told(role)["digest"])
        return self.bundled().digest

    def told(self) -> str:
        """Say what serves the roles, loading the bundled reader if it does. Raises ModelError."""
        rest = [role for role in self.roles if role not in self.own]
        parts = [f"your own {', '.join(self.own)}"] if self.own else []
        if rest:
            began = monotonic()
            digest = self.bundled().digest[:12]
            ms = 1000 * (monotonic() - began)
            parts.append(f"reader {digest} loads in {ms:.0f} ms and serves {', '.join(rest)}")
        return "; ".join(parts) or "none: memories are neither read again nor compared"

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(cancel_futures=True)

    def _relevance(self, pairs: Pairs) -> list[float]:
        registry = self._registry
        if "reranker" in registry.roles:
            bound = registry.get("reranker", CrossEncoder)
            return self._each(bound.score, pairs)
        return [read.relevance for read in self._read(pairs)]

    def _answering(self, pairs: Pairs) -> list[Words | None]:
        registry = self._registry
        if "answerer" in registry.roles:
            bound = registry.get("answerer", QuestionAnswerer)
            return [span and Words(*span) for span in self._each(bound.span, pairs)]
        return self._each(self._words, pairs)

    def _ahead(self, pairs: Pairs) -> None:
        """Read pairs that will be asked for words; what is wrong is said when they are."""
        for question, text in pairs:
            self._pool.submit(self._words, question, text)

    def _words(self, question: str, text: str) -> Words | None:
        return self.bundled().words(question, text)

    def _answerable(self, pairs: Pairs) -> list[Words]:
        if "answerer" in self._registry.roles:
            return [words or Words(0, 0, 0.0) for words in self._answering(pairs)]
        return [
            Words(read.words.start, read.words.end, read.answered)
            if read.words
            else Words(0, 0, read.answered)
            for read in self._read(pairs)
        ]

    def _says(self, pairs: Pairs) -> list[Odds]:
        registry = self._registry
        if "nli" in registry.roles:
            bound = registry.get("nli", Entailment)
            return self._each(bound.odds, pairs)
        return [read.odds for read in self._read(pairs)]

    def _writing(self, question: str, known: str) -> str:
        bound = self._registry.get("generator", Generator)
        return bound.generate([bound.prompt(question, known)])[0]

    def _read(self, pairs: Pairs) -> list[Read]:
        return self._each(self.bundled().read, pairs)

    def _each(self, ask: Callable[[str, str], Value], pairs: Pairs) -> list[Value]:
        return list(self._pool.map(lambda pair: ask(*pair), pairs))
