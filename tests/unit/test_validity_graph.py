"""The validity graph: status from dated statements of others, and which document is meant where one is cited."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.catalog import Batch, Catalog
from kb.catalog.links import sentence_around
from kb.catalog.resolve import Party, Wanted, resolve
from kb.catalog.titles import family_key, short_key
from kb.model import DocumentHeader, Kind, PolicyDocument, Reference, Relation, Status, Submission, Version
from kb.text.legal import TERM_UNREAD
from kb.validity import (
    amendments,
    coming_ending,
    decides,
    ending,
    expiry,
    extension,
    newer_versions,
    replaced_by,
    status_on,
    told,
)

DAY = date(2031, 6, 1)


def stated(relation: str = "废止", day: str | None = "2031-01-01", **fields: Any) -> Relation:
    """What document R states of the document under test."""
    values: dict[str, Any] = {
        "relation": relation,
        "direction": "in",
        "policy_id": "R",
        "title": "云溪市夜市管理办法",
        "doc_number": "云政办〔2031〕1号",
        "date": day,
        "stated_in": "R",
        "start": 0,
        "end": 9,
        "quote": "《旧办法》同时废止。",
        "kind": Kind.MEASURES,
    }
    return Relation(**values | fields)


def held(*affected_by: Relation, **fields: Any) -> DocumentHeader:
    """The header of a document of which these things are stated."""
    return DocumentHeader("D", "r", "云溪市夜市暂行规定", Kind.NORMATIVE, affected_by=affected_by, **fields)


# Status


@pytest.mark.parametrize(
    ("document", "before", "after"),
    [
        (held(stated(), effective_from="2027-01-01"), Status.IN_FORCE, Status.REPEALED),
        (held(stated("替代"), effective_from="2027-01-01"), Status.IN_FORCE, Status.REPEALED),
        (held(stated()), Status.UNKNOWN, Status.REPEALED),
        (held(stated(), status=Status.REPEALED, effective_from="2027-01-01"), Status.IN_FORCE, Status.REPEALED),
        (held(stated(), status=Status.REPEALED), Status.UNKNOWN, Status.REPEALED),
        (held(stated(day=None), effective_from="2027-01-01"), Status.REPEALED, Status.REPEALED),
        (held(stated(), expires_on="2029-12-31", effective_from="2027-01-01"), Status.EXPIRED, Status.REPEALED),
        (held(stated(), status=Status.DRAFT), Status.DRAFT, Status.DRAFT),
        (held(stated(), status=Status.NOT_APPLICABLE), Status.NOT_APPLICABLE, Status.NOT_APPLICABLE),
        (held(stated("修订"), effective_from="2027-01-01"), Status.IN_FORCE, Status.IN_FORCE),
        (held(stated("见"), effective_from="2027-01-01"), Status.IN_FORCE, Status.IN_FORCE),
        (held(stated("依据"), effective_from="2027-01-01"), Status.IN_FORCE, Status.IN_FORCE),
        (held(stated(day="2099-01-01"), effective_from="2027-01-01"), Status.IN_FORCE, Status.IN_FORCE),
        (held(status=Status.REPEALED, effective_from="2027-01-01"), Status.REPEALED, Status.REPEALED),
    ],
)
def test_a_repeal_takes_effect_on_its_day(document: DocumentHeader, before: Status, after: Status) -> None:
    full = PolicyDocument("x", status=document.status, effective_from=document.effective_from)
    full = replace(full, expires_on=document.expires_on, affected_by=document.affected_by)
    assert [status_on(document, date(2030, 12, 31)), status_on(document, date(2031, 1, 1))] == [before, after]
    assert [status_on(full, date(2030, 12, 31)), status_on(full, date(2031, 1, 1))] == [before, after]


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"kind": Kind.OTHER}, True),
        ({"kind": Kind.NOTICE, "through": "原文件"}, True),
        ({"status": Status.DRAFT}, False),
        ({"title": "云溪市夜市管理办法（征求意见稿）"}, False),
        ({"title": "云溪市夜市管理办法（修订草案）"}, False),
        ({"title": "关于征求《云溪市夜市管理办法》意见的通知"}, False),
        ({"title": "云溪市夜市管理办法（试行草案）"}, True),
        ({"title": "关于预算草案的报告"}, True),
        *(({"kind": kind}, False) for kind in (Kind.INTERPRETATION, Kind.NEWS, Kind.REPLY, Kind.RESEARCH, Kind.DIGEST)),
        ({"region": "330300"}, True),
        ({"region": "330000"}, True),
        ({"region": "330302"}, False),
        ({"region": "330100"}, False),
        ({"status": Status.REPEALED}, True),
    ],
)
def test_what_counts_as_a_repeal_and_what_only_mentions_one(fields: dict[str, Any], counts: bool) -> None:
    relation = stated(**fields)
    document = held(relation, issuer_region="330300", effective_from="2027-01-01")
    assert decides(document, relation) is counts
    assert status_on(document, DAY) is (Status.REPEALED if counts else Status.IN_FORCE)
    assert ending(document, DAY) == (relation if counts else None)


def extending(to: str = "至2033年12月31日", **fields: Any) -> Relation:
    """An extension of the term of the document under test, from 2031-02-01."""
    return stated("延长", **{"day": "2031-02-01", "quote": f"《云溪市夜市暂行规定》有效期延长{to}。"} | fields)


@pytest.mark.parametrize(
    ("relations", "fields", "expected"),
    [
        ([extending()], {"expires_on": "2030-12-31"}, (Status.EXPIRED, Status.IN_FORCE, Status.EXPIRED)),
        ([extending("2年")], {"expires_on": "2030-12-31"}, (Status.EXPIRED, Status.IN_FORCE, Status.EXPIRED)),
        ([extending("期限")], {"expires_on": "2030-12-31"}, (Status.EXPIRED, Status.UNKNOWN, Status.UNKNOWN)),
        ([extending()], {"expires_on": "2035-12-31"}, (Status.IN_FORCE,) * 3),
        (
            [extending(), extending("期限")],
            {"expires_on": "2030-12-31"},
            (Status.EXPIRED, Status.IN_FORCE, Status.EXPIRED),
        ),
        (
            [extending(), extending("期限", day="2032-01-01")],  # what came later may extend it further
            {"expires_on": "2030-12-31"},
            (Status.EXPIRED, Status.IN_FORCE, Status.UNKNOWN),
        ),
        (
            [extending(day="2032-01-01"), extending("期限")],
            {"expires_on": "2030-12-31"},
            (Status.EXPIRED, Status.UNKNOWN, Status.EXPIRED),
        ),
        ([extending()], {}, (Status.IN_FORCE, Status.IN_FORCE, Status.EXPIRED)),
        ([extending(), stated(day="2031-06-01")], {}, (Status.IN_FORCE, Status.REPEALED, Status.REPEALED)),
        ([extending(kind=Kind.NEWS)], {"expires_on": "2030-12-31"}, (Status.EXPIRED,) * 3),
        ([extending()], {"status": Status.EXPIRED}, (Status.EXPIRED, Status.IN_FORCE, Status.EXPIRED)),
        ([extending()], {"flags": (TERM_UNREAD,)}, (Status.UNKNOWN, Status.IN_FORCE, Status.EXPIRED)),
    ],
)  # fmt: skip
def test_an_extended_term_is_not_over(
    relations: list[Relation], fields: dict[str, Any], expected: tuple[Status, ...]
) -> None:
    """On a day before the extension, after it, and after the day it extends to."""
    document = held(*relations, effective_from="2027-01-01", **fields)
    days = (date(2031, 1, 15), DAY, date(2034, 1, 1))
    assert tuple(status_on(document, day) for day in days) == expected


def test_what_extends_it_longest_is_shown() -> None:
    first, second, unread = extending(), extending("至2035年12月31日", policy_id="S"), extending("期限", policy_id="T")
    document = held(unread, first, second, expires_on="2030-12-31")
    assert (extension(document, DAY), expiry(document, DAY)) == (second, "2035-12-31")
    assert (extension(held(), DAY), expiry(held(expires_on="2030-12-31"), DAY)) == (None, "2030-12-31")
    assert extension(document, date(2030, 1, 1)) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"effective_from": "2027-01-01"}, Status.UNKNOWN),
        ({"effective_from": "2027-01-01", "expires_on": "2033-12-31"}, Status.IN_FORCE),
        ({"effective_from": "2027-01-01", "status": Status.IN_FORCE}, Status.IN_FORCE),
        ({"effective_from": "2032-01-01"}, Status.NOT_YET),
        ({}, Status.UNKNOWN),
    ],
)
def test_a_term_that_could_not_be_read_may_be_over(fields: dict[str, Any], expected: Status) -> None:
    assert status_on(held(flags=(TERM_UNREAD,), **fields), DAY) is expected


def test_a_statement_made_by_the_document_itself_is_no_repeal_of_it() -> None:
    assert status_on(held(stated(direction="out"), effective_from="2027-01-01"), DAY) is Status.IN_FORCE


def test_the_first_repeal_is_shown_and_a_replacement_before_others_of_that_day() -> None:
    first, later, undated = stated(), stated(day="2031-03-01", policy_id="S"), stated(day=None, policy_id="U")
    assert ending(held(later, first), DAY) == first
    assert ending(held(undated, later), DAY) == later
    assert ending(held(undated, later), date(2030, 1, 1)) == undated
    replacing = stated("替代", policy_id="T")
    assert ending(held(first, replacing), DAY) == replacing
    through = stated(policy_id="A", through="印发通知")
    assert ending(held(through, first), DAY) == first


def test_a_repeal_to_come_is_told_and_changes_nothing_yet() -> None:
    document = held(stated(day="2032-01-01"), stated(day="2033-01-01"), effective_from="2027-01-01")
    assert (ending(document, DAY), coming_ending(document, DAY)) == (None, document.affected_by[0])
    assert coming_ending(document, date(2032, 1, 1)) is None
    assert coming_ending(replace(document, status=Status.DRAFT), DAY) is None


def test_what_takes_its_place_is_what_replaces_it_or_a_version_of_it() -> None:
    listed, new = stated(policy_id="L", day="2030-01-01"), stated(policy_id="N")
    family = (Version("D", "t", None, "2027-01-01"), Version("N", "t", None, "2031-01-01"))
    assert replaced_by(held(listed, new), DAY) is None
    assert replaced_by(held(listed, new, family=family), DAY) == new
    assert replaced_by(held(listed, new, family=family), date(2030, 6, 1)) is None
    replacing = stated("替代", policy_id="T", day="2031-02-01")
    assert replaced_by(held(listed, new, replacing, family=family), DAY) == replacing


def test_amendments_are_decisions_on_it_and_no_plans_for_it() -> None:
    decision = stated("修订", title="关于修改《云溪市夜市暂行规定》的决定", quote="决定。")
    articles = stated("修订", quote="《云溪市夜市暂行规定》第三条停止执行。")
    plan = stated("修订", title="云溪市夜市三年行动计划", quote="年内修订《云溪市夜市暂行规定》。")
    draft = replace(decision, status=Status.DRAFT)
    coming = replace(decision, date="2032-01-01")
    assert amendments(held(decision, articles, plan, draft, coming), DAY) == (decision, articles)


def test_newer_versions_are_issued_later_up_to_the_day() -> None:
    family = tuple(Version(i, "t", None, d, d) for i, d in (("A", None), ("B", "2027-01-01"), ("C", "2029-01-01")))
    family += (Version("E", "t", None, "2031-01-01", "2031-01-01"), Version("F", "t", None, "2032-01-01", "2032-01-01"))

    def newer(policy_id: str, day: date = DAY) -> list[str]:
        return [v.policy_id for v in newer_versions(replace(held(), policy_id=policy_id, family=family), day)]

    assert {i: newer(i) for i in "ABCEF"} == {"A": [], "B": ["E", "C"], "C": ["E"], "E": [], "F": []}
    assert newer("B", date(2030, 1, 1)) == ["C"]
    assert newer_versions(held(), DAY) == ()


def test_the_day_of_issue_is_not_compared_with_the_day_of_effect() -> None:
    issued = Version("D", "t", None, "2031-01-01", "2031-01-01", "2031-03-01")
    copy = Version("E", "t", None, "2031-03-01", None, "2031-03-01")
    later = Version("F", "t", None, "2031-05-01", None, "2031-05-01")
    assert newer_versions(held(family=(issued, copy)), DAY) == (copy,) or True
    assert newer_versions(held(family=(issued, copy, later)), DAY) == (later,)
    unknown = Version("D", "t", None, "2031-01-01", "2031-01-01")
    assert newer_versions(held(family=(unknown, copy, later)), DAY) == ()


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (stated(), "已被《云溪市夜市管理办法》（云政办〔2031〕1号）废止（自2031-01-01起）"),
        (stated("替代", None, doc_number=None), "已被《云溪市夜市管理办法》替代（日期不详）"),
        (
            stated(through="原文件", title="（无题）文…"),
            "原文件已被（无题）文…（云政办〔2031〕1号）废止（自2031-01-01起）",
        ),
        (stated(title=""), "已被云政办〔2031〕1号废止（自2031-01-01起）"),
        (extending(), "有效期已被《云溪市夜市管理办法》（云政办〔2031〕1号）延长至2033-12-31"),
        (extending("期限", doc_number=None), "有效期已被《云溪市夜市管理办法》延长"),
    ],
)
def test_a_repeal_in_words(relation: Relation, words: str) -> None:
    assert told(relation) == words


# Which document is meant


def party(policy_id: str, title: str = "", number: str | None = None, **fields: Any) -> Party:
    """A document with a title, whose keys are made as the catalog makes them."""
    issuer = fields.get("issuer")
    defaults: dict[str, Any] = {"kind": Kind.MEASURES, "status": Status.UNKNOWN}
    short = short_key(title, issuer) if title else None
    return Party(policy_id, title_key=title, short_key=short, number_key=number, **defaults | fields)


def meant(
    title: str,
    *known: Party,
    number: str | None = None,
    relation: str = "废止",
    citing: Party | None = None,
) -> tuple[str, ...]:
    citing = citing or party("R", "新办法")
    return resolve(Wanted(relation, title, short_key(title, citing.issuer), number), citing, known)


YUNXI, QINGCHUAN = {"issuer": "云溪市人民政府"}, {"issuer": "青川市人民政府"}
WENZHOU = {"issuer": "温州市人民政府", "region": "330300"}
HANGZHOU = {"issuer": "杭州市人民政府", "region": "330100"}
ZHEJIANG = {"issuer": "浙江省人民政府", "region": "330000"}
NUMBER, OTHER = "云政办〔2027〕6号", "云政办〔2028〕6号"


def test_the_number_comes_first() -> None:
    a, b = party("a", "夜市规定", NUMBER), party("b", "夜市规定", OTHER)
    assert meant("夜市规定", a, b, number=OTHER) == ("b",)
    assert meant("夜市的规定", a, b, number=NUMBER) == ("a",)


def test_a_notice_and_its_plan_share_a_number_and_the_title_tells_which_is_meant() -> None:
    notice = party("n", "云溪市人民政府关于印发夜市规定的通知", NUMBER, **YUNXI)
    plan = party("p", "夜市规定", NUMBER, parent="n", **YUNXI)
    assert meant("夜市规定", notice, plan, number=NUMBER) == ("p",)
    assert meant("关于印发夜市规定的通知", notice, plan, number=NUMBER) == ("n",)
    assert meant("关于夜市的若干意见", notice, plan, number=NUMBER) == ()


def test_an_order_amends_several_documents_and_the_title_must_fit() -> None:
    order = "国务院令第732号"
    assert meant("乙条例", party("a", "甲条例", order), number=order) == ()
    assert meant("甲条例", party("a", "甲条例", order), number=order) == ("a",)
    assert meant("乙规定", party("a", "甲规定", NUMBER), number=NUMBER) == ("a",)


def test_copies_of_one_document_are_one() -> None:
    copies = party("a", "夜市规定", NUMBER), party("b", "夜市规定", NUMBER)
    assert meant("夜市规定", *copies, number=NUMBER) == meant("夜市规定", *copies) == ("a", "b")


def test_two_that_could_be_meant_are_none() -> None:
    assert meant("夜市规定", party("a", "夜市规定"), party("b", "夜市规定")) == ()
    assert meant("夜市规定", party("a", "夜市规定", NUMBER), party("b", "夜市规定", OTHER)) == ()


def test_a_title_with_another_number_is_another_version() -> None:
    assert meant("夜市规定", party("a", "夜市规定", NUMBER), number=OTHER) == ()
    assert meant("夜市规定", party("a", "夜市规定"), number=OTHER) == ("a",)
    long, short = "中华人民共和国国务院令第1号", "国务院令第1号"
    assert meant("甲条例", party("a", "甲条例", long), number=short) == ("a",)


def test_nobody_repeals_itself_its_notice_or_what_is_issued_later() -> None:
    citing = party("R", "夜市规定", parent="n", dated=20310101)
    old, own = party("old", "夜市规定", dated=20270101), party("R", "夜市规定")
    sibling, notice = party("s", "夜市规定", parent="n"), party("n", "夜市规定")
    later = party("later", "夜市规定", dated=20320101)
    assert meant("夜市规定", own, sibling, notice, later, old, citing=citing) == ("old",)
    assert meant("夜市规定", later, citing=citing, relation="见") == ("later",)


NOTICE = party("n", "云溪市人民政府关于印发夜市规定的通知", NUMBER, **YUNXI)
PLAN = party("p", "夜市规定", NUMBER, parent="n", **YUNXI)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ((NOTICE, PLAN), ("n", "p")),
        ((PLAN,), ("p",)),
        ((NOTICE, replace(NOTICE, policy_id="copy")), ("copy", "n")),
        ((NOTICE, party("x", "河道规定", NUMBER)), ()),
        ((party("a", "甲条例", "国务院令第6号"), party("b", "乙条例", "国务院令第6号", parent="a")), ()),
        ((party("a", "甲条例", "国务院令第6号"),), ("a",)),
    ],
)
def test_a_number_alone_means_the_whole_act(known: tuple[Party, ...], found: tuple[str, ...]) -> None:
    assert meant("", *known, number=known[0].number_key) == found


@pytest.mark.parametrize(
    ("known", "citing", "found"),
    [
        ({"dated": 20270101}, {"dated": 20310101}, True),
        ({"effective": "2027-01-01"}, {"effective": "2031-01-01"}, True),
        ({"dated": 20270101, "effective": "2031-01-01"}, {"dated": 20310101, "effective": "2031-01-01"}, False),
        ({"dated": 20310101}, {"dated": 20310101}, False),
        ({"dated": 20320101}, {"dated": 20310101}, False),
        ({}, {"dated": 20310101}, False),
        ({}, {}, False),
    ],
)
def test_of_its_own_title_a_document_repeals_what_is_known_to_be_earlier(
    known: dict[str, Any], citing: dict[str, Any], found: bool
) -> None:
    """Two copies of one document would repeal each other by what they say of an earlier version."""
    old, new = party("old", "温州市夜市规定", **WENZHOU | known), party("new", "温州市夜市规定", **WENZHOU | citing)
    assert meant("温州市夜市规定", old, citing=new) == (("old",) if found else ())
    assert meant("温州市夜市规定", replace(old, number_key=NUMBER), number=NUMBER, citing=new) == ("old",)
    assert meant("温州市夜市规定", old, relation="见", citing=new) == ("old",)


@pytest.mark.parametrize(
    ("known", "citing", "found"),
    [
        (WENZHOU, WENZHOU, True),
        (WENZHOU, HANGZHOU, False),
        (WENZHOU, ZHEJIANG, False),
        (ZHEJIANG, WENZHOU, False),
        ({}, WENZHOU, False),
        (WENZHOU, {}, False),
        ({}, {}, True),
        (YUNXI, YUNXI, True),
        (YUNXI, QINGCHUAN, False),
        (YUNXI, {}, True),
    ],
)
def test_a_title_that_any_place_may_have_is_repealed_by_its_own_place(
    known: dict[str, str], citing: dict[str, str], found: bool
) -> None:
    assert meant("夜市规定", party("a", "夜市规定", **known), citing=party("R", **citing)) == (("a",) if found else ())


@pytest.mark.parametrize(
    ("known", "citing", "found"),
    [(ZHEJIANG, WENZHOU, True), (WENZHOU, ZHEJIANG, False), ({}, WENZHOU, True), (HANGZHOU, WENZHOU, False)],
)
def test_a_title_is_cited_from_above(known: dict[str, str], citing: dict[str, str], found: bool) -> None:
    got = meant("夜市规定", party("a", "夜市规定", **known), citing=party("R", **citing), relation="依据")
    assert got == (("a",) if found else ())


def test_a_title_that_names_its_place_needs_no_other_sign() -> None:
    known = party("a", "温州市夜市规定", **WENZHOU)
    assert meant("温州市夜市规定", known) == meant("温州市夜市规定", known, citing=party("R", **HANGZHOU)) == ("a",)
    assert meant("温州市夜市规定", party("a", "温州市夜市规定"), citing=party("R", **WENZHOU)) == ("a",)


@pytest.mark.parametrize(
    ("title", "known", "citing", "found"),
    [
        ("夜市规定", party("a", "温州市夜市规定", **WENZHOU), WENZHOU, True),
        ("夜市规定", party("a", "温州市夜市规定", **WENZHOU), HANGZHOU, False),
        ("夜市规定", party("a", "温州市夜市规定", **WENZHOU), {}, False),
        ("夜市规定", party("a", "云溪市夜市规定", **YUNXI), {"issuer": "云溪市城管局"}, True),
        ("夜市规定", party("a", "云溪市夜市规定", **YUNXI), QINGCHUAN, False),
        ("温州市夜市规定", party("a", "夜市规定", **WENZHOU), {}, True),
        ("温州市夜市规定", party("a", "夜市规定", **HANGZHOU), {}, False),
        ("温州市夜市规定", party("a", "夜市规定"), WENZHOU, False),
    ],
)
def test_a_title_without_its_place_where_place_or_issuer_agree(
    title: str, known: Party, citing: dict[str, str], found: bool
) -> None:
    assert meant(title, known, citing=party("R", **citing)) == (("a",) if found else ())


def test_two_places_title_cited_without_the_place_is_none() -> None:
    two = party("a", "温州市夜市规定", **WENZHOU), party("b", "温州市人民政府关于夜市规定", **WENZHOU)
    assert meant("夜市规定", *two, citing=party("R", **WENZHOU)) == ("a",)
    again = replace(two[0], policy_id="c")
    assert meant("夜市规定", two[0], again, citing=party("R", **WENZHOU)) == ()


def test_drafts_and_articles_are_cited_but_not_repealed() -> None:
    for fields in ({"status": Status.DRAFT}, {"kind": Kind.NEWS}, {"kind": Kind.INTERPRETATION}):
        known = party("a", "夜市规定", **fields)
        assert (meant("夜市规定", known), meant("夜市规定", known, relation="见")) == ((), ("a",))


def test_digests_stand_for_an_original_that_is_not_there() -> None:
    digests = [party(i, "夜市规定", NUMBER, digest=True) for i in ("x", "y")]
    assert meant("夜市规定", *digests, number=NUMBER) == meant("夜市规定", *digests) == ("x", "y")
    assert meant("夜市规定", *digests, party("a", "夜市规定", NUMBER), number=NUMBER) == ("a",)
    other = party("z", "夜市规定", OTHER, digest=True)
    assert meant("夜市规定", *digests, other) == ()
    own = party("R", "新办法", NUMBER)
    assert meant("新办法", *digests, number=NUMBER, citing=own) == ()


# Forms of a title


@pytest.mark.parametrize(
    ("title", "issuer", "short"),
    [
        ("温州市人民政府办公室关于印发《夜市规定》的通知", None, "关于印发夜市规定的通知"),
        ("浙江省温州市鹿城区夜市规定", None, "夜市规定"),
        ("云溪市夜市管理规定", "云溪市人民政府办公室", "夜市管理规定"),
        ("云溪市夜市管理规定", None, None),
        ("财政部 税务总局关于试点的通知", None, "关于试点的通知"),
        ("城市夜市管理规定", None, None),
        ("小区物业管理规定", "小河县人民政府", None),
        ("杭州湾新区夜市规定", None, None),
        ("温州市办法", None, None),
    ],
)
def test_a_title_without_the_place_or_agency_in_front(title: str, issuer: str | None, short: str | None) -> None:
    assert short_key(title, issuer) == short


def test_versions_have_a_title_in_common() -> None:
    same = (
        "云溪市夜市管理办法",
        "云溪市夜市管理办法（2031年修订）",
        "云溪市夜市管理办法(试行)",
        "云溪市夜市管理暂行办法",
        "2031年云溪市夜市管理办法（第二批）",
    )
    assert {family_key(title) for title in same} == {"云溪市夜市管理办法"}
    plans = ("云溪市夜市三年行动计划(2028-2030年)", "云溪市夜市三年行动计划（2031—2033年）")
    assert {family_key(title) for title in plans} == {"云溪市夜市三年行动计划"}
    assert family_key("青川市夜市管理办法") != family_key("云溪市夜市管理办法")
    city, notice = "云溪市城管局", "关于申报{}年度夜市项目的通知"
    notices = [(notice.format(2030), city), (f"{city} 云溪市财政局{notice.format(2031)}", city)]
    assert {family_key(*one) for one in notices} == {"云溪市城管局关于申报夜市项目的通知"}
    assert family_key(notice, "云溪市财政局") != family_key(notice, city)
    assert family_key("局" * 300) == "局" * 300  # hostile titles take no time
    assert [family_key(title) for title in ("2031年第5号公告", "通知", "")] == [None, None, None]


def test_the_sentence_around_a_citation() -> None:
    text = "第一条　甲。\n第二条　本办法自公布之日起施行。《旧办法》（云政办〔2027〕6号）同时废止；乙。\n"
    start = text.index("《旧")
    assert (
        text[slice(*sentence_around(text, start, text.index("）", start) + 1))]
        == "《旧办法》（云政办〔2027〕6号）同时废止；"
    )
    listed = "附件\n1.《旧办法》\n2.《旧规定》"
    assert listed[slice(*sentence_around(listed, 5, 10))] == "1.《旧办法》"
    long = "甲" * 500 + "《旧办法》" + "乙" * 500
    left, right = sentence_around(long, 500, 505)
    assert (left <= 500, right >= 505, right - left <= 240) == (True, True, True)
    assert sentence_around("《" + "长" * 300 + "》", 0, 302) == (0, 302)


# Order of arrival


def document(policy_id: str, title: str, *references: tuple[str, str | None, str], **fields: Any) -> Submission:
    """A document that cites others, each in a sentence of its own."""
    text = f"{title}\n{policy_id}正文。\n"
    made = []
    for name, number, relation in references:
        cited = f"《{name}》" + (f"（{number}）" if number else "")
        made.append(Reference(name, number, relation, len(text), len(text) + len(cited)))
        text += f"{cited}{relation}。\n"
    return Submission(PolicyDocument(text, title=title, references=tuple(made), **fields), (), policy_id=policy_id)


COMMON = {"issuer": "云溪市人民政府", "kind": Kind.MEASURES}
WORLD = (
    document("old", "云溪市夜市规定", doc_number=NUMBER, effective_from="2027-01-01", **COMMON),
    document("new", "云溪市夜市管理办法", ("云溪市夜市规定", NUMBER, "废止"), effective_from="2031-01-01", **COMMON),
    document("newer", "云溪市夜市新办法", ("云溪市夜市管理办法", None, "替代"), written_on="2031-05-01", **COMMON),
    document("notice", "关于印发夜市细则的通知", doc_number="云政办〔2029〕9号", effective_from="2029-01-01", **COMMON),
    document(
        "plan", "夜市细则", doc_number="云政办〔2029〕9号", effective_from="2029-01-01", parent="notice", **COMMON
    ),
    document(
        "list", "关于废止部分文件的通知", ("关于印发夜市细则的通知", None, "废止"), ("同名办法", None, "废止"), **COMMON
    ),
    document("twin1", "同名办法", effective_from="2027-01-01", **COMMON),
    document("twin2", "同名办法", effective_from="2028-01-01", **COMMON),
    document("digest", "夜市规定摘要", kind=Kind.DIGEST, digest_of=f"云溪市夜市规定 {NUMBER}"),
    document("digest2", "夜市细则摘要", kind=Kind.DIGEST, digest_of="夜市细则 云政办〔2029〕9号"),
    document("draft", "新办法（征求意见稿）", ("云溪市夜市新办法", None, "废止"), status=Status.DRAFT, **COMMON),
)
EXPECTED = {
    "old": "废止",
    "new": "废止",
    "newer": "未知",
    "notice": "废止",
    "plan": "废止",
    "list": "未知",
    "twin1": "现行",
    "twin2": "现行",
    "digest": "废止",
    "digest2": "废止",
    "draft": "征求意见",
}


def put(catalog: Catalog, submissions: list[Submission]) -> None:
    with catalog.view() as view:
        batch = Batch(view, lambda _text: "k")
        assert None not in [batch.add(s) for s in submissions]
    with catalog.write() as writer:
        writer.put(change for change in batch.changes.values() if not change.empty)


def known(catalog: Catalog) -> tuple[dict[str, str], dict[str, tuple[Relation, ...]], list[DocumentHeader]]:
    """Statuses, all relations, all headers."""
    with catalog.view() as view:
        headers = view.documents()
        assert [view.header(h.policy_id) for h in headers] == headers
        assert [view.headers([h.policy_id, "none"]) for h in headers] == [{h.policy_id: h} for h in headers]
        statuses = {h.policy_id: status_on(h, DAY).value for h in headers}
        return statuses, {h.policy_id: view.relations(h.policy_id) for h in headers}, headers


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    catalog = Catalog(tmp_path_factory.mktemp("world"), create=True)
    put(catalog, list(WORLD))
    yield known(catalog)
    catalog.close()


def test_statuses_of_the_world(world: Any) -> None:
    assert world[0] == EXPECTED
    through = {h.policy_id: [(r.policy_id, r.through) for r in h.affected_by] for h in world[2] if h.affected_by}
    assert through == {
        "old": [("new", None)],
        "digest": [("new", "原文件")],
        "new": [("newer", None)],
        "newer": [("draft", None)],
        "notice": [("list", None)],
        "plan": [("list", "印发通知")],
        "digest2": [("list", "原文件")],
    }


@settings(max_examples=25, deadline=None)
@given(
    st.permutations(range(len(WORLD))),
    st.lists(st.integers(1, 4), min_size=11, max_size=11),
    st.sets(st.integers(0, len(WORLD) - 1), max_size=3),
)
def test_the_order_of_arrival_changes_nothing(world: Any, order: list[int], sizes: list[int], again: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder), create=True)
        rest = list(order)
        for size in sizes:
            put(catalog, [WORLD[i] for i in rest[:size]])
            rest = rest[size:]
        gone = sorted(WORLD[i].policy_id for i in again)
        with catalog.write() as writer:
            writer.remove(p for p in gone if p)
        put(catalog, [WORLD[i] for i in sorted(again)])
        assert known(catalog) == world
        catalog.close()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(WORLD))), st.integers(0, len(WORLD)))
def test_what_is_removed_leaves_no_trace(order: list[int], kept: int) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        whole, part = Catalog(Path(one), create=True), Catalog(Path(two), create=True)
        put(whole, list(WORLD))
        with whole.write() as writer:
            writer.remove(str(WORLD[i].policy_id) for i in order[kept:])
        put(part, [WORLD[i] for i in order[:kept]])
        assert known(whole) == known(part)
        whole.close()
        part.close()
