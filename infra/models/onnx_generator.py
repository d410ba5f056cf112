"""What a user's encoder-decoder writes for a text: T5-style exports, greedy or by beam search."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from infra.models.model_files import FIRST, NEXT
from infra.models.onnx_model import OnnxModel

_PROBE: Final = "question: Where? context: Ana moved to Lisbon."
_PROBED: Final = 4  # sub-tokens written to try it

Cache = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class _Beam:
    """Sub-tokens written so far, and the sum of their log probabilities."""

    ids: tuple[int, ...]
    score: float

    @property
    def mean(self) -> float:
        """Give the score by which texts of different lengths are compared (Wu et al. 2016)."""
        return self.score / max(1, len(self.ids))


class Generator:
    """Reads a text once and writes another, a sub-token a step; keys and values are kept.

    A folder as exporters write it: encoder_model.onnx, decoder_model.onnx,
    decoder_with_past_model.onnx, tokenizer.json, config.json. Each text runs alone: beams are the
    only batch, so what is written never depends on other texts.
    """

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        self._first, self._next = model.beside(FIRST), model.beside(NEXT)
        self._start, self._end = (
            model.number("decoder_start_token_id"),
            model.number("eos_token_id"),
        )
        self._write(_PROBE, 2, _PROBED)

    def generate(self, texts: Sequence[str]) -> list[str]:
        """Write one text for each."""
        binding = self.model.binding
        return [self._write(text, binding.beams, binding.longest) for text in texts]

    def prompt(self, question: str, context: str) -> str:
        """Put a question and what is known into the words that the checkpoint was trained on."""
        return self.model.binding.prompt.format(question=question, context=context)

    def _write(self, text: str, width: int, longest: int) -> str:
        found = self.model.tokenize(text)
        states = self.model.run(found)[0]
        n = len(found.ids)
        if states.ndim != 3 or states.shape[:2] != (1, n):  # noqa: PLR2004 - text, sub-token, state
            expected = f"an output [1, {n}, states]"
            raise self.model.wrong(self.model.binding.network, expected, str(list(states.shape)))
        mask = np.array([found.attention_mask], np.int64)
        given = {"encoder_hidden_states": states, "encoder_attention_mask": mask}
        ids = np.array([[self._start]], np.int64)
        logits, cache = self._step(self._first, FIRST, {"input_ids": ids, **given}, {})
        beams, done = [_Beam((), 0.0)], list[_Beam]()
        for _ in range(longest):
            beams, rows, ended = self._grown(beams, logits, width)
            done += ended
            if not beams or self._settled(beams, done, width):
                break
            cache = {name: part[rows] for name, part in cache.items()}
            shared = {name: np.repeat(part, len(beams), 0) for name, part in given.items()}
            ids = np.array([[beam.ids[-1]] for beam in beams], np.int64)
            logits, cache = self._step(self._next, NEXT, {"input_ids": ids, **shared}, cache)
        best = max(done or beams, key=lambda beam: (beam.mean, beam.ids))
        return self.model.text(best.ids)

    def _grown(
        self, beams: Sequence[_Beam], logits: NDArray[Any], width: int
    ) -> tuple[list[_Beam], list[int], list[_Beam]]:
        """Give the best continuations, the rows that they continue, and the texts that ended."""
        logs = logits[:, -1].astype(np.float64)
        logs -= logs.max(-1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(-1, keepdims=True))
        total = logs + np.array([[beam.score] for beam in beams])
        # of 2 x width continuations at most width end, so width go on
        order = np.argsort(-total, axis=None, kind="stable")[: 2 * width]
        alive: list[tuple[_Beam, int]] = []
        ended: list[_Beam] = []
        for place, flat in enumerate(order.tolist()):
            row, id_ = divmod(flat, total.shape[1])
            if id_ != self._end:
                alive.append((_Beam((*beams[row].ids, id_), float(total[row, id_])), row))
            elif place < width:
                ended.append(_Beam(beams[row].ids, float(total[row, id_])))
        kept = alive[:width]
        if width == 1 and ended:
            kept = []
        return [beam for beam, _ in kept], [row for _, row in kept], ended

    def _settled(self, beams: Sequence[_Beam], done: Sequence[_Beam], width: int) -> bool:
        """Say whether enough texts have ended and none that goes on is better."""
        if len(done) < width:
            return False
        return min(sorted((one.mean for one in done), reverse=True)[:width]) >= beams[0].mean

    def _step(
        self, session: onnxruntime.InferenceSession, name: str, feed: Cache, cache: Cache
    ) -> tuple[NDArray[Any], Cache]:
        """Run a decoder; what it does not give anew of the cache is kept as it was."""
        inputs = {part.name for part in session.get_inputs()}
        outputs = [part.name for part in session.get_outputs()]
        everything = feed | {f"past_key_values.{key}": part for key, part in cache.items()}
        file = self.model.binding.folder / name
        if missing := inputs - set(everything):
            raise self.model.wrong(file, "a cache that holds every input", str(sorted(missing)))
        try:
            values = session.run(None, {key: everything[key] for key in inputs})
        except Exception as error:  # onnxruntime's own errors share no public root
            raise self.model.wrong(file, "a decoder that runs", str(error)[:200]) from error
        found: Mapping[str, NDArray[Any]] = dict(zip(outputs, values, strict=True))
        rows = len(feed["input_ids"])
        if "logits" not in found or found["logits"].shape[:2] != (rows, 1):
            shapes = json.dumps({key: list(part.shape) for key, part in found.items()})[:200]
            raise self.model.wrong(file, f"an output logits [{rows}, 1, words]", shapes)
        stem = "present."
        anew = {key[len(stem) :]: part for key, part in found.items() if key.startswith(stem)}
        return found["logits"], cache | anew
