"""A baseline nobody here wrote: bm25s over jieba's words, on plain slices of 350 characters with the title before."""

from __future__ import annotations

from eval.extras import require
from eval.model import Question, Span
from eval.systems import Context, Kind, SearchOnly

_SLICE = 350


class Bm25sSystem(SearchOnly):
    """All in memory; built anew at every opening."""

    def __init__(self, context: Context) -> None:
        bm25s, self._jieba = require("bm25s", "bm25s"), require("jieba", "jieba")
        self._jieba.setLogLevel("ERROR")
        self._spans: list[Span] = []
        words: list[list[str]] = []
        for record in context.dataset.records.values():
            for start in range(0, len(record.text), _SLICE):
                end = min(start + _SLICE, len(record.text))
                self._spans.append(Span(record.record_id, start, end))
                words.append(self._words(f"{record.title}\n{record.text[start:end]}"))
        self._index = bm25s.BM25()
        self._index.index(words, show_progress=False)

    def search(self, question: Question, k: int) -> list[Span]:
        """Slices by BM25; those that share no word with the question are left out."""
        words = self._words(question.text)
        if not words:
            return []
        # Within one document the best of all slices are looked through.
        most = len(self._spans) if question.context_id else min(k, len(self._spans))
        numbers, scores = self._index.retrieve([words], k=most, show_progress=False)
        hits = [self._spans[n] for n, score in zip(numbers[0], scores[0], strict=True) if score > 0]
        return [s for s in hits if question.context_id in (None, s.policy_id)][:k]

    def _words(self, text: str) -> list[str]:
        return [word for word in self._jieba.lcut(text) if word.strip()]


KIND = Kind("bm25s", "对照：bm25s，jieba 分词，每 350 字一片", Bm25sSystem)
