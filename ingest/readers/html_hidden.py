"""Hidden parts of a page that are its document all the same: tabs not yet opened, text that a script fades in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.readers.html_page import Element, Page

_PANELS = frozenset({"div", "section", "article", "main", "ul", "ol", "dl", "table", "tbody", "form"})
#: Words of a class that tell the open tab from the others.
_STATE = re.compile(
    r"(?<![^\s_-])(?:on|off|active|cur|current|selected|show|hide|hidden|hid|none|dn|open|first|last)(?![^\s_-])",
    re.IGNORECASE,
)
_MANY_MARKS = 3  # of sentences; most are commas
_ENOUGH = 20  # characters
_SHINGLE = 8
_MOST, _SAMPLE = 200_000, 4_000  # characters of the page, and of a hidden part, that are compared


def reveal(page: Page) -> None:
    """Count as shown what is hidden and prose, or a panel beside others like it; not a copy of what is shown."""
    hidden = [e for e in _tops(page) if e.tag in _PANELS and e.text >= _ENOUGH and e.linked * 2 < e.text]
    if not hidden:
        return
    panels = {(e.above, *_kind(e)) for e in page.elements if not e.hidden and e.text >= _ENOUGH}
    chosen = [e for e in hidden if e.marks >= _MANY_MARKS or (_kind(e)[1] and (e.above, *_kind(e)) in panels)]
    shown = _shingles(page, (i for e in _gaps(page) for i in e))
    page.count({e.at for e in chosen if not _is_copy(page, e, shown)})


def _tops(page: Page) -> Iterator[Element]:
    """Hidden elements that stand in none that is hidden."""
    behind = 0
    for element in page.elements:
        if element.hidden and element.at >= behind:
            behind = element.end
            yield element


def _gaps(page: Page) -> Iterator[range]:
    """The lines that stand in no hidden element."""
    at = 0
    for element in _tops(page):
        yield range(at, element.lines.start)
        at = max(at, element.lines.stop)
    yield range(at, len(page.lines))


def _kind(element: Element) -> tuple[str, str]:
    name = element.node.attributes.get("class") or ""
    return element.tag, " ".join(_STATE.sub(" ", name).split())


def _is_copy(page: Page, element: Element, shown: set[str]) -> bool:
    """Whether most of an element says what the page shows elsewhere: for printing, or to be read aloud."""
    own = _shingles(page, element.lines, _SAMPLE)
    return len(own & shown) * 2 > len(own)


def _shingles(page: Page, lines: Iterable[int], most: int = _MOST) -> set[str]:
    text, parts = 0, []
    for i in lines:
        parts.append(page.lines[i].bare)
        text += len(parts[-1])
        if text > most:
            break
    whole = "".join(parts)[:most]
    return {whole[i : i + _SHINGLE] for i in range(max(1, len(whole) - _SHINGLE + 1))}
