"""How far the outputs are from what is annotated; what nobody annotated costs nothing."""

import torch
from torch import Tensor
from torch.nn import functional as f

from models.training import labels

FAR = -1e4
SHARP = 12.0  # scores of texts for a question are up to twice a cosine


def ranked(scores: Tensor, gold: Tensor, valid: Tensor) -> Tensor:
    """Give the zero-bounded log-sum-exp pairwise ranking (Su et al. 2022) over all pairs.

    Positive pairs end above zero and all others below, whatever their numbers.

    Args:
        scores: [batch, rows, channels, columns], as `gold`; `valid` has or broadcasts to that shape.

    Returns:
        [batch, channels].
    """
    scores = scores.float()
    zero = torch.zeros_like(scores[:, 0, :, :1])
    flat = lambda x: torch.cat((x.permute(0, 2, 1, 3).flatten(2), zero), -1).logsumexp(-1)
    high = flat(scores.masked_fill(gold | ~valid, FAR))
    low = flat((-scores).masked_fill(~(gold & valid), FAR))
    return high + low


def spans(scores: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Rank the spans (first word, kind, last word) of every kind that somebody annotated."""
    known, said = batch["kinds"], batch["said"]
    if not known.any():
        return scores.sum() * 0
    width = scores.shape[1]
    upwards = torch.ones(width, width, dtype=torch.bool, device=scores.device).triu()
    valid = (said[:, :, None] & said[:, None, :] & upwards)[:, :, None, :]
    each = ranked(scores, batch["spans"], valid)
    return ((each * known).sum(-1))[known.any(-1)].mean()


def tags(logits: Tensor, gold: Tensor) -> Tensor:
    """Cross-entropy over the positions that have a label."""
    seen = gold >= 0
    return f.cross_entropy(logits.float()[seen], gold[seen]) if seen.any() else logits.sum() * 0


def relations(scores: Tensor, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Rank all pairs (subject, predicate, object); then say of the facts which have `ended`."""
    known = batch["known"]
    if not known.any():
        return scores.sum() * 0, scores.sum() * 0
    scores = scores.float()
    gold = batch["pairs"]
    valid = (batch["subjects"][:, :, None] & batch["objects"][:, None, :])[:, :, None, :]
    pairs, gold_pairs = scores[:, :, :-1], gold[:, :, :-1]
    each = ranked(pairs, gold_pairs, valid)
    loss = ((each * known[:, :-1]).sum(-1))[known.any(-1)].mean()
    facts = gold_pairs.any(2) & known[:, -1][:, None, None]
    if not facts.any():
        return loss, loss * 0
    ended = f.binary_cross_entropy_with_logits(
        scores[:, :, labels.ENDED][facts], gold[:, :, labels.ENDED][facts].float()
    )
    return loss, ended


def instructs(scores: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Rank (whose, first word) and (last word, first word) of instructions; say which ended.

    Args:
        scores: [batch, words, 3, words].
    """
    gold, there = batch["instructs"], batch["there"]
    valid = (there[:, :, None] & batch["said"][:, None, :])[:, :, None, :]
    loss = ranked(scores[:, :, :1], gold[:, :, :1], valid).mean()
    begins = gold[:, :, 0].any(1)
    if not begins.any():
        return loss
    width = scores.shape[1]
    behind = torch.ones(width, width, dtype=torch.bool, device=scores.device).tril()
    ends = (there[:, :, None] & begins[:, None, :] & behind)[:, :, None, :]
    loss = loss + ranked(scores[:, :, 1:2], gold[:, :, 1:2], ends).mean()
    pairs = gold[:, :, 0]
    ended = f.binary_cross_entropy_with_logits(
        scores[:, :, 2][pairs].float(), gold[:, :, 2][pairs].float()
    )
    return loss + ended / 2


def arcs(scores: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Cross-entropy of every word's head among all words of its text, [CLS] being the root's."""
    blind = scores.float().masked_fill(~batch["there"][:, None, :], FAR)
    return tags(blind, batch["heads"])


def emotion(logits: Tensor, gold: Tensor) -> Tensor:
    """Binary cross-entropy per emotion."""
    seen = gold[:, 0] >= 0
    if not seen.any():
        return logits.sum() * 0
    return f.binary_cross_entropy_with_logits(logits.float()[seen], gold[seen])


def importance(logits: Tensor, gold: Tensor) -> Tensor:
    """Binary cross-entropy with a soft target."""
    seen = gold >= 0
    if not seen.any():
        return logits.sum() * 0
    return f.binary_cross_entropy_with_logits(logits.float()[seen], gold[seen])


def retrieval(
    asked: tuple[Tensor, Tensor], told: tuple[Tensor, Tensor], gold: Tensor, near: list[Tensor]
) -> Tensor:
    """Rank the texts that answer a question before all others by late interaction.

    As recall scores them: a question's token counts for as much as the text most like it stands
    out, and a text also for what is told just before and after it (`agents/rank.py`).

    Args:
        asked: token vectors of length one, [questions, m, width], and which of them there are.
        told: likewise of the texts, [texts, n, width], in the order in which they were told.
        gold: bool [questions, texts], at least one a question.
        near: for the neighbours one and two places away, how much each counts, [texts, texts].
    """
    asking, there = asked
    telling, inside = told
    every = torch.einsum("qmw,tnw->qmtn", asking, telling)
    alike = every.masked_fill(~inside[None, None], FAR).amax(-1)
    best = alike
    for share in near:
        moved = alike @ share.T - (share.sum(1) == 0).float()
        best = torch.maximum(best, moved)
    weight = (alike.amax(-1) - alike.mean(-1)).detach() * there
    weight = weight / weight.sum(1, keepdim=True).clamp_min(1e-6)
    scores = SHARP * torch.einsum("qm,qmt->qt", weight, alike + best)
    others = scores.masked_fill(gold, FAR).logsumexp(-1, keepdim=True)
    lost = torch.logaddexp(scores, others) - scores
    return (lost * gold).sum() / gold.sum()


def kept(mine: Tensor, theirs: Tensor) -> Tensor:
    """One minus the cosine to what the original gives."""
    return (1 - f.cosine_similarity(mine.float(), theirs.float(), dim=-1)).mean()
