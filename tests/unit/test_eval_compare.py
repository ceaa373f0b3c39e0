"""Systems are named in ``compare`` as they are in ``run``; a file has one name, however its path is written."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from eval.commands.common import selection_of
from eval.contrast import Side
from eval.errors import EvalError
from eval.systems import absolute


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run of three systems, two of them files."""
    folder = tmp_path / "结果"
    folder.mkdir()
    names = ["bm25", f"{tmp_path}/mine.py:find", f"{tmp_path}/a/old.trec", f"{tmp_path}/b/old.trec"]
    (folder / "run.json").write_text(json.dumps({"systems": dict.fromkeys(names, {})}))
    (folder / "queries.jsonl").write_text("")
    return folder


@pytest.mark.parametrize("given", ["mine.py:find", "./mine.py:find", "{here}/mine.py:find", "{here}/a/../mine.py:find"])
def test_a_file_is_named_as_run_takes_it(run: Path, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.parent)
    assert Side.of(f"{run}:{given.format(here=run.parent)}").system == f"{run.parent}/mine.py:find"


def test_the_end_of_a_path_will_do_where_it_is_the_only_one(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert Side.of(f"{run}:mine.py:find").system == f"{run.parent}/mine.py:find"
    assert Side.of(f"{run}:b/old.trec").system == f"{run.parent}/b/old.trec"
    assert Side.of(f"{run}:bm25").system == "bm25"
    with pytest.raises(EvalError, match="叫 old.trec 的系统不止一个。有的是：.*/a/old.trec、.*/b/old.trec"):
        Side.of(f"{run}:old.trec")
    with pytest.raises(EvalError, match="没有系统 e.py:find。有的是：bm25、"):
        Side.of(f"{run}:e.py:find")


def test_a_name_given_for_one_side_is_looked_up_in_both(run: Path) -> None:
    assert Side.of(f"{run}:b/old.trec").pairs(Side.of(str(run))) == [(f"{run.parent}/b/old.trec",) * 2]


def test_a_path_with_dots_or_links_is_the_same_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    plain = f"{tmp_path}/a/m.py:f"
    assert [absolute(f"{p}/m.py:f") for p in ("a", "a/../a", "link", tmp_path / "a")] == [plain] * 4
    assert absolute("a/../old.trec") == f"{tmp_path}/old.trec"
    assert [absolute(n) for n in ("bm25", "package.module:f")] == ["bm25", "package.module:f"]
    given = dict.fromkeys(("sample", "seed", "single")) | {"unanswerable": [Path("a/../u")], "noise": [Path("link")]}
    given |= {"dataset": Path("a/../s"), "queries": Path("a/../q"), "qrels": None, "only": None}
    chosen = selection_of(argparse.Namespace(**given))
    assert (chosen.folder, chosen.noise, chosen.queries) == (tmp_path / "s", (tmp_path / "a",), tmp_path / "q")
    assert chosen.unanswerable == (tmp_path / "u",)
