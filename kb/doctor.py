"""Compare the stores of a base and mend them from the catalog, which is the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kb.errors import EmbeddingUnavailable, IndexMismatch
from kb.index_care import Finding
from kb.store import Store

__all__ = ["Checkup", "Finding", "examine"]


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
    with store.catalog.view() as view:
        unfinished = store.unfinished(view)
    with store.writing():
        if unfinished:
            checkup.notes.append("上一次写入没有完成，已按目录收尾。")
        _catalog(store, checkup)
        _vectors(store, checkup, embed_missing)
        with store.catalog.view() as view:
            seen = store.index.examine(view, store.mended)
            checkup.documents, checkup.chunks = len(view.documents()), view.chunk_count()
        checkup.vectors, checkup.words, checkup.dense = len(store.vectors.sizes()), seen.words, seen.dense
        checkup.findings += seen.findings
        checkup.notes += seen.notes
    return checkup


def _catalog(store: Store, checkup: Checkup) -> None:
    unseen = store.catalog.database.unseen()
    if unseen:
        checkup.notes.append(unseen)
    fault = store.catalog.database.fault()
    if fault:
        checkup.findings.append(Finding("catalog", f"数据库损坏：{fault}，请从备份恢复或重新同步", 1, False))
        return
    with store.catalog.view() as view:
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
