"""Finds the files below a path: what may be a document, and what is left out and why. Touches no catalog."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.readers.names import MAGIC_LENGTH, README, is_readme, refused_by_name, saved_folders
from kb.errors import KBError


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a document. ``path`` is absolute, without links."""

    path: Path
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A file or folder with the reason why it was left out or could not be read."""

    path: str
    why: str


@dataclass(slots=True)
class Scan:
    """What is below a path. ``blind`` are folders that could not be listed: nothing below them counts as missing."""

    base: Path
    found: list[Found] = field(default_factory=list)
    skipped: list[Notice] = field(default_factory=list)
    failed: list[Notice] = field(default_factory=list)
    blind: list[Path] = field(default_factory=list)

    @property
    def is_file(self) -> bool:
        """Whether the path is one file."""
        return self.base.is_file()


def scan(path: Path, without: Path | None = None) -> Scan:
    """Look at a file or folder; ``without`` (the base's own home) is left out. Raises KBError if there is none."""
    if not path.exists():
        raise KBError(f"找不到 {path}。请检查路径是否正确。")
    result = Scan(path.resolve())
    if not _is_storable(result.base):
        raise KBError(f"{path} 的路径不是 UTF-8 编码，无法收录。请把目录改名后再试。")
    if result.is_file:
        _take(result.base, result)
        for notice in result.skipped:  # asked for by name: leaving it out is a failure
            result.failed.append(notice)
        result.skipped.clear()
        return result
    home = without.resolve() if without else None
    for file in _walk(result.base, result, home):
        _take(file, result)
    return result


def _walk(base: Path, result: Scan, home: Path | None) -> Iterator[Path]:
    """Files below a folder by name; hidden ones and office locks are passed over, links are not followed out."""

    def blind(error: OSError) -> None:
        folder = Path(error.filename or base)
        result.blind.append(folder)
        result.failed.append(Notice(str(folder), f"目录无法读取（{error.strerror or error}）"))

    for folder, names, files in os.walk(base, onerror=blind):
        here = Path(folder)
        saved = saved_folders(files)  # pictures and scripts of the pages
        names[:] = sorted(n for n in names if n not in saved and _goes_in(here / n, base, home, result))
        for name in sorted(files):
            if is_readme(name):
                result.skipped.append(Notice(str(here / name), README))
            elif not name.startswith((".", "~$")) and _is_inside(here / name, base, result):
                yield here / name


def _goes_in(folder: Path, base: Path, home: Path | None, result: Scan) -> bool:
    if folder.name.startswith(".") or (home is not None and folder == home):
        return False
    return _is_inside(folder, base, result)


def _is_inside(path: Path, base: Path, result: Scan) -> bool:
    """Whether a path is no link; one that leads to a place inside is met there, one that leads out is named."""
    if not path.is_symlink():
        return True
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        result.skipped.append(Notice(str(path), "链接指向的文件不存在"))
        return False
    if not target.is_relative_to(base):
        result.skipped.append(Notice(str(path), "链接指向同步目录之外，未跟随"))
    return False


def _take(file: Path, result: Scan) -> None:
    try:
        status = file.stat()
        if not _is_storable(file):
            result.failed.append(Notice(str(file), "文件名不是 UTF-8 编码。请改名后再试"))
        elif not file.is_file():
            result.skipped.append(Notice(str(file), "不是普通文件"))
        elif why := refused_by_name(file.name, lambda: _head(file)):
            result.skipped.append(Notice(str(file), why))
        else:
            result.found.append(Found(file, status.st_size, status.st_mtime_ns))
    except OSError as error:
        result.blind.append(file)
        result.failed.append(Notice(str(file), f"无法读取（{error.strerror or error}）"))


def _is_storable(path: Path) -> bool:
    """Whether a path is text: names out of foreign archives are often bytes of another encoding."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _head(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAGIC_LENGTH)
