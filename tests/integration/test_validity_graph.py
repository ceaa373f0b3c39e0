"""Repeals, amendments, digests and versions in a real base: lists, answers, cards and pages say the same."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sqlalchemy import event, text

from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.commands import main
from kb.errors import BaseTooNew, HomeBusy
from kb.locks import WriteLock
from kb.model import GOES_WITH, Filters, Kind, Reference, Status, Submission
from kb.text.legal import TERM_UNREAD
from kb.validity import status_on, told
from tests.bases import ROOT, open_base, submission
from tests.fakes import Crash
from tests.integration.test_storage_crashes import STEPS, crash_at
from ui.document import document_page
from ui.document_opened import view_of
from ui.markup import facts_line

DAY = date(2031, 6, 1)
OLD, NUMBER = "云溪市夜市暂行规定", "云政办〔2027〕6号"
RULE = "夜市摊位费每平方米每月补助二十元，由市城管局负责发放。"
REPEALING = f"本办法自2031年1月1日起施行。《{OLD}》（{NUMBER}）同时废止。"
ASKED = "云溪市夜市摊位费每平方米每月补助多少元？"
ISSUER = {"issuer": "云溪市人民政府"}


def citing(
    name: str, body: str, relation: str = "废止", cited: str = OLD, number: str | None = NUMBER, **fields: Any
) -> Submission:
    """A document that cites another where its text first has 《cited》（number）."""
    mark = f"《{cited}》" + (f"（{number}）" if number else "")
    start = body.index(mark)
    references = (Reference(cited, number, relation, start, start + len(mark)),)
    return submission(f"{name}.txt", body, size=100, references=references, policy_id=name, **ISSUER | fields)


def old(**fields: Any) -> Submission:
    fields = {"title": OLD, "doc_number": NUMBER, "effective_from": "2027-01-01", "written_on": "2026-12-01"} | fields
    return submission("old.txt", RULE, policy_id="old", size=100, **ISSUER | fields)


def new(body: str = REPEALING, **fields: Any) -> Submission:
    fields = {"title": "云溪市夜市管理办法", "doc_number": "云政办〔2030〕9号", "effective_from": "2031-01-01"} | fields
    return citing("new", body, **fields)


def statuses(base: KnowledgeBase, day: date = DAY) -> dict[str, str]:
    """Statuses by id, which every way of reading must agree on."""
    headers = base.documents()
    found = {h.policy_id: status_on(h, day).value for h in headers}
    assert {h.policy_id: status_on(base.document(h.policy_id), day).value for h in headers} == found
    assert {h.policy_id: status_on(base.header(h.policy_id), day).value for h in headers} == found
    return found


@pytest.fixture
def base(tmp_path):
    with open_base(tmp_path) as base:
        yield base


def run(capsys, *arguments) -> str:
    assert main([str(a) for a in arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


# Arrival, change, removal


@pytest.mark.parametrize("order", [(old, new), (new, old)], ids=["before", "after"])
def test_a_repeal_and_its_target_arrive_in_either_order(base, order):
    for make in order:
        base.put(make())
    assert statuses(base) == {"old": "废止", "new": "现行"}
    assert statuses(base, date(2030, 12, 31)) == {"old": "现行", "new": "尚未施行"}


def test_a_repeal_a_month_before_its_target_needs_no_reading_again(base):
    base.put(new())
    (out,) = base.relations("new")
    assert (out.policy_id, out.title, out.doc_number) == (None, OLD, NUMBER)
    base.put(old())
    (out,), (seen,) = base.relations("new"), base.relations("old")
    assert (out.direction, out.policy_id) == ("out", "old")
    assert (seen.direction, seen.policy_id, seen.stated_in) == ("in", "new", "new")
    assert base.document("new").text[seen.start : seen.end] == seen.quote == f"《{OLD}》（{NUMBER}）同时废止。"


def test_removing_the_repeal_restores(base):
    base.put_many([old(), new()])
    base.remove(["new"])
    assert statuses(base) == {"old": "现行"}
    base.put(new())
    base.remove_sources(ROOT, ["new.txt"])
    assert statuses(base) == {"old": "现行"}


def test_a_new_text_without_the_repeal_restores(base):
    base.put_many([old(), new()])
    base.put(submission("new.txt", "本办法自2031年1月1日起施行。", policy_id="new", title="云溪市夜市管理办法"))
    assert statuses(base)["old"] == "现行"


def test_a_target_that_changes_its_number_is_no_longer_meant_and_is_again(base):
    base.put_many([old(), new()])
    base.put(old(doc_number="云政办〔2028〕8号"))
    assert statuses(base)["old"] == "现行"
    base.put(old())
    assert statuses(base)["old"] == "废止"


def test_a_target_that_is_removed_is_wanted_again(base):
    base.put_many([old(), new()])
    base.remove(["old"])
    assert [(r.direction, r.policy_id) for r in base.relations("new")] == [("out", None)]
    base.put(old())
    assert statuses(base)["old"] == "废止"


def test_a_chain_does_not_revive(base):
    base.put_many([old(), new()])
    repeal = "《云溪市夜市管理办法》（云政办〔2030〕9号）同时废止。"
    base.put(citing("third", repeal, "废止", "云溪市夜市管理办法", "云政办〔2030〕9号", effective_from="2031-05-01"))
    assert statuses(base) == {"old": "废止", "new": "废止", "third": "现行"}
    assert statuses(base, date(2031, 4, 30)) == {"old": "废止", "new": "现行", "third": "尚未施行"}


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"status": Status.DRAFT}, False),
        ({"title": "云溪市夜市管理办法（征求意见稿）"}, False),
        ({"kind": Kind.INTERPRETATION}, False),
        ({"kind": Kind.NEWS, "status": Status.NOT_APPLICABLE}, False),
        ({"kind": Kind.REPLY}, False),
        ({"kind": Kind.MEASURES}, True),
    ],
)
def test_who_can_repeal(base, fields, counts):
    base.put_many([old(), new(**fields)])
    assert statuses(base)["old"] == ("废止" if counts else "现行")
    (relation,) = base.relations("old")
    assert (relation.relation, relation.policy_id) == ("废止", "new")  # it is listed all the same


def test_a_repeal_without_a_day_stands(base):
    base.put_many([old(), new(effective_from=None, doc_number=None)])
    assert statuses(base)["old"] == statuses(base, date(2000, 1, 1))["old"] == "废止"


def test_the_day_in_the_sentence_comes_before_the_documents(base):
    base.put_many([old(), new(f"《{OLD}》（{NUMBER}）自2031年3月1日起废止。{'甲' * 40}")])
    assert statuses(base, date(2031, 2, 28))["old"] == "现行"
    assert statuses(base, date(2031, 3, 1))["old"] == "废止"


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        (f"决定废止《{OLD}》（{NUMBER}），自2031年3月1日起停止执行。", "2031-03-01"),
        (f"自2031年3月1日起废止《{OLD}》（{NUMBER}）。", "2031-03-01"),
        (f"自2031年3月1日起，《甲办法》、《{OLD}》（{NUMBER}）停止执行。", "2031-03-01"),
        (f"《{OLD}》（{NUMBER}）同时废止，《甲办法》自2031年3月1日起废止。", "2031-01-01"),
        (f"本办法自2031年3月1日起施行，《{OLD}》（{NUMBER}）同时废止。", "2031-01-01"),
        (f"《{OLD}》（{NUMBER}）自本办法施行之日起废止。", "2031-01-01"),
    ],
)
@pytest.mark.parametrize("title", [f"关于废止《{OLD}》的通知", f"关于废止《{OLD}》（{NUMBER}）的通知"])
def test_one_document_repeals_another_once_on_the_day_it_states(base, title, sentence, day):
    """The title and a list below cite it, too, and give no day."""
    body = f"{title}\n{sentence}{'甲' * 60}\n附：《{OLD}》"
    starts = [i for i in range(len(body)) if body.startswith(f"《{OLD}》", i)]
    numbers = [NUMBER if body.startswith(f"（{NUMBER}）", i + len(OLD) + 2) else None for i in starts]
    ends = [i + len(OLD) + 2 + (len(NUMBER) + 2 if n else 0) for i, n in zip(starts, numbers, strict=True)]
    cited = tuple(Reference(OLD, n, "废止", a, b) for a, b, n in zip(starts, ends, numbers, strict=True))
    notice = {"title": title, "references": cited, "policy_id": "r", "effective_from": "2031-01-01"}
    base.put_many([old(), submission("r.txt", body, size=100, **ISSUER | notice)])
    (seen,), (out,) = base.relations("old"), base.relations("r")
    assert (seen.relation, seen.date, out.policy_id, out.date) == ("废止", day, "old", day)
    before = date.fromisoformat(day) - timedelta(days=1)
    assert (statuses(base, before)["old"], statuses(base, date.fromisoformat(day))["old"]) == ("现行", "废止")


def test_an_extended_term_is_not_over_and_told(capsys, base):
    extending = f"关于延长《{OLD}》有效期的通知\n《{OLD}》（{NUMBER}）有效期延长至2033年12月31日。{'甲' * 60}"
    start = extending.rindex("《")
    references = (
        Reference(OLD, None, "延长", 4, 6 + len(OLD)),
        Reference(OLD, NUMBER, "延长", start, start + len(OLD) + len(NUMBER) + 4),
    )
    notice = {"title": f"关于延长《{OLD}》有效期的通知", "references": references, "effective_from": "2030-06-01"}
    base.put_many(
        [old(expires_on="2030-12-31"), submission("e.txt", extending, size=100, policy_id="e", **ISSUER | notice)]
    )
    assert [(r.relation, r.quote) for r in base.relations("old")] == [
        ("延长", extending[start : extending.index("甲")])
    ]
    assert {d: statuses(base, d)["old"] for d in (date(2030, 12, 31), DAY, date(2034, 1, 1))} == {
        date(2030, 12, 31): "现行",
        DAY: "现行",
        date(2034, 1, 1): "失效",
    }
    shown = json.loads(run(capsys, "show", "old", "--json", "--home", base.settings.home, "--as-of", DAY))
    assert (shown["status"], [r["decides"] for r in shown["relations"]]) == ("现行", [True])
    base.remove(["e"])
    assert statuses(base)["old"] == "失效"


def test_a_new_version_repeals_the_old_one_of_its_title_and_no_copy_of_itself(base):
    title = {"title": OLD, "doc_number": None, "written_on": None}
    repeal = f"本规定自2031年1月1日起施行。2027年公布的《{OLD}》同时废止。"
    versions = [
        citing(i, f"{i}：{repeal}", "废止", OLD, None, effective_from="2031-01-01", **title) for i in ("new", "copy")
    ]
    base.put_many([old(**title), *versions])
    assert statuses(base) == {"old": "废止", "new": "现行", "copy": "现行"}
    assert sorted(r.policy_id for r in base.relations("old")) == ["copy", "new"]


def test_a_text_of_no_kind_issuer_or_number_decides_nothing(base):
    nobody = {"issuer": None, "doc_number": None}
    base.put_many([old(), new(**nobody)])
    assert statuses(base)["old"] == "现行"
    assert [r.relation for r in base.relations("old")] == ["见"]  # it is listed all the same
    for issued in ({"kind": Kind.MEASURES}, {"issuer": "云溪市人民政府"}, {"doc_number": "云政办〔2030〕9号"}):
        base.put(new(**nobody | issued))
        assert statuses(base)["old"] == "废止"


def test_a_number_alone_repeals_the_notice_and_what_it_issues(base):
    notice = submission(
        "n.html", "现将《夜市细则》印发给你们。" * 3, title="关于印发夜市细则的通知", doc_number=NUMBER, **ISSUER
    )
    plan = submission("n.html", RULE, article=1, parent="#0", title="夜市细则", doc_number=NUMBER, **ISSUER)
    ids = base.put_many([plan, notice]).policy_ids
    body = f"{NUMBER}文件同时废止。{'甲' * 60}"
    reference = Reference("", NUMBER, "废止", 0, len(NUMBER))
    repeal = {"references": (reference,), "effective_from": "2031-01-01", "title": "云溪市夜市管理办法"}
    base.put(submission("r.txt", body, size=100, policy_id="r", **ISSUER | repeal))
    assert [statuses(base)[i] for i in ids] == ["废止", "废止"]
    base.remove(ids)
    (out,) = base.relations("r")
    assert (out.title, out.doc_number, out.policy_id) == ("", NUMBER, None)


def test_an_amended_document_stays_in_force(base):
    amending = f"对《{OLD}》（{NUMBER}）作如下修改：将第三条修改为：略。"
    base.put_many([old(), citing("amend", amending, "修订", effective_from="2030-01-01")])
    assert statuses(base)["old"] == "现行"
    assert [r.relation for r in base.document("old").affected_by] == ["修订"]


def test_an_ambiguous_title_makes_no_edge(base):
    repeal = "《云溪市同名办法》同时废止。"
    twins = [
        submission(f"{i}.txt", f"第{i}份正文。" * 5, policy_id=i, title="云溪市同名办法", effective_from="2027-01-01")
        for i in ("a", "b")
    ]
    base.put_many([*twins, citing("r", repeal, "废止", "云溪市同名办法", None, effective_from="2031-01-01")])
    assert statuses(base) == {"a": "现行", "b": "现行", "r": "现行"}
    base.remove(["b"])
    assert statuses(base) == {"a": "废止", "r": "现行"}
    base.put(twins[1])
    assert statuses(base) == {"a": "现行", "b": "现行", "r": "现行"}


def test_a_digest_follows_its_original_there_or_not(base):
    digests = [
        submission(
            f"{i}.txt", f"{i}说：{RULE}", policy_id=i, kind=Kind.DIGEST, digest_of=f"{OLD} {NUMBER}", title=f"摘要{i}"
        )
        for i in ("x", "y")
    ]
    base.put_many([*digests, new()])
    assert statuses(base) == {"x": "废止", "y": "废止", "new": "现行"}
    assert [(e[0], e[3], e[13]) for e in graph(base)[0]] == [
        ("new", "废止", "x"),
        ("new", "废止", "y"),
        ("x", "摘自", None),  # no digest is another one's original
        ("y", "摘自", None),
    ]
    assert [r.through for r in base.document("x").affected_by] == ["原文件"]
    base.put(old())
    assert statuses(base) == {"x": "废止", "y": "废止", "new": "现行", "old": "废止"}
    assert [(r.policy_id, r.through) for r in base.header("y").affected_by] == [("new", "原文件")]
    base.remove(["old", "new"])
    assert statuses(base) == {"x": "未知", "y": "未知"}


def test_what_a_notice_issues_falls_with_it(base):
    notice = submission("n.html", "现将《夜市细则》印发给你们，请执行。" * 3, title="关于印发夜市细则的通知", **ISSUER)
    plan = submission("n.html", RULE, article=1, parent="#0", title="夜市细则", **ISSUER)
    ids = base.put_many([plan, notice]).policy_ids
    repeal = "《关于印发夜市细则的通知》同时废止。"
    base.put(citing("r", repeal, "废止", "关于印发夜市细则的通知", None, effective_from="2031-01-01"))
    assert [statuses(base)[i] for i in ids] == ["废止", "废止"]
    assert [r.through for r in base.header(ids[0]).affected_by] == ["印发通知"]


def test_a_notice_falls_with_the_one_document_it_issues(base):
    notice = submission("n.html", "现将《夜市细则》印发给你们，请执行。" * 3, title="关于印发夜市细则的通知", **ISSUER)
    plan = submission("n.html", RULE, article=1, parent="#0", title="夜市细则", **ISSUER)
    other = submission("n.html", f"另文：{RULE}", article=2, parent="#0", title="早市细则", **ISSUER)
    repeal = citing("r", "《夜市细则》同时废止。", "废止", "夜市细则", None, effective_from="2031-01-01")
    ids = base.put_many([plan, notice]).policy_ids
    base.put(repeal)
    assert [statuses(base)[i] for i in ids] == ["废止", "废止"]
    assert [told(r) for r in base.header(ids[1]).affected_by] == [
        "所印发文件已被《关于r.txt的通知》废止（自2031-01-01起）"
    ]
    base.put(citing("r", "对《夜市细则》作如下修改。", "修订", "夜市细则", None, effective_from="2031-01-01"))
    assert base.header(ids[1]).affected_by == ()  # an amendment is of the document alone
    base.put_many([repeal, other])
    assert [statuses(base)[i] for i in ids] == ["废止", "未知"]  # the notice still issues another


def rules(**fields: Any) -> Submission:
    """Rules that carry out the old document, which have its term."""
    body = f"本细则自2027年3月1日起施行，有效期与《{OLD}》（{NUMBER}）一致。申请人每人每月领取补助五百元。"
    fields = {"title": "云溪市夜市暂行规定实施细则", "effective_from": "2027-03-01", "flags": (TERM_UNREAD,)} | fields
    return citing("rules", body, GOES_WITH, **fields)


def test_rules_that_have_the_term_of_another_document_end_with_it(base):
    base.put_many([old(), rules()])
    assert statuses(base)["rules"] == "未知"  # nobody says until when
    base.put_many([new()])
    assert statuses(base)["rules"] == "废止"
    assert statuses(base, date(2030, 12, 31))["rules"] == "未知"
    (relation,) = base.header("rules").affected_by
    assert told(relation) == "有效期所随的文件已被《云溪市夜市管理办法》（云政办〔2030〕9号）废止（自2031-01-01起）"
    answer = base.ask("云溪市夜市申请人每人每月领取补助多少元？", as_of=DAY)
    assert [c.policy_id for c in answer.citations] == ["rules"], answer.reason
    assert answer.warnings == (
        "《云溪市夜市暂行规定实施细则》在2031-06-01的效力状态为“废止”：有效期所随的文件"
        "已被《云溪市夜市管理办法》（云政办〔2030〕9号）废止（自2031-01-01起），引用前请核对。",
    )
    asked = base.ask("《云溪市夜市暂行规定实施细则》现在还有效吗？", as_of=DAY)
    assert asked.text == (
        f"《云溪市夜市暂行规定实施细则》（废止）：本细则自2027年3月1日起施行，有效期与《{OLD}》（{NUMBER}）一致。[1]\n"
        f"《{OLD}》（{NUMBER}）已被《云溪市夜市管理办法》（云政办〔2030〕9号）废止。[2]\n"
        f"《{OLD}》（{NUMBER}）同时废止。[2]"
    )
    base.remove(["new"])
    assert statuses(base)["rules"] == "未知"


def test_rules_have_the_last_day_of_the_document_they_go_with(base):
    base.put_many([old(expires_on="2031-03-31"), rules()])
    assert statuses(base)["rules"] == "失效"
    assert statuses(base, date(2031, 3, 31))["rules"] == "现行"
    longer = f"《{OLD}》（{NUMBER}）有效期延长至2033年12月31日。"
    base.put_many([citing("longer", longer, "延长", title="关于延长有效期的通知", effective_from="2031-01-01")])
    assert statuses(base)["rules"] == "现行"
    base.put_many([rules(expires_on="2031-04-30")])
    assert statuses(base, date(2034, 1, 1))["rules"] == "失效"
    assert [r.relation for r in base.relations("rules") if r.direction == "in"] == ["延长"]


def test_what_is_amended_leaves_the_rules_that_go_with_it_as_they_are(base):
    amending = f"对《{OLD}》（{NUMBER}）作如下修改：将第三条修改为：略。"
    base.put_many([old(), rules(), citing("am", amending, "修订", title="关于修改夜市规定的决定")])
    assert base.header("rules").affected_by == ()


def test_a_digest_of_rules_ends_with_the_document_the_rules_go_with(base):
    number = "云城管〔2027〕8号"
    digest = {"kind": Kind.DIGEST, "digest_of": f"云溪市夜市暂行规定实施细则 {number}", "title": "细则摘要"}
    base.put_many([old(), rules(doc_number=number), new(), submission("d.txt", RULE, policy_id="d", **digest)])
    assert statuses(base)["d"] == "废止"


# What users see


def test_show_and_list_tell_all(capsys, base):
    base.put_many([old(kind=Kind.NORMATIVE), new(kind=Kind.MEASURES)])
    home = base.settings.home
    shown = json.loads(run(capsys, "show", "old", "--json", "--home", home, "--as-of", DAY))
    assert shown["status"] == "废止"
    start = REPEALING.index("《")
    assert shown["relations"] == [
        {
            "relation": "废止",
            "direction": "in",
            "policy_id": "new",
            "title": "云溪市夜市管理办法",
            "doc_number": "云政办〔2030〕9号",
            "date": "2031-01-01",
            "stated_in": "new",
            "start": start,
            "end": len(REPEALING),
            "quote": REPEALING[start:],
            "kind": "办法",
            "status": "未知",
            "region": None,
            "through": None,
            "until": None,
            "decides": True,
        }
    ]
    assert (shown["replaced_by"], shown["family"]) == (None, [])
    before = json.loads(run(capsys, "show", "old", "--json", "--home", home, "--as-of", "2030-12-31"))
    assert before["status"] == "现行"
    (out,) = json.loads(run(capsys, "show", "new", "--json", "--home", home))["relations"]
    assert (out["direction"], out["policy_id"], out["quote"]) == ("out", "old", REPEALING[start:])
    words = run(capsys, "show", "old", "--home", home, "--as-of", DAY)
    assert "有效性：废止，已被《云溪市夜市管理办法》（云政办〔2030〕9号）废止（自2031-01-01起）" in words
    assert f"“{REPEALING[start:]}”（new 第 {start}–{len(REPEALING)} 字）" in words
    coming = run(capsys, "show", "old", "--home", home, "--as-of", "2030-12-31")
    assert "有效性：现行，2031-01-01起将被《云溪市夜市管理办法》（云政办〔2030〕9号）废止" in coming
    listed = {row["policy_id"]: row["status"] for row in json.loads(run(capsys, "list", "--json", "--home", home))}
    assert listed == statuses(base, date.today())


def test_a_superseded_revision_shows_what_is_stated_of_it(capsys, base):
    base.put_many([old(), new()])
    revision = base.header("new").revision
    base.put(submission("new.txt", "另文。" * 20, policy_id="new"))
    home = base.settings.home
    shown = json.loads(run(capsys, "show", "new", "--revision", revision, "--json", "--home", home))
    assert (shown["text"], shown["relations"]) == (REPEALING, [])


def test_replaced_by_and_the_family_of_versions(capsys, base):
    family = [
        submission(
            f"{y}.txt",
            f"{y}年的正文。" * 6,
            policy_id=f"v{y}",
            title=f"云溪市夜市管理办法{more}",
            written_on=f"{y}-01-01",
        )
        for y, more in ((2025, "（试行）"), (2028, "（2028年修订）"))
    ]
    replacing, first = "本办法替代《云溪市夜市管理办法（试行）》。", "云溪市夜市管理办法（试行）"
    latest = {"title": "云溪市夜市管理暂行办法", "written_on": "2030-01-01"}
    base.put_many([*family, citing("v2030", replacing, "替代", first, None, **latest)])
    shown = json.loads(run(capsys, "show", "v2025", "--json", "--home", base.settings.home))
    assert [(v["policy_id"], v["title"], v["date"]) for v in shown["family"]] == [
        ("v2025", "云溪市夜市管理办法（试行）", "2025-01-01"),
        ("v2028", "云溪市夜市管理办法（2028年修订）", "2028-01-01"),
        ("v2030", "云溪市夜市管理暂行办法", "2030-01-01"),
    ]
    late = json.loads(run(capsys, "show", "v2025", "--json", "--home", base.settings.home, "--as-of", DAY))
    assert late["replaced_by"] == {
        "policy_id": "v2030",
        "title": "云溪市夜市管理暂行办法",
        "doc_number": None,
        "date": "2030-01-01",
    }
    assert statuses(base) == {"v2025": "废止", "v2028": "未知", "v2030": "未知"}


def test_versions_of_another_region_are_no_family(base):
    base.put_many(
        submission(f"{r}{y}.txt", f"{r}{y}的正文。" * 5, title="夜市管理办法", issuer_region=r, written_on=f"{y}-01-01")
        for r, y in (("330300", 2025), ("330300", 2028), ("330100", 2030))
    )
    assert sorted(len(h.family) for h in base.documents()) == [0, 2, 2]


def test_answers_warn_as_of_the_day(base):
    base.put_many([old(), new()])
    after, before = base.ask(ASKED, as_of=DAY), base.ask(ASKED, as_of=date(2030, 12, 31))
    assert after.citations[0].policy_id == before.citations[0].policy_id == "old"
    why = "已被《云溪市夜市管理办法》（云政办〔2030〕9号）废止（自2031-01-01起）"
    assert after.warnings == (f"《{OLD}》在2031-06-01的效力状态为“废止”：{why}，引用前请核对。",)
    assert before.warnings == ()
    assert f"《{OLD}》（{NUMBER}）（废止）：" in after.text
    base.remove(["new"])
    assert base.ask(ASKED, as_of=DAY).warnings == ()  # the answerer kept no older view


def test_the_document_that_took_its_place_is_asked_about_by_the_old_number(base):
    fee = "夜市摊位费每平方米每月补助三十五元，由市城管局负责发放。"
    base.put_many([old(), new(REPEALING + fee)])
    asked = f"替代了{NUMBER}的那份文件，夜市摊位费每平方米每月补助多少元？"
    answer = base.ask(asked, as_of=DAY)
    assert [c.policy_id for c in answer.citations] == ["new"], answer.reason
    assert "三十五元" in answer.text
    base.remove(["old"])
    assert [c.policy_id for c in base.ask(asked, as_of=DAY).citations] == ["new"], "the old one need not be held"


def test_the_number_of_the_rules_made_for_a_document(base):
    body = f"为落实《{OLD}》（{NUMBER}），制定本细则。摊位由市城管局划定。云城管〔2027〕8号"
    rules = {"title": "云溪市夜市暂行规定实施细则", "doc_number": "云城管〔2027〕8号", "written_on": "2027-02-01"}
    base.put_many([old(), citing("rules", body, "依据", **rules)])
    answer = base.ask(f"{NUMBER}有一份配套的实施细则，文号是什么？", as_of=DAY)
    assert answer.text == "《云溪市夜市暂行规定实施细则》的文号是云城管〔2027〕8号。[1]"


def test_answers_warn_of_the_digests_original_of_amendments_and_of_later_versions(base):
    amending = f"关于修改的决定。对《{OLD}》（{NUMBER}）作如下修改：将第三条修改为：略。"
    amended = {"title": "关于修改夜市规定的决定", "effective_from": "2028-01-01"}
    later = {"title": "云溪市夜市暂行规定（2029年修订）", "written_on": "2029-01-01"}
    base.put_many(
        [
            old(),
            citing("am", amending, "修订", **amended),
            submission("later.txt", "河道治理另行规定。" * 5, policy_id="later", **later),
        ]
    )
    assert base.ask(ASKED, as_of=DAY).warnings == (
        f"《{OLD}》已被《关于修改夜市规定的决定》修订（自2028-01-01起），请核对修订后的内容。",
        f"《{OLD}》另有较新的版本：《云溪市夜市暂行规定（2029年修订）》，2029-01-01。",
    )
    base.remove(["old", "am", "later"])
    digest = submission("d.txt", RULE, policy_id="d", kind=Kind.DIGEST, digest_of=f"{OLD} {NUMBER}", title="夜市摘要")
    base.put_many([digest, new()])
    (warning,) = base.ask(ASKED, as_of=DAY).warnings
    assert "原文件已被《云溪市夜市管理办法》" in warning


def test_search_filters_by_the_same_status(capsys, base):
    past = (date.today() - timedelta(days=1)).isoformat()
    base.put_many([old(effective_from="2015-01-01"), new(effective_from=past)])

    def found(*wanted: Status, **day: date) -> set[str]:
        return {hit.chunk.policy_id for hit in base.search("夜市", filters=Filters(statuses=wanted), **day)}

    assert (found(Status.REPEALED), found(Status.IN_FORCE)) == ({"old"}, {"new"})
    assert found(Status.IN_FORCE, as_of=date(2016, 1, 1)) == {"old"}
    assert base.ask(ASKED, filters=Filters(statuses=(Status.IN_FORCE,))).abstained
    with pytest.raises(SystemExit):
        main(["search", "夜市", "--status", "好的", "--home", str(base.settings.home)])
    assert "没有效力状态 好的" in capsys.readouterr().err


def test_cards_and_page_say_the_same(base):
    past = (date.today() - timedelta(days=1)).isoformat()
    base.put_many([old(), new(effective_from=past)])
    shown = base.document("old")
    assert facts_line(shown) == facts_line(base.header("old"))
    assert '<span class="badge over">废止</span>' in facts_line(shown)
    page = html.document_fromstring(document_page(view_of(base, "old", None, None, None)))
    assert [b.text_content() for b in page.cssselect("p.facts .badge")] == ["其他", "废止"]
    (notice,) = page.cssselect(".notice")
    assert notice.text_content() == f"已被《云溪市夜市管理办法》（云政办〔2030〕9号）废止（自{past}起）。查看依据"
    start = REPEALING.index("《")
    assert notice.cssselect("a")[0].get("href") == f"/doc/new?start={start}&end={len(REPEALING)}#quote"
    evidence = html.document_fromstring(document_page(view_of(base, "new", None, str(start), str(len(REPEALING)))))
    assert "".join(m.text_content() for m in evidence.cssselect("mark")) == REPEALING[start:]


# Crashes, upgrades, costs


def graph(base: KnowledgeBase) -> list[Any]:
    """All rows of the graph's tables."""
    with base.store.catalog.database.read() as connection:
        tables = ("SELECT * FROM edges ORDER BY 1, 2, 3", "SELECT * FROM document_keys ORDER BY 1, 2")
        return [[tuple(row) for row in connection.execute(text(query))] for query in tables]


