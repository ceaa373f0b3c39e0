"""Document ranking measures, computed by ir_measures (trec_eval's definitions) from ranked spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eval.extras import require
from eval.model import Question, Result, Span

#: Names as reported -> names of ir_measures.
MEASURES = {
    "nDCG@10": "nDCG@10",
    "MRR@10": "RR@10",
    "Success@1": "Success@1",
    "Success@5": "Success@5",
    "Success@10": "Success@10",
    "R@10": "R@10",
    "R@50": "R@50",
}


def searched_for(question: Question) -> bool:
    """Whether a question has documents to be found."""
    relevant = any(grade > 0 for grade in question.relevant.values())
    return question.answerable and relevant and question.context_id is None


def rank_documents(spans: Iterable[Span]) -> list[str]:
    """Documents by the rank of their best span, each once."""
    return list(dict.fromkeys(span.policy_id for span in spans))


def order_by_score(scored: Mapping[str, float]) -> list[str]:
    """Ids by score as trec_eval orders them: best first, equal scores by id, the greater id first."""
    return sorted(sorted(scored, reverse=True), key=lambda policy_id: -scored[policy_id])


def strictly_falling(ranked: Sequence[str]) -> dict[str, float]:
    """Scores that keep a ranking whatever a tool does with equal ones."""
    return {policy_id: float(len(ranked) - place) for place, policy_id in enumerate(ranked)}


def ranking_metrics(questions: Sequence[Question], results: Mapping[str, Result]) -> dict[str, dict[str, float]]:
    """Measures by question; one without a result scores 0.

    Questions that nothing relevant is judged for have none, nor have unanswerable ones and those that come with their
    document.
    """
    ir = require("ir_measures", "ir-measures")
    judged = {q.question_id: dict(q.relevant) for q in questions if searched_for(q)}
    if not judged:
        return {}
    run = {i: strictly_falling(rank_documents(results[i].spans)) for i in judged if i in results}
    run = {i: scores for i, scores in run.items() if scores}
    names = {ir.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    found: dict[str, dict[str, float]] = {i: dict.fromkeys(MEASURES, 0.0) for i in judged}
    if run:
        for metric in ir.iter_calc(list(names), judged, run):
            found[metric.query_id][names[metric.measure]] = float(metric.value)
    return found


def trec_lines(results: Iterable[Result], tag: str) -> Iterable[str]:
    """A run as TREC writes it: question, Q0, document, rank, score, name of the system."""
    for result in results:
        for rank, (policy_id, score) in enumerate(strictly_falling(rank_documents(result.spans)).items(), 1):
            yield f"{result.question_id} Q0 {policy_id} {rank} {score:g} {tag}"
