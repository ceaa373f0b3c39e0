"""``python -m eval tune``: fusion, ranking of passages and gate limits by cross-validation, written to a file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from eval.commands.common import add_work, count, path, say, work_of
from eval.dataset import Selection, load
from eval.environment import environment
from eval.errors import EvalError
from eval.model import Dataset
from eval.progress import bar
from eval.systems import Context
from eval.systems.product import prepare
from eval.tuning import fusion, gate, ranker
from kb.commands.common import Commands, print_json
from kb.commands.filters import day
from kb.config import Settings, load_settings
from kb.tuning import Tuning, load_tuning, made_of, tuning_text

_TARGETS = ("fusion", "ranker", "judge", "gate")


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("tune", help="在开发集上交叉验证，找融合权重、片段排序和拒答门槛，写成调参文件")
    parser.add_argument(
        "--dataset", type=path, action="append", required=True, metavar="目录", help="BEIR 形式的开发集，可重复"
    )
    parser.add_argument("--only", choices=_TARGETS, action="append", help="只调这一部分，可重复；默认都调")
    parser.add_argument(
        "--adopt",
        choices=("gate",),
        action="append",
        default=[],
        help="没有显著更好也写入找到的值：特征改了、原来的权重是在同样的问题上拟合的时候用",
    )
    parser.add_argument("--out", type=path, metavar="文件", help="写到这里；不写只显示。用 ZHICE_TUNING=文件 启用")
    parser.add_argument("--name", metavar="名称", help="调参的名称，默认为当天日期")
    parser.add_argument("--folds", type=_folds, default=5, metavar="折数", help="交叉验证的折数，默认 5")
    parser.add_argument("--sample", type=count, metavar="个数", help="每个开发集只用这么多问题")
    parser.add_argument("--seed", type=int, default=0, metavar="数", help="抽样与分折的随机种子，默认 0")
    parser.add_argument("--as-of", type=day, default=date.today(), metavar="日期", help="按该日判断有效性，默认今天")
    add_work(parser)
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Tune, show what was found and how flat it is, write the file."""
    settings = load_settings().model_copy(update={"dense_weight": None})  # it would stand above what is tuned
    work = work_of(given, settings)
    contexts = [
        Context(load(Selection(folder.absolute(), sample=given.sample, seed=given.seed)), settings, work, given.as_of)
        for folder in given.dataset
    ]
    for context in contexts:
        with bar(f"{context.dataset.name} 准备", len(context.dataset.records)) as progress:
            prepare(context, progress)
    targets = given.only or [t for t in _TARGETS if t != "judge" or settings.judge != "off"]
    if "judge" in targets and settings.judge == "off":
        raise EvalError("没有设判断模型，调不了它的权重。请先设 ZHICE_JUDGE。")
    tuning = replace(load_tuning(settings.tuning), version=given.name or date.today().isoformat())
    shown: dict[str, Any] = {}
    if "fusion" in targets:
        tuning, shown["fusion"] = _tune_fusion(contexts, tuning, given)
    if "ranker" in targets:
        tuning, shown["ranker"] = _tune_ranker(contexts, tuning, given)
    if "judge" in targets:
        tuning, shown["judge"] = _tune_judge(contexts, tuning, given)
    if "gate" in targets:
        tuning, shown["gate"] = _tune_gate(contexts, tuning, given)
    made = {**made_of(settings.tuning), **_provenance(contexts, settings, given, shown, tuning)}
    if given.out is not None:
        _write(given.out, tuning, made)
    if given.json:
        print_json({"tuning": asdict(tuning), "made": made, **shown})
    else:
        print("\n\n".join(_TEXTS[name](found) for name, found in shown.items()))
        print(f"\n已写入 {given.out}。" if given.out else "\n没有写文件（加上 --out 文件 写出）。")
    return 0


