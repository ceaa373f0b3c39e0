"""The same support stated in several documents as one, and the order: certainty first, then the benefit by value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kb.model import Kind, PolicyDocument, Provision
from kb.support.candidates import Candidate
from kb.support.facts import grams
from kb.support.kinds import SupportKind
from kb.support.results import Group, Support, Verdict
from kb.text.docnumber import find_doc_numbers
from kb.text.quantity import find_quantities

#: The document to read of several that state the same: the rule before its table, guide and explanation
_ORDER = (Kind.SERVICE_GUIDE, Kind.OTHER, Kind.INTERPRETATION, Kind.DIGEST, Kind.NEWS)
_NAMELESS = re.compile(r"一次性|市级|区级|县级|省级|补贴|补助|奖励|奖补|资助|项目|[“”（）()]")
_VERDICTS = {Verdict.ELIGIBLE: 0, Verdict.TO_CONFIRM: 1, Verdict.ONE_SHORT: 2}


def fold(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Candidates that state one support, together; in each list the one to read comes first."""
    ordered = sorted(candidates, key=lambda c: (_rank(c), c.document.policy_id, c.provision.start))
    folded: list[list[Candidate]] = []
    for one in ordered:
        home = next((f for f in folded if one.place == f[0].place and one.out == f[0].out and _same(f[0], one)), None)
        if home is None:
            folded.append([one])
        else:
            home.append(one)
    return folded


def _rank(one: Candidate) -> tuple[int, int]:
    kind = one.document.kind
    row = "|" in one.text.split("\n", 1)[0]
    return (_ORDER.index(kind) + 1 if kind in _ORDER else 0, int(row))


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two provisions of a place state the same support: a shared sum, and a tie or a name in common."""
    if one.document.policy_id == other.document.policy_id:
        return False
    ours, theirs = sums_of(one.provision), sums_of(other.provision)
    if ours and theirs and not ours & theirs:
        return False
    names = _names_alike(one.provision.benefit, other.provision.benefit)
    if not (ours and theirs):
        return names and _tied(one.document, other.document)
    if names:
        return True
    return _tied(one.document, other.document) and len(ours & theirs) >= min(2, len(ours), len(theirs))


def sums_of(provision: Provision) -> frozenset[tuple[Decimal, str]]:
    """The amounts, rates and ceilings of a provision by value."""
    said = "；".join(s for s in (provision.amount, provision.rate, provision.cap) if s)
    return frozenset((q.value, q.unit) for q in find_quantities(said) if q.unit in ("元", "%", "个百分点", "倍"))


def _names_alike(one: str, other: str) -> bool:
    a, b = (grams(_NAMELESS.sub("", name)) for name in (one, other))
    return bool(a and b) and len(a & b) >= max(1, (min(len(a), len(b)) + 1) // 2)


def _tied(one: PolicyDocument, other: PolicyDocument) -> bool:
    """Whether one of two documents names the other: by its number, or by its title."""
    for a, b in ((one, other), (other, one)):
        if a.doc_number and any(n.canonical == _canonical(a.doc_number) for n in find_doc_numbers(b.text)):
            return True
        if a.title and len(a.title) > 6 and a.title.strip("《》") in b.text:
            return True
    return bool(one.issuer and one.issuer == other.issuer)


def _canonical(number: str) -> str:
    found = find_doc_numbers(number)
    return found[0].canonical if found else number


def value_of(provision: Provision) -> Decimal:
    """The benefit in 元 as far as it is stated: the largest sum of the amount and the ceiling."""
    said = "；".join(s for s in (provision.amount, provision.cap) if s)
    return max((q.value for q in find_quantities(said) if q.unit == "元"), default=Decimal(0))


def order(supports: Iterable[Support]) -> list[Support]:
    """Supports by certainty, then fewer open questions, then the larger benefit."""
    return sorted(
        supports, key=lambda s: (_VERDICTS[s.verdict], _open(s), -s.value, s.source.policy_id, s.source.start)
    )


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
