"""What a page or text states of itself under labels, and what only looks so: lists of other policies, forms."""

from __future__ import annotations

import pytest

from ingest.clean import Role, clean
from ingest.labels import FIELDS, PAGE_LABELS, beside, rows
from ingest.parse import line_blocks, parse_document
from ingest.raw import Block, BlockKind, RawDocument
from ingest.stated import Stated
from kb.model import PolicyDocument, Status

NOTICE = (
    "云溪市文化局关于公布2024年度重大政策清单的通知",
    "各县（市、区）文化局：",
    "现将2024年度重大政策清单予以公布，请各单位认真组织学习，并抓好贯彻落实。",
)
SIGNED = ("云溪市文化局", "2024年5月6日")
LISTED = (
    "文件名称：云溪市书房条例实施意见",
    "文号：云政发〔2022〕11号",
    "发文机关：云溪市人民政府",
    "成文日期：2022-03-04",
    "施行日期：2022-04-01",
    "有效性：废止",
)
SECOND = ("文件名称：云溪市书房管理办法", "文号：云文发〔2023〕12号")


def _raw(*parts: str) -> RawDocument:
    """Paragraphs, those with a stroke as rows of a table."""
    blocks, text = [], ""
    for part in parts:
        cells = tuple(part.split(" | ")) if " | " in part else ()
        kind = BlockKind.TABLE_ROW if cells else BlockKind.PARAGRAPH
        blocks.append(Block(len(text), len(text) + len(part), kind, None, cells, 0 if cells else None))
        text += part + "\n"
    return RawDocument(text, tuple(blocks), "html")


def _parsed(*parts: str) -> PolicyDocument:
    return parse_document(_raw(*parts), "")[0]


def test_the_reader_and_the_parser_know_the_same_labels() -> None:
    assert set(FIELDS) >= PAGE_LABELS
    assert {"时效状态", "公文时效", "失效时间", "制定机关", "发布部门", "发文号", "效力状态", "是否有效", "有效期",
            "有效期至", "签发人", "公开主体"} <= PAGE_LABELS  # fmt: skip
    # a telephone or an audience beside the document is the site's own
    assert not {"联系人", "联系电话", "主送", "地区", "类型"} & PAGE_LABELS


@pytest.mark.parametrize("listed", [LISTED, LISTED + SECOND])
def test_policies_listed_in_a_body_are_not_the_document(listed: tuple[str, ...]) -> None:
    doc = _parsed(*NOTICE, *listed, *SIGNED)
    assert (doc.title, doc.doc_number, doc.issuer) == (NOTICE[0], None, "云溪市文化局")
    assert (doc.written_on, doc.effective_from, doc.status, doc.flags) == ("2024-05-06", None, Status.UNKNOWN, ())
    assert doc.text.split("\n") == [*NOTICE, *listed, *SIGNED]  # and they stay where they stand


def test_a_list_above_the_first_sentence_shows_by_its_second_number() -> None:
    doc = _parsed("云溪市书房政策一览", *LISTED, *SECOND, "以上政策由市文化局负责解释，具体事项请到窗口咨询。")
    assert (doc.title, doc.doc_number, doc.status) == ("云溪市书房政策一览", None, Status.UNKNOWN)


def test_labels_above_the_first_sentence_and_below_the_signature_are_the_documents() -> None:
    above = _parsed("发文字号：云文发〔2024〕3号", "发布日期：2024-05-08", *NOTICE, *SIGNED)
    below = _parsed(*NOTICE, *SIGNED, "（此件公开发布）", "索引号：0010/2024-3", "发文字号：云文发〔2024〕3号")
    assert (above.doc_number, above.published_on) == ("云文发〔2024〕3号", "2024-05-08")
    assert (below.doc_number, below.index_number) == ("云文发〔2024〕3号", "0010/2024-3")


def test_labels_at_the_end_of_a_printed_page_are_the_pages() -> None:
    doc = _parsed(*NOTICE, "发文字号：云文发〔2024〕3号", "发布日期：2024-05-08")
    assert (doc.doc_number, doc.published_on) == ("云文发〔2024〕3号", "2024-05-08")


