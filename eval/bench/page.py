"""The figures as one HTML page that needs nothing else: tables, and curves of how they grow with the base."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bench.figures import flat
from eval.bench.plan import Spec
from eval.extras import require

_TEMPLATE = Path(__file__).with_name("page.html.j2")
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 420.0, 190.0, 56.0, 24.0, 12.0, 30.0

_SMALL = 0.1  # below it three figures behind the point say too little

#: A chart: its title, its unit, and its lines by what they are called
CHARTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("检索（不含向量计算）", "毫秒", {p: f"one.hybrid_without_embedding_ms.{p}" for p in ("p50", "p95")}),
    ("两路检索 p50", "毫秒", {"关键词": "one.lexical_ms.p50", "向量": "one.dense_ms.p50"}),
    ("回答", "毫秒", {"p50": "one.answer_ms.p50", "p95": "one.answer_ms.p95"}),
    ("同时提问的回答", "毫秒", {"p50": "many.answer_ms.p50", "p95": "many.answer_ms.p95"}),
    ("筛选后的检索 p50", "毫秒", {"不筛选": "filtered.unfiltered_ms.p50", "一地一年": "filtered.filtered_ms.p50"}),
    ("服务时的内存", "MB", {"当前": "serving.resident_mb", "峰值": "serving.peak_mb"}),
    ("占用磁盘", "MB", {"合计": "index.disk.total"}),
    ("启动到第一个结果", "秒", {"命令行检索": "search_command_s"}),
)  # fmt: skip
ROWS: tuple[tuple[str, str], ...] = (
    ("段数", "index.chunks"),
    ("文件数", "index.documents"),
    ("模型计算的向量", "index.embedded"),
    ("在真实向量周围抽取的向量", "index.drawn"),
    ("建库（秒）", "index.seconds"),
    ("建库（段/秒）", "index.chunks_per_s"),
    ("建库（字/秒）", "index.chars_per_s"),
    ("　其中：解析", "index.stages_s.parse"),
    ("　计划", "index.stages_s.plan"),
    ("　向量计算", "index.stages_s.embed"),
    ("　向量缓存", "index.stages_s.cache"),
    ("　目录", "index.stages_s.catalog"),
    ("　关键词索引", "index.stages_s.words"),
    ("　向量索引", "index.stages_s.dense"),
    ("建库内存峰值（MB）", "index.memory.peak_mb"),
    ("磁盘（MB）", "index.disk.total"),
    ("问题的向量 p50（毫秒）", "one.embed_ms.p50"),
    ("关键词检索 p50", "one.lexical_ms.p50"),
    ("向量检索 p50", "one.dense_ms.p50"),
    ("检索（不含向量计算）p50", "one.hybrid_without_embedding_ms.p50"),
    ("　p95", "one.hybrid_without_embedding_ms.p95"),
    ("　p99", "one.hybrid_without_embedding_ms.p99"),
    ("回答 p50", "one.answer_ms.p50"),
    ("　p95", "one.answer_ms.p95"),
    ("　p99", "one.answer_ms.p99"),
    ("同时检索 p50", "many.search_ms.p50"),
    ("　p95", "many.search_ms.p95"),
    ("　每秒", "many.search_ms.per_s"),
    ("同时回答 p50", "many.answer_ms.p50"),
    ("　p95", "many.answer_ms.p95"),
    ("　每秒", "many.answer_ms.per_s"),
    ("筛选与不筛选之比（p50）", "filtered.ratio"),
    ("筛选后的文件数", "filtered.documents"),
    ("向量召回@10（筛选，对逐条比较）", "filtered.recall@10_filtered"),
    ("向量召回@10（不筛选）", "filtered.recall@10_unfiltered"),
    ("服务时的内存（MB）", "serving.resident_mb"),
    ("命令行检索（秒）", "search_command_s"),
)


LIMITS: tuple[tuple[str, str], ...] = (
    ("处理器有 AMX（bf16）", "amx_bf16"),
    ("处理器有 AVX512-BF16", "avx512_bf16"),
    ("读内存（GB/秒）", "memory_gb_s"),
    ("矩阵乘法 bf16（万亿次/秒）", "matmul_bf16_tflops"),
    ("矩阵乘法 fp32（万亿次/秒）", "matmul_fp32_tflops"),
)
BESIDE: tuple[tuple[str, str], ...] = (
    ("字数", "chars"),
    ("建库（秒）", "seconds"),
    ("建库（字/秒）", "chars_per_s"),
    ("段数", "chunks"),
    ("内存峰值（MB）", "memory.peak_mb"),
)
RESYNC: tuple[tuple[str, str], ...] = (
    ("文件数", "files"),
    ("段数", "chunks"),
    ("第一次（秒）", "first_s"),
    ("没有改动时再次同步（秒）", "unchanged_s"),
    ("与第一次之比", "ratio"),
    ("改一个文件后同步（秒）", "changed_s"),
    ("　连同重新打开、检索到新内容（秒）", "changed_searchable_s"),
    ("　其中重新计算向量的段数", "changed_embedded"),
    ("　这个文件的段数", "changed_chunks"),
    ("　检索到了新内容", "changed_found"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: its points in px, each with its value."""

    name: str
    points: tuple[tuple[float, float, str], ...]

    @property
    def path(self) -> str:
        """The points as SVG has them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in self.points)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, with the marks of its axes: (px, text)."""

    title: str
    unit: str
    lines: tuple[Line, ...]
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]


