"""How the layers of standing instructions are put into an exported graph, where it has its own."""

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

MIXES, OURS = "mixes", 3  # the graph's mixtures of layers, and which of them is ours
SIDES, CORE = "order_sides", "core_3"


def heard(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    """Open a graph so that it tells only what its upper layers say of words."""
    (mixed,) = (node for node in model.graph.node if MIXES in node.input)
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    del shown.graph.output[:]
    shown.graph.output.append(onnx.ValueInfoProto(name=mixed.input[1]))
    return onnxruntime.InferenceSession(shown.SerializeToString())


def put(
    model: onnx.ModelProto,
    shares: np.ndarray,
    sides: np.ndarray,
    bias: np.ndarray,
    core: np.ndarray,
) -> None:
    """Write the layers into a graph as its export would round them; nothing else changes.

    Args:
        shares: of the mixture, [layers]; `sides`, `bias` and `core` are [out, in], [out] and [out, in].
    """
    arrays = {part.name: part for part in model.graph.initializer}
    mixes = numpy_helper.to_array(arrays[MIXES]).copy()
    mixes[OURS] = shares
    new = {MIXES: mixes, f"{SIDES}.bias": bias}
    for name, weight in ((SIDES, sides), (CORE, core)):
        (node,) = (node for node in model.graph.node if node.name == f"/{name}/MatMul_quant")
        whole, scale = rounded(weight)
        new |= {node.input[1]: whole, node.input[1].replace("_quantized", "_scale"): scale}
    for name, array in new.items():
        old = numpy_helper.to_array(arrays[name])
        if (old.shape, old.dtype) != (array.shape, array.dtype):
            raise ValueError(f"{name} is {old.dtype} {old.shape}, not {array.dtype} {array.shape}")
        arrays[name].CopyFrom(numpy_helper.from_array(array, name))


def rounded(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give [out, in] weights as int8, [in, out], and the scale of each output."""
    scale = np.abs(weight).max(1) / np.float32(127)
    scale[scale == 0] = 1
    return np.rint(weight / scale[:, None]).astype(np.int8).T.copy(), scale
