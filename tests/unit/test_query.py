"""kb.query and kb.followup: what a question asks for and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.asks import Ask, Measure
from kb.followup import analyse_turn
from kb.query import analyse


@pytest.mark.parametrize(
    ("text", "asks", "measures"),
    [
        ("某区到2027年要新增多少孵化空间？", {Ask.NUMBER}, set()),
        ("园区的建筑面积是多少平方米", {Ask.NUMBER}, {Measure.AREA}),
        ("获得融资的企业有多少家，总额多少？", {Ask.NUMBER}, {Measure.COUNT, Measure.MONEY}),
        ("这项任务由哪个单位牵头？", {Ask.UNIT}, set()),
        ("招募导师归不归区人社局管？", {Ask.UNIT}, set()),
        ("档案由原单位保管吗？", {Ask.OTHER}, set()),
        ("某政办〔2025〕21号是什么文件？", {Ask.DOCUMENT}, set()),
        ("这个办法的文号是多少", {Ask.DOC_NUMBER}, set()),
        ("咨询电话是多少", {Ask.PHONE}, set()),
        ("申请截止到什么时候", {Ask.DATE}, set()),
        ("哪些部门联合发布了方案", {Ask.UNIT}, set()),
        ("申请需要什么材料", {Ask.LIST}, set()),
        ("什么是众创空间", {Ask.DEFINITION}, set()),
        ("你好啊", {Ask.OTHER}, set()),
    ],
)
def test_kind_of_answer_wanted(text: str, asks: set[Ask], measures: set[Measure]) -> None:
    query = analyse(text)
    assert asks <= set(query.asks)
    assert set(query.measures) == measures


def test_what_a_question_names() -> None:
    query = analyse("2025年温州市鹿城区《科技创新若干政策》（温鹿政办〔2025〕21号）第三条给企业补贴500万元吗")
    assert [d.canonical for d in query.doc_numbers] == ["温鹿政办〔2025〕21号"]
    assert query.titles == ("科技创新若干政策",)
    assert [m.code for m in query.regions] == ["330302"]  # 温州市 only leads to it
    assert query.years == (2025,)  # the year inside the 文号 is part of a name
    assert query.articles == ("三",)
    assert [q.raw for q in query.quantities] == ["500万元"]


def test_traditional_characters_are_read() -> None:
    assert analyse("溫鹿政辦〔2025〕21號是什麼文件？").asks[0] is Ask.DOCUMENT
    assert [d.canonical for d in analyse("溫鹿政辦〔2025〕21號").doc_numbers] == ["温鹿政办〔2025〕21号"]


def test_content_terms_leave_the_frame_out() -> None:
    terms = {t.text for t in analyse("请问一下，我想知道零跑汽车压缩机项目总投资是多少？").terms}
    assert {"零跑", "汽车", "压缩机", "项目"} <= terms
    assert not terms & {"请问", "想", "知道", "多少", "是"}


@given(st.text(max_size=80))
def test_any_text_can_be_analysed(text: str) -> None:
    query = analyse(text)
    assert query.asks
    assert all(0 < t.salience <= 1 for t in query.terms)


def test_a_follow_up_takes_what_it_leaves_unsaid() -> None:
    query = analyse_turn("那瓯海区呢？", ["温州市鹿城区到2027年要新增多少孵化空间？"])
    assert Ask.NUMBER in query.asks
    assert [m.name for m in query.regions] == ["瓯海区"]
    assert "鹿城区" not in {t.text for t in query.terms}
    assert {"孵化", "空间"} <= {t.text for t in query.terms}
    assert query.years == (2027,)


def test_a_question_that_stands_alone_takes_nothing() -> None:
    text = "安徽省的顶尖孵化器首批建设榜单有哪些领域？"
    assert analyse_turn(text, ["鹿城区要新增多少孵化空间？"]) == analyse(text)


@pytest.mark.parametrize(
    ("text", "issued"),
    [
        ("按云溪2026年印发的服务商遴选办法，考核由哪几部分组成", (2026,)),
        ("云溪市2023年版的创业措施里贷款额度是多少", (2023,)),
        ("2024年专项资金办法出台后停用了哪份文件", (2024,)),
        ("2025年办法和2022年的那份各要求多少", (2025, 2022)),
        ("2025年一次性创业补贴发了多少户", ()),
        ("2025年底在孵企业有多少家，计划是多少", ()),
        ("2025年3月以后申请的还能领吗", ()),
    ],
)
def test_years_that_tell_which_document_is_meant(text: str, issued: tuple[int, ...]) -> None:
    assert analyse(text).issued == issued


def test_the_words_that_say_what_is_asked() -> None:
    before = "松口县千兆专线补多少？"
    assert analyse(before).asking == before
    assert analyse_turn("那青岩区呢？", [before]).asking == "千兆专线补多少？ 那青岩区呢？"
    assert analyse_turn("要带什么材料？", [before]).asking == "要带什么材料？"
