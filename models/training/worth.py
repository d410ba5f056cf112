"""Train the network that says how likely a memory is to be asked for again, and write it as ONNX.

    python -m models.training.worth --data DIR

runs in the project's own environment (numpy and onnx) and takes some minutes. Sessions are those of
benches/needs.py: made-up lives, what ten users of MemoryBank said, and two thirds of MADial-Bench's
dialogues. What `python -m benches promotion` measures on is none of it: other seeds, the other users
and dialogues, and LoCoMo, which nothing here reads.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from agents.worth import FEATURES
from benches import needs
from benches.trial import new

BUNDLED = Path(__file__).parents[1] / "worth"
FILE = "worth.onnx"
SEEDS = range(100, 154)  # of the lives; every sixth is left out of the training to stop by
HIDDEN = 16
STEPS = 4000
BATCH = 1024
RATE = 3e-3
SEED = 7
AT = 0.7  # the decider's threshold
RIGHT = 0.9  # of what reaches it


def pools(memory, data):
    """Give what the lives are made of, by name."""
    return {
        "chatter": needs.chatter(memory, seed=41, count=3000),
        "memorybank": needs.memorybank(memory, data / "memorybank", slice(0, 10)),
        "madial": needs.madial(memory, data / "madial_bench_en", slice(0, 107)),
    }


def lives(found):
    """Let memories be needed in many lives, each pool in turn; give those to learn from, and by
    pool those held out."""
    learned, held_out = [], {}
    for seed in SEEDS:
        name = list(found)[seed % len(found)]
        seen = needs.looks(found[name], seed)
        out = (seed // len(found)) % 6 == 0
        (held_out.setdefault(name, []) if out else learned).append(seen)
        print(f"life {seed} of {name}: {len(seen.later):,} looks, {seen.later.mean():.3f} needed")
    return joined(learned), {name: joined(seen) for name, seen in held_out.items()}


def joined(seen):
    """Put the looks of several lives together: log(1 + features), and whether asked for later."""
    features = np.concatenate([one.features for one in seen])
    return np.log1p(features), np.concatenate([one.later for one in seen])


def trained(inputs, later, held_out):
    """Train by Adam on cross-entropy; give the weights that did best on the lives held out."""
    chance = np.random.default_rng(SEED)
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0)
    if spread.min() < 0.01:
        raise ValueError(
            f"{FEATURES[int(spread.argmin())]} is the same everywhere: it tells nothing"
        )
    weights = [
        chance.normal(size=(len(FEATURES), HIDDEN)) * (2 / len(FEATURES)) ** 0.5,
        np.zeros(HIDDEN),
        chance.normal(size=HIDDEN) * (1 / HIDDEN) ** 0.5,
        np.zeros(1),
    ]
    first, second = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    best = (np.inf, weights)
    for step in range(1, STEPS + 1):
        rows = chance.integers(0, len(later), BATCH)
        x = (inputs[rows] - mean) / spread
        units = np.maximum(x @ weights[0] + weights[1], 0)
        error = (1 / (1 + np.exp(-(units @ weights[2] + weights[3]))) - later[rows]) / BATCH
        back = np.outer(error, weights[2]) * (units > 0)
        slopes = [x.T @ back, back.sum(axis=0), units.T @ error, error.sum(keepdims=True)]
        rate = RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        for i, slope in enumerate(slopes):
            first[i] = 0.9 * first[i] + 0.1 * slope
            second[i] = 0.999 * second[i] + 0.001 * slope**2
            up = first[i] / (1 - 0.9**step)
            weights[i] = weights[i] - rate * up / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
        if step % 200 == 0:
            loss = cross_entropy(weights, mean, spread, *held_out)
            best = min(best, (loss, [w.copy() for w in weights]), key=lambda pair: pair[0])
            print(f"step {step}: {loss:.4f} on lives held out")
    hidden, bias, out, last = best[1]
    # The scaling goes into the first layer, so that it takes log(1 + feature).
    return hidden / spread[:, None], bias - (mean / spread) @ hidden, out, last


def cautious(weights, held_out):
    """Lower the scores until nine of ten that reach 0.7 are asked for, in held-out lives of every
    kind."""
    hidden, bias, out, last = weights
    for lower in np.arange(0, 6, 0.05):
        right = []
        for name, (inputs, later) in held_out.items():
            odds = np.maximum(inputs @ hidden + bias, 0) @ out + last - lower
            chosen = odds >= np.log(AT / (1 - AT))
            right.append((later[chosen].sum() + 1) / (chosen.sum() + 1))
        if min(right) >= RIGHT:
            break
    print(f"scores lowered by {lower:.2f} before the logistic: {np.round(right, 3)} right")
    return hidden, bias, out, last - lower


def cross_entropy(weights, mean, spread, inputs, later):
    """Give the mean loss on some looks."""
    units = np.maximum((inputs - mean) / spread @ weights[0] + weights[1], 0)
    odds = units @ weights[2] + weights[3]
    return float(np.mean(np.logaddexp(0, odds) - odds * later))


def written(weights, most, folder):
    """Write the network as ONNX, its numbers also as metadata, which the decider reads."""
    hidden, bias, out, last = (np.round(w, 6) for w in weights)
    numbers = {
        "features": list(FEATURES),
        "hidden": np.vstack([hidden, bias]).T.tolist(),
        "out": [*out.tolist(), float(last[0])],
        "most": most.tolist(),
    }
    constants = {
        "one": np.float32(1),
        "most": most.astype("f4"),
        "hidden": hidden.astype("f4"),
        "bias": bias.astype("f4"),
        "out": out.astype("f4")[:, None],
        "last": last.astype("f4"),
    }
    graph = helper.make_graph(
        [
            helper.make_node("Min", ["features", "most"], ["bounded"]),
            helper.make_node("Add", ["bounded", "one"], ["more"]),
            helper.make_node("Log", ["more"], ["logs"]),
            helper.make_node("Gemm", ["logs", "hidden", "bias"], ["units"]),
            helper.make_node("Relu", ["units"], ["active"]),
            helper.make_node("Gemm", ["active", "out", "last"], ["odds"]),
            helper.make_node("Sigmoid", ["odds"], ["score"]),
        ],
        "worth",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", len(FEATURES)])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {"network": json.dumps(numbers)})
    onnx.checker.check_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(model.SerializeToString(deterministic=True))


def described(folder, looks):
    """Say in the manifest what the file is."""
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    manifest = folder.parent / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["roles"]["promotion"] = "worth"
    content["models"]["worth"] = {
        "folder": folder.name,
        "digest": digest,
        "files": {FILE: digest},
        "licence": "Apache-2.0",
        "origin": "trained here from random weights",
        "training": {
            "command": "python -m models.training.worth --data DIR",
            "seed": SEED,
            "steps": STEPS,
            "lives": len(SEEDS),
            "looks": looks,
        },
        "metrics": content["models"].get("worth", {}).get("metrics", {}),
    }
    manifest.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main():
    """Train, write and describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=BUNDLED)
    options = parser.parse_args()
    with new(promotion="rules") as memory:
        found = pools(memory, options.data)
    (inputs, later), held_out = lives(found)
    rest = [np.concatenate(part) for part in zip(*held_out.values())]
    print(f"{len(later):,} looks to learn from, {len(rest[1]):,} held out")
    weights = cautious(trained(inputs, later, rest), held_out)
    written(weights, np.round(np.expm1(inputs.max(axis=0)), 6), options.out)
    described(options.out, len(later))


if __name__ == "__main__":
    main()
