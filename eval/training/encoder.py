"""Training the encoder: a question nearer to the passage that answers it than to all others of the batch."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from eval.training.groups import Group, Window
from eval.training.network import EncoderNetwork
from eval.training.schedule import batches, rate_share
from kb.embedding import store
from kb.embedding.protocol import encodable
from kb.text import simplify, split_sentences, squash

_TOKENS = 160  # of a passage; longer windows lose their end, which saves a third of the time


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. ``batch`` counts questions, each with up to ``negatives`` hard ones beside the batch's others."""

    rank: int = 16
    steps: int = 300
    batch: int = 32
    negatives: int = 1
    rate: float = 2e-4
    warmup: int = 30
    temperature: float = 0.03
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """On held-out groups of one source: how often the right passage is first among its own and ``among`` others."""

    questions: int
    among: int
    first: float
    reciprocal_rank: float


class Trainer:
    """One training run; its state is kept in a folder, so that a stopped run goes on where it was."""

    def __init__(self, folder: Path, recipe: Recipe, groups: Sequence[Group], kept: Path) -> None:
        """``folder`` is the encoder's, ``kept`` where checkpoints go."""
        torch.manual_seed(recipe.seed)
        self.recipe, self.kept = recipe, kept
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.network = EncoderNetwork(folder, recipe.rank)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=recipe.rate, weight_decay=0.01)
        usable = [found for group in groups if (found := _retrievable(group)) is not None]
        self.training = [g for g in usable if not g.held_out]
        self.held_out = [g for g in usable if g.held_out]
        self.step = 0

    def resume(self) -> int:
        """Go on from the last checkpoint, if there is one; the step reached."""
        path = self.kept / "state.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = int(state["step"])
        return self.step

    def save(self) -> None:
        """Keep the state and what was learned so far."""
        self.kept.mkdir(parents=True, exist_ok=True)
        partial = self.kept / "state.part"
        torch.save(
            {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step}, partial
        )
        partial.replace(self.kept / "state.pt")
        write_adapter(self.network, self.recipe, self.kept / f"encoder-{self.step}.safetensors")

    def write(self, path: Path) -> None:
        """Write what was learned so far as one file."""
        write_adapter(self.network, self.recipe, path)

    def run(self, tell: Callable[[int, float], None], every: int = 50) -> None:
        """Train to the end; ``tell`` gets the step and its loss."""
        ordered = batches(self.training, self.recipe.batch, self.recipe.seed)
        for _ in range(self.step):
            next(ordered)
        while self.step < self.recipe.steps:
            loss = self._learn(next(ordered))
            self.step += 1
            tell(self.step, loss)
            if self.step % every == 0 or self.step == self.recipe.steps:
                self.save()

    def measure(self, most: int = 300) -> dict[str, Measured]:
        """How the held-out questions find their passages among all passages of the questions measured, by source."""
        self.network.eval()
        rng = random.Random(self.recipe.seed)
        found = {}
        for source in sorted({g.source for g in self.held_out}):
            groups = [g for g in self.held_out if g.source == source]
            rng.shuffle(groups)
            found[source] = self._measured(groups[:most])
        self.network.train()
        return found

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

    def _learn(self, groups: Sequence[Group]) -> float:
        for part in self.optimizer.param_groups:
            part["lr"] = self.recipe.rate * rate_share(self.step, self.recipe.warmup, self.recipe.steps)
        passages = [p for g in groups for p in g.passages[: 1 + self.recipe.negatives]]
        owners = [n for n, g in enumerate(groups) for _ in g.passages[: 1 + self.recipe.negatives]]
        firsts = [owners.index(n) for n in range(len(groups))]
        asked = self.network(self._questions(groups))
        held = _by_length(self._passages(passages), self.network)
        scores = asked @ held.T / self.recipe.temperature
        scores = scores.masked_fill(_untold(groups, passages, owners), float("-inf"))
        loss = functional.cross_entropy(scores, torch.tensor(firsts))
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        return float(loss.detach())

    def _questions(self, groups: Sequence[Group]) -> list[list[int]]:
        return self._rows([store.QUERY_PREFIX + g.question for g in groups])

    def _passages(self, passages: Sequence[Window]) -> list[list[int]]:
        return self._rows([store.PASSAGE_PREFIX + f"{p.context}\n{p.text}" for p in passages])

    def _rows(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = [e.ids for e in self.tokenizer.encode_batch([encodable(simplify(t)) for t in texts])]
        return [ids if len(ids) <= _TOKENS else [*ids[: _TOKENS - 1], ids[-1]] for ids in encoded]


def write_adapter(network: EncoderNetwork, recipe: Recipe, path: Path) -> None:
    """What was learned as one file, with what is needed to use it."""
    save_file(network.adapter(), path, metadata={"scale": str(network.scale), "recipe": json.dumps(asdict(recipe))})


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
