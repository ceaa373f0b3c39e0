"""Runs systems on a set, each in its own process, then scores them and writes run.json and the report."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.comparison import Basis, Difference, against, worst
from eval.environment import environment
from eval.errors import EvalError
from eval.model import Dataset, Question, Result
from eval.process import INTERRUPTED, ending, run_worker
from eval.ranking import trec_lines
from eval.remarks import lacks_of, remark
from eval.runs import RunConfig, RunFolder
from eval.scoring import REPORTED, Means, Scorer, Scores
from eval.systems import find_system
from kb.config import load_settings

REFERENCE = "hybrid"
_WORST = 20
_SHOWN_SPANS = 5
_SHOWN_CHARS = 160
_JUDGED_BY = ("answer_recall", "refusal_right", "nDCG@10", "span_recall@5")
Say = Callable[[str], None]


def run(folder: RunFolder, config: RunConfig, dataset: Dataset, work: Path, say: Say) -> dict[str, Any]:
    """Run what has no result yet, score all, write everything; the content of ``run.json``.

    Raises EvalError where a system could not run to its end, KeyboardInterrupt where it was stopped; what is done is
    kept either way.
    """
    folder.check(config)
    with folder.locked():
        for name in folder.check(config):
            say(f"注意：{name} 改动过，它还没有答出过问题，从头问起。")
        other = folder.begin(config, environment(load_settings(**config.settings)))
        left = [name for name in config.systems if _unanswered(folder.results(name), dataset)]
        if other and left:
            say(f"注意：接着做的这部分与开始时的环境不同（{'、'.join(other)}），开始时的见 environment.json。")
        for warning in dataset.warnings:
            say(f"注意：{warning}")
        for name in left:
            for stage in ("prepare", "answer"):
                _work(stage, folder, name, work)
            missing = len(dataset.questions) - len(_in_order(dataset, folder.results(name)))
            if missing:
                raise EvalError(f"系统 {name} 提前退出，还有 {missing} 个问题没有结果。{_way_on(folder, name)}")
        summary = summarise(folder, config, dataset, say)
    for name, system in summary["systems"].items():
        if system["metrics"]["errors"] == len(dataset.questions):
            raise EvalError(f"系统 {name} 在每个问题上都出错，它的指标没有意义。排除原因后重新运行同一命令。")
    return summary


def summarise(folder: RunFolder, config: RunConfig, dataset: Dataset, say: Say) -> dict[str, Any]:
    """Score the results of a run and write run.json, queries.jsonl, the TREC files and the report."""
    from eval.report import render

    scorer = Scorer(dataset, config.seed)
    results = {name: folder.results(name) for name in config.systems}
    scores = {
        name: scorer.score(results[name], folder.stats(name), answering=config.answers and find_system(name).answers)
        for name in config.systems
    }
    lacks = {name: lacks_of(dataset, results[name]) for name in config.systems}
    remarks = [said for name in config.systems if (said := remark(name, lacks[name]))]
    for warning in (*scorer.warnings, *_errors_told(scores), *remarks):
        say(f"注意：{warning}")
    summary = _summary(scorer, config, scores)
    summary["warnings"] += remarks
    for name, system in summary["systems"].items():
        system["unknown_spans"], system["questions_without_spans"] = lacks[name].unknown, lacks[name].empty
    summary["worst"] = {name: _worst(dataset, s, results[name]) for name, s in scores.items()}
    for name in config.systems:
        place = folder.system(name).name
        lines = trec_lines(_in_order(dataset, results[name]), place)
        folder.write_text(f"systems/{place}/run.trec", "".join(f"{line}\n" for line in lines))
    folder.write_text("queries.jsonl", "".join(_query_lines(dataset, scores)))
    folder.write_json("run.json", summary)
    page = render(summary, folder.read_json("environment.json"), folder.read_json("config.json"))
    folder.write_text("report.html", page)
    return summary


def _summary(scorer: Scorer, config: RunConfig, scores: Mapping[str, Scores]) -> dict[str, Any]:
    """What ``run.json`` says, but for the worst questions."""
    dataset = scorer.dataset
    reference = REFERENCE if REFERENCE in scores else config.systems[0]
    questions = {name: s.questions for name, s in scores.items()}
    basis = Basis(scorer.answerable, scorer.balanced, config.seed)
    by_type = {}
    if len(scorer.types) > 1:
        by_type = {name: against(reference, questions, basis, frozenset(ids)) for name, ids in scorer.types.items()}
    return {
        "format": 2,
        "dataset": dataset.name,
        "dataset_digest": dataset.digest,
        "documents": len(dataset.records),
        "questions": len(dataset.questions),
        "answerable": sum(scorer.answerable.values()),
        "balanced": len(scorer.balanced),
        "as_of": config.as_of.isoformat(),
        "warnings": [*dataset.warnings, *scorer.warnings],
        "systems": {name: _system_json(s) for name, s in scores.items()},
        "reference": reference,
        "tests": _tests_json(against(reference, questions, basis)),
        "tests_by_type": {name: _tests_json(found) for name, found in by_type.items()},
    }


def _unanswered(results: Mapping[str, Result], dataset: Dataset) -> bool:
    """Whether a question has no result yet, or one that says it failed."""
    return any(q.question_id not in results or results[q.question_id].error for q in dataset.questions)


def _errors_told(scores: Mapping[str, Scores]) -> list[str]:
    return [
        f"{name} 有 {len(s.errors)} 个问题出错，按没有结果计。例如：{next(iter(s.errors.values()))}"
        for name, s in scores.items()
        if s.errors
    ]


def _work(stage: str, folder: RunFolder, name: str, work: Path) -> None:
    code = run_worker([stage, str(folder.path), name, "--work", str(work)])
    if code in (INTERRUPTED, -signal.SIGINT):
        raise KeyboardInterrupt
    if code:
        raise EvalError(f"系统 {name} 没有跑完（{ending(code)}）。{_way_on(folder, name)}")


def _way_on(folder: RunFolder, name: str) -> str:
    """What to do after a system stopped: results of its file as it was must not be mixed with those of another."""
    files = find_system(name).files
    if files and folder.good(name):
        return (
            f"已有的结果都已保存，排除原因后重新运行同一命令；若要改动 {files[0]}，先删除 {folder.system(name)}，"
            "它的结果从头再做，其他系统的不受影响。"
        )
    return "已有的结果都已保存，排除原因后重新运行同一命令。"


def _in_order(dataset: Dataset, results: dict[str, Result]) -> list[Result]:
    return [results[q.question_id] for q in dataset.questions if q.question_id in results]


def _system_json(scores: Scores) -> dict[str, Any]:
    return _means_json(scores.whole) | {"by_type": {name: _means_json(m) for name, m in scores.by_type.items()}}


def _means_json(means: Means) -> dict[str, Any]:
    return {
        "metrics": {name: _rounded(means.metrics[name]) for name in REPORTED},
        "ci": {name: [_rounded(x) for x in ends] if (ends := means.ci[name]) else None for name in REPORTED},
        "n": {name: means.n[name] for name in REPORTED if means.n[name]},
    }


def _tests_json(found: Mapping[str, Sequence[Difference]]) -> dict[str, Any]:
    return {name: [_difference_json(d) for d in rows] for name, rows in found.items()}


def _difference_json(d: Difference) -> dict[str, Any]:
    return {
        "metric": d.metric,
        "other": _rounded(d.a),
        "reference": _rounded(d.b),
        "n": d.n,
        "p": round(d.p, 5),
        "p_holm": round(d.adjusted, 5),
        "significant": d.significant,
        "reference_better": d.better,
    }


def _query_lines(dataset: Dataset, scores: dict[str, Scores]) -> list[str]:
    lines = []
    for question in dataset.questions:
        i = question.question_id
        row = {
            "_id": i,
            "text": question.text,
            "type": question.type,
            "answerable": question.answerable,
            "balanced": any(i in s.balanced for s in scores.values()),
            "systems": {name: {m: _rounded(v) for m, v in s.questions[i].items()} for name, s in scores.items()},
        }
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    return lines


def _worst(dataset: Dataset, scores: Scores, results: dict[str, Result]) -> list[dict[str, Any]]:
    """The questions a system did worst on, with the gold, what was retrieved and what was said."""
    by_id = {q.question_id: q for q in dataset.questions}
    return [
        _shown(dataset, by_id[i], results.get(i, Result(i)), mark)
        for i, mark in worst(scores.questions, _JUDGED_BY, _WORST)
    ]


def _shown(dataset: Dataset, question: Question, result: Result, mark: float) -> dict[str, Any]:
    retrieved = []
    for span in result.spans[:_SHOWN_SPANS]:
        record = dataset.records.get(span.policy_id)
        retrieved.append(
            {
                "policy_id": span.policy_id,
                "title": record.title if record else "（不在文件里）",
                "text": record.text[span.start or 0 : span.end][:_SHOWN_CHARS] if record else "",
                "relevant": question.relevant.get(span.policy_id, 0) > 0 or span.policy_id == question.context_id,
            }
        )
    return {
        "_id": question.question_id,
        "text": question.text,
        "type": question.type,
        "answerable": question.answerable,
        "gold": list(question.must or question.answers)[:3],
        "relevant": [p for p, grade in question.relevant.items() if grade > 0][:5],
        "mark": round(mark, 4),
        "said": result.said and {"text": result.said.text[:600], "abstained": result.said.abstained},
        "error": result.error,
        "retrieved": retrieved,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
