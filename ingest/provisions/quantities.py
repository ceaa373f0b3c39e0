"""Sums, percentages, multiples, periods and counts as policy texts write them."""

from __future__ import annotations

import re

from ingest.provisions.lexicon import EACH, SUPPORT

_EACH = "|".join(EACH)
#: Thousands set apart: 1,000 and 2 000, but not the number of a table and its first sum (附件1 500元).
_GROUPED = r"(?:\d{1,3}(?:[,，]\d{3})+|(?<![件表图档第号类栏])[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+)(?!\d)"
QUANTITY = re.compile(
    rf"""(?<![\d.A-Za-z])
    (?: (?P<list>(?:\d{{1,6}}(?:\.\d{{1,4}})?、){{1,6}})?                      # 1100、1700、2100元
        (?P<digits>{_GROUPED}(?:\.\d+)?|\d{{1,9}}(?:\.\d{{1,4}})?)
      | (?P<han>[一二两三四五六七八九十百]{{1,5}})
        (?=[百千]?[万亿]?元|[百千]?万(?![\u4e00-\u9fff])|倍|个?月|年|次|套|户|人|个季度) )
    (?:\s?[万亿%％]?元?\s?[-—–－~～至到]{{1,2}}\s?\d{{1,9}}(?:\.\d{{1,4}})?)?        # 20万至90万元
    \s?
    (?: (?P<money>(?:[余多]?[百千]?[万亿]{{1,2}})?\s?(?:美元|港元|元)(?![旦素宵件宇组器])(?:人民币)?
            (?:\s?[/每]\s?(?:{_EACH})(?:[·.•/／每](?:{_EACH}))?)?                # 元/人·月
          | [百千]?万(?=\s?(?:[-—–~～至到、和及或，。；）]|$|的?(?:一次性)?(?:{SUPPORT}))) )
      | (?P<share>[%％‰]|个百分点|个点|个?bp|个基点|倍)
      | (?P<span>个?(?:周年|工作日|自然年|年度|季度|学年|学期)|个月|年(?!代|级|度?[^度]{{0,2}}月|初|底|末)|天)
      | (?P<count>次|人次|人|名|家|户|套|项|场|平方米|辆|台|个(?!工作日|百分点|基点|月)) )
    | (?P<han_share>百分之[一二三四五六七八九十百零点]{{1,6}})
    """,
    re.VERBOSE,
)
#: What a sum is for one of: 每人每月, 每新增1人.
QUALIFIER = re.compile(
    rf"(?:(?:每|1|一)(?:招用|新增|引进|培养|吸纳|培育|增加|新建|培训)?[一1]?个?(?:{_EACH}|企业|品种|项目|单位|车次))"
    r"{1,3}(?:给予|补贴|补助|奖励|资助|发放|支付)?(?:最高)?$|(?:人均|户均|年均)$"
)
FOR_EACH = re.compile(rf"每(?:{_EACH})")


def is_share(match: re.Match[str]) -> bool:
    """Whether a quantity is a percentage or a multiple."""
    return bool(match["share"] or match["han_share"])
