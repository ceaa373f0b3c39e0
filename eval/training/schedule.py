"""What both trainings share: the learning rate over the steps, and batches with each source's share."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

from eval.training.groups import Group


def rate_share(step: int, warmup: int, steps: int) -> float:
    """The share of the highest learning rate at a step: up in a line, down along a cosine to a twentieth."""
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def batches(groups: Sequence[Group], size: int, seed: int) -> Iterator[list[Group]]:
    """Batches with each source's share, in an order that only the seed decides, for ever."""
    rng = random.Random(seed)
    by_source: dict[str, list[Group]] = {}
    for group in groups:
        by_source.setdefault(group.source, []).append(group)
    queues: dict[str, list[Group]] = {source: [] for source in by_source}
    while True:
        batch = []
        for i in range(size):
            source = sorted(by_source)[i % len(by_source)]
            if not queues[source]:
                queues[source] = list(by_source[source])
                rng.shuffle(queues[source])
            batch.append(queues[source].pop())
        yield batch
