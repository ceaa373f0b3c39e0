"""Which request a piece of work is done for, and what it took: from the middleware to the threads that answer.

Handlers of the page run in Gradio's queue, whose tasks keep the context of whichever request came first; Gradio keeps
the request of each event by itself, so that one is looked at before our own.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
SCOPE = "zhice.trace"  # where the middleware leaves the trace in the ASGI scope
_GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TRACE: ContextVar[Trace | None] = ContextVar("zhice_trace", default=None)


@dataclass(slots=True)
class Trace:
    """One request: its id, and of the answer made within it what the log tells."""

    request_id: str
    answer: Mapping[str, Any] | None = None
    _over: bool = False
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, answer: Mapping[str, Any]) -> bool:
        """Put an answer into the request's own line; False where that has one already, or is written."""
        with self._guard:
            if self._over or self.answer is not None:
                return False
            self.answer = answer
            return True

    def over(self) -> Mapping[str, Any]:
        """The request's line is written now: the answer it tells of."""
        with self._guard:
            self._over = True
            return self.answer or {}


def request_id(given: str) -> str:
    """The id a request brings if it is well formed, else a new one."""
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


def current() -> Trace | None:
    """The request that this thread or task works for."""
    from gradio.context import LocalContext

    event = LocalContext.request.get(None)
    if event is not None:
        found = getattr(event, "request", None)
        known = found.scope.get(SCOPE) if found is not None else None
        return known if isinstance(known, Trace) else None
    return _TRACE.get()


def carried(work: Callable[P, T]) -> Callable[P, T]:
    """Work for another thread, done there for the request of this one."""
    trace = current()

    @wraps(work)
    def there(*args: P.args, **kwargs: P.kwargs) -> T:
        token = _TRACE.set(trace)
        try:
            return work(*args, **kwargs)
        finally:
            _TRACE.reset(token)

    return there


class within:  # noqa: N801 - used as a statement
    """What is done within belongs to this request."""

    def __init__(self, trace: Trace) -> None:
        """Take the request."""
        self.trace = trace

    def __enter__(self) -> None:
        """From here on."""
        self._token = _TRACE.set(self.trace)

    def __exit__(self, *error: object) -> None:
        """To here."""
        _TRACE.reset(self._token)
