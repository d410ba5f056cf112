from pathlib import Path

import numpy as np
import onnx
import pytest

from benches.graphs import cut, float_folder, in_batches, in_float
from infra.models.bundled_files import open_graph
from infra.models.onnx_encoder import ROLE, OnnxEncoder, piece_of
from infra.settings import read_settings

SHIPPED = read_settings().models / "encoder"
SAID = [
    "Ana moved to Lisbon last month.",
    "What did we eat at the harbour?",
    "My sister's violin broke, so she borrowed the one that Goran had brought from Turin.",
]
TRUNK = ("ids", "cases")


@pytest.fixture(scope="module")
def shipped() -> onnx.ModelProto:
    return onnx.load(SHIPPED / "encoder.onnx")


def test_a_graph_in_float_multiplies_no_integers(shipped: onnx.ModelProto) -> None:
    before = shipped.ByteSize()
    kinds = {node.op_type for node in in_float(shipped).graph.node}
    assert not kinds & {"MatMulInteger", "DynamicQuantizeLinear"}
    assert shipped.ByteSize() == before


def test_a_graph_in_float_sees_nearly_what_the_shipped_one_sees(tmp_path: Path) -> None:
    encoders = [OnnxEncoder(f, 1) for f in (SHIPPED, float_folder(SHIPPED, tmp_path))]
    ours, theirs = ([one.encode_one(text) for text in SAID] for one in encoders)
    for one in encoders:
        one.close()
    cosines = [
        float(a.vector.astype(np.float32) @ b.vector.astype(np.float32))
        for a, b in zip(ours, theirs, strict=True)
    ]
    assert min(cosines) > 0.98
    assert max(cosines) < 1


def test_the_cut_trunk_gives_the_vectors_of_the_whole_graph(shipped: onnx.ModelProto) -> None:
    encoder = OnnxEncoder(SHIPPED, 1)
    trunk = in_batches(cut(shipped, TRUNK, ("embedding",)))
    session = open_graph(
        ROLE, SHIPPED / "encoder.onnx", trunk.SerializeToString(), set(TRUNK), ("embedding",)
    )
    feed = piece_of(SAID[0], encoder._tokenizer.encode(SAID[0])).feed()
    (alone,) = session.run(("embedding",), {name: feed[name] for name in TRUNK})
    (twice,) = session.run(("embedding",), {name: np.repeat(feed[name], 2, 0) for name in TRUNK})
    (whole,) = encoder.outputs(SAID[0], ["embedding"])
    encoder.close()
    assert np.array_equal(alone, whole)
    assert np.allclose(twice, np.repeat(whole, 2, 0), atol=1e-6)
