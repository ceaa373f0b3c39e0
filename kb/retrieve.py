"""Retrieval: an exact lane for 文号 and titles, lexical and dense search within the filters, fusion, a closer look."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np

from kb.fusion import LegSearcher, fuse, ranked, search_legs
from kb.kinship import ends_of, repeal_asked, rules, rules_asked, successors, successors_asked
from kb.model import Chunk, DocumentHeader, Hit, Kind, Relation
from kb.parts import Parts
from kb.query import Query
from kb.rerank import CandidateReader, looked_at
from kb.text import find_doc_numbers
from kb.timing import Timing, timing_of

_STALE = 0.88  # of its score is left to what was not in force at the time asked about
#: So many times the vectors' weight where all candidates are law: people ask about it in words that it does not use.
_ABOUT_LAW = 1.9
_LAW_TITLE = re.compile(
    r"^最高人民|(?:(?<![做办看用方说想语设])法|法典)(?:[（(][^（）()]{1,30}[）)])?$|"
    r"第[零〇一二三四五六七八九十百千\d]+条(?:之.)?$"
)
#: A document called by a part of its title, and an article of it (人才市场条例 | 第三条)
_BEFORE_ARTICLE = re.compile(
    r"([\u4e00-\u9fff]{3,30}(?:条例|办法|规定|细则|措施|意见|方案|规划|计划|规则|法))(?:的|中|里)?第[零〇一二三四五六七八九十百千\d]+条"
)
_RUN_IN = "了的据照文件发见即《》“”"  # characters that run into a number's letters from the left


class Searcher(LegSearcher, CandidateReader, Protocol):
    """What retrieval needs of the base: one consistent view of catalog and index for one question."""

    def chunks_by_id(self, chunk_ids: Sequence[str]) -> Mapping[str, Chunk]:
        """Those of the chunks that exist."""
        ...

    def headers(self, policy_ids: Iterable[str]) -> Mapping[str, DocumentHeader]:
        """Headers of those documents that exist."""
        ...

    def find_by_doc_number(self, doc_number: str) -> list[str]:
        """Ids of the documents that carry this 文号."""
        ...

    def find_digests(self, doc_number: str) -> list[str]:
        """Ids of the digests of a document with this 文号."""
        ...

    def find_by_title(self, text: str) -> list[str]:
        """Ids of the documents whose title stands in the text or contains it."""
        ...

    def citing(self, doc_number: str) -> list[str]:
        """Ids of the documents that state something of one with this 文号."""
        ...

    def issued_with(self, policy_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Ids of the documents that each of these issues, by its id."""
        ...

    def relations(self, policy_id: str) -> tuple[Relation, ...]:
        """What a document states of others, and they of it."""
        ...


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Ranked hits and what the exact lane found.

    ``numbered`` maps each 文号 of the question to the documents that carry it; ``cited`` holds those that no document
    carries but a retrieved chunk mentions; ``unknown`` those found nowhere. ``titled`` are documents named by title,
    ``digests`` digests of a document with one of the numbers, where the base has only those. ``kin`` holds those 文号
    for which ``numbered`` has another document that is meant by them (停用了…的那份文件, …的实施细则). ``attached``
    maps each document named to those it issues.
    """

    hits: tuple[Hit, ...]
    numbered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cited: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def retrieve(
    searcher: Searcher,
    query: Query,
    vector: np.ndarray,
    *,
    k: int,
    dense_weight: float,
    allowed: set[str] | None = None,
    parts: Parts | None = None,
    as_of: date | None = None,
) -> Retrieved:
    """The best ``k`` chunks for a question. ``vector`` is its embedding, ``allowed`` the filters' documents.

    ``parts`` switches parts of this off, for evaluation. ``as_of`` is the day it is asked on, today by default.
    """
    parts = parts or Parts()
    timing = timing_of(query, as_of or date.today()) if parts.timing else Timing(None)
    search = _Search(searcher, query, vector, dense_weight, parts, timing)
    if not parts.lane:
        return Retrieved(tuple(search.fused(allowed, k)))
    numbered = {n.canonical: _numbered(searcher, n.canonical) for n in query.doc_numbers}
    kin = _kin(searcher, query, numbered, as_of or date.today())
    numbered |= kin
    titled = _titled(searcher, query)
    digests = {n: tuple(searcher.find_digests(n)) for n, found in numbered.items() if not found}
    named = {p for found in (*numbered.values(), *digests.values()) for p in found}
    scope = allowed if not named else (named if allowed is None else named & allowed)
    hits = search.fused(scope, k)
    cited: tuple[str, ...] = ()
    missing = [n for n, found in numbered.items() if not found and not digests[n]]
    if missing:
        # No document carries the number; a chunk that cites it may still say what was asked.
        citing = {n: [h for h in hits if mentions_number(h.chunk.text, n)] for n in missing}
        cited = tuple(n for n in missing if citing[n])
        hits = [h for n in cited for h in citing[n]] or hits
    if titled and not named:
        hits = _preferred(search, titled, allowed, hits)[:k]
    return Retrieved(
        tuple(hits),
        {n: found for n, found in numbered.items() if found},
        cited,
        tuple(n for n in missing if n not in cited),
        titled,
        tuple(p for found in digests.values() for p in found),
        tuple(kin),
        _attached(searcher, [p for ids in numbered.values() for p in ids] + list(titled), allowed),
    )


def _kin(
    searcher: Searcher, query: Query, numbered: Mapping[str, tuple[str, ...]], as_of: date
) -> dict[str, tuple[str, ...]]:
    """By 文号, the documents that the question means by it: its successors, or the rules made for it."""
    found: dict[str, tuple[str, ...]] = {}
    for number in successors_asked(query):
        headers = searcher.headers(numbered[number])
        found[number] = (
            successors(headers.values(), as_of, lists=repeal_asked(query, number))
            if headers
            else ends_of(number, {p: searcher.relations(p) for p in searcher.citing(number)})
        )
        attached = searcher.issued_with(found[number])  # what a notice issues is what took the place
        found[number] = tuple(dict.fromkeys(q for p in found[number] for q in (p, *attached.get(p, ()))))
    for number, word in rules_asked(query).items():
        found[number] = rules(word, numbered[number], searcher.relations)
    return {number: ids for number, ids in found.items() if ids}


def _attached(searcher: Searcher, named: Sequence[str], allowed: set[str] | None) -> Mapping[str, tuple[str, ...]]:
    """The documents issued by those named, within the filters."""
    if not named:
        return {}
    found = searcher.issued_with(named)
    return {p: tuple(a for a in ids if allowed is None or a in allowed) for p, ids in found.items()}


def mentions_number(text: str, canonical: str) -> bool:
    """Whether a text cites a 文号, however it is bracketed or spaced."""
    return any(
        d.canonical == canonical or (d.canonical.endswith(canonical) and d.canonical[-len(canonical) - 1] in _RUN_IN)
        for d in find_doc_numbers(text)
    )


def _numbered(searcher: Searcher, canonical: str) -> tuple[str, ...]:
    """Documents with this very number: 政办发〔2022〕7号 is another body's than 浙政办发〔2022〕7号."""
    return tuple(searcher.find_by_doc_number(canonical))


