"""The readers on real files of governments, where they are at hand: all sentences, and nothing but the document."""

import re
from pathlib import Path

import pytest

from ingest.raw import BlockKind
from ingest.readers import read

GOV_RAW = Path(__file__).parents[2].parent / "shared" / "data" / "gov_raw"
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not GOV_RAW.is_dir(), reason="../shared (real files) is not present")

PAGES = sorted((GOV_RAW / "html").glob("*.html")) if GOV_RAW.is_dir() else []
FURNITURE = re.compile(
    r"当前位置|所在位置|网站地图|版权所有|ICP备|公网安备|扫一扫在手机字体[:：]|打印本页|关闭窗口|无障碍浏览|分享到|主办单位|网站标识码"
)


def squash(text: str) -> str:
    return "".join(text.replace("|", "").split())


def sentences(page: str) -> set[str]:
    """The ends of a page's long sentences by a cruder way: tags out, cut at full stops.

    Only the ends: a copy for printing has the headline glued to its first sentence.
    """
    import html

    page = re.sub(r"(?is)<(script|style|head|noscript)\b.*?</\1>|<!--.*?-->", " ", page)
    page = re.sub(r"(?i)<(?:/?(?:p|div|td|tr|li|h\d|table|ul)|br)\b[^<>]*>", "\n", page)
    lines = squash_lines(html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", page)))
    return {s[-10:] for line in lines for s in re.findall(r"[^。]{24,}。", line)}


def squash_lines(text: str) -> list[str]:
    return ["".join(line.replace("|", "").split()) for line in text.split("\n")]


@pytest.mark.parametrize("path", PAGES, ids=[p.name[:24] for p in PAGES])
def test_a_page_gives_its_sentences_and_no_furniture(path: Path):
    raw = read(path)
    text = squash(raw.text)
    assert {s for s in sentences(path.read_text("utf-8")) if s not in text} == set()
    lines = [raw.text[b.start : b.end] for b in raw.blocks]
    assert [line for line in lines if FURNITURE.search(line)] == []


def test_what_pages_state_is_in_meta():
    metas = {p.name: read(p).meta for p in PAGES}
    central = [m for name, m in metas.items() if name.startswith("govcn")]
    assert len(central) == 34
    assert all(
        {"索引号", "主题分类", "发文机关", "成文日期", "标题", "发文字号", "发布日期"} <= m.keys() for m in central
    )
    others = [m for name, m in metas.items() if not name.startswith("govcn") and "element3" not in name]
    assert all({"ArticleTitle", "PubDate", "ContentSource"} <= m.keys() for m in others)


@pytest.mark.parametrize("path", sorted((GOV_RAW / "pdf").glob("*.pdf")), ids=lambda p: p.stem[-6:])
def test_a_pdf_gives_the_text_of_its_pages_in_order(path: Path):
    import pypdfium2

    raw = read(path)
    document = pypdfium2.PdfDocument(path)
    for number, page in enumerate(document, 1):
        whole = squash(page.get_textpage().get_text_range())
        lines = [squash(raw.text[b.start : b.end]) for b in raw.blocks if b.page == number and b.kind is BlockKind.LINE]
        assert all(line in whole for line in lines)
        heads = [
            squash(raw.text[b.start : b.end]) for b in raw.blocks if b.page == number and b.kind is BlockKind.HEADER
        ]
        assert len(heads) == 2
        assert sum(map(len, lines)) + sum(map(len, heads)) == len(whole)
    assert "电力市场" in raw.text or "信用状况" in raw.text


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda p: p.stem[:3])
def test_a_seed_is_kept_character_by_character(path: Path):
    raw = read(path)
    text = path.read_text("utf-8")
    assert raw.text == text
    assert [raw.text[b.start : b.end] for b in raw.blocks] == [line for line in text.split("\n") if line.strip()]
