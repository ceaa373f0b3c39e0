"""Sentences made to test verification: deterministic, faithful ones unchanged in meaning, corrupted ones changed."""

from __future__ import annotations

import pytest

from eval.commands import main
from eval.model import Record
from eval.verifying import KINDS, cases, rates
from tests.unit.test_verify import RULES

RECORDS = [Record("d", "云溪市支持创业若干措施", RULES * 2)]


def test_cases_are_the_same_for_a_seed_and_cite_their_passage() -> None:
    found = list(cases(RECORDS, 3, 1))
    assert found == list(cases(RECORDS, 3, 1))
    assert found != list(cases(RECORDS, 3, 2))
    text = RECORDS[0].text
    for case in found:
        assert case.citation.quote == text[case.citation.start : case.citation.end]
        assert KINDS[case.kind][0] is case.faithful
        assert case.faithful or case.text not in text


def test_rates_count_what_was_judged_rightly() -> None:
    found = rates(list(cases(RECORDS, 4, 0)))
    assert {"原句", "改一位数字", "应当、可以对换", "上下限对换", "换成没有提到的部门"} <= set(found)
    assert found["原句"].share == 1.0
    assert found["改一位数字"].share == 1.0
    assert all(0 < rate.count <= 4 for rate in found.values())


def test_the_command_tells_shares(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    row = {"_id": "d", "title": "措施", "text": RULES}
    (tmp_path / "corpus.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    assert main(["verify", "--dataset", str(tmp_path), "--each", "2"]) == 0
    out = capsys.readouterr().out
    assert "忠实的句子，放行\n  原句  1.000（2 句）" in out
    assert main(["verify", "--dataset", str(tmp_path / "none" / "none")]) == 1
