"""Brings the base up to date with a folder: reads, parses, chunks and puts what is new, removes what is gone.

Work goes in batches; each is complete in itself, so a run that was stopped or killed is finished by the next one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.isolation import Workers
from ingest.plan import Action, Plan, Step, check_removals, make_plan
from ingest.reading import INGEST_VERSION, Outcome, Reading, Refusal, Request
from ingest.scan import Notice, Scan, scan
from kb.catalog import FileRow, UnreadRow
from kb.errors import KBError
from kb.model import Submission, to_json

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

# A batch is what is finished after Ctrl-C: chunks are what takes time, files what is read again after a kill.
BATCH_FILES = 64
BATCH_CHUNKS = 64
_HELD = "库中仍是旧内容"
#: Outcomes of requests, in order; ends early once the second argument says to stop.
FileReader = Callable[[Sequence[Request], Callable[[], bool]], Iterator[Outcome]]


@dataclass(slots=True)
class Report:
    """What a sync did. Files are counted by what became of them; ``documents`` and ``chunks`` were written."""

    added: int = 0
    replaced: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    documents: int = 0
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    pending: int = 0
    skipped: list[Notice] = field(default_factory=list)
    failed: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file read and parsed, ready to be put."""

    step: Step
    row: FileRow
    submissions: tuple[Submission, ...]


@dataclass(slots=True)
class Hooks:
    """What a terminal adds: ``advance`` is told of files done, ``stopping`` says whether to stop after the batch."""

    total: Callable[[int], None] = lambda count: None
    advance: Callable[[int], None] = lambda count: None
    stopping: Callable[[], bool] = lambda: False


def scan_all(paths: Sequence[Path], home: Path, allow_removal: bool = False) -> list[Scan]:
    """Look at every path before anything is opened. Raises KBError for one that is missing or holds nothing."""
    scans = [scan(path, without=home) for path in paths]
    for path, found in zip(paths, scans, strict=True):
        if not found.found and not found.failed and not allow_removal:
            left = f"（有 {len(found.skipped)} 个文件不是支持的类型）" if found.skipped else ""
            raise KBError(
                f"{path} 里没有可收录的文件{left}，没有做任何改动。支持 .txt .md .html .docx .pdf 等格式（见 README）。"
                "如果里面的文件确实都已删除，请加上 --allow-removal 移除它们。"
            )
    return scans


def plan_sync(
    base: KnowledgeBase | None, scanned: Scan, version: str = INGEST_VERSION, root: str | None = None
) -> Plan:
    """What a sync of a scanned path would do to a base; None is a base that is not there yet.

    The files are of the deepest known root, or of ``root`` where it is given.
    """
    roots = [root] if root else base.roots() if base else []
    if base is None:
        return make_plan(scanned, roots, lambda root: {}, version)
    return make_plan(scanned, roots, base.files, version, base.unrecorded)


def sync(
    base: KnowledgeBase,
    scanned: Scan,
    *,
    allow_removal: bool = False,
    hooks: Hooks | None = None,
    version: str = INGEST_VERSION,
    reader: FileReader | None = None,
    root: str | None = None,
) -> Report:
    """Make the base say what the files of a scanned path say.

    Files that cannot be read are reported; what the base holds of them stays. Raises KBError where too many files are
    gone, and what ``KnowledgeBase.put_many`` raises. ``reader`` reads otherwise than in worker processes;
    ``root`` is as in ``plan_sync``.
    """
    started = time.monotonic()
    hooks = hooks or Hooks()
    plan = plan_sync(base, scanned, version, root)
    check_removals(plan, base.settings.max_removed_share, allow_removal)
    report = Report(skipped=plan.skipped, failed=plan.failed, unchanged=len(plan.of(Action.UNCHANGED, Action.TOUCH)))
    rest = _move(base, plan, report, version) + plan.of(Action.ADD, Action.REPLACE)
    base.record_files(_touched(base, plan.of(Action.TOUCH), version))
    hooks.total(len(rest))
    settings = base.settings
    with Workers(seconds=settings.read_seconds, memory_mb=settings.read_memory_mb) as workers:
        requests = [_request(step, settings.max_file_mb) for step in rest]
        outcomes = (reader or workers.read)(requests, hooks.stopping)
        _put_all(base, rest, outcomes, report, hooks, version)
    if not report.interrupted:
        _remove(base, plan, report)
    _remember_unread(base, report, None if report.interrupted else scanned.base)
    report.skipped, report.failed = _with_held(base, report.skipped), _with_held(base, report.failed)
    report.seconds = time.monotonic() - started
    return report


def _move(base: KnowledgeBase, plan: Plan, report: Report, version: str) -> list[Step]:
    """Give moved files their new path; those last read by another version are to be read again."""
    again: list[Step] = []
    for step in plan.of(Action.MOVE):
        assert step.old_path is not None
        base.move_file(step.root, step.old_path, step.path)
        report.moved += 1
        if step.sha256:
            base.record_files(_touched(base, [step], version))
        else:
            again.append(step)
    return again


