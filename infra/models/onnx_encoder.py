"""What the bundled encoder sees in a text: one ONNX Runtime pass gives every head's output."""

import json
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tokenizers import Encoding, Tokenizer

from infra.models.bundled_files import open_graph, read_files
from infra.models.encoder_decoding import Decoder, Piece
from streams.encoded import Encoded
from streams.vectors import WIDTH

ROLE: Final = "encoder"
_NETWORK, _TOKENIZER, _LABELS = "encoder.onnx", "tokenizer.json", "labels.json"
PASSAGE: Final = 256  # sub-tokens of a passage, special ones included
MAXIMUM: Final = 512  # positions that the network knows
_OUTPUTS: Final = (
    "embedding", "tokens", "spans", "relations", "heads", "deprels", "instructs",
    "intent", "emotion", "importance",
)  # fmt: skip
_STOPS: Final = frozenset(".!?…。!?\n")


class OnnxEncoder:
    """Runs each text alone, so that its percept never depends on its neighbours."""

    def __init__(self, folder: Path, threads: int) -> None:
        files = read_files(ROLE, folder, (_NETWORK, _TOKENIZER, _LABELS))
        labels = json.loads(files.content[_LABELS])
        embedder = f"+embedder={files.embeds_as}" if files.embeds_as else ""
        self.digest = f"{files.digest}{embedder}"
        self.dimensions = WIDTH
        self.width: int = labels["width"]
        self._tokenizer = Tokenizer.from_buffer(files.content[_TOKENIZER])
        self._session = open_graph(
            ROLE, folder / _NETWORK, files.content[_NETWORK], {"ids", "cases", "words"}, _OUTPUTS
        )
        self._decoder = Decoder(labels)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")
        self._read: tuple[str, Encoding] | None = None  # what `split` read last and left whole

    def submit(self, text: str) -> Future[Encoded]:
        """Encode one text of at most 512 sub-tokens on a thread of the pool."""
        read, self._read = self._read, None
        found = read[1] if read and read[0] == text else None
        return self._pool.submit(self.encode_one, text, found)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode texts, each alone, in order."""
        return list(self._pool.map(self.encode_one, texts))

    def encode_one(self, text: str, found: Encoding | None = None) -> Encoded:
        """Encode one text on this thread; what exceeds 512 sub-tokens is not seen."""
        piece = piece_of(text, found or self._tokenizer.encode(text))
        return self._decoder.decode(piece, self._run(piece, _OUTPUTS))

    def outputs(self, text: str, names: Sequence[str]) -> list[Any]:
        """Give raw outputs of the graph, for measuring."""
        return self._run(self.piece(text), names)

    def piece(self, text: str) -> Piece:
        """Give a text's sub-tokens and words, for measuring."""
        return piece_of(text, self._tokenizer.encode(text))

    def count(self, text: str) -> int:
        """Count the sub-tokens of a text, special ones included."""
        return len(self._tokenizer.encode(text))

    def split(self, text: str, limit: int = PASSAGE) -> list[tuple[int, int]]:
        """Cut a text into passages of at most `limit` sub-tokens, at sentence borders if it can."""
        found = self._tokenizer.encode(text)
        if len(found) <= limit:
            self._read = (text, found)
            return [(0, len(text))] if text.strip() else []
        return _passages(text, found.offsets[1:-1], found.word_ids[1:-1], limit - 2)

    def close(self) -> None:
        """End the pool's threads."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, piece: Piece, names: Sequence[str]) -> list[Any]:
        result: list[Any] = self._session.run(names, piece.feed())
        return result


def piece_of(text: str, found: Encoding) -> Piece:
    """Give a text's sub-tokens and words; what exceeds 512 sub-tokens is left out."""
    ids, offsets, words = found.ids, found.offsets, found.word_ids
    if len(ids) > MAXIMUM:
        ids = [*ids[: MAXIMUM - 1], ids[-1]]
        offsets = [*offsets[: MAXIMUM - 1], offsets[-1]]
        words = [*words[: MAXIMUM - 1], None]
    begins = (i for i, word in enumerate(words) if word is not None and word != words[i - 1])
    return Piece(text, ids, offsets, [0, *begins])


def _passages(
    text: str, offsets: list[tuple[int, int]], words: list[int | None], room: int
) -> list[tuple[int, int]]:
    """Fill passages with whole sentences; a sentence that is too long is cut between words."""
    spans: list[tuple[int, int]] = []
    begin = 0
    while begin < len(offsets):
        end = full = min(begin + room, len(offsets))
        if full < len(offsets):
            starts = [i for i in range(full, begin, -1) if words[i] != words[i - 1]] or [full]
            end = next((i for i in starts if _sentence_ends(text, offsets, i)), starts[0])
        spans.append((offsets[begin][0], offsets[end - 1][1]))
        begin = end
    return spans


def _sentence_ends(text: str, offsets: list[tuple[int, int]], i: int) -> bool:
    """Say whether a sentence ends between sub-tokens i - 1 and i."""
    end, begin = offsets[i - 1][1], offsets[i][0]
    gap = text[end:begin]
    return "\n" in gap or (text[end - 1] in _STOPS and (gap != "" or text[end - 1] in "。!?"))
