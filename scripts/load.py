"""Readers who ask a running server, for locust: ``locust -f scripts/load.py --headless -u 50 -r 10 -t 2m --host URL``.

Each asks about documents of the base, one question after the other, and now and then looks at the page as a browser
does. With accounts all log in as the one that the environment names, ``ZHICE_LOAD_NAME`` and ``ZHICE_LOAD_PASSWORD``.
An answer that is no answer and no refusal counts as an error. Not imported by the program.
"""

from __future__ import annotations

import os
import random
from typing import Any

from locust import HttpUser, between, task

_ASKED = ("{}从什么时候起施行？", "{}由哪个部门负责？", "{}的补贴标准是多少？", "{}的主要目标是什么？")
_PAGE = 200


class Reader(HttpUser):
    """One reader."""

    wait_time = between(1, 5)
    titles: list[str] = []  # noqa: RUF012 - shared by all on purpose: read once

    def on_start(self) -> None:
        """Learn what there is to ask about."""
        if name := os.environ.get("ZHICE_LOAD_NAME"):
            given = {"name": name, "password": os.environ.get("ZHICE_LOAD_PASSWORD", "")}
            self.client.post("/login", data=given, name="login")
        if not Reader.titles:
            listed = self.client.get("/api/documents", params={"size": _PAGE}, name="titles").json()
            Reader.titles = [f"《{row['title']}》" for row in listed["documents"]]

    @task(8)
    def ask(self) -> None:
        """Ask a question."""
        question = random.choice(_ASKED).format(random.choice(self.titles))
        with self.client.post("/api/ask", json={"question": question}, name="ask", catch_response=True) as answer:
            _judge(answer)

    @task(2)
    def search(self) -> None:
        """Search."""
        self.client.post("/api/search", json={"question": random.choice(self.titles)}, name="search")

    @task(2)
    def page(self) -> None:
        """Open the page: what it takes to be responsive while others ask."""
        self.client.get("/", name="page")
        self.client.get("/library/look", name="library")


def _judge(answer: Any) -> None:  # noqa: ANN401
    if answer.status_code != 200:
        answer.failure(f"{answer.status_code}")
    elif answer.json().get("status") not in ("answered", "refused"):
        answer.failure("neither answered nor refused")
