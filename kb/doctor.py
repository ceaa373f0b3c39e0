"""Compare the stores of a base and mend them from the catalog, which is the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import text

from kb.catalog import CatalogView
from kb.catalog.db import batches
from kb.errors import EmbeddingUnavailable, IndexMismatch, KBError
from kb.projection import ChromaProjection
from kb.store import Store

_SAME = 1e-4  # cosine distance up to which a stored vector counts as the same


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in one store: how many rows, and whether it was mended."""

    store: str
    problem: str
    count: int
    repaired: bool


@dataclass(slots=True)
class Checkup:
    """What the doctor saw: sizes of the stores, findings, and what could not be looked at."""

    documents: int = 0
    chunks: int = 0
    vectors: int = 0
    words: int = 0
    dense: int | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """Whether everything is fine now."""
        return all(finding.repaired for finding in self.findings)


def examine(store: Store, embed_missing: Callable[[], int]) -> Checkup:
    """Check and mend all stores. ``embed_missing`` makes lost vectors anew. Raises HomeBusy while another writes."""
    checkup = Checkup()
    words = store.index.words
    with store.catalog.view() as view:
        unfinished = view.meta("lexical_dirty") == "1"
    with store.writing():
        if unfinished:
            checkup.notes.append("上一次写入没有完成，已按目录收尾。")
        _catalog(store, checkup)
        _vectors(store, checkup, embed_missing)
        _words(store, checkup)
        _dense(store, checkup)
        with store.catalog.view() as view:
            checkup.documents, checkup.chunks = len(view.documents()), view.chunk_count()
        checkup.vectors, checkup.words = len(store.vectors.sizes()), words.count()
    return checkup


def _catalog(store: Store, checkup: Checkup) -> None:
    with store.catalog.database.read() as connection:
        view = CatalogView(connection)
        verdict = str(connection.execute(text("PRAGMA integrity_check")).scalar())
        if verdict != "ok":
            checkup.findings.append(Finding("catalog", f"数据库损坏：{verdict}，请从备份恢复或重新同步", 1, False))
            return
        bad = 0
        for header in view.documents():
            document = view.document(header.policy_id)
            chunks = view.chunks(header.policy_id)
            right = all(chunk.text == document.text[chunk.start : chunk.end] for chunk in chunks)
            bad += not (right and document.revision == header.revision and len(chunks) == header.chunks)
    if bad:
        checkup.findings.append(Finding("catalog", "文件与其片段不一致，请重新同步这些文件的来源", bad, False))


def _vectors(store: Store, checkup: Checkup, embed_missing: Callable[[], int]) -> None:
    if store.vectors.remake_if_damaged():
        checkup.findings.append(Finding("vectors", "损坏的向量文件", 1, True))
    with store.catalog.view() as view:
        dimension = int(view.meta("dimension") or 0)
        sizes = store.vectors.sizes()
        lost = sum(sizes.get(key) != dimension for key in {row.vector_key for row in view.chunk_rows()})
    if not lost:
        return
    try:
        made = embed_missing()
    except (EmbeddingUnavailable, IndexMismatch) as error:
        checkup.notes.append(str(error))
        made = 0
    checkup.findings.append(Finding("vectors", "缺少的向量", lost, made >= lost))


def _words(store: Store, checkup: Checkup) -> None:
    store.index.words.reload()
    with store.catalog.view() as view:
        found = store.index.reconcile(view)
    added, removed = (now + before for now, before in zip(found, store.mended, strict=True))
    if added:
        checkup.findings.append(Finding("words", "关键词索引缺少的片段", added, True))
    if removed:
        checkup.findings.append(Finding("words", "关键词索引多出的片段", removed, True))


def _dense(store: Store, checkup: Checkup) -> None:
    with store.catalog.view() as view:
        projection = store.index.vectors.projection(view)
        if projection is None:
            if view.meta("embedding"):
                holder = store.index.vectors.holder
                checkup.notes.append(f"向量索引由{holder}使用，未检查；其他进程不依赖它。")
            return
        try:
            missing, extra, wrong = _compare(store, projection, view)
            if missing or extra or wrong:
                projection.reset()
            projection.apply(view)
            checkup.dense = projection.count()
        except KBError as error:
            checkup.findings.append(Finding("dense", f"向量索引无法重建：{error}", 1, False))
            return
    for problem, count in (("缺少的片段", missing), ("多出的片段", extra), ("不符的向量", wrong)):
        if count:
            checkup.findings.append(Finding("dense", f"向量索引{problem}", count, True))


def _compare(store: Store, projection: ChromaProjection, view: CatalogView) -> tuple[int, int, int]:
    """How many ids Chroma lacks, has too many, and has with another vector, beyond what is just pending."""
    behind = projection.added
    wanted = {row.chunk_id: row.vector_key for row in view.chunk_rows()}
    pending = {row.chunk_id for row in view.chunk_rows(after=behind)}
    buried = {stone.chunk_id for stone in view.tombstones(projection.deleted)}
    held = set(projection.ids())
    missing = len(wanted.keys() - held - pending)
    extra = len(held - wanted.keys() - buried)
    wrong = 0
    for ids in batches(sorted((held & wanted.keys()) - pending)):
        stored = projection.vectors(ids)
        truth = store.vectors.get([wanted[i] for i in ids], projection.dimension)
        for chunk_id, vector in zip(ids, truth, strict=True):
            other = np.asarray(stored[chunk_id], dtype=np.float32)
            norms = float(np.linalg.norm(vector) * np.linalg.norm(other))
            wrong += norms > 0 and float(vector @ other) / norms < 1 - _SAME
    return missing, extra, wrong
