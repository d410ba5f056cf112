"""Which network gives every output of the reader in one pass over a pair of texts."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from models.training.network import HEADS, HIDDEN, Layer, Trunk, load_trunk

WIDTH = 384
LABELS = 3


class Reader(nn.Module):
    """The trunk over "[CLS] first [SEP] second [SEP]", and what is read from it.

    The trunk's third embedding, which tells the encoder letter cases, tells the sides apart here.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.span = nn.Linear(HIDDEN, 2)
        self.pair = nn.Linear(5 * HIDDEN, WIDTH)
        self.relevance = nn.Linear(WIDTH, 1)
        self.answered = nn.Linear(WIDTH, 1)
        self.says = nn.Linear(WIDTH, LABELS)
        self.drop = nn.Dropout(0.1)

    def summary(self, x: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """Compare the means of both sides: what the original learned is what they have in common."""
        a, b = mean(x, first), mean(x, second)
        both = torch.cat((x[:, 0], a, b, (a - b).abs(), a * b), -1)
        return self.drop(nn.functional.gelu(self.pair(both)))

    def states(self, ids: Tensor, sides: Tensor, mask: Tensor) -> Tensor:
        """Run the trunk over the sub-tokens alone: padding, a quarter of a batch, costs no product."""
        trunk, inside = self.trunk, mask.bool()
        places = torch.arange(ids.shape[1]).expand_as(ids)[inside]
        x = trunk.word(ids[inside]) + trunk.position(places) + trunk.case(sides[inside])
        x = self.drop(trunk.norm(x))
        for layer in trunk.layers:
            x = packed(layer, x, inside, self.drop)
        return spread(x, inside)

    def forward(self, ids: Tensor, sides: Tensor, mask: Tensor) -> dict[str, Tensor]:
        x = self.states(ids, sides, mask)
        second = sides.to(x.dtype)
        summary = self.summary(x, mask.to(x.dtype) - second, second)
        return {
            "span": self.span(x),
            "relevance": self.relevance(summary)[:, 0],
            "answered": self.answered(summary)[:, 0],
            "says": self.says(summary),
        }


def spread(x: Tensor, inside: Tensor) -> Tensor:
    """Put [sub-tokens, width] where `inside` is true, and zeros elsewhere."""
    whole = x.new_zeros(inside.numel(), x.shape[-1])
    return whole.index_copy(0, inside.flatten().nonzero()[:, 0], x).reshape(*inside.shape, -1)


def packed(layer: Layer, x: Tensor, inside: Tensor, drop: nn.Module) -> Tensor:
    """Run a layer over sub-tokens of several pairs, each attending to its own pair's."""
    heads = lambda t: spread(t, inside).unflatten(-1, (HEADS, -1)).transpose(1, 2)
    q, k, v = (heads(part(x)) for part in (layer.query, layer.key, layer.value))
    mixed = nn.functional.scaled_dot_product_attention(q, k, v, inside[:, None, None, :])
    x = layer.norm1(x + drop(layer.out(mixed.transpose(1, 2).flatten(2)[inside])))
    return layer.norm2(x + drop(layer.down(nn.functional.gelu(layer.up(x)))))


def mean(x: Tensor, inside: Tensor) -> Tensor:
    """Average the states where `inside` is one."""
    return (x * inside.unsqueeze(-1)).sum(1) / inside.sum(1, keepdim=True).clamp_min(1.0)


def load_original(network: Reader, folder: Path) -> None:
    """Copy the weights of all-MiniLM-L6-v2 from `folder/model.safetensors` into the trunk."""
    old = load_file(str(folder / "model.safetensors"))
    load_trunk(network.trunk, old)
    kinds = {name.removeprefix("bert."): value for name, value in old.items()}
    sides = kinds["embeddings.token_type_embeddings.weight"]
    network.trunk.case.weight.data.zero_()
    network.trunk.case.weight.data[1] = sides[1] - sides[0]


def freeze(network: Reader) -> None:
    """Leave the embeddings of words and positions as they are."""
    for part in (network.trunk.word, network.trunk.position):
        part.requires_grad_(False)
