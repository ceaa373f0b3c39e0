"""Folds for cross-validation: questions that share a document, directly or by way of others, stay in one fold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from eval.gold import relevant_documents
from eval.model import Dataset, Question


def source_of(dataset: Dataset) -> str:
    """The name of a set, told apart from others of the same name."""
    return f"{dataset.name}@{dataset.digest[:6]}"


def split(questions: Sequence[Question], folds: int, seed: int = 0) -> list[int]:
    """The fold of each question, in order, by a hash of seed and the group of documents it belongs to."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        parents.setdefault(name, name)
        while parents[name] != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    keys = [relevant_documents(q) or [f"?{q.question_id}"] for q in questions]
    for documents in keys:
        for other in documents[1:]:
            first, second = sorted((root(documents[0]), root(other)))
            parents[second] = first
    return [_fold(root(documents[0]), folds, seed) for documents in keys]


def _fold(key: str, folds: int, seed: int) -> int:
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % folds
