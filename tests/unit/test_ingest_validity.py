"""When a document is in force is read from what it says of itself, not from what it says of a qualification."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ingest.header import Stated
from ingest.parse import parse_text
from ingest.validity import with_validity
from kb.model import Kind, PolicyDocument, Status
from kb.text.legal import TERM_UNREAD

HEAD = "云溪市孵化器管理办法\n第一条 为规范孵化器管理，制定本办法。\n"


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("第二条 本办法自2031年4月1日起施行，有效期5年。", ("2031-04-01", "2036-03-31")),
        ("第二条 本办法自2031年4月1日起施行。有效期三年。", ("2031-04-01", "2034-03-31")),
        ("第二条 自2031年4月1日起施行，有效期至2033年12月31日。", ("2031-04-01", "2033-12-31")),
        ("第二条 本办法（试行）有效期2年，自2031年4月1日起执行。", ("2031-04-01", "2033-03-31")),
        ("第二条 有效期为2年，自2031年4月1日起执行。", ("2031-04-01", "2033-03-31")),
        ("第二条 本实施细则由市科技局负责解释，自2031年4月1日起施行（有效期5年）。", ("2031-04-01", "2036-03-31")),
        ("第二条 本措施执行期限至2033年12月31日。", (None, "2033-12-31")),
        ("第二条 本政策有效期至2033年12月31日。", (None, "2033-12-31")),
        ("第二条 本办法自2031年4月1日实施，有效期5年。", ("2031-04-01", "2036-03-31")),
        ("第二条 本办法自2031年4月1日起施行，施行至2033年12月31日止。", ("2031-04-01", "2033-12-31")),
    ],
)
def test_the_documents_own_validity(clause: str, expected: tuple[str | None, str | None]) -> None:
    (doc,) = parse_text(HEAD + clause)
    assert (doc.effective_from, doc.expires_on) == expected


@pytest.mark.parametrize(
    "clause",
    [
        "第二条 市级孵化器资格有效期为三年。",
        "第二条 按照本办法认定的市级孵化器，资格有效期为三年。",
        "第二条 本市孵化器认定有效期3年，期满重新申请。",
        "第二条 本办法规定的备案有效期至2032年6月30日。",
        "第二条 称号有效期为3年；证书有效期5年。",
        "第二条 有效期为三年的证书应当年检。",
        "第二条 有效期三年，期满复核。",
        "第二条 本办法所称孵化器资格，有效期为三年。",
        "第二条 租赁合同执行至2032年6月30日。",
        "第二条 补贴办法有效期至2032年6月30日。",
    ],
)
def test_a_validity_of_something_else_does_not_expire_the_document(clause: str) -> None:
    (doc,) = parse_text(HEAD + clause + "\n第三条 本办法自2031年4月1日起施行。")
    assert (doc.effective_from, doc.expires_on) == ("2031-04-01", None)


def test_a_qualifications_start_is_not_the_documents() -> None:
    (doc,) = parse_text(HEAD + "第二条 市级孵化器资格自2031年1月1日起生效，有效期三年。")
    assert (doc.effective_from, doc.expires_on) == (None, None)


def valid(text: str, title: str = "云溪市孵化器管理办法", **fields: Any) -> PolicyDocument:
    """A document with what it says of its own validity."""
    return with_validity(PolicyDocument(f"{title}\n{text}", title=title, **{"kind": Kind.MEASURES} | fields), Stated())


def days(doc: PolicyDocument) -> tuple[str | None, str | None]:
    return doc.effective_from, doc.expires_on


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        # names of a term
        ("本办法自2031年4月1日起施行，实施期限为三年。", ("2031-04-01", "2034-03-31")),
        ("本办法自2031年4月1日起执行，执行期限暂定为2年。", ("2031-04-01", "2033-03-31")),
        ("管理办法有效期至2033年12月31日。", (None, "2033-12-31")),
        ("本办法自2031年4月1日起试行，试行期两年。", ("2031-04-01", "2033-03-31")),
        ("本办法自2031年4月1日起施行，试行2年。", ("2031-04-01", "2033-03-31")),
        ("本办法自2031年4月1日起试行1年。", ("2031-04-01", "2032-03-31")),
        ("本办法自2031年4月1日起实施，有效期限3年。", ("2031-04-01", "2034-03-31")),
        ("本办法自2031年4月1日起施行，有效期为36个月。", ("2031-04-01", "2034-03-31")),
        ("本办法自2031年4月1日起施行，有效期自施行之日起计算，为五年。", ("2031-04-01", "2036-03-31")),
        ("本办法自2032年2月29日起施行，有效期1年。", ("2032-02-29", "2033-02-28")),
        # last days
        ("本办法自二〇三一年四月一日起施行，有效期至二〇三三年六月三十日。", ("2031-04-01", "2033-06-30")),
        ("本办法自２０３１年４月１日起施行，有效期至２０３３年６月３０日。", ("2031-04-01", "2033-06-30")),
        ("本办法自2031年4月1日起施行，有效期至2033年底。", ("2031-04-01", "2033-12-31")),
        ("本办法自2031年4月1日起施行，有效期至2033年2月。", ("2031-04-01", "2033-02-28")),
        ("本办法自2031年4月1日起执行，期限至2033年12月31日止。", ("2031-04-01", "2033-12-31")),
        ("本办法自2031年4月1日起实施，至2031年10月1日止。", ("2031-04-01", "2031-10-01")),
        ("本办法有效期截至2033年6月30日。", (None, "2033-06-30")),
        ("本办法自2031年4月1日起施行，2033年12月25日废止。", ("2031-04-01", "2033-12-25")),
        ("本办法自2031年4月1日起施行，2033年12月25日（含）截止。", ("2031-04-01", "2033-12-25")),
        ("本办法自2034年1月1日起自行失效。", (None, "2033-12-31")),
        ("本办法自2031年4月1日起施行，有效期至2033年12月31日市科技局负责解释。", ("2031-04-01", "2033-12-31")),
        # first and last days
        ("本办法自2031年4月1日起实施，有效期自2031年7月1日至2033年6月30日。", ("2031-04-01", "2033-06-30")),
        ("本办法执行期限为2031年4月1日至12月31日。", ("2031-04-01", "2031-12-31")),
        ("本办法自2031年4月1日起至2033年6月30日止施行。", ("2031-04-01", "2033-06-30")),
        ("本办法执行时间从2031年4月1日起，至2033年5月31日止。", ("2031-04-01", "2033-05-31")),
        ("本办法有效期1年，执行期限为2031年4月1日至2032年3月31日。", ("2031-04-01", "2032-03-31")),
        ("本办法实施期限为2031—2033年。", ("2031-01-01", "2033-12-31")),
        ("本办法自2031年4月1日起施行，有效期2年6个月。", ("2031-04-01", "2033-09-30")),
        ("本办法自2031年4月1日起施行，有效期一年零六个月。", ("2031-04-01", "2032-09-30")),
        ("本办法自2031年4月1日起施行，有效期1年半。", ("2031-04-01", "2032-09-30")),
        ("本办法自2031年4月1日起施行，试行期半年。", ("2031-04-01", "2031-09-30")),
        ("本办法自2031年4月1日起施行，有效期18个月。", ("2031-04-01", "2032-09-30")),
        ("本办法自2031年4月1日起施行，有效期180天。", ("2031-04-01", "2031-09-27")),
        # the document's names, and what may stand between
        ("本《办法》自2031年4月1日起施行，有效期3年。", ("2031-04-01", "2034-03-31")),
        ("本办法自2031年4月1日起施行，由市科技局负责解释，有效期3年。", ("2031-04-01", "2034-03-31")),
        ("本办法由市科技局负责解释，有效期至2033年12月31日。", (None, "2033-12-31")),
        ("《云溪市甲措施》已经市政府同意，现印发给你们，自2031年4月1日起施行。", ("2031-04-01", None)),
        ("现将《云溪市甲措施》印发给你们，请遵照执行，自2031年4月1日起施行。", ("2031-04-01", None)),
        ("本办法自2031年4月1日起施行，除另有规定外，有效期3年。", ("2031-04-01", "2034-03-31")),
        ("本办法自2031年4月1日起施行，未注明期限的，有效期3年。", ("2031-04-01", "2034-03-31")),
        ("本办法根据《云溪市条例》，自2031年4月1日起施行。", ("2031-04-01", None)),
        ("本办法除第五条外，自2031年4月1日起施行。", ("2031-04-01", None)),
        # since when
        ("本办法从2031年4月1日起施行。", ("2031-04-01", None)),
        ("本办法于2031年4月1日起施行。", ("2031-04-01", None)),
        ("本办法自2031年4月起实行，有效期三年。", ("2031-04-01", "2034-03-31")),
        ("本办法自2031年4月1日零时起施行。", ("2031-04-01", None)),
        ("本办法自公布之日（2031年4月1日）起施行。", ("2031-04-01", None)),
        ("本办法自发布起执行。", ("2031-05-31", None)),
        ("本通知自即日起施行。", ("2031-05-31", None)),
        ("本办法自本办法印发之日起施行。", ("2031-05-31", None)),
        ("本办法自公布之日起30日以后施行。", ("2031-06-30", None)),
        ("本办法自印发之日起1个月后施行。", ("2031-06-30", None)),
        ("2031年4月1日 施行", ("2031-04-01", None)),
    ],
)  # fmt: skip
def test_forms_of_a_beginning_and_a_term(clause: str, expected: tuple[str | None, str | None]) -> None:
    doc = valid(f"第一条 略。\n{clause}", written_on="2031-05-31")
    assert (days(doc), doc.flags) == (expected, ())
    assert doc.status_evidence is not None


@pytest.mark.parametrize(
    "clause",
    [
        "申报系统自2031年4月1日起正式实施新版本。",
        "现有企业自2031年4月1日起执行新标准。",
        "自2031年4月1日起执行新标准。",
        "现有企业自2031年4月1日起执行。",
        "本办法第五条自2031年4月1日起施行。",
        "企业资本办法自2031年4月1日起施行。",
        "此项政策自2031年4月1日起执行，该政策有效期至2033年12月31日。",
        "政策自2031年4月1日起执行，执行至2033年12月31日。",
        "青年政策自2031年4月1日起执行，老年政策自2031年6月1日起执行。",
        "自2031年4月1日起施行。\n第三条 自2031年6月1日起施行。",
        "满三年以上的按规定自2031年4月1日起执行。",
        "上述政策自2031年4月1日起执行。\n第三条 " + "略。" * 40,
        "本办法施行之日起6个月内申请的，有效期三年。",
        "证书由市科技局负责解释，有效期至2033年12月31日。",
        "原《云溪市旧办法》有效期至2031年12月31日。",
        "本办法有效期届满前6个月评估。",
    ],
)
def test_what_is_not_the_documents_own(clause: str) -> None:
    doc = valid(f"第二条 {clause}")
    assert (days(doc), doc.flags) == ((None, None), ())


@pytest.mark.parametrize(
    ("clause", "unread"),
    [
        ("有效期至新办法出台之日止。", True),
        ("有效期至疫情解除后再顺延3个月。", True),
        ("有效期为防控期间。", True),
        ("有效期3至5年。", True),
        ("有效期半年内评估。", True),
        ("有效期满前评估。", False),
        ("第五条有效期至2033年12月31日。", False),
        ("市级孵化器资格有效期至下次认定。", False),
        ("施行期间另有规定的从其规定。", False),
    ],
)
def test_a_term_of_its_own_that_cannot_be_read_is_flagged(clause: str, unread: bool) -> None:
    doc = valid(f"第二条 本办法自2031年4月1日起施行，{clause}")
    assert (days(doc), doc.flags) == (("2031-04-01", None), (TERM_UNREAD,) if unread else ())


def test_the_flag_goes_when_the_page_or_a_second_reading_states_the_day() -> None:
    doc = valid("本办法自2031年4月1日起施行，有效期至新办法出台之日止。")
    assert doc.flags == (TERM_UNREAD,)
    again = with_validity(doc, Stated({"expires_on": "2033-12-31"}, {"expires_on": "失效日期"}))
    assert (days(again), again.flags) == (("2031-04-01", "2033-12-31"), ())


PAGE = "文号：云科规〔2031〕5号\n发布机构：云溪市科学技术局\n{}\n\n云溪市孵化器管理办法\n第一条 略。\n第二条 略。"


@pytest.mark.parametrize(
    ("labels", "expires_on", "flags"),
    [
        ("生效日期：2031-04-01\n有效期：3年", "2034-03-31", ()),
        ("生效日期：2031-04-01\n有效期：1年半", "2032-09-30", ()),
        ("生效日期：2031-04-01\n有效期：3至5年", None, (TERM_UNREAD,)),
        ("有效期：3年", None, (TERM_UNREAD,)),  # since when is not known
        ("生效日期：2031-04-01\n有效期：长期", None, ()),
    ],
)
def test_a_term_under_a_label_counts_from_the_first_day(
    labels: str, expires_on: str | None, flags: tuple[str, ...]
) -> None:
    (doc,) = parse_text(PAGE.format(labels))
    assert (doc.expires_on, doc.flags) == (expires_on, flags)
    assert [o.label for o in doc.origins if o.field == "expires_on"] == (["有效期"] if expires_on else [])


def test_a_term_that_ends_before_it_begins_is_no_term() -> None:
    doc = valid("本办法自2031年4月1日起施行。本办法有效期自2031年6月1日至2030年1月1日。")
    assert (days(doc), doc.flags) == (("2031-04-01", None), ("date_conflict",))


def evidence(doc: PolicyDocument) -> str | None:
    span = doc.status_evidence
    return doc.text[span.start : span.end] if span else None


def test_value_and_evidence_are_of_one_clause() -> None:
    """A day that is not known is unknown: no later clause stands in for it."""
    text = "《云溪市孵化器管理办法》已经审议通过，现予公布，自2031年6月1日起施行。\n第九条 本办法自公布之日起施行。"
    doc = valid(text)
    assert (days(doc), evidence(doc)) == ((None, None), "第九条 本办法自公布之日起施行。")
    doc = valid("第二条 新建企业自2031年5月1日起执行。\n第九条 本办法自2031年6月1日起施行。")
    assert (days(doc), evidence(doc)) == (("2031-06-01", None), "第九条 本办法自2031年6月1日起施行。")
    doc = valid("第二条 本办法有效期2年。\n" + "略。\n" * 200 + "第九条 本办法自2031年6月1日起施行。")
    assert (days(doc), evidence(doc)) == (("2031-06-01", "2033-05-31"), "第九条 本办法自2031年6月1日起施行。")
    doc = valid("本办法自2031年6月1日起施行。\n有效期2年\n云溪市科技局")
    assert evidence(doc) == "本办法自2031年6月1日起施行。\n有效期2年\n"


REPUBLISHED = (
    "一、将第二条修改为：“略。”\n本决定自{since}起施行。\n云溪市水井条例\n第一条 略。\n"
    "第九条 本条例自2021年9月1日起施行，有效期5年。"
)


@pytest.mark.parametrize(
    ("title", "since", "expected"),
    [
        ("云溪市关于修改《云溪市水井条例》的决定", "公布之日", None),
        ("云溪市关于修改《云溪市水井条例》的决定", "2031年3月1日", "2031-03-01"),
        ("云溪市水井条例修正案", "公布之日", None),
    ],
)
def test_a_decision_has_no_day_of_what_it_amends(title: str, since: str, expected: str | None) -> None:
    assert days(valid(REPUBLISHED.format(since=since), title, kind=Kind.NORMATIVE)) == (expected, None)


def test_a_document_republished_behind_its_decision_keeps_its_own_day() -> None:
    assert days(valid(REPUBLISHED.format(since="2031年3月1日"), "云溪市水井条例")) == ("2021-09-01", "2026-08-31")


@pytest.mark.parametrize("kind", [Kind.NEWS, Kind.INTERPRETATION, Kind.DIGEST, Kind.SERVICE_GUIDE, Kind.REPLY])
def test_what_tells_of_others_has_no_validity_of_its_own(kind: Kind) -> None:
    text = "《云溪市夜市办法》自2031年4月1日起施行，有效期3年。新政自2031年5月1日起施行，本通知有效期至新规出台。"
    doc = valid(text, "夜市新规征求意见稿解读", kind=kind)
    assert (days(doc), doc.status, doc.status_evidence, doc.flags) == ((None, None), Status.UNKNOWN, None, ())
    labelled = {"effective_from": "2031-04-01", "validity": "废止"}
    doc = with_validity(PolicyDocument(text, title="夜市新规", kind=kind), Stated(labelled, labelled))
    assert (days(doc), doc.status) == (("2031-04-01", None), Status.REPEALED)  # the page says so of itself


def test_a_guide_that_names_itself_has_its_validity() -> None:
    doc = valid("本指引自2031年4月1日起施行，有效期3年。", "云溪市实验室建设指引", kind=Kind.SERVICE_GUIDE)
    assert days(doc) == ("2031-04-01", "2034-03-31")


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("云溪市夜市办法（征求意见稿）", Status.DRAFT),
        ("关于征求《云溪市夜市办法》意见的通知", Status.DRAFT),
        ("关于公开征求《云溪市夜市办法》修改意见建议的公告", Status.DRAFT),
        ("关于《云溪市夜市办法》公开征求意见的公告", Status.DRAFT),
        ("云溪市夜市条例（草案）", Status.DRAFT),
        ("《云溪市夜市条例草案》", Status.DRAFT),
        ("云溪市夜市办法（试行草案）", Status.UNKNOWN),
        ("关于2031年国民经济和社会发展计划草案的报告", Status.UNKNOWN),
        ("云溪市规章公开征求意见办法", Status.UNKNOWN),
        ("关于征集典型案例的通知", Status.UNKNOWN),
    ],
)
def test_drafts_by_their_title(title: str, status: Status) -> None:
    assert valid("略。", title).status is status


def test_a_draft_is_not_issued_on_the_day_it_is_published() -> None:
    text, title = "本办法自印发之日起施行，有效期3年。", "云溪市夜市办法（征求意见稿）"
    assert days(valid(text, title, written_on="2031-05-31")) == (None, None)
    assert days(valid(text.replace("印发之日", "2031年6月1日"), title)) == ("2031-06-01", "2034-05-31")


@pytest.mark.parametrize(
    "text",
    [
        "自2031年1月1日起施行" * 5000,
        "有效期至" * 10_000,
        "本办法" * 10_000 + "自2031年1月1日起施行",
        "自2031年" + " " * 30_000 + "1月",
        ("自2031年1月1日起施行" + "，（" * 20) * 1000,
        "自" + "2031年1月1日" * 5000,
    ],
)  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.process_time()
    valid(text)
    assert time.process_time() - started < 5


def test_an_attached_document_is_in_force_since_the_day_its_notice_says() -> None:
    text = """云溪市人民政府关于印发云溪市夜市措施的通知
云政发〔2031〕3号
各区人民政府：
《云溪市夜市措施》已经市政府同意，现印发给你们，自2031年4月1日起施行。
云溪市人民政府
2031年3月1日
云溪市夜市措施
第一条 摊位每月补贴二十元。
第二条 本措施由市城管局负责解释，有效期3年。%s
"""
    notice, measures = parse_text(text % "")
    assert (days(notice), days(measures)) == (("2031-04-01", None), ("2031-04-01", "2034-03-31"))
    _, measures = parse_text(text % "本措施自2031年5月1日起施行。")
    assert days(measures) == ("2031-05-01", "2034-04-30")
