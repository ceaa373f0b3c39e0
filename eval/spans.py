"""Evidence-span recall and cover: is the gold string inside what was retrieved, whatever the chunks' size.

The budget is ``k`` slices of at most 400 characters. A longer span takes the place of as many slices as it fills, the
last one cut where the budget ends; so a system gains nothing by returning whole documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eval.gold import LONGEST, Gold, Place
from eval.model import Record, Span


def within_budget(spans: Iterable[Span], records: Mapping[str, Record], k: int, width: int = LONGEST) -> list[Place]:
    """The stretches of text that fit into ``k`` slices of ``width`` characters, in rank order."""
    left = k
    shown: list[Place] = []
    for span in spans:
        if left <= 0:
            break
        record = records.get(span.policy_id)
        if record is None:
            left -= 1  # an unknown document is shown too
            continue
        start = max(0, span.start or 0)
        end = min(len(record.text), len(record.text) if span.end is None else span.end)
        needed = max(1, -(-(end - start) // width))
        shown.append(Place(span.policy_id, start, min(end, start + left * width)))
        left -= needed
    return shown


def span_recall(gold: Gold, spans: Sequence[Span], records: Mapping[str, Record], k: int) -> float | None:
    """The share of the gold's groups that have a place inside the budget; None where the gold is not (all) there."""
    if not gold.whole:
        return None
    shown = within_budget(spans, records, k)
    return sum(any(_inside(place, shown) for place in group) for group in gold.groups) / len(gold.groups)


def span_cover(gold: Gold, spans: Sequence[Span], records: Mapping[str, Record], k: int) -> float | None:
    """The share of the gold's characters inside the budget, however many spans they lie in: mean over its groups."""
    if not gold.whole:
        return None
    shown = within_budget(spans, records, k)
    return sum(max(_covered(place, shown) for place in group) for group in gold.groups) / len(gold.groups)


def _covered(place: Place, shown: Iterable[Place]) -> float:
    held: set[int] = set()
    for s in shown:
        if s.policy_id == place.policy_id:
            held.update(range(max(s.start, place.start), min(s.end, place.end)))
    return len(held) / (place.end - place.start)


def _inside(place: Place, shown: Iterable[Place]) -> bool:
    return any(s.policy_id == place.policy_id and s.start <= place.start and place.end <= s.end for s in shown)
