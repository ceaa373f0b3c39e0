"""A page as a flat list of its elements and lines in document order, with what each holds: its parts are told by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.html_tree import BLOCKS, UNSEEN, is_hidden

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

#: Stands in a line where one inline element or text ends and the next begins: a label may end there without a space.
SEAM = "\x1f"
_SENTENCE = re.compile(r"[。；，？！]")
_SPACES = re.compile(r"[\s\u3000\xa0\u200b]+")
_PER_MARK = 40  # characters that one mark of a sentence speaks for


@dataclass(slots=True)
class Element:
    """An element by its place in document order, ``above`` that of its parent and ``end`` the place behind it.

    Characters are counted without white space and without what is hidden below: ``own`` right in it, ``text`` in all,
    ``linked`` in links; ``marks`` are the marks of sentences. ``lines`` are the page's lines that stand in it.
    """

    node: LexborNode
    tag: str
    at: int
    above: int
    hidden: bool
    revealed: bool = False  # hidden, but read all the same: see ``html_hidden``
    end: int = 0
    lines: range = range(0)
    own: int = 0
    own_marks: int = 0
    text: int = 0
    linked: int = 0
    marks: int = 0
    links: int = 0

    @property
    def prose(self) -> int:
        """Characters that stand in sentences and not in links: a menu scores 0."""
        return max(0, min(self.text - self.linked, self.marks * _PER_MARK))

    @property
    def name(self) -> str:
        """Its class and id, by which sites call their parts."""
        attributes = self.node.attributes
        return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()

    @property
    def size(self) -> int:
        """How many elements it is, itself counted."""
        return self.end - self.at

    def holds(self, other: Element) -> bool:
        """Whether the other is this element or below it."""
        return self.at <= other.at < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a browser breaks it, and the place of the block it stands in.

    ``text`` has its seams; ``shown`` is as seen, white space as one space; ``bare`` has none, to be compared.
    """

    text: str
    owner: int
    shown: str
    bare: str

    @classmethod
    def of(cls, text: str, owner: int) -> Line:
        """A line of a source text."""
        shown = _SPACES.sub(" ", text.replace(SEAM, "")).strip()
        return cls(text, owner, shown, shown.replace(" ", ""))


@dataclass(frozen=True, slots=True)
class Page:
    """The body of a page; its first element is the ``<body>``."""

    elements: list[Element]
    lines: list[Line]
    _at: dict[int, int]

    @classmethod
    def of(cls, body: LexborNode) -> Page:
        """Survey a body. Linear and without recursion: a page may be nested at will."""
        survey = _Survey()
        survey.run(body)
        page = cls(survey.elements, survey.lines, {e.node.mem_id: e.at for e in survey.elements})
        page.count()
        return page

    @property
    def body(self) -> Element:
        """The ``<body>``."""
        return self.elements[0]

    def element(self, node: LexborNode) -> Element:
        """The element of a node."""
        return self.elements[self._at[node.mem_id]]

    def above(self, element: Element) -> Iterator[Element]:
        """The elements that hold one, from the nearest to the body."""
        at = element.above
        while at >= 0:
            yield self.elements[at]
            at = self.elements[at].above

    def children(self, element: Element) -> Iterator[Element]:
        """The elements right below one."""
        at = element.at + 1
        while at < element.end:
            yield self.elements[at]
            at = self.elements[at].end

    def below(self, element: Element) -> Iterator[Element]:
        """All elements below one, in document order."""
        return (self.elements[at] for at in range(element.at + 1, element.end))

    def text(self, element: Element) -> list[Line]:
        """The lines that stand in an element."""
        return self.lines[element.lines.start : element.lines.stop]

    def count(self, revealed: Set[int] = frozenset()) -> None:
        """Sum up what each element holds. Hidden ones add nothing to those above, but for the places ``revealed``."""
        for element in self.elements:
            element.revealed = element.at in revealed
            element.hidden = element.hidden and not element.revealed
            element.text, element.marks, element.linked, element.links = element.own, element.own_marks, 0, 0
        for element in reversed(self.elements[1:]):
            if element.tag == "a":
                element.linked, element.links = element.text, 1
            if not element.hidden:
                above = self.elements[element.above]
                above.text, above.marks = above.text + element.text, above.marks + element.marks
                above.linked, above.links = above.linked + element.linked, above.links + element.links


@dataclass(slots=True)
class _Survey:
    """The pass over the tree that makes elements and lines."""

    elements: list[Element] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _begun: bool = False  # the line has something to be seen

    def run(self, body: LexborNode) -> None:
        stack = [self._open(body, -1)]
        while stack:
            element, children = stack[-1]
            child = next(children, None)
            if child is None:
                self._close(element)
                stack.pop()
            elif child.tag == "-text":
                self._text(element, child.text_content or "")
            elif child.tag == "br":
                self._break(element)
            elif child.tag not in UNSEEN:
                if child.tag in BLOCKS:
                    self._break(element)
                stack.append(self._open(child, element.at))

    def _open(self, node: LexborNode, above: int) -> tuple[Element, Iterator[LexborNode]]:
        at = len(self.elements)
        element = Element(node, node.tag or "", at, above, above >= 0 and is_hidden(node))
        element.lines = range(len(self.lines), len(self.lines))
        self.elements.append(element)
        return element, iter(node.iter(include_text=True))

    def _close(self, element: Element) -> None:
        if element.tag in BLOCKS:
            self._break(element)
        element.end = len(self.elements)
        element.lines = range(element.lines.start, len(self.lines) + self._begun)

    def _text(self, element: Element, text: str) -> None:
        bare = "".join(text.split())
        if bare:
            element.own, element.own_marks = element.own + len(bare), element.own_marks + len(_SENTENCE.findall(bare))
            self._begun = True
        self._parts.append(text)

    def _break(self, element: Element) -> None:
        """End the line; it stands in the nearest block."""
        text, begun = SEAM.join(self._parts), self._begun
        self._parts.clear()
        self._begun = False
        if not begun:
            return
        at = element.at
        while at > 0 and self.elements[at].tag not in BLOCKS:
            at = self.elements[at].above
        self.lines.append(Line.of(text, at))