def _titled(searcher: Searcher, query: Query) -> tuple[str, ...]:
    found: list[str] = []
    for title in query.titles:
        found.extend(searcher.find_by_title(title))
    if not query.titles:
        found.extend(searcher.find_by_title(query.text))
        for name in _BEFORE_ARTICLE.findall(query.text) if query.articles else ():
            found.extend(searcher.find_by_title(name))
    return tuple(dict.fromkeys(found))


def _preferred(search: _Search, titled: tuple[str, ...], allowed: set[str] | None, hits: list[Hit]) -> list[Hit]:
    """Chunks of the named documents first, then the others."""
    scope = set(titled) if allowed is None else set(titled) & allowed
    most = max(6, len(hits) // 2)
    first = search.fused(scope, most) if scope else []
    seen = {h.chunk.chunk_id for h in first}
    return first + [h for h in hits if h.chunk.chunk_id not in seen]


@dataclass(frozen=True, slots=True)
class _Search:
    """Both legs for one question."""

    searcher: Searcher
    query: Query
    vector: np.ndarray
    dense_weight: float
    parts: Parts
    timing: Timing

    def fused(self, allowed: set[str] | None, k: int) -> list[Hit]:
        """The k best candidates of both legs by fused score, which runs from 1, the best of all, to 0, the last."""
        searcher = self.searcher
        legs = search_legs(searcher, self.query, self.vector, allowed, self.parts)
        chunks = searcher.chunks_by_id([*{**legs.lexical, **legs.dense}])
        headers = searcher.headers({chunk.policy_id for chunk in chunks.values()})
        if self.parts.rerank:
            legs = looked_at(legs, searcher, self.query, chunks)
        stale = {p for p, header in headers.items() if self.timing.stale(header)}
        owner = {c: chunk.policy_id for c, chunk in chunks.items() if chunk.policy_id in headers}
        weight = self._dense_weight([headers[p] for p in owner.values()])
        fused = {c: s for c, s in fuse(legs, weight).items() if c in owner}
        scores = _stretched({c: s * (_STALE if owner[c] in stale else 1.0) for c, s in fused.items()})
        by_name = {"lexical": legs.lexical, "dense": legs.dense, "cosine": {**legs.beside, **legs.dense}}
        return [
            Hit(
                chunks[c],
                headers[owner[c]],
                scores[c],
                {name: leg[c] for name, leg in by_name.items() if c in leg},
            )
            for c in ranked(scores)[:k]
        ]

    def _dense_weight(self, candidates: Sequence[DocumentHeader]) -> float:
        """The vectors' share in the sum, the larger the more of the candidates are law."""
        law = sum(map(_is_law, candidates)) / max(1, len(candidates))
        return min(1.0, self.dense_weight * (1 + (_ABOUT_LAW - 1) * law))


def _is_law(header: DocumentHeader) -> bool:
    """Whether a document is an act, an article by itself, or what the highest courts say of one; no local rules."""
    return header.kind is Kind.LAW or _LAW_TITLE.search(header.title) is not None


def _stretched(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores scaled to 0..1; equal ones to 1."""
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    return {c: (s - low) / (high - low) if high > low else 1.0 for c, s in scores.items()}
