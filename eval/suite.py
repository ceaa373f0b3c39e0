"""The sets of the shared data as the README reports them: one command runs all that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.dataset import Selection
from eval.report import NAMES, markdown_table, shown

RETRIEVERS = ("hybrid", "weighted", "bm25", "dense", "rrf", "bm25s", "llamaindex")
CHECKED_REFUSALS = Path(__file__).with_name("data") / "ncp_refusal.tsv"
_RANKED = ("nDCG@10", "MRR@10", "Success@1", "Success@10", "span_recall@5", "span_cover@5")
_ANSWERED = (
    "answer_recall",
    "answer_overlap",
    "citation_precision",
    "citation_recall",
    "quote_exact",
    "unsupported_numbers",
    "wrong_value",
    "refusal_precision",
    "refusal_recall",
    "refusal_f1",
)
_COST = (
    "latency_p50_ms",
    "latency_p95_ms",
    "answer_latency_p50_ms",
    "answer_latency_p95_ms",
    "peak_memory_mb",
)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One row of the table: a folder of the data, what is added to it, and the systems run on it."""

    name: str
    about: str
    folder: str
    noise: tuple[str, ...] = ()
    unanswerable: str | None = None
    only: Path | None = None
    sample: int | None = None
    systems: tuple[str, ...] = RETRIEVERS

    def selection(self, data: Path) -> Selection:
        """The set below a data folder."""
        return Selection(
            folder=data / self.folder,
            name=self.name,
            noise=tuple(data / n for n in self.noise),
            unanswerable=(data / self.folder / self.unanswerable,) if self.unanswerable else (),
            only=self.only,
            sample=self.sample,
        )

    def missing(self, data: Path) -> list[str]:
        """What it needs that is not there."""
        names = [self.folder, *self.noise] + ([f"{self.folder}/{self.unanswerable}"] if self.unanswerable else [])
        return [name for name in names if not (data / name).exists()]


SUITE = (
    Benchmark(
        "ncp",
        "2020 年疫情政策与新闻",
        "ncp_policy_qa",
        unanswerable="queries_out_of_corpus.jsonl",
        only=CHECKED_REFUSALS,
    ),
    Benchmark("guangan", "广安市政府办公室文件", "guangan_policy_qa"),
    Benchmark("guangan+gov", "同上，混入各级政府文件", "guangan_policy_qa", noise=("gov_corpus",)),
    Benchmark("lecoqa", "口语法律问题找法条", "lecoqa_stard"),
    Benchmark("cmrc", "百科问答", "cmrc2018_dev"),
    Benchmark("dragonball", "虚构报告的多跳问题", "dragonball_zh"),
    Benchmark("cail", "给定裁判文书的问答与拒答", "cail2019_rc_dev", sample=2000, systems=("hybrid", "hybrid-no-gate")),
)


def tables(summaries: Mapping[str, Mapping[str, Any]]) -> str:
    """The README's tables from the ``run.json`` of each set, in Markdown."""
    return "\n\n".join((_retrieval(summaries), _answers(summaries), _cost(summaries)))


def _retrieval(summaries: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [["数据集", "系统", *(NAMES[m] for m in _RANKED)]]
    for name, summary in summaries.items():
        searched = {s: v["metrics"] for s, v in summary["systems"].items() if v["metrics"]["MRR@10"] is not None}
        best = {m: max((v[m] or 0 for v in searched.values()), default=0.0) for m in _RANKED}
        for number, (system, metrics) in enumerate(searched.items()):
            figures = [_marked(metrics[m], best[m], m) for m in _RANKED]
            rows.append([_about(name, summary) if number == 0 else "", system, *figures])
    return markdown_table(rows)


def _answers(summaries: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [["数据集", "系统", *(NAMES[m] for m in _ANSWERED)]]
    for name, summary in summaries.items():
        for system, values in summary["systems"].items():
            if values["metrics"]["answer_chars"] is not None:
                rows.append([name, system, *(shown(values["metrics"][m], m) for m in _ANSWERED)])
    return markdown_table(rows)


def _cost(summaries: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [["数据集", "系统", *(NAMES[m] for m in _COST)]]
    for name, summary in summaries.items():
        for system in ("hybrid", "llamaindex"):
            if system in summary["systems"]:
                metrics = summary["systems"][system]["metrics"]
                rows.append([name, system, *(shown(metrics[m], m) for m in _COST)])
    return markdown_table(rows)


def _about(name: str, summary: Mapping[str, Any]) -> str:
    return f"{name}（{summary['documents']} 份，{summary['questions']} 题）"


def _marked(value: float | None, best: float, metric: str) -> str:
    text = shown(value, metric)
    return f"**{text}**" if value is not None and text == shown(best, metric) else text


def kept(summaries: Mapping[str, Mapping[str, Any]], environment: Mapping[str, Any]) -> dict[str, Any]:
    """What is worth keeping in the project: figures and with what they were made, no text of any set."""
    fields = ("dataset_digest", "documents", "questions", "answerable", "balanced", "as_of")
    sets = {
        name: {f: summary[f] for f in fields}
        | {"systems": {s: {"metrics": v["metrics"], "ci": v["ci"]} for s, v in summary["systems"].items()}}
        for name, summary in summaries.items()
    }
    return {"environment": dict(environment), "sets": sets}
