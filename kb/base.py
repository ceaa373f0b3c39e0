"""KnowledgeBase: one home, opened. Everything above storage goes through it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from kb import ask
from kb.answer import Answerer
from kb.catalog import CatalogView, FileRow, UnreadRow
from kb.config import Settings
from kb.embedding import Embedder, open_embedding
from kb.errors import IndexMismatch
from kb.followup import analyse_turn, leans_back
from kb.holdings import Holdings
from kb.index import address_of
from kb.judge import open_judge
from kb.llm.endpoint import endpoint_of
from kb.model import Answer, Filters, Hit, Submission
from kb.parts import Parts
from kb.places import Gazette
from kb.query import Query
from kb.snapshot import Snapshot
from kb.spelling import respelled
from kb.store import PutReport, Store
from kb.text.tokens import keep_cache_in
from kb.tuning import Tuning, load_tuning
from kb.turns import Turns
from kb.vectors import Matrix

if TYPE_CHECKING:
    from kb.llama import PolicyQueryEngine, PolicyRetriever

__all__ = ["FileRow", "KnowledgeBase", "PutReport", "Snapshot", "UnreadRow"]

T = TypeVar("T")
_TRIES = 3


class KnowledgeBase(Holdings):
    """Documents that can be put, listed, searched and asked. Threads may share it.

    Several processes may open one home; one of them writes at a time, the others see its changes at their next
    question.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        embedder: Embedder | None = None,
        tuning: Tuning | None = None,
        parts: Parts | None = None,
    ) -> None:
        """Use ``open`` instead."""
        self.settings = settings
        self.store = store
        self.tuning = tuning or Tuning()
        self.parts = parts or Parts()
        judging = open_judge(settings.judge, settings.cache) if self.parts.judge else None
        self.answerer = Answerer(self.tuning, self.parts, judging)
        self._embedder = embedder
        self._resources = ExitStack()
        self._resources.callback(store.close)
        self._guard = threading.RLock()
        self._turns_at_work = Turns()
        #: Sees the answers of ``ask_stream`` as they grow, with the question; ``ask`` is for the program's own.
        self.watch: Callable[[str, Iterator[Answer]], Iterator[Answer]] = lambda _question, answers: answers

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        write: bool = False,
        create: bool = False,
        embedder: Embedder | None = None,
        tuning: Tuning | None = None,
        parts: Parts | None = None,
    ) -> KnowledgeBase:
        """Open the base in ``settings.home``; with ``create`` make it where there is none.

        ``embedder`` and ``tuning`` are those of the settings unless given; ``parts`` switches parts of the answering
        off, for evaluation.

        With ``write`` the write lock is held until ``close``; without, each change takes it for itself. Raises
        HomeMissing, HomeNotWritable, HomeBusy, BaseTooNew, Corrupt, SettingsError.
        """
        keep_cache_in(settings.cache)
        tuning = tuning or load_tuning(settings.tuning)
        index = address_of(settings)
        store = Store(settings.home, settings.catalog_url, create=create, tuning=tuning, index=index)
        base = cls(settings, store, embedder, tuning, parts)
        if write:
            try:
                base.store.hold()
                base._resources.callback(base.store.release)
            except BaseException:
                base.close()
                raise
        return base

    def __enter__(self) -> KnowledgeBase:
        """The base itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give up all locks and files."""
        self._resources.close()

    @property
    def embedder(self) -> Embedder:
        """The model of the settings, opened at first use. Raises EmbeddingUnavailable."""
        with self._guard:
            if self._embedder is None:
                self._embedder = open_embedding(self.settings)
            return self._embedder

    # Changing

    def put_many(self, submissions: Iterable[Submission], progress: Callable[[int], None] | None = None) -> PutReport:
        """Add or replace documents; what is unchanged costs nothing. ``progress`` gets the submissions just done.

        Each batch is visible as soon as it is committed; a run that was killed can be repeated. Raises HomeBusy,
        IndexMismatch, EmbeddingUnavailable, UnreadableFile for text that cannot be stored.
        """
        return self.store.put_many(submissions, self.embedder, progress)

    def put(self, submission: Submission) -> str:
        """Add or replace one document; its id."""
        return self.put_many([submission]).policy_ids[0]

    def remove(self, policy_ids: Iterable[str]) -> int:
        """Remove documents with all their revisions; how many there were."""
        return self.store.remove(policy_ids)

    def keep_revisions(self, policy_id: str, payloads: Mapping[str, str]) -> None:
        """Bring superseded revisions of a document back, as ``payloads`` gave them before it was removed."""
        self.store.keep_revisions(policy_id, payloads)

    def remove_sources(self, root: str, paths: Iterable[str], first_article: int = 0) -> int:
        """Forget files under a root, or only their articles from ``first_article`` on.

        Documents that no other source has go with them; returns how many.
        """
        return self.store.remove_sources(root, paths, first_article)

    def move_file(self, root: str, old_path: str, new_path: str) -> None:
        """A file has another path now: its documents keep their ids."""
        self.store.move_file(root, old_path, new_path)

    def record_files(self, rows: Iterable[FileRow]) -> None:
        """Remember files as ingested, so that they are skipped while they stay the same."""
        self.store.record_files(rows)

    def record_unread(self, rows: Iterable[UnreadRow], below: str | None = None) -> None:
        """Remember files that gave no documents, for the report; first forget those known below a path."""
        self.store.record_unread(rows, below)

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Make all vectors with the model now set, and all indexes, from the catalog; how many chunks."""
        return self.store.rebuild(self.embedder, progress)

    # Searching

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent look at the base, for one thread. ``on_snapshot`` also copes with writers."""
        with self.store.catalog.view() as view:
            store = self.store
            yield Snapshot(view, store.index, store.vectors, store.kept, store.prepare_search)

    def on_snapshot(self, work: Callable[[Snapshot], T]) -> T:
        """Run ``work`` on one snapshot, again if the base changed meanwhile (three times at most).

        An index may already lack what a change deleted: only when the generation is still the same at the end, the
        hits are complete. They are never of deleted chunks.
        """
        for _ in range(_TRIES):
            with self._turns_at_work.taken(), self.snapshot() as snapshot:
                result = work(snapshot)
            if self.generation == snapshot.generation:
                break
        return result

    def query_vector(self, text: str) -> Matrix:
        """The question's vector. Raises IndexMismatch when the index was made by another model."""
        embedder = self.embedder
        with self.store.catalog.view() as view:
            _check_made_by(embedder, view)
        return embedder.embed_query(text)

    @property
    def dense_weight(self) -> float:
        """The vectors' share in the fused score: the setting's, else the tuning's."""
        given = self.settings.dense_weight
        return self.tuning.dense_weight if given is None else given

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        filters: Filters | None = None,
        as_of: date | None = None,
        history: Sequence[str] = (),
    ) -> list[Hit]:
        """The k best chunks for a question, within the filters. Raises QuestionInvalid.

        ``as_of`` is the day for which a filter by status is meant, today by default. ``history`` holds the
        conversation's earlier questions, oldest first.
        """
        meant = self.respelled(ask.checked(question, self.settings.max_question_chars))
        turns = self._turns(history)
        return ask.search(
            self._on_matching,
            self._embedded,
            meant,
            k=k,
            filters=filters or Filters(),
            dense_weight=self.dense_weight,
            as_of=as_of,
            history=turns,
            gazette=self._gazette(meant, turns),
            parts=self.parts,
        )

    def ask(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        as_of: date | None = None,
        history: Sequence[str] = (),
        model: bool = True,
    ) -> Answer:
        """An answer made of evidence, or a reasoned refusal. Validity is judged as of a day, today by default.

        ``history`` holds the conversation's earlier questions, oldest first. ``model`` lets the language model of the
        settings word it; where none is set, or it fails, the answer is quotations.

        Raises QuestionInvalid.
        """
        *_, last = self._answers(question, filters, as_of, history, model)
        return last

    def ask_stream(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        as_of: date | None = None,
        history: Sequence[str] = (),
        model: bool = True,
    ) -> Iterator[Answer]:
        """Answers that grow sentence by sentence as a model words them, each checked; the last one is whole.

        It may be another than the ones before it promised: quotations, where the model failed. See ``ask``.
        """
        return self.watch(question, self._answers(question, filters, as_of, history, model))

    def _answers(
        self, question: str, filters: Filters | None, as_of: date | None, history: Sequence[str], model: bool
    ) -> Iterator[Answer]:
        day = as_of or date.today()
        endpoint = endpoint_of(self.settings) if model else None
        asked = ask.checked(question, self.settings.max_question_chars)
        turns = self._turns(history)
        began = time.monotonic()
        meant = self.respelled(asked)
        full = ask.said_in_full(meant, turns, endpoint)
        left = endpoint and endpoint.within(endpoint.total - (time.monotonic() - began))
        draft = ask.draft(
            self._on_matching,
            self._embedded,
            self.answerer,
            full or meant,
            filters=filters or Filters(),
            dense_weight=self.dense_weight,
            as_of=day,
            history=() if full else turns,
            gazette=None if full else self._gazette(meant, turns),
            parts=self.parts,
        )
        for answer in ask.answers(full or meant, draft, left, day):
            yield replace(answer, question=asked, understood=full or (meant if meant != asked else None))

    def respelled(self, text: str) -> str:
        """A question with its mistyped words put right by those the documents hold (``kb.spelling``)."""
        if not self.parts.spelling:
            return text
        with self.snapshot() as snapshot:
            return respelled(text, snapshot.having)

    def analysed(self, question: str, history: Sequence[str] = ()) -> Query:
        """A question as the base reads it: mistyped words put right, in the light of those before it."""
        text, turns = self.respelled(question), self._turns(history)
        return analyse_turn(text, turns, self._gazette(text, turns))

    # Elsewhere

    def as_retriever(
        self, *, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> PolicyRetriever:
        """The search as a LlamaIndex retriever."""
        from kb.llama import PolicyRetriever

        return PolicyRetriever(self, k=k, filters=filters, as_of=as_of)

    def as_query_engine(
        self,
        *,
        filters: Filters | None = None,
        as_of: date | None = None,
        model: bool = True,
        streaming: bool = False,
    ) -> PolicyQueryEngine:
        """The answers, with their citations as source nodes, as a LlamaIndex query engine."""
        from kb.llama import PolicyQueryEngine

        return PolicyQueryEngine(self, filters=filters, as_of=as_of, model=model, streaming=streaming)

    def _gazette(self, question: str, history: Sequence[str]) -> Gazette:
        """The places the base knows, where a question needs them to be read with those before it."""
        if not leans_back(question, history):
            return Gazette()
        return self.on_snapshot(lambda s: Gazette(frozenset(s.issuers()), frozenset(s.region_codes())))

    def _embedded(self, text: str) -> Matrix:
        """The question's vector; that the index is of the same model is seen on the snapshot."""
        return self.embedder.embed_query(text)

    def _on_matching(self, work: Callable[[Snapshot], T]) -> T:
        """``on_snapshot``, once the index is seen to be of the model that makes the vectors. Raises IndexMismatch."""

        def checked(snapshot: Snapshot) -> T:
            if self._embedder is not None:
                _check_made_by(self._embedder, snapshot.view)
            return work(snapshot)

        return self.on_snapshot(checked)

    def _turns(self, history: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.respelled(turn[: self.settings.max_question_chars]) for turn in history)


def _check_made_by(embedder: Embedder, view: CatalogView) -> None:
    built_with = view.meta("embedding")
    if built_with and built_with != embedder.name:
        raise IndexMismatch(built_with, embedder.name)
