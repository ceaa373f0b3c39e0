"""Making an archive: what was set aside, hashed, listed and packed; whole at its place or not there at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.backup.databases import documents_in, is_database, schema_of
from kb.backup.gathering import ASIDE, gather
from kb.backup.manifest import CATALOG, MEMBERS, NAME, VECTORS, Manifest, Member, encoded
from kb.catalog import Catalog
from kb.catalog.address import address_of
from kb.config import Settings
from kb.errors import HomeBusy, KBError
from kb.locks import FileLock

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """An archive that stands: its manifest, its own size, and what of the home is not in it."""

    manifest: Manifest
    size: int
    left_out: tuple[str, ...]
    apart: bool


def back_up(
    settings: Settings, target: Path, *, replace: bool = False, progress: Callable[[int], None] = lambda _bytes: None
) -> Made:
    """Write all of a home but what can be rebuilt into one file, also while others use it. ``progress`` gets bytes.

    Raises HomeMissing, HomeBusy while another backup runs, Corrupt, KBError for a place that cannot be, or where the
    catalog is on a server.
    """
    home = settings.home.resolve()
    if settings.catalog_url:
        raise KBError(
            f"目录在 {address_of(settings.catalog_url).shown}，请用 pg_dump 备份它。数据目录 {home} 里的"
            "账号、对话、草稿（accounts.db、user.db、users/）和上传的原件（uploads/）请停下网页后另行复制。没有写出备份。"
        )
    _check_place(home, target, replace)
    with closing(Catalog(home)):  # is there a base, and of a version this program knows?
        pass
    with _aside(home) as aside:
        gathered = gather(home, aside, settings.cache, progress)
        manifest = Manifest(
            datetime.now(UTC).isoformat(timespec="seconds"),
            str(home),
            documents_in(aside / CATALOG),
            _schemas(aside, gathered.paths),
            tuple(_member(aside, path) for path in gathered.paths),
        )
        size = _pack(manifest, aside, target, progress)
    return Made(manifest, size, tuple(gathered.left_out), gathered.apart)


def _check_place(home: Path, target: Path, replace: bool) -> None:
    place = target.absolute().parent
    if target.is_dir() or not place.is_dir():
        raise KBError(f"{target}：应写成一个文件名，所在的文件夹要先建好。")
    if place.resolve().is_relative_to(home):
        raise KBError(f"{target} 在数据目录 {home} 里面，目录坏了备份也跟着丢。请存到别处，最好是另一块磁盘。")
    if target.exists() and not replace:
        raise KBError(f"{target} 已经存在。请换一个文件名，或加上 --force 替换它。")


@contextmanager
def _aside(home: Path) -> Iterator[Path]:
    """A folder of the home (so that uploads can be linked) for one backup at a time."""
    lock, aside = FileLock(home / "backup.lock"), home / ASIDE
    if not lock.acquire():
        raise HomeBusy(home, lock.holder())
    try:
        shutil.rmtree(aside, ignore_errors=True)  # of a backup that was killed
        aside.mkdir(mode=0o700)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        lock.release()


def _schemas(aside: Path, paths: list[str]) -> dict[str, int]:
    found = {path: schema_of(aside / path) for path in paths if path != VECTORS and is_database(aside / path)}
    return {path: version for path, version in found.items() if version is not None}


def _member(aside: Path, path: str) -> Member:
    with (aside / path).open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        status = os.fstat(stream.fileno())
    return Member(path, status.st_size, digest, status.st_mtime_ns)


def _pack(manifest: Manifest, aside: Path, target: Path, progress: Callable[[int], None]) -> int:
    """Write the archive beside its place, then put it there; its size. Only its owner may read it."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                archive.writestr(NAME, encoded(manifest))
                for member in manifest.members:
                    _add(archive, aside / member.path, member, progress)
            file.flush()
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
        os.replace(name, target)
        return size
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _add(archive: zipfile.ZipFile, path: Path, member: Member, progress: Callable[[int], None]) -> None:
    digest = hashlib.sha256()
    info = zipfile.ZipInfo(MEMBERS + member.path)
    info.external_attr = 0o100600 << 16
    # Vectors are noise to a packer.
    info.compress_type = zipfile.ZIP_STORED if member.path == VECTORS else zipfile.ZIP_DEFLATED
    info.file_size = member.size
    with path.open("rb") as source, archive.open(info, "w") as sink:
        while piece := source.read(_PIECE):
            digest.update(piece)
            sink.write(piece)
            progress(len(piece))
    if digest.hexdigest() != member.sha256:
        raise KBError(f"{member.path} 在备份时被改动了。请稍后再备份一次。")
