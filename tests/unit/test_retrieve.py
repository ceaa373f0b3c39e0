"""Retrieval on a searcher with fixed answers: the closer look reorders, and may be switched off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kb.fusion import fuse
from kb.model import Chunk, DocumentHeader, Kind, Relation
from kb.parts import Parts
from kb.query import analyse
from kb.retrieve import Retrieved, _is_law, retrieve

TEXTS = {
    "strewn": "孵化器由局负责。每年开会一次。补贴另行通知。",
    "told": "孵化器每年补贴20万元。其他事项另行通知。",
    "other": "农机购置另行通知。",
}


class Searcher:
    """Three documents of one chunk; both legs prefer the one where the words are strewn about."""

    def lexical(self, tokens: Any, k: int, allowed: Any) -> list[tuple[str, float]]:  # noqa: ANN401
        return _allowed([("strewn", 6.0), ("told", 5.0)], allowed)

    def dense(self, vector: Any, k: int, allowed: Any) -> list[tuple[str, float]]:  # noqa: ANN401
        return _allowed([("strewn", 0.90), ("told", 0.89), ("other", 0.80)], allowed)

    def cosines(self, vector: Any, chunk_ids: Any) -> dict[str, float]:  # noqa: ANN401
        return {}

    def idf(self, token: str) -> float:
        return 1.0

    def openings(self, policy_ids: Any) -> dict[str, str]:  # noqa: ANN401
        return {p: TEXTS[p] for p in policy_ids}

    def chunks_by_id(self, chunk_ids: Any) -> dict[str, Chunk]:  # noqa: ANN401
        return {c: Chunk(c, c, "r", 0, 0, len(TEXTS[c]), TEXTS[c]) for c in chunk_ids}

    def headers(self, policy_ids: Any) -> dict[str, DocumentHeader]:  # noqa: ANN401
        return {p: DocumentHeader(p, "r", f"关于{p}的通知", Kind.NOTICE) for p in policy_ids}

    def find_by_doc_number(self, doc_number: str) -> list[str]:
        return []

    def find_digests(self, doc_number: str) -> list[str]:
        return []

    def citing(self, doc_number: str) -> list[str]:
        return []

    def issued_with(self, policy_ids: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
        return {"other": ("told",)} if "other" in policy_ids else {}

    def relations(self, policy_id: str) -> tuple[Relation, ...]:
        return ()

    def find_by_title(self, text: str) -> list[str]:
        return ["other"] if "关于other的通知" in text else []


def _allowed(hits: list[tuple[str, float]], allowed: set[str] | None) -> list[tuple[str, float]]:
    return [hit for hit in hits if allowed is None or hit[0] in allowed]


def found(question: str, parts: Parts | None = None, k: int = 3) -> Retrieved:
    searcher: Any = Searcher()
    return retrieve(searcher, analyse(question), np.empty(0), k=k, dense_weight=0.15, parts=parts)


def order(result: Retrieved) -> list[str]:
    return [hit.chunk.chunk_id for hit in result.hits]


def test_the_closer_look_puts_the_sentence_that_tells_first() -> None:
    assert order(found("孵化器每年补贴多少")) == ["told", "strewn", "other"]
    assert order(found("孵化器每年补贴多少", Parts(rerank=False))) == ["strewn", "told", "other"]
    assert order(found("孵化器每年补贴多少", k=1)) == ["told"]


@pytest.mark.parametrize(
    ("kind", "title", "law"),
    [
        (Kind.NOTICE, "关于做好普法工作的通知", False),
        (Kind.OTHER, "计算方法", False),
        (Kind.LAW, "中华人民共和国劳动法", True),
        (Kind.REGULATION, "云溪市养犬管理条例", False),
        (Kind.OTHER, "劳动合同法（2012年修正本）", True),
        (Kind.OTHER, "机动车登记规定第四十五条", True),
        (Kind.OTHER, "最高人民法院关于适用担保法的解释", True),
        (Kind.MEASURES, "云溪市孵化器管理办法", False),
    ],
)
def test_what_is_law(kind: Kind, title: str, law: bool) -> None:
    assert _is_law(DocumentHeader("p", "r", title, kind)) is law


def test_where_all_candidates_are_law_the_vectors_count_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = []
    monkeypatch.setattr("kb.retrieve.fuse", lambda legs, weight: weights.append(weight) or fuse(legs, weight))
    found("孵化器每年补贴多少")
    titles = {"strewn": "中华人民共和国劳动法第三条", "told": "中华人民共和国劳动法第四条", "other": "关于农机的通知"}
    monkeypatch.setattr(
        Searcher, "headers", lambda _, ids: {p: DocumentHeader(p, "r", titles[p], Kind.OTHER) for p in ids}
    )
    found("孵化器每年补贴多少")
    monkeypatch.setitem(titles, "other", "农业机械化促进法")
    found("孵化器每年补贴多少")
    assert weights == pytest.approx([0.15, 0.15 * 1.6, 0.15 * 1.9])


def test_scores_run_from_one_to_nothing_and_say_what_each_leg_gave() -> None:
    first, second, last = found("孵化器每年补贴多少").hits
    assert (first.score, last.score) == pytest.approx((1.0, 0.0))
    assert 0 < second.score < 1
    assert (first.parts, last.parts) == (
        {"lexical": 5.0, "dense": 0.89, "cosine": 0.89},
        {"dense": 0.80, "cosine": 0.80},
    )


def test_a_document_named_by_its_title_comes_first() -> None:
    result = found("《关于other的通知》里孵化器每年补贴多少")
    assert result.titled == ("other",)
    assert order(result) == ["other", "told", "strewn"]