def _tune_fusion(contexts: list[Context], tuning: Tuning, given: argparse.Namespace) -> tuple[Tuning, dict[str, Any]]:
    usable = [c for c in contexts if fusion.questions_of(c.dataset)]
    if not usable:
        raise EvalError("这些开发集里没有标注了相关文件的可答问题，调不了融合权重。")
    grids = []
    for context in usable:
        steps = len(fusion.questions_of(context.dataset)) * len(fusion.BOOSTS)
        with bar(f"{context.dataset.name} 融合", steps) as progress:
            grids.append(fusion.measure(context, progress))
    folds = [fusion.fold_rows(c.dataset, given.folds, given.seed) for c in usable]
    found = fusion.choose(grids, folds, given.folds, (tuning.dense_weight, tuning.context_boost))
    shown = {
        "dense_weight": found.best[0],
        "context_boost": found.best[1],
        "pays": found.pays,
        "score": found.score,
        "held_out": found.held_out,
        "before_held_out": found.before_held_out,
        "p": found.p,
        "before": {"dense_weight": found.before[0], "context_boost": found.before[1], "score": found.before_score},
        "standard_error": found.error,
        "flat": list(found.flat),
        "weights": {f"{w:.2f}": found.at[w, found.best[1]] for w in fusion.WEIGHTS},
        "boosts": {f"{b:.1f}": found.at[found.best[0], b] for b in fusion.BOOSTS},
        "sets": {
            c.dataset.name: {f"{w:.2f}": float(g[w, found.best[1]].mean()) for w in fusion.WEIGHTS}
            for c, g in zip(usable, grids, strict=True)
        },
    }
    return fusion.tuned(tuning, found), shown


def _tune_ranker(contexts: list[Context], tuning: Tuning, given: argparse.Namespace) -> tuple[Tuning, dict[str, Any]]:
    found, shown = _contested(contexts, tuning, tuning.ranker, given, ranker.BY_SIGNS)
    return ranker.tuned(tuning, found), shown


def _tune_judge(contexts: list[Context], tuning: Tuning, given: argparse.Namespace) -> tuple[Tuning, dict[str, Any]]:
    asked = replace(tuning, judge=ranker.UNWEIGHED)
    found, shown = _contested(contexts, asked, tuning.judge or ranker.UNWEIGHED, given, ranker.BY_JUDGE)
    return ranker.tuned(tuning, found, ranker.BY_JUDGE), shown


def _contested(
    contexts: list[Context],
    tuning: Tuning,
    before: Mapping[str, float],
    given: argparse.Namespace,
    signing: ranker.Signing,
) -> tuple[ranker.RankerResult, dict[str, Any]]:
    usable = [c for c in contexts if ranker.questions_of(c.dataset)]
    if not usable:
        raise EvalError("这些开发集里没有标明依据的可答问题，调不了片段排序。")
    contests: list[ranker.Contest] = []
    folds: list[int] = []
    for context in usable:
        with bar(f"{context.dataset.name} 片段", len(ranker.questions_of(context.dataset))) as progress:
            contests += ranker.contests_of(context, tuning, progress, signing)
        folds += ranker.fold_contests(context.dataset, given.folds, given.seed)
    found = ranker.choose(contests, folds, given.folds, before)
    return found, {
        "pays": found.pays,
        "score": found.score,
        "before_score": found.before_score,
        "held_out": found.held_out,
        "before_held_out": found.before_score,
        "p": found.p,
        "sets": dict(found.by_set),
        "weights": found.best,
    }


def _tune_gate(contexts: list[Context], tuning: Tuning, given: argparse.Namespace) -> tuple[Tuning, dict[str, Any]]:
    usable = [c for c in contexts if gate.usable(c.dataset)]
    for context in contexts:
        if context not in usable:
            say(f"{context.dataset.name} 没有同时含可答与不可答的问题，不用来调拒答门槛。")
    if not usable:
        raise EvalError("没有可用来调拒答门槛的开发集：要有 answerable 为 false 的问题和带标准答案的问题。")
    cases: list[gate.Case] = []
    folds: list[int] = []
    for context in usable:
        with bar(f"{context.dataset.name} 门槛", len(context.dataset.questions)) as progress:
            cases += gate.cases_of(context, tuning, progress)
        folds += gate.fold_cases(context.dataset, given.folds, given.seed)
    found = gate.choose(cases, folds, given.folds, tuning.gate)
    adopted = "gate" in given.adopt
    shown = {
        "pays": found.pays,
        "adopted": adopted,
        "score": found.score,
        "before_score": found.before_score,
        "held_out": found.held_out,
        "before_held_out": found.before_score,
        "p": found.p,
        "gate": asdict(found.best),
        "by_limit": {f"{v:.2f}": s for v, s in found.by_limit.items()},
    }
    return replace(tuning, gate=found.best if found.pays or adopted else tuning.gate), shown


