"""Tables of contents of a .docx: their lines repeat headings that stand in the text, so they are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ingest.readers.docx_package import W

MAX_HEADING = 120  # characters
_HEAD = re.compile(r"目\s*[录次]|contents", re.IGNORECASE)
_PAGE = r"[\s—–-]*(?:\d{1,4}|[IVXivx]{1,6}|[Ⅰ-ⅻ])[\s—–-]*"
_LINE = re.compile(rf".*(?:\t|[.…·]{{3}}|\s{{2}}){_PAGE}", re.DOTALL)  # 一、总则……3
_TYPED = re.compile(rf"(?P<head>[^\t]*?[^\t.…·\s])[\s.…·]*(?:\t|[.…·]{{3}})[\s.…·]*{_PAGE}")
_ORDINAL = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,5}[编章节条部分]{1,2}|[（(]?[一二三四五六七八九十\d]{1,4}(?:[.．]\d{1,3})*[）)、.．]?)"
)
_STOP = re.compile(r"[。：:；]")
_MIN_LINES = 2


def is_head(text: str) -> bool:
    """Whether a paragraph is the title of a table of contents."""
    return _HEAD.fullmatch(text.strip()) is not None


def is_line(text: str) -> bool:
    """Whether a paragraph may be an entry of one: a heading and its page."""
    return len(text) <= MAX_HEADING and _LINE.fullmatch(text) is not None


def typed_contents(paragraphs: Sequence[Any]) -> frozenset[Any]:
    """The w:p elements of tables of contents that were typed by hand: a title, and entries that recur as headings."""
    texts = [_plain(paragraph) for paragraph in paragraphs]
    if not any(map(is_head, texts)):
        return frozenset()
    last = {_heading(text): i for i, text in enumerate(texts)}
    found: set[Any] = set()
    at = 0
    while at < len(texts):
        stop = at + 1
        if is_head(texts[at]):
            while stop < len(texts) and (not texts[stop].strip() or _entry(texts[stop]) is not None):
                stop += 1
            named = ((i, _entry(texts[i])) for i in range(at + 1, stop))
            entries = [i for i, heading in named if heading and last.get(_bare(heading), 0) >= stop]
            if len(entries) >= _MIN_LINES:
                found.update(paragraphs[i] for i in (at, *entries))
        at = stop
    return frozenset(found)


def _plain(paragraph: Any) -> str:  # noqa: ANN401 - an lxml element
    return "".join("\t" if e.tag == f"{W}tab" else e.text or "" for e in paragraph.iter(f"{W}t", f"{W}tab"))


def _entry(text: str) -> str | None:
    """The heading that a line of a table of contents names."""
    line = _TYPED.fullmatch(text.strip()) if len(text) <= MAX_HEADING else None
    return None if line is None else line["head"]


def _heading(text: str) -> str:
    """What a paragraph is or begins with, up to its first stop."""
    return _bare(_STOP.split(text[:MAX_HEADING], maxsplit=1)[0])


def _bare(text: str) -> str:
    """A heading without its number, which may be an automatic one, and without spaces."""
    text = "".join(text.split())
    ordinal = _ORDINAL.match(text)
    return text if ordinal is None else text[ordinal.end() :]
