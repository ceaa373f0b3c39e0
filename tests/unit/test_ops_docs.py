"""The guide to operations names the measures there are, all of them, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from kb.config import Settings
from ui.ops.metrics import OUTCOMES, STAGES, Metrics
from ui.places import ALONE, WAITING, places

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")
_ROW = re.compile(r"^\| `(zhice_\w+)(?:\{([^}]+)\})?` \|", re.M)


def test_every_measure_is_explained_with_its_labels() -> None:
    told = {name: tuple(labels.split(", ")) if labels else () for name, labels in _ROW.findall(GUIDE)}
    families = [f for f in Metrics().registry.collect() if f.name.startswith("zhice_")]
    there = {f"{f.name}_total" if f.type == "counter" else f.name for f in families}
    assert told.keys() == there
    assert told["zhice_http_requests_total"] == ("method", "route", "status")


def test_every_outcome_and_stage_is_explained() -> None:
    rows = {line.split("`")[1]: line for line in GUIDE.splitlines() if line.startswith("| `zhice_answer")}
    assert re.findall(r"`(\w+)` ", rows["zhice_answers_total{outcome}"]) == list(OUTCOMES)
    assert re.findall(r"`(\w+)` ", rows["zhice_answer_stage_seconds{stage}"]) == list(STAGES)


def test_how_many_are_answered_and_wait_is_told_alike() -> None:
    interfaces = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    with_model = places(Settings(llm_base_url="http://127.0.0.1:1/v1", llm_model="m"))
    assert f"同时做 {ALONE} 件（设了大模型时 {with_model} 件）、再排 {WAITING} 件，再多就" in interfaces
    assert f"接口同时回答 {ALONE} 个问题（设了大模型时 {with_model} 个，它们多半在等模型）" in GUIDE
    assert f"排到 {WAITING} 个以外的得到 429" in GUIDE