def _fusion_text(found: dict[str, Any]) -> str:
    before = found["before"]
    lines = [
        f"融合：dense_weight {before['dense_weight']} → {found['dense_weight']}，"
        f"context_boost {before['context_boost']} → {found['context_boost']}；"
        f"得分 {before['score']:.4f} → {found['score']:.4f}；{_verdict(found)}",
        f"  平坦程度：dense_weight 在 {found['flat'][0]}–{found['flat'][1]} 之间处处与最好的相差不到一个标准误"
        f"（{found['standard_error']:.4f}）。",
        "  dense_weight  " + "  ".join(f"{w} {s:.3f}" for w, s in found["weights"].items()),
        "  context_boost  " + "  ".join(f"{b} {s:.3f}" for b, s in found["boosts"].items()),
    ]
    return "\n".join(lines)


def _ranker_text(found: dict[str, Any]) -> str:
    lines = [
        f"片段排序（第一段就是依据）：得分 {found['before_score']:.4f} → {found['score']:.4f}；{_verdict(found)}",
        "  没见过的问题  " + "  ".join(f"{name} {score:.3f}" for name, score in found["sets"].items()),
        "  权重  " + "  ".join(f"{name} {weight}" for name, weight in found["weights"].items()),
    ]
    return "\n".join(lines)


def _judge_text(found: dict[str, Any]) -> str:
    return _ranker_text(found).replace("片段排序", "判断模型与片段排序", 1)


def _gate_text(found: dict[str, Any]) -> str:
    best = found["gate"]
    low, high = _flat(found["by_limit"], best["least"])
    return "\n".join(
        [
            f"门槛：得分 {found['before_score']:.4f} → {found['score']:.4f}；{_verdict(found)}",
            f"  作答所需的把握：{best['least']}，{low}–{high} 之间得分处处相差不到 {gate.ALIKE}",
            f"  权重  常数 {best['bias']}  "
            + "  ".join(f"{name} {weight}" for name, weight in best["weights"].items()),
        ]
    )


def _flat(row: dict[str, float], value: float) -> tuple[str, str]:
    """The ends of the run of values around the one found whose score is as good but for ``gate.ALIKE``."""
    names = sorted(row, key=float)
    low = high = names.index(f"{value:.2f}")
    least = row[names[low]] - gate.ALIKE
    while low > 0 and row[names[low - 1]] >= least:
        low -= 1
    while high + 1 < len(names) and row[names[high + 1]] >= least:
        high += 1
    return names[low], names[high]


def _verdict(found: dict[str, Any]) -> str:
    """What cross-validation says of a finding."""
    verdict = "对没见过的问题显著更好，采用。" if found["pays"] else "对没见过的问题没有显著更好，"
    if not found["pays"]:
        verdict += "按 --adopt 采用。" if found.get("adopted") else "保留原来的。"
    return f"交叉验证 {found['before_held_out']:.4f} → {found['held_out']:.4f}（p={found['p']:.3f}），{verdict}"


_TEXTS = {"fusion": _fusion_text, "ranker": _ranker_text, "judge": _judge_text, "gate": _gate_text}


def _provenance(
    contexts: list[Context], settings: Settings, given: argparse.Namespace, shown: dict[str, Any], tuning: Tuning
) -> dict[str, Any]:
    """By part, from what its values were found: enough to find them again; ``kept`` are the values written."""
    env = environment(settings)
    how = {
        "on": date.today().isoformat(),
        "sets": [_set(c.dataset) for c in contexts],
        "folds": given.folds,
        "seed": given.seed,
        "commit": env["commit"],
        "model": env["model"],
    }
    values = asdict(tuning)
    kept = {
        "fusion": {k: values[k] for k in ("dense_weight", "context_boost")},
        "ranker": values["ranker"],
        "judge": values["judge"],
        "gate": values["gate"],
    }
    scores = (
        "pays",
        "adopted",
        "p",
        "score",
        "held_out",
        "before",
        "before_score",
        "before_held_out",
        "flat",
        "weights",
    )
    return {
        name: {**how, "kept": kept[name], "found": {k: v for k, v in found.items() if k in scores}}
        for name, found in shown.items()
    }


def _set(dataset: Dataset) -> dict[str, Any]:
    return {"name": dataset.name, "digest": dataset.digest[:16], "questions": len(dataset.questions)}


def _write(out: Path, tuning: Tuning, made: dict[str, Any]) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(tuning_text(tuning, made), "utf-8")
    except OSError as error:
        raise EvalError(f"{out} 无法写入（{error.strerror or error}）。请换一个 --out。") from error


def _folds(text: str) -> int:
    number = count(text)
    if number < 2:
        raise argparse.ArgumentTypeError("折数至少为 2")
    return number