@pytest.mark.parametrize(
    ("step", "time"), [(s, 1) for s in STEPS] + [(s, 2) for s in STEPS if s not in ("planned", "vectors")]
)
def test_edges_change_with_the_rows_they_come_from(tmp_path, step, time):
    def change(base: KnowledgeBase) -> None:
        base.put_many([new(), old(doc_number="云政办〔2028〕8号"), submission("c.txt", RULE, policy_id="c", title=OLD)])
        base.remove(["c"])

    states = []
    with open_base(tmp_path / "undisturbed") as base:
        base.put(old())
        states.append(graph(base))
        base.put_many([new(), old(doc_number="云政办〔2028〕8号"), submission("c.txt", RULE, policy_id="c", title=OLD)])
        states.append(graph(base))
        change(base)
        expected = graph(base)
        states.append(expected)
    base = open_base(tmp_path / "disturbed")
    base.put(old())
    crash_at(base, step, time)
    with pytest.raises(Crash):
        change(base)
    base.close()
    with open_base(tmp_path / "disturbed") as base:
        assert graph(base) in states
        change(base)
        assert graph(base) == expected


def age(home: Path) -> None:
    """Make a base what it was before it had edges."""
    with sqlite3.connect(home / "catalog.db") as connection:
        connection.executescript(
            "DROP TABLE edges; DROP TABLE document_keys; DROP TABLE unread; ALTER TABLE files DROP COLUMN note;"
            "ALTER TABLE sources DROP COLUMN member; UPDATE meta SET value = '1' WHERE key = 'schema'"
        )


