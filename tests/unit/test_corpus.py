"""The digests of the five seeds in corpus/ say what they are, and say nothing their sources do not."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus" / "摘要" / "孵化器"
SEEDS = ROOT.parent / "shared" / "seeds"
NO_SEEDS = "../shared is not beside the project"
needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=NO_SEEDS)

_BINJIANG_LONGQUAN = "000_2cc1d4656a5eb297.txt"
_CLUSTERS_NEWS = "001_9a83babd85fb013e.txt"
_LUCHENG_PLAN = "002_2c232a9917e77a90.txt"
_WENZHOU_REPLY = "003_ae63d19f3d94e930.txt"
_INCUBATOR_NEWS = "004_a11267c35cce99ef.txt"
SOURCES = {
    "01-鹿城百千万计划总览.md": _LUCHENG_PLAN,
    "02-鹿城百千万计划目标指标表.md": _LUCHENG_PLAN,
    "03-鹿城孵化空间与产业任务分工.md": _LUCHENG_PLAN,
    "04-温州答复692号建议要点.md": _WENZHOU_REPLY,
    "05-杭州滨江孵化器2022年数据.md": _BINJIANG_LONGQUAN,
    "06-工信部推进孵化器四方面举措.md": _INCUBATOR_NEWS,
    "07-安徽建设顶尖孵化器.md": _INCUBATOR_NEWS,
    "08-鹿城人才任务分工.html": _LUCHENG_PLAN,
    "09-鹿城服务金融与新模式分工.html": _LUCHENG_PLAN,
    "10-九部门数字人才行动方案报道.html": _CLUSTERS_NEWS,
    "11-多地孵化器集群比较.html": _CLUSTERS_NEWS,
    "12-北京10号线青创村.html": _INCUBATOR_NEWS,
    "13-鹿城计划名词解释.docx": _LUCHENG_PLAN,
    "14-杭州滨江孵化器对策建议.docx": _BINJIANG_LONGQUAN,
    "15-龙泉汽车零部件产业建议.docx": _BINJIANG_LONGQUAN,
    "16-齐齐哈尔高新区孵化经验.docx": _CLUSTERS_NEWS,
    "17-武汉岱家山数字化转型服务中心.docx": _CLUSTERS_NEWS,
}
LABELS = ("类型", "原文标题", "原文文号", "原文日期", "原文发布机关", "地区", "整理日期")
DECLARATION = "声明：本文是为知策项目编写的摘要，不能代替原文，办理以原文为准。"

# Names that can only be written as the source writes them; they do not count as copied sentences.
NAMES = (
    "工业和信息化部火炬高技术产业开发中心主任",
    "加快数字人才培育支撑数字经济发展行动方案",
    "岱家山科创城中小企业数字化转型服务中心",
)
MAX_SHARED_RUN = 15

_UNITS = "万亿多余个家人项件场名所条种年月日次套元倍米平方号期"
_FIGURE = re.compile(rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日|\d{{4}}-\d\d-\d\d|\d+/\d+|\d+(?:\.\d+)?(?:%|[{_UNITS}]+)?")
_DOC_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,6}〔\d{4}〕\d+号")
_BLOCKS = {"p", "h1", "h2", "h3", "li", "tr", "title", "table"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class _Page(HTMLParser):
    """Collects the text of a page, a line a block and a tab a cell, and its ArticleTitle."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.article_title: str | None = None
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag == "meta" and values.get("name") == "ArticleTitle":
            self.article_title = values.get("content")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("\t")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(data)


