"""Which parts of a page are read as its document, in what form, and that the rest stands beside it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.coverage import han_count
from ingest.raw import BlockKind, RawDocument
from ingest.readers import read_bytes
from kb.errors import UnreadableFile

TITLE = "关于修缮水井的通知"
SALUTATION, FIRST, SECOND = (
    "各镇人民政府：",
    "为保障山区饮水安全，现将水井修缮的有关事项通知如下。",
    "每口水井补助3000元，由市水务局拨付。",
)
TEXT = [SALUTATION, FIRST, SECOND, "云溪市水务局", "2031年3月5日"]
PROSE = "".join(f"<p>{line}</p>" for line in TEXT)
NAV = "<div class='nav'><ul>" + "".join(f"<li><a href='/{i}'>栏目{i}</a></li>" for i in range(6)) + "</ul></div>"
FOOT = "<div class='footer'>主办单位：云溪市政府办公室　网站标识码3303000001</div>"


def page(body: str, title: str = TITLE) -> RawDocument:
    head = f"<meta charset='utf-8'><title>{title}</title>"
    return read_bytes(
        f"<!DOCTYPE html><html><head>{head}</head><body>{NAV}{body}{FOOT}</body></html>".encode(), "a.html"
    )


def lines(raw: RawDocument) -> list[str]:
    """What is read, furniture at the ends aside."""
    return [raw.text[b.start : b.end] for b in raw.blocks if b.kind is not BlockKind.HEADER]


def kinds(body: str) -> list[tuple[str, str]]:
    raw = page(f"<div id='zoom'>{body}</div>")
    return [(b.kind.value, raw.text[b.start : b.end]) for b in raw.blocks]


ROWS = (
    "<tr><td>索引号</td><td>003/2031-1</td><td>发布机构</td><td>云溪市水务局</td></tr>"
    "<tr><td>文　号</td><td>云水发〔2031〕5号</td><td>成文日期</td><td>2031-03-05</td></tr>"
)


def test_rows_of_metadata_leave_a_table_that_holds_the_text_too():
    raw = page(f"<table>{ROWS}<tr><td colspan='4'>{PROSE}</td></tr></table>")
    assert lines(raw) == TEXT
    stated = {"索引号": "003/2031-1", "发布机构": "云溪市水务局", "文号": "云水发〔2031〕5号", "成文日期": "2031-03-05"}
    assert raw.meta == {"title": TITLE, **stated}
    assert raw.outside.split("\n")[6:-1] == [
        text for pair in zip(["索引号", "发布机构", "文 号", "成文日期"], stated.values(), strict=True) for text in pair
    ]


def test_a_document_that_lists_what_it_says_of_another_is_no_metadata():
    stated = {
        "文件名称": "云溪市水井条例", "索引号": "003/2022-1", "文号": "云水发〔2022〕5号", "发文机关": "云溪市水务局",
        "成文日期": "2022-03-05", "发布日期": "2022-03-08", "施行日期": "2022-04-01", "有效性": "废止",
        "失效日期": "2031-03-01", "公开方式": "主动公开", "主题分类": "水利",
    }  # fmt: skip
    listed = [f"{label}：{value}" for label, value in stated.items()]
    body = [*TEXT[:2], *listed, *TEXT[3:]]
    raw = page(f"<div id='zoom'><p>{TITLE}</p>{''.join(f'<p>{line}</p>' for line in body)}</div>")
    assert lines(raw) == [TITLE, *body]
    assert raw.meta.get("文号") is None


def test_columns_and_rows_of_an_old_layout():
    side = "<td><a href='1'>首页</a><br><a href='2'>公开</a><br>今天是2031年3月9日 星期日<br>天气：晴</td>"
    raw = page(
        f"<table><tr>{side}<td><table>{ROWS}</table><table><tr><td><b>{TITLE}</b></td></tr>"
        f"<tr><td>{''.join(f'<p>{line}</p>' for line in TEXT[:3])}</td></tr>"
        "<tr><td>云溪市水务局<br>2031年3月5日</td></tr></table></td></tr></table>"
    )
    assert lines(raw) == [TITLE, *TEXT]
    assert "天气：晴" in raw.outside.split("\n")


def test_tabs_not_opened_are_read_and_copies_are_not():
    tabs = (
        f"<div class='con on'>{PROSE}</div>"
        "<div class='con' style='display:none'><p>水井位置图，原件1份，村委会盖章。</p><p>身份证</p></div>"
        "<div class='con' hidden><p>向镇水务站提出，当场受理。</p><p>水务局现场查看，十日内答复。</p></div>"
    )
    raw = page(
        f"<div class='guide'>{tabs}</div><div class='read' style='display: none'><p>{'</p><p>'.join(TEXT)}</p></div>"
    )
    assert lines(raw) == [
        *TEXT, "水井位置图，原件1份，村委会盖章。", "身份证",
        "向镇水务站提出，当场受理。", "水务局现场查看，十日内答复。",
    ]  # fmt: skip
    assert raw.outside.split("\n").count(SALUTATION) == 1
    assert raw.flags == ()


def test_a_container_faded_in_by_a_script_is_the_document():
    raw = page(f"<div class='intro'>本站周六维护，请留意。</div><div id='zoom' style='display:none'>{PROSE}</div>")
    assert lines(raw) == TEXT
    assert raw.outside.split("\n")[0] == "本站周六维护，请留意。"


def test_a_hidden_word_is_none_of_the_text():
    raw = page(
        f"<div id='zoom'>{PROSE}<p style='display:none'>二维码</p>"
        "<div hidden>分享给微信好友或朋友圈，看看吧</div></div>"
    )
    assert lines(raw) == TEXT
    assert {"二维码", "分享给微信好友或朋友圈，看看吧"} <= set(raw.outside.split("\n"))


@pytest.mark.parametrize("name", ["print", "share", "foot", "related", "nav", "head", "top", "header"])
def test_no_name_makes_the_text_of_a_page_furniture(name: str):
    raw = page(f"<div class='{name}' id='{name}Area'><h1>{TITLE}</h1>{PROSE}</div>")
    assert lines(raw) == [TITLE, *TEXT]


def test_a_head_with_the_number_and_a_box_with_a_telephone_are_the_documents():
    ask = "政策咨询：云溪市水务局，电话61234567。"
    box = f"<div class='head'><h1>{TITLE}</h1><p>云水发〔2031〕5号</p></div>{PROSE}<div class='link'><p>{ask}</p></div>"
    assert lines(page(f"<div class='xx'>{box}<div class='tools'>【打印】【关闭】</div></div>")) == [
        TITLE, "云水发〔2031〕5号", *TEXT, ask,
    ]  # fmt: skip


def test_policies_that_are_links_are_read_and_menus_are_not():
    listed = ["1.《云溪市水井管理办法》（云政发〔2029〕1号）", "2.《云溪市饮水安全办法》（云政发〔2030〕2号）"]
    policies = "".join(f"<li><a href='/{i}'>{text}</a></li>" for i, text in enumerate(listed))
    menu = "".join(f"<li><a href='/m{i}'>机构{i}科</a></li>" for i in range(5))
    raw = page(f"<div class='xx'><h1>惠农政策汇编</h1>{PROSE}<ul>{policies}</ul><ul>{menu}</ul></div>", "惠农政策汇编")
    assert lines(raw) == ["惠农政策汇编", *TEXT, *listed]


def test_an_annex_beside_the_container_is_read_and_news_are_not():
    articles = [f"第{n}条　水井管护单位应当建立第{n}项制度，配备专人，定期报送水质数据。" for n in "一二三"]
    annex = f"<div class='fj'><h3>水井管护办法</h3>{''.join(f'<p>{a}</p>' for a in articles)}</div>"
    news = "<div class='xw'><ul><li><a href='/1'>云溪市召开水利工作会议，部署全年任务</a> 2031-03-01</li></ul></div>"
    raw = page(f"<div class='main'><h1>{TITLE}</h1><div id='zoom'>{PROSE}</div>{annex}{news}</div>")
    assert lines(raw) == [*TEXT, "水井管护办法", *articles]
    assert "云溪市召开水利工作会议，部署全年任务 2031-03-01" in raw.outside.split("\n")


NOTE = "（试行稿，供各镇参考）"


@pytest.mark.parametrize(
    ("between", "read"),
    [
        ("", []),
        ("<div>发布时间：2031-03-06　来源：水务局　浏览次数：3　字号：大 中 小</div><div>分享到：</div>", []),
        (f"<p>{NOTE}</p>", [TITLE, NOTE]),
        ("<p>云水发〔2031〕5号</p>", [TITLE, "云水发〔2031〕5号"]),
        ("<p>本文是摘要，办理以原文为准。</p>", [TITLE, "本文是摘要，办理以原文为准。"]),
        ("<ul><li>解读机关：云溪市水务局</li><li>发布日期：2031-03-06</li></ul>", [TITLE, "解读机关：云溪市水务局"]),
        (f"<table><tr><th>原文标题</th><td>{TITLE}</td></tr><tr><th>地区</th><td>云溪市</td></tr></table>",
         [TITLE, f"原文标题 | {TITLE}", "地区 | 云溪市"]),
        (f"<table>{ROWS}</table>", []),
        ("<ul class='m'><li><a href='/1'>首页</a></li><li><a href='/2'>公开</a></li></ul>", []),
    ],
)  # fmt: skip
def test_what_stands_between_heading_and_body(between: str, read: list[str]):
    """The title is read with it; alone it is stated in the page's meta and need not be said again."""
    raw = page(f"<div class='main'><h1>{TITLE}</h1>{between}<div class='content'>{PROSE}</div></div>")
    assert lines(raw) == [*read, *TEXT]
    assert raw.meta["标题"] == TITLE


