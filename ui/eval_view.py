"""Runs of the evaluation as escaped HTML: the list, the one in progress, a run's figures, and two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.jobs import Job, State
from eval.report import NAMES, shown
from eval.scoring import LESS_IS_BETTER, REPORTED
from ui.markup import badge, esc

_STAGES = {"prepare": "准备知识库", "answer": "答题"}
_STYLE = {State.DONE: "ok", State.RUNNING: "soon", State.STOPPED: "plain", State.FAILED: "over"}
_VERDICTS = {"better": ("显著更好", "ok"), "worse": ("显著更差", "over"), "same": ("无显著差异", "plain")}
_CHANGED_SHOWN = 20
_GROUPS = (
    ("检索", ("nDCG@10", "MRR@10", "Success@1", "Success@10", "span_recall@5", "span_cover@5")),
    ("回答", ("answer_recall", "citation_precision", "citation_recall", "quote_exact")),
    ("不该出现的", ("unsupported_numbers", "wrong_value", "errors")),
    ("拒答", ("refusal_precision", "refusal_recall", "refusal_f1")),
    (
        "代价",
        ("latency_p50_ms", "latency_p95_ms", "answer_latency_p50_ms", "answer_latency_p95_ms", "peak_memory_mb"),
    ),
)
INTRODUCTION = (
    '<div class="intro"><h2>检索和回答有多准？</h2><p>选一个题集和几个系统，在本机跑一遍：检索名次、依据片段、'
    "答案要点、引文、拒答，都带区间和显著性检验。结果保存在数据目录，停下来可以接着做，做完的可以打开报告、两两对比。</p></div>"
)


def running(job: Job) -> str:
    """The run in progress, with a bar."""
    share = job.done / job.total if job.total else 0.0
    stage = _STAGES.get(job.stage, "正在启动")
    unit = "个文件" if job.stage == "prepare" else "题"
    count = f"{job.done} / {job.total} {unit}" if job.total else ""
    where = f"第 {job.position} / {len(job.request.systems)} 个系统 {esc(job.system)}　" if job.position else ""
    return (
        f'<div class="told running" role="status"><p><b>{esc(_named(job))}</b></p>'
        f'<p class="from">{where}{stage}　{count}</p>'
        f'<progress max="1" value="{share:.3f}" aria-label="{stage}">{share:.0%}</progress>'
        f'<p class="acts">{_button("stop", job, "停止")}'
        '<span class="hint">停止后已做的都保留，可以接着做。</span></p></div>'
    )


def listed(jobs: Sequence[Job], chosen: str = "", asking: str = "") -> str:
    """The saved runs, each to be looked at, taken up again, or deleted; the one ``asking`` is asked about first."""
    kept = [job for job in jobs if job.state is not State.RUNNING]
    if not kept:
        return INTRODUCTION
    return f'<ul class="drafts">{"".join(_row(job, job.job_id == chosen, job.job_id == asking) for job in kept)}</ul>'


def _row(job: Job, chosen: bool, asking: bool) -> str:
    if asking:
        acts = f'<span class="unknown">结果和报告一起删除，不能恢复。</span>{_button("delete", job, "确定删除")}'
        acts += _button("keep", job, "保留")
    else:
        main = _button("show", job, "看结果") if job.state is State.DONE else _button("resume", job, "接着做")
        acts = main + _button("ask-delete", job, "删除", "plain")
    why = f'<pre class="because">{esc(job.message)}</pre>' if job.message else ""
    return (
        f"<li{' class=chosen aria-current=true' if chosen else ''}><div><b>{esc(_named(job))}</b>"
        f"{badge(job.state.value, _STYLE[job.state])}"
        f'<span class="from">{esc(job.request.asked_at)}　{esc("、".join(job.request.systems))}</span>{why}</div>'
        f'<span class="choose">{acts}</span></li>'
    )


def _named(job: Job) -> str:
    part = f"，抽 {job.request.sample} 题" if job.request.sample else ""
    return f"{job.request.dataset}{part}{'' if job.request.answers else '，只评检索'}"


def _button(do: str, job: Job, word: str, style: str = "") -> str:
    label = esc(f"{word}：{_named(job)} {job.request.asked_at}")
    return (
        f'<button type="button" class="small {style}" id="{do}-{job.job_id}" data-do="{do}" data-id="{job.job_id}" '
        f'aria-label="{label}">{word}</button>'
    )


def figures(job: Job, summary: Mapping[str, Any]) -> str:
    """The figures of a finished run: a line a measure, a column a system, with intervals; and the whole report."""
    systems: Mapping[str, Any] = summary["systems"]
    head = "".join(f'<th scope="col">{esc(_short(name))}</th>' for name in systems)
    body = "".join(_group(title, metrics, systems) for title, metrics in _GROUPS)
    remarks = "".join(f"<li>{esc(w)}</li>" for w in summary.get("warnings", ()))
    told = (
        f"<details><summary>要知道的 {len(summary['warnings'])} 点</summary><ul>{remarks}</ul></details>"
        if remarks
        else ""
    )
    return (
        f'<section class="result"><h2>{esc(_named(job))}</h2><p class="from">{summary["documents"]} 份文件，'
        f"{summary['questions']} 题（可答 {summary['answerable']}），效力按 {esc(summary['as_of'])} 判断。"
        f"括号里是 95% 区间；粗体是最好的。</p>"
        f'<p class="exports"><a class="button" href="/eval/{job.job_id}/report.html" target="_blank" rel="noopener">'
        f"打开完整报告</a>分类型、显著性、最差的问题都在报告里。</p>"
        f'<div class="table"><table class="comparison figures"><thead><tr><th scope="col">指标</th>{head}</tr></thead>'
        f"{body}</table></div>{told}</section>"
    )


def _group(title: str, metrics: Sequence[str], systems: Mapping[str, Any]) -> str:
    rows = [_line(metric, systems) for metric in metrics if metric in REPORTED]
    kept = "".join(row for row in rows if row)
    span = len(systems) + 1
    return (
        f'<tbody><tr><th colspan="{span}" scope="rowgroup" class="group">{title}</th></tr>{kept}</tbody>'
        if kept
        else ""
    )


def _line(metric: str, systems: Mapping[str, Any]) -> str:
    values = [s["metrics"][metric] for s in systems.values()]
    there = [v for v in values if v is not None]
    if not there or (metric == "errors" and not any(there)):
        return ""
    best = (min(there) if metric in LESS_IS_BETTER else max(there)) if len(there) > 1 and metric != "errors" else None
    cells = "".join(
        f"<td>{_value(metric, value, s['ci'].get(metric), bold=best is not None and value == best)}</td>"
        for value, s in zip(values, systems.values(), strict=True)
    )
    return f'<tr><th scope="row">{esc(NAMES[metric])}</th>{cells}</tr>'


def _value(metric: str, value: float | None, ends: Sequence[float | None] | None, *, bold: bool) -> str:
    text = shown(value, metric)
    text = f"<b>{text}</b>" if bold else text
    if value is None or not ends or metric.endswith(("_ms", "_mb")) or ends[0] is None:
        return text
    return f'{text}<span class="of">（{shown(ends[0], metric)}–{shown(ends[1], metric)}）</span>'


def differences(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Pairs of systems: the tested measures with their verdict, and the questions that changed."""
    return "".join(_pair(title, result) for title, result in found.items())


