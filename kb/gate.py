"""Whether the best evidence is about what was asked; if not, the reason in words a user understands.

Similarity is no ground for an answer (near misses are the most similar of all): what decides is agreement, term by
term, on place, year, figures, the kind of value wanted, and the words the question is about.
"""

from __future__ import annotations

from kb.asks import Ask, Measure
from kb.evidence import Evidence, Question
from kb.matching import WeightedTerm
from kb.regions import region_name
from kb.tuning import Thresholds
from kb.values import HARD

_LONGEST_NAMED = 16  # characters of a term named in a refusal
_VALUE = {
    Ask.NUMBER: "数值",
    Ask.DATE: "时间",
    Ask.PHONE: "联系电话",
    Ask.DOC_NUMBER: "文号",
    Ask.UNIT: "责任单位",
}


def admissible(question: Question, evidence: Evidence, limits: Thresholds | None) -> bool:
    """Whether a sentence may carry an answer; without limits any may."""
    return failing(question, evidence, limits) is None


def failing(question: Question, evidence: Evidence, limits: Thresholds | None) -> str | None:
    """The first ground on which a sentence may not carry an answer: a field of Features, or None."""
    if limits is None:
        return None
    f = evidence.features
    # What a higher place provides for holds below it; what it counts does not.
    counted = question.query.wants(Ask.NUMBER) and Measure.MONEY not in question.query.measures
    if f.region < (limits.counted_region if counted else limits.region):
        return "region"
    if f.year < limits.year:
        return "year"
    if f.stated < limits.stated:
        return "stated"
    if f.scope < limits.scope or (f.rest > limits.rest and f.own < limits.own):
        return "scope"
    if _missing_weight(question, evidence) > limits.missing or _other_name(question, evidence):
        return "scope"
    if f.typed == 0.0 or (question.query.wants(*HARD) and f.near < limits.near):
        return "typed"
    return None


def reason(question: Question, best: Evidence | None, ground: str | None) -> str:
    """Why there is no answer, in Chinese."""
    if best is None:
        return "知识库里没有找到与这个问题有关的内容。"
    query = question.query
    if ground == "region":
        names = "、".join(dict.fromkeys(region_name(m.code) if len(m.codes) == 1 else m.name for m in query.regions))
        return f"没有找到关于{names}的依据：内容最接近的文件讲的是别的地区。"
    if ground == "year":
        years = "、".join(f"{y}年" for y in query.years)
        return f"没有找到{years}的依据：内容最接近的文件讲的是别的年份。"
    if ground == "stated":
        figures = "、".join([q.raw for q in query.quantities] + list(query.dates) + list(query.titles))
        return f"没有找到与“{figures}”相符的依据。"
    if ground == "typed":
        wanted = "、".join(_VALUE[a] for a in query.asks if a in _VALUE) or "内容"
        return f"找到了相关文件，但其中没有写明所问的{wanted}。"
    missing = missing_terms(question, best)
    if missing:
        return f"没有足够的依据：最接近的文件里没有提到“{'”“'.join(missing[:3])}”。"
    return "没有找到足够的依据来回答这个问题。"


def missing_terms(question: Question, evidence: Evidence) -> list[str]:
    """The question's terms that neither the sentence nor what governs it holds, weightiest first."""
    gone = [t for t, h in zip(question.terms, evidence.held, strict=True) if h < 0.35 and len(t.term) > 1]
    return [
        t.term if len(t.term) <= _LONGEST_NAMED else t.term[:_LONGEST_NAMED] + "…" for t in sorted(gone, key=_weight)
    ]


def _weight(term: WeightedTerm) -> float:
    return -term.weight


def _other_name(question: Question, evidence: Evidence) -> bool:
    """Whether the question names a place, person or body that nothing about the evidence mentions."""
    return any(t.proper and h < 0.35 for t, h in zip(question.terms, evidence.held, strict=True))


def _missing_weight(question: Question, evidence: Evidence) -> float:
    total = sum(t.weight for t in question.terms)
    gone = sum(t.weight for t, h in zip(question.terms, evidence.held, strict=True) if h < 0.35)
    return gone / total if total else 0.0
