"""A home from an archive: unpacked and made ready beside its place, then put there in one step.

Whenever it is stopped, the place holds the old home or the new one, whole. What a killed run left beside it goes
with the next.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb.accounts.file import FILE as ACCOUNTS_FILE
from kb.accounts.tables import SCHEMA as ACCOUNTS_SCHEMA
from kb.backup.archive import Archive, check_space, open_archive
from kb.backup.databases import documents_in, is_database, schema_of, sound
from kb.backup.exchange import exchange, settle
from kb.backup.manifest import CATALOG, VECTORS, BadArchive, Manifest
from kb.backup.readying import make_ready
from kb.catalog.schema import SCHEMA_VERSION
from kb.config import Settings, load_settings
from kb.embedding import Embedder
from kb.errors import BaseTooNew, HomeBusy, HomeNotWritable, KBError
from kb.locks import USES, FileLock
from kb.userdata import FILE as USER_FILE
from kb.userdata import SCHEMA as USER_SCHEMA


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that stands: from which archive, how many vectors were made anew and how many are still missing."""

    manifest: Manifest
    embedded: int
    missing: int


def check(path: Path, progress: Callable[[int], None] = lambda _bytes: None) -> Manifest:
    """Read an archive whole and check every member; nothing is changed. Raises BadArchive, BaseTooNew."""
    with open_archive(path) as archive:
        _check_versions(archive.manifest)
        archive.verify(progress)
        return archive.manifest


def restore(
    path: Path,
    home: Path,
    *,
    force: bool = False,
    embedder: Embedder | None = None,
    progress: Callable[[int], None] = lambda _bytes: None,
    on_step: Callable[[str], None] = lambda _step: None,
) -> Restored:
    """Put the home of an archive at a place; with ``force`` in the place of one that is there.

    ``embedder`` is that of the restored settings unless given; it is used only for vectors the archive lacks.
    ``progress`` gets bytes, ``on_step`` the name of each step done. Raises BadArchive, BaseTooNew, HomeBusy,
    HomeNotWritable, KBError; then the place is as it was.
    """
    home = home.resolve()
    _check_place(home, force)
    with open_archive(path) as archive, _one_at_a_time(home):
        _check_versions(archive.manifest)
        _sweep(home)
        beside = _folder_beside(home)
        try:
            embedded, missing = _prepared(archive, beside, home, embedder, progress, on_step)
            _put(beside, home, force, on_step)
        finally:
            shutil.rmtree(beside, ignore_errors=True)  # the old home, or the new one that did not stand
    on_step("cleared")
    return Restored(archive.manifest, embedded, missing)


def _check_place(home: Path, force: bool) -> None:
    if home.exists() and not home.is_dir():
        raise HomeNotWritable(home, "不是目录")
    if home.is_dir() and os.path.ismount(home):
        raise KBError(f"{home} 是一个挂载点，不能一步换下。请用它下面的一个目录作数据目录，例如 {home / 'zhice'}。")
    if _occupied(home) and not force:
        raise KBError(f"{home} 里已经有内容，没有做任何改动。要用备份换下它，请加上 --force；或用 --home 换一个目录。")


def _occupied(home: Path) -> bool:
    return home.is_dir() and any(True for _ in home.iterdir())


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """The folder that holds the home is locked: another restore there waits its turn elsewhere."""
    import fcntl

    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(home.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise HomeNotWritable(home, error.strerror or str(error)) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise KBError(f"{home.parent} 里正有另一个恢复在进行。请等它结束再试。") from error
    finally:
        os.close(handle)


def _prefix(home: Path) -> str:
    return f".{home.name}.restore-"


def _sweep(home: Path) -> None:
    for left in home.parent.glob(f"{_prefix(home)}*"):
        shutil.rmtree(left, ignore_errors=True)


def _folder_beside(home: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(dir=home.parent, prefix=_prefix(home)))
    except OSError as error:
        raise HomeNotWritable(home, f"旁边放不下：{error.strerror or error}") from error


def _prepared(
    archive: Archive,
    beside: Path,
    home: Path,
    embedder: Embedder | None,
    progress: Callable[[int], None],
    on_step: Callable[[str], None],
) -> tuple[int, int]:
    """Unpack, check and index in a folder beside the place: vectors made, and missing."""
    check_space(beside, archive.manifest.size)
    on_step("opened")
    archive.unpack(beside, progress)
    on_step("unpacked")
    _check_unpacked(archive.manifest, beside)
    settings: Settings = load_settings(home=beside)  # of the archive's kb.toml; one that cannot be read stops here
    if settings.catalog_url:
        raise KBError(
            "备份里的目录是 SQLite，而设置 catalog（ZHICE_CATALOG）指向 PostgreSQL。没有做任何改动："
            "请先去掉这个设置再恢复；PostgreSQL 里的目录请用 pg_restore 恢复。"
        )
    on_step("checked")
    found = make_ready(settings, archive.manifest.home, home, embedder)
    on_step("indexed")
    return found


def _check_versions(manifest: Manifest) -> None:
    """Raises BaseTooNew for what this program is too old for."""
    known = {CATALOG: SCHEMA_VERSION, USER_FILE: USER_SCHEMA, ACCOUNTS_FILE: ACCOUNTS_SCHEMA}
    for path, version in manifest.schemas.items():
        most = known.get(path)
        if most is not None and version > most:
            raise BaseTooNew(Path(manifest.home), version, most)


def _check_unpacked(manifest: Manifest, folder: Path) -> None:
    """Raises BadArchive where the databases are not what the manifest says of them."""
    for member in manifest.members:
        path = folder / member.path
        if member.path not in (CATALOG, VECTORS) and not is_database(path):
            continue
        wrong = sound(path, plain=member.path in (CATALOG, VECTORS))
        if wrong:
            raise BadArchive(f"数据库“{member.path}”已损坏（{wrong}）")
    if schema_of(folder / CATALOG) != manifest.schemas.get(CATALOG):
        raise BadArchive("知识库的版本和清单对不上")
    if documents_in(folder / CATALOG) != manifest.documents:
        raise BadArchive("文件的份数和清单对不上")


def _put(beside: Path, home: Path, force: bool, on_step: Callable[[str], None]) -> None:
    """The one step: afterwards the new home is in its place and the old one, if any, beside it."""
    with ExitStack() as held:
        if _occupied(home):
            if not force:
                raise KBError(f"{home} 里刚刚有了内容，没有做任何改动。")
            for name in USES:
                lock = FileLock(home / name)
                if not lock.acquire():
                    raise HomeBusy(home, lock.holder())
                held.callback(lock.release)
            on_step("swapping")
            exchange(beside, home)
        else:
            on_step("swapping")
            os.rename(beside, home)
        settle(home.parent)
    on_step("swapped")
