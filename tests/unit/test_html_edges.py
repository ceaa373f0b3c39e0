"""Lines at the ends of a page's document that are the site's are told from those of the document."""

from __future__ import annotations

import pytest

from ingest.raw import BlockKind
from ingest.readers import read_bytes

BODY = ["云溪市修井办法", "第一条 井要修好。", "相关附件由各镇保存。", "第二条 本办法自2031年3月1日起施行。"]


def kept(lines: list[str]) -> list[str]:
    page = "".join(f"<p>{line}</p>" for line in lines)
    raw = read_bytes(f"<html><body><div id='zoom'>{page}</div></body></html>".encode(), "a.html")
    return [raw.text[b.start : b.end] for b in raw.blocks if b.kind is not BlockKind.HEADER]


@pytest.mark.parametrize(
    "line",
    [
        "相关附件",
        "相关新闻：",
        "标签：",
        "政策解读：https://www.yunxi.example/a.html",
        "点击查看政策解读：【图解】关于修井的解读",
    ],
)
def test_pointers_at_either_end_are_the_sites(line: str) -> None:
    assert kept([line, *BODY]) == kept([*BODY, line]) == BODY


@pytest.mark.parametrize(
    "line",
    [
        "附件：1.修井申请表",
        "政策解读由市水务局负责。",
        "联系电话：61234567",
        "附件1",
        "附件",
        "附件：",
        "https://apply.yunxi.example/",
        "一图读懂《云溪市修井办法》",
        "政策解读会议通知",
    ],
)
def test_lines_of_the_document_stay(line: str) -> None:
    assert kept([*BODY, line]) == [*BODY, line]
    assert kept([line, *BODY]) == [line, *BODY]


def test_such_a_line_within_the_document_stays() -> None:
    assert kept([*BODY[:2], "相关链接", *BODY[2:]]) == [*BODY[:2], "相关链接", *BODY[2:]]
