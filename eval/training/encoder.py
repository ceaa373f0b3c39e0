"""Training the encoder: a question nearer to the passage that answers it than to all others of the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from eval.training.groups import Group, Window
from eval.training.network import EncoderNetwork
from eval.training.trainer import Recipe, Trainer
from kb.embedding import store
from kb.embedding.protocol import encodable
from kb.text import simplify, split_sentences, squash

_TOKENS = 160  # of a passage; longer windows lose their end, which saves a third of the time


@dataclass(frozen=True, slots=True)
class EncoderRecipe(Recipe):
    """``batch`` counts questions, each with up to ``negatives`` hard ones beside the passages of the batch's others."""

    rank: int = 16
    steps: int = 300
    batch: int = 32
    rate: float = 2e-4
    warmup: int = 30
    negatives: int = 1
    temperature: float = 0.03


@dataclass(frozen=True, slots=True)
class Measured:
    """On held-out groups of one source: how often the right passage is first among its own and ``among`` others."""

    questions: int
    among: int
    first: float
    reciprocal_rank: float


class EncoderTrainer(Trainer[EncoderRecipe, EncoderNetwork, Measured]):
    """Trains the additions so that a question's vector is nearest to its passage's."""

    kind = "encoder"
    every = 50

    def _network(self, folder: Path) -> EncoderNetwork:
        return EncoderNetwork(folder, self.recipe.rank)

    def _usable(self, group: Group) -> Group | None:
        return _retrievable(group)

    def _measured(self, groups: Sequence[Group]) -> Measured:
        passages = list(dict.fromkeys(p for g in groups for p in g.passages))
        place = {p: i for i, p in enumerate(passages)}
        with torch.inference_mode():
            asked = _at_once(self._questions(groups), self.network)
            held = _at_once(self._passages(passages), self.network)
        scores = (asked @ held.T).numpy()
        right = np.array([place[g.passages[0]] for g in groups])
        ranks = (scores > scores[np.arange(len(groups)), right][:, None]).sum(1) + 1
        return Measured(len(groups), len(passages), float((ranks == 1).mean()), float((1 / ranks).mean()))

    def _loss(self, groups: Sequence[Group]) -> Tensor:
        passages = [p for g in groups for p in g.passages[: 1 + self.recipe.negatives]]
        owners = [n for n, g in enumerate(groups) for _ in g.passages[: 1 + self.recipe.negatives]]
        firsts = [owners.index(n) for n in range(len(groups))]
        asked = self.network(self._questions(groups))
        held = _by_length(self._passages(passages), self.network)
        scores = asked @ held.T / self.recipe.temperature
        scores = scores.masked_fill(_untold(groups, passages, owners), float("-inf"))
        return functional.cross_entropy(scores, torch.tensor(firsts))

    def _questions(self, groups: Sequence[Group]) -> list[list[int]]:
        return self._rows([store.QUERY_PREFIX + g.question for g in groups])

    def _passages(self, passages: Sequence[Window]) -> list[list[int]]:
        return self._rows([store.PASSAGE_PREFIX + f"{p.context}\n{p.text}" for p in passages])

    def _rows(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = [e.ids for e in self.tokenizer.encode_batch([encodable(simplify(t)) for t in texts])]
        return [ids if len(ids) <= _TOKENS else [*ids[: _TOKENS - 1], ids[-1]] for ids in encoded]


def _retrievable(group: Group) -> Group | None:
    """The group with one answer and without passages that are only the answer's with a sentence left out."""
    if group.positives != 1:
        return None
    answer = group.passages[0]
    key = squash(answer.text)
    others = [p for p in group.passages[1:] if p.document != answer.document or squash(_first(p.text)) not in key]
    return replace(group, passages=(answer, *others))


def _first(text: str) -> str:
    return next((text[a:b] for a, b in split_sentences(text)), text)


def _untold(groups: Sequence[Group], passages: Sequence[Window], owners: Sequence[int]) -> Tensor:
    """Which passages a question is not held against: others' of its own document, which may answer it as well."""
    documents = [g.document for g in groups]
    return torch.tensor(
        [
            [owner != n and p.document == documents[n] for p, owner in zip(passages, owners, strict=True)]
            for n in range(len(groups))
        ]
    )


def _by_length(rows: Sequence[list[int]], network: Callable[[Sequence[list[int]]], Tensor], parts: int = 3) -> Tensor:
    """The vectors in order, computed in parts of like length: little is padded."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    size = -(-len(order) // parts)
    made = torch.cat([network([rows[i] for i in some]) for some in _cut(order, size)])
    return made[torch.tensor(np.argsort(order))]


def _at_once(rows: Sequence[list[int]], network: Callable[[Sequence[list[int]]], Tensor]) -> Tensor:
    return _by_length(rows, network, max(1, len(rows) // 32))


def _cut(order: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (order[i : i + size] for i in range(0, len(order), size))