def test_an_older_base_is_brought_up_to_date_by_whoever_opens_it(capsys, tmp_path):
    with open_base(tmp_path) as base:
        base.put_many([old(), new()])
        base.put(old(written_on="2026-12-02"))
        expected = graph(base)
    age(tmp_path)
    listed = {row["policy_id"]: row["status"] for row in json.loads(run(capsys, "list", "--json", "--home", tmp_path))}
    with open_base(tmp_path) as base:
        assert (graph(base), listed) == (expected, statuses(base, date.today()))
        assert base.put_many([old(written_on="2026-12-02"), new()]).unchanged == 2


def test_an_older_base_is_not_changed_while_another_writes_to_it(tmp_path, monkeypatch):
    monkeypatch.setattr("kb.catalog._UPGRADE_SECONDS", 0)
    with open_base(tmp_path) as base:
        base.put(old())
    age(tmp_path)
    lock = WriteLock(tmp_path)
    lock.require()
    with pytest.raises(HomeBusy):
        Catalog(tmp_path)
    lock.release()
    Catalog(tmp_path).close()


def test_an_upgrade_that_dies_is_repeated(tmp_path, monkeypatch):
    with open_base(tmp_path) as base:
        base.put_many([old(), new()])
        expected = graph(base)
    age(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("kb.catalog.links.Links.settle", lambda _links: (_ for _ in ()).throw(Crash))
        with pytest.raises(Crash):
            Catalog(tmp_path)
    with open_base(tmp_path) as base:
        assert graph(base) == expected


def test_a_base_with_edges_is_too_new_for_a_program_without_them(tmp_path, monkeypatch):
    Catalog(tmp_path, create=True).close()
    monkeypatch.setattr("kb.catalog.SCHEMA_VERSION", 1)
    with pytest.raises(BaseTooNew):
        Catalog(tmp_path)


def statements(base: KnowledgeBase, work: Any) -> int:
    """How many SQL statements the work takes."""
    counted: list[str] = []
    engines = (base.store.catalog.database._readers, base.store.catalog.database._writers)

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    work()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def test_costs_do_not_grow_with_the_base(base):
    def listing() -> None:
        statuses = {h.policy_id: status_on(h, DAY) for h in base.documents()}
        assert Status.REPEALED in statuses.values()

    def pair(n: int) -> list[Submission]:
        body = f"《第{n}号夜市规定》（云政办〔2027〕{n}号）同时废止。{'甲' * 20}"
        reference = Reference(f"第{n}号夜市规定", f"云政办〔2027〕{n}号", "废止", 0, 25)
        return [
            submission(f"o{n}.txt", f"第{n}号旧文。", title=f"第{n}号夜市规定", doc_number=f"云政办〔2027〕{n}号"),
            submission(
                f"n{n}.txt",
                body,
                title=f"第{n}号夜市办法",
                references=(reference,),
                effective_from="2031-01-01",
                kind=Kind.MEASURES,
            ),
        ]

    costs = []
    for count in (3, 300):
        base.put_many(s for n in range(count) for s in pair(n))
        costs.append([statements(base, listing), statements(base, lambda c=count: base.put_many(pair(c)))])
    assert costs[0] == costs[1]
    assert costs[0][0] < 12
