"""What does 第X条 of a named document say? That article or numbered item, or a refusal where there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.compose import named
from kb.direct import Desk
from kb.model import PolicyDocument, Section
from kb.select import LONGEST_BLOCK
from kb.text import squash
from kb.text.numerals import chinese_value
from kb.view import DocumentView

_HAN = "[零〇一二三四五六七八九十百千]"
_ARTICLE = re.compile(rf"第({_HAN}+|\d+)条")
#: How documents number what people call 条, where they have no 第X条
_ITEMS = (re.compile(rf"({_HAN}+)、"), re.compile(r"(\d+)[.．、]"), re.compile(rf"[（(]({_HAN}+|\d+)[）)]"))
#: 第一条生产线 is no article.
_ASKED = re.compile(
    rf"第\s*({_HAN}{{1,7}}|\d{{1,4}})\s*条(?=$|[\s，,。？?、；;：:！!）)》的里中上下规怎是说讲写有要内和与及跟或至到都还明具提第原全作指叫在呢吗啊])"
)


def article(desk: Desk) -> str | None:
    """Quote the articles asked for of the documents named; why not, where these have none of them."""
    query = desk.question.query
    wanted = _wanted(query.turn or query.text) if query.articles else {}
    if not wanted:
        return None
    views = _meant(desk)
    if not views:
        return _not_held(desk)
    absent = [number for value, number in wanted.items() if not _quoted(desk, views, value)]
    if not absent:
        return None
    lacks = f"{named(_body(views).document)}没有{'、'.join(f'第{number}条' for number in absent)}。"
    if desk.composer.sentences:
        desk.composer.note(lacks)
        return None
    return lacks


def items(document: PolicyDocument, value: int) -> list[Section]:
    """The sections that a document numbers so: its 第X条, else its items 13．, （十三） or 十三、.

    Of several ways of numbering that run through the document once, the one with the most items counts.
    """
    articles = _numbered(document, _ARTICLE)
    if articles:
        return [section for n, section in articles if n == value]
    rows = [row for pattern in _ITEMS if (row := _numbered(document, pattern))]
    single = [row for row in rows if len({n for n, _ in row}) == len(row)]
    best = max(single, key=len, default=[])
    return [section for n, section in best if n == value]


def _wanted(text: str) -> dict[int, str]:
    """The articles asked for, by their numbers, as the question writes them."""
    found = ((chinese_value(m.group(1)), m.group(1)) for m in _ASKED.finditer(text))
    return {int(value): number for value, number in found if value is not None}


def _meant(desk: Desk) -> list[DocumentView]:
    """The documents named, those of the very title before others, with what they issue."""
    views = desk.named()
    titles = {squash(title) for title in desk.question.query.titles}
    exact = [v for v in views if squash(v.document.title or "") in titles]
    return desk.with_attached(exact or views)


def _quoted(desk: Desk, views: Sequence[DocumentView], value: int) -> bool:
    """Quote an article of those documents that have articles; of the others, an item of what a notice issues first."""
    by_article = [v for v in views if _numbered(v.document, _ARTICLE)]
    for group in [by_article] if by_article else [[v] for v in _issued_first(views)]:
        found = [(v, section) for v in group for section in items(v.document, value)]
        for view, section in found:
            text = view.document.text[section.start : min(section.end, section.start + LONGEST_BLOCK)]
            desk.composer.quote(view, section.start, section.start + len(text.rstrip()))
        if found:
            return True
    return False


def _issued_first(views: Sequence[DocumentView]) -> list[DocumentView]:
    return sorted(views, key=lambda v: v.document.parent is None)


def _body(views: Sequence[DocumentView]) -> DocumentView:
    """The document whose text the asker means: the one with articles, else what a notice issues."""
    with_articles = [v for v in views if _numbered(v.document, _ARTICLE)]
    return (with_articles or _issued_first(views))[0]


def _numbered(document: PolicyDocument, pattern: re.Pattern[str]) -> list[tuple[int, Section]]:
    found = ((pattern.match(squash(section.label)), section) for section in document.sections)
    values = ((chinese_value(match.group(1)), section) for match, section in found if match)
    return [(int(value), section) for value, section in values if value is not None]


def _not_held(desk: Desk) -> str | None:
    """A refusal where no document of the title is held and none found speaks of it."""
    titles = desk.question.query.titles
    if not titles or desk.retrieved.titled or desk.retrieved.numbered or desk.question.query.doc_numbers:
        return None
    texts = [squash(hit.chunk.text) for hit in desk.retrieved.hits]
    if any(squash(title) in text for title in titles for text in texts):
        return None
    return f"知识库里没有收录{'、'.join(f'《{title}》' for title in titles)}，找到的文件也没有提到它。"
