"""The judge's training groups: from question sets open for training, and from official texts without any labels."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from eval.model import Dataset, Record
from eval.systems import Progress
from eval.training.groups import Group, Window, windows_of
from eval.training.likeness import Likeness
from eval.training.questions import Asked, plainly, questions_about
from ingest.records import record_document
from kb.model import PolicyDocument
from kb.regions import innermost, region_name
from kb.text import simplify, split_sentences, squash

_NEGATIVES = 4
_ALIKE = 24  # windows looked at for negatives
_PER_DOCUMENT = 9  # questions made of one official text
_LONGEST_DOCUMENT = 30_000  # characters of a text that are used
_SHORTEST = 10  # characters of a question that is not too vague to be answered by one passage
_REST = 40  # characters a passage keeps without its telling sentence
_SHINGLE = 30  # characters that two documents must not share
_YEAR = re.compile(r"20[12]\d")


def open_groups(datasets: Iterable[Dataset], rng: random.Random) -> Iterator[Group]:
    """Questions of labelled sets: the passage that holds an answer against those most like the question."""
    for dataset in datasets:
        windows, by_document = _cut_all(dataset.records)
        likeness = Likeness([f"{w.context} {w.text}" for w in windows])
        for question in dataset.questions:
            text = simplify(question.text)
            answers = [squash(a) for a in question.answers]
            alike = likeness.most(text, _ALIKE)
            for document in question.relevant:
                own = [i for i in by_document.get(document, ()) if _holds(windows[i], answers)]
                if not own:
                    continue
                best = next((i for i in alike if i in own), own[0])
                others = [i for i in alike if i not in own and not _holds(windows[i], answers)]
                beside = [i for i in by_document[document] if i not in own]
                negatives = [windows[i] for i in _mixed(others, beside, rng)]
                negatives += _without(windows[best], partial(_tells, answers))
                yield Group("open", document, text, (windows[best], *negatives[:_NEGATIVES]))
                break


def official_groups(records: Sequence[Record], rng: random.Random, progress: Progress) -> Iterator[Group]:
    """Questions made of official texts' own sentences, against the passages most like them."""
    documents: list[PolicyDocument] = []
    windows: list[Window] = []
    sentences: list[tuple[int, str, str]] = []  # window, sentence, heading
    of_document: dict[str, list[int]] = defaultdict(list)
    for record in records:
        document = record_document(record.record_id, record.title, record.text[:_LONGEST_DOCUMENT])
        documents.append(document)
        region = _region_of(document)
        for start, end in windows_of(document.text, [s.start for s in document.sections]):
            path = _path_at(document, start)
            window = Window(record.record_id, f"{record.title} {path}".strip(), document.text[start:end], region)
            of_document[record.record_id].append(len(windows))
            for first, last in split_sentences(window.text):
                sentences.append((len(windows), window.text[first:last], path.rsplit(" > ", 1)[-1]))
            windows.append(window)
        progress(1)
    likeness = Likeness([f"{w.context} {w.text}" for w in windows])
    rng.shuffle(sentences)
    made: dict[str, int] = defaultdict(int)
    regions = sorted({w.region for w in windows if w.region})
    for at, sentence, heading in sentences:
        window = windows[at]
        if made[window.document] >= _PER_DOCUMENT or not 12 <= len(sentence) <= 180:
            continue
        asked = list(questions_about(sentence, heading, rng))
        chosen = rng.choice(asked)
        if len(chosen.question) < 5:
            continue
        made[window.document] += 1
        found = _group(chosen, window, at, sentence, windows, of_document, likeness, regions, rng)
        yield from (group for group in found if len(group.question) >= _SHORTEST)


def leaks(records: Iterable[Record], measured: Iterable[Record]) -> set[str]:
    """Ids of the records that share a title or a run of text with a measured document."""
    titles: set[str] = set()
    shingles: set[str] = set()
    for record in measured:
        titles.add(squash(record.title))
        key = squash(record.text)
        shingles.update(key[i : i + _SHINGLE] for i in range(0, max(1, len(key) - _SHINGLE), _SHINGLE))
    titles.discard("")
    found: set[str] = set()
    for record in records:
        key = squash(record.text)
        runs = (key[i : i + _SHINGLE] for i in range(max(1, len(key) - _SHINGLE)))
        if squash(record.title) in titles or sum(run in shingles for run in runs) >= 2:
            found.add(record.record_id)
    return found