def read_page(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def docx_paragraphs(path: Path) -> list[tuple[str, str]]:
    """(style id, text) of every paragraph of a .docx, those in table cells included."""
    with zipfile.ZipFile(path) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    found = []
    for paragraph in body.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        text = "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))
        found.append(("" if style is None else style.get(f"{_W}val", ""), text))
    return found


def read_text(path: Path) -> str:
    """The words of a corpus document, a line a paragraph."""
    if path.suffix == ".html":
        return "".join(read_page(path).parts)
    if path.suffix == ".docx":
        return "\n".join(text for _, text in docx_paragraphs(path))
    return path.read_text(encoding="utf-8")


def labels(path: Path) -> dict[str, str]:
    """The labels on the face of a document: front matter, table, or lines under the title."""
    pattern = r"^(\S+?)\t(.+?)\t?$" if path.suffix == ".html" else r"^(\S+?)(?:：|: )(.+)$"
    found = re.findall(pattern, read_text(path), flags=re.MULTILINE)
    return {name: value for name, value in found if name in (*LABELS, "标题")}


def squash(text: str) -> str:
    return re.sub(r"\s", "", text)


def stated(figure: str, source: str) -> bool:
    """Whether a figure stands in the squashed source as a whole number."""
    tail = r"(?!\d)" if figure[-1].isdigit() else ""
    return re.search(rf"(?<![\d.]){re.escape(figure)}{tail}", source) is not None


def unsupported(text: str, source: str) -> list[str]:
    """The figures, dates and 文号 of a document that its squashed source does not hold."""
    kept = [line for line in text.splitlines() if not line.startswith("整理日期")]
    words = squash("\n".join(re.sub(r"^\d+\.(?!\d)", "", line) for line in kept))
    known = tuple(_DOC_NUMBER.findall(source))
    numbers = [n for n in _DOC_NUMBER.findall(words) if not n.endswith(known)]
    return numbers + [figure for figure in _FIGURE.findall(words) if not stated(figure, source)]


def shared_runs(text: str, source: str) -> list[str]:
    """Runs of more than MAX_SHARED_RUN Han characters that stand in both, names left out."""
    for name in NAMES:
        text = text.replace(name, "|")
    size = MAX_SHARED_RUN + 1
    han = re.findall(rf"[\u4e00-\u9fff]{{{size},}}", text)
    return [run[i : i + size] for run in han for i in range(len(run) - size + 1) if run[i : i + size] in source]


def seed_of(name: str) -> str:
    return squash((SEEDS / SOURCES[name]).read_text(encoding="utf-8"))


def assigned(text: str) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The (lead units, other units) of each line of a digest that names units."""
    found = []
    for line in text.splitlines():
        match = re.search(r"牵头单位：(.+?)。(?:其他责任单位：(.+?)。)?|^责任单位：(.+?)(?:（也|。)", line)
        if match:
            lead, others, together = (frozenset(g.split("、")) if g else frozenset() for g in match.groups())
            found.append((lead, others | together))
    return found


def seed_assignments(source: str) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The same pairs from the parentheses of the plan, whose leads carry a star."""
    found = []
    for listed in re.findall(r"\(责任单位:(.+?)(?:,标\*.*?)?\)", source):
        units = [re.sub(r"<(.+?)>", r"（\1）", unit) for unit in listed.split("、")]
        lead = frozenset(unit[1:] for unit in units if unit.startswith("*"))
        found.append((lead, frozenset(unit for unit in units if not unit.startswith("*"))))
    return found


def test_the_folder_holds_the_listed_documents_in_three_formats() -> None:
    documents = {p.name for p in CORPUS.iterdir()}
    assert documents == set(SOURCES)
    suffixes = [Path(name).suffix for name in SOURCES]
    assert {s: suffixes.count(s) for s in set(suffixes)} == {".md": 7, ".html": 5, ".docx": 5}


@pytest.mark.parametrize("name", SOURCES)
def test_each_document_says_on_its_face_that_it_is_a_digest(name: str) -> None:
    path = CORPUS / name
    found = labels(path)
    assert [label for label in LABELS if not found.get(label)] == []
    assert found["类型"] == "摘要"
    assert found["整理日期"] == "2026-11-22"
    head = read_text(path)[:700]
    assert DECLARATION in head
    assert re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日|未载明.*", found["原文日期"])
    assert found["原文文号"] == "无" or _DOC_NUMBER.fullmatch(found["原文文号"])


@pytest.mark.parametrize("name", [n for n in SOURCES if n.endswith(".md")])
def test_markdown_title_is_its_heading(name: str) -> None:
    lines = read_text(CORPUS / name).splitlines()
    assert lines[0] == "---"
    assert [line[2:] for line in lines if line.startswith("# ")] == [labels(CORPUS / name)["标题"]]


@pytest.mark.parametrize("name", [n for n in SOURCES if n.endswith(".html")])
def test_html_title_stands_in_meta_heading_and_table(name: str) -> None:
    page = read_page(CORPUS / name)
    title = labels(CORPUS / name)["标题"]
    assert page.article_title == title
    assert "".join(page.parts).split("\n").count(title) == 2  # <title> and <h1>
    assert not {"script", "style", "link", "img", "iframe"} & set(page.tags)


@pytest.mark.parametrize("name", [n for n in SOURCES if n.endswith(".docx")])
def test_docx_has_a_title_and_headings_by_style(name: str) -> None:
    paragraphs = docx_paragraphs(CORPUS / name)
    assert paragraphs[0][0] == "Title"
    assert sum(style == "Title" for style, _ in paragraphs) == 1
    top = [text for style, text in paragraphs if style == "Heading1"]
    assert [text[0] for text in top] == list("一二三四五六")[: len(top)]
    assert len(top) >= 3


@needs_seeds
@pytest.mark.parametrize("name", SOURCES)
def test_every_figure_date_and_number_stands_in_the_source(name: str) -> None:
    assert unsupported(read_text(CORPUS / name), seed_of(name)) == []


@needs_seeds
@pytest.mark.parametrize("name", SOURCES)
def test_sentences_are_our_own(name: str) -> None:
    assert shared_runs(read_text(CORPUS / name), seed_of(name)) == []


@needs_seeds
@pytest.mark.parametrize(
    ("name", "count"),
    [("03-鹿城孵化空间与产业任务分工.md", 8), ("08-鹿城人才任务分工.html", 4), ("09-鹿城服务金融与新模式分工.html", 6)],
)
def test_units_lead_and_take_part_as_in_the_source(name: str, count: int) -> None:
    ours = assigned(read_text(CORPUS / name))
    known = seed_assignments(seed_of(name))
    assert len(ours) == count
    assert [pair for pair in ours if pair not in known] == []


def test_a_wrong_figure_is_noticed() -> None:
    source = squash("到 2027年，新增孵化空间 1600 平方米，投资13.9 亿元。某政办〔2025〕3号")
    assert unsupported("2027年新增1600平方米，13.9亿元，某政办〔2025〕3号", source) == []
    assert unsupported("2027年新增160平方米", source) == ["160平方米"]
    assert unsupported("3.9亿元", source) == ["3.9亿元"]
    assert unsupported("某政办〔2025〕4号", source) == ["某政办〔2025〕4号", "4号"]
    assert unsupported("1. 没有数字", source) == []


def test_a_copied_sentence_is_noticed() -> None:
    sentence = "本市各有关部门应当按照职责分工抓好落实"
    windows = [sentence[i : i + 16] for i in range(len(sentence) - 15)]
    assert shared_runs(f"其中{sentence}。", f"各地要求{sentence}工作") == windows
    assert shared_runs("本市各部门要抓好落实", sentence) == []


def test_a_wrong_unit_would_differ() -> None:
    led = "牵头单位：甲局、乙委（丙办）。其他责任单位：丁局。"
    alone = "责任单位：戊局（也就是己局）。"
    together = "责任单位：庚、辛。无。"
    plan = "一(责任单位:*甲局、*乙委<丙办>、丁局,标*的为牵头单位)二(责任单位:戊局)三(责任单位:庚、辛)"
    source = seed_assignments(plan)
    assert assigned(f"{led}\n{alone}\n{together}") == source
    assert assigned("牵头单位：甲局。其他责任单位：丁局。")[0] not in source
