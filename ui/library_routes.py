"""What the tab of the library fetches: a page of documents for an address."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from kb.base import KnowledgeBase
from kb.errors import KBError
from ui.answers import UNEXPECTED
from ui.library_desk import LibraryDesk
from ui.library_state import read_state
from ui.library_view import failed, results
from ui.upload_routes import FRESH, add_uploads

_LOG = logging.getLogger(__name__)


def add_library(app: Any, base: KnowledgeBase) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the library."""
    desk = LibraryDesk(base)

    def look(request: Any) -> Any:  # noqa: ANN401
        return fragment(lambda: results(desk.look(read_state(request.query_params.multi_items()))))

    app.add_route("/library/look", look)
    add_uploads(app, base)


def fragment(make: Callable[[], str]) -> Any:  # noqa: ANN401
    """A piece of the page; where it cannot be made, what to tell."""
    from starlette.responses import HTMLResponse

    try:
        return HTMLResponse(make(), headers=FRESH)
    except KBError as error:
        return HTMLResponse(failed(str(error)), 503, headers=FRESH)
    except Exception:
        _LOG.exception("the library cannot be shown")
        return HTMLResponse(failed(UNEXPECTED), 500, headers=FRESH)
