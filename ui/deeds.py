"""What the log of changes is told: by handlers that know more than the guard, and by events of the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kb.accounts import Accounts
from ui.caller import address_of_event, caller

DONE, NOT_DONE = "完成", "没有完成"
_LOG = logging.getLogger(__name__)
#: Where the guard leaves a ``Told`` in the ASGI scope of a change.
SCOPE = "zhice.deed"


@dataclass(slots=True)
class Told:
    """What a handler knows of a change; what is "" the guard tells as well as it can."""

    target: str = ""
    outcome: str = ""


def tell(scope: Any, target: str, outcome: str = "") -> None:  # noqa: ANN401 - an ASGI scope
    """Say what a request changes, and what came of it where the status does not say it."""
    told = scope.get(SCOPE)
    if isinstance(told, Told):
        told.target, told.outcome = target, outcome


def named(policy_id: str, title: str) -> str:
    """A document as the log names it."""
    return f"{policy_id}《{title}》"


class Deeds:
    """Logs what events of the page change, by whoever is at the page."""

    def __init__(self, accounts: Accounts | None = None) -> None:
        """Take the accounts; where there are none nothing is logged, for then nobody is known."""
        self._accounts = accounts

    @contextmanager
    def noted(self, action: str, target: str) -> Iterator[None]:
        """What is done within is a change: log it, and whether it was done."""
        outcome = NOT_DONE
        try:
            yield
            outcome = DONE
        finally:
            self._note(action, target, outcome)

    def _note(self, action: str, target: str, outcome: str) -> None:
        if self._accounts is None:
            return
        try:
            self._accounts.note(caller(), "page", action, target, outcome, address_of_event())
        except Exception:  # the change stands: to tell of a failure would be untrue
            _LOG.exception("a change is not in the log of changes: %s", action)
