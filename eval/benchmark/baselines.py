"""The datasheet's baselines: figures with intervals, look-alikes, and what is more than chance, from runs' folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.benchmark.lookalikes import MEASURES
from eval.comparison import Basis, Difference, corrected, differences
from eval.report import NAMES, markdown_table
from eval.scoring import PerQuestion
from eval.stats import as_rows, interval, mean, paired_test

BEGIN = "<!-- 以下由 python -m eval benchmark baselines 写出 -->"
_RANKED = ("nDCG@10", "Success@1", "span_recall@5")
_ANSWERED = (
    "answer_recall",
    "citation_precision",
    "citation_recall",
    "grounded_recall",
    "unsupported_numbers",
    "wrong_value",
    "refusal_f1",
)
_ALIKE = ("lookalike_first", "lookalike_above")
_TESTED = ("nDCG@10", "MRR@10", "Success@1", "span_recall@5")
_OURS, _THEIRS = ("weighted", "hybrid"), ("bm25", "bm25s", "llamaindex")


@dataclass(frozen=True, slots=True)
class PartRun:
    """A finished run on a part of the set: ``run.json``, and by system each question's values and look-alikes.

    ``hard`` are the ids of the questions that words alone do not decide.
    """

    summary: Mapping[str, Any]
    commit: str
    questions: Mapping[str, PerQuestion]
    alike: Mapping[str, PerQuestion]
    basis: Basis
    hard: frozenset[str] = frozenset()


def baseline_tables(runs: Sequence[PartRun]) -> str:
    """The section in Markdown: with what it was made, retrieval, answers, tests."""
    made = "；".join(f"{r.summary['dataset']} 提交 `{r.commit}`，效力按 {r.summary['as_of']}" for r in runs)
    return "\n\n".join((f"{made}。", lookalike_tables(runs), _answers(runs), significance_table(runs)))


def lookalike_tables(runs: Sequence[PartRun]) -> str:
    """Retrieval and look-alikes over all questions; then, where there are any, over the hard ones and the others."""
    parted = [run for run in runs if run.hard]
    return "\n\n".join((lookalike_table(runs), *((hard_table(parted),) if parted else ())))


def lookalike_table(runs: Sequence[PartRun]) -> str:
    """Retrieval, and the rates at which look-alikes come first or above all of the gold, by system."""
    rows = [["题集", "系统", *(NAMES[m] for m in _RANKED), *(MEASURES[m] for m in _ALIKE)]]
    for run, name, system in _systems(runs):
        ranked = [_cell(system["metrics"][m], system["ci"][m]) for m in _RANKED]
        alike = [_rate(run.alike[name], m) for m in _ALIKE]
        rows.append([_about(run, name), name, *ranked, *alike])
    return markdown_table(rows)


def hard_table(runs: Sequence[PartRun]) -> str:
    """The same rates over the hard questions, and over the others, by system."""
    rows = [["题集", "系统", *(f"{part}：{MEASURES[m]}" for part in ("难题", "其余") for m in _ALIKE)]]
    for run, name, _ in _systems(runs):
        hard = {i: row for i, row in run.alike[name].items() if i in run.hard}
        others = {i: row for i, row in run.alike[name].items() if i not in run.hard}
        about = f"{run.summary['dataset']}（难题 {_with_alike(hard)} 题，其余 {_with_alike(others)} 题）"
        rates = [_rate(part, m) for part in (hard, others) for m in _ALIKE]
        rows.append([about if _first(run, name) else "", name, *rates])
    return markdown_table(rows)


def _answers(runs: Sequence[PartRun]) -> str:
    rows = [["题集", "系统", *(NAMES[m] for m in _ANSWERED), MEASURES["near_miss_answered"]]]
    for run, name, system in _systems(runs):
        if system["metrics"]["answer_recall"] is not None:
            cells = [_cell(system["metrics"][m], system["ci"][m]) for m in _ANSWERED]
            rows.append([run.summary["dataset"], name, *cells, _rate(run.alike[name], "near_miss_answered")])
    return markdown_table(rows)


def significance_table(runs: Sequence[PartRun]) -> str:
    """Our systems against the others; Holm's correction over the rows and columns of a part."""
    rows = [["题集", "比较", *(NAMES[m] for m in _TESTED), MEASURES["lookalike_above"]]]
    for run in runs:
        pairs = [(a, b) for b in _OURS for a in _THEIRS if a in run.questions and b in run.questions]
        found = {f"{b} − {a}": _tested(run, a, b) for a, b in pairs}
        for title, tests in corrected(found).items():
            by_metric = {d.metric: d for d in tests}
            rows.append(
                [run.summary["dataset"], title, *(_difference(by_metric[m]) for m in (*_TESTED, "lookalike_above"))]
            )
    return markdown_table(rows)


def _tested(run: PartRun, a: str, b: str) -> list[Difference]:
    """On some of the measures, and on look-alikes above the gold, not corrected yet."""
    found = [d for d in differences(run.questions[a], run.questions[b], run.basis) if d.metric in _TESTED]
    left, right = (as_rows(_values(run.alike[name], "lookalike_above")) for name in (a, b))
    p = paired_test(left, right, seed=run.basis.seed)
    ends = [float(mean(side.sum(axis=0))) for side in (left, right)]
    return [*found, Difference("lookalike_above", ends[0], ends[1], len(left), p, p)]


def _difference(d: Difference) -> str:
    gap = f"{d.b - d.a:+.3f}"
    return f"{f'**{gap}**' if d.significant else gap}（p={d.adjusted:.4f}）"


def _systems(runs: Sequence[PartRun]) -> Iterable[tuple[PartRun, str, Mapping[str, Any]]]:
    return ((run, name, system) for run in runs for name, system in run.summary["systems"].items())


def _about(run: PartRun, name: str) -> str:
    """The part and how many questions the columns are over, beside its first system."""
    if not _first(run, name):
        return ""
    with_alike = _with_alike(run.alike[name])
    return f"{run.summary['dataset']}（{run.summary['answerable']} 题，有近似文件的 {with_alike} 题）"


def _first(run: PartRun, name: str) -> bool:
    return name == str(next(iter(run.summary["systems"])))


def _with_alike(questions: PerQuestion) -> int:
    return sum("lookalike_first" in row for row in questions.values())


def _rate(questions: PerQuestion, measure: str) -> str:
    values = _values(questions, measure)
    return _cell(float(np.mean(values)), interval(as_rows(values))) if values else "—"


def _values(questions: PerQuestion, measure: str) -> list[float]:
    return [row[measure] for row in questions.values() if measure in row]


def _cell(value: float | None, ends: Sequence[float] | None) -> str:
    if value is None:
        return "—"
    return f"{value:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]" if ends else f"{value:.3f}"
