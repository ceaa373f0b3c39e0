"""What a page states of its document beside the text: labels in lines, lists and tables, and the title."""

from __future__ import annotations

import pytest

from ingest.labels import FIELDS
from ingest.parse import parse_document
from ingest.readers import read_bytes
from ingest.readers.html_labels import is_info, label_of

TITLE = "关于修缮水井的公告"
BODY = (
    "<div id='zoom'><p>各镇人民政府：</p><p>为保障山区饮水安全，现将水井修缮的有关事项公告如下。</p>"
    "<p>云溪市水务局</p><p>2031年3月5日</p></div>"
)


def meta(beside: str, *, below: str = "", head: str = f"<title>{TITLE}</title>") -> dict[str, str]:
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{beside}{BODY}{below}</body></html>"
    return read_bytes(page.encode(), "a.html").meta


@pytest.mark.parametrize(
    ("markup", "stated"),
    [
        ("<div>发布日期：2031-03-08 16:20　来源：水务局　浏览次数：<span>12</span>　字体：[大 中 小]</div>",
         {"发布日期": "2031-03-08 16:20", "来源": "水务局"}),
        ("<p>信息来源：水务局 发布时间：2031-03-08 16:20 浏览次数：12次</p>",
         {"信息来源": "水务局", "发布时间": "2031-03-08 16:20"}),
        ("<div>发布时间：2031-03-08&nbsp;&nbsp;&nbsp;信息来源：水务局&nbsp;&nbsp;浏览量：33</div>",
         {"发布时间": "2031-03-08", "信息来源": "水务局"}),
        ("<div>来源：水务局 | 发布时间：2031-03-08 | 访问量：10</div>", {"来源": "水务局", "发布时间": "2031-03-08"}),
        ("<div>来源：水务局 审核人：张三 发布时间：2031-03-08</div>", {"来源": "水务局", "发布时间": "2031-03-08"}),
        ("<div><span>发布时间：</span><span>2031-03-08</span><span>信息来源：</span><span>水务局</span></div>",
         {"发布时间": "2031-03-08", "信息来源": "水务局"}),
        ("<div><span>发布时间：2031-03-08</span><span>来源：水务局</span></div>",
         {"发布时间": "2031-03-08", "来源": "水务局"}),
        ("<ul><li><span>索引号：</span>003/1</li><li><strong>文　号：</strong><span>云水发〔2031〕5号</span></li></ul>",
         {"索引号": "003/1", "文号": "云水发〔2031〕5号"}),
        ("<dl><dt>索 引 号：</dt><dd>003/1</dd><dt>文　　号：</dt><dd>云水发〔2031〕5号</dd>"
         "<dt>成文日期</dt><dd>2031年3月5日</dd></dl>",
         {"索引号": "003/1", "文号": "云水发〔2031〕5号", "成文日期": "2031年3月5日"}),
        ("<div><div class='l'>索 引 号</div><div class='v'>003/1</div>"
         "<div class='l'>文号</div><div class='v'>云水发〔2031〕5号</div></div>",
         {"索引号": "003/1", "文号": "云水发〔2031〕5号"}),
        ("<p>[发文机构] ----云溪市水务局</p><p>[联合发文单位] 云溪市财政局</p>", {"发文机构": "云溪市水务局"}),
        ("<table><tr><td>索引号：003/1</td><td>发布机构：水务局成文日期：2031-03-05</td></tr></table>",
         {"索引号": "003/1", "发布机构": "水务局", "成文日期": "2031-03-05"}),
        ("<table><tr><td>索引号</td><td></td><td>文号</td><td></td></tr><tr><td>发布机构</td><td>水务局</td></tr></table>",
         {"发布机构": "水务局"}),
        ("<table><tr><td>索引号</td><td>003</td><td>有效性</td><td>失效</td><td>失效日期</td><td>2031-06-01</td></tr></table>",
         {"索引号": "003", "有效性": "失效", "失效日期": "2031-06-01"}),
        ("<ul><li>文号：</li><li>发布机构：水务局</li><li>成文日期：</li><li>发布日期：2031-03-08</li></ul>",
         {"发布机构": "水务局", "发布日期": "2031-03-08"}),
        ("<p>2031-03-08 10:22:33 来源：水务局</p>", {"来源": "水务局", "发布时间": "2031-03-08 10:22:33"}),
        ("<div>时间：2031-03-08 来源：水务局 【字体：大 中 小】</div>", {"来源": "水务局", "发布时间": "2031-03-08"}),
        ("<div>日期：2031-03-08</div><div>信息来源：水务局</div>", {"信息来源": "水务局", "发布时间": "2031-03-08"}),
        ("<div>时间：3月15日上午 地点：水务局</div>", {}),
        ("<p>2031-03-08</p>", {}),
        ("<form>标题：<input> 文号：<input> 发布日期：<select><option>全部</option></select></form>"
         "<div>发布日期：2031-03-08</div>",
         {"发布日期": "2031-03-08"}),
        ("<ul><li>名称</li><li>价格</li></ul>", {}),
    ],
)  # fmt: skip
def test_statements_of_a_page(markup: str, stated: dict[str, str]):
    assert meta(markup) == {"title": TITLE, **stated}


