"""A region as a user writes it, as the divisions it names and those above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from kb.model import DocumentHeader, PolicyDocument
from kb.places import DEPTHS, RANKS
from kb.support.applicable import Places, Scope
from kb.support.profile import ProfileError

Read: TypeAlias = Callable[[Collection[str]], Iterable[PolicyDocument]]

_NAME = re.compile(rf"[\u4e00-\u9fff]{{1,8}}?(?:自治[区州县旗]|特别行政区|新区|[{RANKS}])(?![{RANKS}](?![{RANKS}]))")
_BETWEEN = re.compile(r"[、，,；;/／|和或与及\s]+")
#: How much oftener a city and a district must be named together than another city and it
_SURE = 3


def scope_of(
    region: str, places: Places, headers: Sequence[DocumentHeader] = (), read: Read = lambda policy_ids: ()
) -> Scope:
    """The scope of a region as a user wrote it. Raises ProfileError where it names two, or none.

    A district named alone lies under the city that the base tells; ``read`` gives documents by their ids.
    """
    parts = [part for part in _BETWEEN.split(region.strip()) if part]
    if len(parts) > 1:
        parts = [_one_place(parts)]
    scope = replace(_chain(parts[0] if parts else region, places), shown=region, known=frozenset(places.names))
    if not scope.codes and len(scope.names) == 1 and DEPTHS.get(scope.names[0][-1], 0) > 2:
        above = _above(scope.names[0], places, headers, read)
        scope = replace(scope, names=(*above, *scope.names))
    return scope


def _chain(text: str, places: Places) -> Scope:
    """Divisions of the gazetteer from the beginning on, then those that only have a name.

    A name that the gazetteer has counts as a mere name behind one that it lacks (东湖区 of an invented city).
    """
    from kb.regions import ancestors, find_regions

    at, code = 0, None
    for mention in find_regions(text):
        if mention.start != at or (code and code not in ancestors(mention.code)):
            break
        at, code = mention.end, mention.code
    names = tuple(_names(text[at:], places))
    if code is None and not names:
        raise ProfileError(f"不认识“地区：{text}”。请写区划的全名，如 温州市鹿城区、云溪市河湾区。")
    return Scope(text, (code, *ancestors(code)) if code else (), names)


def _names(text: str, places: Places) -> list[str]:
    """Names of divisions one behind the other; short ones (云溪) of known places count as well."""
    found = [m.group() for m in _NAME.finditer(text)]
    if found:
        return found
    return [n for n in places.names if n[:-1] == text]


def _one_place(parts: Sequence[str]) -> str:
    """Parts written apart (云溪市 河湾区) as one place, where each is of a lower rank than the one before."""
    depths = [DEPTHS.get(part[-1], 0) for part in parts]
    if not all(0 < a < b for a, b in zip(depths, depths[1:], strict=False)):
        raise ProfileError(
            f"“地区”写了“{parts[0]}”和“{parts[1]}”两个地方，一次只能查一个。"
            "请只留下注册或居住的那一个，另一个另查一次。"
        )
    return "".join(parts)


def _above(name: str, places: Places, headers: Sequence[DocumentHeader], read: Read) -> tuple[str, ...]:
    """The city that the base tells a district of: whose documents bear on the district's own, else speak of it.

    Nothing where there is none, or another one nearly as often.
    """
    of = {h.policy_id: places.of(h).names for h in headers}
    cities: Counter[str] = Counter()
    for header in headers:
        if any(name in of.get(relation.policy_id or "", ()) for relation in header.affected_by):
            cities.update(n for n in places.within(header.title) if DEPTHS.get(n[-1], 0) == 2)
    return _clear(cities) or _clear(_speaking(name, of, places, read))


def _speaking(name: str, of: dict[str, tuple[str, ...]], places: Places, read: Read) -> Counter[str]:
    """How many documents of each city name a district, and how many of the district's own name each city."""
    cities: Counter[str] = Counter()
    asked = [policy_id for policy_id, names in of.items() if any(n == name or DEPTHS.get(n[-1], 0) == 2 for n in names)]
    for document in read(asked):
        mine = of[document.policy_id]
        if name in mine:
            cities.update(n for n in places.within(document.text) if DEPTHS.get(n[-1], 0) == 2)
        elif name in document.text:
            cities.update(mine)
    return cities


def _clear(cities: Counter[str]) -> tuple[str, ...]:
    """The city that is named, where no other is nearly as often."""
    (first, most), (_, next_most) = [*cities.most_common(2), ("", 0), ("", 0)][:2]
    return (first,) if most > 0 and most >= _SURE * next_most else ()
