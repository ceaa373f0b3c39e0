"""The interfaces put into the web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from kb.base import KnowledgeBase
from ui.api.holdings import Holdings
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.desk import Desk
from ui.places import places


def add_api(app: Any, desk: Desk, base: KnowledgeBase) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the interfaces for as long as the application runs."""
    from ui.api.mcp_server import PATH, tools
    from ui.api.openai_routes import openai_chat
    from ui.api.routes import rest

    pool, questions, holdings = Pool(places(base.settings)), Questions(desk, base), Holdings(base)
    app.mount("/api", rest(questions, holdings, pool))
    app.mount("/v1", openai_chat(questions, pool))
    mcp = tools(questions, holdings, pool)
    app.add_route(PATH, mcp.app, include_in_schema=False)
    around = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: Any) -> AsyncIterator[Any]:  # noqa: ANN401
        async with around(running) as state, mcp.running():
            try:
                yield state
            finally:
                pool.close()

    app.router.lifespan_context = lifespan