@pytest.mark.parametrize("block", ["<h3>相关文件</h3>", "", "<p>为您推荐</p>"])
def test_what_a_list_of_other_pages_states_is_not_this_documents(block: str):
    entry = "<li><a href='/x'>关于修订入园办法的通知</a><p>文号：云科发〔2029〕88号</p><p>发布日期：2029-05-06</p></li>"
    below = f"<div class='xg'>{block}<ul>{entry}</ul></div>"
    assert meta("", below=below) == {"title": TITLE}
    assert meta("<p>文号：云水发〔2031〕5号</p>", below=below) == {"title": TITLE, "文号": "云水发〔2031〕5号"}


def test_labels_below_the_document_count_where_they_belong_to_it():
    stated = {"title": TITLE, "公开方式": "主动公开"}
    main = f"<div class='main'>{BODY}<p>公开方式：主动公开</p></div>"
    page = f"<html><head><title>{TITLE}</title></head><body>{main}%s</body></html>"
    assert read_bytes((page % "").encode(), "a.html").meta == stated
    assert read_bytes((page % "<div><p>文号：云水发〔2029〕1号</p></div>").encode(), "a.html").meta == stated


def test_a_date_alone_below_the_heading_is_that_of_publication():
    dated = meta(f"<h1>{TITLE}</h1><p>2031-03-08</p><p>来源：水务局</p>")
    assert dated == {"标题": TITLE, "title": TITLE, "h1": TITLE, "来源": "水务局", "发布时间": "2031-03-08"}
    table = "<table><tr><td>成文日期</td><td>2031-03-05</td></tr></table>"
    assert meta(f"<h1>{TITLE}</h1>{table}") == {"标题": TITLE, "title": TITLE, "h1": TITLE, "成文日期": "2031-03-05"}


@pytest.mark.parametrize("name", ["publishdate", "PublishDate", "article:published_time", "PubDate", "pubdate"])
def test_meta_elements_that_date_a_page(name: str):
    found = meta("", head=f"<meta name='{name}' content='2031-03-08'>")
    assert found in ({"PubDate": "2031-03-08"}, {"pubdate": "2031-03-08"})
    page = f"<html><head><meta property='{name}' content='2031-03-08'></head><body>{BODY}</body></html>"
    raw = read_bytes(page.encode(), "a.html")
    assert parse_document(raw, "")[0].published_on == "2031-03-08"


SITE = "云溪市水务局"
CUT = "关于修缮水井的公…"


@pytest.mark.parametrize(
    ("head", "beside", "title"),
    [
        (f"<title>{SITE}</title>", f"<h1>{TITLE}</h1>", TITLE),
        (f"<title>{TITLE}-{SITE}</title>", f"<div class='t'>{TITLE}</div>", TITLE),
        (f"<title>{TITLE}_公告_{SITE}</title>", f"<h1>{TITLE}</h1>", TITLE),
        (f"<title>{SITE} 通知公告 {TITLE}</title>", "<h1>关于修缮<br>水井的公告</h1>", TITLE),
        ("<title>公告</title>", f"<h1>{TITLE}</h1>", TITLE),
        ("", f"<h1><p>{TITLE}</p></h1>", TITLE),
        ("<title>关于修缮水井的公告（2031—2033年）_水务</title>", "<p>关于修缮水井的公告（2031—2033年）</p>",
         "关于修缮水井的公告（2031—2033年）"),
        (f"<title>{TITLE}</title>", f"<h1>{SITE}</h1><p>位置</p>", None),
        (f"<title>{TITLE}</title>", "<h1>您现在的位置：首页 > 公告</h1>", None),
        ("<title>网页</title>", "<table><tr><td>标题</td><td>水井公告全称</td><td>文号</td><td>1</td></tr></table>"
         "<h1>水井公告</h1>", "水井公告全称"),
        ("<title>网页</title>", f"<p>标题：{CUT}</p><h1>{TITLE}</h1>", TITLE),
        ("<meta name='ArticleTitle' content='水井公告'>", f"<h1>{TITLE}</h1>", None),
        ("<meta name='ArticleTitle' content='水井公告'>", "<p>名称：井</p>", None),
        ("<title>网页</title>", f"<div><p>索引号：1</p><p>名称：{TITLE}</p></div>", TITLE),
    ],
)  # fmt: skip
def test_the_title_by_the_surest_of_its_statements(head: str, beside: str, title: str | None):
    """None: ``ArticleTitle`` or, at last, ``<title>`` stays the only one."""
    found = meta(beside, head=head)
    first = next(label for label in found if FIELDS.get(label) == "title")
    assert (found[first] if first == "标题" else None) == title


@pytest.mark.parametrize(
    ("line", "info"),
    [
        ("来源：水务局　浏览次数：3", True), ("发布日期：2031-03-08", True), ("2031-03-08 10:00 来源：水务局", True),
        ("作者：张三 编辑：李四", True), ("文号：云水发〔2031〕5号", False), ("时间：3月15日上午", False),
        ("来源：水务局 征集状态：已结束", False), ("联系电话：61234567", False), ("现将有关事项公告如下：", False),
        ("资金来源：市财政", False), ("来源：水务局。请各镇落实。", False),
    ],
)  # fmt: skip
def test_a_line_about_the_page_is_told_from_the_documents(line: str, info: bool):
    assert is_info(line) is info


def test_labels_however_they_are_set():
    assert [label_of(text) for text in ("索 引 号：", "【文　号】", "发布 机构", "号", "井号")] == [
        "索引号",
        "文号",
        "发布机构",
        None,
        None,
    ]
