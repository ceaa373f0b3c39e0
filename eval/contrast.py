"""Two runs of one set side by side: what is significantly better or worse, and which questions changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.comparison import Basis, Difference, changed, corrected, differences
from eval.errors import EvalError, RunMismatch
from eval.runs import RunFolder
from eval.scoring import PerQuestion
from eval.systems import absolute

_CHANGED_BY = (
    "answer_recall",
    "refusal_right",
    "citation_recall",
    "unsupported_numbers",
    "wrong_value",
    "MRR@10",
    "span_recall@5",
)


def side_by_side(a: Side, b: Side, seed: int = 0) -> dict[str, dict[str, Any]]:
    """For each pair of systems ("left → right") the tested measures and the changed questions, as JSON types.

    Raises RunMismatch where the runs are of different sets, EvalError where they share no system.
    """
    if a.summary["dataset_digest"] != b.summary["dataset_digest"]:
        raise RunMismatch(
            "两次评测用的不是同一个数据集（内容或抽样不同），不能比较。请用相同的 --dataset 和 --sample 重新评测。"
        )
    pairs = a.pairs(b)
    basis = Basis({i: row["answerable"] for i, row in a.rows.items()}, {i for i, r in a.rows.items() if r["balanced"]})
    basis = replace(basis, seed=seed)
    tests = corrected(
        {f"{left} → {right}": differences(a.questions(left), b.questions(right), basis) for left, right in pairs}
    )
    return {f"{left} → {right}": _compared(a, left, b, right, tests[f"{left} → {right}"]) for left, right in pairs}


class Side:
    """One of the two runs, maybe only one system of it."""

    def __init__(self, folder: RunFolder, system: str | None) -> None:
        self.folder, self.system = folder, system
        self.summary = folder.read_json("run.json")
        self.rows = _rows(folder.path / "queries.jsonl")

    @classmethod
    def of(cls, text: str) -> Side:
        """A run's folder, or ``FOLDER:SYSTEM``, whose name may have colons. Raises EvalError where there is none."""
        ends = [len(text), *(i for i, c in enumerate(text) if c == ":")]
        for end in sorted(ends, reverse=True):
            if Path(text[:end], "run.json").is_file():
                side = cls(RunFolder(Path(text[:end])), text[end + 1 :] or None)
                if side.system:
                    side.system = side.named(side.system)
                return side
        raise EvalError(f"{text} 里没有 run.json：不是评测的文件夹，或评测没有跑完。")

    def named(self, text: str) -> str:
        """The system of a name as ``--systems`` takes it, or of its path's end. Raises EvalError for none or many."""
        systems: list[str] = list(self.summary["systems"])
        for name in (text, absolute(text)):
            if name in systems:
                return name
        ending = [name for name in systems if name.endswith(f"/{text}")]
        if len(ending) == 1:
            return ending[0]
        trouble = f"叫 {text} 的系统不止一个" if ending else f"没有系统 {text}"
        raise EvalError(f"{self.folder.path} 里{trouble}。有的是：{'、'.join(ending or systems)}。")

    def pairs(self, other: Side) -> list[tuple[str, str]]:
        """Systems to compare: those named, else those both runs have."""
        if self.system or other.system:
            left = self.system or str(other.system)
            right = other.system or str(self.system)
            return [(self.named(left), other.named(right))]
        common = [(name, name) for name in self.summary["systems"] if name in other.summary["systems"]]
        if not common:
            raise EvalError("两次评测没有共同的系统。请写作 评测文件夹:系统。")
        return common

    def questions(self, system: str) -> PerQuestion:
        """The stored values of a system."""
        return {i: row["systems"][system] for i, row in self.rows.items()}


def _compared(a: Side, left: str, b: Side, right: str, tests: Sequence[Difference]) -> dict[str, Any]:
    ours, theirs = a.questions(left), b.questions(right)
    return {
        "metrics": [
            {
                "metric": d.metric,
                "a": round(d.a, 5),
                "b": round(d.b, 5),
                "n": d.n,
                "p": round(d.p, 5),
                "p_holm": round(d.adjusted, 5),
                "verdict": ("better" if d.better else "worse") if d.significant else "same",
            }
            for d in tests
        ],
        "changed": {
            metric: [{"_id": i, "text": a.rows[i]["text"], "a": x, "b": y} for i, x, y in changed(ours, theirs, metric)]
            for metric in _CHANGED_BY
        },
    }


def _rows(file: Path) -> dict[str, dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
    except (OSError, ValueError) as error:
        raise EvalError(f"{file} 无法读取。请用 python -m eval report 重新计算。") from error
    return {row["_id"]: row for row in rows}
