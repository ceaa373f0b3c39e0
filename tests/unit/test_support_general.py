"""Rules of the desk hold for words that no document here writes, and none is made for one document alone."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import kb.support
from kb.model import PolicyDocument
from kb.support.clauses import of_the_body
from kb.support.cutting import conditions_of
from kb.support.kinds import SupportKind, kind_of
from kb.support.persons import PERSONS_HEAD
from tests.support_cases import provision, state

#: Words of one document or one label, which a rule once was made of
PARTICULAR = (
    *(
        "运营联盟成员",
        "民办社会服务机构",
        "承训",
        "诊断",
        "竹木",
        "入驻区内经认定的",
        "门槛不同",
        "评审得分",
        "把?这些人",
    ),
    *("中扣除", "要做到", "下面任何一类", "分配给", "育才", "创业创新园", "其他事项", "今年起$", "进行一次"),
)


def test_no_rule_is_made_of_the_words_of_one_document() -> None:
    sources = [p.read_text("utf-8") for p in sorted(Path(kb.support.__path__[0]).glob("*.py"))]
    rules = "\n".join(line for text in sources for line in text.split("\n") if 'r"' in line or '"' in line)
    assert [word for word in PARTICULAR if word in rules] == []


def test_no_rule_is_written_twice() -> None:
    trees = [ast.parse(p.read_text("utf-8")) for p in sorted(Path(kb.support.__path__[0]).glob("*.py"))]
    calls = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call)]
    rules = [ast.unparse(n.args[0]) for n in calls if ast.unparse(n.func) == "re.compile"]
    assert [rule for rule, count in Counter(r for r in rules if len(r) > 16).items() if count > 1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (t, True)
            for t in ("自2027年起", "从明年起", "本年度开始", "从应缴税款中抵扣", "按专家打分", "每年评选一次")
        ),
        *((t, False) for t in ("自登记之日起满1年", "考核合格", "招用一次", "排除在外的")),
    ],
)
def test_what_the_body_does_or_when_asks_for_nothing(text: str, expected: bool) -> None:
    assert of_the_body(text) is expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("不是中央和省驻县机构工作人员", ["在民营企业上班"], "met"),
        ("不是上级驻本地单位人员", ["自由职业"], "met"),
        ("足额缴纳他们的工伤保险费", ["工伤保险费足额缴纳"], "met"),
        ("足额缴纳上述人员的工伤保险费", ["工伤保险费足额缴纳"], "met"),
    ],
)
def test_bodies_from_above_and_pronouns(text: str, said: list[str], expected: str) -> None:
    assert state(text, 情况=said, 主体="个人") == expected


@pytest.mark.parametrize(
    ("text", "trade", "expected"),
    [
        ("竹藤制品企业", "竹藤制品加工", "met"),
        ("阀门企业", "泵和阀门制造", "met"),
        ("水泵、阀门企业", "棕草制品", "not_met"),
        ("木材加工企业", "餐饮", "not_met"),
    ],
)
def test_trades_by_their_class(text: str, trade: str, expected: str) -> None:
    assert state(text, 主体="企业", 行业=trade) == expected


@pytest.mark.parametrize(
    "head", ["以下三类人员：", "下列任一情形的人员：", "下述人群之一的：", "以下情形之一的人员均可申请："]
)
def test_heads_of_lists_of_persons(head: str) -> None:
    assert PERSONS_HEAD.search(head)


@pytest.mark.parametrize("head", ["企业应当符合：", "申请者须具备：", "个人要满足："])
def test_lines_that_say_what_is_asked(head: str) -> None:
    text = f"1.{head}登记满2年\n2.标准：每户5000元\n"
    one = provision(text, "补贴", "每户5000元", amount="每户5000元")
    document = PolicyDocument(text, provisions=(one,))
    assert [c.text for c in conditions_of(document, one)] == ["登记满2年"]


def test_a_kind_by_its_common_words() -> None:
    assert kind_of("人才奖", "") is SupportKind.TALENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((t, True) for t in ("享受期限不超过2年", "最长3年", "期限最长不超过36个月", "不超过2年", "由市财政承担")),
        *((t, True) for t in ("逾期未申请的", "逾期不予受理", "牵头单位：市科技局", "先到先得", "从应发金额中扣除")),
        *((t, False) for t in ("成立时间不超过5年", "注册登记不超过3年", "毕业不超过2年", "退役不超过1年")),
        *((t, False) for t in ("认定为省级专精特新中小企业", "作为牵头单位制定国家标准", "绩效考核得分80分以上")),
        *((t, False) for t in ("综合排名前10位", "无逾期还款记录", "贷款无逾期", "先进制造业企业", "设立研发机构")),
        *((t, False) for t in ("没有退还补贴的", "设立时间满2年", "首先在本市投产的产品", "信用评分不低于70分")),
    ],
)
def test_a_whole_clause_is_of_the_body_or_a_condition(text: str, expected: bool) -> None:
    assert of_the_body(text) is expected
