"""Folds for cross-validation: questions on the same documents stay in one fold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from eval.model import Question


def fold_of(question: Question, folds: int, seed: int = 0) -> int:
    """The fold of a question: by a hash of its first relevant document, else of itself."""
    relevant = sorted(p for p, grade in question.relevant.items() if grade > 0)
    key = question.context_id or (relevant[0] if relevant else f"?{question.question_id}")
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % folds


def split(questions: Sequence[Question], folds: int, seed: int = 0) -> list[int]:
    """The fold of each question, in order."""
    return [fold_of(q, folds, seed) for q in questions]
