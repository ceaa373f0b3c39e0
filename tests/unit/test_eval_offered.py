"""The sets a page offers, and taking in one's own."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from eval.errors import EvalError
from eval.offered import FILES, Offered, add, find, offered
from tests.eval_sets import QUESTIONS, write_set

SHIPPED = ["zhengce_qa/dev", "zhengce_qa/test"]


def files(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in folder.iterdir()}


def test_a_set_of_ones_own_is_checked_taken_in_and_offered(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert [one.name for one in offered(home)] == SHIPPED
    made = add(home, " 我的题集 ", files(write_set(tmp_path / "s")))
    assert made == Offered("我的题集", "我的题集", home / "sets" / "我的题集", len(QUESTIONS))
    assert sorted(p.name for p in made.folder.iterdir()) == sorted(FILES)
    assert [one.name for one in offered(home)] == [*SHIPPED, "我的题集"]
    assert find(home, "我的题集") == made


def test_packed_files_are_taken_as_they_are(tmp_path: Path) -> None:
    made = add(tmp_path / "home", "压缩", files(write_set(tmp_path / "s", zipped=True)))
    assert sorted(p.name for p in made.folder.iterdir()) == ["corpus.jsonl.gz", "qrels.tsv", "queries.jsonl.gz"]
    assert made.questions == len(QUESTIONS)


@pytest.mark.parametrize("name", ["", "../逃", "a/b", ".藏", "-x" * 30, "有\n换行", "x" * 41])
def test_a_name_that_is_no_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="题集的名称"):
        add(tmp_path / "home", name, files(write_set(tmp_path / "s")))
    assert not (tmp_path / "home").exists()


def test_a_set_with_a_fault_leaves_nothing_and_names_the_line(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "s", qrels=[("q1", "没有这份", 1)])
    with pytest.raises(EvalError, match="qrels.tsv.*没有这份"):
        add(tmp_path / "home", "坏的", files(folder))
    assert [p.name for p in (tmp_path / "home" / "sets").iterdir()] == []


def test_a_missing_file_a_stranger_and_a_second_set_of_the_name(tmp_path: Path) -> None:
    home, given = tmp_path / "home", files(write_set(tmp_path / "s"))
    with pytest.raises(EvalError, match="还缺 qrels.tsv"):
        add(home, "缺", {name: path for name, path in given.items() if name != "qrels.tsv"})
    with pytest.raises(EvalError, match="不认识文件 virus.exe"):
        add(home, "多", given | {"virus.exe": given["qrels.tsv"]})
    add(home, "一", given)
    with pytest.raises(EvalError, match="已经有叫“一”的题集"):
        add(home, "一", given)
    with pytest.raises(EvalError, match="没有叫“不在”的题集"):
        find(home, "不在")


def test_a_damaged_packed_file_is_refused_and_one_damaged_later_harms_no_other(tmp_path: Path) -> None:
    home, given = tmp_path / "home", files(write_set(tmp_path / "s", zipped=True))
    whole = gzip.compress(given["queries.jsonl.gz"].read_bytes())
    damaged = whole[:10] + b"\xff" * 20 + whole[30:]
    add(home, "一", given)
    add(home, "二", given)
    (home / "sets" / "一" / "queries.jsonl.gz").write_bytes(damaged)
    assert [one.name for one in offered(home)] == [*SHIPPED, "二"]
    with pytest.raises(EvalError, match="“一”的问题读不出来.*重新加入"):
        find(home, "一")
    given["queries.jsonl.gz"].write_bytes(damaged)
    with pytest.raises(EvalError, match="三/queries.jsonl.gz.*[一-鿿]"):
        add(home, "三", given)
    assert sorted(p.name for p in (home / "sets").iterdir()) == ["一", "二"]


def test_so_many_sets_are_offered_and_no_more_are_taken_in(tmp_path: Path) -> None:
    home, given = tmp_path / "home", files(write_set(tmp_path / "s"))
    first = add(home, "0", given)
    for number in range(1, 199):
        shutil.copytree(first.folder, first.folder.with_name(str(number)))
    assert add(home, "末", given).name == "末"
    with pytest.raises(EvalError, match="200 个.*删去"):
        add(home, "多", given)
    assert [len(offered(home)), len(list((home / "sets").iterdir()))] == [len(SHIPPED) + 200, 200]
