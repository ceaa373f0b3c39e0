"""``python -m eval train``: the judge's training, from material to an adapter file; can be stopped and resumed."""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from eval.commands.common import add_work, count, path, say, work_of
from eval.dataset import Selection, corpus_of, load
from eval.environment import environment
from eval.errors import EvalError
from eval.model import Dataset, Record
from eval.progress import bar
from eval.reading import Reading, read_records
from kb.commands.common import Commands, print_json
from kb.config import load_settings
from kb.embedding import store


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("train", help="训练判断段落是否答了问题的小模型，写成一个适配文件")
    parser.add_argument(
        "--open",
        type=path,
        action="append",
        required=True,
        metavar="目录",
        help="许可训练的有标注问题集（BEIR），可重复",
    )
    parser.add_argument(
        "--official",
        type=path,
        action="append",
        required=True,
        metavar="目录",
        help="无标注的公文（BEIR 的文档），可重复",
    )
    parser.add_argument(
        "--avoid",
        type=path,
        action="append",
        default=[],
        metavar="目录",
        help="评测用的文档：与它们相同的不拿来训练，可重复",
    )
    parser.add_argument(
        "--out", type=path, required=True, metavar="文件", help="写到这里（.safetensors），旁边另有说明"
    )
    parser.add_argument("--depth", type=count, default=8, metavar="层数", help="用编码器的前几层，默认 8")
    parser.add_argument("--steps", type=count, default=1200, metavar="步数", help="训练步数，默认 1200")
    parser.add_argument("--seed", type=int, default=0, metavar="数", help="随机种子，默认 0")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_work(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Make the groups, train, measure on what was held out, write adapter and card."""
    from eval.training.judge import Recipe, Trainer, write_adapter
    from eval.training.material import leaks, official_groups, open_groups

    settings = load_settings()
    if given.out.suffix != ".safetensors":
        raise EvalError(f"{given.out} 应以 .safetensors 结尾。")
    rng = random.Random(given.seed)
    datasets = [load(Selection(folder.absolute())) for folder in given.open]
    measured = _records(given.avoid)
    texts = _records(given.official)
    left_out = leaks(texts, measured)
    if left_out:
        say(f"{len(left_out)} 篇公文与评测用的文档相同或大段重合，不拿来训练。")
    kept = [record for record in texts if record.record_id not in left_out]
    groups = list(open_groups(datasets, rng))
    with bar("公文", len(kept), "篇") as progress:
        groups += official_groups(kept, rng, progress)
    recipe = replace(Recipe(), depth=given.depth, steps=given.steps, seed=given.seed)
    folder = work_of(given, settings) / f"judge-{given.depth}-{given.steps}-{given.seed}"
    trainer = Trainer(store.model_folder(settings.cache), recipe, groups, folder)
    with bar("训练", given.steps, "步") as progress:
        progress(trainer.resume())
        trainer.run(lambda step, loss: progress(1))
    found = {source: asdict(figures) for source, figures in trainer.measure().items()}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    write_adapter(trainer.network, recipe, given.out)
    card = {
        "recipe": asdict(recipe),
        "groups": {"training": len(trainer.training), "held_out": len(trainer.held_out)},
        "open": [_set(d) for d in datasets],
        "official": {"documents": len(kept), "left_out": len(left_out)},
        "held_out": found,
        "environment": {k: environment(settings)[k] for k in ("commit", "model")},
    }
    given.out.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if given.json:
        print_json(card)
    else:
        for source, figures in found.items():
            print(f"{source}：{figures['pairs']} 对，AUC {figures['auc']:.3f}，第一个就对 {figures['first']:.3f}")
        print(f"已写入 {given.out}。")
    return 0


def _records(folders: list[Path]) -> list[Record]:
    """The documents of BEIR folders. Raises EvalError where one has none."""
    found: dict[str, Record] = {}
    for folder in folders:
        read_records(corpus_of(folder), found, Reading())
    return list(found.values())


def _set(dataset: Dataset) -> dict[str, Any]:
    return {"name": dataset.name, "digest": dataset.digest[:16], "questions": len(dataset.questions)}
