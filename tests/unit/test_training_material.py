"""What the judge is trained on: questions with passages that answer them and such that only look like it."""

from __future__ import annotations

import random

import pytest

from eval.model import Dataset, Question, Record
from eval.training.groups import LONGEST, held_out, windows_of
from eval.training.likeness import Likeness
from eval.training.material import leaks, official_groups, open_groups
from eval.training.questions import plainly, questions_about
from kb.text import squash

OFFICIAL = """青海省西宁市创业补贴办法（2024年）
一、补贴标准
对首次创办小微企业的高校毕业生，给予一次性创业补贴8000元，每户企业只能享受一次，不得重复领取。
对吸纳就业的用人单位，按每人每年3000元给予社会保险补贴，补贴期限不超过3年，由市人力资源和社会保障局负责发放。
二、申请材料
申请人应当提交以下材料：身份证复印件、营业执照副本、社会保险缴费凭证和经办机构要求的其他说明，材料应当真实有效。
三、其他
本办法所称初创企业，是指登记注册不满三年、正常经营半年以上的小微企业和个体工商户，不含分支机构和异地迁入的企业。
本办法自2024年5月1日起施行，有效期三年，由市人力资源和社会保障局会同市财政局负责解释，原有规定与本办法不一致的以本办法为准。
"""


def records() -> list[Record]:
    other = OFFICIAL.replace("青海省西宁市", "浙江省温州市").replace("8000", "6000").replace("3000", "2000")
    return [Record("a", "青海省西宁市创业补贴办法（2024年）", OFFICIAL), Record("b", "浙江省温州市创业补贴办法", other)]


def test_windows_are_whole_sentences_that_cover_the_text() -> None:
    spans = list(windows_of(OFFICIAL, [OFFICIAL.index("二、"), OFFICIAL.index("三、")]))
    assert squash("".join(OFFICIAL[a:b] for a, b in spans)) == squash(OFFICIAL)
    assert all(b - a <= LONGEST + 120 for a, b in spans)
    assert any(OFFICIAL[a:].startswith("二、") for a, _ in spans)


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("对首次创办小微企业的高校毕业生，给予一次性创业补贴8000元。", {"amount"}),
        ("本办法自2024年5月1日起施行。", {"day"}),
        ("责任单位：市科学技术局、市财政局。", {"unit"}),
        ("本办法所称初创企业，是指登记注册不满三年的企业。", {"meaning", "amount"}),
        ("申请人应当提交以下材料：身份证复印件、营业执照。", {"list"}),
    ],
)
def test_a_sentence_gives_questions_of_its_kinds(sentence: str, kinds: set[str]) -> None:
    asked = list(questions_about(sentence, "补贴标准", random.Random(1)))
    assert kinds <= {a.kind for a in asked}
    assert {a.absent for a in asked if a.kind != "absent"} == {False}
    assert "8000" not in "".join(a.question for a in asked if a.kind == "amount")
    assert asked == list(questions_about(sentence, "补贴标准", random.Random(1)))


def test_what_a_sentence_lacks_is_asked_as_absent() -> None:
    asked = [a for seed in range(8) for a in questions_about("鼓励园区开放共享实验设备。", "", random.Random(seed))]
    absent = [a.question for a in asked if a.absent]
    assert absent
    assert all(not a.question.endswith(("占百分之几", "比例是多少")) or "设备" in a.question for a in asked)


def test_plain_words_keep_the_question() -> None:
    said = {plainly("企业申请补贴需要提交材料", random.Random(seed)) for seed in range(30)}
    assert len(said) > 10
    assert any("公司" in s or "厂子" in s for s in said)


def test_official_texts_give_groups_whose_first_passage_answers() -> None:
    groups = list(official_groups(records(), random.Random(0), lambda n: None))
    assert groups == list(official_groups(records(), random.Random(0), lambda n: None))
    assert {g.positives for g in groups} <= {0, 1}
    for group in groups:
        assert len(group.question) >= 10
        assert group.passages[0].document == group.document
        assert len({(p.context, p.text) for p in group.passages}) == len(group.passages)


def test_labelled_questions_give_groups_with_the_answer_first() -> None:
    text = (
        "甲城建于1024年，位于河的北岸，历代都是商旅往来的要地。" * 2
        + "乙城建于1300年，以造船闻名，城中有三座码头和一所书院，今已不存。" * 2
    )
    asked = Question("q", "乙城建於哪一年？", answers=("1300年",), relevant={"d": 1})
    dataset = Dataset("s", {"d": Record("d", "古城", text)}, (asked,), "x", "y")
    (group,) = open_groups([dataset], random.Random(0))
    assert group.question == "乙城建于哪一年？"
    assert "1300年" in group.passages[0].text
    assert all("1300年" not in p.text for p in group.passages[1:])


def test_documents_that_share_text_with_measured_ones_are_left_out() -> None:
    measured = [Record("m", "另一个题目", OFFICIAL[60:300])]
    assert leaks(records(), measured) == {"a", "b"}
    assert leaks(records(), [Record("m", "浙江省温州市创业补贴办法", "无关")]) == {"b"}
    assert leaks(records(), [Record("m", "", "毫不相干的一段话。")]) == set()


def test_a_document_is_always_on_the_same_side() -> None:
    sides = [held_out(f"d{i}") for i in range(600)]
    assert sides == [held_out(f"d{i}") for i in range(600)]
    assert 20 < sum(sides) < 90


def test_the_most_alike_stand_first() -> None:
    likeness = Likeness(["租房补贴的标准", "道路交通管理", "人才租房补贴申请"])
    assert likeness.most("租房补贴", 2)[0] in (0, 2)
    assert set(likeness.most("租房补贴", 9)) == {0, 1, 2}