def write_page(path: Path, spec: Spec, figures: dict[str, Any]) -> None:
    """Write the page. Raises EvalError where its template engine is missing."""
    jinja2 = require("jinja2", "jinja2")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["shown"] = shown
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    page = template.render(
        spec=spec,
        figures=figures,
        charts=charts(figures["sizes"]),
        rows=rows(figures["sizes"]),
        limits=_named(LIMITS, [figures["limits"]]),
        beside=_named(BESIDE, [one for half in figures["beside"].values() for one in half.values()]),
        resync=_named(RESYNC, [figures["resync"]]),
    )
    path.write_text(page, "utf-8")


def rows(sizes: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """The table: what each row is called, and its figure at each size."""
    return _named(ROWS, list(sizes.values()))


def _named(
    names: Sequence[tuple[str, str]], columns: Sequence[Mapping[str, Any] | None]
) -> list[tuple[str, list[str]]]:
    """A table: what each row is called, and its figure in each column; without rows that have none."""
    found = [(name, [shown(flat(column or {}).get(key)) for column in columns]) for name, key in names]
    return [row for row in found if any(value != "—" for value in row[1])]


def charts(sizes: Mapping[str, Mapping[str, Any]]) -> list[Chart]:
    """The curves, over a logarithmic axis of sizes; none for fewer than two sizes."""
    if len(sizes) < 2:
        return []
    made = (_chart(title, unit, names, sizes) for title, unit, names in CHARTS)
    return [chart for chart in made if chart.lines]


def _chart(title: str, unit: str, names: Mapping[str, str], sizes: Mapping[str, Mapping[str, Any]]) -> Chart:
    numbers = {
        name: [(int(size), found[key]) for size, found in sizes.items() if key in found] for name, key in names.items()
    }
    values = [value for points in numbers.values() for _, value in points]
    top = max(values, default=0.0) or 1.0
    ends = [math.log10(int(size)) for size in sizes]
    low, high = min(ends), max(ends)

    def x(size: int) -> float:
        return _LEFT + (math.log10(size) - low) / ((high - low) or 1.0) * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _TOP + (1 - value / top) * (_HEIGHT - _TOP - _BOTTOM)

    lines = tuple(
        Line(name, tuple((x(size), y(value), f"{size}：{shown(value)} {unit}") for size, value in points))
        for name, points in numbers.items()
        if points
    )
    across = tuple((x(int(size)), f"{int(size):,}") for size in sizes)
    return Chart(title, unit, lines, across, tuple((y(top * part), shown(top * part)) for part in (0.0, 0.5, 1.0)))


def shown(value: object) -> str:
    """A figure as a reader wants it: three figures, thousands apart."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        digits = 0 if isinstance(value, int) or abs(value) >= 100 else 1 if abs(value) >= 10 else 3
        if 0 < abs(value) < _SMALL:
            return f"{value:.2g}"
        return f"{value:,.{digits}f}"
    return str(value)


def table(sizes: Sequence[str], found: Sequence[tuple[str, list[str]]]) -> str:
    """The table as text, for a terminal."""
    lines = ["\t".join(["", *(f"{int(size):,}" for size in sizes)])]
    return "\n".join([*lines, *("\t".join([name, *values]) for name, values in found)])
