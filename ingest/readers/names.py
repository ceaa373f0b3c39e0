"""What a file's name says before it is read: whether it may be a document, and what was only saved with a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

#: Read, or refused with a reason: a file with one of these is meant as a document.
_DOCUMENTS = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml", ".docx", ".pdf"}
    | {".doc", ".wps", ".wpt", ".dot", ".rtf", ".odt", ".ofd", ".ppt", ".pptx", ".zip"}
    | {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"}
    | {".xls", ".xlsx", ".xlsm", ".et", ".ods", ".csv", ".tsv"}
)
_PAGES = frozenset({".html", ".htm"})
_BESIDE = ("_files", ".files")  # 页面_files beside 页面.html, as browsers name it; Word says 页面.files
_PACKED = frozenset({".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz"})
_MAGIC = (b"%PDF-", b"\xd0\xcf\x11\xe0")
MAGIC_LENGTH = 8

README = "是说明目录的 README，不是政策文件"


def refused_by_name(name: str, head: Callable[[], bytes]) -> str | None:
    """Why a file of this name is not read, in Chinese; None for one that may be a document.

    ``head`` gives its first bytes (MAGIC_LENGTH of them), by which a PDF or office file with a foreign suffix is known.
    """
    suffix = PurePosixPath(name).suffix
    if suffix.lower() in _DOCUMENTS or not suffix or head().startswith(_MAGIC):
        return None
    return f"不支持的文件类型（{suffix}{' 压缩包，请先解压' if suffix.lower() in _PACKED else ''}）"


def is_readme(name: str) -> bool:
    """Whether a file tells of its folder; one that is asked for by name is read nevertheless."""
    return PurePosixPath(name).stem.lower() == "readme"


def saved_folders(files: Iterable[str]) -> frozenset[str]:
    """The folders, by their paths, in which a browser keeps the pictures and scripts of the pages among ``files``."""
    pages = (PurePosixPath(name) for name in files if PurePosixPath(name).suffix.lower() in _PAGES)
    return frozenset(str(page.with_name(page.stem + end)) for page in pages for end in _BESIDE)


def is_within(name: str, folders: frozenset[str]) -> bool:
    """Whether a file lies in one of these folders or below."""
    return any(str(parent) in folders for parent in PurePosixPath(name).parents)
