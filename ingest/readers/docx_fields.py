"""Fields of a .docx (w:fldChar, w:fldSimple): a page number is no text, of all others the result is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_numbering import is_on
from ingest.readers.docx_package import W

_BEGIN, _INSTRUCTION = f"{W}fldChar", f"{W}instrText"
_TYPE = f"{W}fldCharType"
_DROPPED = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"})
_MAX_DEPTH = 20
_MAX_INSTRUCTION = 1000
_OVERLAY = re.compile(r"\s*EQ\b.*?\\o(?:\\a[clrd])?\s*\((?P<parts>.*)\)\s*", re.IGNORECASE | re.DOTALL)
_SWITCH = re.compile(r"\\[a-z]+(?:\s*\d+)?\s*", re.IGNORECASE)
_CIRCLES = frozenset("○〇◯")


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    in_result: bool = False
    contents: bool = False
    hidden: list[str] = field(default_factory=list)
    box: str = ""

    @property
    def hides(self) -> bool:
        return not self.in_result or is_dropped(self.instruction)


@dataclass(slots=True)
class Fields:
    """The fields open at the current place of a story. ``contents``: the begin marks of its tables of contents.

    ``wrote_contents``: whether text was added inside of one since this was last set to False.
    """

    contents: frozenset[Any] = frozenset()
    wrote_contents: bool = False
    _open: list[_Field] = field(default_factory=list)
    _hiding: _Field | None = None
    _in_contents: bool = False
    _deeper: int = 0

    def write(self, text: str, out: list[str]) -> None:
        """Add text to a paragraph, unless a field hides it."""
        (out if self._hiding is None else self._hiding.hidden).append(text)
        self.wrote_contents = self.wrote_contents or self._in_contents

    def instruct(self, text: str) -> None:
        """Add to the instruction of the innermost field."""
        if self._open and not self._open[-1].in_result and len(self._open[-1].instruction) < _MAX_INSTRUCTION:
            self._open[-1].instruction += text[:_MAX_INSTRUCTION]

    def mark(self, element: Any, out: list[str]) -> None:  # noqa: ANN401 - an lxml element
        """Go past the begin, middle or end mark of a field."""
        kind = element.get(_TYPE)
        if kind == "begin":
            self._begin(element)
        elif kind == "separate" and self._open and not self._deeper:
            self._open[-1].in_result = True
        elif kind == "end":
            if self._deeper:
                self._deeper -= 1
            elif self._open:
                self._end(self._open.pop(), out)
                return
        self._look()

    def end_paragraph(self, out: list[str]) -> None:
        """Give back what fields hid that did not end within the paragraph: their end may never come."""
        if not self._open:
            return
        for index, found in enumerate(self._open):
            if found.hides:
                out += found.hidden
                self._open[index] = _Field(in_result=True)
        self._look()

    def _begin(self, element: Any) -> None:  # noqa: ANN401 - an lxml element
        if len(self._open) >= _MAX_DEPTH:
            self._deeper += 1
        else:
            self._open.append(_Field(contents=element in self.contents, box=_form_field(element)))

    def _end(self, ended: _Field, out: list[str]) -> None:
        self._look()
        text = ended.box or ("" if ended.in_result else _overlaid(ended.instruction))
        if text:
            self.write(text, out)

    def _look(self) -> None:
        self._hiding = next((f for f in self._open if f.hides), None)
        self._in_contents = any(f.contents for f in self._open)


def is_dropped(instruction: str) -> bool:
    """Whether a field of this instruction is left out with its result."""
    return keyword(instruction) in _DROPPED


def keyword(instruction: str) -> str:
    """The name of a field: the first word of its instruction."""
    words = instruction.split(None, 1)
    return words[0].upper() if words else ""


def contents_fields(root: Any) -> frozenset[Any]:  # noqa: ANN401 - lxml elements
    """The begin marks of those TOC fields of a story that have an end."""
    found: set[Any] = set()
    waiting: list[tuple[Any, list[str]]] = []
    for element in root.iter(_BEGIN, _INSTRUCTION):
        kind = element.get(_TYPE)
        if kind == "begin":
            waiting.append((element, []))
        elif kind == "end" and waiting:
            begin, instruction = waiting.pop()
            if keyword("".join(instruction)) == "TOC":
                found.add(begin)
        elif kind is None and waiting:
            waiting[-1][1].append(element.text or "")
    return frozenset(found)


def _form_field(element: Any) -> str:  # noqa: ANN401 - an lxml element
    """What a form field shows that has no result in the text: a box, or the entry chosen of a list."""
    box = element.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        state = box.find(f"{W}checked")
        return "☑" if is_on(box.find(f"{W}default") if state is None else state) else "□"
    entries = element.findall(f"{W}ffData/{W}ddList/{W}listEntry")
    chosen = element.find(f"{W}ffData/{W}ddList/{W}result")
    number = "0" if chosen is None else chosen.get(f"{W}val") or "0"
    picked = entries[int(number)] if number.isdecimal() and len(number) < 4 and int(number) < len(entries) else None
    return "" if picked is None else picked.get(f"{W}val") or ""


def _overlaid(instruction: str) -> str:
    r"""The character an ``EQ \o`` field sets below others: 字 of 字 with its reading, ③ of 3 in a circle."""
    found = _OVERLAY.fullmatch(instruction)
    if not found:
        return ""
    first, _, last = re.sub(r"\\s\\(?:up|do)\s*\d*\s*\([^()]*\)", "", found["parts"]).replace(";", ",").rpartition(",")
    base = _SWITCH.sub("", last).strip(" ()")
    if _SWITCH.sub("", first).strip(" ()") in _CIRCLES and base.isdecimal() and 1 <= int(base[:3]) <= 20:
        return chr(ord("①") + int(base) - 1)
    return base if "\\" not in base else ""
