"""Kinds of claimants (主体): which nouns of a document a kind answers to, and which it does not."""

from __future__ import annotations

import re

from kb.support.profile import KINDS

_PERSON = "个人"
#: What each kind of claimant is called in documents. What stands in none of the lists says nothing of the kind.
_CALLED: dict[str, tuple[str, ...]] = {
    kind: tuple(names.split())
    for kind, names in {
        "个人": "",
        "个体工商户": "个体工商户 个体户 个体经营户 经营户 商户",
        "小微企业": "小微企业 小型微型企业 小型企业 微型企业 小型、微型企业 中小微企业 中小企业 初创企业 企业 公司",
        "企业": "企业 公司",
        "农民专业合作社": "农民专业合作社 农民合作社 合作社 新型农业经营主体",
        "社会组织": "社会组织 社会团体 民办非企业单位 社会服务机构 基金会 校友会 协会 商会 学会",
        "事业单位": "事业单位",
        "园区运营机构": "科技企业孵化器 孵化器 众创空间 创业孵化基地 孵化基地 孵化载体 加速器 创业园 "
        "产业园 园区 运营机构 "
        "运营单位 运营主体 载体 示范基地 基地",
    }.items()
}
#: Nouns that hold for several kinds
_SHARED: dict[str, frozenset[str]] = {
    name: frozenset(kinds)
    for names, kinds in (
        (("经济实体", "经营主体", "市场主体", "市场经营主体"), ("个体工商户", "小微企业", "企业", "农民专业合作社")),
        (
            ("用人单位", "参保单位", "用工单位", "缴费单位", "单位"),
            ("个体工商户", "小微企业", "企业", "农民专业合作社", "社会组织", "事业单位", "园区运营机构"),
        ),
        (("创业者", "经营者"), ("个体工商户", "小微企业", "企业", "农民专业合作社")),
        (("个人",), ("个人", "个体工商户")),
        (
            ("民宿", "农家乐", "商铺", "门店", "创业摊位", "摊位"),
            ("个体工商户", "小微企业", "企业", "农民专业合作社", "个人"),
        ),
    )
    for name in names
}
#: Kinds a noun of another kind may be all the same: not known from the kind alone
_MAYBE: dict[str, tuple[str, ...]] = {
    "小微企业": ("高新技术企业", "科技型中小企业", "规模以上企业", "规上企业"),
    "企业": tuple(
        [
            "小微企业",
            "小型微型企业",
            "小型企业",
            "微型企业",
            "中型企业",
            "大型企业",
            "中小企业",
            "中小微企业",
            "初创企业",
            "小型、微型企业",
        ]
    ),
    "园区运营机构": ("企业", "公司", "小微企业", "中小企业", "社会组织", "事业单位"),
}
_SITES = tuple(n for n in _CALLED["园区运营机构"] if "运营" not in n)
_RUNS_SITES = ("企业", "小微企业", "农民专业合作社", "社会组织", "事业单位")
_LARGE = ("大型企业", "中型企业")
_NOUNS = sorted(
    {n for names in _CALLED.values() for n in names} | set(_SHARED) | set(_LARGE), key=lambda n: (-len(n), n)
)
#: A noun of claimants that is no part of a longer name
NOUN = re.compile(
    rf"(?:{'|'.join(_NOUNS)})(?!家|身份|缴|账户|信息|贡献|(?:在编|工作)?人员|员工|主(?!体)|数|"
    rf"登记|名|所得|法|信用|规模|化|注册|合同|会费|(?:在职)?职工|"
    rf"年金|与参保|所在|地址|名称|出具|确认|盖章|服务(?!机构)|协会|文化|经营|技术|内|级|平台)"
)


def answers(kind: str | None, noun: str) -> bool | None:
    """Whether a kind of claimant is what a noun says; None where its kind does not tell."""
    if kind is None:
        return None
    assert kind in KINDS
    if noun in _SHARED:
        if kind == _PERSON and kind not in _SHARED[noun]:
            return False if noun.endswith("单位") else None
        return kind in _SHARED[noun]
    if noun in _CALLED[kind]:
        return True
    if noun in _MAYBE.get(kind, ()):
        return None
    return None if noun in _SITES and kind in _RUNS_SITES else False


def is_site(noun: str) -> bool:
    """Whether a noun is a place where others start up, which any organisation may run."""
    return noun in _SITES


def nouns_in(text: str) -> list[re.Match[str]]:
    """The nouns of claimants in a text."""
    return list(NOUN.finditer(text))
