"""What stands before an interface: requests of another kind or too large get no further. Who asks, the guard knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ui.api.errors import ApiError, Fault, fault_of_status

_NO_LENGTH = Fault(400, "bad_request", "请求的 Content-Length 读不懂。")
Asgi = Callable[[Any, Any, Any], Any]
Answer = Callable[[Fault], Asgi]


class Limits:
    """How much a path takes and of which type, and what to tell of more."""

    def __init__(self, content_type: str, most: int, told: Fault) -> None:
        """``most`` in bytes."""
        self.content_type, self.most, self.told = content_type, most, told


LARGEST_QUESTION = 4_000_000  # bytes; history and ids beside the question
TEXT = Limits(
    "application/json",
    LARGEST_QUESTION,
    Fault(413, "too_large", f"请求超过 {LARGEST_QUESTION // 1_000_000} MB。请缩短后重试。"),
)


class Front:
    """An ASGI application behind limits. ``limits`` gives those of a path, ``answer`` makes a response of a fault.

    Where ``methods`` are given, no others get through.
    """

    def __init__(
        self, app: Asgi, limits: Callable[[str], Limits], answer: Answer, methods: frozenset[str] | None = None
    ) -> None:
        """Stand before ``app``."""
        self.app, self.limits, self.answer, self.methods = app, limits, answer, methods

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Answer, or pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        limits = self.limits(scope["path"].removeprefix(scope.get("root_path", "")))
        method = scope["method"]
        fault = _refused(method, headers, limits)
        if self.methods is not None and method not in self.methods:
            fault = fault_of_status(405)
        if fault is not None:
            await self.answer(fault)(scope, receive, send)
            return
        await self.app(scope, _bounded(receive, limits), send)


def _refused(method: str, headers: dict[bytes, str], limits: Limits) -> Fault | None:
    length = headers.get(b"content-length", "0")
    if not (length.isascii() and length.isdigit()):
        return _NO_LENGTH
    if len(length) > 15 or int(length) > limits.most:
        return limits.told
    given = headers.get(b"content-type", "").partition(";")[0].strip().lower()
    if method == "POST" and given != limits.content_type:
        return Fault(415, "unsupported_media_type", f"这个接口要的内容类型是 {limits.content_type}。")
    return None


def _bounded(receive: Any, limits: Limits) -> Any:  # noqa: ANN401
    """Receives no more than is allowed: not every request says its length. Raises what FastAPI passes through."""
    taken = 0

    async def bounded() -> Any:  # noqa: ANN401
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limits.most:
                raise TooMuch(limits.told)
        return message

    return bounded


def TooMuch(fault: Fault) -> Exception:  # noqa: N802 - an exception by another's class
    """The exception that FastAPI lets through while it reads a body, with the fault in it."""
    from starlette.exceptions import HTTPException

    error = HTTPException(fault.status)
    error.__cause__ = ApiError(fault)
    return error


def fault_of_http(error: Any) -> Fault:  # noqa: ANN401 - starlette's HTTPException
    """What to tell of the framework's own exception."""
    cause = error.__cause__
    return cause.fault if isinstance(cause, ApiError) else fault_of_status(error.status_code)
