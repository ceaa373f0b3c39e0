"""What is measured, the steps it takes, and the folder their figures are kept in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvalError

FIRST, SECOND = "first", "second"
_SPEC = "bench-spec.json"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a bench measures.

    ``sizes`` are chunks of a base; ``data`` BEIR folders the documents come from (``corpus/`` if empty); ``beside``
    the characters that are also indexed by plain LlamaIndex; ``real`` how many chunks of a base the model embeds;
    ``files`` those of the folder that is synchronised.
    """

    sizes: tuple[int, ...]
    data: tuple[str, ...]
    beside: int
    real: int
    files: int
    questions: int
    users: int
    seed: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing measured, in a process of its own; ``size`` where it is about a base of that size."""

    name: str
    size: int | None = None

    @property
    def key(self) -> str:
        """Its name in files and on the screen."""
        return self.name if self.size is None else f"{self.name}-{self.size}"


def steps(spec: Spec) -> Iterator[Step]:
    """All steps, in order: the two halves of what is compared take turns, so that a busy spell meets both."""
    yield Step("limits")
    if spec.beside:
        for half in (FIRST, SECOND):
            yield Step(f"ours_{half}")
            yield Step(f"plain_{half}")
    yield Step("embedding")
    for size in spec.sizes:
        yield from (Step(name, size) for name in ("index", "serve", "start"))
    if spec.files:
        yield Step("resync")


class BenchFolder:
    """The folder of one bench: its spec, the figures of each step that is done, and the bases."""

    def __init__(self, path: Path) -> None:
        """Name the folder; ``claim`` makes it."""
        self.path = path

    def claim(self, spec: Spec) -> None:
        """Begin, or take up what was begun with the same spec. Raises EvalError for another."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            begun = self.spec()
        except FileNotFoundError:
            self._write(_SPEC, asdict(spec))
            return
        if begun != spec:
            raise EvalError(f"{self.path} 里是另一次测量，条件不同。请换一个 --out，或先删除它。")

    def spec(self) -> Spec:
        """What is measured. Raises FileNotFoundError before ``claim``, EvalError when it cannot be read."""
        text = (self.path / _SPEC).read_text("utf-8")
        try:
            kept = json.loads(text)
            return Spec(**{**kept, "sizes": tuple(kept["sizes"]), "data": tuple(kept["data"])})
        except (ValueError, TypeError, KeyError) as error:
            raise EvalError(f"{self.path / _SPEC} 读不出来（{error}）。请换一个 --out 重新测量。") from error

    def base(self, size: int) -> Path:
        """The home of the base of a size."""
        return self.path / "bases" / str(size)

    def figures(self, step: Step) -> dict[str, Any] | None:
        """What a step measured; None where it is not done."""
        path = self.path / "steps" / f"{step.key}.json"
        found: dict[str, Any] | None = json.loads(path.read_text("utf-8")) if path.is_file() else None
        return found

    def keep(self, step: Step, figures: dict[str, Any]) -> None:
        """Keep what a step measured."""
        (self.path / "steps").mkdir(exist_ok=True)
        self._write(f"steps/{step.key}.json", figures)

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Write a result, whole or not at all."""
        self._write(name, value)

    def _write(self, name: str, value: dict[str, Any]) -> None:
        path = self.path / name
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
        os.replace(draft, path)
