"""The files inside a .zip, to be read one by one: names are labels, never paths, and every byte unpacked is counted."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from ingest.readers.encoding import PLAUSIBLE, plausibility
from ingest.readers.names import MAGIC_LENGTH, README, is_readme, is_within, refused_by_name, saved_folders
from kb.config import Settings
from kb.errors import UnreadableFile

_DEFAULT_MAX_MB = int(Settings.model_fields["max_file_mb"].default)
_MAX_MEMBERS = 1_000
_MAX_TOTAL = 500_000_000
_MAX_DEPTH = 2  # of archives inside the archive
_MAX_ENTRIES = 100_000  # of the directory, folders and hidden files too: each costs memory before it is looked at
_MAX_RATIO = 200
_SMALL = 10_000_000
_CHUNK = 1 << 16
_MAX_NAME = 200  # characters of a part of a name; the end is kept, with the suffix
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError)
_MAGIC = b"PK\x03\x04"
_ENTRY = b"PK\x01\x02"
_LOCAL = 30  # bytes of a local header, before name and extra field
_UTF8, _ENCRYPTED = 0x800, 0x1
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_WIDE = re.compile("[\u2e80-\U0003ffff]")
_DRIVE = re.compile(r"\A\s*(?:[A-Za-z]:)+")
_LITTER = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_BOMB = "疑似压缩炸弹，未读取"


class Refused(ValueError):
    """A member that is not unpacked: ``why`` in Chinese, and how many bytes had been unpacked by then."""

    def __init__(self, why: str, size: int = 0) -> None:
        self.why, self.size = why, size
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its bytes, or in ``why`` the reason why there are none."""

    name: str
    data: bytes | None
    why: str | None


def members(data: bytes, path: str, max_mb: int = _DEFAULT_MAX_MB) -> Iterator[Member]:
    """The files of a .zip in its own order, those of archives inside it too; each at most ``max_mb`` MB.

    Raises UnreadableFile at once if the archive is damaged, holds too many files or is made to overflow.
    """
    reading = _Reading(path, max_mb * 1_000_000, _MAX_TOTAL)
    archive = opened(data, path)
    return reading.files(archive, reading.listed(archive), "", 0)


