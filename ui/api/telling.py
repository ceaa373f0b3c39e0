"""Failures as responses, and whether anybody is there to read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kb.errors import KBError
from ui.api.complaints import fault_of_fields
from ui.api.errors import ApiError, Fault, fault_of
from ui.api.front import fault_of_http
from ui.api.pool import Gone

FRESH = {"Cache-Control": "no-store"}


def faulty(fault: Fault) -> Any:  # noqa: ANN401 - starlette is imported late
    """The response of a fault."""
    from starlette.responses import JSONResponse

    return JSONResponse(fault.body, fault.status, headers=FRESH | fault.headers)


def tell_faults(api: Any, answer: Callable[[Fault], Any]) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Have every failure of a FastAPI application answered by what ``answer`` makes of its fault."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    def of_fields(request: Any, error: Any) -> Any:  # noqa: ANN401, ARG001
        return answer(fault_of_fields(error.errors()))

    def of_http(request: Any, error: Any) -> Any:  # noqa: ANN401, ARG001
        response = answer(fault_of_http(error))
        response.headers.update(error.headers or {})
        return response

    def of_any(request: Any, error: Exception) -> Any:  # noqa: ANN401, ARG001
        return answer(fault_of(error))

    api.add_exception_handler(RequestValidationError, of_fields)
    api.add_exception_handler(HTTPException, of_http)
    for kind in (ApiError, KBError, Exception):
        api.add_exception_handler(kind, of_any)


def gone_of(request: Any) -> Gone:  # noqa: ANN401
    """Returns when the client of a request, whose body has been read, is gone."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    return gone
