"""Small BEIR folders for the tests of evaluation."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DOCUMENTS = [
    {
        "_id": "yunxi",
        "title": "云溪市孵化器管理办法",
        "text": "第一条 云溪市对市级孵化器给予补贴。第二条 每家孵化器每年补贴20万元，由市科技局负责。",
    },
    {
        "_id": "linhe",
        "title": "临河市孵化器管理办法",
        "text": "第一条 临河市对市级孵化器给予补贴。第二条 每家孵化器每年补贴35万元，由市发展改革委负责。",
    },
    {
        "_id": "zhufang",
        "title": "云溪市人才住房办法",
        "text": "云溪市引进的博士可以申请人才住房，租金补贴每月1500元，最长3年。联系电话：12345678。",
    },
    {
        "_id": "peixun",
        "title": "云溪市技能培训通知",
        "text": "企业组织职工参加技能培训的，按每人600元给予补贴，申请截至2031年6月30日。",
    },
]
QUESTIONS = [
    {"_id": "q1", "text": "云溪市每家孵化器每年补贴多少？", "answers": ["20万元"], "type": "数值"},
    {"_id": "q2", "text": "临河市孵化器补贴由哪个部门负责？", "answers": ["市发展改革委"], "type": "单位"},
    {"_id": "q3", "text": "云溪市博士租金补贴每月多少元？", "answers": ["1500元"], "type": "数值"},
    {"_id": "q4", "text": "技能培训补贴申请截至哪天？", "must": ["2031年6月30日"], "type": "日期"},
    {"_id": "n1", "text": "海州市孵化器每年补贴多少？", "answers": [], "answerable": False, "type": "不可答"},
    {"_id": "n2", "text": "云溪市养老金每月发多少？", "answers": [], "answerable": False, "type": "不可答"},
]
QRELS = [("q1", "yunxi", 1), ("q2", "linhe", 1), ("q3", "zhufang", 1), ("q4", "peixun", 1)]


def write_set(
    folder: Path,
    documents: Sequence[Mapping[str, Any]] = DOCUMENTS,
    questions: Sequence[Mapping[str, Any]] = QUESTIONS,
    qrels: Sequence[tuple[str, str, object]] = QRELS,
    *,
    zipped: bool = False,
) -> Path:
    """A BEIR folder; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("corpus.jsonl", documents), ("queries.jsonl", questions)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / name).write_text(text, "utf-8")
    lines = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in qrels)]
    (folder / "qrels.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder
