"""Conditions that are but names of persons (特困人员、孤儿), of whom any will do: met by who says to be one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.polarity import affirms
from kb.support.reading import Finding, found
from kb.support.speaking import of_kin

_BETWEEN = re.compile(r"、|或者|或|和(?!谐)|以及")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,10}")
#: Words of a condition that is more than a name
_MORE = re.compile(r"[的满在未不无有并为与]|以上|以下|以内")
_IS = re.compile(r"是|属于|列[为成入]|认定|算|纳入|享受|评[为上]")
_OVER = re.compile(r"以前|曾经|原来|取消|退出|消除|不再")


def named_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The whole of such a condition, where a statement says by its name that the claimant is one of them."""
    names = _BETWEEN.split(text)
    if not all(_NAME.fullmatch(name) and not _MORE.search(name) for name in names):
        return
    for name in names:
        for said in facts.free:
            is_one = name in said.text and _IS.search(said.text[: said.text.find(name)])
            if is_one and affirms(said.text) and not (_OVER.search(said.text) or of_kin(said.text, name)):
                yield found(0, len(text), True, said)
                return
