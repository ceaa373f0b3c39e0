"""The outermost middleware: gives each request its id, counts and times it, and writes its line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from ui.ops.logs import REQUESTS
from ui.ops.service import Service
from ui.ops.templates import Templates
from ui.ops.trace import SCOPE, Trace, request_id, within

_HEADER = b"x-request-id"
_GONE = 499  # the client went before there was an answer


class Watch:
    """An ASGI application that is watched."""

    def __init__(self, app: Callable[..., Any], service: Service) -> None:
        """Stand before ``app``."""
        self.app, self.service, self.templates = app, service, Templates()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Answer, and note it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == _HEADER), "")
        trace = scope[SCOPE] = Trace(request_id(given))
        whole, began, status = scope.get("app"), time.perf_counter(), 500

        async def noted(message: Any) -> None:  # noqa: ANN401
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (_HEADER, trace.request_id.encode())]
                message = message | {"headers": headers}
            await send(message)

        try:
            with within(trace):
                await self.app(scope, receive, noted)
        except asyncio.CancelledError:
            status = _GONE if status == 500 else status
            raise
        finally:
            route, took = self.templates.of(whole, scope), time.perf_counter() - began
            self.service.metrics.request(scope["method"], route, status, took)
            fields = {
                "request_id": trace.request_id,
                "method": scope["method"],
                "route": route,
                "status": status,
                "duration_ms": round(took * 1000, 1),
            }
            REQUESTS.info("request", extra={"fields": {**fields, **trace.over()}})
