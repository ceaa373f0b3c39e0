"""All documents of corpus/: each says on its face what it is, holds no fact its source lacks and no sentence of others.

``eval/data/zhengce_qa/manifest.json`` names for each file its family, a digest's source and its part in the family.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

import pytest

from ingest.raw import BlockKind, RawDocument
from ingest.readers import read
from tests.unit.test_corpus import DECLARATION, LABELS, ROOT, needs_seeds, shared_runs, squash, unsupported

CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"
MANIFEST = json.loads((ROOT / "eval" / "data" / "zhengce_qa" / "manifest.json").read_text("utf-8"))
DIGESTS = sorted(name for name, entry in MANIFEST.items() if "source" in entry)
INVENTED = sorted(name for name, entry in MANIFEST.items() if entry.get("invented"))
LARGEST = 600_000  # bytes
LONGEST_SHARED = 20  # Han characters in a row that an invented document may share with a real one
# Names of bodies, systems and activities that can only be written as the source writes them.
NAMES = (
    "广州市第一一三中学校陶育实验学校初中部",
    "天河区港澳青年之家离岸孵化服务中心",
    "天河区支持港澳台青年来穗创新创业专项小组",
    "中国南方人才市场管理委员会办公室",
    "广州市天河区来穗人员随迁子女积分制入学申请系统",
    "河北省人力资源和社会保障厅",
    "国家税务总局河北省税务局",
    "人力资源社会保障部办公厅",
    "中共河北省委网络安全和信息化委员会办公室",
    "普通高校应届毕业生身份核验接口",
    "高校毕业生等青年就业服务攻坚行动",
    "福建省住房公积金综合管理信息系统",
    "河北省县域科技创新跃升计划奖励资金实施细则",
)
_DAY = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)")
_TITLE = re.compile(r"《([^《》]*(?:〈[^〈〉]*〉[^《》]*)*)》")


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@cache
def raw(name: str) -> RawDocument:
    return read(CORPUS / name)


def words(name: str) -> str:
    """A document as read, a block a line; of a page also its labels and what stands around its text."""
    if name.endswith(".md"):
        return (CORPUS / name).read_text("utf-8")
    document = raw(name)
    page = [*document.meta.values(), document.outside] if name.endswith(".html") else []
    return "\n".join(
        [*page, *(document.text[b.start : b.end] for b in document.blocks if b.kind is not BlockKind.HEADER)]
    )


@lru_cache(maxsize=1)
def real_documents() -> dict[str, str]:
    """The official texts of the shared data by id, every field of them."""
    with gzip.open(SHARED / "data" / "gov_corpus" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["_id"]: "\n|\n".join(value for value in row.values() if isinstance(value, str)) for row in rows}


def source_of(name: str) -> str:
    """All a digest's source says, squashed, its dates in every form."""
    source = MANIFEST[name]["source"]
    if source.startswith("gov_corpus:"):
        text = real_documents()[source.removeprefix("gov_corpus:")]
    elif source.endswith(".txt"):
        text = (SHARED / source).read_text("utf-8")
    else:
        (path,) = (SHARED / source).parent.glob(f"{(SHARED / source).stem}*")
        page = read(path)
        text = "\n|\n".join([*(f"{k}: {v}" for k, v in page.meta.items()), page.text, page.outside])
    text = re.sub(r"(?<![\d.])(\d{1,2})\.\s+(?=\d)", r"\1、", fold(text))  # "1. 18岁" is not 1.18
    days = [(y, int(m), int(d)) for y, m, d in _DAY.findall(text)]
    forms = (f"{y}年{m}月{d}日 {y}年{m:02}月{d:02}日 {y}-{m:02}-{d:02}" for y, m, d in days)
    return squash(text) + " " + " ".join(forms)


def bare(text: str, source: str) -> str:
    """A digest without its names: titles the source has too, bodies, and the lines that name the source."""
    for name in NAMES:
        broken = r"\n?".join(map(re.escape, fold(name)))  # a PDF breaks names over lines
        text = re.sub(broken, "|", text)
    text = _TITLE.sub(lambda m: "《|》" if squash(m[1]) in source else m[0], text)
    return re.sub(r"^.{0,6}原文(?:标题|发布机关|日期|文号)?\s*[:|].*$", "|", text, flags=re.MULTILINE)


def test_the_manifest_lists_every_file() -> None:
    files = {p.relative_to(CORPUS).as_posix() for p in CORPUS.rglob("*") if p.is_file()} - {"README.md"}
    assert files == set(MANIFEST)
    assert len(DIGESTS) + len(INVENTED) == len(MANIFEST) >= 80
    formats = Counter(Path(name).suffix for name in MANIFEST)
    assert set(formats) == {".md", ".txt", ".html", ".docx", ".pdf", ".ofd", ".xlsx", ".csv", ".png"}
    assert all((CORPUS / name).stat().st_size <= LARGEST for name in MANIFEST)


@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_says_so_and_names_its_source(name: str) -> None:
    head = squash(fold(words(name)))[:1200]
    assert squash(fold(DECLARATION)) in head
    assert [label for label in LABELS if label not in head] == []


@pytest.mark.parametrize("name", INVENTED)
def test_an_invented_document_says_so_on_its_face(name: str) -> None:
    assert "知策项目虚构示例" in squash(words(name))
    assert re.search(r"(?:云溪|临澜)市为虚构城市", squash(words(name)))


@needs_seeds
@pytest.mark.parametrize("name", DIGESTS)
def test_every_figure_date_and_number_of_a_digest_stands_in_its_source(name: str) -> None:
    dated = re.sub(r"整理日期.{0,3}2026-1\d-\d\d", "", fold(words(name)))
    counted = re.sub(r"^\s*\d{1,2}[.、](?!\d+%)", "", re.sub(r"https?://[\x21-\x7e]+", "", dated), flags=re.MULTILINE)
    assert unsupported(counted.replace("\n", "|\n"), source_of(name)) == []


@needs_seeds
@pytest.mark.parametrize("name", DIGESTS)
def test_sentences_of_a_digest_are_our_own(name: str) -> None:
    source = source_of(name)
    assert shared_runs(bare(fold(words(name)), source), source) == []


@needs_seeds
def test_invented_documents_share_no_sentence_with_real_ones() -> None:
    grams: dict[str, str] = {}
    for name in INVENTED:
        for run in re.findall(rf"[\u4e00-\u9fff]{{{LONGEST_SHARED},}}", squash(words(name))):
            grams.update((run[i : i + LONGEST_SHARED], name) for i in range(len(run) - LONGEST_SHARED + 1))
    found: set[tuple[str, str]] = set()
    for text in real_documents().values():
        for run in re.findall(rf"[\u4e00-\u9fff]{{{LONGEST_SHARED},}}", squash(text)):
            pieces = (run[i : i + LONGEST_SHARED] for i in range(len(run) - LONGEST_SHARED + 1))
            found.update((grams[piece], piece) for piece in pieces if piece in grams)
    # The name of a body and of the document's subject, one behind the other.
    assert {piece for _, piece in found if "住房公积金管理中心关于优化住房公积金贷" not in piece} == set()
