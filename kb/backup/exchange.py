"""Putting one folder in the place of another in a single step, so that no moment has neither or a mix."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

from kb.errors import KBError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def exchange(one: Path, other: Path) -> None:
    """Swap two folders of one file system: each is then where the other was. Raises KBError where that cannot be."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    code = errno.ENOSYS
    if rename is not None:
        if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
            return
        code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        raise KBError(f"这个系统或磁盘不能一步换下目录。没有做任何改动；请先把 {other} 改名，再恢复一次。")
    raise OSError(code, os.strerror(code), str(other))


def settle(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
