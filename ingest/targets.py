"""Goals and actuals with a number: indicator, value, unit, modifier, deadline, and every place that states them."""

from __future__ import annotations

from kb.model import PolicyDocument, Target


def find_targets(doc: PolicyDocument) -> tuple[Target, ...]:
    """The targets of a document in text order, one entry each."""
    return ()
