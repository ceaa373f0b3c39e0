"""A model's stream cut into sentences with the numbers they cite, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model import AnswerSentence

_MARK = r"(?:\s*[\[【［]\s*\d{1,2}(?:\s*[,，、]\s*\d{1,2})*\s*[\]】］])"
_MARKS = re.compile(_MARK)
#: A sentence's end with the marks behind it; more marks may still come, so something else must follow. A semicolon
#: ends what cites for itself, a line what does not lead up to the next one.
_END = re.compile(
    rf"(?:[。！？!?]+[”’」』）)]*{_MARK}*|{_MARK}+[；;]+{_MARK}*|[；;]+[”’」』）)]*{_MARK}+|(?<![：:\n])\n+)"
    r"(?=\s*[^\s\[【［。！？!?；;”’」』）)])"
)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = re.compile(r"<think>(?!.*</think>)|<[a-z/]{0,6}$", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(
    r"!?\[([^\]\n]{0,80})\]\((?:[^()\n]|\([^()\n]*\))*\)|</?[a-zA-Z!?][^<>\n]{0,200}>|\*{1,3}|`{1,3}|~~|"
    r"^\s*#{1,6}\s+|^\s*(?:[-•·]|\d{1,2}[.)])\s+",
    re.MULTILINE,
)
_ENDS = "。！？!?；;"


class Sentences:
    """Takes pieces of text, gives whole sentences."""

    def __init__(self) -> None:
        self._kept = ""

    def feed(self, piece: str) -> Iterator[AnswerSentence]:
        """The sentences that a further piece completes."""
        self._kept += piece
        if not _OPEN_THOUGHT.search(self._kept):
            yield from self._whole()

    def _whole(self) -> Iterator[AnswerSentence]:
        """The sentences that something follows."""
        self._kept = _THOUGHT.sub("", self._kept)
        last = 0
        for end in _END.finditer(self._kept):
            yield from _sentence(self._kept[last : end.end()])
            last = end.end()
        self._kept = self._kept[last:]

    def rest(self, *, cut: bool) -> Iterator[AnswerSentence]:
        """What is left at the end; of a stream that was cut only what is a whole sentence."""
        yield from self._whole()
        text, self._kept = self._kept, ""
        bare = _MARKS.sub("", text).rstrip().rstrip("”’」』）)")
        if not cut or bare.endswith(tuple(_ENDS)):
            yield from _sentence(text)


def _sentence(text: str) -> Iterator[AnswerSentence]:
    numbers = [int(n) for mark in _MARKS.findall(text) for n in re.findall(r"\d{1,2}", mark)]
    plain = " ".join(_MARKUP.sub(lambda m: m.group(1) or "", _MARKS.sub("", text)).split())
    if re.search(r"\w", plain):
        yield AnswerSentence(plain, tuple(dict.fromkeys(numbers)))
