"""How fast the encoder's network is with nothing of ours around it."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benches.trial import clock
from infra.models.bundled_files import SLOWER
from infra.models.onnx_encoder import _OUTPUTS as OUTPUTS
from infra.models.onnx_encoder import piece_of

Feed = dict[str, NDArray[np.int64]]


class Bare:
    """The bare session with the outputs that the product asks for; texts are tokenised ahead."""

    def __init__(self, models: Path) -> None:
        folder = models / "encoder"
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._network = (folder / "encoder.onnx").read_bytes()
        self.cores = len(os.sched_getaffinity(0))
        self._one = self._session(1)
        self._all = self._session(self.cores)
        self._pool = ThreadPoolExecutor(self.cores)

    def _session(self, threads: int) -> Any:  # noqa: ANN401 - onnxruntime ships no types
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            self._network, options, ["CPUExecutionProvider"], disabled_optimizers=SLOWER
        )

    def feed(self, text: str) -> Feed:
        """Tokenise a text."""
        return piece_of(text, self._tokenizer.encode(text)).feed()

    def rates(self, texts: Sequence[str]) -> dict[str, float]:
        """Give the texts a second, by each way of using all cores; one text a run."""
        feeds = [self.feed(text) for text in texts]
        return {
            "text by text, a core each": self._rate(len(feeds), self._one, feeds),
            "text by text, all cores each": rate_of(len(feeds), self._all, feeds),
        }

    def _rate(self, count: int, session: Any, feeds: Sequence[Feed]) -> float:  # noqa: ANN401
        began = clock()
        list(self._pool.map(lambda one: session.run(OUTPUTS, one), feeds))
        return count / (clock() - began)

    def pass_ms(self, text: str) -> float:
        """Give the milliseconds of one pass over a text on one core."""
        feed = self.feed(text)
        began = clock()
        self._one.run(OUTPUTS, feed)
        return 1000 * (clock() - began)

    def tokens(self, text: str) -> int:
        """Count the sub-tokens of a text."""
        return len(self._tokenizer.encode(text).ids)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def rate_of(count: int, session: Any, feeds: Sequence[Feed]) -> float:  # noqa: ANN401
    """Give the texts a second, one feed after the other."""
    began = clock()
    for feed in feeds:
        session.run(OUTPUTS, feed)
    return count / (clock() - began)
