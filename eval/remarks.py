"""What a system's results lack that no mean tells: documents that are in no corpus, questions with nothing found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.model import Dataset, Result

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Lacks:
    """``unknown`` spans are of documents not in the set, a few are named; ``empty`` answerable questions got none."""

    unknown: int
    examples: tuple[str, ...]
    empty: int


def lacks_of(dataset: Dataset, results: Mapping[str, Result]) -> Lacks:
    """What one system's results lack; questions that failed are counted elsewhere."""
    unknown = [s.policy_id for r in results.values() for s in r.spans if s.policy_id not in dataset.records]
    empty = sum(
        not result.spans and not result.error
        for question in dataset.questions
        if question.answerable and (result := results.get(question.question_id)) is not None
    )
    return Lacks(len(unknown), tuple(dict.fromkeys(unknown))[:_NAMED], empty)


def remark(name: str, lacks: Lacks) -> str | None:
    """One line about a system; None where nothing is lacking."""
    said = []
    if lacks.unknown:
        named = "、".join(lacks.examples)
        said.append(f"{lacks.unknown} 个片段的编号不在 corpus.jsonl 里（例如 {named}），按不相关计")
    if lacks.empty:
        said.append(f"{lacks.empty} 个可答的问题没有结果（系统什么也没有找到），按 0 计")
    return f"{name}：{'；'.join(said)}。" if said else None
