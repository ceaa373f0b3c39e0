"""A model's stream cut into sentences with the numbers they cite, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model import AnswerSentence

_MARK = r"(?:\s{0,4}[\[【［]\s{0,2}\d{1,2}(?:\s{0,2}[,，、]\s{0,2}\d{1,2}){0,9}\s{0,2}[\]】］])"
_MARKS = re.compile(_MARK)
#: A sentence's end with the marks behind it; more marks may still come, so something else must follow. A semicolon
#: ends what cites for itself, a line what does not lead up to the next one.
_END = re.compile(
    rf"(?:(?<![。！？!?])[。！？!?]++[”’」』）)]*+{_MARK}*+|{_MARK}[；;]++{_MARK}*+"
    rf"|(?<![；;])[；;]++[”’」』）)]*+{_MARK}++|(?<![：:\n])\n++)"
    r"(?=\s*[^\s\[【［。！？!?；;”’」』）)])"
)
_THINKS = re.compile(r"<think>", re.IGNORECASE)
_SPEAKS = re.compile(r"</think>", re.IGNORECASE)
_MAY_THINK = re.compile(r"<[a-z]{0,5}$", re.IGNORECASE)
_MARKUP = re.compile(
    r"!?\[([^\]\n]{0,80})\]\((?:[^()\n]|\([^()\n]*\))*\)|</?[a-zA-Z!?][^<>\n]{0,200}>|\*{1,3}|`{1,3}|~~|"
    r"^\s*#{1,6}\s+|^\s*(?:[-•·]|\d{1,2}[.)])\s+",
    re.MULTILINE,
)
_MOST_KEPT = 1_000  # characters without an end
_ENDS = "。！？!?；;"


class Sentences:
    """Takes pieces of text, gives whole sentences; what stands between <think> and </think> is none of it."""

    def __init__(self) -> None:
        self._kept = ""  # of a sentence that may go on
        self._raw = ""  # of what may become a mark of thoughts
        self._thinking = False

    def feed(self, piece: str) -> Iterator[AnswerSentence]:
        """The sentences that a further piece completes."""
        spoken = self._spoken(piece)
        if spoken:
            self._kept += spoken
            yield from self._whole()
        if len(self._kept) > _MOST_KEPT:  # too long for any sentence, with or without its middle
            self._kept = self._kept[: _MOST_KEPT // 2] + self._kept[-_MOST_KEPT // 10 :]

    def rest(self, *, cut: bool) -> Iterator[AnswerSentence]:
        """What is left at the end; of a stream that was cut only what is a whole sentence."""
        if not self._thinking:
            self._kept += self._raw
        yield from self._whole()
        text, self._kept, self._raw = self._kept, "", ""
        bare = _MARKS.sub("", text).rstrip().rstrip("”’」』）)")
        if not cut or bare.endswith(tuple(_ENDS)):
            yield from _sentence(text)

    def _spoken(self, piece: str) -> str:
        """What of the text is no thought, as far as that can be told yet."""
        self._raw += piece
        spoken = ""
        while found := (_SPEAKS if self._thinking else _THINKS).search(self._raw):
            spoken += "" if self._thinking else self._raw[: found.start()]
            self._raw = self._raw[found.end() :]
            self._thinking = not self._thinking
        if self._thinking:
            self._raw = self._raw[-len("</think") :]
            return spoken
        begun = _MAY_THINK.search(self._raw)
        spoken += self._raw[: begun.start()] if begun else self._raw
        self._raw = self._raw[begun.start() :] if begun else ""
        return spoken

    def _whole(self) -> Iterator[AnswerSentence]:
        """The sentences that something follows."""
        last = 0
        for end in _END.finditer(self._kept):
            yield from _sentence(self._kept[last : end.end()])
            last = end.end()
        self._kept = self._kept[last:]


def _sentence(text: str) -> Iterator[AnswerSentence]:
    numbers = [int(n) for mark in _MARKS.findall(text) for n in re.findall(r"\d{1,2}", mark)]
    plain = " ".join(_MARKUP.sub(lambda m: m.group(1) or "", _MARKS.sub("", text)).split())
    if re.search(r"\w", plain):
        yield AnswerSentence(plain, tuple(dict.fromkeys(numbers)))
