"""Which passages make an answer."""

from __future__ import annotations

from dataclasses import replace

from kb.choice import choose, in_force_first
from kb.evidence import Question, judge
from kb.gate import reason
from kb.lacks import Lack
from kb.matching import weigh
from kb.model import PolicyDocument, Table
from kb.passage import Found, Passage, passages
from kb.query import analyse
from kb.tuning import Gate
from kb.view import DocumentView
from kb.wording import wording

HEAD = "学历 | 月补贴标准（元）"
ROWS = ("博士 | 1800", "硕士 | 1200", "本科 | 800")
TEXT = "\n".join((HEAD, *ROWS))
TABLE = Table(None, tuple(HEAD.split(" | ")), tuple(tuple(r.split(" | ")) for r in ROWS), 0, len(TEXT))
VIEW = DocumentView(PolicyDocument(TEXT, title="租房补贴办法", tables=(TABLE,), policy_id="d"))
GATE = Gate({}, 0.0, 0.5)


def ranked(text: str, view: DocumentView, shares: dict[str, float]) -> tuple[Question, list[Passage]]:
    """The passages of a document whose text begins so, with these shares, best first."""
    query = analyse(text)
    question = Question(query, weigh(query.terms, lambda _: 1.0))
    judged = [judge(question, view, i, "", 1.0) for i in range(len(view))]
    found = passages(question, judged, wording(lambda _: 1.0, text), Found({}, {}), {})
    kept = {p.view.document.text[p.start : p.end]: p for p in found}
    chosen = [replace(next(p for t, p in kept.items() if t.startswith(s)), share=x) for s, x in shares.items()]
    return question, sorted(chosen, key=lambda p: -p.share)


def texts(chosen: list[Passage]) -> list[str]:
    return [p.view.document.text[p.start : p.end] for p in chosen]


def test_rows_that_fit_alike_are_all_said_in_their_order() -> None:
    question, found = ranked("租房补贴每月多少元？", VIEW, {"硕士": 0.3, "本科": 0.29, "博士": 0.27})
    assert texts(choose(question, found, GATE)) == list(ROWS)


def test_a_row_that_fits_better_stands_with_one_more() -> None:
    question, found = ranked("硕士租房补贴每月多少元？", VIEW, {"硕士": 0.6, "本科": 0.2, "博士": 0.1})
    assert texts(choose(question, found, GATE)) == ["硕士 | 1200", "本科 | 800"]


def test_what_says_or_lacks_nothing_of_what_is_asked_is_not_added() -> None:
    more = "，并按照窗口工作人员的要求依次办理登记、拍照、核验和签字等各项手续，当天可以办结"
    text = f"申请人提交身份证{more}。\n申请人可以在网上申请补贴{more}。\n原文没有写明申请补贴的时间{more}。"
    view = DocumentView(PolicyDocument(text, title="补贴办法", policy_id="d"))
    question, found = ranked("怎么申请补贴？", view, {"申请人提交": 0.4, "申请人可以": 0.3, "原文": 0.3})
    assert [p.unsaid for p in found] == [False, False, True]
    assert texts(choose(question, found, GATE)) == texts(found[:2])
    lacking = [found[0], replace(found[1], lack=Lack("材料"))]
    assert texts(choose(question, lacking, GATE)) == texts(found[:1])


def test_what_was_not_in_force_stands_behind_and_is_not_added() -> None:
    question, found = ranked("租房补贴每月多少元？", VIEW, {"硕士": 0.5, "本科": 0.3, "博士": 0.1})
    draft = replace(found[0], signs=replace(found[0].signs, stale=1.0))
    ordered = in_force_first([draft, *found[1:]])
    assert [p.share for p in ordered] == [0.3, 0.1, 0.5]
    assert "硕士 | 1200" not in texts(choose(question, ordered, GATE))
    unlikely = [draft, *(replace(p, share=0.1) for p in found[1:])]
    assert in_force_first(unlikely) == unlikely, "nothing in force answers it"
    assert in_force_first([]) == []


def test_what_is_said_of_another_year_is_not_added() -> None:
    more = "，并按照窗口工作人员的要求依次办理登记、拍照、核验和签字等各项手续，当天可以办结"
    text = f"截至2031年底发放补贴20户{more}。\n办公室设在一楼{more}。截至2029年底发放补贴12户{more}。"
    view = DocumentView(PolicyDocument(text, title="补贴情况", policy_id="d"))
    question, found = ranked("2031年底发放补贴多少户？", view, {"截至2031": 0.5, "办公室": 0.4})
    assert [p.denied for p in found] == [None, "year"]
    assert texts(choose(question, found, GATE)) == texts(found[:1])
    assert reason(question, found[1]) == "没有找到2031年的依据：内容最接近的文件讲的是别的年份。"
