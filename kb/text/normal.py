"""The search key: NFKC, lower case, simplified characters, one space for white space. Never shown.

``fold`` gives the key alone; ``shadow`` also maps each character of the key back to the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from opencc import OpenCC

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


class _FoldArray:
    """The same table for whole texts at once, ten times as fast for long ones. Line breaks stay what they are."""

    _BLANK, _BREAK = ord(" "), ord("\n")
    _UNKNOWN, _SEVERAL = 0xFFFF_FFFE, 0xFFFF_FFFF
    _PLANE = 1 << 16  # what lies above is rare, and counts as unknown each time

    def __init__(self) -> None:
        self._folded = np.full(self._PLANE, self._UNKNOWN, dtype=np.uint32)
        self._folded[self._BREAK] = self._BREAK

    def folded(self, text: str) -> NDArray[np.uint32] | None:
        """The folded text's code points, other white space as blanks; None where that is for ``_TABLE`` to say."""
        try:
            codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
        except UnicodeEncodeError:  # half a pair
            return None
        if codes.max(initial=0) >= self._PLANE:
            return None
        found = self._folded[codes]
        if found.max(initial=0) >= self._UNKNOWN:
            for code in np.unique(codes[found == self._UNKNOWN]).tolist():
                value = _TABLE[code]
                self._folded[code] = ord(value) if len(value) == 1 and ord(value) < self._PLANE else self._SEVERAL
            found = self._folded[codes]
        if found.max(initial=0) == self._SEVERAL:
            for char in {chr(code) for code in codes[found == self._SEVERAL].tolist()}:
                value = _TABLE[ord(char)]
                if not value or any(_TABLE[ord(c)] != c for c in value):
                    return None
                text = text.replace(char, value)
            return self.folded(text)
        return found

    def squashed(self, text: str, *, lines: bool = False) -> str | None:
        """The folded text without white space, but for its line breaks with ``lines``."""
        found = self.folded(text)
        if found is None:
            return None
        kept = found != self._BLANK
        return _text(found[kept if lines else kept & (found != self._BREAK)])

    def spaced(self, text: str) -> str | None:
        """The folded text, white space collapsed."""
        found = self.folded(text)
        if found is None:
            return None
        found[found == self._BREAK] = self._BLANK
        blank = found == self._BLANK
        again = np.zeros(len(blank), dtype=bool)
        again[1:] = blank[1:] & blank[:-1]
        return _text(found[~again])


def _text(codes: NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le")


_ARRAY = _FoldArray()


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
    found = _ARRAY.spaced(text) if len(text) > _FEW else None
    return _SPACE.sub(" ", text.translate(_TABLE)) if found is None else found


def squash(text: str) -> str:
    """The search key without any white space: for comparing titles, names and quotations."""
    return _squashed_short(text) if len(text) <= _SHORT else _squashed(text)


def squash_lines(texts: Iterable[str]) -> str:
    """The search keys of many texts, made at once: a line for each."""
    lines = [text.replace("\n", " ") if "\n" in text else text for text in texts]
    found = _ARRAY.squashed("\n".join(lines), lines=True)
    return "\n".join(map(squash, lines)) if found is None else found


def _squashed(text: str) -> str:
    found = _ARRAY.squashed(text) if len(text) > _FEW else None
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