def _put_all(
    base: KnowledgeBase,
    steps: Sequence[Step],
    outcomes: Iterator[Outcome],
    report: Report,
    hooks: Hooks,
    version: str,
) -> None:
    """Put files as they are read, a batch at a time, until told to stop."""
    done = 0
    while done < len(steps) and not report.interrupted:
        taken: list[_Read] = []
        chunks = 0
        while chunks < BATCH_CHUNKS and len(taken) < BATCH_FILES and done < len(steps) and not hooks.stopping():
            outcome = next(outcomes, None)
            if outcome is None:  # told to stop while it waited
                break
            step = steps[done]
            done += 1
            if isinstance(outcome, Reading):
                taken.append(_Read(step, _row(step, version, outcome), outcome.submissions))
                chunks += sum(len(submission.chunks) for submission in outcome.submissions)
            else:
                _refused(step, outcome, report)
                hooks.advance(1)
        _put(base, taken, report, hooks)
        report.pending = len(steps) - done
        report.interrupted = report.pending > 0 and hooks.stopping()


def _refused(step: Step, refusal: Refusal, report: Report) -> None:
    assert step.found is not None
    (report.failed if refusal.document else report.skipped).append(Notice(str(step.found.path), refusal.why))


def _request(step: Step, max_mb: int) -> Request:
    assert step.found is not None
    return Request(step.found.path, step.root, step.path, max_mb)


def _put(base: KnowledgeBase, files: Sequence[_Read], report: Report, hooks: Hooks) -> None:
    """Put the documents of a batch, drop articles its files no longer have, then remember the files."""
    if not files:
        return
    counter = _FilesDone([len(file.submissions) for file in files], hooks.advance)
    put = base.put_many((s for file in files for s in file.submissions), counter)
    shorter: dict[tuple[str, int], list[str]] = {}
    for file in files:
        shorter.setdefault((file.row.root, len(file.submissions)), []).append(file.row.path)
    for (root, articles), paths in shorter.items():
        base.remove_sources(root, paths, first_article=articles)
    base.record_files(file.row for file in files)
    report.added += sum(file.step.action is Action.ADD for file in files)
    report.replaced += sum(file.step.action is Action.REPLACE for file in files)
    report.documents += put.added + put.replaced + put.attached
    report.chunks += put.chunks
    report.embedded += put.embedded


@dataclass(slots=True)
class _FilesDone:
    """Turns submissions done into files done."""

    sizes: list[int]
    advance: Callable[[int], None]
    _open: int = 0

    def __call__(self, submissions: int) -> None:
        self._open += submissions
        while self.sizes and self._open >= self.sizes[0]:
            self._open -= self.sizes.pop(0)
            self.advance(1)


def _remove(base: KnowledgeBase, plan: Plan, report: Report) -> None:
    for root, steps in _by_root(plan.of(Action.REMOVE)):
        base.remove_sources(root, [step.path for step in steps])
        report.removed += len(steps)


def _remember_unread(base: KnowledgeBase, report: Report, below: Path | None) -> None:
    """Keep what was not read for the report; a whole run replaces what was known below its path."""
    notices = [(n, False) for n in report.skipped] + [(n, True) for n in report.failed]
    rows = [UnreadRow(_storable(n.path), _storable(n.why), document) for n, document in notices]
    base.record_unread(rows, str(below) if below else None)


def _storable(text: str) -> str:
    """A text that may hold bytes of another encoding (names of files) so that it can be stored and shown."""
    return text.encode("utf-8", "backslashreplace").decode()


def _with_held(base: KnowledgeBase, notices: Sequence[Notice]) -> list[Notice]:
    """Notices that say so where the base still has what a file said before."""
    if not notices:
        return []
    held = {str(Path(root, path)) for root in base.roots() for path in base.files(root)}
    return [replace(n, why=f"{n.why}（{_HELD}）") if n.path in held else n for n in notices]


def _by_root(steps: Iterable[Step]) -> Iterator[tuple[str, list[Step]]]:
    grouped: dict[str, list[Step]] = {}
    for step in steps:
        grouped.setdefault(step.root, []).append(step)
    return iter(grouped.items())


def _row(step: Step, version: str, reading: Reading) -> FileRow:
    assert step.found is not None
    note = json.dumps(to_json(reading.note), ensure_ascii=False, separators=(",", ":"))
    return FileRow(step.root, step.path, step.found.size, step.found.mtime_ns, reading.sha256, version, note)


def _touched(base: KnowledgeBase, steps: Iterable[Step], version: str) -> Iterator[FileRow]:
    """Rows of files whose content is known: with their time of now and the note they have."""
    for root, some in _by_root(steps):
        known = base.files(root)
        for step in some:
            assert step.found is not None
            row = known[step.path]
            yield replace(row, size=step.found.size, mtime_ns=step.found.mtime_ns, ingest_version=version)


def merged(reports: Sequence[Report]) -> Report:
    """The reports of several paths as one."""
    total = Report()
    for one in reports:
        numbers = ("added", "replaced", "moved", "removed", "unchanged", "documents", "chunks", "embedded", "seconds")
        sums = {name: getattr(total, name) + getattr(one, name) for name in (*numbers, "pending")}
        total = replace(
            total,
            **sums,
            interrupted=total.interrupted or one.interrupted,
            skipped=[*total.skipped, *one.skipped],
            failed=[*total.failed, *one.failed],
        )
    return total
