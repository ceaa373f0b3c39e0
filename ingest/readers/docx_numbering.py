"""Automatic numbers of a .docx (一、 （一） 1.), which stand nowhere in its text: counted as Word counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_package import W
from ingest.readers.ordinals import ordinal

_PLACE = re.compile(r"%([1-9])")
_TIGHT = ("、", "）", ")", "．", "：", "】", "〕")
_MAX_LEVEL = 9


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    suffix: str = "tab"
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The numbering definitions of a document and the counters at the current paragraph."""

    _levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # abstract id -> level -> definition
    _nums: dict[str, tuple[str, dict[int, int], dict[int, _Level]]] = field(default_factory=dict)
    _counters: dict[str, list[int | None]] = field(default_factory=dict)
    _started: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: Any | None) -> Numbering:  # noqa: ANN401 - an lxml element
        """From the root of numbering.xml; empty without one."""
        made = cls()
        if root is None:
            return made
        linked: dict[str, str] = {}
        named: dict[str, str] = {}
        for abstract in root.iter(f"{W}abstractNum"):
            number = abstract.get(f"{W}abstractNumId") or ""
            made._levels[number] = dict(map(_level, abstract.findall(f"{W}lvl")))
            if (style := _value(abstract, "styleLink")) is not None:
                named[style] = number
            if (link := _value(abstract, "numStyleLink")) is not None:
                linked[number] = link
        for number, link in linked.items():
            if link in named:
                made._levels[number] = made._levels[named[link]]
        for num in root.iter(f"{W}num"):
            made._nums[num.get(f"{W}numId") or ""] = _num(num)
        return made

    def next(self, num_id: str, level: int) -> str:
        """The label of the next paragraph of a list at a level (0-based), with what parts it from the text."""
        known = self._nums.get(num_id)
        if known is None or not 0 <= level < _MAX_LEVEL:
            return ""
        abstract, starts, overrides = known
        levels = self._levels.get(abstract, {}) | overrides
        definition = levels.get(level)
        if definition is None:
            return ""
        counters = self._counters.setdefault(abstract, [None] * _MAX_LEVEL)
        self._advance(counters, levels, level, num_id, starts)
        if definition.form in {"bullet", "none"} and not _PLACE.search(definition.text):
            return definition.text if definition.form == "none" else ""
        return _label(definition, levels, counters)

    def _advance(
        self, counters: list[int | None], levels: dict[int, _Level], level: int, num_id: str, starts: dict[int, int]
    ) -> None:
        first = levels[level].start
        if level in starts and (num_id, level) not in self._started:
            self._started.add((num_id, level))
            counters[level] = None
            first = starts[level]
        current = counters[level]
        counters[level] = first if current is None else current + 1
        for above in range(level):
            if counters[above] is None:
                counters[above] = levels[above].start if above in levels else 1
        for below in range(level + 1, _MAX_LEVEL):
            restart = levels[below].restart if below in levels else None
            if restart is None or (restart > 0 and level < restart):
                counters[below] = None


def _label(definition: _Level, levels: dict[int, _Level], counters: list[int | None]) -> str:
    def place(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        form = levels[index].form if index in levels else "decimal"
        return ordinal(counters[index] or 0, "decimal" if definition.legal else form)

    label = _PLACE.sub(place, definition.text)
    if not label or definition.suffix == "nothing":
        return label
    if definition.suffix == "tab" and label.endswith(_TIGHT):
        return label
    return label + " "


def _level(element: Any) -> tuple[int, _Level]:  # noqa: ANN401 - an lxml element
    form = _value(element, "numFmt") or "decimal"
    return _int(element.get(f"{W}ilvl"), 0), _Level(
        form=form,
        text=_value(element, "lvlText") or "",
        start=_int(_value(element, "start"), 1),
        restart=None if _value(element, "lvlRestart") is None else _int(_value(element, "lvlRestart"), 0),
        suffix=_value(element, "suff") or "tab",
        legal=element.find(f"{W}isLgl") is not None,
    )


def _num(element: Any) -> tuple[str, dict[int, int], dict[int, _Level]]:  # noqa: ANN401 - an lxml element
    starts: dict[int, int] = {}
    overrides: dict[int, _Level] = {}
    for override in element.findall(f"{W}lvlOverride"):
        level = _int(override.get(f"{W}ilvl"), 0)
        start = _value(override, "startOverride")
        if start is not None:
            starts[level] = _int(start, 1)
        own = override.find(f"{W}lvl")
        if own is not None:
            overrides[level] = _level(own)[1]
    return _value(element, "abstractNumId") or "", starts, overrides


def _value(element: Any, name: str) -> str | None:  # noqa: ANN401 - an lxml element
    child = element.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else default
