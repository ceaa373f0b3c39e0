"""The visible text of a page by a cruder way than the reader's: what labels of real files count their places in."""

from __future__ import annotations

import html.parser
import re

from ingest.readers.encoding import decode
from ingest.readers.html import declared_charset

_BLOCK_NAMES = "p div br tr li h1 h2 h3 h4 h5 h6 table td th section article ul ol title dt dd"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset({"script", "style", "noscript"})


class _Visible(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        named = dict(attrs)
        if tag == "meta" and named.get("name") and named.get("content"):
            self.parts.append(f"\n[meta {named['name']}={named['content']}]\n")
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _part(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\t" if tag in {"td", "th"} else "\n")


def visible_text(data: bytes) -> str:
    """The text of a page or PDF with nothing left out but scripts and styles."""
    if b"%PDF-" in data[:1024]:
        import pypdfium2

        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    visible = _Visible()
    visible.feed(decode(data, declared_charset(data)).text)
    visible.close()
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(visible.parts))


def han(text: str) -> str:
    """The Han characters of a text."""
    return "".join(c for c in text if "\u3400" <= c <= "\u9fff")
