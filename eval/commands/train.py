"""``python -m eval train``: the encoder's or the judge's training, from material to a small file; can be resumed."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.commands.common import add_work, count, path, say, work_of
from eval.dataset import Selection, corpus_of, load
from eval.environment import environment
from eval.errors import EvalError
from eval.model import Dataset, Record
from eval.progress import bar
from eval.reading import Reading, read_records
from kb.commands.common import Commands, print_json
from kb.config import Settings, load_settings
from kb.embedding import store
from kb.embedding.bert import yield_while_waiting

if TYPE_CHECKING:
    from eval.training.encoder import EncoderTrainer
    from eval.training.groups import Group
    from eval.training.judge import JudgeTrainer
    from eval.training.trainer import Recipe


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("train", help="在内置模型上训练向量模型或判断模型，写成一个几兆的文件")
    parser.add_argument(
        "--model",
        choices=("encoder", "judge"),
        required=True,
        help="encoder：向量模型，用 ZHICE_EMBEDDING=文件 启用；judge：判断段落是否答了问题，用 ZHICE_JUDGE=文件 启用",
    )
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
    parser.add_argument("--depth", type=count, default=8, metavar="层数", help="判断模型用编码器的前几层，默认 8")
    parser.add_argument("--steps", type=count, metavar="步数", help="训练步数，默认 encoder 300，judge 1200")
    parser.add_argument("--seed", type=int, default=0, metavar="数", help="随机种子，默认 0")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_work(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Make the groups, train, measure on what was held out, write the file and its card."""
    yield_while_waiting()  # else torch's threads spin beside whatever else runs: three times as long
    settings = load_settings()
    if given.out.suffix != ".safetensors":
        raise EvalError(f"{given.out} 应以 .safetensors 结尾。")
    groups, card = _material(given)
    trainer = _trainer(given, settings, groups)
    steps = trainer.recipe.steps
    with bar("训练", steps, "步") as progress:
        progress(trainer.resume())
        trainer.run(lambda step, loss: progress(1))
    found = {source: asdict(figures) for source, figures in trainer.measure().items()}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    trainer.write(given.out)
    card = {
        "model": given.model,
        "recipe": asdict(trainer.recipe),
        "groups": {"training": len(trainer.training), "held_out": len(trainer.held_out)},
        **card,
        "held_out": found,
        "environment": {k: environment(settings)[k] for k in ("commit", "model")},
    }
    given.out.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if given.json:
        print_json(card)
    else:
        for source, figures in found.items():
            print(f"{source}：" + "，".join(f"{_NAMES[key]} {_shown(value)}" for key, value in figures.items()))
        print(f"已写入 {given.out}。")
    return 0


def _material(given: argparse.Namespace) -> tuple[list[Group], dict[str, Any]]:
    """The groups to learn from, and what the card says of where they come from."""
    from eval.training.material import leaks, official_groups, open_groups

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
    official = {"documents": len(kept), "left_out": len(left_out)}
    return groups, {"open": [_set(d) for d in datasets], "official": official}


def _trainer(given: argparse.Namespace, settings: Settings, groups: list[Group]) -> EncoderTrainer | JudgeTrainer:
    from eval.training.encoder import EncoderRecipe, EncoderTrainer
    from eval.training.judge import JudgeRecipe, JudgeTrainer

    folder = store.model_folder(settings.cache)
    changed: dict[str, Any] = {"seed": given.seed} | ({"steps": given.steps} if given.steps else {})
    if given.model == "judge":
        recipe = replace(JudgeRecipe(), depth=given.depth, **changed)
        return JudgeTrainer(folder, recipe, groups, work_of(given, settings) / f"judge-{_key(recipe, groups)}")
    learning = replace(EncoderRecipe(), **changed)
    return EncoderTrainer(folder, learning, groups, work_of(given, settings) / f"encoder-{_key(learning, groups)}")


def _key(recipe: Recipe, groups: list[Group]) -> str:
    """What tells a run from another: one on other material or by another recipe does not go on from its state."""
    digest = hashlib.sha256(repr(recipe).encode())
    for group in groups:
        digest.update(repr(group).encode())
    return digest.hexdigest()[:16]


_NAMES = {
    "pairs": "对数",
    "auc": "AUC",
    "first": "第一个就对",
    "questions": "题数",
    "among": "段数",
    "reciprocal_rank": "MRR",
}


def _shown(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _records(folders: list[Path]) -> list[Record]:
    """The documents of BEIR folders. Raises EvalError where one has none."""
    found: dict[str, Record] = {}
    for folder in folders:
        read_records(corpus_of(folder), found, Reading())
    return list(found.values())


def _set(dataset: Dataset) -> dict[str, Any]:
    return {"name": dataset.name, "digest": dataset.digest[:16], "questions": len(dataset.questions)}
