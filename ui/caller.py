"""Who asks: the guard finds it out for each request, handlers of any kind learn it here.

Handlers of the page run in Gradio's queue, whose tasks keep the context of whichever request came first; Gradio keeps
the request of each event by itself, so that one is looked at before our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from kb.accounts import Caller, Forbidden, Role

#: Where the guard leaves the caller in the ASGI scope.
SCOPE = "zhice.caller"

_CALLER: ContextVar[Caller | None] = ContextVar("zhice_caller", default=None)


def caller() -> Caller:
    """Who asks in this thread or task. Raises Forbidden where nobody is known to."""
    from gradio.context import LocalContext

    event = LocalContext.request.get(None)
    if event is not None:
        found = getattr(event, "request", None)
        known: Any = found.scope.get(SCOPE) if found is not None else None
    else:
        known = _CALLER.get()
    if not isinstance(known, Caller):
        raise Forbidden(Role.READER)
    return known


def account() -> str:
    """The account that asks in this thread or task; "" where nobody is known, or there are no accounts."""
    try:
        return caller().account_id
    except Forbidden:
        return ""


def address_of(scope: Any) -> str:  # noqa: ANN401 - an ASGI scope
    """Where a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def address_of_event() -> str:
    """Where the page's event comes from that this thread handles; "" outside of events."""
    from gradio.context import LocalContext

    found = getattr(LocalContext.request.get(None), "request", None)
    return address_of(found.scope) if found is not None else ""


def need(role: Role) -> Caller:
    """Who asks, if they may do what takes that role. Raises Forbidden."""
    who = caller()
    if not who.may(role):
        raise Forbidden(role)
    return who


@contextmanager
def calling(who: Caller) -> Iterator[None]:
    """What is done within is asked for by this caller."""
    token = _CALLER.set(who)
    try:
        yield
    finally:
        _CALLER.reset(token)
