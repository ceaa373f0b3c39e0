"""Provisions against labels: items matched one to one, F1 by field and over all, strict and loose.

A label is a mapping ``benefit`` -> str and ``amounts rates caps audience conditions materials procedure window phones
deadline`` -> lists. Strict: items count only within aligned provisions. Loose: by field over the whole document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.model import Provision
from kb.text.quantity import find_quantities

FIELDS = ("benefit", "amounts", "rates", "caps", "audience", "conditions", "materials", "procedure", "window", "phones",
          "deadline")  # fmt: skip
_NUMERIC = ("amounts", "rates", "caps", "phones")
_HALF = 0.5
Items = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Count:
    """Matched, predicted and labelled items."""

    matched: int = 0
    predicted: int = 0
    labelled: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted items that match."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the labelled items that are matched."""
        return self.matched / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.predicted + self.labelled
        return 2 * self.matched / total if total else 0.0

    def add(self, other: Count) -> None:
        """Count further items."""
        self.matched += other.matched
        self.predicted += other.predicted
        self.labelled += other.labelled


@dataclass(slots=True)
class Score:
    """Counts by field, strict and loose."""

    strict: dict[str, Count] = field(default_factory=lambda: {f: Count() for f in FIELDS})
    loose: dict[str, Count] = field(default_factory=lambda: {f: Count() for f in FIELDS})

    def add(self, other: Score) -> None:
        """Count a further document."""
        for name in FIELDS:
            self.strict[name].add(other.strict[name])
            self.loose[name].add(other.loose[name])

    def total(self, kind: str = "strict", names: Sequence[str] = FIELDS) -> Count:
        """All fields (or those named) together."""
        whole = Count()
        for name in names:
            whole.add(getattr(self, kind)[name])
        return whole


def items_of(provision: Provision) -> dict[str, list[str]]:
    """A provision's values as lists, by the names of the labels."""

    def parts(value: str | None) -> list[str]:
        return [p for p in (value or "").split("；") if p]

    return {
        "benefit": [provision.benefit],
        "amounts": parts(provision.amount),
        "rates": parts(provision.rate),
        "caps": parts(provision.cap),
        "audience": parts(provision.audience),
        "conditions": list(provision.conditions),
        "materials": list(provision.materials),
        "procedure": list(provision.procedure),
        "window": parts(provision.window),
        "phones": parts(provision.phone),
        "deadline": parts(provision.deadline),
    }


def labelled_items(label: Mapping[str, Any]) -> dict[str, list[str]]:
    """A label's values as lists."""
    return {f: [label[f]] if f == "benefit" else list(label.get(f, [])) for f in FIELDS}


def overlap(one: str, other: str) -> float:
    """F1 of the characters two strings share, white space aside."""
    a, b = Counter(re.sub(r"\s", "", one)), Counter(re.sub(r"\s", "", other))
    total = sum(a.values()) + sum(b.values())
    return 2 * sum((a & b).values()) / total if total else 0.0


def matches(name: str, one: str, other: str) -> bool:
    """Whether two items of a field say the same: equal numbers and units, or half of the characters shared."""
    if name == "phones":
        return re.sub(r"\D", "", one) == re.sub(r"\D", "", other)
    if name in _NUMERIC:
        a, b = _numbers(one), _numbers(other)
        if a or b:
            return a == b
    return overlap(one, other) >= _HALF


def _numbers(text: str) -> list[tuple[str, str]]:
    found = find_quantities(re.sub(r"\s", "", text))
    return [
        (f"{q.value.normalize():f}", q.unit) for q in found if q.unit not in ("", "人") or not q.raw.startswith("一")
    ]


def pair(name: str, predicted: Sequence[str], labelled: Sequence[str]) -> list[tuple[int, int]]:
    """The matching items one to one, the closest first."""
    fit = sorted(
        ((-overlap(p, g), i, j) for i, p in enumerate(predicted) for j, g in enumerate(labelled) if matches(name, p, g))
    )
    left: set[int] = set()
    right: set[int] = set()
    pairs = []
    for _, i, j in fit:
        if i not in left and j not in right:
            pairs.append((i, j))
            left.add(i)
            right.add(j)
    return pairs


def align(predicted: Sequence[Items], labelled: Sequence[Items]) -> dict[int, int]:
    """Predicted -> labelled provision, one to one by name and by the items they share; a pair shares something."""
    fits = []
    for i, p in enumerate(predicted):
        for j, g in enumerate(labelled):
            name = overlap(p["benefit"][0], g["benefit"][0])
            shared = sum(len(pair(f, p[f], g[f])) for f in FIELDS if f != "benefit")
            most = max(1, sum(len(g[f]) for f in FIELDS if f != "benefit"))
            if name >= _HALF or shared:
                fits.append((-(name + min(1.0, shared / most)), i, j))
    found: dict[int, int] = {}
    for _, i, j in sorted(fits):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def score(provisions: Sequence[Provision], labels: Sequence[Mapping[str, Any]]) -> Score:
    """The counts of one document.

    What a document says once belongs to several provisions but is labelled once: equal items predicted for several
    provisions count once, and may match any label of the field.
    """
    predicted, labelled = [items_of(p) for p in provisions], [labelled_items(g) for g in labels]
    found = align(predicted, labelled)
    result = Score()
    for name in FIELDS:
        result.strict[name] = _strict(name, predicted, labelled, found)
        flat = [v for p in predicted for v in p[name]]
        flat = flat if name == "benefit" or name in ("amounts", "rates") else list(dict.fromkeys(flat))
        gold = [v for g in labelled for v in g[name]]
        matched = len(pair(name, flat, gold))
        spread = len({v for p in predicted for v in p[name]}) < sum(len(p[name]) for p in predicted)
        if spread and name != "benefit":
            every = [v for p in predicted for v in p[name]]
            matched_all = len(pair(name, every, gold))
            flat_extra = matched_all - matched
            result.loose[name] = Count(matched_all, len(flat) + max(0, flat_extra), len(gold))
        else:
            result.loose[name] = Count(matched, len(flat), len(gold))
    return result


def _strict(name: str, predicted: Sequence[Items], labelled: Sequence[Items], found: Mapping[int, int]) -> Count:
    count = Count(labelled=sum(len(g[name]) for g in labelled))
    if name == "benefit":
        pairs = [(i, j) for i, j in found.items() if matches(name, predicted[i][name][0], labelled[j][name][0])]
        return Count(len(pairs), len(predicted), count.labelled)
    open_labels = {j: list(g[name]) for j, g in enumerate(labelled)}
    copies = Counter(v for p in predicted for v in p[name])
    shared = {v: 0 for v, n in copies.items() if n > 1 and name not in ("amounts", "rates", "caps")}
    for i, p in enumerate(predicted):
        gold = open_labels.get(found.get(i, -1), [])
        pairs = pair(name, p[name], gold)
        for k, _ in pairs:
            value = p[name][k]
            if value in shared:
                shared[value] += 1
        count.matched += len(pairs)
        count.predicted += len([v for v in p[name] if v not in shared])
        taken = {j for _, j in pairs}
        if i in found:
            open_labels[found[i]] = [v for j, v in enumerate(gold) if j not in taken]
    left = [v for vs in open_labels.values() for v in vs]
    waiting = [v for v, n in shared.items() if not n]
    rescued = pair(name, waiting, left)
    count.matched += len(rescued)
    count.predicted += sum(max(1, n) for n in shared.values())
    return count
