"""How a user's own checkpoints take over heads of the bundled encoder."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from infra.models.bound_models import Embedder, SequenceClassifier, TokenClassifier
from infra.models.model_registry import ModelRegistry
from infra.models.perceive import Encoder
from streams.encoded import Encoded

HEADS: Final = ("embedder", "ner", "intent_classifier", "emotion_classifier", "importance")


class BoundEncoder:
    """Runs the bundled encoder, then the bound heads over the same text.

    Its digest names every part, so a percept says what made it. Raises ModelError at once for a
    head that does not work, not at the first text.
    """

    def __init__(self, base: Encoder, registry: ModelRegistry, threads: int) -> None:
        self._base = base
        self._registry = registry
        self._heads = tuple(role for role in HEADS if role in registry.roles)
        digests = {role: str(registry.told(role)["digest"]) for role in self._heads}
        self.digest = "+".join([base.digest, *(f"{r}={d}" for r, d in digests.items())])
        self.dimensions = base.dimensions
        if "embedder" in self._heads:
            self.dimensions = registry.get("embedder", Embedder).width
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="bound")

    def submit(self, text: str) -> Future[Encoded]:
        """Encode one text alone."""
        under_way = self._base.submit(text)
        return self._pool.submit(lambda: self._replaced(text, under_way.result()))

    def split(self, text: str, limit: int = 256) -> list[tuple[int, int]]:
        """Split as the bundled encoder does."""
        return self._base.split(text, limit)

    def close(self) -> None:
        """Release the threads and the bundled encoder."""
        self._pool.shutdown(cancel_futures=True)
        self._base.close()

    def _replaced(self, text: str, encoded: Encoded) -> Encoded:
        parts: dict[str, Any] = {}
        registry = self._registry
        if "embedder" in self._heads:
            parts["vector"] = registry.get("embedder", Embedder).vector(text)
        if "ner" in self._heads:
            parts["entities"] = registry.get("ner", TokenClassifier).names(text)
        if "intent_classifier" in self._heads:
            scores = self._scores("intent_classifier", text)
            best = max(scores, key=lambda name: scores[name])
            parts["intent"] = (best, scores[best])
        if "emotion_classifier" in self._heads:
            parts["emotion"] = dict(self._scores("emotion_classifier", text))
        if "importance" in self._heads:
            # one output, or the last of several: "not important, important"
            parts["importance"] = list(self._scores("importance", text).values())[-1]
        return replace(encoded, **parts)

    def _scores(self, role: str, text: str) -> Mapping[str, float]:
        return self._registry.get(role, SequenceClassifier).scores(text)
