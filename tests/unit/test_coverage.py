"""What of a file is in no document is told, with its reason; what is in one is not."""

from __future__ import annotations

from hypothesis import given

from ingest.coverage import LeftOut, foremost, han_count, left_out
from ingest.parse import parse_document, parse_text
from ingest.raw import Block, BlockKind, RawDocument
from ingest.readers import read_bytes
from tests.strategies import policy_texts

PAGE = (
    "<html><head><title>云溪市关于养老床位的通知</title></head><body><div class='nav'>首页 政务公开 办事服务</div>"
    "<div id='zoom'><p>云溪市关于养老床位的通知</p><p>各街道办事处：</p>"
    "<p>到2033年，全市养老床位达到1200张，每张补助3000元。</p></div>"
    "<div class='foot2'>主办：云溪市政府</div></body></html>"
)


def test_running_heads_are_told_once_with_their_number() -> None:
    lines = [
        "云溪年鉴",
        "云溪市关于床位的通知",
        "请各街道认真做好床位建设工作。",
        "云溪年鉴",
        "到2033年床位达到1200张。",
    ]
    text, blocks = "", []
    for line in lines:
        kind = BlockKind.HEADER if line == "云溪年鉴" else BlockKind.LINE
        blocks.append(Block(len(text), len(text) + len(line), kind))
        text += line + "\n"
    raw = RawDocument(text, tuple(blocks), "pdf")
    assert left_out(raw, parse_document(raw, "")) == (LeftOut("云溪年鉴", 8, "页眉页脚页码", 2),)


def test_the_rest_of_a_page_is_told() -> None:
    raw = read_bytes(PAGE.encode(), "a.html")
    documents = parse_document(raw, "a.html")
    assert [d.text.count("1200张") for d in documents] == [1]
    assert left_out(raw, documents) == (
        LeftOut("首页 政务公开 办事服务", 10, "网页的其他部分"),
        LeftOut("主办：云溪市政府", 7, "网页的其他部分"),
    )


def test_what_no_document_has_is_told_before_any_number_of_running_heads() -> None:
    heads = [LeftOut(f"第{i}版", 2, "页眉页脚页码") for i in range(60)]
    lost = LeftOut("丢了的一段", 5, "未归入文档")
    assert foremost([*heads, lost])[0] == lost
    assert foremost([*heads, lost])[1:] == tuple(heads[:39])


@given(policy_texts)
def test_all_han_of_a_plain_text_is_in_a_document_or_told(text: str) -> None:
    documents = parse_text(text)
    raw = RawDocument(text, (), "txt")
    told = sum(one.characters for one in left_out(raw, documents))
    spans = {i for d in documents for s in d.source_map for i in range(s.raw_start, s.raw_end)}
    assert told + han_count("".join(text[i] for i in spans)) == han_count(text)
