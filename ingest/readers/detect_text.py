"""What a decoded text is: HTML, the XML of an office program, Markdown, a table, or plain text."""

from __future__ import annotations

import re
from itertools import islice

from ingest.readers.csv_table import looks_like_csv
from ingest.readers.detect import Format

_HTML_SUFFIXES = frozenset({".html", ".htm", ".shtml", ".xhtml", ".asp", ".aspx", ".jsp", ".php", ".mht", ".mhtml"})
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
_SAMPLE = 20_000  # characters at the beginning that are looked at
#: Elements with which only a page or the body of one begins: one of them is enough.
_OF_A_PAGE = "html|head|body|title|meta|link|script|style|table|div|p|h[1-6]|span|section|article|ul|ol|center|font|br"
#: Others of HTML. In plain text one may be meant as it stands (``<b>``), or be an example.
_OTHER = (
    "form|b|strong|em|i|u|a|img|main|header|footer|nav|aside|figure|dl|dt|dd|li|thead|tbody|tr|td|th|pre|hr|input|label|"
    "blockquote"
)
_PAGE_TAG = re.compile(rf"<(?:!doctype\s+html|(?:{_OF_A_PAGE})\b)", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_OF_A_PAGE}|{_OTHER})(?=[\s/>])[^<>]{{0,500}}>", re.IGNORECASE)
_HTML_TAG = re.compile(r"<html[\s>]", re.IGNORECASE)
_MANY_TAGS = 3
#: What may stand before the first element: comments, directives of a server's page (``<%@ page … %>``), ``<?xml … ?>``.
_BEFORE = (("<!--", "-->"), ("<%", "%>"), ("<?", "?>"))
_BLANK = re.compile(r"[\s\ufeff]*")
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?P<name>[\w.-]{1,80})(?P<rest>[^<>]{0,2000})")
_EXCEL_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[^\n:]+:[^\n]*\n|[ \t]*\n)+---[ \t]*(?:\n|\Z)")


def text_format(text: str, suffix: str) -> Format:
    """The format of a decoded text; the suffix decides between those that may look alike."""
    suffix = suffix.lower()
    start = _first(text)
    if _is_html(text, start, suffix):
        return Format.HTML
    if xml := _xml_format(text, start):
        return xml
    if looks_like_csv(text, suffix):
        return Format.CSV
    if suffix in _MARKDOWN_SUFFIXES or _FRONT_MATTER.match(text[:_SAMPLE]):
        return Format.MARKDOWN
    return Format.TEXT


def without_preamble(text: str) -> str:
    """A page from its first element on: a parser would take a server's directives before it for text."""
    return text[_first(text) :]


def _is_html(text: str, start: int, suffix: str) -> bool:
    if _PAGE_TAG.match(text, start) or _HTML_TAG.search(text[:4096]):
        return True
    sample = text[start : start + _SAMPLE]
    if suffix in _HTML_SUFFIXES:
        return _TAG.search(sample) is not None
    tags = [tag.start() for tag in islice(_TAG.finditer(sample), _MANY_TAGS)]
    return suffix not in _MARKDOWN_SUFFIXES and len(tags) == _MANY_TAGS and tags[0] == 0


def _xml_format(text: str, start: int) -> Format | None:
    """What reads an XML; None for a text that is none."""
    root = _ROOT.match(text, start)
    if root is not None and root["name"] == "wordDocument":
        return Format.OFFICE
    if root is not None and root["name"] == "Workbook" and _EXCEL_2003 in root["rest"]:
        return Format.SHEET
    return Format.XML if text.lstrip("\ufeff \t\n").startswith("<?xml") else None


def _first(text: str) -> int:
    """Where the first element or text begins. The end of each opening is looked for once: linear."""
    at = 0
    while True:
        blank = _BLANK.match(text, at)
        at = at if blank is None else blank.end()
        closing = next((closing for opening, closing in _BEFORE if text.startswith(opening, at)), None)
        end = -1 if closing is None else text.find(closing, at)
        if closing is None or end < 0:
            return at
        at = end + len(closing)
