"""What this processor can do at most: how fast it reads memory, and how fast it multiplies matrices."""

from __future__ import annotations

import time
from pathlib import Path

_GIGABYTE = 1 << 30
_SECONDS = 0.5
#: (rows, inner, columns): large squares, and the shapes of a small encoder's layers
_SHAPES = ((2048, 2048, 2048), (4096, 384, 1536), (4096, 1536, 384), (4096, 384, 1152))


def memory_gb_s() -> float:
    """GB a second of a sum over one GB, the best of five."""
    import torch

    numbers = torch.ones(_GIGABYTE // 4)
    best = 0.0
    for _ in range(5):
        began = time.perf_counter()
        numbers.sum()
        best = max(best, numbers.nbytes / (time.perf_counter() - began) / 1e9)
    return best


def matmul_tflops(*, bfloat16: bool, seconds: float = _SECONDS) -> float:
    """10^12 operations a second of the fastest of the shapes, each tried for so long."""
    import torch

    kind = torch.bfloat16 if bfloat16 else torch.float32
    best = 0.0
    with torch.inference_mode():
        for rows, inner, columns in _SHAPES:
            left, right = torch.randn(rows, inner).to(kind), torch.randn(columns, inner).to(kind)
            torch.nn.functional.linear(left, right)
            began, rounds = time.perf_counter(), 0
            while time.perf_counter() - began < seconds:
                torch.nn.functional.linear(left, right)
                rounds += 1
            best = max(best, 2e-12 * rows * inner * columns * rounds / (time.perf_counter() - began))
    return best


def bert_operations(lengths: list[int], hidden: int = 384, wide: int = 1536, layers: int = 12) -> float:
    """Multiplications and additions of an encoder's matrix products over texts of these numbers of tokens."""
    linear = 2 * (4 * hidden**2 + 2 * hidden * wide)
    return float(layers * sum(n * linear + 4 * n * n * hidden for n in lengths))


def processor() -> dict[str, object]:
    """Whether it multiplies bfloat16 natively, by AMX or AVX512; empty where the system does not say."""
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return {}
    return {"amx_bf16": "amx_bf16" in flags, "avx512_bf16": "avx512_bf16" in flags}
