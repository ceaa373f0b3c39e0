"""How well verification tells faithful sentences from corrupted ones, on sentences made from a set's documents.

Faithful: the document's own words, and the same said otherwise (numerals in Han, a clause left out, 元 for 万元).
Corrupted: another digit, another true figure of the same passage, another year, a duty for a leave, a ban lifted, an
agency that is not named, another unit, a ceiling for a floor, another 文号.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.model import Record
from kb.model import AnswerSentence, Citation
from kb.text import find_dates, find_doc_numbers, find_quantities, split_sentences
from kb.verify import unsupported

_DIGITS = "0123456789"
_AGENCY = re.compile(
    r"市?(?:人力资源和社会保障局|科学技术局|财政局|住房和城乡建设局|民政局|市场监督管理局|教育局|商务局)"
)
_MODES = (("应当", "可以"), ("可以", "应当"), ("必须", "可以"), ("不得", "可以"))
_BOUNDS = (("不超过", "不少于"), ("不少于", "不超过"), ("最高", "最低"), ("以上", "以下"), ("以内", "以上"))
_UNITS = {
    "万元": "亿元",
    "元": "万元",
    "年": "个月",
    "个月": "年",
    "家": "人",
    "人": "家",
    "%": "个百分点",
    "个工作日": "个月",
}
_HAN = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with the passage it cites; ``kind`` says how it was made."""

    kind: str
    faithful: bool
    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Rate:
    """Of a kind of sentence: how many, and how many were judged rightly (passed, or caught)."""

    count: int
    right: int
    faithful: bool

    @property
    def share(self) -> float:
        """The share judged rightly."""
        return self.right / self.count if self.count else 0.0


Change = Callable[[str, str, random.Random], str | None]


def cases(records: Sequence[Record], per_kind: int, seed: int) -> Iterator[Case]:
    """Up to ``per_kind`` cases of each kind, from sentences in an order that the seed decides."""
    rng = random.Random(seed)
    places = [(record, a, b) for record in records for a, b in split_sentences(record.text) if 16 <= b - a <= 160]
    rng.shuffle(places)
    made = dict.fromkeys(KINDS, 0)
    for record, start, end in places:
        passage = _passage(record, start, end)
        sentence = " ".join(record.text[start:end].split())
        for kind, (faithful, change) in KINDS.items():
            if made[kind] < per_kind and (text := change(sentence, passage.quote, rng)):
                made[kind] += 1
                yield Case(kind, faithful, text, passage)
        if min(made.values()) >= per_kind:
            return


def rates(found: Sequence[Case]) -> Mapping[str, Rate]:
    """By kind, how the verification judges the cases."""
    by_kind: dict[str, Rate] = {}
    for case in found:
        passed = not unsupported(AnswerSentence(case.text, (1,)), [case.citation])
        before = by_kind.get(case.kind, Rate(0, 0, case.faithful))
        by_kind[case.kind] = Rate(before.count + 1, before.right + (passed == case.faithful), case.faithful)
    return by_kind


def _passage(record: Record, start: int, end: int) -> Citation:
    """The paragraph around a sentence, up to some 300 characters, as a citation."""
    first = max(record.text.rfind("\n", 0, max(0, start - 120)) + 1, start - 160)
    last = record.text.find("\n", min(len(record.text), end + 120))
    last = min(last if last >= 0 else len(record.text), end + 160)
    return Citation(1, record.record_id, "r", record.title, None, None, first, last, record.text[first:last])


def _own(sentence: str, passage: str, rng: random.Random) -> str | None:
    return sentence


def _clause_left_out(sentence: str, passage: str, rng: random.Random) -> str | None:
    clauses = re.split(r"(?<=[，；])", sentence)
    if len(clauses) < 3:
        return None
    kept = [c for i, c in enumerate(clauses) if i != rng.randrange(1, len(clauses) - 1)]
    return "".join(kept)


def _han_numerals(sentence: str, passage: str, rng: random.Random) -> str | None:
    found = re.search(r"(?<![\d.])([2-9])(?=个|年|家|人|项|次|天)(?!个?百分点)", sentence)
    return sentence[: found.start()] + _HAN[int(found.group())] + sentence[found.end() :] if found else None


def _in_yuan(sentence: str, passage: str, rng: random.Random) -> str | None:
    found = re.search(r"(?<![\d.])(\d{1,4})万元", sentence)
    return sentence.replace(found.group(), f"{int(found.group(1)) * 10000}元", 1) if found else None


