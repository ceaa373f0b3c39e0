"""The title of a document, however many lines it is set over and whatever stands around it."""

from __future__ import annotations

import time

import pytest

from ingest.header import clean_title
from ingest.lines import is_note, is_title_suffix, looks_like_title
from ingest.parse import line_blocks, parse_document, parse_text
from ingest.raw import Block, BlockKind, RawDocument
from kb.model import Kind, PolicyDocument, Status

BODY = ("各县（区）人民政府：", "为加快书房建设，提出如下意见。", "一、总体要求", "坚持便民。", "云溪市人民政府",
        "2031年2月3日")  # fmt: skip


def _doc(*lines: str, title: str = "") -> PolicyDocument:
    """Each line a paragraph, as in a word processor's file."""
    text, blocks = "", []
    for line in lines:
        blocks.append(Block(len(text), len(text) + len(line), BlockKind.PARAGRAPH))
        text += line + "\n"
    return parse_document(RawDocument(text, tuple(blocks), "docx", {"title": title} if title else {}), "")[0]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        # agency, two lines
        (("云溪市人民政府文件", "云政发〔2031〕3号", "云溪市人民政府", "关于加快书房建设的", "若干意见"),
         "云溪市人民政府关于加快书房建设的若干意见"),
        # agencies on lines of their own
        (("云溪市文化局", "云溪市财政局", "关于做好书房建设的通知", "云文发〔2031〕9号"),
         "云溪市文化局 云溪市财政局关于做好书房建设的通知"),
        # parted from the title by the number, they are the letterhead
        (("云溪市文化局", "云文发〔2031〕9号", "关于做好书房建设的通知"), "关于做好书房建设的通知"),
        # a first line that ends like a document of its own
        (("云溪市人民政府办公室关于全面推行书房公示制度", "开放时间记录制度的指导意见"),
         "云溪市人民政府办公室关于全面推行书房公示制度开放时间记录制度的指导意见"),
        (("云溪市人民政府关于印发书房管理", "办法的通知"), "云溪市人民政府关于印发书房管理办法的通知"),
        # a quotation over three lines
        (("云溪市文化局关于印发", "《云溪市书房认定和", "管理办法（试行）》的通知"),
         "云溪市文化局关于印发《云溪市书房认定和管理办法（试行）》的通知"),
        (("云文提复〔2031〕9号", "对市七届人大三次会议", "第45号建议的答复"), "对市七届人大三次会议第45号建议的答复"),
        # a title that quotes one is whole
        (("我市出台《关于办好书房的若干措施》", "关于办好书房的若干措施"), "我市出台《关于办好书房的若干措施》"),
        # the official head: number of the copy, secrecy, urgency, who signs
        (("000001", "机密★1年", "特急", "云溪市人民政府文件", "云政发〔2031〕12号　　签发人：何小满",
          "云溪市人民政府关于做好防汛工作的通知"), "云溪市人民政府关于做好防汛工作的通知"),
        # a number that text recognition damaged
        (("云溪市 人 民 政 府 文 件", "云政发(2031〕 2l号", "云溪市人民政府关于办好书房的意见"),
         "云溪市人民政府关于办好书房的意见"),
        (("专题会议纪要", "〔2031〕15号", "关于研究书房建设有关问题的会议纪要"), "关于研究书房建设有关问题的会议纪要"),
        (("云溪市书房十条",), "云溪市书房十条"),
    ],
)  # fmt: skip
def test_titles_of_several_lines(head: tuple[str, ...], title: str) -> None:
    doc = _doc(*head, *BODY)
    assert doc.title == title
    assert title in doc.text.split("\n")  # one line of the text, to be quoted as it is


@pytest.mark.parametrize(
    ("suffix", "status"),
    [("（征求意见稿）", Status.DRAFT), ("(修订草案送审稿)", Status.DRAFT), ("（试行）", Status.UNKNOWN)],
)
def test_a_bracket_below_a_title_belongs_to_it(suffix: str, status: Status) -> None:
    text = f"云溪市夜市促进办法\n{suffix}\n\n第一条 为了办好夜市，制定本办法。\n第二条 市商务局负责组织实施。\n"
    (doc,) = parse_text(text)
    assert (doc.title, doc.status) == (f"云溪市夜市促进办法{suffix}", status)


