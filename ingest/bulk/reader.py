"""Reads files for a sync as Ray Data does: in order, with the vectors of their texts made on the way.

What it yields is what ``Workers.read`` yields; the vectors go to the embedder of the base.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ingest.bulk import stages
from ingest.bulk.cluster import cluster, require_ray
from ingest.bulk.pools import Pools, pools
from ingest.bulk.prepared import PreparedEmbedder
from ingest.bulk.quiet import only_our_words
from ingest.reading import INGEST_VERSION, Outcome, Request
from ingest.sync import BATCH_FILES
from kb.config import Settings
from kb.embedding import open_embedding
from kb.errors import KBError

if TYPE_CHECKING:
    import pyarrow as pa

    from kb.base import KnowledgeBase

_GROUP_FILES = 8  # files that travel together: few, so that all machines get some
_GROUP_BYTES = 4_000_000
_FETCHERS = 2
_PATIENCE = 6 * 3600.0  # seconds without any sign of work: longer than the files of a group may take
_BLOCK = 8_000_000  # bytes of rows that travel together


@dataclass(slots=True)
class BulkReader:
    """A reader for ``sync``. Ray is started or joined at the first file to read; use as a context manager.

    Give ``embedder`` to the base before it is opened, and the base to ``read_for``. ``worker``: see ``stages.Terms``.
    """

    address: str
    settings: Settings
    worker: str = "ingest.worker"
    embedder: PreparedEmbedder = field(init=False)
    _nodes: list[dict[str, float]] | None = None
    _resources: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.embedder = PreparedEmbedder(open_embedding(self.settings), BATCH_FILES)

    def __enter__(self) -> BulkReader:
        require_ray()
        self._resources.enter_context(only_our_words())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._resources.close()

    def read_for(self, base: KnowledgeBase) -> Callable[[Sequence[Request], Callable[[], bool]], Iterator[Outcome]]:
        """The reader for a base that has this one's embedder."""

        def read(requests: Sequence[Request], stopping: Callable[[], bool]) -> Iterator[Outcome]:
            return self._read(requests, stopping, base) if requests else iter(())

        return read

    def _read(
        self, requests: Sequence[Request], stopping: Callable[[], bool], base: KnowledgeBase
    ) -> Iterator[Outcome]:
        if self._nodes is None:
            self._nodes = self._resources.enter_context(cluster(self.address))
        sizes = pools(self._nodes, self.embedder.name)
        known = stages.shortened(base.store.vectors.sizes())
        known.sort()
        # Closed before Ray is left at the latest, whatever ends the sync.
        tables = self._resources.enter_context(closing(_tables(self._dataset(requests, sizes, known), stopping)))
        for outcome, vectors in stages.unpack(tables):
            if isinstance(outcome, stages.Fault):
                raise KBError(outcome.why)
            self.embedder.offer(vectors)
            yield outcome

    def _dataset(self, requests: Sequence[Request], sizes: Pools, known: stages.Keys) -> Any:  # noqa: ANN401
        """The stages over all files, not begun yet."""
        import ray.data
        from ray.data import ActorPoolStrategy

        given = self.settings
        terms = stages.Terms(INGEST_VERSION, self.embedder.name, given.read_seconds, given.read_memory_mb, self.worker)
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        return (
            ray.data.from_arrow([stages.pack(group) for group in _groups(requests)])
            .map_batches(stages.fetch, batch_format="pyarrow", num_cpus=0, concurrency=_FETCHERS, label_selector=here)
            .map_batches(
                stages.Read,
                fn_constructor_args=(terms, ray.cloudpickle.dumps(ray.put(known))),
                compute=ActorPoolStrategy(size=sizes.readers),
                num_cpus=sizes.reader_cpus,
                batch_format="pyarrow",
            )
            .map_batches(
                stages.Embed,
                fn_constructor_args=(_for_embedding(given, self.embedder.name),),
                compute=ActorPoolStrategy(size=sizes.embedders),
                batch_size=sizes.texts,
                num_cpus=sizes.embedder_cpus,
                num_gpus=sizes.embedder_gpus,
                batch_format="pyarrow",
            )
        )


def _for_embedding(settings: Settings, model: str) -> dict[str, Any]:
    """The settings that make the same model elsewhere; where its cache is each machine knows, unless told."""
    names = ["embedding_url", "embedding_key"] + ["cache"] * ("cache" in settings.model_fields_set)
    return {"embedding": model} | {name: getattr(settings, name) for name in names}


def _groups(requests: Sequence[Request]) -> Iterator[list[Request]]:
    """Requests in groups that are small in files and bytes."""
    group: list[Request] = []
    size = 0
    for request in requests:
        try:
            more = request.file.stat().st_size
        except OSError:
            more = 0  # it will be named when it is fetched
        if group and (len(group) == _GROUP_FILES or size + more > _GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(request)
        size += more
    if group:
        yield group


def _tables(dataset: Any, stopping: Callable[[], bool]) -> Generator[pa.Table]:  # noqa: ANN401 - a Dataset
    """Run a dataset until told to stop; its blocks in the order of its input.

    Raises KBError for what goes wrong in Ray.
    """
    context = dataset.context
    context.execution_options.preserve_order = True
    context.target_max_block_size = _BLOCK
    context.execution_no_progress_timeout_s = _PATIENCE
    try:
        for table in dataset.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
            yield table
            if stopping():
                return
    except Exception as error:  # Ray's, and whatever a library raised in its processes
        raise KBError(
            f"Ray 上的处理中断了（{_named(error)}）。已完成的部分都已保存，重新运行同一命令即可接着完成。"
        ) from error


def _named(error: BaseException) -> str:
    """An error of a Ray process in one line: its innermost cause, since those around it only say where it came by."""
    seen: set[int] = set()
    while (inner := getattr(error, "cause", None) or error.__cause__) is not None and id(inner) not in seen:
        seen.add(id(inner))
        error = inner
    said = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}：{said[0] if said else ''}"