def test_labels_of_an_annex_below_the_signature_are_not() -> None:
    doc = _parsed(*NOTICE, *SIGNED, "附件", "文号：云文发〔2019〕9号", "发布机构：云溪市商务局")
    assert (doc.doc_number, doc.issuer) == (None, "云溪市文化局")


def test_a_form_in_the_body_stays_a_table() -> None:
    form = ("联系人 | 部门、职务", "联系电话 | 电子邮箱", "发布单位 | 单位公章")
    cleaned = clean(_raw("书房申请办法", "申请人应当填写下表，并在月底以前交给市文化局。", *form))
    assert cleaned.labels == {}
    assert [(p.role, p.text) for p in cleaned.paragraphs[2:]] == [(Role.ROW, row) for row in form]


def test_a_row_with_a_line_break_in_a_cell_keeps_its_place_in_the_file() -> None:
    text = "索引号\n0010\n发布机构\n市文化\n局"
    row = Block(0, len(text), BlockKind.TABLE_ROW, None, ("索引号", "0010", "发布机构", "市文化\n局"), 0)
    cleaned = clean(RawDocument(text, (row,), "html"))
    assert cleaned.labels == {"索引号": "0010", "发布机构": "市文化 局"}
    shown = [(cleaned.text[s.start : s.end], text[s.raw_start : s.raw_end]) for s in cleaned.source_map]
    assert shown == [(part, part) for part in ("索引号", "0010", "发布机构", "市文化", "局")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("发文机关:省文化局成文日期:2031-07-02", [("发文机关", "省文化局"), ("成文日期", "2031-07-02")]),
        ("索引号:4282-0/2031-4主题分类:", [("索引号", "4282-0/2031-4"), ("主题分类", "")]),
        ("制表单位：市文化局　　制表日期：2031年7月10日", [("制表单位", "市文化局"), ("制表日期", "2031年7月10日")]),
        ("办公时间：九点到五点", []),
    ],
)
def test_labels_that_run_on_come_apart(line: str, found: list[tuple[str, str]]) -> None:
    assert [(label, value) for label, value, _, _ in rows(line)] == found


def test_labels_behind_other_words_of_a_line_at_the_head() -> None:
    assert beside("云政发〔2031〕9号　　签发人：何小满") == [("签发人", "何小满")]
    assert beside("来源：云溪网 发布机构：云溪市文化局【关闭窗口】") == []
    text = (
        "2031年度书房认定结果公告\n云溪市文化局公告2031年第9号　发布日期：2031年10月28日\n依据书房办法，现公告如下。\n"
    )
    (doc,) = parse_document(RawDocument(text, line_blocks(text), "csv"), "")
    assert (doc.doc_number, doc.issuer, doc.published_on) == (
        "云溪市文化局公告2031年第9号", "云溪市文化局", "2031-10-28",
    )  # fmt: skip


def test_who_made_a_table_and_when() -> None:
    doc = _parsed("云溪市书房标准一览表", "制表单位：云溪市文化局　　制表日期：2031年7月10日", "书房 | 面积", "甲 | 6")
    assert (doc.title, doc.issuer, doc.written_on) == ("云溪市书房标准一览表", "云溪市文化局", "2031-07-10")


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ({"时效状态": "已废止"}, (None, None, Status.REPEALED)),
        ({"公文时效": "失效"}, (None, None, Status.EXPIRED)),
        ({"是否有效": "否"}, (None, None, Status.EXPIRED)),
        ({"是否有效": "是"}, (None, None, Status.IN_FORCE)),
        ({"失效时间": "2030-02-28"}, (None, "2030-02-28", Status.UNKNOWN)),
        ({"有效期至": "2030-02-28"}, (None, "2030-02-28", Status.UNKNOWN)),
        ({"有效期": "2027-03-01至2030-02-28"}, ("2027-03-01", "2030-02-28", Status.UNKNOWN)),
        ({"有效期": "有效"}, (None, None, Status.IN_FORCE)),
        ({"有效期": "3年", "有效性": "废止"}, (None, None, Status.REPEALED)),
    ],
)
def test_validity_as_the_page_states_it(labels: dict[str, str], wanted: tuple[object, ...]) -> None:
    raw = _raw(*NOTICE, *SIGNED)
    (doc,) = parse_document(RawDocument(raw.text, raw.blocks, "html", {"文号": "云政发〔2027〕3号", **labels}), "")
    assert (doc.effective_from, doc.expires_on, doc.status, doc.doc_number) == (*wanted, "云政发〔2027〕3号")


