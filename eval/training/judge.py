"""Training the judge: question by question, one right passage against those that only look like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from eval.training.groups import Group
from eval.training.network import JudgeNetwork
from eval.training.trainer import Recipe, Trainer
from kb.pairing import paired


@dataclass(frozen=True, slots=True)
class JudgeRecipe(Recipe):
    """``depth`` is how many of the encoder's layers are used, ``listwise`` weighs a question's passages as a list."""

    rank: int = 32
    steps: int = 1200
    batch: int = 8
    rate: float = 4e-4
    warmup: int = 60
    depth: int = 8
    listwise: float = 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """On held-out groups of one source: how well logits part right from wrong, and how often the right one is first."""

    pairs: int
    auc: float
    first: float


class JudgeTrainer(Trainer[JudgeRecipe, JudgeNetwork, Measured]):
    """Trains the additions and the head so that a passage that answers gets the higher logit."""

    kind = "judge"
    every = 100

    def _network(self, folder: Path) -> JudgeNetwork:
        return JudgeNetwork(folder, self.recipe.depth, self.recipe.rank)

    def _measured(self, groups: Sequence[Group]) -> Measured:
        labels, logits, first = [], [], []
        for group in groups:
            with torch.inference_mode():
                given = self.network(self._rows(group)).numpy()
            labels += [1.0 if i < group.positives else 0.0 for i in range(len(given))]
            logits += list(given)
            if group.positives:
                first.append(float(given.argmax() < group.positives))
        return Measured(len(labels), auc(np.array(labels), np.array(logits)), float(np.mean(first)))

    def _rows(self, group: Group) -> list[list[int]]:
        return paired(self.tokenizer, group.question, [(p.context, p.text) for p in group.passages])

    def _loss(self, groups: Sequence[Group]) -> Tensor:
        rows, labels, owners = [], [], []
        for n, group in enumerate(groups):
            rows += self._rows(group)
            labels += [1.0 if i < group.positives else 0.0 for i in range(len(group.passages))]
            owners += [n] * len(group.passages)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        logits = torch.empty(len(rows))
        halves = [order[: len(order) // 2], order[len(order) // 2 :]]  # two lengths: little is padded
        parts = [self.network([rows[i] for i in half]) for half in halves]
        logits = torch.cat(parts)[torch.tensor(np.argsort([i for half in halves for i in half]))]
        wanted = torch.tensor(labels)
        loss = functional.binary_cross_entropy_with_logits(logits, wanted)
        lists = [
            functional.cross_entropy(logits[[i for i, o in enumerate(owners) if o == n]][None], torch.tensor([0]))
            for n, group in enumerate(groups)
            if group.positives == 1
        ]
        if lists:
            loss = loss + self.recipe.listwise * torch.stack(lists).mean()
        return loss


def auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """The chance that a right passage scores above a wrong one."""
    order = np.argsort(scores)
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    right = labels > 0
    positive, negative = int(right.sum()), int((~right).sum())
    if not positive or not negative:
        return 0.5
    return float((ranks[right].sum() - positive * (positive + 1) / 2) / (positive * negative))
