"""What is left of a trained encoder with fewer layers, or with narrower ones: `python -m
models.training.thinner --checkpoint FILE --data DIR --original DIR --layers 5 --to FILE`.

What is left out is what the trunk's last states miss least; train on from the outcome with
`train --start`. Units of a feed-forward part go by how much they add over some texts.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as f

from models.training.export import heard, load
from models.training.network import Encoder

Passes = list[Callable[[], list[Tensor]]]


@torch.no_grad()
def fewer(network: Encoder, passes: Passes) -> tuple[nn.ModuleList, float]:
    """Give the layers without the one whose absence turns the mean state least, and that cosine."""
    trunk = network.trunk
    whole, every = [one()[-1].mean(1) for one in passes], list(trunk.layers)
    found = []
    for gone in range(len(every)):
        trunk.layers = nn.ModuleList(every[:gone] + every[gone + 1 :])
        cosines = [f.cosine_similarity(mean, one()[-1].mean(1)) for mean, one in zip(whole, passes)]
        found.append((float(torch.cat(cosines).mean()), gone))
    cosine, gone = max(found)
    trunk.layers = nn.ModuleList(every)
    return nn.ModuleList(every[:gone] + every[gone + 1 :]), cosine


@torch.no_grad()
def narrow(network: Encoder, passes: Passes, feed: int) -> None:
    """Keep the `feed` units of every layer that add most to what it gives."""
    hooks, sums = [], []
    for layer in network.trunk.layers:
        total = torch.zeros(layer.down.in_features)
        sums.append(total)

        def hear(_: nn.Module, given: tuple[Tensor], total: Tensor = total) -> None:
            total += given[0].flatten(0, -2).abs().sum(0)

        hooks.append(layer.down.register_forward_pre_hook(hear))
    for one in passes:
        one()
    for hook in hooks:
        hook.remove()
    for layer, total in zip(network.trunk.layers, sums, strict=True):
        kept = (total * layer.down.weight.norm(dim=0)).topk(feed).indices.sort().values
        layer.up = linear(layer.up.weight[kept], layer.up.bias[kept])
        layer.down = linear(layer.down.weight[:, kept], layer.down.bias)


def linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight.data.copy_(weight)
    made.bias.data.copy_(bias)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--original", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--layers", type=int, help="how many are kept")
    parser.add_argument("--feed", type=int, help="units of every layer's feed-forward part")
    parser.add_argument("--to", type=Path, required=True)
    args = parser.parse_args()
    network, _ = load(args.checkpoint)
    passes = list(heard(network, args.data, args.original))
    while args.layers and len(network.trunk.layers) > args.layers:
        network.trunk.layers, cosine = fewer(network, passes)
        print(f"{len(network.trunk.layers)} layers, cosine {cosine:.4f}")
    if args.feed:
        narrow(network, passes, args.feed)
    torch.save({"network": network.state_dict(), "step": 0}, args.to)


if __name__ == "__main__":
    main()
