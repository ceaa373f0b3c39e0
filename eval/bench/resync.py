"""A folder of files synchronised: the first time, unchanged, and with one file changed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from eval.bench.drawn import DrawnEmbedder
from eval.bench.measure import timed
from eval.model import Record
from ingest.scan import scan
from ingest.sync import Report, sync
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.embedding import Embedder, open_embedding

_CHANGED = "为检验单个文件的更新，本办法补充一条：翠屏山驿站的开放时间改为每日九时至十七时。"
_ASKED = "翠屏山驿站的开放时间是什么？"


def resync(work: Path, settings: Settings, records: Sequence[Record], real: int, seed: int) -> dict[str, Any]:
    """Synchronise these documents as text files three times, each time as a command would, with the base opened anew.

    The first time only the first ``real`` chunks get vectors of the model: that makes it faster, and its ratio to the
    unchanged one smaller, than it would be.
    """
    folder, home = work / "files", work / "home"
    shutil.rmtree(work, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = [folder / f"{number:05d}.txt" for number in range(len(records))]
    for path, record in zip(paths, records, strict=True):
        path.write_text(f"{record.title}\n\n{record.text}\n", "utf-8")
    own = settings.apart(home)
    model = open_embedding(own)
    model.embed_query("预热")
    first, report = _once(own, folder, DrawnEmbedder(model, real, seed))
    unchanged = [_once(own, folder, model)[0] for _ in range(3)]
    changed = paths[len(paths) // 2]
    changed.write_text(changed.read_text("utf-8") + f"\n{_CHANGED}\n", "utf-8")
    began = time.perf_counter()
    again, after = _once(own, folder, model)
    with KnowledgeBase.open(own) as base:
        found = base.search(_ASKED, k=3)
    searchable = time.perf_counter() - began
    return {
        "files": len(records),
        "chunks": report.chunks,
        "first_s": round(first, 2),
        "embedded_first": min(real, report.chunks),
        "unchanged_s": round(sorted(unchanged)[1], 3),
        "ratio": round(sorted(unchanged)[1] / first, 5),
        "changed_s": round(again, 3),
        "changed_searchable_s": round(searchable, 3),
        "changed_embedded": after.embedded,
        "changed_chunks": after.chunks,
        "changed_found": any("翠屏山驿站" in hit.chunk.text for hit in found),
    }


def _once(settings: Settings, folder: Path, embedder: Embedder) -> tuple[float, Report]:
    """One sync with the base opened for it: its seconds, scanning included, and its report."""
    reports: list[Report] = []

    def work() -> None:
        with KnowledgeBase.open(settings, write=True, create=True, embedder=embedder) as base:
            reports.append(sync(base, scan(folder, without=settings.home)))

    return timed(work), reports[0]


def taken(records: Sequence[Record], files: int) -> list[Record]:
    """The first ones of different texts, so that each file is a document of its own."""
    return list(islice({r.text: r for r in records}.values(), files))
