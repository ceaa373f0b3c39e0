"""HTML: the document of a page without its navigation, tables with merged cells repeated, what the page states.

The page is surveyed (``html_page``), its body found (``html_body``), every part marked (``html_parts``), and then read
in one walk: a text is in the document or in ``outside``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.raw import RawDocument
from ingest.readers.build import Builder
from ingest.readers.encoding import Decoded
from ingest.readers.html_body import find_body
from ingest.readers.html_edges import without_furniture
from ingest.readers.html_hidden import reveal
from ingest.readers.html_meta import attachments, page_meta, statements
from ingest.readers.html_page import Page
from ingest.readers.html_parts import Parts, find_parts
from ingest.readers.html_title import Heading, find_heading, title_of
from ingest.readers.html_tree import Walker
from kb.errors import UnreadableFile

_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_MUCH = 0.3  # prose beside the document, as a share of it, that somebody should look at
_LEAST = 200  # characters
_SENTENCE = 20  # characters of a sentence that is one of a text
_MOST = 500  # sentences beside the document that are looked for in it


def declared_charset(data: bytes) -> str | None:
    """The encoding an HTML or XML header names in the first kilobytes, if any."""
    found = _CHARSET.search(data[:8192])
    return found[1].decode("ascii") if found else None


def read_html(decoded: Decoded, path: str) -> RawDocument:
    """The document of a decoded page. Raises UnreadableFile if there is no text in it."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decoded.text)
    if tree.body is None:
        raise UnreadableFile(path, "网页里没有正文")
    page = Page.of(tree.body)
    reveal(page)
    body = find_body(page)
    stated = page_meta(tree)
    heading = find_heading(page, body, stated.get("ArticleTitle", ""), stated.get("title", ""))
    parts = find_parts(page, body, heading)
    builder = Builder("html", _meta(page, parts, heading, stated), ["encoding_damaged"] if decoded.damaged else [])
    walker = Walker(builder, reads=parts.reads, path=path)
    walker.walk(tree.body, reads=False)
    if not builder.blocks:
        raise UnreadableFile(
            path, "网页里没有正文文字（内容可能由脚本加载）。请在浏览器里打开后另存为完整网页，或复制为 .docx"
        )
    builder.outside = "\n".join(sorted(walker.aside, key=lambda line: "。" not in line))  # prose first, to be seen
    raw = builder.finish()
    if _unread(raw) > max(_LEAST, len(raw.text) * _MUCH):
        raw = replace(raw, flags=(*raw.flags, "text_outside"))
    return replace(raw, blocks=without_furniture(raw.text, raw.blocks))


def read_fragment(markup: str, walker: Walker) -> None:
    """Append the content of HTML that stands inside another format (a table in Markdown)."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(markup).body
    if body is not None:
        walker.walk(body)


def _meta(page: Page, parts: Parts, heading: Heading | None, stated: dict[str, str]) -> dict[str, str]:
    """All that the page states, its title first where ``ArticleTitle`` is not the best statement of it."""
    head = range(heading.element.at if heading else parts.body.start, parts.body.start)
    beside = statements(page, parts.stating(), head)
    title = title_of(beside.values, stated.get("ArticleTitle", ""), heading)
    meta = {"标题": title} if title and title != stated.get("ArticleTitle") else {}
    meta |= stated
    if heading and heading.element.tag == "h1":
        meta["h1"] = heading.text
    if files := attachments(page, parts.document()):
        meta["附件"] = "\n".join(files)
    return meta | beside.beside(meta)


def _unread(raw: RawDocument) -> int:
    """Characters of sentences beside the document that are not said in it."""
    text = "".join(raw.text.split())
    sentences = [s for line in raw.outside.split("\n") if "。" in line for s in "".join(line.split()).split("。")]
    return sum(len(s) for s in sentences[:_MOST] if len(s) >= _SENTENCE and s not in text)
