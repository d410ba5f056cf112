"""Small ONNX checkpoints that behave like real ones: a table of what every word says."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

WORDS = (
    "[UNK]", "[CLS]", "[SEP]", "Ana", "Lisbon", "New", "York", "lives", "in", "good", "bad", "?",
)  # fmt: skip
OPSET = 17

Says = Mapping[str, Sequence[float]]


def tokenizer(folder: Path) -> None:
    """Write a tokenizer of whole words with the marks that BERT puts around texts."""
    made = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token=WORDS[0]))
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    made.save(str(folder / "tokenizer.json"))


def table(says: Says, width: int) -> np.ndarray:
    """Give a row for every word: what it says, or nothing."""
    return np.array([says.get(word, [0.0] * width) for word in WORDS], np.float32)


INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def network(  # noqa: PLR0913 - what differs between exports
    folder: Path,
    rows: np.ndarray,
    *,
    summed: bool = False,
    shape: Sequence[int] = (1, -1),
    inputs: Sequence[str] = INPUTS,
    outputs: int = 1,
) -> None:
    """Write model.onnx: the rows of the words, as they are or summed over the text."""
    nodes = [helper.make_node("Gather", ["rows", "input_ids"], ["found"])]
    constants = [numpy_helper.from_array(rows, "rows")]
    if "attention_mask" in inputs:
        constants.append(numpy_helper.from_array(np.array([2], np.int64), "last"))
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["ones"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["ones", "last"], ["column"]),
            helper.make_node("Mul", ["found", "column"], ["seen"]),
        ]
    else:
        nodes.append(helper.make_node("Identity", ["found"], ["seen"]))
    if "token_type_ids" in inputs:
        constants.append(numpy_helper.from_array(np.zeros((2, rows.shape[1]), np.float32), "types"))
        nodes += [
            helper.make_node("Gather", ["types", "token_type_ids"], ["type"]),
            helper.make_node("Add", ["seen", "type"], ["out0" if not summed else "added"]),
        ]
    else:
        nodes.append(helper.make_node("Identity", ["seen"], ["out0" if not summed else "added"]))
    if summed:
        constants += [
            numpy_helper.from_array(np.array([1], np.int64), "words"),
            numpy_helper.from_array(np.array(shape, np.int64), "shape"),
        ]
        nodes += [
            helper.make_node("ReduceSum", ["added", "words"], ["sum"], keepdims=0),
            helper.make_node("Reshape", ["sum", "shape"], ["out0"]),
        ]
    if outputs > 1:  # start and end: the columns of the rows
        nodes += [helper.make_node("Split", ["out0"], ["a", "b"], axis=2, num_outputs=2)]
        constants.append(numpy_helper.from_array(np.array([2], np.int64), "axis"))
        nodes += [
            helper.make_node("Squeeze", ["a", "axis"], ["start"]),
            helper.make_node("Squeeze", ["b", "axis"], ["end"]),
        ]
    names = ["start", "end"] if outputs > 1 else ["out0"]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names],
        constants,
    )
    opset = 18 if outputs > 1 else OPSET
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(made, folder / "model.onnx")
    tokenizer(folder)


def config(folder: Path, labels: Sequence[str]) -> None:
    """Write config.json with the labels."""
    content = {"id2label": {str(i): label for i, label in enumerate(labels)}}
    (folder / "config.json").write_text(json.dumps(content), encoding="utf-8")


def ner(folder: Path, inputs: Sequence[str] = INPUTS) -> Path:
    """Write a token classifier that knows Ana, Lisbon and New York."""
    labels = ("O", "B-PER", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
    rows = np.zeros((len(WORDS), len(labels)), np.float32)
    rows[:, 0] = 1
    for word, label in (("Ana", 1), ("Lisbon", 2), ("New", 2), ("York", 3)):
        rows[WORDS.index(word), label] = 9
    network(folder, rows, inputs=inputs)
    config(folder, labels)
    return folder


def classifier(folder: Path, labels: Sequence[str] = ("NEGATIVE", "POSITIVE")) -> Path:
    """Write a sequence classifier to which good and bad decide between the first two labels."""
    width = len(labels)
    says = {"bad": [4.0, *[0.0] * (width - 1)], "good": [*[0.0] * (width - 1), 4.0]}
    network(folder, table(says, width), summed=True)
    config(folder, labels)
    return folder


def cross_encoder(folder: Path, shape: Sequence[int]) -> Path:
    """Write a cross-encoder of an output shape; good texts are relevant, bad ones are not."""
    wide = shape[-1] == 2 and len(shape) > 1
    says = {"good": [-3.0, 3.0], "bad": [3.0, -3.0]} if wide else {"good": [3.0], "bad": [-3.0]}
    network(folder, table(says, 2 if wide else 1), summed=True, shape=shape)
    return folder


def embedder(folder: Path, width: int, inputs: Sequence[str] = INPUTS) -> Path:
    """Write an embedding model in which words point in directions of their own."""
    rows = np.random.default_rng(7).standard_normal((len(WORDS), width)).astype(np.float32)
    network(folder, rows, inputs=inputs)
    return folder


def answerer(folder: Path) -> Path:
    """Write an extractive answerer to which names are answers."""
    says = {"Ana": [5.0, 5.0], "Lisbon": [7.0, 7.0], "[CLS]": [1.0, 1.0]}
    network(folder, table(says, 2), outputs=2)
    return folder


def apart(folder: Path, weights: str = "model.onnx_data") -> Path:
    """Move the weights of model.onnx into a file beside it, as exporters of large networks do."""
    file = folder / "model.onnx"
    made = onnx.load(file)
    file.unlink()
    onnx.save_model(made, file, save_as_external_data=True, location=weights, size_threshold=64)
    return folder / weights
