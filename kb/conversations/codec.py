"""Answers, filters and what else a turn keeps as JSON text and back, without loss."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kb.errors import Corrupt
from kb.model import Answer, Filters

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def encode_answer(answer: Answer) -> str:
    """An answer as JSON text."""
    return _answers().dump_json(answer).decode()


def decode_answer(payload: str) -> Answer:
    """The answer of ``encode_answer``. Raises Corrupt."""
    found: Answer = _decoded(_answers(), payload, "回答")
    return found


def encode_filters(filters: Filters) -> str:
    """Filters as JSON text."""
    return _filters().dump_json(filters).decode()


def decode_filters(payload: str) -> Filters:
    """The filters of ``encode_filters``. Raises Corrupt."""
    found: Filters = _decoded(_filters(), payload, "筛选")
    return found


def decode_texts(payload: str) -> tuple[str, ...]:
    """A list of texts. Raises Corrupt."""
    found: tuple[str, ...] = _decoded(_texts(), payload, "列表")
    return found


def decode_names(payload: str) -> dict[str, str]:
    """Texts by name. Raises Corrupt."""
    found: dict[str, str] = _decoded(_names(), payload, "说明")
    return found


def _decoded(adapter: TypeAdapter[Any], payload: str, what: str) -> Any:  # noqa: ANN401 - the adapter's own type
    from pydantic import ValidationError

    try:
        return adapter.validate_json(payload)
    except ValidationError as error:
        raise Corrupt(f"对话里有一处{what}无法读取（{error.error_count()} 处不合格式）。") from error


@cache
def _answers() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)


@cache
def _filters() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(Filters)


@cache
def _texts() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[str, ...])


@cache
def _names() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(dict[str, str])
