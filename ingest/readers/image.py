"""Pictures of documents (scans, photographs, screenshots) read by OCR; a TIFF may have several pages."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.pulse import beat
from ingest.raw import RawDocument
from ingest.readers.build import Builder
from ingest.readers.detect import NotADocument
from ingest.readers.ocr_engine import EngineMissing
from ingest.readers.pdf_pages import Page, add_pages, make_page
from kb.errors import UnreadableFile

if TYPE_CHECKING:
    from PIL import Image

    from ingest.readers.ocr_engine import Picture

_MAX_PIXELS = 60_000_000
_LONGEST = 4000  # pixels; more says nothing new of a page
_SMALL = (200, 60)
_MAX_FRAMES = 200
A4 = 842.0  # points: the longer side that every picture is given
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "DIB", "WEBP", "GIF")


def read_image(data: bytes, path: str) -> RawDocument:
    """The document in a picture. Boxes are points of a page whose longer side is that of A4, straightened.

    Raises NotADocument for icons, UnreadableFile if the picture is damaged, too large or holds no Chinese text.
    """
    from ingest.readers.ocr import read_picture

    builder = Builder("image", flags=["ocr"])
    pages: list[Page] = []
    han = 0
    try:
        for picture in pictures(data, path):
            reading = read_picture(picture, A4 / max(picture.shape[:2]))
            _, bottom, _, top = reading.frame
            pages.append(make_page(reading.chars, reading.rulings, bottom, top))
            han += reading.han
            if reading.lost:
                builder.flag("ocr_gap")
            if not reading.chars:
                builder.flag("low_text")
            beat()
    except EngineMissing as error:
        raise UnreadableFile(path, f"需要文字识别，但识别组件不完整（{error}）。请重新安装 rapidocr") from error
    if not han:
        raise UnreadableFile(path, "图片里没有认出文字。请换一张更清晰、更正的图片，或改用文字版")
    add_pages(builder, pages)
    return builder.finish()


def pictures(data: bytes, path: str) -> Iterator[Picture]:
    """The pages of a picture file that are no icons. Raises NotADocument if there are none."""
    with _opened(data, path) as image:
        pages = 0
        for number in range(_MAX_FRAMES + 1 if image.format == "TIFF" else 1):
            with _damage(path, f"图片第 {number + 1} 页已损坏"):
                try:
                    image.seek(number)
                except EOFError:
                    break
            if number == _MAX_FRAMES:
                raise UnreadableFile(path, f"图片超过文字识别的上限 {_MAX_FRAMES} 页。请拆分文件后再试")
            if image.width * image.height > _MAX_PIXELS:
                raise _too_large(path)
            if image.width >= _SMALL[0] and image.height >= _SMALL[1]:
                pages += 1
                with _damage(path, f"图片第 {number + 1} 页已损坏，无法解码"):
                    picture = _decoded(image)
                yield picture
        if not pages:
            raise NotADocument(path, "不是文档（小图标）")


def _opened(data: bytes, path: str) -> Image.Image:
    """The picture by its header only."""
    from PIL import Image

    Image.init()
    with _damage(path, "图片已损坏，无法打开"), warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return Image.open(io.BytesIO(data), formats=_FORMATS)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise _too_large(path) from error


def _decoded(image: Image.Image) -> Picture:
    """One page as pixels: upright by its own word, on white, no larger than is useful."""
    import numpy as np
    from PIL import Image, ImageOps

    if image.mode in {"I;16", "I;16B", "I;16L", "I", "F"}:
        shades = np.asarray(image, dtype=np.float32)
        image = Image.fromarray((shades * (255 / max(1.0, float(shades.max())))).astype(np.uint8))
    if image.mode in {"1", "P", "PA", "LA", "La", "RGBa"}:
        image = image.convert("L" if image.mode == "1" else "RGBA")
    if max(image.size) > _LONGEST:
        image = ImageOps.exif_transpose(image)
        image.thumbnail((_LONGEST, _LONGEST))
    image = ImageOps.exif_transpose(image)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


@contextmanager
def _damage(path: str, why: str) -> Iterator[None]:
    """Name the file whatever a decoder raises over broken data."""
    try:
        yield
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFile(path, f"{why}。请重新获取该文件") from error


def _too_large(path: str) -> UnreadableFile:
    return UnreadableFile(path, f"图片太大（上限 {_MAX_PIXELS // 10_000} 万像素）。请缩小或分页后再试")
