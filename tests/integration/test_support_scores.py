"""The scores of the support desk: what they count, over a base of one document and labels that are right or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ingest.scan import scan
from ingest.sync import sync
from kb.catalog import Catalog, CatalogView
from kb.support.profile import ProfileError
from tests.bases import open_base
from tests.support_scores import Scores, score

TEXT = (
    "云栖县创业补贴办法\n\n第一条 登记失业人员首次创业的，给予一次性创业补贴6000元。\n\n云栖县人民政府\n2024年12月1日\n"
)
QUOTE = "给予一次性创业补贴6000元"
PROFILE = {"地区": "云栖县", "主体": "个人", "情况": ["登记失业人员", "第一次创业"], "想要": ["创业补贴"]}
LABEL = {"path": "乙.txt", "quote": QUOTE, "conditions": [{"quote": "登记失业人员", "mark": "met"}]}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogView]:
    folder = tmp_path_factory.mktemp("scores")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "乙.txt").write_text(TEXT, "utf-8")
    with open_base(folder / "home") as base:
        assert sync(base, scan(folder / "corpus")).failed == []
    with Catalog(folder / "home").view() as snapshot:
        yield snapshot


def scored(view: CatalogView, **case: Any) -> Scores:
    return score(view, [{"id": "一", "profile": PROFILE, "as_of": "2026-11-27", "expected": [], **case}])


def test_what_is_called_eligible_as_labelled_is_right(view: CatalogView) -> None:
    scores = scored(view, expected=[LABEL | {"verdict": "符合"}])
    assert (scores.found, scores.right, scores.marks_right) == (1, 1, 1)
    assert (scores.eligible, scores.wrongly_eligible, scores.misses) == (1, 0, [])
    assert "wrong 符合 0 of 1" in str(scores)


@pytest.mark.parametrize("verdict", ["待确认", "不符合"])
def test_what_is_called_eligible_and_labelled_otherwise_is_wrong(view: CatalogView, verdict: str) -> None:
    scores = scored(view, expected=[LABEL | {"verdict": verdict}])
    assert (scores.found, scores.eligible, scores.wrongly_eligible) == (0, 1, 1)
    optional = scored(view, expected=[LABEL | {"verdict": verdict}], optional=[LABEL])
    assert optional.wrongly_eligible == 1


def test_what_is_called_eligible_and_not_labelled_is_wrong_unless_it_may_be_shown(view: CatalogView) -> None:
    assert scored(view).wrongly_eligible == 1
    assert scored(view, optional=[LABEL]).wrongly_eligible == 0


def test_what_a_case_raises_is_raised(view: CatalogView) -> None:
    with pytest.raises(ProfileError, match="有限的数"):
        scored(view, profile=PROFILE | {"人数": float("inf")})
