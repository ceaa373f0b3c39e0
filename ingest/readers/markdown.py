"""Markdown: front matter to meta, headings with their level, list items, pipe tables; marks stripped to their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.raw import BlockKind, RawDocument
from ingest.readers.build import Builder, row_text
from ingest.readers.encoding import Decoded
from ingest.readers.html import read_fragment
from ingest.readers.html_tree import Walker
from ingest.readers.text import read_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE = re.compile(r"---[ \t]*$")
_PAIR = re.compile(r"([^:：#\s][^:：]*?)[ \t]*[:：][ \t]*(.*)$")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ORDINAL_MARKER = re.compile(r"(?:\s{0,3}>)*\s*(\d+[.)])\s")


def read_markdown(decoded: Decoded) -> RawDocument:
    """The document of a decoded .md file. One without any markup is read like plain text."""
    meta, body = split_front_matter(decoded.text)
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body)
    flags = ["encoding_damaged"] if decoded.damaged else []
    if all(t.type in {"paragraph_open", "inline", "paragraph_close"} for t in tokens) and not _has_marks(tokens):
        plain = read_text(Decoded(body, decoded.encoding, decoded.damaged))
        return RawDocument(plain.text, plain.blocks, "txt" if not meta else "md", meta, plain.flags)
    walk = _Walk(Builder("md", meta, flags), body.split("\n"))
    walk.run(tokens)
    return walk.builder.finish()


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """``key: value`` lines between ``---`` at the top, all values strings, and the text after them.

    A YAML list below a key (``- a``) becomes its items joined by newlines. Text that is not of this form is body.
    """
    lines = text.lstrip("\n").split("\n")
    if not lines or not _FENCE.match(lines[0]):
        return {}, text
    meta: dict[str, str] = {}
    key = None
    for number, line in enumerate(lines[1:], 1):
        if _FENCE.match(line):
            return meta, "\n".join(lines[number + 1 :])
        stripped = line.strip()
        pair = _PAIR.match(line)
        if pair:
            key = pair[1].strip().strip("\"'")
            meta[key] = _unquote(pair[2].strip())
        elif stripped.startswith("- ") and key is not None:
            meta[key] = "\n".join(filter(None, (meta[key], _unquote(stripped[2:].strip()))))
        elif stripped and not stripped.startswith("#"):
            return {}, text
    return {}, text


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _has_marks(tokens: list[Token]) -> bool:
    plain = {"text", "softbreak", "hardbreak"}
    return any(child.type not in plain for token in tokens for child in token.children or ())


class _Walk:
    """One pass over the block tokens."""

    def __init__(self, builder: Builder, source: list[str]) -> None:
        self.builder = builder
        self.source = source
        self.ordinals: list[str] = []  # markers waiting for the first paragraph of their item
        self.html = Walker(builder)  # numbers the tables for both
        self.row: list[str] | None = None

    def run(self, tokens: list[Token]) -> None:
        heading: int | None = None
        for token in tokens:
            if token.type == "heading_open":
                heading = int(token.tag[1:]) if _is_heading(token, self.source) else None
            elif token.type == "html_block":
                self.builder.gap()
                read_fragment(token.content, self.html)
            elif token.type == "list_item_open":
                self.ordinals = [self._marker(token)]
            elif token.type == "inline":
                self._inline(token, heading)
                heading = None
            elif token.type in {"fence", "code_block"}:
                self._lines(token.content.rstrip("\n").split("\n"))
            else:
                self._table_token(token)

    def _marker(self, token: Token) -> str:
        """The ordinal as written (``1.``); bullets are markup and go."""
        line = self.source[token.map[0]] if token.map else ""
        found = _ORDINAL_MARKER.match(line)
        if found:
            return found[1]
        return f"{token.info}{token.markup}" if token.info else ""

    def _inline(self, token: Token, heading: int | None) -> None:
        lines = [line for line in _text_lines(token) if line.strip()]
        if self.row is not None:
            self.row.append(" ".join(lines))
            return
        if not lines:
            return
        if heading is not None:
            self.builder.gap()
            self.builder.add("".join(lines), BlockKind.HEADING, level=heading)
        else:
            lines[0] = _with_marker("".join(self.ordinals), lines[0])
            self._lines(lines)
        self.ordinals = []

    def _lines(self, lines: list[str]) -> None:
        """One line is a paragraph; several may be one wrapped or several: that is for cleaning to decide."""
        self.builder.gap()
        kind = BlockKind.PARAGRAPH if len(lines) == 1 else BlockKind.LINE
        for line in lines:
            self.builder.add(line, kind)

    def _table_token(self, token: Token) -> None:
        if token.type == "table_open":
            self.html.tables += 1
            self.builder.gap()
        elif token.type == "tr_open":
            self.row = []
        elif token.type == "tr_close" and self.row is not None:
            cells = tuple(self.row)
            self.row = None
            text = row_text([(cell, False) for cell in cells])
            if any(cells):
                self.builder.add(text, BlockKind.TABLE_ROW, cells=cells, table=self.html.tables - 1)


def _is_heading(token: Token, source: list[str]) -> bool:
    """``#`` always; an underlined line only if it is short: a rule drawn below a paragraph is no heading."""
    if token.markup.startswith("#") or not token.map:
        return True
    lines = source[token.map[0] : token.map[1] - 1]
    return len(lines) == 1 and len(lines[0]) <= 40 and not lines[0].rstrip().endswith(("。", "；", "，", "：", "”"))


def _with_marker(marker: str, line: str) -> str:
    if not marker:
        return line
    return f"{marker} {line}" if line[:1].isdigit() else f"{marker}{line}"


def _text_lines(token: Token) -> list[str]:
    """The text of an inline token, a line for each source line or ``<br>``."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type in {"text", "code_inline", "text_special"}:
            parts.append(child.content)
        elif child.type == "html_inline" and _BREAK_TAG.match(child.content):
            parts.append("\n")
    return [line.strip(" \t") for line in "".join(parts).split("\n")]
