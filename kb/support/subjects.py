"""Conditions on what kind of claimant it is (主体): a firm, a self-employed trader, an incubator, a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.claimants import answers, nouns_in
from kb.support.facts import Facts
from kb.support.reading import Finding, found

#: Behind these the noun is not who claims but what is dealt with
_OBJECT = re.compile(
    r"(?:给予|奖励|与|跟|向|为|给|服务|带动|招用|吸纳|引进|培育|孵化|对接|联合|联系|推荐|入驻|"
    r"租用|毕业|认定为|评为|取得|"
    r"获评|认定的|评定的|经认定的|享受|新增|购买|采购|每\w*|在孵|[\d一二三四五六七八九十]家|"
    r"合作的?|的)(?:本[省市区县])?$|(?:入驻|租用|购买)[^，。；]{0,10}$"
)
#: Where somebody works is not who claims: 到县内企业就业, 在本市企业、事业单位全职工作
_WORKS_AT = (
    re.compile(r"(?:到|在|去|于|与|跟|为|所在)[^，。；]{0,14}$"),
    re.compile(r"(?:和[^，。；]{0,12}机构)?(?:全职|实际|稳定)?(?:就业|工作|任职|上班|见习|实习|在岗|务工)"),
)
_WHO = re.compile(r"(?:借款|申请|创业|经营|承租|投保)[人者户]的?$")
_FOUNDERS = {"创业者", "经营者"}
_FOUNDED = re.compile(r"创业|开了|办了|注册了?|经营|执照")
_MAKES = re.compile(r"(?:创办|创立|兴办|开办|注册|登记为|领办|经营)(?:的)?(?:[\u4e00-\u9fff]{0,4})$")
_NAMED_SO = re.compile(r"(?:认定|评定|评为|获评|评选|评上)[^，。；]{0,12}$")
_LICENSED = re.compile(r"(?:依法)?(?:已)?(?:领取|办理|取得)了?(?:工商)?营业执照(?=$|[，并且的])")
_UNLICENSED = re.compile(r"执照[^，]{0,6}(?:吊销|注销|过期|没[办领下])|没有?[办领][^，]{0,4}执照|无照")
_STARTS_UP = re.compile(r"(?:在[\u4e00-\u9fff]{1,6}|自主|首次)创业(?!园|基地|孵化)")
_JOINED = re.compile(r"(?:、|或者|或|和|及|以及|与|，)")


def claimants_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The nouns of claimants a condition names as who claims; of several joined, any will do."""
    kind, said = facts.profile.kind, facts.profile.stated("主体")
    for match in _LICENSED.finditer(text):
        void = any(_UNLICENSED.search(s.text) for s in facts.free)
        licensed = (kind not in (None, "个人", "社会组织", "事业单位") and not void) or None
        yield found(match.start(), match.end(), licensed, said)
    starts = _STARTS_UP.search(text)
    if starts and kind in ("社会组织", "事业单位", "园区运营机构"):
        yield found(starts.start(), starts.end(), False, said, claimant=True)
    for run in _runs(text):
        first, last = run[0], run[-1]
        before = text[: first.start()]
        if _NAMED_SO.search(before):
            continue  # what one is recognised as, which any organisation may be
        dealt_with = _OBJECT.search(before) and not _MAKES.search(before)
        if _WORKS_AT[0].search(before) and _WORKS_AT[1].match(text[last.end() :]):
            continue
        named = not text[last.end() :].rstrip("的") or _WHO.match(text[last.end() :])
        if dealt_with and not (before.endswith("的") and named):
            continue
        states = [answers(kind, m.group()) for m in run]
        state = True if True in states else None if None in states else False
        if kind == "个人" and _MAKES.search(before):
            state = None  # who has founded nothing may yet
        if state is None and {m.group() for m in run} <= _FOUNDERS:
            told = next((s for s in facts.free if _FOUNDED.search(s.text)), None)
            state, said = (True, told) if told else (None, facts.profile.stated("主体"))
        yield found(first.start(), last.end(), state, said, claimant=True)


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Nouns joined with one another (小微企业或者个体工商户)."""
    run: list[re.Match[str]] = []
    for match in nouns_in(text):
        if run and not _JOINED.fullmatch(text[run[-1].end() : match.start()]):
            yield run
            run = []
        run.append(match)
    if run:
        yield run
