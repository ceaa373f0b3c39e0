"""The dictionary as kept is jieba's own, and is made again where it is damaged."""

from __future__ import annotations

from pathlib import Path

import jieba
import pytest
from jieba import posseg

from kb.text import dictionary
from kb.text.dictionary import Dictionary, load

SMALL = Dictionary({"养": 0, "养老": 12}, 12, {"养老": "n"})


def test_it_is_what_jieba_reads_itself(tmp_path: Path) -> None:
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path)
    tokenizer.initialize()
    for found in (load(tmp_path / "words"), load(tmp_path / "words")):  # made, then read
        assert (found.frequencies, found.total) == (tokenizer.FREQ, tokenizer.total)
        assert found.tags == posseg.POSTokenizer(tokenizer).word_tag_tab
    assert len(list((tmp_path / "words").iterdir())) == 1


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:3], lambda b: b"", lambda b: b[:9] + b"\xff" + b[10:]]
)
def test_a_damaged_file_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage) -> None:
    monkeypatch.setattr(dictionary, "_made", lambda: SMALL)
    assert load(tmp_path) == SMALL
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert load(tmp_path) == SMALL
    assert (list(tmp_path.iterdir()), file.read_bytes()) == ([file], whole)


def test_where_it_cannot_be_kept_it_is_used_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dictionary, "_made", lambda: SMALL)
    (tmp_path / "file").touch()
    assert load(tmp_path / "file" / "words") == SMALL
    assert "the dictionary is not kept" in caplog.text
