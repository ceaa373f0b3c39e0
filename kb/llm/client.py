"""A chat endpoint that speaks OpenAI's API (``POST …/chat/completions``), as a stream of text, within time limits."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kb.config import Settings
from kb.errors import ModelUnavailable, SettingsError

if TYPE_CHECKING:
    import httpx

Message = Mapping[str, str]
LONGEST_ANSWER = 8_000  # characters taken of one answer
_LONGEST_LINE = 262_144  # bytes of one line of the stream
_TRIES = 3
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 5.0
_CONNECT_SECONDS = 5.0
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is and how long it may take: ``stall`` seconds without a sign, ``total`` for a whole answer."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    stall: float = 20.0
    total: float = 60.0
    tokens: int = 1200

    @property
    def address(self) -> str:
        """The address of chat completions."""
        bare = self.url.strip().rstrip("/")
        return bare if bare.endswith("/chat/completions") else f"{bare}/chat/completions"

    @property
    def shown(self) -> str:
        """The address without user, password and query, which may hold a key."""
        head, mark, rest = self.address.partition("://")
        host, slash, path = rest.partition("?")[0].partition("/")
        return f"{head}{mark}{host.rpartition('@')[2]}{slash}{path}"


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint of the settings; None where none is set. Raises SettingsError for an address without a model."""
    url, model = (settings.llm_base_url or "").strip(), (settings.llm_model or "").strip()
    if not url:
        return None
    if not model:
        raise SettingsError("设了 ZHICE_LLM_BASE_URL，还要用 ZHICE_LLM_MODEL 写明模型名，例如 qwen3-32b。")
    return Endpoint(
        url, model, (settings.llm_api_key or "").strip(), settings.llm_stall_seconds, settings.llm_total_seconds
    )


def state_of(endpoint: Endpoint) -> str:
    """Whether the endpoint answers, in words."""
    try:
        text = "".join(stream(endpoint, ({"role": "user", "content": "请只回答一个字：好"},)))
    except ModelUnavailable as error:
        return str(error)
    return (
        f"大模型 {endpoint.model}（{endpoint.shown}）可用。"
        if text.strip()
        else f"大模型 {endpoint.model} 的回答是空的。"
    )


def stream(endpoint: Endpoint, messages: Sequence[Message]) -> Generator[str, None, None]:
    """The answer's text as it comes. Raises ModelUnavailable, also midway: what came before may then be cut short.

    A busy endpoint is asked again, as long as the time allows. Redirects, which could carry the key elsewhere, are
    not followed.
    """
    import httpx

    deadline = time.monotonic() + endpoint.total
    if not (endpoint.key.isascii() and endpoint.key.isprintable()):
        raise ModelUnavailable("ZHICE_LLM_API_KEY 含有密钥里不会有的字符。请重新复制密钥。")
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    body = {
        "model": endpoint.model,
        "messages": list(messages),
        "stream": True,
        "temperature": 0,
        "max_tokens": endpoint.tokens,
    }
    timeout = httpx.Timeout(endpoint.stall, connect=min(_CONNECT_SECONDS, endpoint.stall))
    try:
        with httpx.Client(headers=headers, timeout=timeout, follow_redirects=False) as client:
            yield from _answers(client, endpoint, body, deadline)
    except httpx.TimeoutException as error:
        raise ModelUnavailable(f"大模型接口 {endpoint.shown} 在 {endpoint.stall:g} 秒内没有回应。") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise ModelUnavailable(
            f"与大模型接口 {endpoint.shown} 的连接失败（{type(error).__name__}）。"
            "请确认服务已启动、ZHICE_LLM_BASE_URL 正确、网络可达。"
        ) from error


def _answers(client: httpx.Client, endpoint: Endpoint, body: dict[str, Any], deadline: float) -> Iterator[str]:
    wait = _FIRST_WAIT
    for tries_left in range(_TRIES - 1, -1, -1):
        with client.stream("POST", endpoint.address, json=body) as response:
            if response.status_code == 200:
                yield from _texts(response, endpoint, deadline)
                return
            pause = min(max(wait, _asked_to_wait(response)), _LONGEST_WAIT)
            if not tries_left or not _busy(response.status_code) or time.monotonic() + pause >= deadline:
                raise _refused(response, endpoint)
        time.sleep(pause)
        wait *= 2


