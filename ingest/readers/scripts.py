"""Raised and lowered numbers in the characters there are for them: 10⁻⁴, m², CO₂."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+\-−–]?[0-9]{1,3}")  # a mark of a note ([1], *) stays as it is
_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_LOWERED = str.maketrans("0123456789+-−–", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋")


def raised(text: str) -> str:
    """A number as superscript; other text as it is."""
    return text.strip().translate(_RAISED) if _NUMBER.fullmatch(text.strip()) else text


def lowered(text: str) -> str:
    """A number as subscript; other text as it is."""
    return text.strip().translate(_LOWERED) if _NUMBER.fullmatch(text.strip()) else text
