"""kb.passage: what is quoted around a sentence, and which passage comes first."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.choice import choose
from kb.evidence import Question, judge
from kb.gate import GATE_SIGNS, admissible, likelihood, signs_of
from kb.matching import weigh
from kb.model import PolicyDocument, Section, Table
from kb.passage import LONGEST_PASSAGE, Found, Passage, passage_span, passages
from kb.query import analyse
from kb.tuning import Gate
from kb.view import DocumentView
from kb.wording import wording

TEXT = """创业补贴办法
一、标准
对初创企业给予一次性补贴5000元。个体工商户不适用本条。
二、材料
申请时提交以下材料：
1.身份证明；
2.营业执照。
三、说明
窗口受理。
受理后十个工作日内答复。
四、标准表
类别 | 金额
小微企业 | 3000元
"""
LONG = "".join(
    f"第{'一二三四五六七八九十'[i]}项工作由有关部门按照职责分工逐项抓好落实并定期报告进展情况。" for i in range(10)
)


def view_of(text: str, policy_id: str = "d", *, headings: tuple[str, ...] = ()) -> DocumentView:
    starts = [text.index(h) for h in headings]
    sections = tuple(
        Section(h[:2], h[2:], h, 1, a, b) for h, (a, b) in zip(headings, pairwise([*starts, len(text)]), strict=True)
    )
    at = text.find("类别 | 金额")
    tables = (Table(None, ("类别", "金额"), (("小微企业", "3000元"),), at, len(text)),) if at >= 0 else ()
    title = text.split("\n")[0]
    return DocumentView(PolicyDocument(text=text, policy_id=policy_id, title=title, sections=sections, tables=tables))


def asked(text: str) -> Question:
    query = analyse(text)
    return Question(query, weigh(query.terms, lambda _: 1.0))


def found(question: str, *views: DocumentView, weights: dict[str, float] | None = None) -> list[Passage]:
    q = asked(question)
    ranked = sorted((judge(q, v, i, "", 1.0) for v in views for i in range(len(v))), key=lambda e: -e.score)
    words = wording(lambda _: 1.0, q.query.text)
    ranks = {v.document.policy_id: n for n, v in enumerate(views)}
    return passages(q, ranked, words, Found({}, ranks), weights or {"whole": 5.0, "evidence": 5.0})


VIEW = view_of(TEXT, headings=("一、标准", "二、材料", "三、说明", "四、标准表"))


def quoted(sentence: str, question: str = "补贴多少钱") -> str:
    (i,) = [n for n in range(len(VIEW)) if sentence in VIEW.text(n)]
    start, end = passage_span(asked(question), judge(asked(question), VIEW, i, "", 1.0))
    return TEXT[start:end]


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("个体工商户不适用", "对初创企业给予一次性补贴5000元。个体工商户不适用本条。"),
        ("提交以下材料", "申请时提交以下材料：\n1.身份证明；\n2.营业执照。"),
        ("窗口受理", "窗口受理。\n受理后十个工作日内答复。"),
        ("小微企业", "小微企业 | 3000元"),
    ],
)
def test_a_sentence_is_quoted_with_what_it_belongs_to(sentence: str, passage: str) -> None:
    assert quoted(sentence) == passage


@given(st.integers(0, 9), st.integers(0, 3))
def test_of_a_long_paragraph_whole_sentences_around_the_best_are_quoted(i: int, before: int) -> None:
    view = view_of("标题\n" * before + LONG + "\n")
    at = next(n for n in range(len(view)) if view.text(n).startswith(f"第{'一二三四五六七八九十'[i]}项"))
    start, end = passage_span(asked("工作"), judge(asked("工作"), view, at, "", 1.0))
    first, last = view.spans[at]
    assert start <= first < last <= end
    assert end - start <= LONGEST_PASSAGE
    assert {start, end} <= {p for span in view.spans for p in span}


def test_passages_are_ranked_by_the_weights_and_share_what_is_certain() -> None:
    best, *others = found("初创企业补贴多少钱", VIEW)
    assert TEXT[best.start : best.end].startswith("对初创企业")
    assert math.isclose(sum(p.share for p in (best, *others)), 1.0)
    assert [p.share for p in (best, *others)] == sorted((p.share for p in (best, *others)), reverse=True)
    turned = found("初创企业补贴多少钱", VIEW, weights={"row": 9.0})
    assert turned[0].signs.row == 1.0
    assert len({(p.start, p.end) for p in turned}) == len(turned), "each passage once"


def test_the_nearest_chunk_found_counts_one_and_the_farthest_nothing() -> None:
    near = Found({("d", 0, 10): 0.9, ("d", 20, 30): 0.8, ("e", 0, 9): 0.85}, {})
    assert near.closeness("d", 5, 12) == 1.0
    assert near.closeness("d", 25, 40) == pytest.approx(0.0)
    assert near.closeness("e", 0, 5) == pytest.approx(0.5)
    assert near.closeness("f", 0, 5) == pytest.approx(0.0), "a chunk that was not found counts as the farthest"
    alike = Found({("d", 0, 10): 0.9, ("d", 20, 30): 0.89}, {})
    assert alike.closeness("d", 25, 40) == pytest.approx(0.8), "a small range is no range"
    assert Found({}, {}).closeness("d", 0, 1) == 0.0


def test_the_gate_is_the_logistic_sum_of_the_signs() -> None:
    question = asked("初创企业补贴多少钱")
    best = found("初创企业补贴多少钱", VIEW)[0]
    signs = signs_of(question, best)
    assert likelihood(question, best, Gate({"evidence": 2.0}, -1.0)) == pytest.approx(
        1 / (1 + math.exp(1.0 - 2.0 * signs.evidence))
    )
    assert all(0 <= getattr(signs, name) <= 1.2 for name in GATE_SIGNS)
    assert admissible(question, best, None)
    assert admissible(question, best, Gate({}, 0.0, 0.5))
    assert not admissible(question, best, Gate({}, 0.0, 0.51))
    assert likelihood(question, best, Gate({}, 1e9)) == pytest.approx(1.0)


def test_a_passage_that_says_it_does_not_say_is_known() -> None:
    view = view_of("摘要\n原文没有写明补贴的发放时间，申请人可以向窗口询问有关情况。\n")
    best = found("补贴什么时候发放", view)[0]
    assert best.unsaid
    assert signs_of(asked("补贴什么时候发放"), best).unsaid == 1.0
    assert not found("初创企业补贴多少钱", VIEW)[0].unsaid


def test_a_term_that_is_told_is_told_though_what_follows_it_is_not() -> None:
    view = view_of("摘要\n原文自2031年9月8日起施行，有效期3年，是否续期原文没有写明。\n")
    assert not found("这份办法现在还有效吗", view)[0].unsaid
    assert found("这份办法补贴多少钱", view)[0].unsaid


def test_the_same_words_in_two_documents_are_quoted_once() -> None:
    again = view_of(TEXT, "e", headings=("一、标准", "二、材料", "三、说明", "四、标准表"))
    ranked = found("初创企业补贴多少钱", VIEW, again)
    assert ranked[0].key == ranked[1].key
    chosen = choose(asked("初创企业补贴多少钱"), ranked, None)
    assert len({p.key for p in chosen}) == len(chosen)


def test_what_is_much_less_likely_than_the_best_is_not_quoted() -> None:
    ranked = found("初创企业补贴多少钱", VIEW, weights={"whole": 40.0, "evidence": 40.0})
    assert choose(asked("初创企业补贴多少钱"), ranked, None) == ranked[:1]


@pytest.mark.parametrize(
    ("question", "agrees"),
    [
        ("2026年5月创业补贴一次能领多少？", 1.0),  # for what time it is asked
        ("3月20日申请的补贴是多少？", 1.0),
        ("2026年5月3日印发的办法里，补贴是多少？", 0.0),  # the text tells of no such day
        ("补贴5000元的是哪类企业？", 1.0),
        ("补贴7000元的是哪类企业？", 0.0),
    ],
)
def test_a_day_is_to_be_found_only_where_it_says_when_something_happened(question: str, agrees: float) -> None:
    view = view_of(TEXT)
    line = next(i for i in range(len(view)) if "5000元" in view.text(i))
    assert judge(asked(question), view, line, "", 1.0).features.stated == agrees
