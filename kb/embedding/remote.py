"""Any endpoint that speaks OpenAI's embeddings API (``POST …/embeddings``)."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.embedding.protocol import (
    REMEMBERED_QUERIES,
    Progress,
    QueryMemory,
    Vectors,
    encodable,
    known_prefixes,
    unit_rows,
)
from kb.embedding.windows import Window, embed_windows, spans
from kb.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    import httpx

_BATCH_CHARACTERS = 32_000
_BATCH_TEXTS = 64
_WINDOW_CHARACTERS = 4000  # below the 8,191 tokens of the common models, also for rare characters
_TRIES = 4
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0
_SECONDS = 60.0
_CONNECT_SECONDS = 5.0
_SHOWN = 200


class RemoteEmbedder:
    """A model behind an OpenAI-compatible address, in batches, repeated with growing pauses when it is busy.

    Texts over 4,000 characters are embedded in windows, whose vectors are averaged by length. The dimension is
    learnt from the first answer and held against every later one. The key goes into the request's header only:
    no message, repr or log has it, and redirects, which could carry it elsewhere, are not followed.
    """

    def __init__(
        self,
        model: str,
        url: str | None,
        key: str | None,
        first_wait: float = _FIRST_WAIT,
        remember: int = REMEMBERED_QUERIES,
    ) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._url = _endpoint(url or "")
        self._shown_url = _without_secrets(self._url)
        self._key = (key or "").strip()
        self._first_wait = first_wait
        self._query_prefix, self._passage_prefix = known_prefixes(model)
        self._dimension: int | None = None
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()
        self._queries = QueryMemory(remember)

    @property
    def dimension(self) -> int:
        """Length of a vector; asks the endpoint once."""
        return self._dimension or int(self._request(["维数"]).shape[1])

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (n, dimension) with unit rows; see Embedder."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._embed(texts, self._passage_prefix, progress)

    def embed_query(self, text: str) -> Vectors:
        """Unit vector (dimension,) of a question; the latest questions are remembered."""
        return self._queries.get(text, lambda t: self._embed([t], self._query_prefix)[0])

    def _embed(self, texts: Sequence[str], prefix: str, progress: Progress | None = None) -> Vectors:
        windows = [window for row, text in enumerate(texts) for window in _windows(row, encodable(text), prefix)]
        return embed_windows(len(texts), windows, self._request, _BATCH_CHARACTERS, progress, _BATCH_TEXTS)

    def _request(self, texts: list[str]) -> Vectors:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        vectors = _vectors(self._shown_url, self._answer(body), len(texts))
        with self._lock:
            if self._dimension is None:
                self._dimension = vectors.shape[1]
        if vectors.shape[1] != self._dimension:
            raise EmbeddingUnavailable(
                f"向量接口 {self._shown_url} 返回了 {vectors.shape[1]} 维向量，此前是 {self._dimension} 维。"
                "接口背后的模型可能已更换：请核对 ZHICE_EMBEDDING，必要时运行 python -m ingest rebuild。"
            )
        return vectors

    def _answer(self, body: dict[str, Any]) -> Any:  # noqa: ANN401 - parsed JSON, checked by the caller
        import httpx

        client, wait = self._http(), self._first_wait
        for tries_left in range(_TRIES - 1, -1, -1):
            try:
                response = client.post(self._url, json=body)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if not tries_left or isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
                    raise EmbeddingUnavailable(
                        f"连不上向量接口 {self._shown_url}（{type(error).__name__}）。"
                        "请确认服务已启动、ZHICE_EMBEDDING_URL 正确、网络可达。"
                    ) from error
            else:
                if not tries_left or not _busy(response.status_code):
                    break
                wait = max(wait, _asked_to_wait(response))
            time.sleep(min(wait, _LONGEST_WAIT))
            wait *= 2
        return self._parsed(response)

    def _parsed(self, response: httpx.Response) -> Any:  # noqa: ANN401 - parsed JSON
        status = response.status_code
        if status in (401, 403):
            raise EmbeddingUnavailable(
                f"向量接口 {self._shown_url} 拒绝了密钥（HTTP {status}）。请检查 ZHICE_EMBEDDING_KEY。"
            )
        if status != 200:
            raise EmbeddingUnavailable(
                f"向量接口 {self._shown_url} 返回 HTTP {status}：{self._shown(response.text)}。"
                f"请检查 ZHICE_EMBEDDING_URL 和模型名 {self._model}，或稍后再试。"
            )
        try:
            return response.json()
        except ValueError as error:
            raise _malformed(self._shown_url, "内容不是 JSON") from error

    def _shown(self, text: str) -> str:
        """The start of a server's message on one line, without the key should the server repeat it."""
        hidden = text.replace(self._key, "…") if self._key else text
        return " ".join(hidden.split())[:_SHOWN]

    def _http(self) -> httpx.Client:
        import httpx

        if self._url == _endpoint(""):
            raise EmbeddingUnavailable(
                f"使用 {self.name} 需要接口地址。请设置 ZHICE_EMBEDDING_URL，例如 http://127.0.0.1:8000/v1"
            )
        if not (self._key.isascii() and self._key.isprintable()):
            raise EmbeddingUnavailable("ZHICE_EMBEDDING_KEY 含有密钥里不会有的字符。请重新复制密钥。")
        with self._lock:
            if self._client is None:
                headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
                timeout = httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS)
                self._client = httpx.Client(headers=headers, timeout=timeout, follow_redirects=False)
                weakref.finalize(self, self._client.close)
            return self._client


