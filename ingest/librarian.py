"""What a librarian checks: each file with how it was read, what came of it, what was left out and what to look at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ingest.coverage import UNASSIGNED
from ingest.reading import INGEST_VERSION
from kb.model import DocumentHeader, to_json

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

STATES = FAILED, CHECK, SKIPPED, STALE, FINE = "失败", "待核对", "跳过", "旧版读取", "正常"
#: Flags of documents and files, as shown to users.
FLAGS = {
    "annex_missing": "附件内容缺失",
    "headline_missing": "没有标题",
    "date_conflict": "日期前后不一",
    "numbering_error": "序号有误",
    "stitched": "跨栏拼接",
    "ocr": "文字识别",
    "ocr_gap": "识别有缺漏",
    "low_text": "文字很少",
    "encoding_damaged": "编码有损",
    "hidden_sheets": "有隐藏的工作表",
    "csv_quotes": "引号不配对",
    "term_unread": "有效期没有读懂",
    "text_outside": "网页另有正文未收",
}
_FEW = 3  # Han characters in no document that are nothing to look at
#: Flags that only say how a file was read.
_HARMLESS = frozenset({"ocr", "stitched"})


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file. ``note`` is how it was read (see ``ingest.reading.Note``), None for one that was not.

    ``stale``: it was read by older rules and will be read again.
    """

    root: str
    path: str
    state: str
    why: str = ""
    note: Mapping[str, Any] | None = None
    documents: tuple[DocumentHeader, ...] = ()
    stale: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of the file and of its documents, each once."""
        own = (self.note or {}).get("flags", ())
        return tuple(dict.fromkeys((*own, *(f for d in self.documents for f in d.flags))))

    @property
    def unassigned(self) -> int:
        """Han characters of the file that are in no document, page furniture aside."""
        return sum(one["characters"] for one in (self.note or {}).get("left_out", ()) if one["why"] == UNASSIGNED)

    @property
    def chunks(self) -> int:
        """Chunks of its documents."""
        return sum(d.chunks for d in self.documents)


@dataclass(frozen=True, slots=True)
class LibraryReport:
    """All files of a base, by state and path; ``documents`` and ``chunks`` count the whole base."""

    files: tuple[FileReport, ...]
    documents: int
    chunks: int
    kinds: Mapping[str, int]

    def of(self, *states: str) -> list[FileReport]:
        """The files in one of these states."""
        return [f for f in self.files if f.state in states]

    @property
    def states(self) -> dict[str, int]:
        """How many files are in each state, worst first, without those no file is in."""
        counts = Counter(f.state for f in self.files)
        return {state: counts[state] for state in STATES if counts[state]}

    @property
    def flags(self) -> dict[str, list[str]]:
        """The ids of the documents with each flag."""
        found: dict[str, list[str]] = {}
        for header in {d.policy_id: d for f in self.files for d in f.documents}.values():
            for flag in header.flags:
                found.setdefault(flag, []).append(header.policy_id)
        return dict(sorted(found.items()))


def collect(base: KnowledgeBase) -> LibraryReport:
    """What a base knows of its files: those it holds, and those that could not be read when last looked at."""
    headers = {header.policy_id: header for header in base.documents()}
    owned = base.documents_of_files()
    files: list[FileReport] = []
    for root in base.roots():
        for path, row in base.files(root).items():
            documents = tuple(headers[i] for i in owned.get((root, path), ()) if i in headers)
            note = json.loads(row.note) if row.note else None
            stale = row.ingest_version != INGEST_VERSION
            report = FileReport(root, path, FINE, note=note, documents=documents, stale=stale)
            files.append(replace(report, state=state_of(report)))
    for unread in base.unread():
        folder, _, name = unread.path.rpartition("/")
        files.append(FileReport(folder, name, FAILED if unread.document else SKIPPED, unread.why))
    order = {state: number for number, state in enumerate(STATES)}
    files.sort(key=lambda f: (order[f.state], f.root, f.path))
    kinds = Counter(str(header.kind) for header in headers.values())
    chunks = sum(header.chunks for header in headers.values())
    return LibraryReport(tuple(files), len(headers), chunks, dict(kinds.most_common()))


def state_of(report: FileReport) -> str:
    """Whether a file that was read wants a look: something flagged, text in no document, or read by older rules."""
    refused = (report.note or {}).get("refused")
    flagged = any(flag not in _HARMLESS for flag in report.flags)
    if flagged or refused or report.unassigned > _FEW or not report.documents:
        return CHECK
    return STALE if report.stale else FINE


def _by_root(files: Sequence[FileReport]) -> dict[str, list[FileReport]]:
    """The files that were read, by root."""
    found: dict[str, list[FileReport]] = {}
    for file in files:
        if file.state not in (FAILED, SKIPPED):
            found.setdefault(file.root, []).append(file)
    return found


def flag_names(flags: Sequence[str]) -> str:
    """Flags in Chinese."""
    return "、".join(FLAGS.get(flag, flag) for flag in flags)


def as_json(report: LibraryReport) -> dict[str, Any]:
    """The report as JSON types."""
    return {
        "documents": report.documents,
        "chunks": report.chunks,
        "roots": [
            {"root": root, "files": len(files), "stale": sum(f.stale for f in files)}
            for root, files in _by_root(report.files).items()
        ],
        "states": report.states,
        "kinds": dict(report.kinds),
        "flags": report.flags,
        "files": [
            {
                "root": f.root,
                "path": f.path,
                "state": f.state,
                "why": f.why,
                "flags": list(f.flags),
                "note": to_json(dict(f.note)) if f.note else None,
                "documents": [
                    {"policy_id": d.policy_id, "title": d.title, "kind": d.kind.value, "chunks": d.chunks}
                    for d in f.documents
                ],
            }
            for f in report.files
        ],
    }
