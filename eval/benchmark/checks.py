"""Whether every question is sound: its quotes stand in the documents, its gold stands in its quotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from eval.benchmark.derived import derivable
from eval.figures import Figure, figures, supports
from eval.gold import find_gold
from eval.model import Dataset, Question
from eval.stated import mentions, states

#: Why a question has no answer in the documents, by the field ``near``.
NEAR = ("年份", "地区", "层级", "文号", "指标", "对象", "错误前提", "范围外")
TYPES = (
    "数值",
    "责任单位",
    "时间",
    "条件",
    "材料流程",
    "列举",
    "定义",
    "文号",
    "有效性",
    "比较",
    "多文件",
    "表格",
    "追问",
)
STYLES = ("书面", "口语", "错别字", "简称", "繁体")
#: What decides between the right document and its look-alikes where words do not, by the field ``hard``.
_NUMBER = re.compile(r"[〔\[［]\d{4}[〕\]］]\d+号")  # of a 文号: nothing is worked out of it
HARD = ("现行", "时点", "地点", "关系", "换说法", "对象")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a question."""

    question_id: str
    what: str


def faults(dataset: Dataset, rows: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """All faults of a part of the set; ``rows`` are its questions as written, by id."""
    found: list[Fault] = []
    for question in dataset.questions:
        row = rows[question.question_id]
        says = _answerable(question, row, dataset) if question.answerable else _unanswerable(question, row)
        found.extend(Fault(question.question_id, what) for what in (*_labels(row), *says))
    return found + [Fault(first, f"与 {second} 是同一个问题") for first, second in _doubles(dataset.questions)]


def strangers(rows: Iterable[Mapping[str, Any]], families: Mapping[str, str]) -> list[Fault]:
    """Documents and families that questions name and the manifest (document -> family) does not hold."""
    found: list[Fault] = []
    for row in rows:
        named = dict.fromkeys([*(e.get("policy_id", "") for e in row.get("evidence", [])), *row.get("also", [])])
        found += [Fault(row["_id"], f"没有收录文件 {policy_id}") for policy_id in named if policy_id not in families]
        if row.get("family") not in families.values():
            found.append(Fault(row["_id"], f"没有 {row.get('family')} 这一族"))
    return found


def shared(parts: Mapping[str, Dataset]) -> list[Fault]:
    """Questions of one part that another part has, too."""
    every = [question for dataset in parts.values() for question in dataset.questions]
    own = {q.question_id: part for part, dataset in parts.items() for q in dataset.questions}
    twice = Counter(q.question_id for q in every)
    found = [Fault(name, "几个部分都有这个编号") for name, count in twice.items() if count > 1]
    return found + [Fault(a, f"与 {b} 是同一个问题") for a, b in _doubles(every) if own[a] != own[b]]


def crossing(parts: Mapping[str, Dataset], families: Mapping[str, str]) -> dict[str, list[str]]:
    """Families that questions of more than one part rest on, with the parts: a split by family has none."""
    used: dict[str, set[str]] = {}
    for part, dataset in parts.items():
        for question in dataset.questions:
            for policy_id in (e.policy_id for e in question.evidence):
                if policy_id and policy_id in families:
                    used.setdefault(families[policy_id], set()).add(part)
    return {family: sorted(names) for family, names in used.items() if len(names) > 1}


def _labels(row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("type") not in TYPES:
        yield f"type 应为 {'、'.join(TYPES)} 之一"
    if row.get("style", "书面") not in STYLES:
        yield f"style 应为 {'、'.join(STYLES)} 之一"
    if "hard" in row and row["hard"] not in HARD:
        yield f"hard 应为 {'、'.join(HARD)} 之一"


def _answerable(question: Question, row: Mapping[str, Any], dataset: Dataset) -> Iterator[str]:
    if not question.evidence:
        yield "没有依据"
    if not question.answers and not question.must:
        yield "没有标准答案"
    if row.get("near"):
        yield "可答的问题不应有 near"
    gold = find_gold(question, dataset.records)
    yield from (f"依据{why}" for why in gold.lost)
    yield from _unsupported(question, derived=bool(row.get("derived")))
    asked = "\n".join((*question.history, question.text))
    yield from (f"问句里就有标准答案“{m}”" for m in question.must if mentions(asked, m))
    yield from (f"问句里就有标准答案“{a}”" for a in question.answers if states(asked, a))
    for evidence in question.evidence:
        if not evidence.policy_id or evidence.policy_id not in question.relevant:
            yield "依据没有写 policy_id，或 qrels 里没有这份文件"


def _unsupported(question: Question, *, derived: bool) -> Iterator[str]:
    """Gold that its quotes do not hold: figures, all ``must``, and ``answers`` where they are not derived.

    Figures of what is derived may also be those of the question, or worked out of two of them in one step; its words
    are not checked.
    """
    quoted = "\n".join(e.quote for e in question.evidence)
    held = _held(quoted)
    if derived:
        asked = "\n".join((*question.history, question.text))
        held += [*_held(asked), *derivable(_held(_NUMBER.sub("", f"{quoted}\n{asked}")))]
    for wanted in (*question.must, *question.answers):
        if mentions(quoted, wanted):
            continue
        if missing := [f.raw for f in figures(wanted) if not _reached(f, held)]:
            yield f"标准答案“{wanted}”里的{'、'.join(missing)}不在依据里"
        elif wanted in question.must:
            yield f"要点“{wanted}”不在依据里"
    if derived:
        return
    said = [a for a in question.answers if states(quoted, a)]
    if question.must:
        others = (a for a in question.answers if a not in said and not all(mentions(a, m) for m in question.must))
        yield from (f"标准答案“{a}”不在依据里，也没有全部要点" for a in others)
    elif question.answers and not said:
        yield "没有一个标准答案在依据里"


def _held(text: str) -> list[Figure]:
    """The figures of a text, and the one that 每年, 每月 stand for."""
    each = (("每年", "年"), ("每月", "个月"), ("每个月", "个月"))
    return figures(text) + [Figure(Decimal(1), unit, word) for word, unit in each if word in text]


def _reached(figure: Figure, held: list[Figure]) -> bool:
    """Whether a figure is among others: a cell of a table has neither unit nor scale, and a year is 12 months."""
    cell = re.match(r"[\d.]+", figure.raw)
    if cell and Decimal(cell[0]) in {h.value for h in held if not h.unit}:
        return True
    months = replace(figure, value=figure.value * 12, unit="个月")
    return supports(held, figure) or (figure.unit == "年" and supports(held, months))


def _unanswerable(question: Question, row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("near") not in NEAR:
        yield f"near 应为 {'、'.join(NEAR)} 之一"
    if question.evidence or question.answers or question.must or question.relevant:
        yield "不可答的问题不应有依据、答案或相关文件"
    if "hard" in row:
        yield "不可答的问题不应有 hard"


def _doubles(questions: Sequence[Question]) -> Iterator[tuple[str, str]]:
    seen: dict[tuple[str, ...], str] = {}
    for question in questions:
        key = (*question.history, re.sub(r"[\s，。？?！!、]", "", question.text), str(question.as_of))
        if key in seen:
            yield question.question_id, seen[key]
        seen.setdefault(key, question.question_id)


def mix(rows: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """How many questions there are by type, style and family, of the unanswerable by ``near``, of some by ``hard``."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in ("type", "style", "family", "near", "hard")}
    for row in rows:
        counted["type"][row["type"]] += 1
        counted["style"][row.get("style", "书面")] += 1
        counted["family"][row["family"]] += 1
        if row.get("answerable") is False:
            counted["near"][row["near"]] += 1
        if "hard" in row:
            counted["hard"][row["hard"]] += 1
    return counted
