"""Scores of the support desk against labelled profiles: provisions found, wrongly shown, and condition marks right.

``python -m tests.support_scores FILE HOME`` prints each miss. The labels' form is told in docs/support.md.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kb.catalog import Catalog, CatalogView
from kb.match import Matches, Profile, Support, Verdict, match, read_profile, read_sentence

_SHOWN = (Verdict.ELIGIBLE, Verdict.TO_CONFIRM)
_FAILED = "不符合"


@dataclass
class Scores:
    """Counts over profiles; ``misses`` tell each in words."""

    expected: int = 0
    found: int = 0
    shown: int = 0
    right: int = 0
    marks: int = 0
    marks_right: int = 0
    out_of_force: int = 0
    forbidden: int = 0
    eligible: int = 0
    wrongly_eligible: int = 0
    """Supports called 符合 that no label calls so, be they expected otherwise or not at all; 可有可无 aside."""
    misses: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.shown if self.shown else 1.0

    @property
    def accuracy(self) -> float:
        return self.marks_right / self.marks if self.marks else 1.0

    def __str__(self) -> str:
        return (
            f"recall {self.recall:.3f} ({self.found}/{self.expected})  precision {self.precision:.3f} "
            f"({self.right}/{self.shown})  marks {self.accuracy:.3f} ({self.marks_right}/{self.marks})  "
            f"wrong 符合 {self.wrongly_eligible} of {self.eligible}  "
            f"out of force {self.out_of_force}  must not {self.forbidden}"
        )


@dataclass(frozen=True)
class Place:
    """A quote of a label in the base."""

    policy_id: str
    start: int
    end: int


def load(path: Path) -> list[dict[str, Any]]:
    """The labelled profiles of a file."""
    cases = json.loads(path.read_text("utf-8"))
    assert isinstance(cases, list)
    return cases


def profile_of(case: dict[str, Any]) -> Profile:
    """The profile of a case, from its form or its sentence."""
    if "profile" in case:
        return read_profile(case["profile"])
    return read_sentence(case["sentence"], date.fromisoformat(case["as_of"])).profile


def places_of(view: CatalogView, label: dict[str, Any]) -> list[Place]:
    """Where a label's quotes stand, its own and those of its ``also``."""
    found = []
    for one in (label, *label.get("also", ())):
        for header in view.documents():
            if not (header.source or "").endswith(one["path"]):
                continue
            text = view.document(header.policy_id).text
            at = text.find(one["quote"])
            if at >= 0:
                found.append(Place(header.policy_id, at, at + len(one["quote"])))
    return found


def covers(support: Support, places: list[Place]) -> bool:
    """Whether one of a support's sources overlaps one of the places."""
    return any(
        s.policy_id == p.policy_id and s.start < p.end and p.start < s.end for s in support.sources for p in places
    )


def score(view: CatalogView, cases: list[dict[str, Any]]) -> Scores:
    """The scores over all cases. What a case raises is raised: a desk that fails has no score."""
    scores = Scores()
    for case in cases:
        _score(view, case, match(view, profile_of(case), date.fromisoformat(case["as_of"])), scores)
    return scores


def _score(view: CatalogView, case: dict[str, Any], found: Matches, scores: Scores) -> None:
    labels = [(label, places_of(view, label)) for label in case["expected"]]
    optional = [places_of(view, label) for label in case.get("optional", ())]
    for label, places in labels:
        scores.expected += 1
        if not places:
            scores.misses.append(f"{case['id']} label without a place: {label['quote']}")
        every = [s for s in (*found.supports, *found.near) if covers(s, places)]
        fitting = [s for s in every if _verdict(s) == label["verdict"]]
        scores.found += bool(fitting)
        if not fitting:
            got = "、".join(s.verdict for s in every) or "nothing"
            scores.misses.append(f"{case['id']} MISSED {label['verdict']} got {got}: {label['quote']}")
        own = places_of(view, {**label, "also": ()})
        best = sorted(fitting or every, key=lambda s: not covers(s, own))
        _score_marks(view, case, label, best[:1], scores)
    allowed = [places for label, places in labels if label["verdict"] in _SHOWN]
    _score_eligible(case, found, labels, optional, scores)
    for support in found.supports:
        if any(covers(support, p) for p in optional) and not any(covers(support, p) for p in allowed):
            continue
        scores.shown += 1
        right = any(covers(support, p) for p in allowed)
        scores.right += right
        if not right:
            scores.misses.append(
                f"{case['id']} UNEXPECTED {support.verdict} {support.benefit} 《{support.source.title}》"
            )
        scores.out_of_force += support.out is not None
    for label in case.get("must_not", ()):
        places = places_of(view, label)
        wrong = [s for s in found.supports if any(covers_source(s, p) for p in places)]
        scores.forbidden += bool(wrong)
        scores.misses += [f"{case['id']} MUST NOT {label['why']}: {label['quote']}" for _ in wrong[:1]]


def _score_eligible(
    case: dict[str, Any],
    found: Matches,
    labels: list[tuple[dict[str, Any], list[Place]]],
    optional: list[list[Place]],
    scores: Scores,
) -> None:
    """Count what is called 符合 and what of it no label calls so."""
    sure = [places for label, places in labels if label["verdict"] == Verdict.ELIGIBLE]
    others = [places for label, places in labels if label["verdict"] != Verdict.ELIGIBLE]
    for support in (s for s in found.supports if s.verdict is Verdict.ELIGIBLE):
        scores.eligible += 1
        if any(covers(support, p) for p in sure):
            continue
        if any(covers(support, p) for p in others) or not any(covers(support, p) for p in optional):
            scores.wrongly_eligible += 1
            scores.misses.append(f"{case['id']} WRONG 符合 {support.benefit} 《{support.source.title}》")


def covers_source(support: Support, place: Place) -> bool:
    """Whether the document that is read for a support holds a place."""
    return covers(support, [place])


def _verdict(support: Support) -> str:
    return _FAILED if support.verdict is Verdict.ONE_SHORT else support.verdict.value


def _score_marks(
    view: CatalogView, case: dict[str, Any], label: dict[str, Any], supports: list[Support], scores: Scores
) -> None:
    for wanted in label["conditions"]:
        scores.marks += 1
        places = places_of(view, {"path": wanted.get("path", label["path"]), "quote": wanted["quote"]})
        got = _mark(supports, places)
        scores.marks_right += got == wanted["mark"]
        if got != wanted["mark"]:
            scores.misses.append(f"{case['id']}   mark {wanted['mark']} got {got}: {wanted['quote']}")


def _mark(supports: list[Support], places: list[Place]) -> str | None:
    """The state of the conditions that overlap a place: one failed fails, one unknown leaves it unknown."""
    states = [
        j.mark.state.value
        for s in supports
        for j in s.conditions
        for p in places
        if j.policy_id == p.policy_id and j.mark.condition.start < p.end and p.start < j.mark.condition.end
    ]
    return next((s for s in ("not_met", "unknown", "met") if s in states), None)


def main() -> None:
    """Print the scores of a file of labels over a home."""
    with Catalog(Path(sys.argv[2])).view() as view:
        scores = score(view, load(Path(sys.argv[1])))
    print("\n".join(scores.misses))
    print(scores)


if __name__ == "__main__":
    main()
