"""Things that rule each other out: who works for a private firm is no civil servant, a let house is not one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.meanings import grams
from kb.support.polarity import affirms, denials
from kb.support.reading import Finding, found
from kb.support.speaking import NOT_YET

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
            r"不是(?:自己|自家|本人|亲)|房东(?:不是|是外)|(?:外人|别人|他人)的房|"
            r"(?:向|跟|从|找)(?![^，。]*(?:自[己家]|亲|父|母|爸|妈|爱人|老[婆公]|丈夫|妻|媳妇|儿子|女儿|[哥姐弟妹叔舅姑姨伯]|本人|家里))[^，。]{0,12}(?:公司|街道|社区|村委会?|居委会?|园区|商场|市场|中心|集团|学校)[^，。]{0,4}租",
        ),
        (r"国有企业|国企", r"民营|私营|个体工商户|私企"),
        (r"劳务派遣(?:单位|企业|机构)", r"不是劳务派遣"),
    )
)

#: Terms that say the same wherever they stand
_SAME = re.compile(r"(?:机关|事业单位|、|和|国有企业)*在编(?:在岗)?(?:工作)?人员|失信|破产|劳务派遣单位")
_TERM = re.compile("在编|失信|破产|劳务派遣单位")
#: Who says to be recognised, and by whom
_IS_RECOGNISED = re.compile(r"认定|评定|评上|评为|核准|批准")
_BY = re.compile(r"经(?:本?(?P<level>[省市区县])[^，。；]{0,3})?[^，。；]{0,16}?(?P<what>认定|评定|核准|批准)的?")
#: Recognition by a body (经市主管部门认定), and that one has not got it
_RECOGNISED = re.compile(r"经[^，。；]{0,24}?(?P<what>认定|评定|评审|备案|批准|核准|验收|立项)(?:通过|合格)?")


def opposites_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The parts of a condition that a statement rules out."""
    for match in _SAME.finditer(text):
        why = next((s for s in facts.free if _TERM.findall(match.group())[0] in s.text and affirms(s.text)), None)
        if why is not None:
            denial = _before(text, match.start())
            yield found(match.start() if denial is None else denial, match.end(), denial is None, why)
    for match in _RECOGNISED.finditer(text):
        lacks = re.compile(rf"(?:没有?|未|尚未)(?:经过?|通过|做|办|申请)?[^，]{{0,10}}{match['what']}$")
        why = next((s for s in facts.free if lacks.search(s.text)), None)
        if why is not None:
            yield found(match.start(), match.end(), False, why)
    yield from _recognised(text, facts)
    for named, said in _APART:
        for match in named.finditer(text):
            so = next((s for s in facts.free if named.search(s.text) and affirms(s.text)), None)
            why = so or next((s for s in facts.free if said.search(s.text)), None)
            if why is not None:
                denial = _before(text, match.start())
                yield found(
                    match.start() if denial is None else denial, match.end(), (denial is None) is (so is not None), why
                )


def _before(text: str, start: int) -> int | None:
    """Where the denial begins that stands before a place (不是…的人员); None where there is none."""
    return next((d.start() for d in reversed(denials(text[:start]))), None)


def _recognised(text: str, facts: Facts) -> Iterator[Finding]:
    """经本省主管部门认定的…: by who says to be recognised as what stands behind it (省里认定的D类人才)."""
    for match in _BY.finditer(text):
        what = grams(re.split("[，；。]", text[match.end() :])[0])
        for said in facts.free:
            level = re.search(r"(?:国家|[省市区县])(?=里|级|上|人|主管|$)", said.text)
            other = match["level"] and level and level.group() not in match.group()
            named = _IS_RECOGNISED.search(said.text) and what & grams(_IS_RECOGNISED.sub("，", said.text))
            if named and not other and affirms(said.text) and not NOT_YET.search(said.text):
                yield found(match.start(), match.end(), True, said)
                break
