"""Whose a fact is, and whether it is so now: what is said of others, before or to come meets nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support_cases import state

FIRM: dict[str, Any] = {"主体": "企业", "成立": "2020-01-01"}
OWNER: dict[str, Any] = {"主体": "个体工商户", "成立": "2020-01-01"}
PERSON: dict[str, Any] = {"主体": "个人"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("登记失业人员", "下个月去办失业登记"),
        ("登记失业人员", "过几天去办失业登记"),
        ("登记失业人员", "失业登记已注销"),
        ("就业困难人员", "以前是就业困难人员"),
        ("低保家庭成员", "低保去年取消了"),
        ("持有残疾人证", "残疾人证已过有效期"),
        ("B类人才", "想评B类人才"),
        ("B类人才", "申请过B类人才"),
        ("高新技术企业", "高新技术企业资格2022年到期"),
        ("高新技术企业", "高新技术企业的牌子被取消"),
        ("高新技术企业", "给高新技术企业做配套"),
        ("高新技术企业", "我们公司的客户是高新技术企业"),
        ("高新技术企业", "跟高新技术企业有合作"),
        ("规模以上工业企业", "离规模以上工业企业还差一点"),
        ("户籍在东湖区", "户籍从东湖区迁走了"),
        ("户籍在东湖区", "户籍原在东湖区"),
        ("连续缴存公积金满6个月", "公积金要连续缴存6个月才能贷"),
        ("连续缴存公积金满6个月", "公积金还差两个月满6个月"),
        ("正常经营1年以上", "经营2年，现已转让"),
        ("正常经营1年以上", "开了3年，去年10月起关了门"),
        ("带动就业5人以上", "招用过8人，都已离职"),
        ("带动就业5人以上", "招了8人，后来都走了"),
        ("取得职业资格证书", "考了电工证，没过"),
        ("规模以上工业企业", "公司还不够规模以上工业企业标准"),
        ("博士", "博士在读"),
        ("C类及以上人才", "仓库在C类场地"),
        ("B类人才", "店在B类商铺"),
    ],
)
def test_what_is_over_or_to_come_or_not_quite_meets_nothing(text: str, said: str) -> None:
    assert [state(text, 情况=[said], **values) for values in (FIRM | {"行业": "工业"}, OWNER, PERSON)].count("met") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("退役军人", "我岳父是退役军人"),
        ("退役军人", "合伙人是退役军人"),
        ("退役军人", "我先生是退役军人"),
        ("退役军人", "张某是退役军人"),
        ("退役军人", "店里有2名退役军人"),
        ("退役军人", "公司有1个退役军人"),
        ("毕业5年内的高校毕业生", "员工里有1名2024年毕业的高校毕业生"),
        ("具有本科以上学历", "招了2名本科毕业生"),
        ("具有本科以上学历", "孩子本科毕业"),
        ("具有本科以上学历", "店员都是本科学历"),
        ("年龄不超过60周岁", "我50岁的合伙人出资"),
        ("年龄不超过60周岁", "老板娘是50岁"),
        ("残疾人", "仓库保管员是残疾人"),
        ("女年满45周岁", "我是男性，今年50岁"),
        ("女年满45周岁", "今年50岁，有两个子女"),
        ("女性年满45周岁", "今年50岁，卖女装"),
        ("本市户籍的高校毕业生", "山西户籍的应届高校毕业生"),
        ("东湖区户籍的退役军人", "外省户籍的退役军人"),
        ("毕业5年内的高校毕业生", "2024年进厂的高校毕业生"),
        ("毕业2年内的高校毕业生", "2年内换过三次工作的高校毕业生"),
        ("2025届高校毕业生", "2025年考研的高校毕业生"),
        ("2025届高校毕业生", "高校毕业生，2025年失业"),
    ],
)
def test_what_is_said_of_somebody_or_something_else_meets_nothing(text: str, said: str) -> None:
    assert [state(text, 情况=[said], **values) for values in (FIRM, OWNER, PERSON)].count("met") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("退役军人", "经营者是退役军人"),
        ("退役军人", "我2019年退役"),
        ("就业困难人员", "本人已经被认定为就业困难人员"),
        ("低保家庭成员", "家里是低保户"),
        ("具有本科以上学历", "我的学历是本科学历"),
        ("毕业5年内的高校毕业生", "2024年6月从临江大学毕业"),
        ("毕业5年内的高校毕业生", "毕业时间是2024年6月，高校毕业生"),
        ("2025届高校毕业生", "2025届高校毕业生"),
        ("女年满45周岁", "我是女的，今年50岁"),
        ("年龄不超过60周岁", "我今年50岁"),
    ],
)
def test_what_is_said_of_oneself_meets(text: str, said: str) -> None:
    assert state(text, 情况=said.split("，"), **PERSON) == "met"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("在本市登记注册", "公司注册在杭州"),
        ("在本市登记注册", "营业执照登记在上海"),
        ("在本市工作", "在上海工作"),
        ("在本市就业", "在杭州上班"),
    ],
)
def test_what_is_elsewhere_is_not_here(text: str, said: str) -> None:
    assert [state(text, 情况=[said], **values) for values in (FIRM, PERSON)] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("每人只能享受一次", ["失业保险金没有领过"], "unknown"),
        ("每人只能享受一次", ["高企认定没拿到"], "unknown"),
        ("已享受过同类补贴的，不再享受", ["公租房没有申请"], "unknown"),
        ("每人只能享受一次", ["我从来没领过"], "met"),
        ("公务员除外", ["下班后自己开了个网店", "在市政府当公务员"], "not_met"),
        ("在编人员不享受", ["以前在民营公司，现在是在编人员"], "not_met"),
        ("公务员除外", ["在一家民营企业上班"], "met"),
    ],
)
def test_what_rules_out_is_ruled_out_only_by_what_is_so(text: str, said: list[str], expected: str) -> None:
    assert state(text, bars=True, 情况=said, **PERSON) == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("上年度裁员率不高于5.5%", ["没有裁员"], "met"),
        ("上年度裁员率不高于5.5%", ["没有裁员", "去年裁员3人"], "unknown"),
        ("至少覆盖生产、质检、仓储、订单四个环节中的两个", ["系统用在生产和仓储"], "met"),
        ("至少覆盖生产、质检、仓储、订单四个环节中的两个", ["系统用在生产"], "unknown"),
        ("至少覆盖生产、质检、仓储、订单四个环节中的两个", ["系统没有用在生产和仓储"], "unknown"),
    ],
)
def test_rates_and_choices_are_met_by_what_says_so_and_is_not_gainsaid(
    text: str, said: list[str], expected: str
) -> None:
    assert state(text, 情况=said, **FIRM) == expected
