"""kb.answer: whole answers and refusals from documents written for the purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kb.answer import Answerer
from kb.model import (
    Answer,
    Assignment,
    Chunk,
    DocumentHeader,
    Hit,
    Kind,
    PolicyDocument,
    Relation,
    Section,
    SourceRef,
    Span,
    Status,
    Table,
)
from kb.query import analyse
from kb.retrieve import Retrieved, mentions_number
from kb.validity import status_on

PLAN_TEXT = """云政办〔2024〕7号
云溪市科创园区三年行动计划(2024-2026年)
为加快科创园区建设，制定本计划。
一、工作目标
到2026年，全市新增科创园区面积80万平方米，新增入园企业900家。
二、重点任务
1.拓展园区空间。盘活老旧厂房，到2026年，新增科创园区面积80万平方米。(责任单位:*市科技局、市住建局)
2.优化金融服务。设立云溪科创基金，支持早期项目。(责任单位:市财政局、市金融办)
三、附则
本计划自2024年3月1日起施行，有效期至2026年12月31日。联系人：周明，联系电话：0571-88001234。
云溪市人民政府办公室
2024年2月20日"""

NEWS_TEXT = """云湖园区这样培育企业
云湖园区采用“基金+基地”模式运营。截至2023年底，云湖园区入驻企业312家，其中高新技术企业45家。
园区主任林晓峰介绍，做法分为3种：一种是导师带徒。另一种是场景开放。还有一种是基金跟投。
去年，园区融资总额约6.5亿元。"""


def _section(text: str, label: str, title: str, level: int, until: str | None, path: str = "") -> Section:
    start = text.index(label + title)
    return Section(label, title, path or label + title, level, start, text.index(until) if until else len(text))


def _plan() -> PolicyDocument:
    t = PLAN_TEXT
    first, second = t.index("责任单位:*"), t.index("责任单位:市财")
    sections = (
        _section(t, "一、", "工作目标", 1, "二、重点任务"),
        _section(t, "二、", "重点任务", 1, "三、附则"),
        _section(t, "1.", "拓展园区空间", 2, "2.优化", "二、重点任务 > 1.拓展园区空间"),
        _section(t, "2.", "优化金融服务", 2, "三、附则", "二、重点任务 > 2.优化金融服务"),
        _section(t, "三、", "附则", 1, None),
    )
    return PolicyDocument(
        text=t,
        policy_id="plan",
        title="云溪市科创园区三年行动计划(2024-2026年)",
        kind=Kind.ACTION_PLAN,
        doc_number="云政办〔2024〕7号",
        issuer="云溪市人民政府办公室",
        written_on="2024-02-20",
        effective_from="2024-03-01",
        expires_on="2026-12-31",
        sections=sections,
        assignments=(
            Assignment(sections[2].path, ("市科技局",), ("市住建局",), first, t.index(")", first)),
            Assignment(sections[3].path, (), ("市财政局", "市金融办"), second, t.index(")", second)),
        ),
        sources=(SourceRef("r", "plan.txt"),),
    )


NEWS = PolicyDocument(
    text=NEWS_TEXT,
    policy_id="news",
    title="云湖园区这样培育企业",
    kind=Kind.NEWS,
    sources=(SourceRef("r", "news.txt"),),
)
DOCUMENTS = {"plan": _plan(), "news": NEWS}


class _Source:
    generation = 0

    def document(self, policy_id: str, revision: str) -> PolicyDocument:
        assert DOCUMENTS[policy_id].revision == revision
        return DOCUMENTS[policy_id]

    def current(self, policy_id: str) -> PolicyDocument | None:
        return DOCUMENTS.get(policy_id)

    def weight(self, term: str) -> float:
        return 1.0 if all(term not in d.text for d in DOCUMENTS.values()) else 0.6

    def rarity(self, token: str) -> float:
        return 1.0

    def having(self, token: str) -> int:
        """Every chunk holds it."""
        return 1

    def naming(self, *names: str) -> list[tuple[str | None, str]]:
        return [(d.issuer, d.text) for d in DOCUMENTS.values() if all(name in d.text for name in names)]


def _hits() -> tuple[Hit, ...]:
    hits = []
    for d in DOCUMENTS.values():
        header = DocumentHeader(
            d.policy_id,
            d.revision,
            d.display_title,
            d.kind,
            d.doc_number,
            status=d.status,
            effective_from=d.effective_from,
            expires_on=d.expires_on,
            source=d.source,
        )
        chunk = Chunk(f"{d.policy_id}@{d.revision}#000", d.policy_id, d.revision, 0, 0, len(d.text), d.text)
        hits.append(Hit(chunk, header, 1.0))
    return tuple(hits)


def ask(text: str, as_of: date = date(2025, 1, 1)) -> Answer:
    query = analyse(text)
    numbers = [n.canonical for n in query.doc_numbers]
    own = {n: tuple(p for p, d in DOCUMENTS.items() if d.doc_number == n) for n in numbers}
    cited = tuple(n for n in numbers if not own[n] and any(mentions_number(d.text, n) for d in DOCUMENTS.values()))
    named = {p for found in own.values() for p in found}
    hits = tuple(h for h in _hits() if not named or h.document.policy_id in named)
    retrieved = Retrieved(
        hits,
        {n: p for n, p in own.items() if p},
        cited,
        tuple(n for n in numbers if not own[n] and n not in cited),
        tuple(p for p, d in DOCUMENTS.items() if d.title in query.titles),
    )
    answer = Answerer().answer(query, retrieved, _Source(), as_of)
    for c in answer.citations:
        assert DOCUMENTS[c.policy_id].text[c.start : c.end] == c.quote
    assert len(answer.citations) <= 5
    assert sum(len(c.quote) for c in answer.citations) <= 800
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {n for s in answer.sentences for n in s.citations} == {c.n for c in answer.citations}
    assert answer.abstained == (not answer.sentences)
    return answer


TITLE = "《云溪市科创园区三年行动计划(2024-2026年)》"
PREFIX = TITLE + "（云政办〔2024〕7号）："
NEWS_PREFIX = "《云湖园区这样培育企业》："


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "云湖园区2023年底入驻企业有多少家？",
            NEWS_PREFIX + NEWS_TEXT.split("\n")[1] + "[1]",
        ),
        ("云湖园区是什么运营模式", NEWS_PREFIX + NEWS_TEXT.split("\n")[1] + "[1]"),
        ("云政办〔2024〕7号的有效期到什么时候？", PREFIX + PLAN_TEXT.split("\n")[9] + "[1]"),
        ("云溪市科创园区三年行动计划的文号是多少", TITLE + "的文号是云政办〔2024〕7号。[1]"),
        ("云政办〔2024〕7号是什么时候印发的", PREFIX[:-1] + "的成文日期是2024年2月20日。[1]"),
    ],
)
def test_answers(question: str, expected: str) -> None:
    assert ask(question).text == expected


def test_responsible_units_come_from_the_task_s_own_block() -> None:
    answer = ask("云溪市拓展园区空间由哪个单位牵头？")
    assert answer.sentences[0].text == PREFIX + "“拓展园区空间”的牵头单位是市科技局；责任单位还有市住建局。"
    assert answer.citations[0].quote == "责任单位:*市科技局、市住建局"
    answer = ask("云溪市优化金融服务的牵头单位是谁？")
    assert "“优化金融服务”的责任单位是市财政局、市金融办（文件没有标明牵头单位）" in answer.text


def test_a_document_is_named_by_its_number() -> None:
    answer = ask("云政办〔2024〕7号是什么文件？")
    assert answer.sentences[0].text == "云政办〔2024〕7号是《云溪市科创园区三年行动计划(2024-2026年)》。"


def test_a_list_goes_on_while_it_counts() -> None:
    answer = ask("林晓峰介绍的云湖园区做法分为哪3种？")
    said = answer.text
    assert "导师带徒" in said
    assert "场景开放" in said
    assert "基金跟投" in said


@pytest.mark.parametrize(
    ("question", "part_of_reason"),
    [
        ("云政办〔2024〕8号是什么文件？", "云政办〔2024〕8号"),
        ("云湖园区2019年底入驻企业有多少家？", "2019年"),
        ("上海市浦东新区的云湖园区入驻企业有多少家？", "浦东新区"),
        ("云湖园区的食堂几点开门？", "没有"),
        ("今天天气怎么样？", "没有"),
        ("林晓峰的手机号是多少？", "没有"),
        ("联系人赵小兰的电话是多少？", "没有"),
        ("？？？", "没有看出"),
        ("为什么", "没有看出"),
    ],
)
def test_refusals_say_why(question: str, part_of_reason: str) -> None:
    answer = ask(question)
    assert answer.abstained
    assert part_of_reason in (answer.reason or "")
    assert answer.nearest or "文号" in question


def test_an_expired_document_is_marked() -> None:
    question = "云溪市到2026年新增科创园区面积多少？"
    assert ask(question).warnings == ()
    (warning,) = ask(question, as_of=date(2027, 1, 1)).warnings
    assert "失效" in warning


def test_a_sentence_that_does_not_stand_in_its_citation_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(_plan(), assignments=(replace(_plan().assignments[0], lead=("市科技局3个处",)),))
    monkeypatch.setitem(DOCUMENTS, "plan", wrong)
    answer = ask("云溪市拓展园区空间由哪个单位牵头？")
    assert "3个处" not in answer.text
    assert answer.citations[0].quote.startswith("1.拓展园区空间")


def test_units_stated_in_two_sentences_are_one_answer() -> None:
    plan = _plan()
    first = plan.assignments[0]
    apart = (replace(first, others=(), end=first.start + 10), replace(first, lead=(), start=first.start + 11))
    DOCUMENTS["plan"] = replace(plan, assignments=(*apart, plan.assignments[1]))
    try:
        assert "牵头单位是市科技局；责任单位还有市住建局" in ask("云溪市拓展园区空间由哪个单位牵头？").text
    finally:
        DOCUMENTS["plan"] = plan


def test_a_table_row_is_said_with_its_column_heads() -> None:
    text = "云岭区奖励标准表\n项目 | 金额 | 期限\n高新技术企业认定 | 20万元 | 2025年\n"
    start = text.index("高新")
    table = Table(
        None, ("项目", "金额", "期限"), (("高新技术企业认定", "20万元", "2025年"),), text.index("项目"), len(text)
    )
    DOCUMENTS["table"] = PolicyDocument(text=text, policy_id="table", title="云岭区奖励标准表", tables=(table,))
    try:
        answer = ask("云岭区高新技术企业认定奖励多少万元？")
        assert answer.text == "《云岭区奖励标准表》：项目：高新技术企业认定；金额：20万元；期限：2025年。[1]"
        assert answer.citations[0].start == start
    finally:
        del DOCUMENTS["table"]


def test_an_article_is_quoted_by_its_number() -> None:
    text = (
        "云岭区补贴办法\n第一条 为支持企业，制定本办法。\n"
        "第十二条 对首次认定的企业给予一次性奖励5万元。\n第十三条 本办法自发布之日起施行。"
    )
    starts = [text.index(label) for label in ("第一条", "第十二条", "第十三条")]
    sections = tuple(
        Section(text[s : text.index(" ", s)], "", text[s : text.index(" ", s)], 1, s, e)
        for s, e in zip(starts, [*starts[1:], len(text)], strict=True)
    )
    number = "云岭政发〔2023〕4号"
    DOCUMENTS["rule"] = PolicyDocument(
        text=text, policy_id="rule", title="云岭区补贴办法", doc_number=number, sections=sections
    )
    try:
        answer = ask(f"{number}第12条规定了什么？")
        assert [c.quote for c in answer.citations] == ["第十二条 对首次认定的企业给予一次性奖励5万元。"]
        assert ask("浙云岭政发〔2023〕4号是什么文件？").abstained  # another body's number
    finally:
        del DOCUMENTS["rule"]


@pytest.mark.parametrize(
    ("status", "effective_from", "expires_on", "expected"),
    [
        (Status.UNKNOWN, None, None, Status.UNKNOWN),
        (Status.UNKNOWN, "2020-01-01", None, Status.IN_FORCE),
        (Status.UNKNOWN, "2026-01-01", None, Status.NOT_YET),
        (Status.UNKNOWN, "2020-01-01", "2024-12-31", Status.EXPIRED),
        (Status.IN_FORCE, None, "2024-12-31", Status.EXPIRED),
        (Status.EXPIRED, "2015-01-01", None, Status.EXPIRED),
        (Status.EXPIRED, None, None, Status.EXPIRED),
        (Status.EXPIRED, "2015-01-01", "2025-12-31", Status.IN_FORCE),  # as of an earlier day it was in force
        (Status.NOT_YET, "2020-01-01", None, Status.IN_FORCE),
        (Status.NOT_YET, None, None, Status.NOT_YET),
        (Status.REPEALED, "2020-01-01", "2030-12-31", Status.REPEALED),
        (Status.DRAFT, "2020-01-01", None, Status.DRAFT),
    ],
)
def test_status_as_of_a_day(
    status: Status, effective_from: str | None, expires_on: str | None, expected: Status
) -> None:
    document = PolicyDocument(text="x", status=status, effective_from=effective_from, expires_on=expires_on)
    assert status_on(document, date(2025, 6, 1)) is expected


_OLD = "云岭区补贴办法\n第一条 给予补贴。\n第二条 本办法自2023年1月1日起施行，有效期3年。\n"
_NEW = "云岭区补贴新办法\n第一条 给予更多补贴。\n第二条 本办法自2025年2月1日起施行，《云岭区补贴办法》同时废止。\n"


def _dated(policy_id: str, text: str, **fields: Any) -> PolicyDocument:  # noqa: ANN401 - any field of the document
    title = text.split("\n")[0]
    start = text.index("第二条")
    evidence = Span(start, text.index("。", start) + 1)
    return PolicyDocument(text=text, policy_id=policy_id, title=title, status_evidence=evidence, **fields)


@pytest.mark.parametrize(
    ("as_of", "said", "notes"),
    [
        (date(2022, 6, 1), "尚未施行", ("有效期按文件写明的期限推算到2025-12-31。",)),
        (date(2024, 6, 1), "现行有效", ("有效期按文件写明的期限推算到2025-12-31。",)),
        (date(2026, 6, 1), "已经失效", ("有效期按文件写明的期限推算到2025-12-31。",)),
    ],
)
def test_whether_a_document_is_in_force_is_said_as_of_the_day(
    monkeypatch: pytest.MonkeyPatch, as_of: date, said: str, notes: tuple[str, ...]
) -> None:
    old = _dated("old", _OLD, effective_from="2023-01-01", expires_on="2025-12-31")
    monkeypatch.setitem(DOCUMENTS, "old", old)
    answer = ask("《云岭区补贴办法》现在还有效吗？", as_of=as_of)
    quote = "第二条 本办法自2023年1月1日起施行，有效期3年。"
    assert [s.text for s in answer.sentences] == [f"《云岭区补贴办法》{said}。", quote]
    assert [c.quote for c in answer.citations] == [quote]
    assert answer.warnings[: len(notes)] == notes


def test_a_repeal_is_said_in_the_words_of_the_document_that_repeals(monkeypatch: pytest.MonkeyPatch) -> None:
    new = _dated("new", _NEW, effective_from="2025-02-01")
    quote = "《云岭区补贴办法》同时废止"
    at = _NEW.index(quote)
    repeal = Relation("废止", "in", "new", "云岭区补贴新办法", None, "2025-02-01", "new", at, at + len(quote), quote)
    old = _dated("old", _OLD, effective_from="2023-01-01", expires_on="2025-12-31", affected_by=(repeal,))
    monkeypatch.setitem(DOCUMENTS, "old", old)
    monkeypatch.setitem(DOCUMENTS, "new", new)
    answer = ask("《云岭区补贴办法》现在还有效吗？", as_of=date(2025, 6, 1))
    assert answer.sentences[0].text == "《云岭区补贴办法》已被《云岭区补贴新办法》废止。"
    assert [(c.policy_id, c.quote) for c in answer.citations] == [
        ("new", "第二条 本办法自2025年2月1日起施行，《云岭区补贴办法》同时废止。")
    ]
    monkeypatch.delitem(DOCUMENTS, "new")
    assert "已被" not in ask("《云岭区补贴办法》现在还有效吗？", as_of=date(2025, 6, 1)).text, "nothing to cite for it"


def test_what_a_question_about_a_clause_asks_is_no_question_about_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    old = _dated("old", _OLD.replace("给予补贴", "孵化基地认定后给予补贴"), effective_from="2023-01-01")
    monkeypatch.setitem(DOCUMENTS, "old", old)
    answer = ask("《云岭区补贴办法》里孵化基地认定还有效吗？", as_of=date(2024, 6, 1))
    assert "现行有效" not in answer.text
