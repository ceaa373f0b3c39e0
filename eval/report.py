"""The report of a run as one HTML page that needs nothing else: no script, no font, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.extras import require
from eval.scoring import LESS_IS_BETTER, OF_GIVEN, REPORTED, TESTED

_TEMPLATE = Path(__file__).with_name("report.html.j2")
NAMES = {
    "nDCG@10": "nDCG@10",
    "MRR@10": "MRR@10",
    "Success@1": "首位命中",
    "Success@5": "前 5 命中",
    "Success@10": "前 10 命中",
    "R@10": "前 10 召回",
    "R@50": "前 50 召回",
    "span_recall@1": "依据片段召回 @1",
    "span_recall@5": "依据片段召回 @5",
    "span_recall@10": "依据片段召回 @10",
    "span_cover@5": "依据字数覆盖 @5",
    "answer_recall": "答案要点召回",
    "answer_overlap": "与标准答案的重合（ROUGE-L）",
    "citation_precision": "引文精确率",
    "citation_recall": "引文召回率",
    "grounded_recall": "有据的要点召回",
    "quote_exact": "引文逐字一致",
    "unsupported_numbers": "含无出处数字的回答",
    "wrong_value": "数值与标准相抵触",
    "refusal_precision": "拒答精确率",
    "refusal_recall": "拒答召回率",
    "refusal_f1": "拒答 F1",
    "refusal_right": "拒答与否判断正确",
    "refused": "拒答",
    "answer_chars": "回答字数",
    "quoted_chars": "引文字数",
    "latency_p50_ms": "检索 p50（毫秒）",
    "latency_p95_ms": "检索 p95（毫秒）",
    "answer_latency_p50_ms": "回答 p50（毫秒）",
    "answer_latency_p95_ms": "回答 p95（毫秒）",
    "peak_memory_mb": "答题内存峰值（MB）",
    "prepare_memory_mb": "准备内存峰值（MB）",
    "errors": "出错的问题",
}
_BARS = ("nDCG@10", "MRR@10", "Success@10", "span_recall@5", "answer_recall", "citation_precision", "refusal_f1")
_LATENCY = ("latency_p50_ms", "latency_p95_ms", "answer_latency_p50_ms", "answer_latency_p95_ms")
_HEAT = ("nDCG@10", "span_recall@5", "answer_recall", "citation_recall", "wrong_value", "refusal_recall")
_WIDTH = 420.0  # of a bar's scale, in px


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, in px, with the ends of its interval."""

    system: str
    label: str
    width: float
    low: float | None = None
    high: float | None = None


def render(summary: Mapping[str, Any], environment: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """The page. All text of documents and questions is escaped."""
    jinja = require("jinja2", "jinja2")
    engine = jinja.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja.StrictUndefined)
    engine.filters["shown"] = shown
    systems: Mapping[str, Any] = summary["systems"]
    page: str = engine.from_string(_TEMPLATE.read_text("utf-8")).render(
        summary=summary,
        environment=environment,
        config=config,
        names=NAMES,
        metrics=[m for m in REPORTED if any(s["metrics"][m] is not None for s in systems.values())],
        best={m: _best(m, systems) for m in REPORTED},
        less=LESS_IS_BETTER,
        bars={m: bars for m in _BARS if (bars := _bars(m, systems, 1.0))},
        latency={m: bars for m in _LATENCY if (bars := _bars(m, systems, _most(m, systems)))},
        heat=_heat(summary),
        tested=[m for m in TESTED if any(d["metric"] == m for rows in summary["tests"].values() for d in rows)],
        width=_WIDTH,
    )
    return page


def shown(value: float | None, metric: str = "") -> str:
    """A figure as the tables show it: fractions with three digits, sizes and times without or with one."""
    if value is None:
        return "—"
    if metric.endswith("_ms"):
        return f"{value:.1f}" if value < 100 else f"{value:.0f}"
    if metric.endswith(("_chars", "_mb")) or metric == "errors":
        return f"{value:.0f}"
    return f"{value:.3f}"


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows, the first of them the head, as a Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def terminal_table(summary: Mapping[str, Any]) -> str:
    """The figures of a run for a terminal: a line a measure, a column a system.

    A measure over other than all the questions says over how many, the fewest and the most of the systems.
    """
    systems = summary["systems"]
    rows = [["", *systems]]
    for metric in REPORTED:
        values = [s["metrics"][metric] for s in systems.values()]
        if any(v is not None for v in values):
            rows.append([NAMES[metric] + _over(metric, summary), *(shown(v, metric) for v in values)])
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        row[0]
        + " " * (widths[0] - _width(row[0]))
        + "".join("  " + " " * (widths[i] - _width(cell)) + cell for i, cell in enumerate(row[1:], 1))
        for row in rows
    )


def _over(metric: str, summary: Mapping[str, Any]) -> str:
    n = {s["n"][metric] for s in summary["systems"].values() if metric in s["n"]}
    if not n or n == {summary["questions"]}:
        return ""
    return f"（{min(n)} 题）" if len(n) == 1 else f"（{min(n)}–{max(n)} 题）"


def _width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _best(metric: str, systems: Mapping[str, Any]) -> float | None:
    values = [s["metrics"][metric] for s in systems.values() if s["metrics"][metric] is not None]
    if len(values) < 2 or metric in OF_GIVEN:  # over other questions for each system: not to be set side by side
        return None
    return float(min(values) if metric in LESS_IS_BETTER else max(values))


def _most(metric: str, systems: Mapping[str, Any]) -> float:
    return max((s["metrics"][metric] or 0.0 for s in systems.values()), default=0.0) or 1.0


def _bars(metric: str, systems: Mapping[str, Any], most: float) -> list[Bar]:
    bars = []
    for name, system in systems.items():
        value = system["metrics"][metric]
        if value is None:
            continue
        ends = system["ci"][metric] or (None, None)
        low, high = (None if e is None else round(e / most * _WIDTH, 1) for e in ends)
        bars.append(Bar(name, shown(value, metric), round(value / most * _WIDTH, 1), low, high))
    return bars


def _heat(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For each measure a table of systems by type, the shade of a cell being its value."""
    systems = summary["systems"]
    tests = summary["tests_by_type"]
    types = list(next(iter(systems.values()))["by_type"]) if systems else []
    tables = []
    for metric in _HEAT:
        rows = [
            (name, [_cell(metric, system["by_type"][t], tests.get(t, {}).get(name, [])) for t in types])
            for name, system in systems.items()
            if any(system["by_type"][t]["metrics"][metric] is not None for t in types)
        ]
        if rows:
            tables.append({"metric": metric, "types": types, "rows": rows})
    return tables


def _cell(metric: str, means: Mapping[str, Any], tests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One type's mean for one system, and whether the reference differs from it by more than chance."""
    differs = next((d for d in tests if d["metric"] == metric and d["significant"]), None)
    return {
        "value": means["metrics"][metric],
        "ci": means["ci"][metric],
        "n": means["n"].get(metric, 0),
        "mark": "" if differs is None else ("worse" if differs["reference_better"] else "better"),
    }
