"""Trainable networks on the bundled encoder: its layers frozen, with low-rank additions (LoRA)."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

PARTS = ("attend", "attended", "widen", "narrow")  # the matrices of a layer that get an addition


class _LowRank(nn.Module):
    """``x -> W x + scale * B A x`` with W frozen; starts as W."""

    weight: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, rank: int, scale: float) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.register_buffer("bias", bias, persistent=False)
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))
        self.scale = scale

    def forward(self, x: Tensor) -> Tensor:
        base = functional.linear(x, self.weight, self.bias)
        added = functional.linear(functional.linear(x, self.down.to(x.dtype)), self.up.to(x.dtype))
        return base + self.scale * added


class LowRankEncoder(nn.Module):
    """The encoder's lower layers with additions to their matrices; computed in bfloat16, the additions in float32."""

    def __init__(self, folder: Path, depth: int | None, rank: int, scale: float) -> None:
        """``folder`` holds the encoder; ``depth`` keeps its lower layers only."""
        super().__init__()
        config = json.loads((folder / "config.json").read_text("utf-8"))
        weights = load_file(folder / "model.safetensors")
        self.depth: int = config["num_hidden_layers"] if depth is None else depth
        self.rank, self.scale = rank, scale
        self.width: int = config["hidden_size"]
        self.heads, self.epsilon, self.pad = (
            config["num_attention_heads"],
            config["layer_norm_eps"],
            config["pad_token_id"],
        )
        self._words = weights["embeddings.word_embeddings.weight"]
        types = weights["embeddings.token_type_embeddings.weight"]
        self._positions = weights["embeddings.position_embeddings.weight"] + types[0]
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self.parts = nn.ModuleDict()
        self._norms: list[tuple[Tensor, ...]] = []
        for i in range(self.depth):
            matrices, norms = _layer(weights, f"encoder.layer.{i}.")
            self._norms.append(tuple(t.to(torch.bfloat16) for t in norms))
            for name in PARTS:
                weight, bias = (t.to(torch.bfloat16) for t in matrices[name])
                self.parts[f"{i}_{name}"] = _LowRank(weight, bias, rank, scale)

    def states(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """The last hidden states (n, longest, width) float32 of rows of token ids, and their means (n, width)."""
        lengths = torch.tensor([len(row) for row in rows])
        longest = int(lengths.max())
        ids = torch.tensor([[*row, *(self.pad,) * (longest - len(row))] for row in rows])
        present = torch.arange(longest)[None, :] < lengths[:, None]
        hidden = functional.embedding(ids, self._words).float() + self._positions[:longest]
        hidden = functional.layer_norm(hidden, hidden.shape[-1:], *self._norm, self.epsilon).to(torch.bfloat16)
        mask = torch.zeros(present.shape, dtype=torch.bfloat16).masked_fill(~present, float("-inf"))[:, None, None, :]
        for i in range(self.depth):
            hidden = self._step(i, hidden, mask)
        states = hidden.float()
        share = (present / present.sum(1, keepdim=True))[:, None, :]
        return states, torch.bmm(share, states)[:, 0]

    def adapter(self) -> dict[str, Tensor]:
        """What was learned, in half precision, by the names ``kb`` reads."""
        learned = {name: p.detach().to(torch.float16).contiguous() for name, p in self.named_parameters()}
        return {name.removeprefix("parts."): tensor for name, tensor in learned.items()}

    def _step(self, i: int, hidden: Tensor, mask: Tensor) -> Tensor:
        count, length, width = hidden.shape
        first_weight, first_bias, last_weight, last_bias = self._norms[i]
        joined = self.parts[f"{i}_attend"](hidden)
        split = joined.view(count, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        context = _attention(split[0], split[1], split[2], mask)
        context = context.transpose(1, 2).reshape(count, length, width)
        summed = hidden + self.parts[f"{i}_attended"](context)
        attended = functional.layer_norm(summed, (width,), first_weight, first_bias, self.epsilon)
        wide = functional.gelu(self.parts[f"{i}_widen"](attended))
        summed = attended + self.parts[f"{i}_narrow"](wide)
        return functional.layer_norm(summed, (width,), last_weight, last_bias, self.epsilon)


class JudgeNetwork(LowRankEncoder):
    """Logits of token rows: the additions and a linear head on the first hidden state and the mean."""

    def __init__(self, folder: Path, depth: int, rank: int, scale: float = 2.0, dropout: float = 0.1) -> None:
        super().__init__(folder, depth, rank, scale)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * self.width, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """The logits (n,) float32 of rows of token ids."""
        states, means = self.states(rows)
        out: Tensor = self.head(self.drop(torch.cat([states[:, 0], means], dim=1)))[:, 0]
        return out


class EncoderNetwork(LowRankEncoder):
    """Unit vectors of token rows, as ``kb.embedding.bert`` makes them with the additions merged."""

    def __init__(self, folder: Path, rank: int, scale: float = 2.0) -> None:
        super().__init__(folder, None, rank, scale)

    def forward(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """The vectors (n, width) float32 of rows of token ids."""
        return functional.normalize(self.states(rows)[1], dim=-1)


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Torch's own, ``scaled_dot_product_attention``, takes four times as long backward in bfloat16 with a mask."""
    scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5 + mask
    return functional.softmax(scores, dim=-1) @ value


def _layer(weights: dict[str, Tensor], head: str) -> tuple[dict[str, tuple[Tensor, Tensor]], tuple[Tensor, ...]]:
    def pair(name: str) -> tuple[Tensor, Tensor]:
        return weights[f"{head}{name}.weight"], weights[f"{head}{name}.bias"]

    attend = [pair(f"attention.self.{name}") for name in ("query", "key", "value")]
    matrices = {
        "attend": (torch.cat([w for w, _ in attend]), torch.cat([b for _, b in attend])),
        "attended": pair("attention.output.dense"),
        "widen": pair("intermediate.dense"),
        "narrow": pair("output.dense"),
    }
    return matrices, (*pair("attention.output.LayerNorm"), *pair("output.LayerNorm"))
