"""The forward pass of a BERT encoder with mean pooling, straight on torch.

``SentenceTransformer(folder)`` computes the same (a test compares them), but importing sentence-transformers takes
8 s and 240 MB, all before the first question is answered; torch alone takes 2.5 s.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.embedding.protocol import Vectors

if TYPE_CHECKING:
    import torch

_HEAD = "encoder.layer."
_ONE_THREAD_TOKENS = 128
_MULTIPLE = 16  # attention over a length that is no multiple takes up to twice as long


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights of one layer as (weight, bias) pairs; ``attend`` is query, key and value in one matrix."""

    attend: tuple[torch.Tensor, torch.Tensor]
    attended: tuple[torch.Tensor, torch.Tensor]
    attended_norm: tuple[torch.Tensor, torch.Tensor]
    widen: tuple[torch.Tensor, torch.Tensor]
    narrow: tuple[torch.Tensor, torch.Tensor]
    norm: tuple[torch.Tensor, torch.Tensor]


class Bert:
    """An encoder read from a model folder, its layers computed in one number type.

    The weights are mapped from the file: what is not touched (most of the word table) takes no memory, and
    processes share the rest.
    """

    def __init__(
        self, folder: Path, bfloat16: bool, depth: int | None = None, added: Mapping[str, torch.Tensor] | None = None
    ) -> None:
        """``depth`` keeps the lower layers only; ``added`` are summands of their matrices (``3.widen``: float32)."""
        yield_while_waiting()
        import torch
        from safetensors.torch import load_file

        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._pad: int = config["pad_token_id"]
        self._threads = torch.get_num_threads()
        self._type = torch.bfloat16 if bfloat16 else torch.float32
        weights = load_file(folder / "model.safetensors")
        self._words = weights["embeddings.word_embeddings.weight"]
        types = weights["embeddings.token_type_embeddings.weight"]
        self._positions = weights["embeddings.position_embeddings.weight"] + types[0]
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        count = config["num_hidden_layers"] if depth is None else depth
        self._layers = [self._layer(weights, i, added or {}) for i in range(count)]

    @property
    def threads(self) -> int:
        """How many threads a batch is computed with, unless told otherwise."""
        return self._threads

    def mean_vectors(self, rows: Sequence[Sequence[int]], threads: int | None = None) -> Vectors:
        """The mean of each row's last hidden states, (n, hidden) float32, of unit length.

        ``rows`` are token ids with the special ones, none longer than the model's positions. ``threads`` share the
        work, all by default.
        """
        return self._pooled(rows, first=False, threads=threads)

    def first_and_mean(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Each row's first hidden state and the mean of all, side by side: (n, 2 * hidden) float32, not scaled."""
        return self._pooled(rows, first=True)

    def _pooled(self, rows: Sequence[Sequence[int]], *, first: bool, threads: int | None = None) -> Vectors:
        import torch
        from torch.nn import functional

        lengths = [len(row) for row in rows]
        longest = max(lengths)
        if longest * len(rows) > _ONE_THREAD_TOKENS:
            longest = min(-(-longest // _MULTIPLE) * _MULTIPLE, len(self._positions))
        padded = [[*row, *(self._pad,) * (longest - len(row))] for row in rows]
        with self._share_of_processor(longest * len(rows), threads), torch.inference_mode():
            ids = torch.tensor(padded)
            present = torch.arange(longest)[None, :] < torch.tensor(lengths)[:, None]
            mask = None if min(lengths) == longest else present[:, None, None, :]
            hidden = functional.embedding(ids, self._words).float() + self._positions[:longest]
            hidden = functional.layer_norm(hidden, hidden.shape[-1:], *self._norm, self._epsilon).to(self._type)
            for layer in self._layers:
                hidden = self._step(layer, hidden, mask)
            weights = (present / present.sum(1, keepdim=True))[:, None, :]
            means = torch.bmm(weights, hidden.float())[:, 0]
            pooled = torch.cat([hidden[:, 0].float(), means], 1) if first else functional.normalize(means, dim=-1)
            vectors: Vectors = pooled.numpy()
        return vectors

    @contextmanager
    def _share_of_processor(self, tokens: int, threads: int | None) -> Iterator[None]:
        """One thread for a question, which gains nothing from more and then waits for none of them."""
        import torch

        # A thread that asks once for its number has one of its own from then on; before, it takes over what any other
        # thread has set last, and batches computed side by side would change each other's.
        torch.get_num_threads()
        torch.set_num_threads(1 if tokens <= _ONE_THREAD_TOKENS else threads or self._threads)
        try:
            yield
        finally:
            torch.set_num_threads(self._threads)

    def _step(self, layer: _Layer, hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        from torch.nn import functional

        count, length, width = hidden.shape
        joined = functional.linear(hidden, *layer.attend)
        split = joined.view(count, length, 3, self._heads, width // self._heads).permute(2, 0, 3, 1, 4)
        heads = functional.scaled_dot_product_attention(split[0], split[1], split[2], attn_mask=mask)
        context = heads.transpose(1, 2).reshape(count, length, width)
        summed = hidden + functional.linear(context, *layer.attended)
        attended = functional.layer_norm(summed, (width,), *layer.attended_norm, self._epsilon)
        wide = functional.gelu(functional.linear(attended, *layer.widen))
        summed = attended + functional.linear(wide, *layer.narrow)
        return functional.layer_norm(summed, (width,), *layer.norm, self._epsilon)

    def _layer(self, weights: Mapping[str, torch.Tensor], i: int, added: Mapping[str, torch.Tensor]) -> _Layer:
        import torch

        def stored(name: str) -> tuple[torch.Tensor, torch.Tensor]:
            return weights[f"{_HEAD}{i}.{name}.weight"], weights[f"{_HEAD}{i}.{name}.bias"]

        def pair(weight: torch.Tensor, bias: torch.Tensor, part: str = "") -> tuple[torch.Tensor, torch.Tensor]:
            addition = added.get(f"{i}.{part}")
            whole = weight if addition is None else weight + addition
            return whole.to(self._type), bias.to(self._type)

        parts = [stored(f"attention.self.{name}") for name in ("query", "key", "value")]
        return _Layer(
            attend=pair(torch.cat([w for w, _ in parts]), torch.cat([b for _, b in parts]), "attend"),
            attended=pair(*stored("attention.output.dense"), "attended"),
            attended_norm=pair(*stored("attention.output.LayerNorm")),
            widen=pair(*stored("intermediate.dense"), "widen"),
            narrow=pair(*stored("output.dense"), "narrow"),
            norm=pair(*stored("output.LayerNorm")),
        )


def yield_while_waiting() -> None:
    """Let torch's idle threads sleep instead of spin; to be called before torch is first imported.

    Measured on two cores beside other busy processes: a question took 40 ms instead of 400 ms, and batches
    were not slower. A user's own choice is kept.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
