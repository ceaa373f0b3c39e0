"""What a turn of a conversation takes from those before it, and what it does not."""

from __future__ import annotations

import pytest

from kb.asks import Ask
from kb.followup import analyse_turn
from kb.places import Gazette

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
