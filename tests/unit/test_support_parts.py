"""Kinds, wants, folding, deadlines, standing and exports of the support desk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb.errors import KBError
from kb.match import Matches, Source, Support, SupportKind, Verdict, summarise, write
from kb.model import AnswerSentence, Citation, DocumentHeader, Kind, PolicyDocument, Provision, Section, Status, Version
from kb.support.applicable import Place, Places, Scope, standing_of
from kb.support.candidates import Candidate, closed
from kb.support.citing import Citing
from kb.support.judging import Judge
from kb.support.kinds import kind_of, wanted
from kb.support.rank import fold, names_alike, sums_of, value_of
from kb.support.results import LeftOut, Slice
from tests.support_cases import DAY, facts, header, profile, provision

HOSTILE = '=HYPERLINK("http://x")\x07<b>'


@pytest.mark.parametrize(
    ("benefit", "text", "kind"),
    [
        ("创业场地租金补贴", "", "租金/场地"),
        ("创业担保贷款", "", "贷款/贴息/担保"),
        ("小微企业首贷贴息", "", "贷款/贴息/担保"),
        ("创业带动就业补贴", "", "用工/社保"),
        ("新就业青年租房补贴", "", "人才/住房"),
        ("创业培训补贴", "", "培训"),
        ("科技企业孵化器奖补", "", "孵化/认定"),
        ("一次性创业补贴", "", "资金补贴/奖励"),
        ("补贴", "按实际租金的50%给予补贴", "租金/场地"),
        ("入学", "", "其他"),
    ],
)
def test_kinds(benefit: str, text: str, kind: str) -> None:
    assert kind_of(benefit, text) == kind


@pytest.mark.parametrize(
    ("wants", "benefit", "text", "expected"),
    [
        ((), "入学", "", True),
        (("租金补贴",), "创业场地租金补贴", "", True),
        (("租金补贴",), "创业担保贷款", "", False),
        (("一次性创业补贴",), "一次性创业补贴", "", True),
        (("一次性创业补贴",), "创业孵化基地奖补", "", False),
        (("一次性创业补贴",), "创业大赛奖励", "", False),
        (("社保补贴",), "灵活就业人员社会保险补贴", "", True),
        (("焚化炉环保改造补贴",), "数字化改造补助", "按投入的25%补助", False),
        (("贷款", "培训"), "创业培训补贴", "", True),
    ],
)
def test_wants(wants: tuple[str, ...], benefit: str, text: str, expected: bool) -> None:
    assert wanted(wants, kind_of(benefit, text), benefit, text, "") is expected


def candidate(policy_id: str, text: str, said: str, benefit: str, **fields: str) -> Candidate:
    document = PolicyDocument(text, policy_id=policy_id, title=f"关于{policy_id}的措施", issuer="澄洲市人民政府")
    return Candidate(document, provision(text, benefit, said, **fields), Place(names=("澄洲市",)), Status.IN_FORCE)


def test_one_support_in_two_documents_is_one() -> None:
    rule = candidate("规定", "创业补贴每户8000元。", "每户8000元", "一次性创业补贴", amount="每户8000元")
    guide = candidate("指南", "创业补贴：每户8000元", "每户8000元", "创业补贴", amount="每户8000元")
    other = candidate("别的", "创业补贴每户6000元。", "每户6000元", "一次性创业补贴", amount="每户6000元")
    assert [[c.document.policy_id for c in f] for f in fold([guide, other, rule])] == [["别的"], ["指南", "规定"]]


def test_names_and_sums_by_value() -> None:
    assert names_alike("一次性创业补贴", "创业补贴")
    assert names_alike("市级数字化标杆企业奖励", "数字化标杆企业奖励")
    assert not names_alike("创业补贴", "创业启动资金")
    assert not names_alike("补贴", "奖励")
    one = Provision("补贴", 0, 1, amount="每户0.8万元", rate="50%", cap="最高2万元")
    assert {(int(v), u) for v, u in sums_of(one)} == {(8000, "元"), (50, "%"), (20000, "元")}
    assert value_of(one) == 20000


@pytest.mark.parametrize(
    ("text", "deadline", "day", "over"),
    [
        ("企业于2026年5月15日前提交申报材料", "2026年5月15日前", DAY, True),
        ("企业于2026年5月15日前提交申报材料", "2026年5月15日前", date(2026, 5, 15), False),
        ("每年3月1日至3月31日受理申请", "每年3月1日至3月31日", DAY, False),
        ("项目于2026年5月15日前完成验收", "2026年5月15日前", DAY, False),
        ("申报时间 | 3月9日至5月15日（已截止）", "3月9日至5月15日（已截止）", DAY, True),
        ("没有时间", None, DAY, False),
    ],
)
def test_the_time_for_applying(text: str, deadline: str | None, day: date, over: bool) -> None:
    document = PolicyDocument(text)
    assert bool(closed(document, Provision("补贴", 0, len(text), deadline=deadline), day)) is over


def test_what_is_out_of_force_says_why() -> None:
    family = (
        Version("旧", "旧版", None, "2025-01-01", "2025-01-01"),
        Version("新", "新版", None, "2026-01-01", "2026-01-01"),
    )
    old, over = header("旧", family=family), header("到期", expires_on="2025-12-31")
    draft, ahead = header("稿", Status.DRAFT), header("将来", effective_from="2027-01-01")
    outs = [standing_of(h, Place(), DAY, frozenset()).out for h in (old, over, draft, ahead, header("在"))]
    assert outs == [
        "已有新版《新版》",
        "有效期至2025-12-31，已失效",
        "征求意见稿，没有施行",
        "尚未施行，自2027-01-01起施行",
        None,
    ]
    assert standing_of(old, Place(), DAY, frozenset({"新"})).out is None  # a draft takes nobody's place


def test_places_of_documents() -> None:
    city = header("甲", issuer="澄洲市人民政府")
    district = header("乙", issuer="东湖区人民政府办公室")
    places = Places([city, district])
    assert places.of(city) == Place(names=("澄洲市",))
    assert places.of(header("丙"), "") == Place(names=("澄洲市",))  # by its title
    nameless = DocumentHeader("丁", "r", "办事指南", Kind.SERVICE_GUIDE)
    assert places.of(nameless, "到东湖区或者澄洲市办理") == Place(names=("澄洲市",))
    assert places.of(DocumentHeader("戊", "r", "通知", Kind.NOTICE, issuer="国务院办公厅")).national


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, "地区不明"),
        ({"issuer": "市人力资源和社会保障局"}, "地区不明"),
        ({"title": "国家级孵化器认定办法"}, "地区不明"),
        ({"title": "国务院关于稳定就业的意见"}, "全国"),
        ({"issuer": "人力资源社会保障部办公厅"}, "全国"),
        ({"issuer": "国家税务总局"}, "全国"),
        ({"issuer": "市发展和改革委员会"}, "地区不明"),
        ({"issuer": "国家税务总局澄洲市税务局"}, "澄洲市"),
        ({"issuer": "国家税务总局云栖县税务局"}, "云栖县"),
        ({"issuer": "国家金融监督管理总局某监管分局"}, "地区不明"),
    ],
)
def test_a_document_that_names_no_place_is_of_the_nation_only_where_a_national_body_speaks(
    fields: dict[str, str], shown: str
) -> None:
    one = DocumentHeader(**{"policy_id": "甲", "revision": "r", "title": "补贴办法", "kind": Kind.MEASURES} | fields)  # type: ignore[arg-type]
    place = Places([one, header("乙", issuer="澄洲市人民政府")]).of(one, "每户8000元")
    assert (place.shown, place.unknown) == (shown, shown == "地区不明")
    assert Scope("西山县", (), ("西山县",)).covers(place) is (shown in ("全国", "地区不明"))


def found(benefit: str) -> Matches:
    text = f"{benefit}每户8000元。"
    document = PolicyDocument(text, policy_id="p1", title=benefit)
    citing = Citing()
    n = citing.cite(document, 0, len(text))
    source = Source("p1", document.revision, benefit, "=1+1", Kind.NOTICE, 0, len(text), n)
    one = Support(
        benefit, SupportKind.MONEY, Verdict.TO_CONFIRM, "澄洲市", Status.IN_FORCE, (source,), (Slice("8000元", n),)
    )
    from kb.support.results import Group

    groups = (Group(SupportKind.MONEY, (one,)),)
    return Matches(profile(), "2026-11-27", ("澄洲市",), groups, (), (), citing.all, (), LeftOut())


def test_hostile_text_is_text_in_a_spreadsheet_and_a_document(tmp_path: Path) -> None:
    from docx import Document
    from openpyxl import load_workbook

    write(found(HOSTILE), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert book.sheetnames == ["符合与待确认", "差一条", "已失效与草案", "引用"]
    assert {c.data_type for c in cells} == {"s"}
    assert "=1+1" in [c.value for c in cells]
    write(found(HOSTILE), tmp_path / "a.docx")
    assert "=HYPERLINK" in "".join(p.text for p in Document(str(tmp_path / "a.docx")).paragraphs)


@pytest.mark.parametrize("name", ["a.pdf", "没有/a.xlsx"])
def test_a_file_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    with pytest.raises(KBError):
        write(found("补贴"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_summary_cites_every_support() -> None:
    sentences = summarise(found("创业补贴"))
    assert [s.citations for s in sentences] == [(), (1,)]
    assert sentences[1] == AnswerSentence(
        "“创业补贴”（澄洲市）可能适用：8000元；没有找到写明的条件，先向经办机构确认。", (1,), derived=True
    )


def test_a_citation_is_given_once_and_serves_what_lies_within() -> None:
    document = PolicyDocument("每户补贴8000元，每人一次。", policy_id="p")
    citing = Citing()
    assert [citing.cite(document, 0, 14), citing.cite(document, 4, 9), citing.cite(document, 0, 14)] == [1, 1, 1]
    assert citing.all == (
        Citation(1, "p", document.revision, document.display_title, None, None, 0, 14, document.text[0:14]),
    )


def test_conditions_that_point_elsewhere_are_judged_there() -> None:
    text = (
        "本措施所称青年创业者，是指毕业3年内的高校毕业生。\n"
        "第一条 创业补贴\n首次创办企业的青年创业者，每户补贴8000元。\n"
        "第二条 租金补贴\n第一条所列人员租用经营场地的，每年补贴5000元。\n"
    )
    first = provision(text, "创业补贴", "首次创办企业的青年创业者，每户补贴8000元", audience="青年创业者")
    second = provision(text, "租金补贴", "第一条所列人员租用经营场地的，每年补贴5000元")
    sections = (Section("第一条", "创业补贴", "第一条", 1, text.index("第一条 "), text.index("第二条")),)
    document = PolicyDocument(text, policy_id="p", provisions=(first, second), sections=sections)
    candidates = [Candidate(document, p, Place(names=("澄洲市",)), Status.IN_FORCE) for p in (first, second)]
    said = facts(主体="小微企业", 情况=["2025年6月大学毕业", "第一次创业", "租用经营场地"])
    marks = Judge(said, candidates).marks(candidates[1:])
    assert {m.condition.text.removesuffix("的"): m.state.value for m in marks}["租用经营场地"] == "met"
    pointing = next(m for m in marks if "所列人员" in m.condition.text)
    assert pointing.state.value == "met" and pointing.because
