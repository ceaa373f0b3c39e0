"""The judge as a trainable network: the encoder's lower layers, frozen, with low-rank additions and a head."""

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


class JudgeNetwork(nn.Module):
    """Logits of token rows. ``folder`` holds the encoder; computed in bfloat16, the additions kept in float32."""

    def __init__(self, folder: Path, depth: int, rank: int, scale: float = 2.0, dropout: float = 0.1) -> None:
        super().__init__()
        config = json.loads((folder / "config.json").read_text("utf-8"))
        weights = load_file(folder / "model.safetensors")
        self.depth, self.rank, self.scale = depth, rank, scale
        self.heads, self.epsilon, self.pad = (
            config["num_attention_heads"],
            config["layer_norm_eps"],
            config["pad_token_id"],
        )
        width = config["hidden_size"]
        self._words = weights["embeddings.word_embeddings.weight"]
        types = weights["embeddings.token_type_embeddings.weight"]
        self._positions = weights["embeddings.position_embeddings.weight"] + types[0]
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self.parts = nn.ModuleDict()
        self._norms: list[tuple[Tensor, ...]] = []
        for i in range(depth):
            matrices, norms = _layer(weights, f"encoder.layer.{i}.")
            self._norms.append(tuple(t.to(torch.bfloat16) for t in norms))
            for name in PARTS:
                weight, bias = (t.to(torch.bfloat16) for t in matrices[name])
                self.parts[f"{i}_{name}"] = _LowRank(weight, bias, rank, scale)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * width, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """The logits (n,) float32 of rows of token ids."""
        lengths = torch.tensor([len(row) for row in rows])
        longest = int(lengths.max())
        ids = torch.tensor([[*row, *(self.pad,) * (longest - len(row))] for row in rows])
        present = torch.arange(longest)[None, :] < lengths[:, None]
        hidden = functional.embedding(ids, self._words).float() + self._positions[:longest]
        hidden = functional.layer_norm(hidden, hidden.shape[-1:], *self._norm, self.epsilon).to(torch.bfloat16)
        mask = present[:, None, None, :]
        for i in range(self.depth):
            hidden = self._step(i, hidden, mask)
        states = hidden.float()
        share = (present / present.sum(1, keepdim=True))[:, None, :]
        means = torch.bmm(share, states)[:, 0]
        out: Tensor = self.head(self.drop(torch.cat([states[:, 0], means], dim=1)))[:, 0]
        return out

    def _step(self, i: int, hidden: Tensor, mask: Tensor) -> Tensor:
        count, length, width = hidden.shape
        first_weight, first_bias, last_weight, last_bias = self._norms[i]
        joined = self.parts[f"{i}_attend"](hidden)
        split = joined.view(count, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(split[0], split[1], split[2], attn_mask=mask)
        context = context.transpose(1, 2).reshape(count, length, width)
        summed = hidden + self.parts[f"{i}_attended"](context)
        attended = functional.layer_norm(summed, (width,), first_weight, first_bias, self.epsilon)
        wide = functional.gelu(self.parts[f"{i}_widen"](attended))
        summed = attended + self.parts[f"{i}_narrow"](wide)
        return functional.layer_norm(summed, (width,), last_weight, last_bias, self.epsilon)

    def adapter(self) -> dict[str, Tensor]:
        """What was learned, in half precision, by the names ``kb.judge`` reads."""
        learned = {name: p.detach().to(torch.float16).contiguous() for name, p in self.named_parameters()}
        return {name.removeprefix("parts."): tensor for name, tensor in learned.items()}


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
