"""The report and the README's tables: every text escaped, every figure where it belongs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from eval.dataset import Selection, load
from eval.model import Result, Said, Span
from eval.report import markdown_table, shown, terminal_table
from eval.runner import summarise
from eval.runs import ResultLog, RunConfig, RunFolder
from eval.suite import tables
from tests.eval_sets import DOCUMENTS, QRELS, QUESTIONS, write_set

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>{{ 7 * 7 }}'
ENVIRONMENT = {
    "python": "3.11",
    "packages": {"torch": "2", "bm25s": None},
    "commit": None,
    "model": {"name": "m", "dimension": 2},
    "tuning": {"version": HOSTILE},
    "machine": {"processor": "p", "cores": 2},
}


@pytest.fixture
def summary(tmp_path: Path) -> dict[str, Any]:
    """A scored run with hostile text everywhere a set can put text."""
    documents = [{**d, "title": f"{d['title']}{HOSTILE}", "text": f"{d['text']}{HOSTILE}"} for d in DOCUMENTS]
    questions = [{**q, "text": f"{q['text']}{HOSTILE}", "type": f"{q['type']}{HOSTILE}"} for q in QUESTIONS]
    selection = Selection(write_set(tmp_path / "s", documents, questions), name=f"集{HOSTILE}")
    dataset = load(selection)
    folder = RunFolder(tmp_path / "run")
    config = RunConfig(selection, ("hybrid", "bm25"), date(2031, 1, 1))
    folder.begin(config, ENVIRONMENT)
    for name, policy_id in (("hybrid", "linhe"), ("bm25", "yunxi")):
        log = ResultLog(folder.system(name))
        for q in dataset.questions:
            said = Said(HOSTILE, q.question_id == "n1") if name == "hybrid" else None
            log.append(Result(q.question_id, (Span(policy_id, 0, 20), Span("linhe")), said, 5.0, said and 9.0))
        log.append(Result("q1", error=HOSTILE))
        log.close()
    return summarise(folder, config, dataset, lambda text: None)


def test_no_text_of_a_set_becomes_markup(summary: dict[str, Any], tmp_path: Path) -> None:
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    tree = html.fromstring(page)
    assert tree.xpath("//script | //img | //link | //iframe | //@onerror") == []
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 7 }}" in page, "text of a set is no template"
    assert re.findall(r"https?://|url\(|@import", page) == []


def test_the_tables_show_each_figure_with_its_interval(summary: dict[str, Any], tmp_path: Path) -> None:
    tree = html.fromstring((tmp_path / "run" / "report.html").read_text("utf-8"))
    heads = [t.text_content().strip() for t in tree.xpath("//h2[1]/following-sibling::div[1]//thead//th")]
    assert heads == ["指标", "hybrid", "bm25"]
    row = tree.xpath("//tr[td[1][starts-with(normalize-space(), 'MRR@10')]]")[0]
    low, high = summary["systems"]["bm25"]["ci"]["MRR@10"]
    value = summary["systems"]["bm25"]["metrics"]["MRR@10"]
    assert [small.text for small in row.xpath("td[3]/small")] == ["4 题", f"{low:.3f}–{high:.3f}"]
    assert row.xpath("td[3]")[0].text.strip() == f"{value:.3f}"
    assert len(tree.xpath("//svg")) >= 8
    assert len(tree.xpath("//details")) == 2


def test_the_terminal_table_says_over_how_many_questions(summary: dict[str, Any]) -> None:
    lines = {line.split("  ")[0].strip(): line for line in terminal_table(summary).splitlines()}
    assert "MRR@10（4 题）" in lines
    assert "检索 p50（毫秒）" in lines, "a time is over no number of questions of its own"
    systems = {
        name: {**s, "n": {**s["n"], "MRR@10": n}}
        for (name, s), n in zip(summary["systems"].items(), (6, 3), strict=True)
    }
    assert "MRR@10（3–6 题）" in terminal_table({**summary, "systems": systems})
    systems = {name: {**s, "n": {**s["n"], "MRR@10": 6}} for name, s in systems.items()}
    assert "MRR@10（" not in terminal_table({**summary, "systems": systems})


def test_documents_that_are_nowhere_and_questions_without_a_result_are_told(tmp_path: Path) -> None:
    selection = Selection(write_set(tmp_path / "s"))
    dataset = load(selection)
    folder = RunFolder(tmp_path / "run")
    config = RunConfig(selection, ("bm25", "dense"), date(2031, 1, 1))
    folder.begin(config, ENVIRONMENT)
    nowhere = {
        "q1": [Span("x1"), Span("yunxi"), Span("x1", 0, 3)],
        "q2": [Span(f"x{i}") for i in range(2, 6)],
        "n1": [],
    }
    for name in config.systems:
        log = ResultLog(folder.system(name))
        for q in dataset.questions:
            found = nowhere.get(q.question_id, []) if name == "bm25" else [Span("linhe")]
            log.append(Result(q.question_id, tuple(found), error="坏" if q.question_id == "q4" else None))
        log.close()
    told: list[str] = []
    summary = summarise(folder, config, dataset, told.append)
    said = (
        "bm25：6 个片段的编号不在 corpus.jsonl 里（例如 x1、x2、x3），按不相关计；"
        "1 个可答的问题没有结果（系统什么也没有找到），按 0 计。"
    )
    assert [line for line in told if "出错" not in line] == [f"注意：{said}"]
    assert summary["warnings"][-1] == said
    counted = [(s["unknown_spans"], s["questions_without_spans"]) for s in summary["systems"].values()]
    assert counted == [(6, 1), (0, 0)]
    assert said in html.fromstring((tmp_path / "run" / "report.html").read_text("utf-8")).text_content()


def test_a_system_without_a_fault_has_no_worst_questions(tmp_path: Path) -> None:
    selection = Selection(write_set(tmp_path / "s", questions=QUESTIONS[:2], qrels=QRELS[:2]))
    folder = RunFolder(tmp_path / "run")
    config = RunConfig(selection, ("bm25",), date(2031, 1, 1))
    folder.begin(config, ENVIRONMENT)
    log = ResultLog(folder.system("bm25"))
    for i, policy_id, _ in QRELS[:2]:
        log.append(Result(i, (Span(policy_id),)))
    log.close()
    assert summarise(folder, config, load(selection), lambda text: None)["worst"] == {"bm25": []}
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert ("bm25：没有答得不好的问题" in page, "最差的 0 个" in page) == (True, False)


def test_the_terminal_table_is_aligned(summary: dict[str, Any]) -> None:
    lines = terminal_table(summary).splitlines()
    widths = {sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines}
    assert len(widths) == 1
    assert lines[0].split() == ["hybrid", "bm25"]


@pytest.mark.parametrize(
    ("value", "metric", "expected"),
    [
        (None, "MRR@10", "—"),
        (0.98765, "MRR@10", "0.988"),
        (12.345, "latency_p50_ms", "12.3"),
        (1234.5, "answer_latency_p95_ms", "1234"),
        (204.4, "answer_chars", "204"),
        (3.0, "errors", "3"),
    ],
)
def test_figures_are_shown_with_the_digits_they_deserve(value: float | None, metric: str, expected: str) -> None:
    assert shown(value, metric) == expected


def test_markdown_tables() -> None:
    assert markdown_table([["甲", "乙"], ["1", "2"]]) == "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |"


def test_the_readmes_tables_mark_the_best_and_leave_out_what_was_not_searched(summary: dict[str, Any]) -> None:
    text = tables({"甲": summary})
    retrieval, answers, cost = text.split("\n\n")
    assert "| 甲（4 份，6 题） | hybrid |" in retrieval
    assert retrieval.count("**") >= 2
    assert [line.split(" | ")[1] for line in answers.splitlines()[2:]] == ["hybrid"]
    assert "5.0" in cost
