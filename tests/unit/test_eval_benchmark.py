"""The checker of our own question set finds what it is for, and the set as shipped passes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.benchmark.blind import Agreement, agreement
from eval.benchmark.checks import HARD, NEAR, STYLES, TYPES, Fault, crossing, faults, mix, shared, strangers
from eval.benchmark.datasheet import BEGIN, END, tables, with_tables
from eval.benchmark.documents import Entry, read_manifest
from eval.commands import main
from eval.commands.benchmark import PARTS, SET, rows_of
from eval.dataset import Selection, load
from eval.errors import EvalError
from eval.model import Question
from tests.eval_sets import write_set

GOOD: dict[str, Any] = {
    "_id": "a",
    "text": "云溪市每家孵化器一年补多少？",
    "type": "数值",
    "family": "甲",
    "must": ["20万元"],
    "evidence": [{"policy_id": "yunxi", "quote": "每家孵化器每年补贴20万元"}],
}
REFUSED: dict[str, Any] = {
    "_id": "b",
    "text": "海州市每家补多少？",
    "type": "数值",
    "family": "甲",
    "answerable": False,
    "near": "地区",
}


def found(tmp_path: Path, **changes: Any) -> list[str]:
    """The faults of the good question with something changed, beside one that is refused rightly."""
    row = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    relevant = [("a", "yunxi", 1)] if "evidence" in row else []
    folder = write_set(tmp_path / "s", questions=[row, REFUSED], qrels=relevant)
    return [f.what for f in faults(load(Selection(folder)), {"a": row, "b": REFUSED})]


def test_a_sound_question_has_no_fault(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert found(tmp_path, must=None, answers=["每年20万元", "二十万元"]) == []
    assert found(tmp_path, text="云溪市两家孵化器一年共补多少？", answers=["40万元"], derived=True) == [
        "标准答案“40万元”里的40万不在依据里"
    ]
    assert found(tmp_path, text="另有县里的5万元，共补多少？", answers=["25万元"], derived=True) == []
    assert found(tmp_path, text="按80%发的补多少？", must=None, answers=["16万元"], derived=True) == []
    assert found(tmp_path, hard="现行") == []
    assert found(tmp_path, answers=["20万元，每年都发"]) == []
    assert found(tmp_path, text="几年发一次？", must=None, answers=["每年", "一年一发"]) == []
    assert found(tmp_path, text="海州35万元，一共补多少？", must=None, answers=["55万元"], derived=True) == []
    other = {"history": ["海州补35万元吗？"], "text": "两地一共补多少？"}
    assert found(tmp_path, must=None, answers=["55万元"], derived=True, **other) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"must": ["35万元"]}, ["标准答案“35万元”里的35万不在依据里"]),
        ({"must": ["市科技局"]}, ["要点“市科技局”不在依据里"]),
        ({"must": None, "answers": ["很多", "不少"]}, ["没有一个标准答案在依据里"]),
        ({"text": "每家补20万元的是哪里？"}, ["问句里就有标准答案“20万元”"]),
        ({"history": ["每家补20万元的是哪里？"], "text": "补多少？"}, ["问句里就有标准答案“20万元”"]),
        ({"answers": ["随便写的"]}, ["标准答案“随便写的”不在依据里，也没有全部要点"]),
        ({"text": "是二十万元不？", "must": None, "answers": ["20万元"]}, ["问句里就有标准答案“20万元”"]),
        ({"must": ["20万元", "40万元"], "derived": True}, ["标准答案“40万元”里的40万不在依据里"]),
        ({"must": None}, ["没有标准答案"]),
        (
            {"type": "别的"},
            ["type 应为 数值、责任单位、时间、条件、材料流程、列举、定义、文号、有效性、比较、多文件、表格、追问 之一"],
        ),
        ({"style": "英文"}, ["style 应为 书面、口语、错别字、简称、繁体 之一"]),
        ({"hard": "很难"}, ["hard 应为 现行、时点、地点、关系、换说法、对象 之一"]),
        ({"near": "年份"}, ["可答的问题不应有 near"]),
        (
            {"evidence": [{"policy_id": "yunxi", "quote": "每家孵化器每年补贴20万元钱"}]},
            ["依据不在文件原文里"],
        ),
        (
            {"evidence": [{"policy_id": "linhe", "quote": "每家孵化器每年补贴35万元"}], "must": ["35万元"]},
            ["依据没有写 policy_id，或 qrels 里没有这份文件"],
        ),
    ],
)
def test_every_kind_of_fault_is_found(tmp_path: Path, changes: dict[str, Any], said: list[str]) -> None:
    assert found(tmp_path, **changes) == said


def test_faults_of_unanswerable_and_double_questions(tmp_path: Path) -> None:
    rows = [
        {**REFUSED, "near": "想不出"},
        {**GOOD, "answerable": False, "near": "年份", "must": [], "hard": "地点"},
        {**GOOD, "_id": "c", "text": "云溪市每家孵化器，一年补多少"},
    ]
    folder = write_set(tmp_path / "s", questions=rows, qrels=[("c", "yunxi", 1)])
    assert faults(load(Selection(folder)), {row["_id"]: row for row in rows}) == [
        Fault("b", "near 应为 年份、地区、层级、文号、指标、对象、错误前提、范围外 之一"),
        Fault("a", "不可答的问题不应有依据、答案或相关文件"),
        Fault("a", "不可答的问题不应有 hard"),
        Fault("c", "与 a 是同一个问题"),
    ]


def test_a_family_whose_evidence_is_in_two_parts_is_told(tmp_path: Path) -> None:
    other = {**GOOD, "_id": "z", "text": "别的问法？"}
    parts = {
        name: load(Selection(write_set(tmp_path / name, questions=[row, REFUSED], qrels=[(row["_id"], "yunxi", 1)])))
        for name, row in (("dev", GOOD), ("test", other))
    }
    families = {"yunxi": "甲", "linhe": "乙"}
    assert crossing(parts, families) == {"甲": ["dev", "test"]}
    assert crossing({"dev": parts["dev"]}, families) == {}
    assert shared({"dev": parts["dev"]}) == []
    assert shared({"dev": parts["dev"], "test": parts["dev"]})[0].what == "几个部分都有这个编号"


def test_documents_and_families_that_nobody_holds() -> None:
    row = {"_id": "a", "family": "乙", "evidence": [{"policy_id": "x"}], "also": ["d", "y"]}
    assert [f.what for f in strangers([row], {"d": "甲"})] == ["没有收录文件 x", "没有收录文件 y", "没有 乙 这一族"]


def test_the_tables_of_the_datasheet_count_documents_and_questions() -> None:
    manifest = (
        Entry("yunxi", "甲/一.docx", "甲", None, ""),
        Entry("a-2", "甲/三.docx", "甲", "data/y.html", ""),
        Entry("b-1", "乙/二.pdf", "乙", "data/x.html", ""),
    )
    parts: Mapping[str, list[dict[str, Any]]] = {
        "dev": [{**GOOD, "hard": "时点"}],
        "test": [{**REFUSED, "style": "口语", "family": "乙"}],
    }
    made = tables(manifest, {"yunxi": "字" * 1200, "a-2": "字" * 5, "b-1": "字" * 30}, parts)
    assert made.split("\n\n") == [
        "| 族 | 文件 | 作为依据 | 性质 | 字数 |\n| --- | --- | --- | --- | --- |\n| 乙 | 1 | 0 | 摘要 | 30 |\n"
        "| 甲 | 2 | 1 | 摘要、虚构 | 1,205 |\n| 合计 | 3 | 1 |  | 1,235 |",
        "| 格式 | 文件 |\n| --- | --- |\n| .docx | 2 |\n| .pdf | 1 |",
        "| 题型 | dev | test | 共 |\n| --- | --- | --- | --- |\n| 数值 | 1 | 1 | 2 |\n| 合计 | 1 | 1 | 2 |",
        "| 问法 | dev | test | 共 |\n| --- | --- | --- | --- |\n| 书面 | 1 | 0 | 1 |\n| 口语 | 0 | 1 | 1 |\n"
        "| 合计 | 1 | 1 | 2 |",
        "| 不可答的原因 | dev | test | 共 |\n| --- | --- | --- | --- |\n| 地区 | 0 | 1 | 1 |\n| 合计 | 0 | 1 | 1 |",
        "| 难题靠什么分辨 | dev | test | 共 |\n| --- | --- | --- | --- |\n| 时点 | 1 | 0 | 1 |\n| 合计 | 1 | 0 | 1 |",
        "| 族 | dev | test | 共 |\n| --- | --- | --- | --- |\n| 乙 | 0 | 1 | 1 |\n| 甲 | 1 | 0 | 1 |\n"
        "| 合计 | 1 | 1 | 2 |",
    ]
    sheet = f"前\n{BEGIN}\n旧\n{END}\n后\n"
    assert with_tables(sheet, "新") == f"前\n{BEGIN}\n\n新\n\n{END}\n后\n"
    assert with_tables(with_tables(sheet, "新"), "新") == with_tables(sheet, "新")
    for broken in (sheet.replace(BEGIN, ""), sheet.replace(END, ""), sheet.replace(END, BEGIN, 1)):
        with pytest.raises(EvalError):
            with_tables(broken, "新")
    assert mix([GOOD, REFUSED])["near"] == {"地区": 1}
    assert mix([{**GOOD, "hard": "时点"}, REFUSED])["hard"] == {"时点": 1}


def test_a_reader_who_saw_no_gold_is_compared_with_it() -> None:
    questions = [
        Question("a", "补多少？", ("20万元",), relevant={"yunxi": 1}),
        Question("b", "由谁？", must=("市科技局",), relevant={"yunxi": 1}),
        Question("c", "海州补多少？", answerable=False),
    ]
    rows = [
        {"_id": "a", "answerable": True, "answer": "二十万元", "documents": ["yunxi"]},
        {"_id": "b", "answerable": True, "answer": "市财政局", "documents": ["yunxi", "linhe"]},
        {"_id": "c", "answerable": True, "answer": "35万元", "documents": ["linhe"]},
    ]
    assert agreement(rows, questions) == Agreement(3, verdict=("c",), strings=("b",), documents=("b",))
    refused = {"_id": "c", "answerable": False, "answer": "", "documents": []}
    unread = {"_id": "a", "answerable": True, "answer": "20万元", "documents": []}
    assert agreement([refused, unread], questions) == Agreement(2, (), (), ("a",))
    with pytest.raises(EvalError, match="盲答里的 z 不在评测集里"):
        agreement([{"_id": "z"}], questions)


def test_the_command_writes_documents_and_qrels_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, folder = tmp_path / "corpus", tmp_path / "set"
    (corpus / "甲").mkdir(parents=True)
    (corpus / "甲" / "一.txt").write_text("云溪市通知\n\n每家孵化器每年补贴20万元，由市科技局负责。\n", "utf-8")
    for part in ("dev", "test"):
        (folder / part).mkdir(parents=True)
    (folder / "manifest.json").write_text(
        json.dumps({"甲/一.txt": {"id": "yunxi", "family": "甲", "invented": True}}), "utf-8"
    )
    rows = {
        "dev": [GOOD, REFUSED],
        "test": [{**REFUSED, "_id": "c", "text": "别的一问？"}, {**REFUSED, "_id": "d", "text": "又一问？"}],
    }
    for part, listed in rows.items():
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in listed)
        (folder / part / "queries.jsonl").write_text(text, "utf-8")
    (folder / "README.md").write_text(f"# 说明\n\n{BEGIN}\n{END}\n", "utf-8")

    def run(action: str) -> tuple[int, str]:
        code = main(["benchmark", action, "--set", str(folder), "--corpus", str(corpus)])
        return code, capsys.readouterr().out

    assert run("documents") == (0, "已写出 1 份文件\n")
    assert run("qrels") == (0, "dev：1 行\ntest：0 行\n")
    assert run("check") == (0, "dev：2 题，其中不可答 1 题\ntest：2 题，其中不可答 2 题\n")
    assert run("datasheet")[0] == 0
    assert "| 甲 | 1 | 1 | 虚构 |" in (folder / "README.md").read_text("utf-8")
    assert read_manifest(folder / "manifest.json") == (Entry("yunxi", "甲/一.txt", "甲", None, ""),)
    wrong = {**GOOD, "must": ["35万元"]}
    (folder / "dev" / "queries.jsonl").write_text(json.dumps(wrong) + "\n" + json.dumps(REFUSED), "utf-8")
    code, said = run("check")
    assert (code, said.splitlines()[0]) == (1, "dev a：标准答案“35万元”里的35万不在依据里")


def test_the_set_as_shipped_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", "check"]) == 0
    counts = re.findall(r"(dev|test)：(\d+) 题，其中不可答 (\d+) 题", capsys.readouterr().out)
    assert [part for part, *_ in counts] == ["dev", "test"]
    assert sum(int(all_) for _, all_, _ in counts) >= 500
    assert sum(int(refused) for *_, refused in counts) >= 120


def test_the_datasheet_has_the_counts_of_the_set() -> None:
    manifest = read_manifest(SET / "manifest.json")
    parts = {part: rows_of(SET / part / "queries.jsonl") for part in PARTS}
    texts = {row["_id"]: row["text"] for row in rows_of(SET / "corpus.jsonl")}
    sheet = (SET / "README.md").read_text("utf-8")
    assert with_tables(sheet, tables(manifest, texts, parts)) == sheet


def test_every_type_and_reason_has_its_questions() -> None:
    counted = mix([row for part in PARTS for row in rows_of(SET / part / "queries.jsonl")])
    assert min(counted["type"][name] for name in TYPES) >= 30
    assert min(counted["near"][name] for name in NEAR) >= 12
    assert min(counted["style"][name] for name in STYLES) >= 30
    assert min(counted["hard"][name] for name in HARD) >= 8
