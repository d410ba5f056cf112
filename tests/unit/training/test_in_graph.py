"""Does a graph into which some layers are put say the same as before of everything else?"""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from infra.models.onnx_encoder import OnnxEncoder
from models.training.in_graph import CORE, SIDES, heard, put, rounded
from models.training.manifest import BUNDLED

TEXT = "From now on, use British spelling, Ana said."


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    return onnx.load(BUNDLED / "encoder.onnx")


@pytest.fixture(scope="module")
def feed() -> dict[str, np.ndarray]:
    encoder = OnnxEncoder(BUNDLED, 1)
    try:
        return encoder.piece(TEXT).feed()
    finally:
        encoder.close()


def said(model: onnx.ModelProto, feed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    names = [part.name for part in session.get_outputs()]
    return dict(zip(names, session.run(None, feed), strict=True))


def layers(model: onnx.ModelProto) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    arrays = {part.name: numpy_helper.to_array(part) for part in model.graph.initializer}
    factors = {node.name: node.input[1] for node in model.graph.node if len(node.input) > 1}
    found = [factors[f"/{name}/MatMul_quant"] for name in (SIDES, CORE)]
    scales = [arrays[name.replace("_quantized", "_scale")] for name in found]
    sides, core = ((arrays[n] * s).T for n, s in zip(found, scales, strict=True))
    return arrays["mixes"][3], sides, arrays[f"{SIDES}.bias"], core


def test_a_graph_takes_back_its_own_layers_unchanged(model: onnx.ModelProto) -> None:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    put(copy, *layers(copy))
    for old, new in zip(model.graph.initializer, copy.graph.initializer, strict=True):
        assert np.array_equal(numpy_helper.to_array(old), numpy_helper.to_array(new)), old.name


def test_only_instructions_are_told_apart_by_other_layers(
    model: onnx.ModelProto, feed: dict[str, np.ndarray]
) -> None:
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    shares, sides, bias, core = layers(model)
    put(changed, shares[::-1].copy(), sides[::-1].copy(), bias, core)
    before, after = said(model, feed), said(changed, feed)
    same = {name for name in before if np.array_equal(before[name], after[name])}
    assert same == set(before) - {"instructs"}


def test_layers_of_another_shape_are_refused(model: onnx.ModelProto) -> None:
    shares, sides, bias, core = layers(model)
    with pytest.raises(ValueError, match=r"order_sides\.bias"):
        put(model, shares, sides, bias[1:], core)


def test_what_is_mixed_is_what_a_graph_says_of_words(
    model: onnx.ModelProto, feed: dict[str, np.ndarray]
) -> None:
    (states,) = heard(model).run(None, feed)
    assert states.reshape(4, -1, 384).shape[1] == feed["words"].shape[1]


def test_an_output_without_weights_keeps_none() -> None:
    whole, scale = rounded(np.array([[0.0, 0.0], [1.0, -0.5]], np.float32))
    assert whole.T.tolist() == [[0, 0], [127, -64]]
    assert scale.tolist() == pytest.approx([1, 1 / 127])
