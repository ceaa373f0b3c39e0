"""The facets of the library as lists of links: each says how many documents it would leave."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.librarian import FLAGS
from kb.library import ANY_FLAG, FLAG, ISSUER, KIND, LEVEL, LEVELS, REGION, STATUS, YEAR, LibraryPage, Wanted
from kb.model import Status
from kb.regions import ancestors, region_name
from ui.library_state import address, toggled
from ui.markup import esc

NAMES = {
    STATUS: "效力",
    KIND: "文种",
    YEAR: "年份",
    LEVEL: "层级",
    REGION: "地区（含下级）",
    ISSUER: "发文机关",
    FLAG: "质量标记",
}
_SHOWN = 7  # values of a facet before the rest is folded away
_STATUS_ORDER = (
    Status.IN_FORCE,
    Status.NOT_YET,
    Status.DRAFT,
    Status.EXPIRED,
    Status.REPEALED,
    Status.UNKNOWN,
)


def shown_value(facet: str, value: str) -> str:
    """A value in the reader's words."""
    if facet == FLAG:
        return "有质量标记" if value == ANY_FLAG else FLAGS.get(value, value)
    return region_name(value) if facet == REGION else value


def facet_lists(page: LibraryPage, wanted: Wanted) -> str:
    """All facets that have anything to choose."""
    return "".join(_facet(name, page.counts.get(name, {}), wanted) for name in NAMES)


def _facet(name: str, counts: Mapping[str, int], wanted: Wanted) -> str:
    held = wanted.facets.get(name, ())
    counts = {**dict.fromkeys(held, 0), **counts}
    if not counts:
        return ""
    values = _ordered(name, counts)
    links = [_link(name, value, counts[value], value in held, wanted) for value in values]
    first = max(_SHOWN, 1 + max((i for i, value in enumerate(values) if value in held), default=0))
    rest = links[first:]
    more = f'<details class="more"><summary>另 {len(rest)} 项</summary><ul>{"".join(rest)}</ul></details>'
    return (
        f'<section class="facet" aria-label="{esc(NAMES[name])}"><h4>{esc(NAMES[name])}</h4>'
        f"<ul>{''.join(links[:first])}</ul>{more if rest else ''}</section>"
    )


def _link(facet: str, value: str, count: int, held: bool, wanted: Wanted) -> str:
    target = esc(address(toggled(wanted, facet, value)))
    depth = min(2, len(ancestors(value))) if facet == REGION else 0
    text = shown_value(facet, value)
    short = text.removeprefix(region_name(ancestors(value)[0])) if depth else text
    state = ' class="held" aria-current="true"' if held else ""
    return (
        f'<li class="depth{depth}"><a href="{target}" data-look{state} title="{esc(text)}">'
        f'<span class="value">{esc(short)}</span> <span class="count">{count}</span></a></li>'
    )


def _ordered(name: str, counts: Mapping[str, int]) -> list[str]:
    if name == REGION:
        return sorted(counts)  # codes: each division behind the one it lies in
    if name == YEAR:
        return sorted(counts, reverse=True)
    order: tuple[str, ...] = {LEVEL: LEVELS, STATUS: _STATUS_ORDER, FLAG: (ANY_FLAG,)}.get(name, ())
    place = {value: i for i, value in enumerate(order)}
    return sorted(counts, key=lambda value: (place.get(value, len(place)), -counts[value], value))
