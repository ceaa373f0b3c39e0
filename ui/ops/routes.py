"""``/healthz``: the process lives; ``/readyz``: it can answer; ``/metrics``: what it does."""

from __future__ import annotations

import asyncio
from typing import Any

from ui.ops.metrics import CONTENT_TYPE
from ui.ops.service import Service

_FRESH = {"Cache-Control": "no-store"}
_PATIENCE = 5.0  # seconds the base may take to tell that it is there


def add_ops(app: Any, service: Service) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve them. Who may see them is the guard's concern."""
    from starlette.responses import JSONResponse, Response

    async def health(request: Any) -> Any:  # noqa: ANN401, ARG001
        return JSONResponse({"status": "ok"}, headers=_FRESH)

    async def ready(request: Any) -> Any:  # noqa: ANN401, ARG001
        try:  # in a thread of none of those that answer
            fault = await asyncio.wait_for(asyncio.to_thread(service.fault), _PATIENCE)
        except TimeoutError:
            fault = "知识库没有反应"
        told = {"ready": not fault} | ({"reason": fault} if fault else {})
        return JSONResponse(told, 503 if fault else 200, headers=_FRESH)

    async def metrics(request: Any) -> Any:  # noqa: ANN401, ARG001
        exposed = await asyncio.to_thread(service.metrics.exposed)
        return Response(exposed, headers=_FRESH | {"Content-Type": CONTENT_TYPE})

    app.add_route("/healthz", health)
    app.add_route("/readyz", ready)
    app.add_route("/metrics", metrics)