def _texts(response: httpx.Response, endpoint: Endpoint, deadline: float) -> Iterator[str]:
    """The pieces of text of an answer, be it a stream of events or one JSON object."""
    whole = "json" in response.headers.get("Content-Type", "") and "stream" not in response.headers["Content-Type"]
    finished = False
    taken = bad = 0
    for line in [_all(response, endpoint, deadline)] if whole else _lines(response, endpoint, deadline):
        data = line.removeprefix(b"data:").strip() if not whole else line
        if not whole and not line.startswith(b"data:"):
            continue  # comments that keep the connection open, names of events
        if data == b"[DONE]":
            finished = True
            break
        try:
            piece, done = _piece(json.loads(data), endpoint)
        except (ValueError, RecursionError):
            bad += 1
            continue
        finished = finished or done
        if piece:
            taken += len(piece)
            yield piece
        if taken > LONGEST_ANSWER:
            raise ModelUnavailable(f"大模型 {endpoint.model} 的回答超过 {LONGEST_ANSWER} 字，已停止接收。")
    if not taken and bad:
        raise ModelUnavailable(
            f"大模型接口 {endpoint.shown} 的回答不合规。请确认它兼容 OpenAI 的 chat/completions 接口。"
        )
    if not finished and not whole:
        raise ModelUnavailable(f"大模型接口 {endpoint.shown} 的回答中途断开。")


def _piece(event: Any, endpoint: Endpoint) -> tuple[str, bool]:  # noqa: ANN401 - parsed JSON
    """The text of an event and whether it is the last one. Raises ValueError for what is none."""
    if isinstance(event, dict) and event.get("error"):
        error = event["error"]
        told = str(error.get("message") if isinstance(error, dict) else error)
        told = told.replace(endpoint.key, "…") if endpoint.key else told
        raise ModelUnavailable(f"大模型接口 {endpoint.shown} 报告错误：{' '.join(told.split())[:_SHOWN]}")
    choices = event.get("choices") if isinstance(event, dict) else None
    if not isinstance(choices, list):
        raise ValueError("no choices")
    if not choices:
        return "", False  # usage figures come like that
    first = choices[0]
    said = (first.get("delta") or first.get("message") or {}) if isinstance(first, dict) else None
    if not isinstance(said, dict):
        raise ValueError("no delta")
    text = said.get("content")
    return (text if isinstance(text, str) else ""), first.get("finish_reason") is not None


def _lines(response: httpx.Response, endpoint: Endpoint, deadline: float) -> Iterator[bytes]:
    """The stream's lines, however they are ended; none may be endless."""
    kept = b""
    for chunk in response.iter_bytes():
        _in_time(endpoint, deadline)
        *lines, kept = (kept + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        yield from lines
        if len(kept) > _LONGEST_LINE:
            raise ModelUnavailable(f"大模型接口 {endpoint.shown} 的回答不合规（一行过长）。")
    if kept:
        yield kept


def _all(response: httpx.Response, endpoint: Endpoint, deadline: float) -> bytes:
    found = b""
    for chunk in response.iter_bytes():
        _in_time(endpoint, deadline)
        found += chunk
        if len(found) > 4 * _LONGEST_LINE:
            raise ModelUnavailable(f"大模型接口 {endpoint.shown} 的回答过长。")
    return found


def _in_time(endpoint: Endpoint, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise ModelUnavailable(f"大模型 {endpoint.model} 在 {endpoint.total:g} 秒内没有答完。")


def _busy(status: int) -> bool:
    return status in (408, 429) or status >= 500


def _asked_to_wait(response: httpx.Response) -> float:
    try:
        return float(response.headers.get("Retry-After", 0))
    except ValueError:
        return 0.0


def _refused(response: httpx.Response, endpoint: Endpoint) -> ModelUnavailable:
    status = response.status_code
    if status in (401, 403):
        return ModelUnavailable(f"大模型接口 {endpoint.shown} 拒绝了密钥（HTTP {status}）。请检查 ZHICE_LLM_API_KEY。")
    if status == 404:
        return ModelUnavailable(
            f"大模型接口 {endpoint.shown} 没有找到（HTTP 404）。请检查 ZHICE_LLM_BASE_URL 和模型名 {endpoint.model}。"
        )
    if status == 429 or status >= 500:
        return ModelUnavailable(f"大模型接口 {endpoint.shown} 忙或出错（HTTP {status}），请稍后再试。")
    return ModelUnavailable(f"大模型接口 {endpoint.shown} 返回 HTTP {status}。请检查 ZHICE_LLM_BASE_URL 和模型名。")
