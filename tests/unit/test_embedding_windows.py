"""Cutting, batching and averaging, against naive formulas."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.embedding.protocol import QueryMemory, known_prefixes, unit_rows
from kb.embedding.windows import Window, batches, embed_windows, spans


@given(st.integers(0, 5000), st.integers(1, 600))
def test_spans_cover_without_overlap(total: int, most: int) -> None:
    found = spans(total, most)
    assert [i for a, b in found for i in range(a, b)] == list(range(total))
    assert len(found) == max(1, -(-total // most))
    sizes = [b - a for a, b in found]
    assert max(sizes) <= most
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(1, 200), st.none() | st.integers(1, 5))
def test_batches_keep_every_window_within_the_budget(lengths: list[int], budget: int, most: int | None) -> None:
    windows = [Window(row, length, row) for row, length in enumerate(lengths)]
    found = list(batches(windows, budget, most))
    assert sorted(w.payload for batch in found for w in batch) == list(range(len(lengths)))
    flat = [w.tokens for batch in found for w in batch]
    assert flat == sorted(flat, reverse=True)
    for batch in found:
        assert len(batch) == 1 or batch[0].tokens * len(batch) <= budget
        assert len(batch) <= (most or len(lengths))


@given(
    st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=4), min_size=1, max_size=8),
    st.integers(1, 20),
    st.integers(1, 3),
)
def test_rows_are_weighted_means(rows: list[list[int]], budget: int, workers: int) -> None:
    windows = [Window(row, n, (row, i)) for row, lengths in enumerate(rows) for i, n in enumerate(lengths)]
    told: list[int] = []

    def vector(payload: tuple[int, int]) -> list[float]:
        return [1.0 + payload[0], 2.0 + payload[1], 0.5]

    found = embed_windows(
        len(rows),
        windows,
        lambda batch: np.array([vector(p) for p in batch], np.float32),
        budget,
        told.append,
        workers=workers,
    )
    for row, lengths in enumerate(rows):
        mean = sum(n * np.array(vector((row, i))) for i, n in enumerate(lengths))
        np.testing.assert_allclose(found[row], mean / np.linalg.norm(mean), atol=1e-5)
    assert sum(told) == len(rows)


def test_what_is_interrupted_begins_no_further_batch() -> None:
    ran: list[int] = []
    interrupted = threading.Event()

    def run(batch: list[int]) -> np.ndarray:
        if ran:
            interrupted.wait()
            time.sleep(0.001)
        ran.extend(batch)
        return np.ones((len(batch), 2), np.float32)

    def interrupt(done: int) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    windows = [Window(row, 1, row) for row in range(2000)]
    with pytest.raises(KeyboardInterrupt):
        embed_windows(2000, windows, run, 1, interrupt, workers=2)
    assert len(ran) < 2000
    assert not [t for t in threading.enumerate() if t.name.startswith("embedding")]  # nothing runs on unseen


def test_unit_rows_leaves_zeros() -> None:
    expected = np.array([[0.6, 0.8], [0.0, 0.0]], np.float32)
    np.testing.assert_allclose(unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])), expected)


def test_query_memory_forgets_the_oldest() -> None:
    computed: list[str] = []

    def compute(text: str) -> np.ndarray:
        computed.append(text)
        return np.ones(2, np.float32)

    memory = QueryMemory(size=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        memory.get(text, compute)
    assert computed == ["a", "b", "c", "b"]
    assert not memory.get("a", compute).flags.writeable


def test_known_prefixes() -> None:
    assert known_prefixes("intfloat/multilingual-e5-small") == ("query: ", "passage: ")
    assert known_prefixes("/models/e5-base-v2") == ("query: ", "passage: ")
    assert known_prefixes("intfloat/multilingual-e5-large-instruct") == ("", "")
    assert known_prefixes("BAAI/bge-small-zh-v1.5") == ("为这个句子生成表示以用于检索相关文章：", "")
    assert known_prefixes("BAAI/bge-m3") == ("", "")
    assert known_prefixes("me5-small") == ("", "")
