"""Arguments the commands share."""

from __future__ import annotations

import argparse
import hashlib
import sys
from datetime import date
from pathlib import Path

from eval.dataset import Selection
from eval.environment import RULES, model_identity, tuning_digest
from eval.errors import EvalError
from eval.model import Dataset
from eval.runs import DEPTH, RunConfig, RunFolder
from eval.systems import absolute, find_system
from kb.commands.common import folder, printable
from kb.config import Settings, load_settings

#: Settings of the product that bear on results.
_BEARING = ("embedding", "embedding_url", "judge", "tuning", "dense_weight", "max_question_chars")


def path(text: str) -> Path:
    """An argument that names a file or folder."""
    return Path(folder(text))


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Arguments that choose a set."""
    parser.add_argument("--dataset", type=path, required=True, metavar="目录", help="BEIR 形式的文件夹")
    parser.add_argument(
        "--noise", type=path, action="append", default=[], metavar="目录", help="再加入这些文件，可重复"
    )
    parser.add_argument("--queries", type=path, metavar="文件", help="代替文件夹里的 queries.jsonl")
    parser.add_argument("--qrels", type=path, metavar="文件", help="代替文件夹里的 qrels.tsv")
    parser.add_argument(
        "--unanswerable", type=path, action="append", default=[], metavar="文件", help="再加入这些不可答的问题，可重复"
    )
    parser.add_argument("--only", type=path, metavar="文件", help="加入的问题中只要这些编号（每行一个）")
    parser.add_argument("--sample", type=count, metavar="个数", help="只用这么多问题，可答与不可答尽量各半")
    parser.add_argument("--single", action="store_true", help="允许只有一个问题")
    parser.add_argument("--seed", type=int, default=0, metavar="数", help="抽样与检验的随机种子，默认 0")


def selection_of(given: argparse.Namespace) -> Selection:
    """The set that was chosen, by resolved paths, so that a run can be taken up from any folder."""
    return Selection(
        folder=given.dataset.resolve(),
        noise=tuple(p.resolve() for p in given.noise),
        queries=given.queries and given.queries.resolve(),
        qrels=given.qrels and given.qrels.resolve(),
        unanswerable=tuple(p.resolve() for p in given.unanswerable),
        only=given.only and given.only.resolve(),
        sample=given.sample,
        seed=given.seed,
        single=given.single,
    )


def add_work(parser: argparse.ArgumentParser) -> None:
    """Where bases and vectors are kept between runs."""
    parser.add_argument(
        "--work", type=path, metavar="目录", help="各次评测共用的知识库和向量放在这里，默认在缓存目录里"
    )


def work_of(given: argparse.Namespace, settings: Settings) -> Path:
    """The work folder, absolute."""
    return (given.work or settings.cache / "eval").resolve()


def config_for(
    selection: Selection,
    dataset: Dataset,
    systems: tuple[str, ...],
    *,
    as_of: date,
    answers: bool = True,
    depth: int = DEPTH,
) -> RunConfig:
    """The configuration of a run with the settings in force. Raises EvalError for a system that cannot be had."""
    settings = load_settings()
    given = {name: getattr(settings, name) for name in _BEARING}
    if settings.tuning is not None:
        given["tuning"] = str(settings.tuning.resolve())
    names = tuple(absolute(name) for name in systems)
    kinds = {name: find_system(name) for name in names}
    for kind in kinds.values():
        kind.check()
    digests = {name: _digest(file) for name, kind in kinds.items() for file in kind.files}
    digests |= {"dataset": dataset.digest, "tuning": tuning_digest(settings.tuning), "model": model_identity(settings)}
    digests |= {f"rules {name}": version for name, version in RULES.items()}
    return RunConfig(selection, names, as_of, answers, depth, selection.seed, given, digests)


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise EvalError(f"{file} 无法读取（{error.strerror or error}）。") from error


def as_of_for(given: argparse.Namespace, folder: RunFolder) -> date:
    """The day validity is judged on: as given, else as the run in the folder began with, else today."""
    if given.as_of:
        day_given: date = given.as_of
        return day_given
    return folder.config().as_of if (folder.path / "config.json").is_file() else date.today()


def say(text: str) -> None:
    """A remark, beside the output."""
    print(printable(text), file=sys.stderr)


def count(text: str) -> int:
    """An argument that counts."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应为正整数，而不是 {text}")
    return int(text)
