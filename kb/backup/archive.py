"""Reading an archive that anyone may have made: nothing is unpacked that its manifest and its limits do not allow."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.backup.manifest import LARGEST, MEMBERS, NAME, BadArchive, Manifest, Member, decoded
from kb.errors import KBError

_PIECE = 1 << 20
_BOMB_RATIO, _BOMB_BYTES = 100, 1 << 30  # unpacks to so much more than it is, and to more than this
_SPARE = 64 << 20  # bytes left free on the disk
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, OverflowError)


class Archive:
    """An archive whose list of members agrees with its manifest."""

    def __init__(self, packed: zipfile.ZipFile, size: int) -> None:
        """Check the list; ``size`` is the archive's own. Raises BadArchive, KBError for one of a newer version."""
        self._packed = packed
        self._members = _by_name(packed)
        self.manifest = decoded(self._manifest())
        _check_members(self.manifest, self._members)
        if self.manifest.size > _BOMB_BYTES and self.manifest.size > size * _BOMB_RATIO:
            raise BadArchive(f"它只有 {size >> 10} KB，却要解开成 {self.manifest.size >> 10} KB")

    def unpack(self, folder: Path, progress: Callable[[int], None]) -> None:
        """Write all members below an empty folder, each checked; ``progress`` gets bytes. Raises BadArchive."""
        for member in self.manifest.members:
            target = folder / member.path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(target, "xb", opener=_for_its_owner) as file:
                self._copy(member, file.write, progress)
                file.flush()
                os.fsync(file.fileno())
            os.utime(target, ns=(member.changed, member.changed))

    def verify(self, progress: Callable[[int], None]) -> None:
        """Read all members and check each; nothing is written. Raises BadArchive."""
        for member in self.manifest.members:
            self._copy(member, lambda _piece: None, progress)

    def _copy(self, member: Member, write: Callable[[bytes], object], progress: Callable[[int], None]) -> None:
        digest, left = hashlib.sha256(), member.size
        try:
            with self._packed.open(self._members[MEMBERS + member.path]) as source:
                while piece := source.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise BadArchive(f"“{member.path}”比清单里写的大")
                    digest.update(piece)
                    write(piece)
                    progress(len(piece))
        except _DAMAGED as error:
            raise BadArchive(f"“{member.path}”已损坏") from error
        if left or digest.hexdigest() != member.sha256:
            raise BadArchive(f"“{member.path}”的内容和清单对不上（校验值不符）")

    def _manifest(self) -> bytes:
        info = self._members.get(NAME)
        if info is None:
            raise BadArchive("不是 python -m kb backup 做的备份，里面没有清单")
        if info.file_size > LARGEST:
            raise BadArchive("清单大得不合理")
        try:
            with self._packed.open(info) as source:
                data = source.read(LARGEST + 1)
        except _DAMAGED as error:
            raise BadArchive("清单已损坏") from error
        if len(data) > LARGEST:
            raise BadArchive("清单大得不合理")
        return data


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """An archive to read. Raises BadArchive, KBError where there is no such file."""
    if not path.is_file():
        raise KBError(f"没有备份文件 {path}。请检查路径。")
    try:
        packed = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise BadArchive("不是备份文件，或没有写完") from error
    with packed:
        yield Archive(packed, path.stat().st_size)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def check_space(folder: Path, size: int) -> None:
    """Raise KBError where a disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if size + _SPARE > free:
        raise KBError(
            f"恢复要用 {size >> 20} MB，{folder} 所在的磁盘只剩 {free >> 20} MB。没有做任何改动；请先腾出空间。"
        )


def _by_name(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for info in packed.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or info.is_dir():
            raise BadArchive("里面有链接、设备或文件夹，备份里只该有普通文件")
        if info.compress_type not in _PACKED or info.flag_bits & 0x1:
            raise BadArchive("里面有加密的文件，或用了不认识的压缩方法")
        if info.filename in found:
            raise BadArchive("里面有重名的文件")
        found[info.filename] = info
    return found


def _check_members(manifest: Manifest, found: dict[str, zipfile.ZipInfo]) -> None:
    listed = {MEMBERS + member.path: member.size for member in manifest.members}
    if found.keys() - listed.keys() - {NAME}:
        raise BadArchive("里面有清单没有列出的文件")
    for name, size in listed.items():
        if name not in found:
            raise BadArchive(f"少了清单列出的“{name.removeprefix(MEMBERS)}”")
        if found[name].file_size != size:
            raise BadArchive(f"“{name.removeprefix(MEMBERS)}”的大小和清单对不上")
