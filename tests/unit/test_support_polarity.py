"""What words affirm and deny: of a condition, of a statement, and of one against the other."""

from __future__ import annotations

from typing import Any

import pytest

from kb.support.polarity import core, sign_of
from tests.support_cases import state


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (t, "是")
            for t in ("无人机企业", "非遗传承人", "未来产业", "收入不断增长", "不锈钢制品", "无障碍设施", "没落")
        ),
        *(
            (t, "是")
            for t in ("不少于3人", "成立不超过5年", "未满35周岁", "不到20人", "未达到2000万元", "社保没有断过")
        ),
        *(
            (t, "非")
            for t in ("无自有住房", "近三年无偷税行为", "未办理营业执照", "非个体工商户", "没有房贷", "不具有资质")
        ),
        *((t, "非") for t in ("我非残疾人", "家里无低保", "不是亲戚", "户口不在本市", "无不良记录")),
        *((t, "不明") for t in ("不缴社会保险费", "算不上困难人员", "登记办不了", "还不够标准", "没有不交社保")),
    ],
)
def test_the_sign_of_words(text: str, expected: str) -> None:
    assert sign_of(text) == expected


def test_the_core_of_a_denial_and_the_end_of_what_lasts() -> None:
    assert core("近三年无偷税行为") == "近三年，偷税行为"
    assert [sign_of("社保没有断过", beside) for beside in ("连续缴纳社保", "社保中断的")] == ["是", "非"]


FIRM: dict[str, Any] = {"主体": "企业", "成立": "2020-01-01"}
PERSON: dict[str, Any] = {"主体": "个人"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("非餐饮企业", {**FIRM, "行业": "餐饮"}),
        ("非制造业企业", {**FIRM, "行业": "制造业"}),
        ("非个体工商户", {"主体": "个体工商户"}),
        ("非小微企业", {"主体": "小微企业"}),
        ("未办理营业执照", FIRM),
        ("未在本市登记注册", FIRM),
        ("没有在本市注册的企业", FIRM),
        ("近三年无重大安全生产事故", {**FIRM, "情况": ["近三年有重大安全生产事故"]}),
        ("近三年内无偷税行为", {**FIRM, "情况": ["近三年内有偷税行为"]}),
        ("企业及法定代表人无失信记录", {**FIRM, "情况": ["企业及法定代表人有失信记录"]}),
        ("不具有房地产开发资质", {**FIRM, "情况": ["具有房地产开发资质"]}),
        ("非全日制用工", {**FIRM, "情况": ["全日制用工"]}),
        ("未取得环评批复", {**FIRM, "情况": ["取得环评批复"]}),
        ("在本市无自有住房", {**PERSON, "情况": ["在本市有自有住房一套"]}),
        ("名下无住房", {**PERSON, "情况": ["名下有一套住房"]}),
        ("名下无机动车", {**PERSON, "情况": ["名下有机动车一辆"]}),
        ("本人及配偶在本市均无住房", {**PERSON, "情况": ["本人及配偶在本市都有住房"]}),
        ("未享受过安家补贴", {**PERSON, "情况": ["享受过安家补贴"]}),
    ],
)
def test_what_is_denied_is_not_met_by_its_opposite(text: str, values: dict[str, Any]) -> None:
    assert state(text, **values) != "met"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("就业困难人员", "本人无就业困难认定"),
        ("就业困难人员", "我算不上就业困难人员"),
        ("就业困难人员", "评不了就业困难人员"),
        ("残疾人", "我无残疾证"),
        ("残疾人", "我非残疾人"),
        ("低保家庭成员", "家里无低保"),
        ("登记失业人员", "失业登记办不了"),
        ("登记失业人员", "失业登记没法办"),
        ("依法缴纳社会保险费", "公司不缴社会保险费"),
        ("参加社会保险", "不给员工交社保"),
        ("参加社会保险", "员工都不交社保"),
        ("规模以上工业企业", "公司还不够规模以上工业企业标准"),
        ("高新技术企业", "评不上高新技术企业"),
        ("取得职业资格证书", "职业资格证书考不出来"),
    ],
)
def test_what_is_stated_in_the_negative_meets_nothing(text: str, said: str) -> None:
    assert [state(text, 情况=[said], **values) == "met" for values in (FIRM, PERSON)] == [False, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("无偷税行为", "无偷税行为"),
        ("无偷税行为", "没有偷税行为"),
        ("在本市无自有住房", "在本市没有自有住房"),
        ("不存在拖欠工资行为", "没有拖欠工资行为"),
        ("未享受过安家补贴", "没有享受过安家补贴"),
        ("连续缴纳社会保险费", "社会保险费连续缴纳没有断过"),
    ],
)
def test_a_denial_in_other_words_meets_a_denial(text: str, said: str) -> None:
    assert state(text, 情况=[said], **PERSON) == "met"
