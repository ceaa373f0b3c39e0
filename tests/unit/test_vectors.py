"""The cache of vectors by content."""

from __future__ import annotations

import numpy as np
import pytest

from kb.errors import Corrupt
from kb.vectors import VectorCache, vector_key


@pytest.fixture
def cache(tmp_path):
    cache = VectorCache(tmp_path)
    yield cache
    cache.close()


def test_what_was_put_is_given_back_in_the_order_asked_for(cache):
    vectors = np.arange(12, dtype=np.float32).reshape(3, 4)
    cache.put(["a", "b", "c"], vectors)
    got = cache.get(["c", "a", "c"], 4)
    assert got.dtype == np.float32
    assert got.tolist() == vectors[[2, 0, 2]].tolist()
    assert cache.get([], 4).shape == (0, 4)


def test_missing_keys_are_named_once_in_order(cache):
    cache.put(["b"], np.ones((1, 4), np.float32))
    assert cache.missing(["c", "b", "a", "c"]) == ["c", "a"]


@pytest.mark.parametrize(("keys", "dimension"), [(["a", "none"], 4), (["a"], 5)])
def test_a_lost_vector_and_another_size_are_corrupt(cache, keys, dimension):
    cache.put(["a"], np.ones((1, 4), np.float32))
    with pytest.raises(Corrupt, match="doctor"):
        cache.get(keys, dimension)


def test_recent_vectors_are_those_stored_and_the_latest_are_kept(cache, monkeypatch):
    monkeypatch.setattr("kb.vectors._MOST_RECENT", 2)
    vectors = np.arange(12, dtype=np.float32).reshape(3, 4)
    cache.put(["a", "b", "c"], vectors)
    assert cache.recent(["c", "a", "c"], 4).tolist() == vectors[[2, 0, 2]].tolist()
    assert cache.recent([], 4).shape == (0, 4)
    read = []
    monkeypatch.setattr(cache, "get", lambda keys, size: read.append(list(keys)) or VectorCache.get(cache, keys, size))
    assert cache.recent(["a", "c"], 4).tolist() == vectors[[0, 2]].tolist()
    assert cache.recent(["b", "a"], 4).tolist() == vectors[[1, 0]].tolist()
    assert read == [["b"]]
    cache.recent(["c"], 4)
    assert read == [["b"], ["c"]]
    with pytest.raises(Corrupt, match="doctor"):
        cache.recent(["c"], 5)
    with pytest.raises(Corrupt, match="doctor"):
        cache.recent(["c", "none"], 4)


def test_unused_vectors_go(cache):
    cache.put(["a", "b"], np.ones((2, 4), np.float32))
    assert cache.prune({"b", "x"}) == 1
    assert cache.sizes() == {"b": 4}


def test_keys_differ_by_model_and_by_text():
    assert len({vector_key("m", "t"), vector_key("m", "u"), vector_key("n", "t"), vector_key("mt", "")}) == 4
