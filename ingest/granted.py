"""Numbers that are no goals: what is granted, its conditions and limits, rates, penalties."""

from __future__ import annotations

import re
from bisect import bisect_left

# What is granted and to whom, within one part of a sentence (between ； and ；): 每户补贴2万元, 最高50万元.
_SUPPORT = re.compile(
    r"给予|予以.{0,6}[补奖]|补[贴助]|补\d|奖[励补金]|等奖|资助|贴息|[减免]征|免收|减免|抵扣|退还|返还|报销|支付(?:比例|限额)|"
    r"(?:贷款?|可贷|提取)额度|可申请|最高(?!人民)|限额|上浮|下浮|首付|契税|缴存|每人每[年月天日次]|每[户套]|每平方米|元/|[承分]担"
)
_PENALTY = re.compile(r"罚款|并处|处以|违法所得|拘留|吊销|滞纳金|违约金|[扣得]\d+(?:\.\d+)?分")
_LIMIT = re.compile(r"不得|方可|不予")
#: Words of support in the clause itself: of these even a number of people is no goal (一等奖1名, 每户2名).
_OF_SUPPORT = re.compile(r"等奖|给予|最高(?!人民)|额度|每[人户套家生个名项]|不得|违反")
#: Sums that go to nobody: 营业收入突破10亿元, 累计发放2亿元.
_TOTAL = re.compile(
    r"累计|共(?:发放|拨付|争取|投入)|已(?:发放|拨付|落实|投入)|兑现|总(?:投资|额|量|规模|产值|收入)|产值|增加值|营业收入|"
    r"销售额|投资额|固定资产|税收|研发|生产总值|比重|覆盖率|满意度|完成率|就业率|入学率|基金|规模|投放|新增贷款|贷款余额"
)
#: Behind the number of a condition: 达到90平方米以上的, 吸纳5人以上的企业. But 30%的目标 is none.
_CONDITION = re.compile(r"[^，。；,;\n]{0,20}的(?!目标|水平|比[例重]|增[长速幅])")
_CAP = re.compile(r"[（(]不?含[）)]|以[下内]")
#: 每新增1家, 每8家孵化器 1名: a rate.
_PER = re.compile(
    r"每(?:新?增|新?引进|新?培育|获得|毕业|培训|招用|吸纳|认定|孵化|建成?|转化|个|项)?$|每\d+[人名家个户]"
)
_MONEY = {"%", "％", "个百分点", "元", "美元", "欧元", "港元"}
_AHEAD = 40  # characters looked at in front of a number for 每…
Span = tuple[int, int]


class Grants:
    """The numbers of one sentence that are an amount of support, a condition of it, a limit, a rate or a penalty.

    Every stretch of the sentence is searched once, however many numbers it has.
    """

    def __init__(self, text: str, start: int, end: int, *, adds_up: bool) -> None:
        """Read ``text[start:end]``; ``adds_up``: it is a report, where 共兑现900万元，其中奖励200万元 are totals."""
        self._text, self._span, self._adds_up = text, (start, end), adds_up
        self._parts = [m.start() for m in re.finditer("[；;]", text[start:end])]
        self._clauses = [m.start() for m in re.finditer("[，,。；;：:（(）)]", text[start:end])]
        self._known: dict[tuple[re.Pattern[str], Span], bool] = {}

    def covers(self, match: re.Match[str]) -> bool:
        """Whether a number (a match with ``unit`` and ``after``) is no goal."""
        part, own = self._around(match, self._parts), self._around(match, self._clauses)
        ahead = self._text[max(own[0], match.start() - _AHEAD) : match.start()]
        if self._has(_PENALTY, part) or _PER.search(ahead):
            return True
        supports = self._has(_SUPPORT, part)
        if not supports and not self._has(_LIMIT, part):
            return False
        sum_of_money = not match["unit"] or match["unit"] in _MONEY
        return bool(
            _CONDITION.match(self._text, match.end(), own[1])
            or match["after"] in {"以下", "以内"}
            or _CAP.match(self._text, match.end())
            or self._has(_OF_SUPPORT, own)
            or (supports and sum_of_money and not self._has(_TOTAL, part if self._adds_up else own))
        )

    def _has(self, pattern: re.Pattern[str], span: Span) -> bool:
        at = (pattern, span)
        if at not in self._known:
            self._known[at] = pattern.search(self._text[slice(*span)]) is not None
        return self._known[at]

    def _around(self, match: re.Match[str], stops: list[int]) -> Span:
        """The stretch of the sentence around a number that none of the stops divides."""
        start, end = self._span
        before = bisect_left(stops, match.start() - start) - 1
        behind = bisect_left(stops, match.end() - start)
        left = start + stops[before] + 1 if before >= 0 else start
        return left, start + stops[behind] if behind < len(stops) else end
