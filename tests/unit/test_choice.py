"""Which passages make an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb.choice import choose, complete_first, counted_first, in_force_first
from kb.evidence import Question, judge
from kb.gate import reason
from kb.lacks import Lack
from kb.matching import weigh
from kb.model import PolicyDocument, Table, Version
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


def document(name: str, text: str, **fields: object) -> DocumentView:
    return DocumentView(PolicyDocument(text, policy_id=name, **{"title": f"{name}办法"} | fields))


def of_each(text: str, views: dict[DocumentView, float]) -> tuple[Question, list[Passage]]:
    """The first passage of each document, with these shares, best first."""
    found = [(question, p) for view, share in views.items() for question, [p] in [first(text, view, share)]]
    return found[0][0], sorted((p for _, p in found), key=lambda p: -p.share)


def first(text: str, view: DocumentView, share: float) -> tuple[Question, list[Passage]]:
    return ranked(text, view, {view.document.text[:4]: share})


def stale(passage: Passage) -> Passage:
    return replace(passage, signs=replace(passage.signs, stale=1.0))


RENT = "云溪市租房补贴本科生现在是每月700元吗？"
NEWER = document("new", "本科毕业生租房补贴每月800元。")


def older(**fields: object) -> DocumentView:
    return document("old", "本科毕业生租房补贴每月700元。", **fields)


def test_what_took_a_rules_place_is_said_before_it() -> None:
    version = Version("new", "租房补贴办法", None, "2026-01-01")
    question, (best, other) = of_each(RENT, {older(family=(version,)): 0.6, NEWER: 0.1})
    assert choose(question, [stale(best), other], GATE) == [other, stale(best)]


def test_a_less_likely_document_of_another_matter_takes_no_rules_place() -> None:
    question, (best, other) = of_each(RENT, {older(): 0.6, NEWER: 0.1})
    assert choose(question, [stale(best), other], GATE) == [stale(best)]


PLAN = document("plan", "到2025年底，在孵企业达到1500家。", written_on="2023-01-01")
COUNT = document("count", "2025年底，在孵企业1586家。", written_on="2026-03-01")


def test_a_figure_of_the_past_is_one_that_was_counted() -> None:
    question, found = of_each("2025年底有多少家在孵企业？", {PLAN: 0.5, COUNT: 0.4})
    assert counted_first(question.query, found, date(2026, 11, 27)) == found[::-1]


@pytest.mark.parametrize(
    ("asked", "as_of"),
    [("2025年底在孵企业的目标是多少家？", date(2026, 11, 27)), ("2025年底有多少家在孵企业？", date(2025, 3, 1))],
)
def test_a_goal_stays_first_where_it_is_asked_for_or_not_yet_due(asked: str, as_of: date) -> None:
    question, found = of_each(asked, {PLAN: 0.5, COUNT: 0.4})
    assert counted_first(question.query, found, as_of) == found


def test_papers_are_looked_for_in_the_next_passages() -> None:
    question, found = of_each(
        "申请补贴要带什么材料？",
        {document("a", "材料不齐的，当场一次告知申请人。"): 0.6, document("b", "申请人提交身份证和租赁合同。"): 0.01},
    )
    assert [p.lack for p in found] == [Lack("材料"), None]
    assert complete_first(question, found, GATE) == found[::-1]
    assert complete_first(question, found, Gate({}, -9.0, 0.5)) == found  # it may not answer


def test_papers_of_a_table_are_said_whole() -> None:
    head, rows = "序号 | 材料名称", ("1 | 身份证", "2 | 租赁合同", "3 | 申请表")
    text = "\n".join((head, *rows))
    table = Table(None, tuple(head.split(" | ")), tuple(tuple(r.split(" | ")) for r in rows), 0, len(text))
    view = document("guide", text, tables=(table,))
    question, found = ranked("办理租房补贴带什么证件？", view, {"2 | ": 0.5, "1 | ": 0.1})
    assert texts(choose(question, found, GATE)) == [text]


def test_a_summary_is_of_one_document_in_its_order() -> None:
    more = "，由市科技局会同各区县分年度组织实施并按季度通报进展情况，年底前向社会公布完成情况和资金使用情况"
    text = f"建设孵化器十家{more}。\n引进导师百名{more}。\n设立基金一支{more}。"
    view = document("plan", text)
    question, found = ranked("总结孵化器的主要措施。", view, {"设立": 0.5, "建设": 0.2, "引进": 0.1})
    _, [other] = first("总结孵化器的主要措施。", document("other", f"孵化器另有安排{more}。"), 0.15)
    chosen = choose(question, sorted([*found, other], key=lambda p: -p.share), GATE)
    assert texts(chosen) == text.split("\n")