def opened(data: bytes, path: str) -> zipfile.ZipFile:
    """The archive. Raises UnreadableFile if its directory is damaged, too long, or lists the same bytes twice."""
    if data.count(_ENTRY) > _MAX_ENTRIES:
        raise UnreadableFile(path, f"压缩包列出的条目超过 {_MAX_ENTRIES:,} 个，{_BOMB}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise UnreadableFile(path, "压缩结构已损坏，无法打开（没有下载完整？）。请重新获取该文件") from error
    if _overlaps(archive, data):
        raise UnreadableFile(path, f"压缩包里的文件互相重叠，{_BOMB}")
    return archive


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """The content of a member of at most ``limit`` bytes, counted as they come: what its header states may be a lie.

    Raises Refused.
    """
    if info.flag_bits & _ENCRYPTED:
        raise Refused("设有密码，无法解压。请去掉密码后再试")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # others unpack without a bound
        raise Refused("压缩方式不支持。请用普通的 zip 方式重新压缩")
    parts: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                parts.append(chunk)
                size += len(chunk)
                if size > _SMALL and size > _MAX_RATIO * info.compress_size:
                    raise Refused(f"解压后超过压缩前的 {_MAX_RATIO} 倍，{_BOMB}", size)
                if size > limit:
                    raise Refused(f"解压后超过上限 {limit / 1e6:.0f} MB。请拆分文件", size)
    except Refused:
        raise
    except _BROKEN as error:
        raise Refused("已损坏，无法解压。请重新获取该文件", size) from error
    return b"".join(parts)


def parts_of(data: bytes, path: str, wanted: Callable[[str], bool], limit: int) -> dict[str, bytes]:
    """The wanted parts of a zipped document by their names, in lower case; together at most ``limit`` bytes.

    Raises UnreadableFile.
    """
    archive = opened(data, path)
    found: dict[str, bytes] = {}
    room = limit
    for info in archive.infolist():
        name = info.filename.replace("\\", "/").lower()
        if wanted(name):
            try:
                found[name] = unpacked(archive, info, room)
            except Refused as error:
                why = f"解压后超过 {limit / 1e6:.0f} MB，未读取。请拆分文件" if error.size > room else error.why
                raise UnreadableFile(path, why) from error
            room -= len(found[name])
    return found


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A plain archive of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass(slots=True)
class _Reading:
    """What is left of the limits, which hold for an archive together with those inside it."""

    path: str
    limit: int
    room: int
    places: int = _MAX_MEMBERS
    names: set[str] = field(default_factory=set)

    def listed(self, archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
        """Labels and entries of the files worth reading. Raises UnreadableFile if there are too many."""
        found = [(label, info) for info in archive.infolist() if (label := _label(info)) is not None]
        saved = saved_folders(label for label, _ in found)
        found = [(label, info) for label, info in found if not is_within(label, saved)]
        if len(found) > self.places:
            raise UnreadableFile(self.path, f"压缩包里的文件超过 {_MAX_MEMBERS:,} 个，未读取。请分成几个压缩包")
        self.places -= len(found)
        return found

    def files(
        self, archive: zipfile.ZipFile, entries: list[tuple[str, zipfile.ZipInfo]], above: str, depth: int
    ) -> Iterator[Member]:
        """The members of an archive found at ``above`` (a label with a slash, or nothing), ``depth`` archives deep."""
        for label, info in entries:
            name = self._unique(above + label)
            why = README if is_readme(label) else refused_by_name(label, partial(_head, archive, info))
            if why is not None:
                yield Member(name, None, why)
                continue
            try:
                data = self._data(archive, info)
                inner = self._inner(data, name, depth)
            except Refused as error:
                yield Member(name, None, error.why)
                continue
            if inner is None:
                yield Member(name, data, None)
            else:
                del data
                yield from self.files(*inner, f"{name}/", depth + 1)

    def _data(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        limit = min(self.limit, self.room)
        try:
            data = unpacked(archive, info, limit)
        except Refused as error:
            self.room -= error.size
            if limit < error.size and limit < self.limit:
                why = f"压缩包解压后总共超过 {_MAX_TOTAL / 1e6:g} MB，其余未读取。请分成几个压缩包"
                raise Refused(why) from error
            raise
        self.room -= len(data)
        return data

    def _inner(
        self, data: bytes, name: str, depth: int
    ) -> tuple[zipfile.ZipFile, list[tuple[str, zipfile.ZipInfo]]] | None:
        """An archive inside the archive; None for any other file (a .docx is one too, but not by its name)."""
        if not (name.lower().endswith(".zip") and data.startswith(_MAGIC)):
            return None
        try:
            archive = opened(data, self.path)
            if {"[Content_Types].xml", "mimetype"} & set(archive.namelist()):
                return None
            if depth >= _MAX_DEPTH:
                raise Refused(f"压缩包套了 {_MAX_DEPTH + 1} 层以上，未读取。请先解压")
            return archive, self.listed(archive)
        except UnreadableFile as error:
            raise Refused(error.why) from error

    def _unique(self, name: str) -> str:
        """The name, numbered if the archive has two of it: a label must tell files apart."""
        made, number = name, 1
        while made in self.names:
            number += 1
            pure = PurePosixPath(name)
            made = str(pure.with_name(f"{pure.stem} ({number}){pure.suffix}"))
        self.names.add(made)
        return made


def _head(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The first bytes of a member; nothing of one that cannot be unpacked."""
    try:
        with archive.open(info) as stream:
            return stream.read(MAGIC_LENGTH)
    except _BROKEN:
        return b""


def _overlaps(archive: zipfile.ZipFile, data: bytes) -> bool:
    """Whether two members share bytes, as in an archive that is larger unpacked than any counted part of it."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        head = data[info.header_offset : info.header_offset + _LOCAL]
        lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        end = info.header_offset + _LOCAL + lengths + info.compress_size
    return end > archive.start_dir


def _label(info: zipfile.ZipInfo) -> str | None:
    """A name that leads nowhere but into the archive; None for folders, links, hidden files and litter."""
    name = _decoded(info).split("\0")[0].replace("\\", "/")
    if name.endswith("/") or stat.S_ISLNK(info.external_attr >> 16):
        return None
    parts = [_UNSEEN.sub("", part).strip()[-_MAX_NAME:] for part in _DRIVE.sub("", name).split("/")]
    parts = [part for part in parts if part not in {"", ".", ".."}]
    if not parts or parts[-1].startswith("~$") or any(p.startswith(".") or p.lower() in _LITTER for p in parts):
        return None
    return "/".join(parts)


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: many write GBK or UTF-8 without saying so."""
    name = info.orig_filename
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    raw = name.encode("cp437")  # what zipfile took it for
    for encoding in ("utf-8", "gb2312", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # UTF-8 without Han may be GBK; that all pairs are in GB 2312 is no accident; rarer ones need common neighbours
        if encoding == "gb2312" or (_WIDE.search(text) and (encoding == "utf-8" or plausibility(text) >= PLAUSIBLE)):
            return text
    return name
