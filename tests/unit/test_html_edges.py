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


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：王小明",
        "（编辑：办公室）",
        "信息来源：水务局",
        "上一篇：关于清淤的通知",
        "下一条 没有了",
        "【打印】【关闭窗口】",
        "字号：大 中 小",
        "扫一扫在手机打开当前页",
        "浏览次数：12",
        "版权所有：云溪市水务局　网站标识码3303000001",
    ],
)
def test_credits_and_buttons_below_a_document_are_the_sites(line: str) -> None:
    assert kept([*BODY, line]) == kept([*BODY, "联系电话：61234567", line, line])[:4] == BODY
    assert kept([*BODY[:2], line, *BODY[2:]]) == [*BODY[:2], line, *BODY[2:]]


@pytest.mark.parametrize("line", ["当前位置：首页 > 公开 > 通知", "首页 > 公开", "打印 关闭"])
def test_the_way_to_a_page_above_its_document_is_the_sites(line: str) -> None:
    assert kept([line, *BODY]) == BODY


@pytest.mark.parametrize(
    "line",
    [
        "申请>审核>发证",
        "男/女/其他",
        "上一年度未完成的，不再安排。",
        "前一条所称水井不含机井。",
        "主办单位：市水务局",
        "大",
        "（来函照登）",
    ],
)
def test_words_of_a_document_like_those_of_a_site_stay(line: str) -> None:
    assert kept([*BODY, line]) == [*BODY, line]
    assert kept([line, *BODY]) == [line, *BODY]


def test_such_a_line_within_the_document_stays() -> None:
    assert kept([*BODY[:2], "相关链接", *BODY[2:]]) == [*BODY[:2], "相关链接", *BODY[2:]]
