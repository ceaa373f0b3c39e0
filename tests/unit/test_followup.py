"""What a turn of a conversation takes from those before it, and what it does not."""

from __future__ import annotations

import pytest

from kb.asks import Ask
from kb.followup import analyse_turn, asks_nothing, leans_back
from kb.places import Gazette
from kb.query import analyse

GAZETTE = Gazette(
    frozenset({"云溪市人民政府", "青岩区商务局", "河湾区人民政府", "松口县财政局"}), frozenset({"330108"})
)


@pytest.mark.parametrize(
    ("history", "turn", "text", "places"),
    [
        (["青岩区的摊位补贴多少？"], "河湾区呢？", "的摊位补贴多少？ 河湾区呢？", ["河湾区"]),
        (["青岩区的摊位补贴多少？"], "那河湾呢？", "的摊位补贴多少？ 那河湾呢？", ["河湾区"]),
        (["青岩的摊位补贴多少？", "河湾区呢？"], "谁负责？", "的摊位补贴多少？ 河湾区呢？ 谁负责？", ["河湾区"]),
        (["杭州的摊位补贴多少？"], "云溪市呢？", "的摊位补贴多少？ 云溪市呢？", ["云溪市"]),
        (["河湾区的摊位补贴多少？"], "那云溪市呢？", "的摊位补贴多少？ 那云溪市呢？", ["云溪市"]),
        (["河湾区的摊位补贴多少？"], "杭州呢？", "的摊位补贴多少？ 杭州呢？", ["杭州"]),
        (["杭州市滨江区的摊位补贴多少？"], "河湾区呢？", "的摊位补贴多少？ 河湾区呢？", ["河湾区"]),
        (["河湾区的摊位补贴多少？"], "滨江呢？", "的摊位补贴多少？ 滨江呢？", ["滨江"]),
        (
            ["云溪市和河湾区的摊位补贴多少？"],
            "谁负责？",
            "云溪市和河湾区的摊位补贴多少？ 谁负责？",
            ["云溪市", "河湾区"],
        ),
    ],
)
def test_a_conversation_is_about_the_places_named_last(
    history: list[str], turn: str, text: str, places: list[str]
) -> None:
    query = analyse_turn(turn, history, GAZETTE)
    assert query.text == text
    assert [*(m.name for m in query.regions), *(p.name for p in query.places)] == places
    assert query.people == ()


def test_a_name_that_several_divisions_bear_is_settled_by_the_turn_before() -> None:
    query = analyse_turn("鼓楼区呢？", ["南京的摊位补贴多少？"])
    assert [m.codes for m in query.regions] == [("320106",)]


def test_a_turn_that_only_names_another_place_asks_what_was_asked() -> None:
    before, query = (
        analyse_turn("青岩区的摊位补贴多少？"),
        analyse_turn("河湾区呢？", ["青岩区的摊位补贴多少？"], GAZETTE),
    )
    assert (query.asks, query.heads) == ((Ask.NUMBER,), before.heads)
    assert {t.text: t.salience for t in query.terms if t.text in ("摊位", "补贴")} == {"摊位": 1.0, "补贴": 1.0}


def test_a_title_that_names_the_place_before_is_not_carried_on() -> None:
    history = ["《青岩区夜市摊位补贴办法》的补贴是多少？"]
    assert analyse_turn("谁负责？", history, GAZETTE).titles == ("青岩区夜市摊位补贴办法",)
    assert analyse_turn("河湾区呢？", history, GAZETTE).titles == ()


@pytest.mark.parametrize(
    ("before", "turn", "text"),
    [
        ("一类人员每月补多少？", "二类呢？", "人员每月补多少？ 二类呢？"),
        ("大赛一等奖多少？", "三等奖", "大赛多少？ 三等奖"),
        ("A类企业补多少？", "B类呢？", "企业补多少？ B类呢？"),
        ("国家级孵化器奖多少？", "省级的呢？", "孵化器奖多少？ 省级的呢？"),
        ("省级孵化器的区级配套多少？", "国家级呢？", "省级孵化器的区级配套多少？ 国家级呢？"),  # which is meant?
        ("一类人员每月补多少？", "谁负责？", "一类人员每月补多少？ 谁负责？"),
    ],
)
def test_a_class_named_takes_the_place_of_the_one_before(before: str, turn: str, text: str) -> None:
    assert analyse_turn(turn, [before]).text == text


def test_what_a_turn_says_itself_weighs_as_much_as_what_it_inherits() -> None:
    terms = {t.text: t.salience for t in analyse_turn("二类呢？", ["一类人员每月补贴多少？"]).terms}
    assert terms["二类"] == max(terms.values()), terms
    assert "一类" not in terms


@pytest.mark.parametrize(
    "turn", ["里面一次性创业补贴多少？", "那文件里创业带动就业补贴多少？", "该文中创业担保贷款最高多少？"]
)
def test_what_is_inside_the_document_spoken_of(turn: str) -> None:
    query = analyse_turn(turn, ["云政办发〔2023〕18号是什么文件？"])
    assert [n.canonical for n in query.doc_numbers] == ["云政办发〔2023〕18号"]


@pytest.mark.parametrize(
    "text", ["谢谢", "你好", "好的，谢谢！", "嗯嗯，明白了", "你是谁？", "你能做什么？", "OK", "👍", "太好了", "随便吧"]
)
def test_courtesy_is_no_question(text: str) -> None:
    assert asks_nothing(analyse(text))
    assert not leans_back(text, ["大赛一等奖多少？"])
    assert analyse_turn("二等奖呢？", ["大赛一等奖多少？", text]) == analyse_turn("二等奖呢？", ["大赛一等奖多少？"])


@pytest.mark.parametrize(
    "text",
    ["多少？", "谁负责", "是什么", "二等奖", "河湾区", "材料", "好办吗", "2025年", "你好，补贴多少", "？？？", "行业"],
)
def test_a_short_question_is_one(text: str) -> None:
    assert not asks_nothing(analyse(text))
