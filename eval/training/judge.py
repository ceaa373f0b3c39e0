"""Training the judge: question by question, one right passage against those that only look like it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional

from eval.training.groups import Group
from eval.training.network import JudgeNetwork
from eval.training.schedule import batches, rate_share
from kb.pairing import paired


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. ``batch`` counts groups, ``rate`` is the highest learning rate, of the head ten times less far."""

    depth: int = 8
    rank: int = 32
    steps: int = 1200
    batch: int = 8
    rate: float = 4e-4
    warmup: int = 60
    listwise: float = 0.5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """On held-out groups of one source: how well logits part right from wrong, and how often the right one is first."""

    pairs: int
    auc: float
    first: float


class Trainer:
    """One training run; its state is kept in a folder, so that a stopped run goes on where it was."""

    def __init__(self, folder: Path, recipe: Recipe, groups: Sequence[Group], kept: Path) -> None:
        """``folder`` is the encoder's, ``kept`` where checkpoints go."""
        torch.manual_seed(recipe.seed)
        self.recipe, self.kept = recipe, kept
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.network = JudgeNetwork(folder, recipe.depth, recipe.rank)
        low = [p for n, p in self.network.named_parameters() if not n.startswith("head")]
        head = [p for n, p in self.network.named_parameters() if n.startswith("head")]
        self.optimizer = torch.optim.AdamW([{"params": low}, {"params": head}], lr=recipe.rate, weight_decay=0.01)
        self.training = [g for g in groups if not g.held_out]
        self.held_out = [g for g in groups if g.held_out]
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
        write_adapter(self.network, self.recipe, self.kept / f"judge-{self.step}.safetensors")

    def write(self, path: Path) -> None:
        """Write what was learned so far as one file."""
        write_adapter(self.network, self.recipe, path)

    def run(self, tell: Callable[[int, float], None], every: int = 100) -> None:
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
        """How the held-out groups are judged, by source."""
        self.network.eval()
        rng = random.Random(self.recipe.seed)
        found = {}
        for source in sorted({g.source for g in self.held_out}):
            groups = [g for g in self.held_out if g.source == source]
            rng.shuffle(groups)
            labels, logits, first = [], [], []
            for group in groups[:most]:
                with torch.inference_mode():
                    given = self.network(self._rows(group)).numpy()
                labels += [1.0 if i < group.positives else 0.0 for i in range(len(given))]
                logits += list(given)
                if group.positives:
                    first.append(float(given.argmax() < group.positives))
            found[source] = Measured(len(labels), auc(np.array(labels), np.array(logits)), float(np.mean(first)))
        self.network.train()
        return found

    def _rows(self, group: Group) -> list[list[int]]:
        return paired(self.tokenizer, group.question, [(p.context, p.text) for p in group.passages])

    def _learn(self, groups: Sequence[Group]) -> float:
        for part in self.optimizer.param_groups:
            part["lr"] = self.recipe.rate * rate_share(self.step, self.recipe.warmup, self.recipe.steps)
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
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        return float(loss.detach())


def write_adapter(network: JudgeNetwork, recipe: Recipe, path: Path) -> None:
    """What was learned as one file, with the sizes needed to use it."""
    note = {"depth": str(network.depth), "scale": str(network.scale), "recipe": json.dumps(asdict(recipe))}
    save_file(network.adapter(), path, metadata=note)


def read_adapter(network: JudgeNetwork, path: Path) -> None:
    """Load what ``write_adapter`` wrote."""
    stored = load_file(path)
    names = {n.removeprefix("parts."): p for n, p in network.named_parameters()}
    with torch.no_grad():
        for name, parameter in names.items():
            parameter.copy_(stored[name].float())


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
