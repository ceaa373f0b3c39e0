"""How much of a question a piece of text speaks about, term by term.

Works on search keys (``squash``), so width, case, white space and traditional characters do not matter. A term is
held exactly, by a synonym, by a full name it abbreviates (人社局 / 人力资源和社会保障局), or in part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.query import Term
from kb.text import squash

# General words of the genre that stand for one another. Not names, not figures.
_SYNONYMS = (
    "补贴 补助 奖补 资助 奖励 扶持资金",
    "牵头 牵头单位 负责 主管 责任单位",
    "部门 单位 机构",
    "电话 联系电话 联系方式 咨询电话 手机号",
    "建立 设立 成立 建 组建",
    "新增 新增加 净增 新培育",
    "面积 平方米 平米 空间",
    "万方 万平方米",
    "平米 平方米",
    "建议 意见",
    "举办 开展 组织 办",
    "员工 职工 从业人员",
    "涨 增长 增加 提高 上升 提到 跃升 增长到 发展到",
    "涨到 增长到 增加到 跃升至 提高到",
    "变成 转型 转变 转为",
    "印发 发布 出台 下发 公布 颁布",
    "签发 印发",
    "落款 成文 印发",
    "截止 截至 结束",
    "申请 申报 办理 申领",
    "材料 资料 手续",
    "企业 公司",
    "人数 人次 名 人",
    "引进 引入 招引 集聚",
    "地址 地点 位置",
    "条件 要求 资格",
    "目标 目的",
    "规模 总额 总规模",
    "专利 知识产权",
    "揭牌 成立 设立",
    "职务 主任 司长 局长 处长 总经理 理事长 负责人",
    "情况 类型",
    "意思 是指 指",
    "合作 联动 协作",
    "限期 期限 有效期",
    "新能源车 新能源汽车",
    "燃油车 燃油汽车",
    "高新企业 高新技术企业 国高新",
    "就业 吸纳就业 带动就业",
    "房租 租金",
    "缴费 缴纳 参保缴费",
)


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for group in _SYNONYMS:
        names = group.split()
        for name in names:
            table.setdefault(name, []).extend(n for n in names if n != name)
    return {k: tuple(dict.fromkeys(v)) for k, v in table.items()}


_AGENCY = re.compile(r"[\u4e00-\u9fff]{2,16}?(?:委员会|办公室|局|厅|部|委|办|院|会|中心|大学|学院)")
_AGENCY_END = re.compile(r"(?:局|厅|部|委|办|院|会|中心|大学|学院)$")
_ASCII = re.compile(r"[a-z0-9.]+")


@lru_cache(maxsize=8192)
def agencies(key: str) -> tuple[str, ...]:
    """Agency-like names in a search key, shortest readings."""
    return tuple(dict.fromkeys(_AGENCY.findall(key)))


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
    tail = full[at + 1 :]
    return tail in ("", "员会", "公室")


def held(term: str, key: str) -> float:
    """How far a text (search key) holds a term: 1 exactly, less by synonym, abbreviation or in part, 0 not at all."""
    if not term:
        return 0.0
    if _ASCII.fullmatch(term):
        return 1.0 if re.search(rf"(?<![a-z0-9.]){re.escape(term)}(?![a-z0-9])", key) else 0.0
    if term in key:
        return 1.0
    if any(s in key for s in _synonyms().get(term, ())):
        return 0.8
    if len(term) >= 3 and _AGENCY_END.search(term) and any(abbreviates(term, a) for a in agencies(key)):
        return 0.95
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


def weigh(terms: Sequence[Term], idf: Callable[[str], float]) -> tuple[WeightedTerm, ...]:
    """Terms as search keys, weighed by salience and rarity."""
    return tuple(WeightedTerm(squash(t.text), t.salience * idf(t.text)) for t in terms)


def coverage(terms: Sequence[WeightedTerm], key: str) -> float:
    """The weighted share (0..1) of terms a text holds; 1 where there are none."""
    total = sum(t.weight for t in terms)
    return sum(t.weight * held(t.term, key) for t in terms) / total if total else 1.0
