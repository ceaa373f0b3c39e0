"""Kinds of support, told by general words, and whether a support is of what somebody wants (想要)."""

from __future__ import annotations

import re
from enum import StrEnum

from kb.support.meanings import grams
from kb.text.lexicon import synonyms


class SupportKind(StrEnum):
    """What kind of support it is, as shown to users, in the order of the groups."""

    MONEY = "资金补贴/奖励"
    RENT = "租金/场地"
    LOAN = "贷款/贴息/担保"
    STAFF = "用工/社保"
    TALENT = "人才/住房"
    TRAINING = "培训"
    INCUBATION = "孵化/认定"
    TAX = "税费减免"
    OTHER = "其他"


_WORDS: tuple[tuple[SupportKind, re.Pattern[str]], ...] = (
    (SupportKind.LOAN, re.compile(r"(?<!公积金)贷款(?!额度$)|贴息|担保|反担保|首贷|利息|融资|风险补偿|借款")),
    (SupportKind.TALENT, re.compile(
        r"人才|租房|安居|安家|购房|住房|公积金|生活津贴|博士|引才|房票|提取限额|可贷额度|"
        r"最高贷款额度"
    )),
    (SupportKind.RENT, re.compile(r"租金|场地|房租|场租|免租|摊位费|经营用房|厂房")),
    (SupportKind.INCUBATION, re.compile(r"孵化|众创|创业园|加速器|基地")),
    (SupportKind.TRAINING, re.compile(r"培训|实训|技能提升|学费")),
    (
        SupportKind.STAFF,
        re.compile(
            r"社会保险|社保|就业补贴|带动就业|吸纳就业|招用|招工|用工|稳岗|扩岗|见习|岗位|失业保险|"
            r"灵活就业|留用|每人.{0,4}就业"
        ),
    ),
    (SupportKind.TAX, re.compile(r"税收|减税|退税|税费|免征|减征|费用?减免|免收")),
    (SupportKind.INCUBATION, re.compile(r"认定|评定|获评|标杆|资质|高新技术企业|专精特新")),
    (SupportKind.MONEY, re.compile(r"补贴|补助|奖励|奖补|资助|奖金|津贴|资金|配套|扶持|返还|救助")),
)  # fmt: skip
_SUMS = re.compile(
    r"一次性|配套|[省市区县]级|国家级|补贴|补助|奖励|奖补|资助|奖金|资金|扶持|支持|政策|申请|申领|享受|项目|想要|一笔|的|钱|补|奖"
)
_NO_NAME = re.compile(r"一次性|的|申请|申领")
_SUBSIDY = re.compile(r"补贴|补助|贴息|奖励|奖补|资助|津贴|返还|扶持|资金|减免|免租")
_PRIZE = re.compile("奖")
#: Matters that one kind of support holds several of
_FAMILIES = (
    re.compile(r"社会保险|社保|参保|失业保险|养老保险"),
    re.compile(r"就业|招用|招工|用工|稳岗|扩岗|见习|岗位|留用|招人|招聘|雇"),
    re.compile(r"公积金|贷款额度|可贷额度|提取限额"),
    re.compile(r"租房|安居|安家|购房|买房|住房(?!公积金)|房票|公寓|房补"),
    re.compile(r"引才|引进|津贴|博士|人才奖|举荐|人才认定"),
)
#: Words between two things wanted
_AND = re.compile(r"、|，|,|；|;|/|以及|还有|和(?!谐)|及|与|跟")
#: Pairs of characters that most supports speak of
_COMMON = frozenset({"创业", "企业", "就业", "人才", "项目", "单位", "个人"})
_MANY = re.compile(r"^(?:都|全部|所有|任何|什么|各类|其他)")


_SHORT = 220  # characters of a text that says what its support is, and no whole chapter


def single(wants: tuple[str, ...]) -> tuple[str, ...]:
    """The wants, those that name two things (补贴和贷款) as two."""
    return tuple(dict.fromkeys(part for want in wants for p in _AND.split(want) if len(part := p.strip()) > 1))


