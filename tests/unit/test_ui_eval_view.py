"""The tab of the evaluation as HTML: what is shown of runs, figures and differences, all of it escaped."""

from __future__ import annotations

import re
from typing import Any

import lxml.html

from eval.jobs import Job, Request, State
from eval.scoring import REPORTED
from ui.eval_view import INTRODUCTION, differences, figures, listed, running

ID = "20261127-180000-00aa"
HOSTILE = "<script>window.hacked = 1</script>${1}"


def job(state: State = State.DONE, **given: Any) -> Job:
    values: dict[str, Any] = {
        "job_id": ID,
        "request": Request("题集", ("hybrid", "bm25"), 20, True, "2026-11-27 18:00"),
    }
    return Job(**values | {"state": state} | given)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", lxml.html.fromstring(f"<div>{html}</div>").text_content()).strip()


def buttons(html: str) -> list[tuple[str, str]]:
    found = lxml.html.fromstring(f"<div>{html}</div>").xpath("//button")
    return [(b.get("data-do"), b.text_content()) for b in found]


def summary(**metrics: dict[str, float | None]) -> dict[str, Any]:
    systems = {}
    for name, given in metrics.items():
        values = dict.fromkeys(REPORTED) | {"errors": 0.0} | given
        systems[name] = {"metrics": values, "ci": {m: [0.1, 0.9] if values[m] is not None else None for m in REPORTED}}
    return {
        "documents": 3,
        "questions": 20,
        "answerable": 10,
        "as_of": "2026-11-27",
        "warnings": [],
        "systems": systems,
    }


def test_the_run_in_progress_says_how_far_it_is() -> None:
    shown = running(job(State.RUNNING, system="bm25", stage="answer", done=5, total=20))
    assert "题集，抽 20 题第 2 / 2 个系统 bm25 答题 5 / 20 题" in text(shown)
    assert 'value="0.250"' in shown and buttons(shown) == [("stop", "停止")]
    assert "正在启动" in text(running(job(State.RUNNING)))


def test_each_saved_run_offers_what_can_be_done_with_it() -> None:
    assert listed([]) == INTRODUCTION == listed([job(State.RUNNING)])
    assert buttons(listed([job()])) == [("show", "看结果"), ("ask-delete", "删除")]
    assert buttons(listed([job(State.STOPPED)])) == [("resume", "接着做"), ("ask-delete", "删除")]
    assert buttons(listed([job()], asking=ID)) == [("delete", "确定删除"), ("keep", "保留")]
    assert "第 3 行" in text(listed([job(State.FAILED, message="第 3 行有毛病")]))


def test_the_best_figure_is_bold_where_two_can_be_compared() -> None:
    shown = figures(
        job(), summary(hybrid={"MRR@10": 0.9, "wrong_value": 0.1}, bm25={"MRR@10": 0.8, "wrong_value": 0.2})
    )
    bold = [b.text_content() for b in lxml.html.fromstring(shown).xpath("//table//b")]
    assert bold == ["0.900", "0.100"]
    rows = [text(lxml.html.tostring(r, encoding="unicode")) for r in lxml.html.fromstring(shown).xpath("//tr")]
    assert rows == [
        "指标hybridbm25",
        "检索",
        "MRR@100.900（0.100–0.900）0.800（0.100–0.900）",
        "不该出现的",
        "数值与标准相抵触0.100（0.100–0.900）0.200（0.100–0.900）",
    ]
    assert f"/eval/{ID}/report.html" in shown


def test_differences_give_the_verdict_and_the_questions_that_changed() -> None:
    metric = {"metric": "MRR@10", "a": 0.5, "b": 0.25, "n": 4, "p": 0.01, "p_holm": 0.02, "verdict": "worse"}
    changed = {"MRR@10": [{"_id": "q1", "text": HOSTILE, "a": 1.0, "b": 0.5}], "wrong_value": []}
    shown = differences({"/tmp/mine.py:run → bm25": {"metrics": [metric], "changed": changed}})
    said = text(shown)
    assert "mine.py:run → bm25" in said and "0.5000.250−0.2500.0200显著更差" in said
    assert f"1.000 → 0.500 {HOSTILE} q1" in said
    assert "<script" not in shown and "${" not in shown


def test_names_of_sets_and_messages_are_text() -> None:
    hostile = job(State.FAILED, request=Request(HOSTILE, (HOSTILE,), asked_at=HOSTILE), message=HOSTILE)
    for shown in (listed([hostile]), running(hostile), figures(hostile, summary(**{HOSTILE: {"MRR@10": 0.5}}))):
        assert "<script" not in shown and "${" not in shown
        assert HOSTILE in text(shown)
