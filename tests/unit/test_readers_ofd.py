"""The OFD reader on files written in the test: order, what is shown and what is not, how parts are found, limits."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.raw import BlockKind, RawDocument
from ingest.readers import ofd_package
from ingest.readers.ofd import NoText, page_images, read_ofd
from kb.errors import UnreadableFile
from tests.ofd_maker import Leaf, document, entry, grouped, ofd, parts, plain, steps, zipped
from tests.policy_texts import TEXTS
from tests.typeset import column

SENTENCES = [re.sub(r"\s", "", text) for text in TEXTS]
LINE = "本办法自公布之日起施行，有效期三年。"
GOV_RAW = Path(__file__).parents[2].parent / "shared" / "data" / "gov_raw" / "ofd"
REAL = sorted(GOV_RAW.glob("*.ofd")) if GOV_RAW.is_dir() else []


def read(data: bytes) -> RawDocument:
    return read_ofd(data, "某.ofd")


def lines_of(raw: RawDocument, kind: BlockKind = BlockKind.LINE) -> list[str]:
    return [raw.text[b.start : b.end] for b in raw.blocks if b.kind is kind]


def page(*texts: str, y: float = 60) -> Leaf:
    return Leaf().lines(30, y, 5, texts or (LINE,), 9)


# what a page says


def notice() -> list[Leaf]:
    first = Leaf().text(28, 20, 3.5, "云溪市人民政府公报 2031年第6期").text(55, 60, 9, "云溪市人民政府文件", bold=True)
    first.text(75, 75, 5.6, "云政办发〔2031〕18号")
    first.lines(28, 105, 5.6, ["各县（市、区）人民政府，市政府直属各单位：", "　　为支持小微企业稳定发展，"], 10)
    first.text(100, 285, 4, "— 1 —")
    second = Leaf().text(28, 20, 3.5, "云溪市人民政府公报 2031年第6期")
    second.lines(28, 60, 5.6, ["经市政府同意，现将有关事项通知如下。"], 10)
    second.lines(110, 100, 5.6, ["云溪市人民政府办公室", "2031年6月12日"], 10).text(100, 285, 4, "— 2 —")
    return [first, second]


INFO = (
    "<ofd:Title>关于支持小微企业的通知</ofd:Title><ofd:Author>云溪市</ofd:Author><ofd:Subject> </ofd:Subject>"
    "<ofd:CreationDate>2031-06-12</ofd:CreationDate><ofd:Creator>某软件</ofd:Creator>"
    "<ofd:Keywords><ofd:Keyword>小微企业</ofd:Keyword><ofd:Keyword>贴息</ofd:Keyword></ofd:Keywords>"
    '<ofd:CustomDatas><ofd:CustomData Name="发文字号">云政办发〔2031〕18号</ofd:CustomData></ofd:CustomDatas>'
)


def test_an_official_document_of_two_pages():
    raw = read(ofd(*notice(), info=INFO))
    assert raw.text == (
        "云溪市人民政府公报2031年第6期\n云溪市人民政府文件\n云政办发〔2031〕18号\n\n"
        "各县（市、区）人民政府，市政府直属各单位：\n为支持小微企业稳定发展，\n—1—\n"
        "云溪市人民政府公报2031年第6期\n经市政府同意，现将有关事项通知如下。\n\n"
        "云溪市人民政府办公室\n2031年6月12日\n—2—\n"
    )
    head, line = BlockKind.HEADER, BlockKind.LINE
    kinds = [(b.kind, b.page) for b in raw.blocks]
    assert kinds == [
        (head, 1), *[(line, 1)] * 4, (head, 1), (head, 2), *[(line, 2)] * 3, (head, 2)
    ]  # fmt: skip
    assert (raw.format, raw.flags) == ("ofd", ())
    assert raw.meta == {
        "Title": "关于支持小微企业的通知",
        "Author": "云溪市",
        "CreationDate": "2031-06-12",
        "Keywords": "小微企业、贴息",
        "发文字号": "云政办发〔2031〕18号",
    }


def test_boxes_are_points_from_the_bottom_of_the_page():
    (block,) = read(ofd(Leaf(width=200, height=100).text(20, 40, 10, LINE))).blocks
    left, bottom, right, top = block.box
    point = 72 / 25.4
    assert (left, right) == (pytest.approx(20 * point, abs=0.1), pytest.approx(200 * point, abs=0.1))
    assert (bottom, top) == (pytest.approx(60.3 * point, abs=0.1), pytest.approx(67.3 * point, abs=0.1))


def test_columns_are_read_one_after_the_other_below_their_headline():
    left, right = column(SENTENCES[2:9], 18), column(SENTENCES[9:16], 18)
    leaf = Leaf().text(40, 40, 10, "云溪市把办事窗口搬到家门口", bold=True)
    for number in range(min(len(left), len(right))):  # as they stand beside each other in the file
        leaf.text(20, 60 + 6 * number, 4, left[number]).text(110, 60 + 6 * number, 4, right[number])
    count = min(len(left), len(right))
    read_lines = ["".join(line.split()) for line in lines_of(read(ofd(leaf)))]
    assert read_lines == ["云溪市把办事窗口搬到家门口", *left[:count], *right[:count]]


MIXED = "对2031年6月1日后登记、符合条件的企业，按5.5万元给予补贴。"


@pytest.mark.parametrize(
    "leaf",
    [
        Leaf().text(20, 60, 4, MIXED, deltas=grouped(steps(MIXED, 4))),
        Leaf().text(20, 60, 4, MIXED, scale=0.25),
        Leaf().text(20, 60, 4, MIXED, deltas=grouped(steps(MIXED, 4)) + " g 900000000 4"),
        Leaf().text(20, 60, 4, MIXED, deltas=None),
        Leaf().text(20, 60, 4, MIXED, bold=True),
        Leaf().unit("7", 10, 20),
        Leaf().unit("8", 10, 20, scale=0.5),
    ],
    ids=["g form", "CTM", "more distances than characters", "no distances", "printed twice", "a unit", "a scaled unit"],
)
def test_ways_to_set_the_same_line(leaf):
    units = {"7": Leaf().text(10, 40, 4, MIXED), "8": Leaf().text(20, 80, 8, MIXED)}
    raw, expected = read(zipped(parts([leaf], units=units))), read(ofd(Leaf().text(20, 60, 4, MIXED)))
    assert (expected.text, raw.text) == (MIXED + "\n", MIXED + "\n")
    assert raw.blocks[0].box == pytest.approx(expected.blocks[0].box, abs=0.6)


def test_a_run_that_goes_on_below_itself():
    text = "责任单位：市经信局、市财政局"
    across, down = plain([4] * 4 + [-16] + [4] * 8), plain([0] * 4 + [6] + [0] * 8)
    leaf = Leaf().text(20, 90, 4, LINE)
    leaf.objects.append(
        '<ofd:TextObject Boundary="20 56 80 12" Size="4"><ofd:TextCode X="0" Y="4" '
        f'DeltaX="{across}" DeltaY="{down}">{text}</ofd:TextCode></ofd:TextObject>'
    )
    assert read(ofd(leaf)).text == "责任单位：\n市经信局、市财政局\n\n" + LINE + "\n"


def test_a_table_with_lines_is_read_by_its_cells():
    leaf = Leaf().text(20, 50, 5, "附件：重点任务分工表")
    rows = [("序号", "任务", "牵头单位"), ("1", "老旧小区改造", "市住建局"), ("2", "农村公路养护", "市交通局")]
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            leaf.box(20 + 50 * j, 60 + 10 * i, 70 + 50 * j, 70 + 10 * i)
            leaf.text(22 + 50 * j, 67 + 10 * i, 4, cell)
    raw = read(ofd(leaf))
    assert [(b.cells, b.table, b.page) for b in raw.blocks if b.kind is BlockKind.TABLE_ROW] == [
        (row, 0, 1) for row in rows
    ]
    assert raw.text.split("\n")[0] == "附件：重点任务分工表"


@pytest.mark.parametrize(
    "shape",
    [
        '<ofd:PathObject Boundary="{box}" Fill="true" Stroke="false"><ofd:FillColor Value="255 255 255"/>{data}',
        '<ofd:PathObject Boundary="{box}" Visible="false">{data}',
        '<ofd:PathObject Boundary="{box}" Stroke="false">{data}',
    ],
    ids=["white", "invisible", "neither filled nor stroked"],
)
def test_boxes_that_do_not_show_make_no_table(shape):
    leaf = Leaf()
    for number, row in enumerate([("序号", "任务"), ("1", "养护农村公路"), ("2", "改造老旧小区")]):
        for at, cell in enumerate(row):
            data = "<ofd:AbbreviatedData>M 0 0 L 50 0 L 50 10 L 0 10 C</ofd:AbbreviatedData></ofd:PathObject>"
            leaf.objects.append(shape.format(box=f"{20 + 50 * at} {60 + 10 * number} 50 10", data=data))
            leaf.text(22 + 50 * at, 67 + 10 * number, 4, cell)
    raw = read(ofd(leaf))
    assert [line.split() for line in lines_of(raw)] == [["序号", "任务"], ["1", "养护农村公路"], ["2", "改造老旧小区"]]


def test_templates_are_part_of_every_page_that_names_them():
    pages = [page(f"第{n}项任务由市经信局牵头落实。") for n in (1, 2)]
    pages[0].templates = [("2", "Background"), ("3", "Foreground")]
    pages[1].templates = [("2", "Background"), ("99", "Background")]
    templates = {"2": Leaf().text(60, 40, 7, "重点任务交办单"), "3": Leaf().text(60, 200, 5, "请于月底前办结。")}
    raw = read(zipped(parts(pages, templates=templates)))
    assert raw.text == (
        "重点任务交办单\n\n第1项任务由市经信局牵头落实。\n\n请于月底前办结。\n"
        "重点任务交办单\n\n第2项任务由市经信局牵头落实。\n"
    )


def test_what_is_not_drawn_is_not_read():
    leaf = page().text(30, 100, 5, "看不见的第一行文字", Visible="false").text(30, 110, 5, "看不见的第二行", Alpha="0")
    leaf.text(30, 120, 5, "看不见的第三行文字", Fill="false").text(
        30, 130, 5, "空心字的一行", Fill="false", Stroke="true"
    )
    leaf.text(30, 140, 5, "半透明的一行", Alpha="128").text(30, -20, 5, "在页面上方以外").text(400, 50, 5, "在右边以外")
    leaf.objects.append(f'<ofd:PageBlock Visible="false">{page("整块都看不见").objects[0]}</ofd:PageBlock>')
    leaf.text(60, 200, 20, "内部资料", CTM="0.7071 0.7071 -0.7071 0.7071 0 0")
    assert lines_of(read(ofd(leaf))) == [LINE, "空心字的一行", "半透明的一行"]


SCAN = b"\x89PNG\r\n\x1a\n of a page"


def test_text_laid_unseen_over_a_scan_is_its_text():
    leaf = Leaf().picture("5", 0, 0, 210, 297)
    for number, line in enumerate(SENTENCES[2:5]):
        leaf.text(20, 60 + 20 * number, 4, line, Alpha="0")
    raw = read(zipped(parts([leaf], pictures={"5": SCAN})))
    assert ([line.split() for line in lines_of(raw)], raw.flags) == ([[line] for line in SENTENCES[2:5]], ("ocr",))


@pytest.mark.parametrize(
    ("turn", "x", "y", "step"),
    [("0 1 -1 0 0 0", 180, 40, (-9, 0)), ("-1 0 0 -1 0 0", 180, 250, (0, -9)), ("0 -1 1 0 0 0", 30, 250, (9, 0))],
    ids=["clockwise", "upside down", "counter-clockwise"],
)
def test_a_turned_page_reads_the_same(turn, x, y, step):
    leaf = Leaf()
    for number, line in enumerate(SENTENCES[2:6]):
        leaf.text(x + number * step[0], y + number * step[1], 4, line, CTM=turn)
    # the maker's Boundary begins one em above the baseline, which is elsewhere when the line is turned
    assert ["".join(line.split()) for line in lines_of(read(ofd(leaf)))] == SENTENCES[2:6]


def test_characters_turned_one_by_one_make_lying_lines():
    leaf = Leaf()
    for number, line in enumerate(SENTENCES[2:5]):
        attributes = f'Boundary="{150 - 9 * number} 20 5 250" Size="4" ReadDirection="90" CharDirection="90"'
        down = plain(steps(line, 4))
        code = f'<ofd:TextCode X="1" Y="0" DeltaY="{down}">{line}</ofd:TextCode>'
        leaf.objects.append(f"<ofd:TextObject {attributes}>{code}</ofd:TextObject>")
    assert ["".join(line.split()) for line in lines_of(read(ofd(leaf)))] == SENTENCES[2:5]


def test_notes_and_stamps_in_chinese_stand_behind_the_page():
    leaf = page()
    leaf.notes = [
        ('Type="Watermark"', Leaf().text(5, 10, 8, "仅供内部使用")),
        ('Type="Stamp"', Leaf().text(5, 10, 5, "同意。").text(5, 17, 5, "2031年6月9日")),
        ('Type="Stamp"', Leaf().text(5, 30, 5, "RECEIVED 1234")),
        ('Type="Stamp" Visible="false"', Leaf().text(5, 40, 5, "已撤回的批注")),
        ('Type="Path"', Leaf().box(0, 0, 20, 20)),
    ]
    raw = read(zipped(parts([leaf, page("第二页的正文在这里。")])))
    assert raw.text == f"{LINE}\n同意。\n2031年6月9日\n第二页的正文在这里。\n"
    assert [b.page for b in raw.blocks] == [1, 1, 1, 2]
    left, bottom, _, _ = raw.blocks[1].box
    assert (left, bottom) == (pytest.approx(15 * 72 / 25.4, abs=0.1), pytest.approx(267.15 * 72 / 25.4, abs=0.1))


# how parts are found


def renamed(change: Callable[[str], str]) -> dict[str, bytes]:
    return {change(name): data for name, data in parts([page(), page("第二页的正文在这里。")]).items()}


def relocated(root: str, *pages: str) -> dict[str, bytes]:
    made = parts([page(), page("第二页的正文在这里。")])
    listed = {str(n): place for n, place in enumerate(pages)}
    return made | {"OFD.xml": entry(root).encode(), "Doc_0/Document.xml": document(listed).encode()}


ABSOLUTE = "/Doc_0/Pages/Page_0/Content.xml", "/Doc_0/Pages/Page_1/Content.xml"
LOCATIONS = {
    "as the standard has it": renamed(str),
    "another case": renamed(str.upper),
    "backslashes": renamed(lambda name: name.replace("/", "\\")),
    "a folder above all": renamed(lambda name: f"通知/{name}"),
    "absolute": relocated("/Doc_0/Document.xml", *ABSOLUTE),
    "absolute below a folder": {f"a/{k}": v for k, v in relocated("/Doc_0/Document.xml", *ABSOLUTE).items()},
    "from the top, without a slash": relocated("Doc_0/Document.xml", *(place[1:] for place in ABSOLUTE)),
    "backslashes inside": relocated("Doc_0\\Document.xml", "Pages\\Page_0\\Content.xml", "Pages\\Page_1\\Content.xml"),
    "a folder left out": relocated("Document.xml", "Page_0/Content.xml", "./Page_1/Content.xml"),
    "up and down": relocated("Doc_0/../Doc_0/Document.xml", *(f"../Doc_0/.{p[6:]}" for p in ABSOLUTE)),
    "a folder too many": relocated("Doc_0/Document.xml", *(f"Root/Doc_0{place[6:]}" for place in ABSOLUTE)),
}


@pytest.mark.parametrize("members", LOCATIONS.values(), ids=LOCATIONS)
def test_parts_are_found_as_writers_name_them(members):
    raw = read(zipped(members))
    assert (raw.text, raw.flags) == (f"{LINE}\n第二页的正文在这里。\n", ())


def test_pages_come_in_the_order_of_the_document_not_of_their_names():
    made = parts([page("甲页上的第一行文字。"), page("乙页上的第一行文字。")])
    listed = {"1": "Pages/Page_1/Content.xml", "0": "Pages/Page_0/Content.xml"}
    raw = read(zipped(made | {"Doc_0/Document.xml": document(listed).encode()}))
    assert raw.text == "乙页上的第一行文字。\n甲页上的第一行文字。\n"


def test_all_documents_are_read_and_a_missing_one_is_flagged():
    made = parts([page()])
    other = {name.replace("Doc_0", "Doc_1"): data for name, data in parts([page("另一份文件的正文在此。")]).items()}
    roots = ("Doc_0/Document.xml", "Doc_7/Document_7.xml", "Doc_1/Document.xml")
    raw = read(zipped(made | other | {"OFD.xml": entry(*roots).encode()}))
    assert (raw.text, raw.flags) == (f"{LINE}\n另一份文件的正文在此。\n", ("low_text",))
    assert [b.page for b in raw.blocks] == [1, 2]


@pytest.mark.parametrize(("current", "text"), [("V2", "修改后的正文在这里。"), ("", LINE), ("V9", LINE)])
def test_the_current_version_is_read(current, text):
    made = parts([page(), page("修改后的正文在这里。")])
    made["Doc_0/Document.xml"] = document({"1": "Pages/Page_0/Content.xml"}).encode()
    made["Doc_0/Document_V2.xml"] = document({"1": "Pages/Page_1/Content.xml"}).encode()
    names = {"V1": "Doc_0/V1.xml", "V2": "Doc_0/V2.xml", "V9": "Doc_0/V9.xml"}  # there is no V9.xml
    versions = "".join(
        f'<ofd:Version ID="{k}" Index="1" Current="{str(k == current).lower()}" BaseLoc="{v}"/>'
        for k, v in names.items()
    )
    for name, root in (("V1", "Document.xml"), ("V2", "Document_V2.xml")):
        made[f"Doc_0/{name}.xml"] = f"<DocVersion><FileList/><DocRoot>{root}</DocRoot></DocVersion>".encode()
    made["OFD.xml"] = entry("Doc_0/Document.xml", versions=f"<ofd:Versions>{versions}</ofd:Versions>").encode()
    assert read(zipped(made)).text == text + "\n"


def test_a_missing_page_is_flagged_and_keeps_its_number():
    made = parts([page(), page("缺失的这一页。"), page("第三页的正文在这里。")])
    del made["Doc_0/Pages/Page_1/Content.xml"]
    raw = read(zipped(made))
    assert (raw.text, raw.flags) == (f"{LINE}\n第三页的正文在这里。\n", ("low_text",))
    assert [b.page for b in raw.blocks] == [1, 3]


def content(change: Callable[[str], str | bytes]) -> bytes:
    """An OFD of one page whose part is changed."""
    made = parts([page()])
    changed = change(made["Doc_0/Pages/Page_0/Content.xml"].decode())
    made["Doc_0/Pages/Page_0/Content.xml"] = changed if isinstance(changed, bytes) else changed.encode()
    return zipped(made)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace("UTF-8", "GB18030").encode("gb18030"),
        lambda xml: xml.replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda xml: "\ufeff" + xml,
        lambda xml: "\n " + xml,
        lambda xml: xml.replace("本办法", "\x01本办法&#x1;"),
        lambda xml: xml.replace("http://www.ofdspec.org/2016", "http://www.ofdspec.org"),
        lambda xml: xml.replace("ofd:", "").replace("xmlns:ofd", "xmlns"),
        lambda xml: xml.replace("本办法", "\n     本办法").replace("三年。", "三年。\n   "),
        lambda xml: re.sub("<ofd:Area>.*?</ofd:Area>", "", xml),
        lambda xml: xml.replace("0 0 210 297", "0 0 nan 1e999"),
        lambda xml: xml.replace("本办法", "<!-- 无关 -->本<![CDATA[办法]]>"),
    ],
    ids=[
        "GB 18030", "UTF-16", "a mark", "white space first", "controls", "another namespace", "no prefix",
        "indented", "the document's area", "no numbers", "comment and CDATA",
    ],
)  # fmt: skip
def test_parts_as_writers_write_them(change):
    assert read(content(change)) == read(ofd(page()))


# what cannot be read


def doctype(xml: str) -> str:
    return xml.replace("<ofd:Page", '<!DOCTYPE p [<!ENTITY a "甲"><!ENTITY b "&a;&a;&a;">]><ofd:Page', 1)


def encrypted_member(data: bytes) -> bytes:
    """The archive with all its members marked as encrypted."""
    return re.sub(rb"(PK\x03\x04..|PK\x01\x02....)..", lambda found: found[1] + b"\x01\x00", data, flags=re.DOTALL)


ENCRYPTIONS = b'<ofd:Encryptions xmlns:ofd="http://www.ofdspec.org/2016"><ofd:EncryptInfo ID="1"/></ofd:Encryptions>'
GOOD = ofd(*notice())
MANY = parts([page()]) | {
    "Doc_0/Document.xml": document({str(n): "Pages/Page_0/Content.xml" for n in range(2001)}).encode()
}
LONG = Leaf().text(30, 60, 5, "文" * 210_000, deltas="g 209999 0.0001")
BOMB = parts([page()]) | {"Doc_0/Pages/Page_0/Content.xml": b"<a>" + b" " * 30_000_000 + b"</a>"}
CIRCLE = {"7": Leaf().text(10, 40, 4, LINE)}
for _ in range(20):
    CIRCLE["7"].unit("7", 1, 1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 no archive", "压缩结构已损坏"),
        (GOOD[: len(GOOD) // 2], "压缩结构已损坏"),
        (GOOD.replace(GOOD[60:70], bytes(10), 1), "OFD 里的 ofd.xml 已损坏"),
        (encrypted_member(GOOD), "OFD 里的 ofd.xml 设有密码"),
        (zipped({"a.txt": b"1"}), "没有入口文件 OFD.xml"),
        (zipped(parts([page()]) | {"Encryptions.xml": ENCRYPTIONS}), "OFD 已加密"),
        (content(doctype), "content.xml 带有实体声明"),
        (content(lambda xml: doctype(xml).replace("UTF-8", "UTF-16").encode("utf-16")), "content.xml 带有实体声明"),
        (content(lambda xml: xml[:-30]), "content.xml 已损坏"),
        (content(lambda xml: ""), "content.xml 已损坏"),
        (zipped({"OFD.xml": entry("Doc_0/Document.xml").encode()}), "没有页面内容"),
        (zipped(parts([])), "没有页面内容"),
        (ofd(Leaf(), Leaf().text(100, 285, 4, "1")), "OFD 里没有文字"),
        (zipped(MANY), "超过上限 2000 页"),
        (ofd(LONG), "有一页的文字或图形超过上限（20 万）"),
        (zipped(BOMB), "疑似压缩炸弹"),
        (zipped(parts([Leaf().unit("7", 0, 0)], units=CIRCLE)), "有一页的文字或图形超过上限（20 万）"),
    ],
    ids=[
        "no archive", "truncated", "damaged", "a password", "no OFD.xml", "encrypted", "entities", "entities in UTF-16",
        "cut XML", "empty XML", "no document", "no pages", "no text", "too many pages", "too much on a page", "a bomb",
        "units in a circle",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(data, why):
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    assert why in caught.value.why
    assert caught.value.path == "某.ofd"
    assert not isinstance(caught.value, NoText)


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ("_MAX_XML", "content.xml 解压后超过上限"),
        ("_MAX_KEPT", "模板和资源描述超过"),
        ("_MAX_TOTAL", "解压后总共超过"),
        ("_MAX_MEMBERS", "里的文件超过"),
    ],
)
def test_what_is_unpacked_and_kept_has_limits(monkeypatch, limit, why):
    leaf = Leaf().lines(20, 60, 4, SENTENCES[:8], 8)
    pages = [Leaf(templates=[(name, "Background")]) for name in "234"]
    data = zipped(parts(pages, templates=dict.fromkeys("234", leaf)))
    assert read(data).text.count(SENTENCES[3]) == 3
    monkeypatch.setattr(ofd_package, limit, 5 if limit == "_MAX_MEMBERS" else 2000)
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    assert why in caught.value.why


def test_an_empty_list_of_encryptions_encrypts_nothing():
    none = b'<ofd:Encryptions xmlns:ofd="http://www.ofdspec.org/2016"/>'
    assert read(zipped(parts([page()]) | {"Encryptions.xml": none})).text == LINE + "\n"


def glyphs_only(character: str) -> Leaf:
    glyphs = "<ofd:CGTransform CodePosition='0' CodeCount='1' GlyphCount='24'><ofd:Glyphs>" + "71 " * 24
    return Leaf().text(30, 60, 5, character, deltas="g 30 5", inner=glyphs + "</ofd:Glyphs></ofd:CGTransform>")


@pytest.mark.parametrize("text", ["", "\ue123" * 24, "\ufffd" * 24, "1.1......" + "\ue123" * 12])
def test_glyphs_without_characters_are_no_text(text):
    with pytest.raises(NoText, match="只有字形，没有对应的字符"):
        read(ofd(glyphs_only(text)))
    raw = read(ofd(page(), glyphs_only(text)))
    assert (raw.text, raw.flags) == (LINE + "\n", ("low_text",))


def test_a_few_characters_of_a_private_area_are_kept():
    bullets = [f"\ue123{line}" for line in SENTENCES[2:5]]
    raw = read(ofd(Leaf().lines(20, 60, 4, bullets, 8)))
    assert ([line.split() for line in lines_of(raw)], raw.flags) == ([[line] for line in bullets], ())


# scans


def scans() -> bytes:
    pages = [
        Leaf().picture("5", 0, 0, 210, 297).picture("5", 0, 0, 210, 290),
        page().picture("6", 0, 0, 210, 297),
        Leaf().picture("8", 10, 150, 200, 290).picture("7", 10, 10, 200, 150).picture("9", 10, 10, 20, 20),
        Leaf().picture("6", 20, 20, 120, 120),
        Leaf().picture("404", 0, 0, 210, 297).text(100, 285, 4, "5"),
        Leaf(),
    ]
    pages[0].templates = [("2", "Background")]
    templates = {"2": Leaf().text(30, 280, 5, "看不见", Alpha="0")}
    return zipped(parts(pages, templates=templates, pictures={n: SCAN + n.encode() for n in "56789"}))


def test_pictures_of_pages_without_text_are_given_in_order():
    assert page_images(scans()) == [SCAN + b"5", SCAN + b"7", SCAN + b"8"]


def test_a_file_with_scanned_pages_is_flagged():
    raw = read(scans())
    assert (raw.text, raw.flags) == (f"{LINE}\n5\n", ("low_text",))


def test_a_scan_is_refused_as_one():
    scan = zipped(parts([Leaf().picture("5", 0, 0, 210, 297)], pictures={"5": SCAN}))
    with pytest.raises(NoText, match="是扫描件或图片，没有文字层。请用文字识别软件"):
        read(scan)
    assert page_images(scan) == [SCAN]
    assert page_images(ofd(page())) == []


# real files, where they are at hand


def name_of(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def naive_text(path: Path) -> Counter[str]:
    """All characters of the listed pages, their templates and units, by a cruder way: no place, no visibility."""
    with zipfile.ZipFile(path) as archive:
        members = {name.lower(): archive.read(name) for name in archive.namelist()}
    start = next(e.text for e in ET.fromstring(members["ofd.xml"]).iter() if name_of(e) == "DocRoot")
    assert start is not None
    folder = start.lower().rpartition("/")[0]
    listed = [e for e in ET.fromstring(members[start.lower()]).iter() if "BaseLoc" in e.attrib]
    places = {e.attrib["ID"]: ET.fromstring(members[f"{folder}/{e.attrib['BaseLoc'].lower()}"]) for e in listed}
    resources = members.get(f"{folder}/documentres.xml", b"<none/>")
    units = {e.get("ID"): e for e in ET.fromstring(resources).iter() if name_of(e) == "CompositeGraphicUnit"}

    def said(element: ET.Element) -> str:
        out = ""
        for e in element.iter():
            if name_of(e) == "TextCode":
                out += e.text or ""
            elif name_of(e) == "Template":
                out += said(places[e.attrib["TemplateID"]])
            elif name_of(e) == "CompositeObject":
                out += said(units[e.get("ResourceID")])
        return out

    return Counter("".join("".join(said(places[e.attrib["ID"]]) for e in listed if name_of(e) == "Page").split()))


NO_TEXT = {"containsJPEG", "ano"}  # a photograph a page; text in glyphs without characters
# Characters that are on no page to be seen: below its edge, and there or slanted across it.
OFF_PAGE = {"20240531141733": 2, "keyword": 102}
NOTED = {"signout": 6}  # in an annotation


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[:-7])
@pytest.mark.skipif(not REAL, reason="../shared (real files) is not present")
def test_real_files_give_the_characters_of_their_pages(path: Path, shared: Path):
    name = path.stem[:-7]
    if name in NO_TEXT:
        with pytest.raises(NoText):
            read_ofd(path.read_bytes(), path.name)
        return
    raw = read_ofd(path.read_bytes(), path.name)
    texts = [cell for b in raw.blocks for cell in dict.fromkeys(b.cells)]
    texts += [raw.text[b.start : b.end] for b in raw.blocks if not b.cells]
    found, naive = Counter("".join("".join(texts).split())), naive_text(path)
    assert ((naive - found).total(), (found - naive).total()) == (OFF_PAGE.get(name, 0), NOTED.get(name, 0))