def test_a_term_in_years_is_kept_as_stated() -> None:
    stated = Stated.of({"有效期": "3年"})
    assert (stated.get("term"), stated.date("expires_on"), stated.get("validity")) == ("3年", None, None)
    started = Stated.of({"有效期": "自2031年3月1日起三年"})
    assert (started.date("effective_from"), started.date("expires_on")) == ("2031-03-01", None)


def test_the_day_of_printing_serves_only_where_no_other_is_known() -> None:
    signed = _raw(*NOTICE, *SIGNED)
    unsigned = _raw(*NOTICE)
    for raw, written in ((signed, "2024-05-06"), (unsigned, "2024-05-09")):
        (doc,) = parse_document(RawDocument(raw.text, raw.blocks, "html", {"印发日期": "2024-05-09"}), "")
        assert doc.written_on == written


def test_what_is_said_of_all_documents_of_a_file() -> None:
    stated = Stated.of({"文号": "云政发〔2027〕3号", "有效性": "废止", "SiteName": "云溪市文化局"})
    assert stated.of_all().values == {"validity": "废止", "site": "云溪市文化局"}
    assert stated.of_all().label("doc_number") is None


FORM = (
    "名称 | 云溪书房管理有限公司",
    "类型 | 有限责任公司",
    "地区 | 云溪市",
    "发布日期 | 2029-01-01",
    "面积 | 500平方米",
)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_a_form_that_tells_of_a_firm_is_no_metadata(kind: str) -> None:
    raw = _raw("书房申请表", *FORM)
    (doc,) = parse_document(RawDocument(raw.text, raw.blocks, kind), "")
    assert (doc.title, doc.published_on) == ("书房申请表", None)
    assert doc.text.split("\n") == ["书房申请表", *FORM]
    assert [t.rows for t in doc.tables] == [tuple(tuple(row.split(" | ")) for row in FORM[1:])]


def test_lines_that_tell_of_a_firm_are_no_metadata() -> None:
    listed = ("名称：云溪书房管理有限公司", "类型：综合型", "地区：云溪市", "联系人：何小满")
    doc = _parsed("书房认定结果公示", "拟认定的书房公示如下：", *listed, "公示期5天。", *SIGNED)
    assert (doc.title, doc.contact) == ("书房认定结果公示", None)
    assert doc.text.split("\n")[2:6] == list(listed)


@pytest.mark.parametrize("header", ["名称 | 奖励金额（万元）", "文号 | 奖励金额（万元）"])
def test_the_header_of_a_table_is_no_metadata(header: str) -> None:
    doc = _parsed("书房奖励名单公示", header, "云溪书房 | 200", "青山书房 | 100")
    assert (doc.title, doc.doc_number) == ("书房奖励名单公示", None)
    assert [t.header for t in doc.tables] == [tuple(header.split(" | "))]


def test_a_table_that_names_its_document_is_metadata() -> None:
    few = ("发文字号 | 云文发〔2031〕9号", "公文标题 | 云溪市书房公告", "生效时间 | 2031-08-01")
    mixed = (
        "当事人 | 何小满",
        "违法事实 | 占用书房",
        "依据 | 云溪市书房条例",
        "决定 | 警告",
        "行政处罚决定书文号 | 云文罚〔2031〕9号",
        "作出处罚决定的机关名称 | 云溪市文化局",
        "作出处罚决定的日期 | 2031年8月1日",
    )
    doc = _parsed(*few, "书房自八月起开放。")
    assert (doc.title, doc.doc_number, doc.effective_from) == ("云溪市书房公告", "云文发〔2031〕9号", "2031-08-01")
    doc = _parsed(*mixed)
    assert (doc.doc_number, doc.issuer, doc.written_on) == ("云文罚〔2031〕9号", "云溪市文化局", "2031-08-01")
