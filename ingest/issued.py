"""A notice that issues a plan, and the plan below it: two documents in one file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.articles import Article
from ingest.clean import Paragraph, Role
from ingest.header import is_date_line, looks_like_title
from ingest.mapped import concat

_ISSUES = re.compile(r"(?:印发|转发|下发|发布|公布|颁布)(?:给?你们|如下|施行|实施)?|予以(?:公布|印发|发布)")
_ISSUED_TITLE = re.compile(r"(?:印发|转发|发布|公布)(?:《(?P<quoted>.+)》|(?P<plain>.+?))的(?:通知|公告|通告|决定|函)")
_PLAN_END = re.compile(
    r"(?:计划|方案|办法|意见|规定|细则|措施|规划|纲要|条例|章程|指南|标准|规范|制度|规则|要点|准则|规程|政策|清单|目录|指引|十条|条措施)"
    r"(?:[（(][^（）()]{1,30}[）)])*$"
)
_HEADED = re.compile(r"[（(]?此件|附件\s*\d{0,2}\s*[:：]?$")
_NOT_TEXT = re.compile(r"[\s《》〈〉<>“”\"'‘’（）()—\-－–·,，、:：]")


def split_issued(paragraphs: Sequence[Paragraph]) -> tuple[Article, ...]:
    """The notice and the documents it issues, or the one document there is."""
    paragraphs = _with_joined_titles(paragraphs)
    whole = Article(tuple(paragraphs))
    starts = _starts(paragraphs)
    if not starts:
        return (whole,)
    bounds = [*starts, len(paragraphs)]
    parts = [_attached(paragraphs[a:b]) for a, b in zip(bounds, bounds[1:], strict=False)]
    return (Article(tuple(paragraphs[: starts[0]])), *parts)


def _with_joined_titles(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Titles of issued documents that are set over two or three lines put together."""
    named = _named(_head(paragraphs))
    found: list[Paragraph] = []
    i = 0
    while i < len(paragraphs):
        lines = 1
        for count in (2, 3):
            group = paragraphs[i : i + count]
            short = len(group) == count and all(len(p.text) <= 60 and p.role is not Role.ROW for p in group)
            if short and _bare("".join(p.text for p in group)) in named:
                lines = count
        group = paragraphs[i : i + lines]
        content = concat([p.content for p in group])
        found.append(replace(group[0], content=content) if lines > 1 else group[0])
        i += lines
    return found


def _head(paragraphs: Sequence[Paragraph]) -> str:
    return "\n".join(p.text for p in paragraphs[:30])[:4000]


def _attached(paragraphs: Sequence[Paragraph]) -> Article:
    return Article(tuple(paragraphs), title=paragraphs[0].text.strip(), parent=0)


def _starts(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Indices of the titles of issued documents: below the notice's date, and named by the notice."""
    head = _head(paragraphs)
    if not _ISSUES.search(head):
        return []
    named = _named(head)
    signed = next(
        (i for i, p in enumerate(paragraphs[:60]) if i >= 1 and is_date_line(p.text)),
        None,
    )
    starts: list[int] = []
    for i in range(1, len(paragraphs)):
        p = paragraphs[i]
        if p.role in {Role.ROW, Role.LABEL} or not _PLAN_END.search(p.text.strip()) or len(p.text) > 100:
            continue
        if not looks_like_title(p.text) or not _follows(paragraphs, i, signed):
            continue
        if _bare(p.text) in named or (not named and not starts and signed is not None and i <= signed + 3):
            named.discard(_bare(p.text))
            starts.append(i)
    return starts if starts and len("".join(p.text for p in paragraphs[: starts[0]])) >= 20 else []


def _named(head: str) -> set[str]:
    """The bare titles that the notice says it issues."""
    named = {_bare(m.group(1)) for m in re.finditer(r"《((?:[^《》\n]|《[^《》\n]*》){2,120})》", head)}
    for match in _ISSUED_TITLE.finditer(head):
        named.add(_bare(match["quoted"] or match["plain"] or ""))
    return {n for n in named if len(n) >= 4}


def _bare(title: str) -> str:
    return _NOT_TEXT.sub("", title)


def _follows(paragraphs: Sequence[Paragraph], at: int, signed: int | None) -> bool:
    """Whether a title stands below the notice's date or behind a line like 附件 or （此件公开发布）."""
    if signed is not None and at > signed:
        return True
    above = paragraphs[at - 1].text.strip()
    return bool(_HEADED.match(above)) and len(above) <= 20
