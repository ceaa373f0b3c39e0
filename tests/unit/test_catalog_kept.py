"""What is kept of a generation: read once, and never of another one."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from kb.catalog.kept import Kept


class View:
    """A catalog whose headers are the ids with the generation, and which counts what is read."""

    def __init__(self, generation: int, ids: str) -> None:
        self.generation, self._ids, self.read = generation, ids, []

    def headers(self, policy_ids: Iterable[str]) -> dict[str, Any]:
        wanted = list(policy_ids)
        self.read += wanted
        return {p: SimpleNamespace(of=(p, self.generation)) for p in wanted if p in self._ids}

    def chunks_with_keys(self, chunk_ids: Iterable[str]) -> dict[str, Any]:
        wanted = list(chunk_ids)
        self.read += wanted
        return {c: ((c, self.generation), "key") for c in wanted if c in self._ids}

    def titles(self) -> list[tuple[str, str]]:
        self.read.append("titles")
        return [(f"关于标题{self.generation}的通知", p) for p in self._ids]


def of(headers: dict[str, Any]) -> dict[str, Any]:
    return {p: header.of for p, header in headers.items()}


def test_what_was_read_of_a_generation_is_not_read_again() -> None:
    kept, view = Kept(), View(1, "ab")
    assert of(kept.headers(view, ["a", "x"])) == {"a": ("a", 1)}
    assert of(kept.headers(view, ["b", "a"])) == {"b": ("b", 1), "a": ("a", 1)}
    assert view.read == ["a", "x", "b"]
    assert [kept.titles(view).named("关于标题1的通知") for _ in range(2)] == [["a", "b"], ["a", "b"]]
    assert view.read == ["a", "x", "b", "titles"]


def test_a_snapshot_of_another_generation_gets_its_own() -> None:
    kept, old, new = Kept(), View(1, "ab"), View(2, "bc")
    kept.headers(old, "ab")
    assert of(kept.headers(new, "abc")) == {"b": ("b", 2), "c": ("c", 2)}
    assert of(kept.headers(old, "abc")) == {"a": ("a", 1), "b": ("b", 1)}
    assert kept.titles(new).named("关于标题2的通知") == ["b", "c"]
    assert kept.titles(old).named("关于标题1的通知") == ["a", "b"]
    assert of(kept.headers(new, "bc")) == {"b": ("b", 2), "c": ("c", 2)}
    assert new.read == ["a", "b", "c", "titles"]


def test_the_latest_headers_are_kept() -> None:
    kept, view = Kept(most_headers=2), View(1, "abc")
    for policy_id in "abc":
        kept.headers(view, policy_id)
    kept.headers(view, "bc")
    assert view.read == ["a", "b", "c"]
    kept.headers(view, "a")
    assert view.read == ["a", "b", "c", "a"]


class Changing(View):
    """A catalog that another thread finds changed while this one reads."""

    def __init__(self, kept: Kept) -> None:
        super().__init__(1, "a")
        self._kept = kept

    def headers(self, policy_ids: Iterable[str]) -> dict[str, Any]:
        self._kept.headers(View(2, "a"), "a")
        return super().headers(policy_ids)


def test_a_change_while_reading_leaves_nothing_stale() -> None:
    kept = Kept()
    assert of(kept.headers(Changing(kept), "a")) == {"a": ("a", 1)}
    assert of(kept.headers(View(2, "a"), "a")) == {"a": ("a", 2)}


def test_chunks_are_kept_like_headers() -> None:
    kept, old, new = Kept(most_chunks=2), View(1, "abc"), View(2, "ab")
    assert kept.chunks(old, ["a", "x", "a"]) == {"a": (("a", 1), "key")}
    assert kept.chunks(old, "ab") == {"a": (("a", 1), "key"), "b": (("b", 1), "key")}
    assert old.read == ["a", "x", "b"]
    kept.chunks(old, "c")
    kept.chunks(old, "a")
    assert old.read == ["a", "x", "b", "c", "a"]
    assert kept.chunks(new, "abc") == {"a": (("a", 2), "key"), "b": (("b", 2), "key")}


def test_headers_read_for_another_purpose_are_kept_too() -> None:
    kept, view = Kept(most_headers=2), View(1, "abc")
    kept.learn(view, [SimpleNamespace(policy_id=p, of=(p, 1)) for p in "abc"])
    assert of(kept.headers(view, "bc")) == {"b": ("b", 1), "c": ("c", 1)}
    assert view.read == []
    kept.learn(View(0, "a"), [SimpleNamespace(policy_id="a", of=("a", 0))])
    assert of(kept.headers(view, "a")) == {"a": ("a", 1)}
