"""How a user's ONNX checkpoint is opened and run: digest, tokenizer, inputs, providers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from infra.models.model_files import CONFIG, TOKENIZER, files_of, weights_beside
from infra.models.role_bindings import Binding
from schemas.errors import ModelError

Provider = tuple[str, dict[str, str]]

_REQUIRED: Final = {"input_ids"}
_KNOWN: Final = {"input_ids", "attention_mask", "token_type_ids"}


def providers(available: Sequence[str], cache: Path) -> list[Provider]:
    """Choose what runs the networks, best first; half precision and kept engines on TensorRT."""
    options: dict[str, dict[str, str]] = {
        "TensorrtExecutionProvider": {
            "trt_fp16_enable": "1",
            "trt_engine_cache_enable": "1",
            "trt_engine_cache_path": str(cache),
        },
        "CUDAExecutionProvider": {},
        "CPUExecutionProvider": {},
    }
    return [(name, given) for name, given in options.items() if name in available]


class OnnxModel:
    """One network with its tokenizer; each text runs alone, so its outputs have no neighbours.

    Raises ModelError naming role, file and what was expected of it.
    """

    def __init__(self, role: str, binding: Binding, *, threads: int = 1) -> None:
        self.role = role
        self.binding = binding
        files = files_of(role, binding)
        self.digest, self.bytes = files.digest, files.bytes
        self.content = files.content
        if binding.sha256 and binding.sha256.lower() != files.content:
            named = " ".join(file.name for file in files.networks)
            expected = f"sha256 {binding.sha256} of {named}"
            raise self.wrong(binding.network, expected, files.content)
        self._tokenizer = self._open_tokenizer()
        self._threads = threads
        self._session = self._open_session(binding.network)
        self.provider: str = self._session.get_providers()[0]
        self._inputs = {part.name for part in self._session.get_inputs()}
        self.outputs = [part.name for part in self._session.get_outputs()]
        if not _REQUIRED <= self._inputs <= _KNOWN:
            expected = "inputs input_ids, attention_mask?, token_type_ids?"
            raise self.wrong(binding.network, expected, ", ".join(sorted(self._inputs)))

    def wrong(self, file: Path, expected: str, found: str) -> ModelError:
        """Give the error that says what this role expected of a file."""
        return ModelError(role=self.role, file=str(file), expected=expected, found=found)

    def beside(self, name: str) -> onnxruntime.InferenceSession:
        """Open another network of the folder, which is one of the checkpoint's files."""
        return self._open_session(self.binding.folder / name)

    def text(self, ids: Sequence[int]) -> str:
        """Write sub-tokens as text, without the special ones."""
        found: str = self._tokenizer.decode(ids)
        return found

    def tokenize(self, text: str, pair: str | None = None) -> Encoding:
        """Cut a text, or two, into sub-tokens; what exceeds the network's room is left out."""
        found: Encoding = self._tokenizer.encode(text, pair)
        return found

    def run(self, found: Encoding) -> list[NDArray[Any]]:
        """Run the network over one text; every output keeps its batch dimension of one."""
        feed = {
            "input_ids": np.array([found.ids], np.int64),
            "attention_mask": np.array([found.attention_mask], np.int64),
            "token_type_ids": np.array([found.type_ids], np.int64),
        }
        try:
            result: list[NDArray[Any]] = self._session.run(
                None, {name: value for name, value in feed.items() if name in self._inputs}
            )
        except Exception as error:  # onnxruntime's own errors share no public root
            expected = "a network that runs over one text"
            raise self.wrong(self.binding.network, expected, str(error)[:200]) from error
        return result

    def number(self, name: str) -> int:
        """Read a number of the checkpoint's configuration."""
        file = self.binding.folder / CONFIG
        try:
            return int(json.loads(self._content(file))[name])
        except (ValueError, KeyError, TypeError) as error:
            raise self.wrong(file, f"a number {name}", repr(error)) from error

    def label_names(self) -> list[str]:
        """Read the checkpoint's labels in the order of its outputs."""
        file = self.binding.folder / CONFIG
        try:
            names: dict[str, str] = json.loads(self._content(file))["id2label"]
            return [str(names[str(i)]) for i in range(len(names))]
        except (ValueError, KeyError, TypeError) as error:
            raise self.wrong(file, "id2label with 0, 1, ...", repr(error)) from error

    def _content(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            found = error.strerror or "nothing"
            raise self.wrong(file, "a file that can be read", found) from error

    def _open_tokenizer(self) -> Tokenizer:
        file = self.binding.folder / TOKENIZER
        content = self._content(file)
        try:
            tokenizer = Tokenizer.from_buffer(content)
        except Exception as error:  # tokenizers' own errors share no public root
            raise self.wrong(file, "a tokenizer", str(error)[:200]) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.binding.tokens)
        return tokenizer

    def _open_session(self, file: Path) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        chosen = providers(onnxruntime.get_available_providers(), self.binding.folder / "engines")
        # weights that lie beside a large network are found by its path, so the path is opened
        source: Any = str(file) if weights_beside(file) else self._content(file)
        try:
            return onnxruntime.InferenceSession(source, options, chosen)
        except Exception as error:  # onnxruntime's own errors share no public root
            raise self.wrong(file, "an ONNX network", str(error)[:200]) from error
