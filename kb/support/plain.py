"""An answer of the support desk as plain values: the stable JSON whose fields ``docs/support.md`` tells."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from kb.support.compare import Comparison
from kb.support.results import Matches
from kb.support.summary import summarise


def as_json(found: Matches, table: Comparison | None = None, left: tuple[str, ...] = ()) -> dict[str, Any]:
    """What JSON holds of an answer, of the table beside it and of what was not understood."""
    values = dict(_plain(found))
    for support in (*(s for g in values["groups"] for s in g["supports"]), *values["near"], *values["apart"]):
        support["conditions"] = [_condition(judged) for judged in support["conditions"]]
    summary = [{"text": s.text, "citations": list(s.citations)} for s in summarise(found)]
    more = {"summary": summary, "not_understood": list(left), "comparison": _plain(table) if table else None}
    values.update(more)
    return values


def _condition(judged: dict[str, Any]) -> dict[str, Any]:
    """A condition with its mark in one object."""
    mark: dict[str, Any] = judged["mark"]
    condition: dict[str, Any] = mark["condition"]
    return condition | {
        "mark": mark["state"],
        "because": mark["because"],
        "question": mark["question"],
        "policy_id": judged["policy_id"],
        "n": judged["n"],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - a dataclass tree
    """A dataclass tree with dates and decimals as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
