"""The search key: NFKC, lower case, simplified characters, one space for white space. Never shown.

``fold`` gives the key alone; ``shadow`` also maps each character of the key back to the text.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

    from kb.text.fold_array import FoldArray

_SHORT = 300  # characters of a text whose key is kept
_FEW = 100  # characters that are folded one by one sooner than as an array
_SPACE = re.compile(r"\s+")
_WORDLY = re.compile("[a-z0-9]")


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _fold_char(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).lower()
    if len(folded) == 1 and "\u3400" <= folded <= "\u9fff":
        # Character by character, so that the key keeps the text's length: a phrase table would not.
        folded = _converter().convert(folded)
    return " " if folded.isspace() else folded


class _FoldTable(dict[int, str]):
    """A translation table that fills itself: each distinct character is folded once per process."""

    def __missing__(self, code: int) -> str:
        value = _fold_char(chr(code))
        self[code] = value
        return value


_TABLE = _FoldTable()


@lru_cache(maxsize=1)
def _made_array() -> FoldArray:
    from kb.text.fold_array import FoldArray

    return FoldArray(_TABLE)


def _array() -> FoldArray | None:
    """What folds long texts at once; none without numpy, which takes longer to load than most commands take."""
    return _made_array() if "numpy" in sys.modules else None


class _SimpleTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        char = chr(code)
        value = _converter().convert(char) if "\u3400" <= char <= "\u9fff" else char
        self[code] = value if len(value) == 1 else char
        return self[code]


_SIMPLE = _SimpleTable()


def simplify(text: str) -> str:
    """The text in simplified characters, one for one: for reading questions. Never shown as a document's text."""
    return text.translate(_SIMPLE)


def fold(text: str) -> str:
    """The search key of a text, white space collapsed."""
    array = _array() if len(text) > _FEW else None
    found = array.spaced(text) if array else None
    return _SPACE.sub(" ", text.translate(_TABLE)) if found is None else found


def squash(text: str) -> str:
    """The search key without any white space: for comparing titles, names and quotations."""
    return _squashed_short(text) if len(text) <= _SHORT else _squashed(text)


def squash_lines(texts: Iterable[str]) -> str:
    """The search keys of many texts, made at once: a line for each."""
    lines = [text.replace("\n", " ") if "\n" in text else text for text in texts]
    array = _array()
    found = array.squashed("\n".join(lines), lines=True) if array else None
    return "\n".join(map(squash, lines)) if found is None else found


def _squashed(text: str) -> str:
    array = _array() if len(text) > _FEW else None
    found = array.squashed(text) if array else None
    return _SPACE.sub("", text.translate(_TABLE)) if found is None else found


#: Titles, headings and sentences of the documents that are asked about come again and again.
_squashed_short = lru_cache(maxsize=1 << 14)(_squashed)


@dataclass(frozen=True, slots=True)
class Shadow:
    """A search key with its way back: ``key[i]`` was made from ``text[offsets[i]]``.

    ``offsets`` has one entry more than the key: the length of the text.
    """

    key: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text behind ``key[start:end]``, which must not be empty."""
        return self.offsets[start], self.offsets[end - 1] + 1


def shadow(text: str) -> Shadow:
    """The squashed search key of a text with its offset map."""
    key: list[str] = []
    offsets: list[int] = []
    for position, char in enumerate(text):
        folded = _TABLE[ord(char)]
        for piece in folded:
            if not piece.isspace():
                key.append(piece)
                offsets.append(position)
    offsets.append(len(text))
    return Shadow("".join(key), tuple(offsets))


def holds_whole(key: str, piece: str) -> bool:
    """Whether a text (search key) holds a piece, its numbers and Latin words whole: 166家 is not in 6166家."""
    if piece not in key:
        return False
    whole = whole_word(piece)
    return whole is None or whole.search(key) is not None


@lru_cache(maxsize=4096)
def whole_word(piece: str) -> re.Pattern[str] | None:
    """What finds a piece (search key) with its numbers and Latin words whole; None where it has none at its ends."""
    before = r"(?<![a-z0-9.])" if _WORDLY.match(piece[:1]) else ""
    behind = r"(?!\.?[a-z0-9])" if _WORDLY.match(piece[-1:]) else ""
    return re.compile(f"{before}{re.escape(piece)}{behind}") if before or behind else None