def test_a_title_that_the_body_begins_with_is_not_read_twice():
    body = f"<div class='content'><p>{TITLE}</p>{PROSE}</div>"
    assert lines(page(f"<div class='main'><h1>{TITLE}</h1><p>{NOTE}</p>{body}</div>")) == [NOTE, TITLE, *TEXT]


def test_notes_below_the_body():
    raw = page(
        f"<div class='main'><h1>{TITLE}</h1><div class='content'>{PROSE}</div>"
        "<p>（此件公开发布）</p><p>附注：联系水务局</p><p>返回</p></div>"
    )
    assert lines(raw) == [*TEXT, "（此件公开发布）", "附注：联系水务局"]


TRAILERS = (
    "<p>附件：<a href='/1.doc'>1.修缮申请书.doc</a></p><p>责任编辑：王小明</p><p>（编辑：办公室）</p>"
    "<div>上一篇：<a href='1'>关于组织申报2031年水利计划的通知</a></div><div>下一篇：没有了</div>"
    "<p>【打印】【关闭】【收藏】</p><p>扫一扫在手机打开当前页</p>"
    "<div class='tj'><h4>推荐阅读</h4><ul><li>云溪市召开水利大会，部署全年工作。</li>"
    "<li>市领导察看水井，要求加快。</li></ul></div>"
)


