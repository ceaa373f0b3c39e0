"""Paragraphs of a cleaned text, each with what its layout and format say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.mapped import Mapped


class Role(StrEnum):
    """What a paragraph is to the page it stands on."""

    BODY = "body"
    HEADING = "heading"  # by the format's own word
    SHORT = "short"  # a line by itself without a stop: headline, subhead, signature
    HEADLINE = "headline"  # a line printed twice
    BYLINE = "byline"
    LABEL = "label"  # a row of the page's metadata table
    ROW = "row"  # a row of a table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with what layout and format say of it.

    ``column`` numbers runs of lines of one width; ``starts`` marks a dateline (本报讯), ``marked`` a byline mark,
    ``caption`` the words of a picture caption. ``gap`` counts the blank lines before it.
    """

    content: Mapped
    role: Role
    level: int | None = None
    cells: tuple[str, ...] = ()
    table: int | None = None
    page: int | None = None
    column: int = -1
    width: float = 0.0
    gap: int = 0
    wrapped: bool = False
    starts: bool = False
    marked: bool = False
    caption: bool = False
    open_head: bool = False
    open_tail: bool = False

    @property
    def text(self) -> str:
        """The paragraph's text."""
        return self.content.text
