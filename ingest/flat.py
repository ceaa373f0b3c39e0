"""Paragraphs of a text that lost its line breaks: split at the spaces and headings that are left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.mapped import Mapped
from ingest.outline import find_headings

_LONG = 200
_SPACE = re.compile(r"[ \u00a0\u3000\t]+")
_STRUCTURAL = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．](?!\d)|"
    r"第[一二三四五六七八九十百]{1,5}[编章节条]|附件|备注|[（(]此件|抄送)"
)
_STOPS = "。？！：；:;"
_ALONE = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．])?[^。？！；，;,]{2,60}"
)
_ALONE_END = re.compile(
    r"(?:[）)]|年|月|日|政府|办公[厅室]|委员会|[部厅局委办院署行]|通知|公告|通告|意见|办法|细则|规定|条例|方案|计划|规划|措施|批复|函|附件)$"
)
_ISSUED_NOTE = re.compile(r"[（(]此件[^（）()]{2,20}[）)]")
_CITED = re.compile(r"《([^《》\n]{6,80})》|(?:印发|转发|发布|公布)([^《》，。\n]{6,80}?)的(?:通知|公告|通告)")
_TAIL_DATE = re.compile(
    r"(?<=[。：；！）)])(?P<name>[\u4e00-\u9fff（）()·\s]{4,200}?)"
    r"(?P<date>(?:\d{4}|[二一][〇○零Ｏ一二三四五六七八九]{3})年\s*[\d一二三四五六七八九十]{1,3}月\s*[\d一二三四五六七八九十]{1,3}日)"
    r"(?=$|[（(]|[\u4e00-\u9fff])"
)
_ISSUER_END = re.compile(r"(?:委员会|人民政府|办公[厅室]|[部厅局委办会院署行社团]|公司|中心|总工会|小组|指挥部)\s*$")


def cited_titles(text: str) -> tuple[str, ...]:
    """Titles that the head of a text cites: one of them may be the title of the document attached below."""
    return tuple(dict.fromkeys(m[1] or m[2] for m in _CITED.finditer(text[:3000])))


def split_flat(content: Mapped, titles: Sequence[str] = ()) -> list[Mapped]:
    """A long paragraph in pieces at its lost line breaks; a short one as it is. ``titles`` may stand as lines in it."""
    if len(content) < _LONG:
        return [content]
    cuts = set(_space_cuts(content.text))
    cuts.update(_title_cuts(content.text, titles))
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
        headed = _STRUCTURAL.match(before) and not re.match(r"第.{1,5}[编章节条]", before)
        alone = _ALONE.fullmatch(before) and (headed or _ALONE_END.search(before))
        if before[-1] in _STOPS or alone or _STRUCTURAL.match(text, gap.end()):
            cuts.append(gap.end())
            start = gap.end()
    return cuts


def _title_cuts(text: str, titles: Sequence[str]) -> list[int]:
    """Around the title of an attached document that runs on behind the date or （此件公开发布） of its notice."""
    cuts: list[int] = []
    for note in _ISSUED_NOTE.finditer(text):
        cuts += [note.start(), note.end()]
    for title in titles:
        at = text.find(title)
        while at >= 0:
            if at and text[at - 1] in "日）) " and not text.startswith("》", at + len(title)):
                cuts += [at, at + len(title)]
            at = text.find(title, at + len(title))
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
