"""How far readers who saw only the documents agree with the gold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.answers import answer_recall
from eval.errors import EvalError
from eval.model import Question, Said


@dataclass(frozen=True, slots=True)
class Agreement:
    """A reader's answers against the gold: ids of the questions on which they differ, out of ``count``.

    ``verdict``: whether there is an answer at all; ``strings``: not all of the gold is said, where both say there is
    one; ``documents``: none was read, or one that is not among the relevant ones.
    """

    count: int
    verdict: tuple[str, ...]
    strings: tuple[str, ...]
    documents: tuple[str, ...]


def agreement(answers: Sequence[Mapping[str, Any]], questions: Iterable[Question]) -> Agreement:
    """Compare rows of ``_id``, ``answerable``, ``answer``, ``documents``. Raises EvalError for an unknown question."""
    asked = {question.question_id: question for question in questions}
    if unknown := [row["_id"] for row in answers if row["_id"] not in asked]:
        raise EvalError(f"盲答里的 {unknown[0]} 不在评测集里。")
    verdict, strings, documents = [], [], []
    for row in answers:
        question = asked[row["_id"]]
        if row["answerable"] is not question.answerable:
            verdict.append(question.question_id)
        elif question.answerable:
            if answer_recall(question, Said(row["answer"], abstained=False)) != 1.0:
                strings.append(question.question_id)
            if not row["documents"] or not set(row["documents"]) <= question.relevant.keys():
                documents.append(question.question_id)
    return Agreement(len(answers), tuple(verdict), tuple(strings), tuple(documents))
