"""Ways to say a document's sentence otherwise: faithfully, and wrongly."""

from __future__ import annotations

from collections.abc import Mapping

from eval.rewording import corrupted, faithful
from eval.rewording.corrupted import Change

__all__ = ["KINDS", "Change"]

#: By name: whether what it makes is faithful, and how it is made.
KINDS: Mapping[str, tuple[bool, Change]] = {
    "原句": (True, faithful.own),
    "省去一个分句": (True, faithful.clause_left_out),
    "分号前后调换": (True, faithful.parts_moved),
    "只说要点": (True, faithful.said_shortly),
    "省去修饰": (True, faithful.fillers_left_out),
    "换同义词": (True, faithful.other_words),
    "数字写成汉字": (True, faithful.han_numerals),
    "万元写成元": (True, faithful.in_yuan),
    "百分数写成汉字": (True, faithful.percent_in_words),
    "改一位数字": (False, corrupted.digit),
    "换成同段别的数": (False, corrupted.true_figure),
    "两个数对调": (False, corrupted.swapped),
    "换年份": (False, corrupted.year),
    "换成同段别的日期": (False, corrupted.deadline),
    "换文号": (False, corrupted.doc_number),
    "换条号": (False, corrupted.article),
    "换单位": (False, corrupted.unit),
    "换成没有提到的部门": (False, corrupted.stranger),
    "换成同段别的部门": (False, corrupted.other_body),
    "换对象": (False, corrupted.subject),
    "应当、可以对换": (False, corrupted.replaced(corrupted.MODES)),
    "去掉否定": (False, corrupted.replaced(corrupted.UNDENIED)),
    "添上否定": (False, corrupted.replaced(corrupted.DENIED)),
    "上下限对换": (False, corrupted.replaced(corrupted.BOUNDS)),
}
