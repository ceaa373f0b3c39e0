"""The values of a text with what is over them: title, heading, the line with a colon, a table's heads and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kb.verify.contexts import Stand, stands_in
from kb.verify.features import ABOVE, LEAD, OWN, SIBLING, TITLE, Features, features_of, merged, values_in
from kb.verify.labels import labels_of
from kb.verify.places import BODY, is_label, places

_SENTENCE = re.compile(r"[^。！？!?\n]+")
_ARTICLE = re.compile(r"\s*(?:第[一二三四五六七八九十百\d]+[条章节]|[一二三四五六七八九十]+、)")
_HEADING = 30  # characters of a line without a full stop that heads what follows
_TOPIC = 120  # characters of the paragraph before a sentence that say what it is about
_NO_AMOUNTS = frozenset({"year", "often", BODY})


@dataclass(slots=True)
class _Over:
    """What stands over a line: the last heading, the last line that ends with a colon, the paragraph so far."""

    title: Features
    heading: str = ""
    colon: str = ""
    topic: str = ""

    def features(self) -> Features:
        over = (features_of(text, ABOVE) for text in (self.heading, self.colon, self.topic))
        return merged(self.title, *over)


@lru_cache(maxsize=64)
def stands(text: str, head: str = "") -> tuple[Stand, ...]:
    """The values of a text with their surroundings, in order. ``head`` identifies the document."""
    over = _Over(features_of(head, TITLE))
    out: list[Stand] = []
    columns: list[str] = []
    for line in text.split("\n"):
        cells = [c.strip() for c in line.split("|")]
        if len(cells) == 1:
            columns = []
            out.extend(_of_line(line, over))
        elif len(cells) != len(columns):
            columns = [""] * len(cells) if _has_amount(line) else cells
            out.extend(_of_row(cells, columns, over) if _has_amount(line) else ())
        else:
            out.extend(_of_row(cells, columns, over))
    return tuple(out)


def _of_line(line: str, over: _Over) -> Iterator[Stand]:
    end = line.rstrip()[-1:]
    if _ARTICLE.match(line) or (end and len(line) <= _HEADING and end not in "。；："):
        over.heading, over.colon = (line if len(line) <= _HEADING else ""), ""
    over.topic = ""
    for sentence in _SENTENCE.findall(line):
        yield from stands_in(sentence, over.features(), over.title)
        if not _has_amount(sentence):
            over.topic = f"{over.topic} {sentence}"[-_TOPIC:]
    over.topic = ""
    if end and end in "：:":
        over.colon = line


def _of_row(cells: Sequence[str], columns: Sequence[str], over: _Over) -> Iterator[Stand]:
    """The values of a table's row: the head of the column and the cells that name the row are as its own words."""
    figures = [_has_amount(cell) for cell in cells]
    for i, (head, cell) in enumerate(zip(columns, cells, strict=True)):
        label = " ".join(f"{columns[j]} {cells[j]}" for j in range(i) if not figures[j])
        behind = " ".join(c for c, f in zip(cells[i + 1 :], figures[i + 1 :], strict=True) if not f)
        others = " ".join(f"{columns[j]} {cells[j]}" if j < i else cells[j] for j in range(len(cells)) if j != i)
        outer = merged(
            over.features(),
            features_of(label or behind, LEAD),
            values_in(label, LEAD),
            features_of(others, SIBLING),
            features_of(head, OWN),
            values_in(head, OWN),
        )
        for sentence in _SENTENCE.findall(cell):
            for stand in stands_in(sentence, outer, over.title):
                yield replace(
                    stand,
                    own=f"{head} {stand.own}",
                    frame=f"{label} {head} {stand.frame}",
                    labels={**labels_of(label), **labels_of(head), **stand.labels},
                )


def _has_amount(text: str) -> bool:
    """Whether a text states a value beside years, bodies, and those that say of whom or which it is."""
    return any(p.kind not in _NO_AMOUNTS and not is_label(p.kind) for p in places(text))
