"""Bases for tests: documents with chunks, a home, and the full content of all its stores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kb.base import KnowledgeBase
from kb.config import Settings
from kb.model import ChunkDraft, PolicyDocument, SourceRef, Submission
from tests.fakes import HashEmbedder

ROOT = "/文件"
_SUBJECTS = (
    "孵化器",
    "农机购置",
    "养老床位",
    "技能培训",
    "跨境电商",
    "屋顶光伏",
    "义务教育",
    "河道治理",
    "人才公寓",
    "老旧小区",
)


def submission(
    path: str, body: str, *, article: int = 0, size: int = 40, policy_id: str | None = None, **fields: Any
) -> Submission:
    """A document from a file under ROOT, in chunks of so many characters."""
    fields.setdefault("title", f"关于{path}的通知")
    document = PolicyDocument(text=body, **fields)
    chunks = tuple(
        ChunkDraft(start, min(start + size, len(body)), context=document.title or "", section="一、")
        for start in range(0, len(body), size)
    )
    return Submission(document, chunks, SourceRef(ROOT, path, article), policy_id)


def body(n: int, version: int = 0) -> str:
    """The text of look-alike document n: one of ten subjects, its own numbers."""
    subject = _SUBJECTS[n % len(_SUBJECTS)]
    return (
        f"为做好{subject}工作，现将第{n}号方案（第{version}版）印发给你们。到2027年，{subject}项目达到{100 + n}个，"
        f"每个项目补助{10 + version}万元。{subject}由第{n}科牵头，各镇街配合，联系电话另行公布。"
    )


def many(count: int, version: int = 0) -> list[Submission]:
    """So many look-alike documents, each from its own file."""
    return [submission(f"{n:03d}.txt", body(n, version)) for n in range(count)]


def open_base(
    home: Path, embedder: HashEmbedder | None = None, *, index: str = "local", **options: Any
) -> KnowledgeBase:
    """The base in a home, made if it is not there, with the fake model."""
    options.setdefault("create", True)
    return KnowledgeBase.open(Settings(home=home, index=index), embedder=embedder or HashEmbedder(), **options)


def tables(base: KnowledgeBase) -> dict[str, list[tuple[Any, ...]]]:
    """The catalog's rows, without the numbers that count changes."""
    columns = {
        "documents": "*",
        "revisions": "*",
        "sources": "*",
        "files": "*",
        "document_regions": "*",
        "edges": "*",
        "document_keys": "*",
        "chunks": 'chunk_id, policy_id, revision, ordinal, start, "end", text, context, section, vector_key, '
        "lexical_key",
    }
    with base.store.catalog.database.read() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(text(f"SELECT {what} FROM {name}"))), key=repr)
            for name, what in columns.items()
        }


def dump(base: KnowledgeBase) -> dict[str, Any]:
    """Everything the stores hold: catalog rows, entries of the words index, Chroma's ids with rounded vectors.

    The base must own its Chroma folder.
    """
    index = base.store.index
    with base.store.catalog.view() as view:
        base.store.prepare_search(view)
        index.refresh(view)
        index.catch_up(view)
        projection = index.vectors.projection(view)
        vectors = {row.chunk_id: row.vector_key for row in view.chunk_rows()}
        entries = sorted(row.entry for row in view.chunk_rows())
        dimension = int(view.meta("dimension") or 0)
    held = {} if projection is None else projection.vectors(projection.ids())
    wanted = dict(zip(vectors, base.store.vectors.get(list(vectors.values()), dimension), strict=True))
    words = sorted(index.words.entries()) if index.words.usable() else []
    return {
        "tables": tables(base),
        "words": words,
        "chroma": {chunk_id: [round(float(x), 4) for x in vector] for chunk_id, vector in sorted(held.items())},
        "consistent": words == entries
        and {k: [round(float(x), 4) for x in v] for k, v in wanted.items()}
        == {k: [round(float(x), 4) for x in v] for k, v in held.items()},
    }


def fingerprint(base: KnowledgeBase) -> str:
    """The dump as text, for comparing across processes."""
    return json.dumps(dump(base), ensure_ascii=False, sort_keys=True, default=str)
