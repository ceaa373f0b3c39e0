"""How often a look-alike takes the right document's place: another document of its family that does not answer.

Families are the same matter in other years, regions, levels and 文号 (``manifest.json``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile

from eval.model import Question, Result
from eval.ranking import rank_documents, searched_for
from eval.scoring import PerQuestion

#: Measures by question, with the names they are shown by. Less is better.
MEASURES = {
    "lookalike_first": "近似文件居首",
    "lookalike_above": "近似文件在前",
    "near_miss_answered": "差一点的问题仍作答",
}
#: The reason that makes an unanswerable question no near miss.
_FAR = "范围外"


def lookalikes(
    questions: Iterable[Question],
    near: Mapping[str, str],
    results: Mapping[str, Result],
    families: Mapping[str, str],
) -> PerQuestion:
    """Each question's values; one that a measure does not apply to lacks it, a missing result ranks nothing.

    ``near`` is why a question is unanswerable, ``families`` the documents'. The first two measures are of questions
    whose gold has look-alikes: whether one is first; whether one stands above all of the gold. The third is of
    near-miss questions where the system answers at all: whether it did instead of refusing.
    """
    found: PerQuestion = {}
    for question in questions:
        i = question.question_id
        result = results.get(i, Result(i))
        found[i] = {}
        if searched_for(question):
            found[i] = _ranked(question, rank_documents(result.spans), families)
        elif result.said is not None and near.get(i, _FAR) != _FAR:
            found[i] = {"near_miss_answered": float(not result.said.abstained)}
    return found


def _ranked(question: Question, ranked: list[str], families: Mapping[str, str]) -> dict[str, float]:
    gold = {policy_id for policy_id, grade in question.relevant.items() if grade > 0}
    own = {families[policy_id] for policy_id in gold}
    alike = {policy_id for policy_id, family in families.items() if family in own} - gold
    if not alike:
        return {}
    above = list(takewhile(lambda policy_id: policy_id not in gold, ranked))
    return {
        "lookalike_first": float(bool(alike & set(above[:1]))),
        "lookalike_above": float(bool(alike & set(above))),
    }
