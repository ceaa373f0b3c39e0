"""Whole documents of our own writing: what they state is read, what they do not state stays empty."""

from __future__ import annotations

import pytest
from hypothesis import given

from ingest.parse import line_blocks, parse_document, parse_text
from ingest.raw import Block, BlockKind, RawDocument
from kb.model import Assignment, Kind, Reference, Status
from tests.strategies import any_texts, policy_texts

NOTICE = """云溪市人民政府办公室关于印发云溪市夜市管理办法的通知
云政办规〔2031〕12号
各县（市、区）人民政府，市政府直属各单位：
《云溪市夜市管理办法》已经市政府第十八次常务会议审议通过，现印发给你们，请认真贯彻执行。
云溪市人民政府办公室
2031年3月8日
（此件公开发布）
云溪市夜市管理办法
第一章 总则
第一条 为了规范夜市经营，根据《云溪省市容条例》和《小店办法》（云政发〔2026〕3号）等规定，制定本办法。
第二条 夜市由区县人民政府划定。
第二章 经营
第三条 摊主应当具备下列条件：
（一）有健康证；
（二）有摊位。
违反第三条规定的，由市城管局责令改正。
第四条 本办法自2031年4月1日起施行，有效期5年。《云溪市夜市暂行规定》（云政办〔2027〕6号）同时废止。
"""
REPLY = """云建提复〔2031〕7号
对市七届人大三次会议第45号建议的
答 复 函
李大同、王小明代表：
你们在市七届人大三次会议上提出的《关于加快城市书房建设的建议》收悉。你们在建议中提出增加书房数量、延长开放时间、培训馆员等三条建议，现答复如下：
近年来，我市已建成书房86座，累计服务读者超过120万人次。
一、增加数量。一是新建书房。到2033年，新增书房30座。二是改造旧馆。把旧馆改成书房。
二、延长时间。书房开放到晚上十点。
感谢你们对文化工作的关心。
联系人：何小满，联系电话：0999-8123456。
云溪市文化局
2031年5月20日
抄送：市人大代表工委，市府办
"""


def test_a_notice_and_the_measures_it_issues() -> None:
    notice, measures = parse_text(NOTICE)
    assert (notice.title, notice.kind) == ("云溪市人民政府办公室关于印发云溪市夜市管理办法的通知", Kind.NOTICE)
    assert (notice.doc_number, notice.written_on, notice.published_on) == ("云政办规〔2031〕12号", "2031-03-08", None)
    assert notice.issuer == "云溪市人民政府办公室"
    assert notice.recipients == ("各县（市、区）人民政府", "市政府直属各单位")
    assert notice.approved_by == "市政府第十八次常务会议"
    assert (measures.title, measures.kind, measures.parent) == ("云溪市夜市管理办法", Kind.MEASURES, "#0")
    assert (measures.doc_number, measures.issuer) == (notice.doc_number, notice.issuer)
    assert [(s.level, s.label, s.title) for s in measures.sections] == [
        (1, "第一章", "总则"),
        (2, "第一条", ""),
        (2, "第二条", ""),
        (1, "第二章", "经营"),
        (2, "第三条", ""),
        (3, "（一）", "有健康证"),
        (3, "（二）", "有摊位"),
        (2, "第四条", ""),
    ]
    assert (measures.effective_from, measures.expires_on, measures.status) == (
        "2031-04-01", "2036-03-31", Status.UNKNOWN,
    )  # fmt: skip
    assert measures.status_evidence is not None
    evidence = measures.text[measures.status_evidence.start : measures.status_evidence.end]
    assert evidence == "第四条 本办法自2031年4月1日起施行，有效期5年。"
    assert [(r.title, r.doc_number, r.relation) for r in measures.references][-2:] == [
        ("小店办法", "云政发〔2026〕3号", "依据"),
        ("云溪市夜市暂行规定", "云政办〔2027〕6号", "废止"),
    ]
    assert (notice.flags, measures.flags) == ((), ())


