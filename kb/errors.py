"""Errors of the base. Every message is Chinese and says what to do; the facts stay as fields."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_NEXT_TO_NOTHING = 4 << 20  # bytes; what a failed write gave back counts as well


class KBError(Exception):
    """Anything a user can mend: commands print the message to stderr and exit with 1."""


class SettingsError(KBError):
    """A setting is unknown or has an impossible value."""


class HomeNotWritable(KBError):
    """The data folder cannot be made or written, for want of a right or of room."""

    def __init__(self, home: Path, why: str) -> None:
        self.home, self.why = home, why
        way_out = "请检查权限，或用 --home 换一个目录。"
        if disk_is_full(home):
            way_out = "所在的磁盘写满了：请腾出空间，再运行同一命令；已经收录的内容都在。"
        super().__init__(f"数据目录 {home} 无法写入（{why}）。{way_out}")


def disk_is_full(folder: Path) -> bool:
    """Whether next to nothing can be written where a folder is, or is to be."""
    there = next((p for p in (folder, *folder.parents) if os.path.exists(p)), None)  # Path.exists() raises for some
    try:
        return there is not None and shutil.disk_usage(there).free < _NEXT_TO_NOTHING
    except OSError:
        return False


class HomeMissing(KBError):
    """There is no base at this place yet; ``place`` is where the catalog is, where that is not the home."""

    def __init__(self, home: Path, place: Path | str | None = None) -> None:
        self.home, self.place = home, place or home
        super().__init__(f"{self.place} 里还没有知识库。请先运行：python -m ingest sync 文件夹 --home {home}")


class HomeBusy(KBError):
    """Another process is writing to the base; ``place`` as above."""

    def __init__(self, home: Path, holder: str, place: Path | str | None = None) -> None:
        self.home, self.holder, self.place = home, holder, place or home
        super().__init__(f"{self.place} 正由另一个进程写入（{holder}）。请等它结束，或先停止它，再重试。")


class BaseTooNew(KBError):
    """The base was made by a newer version of the program; ``home`` is its home, or where the catalog is."""

    def __init__(self, home: Path | str, found: int, known: int) -> None:
        self.home, self.found, self.known = home, found, known
        super().__init__(f"{home} 由更新的版本建立（格式 {found}，本程序只认识到 {known}）。请升级知策后再打开。")


class CatalogUnavailable(KBError):
    """The server of a shared catalog cannot be reached, or does not do what it is asked."""

    def __init__(self, place: str, why: str, remedy: str) -> None:
        self.place, self.why = place, why
        super().__init__(f"{place} 用不了：{why}。{remedy}")


class LockLost(KBError):
    """The right to write to a shared catalog went to another process while this one held it."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"与 {place} 的连接断过，写入权已归另一个进程，这一批没有写入。请再运行一次。")


class IndexMismatch(KBError):
    """The vectors were made by another model than the one now set."""

    def __init__(self, built_with: str, current: str) -> None:
        self.built_with, self.current = built_with, current
        super().__init__(
            f"索引由 {built_with} 建立，当前模型是 {current}。"
            f"运行 python -m ingest rebuild 用当前模型重建，或设置 ZHICE_EMBEDDING={built_with}"
        )


class EmbeddingUnavailable(KBError):
    """The embedding model cannot be loaded or its endpoint cannot be reached."""


class IndexUnavailable(KBError):
    """The server that holds the search index cannot be reached, or does not do what it is asked."""

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = url, why
        super().__init__(f"检索索引的服务 {url} 用不了（{why}）。请确认它在运行，或改设置 index（ZHICE_INDEX）。")


class UnknownDocument(KBError):
    """No document has this id."""

    def __init__(self, policy_id: str) -> None:
        self.policy_id = policy_id
        super().__init__(f"没有编号为 {policy_id} 的文件。用 python -m kb list 查看所有文件。")


class QuestionInvalid(KBError):
    """The question is empty or too long."""


class Corrupt(KBError):
    """A store of the base is damaged; the message names the repair."""


class UnreadableFile(KBError):
    """A file could not be read; ``why`` is shown beside its path in the sync report."""

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}：{why}")


class ModelUnavailable(KBError):
    """The language model cannot be reached or does not answer as agreed."""
