"""Things that rule each other out: who works for a private firm is no civil servant, a let house is not one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import DENIES, Facts
from kb.support.reading import Finding, found

#: What a condition names, and what somebody says of whom it cannot hold
_APART: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(named), re.compile(said))
    for named, said in (
        (
            r"公务员(?!法)|参照公务员法管理的(?:工作)?人员|机关事业单位(?:在编)?(?:工作)?人员|在编(?:在岗)?人员|财政供养人员|"
            r"(?:(?:中央|上级|[省市])[、和及]?)*驻[\u4e00-\u9fff]{1,3}?(?:机关|机构|单位)(?:的)?(?:工作)?人员",
            r"(?:民营|私营|私人|外资)(?:的)?(?:企业|公司|单位|工厂|厂)|私企|民企|外企|自由职业|灵活就业|自己(?:创业|开)|失业",
        ),
        (
            r"(?:本人|自己|经营者|法定代表人)[\u4e00-\u9fff]{0,8}(?:房产|物业|房屋|用房)",
            r"(?:租[用了的]?|借用)[^，]{0,4}(?:村集体|集体|国有|公家|园区|商场|写字楼|别人|他人|外人)|"
            r"不是(?:自己|自家|本人|亲)|房东(?:不是|是外)|(?:外人|别人|他人)的房",
        ),
        (r"国有企业|国企", r"民营|私营|个体工商户|私企"),
        (r"劳务派遣(?:单位|企业|机构)", r"不是劳务派遣"),
    )
)

#: Terms that say the same wherever they stand
_SAME = re.compile(r"(?:机关|事业单位|、|和|国有企业)*在编(?:在岗)?(?:工作)?人员|失信|破产|劳务派遣单位")
_TERM = re.compile("在编|失信|破产|劳务派遣单位")
#: Recognition by a body (经市主管部门认定), and that one has not got it
_RECOGNISED = re.compile(r"经[^，。；]{0,24}?(?P<what>认定|评定|评审|备案|批准|核准|验收|立项)(?:通过|合格)?")

_NOT = re.compile(rf"{DENIES.pattern}|不(?:能|得|可以?)?是|非$")


def opposites_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The parts of a condition that a statement rules out."""
    for match in _SAME.finditer(text):
        why = next(
            (s for s in facts.free if _TERM.findall(match.group())[0] in s.text and not DENIES.search(s.text)), None
        )
        if why is not None:
            yield found(match.start(), match.end(), not _NOT.search(text[: match.start()]), why)
    for match in _RECOGNISED.finditer(text):
        denial = re.compile(rf"(?:没有?|未|尚未)(?:经过?|通过|做|办|申请)?[^，]{{0,10}}{match['what']}$")
        why = next((s for s in facts.free if denial.search(s.text)), None)
        if why is not None:
            yield found(match.start(), match.end(), False, why)
    for named, said in _APART:
        for match in named.finditer(text):
            why = next((s for s in facts.free if said.search(s.text)), None)
            if why is not None:
                yield found(match.start(), match.end(), bool(_NOT.search(text[: match.start()])), why)
