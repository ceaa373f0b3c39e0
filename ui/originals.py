"""The files that documents came from: only those the catalog lists, where it says they lie, and nothing by a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.base import KnowledgeBase
from kb.errors import KBError
from kb.model import SourceRef


class OriginalGone(KBError):
    """The file is not where the catalog says, or is not what it was."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file that is there. ``changed``: it is no longer the one that was read."""

    path: Path
    name: str
    changed: bool


def original_of(base: KnowledgeBase, sources: Sequence[SourceRef], number: int = 0) -> Original:
    """The file of one of a document's sources. Raises OriginalGone, saying why."""
    if not 0 <= number < len(sources):
        raise OriginalGone("这份文件没有记录原件的位置，所以不能下载。")
    source = sources[number]
    path = _found(source)
    row = base.file(source.root, source.path)
    status = path.stat()
    changed = row is not None and (row.size, row.mtime_ns) != (status.st_size, status.st_mtime_ns)
    return Original(path, PurePosixPath(source.path).name, changed)


def _found(source: SourceRef) -> Path:
    """Where the file of a source lies: a regular file below its root, reached without links."""
    root, parts = Path(source.root), PurePosixPath(source.path).parts
    if not root.is_absolute() or not parts or ".." in parts or PurePosixPath(source.path).is_absolute():
        raise OriginalGone("这份文件不是从文件夹收录的，没有原件可以下载。")
    try:
        path = root.resolve(strict=True).joinpath(*parts)
        if path.resolve(strict=True) != path or not stat.S_ISREG(os.lstat(path).st_mode):
            raise OriginalGone("原件现在是一个链接，不能下载。请把文件本身放回原处。")
    except (OSError, RuntimeError, ValueError) as error:
        raise OriginalGone(
            f"原件已经不在原处（{source.shown}）：可能已移动、改名或删除。库里的正文不受影响；"
            "把文件放回原处，或重新上传，就能下载。"
        ) from error
    return path
