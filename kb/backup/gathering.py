"""The files of a home at one moment, set aside where nobody changes them: databases copied, uploads linked."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kb.backup.databases import copy_database, is_database
from kb.backup.manifest import CATALOG, INDEX, VECTORS, BadArchive, checked_path
from kb.locks import WriteLock

ASIDE = "backup.tmp"
_JOURNALS = ("-wal", "-shm", "-journal")
_UPLOADS = "uploads"
_UNFINISHED = (_UPLOADS, ".incoming")  # what is still being sent
_PATIENCE = 30.0  # seconds that a change of the base is waited for, so that it and its uploads are of one moment


@dataclass(slots=True)
class Gathered:
    """Paths below the home that were set aside, in order, and those left out (links, names that are no text)."""

    paths: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    apart: bool = False  # another process went on writing meanwhile


def gather(home: Path, aside: Path, cache: Path, progress: Callable[[int], None]) -> Gathered:
    """Set aside all of a home but what can be rebuilt, below ``aside``. Raises Corrupt, OSError.

    Documents and uploads are of one moment: changes of the base wait for it. Where another process goes on writing
    (a long sync), the documents are those of its last finished batch. ``cache`` is left out where it lies inside.
    """
    gathered = Gathered()
    lock = WriteLock(home, _PATIENCE)
    gathered.apart = not lock.acquire(lock.wait_seconds)
    try:
        files = sorted(_files(home, home, _skipped(home, cache), gathered.left_out), key=_first)
        early = [path for path in files if path == CATALOG or path.startswith(f"{_UPLOADS}/")]
        for path in early:
            _set_aside(home, aside, path, gathered, progress)
    finally:
        lock.release()
    done = set(early)
    for path in files:  # vectors after the documents that need them
        if path not in done:
            _set_aside(home, aside, path, gathered, progress)
    return gathered


def size_of(home: Path, cache: Path) -> int:
    """About how many bytes there are to copy and to pack, for a bar."""
    sizes = [(home / path, (home / path).stat().st_size) for path in _files(home, home, _skipped(home, cache))]
    return sum(size * (2 if is_database(path) else 1) for path, size in sizes)


def _skipped(home: Path, cache: Path) -> set[Path]:
    return {home / INDEX, home / ASIDE, cache.resolve(), home.joinpath(*_UNFINISHED)}


def _first(path: str) -> tuple[bool, bool, str]:
    return path != CATALOG, path != VECTORS, path


def _files(home: Path, folder: Path, skipped: set[Path], left_out: list[str] | None = None) -> Iterator[str]:
    """The regular files below a folder, as paths below the home."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    names = {entry.name for entry in entries}
    for entry in entries:
        path = Path(entry.path)
        shown = path.relative_to(home).as_posix()
        if path in skipped or (folder == home and entry.name.endswith(".lock")):
            continue
        if any(entry.name.endswith(j) and entry.name.removesuffix(j) in names for j in _JOURNALS):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(home, path, skipped, left_out)
        elif _can_be_kept(entry, shown):
            yield shown
        elif left_out is not None:
            left_out.append(shown.encode("utf-8", "replace").decode())


def _can_be_kept(entry: os.DirEntry[str], shown: str) -> bool:
    with suppress(BadArchive):
        return stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode) and checked_path(shown) == shown
    return False


def _set_aside(home: Path, aside: Path, path: str, gathered: Gathered, progress: Callable[[int], None]) -> None:
    source, target = home / path, aside / path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if is_database(source):
            copy_database(source, target, progress)
            os.utime(target, ns=(source.stat().st_mtime_ns,) * 2)
        elif path.startswith(f"{_UPLOADS}/"):
            _link(source, target)
        else:
            shutil.copy2(source, target)
    except FileNotFoundError:  # gone since it was listed
        return
    gathered.paths.append(path)


def _link(source: Path, target: Path) -> None:
    """The file itself under a second name: uploads are replaced, never written over."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without such links
        shutil.copy2(source, target)
