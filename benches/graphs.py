"""How a shipped graph is cut to a part of it, and how its products are turned back into float."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper, numpy_helper
from onnx.utils import Extractor

from models.training import manifest

_COPIED: Final = ("tokenizer.json", "labels.json")


def cut(model: ModelProto, inputs: Sequence[str], outputs: Sequence[str]) -> ModelProto:
    """Keep what leads from some inputs to some outputs."""
    return Extractor(model).extract_model(list(inputs), list(outputs))


def in_batches(model: ModelProto) -> ModelProto:
    """Let a graph of one text take several of equal length, where no node minds."""
    free = ModelProto()
    free.CopyFrom(model)
    for part in (*free.graph.input, *free.graph.output):
        part.type.tensor_type.shape.dim[0].dim_param = "texts"
    del free.graph.value_info[:]
    return free


def in_float(model: ModelProto) -> ModelProto:
    """Multiply floats by the dequantized weights, where activations were quantized at each run."""
    graph = model.graph
    inputs, outputs = ([part.name for part in parts] for parts in (graph.input, graph.output))
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made = {name: node for node in graph.node for name in node.output}
    user = {name: node for node in graph.node for name in node.input}  # of what has but one
    products, floats = {}, list(graph.initializer)
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            last, weights = _dequantized(node, made, user, tensors)
            name = f"{node.name}_float"
            floats.append(numpy_helper.from_array(weights, name))
            given = [made[node.input[0]].input[0], name]
            products[last.name] = helper.make_node("MatMul", given, last.output, name)
    nodes = [products.get(node.name, node) for node in graph.node]
    whole = helper.make_graph(
        nodes, graph.name, graph.input, graph.output, floats, value_info=graph.value_info
    )
    made_of = {"ir_version": model.ir_version, "opset_imports": model.opset_import}
    return cut(helper.make_model(whole, **made_of), inputs, outputs)


def _dequantized(
    product: NodeProto,
    made: dict[str, NodeProto],
    user: dict[str, NodeProto],
    tensors: dict[str, NDArray[Any]],
) -> tuple[NodeProto, NDArray[np.float32]]:
    """Give the node that ends a product of integers, and the product's weights [in, out]."""
    last = user[user[product.output[0]].output[0]]  # after the cast, the scaling
    scales = next(made[name] for name in last.input if made[name].op_type == "Mul")
    scale = next(tensors[name] for name in scales.input if name in tensors)
    _, weights, _, zero = product.input
    steps = tensors[weights].astype(np.float32) - tensors[zero].astype(np.float32)
    return last, steps * scale


def float_folder(shipped: Path, folder: Path, exported: Path | None = None) -> Path:
    """Write a model in FP32 as it is shipped, from an exported graph or from its own INT8 one."""
    made = folder / shipped.name
    made.mkdir(parents=True)
    for name in _COPIED:
        shutil.copyfile(shipped / name, made / name)
    network = f"{shipped.name}.onnx"
    graph = onnx.load(exported) if exported else in_float(onnx.load(shipped / network))
    onnx.save(graph, made / network)
    manifest.write(made, {})
    return made