def _group(
    asked: Asked,
    window: Window,
    at: int,
    sentence: str,
    windows: Sequence[Window],
    of_document: Mapping[str, Sequence[int]],
    likeness: Likeness,
    regions: Sequence[str],
    rng: random.Random,
) -> Iterator[Group]:
    """The group of one question, and now and then its twin about another place or year, which nothing answers."""
    question = plainly(asked.question, rng)
    placed = bool(window.region) and rng.random() < 0.5
    years = _YEAR.findall(window.context)
    dated = bool(years) and rng.random() < 0.4
    before = (window.region if placed else "") + (f"{years[0]}年" if dated else "")
    alike = likeness.most(before + question, _ALIKE)
    own = set(of_document[window.document])
    same = [i for i in alike if i in own and i != at]
    # Another document may answer as well, unless the question says whose rule it asks about.
    far = [i for i in alike if i not in own and placed and windows[i].region not in ("", window.region)]
    negatives = [windows[i] for i in _mixed(far, same or [i for i in own if i != at], rng)]
    if asked.absent:
        yield Group("official", window.document, before + question, (window, *negatives[: _NEGATIVES - 1]), 0)
        return
    negatives += _without(window, lambda s: squash(s) == squash(sentence))
    rng.shuffle(negatives)
    yield Group("official", window.document, before + question, (window, *negatives[:_NEGATIVES]))
    if (placed or dated) and rng.random() < 0.5:
        place, year = window.region if placed else "", f"{years[0]}年" if dated else ""
        if placed and (not dated or rng.random() < 0.6):
            place = rng.choice([r for r in regions if r != place])
        elif dated:
            year = f"{int(years[0]) + rng.choice((-3, -2, -1, 1, 2, 3))}年"
            if year[:4] in window.context + window.text:
                return
        yield Group("official", window.document, place + year + question, (window, *negatives[:1]), 0)


def _cut_all(records: Mapping[str, Record]) -> tuple[list[Window], dict[str, list[int]]]:
    windows: list[Window] = []
    by_document: dict[str, list[int]] = defaultdict(list)
    for record in records.values():
        text = simplify(record.text)
        for start, end in windows_of(text):
            by_document[record.record_id].append(len(windows))
            windows.append(Window(record.record_id, simplify(record.title), text[start:end]))
    return windows, by_document


def _mixed(others: Sequence[int], beside: Sequence[int], rng: random.Random) -> list[int]:
    """Hard negatives: the most alike of both kinds in turn, and one from further down."""
    near, own = list(others[:6]), list(beside[:4])
    rng.shuffle(near)
    out = own[:2] + near[:2]
    out += [i for i in (*own[2:], *near[2:]) if i not in out]
    return out[:_NEGATIVES]


def _without(window: Window, telling: Callable[[str], bool]) -> list[Window]:
    """The window without its telling sentences, where enough is left."""
    kept = "".join(window.text[a:b] for a, b in split_sentences(window.text) if not telling(window.text[a:b]))
    return [replace(window, text=kept)] if _REST <= len(kept) < len(window.text) else []


def _holds(window: Window, answers: Sequence[str]) -> bool:
    return _tells(answers, window.text)


def _tells(answers: Sequence[str], text: str) -> bool:
    key = squash(text)
    return any(a and a in key for a in answers)


def _region_of(document: PolicyDocument) -> str:
    """A short name of the place a document is of; empty where none is named."""
    mentions = innermost(document.title or "")
    code = mentions[0].code if mentions else document.issuer_region
    return re.sub(r"(?:省|市|区|县|自治区|自治州)$", "", region_name(code)) if code else ""


def _path_at(document: PolicyDocument, start: int) -> str:
    within = [s for s in document.sections if s.start <= start < s.end]
    return max(within, key=lambda s: (s.level, s.start)).path if within else ""
