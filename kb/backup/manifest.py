"""What an archive says of itself: each member with its size and sha256. What a stranger may have written is checked."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from kb.errors import KBError

FORMAT = 1
NAME = "manifest.json"  # of the manifest in the archive
MEMBERS = "home/"  # before each member's path in the archive
LARGEST = 128_000_000  # bytes of a manifest; one that is larger is not written either
CATALOG, VECTORS, INDEX = "catalog.db", "vectors.db", "index"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_PATH = 1000
_MOST = 2**62


class BadArchive(KBError):
    """The archive is damaged, incomplete, or not what it says."""

    def __init__(self, why: str) -> None:
        """Say what is wrong with it."""
        self.why = why
        super().__init__(f"这份备份不能用：{why}。没有做任何改动；请换一份完好的备份。")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the home, by its path below it; the time of its last change, in nanoseconds."""

    path: str
    size: int
    sha256: str
    changed: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """``home`` is where the files were, ``schemas`` the version of each database's tables, by path."""

    made_at: str
    home: str
    documents: int
    schemas: Mapping[str, int]
    members: tuple[Member, ...]
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(member.size for member in self.members)


def encoded(manifest: Manifest) -> bytes:
    """The manifest as JSON. Raises KBError where there are too many files for one archive."""
    data = json.dumps(asdict(manifest), ensure_ascii=False, indent=0).encode()
    if len(data) > LARGEST:
        raise KBError(f"数据目录里的文件太多（{len(manifest.members)} 个），装不进一份备份。请移走不需要的文件。")
    return data


def decoded(data: bytes) -> Manifest:
    """The manifest that JSON holds. Raises BadArchive for anything that ``encoded`` would not write."""
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadArchive("清单不是 JSON") from error
    try:
        form = _whole(values["format"])
        if form > FORMAT:
            raise KBError(f"这份备份由更新的版本制作（格式 {form}，本程序只认识到 {FORMAT}）。请升级知策后再恢复。")
        members = tuple(
            Member(checked_path(m["path"]), _whole(m["size"]), _digest(m["sha256"]), _whole(m["changed"]))
            for m in values["members"]
        )
        schemas = {checked_path(path): _whole(version) for path, version in values["schemas"].items()}
        manifest = Manifest(
            _text(values["made_at"]), _text(values["home"]), _whole(values["documents"]), schemas, members, form
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BadArchive("清单不完整") from error
    _check_tree(member.path for member in members)
    return manifest


def checked_path(path: Any) -> str:  # noqa: ANN401 - from JSON
    """A path below the home. Raises BadArchive for one that leads elsewhere, or into what is rebuilt or locked."""
    if not isinstance(path, str):
        raise TypeError(path)
    shown = "".join(c if c.isprintable() else "\ufffd" for c in path[:80])
    parts = path.split("/")
    odd = any(unicodedata.category(c) in ("Cc", "Cs") for c in path)
    if odd or len(path) > _LONGEST_PATH or any(p in ("", ".", "..") for p in parts):
        raise BadArchive(f"里面的路径“{shown}”会写到数据目录以外，或不是文件名")
    if parts[0] == INDEX or (len(parts) == 1 and path.endswith(".lock")):
        raise BadArchive(f"里面有不该在备份里的文件“{shown}”")
    return path


def _check_tree(paths: Iterable[str]) -> None:
    """No path twice, and none both a file and a folder."""
    files: set[str] = set()
    for path in paths:
        if path in files:
            raise BadArchive(f"清单里“{path}”出现了两次")
        files.add(path)
    for path in files:
        if any(str(parent) in files for parent in PurePosixPath(path).parents):
            raise BadArchive(f"“{path}”的上级既是文件又是文件夹")
    if CATALOG not in files:
        raise BadArchive("里面没有知识库的目录 catalog.db")


def _whole(value: Any) -> int:  # noqa: ANN401 - from JSON
    if type(value) is not int or not 0 <= value < _MOST:
        raise TypeError(value)
    return value


def _text(value: Any) -> str:  # noqa: ANN401 - from JSON
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(value)
    value.encode()
    return value


def _digest(value: Any) -> str:  # noqa: ANN401 - from JSON
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise TypeError(value)
    return value
