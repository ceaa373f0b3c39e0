"""The template of a request's route (``/doc/{policy_id}``), for what must not know the path itself."""

from __future__ import annotations

from typing import Any

UNMATCHED = "unmatched"
_DEPTH = 6


class Templates:
    """Templates by what answers a route. They are read off the application at the first request."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._known: dict[int, str] | None = None

    def of(self, app: Any, scope: Any) -> str:  # noqa: ANN401 - Starlette's
        """The template of a request that was answered, UNMATCHED where no route did."""
        if self._known is None:
            self._known = {}
            _walk(app, "", self._known, _DEPTH)
        return self._known.get(id(scope.get("endpoint")), UNMATCHED)


def _walk(app: Any, prefix: str, known: dict[int, str], depth: int) -> None:  # noqa: ANN401
    """Read the routes of an application, of those mounted in it, and of those behind middleware."""
    for _ in range(_DEPTH):
        if hasattr(app, "routes"):
            break
        app = getattr(app, "app", None)
    for route in getattr(app, "routes", ()) if depth else ():
        path = prefix + getattr(route, "path", "")
        if hasattr(route, "endpoint"):
            known.setdefault(id(route.endpoint), path or "/")
        elif hasattr(route, "original_router"):  # how FastAPI keeps a router that was included
            inner = getattr(getattr(route, "include_context", None), "prefix", "")
            _walk(route.original_router, prefix + inner, known, depth - 1)
        elif hasattr(route, "app"):
            known.setdefault(id(route.app), f"{path}/*")
            _walk(route.app, path, known, depth - 1)