def test_lines_of_the_site_in_a_frame_are_told_from_the_documents():
    head = "<div class='pos'>您现在的位置：<a>首页</a>&gt;<a>公开</a></div>"
    info = "<div>时间：2031-03-08　作者：　来源：供水科　点击数：12</div>"
    raw = page(f"<div class='content'>{head}<h1>{TITLE}</h1>{info}{PROSE}{TRAILERS}</div>")
    assert lines(raw) == [TITLE, *TEXT, "附件：1.修缮申请书.doc"]
    assert raw.meta == {
        "标题": TITLE, "title": TITLE, "h1": TITLE, "附件": "1.修缮申请书.doc",
        "来源": "供水科", "发布时间": "2031-03-08",
    }  # fmt: skip
    assert raw.outside.split("\n")[:2] == ["云溪市召开水利大会，部署全年工作。", "市领导察看水井，要求加快。"]


def test_a_list_of_other_pages_under_a_heading_of_its_own():
    links = "<ul><li><a href='/1'>云溪市水井普查结果公布</a></li><li><a href='/2'>水价听证会举行</a></li></ul>"
    assert lines(page(f"<div class='content'>{PROSE}<h4>相关链接</h4>{links}</div>")) == TEXT
    section = "<h4>相关政策</h4><ul><li>水井修缮与农田水利项目不重复补助。</li></ul>"
    assert lines(page(f"<div class='content'>{PROSE}{section}</div>")) == [
        *TEXT, "相关政策", "水井修缮与农田水利项目不重复补助。",
    ]  # fmt: skip


def test_the_host_of_an_event_is_no_foot_of_a_site():
    event = "主办单位：云溪市水务局"
    assert lines(page(f"<div class='content'>{PROSE}<p>{event}</p></div>")) == [*TEXT, event]
    foot = "主办单位：云溪市水务局　维护单位：云溪市数据中心"
    assert lines(page(f"<div class='content'>{PROSE}<p>{foot}</p></div>")) == TEXT


