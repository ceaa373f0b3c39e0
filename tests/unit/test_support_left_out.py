"""What is left out of an answer is said, with how many."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from kb.match import Comparison, comparison_text, write
from kb.model import PolicyDocument, Provision, Status
from kb.support.applicable import Place
from kb.support.candidates import Candidate
from kb.support.compare import _MOST_ROWS, _table
from kb.support.export import _LONGEST, _clean
from kb.support.results import LeftOut
from kb.support.sentence import read_sentence
from kb.support.terms import where_of
from tests.support_cases import DAY, profile
from tests.unit.test_support_parts import found
from ui.comparison_view import comparison


def candidate(policy_id: str, benefit: str, amount: str, place: str = "澄洲市") -> Candidate:
    text = f"{benefit}，每户{amount}。"
    document = PolicyDocument(text, policy_id=policy_id, title=f"{policy_id}办法")
    one = Provision(benefit, 0, len(text) - 1, amount=amount)
    return Candidate(document, one, Place(names=(place,)), Status.IN_FORCE)


def names(count: int) -> list[str]:
    return [f"{first}{second}补贴" for first in "甲乙丙丁戊己庚" for second in "子丑寅卯辰巳午"][:count]


@pytest.fixture
def crowded() -> Comparison:
    many = [candidate(f"丙{i}", name, "100元") for i, name in enumerate(names(_MOST_ROWS + 2))]
    alike = [
        candidate("甲", "创业补贴", "8000元"),
        candidate("乙", "创业补贴", "6000元"),
        candidate("丁", "创业补贴", "8000元"),
    ]
    return _table([*alike, *many], "地区", lambda one: one.place.shown)


def test_a_comparison_says_what_it_leaves_out(crowded: Comparison, tmp_path: Path) -> None:
    assert (len(crowded.rows), crowded.left_out) == (_MOST_ROWS, 3)
    cell = next(c for row in crowded.rows if row.benefit == "创业补贴" for c in row.cells)
    assert cell is not None and cell.others == 1
    said = "另有 3 种扶持"
    text, page = comparison_text(crowded), comparison(crowded, profile())
    assert said in text and f"（另有 {cell.others} 项名称相近的没有列出）" in text
    assert said in html.fromstring(page).text_content() and f"另有 {cell.others} 项名称相近的没有列出" in page
    from openpyxl import load_workbook

    write(found("补贴"), tmp_path / "a.xlsx", crowded)
    cells = [c.value or "" for row in load_workbook(tmp_path / "a.xlsx")["按地区对比"].iter_rows() for c in row]
    assert sum(said in value for value in cells) == 1
    assert sum("项名称相近的没有列出" in value for value in cells) == 1


def test_a_comparison_that_holds_all_says_nothing() -> None:
    table = _table([candidate("甲", "创业补贴", "8000元")], "地区", lambda one: one.place.shown)
    assert (table.left_out, [c.others for row in table.rows for c in row.cells if c]) == (0, [0])
    assert "另有" not in comparison_text(table) + comparison(table, profile())


def test_each_reason_has_its_count() -> None:
    assert LeftOut(other_claimant=1, near=4).told == "申请主体不同 1 项、排在后面的差一条 4 项"
    assert LeftOut().told == ""


def test_a_cell_that_holds_no_more_says_how_long_the_text_was() -> None:
    assert _clean("长" * _LONGEST) == "长" * _LONGEST
    cut = _clean("长" * 40_000)
    assert cut.startswith("长" * _LONGEST) and f"共 40000 字，只列出前 {_LONGEST} 字" in cut and len(cut) < 32_767


def test_all_places_that_take_applications_are_told() -> None:
    text = "".join(f"申请由{n}街道服务窗口受理。" for n in "甲乙丙丁戊己")
    assert len(where_of(PolicyDocument(text))) == 6


def test_clauses_beyond_the_most_of_a_profile_are_told_as_not_read() -> None:
    clauses = [f"第{i}件事已经办好" for i in range(60)]
    read = read_sentence("我在云栖县，" + "，".join(clauses), DAY)
    assert len(read.profile.facts) == 50
    assert set(read.left) == set(clauses) - set(read.profile.facts)
