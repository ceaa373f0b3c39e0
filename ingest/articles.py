"""The documents within one file: the articles of a newspaper page, or a notice and the plan it issues."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.clean import CleanText, Paragraph


@dataclass(frozen=True, slots=True)
class Article:
    """Paragraphs of one document in reading order, title and byline included where they are printed.

    ``genre`` is ``page`` (newspaper article), ``caption``, or ``document``. ``parent`` is the index of the notice
    within the file for an attached plan. ``title`` is None for a headline that is missing or not yet looked for.
    """

    paragraphs: tuple[Paragraph, ...]
    genre: str = "document"
    title: str | None = None
    byline: str | None = None
    parent: int | None = None
    flags: tuple[str, ...] = ()


def split_articles(clean: CleanText) -> tuple[Article, ...]:
    """The documents of a file, articles first, captions last. An empty file has none."""
    from ingest.issued import split_issued
    from ingest.page import split_page

    if not clean.paragraphs:
        return ()
    if clean.is_page:
        return split_page(clean.paragraphs)
    return split_issued(clean.paragraphs)