def test_the_title_of_an_issued_document_takes_its_bracket_too() -> None:
    text = (
        "关于印发《云溪市夜市促进办法》的通知\n各镇：\n现将《云溪市夜市促进办法》印发给你们。\n云溪市商务局\n"
        "2031年5月6日\n云溪市夜市促进办法\n（试行）\n第一条 为了办好夜市，制定本办法。\n第二条 略。\n"
    )
    notice, measures = parse_text(text)
    assert (notice.title, measures.title) == ("关于印发《云溪市夜市促进办法》的通知", "云溪市夜市促进办法（试行）")


@pytest.mark.parametrize(
    "line",
    ["（征求意见稿）", "（试行）", "(暂行)", "（草案）", "（2025年修订）", "（2026—2028年）", "（二次审议稿）",
     "（修订草案）", "（2026年修正文本）", "（送审稿）"],
)  # fmt: skip
def test_brackets_that_belong_to_a_title(line: str) -> None:
    assert is_title_suffix(line)


@pytest.mark.parametrize(
    "line",
    ["（此件公开发布）", "（2031年3月4日市政府令第7号公布）", "（一）", "（云政发〔2031〕1号）", "（第15次会议通过）",
     "试行", "（一）开工。（二）完工。"],
)  # fmt: skip
def test_brackets_that_do_not(line: str) -> None:
    assert not is_title_suffix(line)


def test_one_remark_and_several() -> None:
    assert [is_note(line) for line in ("（此件（公开）发布）", "（一）甲（乙）", "（）", "（甲", "甲）", "")] == [
        True, False, True, False, False, False,
    ]  # fmt: skip


def test_a_numbered_article_is_no_title_but_ten_points_are() -> None:
    assert [looks_like_title(line) for line in ("云溪市第十条", "修改第三十五条", "云溪市人才新政十五条措施")] == [
        False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "lines", "title"),
    [
        ("政策文件", ("云溪市人民政府关于办好书房的意见", *BODY), "云溪市人民政府关于办好书房的意见"),
        ("x", ("云溪市人民政府关于办好书房的意见", *BODY), "云溪市人民政府关于办好书房的意见"),
        ("云溪市人民政府关于办好...", ("云溪市人民政府关于办好书房的意见", *BODY), "云溪市人民政府关于办好书房的意见"),
        ("我市办好书房", ("云溪市人民政府关于办好书房的意见", *BODY), "我市办好书房"),
        ("云溪市夜市办法", ("云溪市夜市办法", "（征求意见稿）", "第一条 略。"), "云溪市夜市办法（征求意见稿）"),
        ("关于办好书房的意见", ("第一条 略。", "第二条 略。"), "关于办好书房的意见"),
    ],
)
def test_the_title_of_a_page_is_checked_against_its_text(stated: str, lines: tuple[str, ...], title: str) -> None:
    assert _doc(*lines, title=stated).title == title


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ("关于办好书房的通知_政策文件_云溪市人民政府", "关于办好书房的通知"),
        ("关于办好书房的通知_云溪市文化局", "关于办好书房的通知"),
        ("关于办好书房的通知--云溪市文化局", "关于办好书房的通知"),
        ("我市办好书房 - 云溪日报", "我市办好书房"),
        ("书房办事指南-云溪政务服务网站", "书房办事指南"),
        ("云溪市书房计划(2031-2033年)", "云溪市书房计划(2031-2033年)"),
        ("关于支持甲-乙研究院", "关于支持甲-乙研究院"),
        (None, None),
    ],
)
def test_the_sites_name_behind_a_title_goes(found: str | None, title: str | None) -> None:
    assert clean_title(found) == title


def test_a_title_of_many_site_names_is_read_at_once() -> None:
    began = time.monotonic()
    clean_title("关于办好书房的通知-" + "门户网站" * 5000 + "。")
    assert time.monotonic() - began < 1


def test_an_order_below_the_name_of_what_it_makes_public_is_called_an_order() -> None:
    text = (
        "云溪市书房管理办法\n云溪市人民政府令第52号\n《云溪市书房管理办法》已经2031年8月22日市政府第15次常务会议通过，"
        "现予公布，自2031年10月15日起施行。\n云溪市人民政府\n2031年8月29日\n云溪市书房管理办法\n"
        "第一条 为了办好书房，制定本办法。\n第二条 略。\n"
    )
    order, measures = parse_document(RawDocument(text, line_blocks(text), "docx", {"title": "云溪市书房管理办法"}), "")
    assert (order.title, order.doc_number, order.kind) == ("云溪市人民政府令", "云溪市人民政府令第52号", Kind.OTHER)
    assert (measures.title, measures.doc_number, measures.kind) == (
        "云溪市书房管理办法", "云溪市人民政府令第52号", Kind.RULE,
    )  # fmt: skip