def test_much_prose_beside_the_document_is_flagged():
    other = "".join(
        f"<p>第{n}口井在东山脚下，井深{n}十米，常年有水，可供附近三个村使用。</p>" for n in "一二三四五六七八九"
    )
    assert page(f"<div id='zoom'>{PROSE * 3}</div>{other}").flags == ("text_outside",)
    assert page(f"<div id='zoom'>{PROSE * 20}</div>{other}").flags == ()


def test_struck_text_and_readings_stand_beside_the_document():
    raw = page("<div id='zoom'><p>补助<del>100万元</del><ins>200万元</ins>，<s>限</s>用于"
               "<ruby>瓯<rp>(</rp><rt>ōu</rt><rp>)</rp></ruby>镇。"
               "<span style='text-decoration: line-through'>作废</span></p></div>")  # fmt: skip
    assert lines(raw) == ["补助200万元，用于瓯镇。"]
    assert "100万元限(ōu)作废" in raw.outside


def test_preformatted_lines_are_physical_lines():
    text = "\n关于第12号建议的答复\n\n张三代表：\n    <b>您提出</b>的建议收悉，\n现答复如下。\n        云溪市水务局\n"
    assert kinds(f"<pre>{text}</pre>") == [
        ("line", "关于第12号建议的答复"), ("line", "张三代表："), ("line", "    您提出的建议收悉，"),
        ("line", "现答复如下。"),
        ("line", "        云溪市水务局"),
    ]  # fmt: skip
    styled = "style='white-space: pre-wrap'"
    assert kinds(f"<p {styled}>{FIRST}</p>\n<p {styled}>{SECOND}</p>") == [("paragraph", FIRST), ("paragraph", SECOND)]
    assert kinds(f"<div {styled}>甲，\n乙。</div>") == [("line", "甲，"), ("line", "乙。")]


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("<ol><li>甲</li><li><p>乙</p><p>丙</p></li></ol>", ["1.甲", "2.乙", "丙"]),
        ("<ol><li>2031年起</li><li></li><li>乙</li></ol>", ["1. 2031年起", "3.乙"]),
        ("<ol start='4' type='A'><li>甲</li><li>乙</li></ol>", ["D.甲", "E.乙"]),
        ("<ol type='i'><li>甲</li><li value='9'>乙</li><li>丙</li></ol>", ["i.甲", "ix.乙", "x.丙"]),
        ("<ol reversed><li>甲</li><li>乙</li></ol>", ["2.甲", "1.乙"]),
        ("<ol style='list-style-type: upper-roman'><li>甲</li></ol>", ["I.甲"]),
        ("<ol style='list-style: none'><li>甲</li></ol>", ["甲"]),
        ("<ol><li>（一）甲</li><li>（二）乙</li></ol>", ["（一）甲", "（二）乙"]),
        ("<ol><li>1.甲</li><li>2.乙</li></ol>", ["1.甲", "2.乙"]),
        ("<ol><li>1.5万元以上的</li><li>乙</li></ol>", ["1. 1.5万元以上的", "2.乙"]),
        ("<ol><li>甲<ol><li>子</li></ol></li><li>乙</li></ol>", ["1.甲", "1.子", "2.乙"]),
        ("<ul><li>甲</li></ul>", ["甲"]),
    ],
)
def test_ordered_lists_show_their_numbers(markup: str, read: list[str]):
    assert [text for _, text in kinds(markup)] == read


def test_raised_and_lowered_numbers():
    markup = "<p>面积5m<sup>2</sup>，菌落1×10<sup>-4</sup>个，CO<sub>2</sub>排放；见注<sup>[1]</sup>和<sup>①</sup></p>"
    assert kinds(markup) == [("paragraph", "面积5m²，菌落1×10⁻⁴个，CO₂排放；见注[1]和①")]


def test_a_small_table_in_a_cell_does_not_break_up_the_table():
    rows = [
        f"<tr><td>{grade}</td><td>{sum_}</td><td>{sum_}</td></tr>"
        for grade, sum_ in (("优秀", "3万元"), ("合格", "1万元"))
    ]
    inner = f"<table>{''.join(rows)}</table>"
    table = (
        "<table><tr><th>级别</th><th>首次修缮补助</th><th>复查补助</th></tr><tr><td>一级水井</td><td>由市级财政补助20万元</td><td>5万元</td></tr>"
        f"<tr><td>二级水井</td><td>由县级财政补助10万元</td><td>{inner}</td></tr></table>"
    )
    raw = page(f"<div id='zoom'>{table}</div>")
    assert [b.cells for b in raw.blocks] == [
        ("级别", "首次修缮补助", "复查补助"),
        ("一级水井", "由市级财政补助20万元", "5万元"),
        ("二级水井", "由县级财政补助10万元", "优秀 3万元 3万元；合格 1万元 1万元"),
    ]


