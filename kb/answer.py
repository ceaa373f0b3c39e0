"""The extractive answerer: from retrieved chunks to sentences with citations, or a reasoned refusal."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from kb.attempt import Attempt, Means, Source
from kb.choice import WIDE, choose
from kb.draft import Draft, draft_of
from kb.evidence import Question
from kb.gate import contradicts
from kb.judge import Judging
from kb.matching import held
from kb.model import Answer
from kb.parts import Parts
from kb.passage import Passage
from kb.places import Place
from kb.query import Query
from kb.retrieve import Retrieved
from kb.text import squash
from kb.tuning import Tuning, load_tuning
from kb.values import HARD
from kb.view import DocumentView
from kb.whereabouts import tied

_VIEWS_KEPT = 256
_NAMED = 0.6  # of a body's name, as in `held`
_OF_A_SIDE = 2  # passages quoted for each side of a comparison, where no single value is asked for
_PAIRS_KEPT = 1024


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question before the gate: ``settled`` is the answer or refusal that needs none, else ``ranked`` is weighed."""

    settled: Answer | None
    question: Question
    ranked: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One side of a comparison: its name, the question about it alone, and what was found for that.

    ``body`` says that the name is a body's or person's, and only what is told of it counts.
    """

    name: str
    query: Query
    retrieved: Retrieved
    body: bool = False


class Answerer:
    """Answers from evidence only. Threads may share it; views of the documents last read are kept."""

    def __init__(
        self, tuning: Tuning | None = None, parts: Parts | None = None, judging: Judging | None = None
    ) -> None:
        """Rank and answer as tuned; ``parts`` may switch judge, gate and verification off, for evaluation."""
        tuning, parts = tuning or load_tuning(), parts or Parts()
        self.means = Means(
            parts=parts,
            gate=tuning.gate if parts.gate else None,
            ranker=tuning.ranker,
            judging=judging if parts.judge else None,
            judge=tuning.judge,
            view=self.view,
            akin=self.akin,
        )
        self._views: OrderedDict[tuple[str, str, int], DocumentView] = OrderedDict()
        self._kin: OrderedDict[tuple[str, str, int], bool] = OrderedDict()
        self._guard = threading.Lock()

    def answer(self, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> Answer:
        """The answer to a question from what was retrieved for it; validity is judged as of a day."""
        return Attempt(self.means, query, retrieved, source, as_of).answer()

    def draft(self, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> Draft:
        """The answer with the evidence that a model may word it from."""
        attempt = Attempt(self.means, query, retrieved, source, as_of)
        answer = attempt.answer()
        return draft_of(attempt, answer, [p for p in attempt.ranked if not contradicts(attempt.question, p)])

    def weigh(self, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> Weighed:
        """What the gate has to decide on for a question; ``answer`` decides it within the limits."""
        attempt = Attempt(self.means, query, retrieved, source, as_of)
        settled = attempt.settled()
        ranked = [] if settled else attempt.passages()
        return Weighed(settled, attempt.question, tuple(ranked))

    def passages(self, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> list[Passage]:
        """The passages an answer may be made of, best first, whatever may settle the question before."""
        return Attempt(self.means, query, retrieved, source, as_of).passages()

    def compare(self, query: Query, sides: Sequence[Compared], source: Source, as_of: date) -> Draft:
        """The best passages for each side of a comparison; a refusal that names the side without one."""
        best: list[Passage] = []
        whole = Attempt(self.means, query, _merged([side.retrieved for side in sides]), source, as_of)
        for side in sides:
            attempt = Attempt(self.means, side.query, side.retrieved, source, as_of)
            found = [p for p in attempt.passages() if not side.body or _tells_of(side.name, p)]
            why = attempt.refused(found)
            if why is not None:
                return Draft(whole.abstain(f"关于{side.name}：{why}"))
            most = _OF_A_SIDE if attempt.query.wants(*WIDE) and not attempt.query.wants(*HARD) else 1
            best += choose(attempt.question, found, attempt.gate)[:most]
        for passage in best:
            whole.quote(passage)
        return draft_of(whole, whole.finished(), best)

    def view(self, policy_id: str, revision: str, source: Source) -> DocumentView:
        """The view of one revision."""
        at = (policy_id, revision, source.generation)
        with self._guard:
            if at in self._views:
                self._views.move_to_end(at)
                return self._views[at]
        view = DocumentView(source.document(policy_id, revision))
        with self._guard:
            self._views[at] = view
            while len(self._views) > _VIEWS_KEPT:
                self._views.popitem(last=False)
        return view

    def akin(self, one: Place, other: Place, source: Source) -> bool:
        """Whether some document of the base tells that one of two places lies in the other."""
        if one.depth == other.depth:
            return False
        at = (one.name, other.name, source.generation)
        known = self._kin.get(at)
        if known is not None:
            return known
        found = any(tied(one, other, *told) for told in source.naming(one.name, other.name))
        with self._guard:
            self._kin[at] = found
            while len(self._kin) > _PAIRS_KEPT:
                self._kin.popitem(last=False)
        return found


def _tells_of(name: str, passage: Passage) -> bool:
    """Whether a passage or the head of its document names a body, in full or nearly (科技局 for 科学技术局)."""
    text = passage.view.document.text[passage.start : passage.end]
    return held(squash(name), squash(text) + passage.view.head_key) >= _NAMED


def _merged(found: Sequence[Retrieved]) -> Retrieved:
    """What was found for several questions as found for one, their hits in turn."""
    hits = [hit for row in zip_longest(*(r.hits for r in found)) for hit in row if hit is not None]
    return Retrieved(tuple({hit.chunk.chunk_id: hit for hit in hits}.values()))
