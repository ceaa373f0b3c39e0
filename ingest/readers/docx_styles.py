"""What a paragraph of a .docx is by its own properties and its styles: outline level, list, table of contents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_numbering import is_on
from ingest.readers.docx_package import W

_MAX_CHAIN = 50
_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS_NAME = re.compile(
    r"(?:toc|目录)\s*(?:[1-9]|heading|标题)|table of figures|图表目录|wpsoffice手动目录\s*\d", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Properties:
    """What a paragraph's own w:pPr says. ``level`` and ``outline`` are 0-based.

    ``joined``: its end was deleted or moved away, so the next paragraph goes on with it. ``uncounted``: when empty it
    is no paragraph to the reader (a section break, a hidden mark) and takes no number.
    """

    style: str | None = None
    list_id: str | None = None
    level: int | None = None
    outline: int | None = None
    joined: bool = False
    uncounted: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it inherits; ``chain`` are its id and those it is based on, ``list_id`` may be 0."""

    chain: tuple[str, ...] = ()
    list_id: str | None = None
    level: int | None = None
    outline: int | None = None
    contents: bool = False


@dataclass(slots=True)
class Styles:
    """Paragraph styles by id, read when first asked for."""

    _elements: dict[str, Any] = field(default_factory=dict)
    _default: str | None = None
    _known: dict[str | None, Style] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Any | None) -> Styles:  # noqa: ANN401 - an lxml element
        """From the root of styles.xml; empty without one."""
        made = cls()
        for element in () if root is None else root.iterchildren(f"{W}style"):
            if element.get(f"{W}type") not in {"paragraph", None}:
                continue
            name = element.get(f"{W}styleId") or ""
            made._elements[name] = element
            if element.get(f"{W}default") in {"1", "true", "on"}:
                made._default = name
        return made

    def style(self, name: str | None) -> Style:
        """The style of this id; the default style for None."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._resolved(name or self._default)
        return known

    def _resolved(self, name: str | None) -> Style:
        chain: list[str] = []
        own: list[tuple[Properties, int | None, bool]] = []
        while name and name in self._elements and name not in chain and len(chain) < _MAX_CHAIN:
            chain.append(name)
            element = self._elements[name]
            named_outline, contents = _by_name(element)
            own.append((properties(element.find(f"{W}pPr")), named_outline, contents))
            based = element.find(f"{W}basedOn")
            name = None if based is None else based.get(f"{W}val")
        outlines = (named if p.outline is None else p.outline for p, named, _ in own)
        return Style(
            chain=tuple(chain),
            list_id=next((p.list_id for p, _, _ in own if p.list_id is not None), None),
            level=next((p.level for p, _, _ in own if p.level is not None), None),
            outline=next((outline for outline in outlines if outline is not None), None),
            contents=bool(own) and own[0][2],
        )


def properties(element: Any | None) -> Properties:  # noqa: ANN401 - an lxml element
    """What a w:pPr says of its paragraph."""
    if element is None:
        return _PLAIN
    style: str | None = None
    list_id: str | None = None
    level: int | None = None
    outline: int | None = None
    joined = uncounted = False
    for child in element:
        tag = child.tag
        if tag == f"{W}pStyle":
            style = child.get(f"{W}val")
        elif tag == f"{W}numPr":
            list_id, level = _list(child)
        elif tag == f"{W}outlineLvl":
            outline = _number(child)
        elif tag == f"{W}sectPr":
            uncounted = True
        elif tag == f"{W}rPr":
            joined = child.find(f"{W}del") is not None or child.find(f"{W}moveFrom") is not None
            uncounted = uncounted or is_on(child.find(f"{W}vanish"))
    return Properties(style, list_id, level, outline, joined, uncounted)


_PLAIN = Properties()


def _list(element: Any) -> tuple[str | None, int | None]:  # noqa: ANN401 - an lxml element
    number = element.find(f"{W}numId")
    level = element.find(f"{W}ilvl")
    return None if number is None else number.get(f"{W}val"), None if level is None else _number(level)


def _by_name(element: Any) -> tuple[int | None, bool]:  # noqa: ANN401 - an lxml element
    """The outline level a style has by its name alone, and whether it is for lines of a table of contents."""
    named = element.find(f"{W}name")
    name = "" if named is None else (named.get(f"{W}val") or "").strip()
    if heading := _HEADING_NAME.fullmatch(name):
        return int(heading[1]) - 1, False
    return 0 if name.lower() in {"title", "标题"} else None, bool(_CONTENTS_NAME.fullmatch(name))


def _number(element: Any) -> int | None:  # noqa: ANN401 - an lxml element
    value = element.get(f"{W}val") or ""
    return int(value) if value.isdecimal() and len(value) < 4 else None
