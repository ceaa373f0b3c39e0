"""The text of one paragraph of a .docx as it is valid: insertions in, deletions and hidden text out, fields resolved.

Text struck through is a deletion that someone made by hand. What hangs on a paragraph without being its text (text
boxes, notes, pictures, embedded files) is noted beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_fields import Fields, contents_fields, is_dropped, keyword
from ingest.readers.docx_math import formula, superscript
from ingest.readers.docx_numbering import is_on
from ingest.readers.docx_package import MC, M, W
from ingest.readers.docx_pictures import BLIP, IMAGE_DATA, Picture, placed
from ingest.readers.docx_symbols import in_font, symbol

_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_T, _R, _RPR = f"{W}t", f"{W}r", f"{W}rPr"
_GONE = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "delText", "delInstrText", "rt", "commentReference", "pPr", "rPr")
) | {f"{W}sdtPr", f"{W}sdtEndPr", f"{W}rubyPr"}
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_NOTES = frozenset({f"{W}footnoteReference", f"{W}endnoteReference"})
_PRIVATE = re.compile("[\uf020-\uf0ff]")
_SOFT_HYPHEN = "\u00ad"
#: Embedded objects that are documents of their own (a MathType formula or a picture is none).
_DOCUMENT = re.compile(
    r"(?:Word|Excel|PowerPoint|K?WPS|K?ET|KWPP|Package|AcroExch|Acrobat|FoxitReader)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Inline:
    """Reads paragraphs of a story in order. ``boxes`` holds the text boxes and pictures met since last taken.

    A box is a w:txbxContent element, or the text of a WordArt picture. ``notes`` lists the note ids by reference tag;
    ``struck`` is the text struck through, by runs.
    """

    fields: Fields
    hides: bool
    boxes: list[Any | str | Picture] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=lambda: {tag: [] for tag in _NOTES})
    struck: list[str] = field(default_factory=list)
    embedded: bool = False
    _is_struck: bool = False
    _is_raised: bool = False
    _handlers: dict[str, Callable[[Any, list[str]], None]] = field(init=False)

    def __post_init__(self) -> None:
        """Bind the elements that are more than a container of others."""
        self._handlers = {
            _R: self._run,
            f"{W}fldChar": self.fields.mark,
            f"{W}instrText": lambda element, _: self.fields.instruct(element.text or ""),
            f"{W}fldSimple": self._simple_field,
            f"{W}sym": self._symbol,
            f"{W}txbxContent": lambda element, _: self.boxes.append(element),
            f"{MC}AlternateContent": self._alternate,
            f"{M}oMath": lambda element, out: self._write(formula(element), out),
            f"{_V}textpath": self._word_art,
            **{tag: self._picture for tag in (BLIP, IMAGE_DATA)},
            f"{_O}OLEObject": self._object,
            **{tag: self._note for tag in _NOTES},
        }

    @classmethod
    def of(cls, root: Any) -> Inline:  # noqa: ANN401 - an lxml element
        """For the story below this element."""
        return cls(Fields(contents_fields(root)), _hides(root))

    def enter(self, root: Any) -> None:  # noqa: ANN401 - an lxml element
        """Go on with another story, that of the notes."""
        self.hides = self.hides or _hides(root)

    def text(self, paragraph: Any) -> str:  # noqa: ANN401 - an lxml element
        """The text of a paragraph; manual line and page breaks are line breaks."""
        out: list[str] = []
        self.fields.wrote_contents = False
        self._walk(paragraph, out)
        self.fields.end_paragraph(out)
        return "".join(out).replace(_SOFT_HYPHEN, "")

    def take_boxes(self) -> list[Any]:
        """The text boxes met since last asked."""
        taken, self.boxes = self.boxes, []
        return taken

    def _walk(self, node: Any, out: list[str]) -> None:  # noqa: ANN401 - an lxml element
        for child in node:
            tag = child.tag
            if tag == _T:
                self._text(child, out)
            elif tag in _GONE:
                continue
            elif tag in _CHARACTERS:
                self._write(_CHARACTERS[tag], out)
            elif tag in self._handlers:
                self._handlers[tag](child, out)
            else:
                self._walk(child, out)

    def _run(self, run: Any, out: list[str]) -> None:  # noqa: ANN401 - an lxml element
        properties = run.find(_RPR)
        if properties is None:
            self._walk(run, out)
        elif not (self.hides and is_on(properties.find(f"{W}vanish"))):
            around = self._is_struck, self._is_raised  # a run may stand within the text box of another
            self._is_struck = is_on(properties.find(f"{W}strike")) or is_on(properties.find(f"{W}dstrike"))
            raised = properties.find(f"{W}vertAlign")
            self._is_raised = raised is not None and raised.get(f"{W}val") == "superscript"
            self._walk(run, out)
            self._is_struck, self._is_raised = around

    def _write(self, text: str, out: list[str]) -> None:
        if self._is_struck:
            self.struck.append(text)
        else:
            self.fields.write(superscript(text) if self._is_raised else text, out)

    def _text(self, element: Any, out: list[str]) -> None:  # noqa: ANN401 - an lxml element
        text = element.text
        if not text:
            return
        if "\n" in text:  # a line end of the XML is no line end of the document
            text = " ".join(line.strip(" \t") for line in text.split("\n"))
        if _PRIVATE.search(text):
            text = _in_symbol_font(element, text)
        self._write(text, out)

    def _simple_field(self, element: Any, out: list[str]) -> None:  # noqa: ANN401 - an lxml element
        instruction = element.get(f"{W}instr") or ""
        if not is_dropped(instruction) and keyword(instruction) != "TOC":
            self._walk(element, out)

    def _symbol(self, element: Any, out: list[str]) -> None:  # noqa: ANN401 - an lxml element
        self._write(symbol(element.get(f"{W}char"), element.get(f"{W}font")), out)

    def _alternate(self, element: Any, out: list[str]) -> None:  # noqa: ANN401 - an lxml element
        choice = element.find(f"{MC}Choice")
        self._walk(element if choice is None else choice, out)

    def _note(self, element: Any, _: list[str]) -> None:  # noqa: ANN401 - an lxml element
        note_id, known = element.get(f"{W}id"), self.notes[element.tag]
        if note_id is not None:
            known.append(note_id)

    def _word_art(self, element: Any, _: list[str]) -> None:  # noqa: ANN401 - an lxml element
        self.boxes.append(element.get("string") or "")

    def _picture(self, element: Any, _: list[str]) -> None:  # noqa: ANN401 - an lxml element
        picture = placed(element)
        if picture is not None:
            self.boxes.append(picture)

    def _object(self, element: Any, _: list[str]) -> None:  # noqa: ANN401 - an lxml element
        self.embedded = self.embedded or bool(_DOCUMENT.match(element.get("ProgID") or ""))


def _hides(root: Any) -> bool:  # noqa: ANN401 - an lxml element
    return next(root.iter(f"{W}vanish"), None) is not None


def _in_symbol_font(element: Any, text: str) -> str:  # noqa: ANN401 - an lxml element
    """Characters of the private area as what they show in the run's symbol font; as they are in other fonts."""
    fonts = element.getparent().find(f"{W}rPr/{W}rFonts")
    named = "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""
    if "wingdings" not in named.lower() and named.lower() != "symbol":
        return text
    return _PRIVATE.sub(lambda match: in_font(ord(match[0]) & 0xFF, named), text)