def test_a_reply_to_deputies() -> None:
    (doc,) = parse_text(REPLY)
    assert (doc.title, doc.kind) == ("对市七届人大三次会议第45号建议的答复函", Kind.REPLY)
    assert (doc.doc_number, doc.issuer, doc.written_on) == ("云建提复〔2031〕7号", "云溪市文化局", "2031-05-20")
    assert doc.reply is not None
    assert doc.reply.suggestion_number == "45"
    assert doc.reply.session == "市七届人大三次会议"
    assert doc.reply.deputies == ("李大同", "王小明")
    assert doc.reply.asks == ("增加书房数量", "延长开放时间", "培训馆员")
    assert [doc.text[p.start : p.end][:6] for p in doc.reply.parts] == ["一、增加数量", "二、延长时间"]
    assert (doc.contact, doc.cc) == ("何小满 0999-8123456", ("市人大代表工委", "市府办"))
    assert [(t.indicator, t.value, t.unit, t.kind, t.deadline) for t in doc.targets] == [
        ("书房", 86, "座", "actual", None),
        ("服务读者", 120, "万人次", "actual", None),
        ("书房", 30, "座", "target", "2033"),
    ]


def test_responsible_units_in_their_usual_forms() -> None:
    text = (
        "云溪市书房建设方案\n一、选址。（责任单位：*市文化局、市城管局<执法队>，标*的为牵头单位，下同）\n"
        "二、建设。牵头单位：市住建局；配合单位：市财政局、各街道\n"
        "三、运营。（市文化局牵头，市教育局、市财政局配合）\n四、宣传。（市委宣传部、市文化局按职责分工负责）\n"
    )
    (doc,) = parse_text(text)
    assert [(a.section, a.lead, a.others) for a in doc.assignments] == [
        ("一、选址", ("市文化局",), ("市城管局<执法队>",)),
        ("二、建设", ("市住建局",), ("市财政局", "各街道")),
        ("三、运营", ("市文化局",), ("市教育局", "市财政局")),
        ("四、宣传", (), ("市委宣传部", "市文化局")),
    ]
    assert all(isinstance(a, Assignment) and a.start < a.end for a in doc.assignments)


def test_units_that_stood_in_lines_of_their_own_in_a_cell() -> None:
    rows = ("任务 | 责任单位", "新建城市书房 | 市文化局 市财政局")
    (doc,) = parse_text("\n".join(["云溪市书房任务分工表", *rows]))
    assert [a.others for a in doc.assignments] == [("市文化局", "市财政局")]


def test_goals_recurring_goals_and_numbers_that_are_none() -> None:
    text = (
        "云溪市书房建设行动计划\n一、工作目标\n到2033年底，全市新增书房30座，书房面积达到2.5万平方米，"
        "读者满意度不低于95%。同时，培训馆员600人。\n二、主要任务\n（一）办活动。每年举办读书会120场次。\n"
        "（二）定标准。示范书房是指面积200平方米以上的书房。“百座”行动已经第51次会议通过。\n"
    )
    (doc,) = parse_text(text)
    assert [(t.indicator, t.value, t.unit, t.modifier, t.deadline, t.kind) for t in doc.targets] == [
        ("书房", 30, "座", None, "2033-12-31", "target"),
        ("书房面积", 2.5, "万平方米", None, "2033-12-31", "target"),
        ("读者满意度", 95, "%", "不低于", "2033-12-31", "target"),
        ("馆员", 600, "人", None, "2033-12-31", "target"),
        ("读书会", 120, "场次", None, "每年", "recurring"),
    ]


def test_relations_of_cited_policies_and_short_forms() -> None:
    text = (
        "云溪市书房办法\n根据《云溪市条例》《公共文化办法（试行）》（云文发〔2030〕2号），修订《书房规则》。"
        "详见《关于印发〈书房目录〉的通知》。《公共文化办法》另有规定的除外。\n"
    )
    (doc,) = parse_text(text)
    assert [Reference(r.title, r.doc_number, r.relation, 0, 0) for r in doc.references] == [
        Reference("云溪市条例", None, "依据", 0, 0),
        Reference("公共文化办法（试行）", "云文发〔2030〕2号", "依据", 0, 0),
        Reference("书房规则", None, "修订", 0, 0),
        Reference("关于印发〈书房目录〉的通知", None, "见", 0, 0),
        Reference("公共文化办法（试行）", "云文发〔2030〕2号", "见", 0, 0),
    ]


