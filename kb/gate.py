"""Whether the best passage answers what was asked; if not, the reason in words a user understands.

Similarity is no ground for an answer (near misses are the most similar of all). What decides is a logistic sum of
signs, learned from answerable and unanswerable questions (``python -m eval tune --only gate``): agreement on place,
year and figures, the kind of value wanted, what of the question is held, and how sure the ranking is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from kb.asks import Ask, Measure
from kb.evidence import Evidence, Question
from kb.lacks import Lack, Lacking
from kb.matching import MISSING, WeightedTerm
from kb.passage import Passage
from kb.regions import region_name
from kb.text import squash
from kb.tuning import Gate
from kb.values import HARD

_LONGEST_NAMED = 16  # characters of a term named in a refusal
_VALUE = {
    Ask.NUMBER: "数值",
    Ask.DATE: "时间",
    Ask.PHONE: "联系电话",
    Ask.DOC_NUMBER: "文号",
    Ask.UNIT: "责任单位",
}
_AGREES = 0.5  # below this a passage speaks of another place or year, or of other figures
_COUNTED_AGREES = 0.75  # what a higher place provides for holds below it; what it counts does not
_SURE = 8.0  # the judge's logit that counts in full
_NEAR = 0.36  # of the question near the wanted value


@dataclass(frozen=True, slots=True)
class GateSigns:
    """What speaks for and against answering with a passage, all in 0..1, but for ``judged`` in -1..1."""

    region: float
    year: float
    stated: float
    scope: float
    untyped: float
    far: float
    missing: float
    other_name: float
    evidence: float
    retrieved: float
    whole: float
    unsaid: float
    lacking: float
    share: float
    judged: float


GATE_SIGNS = tuple(f.name for f in fields(GateSigns))


def signs_of(question: Question, passage: Passage) -> GateSigns:
    """The signs of a passage as an answer to a question."""
    f, held = passage.evidence.features, passage.evidence
    return GateSigns(
        region=f.region,
        year=f.year,
        stated=f.stated,
        scope=f.scope,
        untyped=float(f.typed == 0.0),
        far=float(question.query.wants(*HARD) and f.near < _NEAR),
        missing=passage.signs.missing,
        other_name=float(_other_name(question, held)),
        evidence=passage.signs.evidence,
        retrieved=passage.signs.retrieved,
        whole=passage.signs.whole,
        unsaid=float(passage.unsaid),
        lacking=passage.signs.lacking,
        share=passage.share,
        judged=max(-1.0, min(1.0, (passage.logit or 0.0) / _SURE)),
    )


def likelihood(question: Question, passage: Passage, gate: Gate) -> float:
    """How likely the documents answer the question, judged by its best passage."""
    signs = signs_of(question, passage)
    total = gate.bias + sum(gate.weights.get(name, 0.0) * getattr(signs, name) for name in GATE_SIGNS)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def admissible(question: Question, passage: Passage, gate: Gate | None) -> bool:
    """Whether a passage may carry an answer; without a gate any may.

    However likely the rest makes it, what is said of another person, year or place is no answer, nor what names nobody
    where a person is asked for, nor a document that never speaks of the very thing a follow-up names.
    """
    if gate is None:
        return True
    if stranger(question, passage) or passage.denied or (passage.lack is not None and passage.lack.decisive):
        return False
    return likelihood(question, passage, gate) >= gate.least


def stranger(question: Question, passage: Passage) -> str | None:
    """A person the question names and nothing about the passage does: what is said there is of somebody else."""
    key = squash(passage.view.document.text[passage.start : passage.end]) + passage.view.head_key
    return next((name for name in question.query.people if squash(name) not in key), None)


def contradicts(question: Question, passage: Passage) -> bool:
    """Whether a passage speaks of another place, year or figure than the question."""
    return passage.denied is not None or _ground(question, passage.evidence) in ("region", "year", "stated")


def _ground(question: Question, evidence: Evidence) -> str:
    """What most likely keeps a passage from being the answer: a field of Features."""
    f = evidence.features
    counted = question.query.wants(Ask.NUMBER) and Measure.MONEY not in question.query.measures
    if f.region < (_COUNTED_AGREES if counted else _AGREES):
        return "region"
    if f.year < _AGREES:
        return "year"
    if f.stated < _AGREES:
        return "stated"
    if f.typed == 0.0 and not missing_terms(question, evidence):
        return "typed"
    return "scope"


def reason(question: Question, best: Passage | None) -> str:
    """Why there is no answer, in Chinese."""
    if best is None:
        return "知识库里没有找到与这个问题有关的内容。"
    query, ground = question.query, best.denied or _ground(question, best.evidence)
    plain = _plain_reason(question, best)
    if plain is not None:
        return plain
    if ground == "region":
        known = [region_name(m.code) if len(m.codes) == 1 else m.name for m in query.regions]
        names = "、".join(dict.fromkeys([*known, *(place.name for place in query.places)]))
        return f"没有找到关于{names}的依据：内容最接近的文件讲的是别的地区。"
    if ground == "year":
        years = "、".join(f"{y}年" for y in query.years)
        return f"没有找到{years}的依据：内容最接近的文件讲的是别的年份。"
    if ground == "stated":
        figures = "、".join([q.raw for q in query.quantities] + list(query.dates) + list(query.titles))
        return f"没有找到与“{figures}”相符的依据。"
    if ground == "typed":
        wanted = "、".join(_VALUE[a] for a in query.asks if a in _VALUE) or "内容"
        return f"找到了相关文件，但没有在其中找到所问的{wanted}。"
    if best.lack is not None and ground in ("scope", "typed"):
        return _without(best.lack, query.text)
    if best.unsaid:
        return "最接近的文件说明它没有写这项内容。"
    missing = missing_terms(question, best.evidence)
    if missing:
        return f"没有足够的依据：最接近的文件里没有提到“{'”“'.join(missing[:3])}”。"
    return "没有找到足够的依据来回答这个问题。"


def _plain_reason(question: Question, best: Passage) -> str | None:
    """The reason where nothing could outweigh it: somebody else is spoken of, or the very thing asked for lacks."""
    name = stranger(question, best)
    if name is not None:
        return f"没有足够的依据：最接近的文件里没有提到“{name}”。"
    return _without(best.lack, question.query.text) if best.lack is not None and best.lack.decisive else None


def _without(lack: Lack, text: str) -> str:
    """A refusal for what the nearest passage does not give."""
    if lack.how is Lacking.STATED:
        return f"没有找到与“{lack.name}”相符的依据。"
    if lack.how is Lacking.OWN:
        return f"没有足够的依据：最接近的内容里没有提到“{lack.name}”。"
    if lack.how in (Lacking.NAMED, Lacking.ABSENT):
        return f"没有足够的依据：最接近的文件里没有提到“{lack.name}”。"
    return f"找到了相关文件，但没有在其中找到所问的{_as_asked(lack.name, text)}。"


def missing_terms(question: Question, evidence: Evidence) -> list[str]:
    """The question's terms that neither the sentence nor what governs it holds, weightiest first."""
    gone = [t for t, h in zip(question.terms, evidence.held, strict=True) if h < MISSING and len(t.term) > 1]
    return [
        _as_asked(t.term if len(t.term) <= _LONGEST_NAMED else t.term[:_LONGEST_NAMED] + "…", question.query.text)
        for t in sorted(gone, key=_weight)
    ]


def _as_asked(term: str, text: str) -> str:
    """A search key as the question writes it: GDP for gdp."""
    at = text.lower().find(term)
    return text[at : at + len(term)] if at >= 0 else term


def _weight(term: WeightedTerm) -> float:
    return -term.weight


def _other_name(question: Question, evidence: Evidence) -> bool:
    """Whether the question names a place, person or body that nothing about the evidence mentions."""
    return any(t.proper and h < MISSING for t, h in zip(question.terms, evidence.held, strict=True))
