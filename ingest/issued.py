"""A notice that issues a plan, and the plan below it: two documents in one file."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from ingest.articles import Article
from ingest.lines import is_date_line, is_title_suffix, looks_like_title
from ingest.mapped import concat
from ingest.paragraphs import Paragraph, Role
from ingest.titles import with_whole_title

_ISSUES = re.compile(r"印发|转发|下发|发布|公布|颁布|征求.{0,12}意见")
_ISSUED_TITLE = re.compile(r"(?:印发|转发|发布|公布)(?:《(?P<quoted>.+)》|(?P<plain>.+?))的(?:通知|公告|通告|决定|函)")
_PLAN_END = re.compile(
    r"(?:计划|方案|办法|意见|规定|细则|措施|规划|纲要|条例|章程|指南|标准|规范|制度|规则|要点|准则|规程|政策|清单|目录|指引|决定|"
    r"[一二三四五六七八九十]条)(?:[（(][^（）()]{1,30}[）)])*$"
)
_HEADED = re.compile(r"[（(]?此件|附\s*件\s*\d{0,2}\s*[:：]?$")
_ANNEX = re.compile(r"附\s*件\s*[\d一二三四五六七八九十]{0,2}\s*[:：]?\s*")
_BEGINS = re.compile(r"[\s　]*(?:第[一1][编章节条]|[一1][、.．]|[（(]|总\s*则|为)")
_NOT_TEXT = re.compile(r"[\s《》〈〉<>“”\"'‘’（）()—\-－–·,，、:：]")


def split_issued(paragraphs: Sequence[Paragraph]) -> tuple[Article, ...]:
    """The notice and the documents it issues, or the one document there is."""
    paragraphs = _with_joined_titles(with_whole_title(paragraphs))
    whole = Article(tuple(paragraphs))
    titles = _starts(paragraphs)
    if not titles:
        return (whole,)
    starts = [_headed(paragraphs, i) for i in titles]
    bounds = [*starts[1:], len(paragraphs)]
    parts = [_attached(paragraphs[a:b], t - a) for a, b, t in zip(starts, bounds, titles, strict=True)]
    return (Article(tuple(paragraphs[: starts[0]])), *parts)


def _headed(paragraphs: Sequence[Paragraph], title: int) -> int:
    """Where an attached document begins: at its title, or at the line 附件 right above it."""
    return title - 1 if _ANNEX.fullmatch(paragraphs[title - 1].text.strip()) else title


def _with_joined_titles(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Titles of issued documents that are set over several lines put together, with （试行） on a line below."""
    named = _named(_head(paragraphs))
    found: list[Paragraph] = []
    i = 0
    while i < len(paragraphs):
        lines = max((n for n in (1, 2, 3) if _is_named(paragraphs[i : i + n], n, named)), default=0)
        while lines and i + lines < len(paragraphs) and is_title_suffix(paragraphs[i + lines].text):
            lines += 1
        group = paragraphs[i : i + max(lines, 1)]
        found.append(replace(group[0], content=concat([p.content for p in group])) if lines > 1 else group[0])
        i += len(group)
    return found


def _is_named(group: Sequence[Paragraph], lines: int, named: Set[str]) -> bool:
    short = len(group) == lines and all(len(p.text) <= 60 and p.role is not Role.ROW for p in group)
    return short and _bare("".join(p.text for p in group)) in named


def _head(paragraphs: Sequence[Paragraph]) -> str:
    return "\n".join(p.text for p in paragraphs[:30])[:4000]


def _attached(paragraphs: Sequence[Paragraph], title: int) -> Article:
    return Article(tuple(paragraphs), title=_ANNEX.sub("", paragraphs[title].text.strip(), count=1), parent=0)


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
        p, title = paragraphs[i], _ANNEX.sub("", paragraphs[i].text.strip(), count=1)
        if p.role in {Role.ROW, Role.LABEL} or len(title) > 100 or re.search("[：:]", title):
            continue
        if not _PLAN_END.search(title) or not looks_like_title(title) or not _follows(paragraphs, i, signed):
            continue
        if len(title) < len(p.text.strip()) and not any(_BEGINS.match(q.text) for q in paragraphs[i + 1 : i + 2]):
            continue  # 附件：甲办法 in the list of annexes
        bare = _bare(title)
        if bare in named or _bare(_without_suffix(title)) in named:
            named -= {bare, _bare(_without_suffix(title))}
            starts.append(i)
        elif not named and not starts and signed is not None and i <= signed + 3:
            starts.append(i)
    return starts if starts and len("".join(p.text for p in paragraphs[: starts[0]])) >= 20 else []


def _named(head: str) -> set[str]:
    """The bare titles that the notice says it issues."""
    named = {_bare(m.group(1)) for m in re.finditer(r"《((?:[^《》\n]|《[^《》\n]*》){2,120})》", head)}
    for match in _ISSUED_TITLE.finditer(head):
        named.add(_bare(match["quoted"] or match["plain"] or ""))
    return {n for n in named if len(n) >= 4}


def _without_suffix(title: str) -> str:
    """A title without the brackets that only its own line has (（试行）), where the notice names it without."""
    return re.sub(r"(?:[（(][^（）()]{1,30}[）)])+$", "", title)


def _bare(title: str) -> str:
    return _NOT_TEXT.sub("", title)


def _follows(paragraphs: Sequence[Paragraph], at: int, signed: int | None) -> bool:
    """Whether a title stands below the notice's date or behind a line like 附件 or （此件公开发布）."""
    if signed is not None and at > signed:
        return True
    above = paragraphs[at - 1].text.strip()
    return bool(_HEADED.match(above)) and len(above) <= 20