def test_short_forms_given_in_the_text_or_by_its_notice() -> None:
    text = """云溪市人民政府关于印发云溪市书房细则的通知
云政发〔2031〕3号
各区人民政府：
根据《云溪市公共文化若干措施》（云政办发〔2030〕2号，以下简称《文化十条》），现将《云溪市书房细则》印发给你们。
云溪市人民政府
2031年3月1日
云溪市书房细则
第一条 书房按照《文化十条》设立。
第二条 书目按《云溪市书目管理办法》（以下简称“《目录》”）执行，《目录》每年公布。
"""
    notice, rules = parse_text(text)
    measures = ("云溪市公共文化若干措施", "云政办发〔2030〕2号")
    assert [(r.title, r.doc_number) for r in notice.references][:2] == [measures, measures]
    assert [(r.title, r.doc_number) for r in rules.references] == [
        measures,
        *[("云溪市书目管理办法", None)] * 3,
    ]


def _blocks(*parts: tuple[BlockKind, str]) -> RawDocument:
    blocks, text = [], ""
    for kind, part in parts:
        cells = tuple(part.split(" | ")) if kind is BlockKind.TABLE_ROW else ()
        level = 1 if kind is BlockKind.HEADING else None
        table = 0 if kind is BlockKind.TABLE_ROW else None
        blocks.append(Block(len(text), len(text) + len(part), kind, level, cells, table))
        text += part + "\n"
    return RawDocument(text, tuple(blocks), "html")


def test_a_digest_is_never_taken_for_its_original() -> None:
    raw = RawDocument(
        "云溪市夜市办法要点\n正文。",
        (Block(0, 9, BlockKind.HEADING, 1), Block(10, 13, BlockKind.PARAGRAPH)),
        "md",
        {
            "标题": "云溪市夜市办法要点",
            "类型": "摘要",
            "原文标题": "云溪市夜市管理办法",
            "原文文号": "云政办规〔2031〕12号",
            "地区": "浙江省温州市鹿城区",
        },
    )
    (doc,) = parse_document(raw, "yaodian.md")
    assert (doc.kind, doc.doc_number) == (Kind.DIGEST, None)
    assert doc.digest_of == "云溪市夜市管理办法 云政办规〔2031〕12号"
    assert doc.subject_regions == ("330302",)


def test_a_label_that_says_unknown_states_nothing() -> None:
    raw = RawDocument(
        "夜市新闻要点\n正文。",
        (Block(0, 6, BlockKind.HEADING, 1), Block(7, 10, BlockKind.PARAGRAPH)),
        "md",
        {"类型": "摘要", "原文标题": "未载明", "原文文号": "无", "发布机关": "未载明（新闻报道）"},
    )
    (doc,) = parse_document(raw, "c.md")
    assert (doc.kind, doc.digest_of, doc.doc_number, doc.issuer) == (Kind.DIGEST, None, None, None)


def test_labels_and_meta_of_a_page() -> None:
    raw = _blocks(
        (BlockKind.TABLE_ROW, "索引号 | 0010/2031-7 | 发布机构 | 市府办"),
        (BlockKind.TABLE_ROW, "成文日期 | 2031-03-01 | 有效性 | 废止"),
        (BlockKind.HEADING, "关于夜市收摊时间的通知"),
        (BlockKind.HEADER, "第 3 页"),
        (BlockKind.PARAGRAPH, "夜市收摊时间定为晚上十点。"),
        (BlockKind.PARAGRAPH, "云溪市人民政府办公室"),
        (BlockKind.PARAGRAPH, "2031年3月8日"),
    )
    (doc,) = parse_document(raw, "a.html")
    assert doc.title == "关于夜市收摊时间的通知"
    assert (doc.index_number, doc.written_on, doc.status) == ("0010/2031-7", "2031-03-01", Status.REPEALED)
    assert doc.flags == ("date_conflict",)
    assert "第 3 页" not in doc.text
    assert doc.sections == ()


