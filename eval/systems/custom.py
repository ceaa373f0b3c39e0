"""Somebody's own retriever: a Python function from questions to ranked (policy_id, span)."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import operator
import symtable
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.faults import told
from eval.model import Question, Record, Span
from eval.reading import identifier
from eval.systems import Context, Kind, SearchOnly

Retriever = Callable[[list[str]], Any]
_FORM = "应对每个问题给出一个列表，其中每项为 (policy_id, (start, end)) 或 (policy_id, None)，最好的在前"
_HOW = "写法：文件.py:函数 或 模块:函数"
#: Code with any of these may make names that cannot be told without running it.
_DYNAMIC = frozenset(("globals", "vars", "setattr", "exec", "__getattr__"))


def kind(name: str) -> Kind:
    """The system of ``file.py:function`` or ``module:function``."""
    file = source_of(name)
    return Kind(
        name,
        "自己的检索器",
        lambda context: CustomSystem(name, context),
        files=(file,) if file else (),
        check=lambda: check(name),
    )


def source_of(name: str) -> Path | None:
    """The file that ``file.py:function`` or ``module:function`` names; no code of it runs. None for no such module."""
    where = name.rpartition(":")[0]
    if where.endswith(".py"):
        return Path(where)
    top, *below = where.split(".")
    try:
        spec = importlib.util.find_spec(top)
        for i in range(len(below)):
            if spec is not None:
                spec = PathFinder.find_spec(".".join((top, *below[: i + 1])), spec.submodule_search_locations)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None


def check(name: str) -> None:
    """See that the file is there and has the function, as far as can be told without running it. Raises EvalError."""
    where, _, attribute = name.rpartition(":")
    file = source_of(name)
    if file is None:
        raise EvalError(f"无法载入 {name}（找不到模块 {where}）。{_HOW}。")
    try:
        names = _names(file.read_bytes()) if file.suffix == ".py" else None
    except OSError as error:
        raise EvalError(f"无法载入 {name}（{file} 无法读取：{error.strerror or error}）。{_HOW}。") from error
    except SyntaxError as error:
        raise EvalError(f"无法载入 {name}（{file} 第 {error.lineno} 行不是有效的 Python：{error.msg}）。") from error
    except ValueError as error:
        raise EvalError(f"无法载入 {name}（{file} 不是文字：{error}）。请存为 UTF-8。") from error
    if names is not None and attribute not in names:
        raise EvalError(f"无法载入 {name}（{file} 里没有 {attribute}）。{_HOW}。")


def _names(source: bytes) -> set[str] | None:
    """The names a module's code gives at its top level; None where only running it could tell."""
    text = importlib.util.decode_source(source)
    nodes = list(ast.walk(ast.parse(text)))
    used = {n.id for n in nodes if isinstance(n, ast.Name)} | {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    stars = any(a.name == "*" for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names)
    if stars or used & _DYNAMIC or any(isinstance(n, ast.Global) for n in nodes):
        return None
    symbols = symtable.symtable(text, "<retriever>", "exec").get_symbols()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported() or s.is_namespace()}


class CustomSystem(SearchOnly):
    """A function as a system. It is called with one question at a time, so that its latency can be told."""

    def __init__(self, name: str, context: Context) -> None:
        self._name, self._records = name, context.dataset.records
        self._function = load_function(name)

    def search(self, question: Question, k: int) -> list[Span]:
        """The function's spans. Raises EvalError for a result of another form."""
        given = self._function([question.text])
        if not isinstance(given, (list, tuple)) or len(given) != 1 or not isinstance(given[0], (list, tuple)):
            raise EvalError(f"{self._name} 的返回值不对：{_FORM}。")
        return [_span(self._name, item, self._records) for item in given[0]][:k]


def load_function(name: str) -> Retriever:
    """The function of ``file.py:function`` or ``module:function``. Raises EvalError where it cannot be had."""
    where, _, attribute = name.rpartition(":")
    try:
        module = _from_file(Path(where)) if where.endswith(".py") else importlib.import_module(where)
        function = getattr(module, attribute)
    except (Exception, SystemExit) as error:  # whatever the evaluator's code raises
        raise EvalError(f"无法载入 {name}（{told(error)}）。{_HOW}。") from error
    if not callable(function):
        raise EvalError(f"{name} 不是函数。")
    return function  # type: ignore[no-any-return]


def _from_file(path: Path) -> Any:  # noqa: ANN401 - a module
    name = f"_retriever_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _span(name: str, item: object, records: Mapping[str, Record]) -> Span:
    if not isinstance(item, (list, tuple)) or len(item) != 2 or not isinstance(item[0], str):
        raise EvalError(f"{name} 给出了 {item!r}：{_FORM}。")
    policy_id, place = item
    if identifier(policy_id) is None:
        raise EvalError(f"{name} 给出了文件编号 {policy_id!r}：编号不能为空、含空白或控制字符。")
    if place is None:
        return Span(policy_id)
    try:
        start, end = map(operator.index, place)  # NumPy's integers, too
    except (TypeError, ValueError) as error:
        raise EvalError(f"{name} 给出了区间 {place!r}：{_FORM}。") from error
    if not 0 <= start < end:
        raise EvalError(f"{name} 给出了区间 {place!r}：应有 0 ≤ start < end。")
    record = records.get(policy_id)
    if record is not None and end > len(record.text):
        raise EvalError(f"{name} 给出的区间 {place!r} 超出了文件 {policy_id} 的 {len(record.text)} 个字。")
    return Span(policy_id, start, end)
