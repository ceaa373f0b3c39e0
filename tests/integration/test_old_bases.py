"""Bases as older versions made them, kept as SQL: they open, and say all they said and what is known by now.

``N-catalog.sql`` and ``N-vectors.sql`` are dumps of what a program with version N of the tables stored.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from kb.catalog.schema import SCHEMA_VERSION
from kb.errors import BaseTooNew
from kb.model import Status
from kb.validity import status_on
from tests.bases import dump, open_base, submission

KEPT = Path(__file__).parents[1] / "data" / "old_bases"


def brought_back(version: int, home: Path) -> Path:
    home.mkdir()
    for name in ("catalog", "vectors"):
        connection = sqlite3.connect(home / f"{name}.db")
        connection.executescript((KEPT / f"{version}-{name}.sql").read_text("utf-8"))
        connection.close()
    return home


def test_every_older_version_is_kept():
    assert sorted(p.name for p in KEPT.glob("*-catalog.sql")) == [f"{n}-catalog.sql" for n in range(1, SCHEMA_VERSION)]


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_base_of_an_older_version_opens_and_knows_what_its_documents_state(tmp_path, version):
    home = brought_back(version, tmp_path / "home")
    with open_base(home, create=False) as base:
        by_title = {h.title: h for h in base.documents()}
        fair, care = by_title["云溪市夜市扶持办法"], by_title["云溪市养老床位补助实施细则"]
        assert {h.title: (h.doc_number, h.chunks, h.source) for h in by_title.values()} == {
            "云溪市夜市扶持办法": ("云政办发〔2024〕4号", 3, "办法.txt"),
            "云溪市人民政府办公室关于废止部分文件的通知": ("云政办发〔2025〕9号", 1, "废止.txt"),
            "云溪市养老床位补助实施细则": ("云民发〔2025〕3号", 3, "养老.txt"),
        }
        # Older programs knew of no repeals.
        days = (date(2025, 5, 31), date(2025, 6, 1))
        assert [status_on(fair, day) for day in days] == [Status.IN_FORCE, Status.REPEALED]
        assert [len(base.revisions(h.policy_id)) for h in (fair, care)] == [1, 2]
        answer = base.ask("云溪市新增养老床位每张补助多少元？", as_of=date(2026, 1, 1))
        assert "8000元" in answer.text and "6000元" not in answer.text
        assert [c.policy_id for c in answer.citations] == [care.policy_id]
        assert dump(base)["consistent"]
        base.put(submission("新.txt", "海洋牧场每亩奖励五千元。"))
        assert dump(base)["consistent"]
        after = dump(base)
    with open_base(home, create=False) as base:
        assert dump(base) == after


def test_a_base_of_a_newer_version_is_left_alone(tmp_path):
    home = tmp_path / "home"
    with open_base(home) as base:
        base.put(submission("a.txt", "海洋牧场每亩奖励五千元。"))
    with sqlite3.connect(home / "catalog.db") as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(SCHEMA_VERSION + 1),))
    connection.close()
    before = (home / "catalog.db").read_bytes()
    with pytest.raises(BaseTooNew):
        open_base(home, create=False)
    assert (home / "catalog.db").read_bytes() == before
