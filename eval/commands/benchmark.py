"""``python -m eval benchmark``: look after the project's own question set."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from eval.benchmark import baselines
from eval.benchmark.blind import agreement
from eval.benchmark.checks import crossing, faults, shared, strangers
from eval.benchmark.datasheet import BEGIN, tables, with_tables
from eval.benchmark.documents import Entry, read_manifest, records
from eval.benchmark.lookalikes import lookalikes
from eval.commands.common import path
from eval.comparison import Basis
from eval.contrast import Side
from eval.dataset import Selection, load
from eval.errors import EvalError, RunMismatch
from eval.runs import RunFolder
from kb.commands.common import Commands, printable

ROOT = Path(__file__).resolve().parents[2]
SET = ROOT / "eval" / "data" / "zhengce_qa"
PARTS = ("dev", "test")
_HELP = (
    "documents 由 corpus/ 写出文件正文；qrels 由问题的依据写出相关文件；check 逐题核对；blind 把盲答与标准答案对照；"
    "datasheet 更新说明书的表；"
    "lookalikes 由评测的结果统计近似文件排在前面的比例；baselines 把结果写进说明书的“基线”"
)


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("benchmark", help="维护自带的评测集 zhengce_qa")
    parser.add_argument("action", choices=tuple(_ACTIONS), metavar="动作", help=_HELP)
    parser.add_argument("runs", type=path, nargs="*", metavar="评测文件夹", help="lookalikes、baselines 所用的结果")
    parser.add_argument("--set", type=path, default=SET, metavar="目录", help="评测集所在（默认随项目的一份）")
    parser.add_argument("--corpus", type=path, default=ROOT / "corpus", metavar="目录", help="文件所在")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Do one action; 1 where a check finds faults."""
    return _ACTIONS[given.action](given, read_manifest(given.set / "manifest.json"))


def _write_documents(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> int:
    rows = [json.dumps(row, ensure_ascii=False) for row in records(manifest, given.corpus)]
    (given.set / "corpus.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    print(f"已写出 {len(rows)} 份文件")
    return 0


def _write_qrels(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> int:
    """Documents that hold evidence, and those a question lists under ``also``, are relevant."""
    folder: Path = given.set
    for part in PARTS:
        lines = ["query-id\tcorpus-id\tscore"]
        for row in rows_of(folder / part / "queries.jsonl"):
            held = [e["policy_id"] for e in row.get("evidence", [])] + row.get("also", [])
            lines += [f"{row['_id']}\t{policy_id}\t1" for policy_id in dict.fromkeys(held)]
        (folder / part / "qrels.tsv").write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{part}：{len(lines) - 1} 行")
    return 0


def _check(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> int:
    folder: Path = given.set
    families = {e.record_id: e.family for e in manifest}
    parts = {part: load(Selection(folder / part)) for part in PARTS}
    wrong = 0
    for part, dataset in parts.items():
        rows = {row["_id"]: row for row in rows_of(folder / part / "queries.jsonl")}
        for fault in (*faults(dataset, rows), *strangers(rows.values(), families)):
            wrong += 1
            print(printable(f"{part} {fault.question_id}：{fault.what}"))
        refused = sum(not q.answerable for q in dataset.questions)
        print(f"{part}：{len(dataset.questions)} 题，其中不可答 {refused} 题")
    for fault in shared(parts):
        wrong += 1
        print(printable(f"{fault.question_id}：{fault.what}"))
    for family, names in crossing(parts, families).items():
        wrong += 1
        print(f"{family} 一族同时出现在 {'、'.join(names)}")
    return 1 if wrong else 0


def _compare_blind(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> int:
    """Say how far each reader's answers (``blind/*.jsonl``) agree with the gold."""
    questions = [q for part in PARTS for q in load(Selection(given.set / part)).questions]
    files = sorted((given.set / "blind").glob("*.jsonl"))
    if not files:
        raise EvalError(f"{given.set} 里没有盲答（blind/*.jsonl）。每行写 _id、answerable、answer、documents。")
    for file in files:
        found = agreement(rows_of(file), questions)
        print(printable(f"{file.stem}：{found.count} 题"))
        for name, ids in (("可答与否", found.verdict), ("字面", found.strings), ("文件", found.documents)):
            print(printable(f"  {name}不同 {len(ids)} 题{'：' if ids else ''}{'、'.join(ids)}"))
    return 0


def _write_datasheet(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> int:
    parts = {part: rows_of(given.set / part / "queries.jsonl") for part in PARTS}
    texts = {row["_id"]: row["text"] for row in rows_of(given.set / "corpus.jsonl")}
    return _write_sheet(given.set, tables(manifest, texts, parts), BEGIN)


def _write_baselines(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> int:
    return _write_sheet(given.set, baselines.baseline_tables(_part_runs(given, manifest)), baselines.BEGIN)


def _print_lookalikes(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> int:
    print(printable(baselines.lookalike_tables(_part_runs(given, manifest))))
    return 0


def _write_sheet(folder: Path, made: str, begin: str) -> int:
    sheet = folder / "README.md"
    sheet.write_text(with_tables(sheet.read_text("utf-8"), made, begin), "utf-8")
    print(f"已更新 {sheet}")
    return 0


def _part_runs(given: argparse.Namespace, manifest: tuple[Entry, ...]) -> list[baselines.PartRun]:
    """The runs on parts of the set. Raises EvalError where there is none, or its set has changed."""
    if not given.runs:
        raise EvalError(f"请写上评测的文件夹，例如 python -m eval benchmark {given.action} 结果/dev 结果/test。")
    return [_part_run(RunFolder(folder), {e.record_id: e.family for e in manifest}) for folder in given.runs]


def _part_run(folder: RunFolder, families: Mapping[str, str]) -> baselines.PartRun:
    config = folder.config()
    dataset = load(config.selection)
    if dataset.digest != config.digests.get("dataset") or not dataset.records.keys() <= families.keys():
        raise RunMismatch(f"{folder.path} 评的不是这个评测集，或评测集之后改动过。请用新的 --out 重新评测。")
    rows = rows_of(config.selection.folder / "queries.jsonl")
    near = {row["_id"]: row.get("near") or "" for row in rows}
    side = Side(folder, None)
    names = list(side.summary["systems"])
    return baselines.PartRun(
        side.summary,
        str(folder.read_json("environment.json")["commit"]),
        {name: side.questions(name) for name in names},
        {name: lookalikes(dataset.questions, near, folder.results(name), families) for name in names},
        Basis({i: r["answerable"] for i, r in side.rows.items()}, {i for i, r in side.rows.items() if r["balanced"]}),
        frozenset(row["_id"] for row in rows if "hard" in row),
    )


def rows_of(file: Path) -> list[Mapping[str, Any]]:
    """The objects of a JSON lines file. Raises EvalError."""
    try:
        return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise EvalError(f"{file} 无法读取（{error}）。") from error


_ACTIONS: Mapping[str, Callable[[argparse.Namespace, tuple[Entry, ...]], int]] = {
    "documents": _write_documents,
    "qrels": _write_qrels,
    "check": _check,
    "blind": _compare_blind,
    "datasheet": _write_datasheet,
    "lookalikes": _print_lookalikes,
    "baselines": _write_baselines,
}
