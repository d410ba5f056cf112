"""Small networks that read pairs of texts and write texts, as exporters lay them out."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.small_models import OPSET, WORDS, Says, network, table, tokenizer


def generator(
    folder: Path,
    *,
    copies: float = 0.0,
    after: Says = MappingProxyType({}),
    before: Says = MappingProxyType({}),
) -> Path:
    """Write an encoder-decoder as exporters do, with a cache, in three networks.

    `copies` is how much the next word of the text that was read counts, `after` what the last word
    says of the next one, `before` what the word before that says, which only the cache knows.
    """
    width = len(WORDS)
    inputs = ("input_ids", "attention_mask")
    network(folder, np.eye(width, dtype=np.float32), inputs=inputs)
    (folder / "model.onnx").rename(folder / "encoder_model.onnx")
    constants = [
        numpy_helper.from_array(table(after, width), "after"),
        numpy_helper.from_array(table(before, width), "before"),
        numpy_helper.from_array(np.array(copies, np.float32), "copies"),
        *(numpy_helper.from_array(np.array([i], np.int64), f"i{i}") for i in (0, 1, 2, 3)),
        numpy_helper.from_array(np.array([0, 0, 1, 1], np.int64), "column"),
    ]
    add = helper.make_node
    told = [
        add("Gather", ["after", "input_ids"], ["follows"]),
        add("Cast", ["input_ids"], ["number"], to=TensorProto.FLOAT),
        add("Unsqueeze", ["number", "axes"], ["key"]),
    ]
    constants.append(numpy_helper.from_array(np.array([1, 3], np.int64), "axes"))
    first = [
        *told,
        add("Unsqueeze", ["encoder_hidden_states", "i1"], ["present.0.encoder.key"]),
        add("Gather", ["encoder_hidden_states", "i1"], ["source"], axis=1),
        add("Mul", ["source", "copies"], ["copied"]),
        add("Add", ["copied", "follows"], ["logits"]),
        add("Identity", ["key"], ["present.0.decoder.key"]),
    ]
    states, keys = "past_key_values.0.encoder.key", "past_key_values.0.decoder.key"
    next_ = [
        *told,
        add("Shape", [keys], ["written"], start=2, end=3),
        add("Add", ["written", "i1"], ["wanted"]),
        add("Shape", [states], ["long"], start=2, end=3),
        add("Sub", ["long", "i1"], ["last"]),
        add("Min", ["wanted", "last"], ["place"]),
        add("Gather", [states, "place"], ["sources"], axis=2),
        add("Squeeze", ["sources", "i1"], ["source"]),
        add("Mul", ["source", "copies"], ["copied"]),
        add("Sub", ["written", "i1"], ["end"]),
        add("Gather", [keys, "end"], ["earlier"], axis=2),
        add("Cast", ["earlier"], ["word"], to=TensorProto.INT64),
        add("Squeeze", ["word", "two"], ["words"]),
        add("Gather", ["before", "words"], ["preceded"]),
        add("Sum", ["copied", "follows", "preceded"], ["logits"]),
        add("Concat", [keys, "key"], ["present.0.decoder.key"], axis=2),
    ]
    constants.append(numpy_helper.from_array(np.array([2, 3], np.int64), "two"))
    both = {"input_ids": TensorProto.INT64, "encoder_attention_mask": TensorProto.INT64}
    reads = {"encoder_hidden_states": TensorProto.FLOAT}
    cached = {states: TensorProto.FLOAT, keys: TensorProto.FLOAT}
    for name, nodes, given, gives in (
        ("decoder_model", first, both | reads, ("logits", "present.0.encoder.key")),
        ("decoder_with_past_model", next_, both | cached, ("logits",)),
    ):
        graph = helper.make_graph(
            nodes,
            name,
            [helper.make_tensor_value_info(part, kind, None) for part, kind in given.items()],
            [
                helper.make_tensor_value_info(part, TensorProto.FLOAT, None)
                for part in (*gives, "present.0.decoder.key")
            ],
            constants,
        )
        opset = helper.make_opsetid("", OPSET)
        made = helper.make_model(graph, opset_imports=[opset], ir_version=9)
        onnx.save(made, folder / f"{name}.onnx")
    content = {"decoder_start_token_id": 1, "eos_token_id": 2}
    (folder / "config.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


READER_ROLES = ("reranker", "answerer", "nli")


def reader(models: Path, *, least: float = 0.5, outputs: Sequence[str] = ()) -> Path:
    """Write a bundled reader and its manifest: good texts answer, names are the words that do.

    "good" entails and "bad" contradicts; with `outputs`, only those are there.
    """
    says = {
        # relevance, answered, start, end, entails, neutral, contradicts
        "Ana": [0.0, 0.0, 5.0, 5.0, 0.0, 0.0, 0.0],
        "Lisbon": [0.0, 0.0, 7.0, 7.0, 0.0, 0.0, 0.0],
        "good": [3.0, 4.0, 0.0, 0.0, 4.0, 0.0, 0.0],
        "bad": [-3.0, -4.0, 0.0, 0.0, 0.0, 0.0, 4.0],
    }
    parts = {"relevance": (0, 1), "answered": (1, 2), "span": (2, 4), "says": (4, 7)}
    last = {"relevance": "Sigmoid", "answered": "Sigmoid", "says": "Softmax"}
    constants = [
        numpy_helper.from_array(table(says, 7), "rows"),
        numpy_helper.from_array(np.zeros((2, 7), np.float32), "types"),
        numpy_helper.from_array(np.array([1], np.int64), "words"),
        numpy_helper.from_array(np.array([-1], np.int64), "flat"),
    ]
    nodes = [
        helper.make_node("Gather", ["rows", "ids"], ["found"]),
        helper.make_node("Gather", ["types", "sides"], ["type"]),
        helper.make_node("Add", ["found", "type"], ["each"]),
        helper.make_node("ReduceSum", ["each", "words"], ["all"], keepdims=0),
    ]
    for name, (begin, end) in parts.items():
        places = np.arange(begin, end, dtype=np.int64)
        constants.append(numpy_helper.from_array(places, f"{name}_at"))
        source, axis = ("each", 2) if name == "span" else ("all", 1)
        out = name if name == "span" else f"{name}_sum"
        nodes.append(helper.make_node("Gather", [source, f"{name}_at"], [out], axis=axis))
        if name == "says":
            nodes.append(helper.make_node(last[name], [out], [name], axis=-1))
        elif name != "span":
            nodes.append(helper.make_node("Reshape", [out, "flat"], [f"{name}_flat"]))
            nodes.append(helper.make_node(last[name], [f"{name}_flat"], [name]))
    graph = helper.make_graph(
        nodes,
        "reader",
        [helper.make_tensor_value_info(n, TensorProto.INT64, [1, "n"]) for n in ("ids", "sides")],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs or parts],
        constants,
    )
    folder = models / "reader"
    folder.mkdir(parents=True, exist_ok=True)
    opset = helper.make_opsetid("", OPSET)
    made = helper.make_model(graph, opset_imports=[opset], ir_version=9)
    onnx.save(made, folder / "reader.onnx")
    tokenizer(folder)
    labels = {"says": ["entailment", "neutral", "contradiction"], "least": least}
    (folder / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    listed(models, "reader", READER_ROLES)
    return folder


def listed(models: Path, name: str, roles: Sequence[str]) -> None:
    """Add a bundled model and its roles to the manifest of a folder."""
    file = models / "manifest.json"
    old = json.loads(file.read_text()) if file.exists() else {"roles": {}, "models": {}}
    files = {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted((models / name).iterdir())
    }
    whole = hashlib.sha256("".join(files.values()).encode()).hexdigest()
    old["roles"] |= dict.fromkeys(roles, name)
    old["models"][name] = {"files": files, "digest": whole}
    file.write_text(json.dumps(old), encoding="utf-8")
