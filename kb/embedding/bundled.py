"""The default model: multilingual-e5-small from the installed package, with no network and no setting."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedding import store
from kb.embedding.protocol import REMEMBERED_QUERIES, Progress, QueryMemory, Vectors, encodable
from kb.embedding.windows import Window, embed_windows, spans
from kb.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from kb.embedding.bert import Bert

NAME = f"bundled:{store.MODEL}"

_BATCH_TOKENS = 2048  # of a batch; larger ones were no faster and took more memory
_LEAST_TOKENS = 256  # smaller batches waste time on starting each product
_MOST_WORKERS = 8
_TEXTS_AT_ONCE = 2048  # tokenised together, so that a long list does not sit in memory as ids


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokenizer: Tokenizer
    bert: Bert
    passage_ids: list[int]
    query_ids: list[int]


class BundledEmbedder:
    """multilingual-e5-small, 384 dimensions, pruned to Chinese and Latin text.

    A text longer than the model's 512 tokens is embedded in windows of nearly equal length, each with the prefix,
    and gets their mean, weighted by length: nothing of it is cut off. Layers are computed in bfloat16 where the
    processor multiplies it natively, else in float32 (``bfloat16`` overrides the detection). Loading takes place
    at the first use, once, whichever thread comes first.
    """

    dimension = store.HIDDEN

    def __init__(
        self,
        cache: Path,
        bfloat16: bool | None = None,
        remember: int = REMEMBERED_QUERIES,
        *,
        adapter: Path | None = None,
        name: str = NAME,
    ) -> None:
        """``adapter`` is what training added to the model (``python -m eval train``), ``name`` what both are called."""
        self._cache, self._bfloat16, self._adapter, self.name = cache, bfloat16, adapter, name
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None
        self._queries = QueryMemory(remember)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (n, 384) with unit rows; see Embedder."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        model = self._model()
        parts = (texts[i : i + _TEXTS_AT_ONCE] for i in range(0, len(texts), _TEXTS_AT_ONCE))
        return np.vstack([self._embed(model, part, store.PASSAGE_PREFIX, progress) for part in parts])

    def embed_query(self, text: str) -> Vectors:
        """Unit vector (384,) of a question; the latest questions are remembered."""
        return self._queries.get(text, lambda t: self._embed(self._model(), [t], store.QUERY_PREFIX)[0])

    def window_lengths(self, text: str) -> list[int]:
        """How many tokens each window of a passage has: what computing its vector takes."""
        model = self._model()
        ids = model.tokenizer.encode(store.PASSAGE_PREFIX + encodable(text)).ids
        return [window.tokens for window in _windows(0, ids, model.passage_ids)]

    def _embed(self, model: _Loaded, texts: Sequence[str], prefix: str, progress: Progress | None = None) -> Vectors:
        head = model.query_ids if prefix == store.QUERY_PREFIX else model.passage_ids
        encoded = model.tokenizer.encode_batch([prefix + encodable(text) for text in texts])
        windows = [window for row, e in enumerate(encoded) for window in _windows(row, e.ids, head)]
        # Batches side by side, each with few threads: threads that share one batch wait for the slowest of them at
        # the end of every product. Measured on two cores: 1.4 times as fast.
        workers = min(model.bert.threads, _MOST_WORKERS)
        threads = model.bert.threads // workers
        fair = -(-sum(window.tokens for window in windows) // workers)
        budget = min(_BATCH_TOKENS, max(_LEAST_TOKENS, fair))
        run = partial(model.bert.mean_vectors, threads=threads) if len(windows) > 1 else model.bert.mean_vectors
        return embed_windows(len(texts), windows, run, budget, progress, workers=workers)

    def _model(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> _Loaded:
        folder = store.model_folder(self._cache)
        try:
            from tokenizers import Tokenizer

            from kb.embedding.additions import read_additions
            from kb.embedding.bert import Bert

            native = has_bfloat16() if self._bfloat16 is None else self._bfloat16
            added = None if self._adapter is None else read_additions(self._adapter).summands
            bert = Bert(folder, native, added=added)
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except ImportError as error:
            raise EmbeddingUnavailable(f"缺少运行向量模型的包 {error.name}。请运行 make setup 重新安装。") from error
        except Exception as error:  # tokenizers and safetensors raise their own bare Exceptions
            if self._adapter is not None:
                raise EmbeddingUnavailable(
                    f"向量模型 {self._adapter} 读不出来（{error}）。"
                    "请用 python -m eval train 重新训练，或设 ZHICE_EMBEDDING=bundled 用随程序附带的模型。"
                ) from error
            raise EmbeddingUnavailable(
                f"缓存里的内置模型 {folder} 已损坏（{error}）。请删除这个文件夹后重试，会自动重新生成。"
            ) from error
        heads = [tokenizer.encode(p).ids[:-1] for p in (store.PASSAGE_PREFIX, store.QUERY_PREFIX)]
        return _Loaded(tokenizer, bert, passage_ids=heads[0], query_ids=heads[1])


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively (AVX512-BF16 or AMX); False where that cannot be told."""
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _windows(row: int, ids: list[int], head: list[int]) -> list[Window[list[int]]]:
    """The ids (``<s> prefix text </s>``) as windows; ``head`` is ``<s> prefix``, repeated on every window."""
    if len(ids) <= store.POSITIONS:
        return [Window(row, len(ids), ids)]
    content = ids[len(head) : -1]
    rows = [[*head, *content[a:b], ids[-1]] for a, b in spans(len(content), store.POSITIONS - len(head) - 1)]
    return [Window(row, len(window), window) for window in rows]
