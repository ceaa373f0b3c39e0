"""Any sentence-transformers CrossEncoder as the judge, by its hub name or its folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.embedding.bert import yield_while_waiting
from kb.embedding.protocol import encodable
from kb.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderJudge:
    """A model run by sentence-transformers; code that a model brings along is never executed. Threads may share it."""

    def __init__(self, model: str) -> None:
        """``model`` is a hub name or a folder; it is loaded at its first use."""
        self._source = model
        self._lock = threading.Lock()
        self._loaded: CrossEncoder | None = None

    def logits(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """The model's scores before any activation. Raises EmbeddingUnavailable."""
        if not passages:
            return []
        with self._lock:
            model = self._loaded = self._loaded or self._load()
        from torch import nn

        pairs = [(encodable(question), encodable(f"{context}\n{passage}")) for context, passage in passages]
        scores = model.predict(pairs, activation_fn=nn.Identity(), show_progress_bar=False)
        return [float(s) for s in scores.reshape(len(pairs), -1)[:, -1]]

    def _load(self) -> CrossEncoder:
        yield_while_waiting()
        try:
            from sentence_transformers import CrossEncoder

            model: CrossEncoder = CrossEncoder(self._source, device="cpu", trust_remote_code=False)
        except ImportError as error:
            raise EmbeddingUnavailable(f"缺少运行判断模型的包 {error.name}。请运行 make setup 重新安装。") from error
        except Exception as error:  # the hub, the disk and the model's own configuration all raise differently
            raise EmbeddingUnavailable(
                f"判断模型 {self._source} 打不开（{error}）。请检查 ZHICE_JUDGE 写的名称或目录；设为 off 就不用它。"
            ) from error
        return model
