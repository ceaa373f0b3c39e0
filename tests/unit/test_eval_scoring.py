"""From results to the figures of run.json, and the comparison of two systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.comparison import Basis, against, changed, corrected, differences, worst
from eval.dataset import Selection, load
from eval.model import Cited, Dataset, Result, Said, Span
from eval.scoring import REPORTED, TESTED, PerQuestion, Scorer
from tests.eval_sets import QRELS, QUESTIONS, write_set


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return load(Selection(write_set(tmp_path / "s")))


def answered(dataset: Dataset, policy_id: str, quote: str) -> Said:
    start = dataset.records[policy_id].text.index(quote)
    return Said(quote, False, (Cited(policy_id, start, start + len(quote), quote, "题"),))


def perfect(dataset: Dataset) -> dict[str, Result]:
    quotes = {"q1": ("yunxi", "每家孵化器每年补贴20万元"), "q2": ("linhe", "由市发展改革委负责")}
    quotes |= {"q3": ("zhufang", "租金补贴每月1500元"), "q4": ("peixun", "申请截至2031年6月30日")}
    found = {
        i: Result(i, (Span(p, 0, len(dataset.records[p].text)),), answered(dataset, p, quote), 10.0, 20.0)
        for i, (p, quote) in quotes.items()
    }
    return found | {i: Result(i, (), Said("没有依据。", True), 10.0, 20.0) for i in ("n1", "n2")}


def metrics_of(dataset: Dataset, results: dict[str, Result]) -> dict[str, float | None]:
    return dict(Scorer(dataset).score(results, {}, answering=True).whole.metrics)


def test_every_reported_measure_is_there(dataset: Dataset) -> None:
    scores = Scorer(dataset).score(perfect(dataset), {"peak_memory_mb": 100.0}, answering=True).whole
    assert tuple(scores.metrics) == REPORTED
    kept = {n: v for n, v in scores.metrics.items() if not n.endswith("_chars") and n != "answer_overlap"}
    ones = [n for n in kept if n[0] in "nMSR" or n.startswith(("span_", "refusal_", "citation_"))]
    assert kept == {
        **dict.fromkeys(ones, 1.0),
        "answer_recall": 1.0,
        "grounded_recall": 1.0,
        "quote_exact": 1.0,
        "unsupported_numbers": 0.0,
        "wrong_value": 0.0,
        "latency_p50_ms": 10.0,
        "latency_p95_ms": 10.0,
        "answer_latency_p50_ms": 20.0,
        "answer_latency_p95_ms": 20.0,
        "peak_memory_mb": 100.0,
        "prepare_memory_mb": None,
        "errors": 0.0,
    }
    assert (scores.n["MRR@10"], scores.n["refusal_f1"], scores.n["wrong_value"]) == (4, 4, 3)


def test_a_missing_result_counts_zero(dataset: Dataset) -> None:
    results = perfect(dataset)
    del results["q1"], results["n1"]
    metrics = metrics_of(dataset, results)
    assert (metrics["MRR@10"], metrics["answer_recall"], metrics["span_recall@5"]) == (0.75, 0.75, 0.75)
    assert metrics["refusal_recall"] == 0.5


def test_a_question_that_failed_was_not_refused(dataset: Dataset) -> None:
    results = perfect(dataset) | {i: Result(i, error="ValueError: 坏了") for i in ("q1", "q2", "q3", "q4")}
    scores = Scorer(dataset).score(results, {}, answering=True)
    found = scores.whole.metrics
    assert (found["refusal_precision"], found["refusal_recall"], found["answer_recall"]) == (1.0, 1.0, 0.0)
    assert (len(scores.errors), found["errors"]) == (4, 4.0)


def test_a_system_that_answers_and_fails_everywhere_scores_zero_not_nothing(dataset: Dataset) -> None:
    failed = {q.question_id: Result(q.question_id, error="坏") for q in dataset.questions}
    found = metrics_of(dataset, failed)
    assert (found["answer_recall"], found["citation_recall"], found["refusal_f1"], found["MRR@10"]) == (0, 0, 0, 0)


def test_a_system_that_only_searches_has_no_answer_measures(dataset: Dataset) -> None:
    results = {i: Result(i, r.spans, search_ms=1.0) for i, r in perfect(dataset).items()}
    scores = Scorer(dataset).score(results, {}, answering=False).whole
    missing = [n for n in REPORTED if scores.metrics[n] is None]
    assert missing == [
        *REPORTED[REPORTED.index("answer_recall") : REPORTED.index("latency_p50_ms")],
        "answer_latency_p50_ms",
        "answer_latency_p95_ms",
        "peak_memory_mb",
        "prepare_memory_mb",
    ]


def test_types_have_their_own_means_with_intervals(dataset: Dataset) -> None:
    results = perfect(dataset) | {"q2": Result("q2", (), Said("没有。", True))}
    by_type = Scorer(dataset).score(results, {}, answering=True).by_type
    names = ("answer_recall", "MRR@10", "refusal_recall")
    assert {t: tuple(m.metrics[n] for n in names) for t, m in by_type.items()} == {
        "数值": (1.0, 1.0, None),
        "不可答": (None, None, 1.0),
        "单位": (0.0, 0.0, None),
        "日期": (1.0, 1.0, None),
    }
    assert (by_type["数值"].n["MRR@10"], by_type["数值"].ci["MRR@10"]) == (2, (1.0, 1.0))


def test_gold_in_free_words_leaves_places_out_and_holds_citations_against_documents(tmp_path: Path) -> None:
    free = [{**q, "answers": ["一种自己的说法"], "must": []} for q in QUESTIONS[:4]]
    dataset = load(Selection(write_set(tmp_path / "free", questions=free)))
    scorer = Scorer(dataset)
    found = scorer.score(perfect(dataset), {}, answering=True).whole.metrics
    assert (found["span_recall@5"], found["span_cover@5"]) == (None, None)
    assert (found["citation_precision"], found["citation_recall"]) == (1.0, 1.0)
    assert scorer.warnings == (
        "4 个问题没有写 evidence，标准答案（answers、must）又不是文件原文，"
        "所以没写 evidence 的问题都不算依据片段指标，引文按文件核对。",
    )


def test_explicit_evidence_counts_however_free_the_other_gold_is(tmp_path: Path) -> None:
    quoted = {**QUESTIONS[0], "answers": [], "evidence": "每年补贴20万元"}
    free = [{**q, "answers": ["一种自己的说法"], "must": []} for q in QUESTIONS[1:4]]
    dataset = load(Selection(write_set(tmp_path / "mixed", questions=[quoted, *free])))
    scorer = Scorer(dataset)
    found = scorer.score(perfect(dataset), {}, answering=True)
    assert [i for i, row in found.questions.items() if "span_recall@5" in row] == ["q1"]
    assert (found.whole.metrics["span_recall@5"], found.whole.n["span_cover@5"]) == (1.0, 1)
    assert (found.whole.metrics["citation_precision"], found.whole.n["citation_precision"]) == (1.0, 4)
    assert scorer.warnings == (
        "3 个问题没有写 evidence，标准答案（answers、must）又不是文件原文，"
        "所以没写 evidence 的问题都不算依据片段指标，引文按文件核对。",
    )


def test_evidence_that_is_not_found_is_named_with_its_cause(tmp_path: Path) -> None:
    wrong: list[object] = ["没有的话", {"quote": "补贴", "policy_id": "yunxi", "occurrence": 2}, "长" * 401, "没有的话"]
    rows = [{"_id": f"e{i}", "text": "问？", "evidence": e, "answers": ["20万元"]} for i, e in enumerate(wrong)]
    rows += [{"_id": f"m{i}", "text": "问？", "evidence": "没有"} for i in range(3)]
    rows += [{"_id": "b", "text": "问？", "evidence": "没有"}, *QUESTIONS[:3], {**QUESTIONS[3], "must": ["别的"]}]
    judged = [*QRELS, *((row["_id"], "yunxi", 1) for row in rows if row["_id"][0] in "em")]
    dataset = load(Selection(write_set(tmp_path / "lost", questions=rows, qrels=judged)))
    assert Scorer(dataset).warnings == (
        "8 个问题的依据（evidence）没有全部找到，不计入依据片段和引文指标：不在文件原文里 5 个（e0、e3、m0）；"
        "occurrence 超出原文里的处数（从 0 数起） 1 个（e1）；长于 400 字 1 个（e2）；没有标注相关文件 1 个（b）。",
        "1 个问题没有写 evidence，标准答案（answers、must）又没有全部找到，"
        "不计入依据片段和引文指标：不在文件原文里 1 个（q4）。",
    )


def test_unanswerable_questions_and_given_documents_are_not_searched_for(tmp_path: Path) -> None:
    rows = [*QUESTIONS, {"_id": "c", "text": "问？", "answers": ["20万元"], "context_id": "yunxi"}]
    folder = write_set(tmp_path / "more", questions=rows, qrels=[*QRELS, ("n1", "linhe", 1), ("c", "yunxi", 1)])
    dataset = load(Selection(folder))
    assert Scorer(dataset).score(perfect(dataset), {}, answering=True).whole.n["MRR@10"] == 4


def many(right: int, n: int = 40) -> PerQuestion:
    hits = {f"q{i}": float(i < right) for i in range(n)}
    return {i: {"MRR@10": hit, "answer_recall": 1.0, "wrong_value": 1 - hit} for i, hit in hits.items()}


BASIS = Basis({f"q{i}": True for i in range(40)}, frozenset())


def test_differences_are_told_with_their_direction() -> None:
    found = {d.metric: d for d in corrected({"": differences(many(5), many(30), BASIS)})[""]}
    assert [m for m in TESTED if m in found] == ["MRR@10", "answer_recall", "wrong_value"]
    better = found["MRR@10"]
    assert (better.a, better.b, better.n, better.significant, better.better) == (0.125, 0.75, 40, True, True)
    assert (found["answer_recall"].p, found["answer_recall"].significant) == (1.0, False)
    assert found["wrong_value"].better, "of wrong values less is better"
    assert not {d.metric: d for d in differences(many(30), many(5), BASIS)}["wrong_value"].better


def test_refusals_are_compared_on_the_balanced_sample() -> None:
    answerable = {f"q{i}": i < 20 for i in range(40)}
    basis = Basis(answerable, frozenset(f"q{i}" for i in range(10, 30)))
    good = {i: {"refused": float(not answerable[i])} for i in answerable}
    bad = {i: {"refused": 0.0} for i in answerable}
    (found,) = differences(bad, good, basis)
    assert (found.metric, found.a, found.b, found.n) == ("refusal_f1", 0.0, 1.0, 20)
    assert found.p < 0.01


def test_comparing_many_systems_is_corrected_for_all_of_them() -> None:
    alone = against("a", {"a": many(20), "b": many(14)}, BASIS)["b"]
    among = against("a", {"a": many(20), **{n: many(14) for n in "bcdefg"}}, BASIS)["b"]
    assert [d.p for d in alone] == [d.p for d in among]
    assert all(x.adjusted >= y.adjusted for x, y in zip(among, alone, strict=True))
    assert among[0].adjusted > alone[0].adjusted


def test_some_questions_are_compared_by_themselves() -> None:
    (first, *_) = differences(many(5), many(30), BASIS, frozenset(f"q{i}" for i in range(5)))
    assert (first.metric, first.n, first.a, first.b) == ("MRR@10", 5, 1.0, 1.0)


def test_changed_questions_and_the_worst_ones() -> None:
    a, b = many(2, 4), many(3, 4)
    assert changed(a, b, "MRR@10") == [("q2", 0.0, 1.0)]
    assert changed(a, b, "nDCG@10") == []
    assert worst(a, ("MRR@10", "nDCG@10"), 3) == [("q2", 0.0), ("q3", 0.0)], "what is perfect is not among the worst"
    assert worst(a, ("MRR@10", "nDCG@10"), 1) == [("q2", 0.0)]
