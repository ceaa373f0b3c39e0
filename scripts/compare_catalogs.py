"""The same documents on SQLite and on PostgreSQL, in turns: ``python scripts/compare_catalogs.py URL [--chunks N]``.

URL names an empty database, which holds the base afterwards. Tells the seconds of building without the model's, the
milliseconds of a search and an answer without the question's vector, and how long another home takes to build its
index from what is there. Not imported by the program.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TypeVar

from eval.bench.drawn import DrawnEmbedder
from eval.bench.texts import questions, supply
from ingest.records import record_submission
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.embedding import open_embedding
from kb.embedding.protocol import Progress, Vectors

T = TypeVar("T")
_REAL, _TURNS, _ASKED, _SEED = 200, 4, 60, 0


class Remembered:
    """Vectors that cost nothing the second time they are asked for."""

    def __init__(self, drawn: DrawnEmbedder) -> None:
        """Remember what this embedder gives."""
        self.name, self.dimension = drawn.name, drawn.dimension
        self._drawn = drawn
        self._passages: dict[str, Vectors] = {}
        self._queries: dict[str, Vectors] = {}

    def embed_passages(self, texts: list[str], progress: Progress | None = None) -> Vectors:
        """Vectors of passages."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        if new:
            self._passages.update(zip(new, self._drawn.embed_passages(new, progress), strict=True))
        return np.vstack([self._passages[text] for text in texts])

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question."""
        if text not in self._queries:
            self._queries[text] = self._drawn.embed_query(text)
        return self._queries[text]


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="postgresql://…, an empty database")
    parser.add_argument("--chunks", type=int, default=3000)
    given = parser.parse_args()
    documents = supply((), Settings(), _SEED)
    submissions, chunks = [], 0
    for record in documents:
        submissions.append(record_submission(record.record_id, record.title, record.text))
        chunks += len(submissions[-1].chunks)
        if chunks >= given.chunks:
            break
    asked = questions((), documents.real, _ASKED, _SEED)
    model = Remembered(DrawnEmbedder(open_embedding(Settings()), _REAL, _SEED))
    model.embed_passages([c.context + "\n" + s.document.text[c.start : c.end] for s in submissions for c in s.chunks])
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        bases = {
            name: opened.enter_context(
                KnowledgeBase.open(Settings(home=Path(folder, name), catalog=url), create=True, embedder=model)
            )
            for name, url in (("sqlite", None), ("postgresql", given.url))
        }
        told = {"documents": len(submissions), "chunks": chunks}
        told["build_s"] = _in_turns(bases, _parts(submissions), lambda base, part: base.put_many(part), sum)
        told["search_ms"] = _in_turns(bases, asked, lambda base, text: base.search(text), _typical)
        told["answer_ms"] = _in_turns(bases, asked, lambda base, text: base.ask(text, model=False), _typical)
        settings = Settings(home=Path(folder, "another"), catalog=given.url)
        another = opened.enter_context(KnowledgeBase.open(settings, embedder=model))
        told["another_home_first_search_s"] = round(_seconds(lambda: another.search(asked[0])), 2)
        (changed,) = bases["postgresql"].put_many(submissions[:1]).policy_ids
        bases["postgresql"].remove([changed])
        told["another_home_after_a_change_ms"] = round(1000 * _seconds(lambda: another.search(asked[1])), 1)
    print(json.dumps(told, ensure_ascii=False, indent=2))


def _parts(items: list[T]) -> list[list[T]]:
    rest = iter(items)
    return [list(islice(rest, -(-len(items) // _TURNS))) for _ in range(_TURNS)]


def _in_turns(
    bases: dict[str, KnowledgeBase],
    items: list[T],
    work: Callable[[KnowledgeBase, T], object],
    total: Callable[[list[float]], float],
) -> dict[str, float]:
    """Do the work for each item on one base after the other; the figure of each, and the second's by the first's.

    Each is as often the first, for whom a question's words are new.
    """
    seconds: dict[str, list[float]] = {name: [] for name in bases}
    for n, item in enumerate(items):
        for name, base in sorted(bases.items(), reverse=bool(n % 2)):
            seconds[name].append(_seconds(lambda base=base, item=item: work(base, item)))
    found = {name: round(total(took), 2) for name, took in seconds.items()}
    return found | {"ratio": round(found["postgresql"] / found["sqlite"], 2)}


def _typical(seconds: list[float]) -> float:
    return 1000 * median(seconds[len(seconds) // 4 :])  # the first ones warm what is kept in memory


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