def test_rows_and_cells_not_shown_stand_beside_the_table():
    hidden = "style='display:none'"
    rows = (
        f"<tr><td>井</td><td {hidden}>编号</td><td>水量</td></tr><tr><td>甲</td><td {hidden}>001</td><td>大</td></tr>"
        f"<tr {hidden}><td>乙井</td><td>小</td></tr><tbody {hidden}><tr><td>丙井</td><td>无</td></tr></tbody>"
    )
    raw = page(f"<div id='zoom'><table>{rows}</table></div>")
    assert [b.cells for b in raw.blocks] == [("井", "水量"), ("甲", "大")]
    assert {"编号", "001", "乙井", "丙井"} <= set(raw.outside.split("\n"))


def test_a_table_too_large_is_refused_and_not_cut_short():
    rows = "<tr><td colspan='200'>甲</td><td>乙</td></tr>" * 1000
    with pytest.raises(UnreadableFile, match="a.html：表格的单元格超过 200,000 个"):
        page(f"<div id='zoom'><table>{rows}</table></div>")


WORDS = st.text(alphabet="水井修缮办法，。：　 1一>", min_size=1, max_size=12)
INLINE = st.sampled_from(["b", "span", "del", "sup", "a href='/x'", "font", "button", "span style='display:none'"])
BLOCK = st.sampled_from(
    ["div", "p", "div class='content'", "div class='share'", "div hidden", "ul", "li", "ol", "table", "tr", "td", "h1",
     "nav", "section class='related'", "pre", "dl", "dt", "dd", "div id='zoom'", "footer", "form", "caption",
     "td style='display:none'"]
)  # fmt: skip


@st.composite
def _wrapped(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    tag = draw(BLOCK | INLINE)
    return f"<{tag}>{''.join(draw(st.lists(inner, max_size=4)))}</{tag.split()[0]}>"


MARKUP = st.recursive(WORDS, lambda inner: _wrapped(inner), max_leaves=25)


@given(st.lists(MARKUP, min_size=1, max_size=6).map("".join))
def test_every_text_is_in_the_document_or_beside_it(markup: str):
    try:
        raw = page(markup)
    except UnreadableFile:
        return
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(markup).body
    assert body is not None
    seen = han_count(body.text())
    assert han_count(raw.text) + han_count(raw.outside) - han_count(page("<p>井。</p>").outside) == seen


def _long(part: str) -> str:
    return f"<div id='zoom'>{PROSE * 20}</div>{part}"


@pytest.mark.parametrize(
    "markup",
    [
        "".join(f"<div class='content'><p>第{i}口井要修好，水质要查清。</p></div>" for i in range(8000)),
        "<div>" * 5000 + PROSE + "</div>" * 5000,
        _long("<div style='display:none'>" * 5000 + PROSE + "</div>" * 5000),
        _long("".join(f"<div class='c' hidden><p>第{i}口井，在山脚，有水。</p></div>" for i in range(5000))),
        _long("<div>" + "<span>文号</span><span>云水发</span>" * 10_000 + "</div>"),
        _long("<p>" + "来源：甲 " * 20_000 + "</p>"),
        "<div id='zoom'>" + "<table><tr><td>a</td><td>b</td></tr><tr><td>a</td><td>" * 2000 + FIRST + "</div>",
        "<div class='content'>"
        + FIRST
        + "<div class='top'>" * 3000
        + "<a href='/1'>栏目一</a>" * 1000
        + "</div>" * 3001,
        "<div id='zoom'><p style='" + "text-decoration:" * 20_000 + "'>" + FIRST + "</p></div>",
    ],
    ids=["containers", "nested", "nested hidden", "hidden", "pairs", "labels", "tables", "menus", "style"],
)
def test_hostile_pages_take_no_time(markup: str):
    began = time.monotonic()
    assert page(markup).blocks
    assert time.monotonic() - began < 20
