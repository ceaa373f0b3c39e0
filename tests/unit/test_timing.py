"""kb.timing: which time a question is about, and which documents were not in force then."""

from __future__ import annotations

from datetime import date

import pytest

from kb.model import DocumentHeader, Kind, Relation, Status, Version
from kb.query import analyse
from kb.timing import Period, timing_of

TODAY = date(2026, 11, 26)


def header(**fields: object) -> DocumentHeader:
    return DocumentHeader("p", "r", "办法", Kind.NORMATIVE, **fields)  # type: ignore[arg-type]


NOTICES = (
    Version("p", "2025年申报通知", None, "2025-03-01", "2025-03-01"),
    Version("q", "", None, "2026-03-01", "2026-03-01"),
)
LAST_YEARS = header(family=NOTICES)
OVER = header(effective_from="2022-01-01", expires_on="2023-12-31")
CURRENT = header(effective_from="2024-01-01", expires_on="2028-12-31")
COMING = header(effective_from="2027-01-01")
LATER = header(effective_from="2027-06-01")
DRAFT = header(status=Status.DRAFT)
SILENT = header()


@pytest.mark.parametrize(
    ("question", "first", "last", "exact"),
    [
        ("租房补贴多少钱", TODAY, TODAY, True),
        ("目前租房补贴多少钱", TODAY, TODAY, True),
        ("2023年8月申请租房补贴给多少", date(2023, 8, 1), date(2023, 8, 31), True),
        ("2023年8月5日申请租房补贴给多少", date(2023, 8, 5), date(2023, 8, 5), True),
        ("2023年租房补贴多少", date(2023, 1, 1), date(2023, 12, 31), False),
        ("去年租房补贴多少", date(2025, 1, 1), date(2025, 12, 31), False),
        ("去年春天租房补贴多少", date(2025, 3, 1), date(2025, 5, 31), True),
        ("前年12月租房补贴多少", date(2024, 12, 1), date(2024, 12, 31), True),
        ("2026年租房补贴多少", date(2026, 1, 1), TODAY, False),
        ("2029年底在孵企业目标是多少", TODAY, date(2029, 12, 31), True),
        ("2027年租房补贴多少", TODAY, date(2027, 12, 31), False),
        ("2027年3月租房补贴多少", TODAY, date(2027, 3, 31), True),
        ("2023-2025年的目标是多少", TODAY, TODAY, True),
    ],
)
def test_the_time_asked_about(question: str, first: date, last: date, exact: bool) -> None:
    timing = timing_of(analyse(question), TODAY)
    assert (timing.period, timing.draft) == (Period(first, last, exact), False)


@pytest.mark.parametrize(
    "question",
    [
        "云政办发〔2023〕18号规定补贴多少",
        "《租房补贴办法》规定补贴多少",
        "老办法里租房补贴多少",
        "被替代的那份文件里租房补贴多少",
        "还没有施行的办法里租房补贴多少",
    ],
)
def test_any_version_may_be_meant_where_one_is_named(question: str) -> None:
    timing = timing_of(analyse(question), TODAY)
    assert timing.period is None
    assert not any(timing.stale(d) for d in (OVER, CURRENT, COMING, DRAFT, SILENT))


@pytest.mark.parametrize(
    ("question", "stale"),
    [
        ("租房补贴多少钱", (OVER, COMING, LATER, DRAFT)),
        ("2023年8月租房补贴多少钱", (CURRENT, COMING, LATER, DRAFT)),
        ("2023年租房补贴多少钱", (DRAFT,)),
        ("2024年租房补贴多少钱", (OVER, DRAFT)),
        ("2027年租房补贴多少钱", (OVER, DRAFT)),  # what is to come and what is in force now
        ("2027年3月租房补贴多少钱", (OVER, LATER, DRAFT)),
        ("征求意见稿里租房补贴多少钱", (OVER, CURRENT, COMING, LATER, SILENT)),
    ],
)
def test_what_was_not_in_force_then_is_stale(question: str, stale: tuple[DocumentHeader, ...]) -> None:
    timing = timing_of(analyse(question), TODAY)
    assert [d for d in (OVER, CURRENT, COMING, LATER, DRAFT, SILENT) if timing.stale(d)] == list(stale)


def test_a_repeal_counts_from_its_day() -> None:
    repeal = Relation("废止", "in", "n", "新办法", None, "2025-06-01", "n", 0, 1, "废止")
    repealed = header(effective_from="2022-01-01", affected_by=(repeal,))
    assert timing_of(analyse("租房补贴多少钱"), TODAY).stale(repealed)
    assert not timing_of(analyse("2025年3月租房补贴多少钱"), TODAY).stale(repealed)


@pytest.mark.parametrize(
    ("question", "stale"),
    [("改造项目补助多少", True), ("2025年改造项目补助多少", False), ("2025年3月改造项目补助多少", False)],
)
def test_of_yearly_notices_the_newest_counts_unless_a_year_is_named(question: str, stale: bool) -> None:
    assert timing_of(analyse(question), TODAY).stale(LAST_YEARS) is stale
