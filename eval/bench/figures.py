"""The steps' figures as ``bench.json``: by size, the ratios between them, and what a reader needs to judge them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.bench.plan import FIRST, SECOND, Spec

Steps = Mapping[str, dict[str, Any]]


def bench_figures(spec: Spec, done: Steps, environment: dict[str, Any]) -> dict[str, Any]:
    """All figures of the steps that are done, by their keys."""
    sizes = {str(size): flat(_of_size(done, size, spec.users)) for size in spec.sizes if f"index-{size}" in done}
    return {
        "sizes": sizes,
        "ratios": _ratios(spec, done),
        "beside": {half: {who: done.get(f"{who}_{half}") for who in ("ours", "plain")} for half in (FIRST, SECOND)},
        "limits": done.get("limits", {}),
        "embedding": done.get("embedding", {}),
        "resync": done.get("resync", {}),
        "environment": environment,
    }


def _of_size(done: Steps, size: int, users: int) -> dict[str, Any]:
    index, serve = done[f"index-{size}"], dict(done.get(f"serve-{size}", {}))
    renamed = {"many": serve.pop(f"users_{users}", {}), "serving": serve.pop("memory", {})}
    return {"index": index, **serve, **renamed, **done.get(f"start-{size}", {})}


def flat(tree: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """A tree of figures as one level, names joined by dots."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        found |= flat(value, f"{before}{name}.") if isinstance(value, Mapping) else {f"{before}{name}": value}
    return found


def _ratios(spec: Spec, done: Steps) -> dict[str, float | None]:
    resync, largest = done.get("resync", {}), _largest_filtered(spec, done)
    return {
        "indexing_vs_llamaindex": _indexing(done),
        "embedding_vs_limit": done.get("embedding", {}).get("share"),
        "filtered_vs_plain": largest,
        "resync_vs_first": resync.get("ratio"),
    }


def _indexing(done: Steps) -> float | None:
    """Characters a second of ours by those of plain LlamaIndex, over both halves; None where one is missing."""
    seconds = {}
    for who in ("ours", "plain"):
        halves = [done.get(f"{who}_{half}") for half in (FIRST, SECOND)]
        if any(half is None for half in halves):
            return None
        seconds[who] = sum(half["seconds"] for half in halves if half)
    return round(seconds["plain"] / seconds["ours"], 3) if seconds["ours"] else None


def _largest_filtered(spec: Spec, done: Steps) -> float | None:
    ratios = [done.get(f"serve-{size}", {}).get("filtered", {}).get("ratio") for size in sorted(spec.sizes)]
    found = [ratio for ratio in ratios if ratio is not None]
    return found[-1] if found else None
