"""One step of a bench, in a process of its own: ``python -m eval.bench.steps FOLDER KEY``."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from eval.bench import indexing, limits, plain, resync, serving
from eval.bench.plan import FIRST, SECOND, BenchFolder, Spec, Step, steps
from eval.bench.texts import Supply, questions, supply
from eval.model import Record
from eval.process import take_sigterm_as_ctrl_c, worker
from kb.commands.common import Parser, guarded
from kb.config import Settings, load_settings
from kb.embedding.store import model_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step; the exit code."""
    parser = Parser(prog="python -m eval.bench.steps")
    parser.add_argument("folder", type=Path)
    parser.add_argument("step")
    given = worker(parser, arguments)
    return guarded(lambda: _run(given), "已中断。")


def _run(given: argparse.Namespace) -> int:
    folder = BenchFolder(given.folder)
    spec = folder.spec()
    step = next(s for s in steps(spec) if s.key == given.step)
    folder.keep(step, _Bench(folder, spec, load_settings()).work(step)())
    return 0


class _Bench:
    """What the steps share."""

    def __init__(self, folder: BenchFolder, spec: Spec, settings: Settings) -> None:
        self._folder, self._spec, self._settings = folder, spec, settings
        self._data = [Path(name) for name in spec.data]

    def work(self, step: Step) -> Callable[[], dict[str, Any]]:
        """What a step does; it gives its figures."""
        if step.size is not None:
            return partial({"index": self.index, "serve": self.serve, "start": self.start}[step.name], step.size)
        known: dict[str, Callable[[], dict[str, Any]]] = {
            "limits": self.limits,
            "embedding": self.embedding,
            "resync": self.resync,
            **{f"ours_{half}": partial(self.ours, half) for half in (FIRST, SECOND)},
            **{f"plain_{half}": partial(self.plain, half) for half in (FIRST, SECOND)},
        }
        return known[step.name]

    def limits(self) -> dict[str, Any]:
        """What the processor can do."""
        return {
            **limits.processor(),
            "memory_gb_s": round(limits.memory_gb_s(), 2),
            "matmul_bf16_tflops": round(limits.matmul_tflops(bfloat16=True), 3),
            "matmul_fp32_tflops": round(limits.matmul_tflops(bfloat16=False), 3),
        }

    def ours(self, half: str) -> dict[str, Any]:
        """A half of the texts compared, indexed by the product in a base of its own."""
        home = self._fresh(f"ours-{half}")
        records = self._half(half)
        return indexing.index(home, self._settings, records, sys.maxsize, sys.maxsize, self._spec.seed)

    def plain(self, half: str) -> dict[str, Any]:
        """The same half by plain LlamaIndex."""
        return plain.index(self._half(half), model_folder(self._settings.cache), self._fresh(f"plain-{half}"))

    def embedding(self) -> dict[str, Any]:
        """How near embedding is to the processor's limit."""
        return indexing.embedding_share(self._settings, list(indexing.passages(self._supply())))

    def index(self, size: int) -> dict[str, Any]:
        """The base of a size."""
        spec = self._spec
        return indexing.index(self._folder.base(size), self._settings, self._supply(), size, spec.real, spec.seed)

    def serve(self, size: int) -> dict[str, Any]:
        """Searching and answering on it."""
        asked = questions(self._data, self._supply().real, self._spec.questions, self._spec.seed)
        return serving.serve(self._folder.base(size), self._settings, asked, self._spec.users)

    def start(self, size: int) -> dict[str, Any]:
        """Starting on it."""
        return serving.start(self._folder.base(size), questions(self._data, self._supply().real, 1, self._spec.seed)[0])

    def resync(self) -> dict[str, Any]:
        """A folder synchronised again."""
        records = resync.taken(self._supply().real, self._spec.files)
        return resync.resync(self._folder.path / "resync", self._settings, records, self._spec.real, self._spec.seed)

    def _supply(self) -> Supply:
        return supply(self._data, self._settings, self._spec.seed)

    def _half(self, half: str) -> list[Record]:
        """The real texts up to so many characters, every other one of them."""
        real = self._supply().real
        ends = accumulate(len(record.text) for record in real)
        compared = [record for record, end in zip(real, ends, strict=True) if end <= self._spec.beside]
        return compared[0::2] if half == FIRST else compared[1::2]

    def _fresh(self, name: str) -> Path:
        path = self._folder.path / "beside" / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


if __name__ == "__main__":
    take_sigterm_as_ctrl_c()
    sys.exit(main())
