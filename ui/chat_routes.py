"""What the chat serves beside its page: conversations to take away, and how far a turn is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from kb.conversations.export import conversation_file, exported_text
from kb.conversations.model import TurnState, UnknownConversation, UnknownTurn
from kb.errors import KBError
from ui.answering import Answering, Mine
from ui.chat_events import CONVERSATION, TURN
from ui.document import failed_page

_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json; charset=utf-8",
}
_SAFE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'"}
_LONGEST_NAME = 40
_UNSAFE = '\\/:*?"<>|'


def add_chat(app: Any, mine: Mine) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the conversations of the store."""
    from starlette.responses import JSONResponse

    def everything(request: Any) -> Any:  # noqa: ANN401, ARG001
        return _served(lambda: (exported_text(mine().store).encode("utf-8", "replace"), "全部对话"), ".json")

    def one(request: Any) -> Any:  # noqa: ANN401
        given, suffix = request.path_params["conversation"], f".{request.path_params['suffix']}"
        return _served(lambda: _file(mine(), given, suffix), suffix)

    def turn(request: Any) -> Any:  # noqa: ANN401
        given = request.path_params["turn"]
        try:
            state = mine().turn(given).state if TURN.fullmatch(given) else TurnState.LOST
        except UnknownTurn:
            state = TurnState.LOST
        except KBError:
            return JSONResponse({"state": None}, 503, headers=_SAFE)
        return JSONResponse({"state": state.value}, headers=_SAFE)

    app.add_route("/chat/all.json", everything)
    app.add_route("/chat/turn/{turn}", turn)
    app.add_route("/chat/{conversation}.{suffix}", one)


def _file(answering: Answering, conversation_id: str, suffix: str) -> tuple[bytes, str]:
    if not CONVERSATION.fullmatch(conversation_id):
        raise UnknownConversation(conversation_id)
    found = answering.conversation(conversation_id)
    name = "".join(" " if c in _UNSAFE or not c.isprintable() else c for c in found.title)[:_LONGEST_NAME].strip(" .")
    return conversation_file(found, suffix), name or "对话"


def _served(make: Callable[[], tuple[bytes, str]], suffix: str) -> Any:  # noqa: ANN401
    from starlette.responses import HTMLResponse, Response

    try:
        data, name = make()
    except KBError as error:
        return HTMLResponse(failed_page("没有导出", str(error)), 404, headers=_SAFE)
    disposition = f"attachment; filename*=UTF-8''{quote(name + suffix, safe='')}"
    return Response(data, media_type=_TYPES[suffix], headers=_SAFE | {"Content-Disposition": disposition})
