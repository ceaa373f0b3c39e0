"""jieba's dictionary, read from one file in less than half a second.

jieba's own cache holds the frequencies alone and is read in thousands of small pieces, and the parts of speech are
parsed from the dictionary's text by every process: two seconds more.
"""

from __future__ import annotations

import logging
import marshal
import os
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

_LOG = logging.getLogger(__name__)
_SUM = 4  # bytes of a checksum before the rest: marshal does not notice damage


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words and the beginnings of words with their frequency (0: no word), its sum, and each word's part of speech."""

    frequencies: dict[str, int]
    total: int
    tags: dict[str, str]


def load(folder: Path) -> Dictionary:
    """The dictionary as kept in a folder of the user's own; made there where it is not, or not whole."""
    import jieba

    file = folder / f"words-{jieba.__version__}-{sys.version_info[0]}.{sys.version_info[1]}"
    found = _kept(file)
    if found is None:
        found = _made()
        try:
            _keep(found, file)
        except OSError as error:  # a full disk, a folder of another's: the next process makes it again
            _LOG.warning("the dictionary is not kept: %s", error)
    return found


def _kept(file: Path) -> Dictionary | None:
    try:
        data = file.read_bytes()
    except OSError:
        return None
    content = memoryview(data)[_SUM:]
    if not content or int.from_bytes(data[:_SUM], "big") != zlib.crc32(content):
        return None
    return Dictionary(*marshal.loads(content))


def _made() -> Dictionary:
    import jieba

    tokenizer = jieba.Tokenizer()
    frequencies, total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    own = {word: word for word in frequencies}  # one string for a word, in the file too
    tags: dict[str, str] = {}
    with tokenizer.get_dict_file() as lines:
        for line in lines:
            word, _, tag = line.decode().split()
            tags[own[word]] = sys.intern(tag)
    return Dictionary(frequencies, total, tags)


def _keep(made: Dictionary, file: Path) -> None:
    """Write it whole or not at all: several processes may do so at once."""
    content = marshal.dumps((made.frequencies, made.total, made.tags))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(zlib.crc32(content).to_bytes(_SUM, "big"))
            stream.write(content)
        os.replace(draft, file)
    except BaseException:
        os.unlink(draft)
        raise
