"""A page of a PDF, scan or picture as an image, with the boxes of a quotation drawn on it.

What a hostile file does to its decoder must not reach the program that shows it: ``PagePictures`` draws in a process
of its own, in the limits that reading has.
"""

from __future__ import annotations

import io
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ingest.isolation import Workers
from ingest.reading import Refusal
from kb.errors import KBError, UnreadableFile

if TYPE_CHECKING:
    from ingest.readers.ocr_engine import Picture

Box = tuple[float, float, float, float]
#: What a file begins with whose pages can be drawn.
DRAWN = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"RIFF", b"GIF8")
_LONGEST = 1700  # pixels of the image
_QUALITY = 82
_MARGIN = 2.5  # points around a box
_FEW = 10  # characters: a page with less is a picture, whose boxes are of the picture put straight
_SECONDS, _TOTAL_SECONDS = 30.0, 45.0
_IDLE = 60.0  # seconds until the process is ended
_KEPT = 12  # images
_REFUSED = 500  # pages that could not be drawn
_REFUSED_SECONDS = 600.0  # until one of those is tried again
_FILL, _LINE = (255, 214, 64), (196, 120, 0)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page (from 1) of a file, and the boxes to mark on it in points, y upwards."""

    file: Path
    page: int
    boxes: tuple[Box, ...]
    max_mb: int


@dataclass(frozen=True, slots=True)
class PageImage:
    """A JPEG of a page."""

    data: bytes
    width: int
    height: int


class PagePictures:
    """Draws pages in a process of its own, one at a time, and keeps the last few. Threads may share it."""

    def __init__(self, max_mb: int, memory_mb: int) -> None:
        """Set the limits; nothing is started yet."""
        self._max_mb, self._memory_mb = max_mb, memory_mb
        self._guard = threading.Lock()
        self._kept: OrderedDict[tuple[Any, ...], PageImage] = OrderedDict()
        self._refused: OrderedDict[tuple[Any, ...], tuple[float, str]] = OrderedDict()
        self._workers: Workers | None = None
        self._idle: threading.Timer | None = None

    def draw(self, file: Path, page: int, boxes: Sequence[Box]) -> PageImage:
        """The page with its boxes. Raises KBError where it cannot be drawn, for some minutes without trying again."""
        status = file.stat()
        at = (file, status.st_size, status.st_mtime_ns, page)
        key = (*at, tuple(boxes))
        with self._guard:
            found = self._kept.get(key)
            if found is None:
                self._check_refused(at)
                outcome = self._drawn(PageRequest(file, page, tuple(boxes), self._max_mb))
                if isinstance(outcome, Refusal):
                    self._refused[at] = (time.monotonic(), outcome.why)
                    while len(self._refused) > _REFUSED:
                        self._refused.popitem(last=False)
                    self._check_refused(at)
                else:
                    found = self._kept[key] = outcome
                    while len(self._kept) > _KEPT:
                        self._kept.popitem(last=False)
            assert found is not None
            self._kept.move_to_end(key)
            return found

    def _check_refused(self, at: tuple[Any, ...]) -> None:
        """Raise KBError for a page that lately could not be drawn."""
        when, why = self._refused.get(at, (0.0, ""))
        if why and time.monotonic() - when <= _REFUSED_SECONDS:
            raise KBError(f"这一页不能显示：{why}")
        self._refused.pop(at, None)

    def close(self) -> None:
        """End the process."""
        with self._guard:
            if self._workers is not None:
                self._workers.close()
                self._workers = None

    def _drawn(self, request: PageRequest) -> PageImage | Refusal:
        if self._idle is not None:
            self._idle.cancel()
        if self._workers is None:
            self._workers = Workers(1, _SECONDS, _TOTAL_SECONDS, self._memory_mb, "ingest.page_worker")
        try:
            return cast("PageImage | Refusal", next(self._workers.read(cast("Any", [request]))))
        finally:
            self._idle = threading.Timer(_IDLE, self.close)
            self._idle.daemon = True
            self._idle.start()


def draw_page(request: PageRequest) -> PageImage | Refusal:
    """Draw one page. Never raises for what the file holds."""
    try:
        size = request.file.stat().st_size
        if size > request.max_mb * 1_000_000:
            return Refusal("文件太大")
        data = request.file.read_bytes()
        return _pdf_page(data, request) if data.startswith(b"%PDF-") else _picture_page(data, request)
    except UnreadableFile as error:
        return Refusal(error.why)
    except Exception as error:  # noqa: BLE001 - whatever a decoder raises over hostile data
        return Refusal(f"读取出错（{type(error).__name__}）")


def _pdf_page(data: bytes, request: PageRequest) -> PageImage | Refusal:
    from ingest.readers.pdf import opened
    from ingest.readers.pdf_scans import look

    with opened(data, request.file.name) as document:
        if not 1 <= request.page <= len(document):
            return Refusal(f"文件没有第 {request.page} 页")
        sight = look(document[request.page - 1])
        left, _, _, top = sight.found.frame
        if len(sight.found.chars) >= _FEW:
            return _marked(sight.picture, sight.unit, (left, top), request.boxes)
        return _scan(sight.picture, sight.unit, request.boxes)


def _picture_page(data: bytes, request: PageRequest) -> PageImage | Refusal:
    from ingest.readers.image import A4, pictures

    for number, picture in enumerate(pictures(data, request.file.name), 1):
        if number == request.page:
            return _scan(picture, A4 / max(picture.shape[:2]), request.boxes)
    return Refusal(f"文件没有第 {request.page} 页")


def _scan(picture: Picture, unit: float, boxes: Sequence[Box]) -> PageImage:
    """A page that was read as a picture: its boxes are of the picture put straight, from its bottom up."""
    from ingest.readers.ocr_picture import skew, straightened

    straight = straightened(picture, skew(picture)) if boxes else picture
    return _marked(straight, unit, (0.0, straight.shape[0] * unit), boxes)


def _marked(picture: Picture, unit: float, corner: tuple[float, float], boxes: Sequence[Box]) -> PageImage:
    """The picture (blue, green, red) with boxes; ``corner`` is its left top in points, a pixel is ``unit`` points."""
    import numpy as np
    from PIL import Image, ImageChops, ImageDraw

    image = Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1]))
    if boxes:
        paint = Image.new("RGB", image.size, "white")
        pen = ImageDraw.Draw(paint)
        for left, bottom, right, top in boxes:
            place = [left - _MARGIN - corner[0], corner[1] - top - _MARGIN]
            place += [right + _MARGIN - corner[0], corner[1] - bottom + _MARGIN]
            with suppress(ValueError):  # a box of no size
                pen.rectangle([round(x / unit) for x in place], fill=_FILL, outline=_LINE, width=2)
        image = ImageChops.multiply(image, paint)  # like a marker: what is printed stays black
    image.thumbnail((_LONGEST, _LONGEST))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return PageImage(out.getvalue(), *image.size)
