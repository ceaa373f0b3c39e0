"""What happens in the tab of the evaluation: who may do what, what a damaged run leaves of it, and when it rests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from eval.jobs import Job, Jobs
from eval.offered import offered
from eval.scoring import REPORTED
from kb.accounts import LOCAL, Caller, Role
from kb.locks import FileLock
from tests.eval_sets import write_set
from ui.caller import calling
from ui.eval_events import EvalEvents, EvalParts

OLD, NEW = "20260101-000000-00aa", "20260102-000000-00bb"
READER = Caller("a1", "读者", Role.READER)
REQUEST = {"dataset": "题集", "systems": ["bm25"], "sample": None, "answers": True, "asked_at": "2026-01-01 00:00"}
SUMMARY: dict[str, Any] = {
    "documents": 3,
    "questions": 20,
    "answerable": 10,
    "as_of": "2026-01-01",
    "warnings": [],
}


class Event:
    """A button that was pressed."""

    def __init__(self, do: str, job_id: str = OLD) -> None:
        self._data = {"do": do, "id": job_id}


@pytest.fixture
def events(tmp_path: Path) -> Iterator[EvalEvents]:
    """The handlers over a home without runs, asked by whoever sits at the machine."""
    with calling(LOCAL):
        yield EvalEvents(Jobs(tmp_path), EvalParts(*EvalParts.__slots__))


def finished(events: EvalEvents, job_id: str, **files: str) -> Path:
    """The folder of a finished run, with some of its files as given."""
    place = events.jobs.folder / job_id
    (place / "run").mkdir(parents=True)
    systems = {"bm25": {"metrics": dict.fromkeys(REPORTED) | {"MRR@10": 0.5}, "ci": {}}}
    held = {
        "request": json.dumps(REQUEST),
        "outcome": '{"code": 0, "stopped": false}',
        "run/run": json.dumps(SUMMARY | {"systems": systems}),
    }
    for name, text in (held | files).items():
        (place / f"{name}.json").write_text(text, "utf-8")
    return place


def text(html: str) -> str:
    return re.sub(r"\s+", " ", lxml.html.fromstring(f"<div>{html}</div>").text_content()).strip()


def ids(html: str) -> list[str]:
    return lxml.html.fromstring(f"<div>{html}</div>").xpath("//li//button[1]/@data-id")


def test_a_page_that_opens_has_the_sets_the_runs_and_no_watch_where_nothing_goes_on(events: EvalEvents) -> None:
    finished(events, OLD)
    found = events.load()
    sets = [(f"{one.about}（{one.questions} 题）", one.name) for one in offered(events.jobs.home)]
    assert (found["dataset"]["choices"], found["dataset"]["value"]) == (sets, "zhengce_qa/dev")
    sides = [("2026-01-01 00:00　题集　bm25", f"{OLD}:bm25")]
    assert found["left"]["choices"] == found["right"]["choices"] == sides
    assert (found["told"], found["now"], ids(found["runs"]), found["timer"].active) == ("", "", [OLD], False)


@pytest.mark.parametrize(
    "request_",
    [
        "{",
        "[]",
        "[" * 100_000,
        "{}",
        *(
            json.dumps(REQUEST | wrong)
            for wrong in (
                {"systems": [1]},
                {"systems": "bm25"},
                {"systems": []},
                {"dataset": 5},
                {"sample": "x"},
                {"answers": "no"},
                {"asked_at": 2026},
                {"more": 1},
            )
        ),
    ],
)
def test_a_run_whose_request_is_damaged_is_passed_over(request_: str, events: EvalEvents) -> None:
    finished(events, OLD)
    finished(events, NEW, request=request_)
    assert (ids(events.load()["runs"]), ids(events.tick("")["runs"])) == ([OLD], [OLD])


def test_the_watch_follows_a_run_shows_it_when_it_is_done_and_rests(events: EvalEvents) -> None:
    place = finished(events, NEW, **{"run/progress": '{"system": "bm25", "stage": "answer", "done": 5, "total": 20}'})
    lock = FileLock(place / "job.lock")
    lock.acquire()
    assert events.load()["timer"].active is True
    during = events.tick("")
    assert list(during) == ["now"] and "第 1 / 1 个系统 bm25 答题 5 / 20 题" in text(during["now"])
    lock.release()
    after = events.tick("")
    assert (text(after["told"]), after["now"], after["chosen"], after["timer"].active) == (
        "题集 评测完成。",
        "",
        NEW,
        False,
    )
    assert "MRR@100.500" in text(after["result"])
    assert "result" not in events.tick(NEW)


@pytest.mark.parametrize("summary", ["{", "[]", "{}", "[" * 100_000])
def test_a_finished_run_with_damaged_figures_is_told_once_and_can_be_deleted(summary: str, events: EvalEvents) -> None:
    place = finished(events, NEW, **{"run/run": summary})
    for found in (events.tick(""), events.pressed(Event("show", NEW), "")):
        assert text(found["told"]) and 'role="alert"' in found["told"]
        assert (ids(found["runs"]), found["timer"].active, "result" in found) == ([NEW], False, False)
    assert text(events.pressed(Event("delete", NEW), "")["told"]) == "已删除。"
    assert not place.exists()


def test_where_the_runs_cannot_be_listed_the_reader_is_told_and_the_watch_ends(tmp_path: Path) -> None:
    class Unreadable(Jobs):
        def jobs(self) -> list[Job]:
            raise OSError(5, "读写错误")

    events = EvalEvents(Unreadable(tmp_path), EvalParts(*EvalParts.__slots__))
    for found in (events.load(), events.tick("")):
        assert list(found) == ["told", "timer"]
        assert 'role="alert"' in found["told"] and found["timer"].active is False


def test_a_reader_looks_and_changes_nothing(events: EvalEvents, tmp_path: Path) -> None:
    place = finished(events, OLD)
    before = sorted(tmp_path.rglob("*"))
    own = [str(p) for p in write_set(tmp_path.with_name("own")).iterdir()]
    with calling(READER):
        refused = [events.pressed(Event(do), "") for do in ("ask-delete", "delete", "stop", "resume", "keep")]
        refused += [events.begin("zhengce_qa/dev", ["bm25"], 0, True), events.take_in("题集", own)]
        seen = events.pressed(Event("show"), "")
    assert {text(found["told"]) for found in refused} == {text(refused[0]["told"])}
    assert "编辑" in text(refused[0]["told"])
    assert "MRR@100.500" in text(seen["result"]) and place.exists()
    assert sorted(tmp_path.rglob("*")) == before


def test_deleting_is_asked_about_first_and_takes_the_figures_away(events: EvalEvents) -> None:
    place = finished(events, OLD)
    asked = events.pressed(Event("ask-delete"), OLD)
    assert "结果和报告一起删除，不能恢复。" in text(asked["runs"]) and place.exists()
    assert "不能恢复" not in text(events.pressed(Event("keep"), OLD)["runs"])
    gone = events.pressed(Event("delete"), OLD)
    assert (text(gone["told"]), gone["result"], gone["chosen"], place.exists()) == ("已删除。", "", "", False)
    assert "没有这次评测" in text(events.pressed(Event("delete"), "")["told"])
    assert "没有这次评测" in text(events.pressed(Event("show", "../../etc"), "")["told"])


@pytest.mark.parametrize(
    ("dataset", "systems", "count", "said"),
    [
        (None, ["bm25"], 0, "没有叫“”的题集"),
        ("zhengce_qa/dev", [], 0, "请至少选一个系统"),
        ("zhengce_qa/dev", ["bm25"], 1, "请填 2 以上的整数"),
        ("zhengce_qa/dev", ["bm25"], -3, "请填 2 以上的整数"),
        ("zhengce_qa/dev", ["/tmp/x.py:run"], None, "命令行"),
    ],
)
def test_what_cannot_be_run_is_told(
    dataset: str, systems: list[str], count: float | None, said: str, events: EvalEvents
) -> None:
    found = events.begin(dataset, systems, count, True)
    assert said in text(found["told"]) and 'role="alert"' in found["told"] and found["timer"].active is False


def test_a_set_of_ones_own_is_offered_and_chosen_and_a_faulty_one_told(events: EvalEvents, tmp_path: Path) -> None:
    own = [str(p) for p in write_set(tmp_path.with_name("own")).iterdir()]
    found = events.take_in("我的", own)
    assert text(found["told"]).startswith("已加入题集“我的”") and found["dataset"]["value"] == "我的"
    assert "我的" in [name for _, name in found["dataset"]["choices"]]
    assert "已经有叫“我的”的题集" in text(events.take_in("我的", own)["told"])
    assert "还缺 corpus.jsonl" in text(events.take_in("空的", None)["told"])


def test_two_sides_that_cannot_be_compared_are_told(events: EvalEvents) -> None:
    finished(events, OLD)
    for left, right in ((None, f"{OLD}:bm25"), (f"{OLD}:bm25", f"{OLD}:bm25")):
        assert "请在甲、乙各选一个" in text(events.contrast(left, right))
    assert 'role="alert"' in events.contrast(f"{OLD}:bm25", "../../etc:bm25")
