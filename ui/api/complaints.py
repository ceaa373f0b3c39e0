"""What is wrong with a request, field by field, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ui.api.errors import Fault

_MOST = 5  # fields told of
_LONGEST = 80  # characters of a field's name
_SAID: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda c: "缺这一项",
    "extra_forbidden": lambda c: "没有这一项，请核对写法或删去",
    "string_type": lambda c: "应是文字",
    "string_too_short": lambda c: "不能是空的",
    "string_too_long": lambda c: f"最多 {c['max_length']} 个字",
    "string_unicode": lambda c: "不是完整的 Unicode 文字",
    "int_type": lambda c: "应是整数",
    "int_parsing": lambda c: "应是整数",
    "int_parsing_size": lambda c: "这个数太大",
    "int_from_float": lambda c: "应是整数",
    "bool_type": lambda c: "应是 true 或 false",
    "bool_parsing": lambda c: "应是 true 或 false",
    "float_type": lambda c: "应是数",
    "greater_than_equal": lambda c: f"不能小于 {c['ge']}",
    "less_than_equal": lambda c: f"不能大于 {c['le']}",
    "list_type": lambda c: "应是列表",
    "too_short": lambda c: f"至少要有 {c['min_length']} 项",
    "too_long": lambda c: f"最多 {c['max_length']} 项",
    "enum": lambda c: f"只能是 {c['expected'].replace(' or ', '、').replace(', ', '、')}",
    "literal_error": lambda c: f"只能是 {c['expected'].replace(' or ', '、')}",
    "json_invalid": lambda c: "不是 JSON",
    "model_attributes_type": lambda c: "应是 JSON 对象",
    "model_type": lambda c: "应是 JSON 对象",
    "dict_type": lambda c: "应是 JSON 对象",
    "value_error": lambda c: str(c["error"]),
}


def fault_of_fields(errors: Sequence[Mapping[str, Any]]) -> Fault:
    """The failure of a request whose fields are wrong, from the errors of pydantic."""
    found = [(_place(error["loc"]), _said(error)) for error in errors[:_MOST]]
    message = "；".join(f"{place}：{said}" for place, said in found)
    fields = [{"field": place, "message": said} for place, said in found]
    return Fault(422, "invalid", f"请求有误。{message}。写法见 /api/docs。", {"fields": fields})


def _said(error: Mapping[str, Any]) -> str:
    say = _SAID.get(error["type"])
    return say(error.get("ctx", {})) if say else "写法不对"


def _place(parts: Sequence[object]) -> str:
    """The name of a field as it is written in the request, without where it stands."""
    names = [str(part) for part in parts if isinstance(part, str)][1:] or ["请求"]
    name = ".".join("".join(c if c.isprintable() else "\ufffd" for c in part) for part in names)
    return name[:_LONGEST]
