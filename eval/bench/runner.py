"""Runs the steps of a bench that have no figures yet, each in its process, and writes the results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eval.bench.figures import bench_figures
from eval.bench.page import write_page
from eval.bench.plan import BenchFolder, Spec, Step, steps
from eval.environment import environment
from eval.errors import EvalError
from eval.process import INTERRUPTED, ending, run_worker
from kb.config import load_settings

_NAMES = {
    "limits": "处理器的上限",
    "ours_first": "建库对比：知策（前一半）",
    "plain_first": "建库对比：LlamaIndex 默认流程（前一半）",
    "ours_second": "建库对比：知策（后一半）",
    "plain_second": "建库对比：LlamaIndex 默认流程（后一半）",
    "embedding": "向量计算离上限多远",
    "index": "建库",
    "serve": "检索与回答",
    "start": "启动",
    "resync": "再次同步",
}


def run(folder: BenchFolder, spec: Spec, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure what is not measured yet; all figures. Raises EvalError when a step fails, KeyboardInterrupt."""
    folder.claim(spec)
    about = environment(load_settings())
    wanted = list(steps(spec))
    for number, step in enumerate(wanted, 1):
        if folder.figures(step) is not None:
            continue
        say(f"[{number}/{len(wanted)}] {named(step)}")
        code = run_worker([str(folder.path), step.key], module="eval.bench.steps")
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        if code != 0:
            raise EvalError(f"“{named(step)}”没有完成：{ending(code)}。已有的结果都已保存，重新运行同一命令接着做。")
        _write(folder, spec, about)
    return _write(folder, spec, about)


def named(step: Step) -> str:
    """A step in words."""
    return _NAMES[step.name] + (f"，{step.size} 段" if step.size else "")


def _write(folder: BenchFolder, spec: Spec, about: dict[str, Any]) -> dict[str, Any]:
    done = {step.key: found for step in steps(spec) if (found := folder.figures(step)) is not None}
    figures = bench_figures(spec, done, about)
    folder.write("bench.json", figures)
    write_page(folder.path / "bench.html", spec, figures)
    return figures
