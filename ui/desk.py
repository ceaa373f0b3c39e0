"""The base as the page uses it: opened once, warmed in the background, shared by all sessions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from kb.errors import KBError, UnknownDocument
from kb.model import Answer, DocumentHeader, Filters, PolicyDocument
from ui.examples import Example, examples, holds
from ui.follow_ups import follow_ups
from ui.ops.running import Running

_LOG = logging.getLogger(__name__)
EXAMPLES = 6
_EXAMPLE_DOCUMENTS = 200
_LONGEST_WARM_UP = 60


class Base(Protocol):
    """The part of KnowledgeBase that the page calls."""

    def ask(self, question: str, *, model: bool = True) -> Answer:
        """Answer a question; without ``model`` by quotations alone."""

    def ask_stream(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        as_of: date | None = None,
        history: Sequence[str] = (),
    ) -> Iterator[Answer]:
        """Answer from the documents within the filters, after the conversation's earlier questions, as it grows."""

    def documents(self) -> list[DocumentHeader]:
        """All documents, without their text."""

    def document(self, policy_id: str, revision: str | None = None) -> PolicyDocument:
        """One document at a revision, by default the current one."""


class Desk:
    """Answers for all sessions.

    ``ready`` is set once a first question has loaded the model, or failed to; ``prepared`` once the example questions
    are found, or cannot be.
    """

    def __init__(self, base: Base) -> None:
        """Take an open base."""
        self.base = base
        self.ready = threading.Event()
        self.prepared = threading.Event()
        self.running = Running()  # answers for whoever asks
        self.examples: tuple[str, ...] = ()
        self._closing = threading.Event()
        self._wanted = threading.Event()
        self._head_start = 0.0
        self._thread = threading.Thread(target=self._warm, name="warm", daemon=True)

    def warm(self, head_start: float = 0.0) -> None:
        """Load the model and find example questions, in a thread of its own.

        It begins after ``head_start`` seconds, or as soon as it is hurried: a page that is opened at once should not
        have to share the processor with it.
        """
        self._head_start = head_start
        self._thread.start()

    def hurry(self) -> None:
        """The page is there, or somebody asks: begin to load the model now."""
        self._wanted.set()

    def close(self) -> None:
        """Wait for the thread to let go of the base."""
        self._closing.set()
        self._wanted.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _warm(self) -> None:
        self._wanted.wait(self._head_start)
        try:
            documents = self.base.documents()
            if documents:
                self.base.ask(documents[0].title[:_LONGEST_WARM_UP], model=False)  # any question loads the model
            self.ready.set()
            self.examples = tuple(self._answered_examples(documents))
        except Exception:  # the page must open; the same error is shown in Chinese to whoever asks
            _LOG.exception("warming failed")
        finally:
            self.ready.set()
            self.prepared.set()

    def _answered_examples(self, documents: list[DocumentHeader]) -> Iterator[str]:
        """Example questions about the base's own documents, only those that it answers."""
        held = (self.base.document(header.policy_id) for header in documents[:_EXAMPLE_DOCUMENTS])
        return (e.question for e in examples(held, self._answered, date.today(), EXAMPLES))

    def _answered(self, example: Example) -> bool:
        """Whether an answer begins with the document an example is made from and says what that states."""
        if self._closing.is_set():
            return False
        answer = self.base.ask(example.question, model=False)
        own = {c.n for c in answer.citations if c.policy_id == example.policy_id}
        said = [s.text for s in answer.sentences if own.intersection(s.citations)]
        begins = bool(answer.sentences) and bool(own.intersection(answer.sentences[0].citations))
        return begins and not answer.abstained and any(holds(text, example) for text in said)

    def follow_ups(self, answer: Answer) -> tuple[str, ...]:
        """Questions to offer behind an answer, on the document it rests on, only those that the base answers."""
        if not answer.citations:
            return ()
        document = self.load(answer.citations[0].policy_id, None)
        return follow_ups(document, answer, self._answered, date.today()) if document else ()

    def load(self, policy_id: str, revision: str | None) -> PolicyDocument | None:
        """A document for showing, or None where it or the revision is gone."""
        try:
            return self.base.document(policy_id, revision)
        except UnknownDocument:
            return None
        except KBError:
            _LOG.exception("document %s@%s cannot be loaded", policy_id, revision)
            return None
