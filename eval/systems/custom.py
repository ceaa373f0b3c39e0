"""Somebody's own retriever: a Python function from questions to ranked (policy_id, span)."""

from __future__ import annotations

import importlib
import importlib.util
import operator
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.model import Question, Record, Span
from eval.systems import Context, Kind, SearchOnly

Retriever = Callable[[list[str]], Any]
_FORM = "应对每个问题给出一个列表，其中每项为 (policy_id, (start, end)) 或 (policy_id, None)，最好的在前"


def kind(name: str) -> Kind:
    """The system of ``file.py:function`` or ``module:function``."""
    where = Path(name.rpartition(":")[0])
    files = (where,) if where.suffix == ".py" and where.is_file() else ()
    return Kind(name, "自己的检索器", lambda context: CustomSystem(name, context), files=files)


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
    except Exception as error:  # whatever the evaluator's code raises
        why = f"{type(error).__name__}: {error}"
        raise EvalError(f"无法载入 {name}（{why}）。写法：文件.py:函数 或 模块:函数。") from error
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
