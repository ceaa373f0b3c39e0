"""The same support stated in several documents as one, and the order: certainty first, then the benefit by value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from kb.model import Kind, PolicyDocument, Provision
from kb.support.candidates import Candidate
from kb.support.kinds import SupportKind, kind_of
from kb.support.meanings import grams
from kb.support.results import Group, Support, Verdict
from kb.text.quantity import find_quantities

#: The document to read of several that state the same: the rule before its table, guide and explanation
_ORDER = (
    Kind.DETAILED_RULES,
    Kind.IMPLEMENTATION,
    Kind.ACTION_PLAN,
    Kind.PLANNING,
    Kind.SERVICE_GUIDE,
    Kind.OTHER,
    Kind.INTERPRETATION,
    Kind.DIGEST,
    Kind.NEWS,
)
_NUMBER = re.compile(r"〔\d{4}〕")
_NAMELESS = re.compile(r"一次性|市级|区级|县级|省级|补贴|补助|奖励|奖补|资助|项目|[“”（）()]")
_VERDICTS = {Verdict.ELIGIBLE: 0, Verdict.TO_CONFIRM: 1, Verdict.ONE_SHORT: 2}


def fold(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Candidates that state one support, together; in each list the one to read comes first."""
    folded: list[list[Candidate]] = []
    homes = _Homes()
    for one in sorted(candidates, key=reading_order):
        home = next((i for i in homes.near(one) if states_same(folded[i][0], one)), None)
        if home is None:
            homes.add(one, len(folded))
            folded.append([one])
        else:
            folded[home].append(one)
    return folded


class _Homes:
    """Which supports of a place and standing another may be the same as: those with a sum or a part of a name of its.

    Without it each would be held against all.
    """

    def __init__(self) -> None:
        self._by: defaultdict[Hashable, list[int]] = defaultdict(list)

    def near(self, one: Candidate) -> list[int]:
        """The numbers of those, in order. Two that both state sums must share one."""
        where, sums, parts = (one.place, one.out), sums_of(one.provision), _parts(one.provision.benefit)
        keys: list[Hashable] = [*((where, s) for s in sums), *((where, bool(sums), p) for p in parts)]
        return sorted({i for key in keys for i in self._by.get(key, ())})

    def add(self, one: Candidate, number: int) -> None:
        """Take in a support by the keys that others may find it by."""
        where, sums = (one.place, one.out), sums_of(one.provision)
        for key in sums:
            self._by[where, key].append(number)
        for part in _parts(one.provision.benefit):
            self._by[where, False, part].append(number)
            if not sums:
                self._by[where, True, part].append(number)


def reading_order(one: Candidate) -> tuple[tuple[int, int], bool, str, int]:
    """The key by which the document to read comes first: a rule before its table and guide, one that says who."""
    return _rank(one), not _says_who(one), one.document.source or one.document.policy_id, one.provision.start


def _says_who(one: Candidate) -> bool:
    return bool(one.provision.audience or one.provision.conditions)


def _rank(one: Candidate) -> tuple[int, int]:
    kind = one.document.kind
    row = "|" in one.text.split("\n", 1)[0]
    return (_ORDER.index(kind) + 1 if kind in _ORDER else 0, int(row))


def states_same(one: Candidate, other: Candidate) -> bool:
    """Whether two provisions of a place state the same support: by name and a shared sum, or by sums and a citation."""
    if one.document.policy_id == other.document.policy_id:
        return False
    ours, theirs = sums_of(one.provision), sums_of(other.provision)
    shared = ours & theirs
    names = names_alike(one.provision.benefit, other.provision.benefit)
    if not ours or not theirs:
        return names and _tied(one.document, other.document)
    if names:
        return bool(shared)
    whole = len(shared) == min(len(ours), len(theirs))
    if _cites(one.text, other.document) or _cites(other.text, one.document):
        return whole and kind_of(one.provision.benefit, one.text) is kind_of(other.provision.benefit, other.text)
    if any("|" in c.text and _NUMBER.search(c.text) for c in (one, other)):
        return False  # a row names what it is of, and it is not this
    return whole and len(shared) > 1 and _tied(one.document, other.document)


@lru_cache(maxsize=65536)
def sums_of(provision: Provision) -> frozenset[tuple[Decimal, str]]:
    """The amounts, rates and ceilings of a provision by value."""
    said = "；".join(s for s in (provision.amount, provision.rate, provision.cap) if s)
    return frozenset((q.value, q.unit) for q in find_quantities(said) if q.unit in ("元", "%", "个百分点", "倍"))


@lru_cache(maxsize=65536)
def _named(name: str) -> tuple[str, frozenset[str]]:
    """A name of a support without the words that name nothing, and its pairs of characters."""
    bare = _NAMELESS.sub("", name)
    return bare, grams(bare)


def _parts(name: str) -> frozenset[str]:
    """What two names that are alike share one of."""
    bare, pairs = _named(name)
    return pairs or frozenset({bare})


def names_alike(one: str, other: str) -> bool:
    """Whether two names of supports say the same but for words that name nothing."""
    (first, a), (second, b) = _named(one), _named(other)
    if not first or not second:
        return False
    if first == second or min(len(first), len(second)) >= 4 and (first in second or second in first):
        return True
    return bool(a and b) and len(a & b) * 3 >= max(len(a), len(b)) * 2


def _tied(one: PolicyDocument, other: PolicyDocument) -> bool:
    """Whether one of two documents names the other by its number or title, or both are of one body."""
    if one.issuer and one.issuer == other.issuer:
        return True
    return _cites(one.text, other) or _cites(other.text, one)


def _cites(text: str, document: PolicyDocument) -> bool:
    number = document.doc_number
    if number and number in text:
        return True
    title = (document.title or "").strip("《》")
    return len(title) > 6 and f"《{title}》" in text


def value_of(provision: Provision) -> Decimal:
    """The benefit in 元 as far as it is stated: the largest sum of the amount and the ceiling."""
    said = "；".join(s for s in (provision.amount, provision.cap) if s)
    return max((q.value for q in find_quantities(said) if q.unit == "元"), default=Decimal(0))


def order(supports: Iterable[Support]) -> list[Support]:
    """Supports by certainty, then fewer open questions, then the larger benefit."""
    return sorted(supports, key=lambda s: (_VERDICTS[s.verdict], _open(s), -s.value, s.source.title, s.source.start))


def _open(support: Support) -> int:
    return min(len(support.questions), 4)


def grouped(supports: Iterable[Support]) -> tuple[Group, ...]:
    """Supports in groups by kind; the group with the most certain and largest benefit first."""
    ordered = order(supports)
    kinds = list(dict.fromkeys(s.kind for s in ordered))
    return tuple(Group(kind, tuple(s for s in ordered if s.kind is kind)) for kind in _by_best(kinds, ordered))


def _by_best(kinds: list[SupportKind], ordered: list[Support]) -> list[SupportKind]:
    best = {kind: next(i for i, s in enumerate(ordered) if s.kind is kind) for kind in kinds}
    return sorted(kinds, key=lambda k: best[k])
