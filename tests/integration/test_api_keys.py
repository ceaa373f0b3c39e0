"""OpenAI's and MCP's own clients with a key, where there are accounts: what it opens and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import httpx2
import openai
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from kb.accounts import Accounts, Role, Scope
from tests.loops import run
from tests.served import ANSWER, ASKED, ID, running, served_base, warmed
from tests.uploaded import OLD
from ui.server import application

Keys = dict[Scope, str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Keys]]:
    home = tmp_path_factory.mktemp("keys") / "home"
    with served_base(home) as base, closing(Accounts(home)) as accounts:
        accounts.add("管理", "四处的山都是青的-2026", Role.ADMIN)
        keys = {scope: accounts.make_key("管理", scope.value, scope)[1] for scope in Scope}
        with running(application(warmed(base), base, accounts=accounts)) as address:
            yield address, keys


def test_openais_client_is_let_in_by_a_key_alone(server: tuple[str, Keys]) -> None:
    address, keys = server
    asked: Any = {"model": "zhice", "messages": [{"role": "user", "content": ASKED}]}
    with openai.OpenAI(base_url=f"{address}/v1", api_key=keys[Scope.READ], max_retries=0) as client:
        said = client.chat.completions.create(**asked).choices[0].message.content
    assert said is not None and said.startswith(ANSWER)
    stranger = openai.OpenAI(base_url=f"{address}/v1", api_key="zk_none", max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError) as caught:
        stranger.chat.completions.create(**asked)
    assert caught.value.code == "unauthorized"


def test_mcps_client_is_let_in_by_a_key_alone(server: tuple[str, Keys]) -> None:
    address, keys = server

    async def ask() -> str:
        http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {keys[Scope.READ]}"})
        async with http, Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client:
            result: Any = await client.call_tool("ask", {"question": ASKED})
            return str(result.content[0].text)

    assert run(ask()).startswith(ANSWER)
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert (
        httpx.post(f"{address}/mcp", json=listing, headers={"Accept": "application/json"}, timeout=60).status_code
        == 401
    )


def test_only_a_key_that_may_write_changes_the_library(server: tuple[str, Keys]) -> None:
    address, keys = server

    def sent(scope: Scope) -> tuple[int, int]:
        headers = {"Authorization": f"Bearer {keys[scope]}"}
        upload = httpx.post(
            f"{address}/api/documents", files={"file": ("办法.txt", OLD.encode())}, headers=headers, timeout=60
        )
        removal = httpx.delete(f"{address}/api/documents/{ID.replace('/', '%2F')}", headers=headers, timeout=60)
        return upload.status_code, removal.status_code

    assert [sent(scope) for scope in (Scope.READ, Scope.WRITE)] == [(403, 403), (201, 200)]
