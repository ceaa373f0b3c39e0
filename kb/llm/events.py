"""A chat completion as it is sent: a stream of server-sent events, or one JSON object, into pieces of text.

Nothing that came is passed over in silence: an event that cannot be read may have held the 不 of 不得.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from typing import Any

from kb.errors import ModelUnavailable
from kb.llm.endpoint import Endpoint

LONGEST_ANSWER = 16_000  # characters taken of one answer, a model's thoughts between <think> and </think> included
_LONGEST_EVENT = 262_144  # bytes
_SHOWN = 120


async def texts(chunks: AsyncIterable[bytes], endpoint: Endpoint) -> AsyncIterator[str]:
    """The pieces of an answer's text, whatever the content type says. Raises ModelUnavailable, also midway."""
    reader, taken = _Reader(endpoint), 0
    async for chunk in chunks:
        for piece in reader.feed(chunk):
            taken += len(piece)
            if taken > LONGEST_ANSWER:
                raise ModelUnavailable(f"大模型 {endpoint.model} 的回答超过 {LONGEST_ANSWER} 字，已停止接收。")
            yield piece
        if reader.finished:
            return  # what may follow are counts
    for piece in reader.rest():
        yield piece[:LONGEST_ANSWER]


class _Reader:
    """Bytes in, pieces of text out; ``finished`` once the answer says that it is whole."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._kept = b""  # of a line that is not whole yet, or of one JSON object
        self._data = b""  # of an event that is not whole yet
        self._whole: bool | None = None  # one JSON object instead of a stream
        self._events = 0
        self.finished = False

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The texts that a further chunk completes."""
        self._kept += chunk
        if self._whole is None:
            self._kept = self._kept.removeprefix(codecs.BOM_UTF8).lstrip()
            self._whole = self._kept.startswith(b"{") if self._kept else None
        if not self._whole:
            *lines, self._kept = self._kept.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
            for line in lines:
                yield from self._line(line)
        if len(self._kept) + len(self._data) > _LONGEST_EVENT * (4 if self._whole else 1):
            raise self._faulty("一段过长")

    def rest(self) -> Iterator[str]:
        """What the end of the stream completes. Raises ModelUnavailable where more was to come."""
        if self._whole:
            try:
                yield from self._event(json.loads(self._kept))
            except (ValueError, RecursionError):
                raise self._faulty("内容不是完整的 JSON") from None
            return
        for line in (self._kept, b""):
            yield from self._line(line)
        if not self._events and not self.finished:
            raise self._faulty("没有一段回答")
        if not self.finished:
            raise ModelUnavailable(f"大模型接口 {self._endpoint.shown} 的回答中途断开。")

    def _line(self, line: bytes) -> Iterator[str]:
        """Data may run over several lines; a blank line ends it. Other lines are comments and names of events."""
        if self.finished:
            return
        if line.startswith(b"data:"):
            self._data = b"\n".join(part for part in (self._data, line.removeprefix(b"data:").strip()) if part)
            if self._data == b"[DONE]":
                self.finished = True
                return
            try:
                event = json.loads(self._data) if self._data else None
            except (ValueError, RecursionError):
                return  # it may go on in the next line
            self._data = b""
            if event is not None:
                yield from self._event(event)
        elif not line.strip() and self._data:
            raise self._faulty("有一段不是 JSON")

    def _event(self, event: Any) -> Iterator[str]:  # noqa: ANN401 - parsed JSON
        self._events += 1
        if isinstance(event, dict) and event.get("error"):
            told = self._endpoint.without_key(error_told(event))[:_SHOWN]
            raise ModelUnavailable(f"大模型接口 {self._endpoint.shown} 报告错误：{told}")
        choices = event.get("choices") if isinstance(event, dict) else None
        if not isinstance(choices, list):
            raise self._faulty("缺少 choices")
        if not choices:
            return  # counts come like that
        first = choices[0]
        said = (first.get("delta") or first.get("message") or {}) if isinstance(first, dict) else None
        if not isinstance(said, dict):
            raise self._faulty("缺少 delta")
        if isinstance(said.get("content"), str) and said["content"]:
            yield said["content"]
        if said.get("refusal"):
            raise ModelUnavailable(f"大模型 {self._endpoint.model} 拒绝作答。")
        self._ended(first.get("finish_reason"))

    def _ended(self, why: object) -> None:
        """An answer that its maker cut is not a whole one."""
        if why is None:
            return
        model = self._endpoint.model
        if why == "length":
            raise ModelUnavailable(
                f"大模型 {model} 到 {self._endpoint.tokens} 个 token 还没有说完。可调大 ZHICE_LLM_MAX_TOKENS。"
            )
        if why == "content_filter":
            raise ModelUnavailable(f"大模型 {model} 的回答被接口的内容审查拦下。")
        self.finished = True

    def _faulty(self, why: str) -> ModelUnavailable:
        return ModelUnavailable(
            f"大模型接口 {self._endpoint.shown} 的回答不合规（{why}）。"
            "请确认它兼容 OpenAI 的 chat/completions 接口，地址一般以 /v1 结尾。"
        )


def error_told(body: object) -> str:
    """What an error object says, in the shapes that servers use; empty for any other."""
    error = body.get("error") or body if isinstance(body, dict) else body
    told = (error.get("message") or error.get("detail")) if isinstance(error, dict) else error
    return told if isinstance(told, str) else ""
