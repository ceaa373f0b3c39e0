"""REST under ``/api``, described by itself at ``/api/openapi.json``. Imported late: it needs FastAPI at once."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated, Any, Literal

from fastapi import FastAPI, File, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from kb.library import ISSUER, KIND, REGION, STATUS, YEAR, Wanted
from kb.model import Answer, Kind, Status
from ui.api import models
from ui.api.docs import add_docs
from ui.api.errors import fault_of
from ui.api.front import TEXT, Front, Limits
from ui.api.holdings import Holdings, too_large
from ui.api.matching import MatchOut, MatchRequest, matched
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.api.replies import answer_values, hit_values
from ui.api.telling import FRESH, faulty, gone_of, tell_faults
from ui.deeds import named, tell

EVENTS = "text/event-stream"
_AROUND_FILE = 64_000  # bytes of a form around its file
_OUTCOMES = {"added": "新收录", "replaced": "替换", "unchanged": "没有变化"}  # in the log of changes
_TOLD = {
    403: "别的网站的网页发来的请求",
    404: "没有这份文件",
    413: "请求或文件太大",
    415: "内容或文件的类型不对",
    422: "请求有误",
    429: "排队的太多，按 Retry-After 再试",
    500: "意外的错误",
    503: "知识库暂时不能用",
}
_ABOUT = (
    "只凭已导入的文件作答、检索，列出、收录和移除文件。任何失败都是 "
    '`{"error": {"code", "message"}}`：`code` 给程序看，`message` 说明怎么办。地址 `url` 都相对于本服务。'
)
_OF_ASKING = (
    "逐句带出处的回答，或带原因的拒答。事件流：`progress` 是写到目前的回答（只有 `sentences`），后一个代替前一个；"
    "`answer` 是完整的回答，可能与之前写的不同；`error` 是写到一半的失败。以冒号开头的行是为了保持连接。"
)
_OF_EVENTS = {
    "type": "object",
    "description": "一个事件",
    "properties": {
        "event": {"type": "string", "enum": ["progress", "answer", "error"]},
        "data": {
            "type": "string",
            "description": "JSON：写到目前的句子、完整的回答（AnswerOut）或错误（ErrorOut）",
        },
    },
    "required": ["event", "data"],
}
PolicyId = Annotated[str, Path(min_length=1, max_length=200, description="文件编号")]
Words = Annotated[list[Annotated[str, Query(max_length=200)]], Query(max_length=20)]


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    wanted = (400, 403, 413, 415, 422, 500, 503, *statuses)
    return {s: {"model": models.ErrorOut, "description": _TOLD.get(s, "请求读不懂")} for s in sorted(wanted)}


def rest(questions: Questions, holdings: Holdings, pool: Pool) -> Front:
    """The application, behind its limits."""
    api = FastAPI(title="知策", description=_ABOUT, version="1", docs_url=None, redoc_url=None)
    tell_faults(api, faulty)
    _add_questions(api, questions, pool)
    _add_matching(api, questions, pool)
    _add_documents(api, holdings, pool)
    _add_changes(api, holdings)
    add_docs(api)
    max_mb = holdings.base.settings.max_file_mb
    file = Limits("multipart/form-data", max_mb * 1_000_000 + _AROUND_FILE, too_large(max_mb))
    return Front(api, lambda path: file if path == "/documents" else TEXT, faulty)


def _add_questions(api: FastAPI, questions: Questions, pool: Pool) -> None:
    streamed = {"description": "回答；`stream` 为 true 时是事件流", "content": {EVENTS: {"schema": _OF_EVENTS}}}

    @api.post(
        "/ask",
        summary="提问",
        description=_OF_ASKING,
        response_model=models.AnswerOut,
        responses=_errors(429) | {200: streamed},
    )
    async def ask(request: Request, asked: models.AskRequest) -> Any:  # noqa: ANN401
        """An answer, whole or as a stream."""
        if asked.stream:
            return await _stream(pool.follow(lambda work: questions.answers(asked, work), gone_of(request)))
        answer = await pool.run(lambda work: questions.answer(asked, work), gone_of(request))
        return answer_values(answer)

    @api.post(
        "/search",
        summary="检索",
        description="与问题最相关的片段，最相关的在前。",
        response_model=models.SearchOut,
        response_description="片段",
        responses=_errors(429),
    )
    async def search(request: Request, asked: models.SearchRequest) -> Any:  # noqa: ANN401
        """The chunks that fit best."""
        hits = await pool.run(lambda work: questions.search(asked, work), gone_of(request))
        return {"hits": [hit_values(hit) for hit in hits]}


def _add_matching(api: FastAPI, questions: Questions, pool: Pool) -> None:
    @api.post(
        "/match",
        summary="政策匹配",
        description="按一句话或画像查找某人、某企业可以申请的扶持，逐条对照条件。",
        response_model=MatchOut,
        response_description="扶持",
        responses=_errors(429),
    )
    async def match(request: Request, asked: MatchRequest) -> Any:  # noqa: ANN401
        """What can be claimed."""
        found = await pool.run(lambda work: matched(questions.base, asked), gone_of(request))
        return found.values


async def _stream(growing: AsyncGenerator[Answer | None]) -> Response:
    """The events of an answer. What fails before the first of them is told by the status."""
    first = await anext(growing)
    return StreamingResponse(_events(first, growing), media_type=EVENTS, headers=FRESH)


async def _events(first: Answer | None, growing: AsyncGenerator[Answer | None]) -> AsyncGenerator[str]:
    before = first
    try:
        async with aclosing(growing):
            async for answer in growing:
                if answer is None:
                    yield ": ...\n\n"
                    continue
                if before is not None:
                    yield _event("progress", {"sentences": answer_values(before)["sentences"]})
                before = answer
        if before is not None:
            yield _event("answer", answer_values(before))
    except Exception as error:  # the status has been sent: it is told in the stream
        yield _event("error", fault_of(error).body)


def _event(name: str, values: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(values, ensure_ascii=False)}\n\n"


def _add_documents(api: FastAPI, holdings: Holdings, pool: Pool) -> None:
    @api.get(
        "/documents",
        summary="列出文件",
        description="同一项写几个值的，符合其一即可；几项之间要同时符合。",
        response_model=models.DocumentList,
        response_description="一页文件",
        responses=_errors(429),
    )
    async def documents(
        request: Request,
        q: Annotated[str, Query(max_length=200, description="标题、文号、发文机关或正文里的话")] = "",
        region: Annotated[Words, Query(description="六位区划代码")] = [],  # noqa: B006 - FastAPI copies it
        kind: Annotated[list[Kind], Query(max_length=30, description="文种")] = [],  # noqa: B006
        status: Annotated[list[Status], Query(max_length=10, description="今天的有效性")] = [],  # noqa: B006
        year: Annotated[Words, Query(description="成文（或发布）的年份")] = [],  # noqa: B006
        issuer: Annotated[Words, Query(description="发文机关的全名")] = [],  # noqa: B006
        sort: Annotated[Literal["", "best", "newest", "oldest", "title"], Query(description="次序")] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        size: Annotated[int, Query(ge=1, le=200, description="每页多少份")] = 20,
    ) -> Any:  # noqa: ANN401
        """A page of the library."""
        facets: dict[str, Sequence[str]] = {REGION: region, KIND: kind, STATUS: status, YEAR: year, ISSUER: issuer}
        chosen = {name: tuple(map(str, values)) for name, values in facets.items() if values}
        wanted = Wanted(q, chosen, sort, page)
        return await pool.run(lambda work: holdings.listed(wanted, size), gone_of(request))

    @api.get(
        "/documents/{policy_id:path}",
        summary="查看一份文件",
        description="全部字段、全文，与其他文件的关系。",
        response_model=models.DocumentOut,
        response_description="文件",
        responses=_errors(404, 429),
    )
    async def document(
        request: Request,
        policy_id: PolicyId,
        revision: Annotated[str | None, Query(max_length=64, description="引用里的修订号，默认当前的")] = None,
        as_of: Annotated[models.Day | None, Query(description="按该日判断有效性，默认今天")] = None,
    ) -> Any:  # noqa: ANN401
        """A document in full."""
        return await pool.run(lambda work: holdings.shown(policy_id, revision, as_of), gone_of(request))


def _add_changes(api: FastAPI, holdings: Holdings) -> None:
    @api.post(
        "/documents",
        summary="收录一份文件",
        description="与网页上的上传相同：同名而内容不同的先列出改动（409），不替换。",
        status_code=201,
        response_model=models.UploadOut,
        response_description="新收录",
        responses=_errors(429)
        | {
            200: {"model": models.UploadOut, "description": "替换了同名的，或与库里的相同"},
            409: {"model": models.ConflictOut, "description": "同名的文件已在库里而内容不同"},
        },
    )
    async def upload(
        request: Request,
        response: Response,
        file: Annotated[UploadFile, File(description="文件，按内容辨认格式")],
        replace: Annotated[bool, Query(description="同名的文件内容不同时替换它")] = False,
    ) -> Any:  # noqa: ANN401
        """Take a file in."""
        name = file.filename or ""
        tell(request.scope, name)
        done = await holdings.uploaded(name, file.file, replace=replace)
        tell(request.scope, name, _OUTCOMES[done.outcome])
        response.status_code = 201 if done.outcome == "added" else 200
        return done.values

    @api.delete(
        "/documents/{policy_id:path}",
        summary="移除一份文件",
        description="30 天内可以在网页的“政策库”里撤销。",
        response_model=models.RemovalOut,
        response_description="已移除",
        responses=_errors(404),
    )
    async def remove(request: Request, policy_id: PolicyId) -> Any:  # noqa: ANN401
        """Remove a document."""
        done = await run_in_threadpool(holdings.removed, policy_id)
        tell(request.scope, named(policy_id, done["title"]))
        return done
