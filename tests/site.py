"""The whole application behind its accounts, for tests of who may do what and of what is logged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from eval.jobs import Jobs
from kb.accounts import Accounts, Role, secrets
from kb.base import KnowledgeBase
from tests.accounts import CHEAP
from tests.served import running, served_base, warmed
from ui.rooms import Rooms
from ui.server import application

PASSWORD = "风起云涌-2026-夏"


@dataclass
class Site:
    """The whole application, served, with an account of each role."""

    url: str
    base: KnowledgeBase
    accounts: Accounts
    app: Any

    def client(self, name: str = "", key: str = "") -> httpx.Client:
        """A browser in which somebody is logged in, or a program with a key."""
        client = httpx.Client(base_url=self.url, timeout=60)
        if key:
            client.headers["Authorization"] = f"Bearer {key}"
        if name:
            answer = client.post("/login", data={"name": name, "password": PASSWORD})
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
        return client


@contextmanager
def served_site(home: Path) -> Iterator[Site]:
    """The application on a small base, with accounts 管理, 编辑 and 读者."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_hasher", lambda: CHEAP)
        with served_base(home) as base, closing(Accounts(home)) as accounts:
            for role, name in ((Role.ADMIN, "管理"), (Role.EDITOR, "编辑"), (Role.READER, "读者")):
                accounts.add(name, PASSWORD, role)
            desk = warmed(base)
            rooms, jobs = Rooms(desk, base), Jobs(home)
            app = application(desk, base, rooms.mine, jobs, accounts)
            with running(app) as url:
                yield Site(url, base, accounts, app)
            rooms.close()
            jobs.close()


def event(client: httpx.Client, fn: int, data: list[Any], **more: Any) -> Any:  # noqa: ANN401
    """What an event of the page ends with, over Gradio's own queue."""
    session = f"s{fn}"
    sent = {"fn_index": fn, "data": data, "session_hash": session, "trigger_id": None, "event_data": None} | more
    joined = client.post("/gradio_api/queue/join", json=sent)
    if not joined.is_success:
        return joined.status_code
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                message = json.loads(line[6:])
                if message["msg"] in ("process_completed", "close_stream", "unexpected_error"):
                    return message
    return None
