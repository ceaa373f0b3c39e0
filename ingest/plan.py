"""What a sync is going to do: files found against files known, by root. Changes nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from ingest.scan import Found, Notice, Scan
from kb.catalog import FileRow
from kb.errors import KBError

_FEW = 4
Files = Callable[[str], Mapping[str, FileRow]]


class Action(StrEnum):
    """What is to happen to a file."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"
    MOVE = "move"
    TOUCH = "touch"  # unchanged, but its time is not the one known
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Step:
    """One file's part of the plan. ``old_path`` is where a moved file was; ``row`` what is known of it."""

    action: Action
    root: str
    path: str
    found: Found | None = None
    sha256: str = ""
    old_path: str | None = None


@dataclass(slots=True)
class Plan:
    """The steps of a sync, with what the scan left out. ``known`` counts the files known in its reach."""

    steps: list[Step] = field(default_factory=list)
    skipped: list[Notice] = field(default_factory=list)
    failed: list[Notice] = field(default_factory=list)
    known: int = 0

    def of(self, *actions: Action) -> list[Step]:
        """The steps with one of these actions."""
        return [step for step in self.steps if step.action in actions]


def make_plan(
    scan: Scan,
    roots: Iterable[str],
    files: Files,
    version: str,
    unrecorded: Callable[[str], Iterable[str]] = lambda root: (),
) -> Plan:
    """Compare a scan with the known files of each root.

    A file belongs to the deepest known root above it, else to the scanned folder; so the same file is never known
    twice, whichever folder is given. A file whose content is known under a path that is gone has moved. Of what is
    ``unrecorded`` documents were put, but a kill came before the file was known: gone, it is removed like others.
    """
    plan = Plan(skipped=list(scan.skipped), failed=list(scan.failed))
    owners = _owners(scan, roots)
    by_root: dict[str, list[tuple[str, Found]]] = defaultdict(list)
    for found in scan.found:
        root = next(root for root in owners if found.path.is_relative_to(root))
        by_root[root].append((found.path.relative_to(root).as_posix(), found))
    for root in owners:
        known = files(root)
        present = dict(by_root[root])
        missing = {p: row for p, row in known.items() if p not in present and _is_gone(root, p, scan)}
        plan.known += sum(_in_reach(Path(root, p), scan.base) for p in known)
        plan.steps += _steps(root, present, known, missing, version)
        halves = sorted(p for p in unrecorded(root) if p not in present and _is_gone(root, p, scan))
        plan.known += len(halves)
        plan.steps += [Step(Action.REMOVE, root, path) for path in halves]
    return plan


def check_removals(plan: Plan, max_share: float, allowed: bool) -> None:
    """Stop a sync that would remove too much. Raises KBError naming the way to allow it."""
    removed = len(plan.of(Action.REMOVE))
    if allowed or not removed or plan.known < _FEW or removed <= max_share * plan.known:
        return
    raise KBError(
        f"已收录的 {plan.known} 个文件中有 {removed} 个现在找不到，超过允许移除的比例 {max_share:.0%}，没有做任何改动。"
        "如果是目录没有挂载或路径给错，请先恢复；如果确实要移除，请加上 --allow-removal 再运行。"
    )


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hex. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _owners(scan: Scan, roots: Iterable[str]) -> list[str]:
    """Roots that files of a scan may belong to, deepest first; the last one takes what no other does."""
    base = scan.base.parent if scan.is_file else scan.base
    known = [root for root in roots if Path(root).is_relative_to(base) or base.is_relative_to(root)]
    if not any(base.is_relative_to(root) for root in known):
        known.append(str(base))
    return sorted(set(known), key=lambda root: -len(PurePosixPath(Path(root).as_posix()).parts))


def _in_reach(path: Path, base: Path) -> bool:
    return path.is_relative_to(base)


def _is_gone(root: str, path: str, scan: Scan) -> bool:
    """Whether a known file is missing: below what was scanned, not in a folder that could not be listed."""
    whole = Path(root, path)
    if not _in_reach(whole, scan.base) or any(whole.is_relative_to(folder) for folder in scan.blind):
        return False
    return not whole.is_file()


def _steps(
    root: str, present: Mapping[str, Found], known: Mapping[str, FileRow], missing: dict[str, FileRow], version: str
) -> Iterator[Step]:
    by_content: dict[str, list[str]] = defaultdict(list)
    for path, gone in sorted(missing.items()):
        by_content[gone.sha256].append(path)
    for path, found in present.items():
        row = known.get(path)
        if row and (row.size, row.mtime_ns, row.ingest_version) == (found.size, found.mtime_ns, version):
            yield Step(Action.UNCHANGED, root, path, found, row.sha256)
            continue
        sha256 = _digest_of(found, row, by_content)
        if row is not None:
            same = row.sha256 == sha256 and row.ingest_version == version
            yield Step(Action.TOUCH if same else Action.REPLACE, root, path, found, sha256)
        elif by_content.get(sha256):
            old = by_content[sha256].pop(0)
            same = missing.pop(old).ingest_version == version
            yield Step(Action.MOVE, root, path, found, sha256 if same else "", old)
        else:
            yield Step(Action.ADD, root, path, found, sha256)
    for path in sorted(missing):
        yield Step(Action.REMOVE, root, path)


def _digest_of(found: Found, row: FileRow | None, by_content: Mapping[str, list[str]]) -> str:
    """The content's digest where it can decide something; a file that cannot be opened fails when it is read."""
    if row is None and not by_content:
        return ""
    if row is not None and row.size != found.size:
        return ""
    try:
        return file_digest(found.path)
    except OSError:
        return ""
