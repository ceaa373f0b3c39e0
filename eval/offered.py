"""The sets a page can offer: those shipped, and those brought to a home, each a folder in BEIR form."""

from __future__ import annotations

import gzip
import re
import shutil
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.dataset import Selection, load
from eval.errors import EvalError

FILES = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")
FOLDER = "sets"
_SHIPPED = Path(__file__).with_name("data") / "zhengce_qa"
_ABOUT = {"dev": "自带评测集：开发题", "test": "自带评测集：留出题"}
_NAME = re.compile(r"[\w一-鿿][\w一-鿿 .-]{0,39}")
_MOST_SETS = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """A set to choose: its name, what is shown for it, its folder, and how many questions it has."""

    name: str
    about: str
    folder: Path
    questions: int


def offered(home: Path) -> tuple[Offered, ...]:
    """The sets shipped with the project, then those of a home by name; a folder without questions is none."""
    shipped = [(f"zhengce_qa/{part}", about, _SHIPPED / part) for part, about in _ABOUT.items()]
    found = [*shipped, *((p.name, p.name, p) for p in _own(home)[:_MOST_SETS])]
    return tuple(Offered(name, about, folder, n) for name, about, folder in found if (n := _questions(folder)))


def find(home: Path, name: str) -> Offered:
    """The set of a name. Raises EvalError where it is not there any more, or cannot be read any more."""
    for one in offered(home):
        if one.name == name:
            return one
    if name in {place.name for place in _own(home)}:
        raise EvalError(f"题集“{name}”的问题读不出来：文件损坏，或是空的。请删去数据目录的 sets/{name}，再重新加入。")
    raise EvalError(f"没有叫“{name}”的题集。请刷新页面，重新选择。")


def add(home: Path, name: str, files: Mapping[str, Path]) -> Offered:
    """Take in a set from its three files, by the names in ``FILES`` (plain or ``.gz``), after checking them.

    Nothing is kept of a set with a fault. Raises EvalError, DatasetInvalid.
    """
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise EvalError("题集的名称要有 1 到 40 个字，只用汉字、字母、数字、空格、点、短横和下划线，不以点开头。")
    target = home / FOLDER / name
    if target.exists() or name in {f"zhengce_qa/{part}" for part in _ABOUT}:
        raise EvalError(f"已经有叫“{name}”的题集。请换一个名称。")
    if len(_own(home)) >= _MOST_SETS:
        raise EvalError(f"自己的题集已有 {_MOST_SETS} 个，不能再加。请先从数据目录的 sets 里删去不用的。")
    given = {_role(shown): path for shown, path in files.items()}
    missing = [wanted for wanted in FILES if wanted not in {role.removesuffix(".gz") for role in given}]
    if missing:
        raise EvalError(f"还缺 {'、'.join(missing)}。题集由 {'、'.join(FILES)} 三个文件组成，请一次选齐。")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as draft:
        folder = Path(draft) / name
        folder.mkdir()
        for role, path in given.items():
            shutil.copyfile(path, folder / role)
        try:
            load(Selection(folder))
        except EvalError as error:
            raise EvalError(str(error).replace(str(folder), name)) from error
        folder.rename(target)
    return find(home, name)


def _own(home: Path) -> list[Path]:
    """The folders of a home's own sets, by name; those being taken in are not among them."""
    return sorted(p for p in (home / FOLDER).glob("*") if p.is_dir() and not p.name.startswith("."))


def _role(shown: str) -> str:
    role = Path(shown).name
    if role.removesuffix(".gz") not in FILES:
        raise EvalError(f"不认识文件 {role[:80]}。题集由 {'、'.join(FILES)} 三个文件组成（可以是 .gz）。")
    return role


def _questions(folder: Path) -> int:
    """How many lines of questions a folder has; 0 where they cannot be read."""
    try:
        plain = folder / "queries.jsonl"
        with plain.open("rb") if plain.is_file() else gzip.open(f"{plain}.gz") as lines:
            return sum(bool(line.strip()) for line in lines)
    except (OSError, EOFError, zlib.error):
        return 0
