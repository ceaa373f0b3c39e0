"""OpenAI's chat under ``/v1``. Imported late: it needs FastAPI at once."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from kb.model import Answer
from ui.api.errors import ApiError, Fault, fault_of
from ui.api.front import TEXT, Front
from ui.api.openai_models import MODELS, ChatRequest, asked_in
from ui.api.openai_replies import Completion, fault_body
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.api.telling import FRESH, gone_of, tell_faults

_SINCE = 1767225600  # 2026-01-01: OpenAI's list wants a time


def openai_chat(questions: Questions, pool: Pool) -> Front:
    """The application, behind its limits."""
    api = FastAPI(title="知策", docs_url=None, redoc_url=None, openapi_url=None)
    tell_faults(api, _faulty)
    _add_models(api)
    _add_chat(api, questions, pool)
    return Front(api, lambda path: TEXT, _faulty)


def _faulty(fault: Fault) -> JSONResponse:
    """The response of a fault; where OpenAI has no status of its own for it, the one it has."""
    status = 400 if fault.status == 422 else fault.status
    return JSONResponse(fault_body(fault), status, headers=FRESH | fault.headers)


def _add_models(api: FastAPI) -> None:
    def told(name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": _SINCE, "owned_by": "zhice"}

    @api.get("/models")
    def models() -> Any:  # noqa: ANN401
        return {"object": "list", "data": [told(name) for name in MODELS]}

    @api.get("/models/{name}")
    def model(name: str) -> Any:  # noqa: ANN401
        if name not in MODELS:
            message = f"没有模型 {name[:100]}。可用的模型：{'、'.join(MODELS)}。"
            raise ApiError(Fault(404, "model_not_found", message, {"param": "model"}))
        return told(name)


def _add_chat(api: FastAPI, questions: Questions, pool: Pool) -> None:
    @api.post("/chat/completions")
    async def chat(request: Request, wanted: ChatRequest) -> Any:  # noqa: ANN401
        asked = asked_in(wanted)
        made = Completion(wanted.model, f"{request.url.scheme}://{request.url.netloc}")
        if wanted.stream:
            growing = pool.follow(lambda work: questions.answers(asked, work), gone_of(request))
            return await _stream(growing, made)
        answer = await pool.run(lambda work: questions.answer(asked, work), gone_of(request))
        return made.whole(answer)


async def _stream(growing: AsyncGenerator[Answer | None], made: Completion) -> Response:
    """The chunks of an answer. What fails before there is any of it is told by the status."""
    first = await anext(growing)
    return StreamingResponse(_chunks(first, growing, made), media_type="text/event-stream", headers=FRESH)


async def _chunks(
    first: Answer | None, growing: AsyncGenerator[Answer | None], made: Completion
) -> AsyncGenerator[str]:
    """Nothing is shown before all of it is checked: what was shown is never taken back."""
    whole = first
    try:
        async with aclosing(growing):
            async for answer in growing:
                whole = answer or whole
                yield ": ...\n\n"
        if whole is not None:
            for piece in made.pieces(whole):
                yield _event(piece)
    except Exception as error:  # the status has been sent: it is told in the stream
        yield _event(fault_body(fault_of(error)))
    yield "data: [DONE]\n\n"


def _event(values: dict[str, Any]) -> str:
    return f"data: {json.dumps(values, ensure_ascii=False)}\n\n"
