"""The parts of kb.verify, each by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kb.model import AnswerSentence, Citation
from kb.verify import unsupported
from kb.verify.bounds import direction
from kb.verify.labels import contradict, labels_of, nearest
from kb.verify.layout import stands
from kb.verify.modality import turned
from kb.verify.moulds import recast, reworded
from kb.verify.names import bodies, same_body, strangers
from kb.verify.parallel import framed, gone, replaced
from kb.verify.places import equal, places, same_kind
from kb.verify.plain import plain
from kb.verify.said import is_verbatim
from kb.verify.subjects import mistaken
from kb.verify.tables import with_units


def _stated(text: str) -> list[tuple[str, object]]:
    return [(p.kind, p.value) for p in places(plain(text))]


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("补贴8000元，期限3年", [("元", Decimal(8000)), ("年", Decimal(3))]),
        ("投入1.5万元的百分之二十", [("元", Decimal(15000)), ("%", Decimal(20))]),
        ("不超过三分之二", [("%", Decimal("66.7"))]),
        ("五天内、5日内", [("日", Decimal(5)), ("日", Decimal(5))]),
        ("30周岁（含）以下", [("岁", Decimal(30))]),
        ("下午3点到15：30", [("clock", (15, 0)), ("clock", (15, 30))]),
        ("每学年5000元", [("often", "学年"), ("元", Decimal(5000))]),
        ("第12个月起减半", [("第个月", Decimal(12))]),
        ("比上一年多，由一方申请", []),  # turns of phrase
        ("2026年9月30日前，向市财政局提出", [("date", "2026-09-30"), ("机关", "市财政局")]),
    ],
)
def test_values_of_a_text(text: str, stated: list[tuple[str, object]]) -> None:
    assert _stated(text) == stated


def test_a_day_without_a_year_is_every_year_s_and_units_of_count_go_by_ge() -> None:
    day, dated, other = places("9月30日")[0], places("2026年9月30日")[0], places("2026年9月20日")[0]
    assert equal(day, dated)
    assert not equal(day, other)
    assert same_kind("个", "家")
    assert not same_kind("家", "人")
    assert not same_kind("个", "元")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不超过5年", -1),
        ("不能超过5年", -1),
        ("最长5年", -1),
        ("5年以内", -1),
        ("不得少于5年", 1),
        ("至少5年", 1),
        ("5年以上", 1),
        ("超过5年", 1),
        ("5年", 0),
        ("共5年", 0),
    ],
)
def test_ceilings_and_floors(text: str, expected: int) -> None:
    assert direction(text, places(text)[0]) == expected


def test_of_two_bounds_each_is_its_own() -> None:
    text = "2万元以上5万元以下"
    assert [direction(text, p) for p in places(text)] == [1, -1]


def test_a_parallel_stretch_inherits_what_it_leaves_out() -> None:
    assert framed("单缴存家庭最高贷款额度", "双缴存家庭") == "双缴存家庭最高贷款额度"
    assert framed("新认定的国家级孵化器配套", "省级").endswith("省级孵化器配套")
    assert framed("财政补助", "个人缴费") == "个人缴费"  # nothing parallel
    assert gone("单缴存家庭", "双缴存家庭") == {"单"}
    assert replaced("单缴存家庭", "双缴存家庭") == {"单", "双"}
    assert replaced("财政补助", "个人缴费") == frozenset()


def test_a_table_s_value_stands_under_its_head_and_behind_its_label() -> None:
    text = "等级 | 职工 | 居民\n3级 | 120元 | 60元\n2级 | 30元 | 15元"
    stand = next(s for s in stands(text) if s.place.value == 15)
    assert "居民" in stand.frame
    assert stand.features["居民"] == 1.0
    assert stand.features["#级2"] > 0.5
    assert stand.features.get("职工", 0.0) < 0.5


def test_units_in_the_heads_of_columns_are_given_to_their_figures() -> None:
    text = (
        "类别 | 安家补贴（万元） | 租房补贴（元/月）\n类别 | 总额 | 第一年 | 租房补贴（元/月）\nB类 | 150 | 45 | 4500"
    )
    assert with_units(text).split("\n")[2] == "B类 | 150万元 | 45万元 | 4500元"
    assert with_units(text).split("\n")[1].split(" | ")[1:3] == ["安家补贴（万元） 总额", "安家补贴（万元） 第一年"]
    assert with_units("没有表格，只有150") == "没有表格，只有150"


def test_labels_exclude_one_another_within_a_class() -> None:
    known = labels_of("青岩区、河湾区60万元；松口县50万元。一等奖12万元、二等奖6万元")
    assert known["地方"] == {"青岩区", "河湾区", "松口县"}
    assert contradict(labels_of("在松口县购房的"), labels_of("在青岩区、河湾区购买的"), known)
    assert not contradict(labels_of("在青岩区购房的"), labels_of("在青岩区、河湾区购买的"), known)
    assert not contradict(labels_of("三等奖"), labels_of("二等奖"), known)  # the evidence does not name it
    assert nearest("二等奖", "一等奖，在松口县") == {"奖": {"二等奖"}, "地方": {"松口县"}}


def test_bodies_and_their_short_names() -> None:
    assert [name for _, _, name in bodies("由市人社局牵头，税务部门和有关部门配合，大局已定")] == [
        "市人社局",
        "税务部门",
    ]
    assert same_body("市人社局", "市人力资源和社会保障局")
    assert same_body("财政部门", "云溪市财政局")
    assert not same_body("市财政局", "市科学技术局")
    # A place's short name is no part of a body's, where the other name has it in full
    assert same_body("海岭科技局", "海岭县科学技术局")
    assert same_body("海岭人社部门", "海岭县人力资源和社会保障局")
    assert not same_body("海岭财政局", "海岭县科学技术局")
    assert strangers("向市人社局提出", ["市人力资源和社会保障局受理"], [""]) == []
    assert strangers("由财政部门审核", ["由公安机关审核"], [""]) == ["财政部门"]


HELD = "出租人应当在5日内退还押金。租期不得超过20年。公示期满后，可以领取补贴，标准提高到500元。"


def test_a_clause_with_other_values_is_no_clause_of_the_evidence() -> None:
    assert recast("出租人应当在5日内退还押金", [HELD]) == []
    assert recast("出租人应当在7日内退还押金", [HELD]) != []
    assert recast("出租人应当在7日内退还中介费", [HELD]) == []  # another clause: not for this to say


def test_a_clause_with_another_word_of_duty_or_bound() -> None:
    assert reworded("租期不得超过20年", [HELD]) == []
    assert reworded("租期最长20年", [HELD]) == []
    assert reworded("租期不得少于20年", [HELD]) != []
    assert reworded("公示期满后，应当领取补贴", [HELD]) != []
    assert reworded("出租人在5日内退还押金", [HELD]) == []  # a duty may be left out
    assert reworded("标准降低到500元", [HELD]) != []


def test_bans_of_a_list_hold_for_its_items() -> None:
    quote = "招聘时不得有下列行为：\n（一）向应聘人员收取押金；\n（二）扣押证件。"
    assert turned("可以向应聘人员收取押金", [quote]) != []
    assert turned("不能向应聘人员收取押金", [quote]) == []


def test_a_condition_with_a_negation_is_no_ban() -> None:
    assert turned("逾期未申领的可以补领一次", ["逾期未申领的，可以补领一次。"]) == []
    assert turned("逾期未申领的，不得补领一次", ["逾期未申领的，可以补领一次。"]) != []


def test_words_that_contrast_are_not_exchanged() -> None:
    quote = "一等奖奖励团队负责人12万元。二等奖奖励团队负责人6万元。个人申请的在5月底前提出。单位另行通知。"
    assert mistaken("个人申请的要在5月底前提出。", [quote]) == []
    assert mistaken("单位申请的在5月底前提出，逾期不候。", [quote]) == []  # too unlike to compare
    assert mistaken("单位申请的在5月底前提出。", [quote]) == ["单位"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("可以申请补贴5000元", True),
        ("申请补贴500", False),  # a figure cut in two
        ("重复申请两次以上", False),  # a ban cut off
        ("人员：职工；单位：0.15%；个人：0.02%。", True),
        ("人员：职工；个人：0.02%。", True),
        ("人员：职工；个人：0.15%。", False),  # under another head
    ],
)
def test_the_document_s_own_words(text: str, expected: bool) -> None:
    quote = "可以申请补贴5000元，不重复申请两次以上。\n人员 | 单位 | 个人\n职工 | 0.15% | 0.02%"
    assert is_verbatim(text, [quote]) is expected


def test_what_the_base_computed_is_checked_for_its_figures_only() -> None:
    citation = Citation(1, "p", "r", "乙办法", "乙〔2025〕2号", None, 0, 14, "甲〔2022〕5号不再执行。")
    said = "《甲办法》（甲〔2022〕5号）已被《乙办法》（乙〔2025〕2号）废止。"
    assert unsupported(AnswerSentence(said, (1,), derived=True), [citation]) == []
    assert unsupported(AnswerSentence(said.replace("5号", "6号"), (1,), derived=True), [citation]) == ["甲〔2022〕6号"]


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("额度现在是100万元。", True),
        ("额度原来是80万元。", True),
        ("额度是80万元。", False),  # what held before said as what holds
        ("额度由100万元提高到80万元。", False),
        ("额度由80万元提高到100万元。", True),
    ],
)
def test_what_held_before_is_not_what_holds_now(text: str, fine: bool) -> None:
    citation = Citation(1, "p", "r", "通知", None, None, 0, 20, "最高额度由80万元提高到100万元。")
    assert (unsupported(AnswerSentence(text, (1,)), [citation]) == []) is fine