def _pair(title: str, result: Mapping[str, Any]) -> str:
    left, _, right = title.partition(" → ")
    rows = "".join(_difference(d) for d in result["metrics"])
    head = "".join(f'<th scope="col">{name}</th>' for name in ("指标", "甲", "乙", "相差", "校正后 p", "结论"))
    changed = "".join(_changed(metric, rows) for metric, rows in result["changed"].items() if rows)
    return (
        f'<section class="result"><h3>{esc(_short(left))} → {esc(_short(right))}</h3>'
        f'<div class="table"><table class="comparison figures"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{changed}</section>"
    )


def _difference(d: Mapping[str, Any]) -> str:
    word, style = _VERDICTS[d["verdict"]]
    return (
        f'<tr><th scope="row">{esc(NAMES[d["metric"]])}<span class="of">{d["n"]} 题</span></th>'
        f"<td>{shown(d['a'])}</td><td>{shown(d['b'])}</td><td>{_change(d)}</td>"
        f"<td>{d['p_holm']:.4f}</td><td>{badge(word, style)}</td></tr>"
    )


def _change(d: Mapping[str, Any]) -> str:
    return f"{d['b'] - d['a']:+.3f}".replace("-", "−")


def _changed(metric: str, rows: Sequence[Mapping[str, Any]]) -> str:
    better = sum((r["b"] < r["a"]) if metric in LESS_IS_BETTER else (r["b"] > r["a"]) for r in rows)
    items = "".join(
        f"<li>{shown(r['a'])} → {shown(r['b'])}　{esc(r['text'])} <span class=from>{esc(r['_id'])}</span></li>"
        for r in rows[:_CHANGED_SHOWN]
    )
    more = f'<p class="hint">另有 {len(rows) - _CHANGED_SHOWN} 题。</p>' if len(rows) > _CHANGED_SHOWN else ""
    return (
        f"<details><summary>{esc(NAMES[metric])}变化的 {len(rows)} 题：变好 {better}，"
        f"变差 {len(rows) - better}</summary>"
        f'<ul class="changed">{items}</ul>{more}</details>'
    )


def _short(name: str) -> str:
    """A system's name without the folders of an evaluator's own file."""
    return name.rpartition("/")[2]
