"""Files that the page's upload buttons send: those and no others, in a folder of this process alone.

Gradio opens whatever path a request gives for a file that was sent, and would fetch an address: it looks where a path
leads only once ``launch`` has started it, which a page within another application never is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from kb.errors import KBError

_FOLDER = "GRADIO_TEMP_DIR"  # the setting of Gradio
_KEPT = 600  # seconds that a file is kept; it has been read long before


class NotSent(KBError):
    """A request names a file that was not sent."""

    def __init__(self) -> None:
        """Say what to do; the path is told to nobody."""
        super().__init__("没有收到文件。请重新选择。")


class NoFolder(KBError):
    """Files that are sent can be put nowhere."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("没有可写的临时目录，收不了上传。请用 TMPDIR 指定一个（systemd 写 PrivateTmp=yes）。")


@contextmanager
def own_folder() -> Iterator[None]:
    """What is sent meanwhile lies where no other user of the machine can read it, and goes at the end.

    Raises NoFolder.
    """
    try:
        made = tempfile.TemporaryDirectory(prefix="zhice-sent-", ignore_cleanup_errors=True)
    except OSError as error:
        raise NoFolder from error
    with made as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            os.environ.pop(_FOLDER, None)


def blocks(**options: Any) -> Any:  # noqa: ANN401 - gradio is imported late
    """The Blocks of a page whose events are given no file but one that was sent."""
    return _kind()(delete_cache=(_KEPT, _KEPT), **options)


@cache
def _kind() -> Any:  # noqa: ANN401
    import gradio as gr
    from gradio.utils import get_upload_folder

    class Page(gr.Blocks):
        async def preprocess_data(self, block_fn: Any, inputs: Any, *more: Any, **options: Any) -> Any:  # noqa: ANN401
            check(inputs, Path(get_upload_folder()))
            return await super().preprocess_data(block_fn, inputs, *more, **options)

    return Page


def check(values: Any, folder: Path) -> None:  # noqa: ANN401 - JSON
    """Raises NotSent where anything in the values would be taken for a file outside the folder."""
    match values:
        case dict():
            if "path" in values and not _is_within(values["path"], folder):
                raise NotSent
            for value in values.values():
                check(value, folder)
        case list() | tuple():
            for value in values:
                check(value, folder)


def _is_within(path: Any, folder: Path) -> bool:  # noqa: ANN401
    try:
        return Path(path).resolve().is_relative_to(folder.resolve())
    except (TypeError, ValueError, OSError):
        return False
