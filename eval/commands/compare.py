"""``python -m eval compare A B``: what is significantly better or worse in B, and which questions changed."""

from __future__ import annotations

import argparse
from typing import Any

from eval.contrast import Side, side_by_side
from eval.report import NAMES, shown
from eval.scoring import LESS_IS_BETTER
from kb.commands.common import Commands, print_json, printable

_SHOWN = 10


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
    found = side_by_side(a, b, given.seed)
    if given.json:
        print_json({"a": str(a.folder.path), "b": str(b.folder.path), "systems": found})
    else:
        print(printable("\n\n".join(_text(title, result) for title, result in found.items())))
    return 0


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
        better = sum((row["b"] < row["a"]) if metric in LESS_IS_BETTER else (row["b"] > row["a"]) for row in rows)
        lines.append(f"  {NAMES[metric]}变化的问题 {len(rows)} 个：变好 {better}，变差 {len(rows) - better}")
        lines += [f"    {shown(r['a'])} → {shown(r['b'])}  {r['_id']}  {r['text']}" for r in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            lines.append(f"    ……另有 {len(rows) - _SHOWN} 个（--json 列出全部）")
    return "\n".join(lines)
