"""A chat endpoint that speaks OpenAI's API (``POST …/chat/completions``), as a stream of text, within time limits."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from kb.errors import ModelUnavailable
from kb.llm.endpoint import Endpoint
from kb.llm.events import error_told, texts
from kb.llm.relay import Relay

if TYPE_CHECKING:
    import httpx

Message = Mapping[str, str]
_TRIES = 3
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 5.0
_CONNECT_SECONDS = 5.0
_LONGEST_ERROR = 65_536  # bytes read of what a refusal says
_SHOWN = 120


def state_of(endpoint: Endpoint) -> str:
    """Whether the endpoint answers, in words."""
    try:
        text = "".join(stream(endpoint, ({"role": "user", "content": "请只回答一个字：好"},)))
    except ModelUnavailable as error:
        return str(error)
    if not text.strip():
        return f"大模型 {endpoint.model} 的回答是空的。"
    return f"大模型 {endpoint.model}（{endpoint.shown}）可用。"


def stream(endpoint: Endpoint, messages: Sequence[Message]) -> Generator[str, None, None]:
    """The answer's text as it comes. Raises ModelUnavailable, also midway: what came before may then be cut short.

    A busy endpoint is asked again, as long as the time allows. Redirects, which could carry the key elsewhere, are
    not followed.
    """
    if not (endpoint.key.isascii() and endpoint.key.isprintable()):
        raise ModelUnavailable("ZHICE_LLM_API_KEY 含有密钥里不会有的字符。请重新复制密钥。")
    body = {
        "model": endpoint.model,
        "messages": list(messages),
        "stream": True,
        "temperature": 0,
        "max_tokens": endpoint.tokens,
    }
    try:
        with Relay(lambda: _connected(endpoint, body), endpoint.total) as pieces:
            yield from pieces
    except TimeoutError as error:
        raise ModelUnavailable(f"大模型 {endpoint.model} 在 {endpoint.total:.3g} 秒内没有答完。") from error


async def _connected(endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[str, None]:
    """The answer's pieces over a connection of its own, the library's errors in words."""
    import httpx

    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    timeout = httpx.Timeout(endpoint.stall, connect=min(_CONNECT_SECONDS, endpoint.stall))
    try:
        async with (
            httpx.AsyncClient(headers=headers, timeout=timeout, follow_redirects=False) as client,
            aclosing(_answer(client, endpoint, body)) as pieces,
        ):
            async for piece in pieces:
                yield piece
    except httpx.ReadTimeout as error:
        raise ModelUnavailable(f"大模型接口 {endpoint.shown} 在 {endpoint.stall:.3g} 秒内没有回应。") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
        raise ModelUnavailable(
            f"与大模型接口 {endpoint.shown} 的连接失败（{type(error).__name__}）。"
            "请确认服务已启动、ZHICE_LLM_BASE_URL 正确、网络可达。"
        ) from error


async def _answer(client: httpx.AsyncClient, endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[str, None]:
    wait, deadline = _FIRST_WAIT, time.monotonic() + endpoint.total
    for tries_left in range(_TRIES - 1, -1, -1):
        async with client.stream("POST", endpoint.address, json=body) as response:
            if response.status_code == 200:
                async for piece in texts(response.aiter_bytes(), endpoint):
                    yield piece
                return
            pause = max(wait, _asked_to_wait(response))
            in_time = pause <= _LONGEST_WAIT and time.monotonic() + pause < deadline
            if not (tries_left and in_time and _busy(response.status_code)):
                raise _refused(response.status_code, await _told(response, endpoint), endpoint)
        await asyncio.sleep(pause)
        wait *= 2


def _busy(status: int) -> bool:
    return status in (408, 429) or status >= 500


def _asked_to_wait(response: httpx.Response) -> float:
    """Seconds of Retry-After; a date, which few send, counts as none."""
    try:
        seconds = float(response.headers.get("Retry-After", 0))
    except ValueError:
        return 0.0
    return 0.0 if math.isnan(seconds) else seconds


async def _told(response: httpx.Response, endpoint: Endpoint) -> str:
    """What the server says of its refusal, for whoever set it up; empty where it is not JSON."""
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LONGEST_ERROR:
            return ""
    try:
        told = error_told(json.loads(body))
    except (ValueError, RecursionError):
        return ""
    return endpoint.without_key(told)[:_SHOWN]


def _refused(status: int, told: str, endpoint: Endpoint) -> ModelUnavailable:
    where, said = f"大模型接口 {endpoint.shown}", f"：{told}" if told else ""
    if status in (401, 403):  # what it says may hold a part of the key
        return ModelUnavailable(f"{where} 拒绝了密钥（HTTP {status}）。请检查 ZHICE_LLM_API_KEY。")
    if status == 404:
        return ModelUnavailable(
            f"{where} 没有找到（HTTP 404）{said}。请检查 ZHICE_LLM_BASE_URL 和模型名 {endpoint.model}。"
        )
    if _busy(status):
        return ModelUnavailable(f"{where} 忙或出错（HTTP {status}）{said}，请稍后再试。")
    return ModelUnavailable(f"{where} 返回 HTTP {status}{said}。请检查 ZHICE_LLM_BASE_URL 和模型名。")
