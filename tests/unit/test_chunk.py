"""Chunks: exact slices that cover the text, follow the section tree and fit the limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import chunk_document
from ingest.parse import parse_text
from kb.model import PolicyDocument, Table
from tests.strategies import any_texts, policy_texts

PLAN = (
    "云溪市小店振兴行动计划\n一、总体要求\n让街边小店热闹起来。\n二、重点任务\n（一）降低成本\n"
    "1.减免房租。国有房屋租给小店的，减免三个月房租。\n2.贴息贷款。单户贷款50万元以内的，贴息2%。\n"
    "（二）帮助经营\n1.开办课堂。每季度办一期店主课堂。\n三、组织实施\n市商务局负责解释。\n"
)


def _texts(doc: PolicyDocument, limit: int = 400) -> list[str]:
    return [doc.text[c.start : c.end] for c in chunk_document(doc, limit)]


def test_a_heading_goes_with_its_text_and_small_siblings_share_a_chunk() -> None:
    (doc,) = parse_text(PLAN)
    assert _texts(doc) == [PLAN.split("\n")[0], PLAN.strip().split("\n", 1)[1]]
    assert _texts(doc, 80) == [
        "云溪市小店振兴行动计划",
        "一、总体要求\n让街边小店热闹起来。",
        "二、重点任务\n（一）降低成本\n1.减免房租。国有房屋租给小店的，减免三个月房租。\n2.贴息贷款。单户贷款50万元以内的，贴息2%。",
        "（二）帮助经营\n1.开办课堂。每季度办一期店主课堂。",
        "三、组织实施\n市商务局负责解释。",
    ]


def test_context_is_title_number_and_path() -> None:
    (doc,) = parse_text(PLAN.replace("一、总", "云政办〔2031〕7号\n一、总", 1))
    chunks = chunk_document(doc, 80)
    assert [c.context for c in chunks][2:4] == [
        "云溪市小店振兴行动计划 云政办〔2031〕7号 > 二、重点任务 > （一）降低成本",
        "云溪市小店振兴行动计划 云政办〔2031〕7号 > 二、重点任务 > （二）帮助经营",
    ]
    assert chunks[2].section == "二、重点任务 > （一）降低成本"


def test_a_long_paragraph_is_split_between_sentences_not_inside_numbers_or_titles() -> None:
    sentence = "对吸纳就业满12.5%的小店，按照《云溪市促进就业办法（2031年修订，试行）》给予每人1,200.50元补贴。"
    (doc,) = parse_text("小店补贴说明\n" + sentence * 12)
    chunks = _texts(doc, 120)
    assert "".join(chunks).replace("小店补贴说明\n", "") == sentence * 12
    assert all(c.endswith("。") for c in chunks)


def test_a_sentence_over_the_limit_breaks_at_a_comma_outside_quotations() -> None:
    long = "，".join(f"第{n}处的“云溪，你好”招牌每块补贴{n}23.45元" for n in range(30))
    (doc,) = parse_text("招牌补贴\n" + long + "。")
    chunks = _texts(doc, 100)
    assert max(map(len, chunks)) <= 100
    assert all(c.count("“") == c.count("”") for c in chunks)
    assert all(c[-1] in "，。" for c in chunks[1:])


def test_articles_of_a_statute_stay_apart() -> None:
    text = "云溪市遛狗规定\n第一条 遛狗要拴绳。\n第二条 绳长不超过两米。\n第三条 本规定自2031年3月1日起施行。"
    (doc,) = parse_text(text)
    assert _texts(doc)[1:] == ["第一条 遛狗要拴绳。", "第二条 绳长不超过两米。", "第三条 本规定自2031年3月1日起施行。"]


def test_an_article_that_fits_is_not_parted_from_its_items() -> None:
    text = (
        "云溪市遛狗规定\n第一章 总则\n第一条 遛狗要做到：\n（一）拴绳；\n（二）清理粪便。\n第二条 绳长不超过两米。\n"
        "第二章 处罚\n第三条 不拴绳的，罚款五十元。\n"
    )
    (doc,) = parse_text(text)
    assert _texts(doc)[1:] == [
        "第一章 总则\n第一条 遛狗要做到：\n（一）拴绳；\n（二）清理粪便。",
        "第二条 绳长不超过两米。",
        "第二章 处罚\n第三条 不拴绳的，罚款五十元。",
    ]


def test_table_rows_come_in_groups_with_the_header_in_the_context() -> None:
    rows = [f"{name}街道 | {n}00万元" for n, name in enumerate("甲乙丙丁戊己庚辛", 1)]
    text = "资金分配表\n" + "\n".join(["街道 | 金额", *rows])
    doc = PolicyDocument(
        text=text,
        title="云溪市资金分配方案",
        tables=(Table("资金分配表", ("街道", "金额"), tuple(tuple(r.split(" | ")) for r in rows), 6, len(text)),),
    )
    chunks = chunk_document(doc, 60)
    assert [c.context for c in chunks[1:]] == ["云溪市资金分配方案 > 资金分配表 | 街道 | 金额"] * (len(chunks) - 1)
    assert [line for c in chunks for line in doc.text[c.start : c.end].split("\n")] == text.split("\n")


def test_a_limit_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        chunk_document(PolicyDocument(text="短"), 10)


@given(st.one_of(policy_texts, any_texts), st.sampled_from([20, 47, 400]))
def test_chunks_are_ordered_slices_that_cover_all_text(text: str, limit: int) -> None:
    for doc in parse_text(text):
        chunks = chunk_document(doc, limit)
        assert all(0 <= c.start < c.end <= len(doc.text) and c.end - c.start <= limit for c in chunks)
        assert all(a.end <= b.start for a, b in zip(chunks, chunks[1:], strict=False))
        assert "".join("".join(doc.text[c.start : c.end].split()) for c in chunks) == "".join(doc.text.split())
        assert all(doc.text[c.start : c.end] == doc.text[c.start : c.end].strip() for c in chunks)
