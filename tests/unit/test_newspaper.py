"""A newspaper page and what only looks like one: boxes to tick, bullets, a reporter named in a notice."""

from __future__ import annotations

import pytest

from ingest.newspaper import is_printed
from ingest.parse import parse_document, parse_text
from ingest.raw import Block, BlockKind, RawDocument
from kb.model import Kind

WIDTH = 24
BODY = (
    "为方便居民就近读书，市文化局计划在二〇三三年底前新建城市书房四十处，每处面积不少于二百平方米，"
    "免费向所有人开放，并且在节假日延长开放时间到晚上十点。"
)


def _column(text: str) -> list[str]:
    """A paragraph as its lines in a column, the first one indented."""
    text = "　　" + text
    return [text[i : i + WIDTH] for i in range(0, len(text), WIDTH)]


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (["城市书房多起来", "本报讯（记者 何小满）近日，云溪市"], True),
        (["新华社云溪5月3日电 记者从市文化局获悉"], True),
        (["打造书房打造书房，，方便居民方便居民"], True),
        (["城市书房多起来", "□ 本报记者 何小满"], True),
        (["城市书房多起来", "▶ 通讯员 江一帆"], True),
        (["□ 公办书房", "□ 民办书房"], False),
        (["▶ 主要内容"], False),
        (["记者 何小满"], False),
        (["各区文化局：", "本报讯（记者 何小满）近日，云溪市"], False),
        (["云文发〔2033〕5号", "打造书房打造书房"], False),
        (["打造书房打造书房", "附件1"], False),
        (["打造书房打造书房", "云溪市文化局", "2033年5月6日"], False),
        (["城市书房多起来", "2033年5月6日", "本报讯 近日，云溪市"], True),
        (["城市书房多起来", "本报讯（记者 何小满）近日，云溪市", "各区县积极行动，成效明显如下："], True),
        (["云溪日报社", "2033年5月6日", "城市书房多起来", "本报讯（记者 何小满）近日，云溪市"], True),
        (["本报讯（记者 何小满）近日，云溪市", "云溪市文化局", "2033年5月6日"], False),
        (["本报讯（记者 何小满）近日", "附件1", "本报讯（记者 江一帆）今天"], True),
        ([], False),
    ],
)
def test_what_makes_a_newspaper_page(lines: list[str], printed: bool) -> None:
    assert is_printed(lines) is printed


FORM = [
    "云溪市文化局关于申报城市书房的通知",
    "各区文化局：",
    *_column(BODY),
    *_column(BODY),
    "申报类别：",
    "□ 公办书房",
    "□ 民办书房",
    "云溪市文化局",
    "2033年5月6日",
]


def test_boxes_to_tick_are_no_bylines() -> None:
    (doc,) = parse_text("\n".join(FORM))
    assert (doc.title, doc.kind, doc.issuer, doc.written_on) == (FORM[0], Kind.NOTICE, "云溪市文化局", "2033-05-06")
    assert (doc.signatory, doc.flags) == (None, ())
    assert doc.text.split("\n") == [*FORM[:2], BODY, BODY, "申报类别：", "□ 公办书房", "□ 民办书房", *FORM[-2:]]


def test_a_page_of_a_pdf_with_bullets_stays_one_document() -> None:
    lines = ["《云溪市书房办法》政策解读", "▶ 出台背景", *_column(BODY), "▶ 主要内容", *_column(BODY)]
    blocks, text = [], ""
    for i, line in enumerate(lines):
        bare = line.strip()
        left = 72.0 + (len(line) - len(bare)) * 12
        box = (left, 700.0 - 20 * i, left + 12 * len(bare), 712.0 - 20 * i)
        blocks.append(Block(len(text), len(text) + len(bare), BlockKind.LINE, page=1, box=box))
        text += bare + "\n"
    (doc,) = parse_document(RawDocument(text, tuple(blocks), "pdf"), "")
    assert (doc.title, doc.kind) == (lines[0], Kind.INTERPRETATION)
    assert doc.text.split("\n") == [lines[0], "▶ 出台背景", BODY, "▶ 主要内容", BODY]


def test_a_reporter_named_in_a_notice_is_no_sign() -> None:
    lines = ["关于召开书房发布会的通知", "各有关单位：", *_column(BODY), "记者 何小满", *_column(BODY)]
    (doc,) = parse_text("\n".join(lines))
    assert (doc.title, doc.kind, doc.recipients) == (lines[0], Kind.NOTICE, ("各有关单位",))
