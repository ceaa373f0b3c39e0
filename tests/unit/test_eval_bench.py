"""The parts of the bench: texts, drawn vectors, figures, curves."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from eval.bench.drawn import DrawnEmbedder
from eval.bench.figures import bench_figures
from eval.bench.limits import bert_operations
from eval.bench.measure import Clock, folder_mb, spread
from eval.bench.page import charts, rows, shown
from eval.bench.plan import BenchFolder, Spec, Step, steps
from eval.bench.texts import Supply, questions
from eval.errors import EvalError
from eval.model import Record
from tests.fakes import HashEmbedder

SPEC = Spec((10, 100), (), beside=100, real=5, files=2, questions=3, users=2, seed=0)
REAL = (
    Record("a", "甲办法", "第一条 甲事项由科技局负责。\n第二条 每家补贴20万元。"),
    Record("b", "乙办法", "第一条 乙事项另行通知办理。"),
)


def test_real_documents_come_first_and_then_others_without_end() -> None:
    taken = list(islice(Supply(REAL, seed=3), 40))
    assert taken[:2] == list(REAL)
    assert taken == list(islice(Supply(REAL, seed=3), 40))
    assert len({record.record_id for record in taken}) == 40
    paragraphs = {line for record in REAL for line in record.text.splitlines()}
    assert all(set(record.text.splitlines()[1:]) <= paragraphs for record in taken[2:])


def test_questions_are_made_of_titles_where_there_are_none() -> None:
    asked = questions([], REAL, 4, seed=0)
    assert len(set(asked)) == 4
    assert all(question.startswith(("甲办法", "乙办法")) for question in asked)


def test_vectors_are_drawn_around_real_ones() -> None:
    model = HashEmbedder()
    drawn = DrawnEmbedder(model, real=3, seed=0)
    first = drawn.embed_passages(["一", "二", "三", "四"])
    real = model.embed_passages(["一", "二", "三"])
    np.testing.assert_array_equal(first[:3], real)
    made = np.vstack([first[3:], drawn.embed_passages([str(n) for n in range(49)])])
    nearest = (made @ real.T).max(axis=1)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert 0.9 < nearest.mean() < 0.99
    assert (drawn.embedded, drawn.drawn) == (3, 50)


def test_a_clock_counts_what_is_apart_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    clock = Clock()
    clock.start()
    now[0] = 1.0
    with clock.apart("embed"):
        now[0] = 4.0
    now[0] = 4.5
    clock.lap("cache")
    now[0] = 5.0
    clock.lap("words")
    assert clock.rounded() == {"embed": 3.0, "cache": 1.5, "words": 0.5}


def test_spread_is_in_milliseconds() -> None:
    assert spread([0.001 * n for n in range(1, 101)]) == {"p50": 50.5, "p95": 95.05, "p99": 99.01}


def test_a_folder_is_counted_by_its_parts(tmp_path: Path) -> None:
    for name, size in (("catalog.db", 20_000), ("catalog.db-wal", 10_000), ("index/dense/x/y", 50_000)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(bytes(size))
    assert folder_mb(tmp_path) == {"catalog.db": 0.03, "index/dense": 0.05, "total": 0.08}


def test_operations_are_those_of_the_products() -> None:
    # one layer, hidden 2, inner 3, two tokens: 8 and 6 products a token of both widths, twice 2 x 2 x 2 of attention
    linear = 2 * 2 * (4 * 2 * 2 + 2 * 2 * 3)
    attention = 2 * (2 * 2 * 2) * 2
    assert bert_operations([2], hidden=2, wide=3, layers=1) == linear + attention


def test_the_halves_compared_take_turns() -> None:
    assert [step.key for step in steps(SPEC)] == [
        *("limits", "ours_first", "plain_first", "ours_second", "plain_second", "embedding"),
        *("index-10", "serve-10", "start-10", "index-100", "serve-100", "start-100", "resync"),
    ]


def test_a_folder_is_for_one_spec(tmp_path: Path) -> None:
    folder = BenchFolder(tmp_path / "out")
    folder.claim(SPEC)
    folder.claim(SPEC)
    assert folder.spec() == SPEC
    other = Spec((10,), (), beside=0, real=5, files=2, questions=3, users=2, seed=0)
    with pytest.raises(EvalError, match="另一次测量"):
        folder.claim(other)
    assert folder.figures(Step("limits")) is None
    folder.keep(Step("limits"), {"memory_gb_s": 9.5})
    assert folder.figures(Step("limits")) == {"memory_gb_s": 9.5}


def test_figures_by_size_and_their_ratios() -> None:
    done = {
        "ours_first": {"seconds": 10.0},
        "plain_first": {"seconds": 50.0},
        "ours_second": {"seconds": 20.0},
        "plain_second": {"seconds": 40.0},
        "embedding": {"share": 0.41},
        "index-10": {"chunks": 11},
        "serve-10": {
            "one": {"x": {"p50": 1.5}},
            "users_2": {"y": 2},
            "memory": {"peak_mb": 3},
            "filtered": {"ratio": 1.2},
        },
        "index-100": {"chunks": 101},
        "start-100": {"search_command_s": 4},
    }
    figures = bench_figures(SPEC, done, {})
    assert figures["sizes"] == {
        "10": {"index.chunks": 11, "one.x.p50": 1.5, "many.y": 2, "serving.peak_mb": 3, "filtered.ratio": 1.2},
        "100": {"index.chunks": 101, "search_command_s": 4},
    }
    assert figures["ratios"] == {
        "indexing_vs_llamaindex": 3.0,
        "embedding_vs_limit": 0.41,
        "filtered_vs_plain": 1.2,
        "resync_vs_first": None,
    }


def test_rows_and_curves_of_what_was_measured() -> None:
    sizes = {"1000": {"index.chunks": 1004, "one.answer_ms.p50": 10.0}, "100000": {"one.answer_ms.p50": 40.0}}
    assert rows(sizes) == [("段数", ["1,004", "—"]), ("回答 p50", ["10.0", "40.0"])]
    (chart,) = charts(sizes)
    assert (chart.title, [line.name for line in chart.lines]) == ("回答", ["p50"])
    (_, low, said), (_, high, _) = chart.lines[0].points
    assert low > high  # up is more
    assert said == "1000：10.0 毫秒"
    assert charts({"1000": {"one.answer_ms.p50": 10.0}}) == []


def test_figures_are_shown_to_three_figures() -> None:
    assert [shown(v) for v in (None, True, 1234567, 123.4, 12.34, 0.1234, 0.00052, 0.0, "x")] == [
        *("—", "是", "1,234,567", "123", "12.3", "0.123", "0.00052", "0.000", "x"),
    ]
