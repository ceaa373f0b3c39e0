"""What training adds to the bundled encoder: low-rank summands of its matrices (LoRA), kept in one small file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

SUFFIX = ".safetensors"


@dataclass(frozen=True, slots=True)
class Additions:
    """What the file holds: ``summands`` of the encoder's matrices by layer and part (``3.widen``), float32.

    ``others`` is all else that was learned (``head.weight``), ``notes`` what training wrote beside it.
    """

    summands: Mapping[str, torch.Tensor]
    others: Mapping[str, torch.Tensor]
    notes: Mapping[str, str]


def read_additions(path: Path) -> Additions:
    """Read what ``python -m eval train`` wrote. Raises OSError, KeyError, ValueError or safetensors' own error."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        notes: dict[str, str] = file.metadata() or {}
        learned = {name: file.get_tensor(name).float() for name in list(file.keys())}
    scale = float(notes["scale"])
    summands = {
        name.removesuffix(".up").replace("_", "."): scale * (up @ learned[name.removesuffix("up") + "down"])
        for name, up in learned.items()
        if name.endswith(".up")
    }
    others = {name: tensor for name, tensor in learned.items() if not name.endswith((".up", ".down"))}
    return Additions(summands, others, notes)