def test_a_table_keeps_equal_neighbours_apart() -> None:
    raw = _blocks(
        (BlockKind.PARAGRAPH, "资金分配表"),
        (BlockKind.TABLE_ROW, "街道 | 书房 | 花园"),
        (BlockKind.TABLE_ROW, "甲街道 | 6 | 6"),
    )
    (doc,) = parse_document(raw, "b.html")
    (table,) = doc.tables
    assert (table.caption, table.header, table.rows) == (
        "资金分配表",
        ("街道", "书房", "花园"),
        (("甲街道", "6", "6"),),
    )
    assert doc.text[table.start : table.end] == "街道 | 书房 | 花园\n甲街道 | 6 | 6"


def test_a_missing_annex_is_flagged_and_a_present_one_is_not() -> None:
    body = "关于报名的通知\n请于六月底前报名。\n附件：1.报名表\n2.项目清单\n云溪市文化局\n2031年5月1日\n"
    (without,) = parse_text(body)
    assert (without.attachments, without.flags) == (("报名表", "项目清单"), ("annex_missing",))
    (with_annex,) = parse_text(
        body + "附件1\n报名表\n" + "姓名、单位、电话、参加项目、本人签名、单位盖章，均须逐项填写完整。" * 2
    )
    assert with_annex.flags == ()


def test_nothing_in_gives_a_document_without_text() -> None:
    (doc,) = parse_text(" \n\n　\n")
    assert (doc.text, doc.title, doc.flags) == ("", None, ("low_text",))


@given(any_texts)
def test_parsing_never_fails(text: str) -> None:
    assert parse_text(text)


@given(policy_texts)
def test_every_span_lies_in_the_text(text: str) -> None:
    for doc in parse_text(text):
        size = len(doc.text)
        spans = [(s.start, s.end) for s in (*doc.sections, *doc.assignments, *doc.references, *doc.tables)]
        spans += [(m.start, m.end) for t in doc.targets for m in t.mentions]
        if doc.status_evidence:
            spans.append((doc.status_evidence.start, doc.status_evidence.end))
        assert all(0 <= a < b <= size for a, b in spans)


def test_a_statute_states_its_order_date_and_maker_below_the_title() -> None:
    text = (
        "中华人民共和国水井管理条例\n"
        "（2011年7月2日中华人民共和国国务院令第12号发布 2031年7月27日中华人民共和国国务院令第746号修订）\n"
        "第一条 为了管好水井，制定本条例。\n第二条 本条例自2032年3月1日起施行。\n"
    )
    (doc,) = parse_text(text)
    assert (doc.doc_number, doc.written_on, doc.issuer) == ("国务院令第746号", "2031-07-27", "国务院")


@pytest.mark.parametrize(
    ("text", "labels", "issuer"),
    [
        # whoever passed it on, or the channel it came by, did not issue it
        (
            "关于修井的通知\n各镇：\n请修井。\n云溪市水务局 云溪市财政局\n2031年3月4日\n",
            {"发布机构": "清泉县财政局"},
            "云溪市水务局、云溪市财政局",
        ),
        ("关于修井的通知\n各镇：\n请修井。\n云溪市水务局\n2031年3月4日\n", {"来源": "市水务局 水井科"}, "云溪市水务局"),
        ("云溪市人民政府关于修井的通知\n各镇：\n请修井。\n", {"来源": "市府办"}, "云溪市人民政府"),
        # a document passed on is signed too
        (
            "云溪市人民政府转发市水务局修井报告的通知\n各镇：\n请修井。\n市政府：\n现报告如下。\n市水务局\n2031年3月4日\n",
            {"发文机关": "云溪市人民政府"},
            "云溪市人民政府",
        ),
        ("水井知识\n水井要加盖。\n", {"来源": "云溪市水务局"}, "云溪市水务局"),
        ("水井知识\n水井要加盖。\n", {"来源": "云溪日报"}, None),
    ],
)  # fmt: skip
def test_the_issuer_is_who_signs_not_who_passes_on(text: str, labels: dict[str, str], issuer: str | None) -> None:
    (doc,) = parse_document(RawDocument(text, line_blocks(text), "html", labels), "")
    assert doc.issuer == issuer
