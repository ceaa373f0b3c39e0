"""How much of a question a piece of text speaks about, term by term.

Works on search keys (``squash``), so width, case, white space and traditional characters do not matter. A term is
held exactly, by a synonym, by a full name it abbreviates (人社局 / 人力资源和社会保障局), or in part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.terms import Term
from kb.text import squash
from kb.text.lexicon import synonyms

MISSING = 0.35  # held to a lesser degree than this, a term of the question is missing
_GENERIC = 0.3
_VERB = 0.5
_UNSEEN_VERB = 0.1
_AGENCY = re.compile(
    r"[\u4e00-\u9fff]{2,16}?(?:委员会|办公[室厅]|政府|(?<![当格布结时大])局(?![面部限])|(?<![大客餐])厅|法院|检察院|研究院|医院|大学(?!生)|"
    r"学院(?!派)|中心(?![城区镇任工思])|(?:工|妇|残|商|协|学|联合|基金|理事|管委|居委|村委)会|(?:发改|卫健|经信|国资|住建|团|工|党|市|区|县|省)委|妇联|残联|"
    r"(?:组织|宣传|统战|武装|财政|教育|科技|商务|公安|民政|司法|人社|社会保障|信息化|建设|交通运输|农业农村|旅游|自然资源|水利|管理|监督)部|"
    r"(?:政府|园区|街道|[管国外侨台]|金融|扶贫|人才|信访)办)"
)
_AGENCY_END = re.compile(r"(?:局|厅|部|委|办|院|会|中心|大学|学院)$")
_HAN_TAIL = re.compile(r"[\u4e00-\u9fff]+$")
_LONGEST_NAME = 18  # characters of an agency's full name
_ASCII = re.compile(r"[a-z0-9.]+")


def agencies(key: str) -> bool:
    """Whether a search key names anything like an agency."""
    return _AGENCY.search(key) is not None


def is_agency(term: str) -> bool:
    """Whether a term (search key) is itself the name of a public body."""
    return len(term) >= 3 and re.search(r"(?:局|厅|部|委|办|办公室|政府|法院|检察院|委员会)$", term) is not None


def abbreviates(short: str, full: str) -> bool:
    """Whether an agency's short name stands for a full one: 科技局 / 科学技术局, 发改委 / 发展和改革委员会.

    The characters come in the full name's order, the first is its first (a place before it aside), and the last
    names the same kind of agency.
    """
    if len(short) < 3 or len(full) <= len(short) or not _AGENCY_END.search(short):
        return False
    at = full.find(short[0])
    if at < 0 or at > 4:
        return False
    for char in short[1:]:
        at = full.find(char, at + 1)
        if at < 0:
            return False
    return full[at + 1 :] in ("", "员会", "公室")


def _abbreviated_in(short: str, key: str) -> bool:
    """Whether a text holds a full name that an agency's short name stands for."""
    for end in re.finditer(re.escape(short[-1]) + "(?:员会|公室)?", key):
        run = _HAN_TAIL.search(key, max(0, end.end() - _LONGEST_NAME), end.end())
        name = run.group() if run else ""
        for at in range(len(name)):
            if name[at] == short[0] and abbreviates(short, name[at:]):
                return True
    return False


@lru_cache(maxsize=1 << 14)  # a question asks the same of its documents' heads again with every sentence
def held(term: str, key: str) -> float:
    """How far a text (search key) holds a term: 1 exactly, less by synonym, abbreviation or in part, 0 not at all."""
    if not term:
        return 0.0
    if _ASCII.fullmatch(term):
        return 1.0 if re.search(rf"(?<![a-z0-9.]){re.escape(term)}(?![a-z0-9])", key) else 0.0
    if term in key:
        return 1.0
    if len(term) >= 3 and _AGENCY_END.search(term) and _abbreviated_in(term, key):
        return 0.95
    if any(s in key for s in synonyms().get(term, ())):
        return 0.8
    return _partly(term, key)


def _partly(term: str, key: str) -> float:
    """The share of a longer term's characters that stand in the text as runs of two and more, discounted."""
    if len(term) < 3:
        return 0.0
    covered = [False] * len(term)
    for i in range(len(term) - 1):
        if term[i : i + 2] in key:
            covered[i] = covered[i + 1] = True
    return 0.8 * sum(covered) / len(term)


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A content term as a search key and how much it says (salience times rarity, at least 0)."""

    term: str
    weight: float
    proper: bool = False


def weigh(terms: Sequence[Term], idf: Callable[[str], float]) -> tuple[WeightedTerm, ...]:
    """Terms as search keys, weighed by salience and rarity."""
    return tuple(WeightedTerm(squash(t.text), _weight(t, idf(t.text)), t.proper) for t in terms)


def _weight(term: Term, rarity: float) -> float:
    if term.salience <= _GENERIC:
        return term.salience * min(rarity, 0.5)  # a generic word stays generic, however rare it is in this base
    if term.salience <= _VERB and rarity > 1.0:
        return _UNSEEN_VERB  # a verb the base never uses is another way of saying it
    return term.salience * rarity


def coverage(terms: Sequence[WeightedTerm], key: str) -> float:
    """The weighted share (0..1) of terms a text holds; 1 where there are none."""
    total = sum(t.weight for t in terms)
    return sum(t.weight * held(t.term, key) for t in terms) / total if total else 1.0
