"""Public bodies a sentence names: each must be named by what it cites, in full or by a short name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.matching import abbreviates, held
from kb.text import squash

_BODY = re.compile(r"[\u4e00-\u9fff]{2,14}?(?:委员会|人民政府|局|厅|法院|检察院)(?![面部势限])")
_NO_BODY = re.compile(r"(?:格|布|结|大|当|全|战|僵|开|变|时|破)局$|(?:大|展|餐|客|舞|前|门|正)厅$")
_SHORT = re.compile(r"[\u4e00-\u9fff]{2,3}(?:局|厅|委)")
_TAIL = 3  # characters of a name that tell which body it is: 林业局


def strangers(text: str, quotes: Sequence[str], heads: Sequence[str]) -> list[str]:
    """Bodies that neither the quotations nor the documents' heads name, as written; empty when fine."""
    key = squash("\n".join([*quotes, *heads]))
    shorts = set(_SHORT.findall(key))
    named = dict.fromkeys(m.group() for m in _BODY.finditer(text) if not _NO_BODY.search(m.group()))
    return [name for name in named if not _is_named(squash(name), key, shorts)]


def _is_named(name: str, key: str, shorts: set[str]) -> bool:
    if name in key or name[-_TAIL:] in key or held(name[-_TAIL:], key) >= 0.9:
        return True
    return any(abbreviates(short, name) or abbreviates(short[-_TAIL:], name) for short in shorts)
