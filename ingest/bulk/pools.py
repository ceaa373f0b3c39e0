"""How many processes read and how many embed, from what the machines of a cluster have. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.errors import KBError

_HALF = 0.5  # of the only processor of a machine, for each of the two
_MOST_CPUS = 8  # more threads for one batch of texts gain little
_ENDPOINT = 4  # processes that ask an endpoint at once
_TEXTS = 64  # for a processor: some seconds of work
_TEXTS_GPU = 1024


@dataclass(frozen=True, slots=True)
class Pools:
    """Two pools of processes, and what one of each takes. ``texts`` is how many a batch to embed should have."""

    readers: int
    reader_cpus: float
    embedders: int
    embedder_cpus: float
    embedder_gpus: int
    texts: int


def pools(nodes: Sequence[Mapping[str, float]], embedding: str) -> Pools:
    """The pools for machines with these resources (``CPU``, ``GPU``) and a model.

    A processor embeds with as many threads as the smallest machine has beside its reader. Only sentence-transformers
    models gain from a GPU; each has one process then. Raises KBError where no machine has a CPU.
    """
    cpus = [node["CPU"] for node in nodes if node.get("CPU", 0) >= 1]
    if not cpus:
        raise KBError("Ray 集群里没有可用的 CPU（num-cpus 都是 0）。请至少让一台机器带着 CPU 加入集群。")
    reader = 1.0 if min(cpus) >= 2 else _HALF
    gpus = int(sum(node.get("GPU", 0) for node in nodes)) if embedding.startswith("st:") else 0
    if gpus:
        return Pools(sum(int(n / reader) for n in cpus), reader, gpus, 0, 1, _TEXTS_GPU)
    if embedding.startswith("openai:"):
        asking = min(len(cpus), _ENDPOINT)
        return Pools(sum(int((n - _HALF) / reader) for n in cpus), reader, asking, _HALF, 0, _TEXTS)
    size = min(int(min(cpus) - reader), _MOST_CPUS) or _HALF
    held = [int((n - reader) / size) for n in cpus]
    readers = sum(int((n - own * size) / reader) for n, own in zip(cpus, held, strict=True))
    return Pools(readers, reader, sum(held), size, 0, _TEXTS)
