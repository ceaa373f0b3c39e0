"""The documents that are indexed: real ones as long as there are any, then new ones recombined of their paragraphs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.dataset import corpus_of
from eval.errors import EvalError
from eval.model import Record
from eval.reading import Reading, read_records, read_rows
from kb.config import Settings

_CORPUS = Path(__file__).resolve().parents[2] / "corpus"
_SHORTEST = 8  # characters of a paragraph that is recombined
_LONGEST = 30  # paragraphs of a recombined document, at most


@dataclass(frozen=True, slots=True)
class Supply:
    """Documents without end: ``real`` of them first, the rest recombined, the same ones for the same seed."""

    real: tuple[Record, ...]
    seed: int

    def __iter__(self) -> Iterator[Record]:
        """All documents, in order."""
        yield from self.real
        yield from self._recombined()

    def _recombined(self) -> Iterator[Record]:
        chosen = random.Random(self.seed)
        paragraphs = [p for r in self.real for p in r.text.splitlines() if len(p.strip()) >= _SHORTEST]
        number = 0
        while True:
            number += 1
            # Halves of two titles: one title with a number would make versions of one document of them.
            one, other = (chosen.choice(self.real).title for _ in range(2))
            title = one[: len(one) // 2] + other[len(other) // 2 :]
            body = chosen.choices(paragraphs, k=chosen.randint(3, _LONGEST))
            yield Record(f"recombined-{number}", title, "\n".join([title, *body]))


def supply(folders: Sequence[Path], settings: Settings, seed: int) -> Supply:
    """The documents of these BEIR folders, mixed; of ``corpus/`` where none is given. Raises EvalError."""
    real = _of_folders(folders) if folders else _of_corpus(settings)
    random.Random(seed).shuffle(real)
    return Supply(tuple(real), seed)


def questions(folders: Sequence[Path], real: Sequence[Record], count: int, seed: int) -> list[str]:
    """So many different questions: those of the folders, and then ones made of titles."""
    found: dict[str, None] = {}
    for folder in folders:
        for name in ("queries.jsonl", "queries.jsonl.gz"):
            if (folder / name).is_file():
                found |= dict.fromkeys(_text(row) for _, row in read_rows(folder / name, Reading()))
    asked = [text for text in found if text]
    random.Random(seed).shuffle(asked)
    made = (f"{record.title}的{what}是什么？" for what in ("主要内容", "责任单位", "补贴标准") for record in real)
    return list(dict.fromkeys([*asked[:count], *made]))[:count]


def _of_folders(folders: Sequence[Path]) -> list[Record]:
    reading = Reading()
    found: list[Record] = []
    for folder in folders:
        records: dict[str, Record] = {}
        read_records(corpus_of(folder), records, reading)
        found += (replace(r, record_id=f"{folder.name}-{r.record_id}") for r in records.values())
    if not found:
        raise EvalError("指定的文件夹里没有文件。请用 --data 指定 BEIR 形式的文件夹，或不写，用 corpus/ 里的文件。")
    return found


def _of_corpus(settings: Settings) -> list[Record]:
    from ingest.plain import texts_of

    paths = sorted(p for p in _CORPUS.rglob("*") if p.suffix in (".txt", ".md", ".html") and p.name != "README.md")
    if not paths:
        raise EvalError("没有 corpus/ 文件夹。请用 --data 指定 BEIR 形式的文件夹。")
    return [Record(p.stem, p.stem, text) for p, text in zip(paths, texts_of(paths, settings), strict=True)]


def _text(row: dict[str, Any]) -> str:
    return str(row.get("text", "")).strip()
