"""What goes wrong, as the interfaces tell it: a code for programs, a Chinese message for people, a status."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from kb.errors import HomeBusy, KBError, QuestionInvalid, UnknownDocument
from kb.match import ProfileError
from ui.answers import UNEXPECTED

_LOG = logging.getLogger(__name__)
SOON = 2  # seconds until it is worth trying again
_BY_STATUS = {
    400: ("bad_request", "请求读不懂。请核对请求的格式，写法见 /api/docs。"),
    404: ("not_found", "没有这个接口。可用的接口见 /api/docs。"),
    405: ("method_not_allowed", "这个地址不接受这种请求方法。可用的方法见 /api/docs。"),
    413: ("too_large", "请求太大。请缩短后重试。"),
    415: ("unsupported_media_type", "请求的内容类型不对。请按 /api/docs 里写的类型发送。"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure to be told. ``more`` are further fields of the error; ``retry_after`` is in seconds."""

    status: int
    code: str
    message: str
    more: dict[str, Any] = field(default_factory=dict)
    retry_after: int | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The error as every interface of ours but OpenAI's sends it."""
        return {"error": {"code": self.code, "message": self.message, **self.more}}

    @property
    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


GONE = Fault(499, "gone", "请求的一方已经离开。")  # nobody reads it


class ApiError(Exception):
    """A failure that is known by its fault."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault."""
        self.fault = fault
        super().__init__(fault.message)


def busy() -> Fault:
    """As many ask as can wait."""
    message = f"现在请求太多，排不上队。请过 {SOON} 秒再试。"
    return Fault(429, "busy", message, retry_after=SOON)


def share_taken(most: int) -> Fault:
    """One account asks as much at once as it may."""
    message = f"您的账号已有 {most} 个请求在处理或排队，没有再开始。请等其中一个做完，或过 {SOON} 秒再试。"
    return Fault(429, "busy", message, retry_after=SOON)


def fault_of(error: BaseException) -> Fault:
    """What to tell of any exception; what nobody expected goes to the log."""
    match error:
        case ApiError():
            return error.fault
        case QuestionInvalid():
            return Fault(422, "question_invalid", str(error))
        case ProfileError():
            return Fault(422, "profile_invalid", str(error))
        case UnknownDocument():
            message = f"没有编号为 {error.policy_id} 的文件。用 GET /api/documents 列出所有文件。"
            return Fault(404, "unknown_document", message)
        case HomeBusy():
            message = "知识库正由另一个程序写入。请等它做完再试。"
            return Fault(503, "base_busy", message, retry_after=SOON)
        case KBError():
            return Fault(503, "base_unavailable", str(error))
    _LOG.error("a request failed", exc_info=error)
    return Fault(500, "unexpected", UNEXPECTED)


def fault_of_status(status: int) -> Fault:
    """What to tell of a status that the framework chose."""
    code, message = _BY_STATUS.get(status, ("refused", "请求没有办成。写法见 /api/docs。"))
    return Fault(status, code, message)
