"""A training run of either network: resumed where it was stopped, its optimiser, its checkpoints, its measuring."""

from __future__ import annotations

import json
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor

from eval.training.groups import Group
from eval.training.network import LowRankEncoder
from eval.training.schedule import batches, rate_share


@dataclass(frozen=True, slots=True)
class Recipe:
    """What every way of training says. ``rate`` is the highest learning rate, ``batch`` counts groups."""

    rank: int
    steps: int
    batch: int
    rate: float
    warmup: int
    seed: int = 0


R = TypeVar("R", bound=Recipe)
N = TypeVar("N", bound=LowRankEncoder)
M = TypeVar("M")


class Trainer(ABC, Generic[R, N, M]):
    """One training run; its state is kept in a folder, so that a stopped run goes on where it was."""

    #: Begins the names of the checkpoints
    kind: ClassVar[str]
    #: Steps from one checkpoint to the next
    every: ClassVar[int]

    def __init__(self, folder: Path, recipe: R, groups: Sequence[Group], kept: Path) -> None:
        """``folder`` is the encoder's, ``kept`` where checkpoints go."""
        torch.manual_seed(recipe.seed)
        self.recipe, self.kept = recipe, kept
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.network = self._network(folder)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=recipe.rate, weight_decay=0.01)
        usable = [found for group in groups if (found := self._usable(group)) is not None]
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
        self.write(self.kept / f"{self.kind}-{self.step}.safetensors")

    def write(self, path: Path) -> None:
        """Write what was learned so far as one file."""
        write_adapter(self.network, self.recipe, path)

    def run(self, tell: Callable[[int, float], None], every: int | None = None) -> None:
        """Train to the end; ``tell`` gets the step and its loss."""
        ordered = batches(self.training, self.recipe.batch, self.recipe.seed)
        for _ in range(self.step):
            next(ordered)
        while self.step < self.recipe.steps:
            loss = self._learn(next(ordered))
            self.step += 1
            tell(self.step, loss)
            if self.step % (every or self.every) == 0 or self.step == self.recipe.steps:
                self.save()

    def measure(self, most: int = 300) -> Mapping[str, M]:
        """How up to ``most`` held-out groups of each source do, by source."""
        self.network.eval()
        rng = random.Random(self.recipe.seed)
        found = {}
        for source in sorted({g.source for g in self.held_out}):
            groups = [g for g in self.held_out if g.source == source]
            rng.shuffle(groups)
            found[source] = self._measured(groups[:most])
        self.network.train()
        return found

    @abstractmethod
    def _network(self, folder: Path) -> N:
        """The network to train, made after the seed is set."""

    @abstractmethod
    def _loss(self, groups: Sequence[Group]) -> Tensor:
        """The loss of a batch."""

    @abstractmethod
    def _measured(self, groups: Sequence[Group]) -> M:
        """How groups do that were not trained on."""

    def _usable(self, group: Group) -> Group | None:
        """What of a group can be learned from; None where nothing can."""
        return group

    def _learn(self, groups: Sequence[Group]) -> float:
        for part in self.optimizer.param_groups:
            part["lr"] = self.recipe.rate * rate_share(self.step, self.recipe.warmup, self.recipe.steps)
        loss = self._loss(groups)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        return float(loss.detach())


def write_adapter(network: LowRankEncoder, recipe: Recipe, path: Path) -> None:
    """What was learned as one file, with the sizes needed to use it."""
    notes = {"depth": str(network.depth), "scale": str(network.scale), "recipe": json.dumps(asdict(recipe))}
    save_file(network.adapter(), path, metadata=notes)
