"""A baseline nobody here wrote: bm25s over jieba's words, on plain slices of 350 characters with the title before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eval.extras import require
from eval.model import Question, Record, Span
from eval.systems import Context, Kind, SearchOnly

SLICE = 350


class Bm25sSystem(SearchOnly):
    """Spans by BM25 of the text that stands for each. All in memory; built anew at every opening."""

    def __init__(self, entries: Iterable[tuple[Span, str]]) -> None:
        bm25s, self._jieba = require("bm25s", "bm25s"), require("jieba", "jieba")
        self._jieba.setLogLevel("ERROR")
        self._spans: list[Span] = []
        words: list[list[str]] = []
        for span, text in entries:
            self._spans.append(span)
            words.append(self._words(text))
        self._index = bm25s.BM25()
        self._index.index(words, show_progress=False)

    def search(self, question: Question, k: int) -> list[Span]:
        """Spans by BM25; those whose text shares no word with the question are left out."""
        words = self._words(question.text)
        if not words:
            return []
        # Within one document the best of all spans are looked through.
        most = len(self._spans) if question.context_id else min(k, len(self._spans))
        numbers, scores = self._index.retrieve([words], k=most, show_progress=False)
        hits = [self._spans[n] for n, score in zip(numbers[0], scores[0], strict=True) if score > 0]
        return [s for s in hits if question.context_id in (None, s.policy_id)][:k]

    def _words(self, text: str) -> list[str]:
        return [word for word in self._jieba.lcut(text) if word.strip()]


def slices(record: Record) -> Iterator[Span]:
    """A record cut every 350 characters."""
    for start in range(0, len(record.text), SLICE):
        yield Span(record.record_id, start, min(start + SLICE, len(record.text)))


def _open(context: Context) -> Bm25sSystem:
    records = context.dataset.records.values()
    return Bm25sSystem((s, f"{r.title}\n{r.text[s.start : s.end]}") for r in records for s in slices(r))


KIND = Kind("bm25s", "对照：bm25s，jieba 分词，每 350 字一片", _open)
