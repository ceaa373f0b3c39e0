"""A condition of a support and what it is about, by its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a condition is about."""

    TERM = "年限"
    AGE = "年龄"
    COUNT = "人数"
    MONEY = "金额"
    CLAIMANT = "主体"
    INDUSTRY = "行业"
    IDENTITY = "身份"
    PLACE = "地区"
    STANDING = "资质"
    AREA = "面积"
    OTHER = "其他"


#: The choice that persons of a list are (下列人员：…)
PERSONS = "人员"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``text == document.text[start:end]``. ``bars`` marks one that rules out whom it describes."""

    text: str
    start: int
    end: int
    about: About
    bars: bool = False
    choice: str = ""
    """What it is one of several of, of which any will do (一类人员：… 二类人员：…); empty where it is none."""
    policy_id: str = ""
    """The document whose words they are, where it is another than that of the sum."""


_IDENTITY = re.compile(
    r"(?:毕业生|大学生|在校生|失业人员|困难人员|困难群体|军人|士兵|残疾人|农民工|农民|人员|"
    r"劳动力|家属|军嫂|妇女|青年|留学生|人才|专家|博士|硕士|研究生|"
    r"本科|大专|家庭成员|家庭|职工|创业者|经营者|负责人|法定代表人|学徒|技师|港澳居民|台湾居民|居民|学员|导师)"
    r"(?:[（(][^（）()]*[）)])?(?:等)?$"
)
_ABOUT: tuple[tuple[About, re.Pattern[str]], ...] = (
    (About.AGE, re.compile(r"周?岁")),
    (About.AREA, re.compile(r"平方米|㎡|面积|公顷|亩")),
    (
        About.TERM,
        re.compile(
            r"(?:经营|运营|营业|成立|注册|登记|执照|运行|办理)[^，]{0,14}[\d一二三四五六七八九十两半]+\s*(?:年|"
            r"个月)|(?:年|个月)(?:内|以内|以上)?"
        ),
    ),
    (About.MONEY, re.compile(r"元|收入|投资|投入|贷款|缴费|纳税|融资|利润|产值")),
    (About.COUNT, re.compile(r"\d+\s*(?:%|％)?(?:人|名|户|家|个|批次)|裁员率|职工总数")),
    (About.STANDING, re.compile(r"认定|获评|评定|评为|高新技术|专精特新|资质|证书|规模以上|入库|信用|失信|许可")),
    (
        About.INDUSTRY,
        re.compile(r"行业|产业|工业|制造|服务业|民宿|农家乐|文旅|旅游|软件|纺织|机械|餐饮|农业|物流"),
    ),
    (About.PLACE, re.compile(r"户籍|注册地|注册在|登记在|在本[省市区县]|本[省市区县]|落户|[省市区县]内")),
    (
        About.CLAIMANT,
        re.compile(
            r"企业|公司|个体工商户|合作社|单位|社会组织|经济实体|机构|孵化器|基地|众创空间|园区|平台|团体|基金会"
        ),
    ),
)


def is_identity(text: str) -> bool:
    """Whether words name persons by what they are."""
    return bool(_IDENTITY.search(text.strip("，、；。 ")))


def about(text: str) -> About:
    """What a condition is about, by its words."""
    if is_identity(text):
        return About.IDENTITY
    return next((kind for kind, pattern in _ABOUT if pattern.search(text)), About.OTHER)