def _said_shortly(sentence: str, passage: str, rng: random.Random) -> str | None:
    """The clause with a figure and the one before it, with an opening of one's own."""
    clauses = [c for c in re.split(r"[，；。]", sentence) if c]
    at = next((i for i, c in enumerate(clauses) if any(q.unit for q in find_quantities(c))), None)
    if at is None or len(clauses) < 2:
        return None
    return "按规定，" + "，".join(clauses[max(0, at - 1) : at + 1]) + "。"


def _digit(sentence: str, passage: str, rng: random.Random) -> str | None:
    places = [m.start() for m in re.finditer(r"\d", sentence)]
    for at in rng.sample(places, len(places)):
        new = rng.choice(_DIGITS.replace(sentence[at], ""))
        if new == "0" and not (at and sentence[at - 1].isdigit()):
            new = "9" if sentence[at] != "9" else "8"
        changed = sentence[:at] + new + sentence[at + 1 :]
        number = re.search(r"\d+(?:\.\d+)?", changed[max(0, re.search(r"\d*$", changed[:at]).start()) :])  # type: ignore[union-attr]
        if number and number.group() not in passage:
            return changed
    return None


def _true_figure(sentence: str, passage: str, rng: random.Random) -> str | None:
    own = [q for q in find_quantities(sentence) if q.unit and q.raw[0].isdigit()]
    for quantity in rng.sample(own, len(own)):
        others = {
            q.raw
            for q in find_quantities(passage)
            if q.unit == quantity.unit and q.value != quantity.value and q.raw[0].isdigit() and q.raw not in sentence
        }
        if others:
            return sentence[: quantity.start] + rng.choice(sorted(others)) + sentence[quantity.end :]
    return None


def _swapped(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Two figures of the sentence itself, changed about."""
    found = [q for q in find_quantities(sentence) if q.unit and q.raw[0].isdigit()]
    for a in found:
        for b in found:
            if a.end < b.start and a.unit == b.unit and a.value != b.value:
                middle = sentence[a.end : b.start]
                return sentence[: a.start] + b.raw + middle + a.raw + sentence[b.end :]
    return None


def _year(sentence: str, passage: str, rng: random.Random) -> str | None:
    for date in find_dates(sentence):
        if date.year and not date.until:
            year = str(date.year + rng.choice((-2, -1, 1, 2)))
            if year not in passage:
                return sentence.replace(str(date.year), year, 1) if str(date.year) in sentence else None
    return None


def _number(sentence: str, passage: str, rng: random.Random) -> str | None:
    for number in find_doc_numbers(sentence):
        if number.year:
            return (
                sentence[: number.end].replace(f"{number.number}号", f"{number.number + 7}号") + sentence[number.end :]
            )
    return None


def _replaced(pairs: Sequence[tuple[str, str]]) -> Change:
    def change(sentence: str, passage: str, rng: random.Random) -> str | None:
        return next((sentence.replace(a, b, 1) for a, b in pairs if a in sentence), None)

    return change


def _unit(sentence: str, passage: str, rng: random.Random) -> str | None:
    for unit, other in _UNITS.items():
        found = re.search(rf"\d{re.escape(unit)}(?![\d元])", sentence)
        if found:
            changed = sentence[: found.start() + 1] + other + sentence[found.end() :]
            return changed if changed != sentence else None
    return None


def _body(sentence: str, passage: str, rng: random.Random) -> str | None:
    found = _AGENCY.search(sentence)
    others = [a for a in ("市气象局", "市体育局", "市水务局", "市林业局") if a not in passage]
    return sentence[: found.start()] + rng.choice(others) + sentence[found.end() :] if found and others else None


KINDS: Mapping[str, tuple[bool, Change]] = {
    "原句": (True, _own),
    "省去一个分句": (True, _clause_left_out),
    "数字写成汉字": (True, _han_numerals),
    "万元写成元": (True, _in_yuan),
    "只说要点": (True, _said_shortly),
    "改一位数字": (False, _digit),
    "换成同段别的数": (False, _true_figure),
    "两个数对调": (False, _swapped),
    "换年份": (False, _year),
    "换文号": (False, _number),
    "换单位": (False, _unit),
    "换部门": (False, _body),
    "应当、可以对换": (False, _replaced(_MODES)),
    "去掉否定": (
        False,
        _replaced([("不得", "可"), ("不予", "予以"), ("不享受", "享受"), ("不能", "能"), ("不再", "继续")]),
    ),
    "上下限对换": (False, _replaced(_BOUNDS)),
}