def _endpoint(url: str) -> str:
    bare = url.strip().rstrip("/")
    return bare if bare.endswith("/embeddings") else f"{bare}/embeddings"


def _without_secrets(url: str) -> str:
    """The address without user, password and query, which may hold a key."""
    head, mark, rest = url.partition("://")
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{head}{mark}{host.rpartition('@')[2]}{slash}{path}"


def _windows(row: int, text: str, prefix: str) -> list[Window[str]]:
    """The text in windows; a blank one becomes a full stop, since endpoints refuse empty input."""
    whole = text if text.strip() else "。"
    cuts = spans(len(whole), _WINDOW_CHARACTERS)
    return [Window(row, b - a, prefix + whole[a:b]) for a, b in cuts]


def _vectors(url: str, answer: Any, expected: int) -> Vectors:  # noqa: ANN401 - parsed JSON
    """The vectors of an answer in the order of the request, (n, d), unit rows. Raises EmbeddingUnavailable."""
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise _malformed(url, "缺少 data 列表")
    if len(data) != expected:
        raise _malformed(url, f"送去 {expected} 条文本，返回 {len(data)} 个向量")
    indices = [item.get("index", i) for i, item in enumerate(data)]
    if not all(isinstance(i, int) for i in indices) or sorted(indices) != list(range(expected)):
        raise _malformed(url, "向量的序号不完整")
    rows = [item.get("embedding") for _, item in sorted(zip(indices, data, strict=True), key=lambda pair: pair[0])]
    try:
        vectors = np.array(rows, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise _malformed(url, "向量不是等长的数字列表") from error
    if vectors.ndim != 2 or vectors.shape[1] == 0 or not np.isfinite(vectors).all():
        raise _malformed(url, "向量不是等长的数字列表")
    unit = unit_rows(vectors)
    if not unit.any(axis=1).all():
        raise _malformed(url, "返回了全零向量")
    return unit


def _busy(status: int) -> bool:
    return status in (408, 429) or status >= 500


def _asked_to_wait(response: httpx.Response) -> float:
    try:
        return float(response.headers.get("Retry-After", 0))
    except ValueError:
        return 0.0


def _malformed(url: str, why: str) -> EmbeddingUnavailable:
    return EmbeddingUnavailable(f"向量接口 {url} 的回答不合规（{why}）。请确认它兼容 OpenAI 的 embeddings 接口。")
