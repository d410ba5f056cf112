"""Which network gives every output of the encoder in one pass over a text."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from models.training import labels

HIDDEN, HEADS, LAYERS, FEED = 384, 12, 6, 1536
MIXED = 4  # layers, from the last down, that trees, names and facts may use
EARLY = 3  # the layer after which the fast names are read
ARC = 128
NEAR, NEAR_TREE = 128, 256  # features of a word among its neighbours, for spans and for trees


class Layer(nn.Module):
    """A transformer layer after BERT (Devlin et al. 2019): post-norm, erf GELU."""

    def __init__(self, feed: int = FEED) -> None:
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, feed)
        self.down = nn.Linear(feed, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        b, n = x.shape[0], x.shape[1]
        split = lambda t: t.reshape(b, n, HEADS, HIDDEN // HEADS).transpose(1, 2)
        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = q @ k.transpose(-1, -2) * (HIDDEN // HEADS) ** -0.5
        if bias is not None:
            scores = scores + bias
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, HIDDEN)
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.down(nn.functional.gelu(self.up(x))))


class Trunk(nn.Module):
    """all-MiniLM-L6-v2, with an embedding of letter case that starts at zero.

    Without dropout: what keeps the embedding equal to the original's regularises already, and noise
    in it would drown the gradients of the heads.
    """

    def __init__(self, layers: int = LAYERS, feed: int = FEED) -> None:
        super().__init__()
        self.word = nn.Embedding(30522, HIDDEN)
        self.position = nn.Embedding(512, HIDDEN)
        self.case = nn.Embedding(len(labels.CASES), HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(feed) for _ in range(layers))
        nn.init.zeros_(self.case.weight)

    def forward(self, ids: Tensor, cases: Tensor | None, mask: Tensor | None) -> list[Tensor]:
        """Give the states after every layer."""
        x = self.word(ids) + self.position.weight[: ids.shape[1]]
        if cases is not None:
            x = x + self.case(cases)
        x = self.norm(x)
        bias = None if mask is None else (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        states = []
        for layer in self.layers:
            x = layer(x, bias)
            states.append(x)
        return states


class Mix(nn.Module):
    """A weighted sum of the last layers' states; begins as the last layer alone.

    What names, trees and facts need is clearest in the middle, while the last layer must keep the
    embedding (scalar mix: Peters et al. 2018; where syntax lies: Tenney et al. 2019).
    """

    def __init__(self) -> None:
        super().__init__()
        share = [0.0] * (MIXED - 1) + [1.0]
        self.share = nn.ParameterList(nn.Parameter(torch.tensor(one)) for one in share)

    def forward(self, states: list[Tensor]) -> Tensor:
        return sum(w * x for w, x in zip(self.share, states[-MIXED:], strict=True))


class Near(nn.Module):
    """What a word and its two neighbours say: a convolution over three words, as one product."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.all = nn.Linear(HIDDEN, 3 * width, bias=False)
        self.bias = nn.Parameter(torch.zeros(width))
        self.drop = nn.Dropout(0.2)

    def forward(self, x: Tensor) -> Tensor:
        """Give [batch, words, width] for [batch, words, HIDDEN], which is zero behind the last."""
        before, here, after = self.all(x).split(len(self.bias), -1)
        pad = nn.functional.pad
        here = here + pad(before, (0, 0, 1, -1)) + pad(after, (0, 0, -1, 1))
        return self.drop(nn.functional.gelu(here + self.bias))


