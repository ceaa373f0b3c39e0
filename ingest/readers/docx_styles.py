"""What the styles of a .docx say of a paragraph: its outline level and its list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_package import W

_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Style:
    based_on: str | None
    outline: int | None
    list_id: str | None
    list_level: int | None


@dataclass(slots=True)
class Styles:
    """Paragraph styles by id, with what they inherit."""

    _styles: dict[str, _Style] = field(default_factory=dict)
    _default: str | None = None

    @classmethod
    def of(cls, root: Any | None) -> Styles:  # noqa: ANN401 - an lxml element
        """From the root of styles.xml; empty without one."""
        made = cls()
        for element in () if root is None else root.iter(f"{W}style"):
            if element.get(f"{W}type") not in {"paragraph", None}:
                continue
            name = element.get(f"{W}styleId") or ""
            made._styles[name] = _style(element)
            if element.get(f"{W}default") in {"1", "true"}:
                made._default = name
        return made

    def outline(self, properties: Any | None) -> int | None:  # noqa: ANN401 - an lxml element
        """The outline level of a paragraph with these properties (w:pPr), 0-based; None for body text."""
        direct = _number(properties, "outlineLvl")
        if direct is None:
            direct = next((s.outline for s in self._chain(properties) if s.outline is not None), None)
        return direct if direct is not None and direct < 9 else None

    def list_of(self, properties: Any | None) -> tuple[str, int] | None:  # noqa: ANN401 - an lxml element
        """The list id and level (0-based) of a paragraph; None outside lists. Id 0 takes it out of its style's list."""
        own = None if properties is None else properties.find(f"{W}numPr")
        list_id = None if own is None else _text(own, "numId")
        level = None if own is None else _number(own, "ilvl")
        for style in self._chain(properties):
            list_id = style.list_id if list_id is None else list_id
            level = style.list_level if level is None else level
        if list_id is None or list_id == "0":
            return None
        return list_id, level or 0

    def _chain(self, properties: Any | None) -> list[_Style]:  # noqa: ANN401 - an lxml element
        name = (None if properties is None else _text(properties, "pStyle")) or self._default
        chain: list[_Style] = []
        seen: set[str] = set()
        while name and name in self._styles and name not in seen:
            seen.add(name)
            chain.append(self._styles[name])
            name = self._styles[name].based_on
        return chain


def _style(element: Any) -> _Style:  # noqa: ANN401 - an lxml element
    properties = element.find(f"{W}pPr")
    numbered = None if properties is None else properties.find(f"{W}numPr")
    name = _text(element, "name") or ""
    heading = _HEADING_NAME.match(name.strip())
    outline = _number(properties, "outlineLvl")
    if outline is None and heading:
        outline = int(heading[1]) - 1
    if outline is None and name.strip().lower() in {"title", "标题"}:
        outline = 0
    return _Style(
        based_on=_text(element, "basedOn"),
        outline=outline,
        list_id=None if numbered is None else _text(numbered, "numId"),
        list_level=None if numbered is None else _number(numbered, "ilvl"),
    )


def _text(element: Any, name: str) -> str | None:  # noqa: ANN401 - an lxml element
    child = element.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _number(element: Any | None, name: str) -> int | None:  # noqa: ANN401 - an lxml element
    value = None if element is None else _text(element, name)
    return int(value) if value and value.isdigit() else None
