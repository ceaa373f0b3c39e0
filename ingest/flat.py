"""Paragraphs of a text that lost its line breaks: split at the spaces and headings that are left."""

from __future__ import annotations

import re

from ingest.mapped import Mapped
from ingest.outline import find_headings

_LONG = 200
_SPACE = re.compile(r"[ \u00a0\u3000\t]+")
_STRUCTURAL = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．](?!\d)|"
    r"第[一二三四五六七八九十百]{1,5}[编章节条]|附件|备注|[（(]此件|抄送)"
)
_STOPS = "。？！：；:;"
_ALONE = re.compile(r"[^。？！；，;,]{2,60}")
_TAIL_DATE = re.compile(
    r"(?<=[。：；！])(?P<name>[\u4e00-\u9fff（）()·\s]{4,200}?)"
    r"(?P<date>(?:\d{4}|[二一][〇○零Ｏ一二三四五六七八九]{3})年\s*[\d一二三四五六七八九十]{1,3}月\s*[\d一二三四五六七八九十]{1,3}日)"
    r"(?=$|[（(]|[\u4e00-\u9fff])"
)
_ISSUER_END = re.compile(r"(?:委员会|人民政府|办公[厅室]|[部厅局委办会院署行社团]|公司|中心|总工会|小组|指挥部)\s*$")


def split_flat(content: Mapped) -> list[Mapped]:
    """A long paragraph in pieces at its lost line breaks; a short one as it is."""
    if len(content) < _LONG:
        return [content]
    cuts = set(_space_cuts(content.text))
    cuts.update(_heading_cuts(content.text))
    cuts.update(_signature_cuts(content.text))
    ordered = sorted(c for c in cuts if 0 < c < len(content))
    bounds = [0, *ordered, len(content)]
    pieces = [content.slice(a, b).strip() for a, b in zip(bounds, bounds[1:], strict=False)]
    return [p for p in pieces if p.text]


def _space_cuts(text: str) -> list[int]:
    """Spaces that were line breaks: behind a stop, behind a short line by itself, or before an ordinal."""
    cuts: list[int] = []
    start = 0
    for gap in _SPACE.finditer(text):
        before = text[start : gap.start()]
        if not before:
            continue
        alone = len(before) <= 60 and _ALONE.fullmatch(before) and not before.endswith(("、", "“"))
        if before[-1] in _STOPS or alone or _STRUCTURAL.match(text, gap.end()):
            cuts.append(gap.end())
            start = gap.end()
    return cuts


def _heading_cuts(text: str) -> list[int]:
    return [h.start for h in find_headings(text) if h.style != "run"]


def _signature_cuts(text: str) -> list[int]:
    """Before the issuer's name, between it and the date, and behind the date, where all run on."""
    cuts: list[int] = []
    for match in _TAIL_DATE.finditer(text):
        if _ISSUER_END.search(match["name"]):
            cuts += [match.start("name"), match.start("date"), match.end("date")]
    return cuts