class Biaffine(nn.Module):
    """Scores of every (row, column) pair in `channels` relations (Dozat and Manning 2017)."""

    def __init__(self, channels: int, width: int, inputs: int = HIDDEN) -> None:
        super().__init__()
        self.row = nn.Linear(inputs, width)
        self.column = nn.Linear(inputs, width)
        self.core = nn.Linear(width + 1, channels * (width + 1), bias=False)
        self.channels, self.width = channels, width
        self.drop = nn.Dropout(0.2)
        nn.init.normal_(self.core.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        rows = self.drop(nn.functional.relu(self.row(x)))
        columns = self.drop(nn.functional.relu(self.column(x)))
        one = torch.ones_like(rows[..., :1])
        rows, columns = torch.cat((rows, one), -1), torch.cat((columns, one), -1)
        b, n, w = rows.shape
        mixed = self.core(rows).reshape(b, n * self.channels, w)
        scores = mixed @ columns.transpose(1, 2)
        return scores.reshape(b, n, self.channels, n)


class Spans(nn.Module):
    """Scores of (first word, kind, last word): whole names compete, as in Yu et al. 2020."""

    def __init__(self) -> None:
        super().__init__()
        self.near = Near(NEAR)
        self.pairs = Biaffine(len(labels.SPANS), 48, NEAR)

    def forward(self, x: Tensor) -> Tensor:
        return self.pairs(self.near(x))


class Parser(nn.Module):
    """Head scores of every word, and the relation to a given head; both of what `near` gives."""

    def __init__(self, arc: int = ARC, label: int = 48) -> None:
        super().__init__()
        self.near = Near(NEAR_TREE)
        self.arcs = Biaffine(1, arc, NEAR_TREE)
        self.dependent = nn.Linear(NEAR_TREE, label)
        self.governor = nn.Linear(NEAR_TREE, label)
        self.label = nn.Linear(label * label, len(labels.DEPRELS))
        self.alone = nn.Linear(2 * label, len(labels.DEPRELS))
        self.drop = nn.Dropout(0.2)

    def heads(self, x: Tensor) -> Tensor:
        return self.arcs(x)[:, :, 0, :]

    def relations(self, x: Tensor, heads: Tensor) -> Tensor:
        index = heads.unsqueeze(-1).expand(-1, -1, self.governor.out_features)
        above = torch.gather(self.drop(nn.functional.relu(self.governor(x))), 1, index)
        below = self.drop(nn.functional.relu(self.dependent(x)))
        product = (below.unsqueeze(-1) * above.unsqueeze(-2)).flatten(-2)
        return self.label(product) + self.alone(torch.cat((below, above), -1))


def beside(x: Tensor) -> Tensor:
    """Give [batch, words, 3 * HIDDEN]: what stands before a word, the word, what stands behind it."""
    pad = nn.functional.pad
    return torch.cat((pad(x, (0, 0, 1, -1)), x, pad(x, (0, 0, -1, 1))), -1)


def at_words(x: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Give the states of words' first sub-tokens, zero where a text has no more words."""
    index = batch["words"].unsqueeze(-1).expand(-1, -1, x.shape[-1])
    return x.gather(1, index) * batch["there"].unsqueeze(-1).to(x.dtype)


def unit(x: Tensor) -> Tensor:
    """Scale vectors to length one."""
    return x / ((x * x).sum(-1, keepdim=True) + 1e-12).sqrt()


class Encoder(nn.Module):
    """The trunk and all its heads."""

    def __init__(
        self, topics: int, arc: int = ARC, *, layers: int = LAYERS, feed: int = FEED
    ) -> None:
        super().__init__()
        self.trunk = Trunk(layers, feed)
        self.tokens = nn.Linear(HIDDEN, labels.WIDTH, bias=False)
        self.names_mix, self.tree_mix, self.facts_mix = Mix(), Mix(), Mix()
        self.spans, self.spans_fast = Spans(), Spans()
        self.relations = Biaffine(labels.ENDED + 1, 48, 3 * HIDDEN)
        self.instructs_mix, self.instructs = Mix(), Biaffine(3, 48, 3 * HIDDEN)
        self.parser = Parser(arc)
        self.sentence = nn.Linear(2 * HIDDEN, 256)
        self.intent = nn.Linear(256, len(labels.INTENTS))
        self.emotion = nn.Linear(256, len(labels.EMOTIONS))
        self.importance = nn.Linear(256, 1)
        self.topic = nn.Linear(256, topics)
        self.drop = nn.Dropout(0.1)

    @classmethod
    def like(cls, state: dict[str, Tensor]) -> "Encoder":
        """Give a network that weights fit into: as deep, as wide, with as many topics."""
        layers = sum(name.endswith(".up.weight") for name in state)
        feed = len(state["trunk.layers.0.up.bias"])
        return cls(len(state["topic.bias"]), layers=layers, feed=feed)

    def pooled(self, x: Tensor, mask: Tensor | None) -> Tensor:
        if mask is None:
            return x.mean(1)
        weights = mask.unsqueeze(-1).to(x.dtype)
        return (x * weights).sum(1) / weights.sum(1)

    def summary(self, x: Tensor, mean: Tensor) -> Tensor:
        both = torch.cat((x[:, 0], mean), -1)
        return self.drop(nn.functional.gelu(self.sentence(both)))


def load_original(network: Encoder, folder: Path) -> None:
    """Copy the weights of all-MiniLM-L6-v2 from `folder/model.safetensors` into the trunk."""
    load_trunk(network.trunk, load_file(str(folder / "model.safetensors")))


def load_trunk(trunk: Trunk, weights: dict[str, Tensor]) -> None:
    """Take over the weights of all-MiniLM-L6-v2 under the names of its own file."""
    old = {name.removeprefix("bert."): value for name, value in weights.items()}
    new = {
        "word.weight": old["embeddings.word_embeddings.weight"],
        # every text is segment 0, so its embedding is folded into the positions
        "position.weight": old["embeddings.position_embeddings.weight"]
        + old["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": old["embeddings.LayerNorm.weight"],
        "norm.bias": old["embeddings.LayerNorm.bias"],
        "case.weight": torch.zeros(len(labels.CASES), HIDDEN),
    }
    names = {
        "query": "attention.self.query", "key": "attention.self.key",
        "value": "attention.self.value", "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
        "down": "output.dense", "norm2": "output.LayerNorm",
    }  # fmt: skip
    for i in range(LAYERS):
        for mine, theirs in names.items():
            for part in ("weight", "bias"):
                new[f"layers.{i}.{mine}.{part}"] = old[f"encoder.layer.{i}.{theirs}.{part}"]
    trunk.load_state_dict(new)
