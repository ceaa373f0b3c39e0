"""``python -m eval compare A B``: what is significantly better or worse in B, and which questions changed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from eval.commands.common import path
from eval.comparison import changed, differences
from eval.errors import EvalError, RunMismatch
from eval.report import NAMES, shown
from eval.runs import RunFolder
from eval.scoring import Scores
from kb.commands.common import Commands, print_json, printable

_SHOWN = 10
_CHANGED_BY = ("answer_recall", "refusal_right", "MRR@10", "span_recall@5")


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("compare", help="比较两次评测（或一次评测里的两个系统）")
    parser.add_argument("a", metavar="甲", help="评测文件夹，或 评测文件夹:系统")
    parser.add_argument("b", metavar="乙", help="同上")
    parser.add_argument("--seed", type=int, default=0, metavar="数", help="检验的随机种子，默认 0")
    parser.add_argument("--json", action="store_true", help="输出 JSON，列出全部变化的问题")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Compare the systems both runs have, or the two that are named."""
    a, b = Side.of(given.a), Side.of(given.b)
    if a.summary["dataset_digest"] != b.summary["dataset_digest"]:
        raise RunMismatch(
            "两次评测用的不是同一个数据集（内容或抽样不同），不能比较。请用相同的 --dataset 和 --sample 重新评测。"
        )
    pairs = a.pairs(b)
    found = {f"{left} → {right}": _compared(a, left, b, right, given.seed) for left, right in pairs}
    if given.json:
        print_json({"a": str(a.folder.path), "b": str(b.folder.path), "systems": found})
    else:
        print(printable("\n\n".join(_text(title, result) for title, result in found.items())))
    return 0


class Side:
    """One of the two runs, maybe only one system of it."""

    def __init__(self, folder: RunFolder, system: str | None) -> None:
        self.folder, self.system = folder, system
        self.summary = folder.read_json("run.json")
        self.rows = _rows(folder.path / "queries.jsonl")

    @classmethod
    def of(cls, text: str) -> Side:
        """A run's folder, or ``FOLDER:SYSTEM``. Raises EvalError where there is none."""
        if Path(text, "run.json").is_file():
            return cls(RunFolder(path(text)), None)
        where, _, system = text.rpartition(":")
        side = cls(RunFolder(path(where or text)), system or None)
        if side.system and side.system not in side.summary["systems"]:
            names = "、".join(side.summary["systems"])
            raise EvalError(f"{where} 里没有系统 {system}。有的是：{names}。")
        return side

    def pairs(self, other: Side) -> list[tuple[str, str]]:
        """Systems to compare: those named, else those both runs have."""
        if self.system or other.system:
            left = self.system or str(other.system)
            right = other.system or str(self.system)
            for side, name in ((self, left), (other, right)):
                if name not in side.summary["systems"]:
                    raise EvalError(
                        f"{side.folder.path} 里没有系统 {name}。有的是：{'、'.join(side.summary['systems'])}。"
                    )
            return [(left, right)]
        common = [(name, name) for name in self.summary["systems"] if name in other.summary["systems"]]
        if not common:
            raise EvalError("两次评测没有共同的系统。请写作 评测文件夹:系统。")
        return common

    def scores(self, system: str) -> Scores:
        """The stored values of a system."""
        questions = {i: row["systems"][system] for i, row in self.rows.items()}
        balanced = frozenset(i for i, row in self.rows.items() if row["balanced"])
        return Scores({}, {}, {}, {}, questions, balanced)


def _compared(a: Side, left: str, b: Side, right: str, seed: int) -> dict[str, Any]:
    ours, theirs = a.scores(left), b.scores(right)
    tests = differences(ours, theirs, lambda i: bool(a.rows[i]["answerable"]), seed)
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
            metric: [
                {"_id": i, "text": a.rows[i]["text"], "a": x, "b": y}
                for i, x, y in changed(ours.questions, theirs.questions, metric)
            ]
            for metric in _CHANGED_BY
        },
    }


def _text(title: str, result: dict[str, Any]) -> str:
    words = {"better": "显著更好", "worse": "显著更差", "same": "无显著差异"}
    lines = [title]
    for d in result["metrics"]:
        change = f"{d['b'] - d['a']:+.3f}"
        lines.append(
            f"  {NAMES[d['metric']]}：{shown(d['a'])} → {shown(d['b'])}（{change}，{d['n']} 题，"
            f"校正后 p={d['p_holm']:.4f}）{words[d['verdict']]}"
        )
    for metric, rows in result["changed"].items():
        if not rows:
            continue
        better = sum(row["b"] > row["a"] for row in rows)
        lines.append(f"  {NAMES[metric]}变化的问题 {len(rows)} 个：变好 {better}，变差 {len(rows) - better}")
        lines += [f"    {shown(r['a'])} → {shown(r['b'])}  {r['_id']}  {r['text']}" for r in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            lines.append(f"    ……另有 {len(rows) - _SHOWN} 个（--json 列出全部）")
    return "\n".join(lines)


def _rows(file: Path) -> dict[str, dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise EvalError(f"{file} 无法读取。请用 python -m eval report 重新计算。") from error
    return {row["_id"]: row for row in rows}
