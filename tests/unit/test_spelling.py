"""Mistyped words are put right by what the documents hold, and nothing else is touched."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.spelling import homophones, respelled
from kb.text import index_tokens

TEXT = (
    "云溪市一次性创业补贴受理申报，名单公示期五个工作日，遴选办法，服务商入库，创业担保贷款免除反担保，审核材料，"
    "闲置楼宇改造为众创空间，孵化基地运行数据，行动计划重点项目资助，年龄限制，什么时候。"
)


def having(token: str) -> int:
    """Of twenty chunks with the same text, those that hold a token: all or none."""
    return 20 * bool(Counter(index_tokens(TEXT))[token])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("云溪的创业补帖怎么领", "云溪的创业补贴怎么领"),
        ("名单的公式期是哪几天", "名单的公示期是哪几天"),
        ("林选办法，不用反但保", "遴选办法，不用反担保"),
        ("什么时侯受理申抱？服务尚的才料", "什么时候受理申报？服务商的材料"),
        ("众创空建、浮化基地", "众创空间、孵化基地"),
        ("行动计化的项木资助", "行动计划的项目资助"),
        ("雲溪市創業補帖", "云溪市创业补贴"),
        ("年龄有什么限止？", "年龄有什么限制？"),
    ],
)
def test_a_mistyped_word_becomes_the_one_documents_hold(typed: str, meant: str) -> None:
    assert respelled(typed, having) == meant


@pytest.mark.parametrize(
    "text",
    [
        "雲溪市創業補貼",
        "《创业补帖办法》里的“浮化”是什么",
        "养老金能领几成",
        "大概要多少人附议",
        "高登公司的角色是什么",
        "用什么公式计算",
        "云溪市依次补贴",  # a usual word that no document holds
        "钟点产业园",  # names
        "亿次路",
        "他们家厂子黄了",
        "hello 补 贴",
        "",
    ],
)
def test_what_may_be_meant_as_it_is_stays(text: str) -> None:
    assert respelled(text, having) == text


def test_a_word_that_no_document_holds_is_not_made() -> None:
    assert respelled("云溪的创业补帖", lambda token: 0) == "云溪的创业补帖"
    assert respelled("云溪的创业补帖", lambda token: 2 * bool(having(token))) == "云溪的创业补帖"


@given(st.text(alphabet="补帖贴创业的公式示期了几？《》“”ab1 ", max_size=20))
def test_characters_are_only_replaced_by_others_of_the_same_sound(text: str) -> None:
    meant = respelled(text, having)
    assert len(meant) == len(text)
    assert all(a == b or b in homophones(a) for a, b in zip(text, meant, strict=True))


def test_homophones_are_common_characters_of_the_usual_sound() -> None:
    assert "贴" in homophones("帖")
    assert "帖" not in homophones("帖")
    assert homophones("a") == []
