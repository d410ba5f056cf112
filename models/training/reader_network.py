"""Which network gives every output of the reader in one pass over a pair of texts."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from models.training.network import HIDDEN, Trunk, load_trunk

FROZEN = 2  # the lowest layers stay as they are: half the cost of training them buys more pairs
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

    def summary(self, x: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """Compare the means of both sides: what the original learned is what they have in common."""
        a, b = mean(x, first), mean(x, second)
        both = torch.cat((x[:, 0], a, b, (a - b).abs(), a * b), -1)
        return nn.functional.gelu(self.pair(both))

    def forward(self, ids: Tensor, sides: Tensor, mask: Tensor) -> dict[str, Tensor]:
        x = self.trunk(ids, sides, mask)[-1]
        second = sides.to(x.dtype)
        summary = self.summary(x, mask.to(x.dtype) - second, second)
        return {
            "span": self.span(x),
            "relevance": self.relevance(summary)[:, 0],
            "answered": self.answered(summary)[:, 0],
            "says": self.says(summary),
        }


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
    """Leave embeddings and the lowest layers as they are."""
    trunk = network.trunk
    for part in (trunk.word, trunk.position, trunk.case, trunk.norm, *trunk.layers[:FROZEN]):
        part.requires_grad_(False)
