"""Files that the page's upload buttons send: those and no others, in a folder of this process alone.

Gradio opens whatever path a request gives for a file that was sent, and would fetch an address: it looks where a path
leads only once ``launch`` has started it, which a page within another application never is.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from anyio import to_thread

from kb.errors import KBError

_FOLDER = "GRADIO_TEMP_DIR"  # the setting of Gradio
_UPLOAD = "/gradio_api/upload"
_FILES, _AROUND = 3, 64_000  # of one request, and bytes of the form around them
_ROOM = 20  # files of the largest size that lie there at once
_FULL = "文件太大，或刚传来的文件太多。请过十分钟再传。"
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


class Bounded:
    """Middleware: no more is sent than there is room for; a reader must not fill the disk."""

    def __init__(self, app: Callable[..., Any], max_mb: int) -> None:
        """Take the largest that a file may be."""
        self.app = app
        self.most = _FILES * max_mb * 1_000_000 + _AROUND
        self.room = _ROOM * max_mb * 1_000_000

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Let a request through, or refuse it."""
        from starlette.responses import PlainTextResponse

        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].rstrip("/") == _UPLOAD:
            sent = sent_bytes(scope)
            if sent > self.most or sent + await to_thread.run_sync(_held) > self.room:
                await PlainTextResponse(_FULL, 413)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _held() -> int:
    from gradio.utils import get_upload_folder

    held = 0
    for place, _, names in os.walk(get_upload_folder()):
        for name in names:
            with suppress(OSError):  # gone meanwhile
                held += os.stat(os.path.join(place, name)).st_size
    return held


def sent_bytes(scope: Any) -> float:  # noqa: ANN401 - an ASGI scope
    """How many bytes a request sends; of a body that does not say, without end."""
    given = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    length = given.get(b"content-length", "")
    if b"transfer-encoding" in given or (length and not (length.isascii() and length.isdigit() and len(length) < 16)):
        return math.inf
    return int(length or 0)


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
