"""Public bodies: where a text names them, which names are of one body, and those that the evidence does not name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.catalog.titles import place_of
from kb.matching import abbreviates, held
from kb.text import squash

_END = r"委员会|人民政府|法院|检察院|管理中心|服务中心|办公室|部门|机关|联合会|局|厅|委(?=[、，。；（牵负会和与]|$)"
_BODY = re.compile(
    r"(?:(?![由向经报和与及在为是对将从到按请找属该各或者被归到交给])[\u4e00-\u9fff]){2,14}?"
    rf"(?:{_END})(?![面部势限])"
)
_NO_BODY = re.compile(
    r"(?:格|布|结|大|当|全|战|僵|开|变|时|破)局$|(?:大|展|餐|客|舞|前|门|正)厅$|^(?:有关|相关|主管|所属|上级|本|其他|有权|以上|这些|哪个|行业主管|业务|职能)*(?:部门|机关|办公室)$"
)
_PREFIX = re.compile(r"^(?:[\u4e00-\u9fff]{0,4}?[省市区县镇]|国家|各级)+(?=[\u4e00-\u9fff]{3})")
_SUFFIX = re.compile(r"(?:行政)?(?:主管|管理)?(?:部门|局|厅|委员会|委|机关)$")
_SHORT = re.compile(r"[\u4e00-\u9fff]{2,3}(?:局|厅|委)")
_SHORTEST, _LONGEST = 2, 5  # characters of a place's name: more than, at most
_TAIL = 3  # characters of a name that tell which body it is: 林业局


@lru_cache(maxsize=256)
def bodies(text: str) -> tuple[tuple[int, int, str], ...]:
    """The bodies that a text names: start, end, name."""
    return tuple((m.start(), m.end(), m.group()) for m in _BODY.finditer(text) if not _NO_BODY.search(m.group()))


@lru_cache(maxsize=4096)
def same_body(one: str, other: str) -> bool:
    """Whether two names can be of one body: 市人社局 and 市人力资源和社会保障局, 财政部门 and 市财政局."""
    if one.endswith(other) or other.endswith(one):
        return True
    places = [place_of(name) for name in (one, other)]
    a, b = (_PREFIX.sub("", _placeless(name, places)) for name in (one, other))
    if a.endswith(b) or b.endswith(a) or abbreviates(a, b) or abbreviates(b, a):
        return True
    a, b = _SUFFIX.sub("", a), _SUFFIX.sub("", b)
    return bool(a and b) and (a.endswith(b) or b.endswith(a) or _short_of(a, b) or _short_of(b, a))


def _placeless(name: str, places: Sequence[str]) -> str:
    """A body's name without the short name of one of these places in front of it: 海岭 of 海岭县."""
    shorts = (place[:-1] for place in places if _SHORTEST < len(place) <= _LONGEST)
    end = max((len(short) for short in shorts if name.startswith(short)), default=0)
    return name[end:] if len(name) - end >= _TAIL else name


def _short_of(short: str, full: str) -> bool:
    """人社 of 人力资源和社会保障: its characters in order, from the first."""
    at = -1
    for char in short:
        at = full.find(char, at + 1)
        if at < 0:
            return False
    return len(short) >= 2 and full[0] == short[0]


def strangers(text: str, quotes: Sequence[str], heads: Sequence[str]) -> list[str]:
    """Bodies that neither the quotations nor the documents' heads name, as written; empty when fine."""
    key = squash("\n".join([*quotes, *heads]))
    shorts = set(_SHORT.findall(key))
    named = dict.fromkeys(name for _, _, name in bodies(text))
    return [name for name in named if not _is_named(squash(name), key, shorts)]


def _is_named(name: str, key: str, shorts: set[str]) -> bool:
    if name.endswith(("部门", "机关")):
        stem = _SUFFIX.sub("", name)
        return not stem or stem[-2:] in key or any(same_body(name, other) for _, _, other in bodies(key))
    if name in key or name[-_TAIL:] in key or held(name[-_TAIL:], key) >= 0.9:
        return True
    return any(abbreviates(short, name) or abbreviates(short[-_TAIL:], name) for short in shorts)
