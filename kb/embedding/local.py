"""Any sentence-transformers model, by its hub name or its folder."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedding.bert import yield_while_waiting
from kb.embedding.bundled import has_bfloat16
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
    from sentence_transformers import SentenceTransformer

_BATCH_TOKENS = 4096
_TEXTS_AT_ONCE = 2048
_HUB_SECONDS = 5
_UNLIMITED = 100_000  # a model without a stated length (static embeddings) still gets windows of bounded size
_MARGIN = 8  # a window cut out of a text may gain a few tokens at its edges


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: SentenceTransformer
    dimension: int
    longest: int
    special_tokens: int
    query_prefix: str
    passage_prefix: str


class SentenceTransformersEmbedder:
    """A model run by sentence-transformers; code that a model brings along is never executed.

    The model's own prompts are used where it defines them, else what its card is known to ask for. A text longer
    than the model takes is embedded in windows, whose vectors are averaged by length: nothing of it is cut off.
    Batches are computed in bfloat16 where the processor has it and the model was saved in float32 or bfloat16.
    """

    def __init__(self, model: str, bfloat16: bool | None = None, remember: int = REMEMBERED_QUERIES) -> None:
        folder = Path(model).expanduser()
        self._folder = folder.resolve() if folder.is_dir() else None
        self._source = str(self._folder or model)
        self._bfloat16 = bfloat16
        self._lock = threading.Lock()
        self._running = threading.Lock()
        self._loaded: _Loaded | None = None
        self._queries = QueryMemory(remember)
        self.name = f"st:{self._source}"

    @property
    def dimension(self) -> int:
        """Length of a vector; loads the model."""
        return self._model().dimension

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (n, dimension) with unit rows; see Embedder."""
        loaded = self._model()
        parts = (texts[i : i + _TEXTS_AT_ONCE] for i in range(0, len(texts), _TEXTS_AT_ONCE))
        done = [self._embed(loaded, part, False, progress) for part in parts]
        return np.vstack(done) if done else np.empty((0, loaded.dimension), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Unit vector (dimension,) of a question; the latest questions are remembered."""
        loaded = self._model()
        return self._queries.get(text, lambda t: self._embed(loaded, [t], True)[0])

    def _embed(self, loaded: _Loaded, texts: Sequence[str], query: bool, progress: Progress | None = None) -> Vectors:
        prefix = loaded.query_prefix if query else loaded.passage_prefix
        encode = loaded.model.encode_query if query else loaded.model.encode_document

        def run(batch: list[str]) -> Vectors:
            vectors = encode(batch, prompt=prefix, batch_size=len(batch), show_progress_bar=False)
            return unit_rows(np.asarray(vectors))

        with self._running:  # its tokenizer keeps state between setting the padding and encoding
            windows = [w for row, text in enumerate(texts) for w in _windows(loaded, row, encodable(text), prefix)]
            return embed_windows(len(texts), windows, run, _BATCH_TOKENS, progress)

    def _model(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> _Loaded:
        if importlib.util.find_spec("sentence_transformers") is None:
            raise EmbeddingUnavailable("缺少 sentence-transformers 包。请运行 make setup 重新安装。")
        try:
            model = self._open()
            dimension = model.get_embedding_dimension()
        except EmbeddingUnavailable:
            raise
        except Exception as error:  # anything may be wrong in a folder someone made
            raise EmbeddingUnavailable(
                f"无法加载向量模型 {self._source}（{_first_line(error)}）。"
                "请确认它是 sentence-transformers 模型且文件完整，或设置 ZHICE_EMBEDDING=bundled 使用内置模型。"
            ) from error
        if not dimension:
            raise EmbeddingUnavailable(f"模型 {self._source} 没有给出向量维数，无法使用。请换一个模型。")
        prompts = {key: value for key, value in model.prompts.items() if value}
        known_query, known_passage = known_prefixes(self._source) if not prompts else ("", "")
        passage = next((prompts[k] for k in ("document", "passage", "corpus") if k in prompts), known_passage)
        longest = min(model.get_max_seq_length() or _UNLIMITED, _UNLIMITED)
        specials = len(model.tokenizer.encode("")) if longest < _UNLIMITED else 0
        return _Loaded(model, int(dimension), longest, specials, prompts.get("query", known_query), passage)

    def _open(self) -> SentenceTransformer:
        if self._folder is not None:
            return self._read(local_only=True)
        try:
            return self._read(local_only=True)
        except Exception:  # not downloaded yet, or not wholly; the classes differ by file
            _check_hub_has(self._source)
            return self._read(local_only=False)

    def _read(self, local_only: bool) -> SentenceTransformer:
        yield_while_waiting()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        native = has_bfloat16() if self._bfloat16 is None else self._bfloat16
        kwargs = {"dtype": torch.bfloat16 if native else torch.float32}
        model = SentenceTransformer(
            self._source, device="cpu", trust_remote_code=False, local_files_only=local_only, model_kwargs=kwargs
        )
        return model.eval()


def _windows(loaded: _Loaded, row: int, text: str, prefix: str) -> list[Window[str]]:
    """The text, whole if it fits with its prefix, else cut between tokens into stretches that do."""
    around = len(_offsets(loaded.model, prefix)) + loaded.special_tokens
    starts = [start for start, _ in _offsets(loaded.model, text)]
    if len(starts) + around <= loaded.longest:
        return [Window(row, len(starts) + around, text)]
    bounds = [0, *starts[1:], len(text)]
    cuts = spans(len(starts), max(1, loaded.longest - around - _MARGIN))
    return [Window(row, b - a + around, text[bounds[a] : bounds[b]]) for a, b in cuts]


def _offsets(model: SentenceTransformer, text: str) -> list[tuple[int, int]]:
    """Where each token of the text (no special ones) stands in it; characters for a tokenizer that cannot say."""
    tokenizer = model.tokenizer
    if hasattr(tokenizer, "encode_batch"):  # static embeddings carry the bare tokenizer
        return list(tokenizer.encode(text, add_special_tokens=False).offsets)
    if not getattr(tokenizer, "is_fast", False):
        return [(i, i + 1) for i in range(len(text))]
    return list(
        tokenizer(
            text, add_special_tokens=False, truncation=False, return_offsets_mapping=True, verbose=False
        ).offset_mapping
    )


def _check_hub_has(name: str) -> None:
    """Fail within seconds, with the way out, if a model is not to be had from the hub.

    The hub's own client repeats for half a minute where there is no network; one plain request tells as much.
    """
    import httpx
    from huggingface_hub import constants, hf_hub_download

    try:
        if not constants.HF_HUB_OFFLINE:
            httpx.head(constants.ENDPOINT, timeout=_HUB_SECONDS)
        hf_hub_download(name, "config.json", etag_timeout=_HUB_SECONDS)
    except Exception as error:  # a wrong name, no network, offline mode: each has its own class
        raise EmbeddingUnavailable(
            f"找不到向量模型 {name}：本机没有这个目录，也没有下载过它，且无法从模型站下载（{_first_line(error)}）。"
            "请检查名称和网络，或把模型目录拷到本机并用 ZHICE_EMBEDDING=目录 指定，"
            "或设置 ZHICE_EMBEDDING=bundled 使用内置模型。"
        ) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
