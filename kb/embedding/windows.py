"""Batches for the models run in this process: long texts in windows, sorted by length, cut by a token budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from kb.embedding.protocol import Progress, Vectors, unit_rows

Payload = TypeVar("Payload")


@dataclass(frozen=True, slots=True)
class Window(Generic[Payload]):
    """A stretch of text ``row`` that fits the model: ``tokens`` long as the model sees it."""

    row: int
    tokens: int
    payload: Payload


def spans(total: int, most: int) -> list[tuple[int, int]]:
    """``[0, total)`` cut into the fewest spans of at most ``most``, of nearly equal length; one for ``total`` 0."""
    count = max(1, -(-total // most))
    cuts = [round(i * total / count) for i in range(count + 1)]
    return list(zip(cuts, cuts[1:], strict=False))


def batches(
    windows: Sequence[Window[Payload]], budget: int, most: int | None = None
) -> Iterator[list[Window[Payload]]]:
    """Windows longest first, in batches of at most ``budget`` tokens with padding and of at most ``most`` windows.

    Sorting makes neighbours equally long, so hardly any padding is computed; longest first meets the peak of
    memory at the start rather than near the end of a long run.
    """
    batch: list[Window[Payload]] = []
    for window in sorted(windows, key=lambda w: -w.tokens):
        if batch and (len(batch) == most or batch[0].tokens * (len(batch) + 1) > budget):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def embed_windows(
    rows: int,
    windows: Sequence[Window[Payload]],
    run: Callable[[list[Payload]], Vectors],
    budget: int,
    progress: Progress | None = None,
    most: int | None = None,
    workers: int = 1,
) -> Vectors:
    """Unit vectors (rows, d): for each row the mean of its windows' vectors, weighted by their tokens.

    There is a row, and every row has a window. ``run`` turns a batch's payloads into vectors (b, d); so many
    ``workers`` run batches side by side. ``progress`` gets the number of rows whose last window has just been done.
    """
    sums: Vectors | None = None
    left = np.bincount([w.row for w in windows], minlength=rows)
    made = list(batches(windows, budget, most))
    for batch, vectors in zip(made, _side_by_side(run, made, workers), strict=True):
        if sums is None:
            sums = np.zeros((rows, vectors.shape[1]), dtype=np.float32)
        done = 0
        for window, vector in zip(batch, vectors, strict=True):
            sums[window.row] += window.tokens * vector
            left[window.row] -= 1
            done += int(left[window.row] == 0)
        if progress is not None and done:
            progress(done)
    if sums is None:
        raise ValueError("no text to embed")
    return unit_rows(sums)


def _side_by_side(
    run: Callable[[list[Payload]], Vectors], made: Sequence[list[Window[Payload]]], workers: int
) -> Iterator[Vectors]:
    """The vectors of each batch, in order."""
    payloads = ([window.payload for window in batch] for batch in made)
    if min(workers, len(made)) < 2:
        yield from map(run, payloads)
        return
    pool = ThreadPoolExecutor(min(workers, len(made)), "embedding")
    try:
        yield from pool.map(run, payloads)
    finally:
        pool.shutdown(cancel_futures=True)  # interrupted: what is not begun is not computed any more
