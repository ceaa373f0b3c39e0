"""Which documents a question means by another one's 文号."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.kinship import editions, ends_of, repeal_asked, rules, rules_asked, successors, successors_asked, taker_asked
from kb.model import Kind, Version
from kb.query import analyse
from tests.unit.test_validity_graph import DAY, held, stated

NUMBER = "云政办〔2027〕6号"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (f"停用了{NUMBER}的那份文件，一等奖多少奖金？", [NUMBER]),
        (f"替代{NUMBER}的新办法里，补贴是多少？", [NUMBER]),
        (f"取代了《夜市规定》（{NUMBER}）的文件何时施行？", [NUMBER]),
        (f"{NUMBER}里的补贴是多少？", []),
        (f"{NUMBER}被哪份文件废止？", []),
        (f"废止{NUMBER}是哪天？", []),
    ],
)
def test_a_question_about_what_took_its_place(question: str, asked: list[str]) -> None:
    assert successors_asked(analyse(question)) == asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (f"{NUMBER}有一份配套的实施细则，文号是什么？", {NUMBER: "实施细则"}),
        (f"{NUMBER}的解读里怎么说？", {NUMBER: "解读"}),
        (f"{NUMBER}配套的办事指南在哪里？", {NUMBER: "办事指南"}),
        (f"{NUMBER}第三条是什么？", {}),
    ],
)
def test_a_question_about_the_rules_made_for_it(question: str, asked: dict[str, str]) -> None:
    assert rules_asked(analyse(question)) == asked


def test_successors_are_what_replaced_it_by_the_day() -> None:
    replaced = held(stated("替代"), effective_from="2027-01-01")
    assert successors([replaced], DAY) == ("R",)
    assert successors([replaced], DAY.replace(year=2030)) == ()
    assert successors([held(stated("修订"))], DAY) == ()
    assert successors([held(stated("废止"))], DAY) == ("R",)
    listed = held(stated("废止", title="废止的规范性文件目录"))
    assert successors([listed], DAY) == ()
    assert successors([listed], DAY, lists=True) == ("R",), "it repealed it all the same"
    assert successors([listed, held(replace(stated("废止"), policy_id="N"))], DAY, lists=True) == ("N",)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (f"{NUMBER}被哪份文件取代了？", True),
        (f"{NUMBER}被谁废止了？", True),
        (f"{NUMBER}由什么文件代替？", True),
        (f"哪份文件替代了{NUMBER}？", True),
        (f"{NUMBER}换成了哪个文件？", True),
        ("被什么替代了？", True),
        ("取代它的文件是哪份？", True),
        (f"{NUMBER}废止了哪些文件？", False),
        (f"哪些文件被{NUMBER}废止了？", False),
        (f"{NUMBER}还有效吗？", False),
        ("2026年度换成哪个号码了？", False),
        (f"废止了{NUMBER}的那份文件什么时候印发的？", False),
    ],
)
def test_whether_it_asks_what_took_the_place_of_another(question: str, asked: bool) -> None:
    assert taker_asked(question) is asked


def test_what_repealed_it_may_be_a_list() -> None:
    assert repeal_asked(analyse(f"废止了{NUMBER}的那份文件是什么？"), NUMBER)
    assert not repeal_asked(analyse(f"取代了{NUMBER}的那份文件是什么？"), NUMBER)


def test_editions_are_a_document_and_what_it_ended_or_what_ended_it() -> None:
    ends = replace(stated(), direction="out", kind=Kind.NORMATIVE)
    beside = replace(ends, policy_id="rules", kind=Kind.NORMATIVE)
    assert editions(held(), [], DAY) is None
    assert editions(held(), [ends], DAY) == ("D", "R")
    assert editions(held(), [replace(ends, kind=Kind.NEWS)], DAY) is None
    assert editions(held(), [replace(ends, policy_id=None)], DAY) is None
    assert editions(held(), [replace(ends, direction="in")], DAY) is None
    assert editions(held(stated("替代"), effective_from="2027-01-01"), [], DAY) == ("R", "D")
    family = (Version("R", "旧", None, "2026-01-01"), Version("D", "新", None, "2027-01-01"))
    assert editions(held(family=family), [], DAY) == ("D", "R")
    assert editions(held(family=(family[1], Version("N", "更新", None, "2029-01-01"))), [], DAY) == ("N", "D")
    assert editions(held(family=family), [beside, ends], DAY) == ("D", "R"), "of several, the one of its family"


def test_what_ends_a_document_that_is_not_held() -> None:
    ending = replace(stated(), direction="out", doc_number=NUMBER)
    other = replace(stated("见"), direction="out", doc_number=NUMBER)
    assert ends_of(NUMBER, {"a": [ending], "b": [other], "c": [replace(ending, doc_number="云政办〔2027〕7号")]}) == (
        "a",
    )


def test_rules_are_the_documents_made_for_it_that_are_called_so() -> None:
    said = {
        "D": (
            replace(stated("依据"), policy_id="x", title="夜市办法实施细则"),
            replace(stated("见"), policy_id="y", title="《夜市办法》政策解读", kind=Kind.INTERPRETATION),
            replace(stated("废止"), policy_id="z", title="夜市新细则"),
            replace(stated("依据"), policy_id=None, title="未收录的细则"),
        )
    }
    assert rules("实施细则", ["D"], said.__getitem__) == ("x",)
    assert rules("政策解读", ["D"], said.__getitem__) == ("y",)
    assert rules("办事指南", ["D"], said.__getitem__) == ()
