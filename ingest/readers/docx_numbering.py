"""Automatic numbers of a .docx (一、 （一） 1.), which stand nowhere in its text: counted as Word counts them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_package import MC, W
from ingest.readers.ordinals import ordinal

_PLACE = re.compile(r"%([1-9])")
_TIGHT = ("、", "）", ")", "．", "：", "】", "〕")
_MAX_LEVEL = 9
_MAX_LABEL = 100  # characters
_UNNUMBERED = frozenset({"bullet", "none"})


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    suffix: str = "tab"
    legal: bool = False
    hidden: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """A w:num: its abstract definition, its levels with overrides applied, and starts it sets anew."""

    abstract: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]


@dataclass(slots=True)
class Numbering:
    """The numbering definitions of a document and the counters at the current paragraph."""

    _abstracts: dict[str, Any] = field(default_factory=dict)  # w:abstractNum by id; read when first used
    _named: dict[str, Any] = field(default_factory=dict)  # w:abstractNum by the list style it defines
    _nums: dict[str, Any] = field(default_factory=dict)  # w:num by id
    _known: dict[str, dict[int, _Level]] = field(default_factory=dict)  # by abstract id
    _lists: dict[str, _List] = field(default_factory=dict)
    _counters: dict[str, list[int | None]] = field(default_factory=dict)
    _started: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: Any | None) -> Numbering:  # noqa: ANN401 - an lxml element
        """From the root of numbering.xml; empty without one."""
        made = cls()
        if root is not None:
            made._abstracts = {e.get(f"{W}abstractNumId") or "": e for e in root.iter(f"{W}abstractNum")}
            made._named = {style: e for e in made._abstracts.values() if (style := _value(e, "styleLink")) is not None}
            made._nums = {e.get(f"{W}numId") or "": e for e in root.iter(f"{W}num")}
        return made

    def linked_level(self, num_id: str, styles: Sequence[str]) -> int | None:
        """The level of a list that one of these styles is bound to (w:lvl/w:pStyle), the first style before others."""
        known = self._list(num_id)
        levels = {} if known is None else {level.style: index for index, level in known.levels.items()}
        return next((levels[style] for style in styles if style in levels), None)

    def next(self, num_id: str, level: int) -> str:
        """The label of the next paragraph of a list at a level (0-based), with what parts it from the text."""
        known = self._list(num_id)
        if known is None or not 0 <= level < _MAX_LEVEL or level not in known.levels:
            return ""
        counters = self._counters.setdefault(known.abstract, [None] * _MAX_LEVEL)
        self._advance(counters, known, level, num_id)
        return _label(known.levels, level, counters)

    def _advance(self, counters: list[int | None], known: _List, level: int, num_id: str) -> None:
        levels = known.levels
        if level in known.starts and (num_id, level) not in self._started:
            self._started.add((num_id, level))
            counters[level] = None
        current = counters[level]
        counters[level] = known.starts.get(level, levels[level].start) if current is None else current + 1
        for above in range(level):  # a level that was skipped counts as begun
            if counters[above] is None:
                counters[above] = levels[above].start if above in levels else 1
        for below in range(level + 1, _MAX_LEVEL):
            restart = levels[below].restart if below in levels else None
            if restart is None or (restart > 0 and level < restart):
                counters[below] = None

    def _list(self, num_id: str) -> _List | None:
        if num_id not in self._lists:
            num = self._nums.get(num_id)
            if num is None:
                return None
            self._lists[num_id] = self._read(num)
        return self._lists[num_id]

    def _read(self, num: Any) -> _List:  # noqa: ANN401 - an lxml element
        abstract = _value(num, "abstractNumId") or ""
        levels = dict(self._levels(abstract))
        starts: dict[int, int] = {}
        for override in num.findall(f"{W}lvlOverride"):
            index = _int(override.get(f"{W}ilvl"), 0)
            start = _value(override, "startOverride")
            if start is not None:
                starts[index] = _int(start, 1)
            own = override.find(f"{W}lvl")
            if own is not None and 0 <= index < _MAX_LEVEL:
                levels[index] = _level(own)[1]
        return _List(abstract, levels, starts)

    def _levels(self, abstract: str) -> dict[int, _Level]:
        if abstract not in self._known:
            self._known[abstract] = self._read_levels(self._abstracts.get(abstract))
        return self._known[abstract]

    def _read_levels(self, element: Any | None) -> dict[int, _Level]:  # noqa: ANN401 - an lxml element
        if element is None:
            return {}
        link = _value(element, "numStyleLink")
        if link is not None:  # the levels are those of the definition that bears the list style's name
            element = self._named.get(link, element)
        found = map(_level, element.findall(f"{W}lvl"))
        return {index: level for index, level in found if 0 <= index < _MAX_LEVEL}


def _label(levels: Mapping[int, _Level], level: int, counters: Sequence[int | None]) -> str:
    definition = levels[level]
    if definition.form == "bullet" or definition.hidden:
        return ""

    def place(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        form = levels[index].form if index in levels else "decimal"
        if form in _UNNUMBERED:  # a level without numbers of its own shows nothing
            return ""
        return ordinal(counters[index] or 0, "decimal" if definition.legal else form)

    label = _PLACE.sub(place, definition.text, count=_MAX_LEVEL)[:_MAX_LABEL]
    if not label or definition.suffix == "nothing":
        return label
    if definition.suffix == "tab" and label.endswith(_TIGHT):
        return label
    return label + " "


def _level(element: Any) -> tuple[int, _Level]:  # noqa: ANN401 - an lxml element
    fallback = element.find(f"{MC}AlternateContent/{MC}Fallback")  # a form only newer versions know
    form = _value(element, "numFmt") or (None if fallback is None else _value(fallback, "numFmt"))
    restart = _value(element, "lvlRestart")
    return _int(element.get(f"{W}ilvl"), 0), _Level(
        form=form or "decimal",
        text=(_value(element, "lvlText") or "")[:_MAX_LABEL],
        start=_int(_value(element, "start"), 1),
        restart=None if restart is None else _int(restart, 0),
        suffix=_value(element, "suff") or "tab",
        legal=is_on(element.find(f"{W}isLgl")),
        hidden=is_on(element.find(f"{W}rPr/{W}vanish")),
        style=_value(element, "pStyle"),
    )


def is_on(element: Any | None) -> bool:  # noqa: ANN401 - an lxml element
    """Whether a property that is either on or off (w:vanish, w:isLgl …) is there and on."""
    return element is not None and element.get(f"{W}val") not in {"0", "false", "off"}


def _value(element: Any, name: str) -> str | None:  # noqa: ANN401 - an lxml element
    child = element.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _int(text: str | None, default: int) -> int:
    digits = text[1:] if text and text[0] == "-" else text
    return int(text) if text and digits and digits.isdecimal() and len(digits) < 10 else default