def kind_of(benefit: str, text: str = "") -> SupportKind:
    """The kind of a support: by its name where its own text has it, else by the text, else by the name again."""
    by_name, own = _first(benefit), text if len(text) <= _SHORT else ""
    if by_name not in (None, SupportKind.MONEY) and (benefit in text or not own):
        return by_name or SupportKind.OTHER
    by_text = _first(own)
    if by_text is SupportKind.MONEY and not names_a_support(benefit):
        return by_text  # the name is a mere heading (降低融资成本)
    if by_text in (None, SupportKind.MONEY):
        return by_name or by_text or SupportKind.OTHER
    return by_text or SupportKind.OTHER


def names_a_support(benefit: str) -> bool:
    """Whether a name ends as names of supports do."""
    return bool(
        re.search(r"(?:补贴|补助|奖励|奖补|资助|贷款|贴息|减免|返还|津贴|资金|项目|额度|培训|保险|担保)$", benefit)
    )


def verbatim(wants: tuple[str, ...], benefit: str) -> bool:
    """Whether a support's name holds the very words of a want (租金补贴 in 创业场地租金补贴)."""
    return any(len(said) > 3 and said in benefit for want in wants if (said := _NO_NAME.sub("", want)))


def close_to(want: str, benefit: str, text: str) -> bool:
    """Whether half of a want's words stand in a support's name or text."""
    words = grams(_SUMS.sub("，", want))
    return len(words & grams(f"{benefit}，{text}")) * 2 >= len(words)


def _first(text: str) -> SupportKind | None:
    return next((kind for kind, pattern in _WORDS if pattern.search(text)), None)


def wanted(wants: tuple[str, ...], kind: SupportKind, benefit: str, text: str, headings: str) -> bool:
    """Whether a support is of what is wanted; everything is where nothing is named."""
    return not wants or any(_meets(want, kind, benefit, text, headings) for want in wants)


def named_by(wants: tuple[str, ...], *said: str) -> bool:
    """Whether the words of a want stand in what is said of a support (name, text, headings), most of them."""
    words = grams("，".join(said))
    return any(len(w & words) * 3 >= len(w) * 2 for want in wants if (w := grams(_SUMS.sub("，", want))))


def topical(wants: tuple[str, ...]) -> bool:
    """Whether some want says what for (租金补贴), and not just money (补贴)."""
    return any(grams(_SUMS.sub("，", want)) for want in wants)


def _meets(want: str, kind: SupportKind, benefit: str, text: str, headings: str) -> bool:
    if _MANY.match(want):
        return True
    meant = _first(want)
    if meant in (None, SupportKind.MONEY):
        meant = next((k for w in _written(want) if (k := _first(w)) not in (None, SupportKind.MONEY)), meant)
    words = grams(_SUMS.sub("，", want))
    named = grams(_SUMS.sub("，", benefit))
    if meant not in (None, SupportKind.MONEY):
        whole = len(words) > 1 and (words <= named or words <= grams(headings))
        home = (
            "房租" in want
            and "租房" in f"{benefit}{text}{headings}"
            and kind in (SupportKind.TALENT, SupportKind.MONEY, SupportKind.OTHER)
        )
        return whole or home or (meant is kind and _of_family(want, benefit, f"{text}，{headings}"))
    if not words:  # 补贴 alone is any sum of money
        prize = re.search("奖", want) and not re.search("[补贴助]", want)
        return bool((_PRIZE if prize else _SUBSIDY).search(f"{benefit}，{text}"))
    if _NO_NAME.sub("", want) in benefit or (named and len(words & named) * 2 >= len(named)):
        return True
    plain = kind in (SupportKind.MONEY, SupportKind.OTHER)
    if not words - _COMMON:
        return plain and not words & named and words <= grams(f"{text}，{headings}")
    if plain and words <= grams(headings):
        return True  # a sum of a document that is about it
    own, around = grams(f"{benefit}，{text}"), grams(f"{text}，{benefit}，{headings}")
    return words <= own or (bool(words & own) and len(words & around) * 3 >= len(words) * 2)


def _of_family(want: str, benefit: str, said: str) -> bool:
    """Whether a support of the kind wanted is of the same matter (社保 is not 招工, 住房 is not 引才)."""
    families = [family for family in _FAMILIES if family.search(want)]
    named = [family for family in _FAMILIES if family.search(benefit)]
    return not families or any(family in named if named else family.search(said) for family in families)


def _written(want: str) -> list[str]:
    topic = _SUMS.sub("", want)
    return [topic, *synonyms().get(topic, ())] if len(topic) > 1 else []
