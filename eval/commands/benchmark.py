"""``python -m eval benchmark``: look after the project's own question set."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.benchmark.checks import crossing, faults
from eval.benchmark.datasheet import tables, with_tables
from eval.benchmark.documents import Entry, read_manifest, records
from eval.commands.common import path
from eval.dataset import Selection, load
from eval.errors import EvalError
from kb.commands.common import Commands, printable

ROOT = Path(__file__).resolve().parents[2]
SET = ROOT / "eval" / "data" / "zhengce_qa"
PARTS = ("dev", "test")
_HELP = "documents 由 corpus/ 写出文件正文；qrels 由问题的依据写出相关文件；check 逐题核对；datasheet 更新说明书的表"


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("benchmark", help="维护自带的评测集 zhengce_qa")
    parser.add_argument("action", choices=("documents", "qrels", "check", "datasheet"), metavar="动作", help=_HELP)
    parser.add_argument("--set", type=path, default=SET, metavar="目录", help="评测集所在（默认随项目的一份）")
    parser.add_argument("--corpus", type=path, default=ROOT / "corpus", metavar="目录", help="文件所在")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Do one action; 1 where a check finds faults."""
    folder: Path = given.set
    manifest = read_manifest(folder / "manifest.json")
    if given.action == "documents":
        return _write_documents(folder, manifest, given.corpus)
    if given.action == "qrels":
        return _write_qrels(folder)
    if given.action == "check":
        return _check(folder, manifest)
    sheet = folder / "README.md"
    parts = {part: rows_of(folder / part / "queries.jsonl") for part in PARTS}
    texts = {row["_id"]: row["text"] for row in rows_of(folder / "corpus.jsonl")}
    sheet.write_text(with_tables(sheet.read_text("utf-8"), tables(manifest, texts, parts)), "utf-8")
    print(f"已更新 {sheet}")
    return 0


def _write_documents(folder: Path, manifest: tuple[Entry, ...], corpus: Path) -> int:
    rows = [json.dumps(row, ensure_ascii=False) for row in records(manifest, corpus)]
    (folder / "corpus.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    print(f"已写出 {len(rows)} 份文件")
    return 0


def _write_qrels(folder: Path) -> int:
    """Documents that hold evidence, and those a question lists under ``also``, are relevant."""
    for part in PARTS:
        lines = ["query-id\tcorpus-id\tscore"]
        for row in rows_of(folder / part / "queries.jsonl"):
            held = [e["policy_id"] for e in row.get("evidence", [])] + row.get("also", [])
            lines += [f"{row['_id']}\t{policy_id}\t1" for policy_id in dict.fromkeys(held)]
        (folder / part / "qrels.tsv").write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{part}：{len(lines) - 1} 行")
    return 0


def _check(folder: Path, manifest: Sequence[Entry]) -> int:
    families = {e.record_id: e.family for e in manifest}
    parts = {part: load(Selection(folder / part)) for part in PARTS}
    wrong = 0
    for part, dataset in parts.items():
        rows = {row["_id"]: row for row in rows_of(folder / part / "queries.jsonl")}
        for fault in faults(dataset, rows):
            wrong += 1
            print(printable(f"{part} {fault.question_id}：{fault.what}"))
        refused = sum(not q.answerable for q in dataset.questions)
        print(f"{part}：{len(dataset.questions)} 题，其中不可答 {refused} 题")
    for family, names in crossing(parts, families).items():
        wrong += 1
        print(f"{family} 一族同时出现在 {'、'.join(names)}")
    return 1 if wrong else 0


def rows_of(file: Path) -> list[Mapping[str, Any]]:
    """The objects of a JSON lines file. Raises EvalError."""
    try:
        return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise EvalError(f"{file} 无法读取（{error}）。") from error
