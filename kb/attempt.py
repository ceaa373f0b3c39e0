"""One question on its way to an answer: what settles it, the passages that may answer it, and the last check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from kb.article import article
from kb.asks import Ask
from kb.choice import choose, complete_first, counted_first, in_force_first, own_first
from kb.compose import Composer, units_sentence
from kb.direct import Desk, about, issued, own_number, standing
from kb.evidence import Evidence, Question, judge
from kb.followup import asks_nothing
from kb.gate import admissible, contradicts, reason
from kb.judge import Judging
from kb.kinship import naming_words
from kb.matching import weigh
from kb.model import Answer, DocumentHeader, Hit, Kind, PolicyDocument, Status
from kb.parts import Parts
from kb.passage import Found, Passage, passages
from kb.places import Place
from kb.query import Query
from kb.retrieve import Retrieved, mentions_number
from kb.select import antecedent, quote_span
from kb.succession import no_successor, succession
from kb.terms import grounded
from kb.text import squash
from kb.timing import Timing, timing_of
from kb.tuning import Gate
from kb.validity import amendments, ending, newer_versions, status_on, told
from kb.validity import named as named_other
from kb.verdict import judged
from kb.verify import exact, unsupported
from kb.view import DocumentView
from kb.whereabouts import located
from kb.wording import wording

_CHUNKS_READ = 14  # hits whose sentences are weighed
_DECLARES = re.compile(r"不能?代替原|^整理日期")
_RETOLD = re.compile(r"^原文(?:标题)?[:：]")
_ORIGIN_ASKED = re.compile(r"原文|文号|出处|来源|印发|发布|公布|出台|哪个文件|哪份文件|依据")
_NOTHING_ASKED = (
    "这句话没有问到文件里的事。可以问：某项补贴是多少、要什么条件、怎么申请、由谁负责、什么时候截止，"
    "或者某份文件说了什么、是否还有效。"
)
_TITLE = 0.7
_LEAD = re.compile(r"牵头")


class Source(Protocol):
    """What the answerer reads from the base."""

    def document(self, policy_id: str, revision: str) -> PolicyDocument:
        """A revision in full."""

    def weight(self, term: str) -> float:
        """How much a term narrows down in this base."""

    def rarity(self, token: str) -> float:
        """How rare a token is among the chunks."""

    def having(self, token: str) -> int:
        """How many chunks hold a token."""

    def naming(self, *names: str) -> Sequence[tuple[str | None, str]]:
        """The chunks that most likely hold all these names: the body each is by, and its text."""

    def current(self, policy_id: str) -> PolicyDocument | None:
        """A document as it is now; None where the base does not hold it."""

    @property
    def generation(self) -> int:
        """The generation of the base: a document's title or status may change while its text stays."""


@dataclass(frozen=True, slots=True)
class Means:
    """What an answer is made with. ``gate`` and ``judging`` are None where they are switched off."""

    parts: Parts
    gate: Gate | None
    ranker: Mapping[str, float]
    judging: Judging | None
    judge: Mapping[str, float]
    view: Callable[[str, str, Source], DocumentView]
    akin: Callable[[Place, Place, Source], bool]


class Attempt:
    """One question on its way to an answer."""

    def __init__(self, means: Means, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> None:
        """``retrieved`` is what was found for the query; validity is judged as of a day."""
        issuers = {hit.document.issuer for hit in retrieved.hits}
        query = located(query, issuers, lambda one, other: means.akin(one, other, source))
        self.means, self.query, self.retrieved, self.source, self.as_of = means, query, retrieved, source, as_of
        self.gate = means.gate
        akin = naming_words(query) if retrieved.kin else ""
        terms = grounded((t for t in query.terms if t.text not in akin), source.having)
        self.question = Question(query, weigh(terms, source.weight))
        self.composer = Composer(as_of, query.years)
        self.ranked: list[Passage] = []  # what the answer was chosen from, once it was

    def settled(self) -> Answer | None:
        """The answer where no sentence need be weighed: nothing is asked, or a document itself is asked about."""
        if asks_nothing(self.query):
            return Answer(question=self.query.text, abstained=True, reason=_NOTHING_ASKED)
        why = self._unanswerable()
        if why:
            return self.abstain(why)
        if self.query.wants(Ask.DOCUMENT) and (self.retrieved.cited or self.retrieved.digests):
            self._citing()
        desk = Desk(self.question, self.retrieved, self.composer, self.as_of, self.view, self.source.current)
        why = no_successor(desk) or succession(desk) or article(desk)
        if why:
            return self.abstain(why)
        for attempt in (about, issued, own_number, standing):
            if self.composer.sentences:
                return self.finished()
            attempt(desk)
        if self.composer.sentences:
            return self.finished()
        return None

    def answer(self) -> Answer:
        """The settled answer, else the best sentences that the gate lets through."""
        settled = self.settled()
        if settled is not None:
            return settled
        question, composer = self.question, self.composer
        ranked = self.ranked = self.passages()
        best = ranked[0] if ranked else None
        if best is None or not admissible(question, best, self.gate):
            return self.abstain(reason(question, best))
        if self.query.wants(Ask.UNIT):
            self._units(question, ranked, composer)
        if not composer.sentences:
            self._quotations(ranked)
        return self.finished()

    def _unanswerable(self) -> str | None:
        """Why no document need be read: nothing is asked, or a 文号 nobody knows."""
        query = self.query
        if not (query.terms or query.doc_numbers or query.titles or query.regions):
            return "没有看出要问什么。请写出要问的事，例如：某项补贴的标准是多少，由哪个部门负责。"
        if self.retrieved.unknown:
            numbers = "、".join(self.retrieved.unknown)
            return f"知识库里没有文号为{numbers}的文件，也没有文件引用它。"
        return None

    def _quotations(self, ranked: Sequence[Passage]) -> None:
        """Quote the best passages, each with what it needs to be understood."""
        for passage in choose(self.question, ranked, self.gate):
            self.quote(passage)

    def quote(self, passage: Passage) -> None:
        """Quote a passage, behind the sentence that names whom 该企业 or 其 in it means."""
        told = antecedent(passage.evidence)
        if told is not None and passage.view.spans[told][0] < passage.start:
            before = quote_span(self.question, passage.view, told, 160)
            if self.composer.room(passage.end - passage.start + before[1] - before[0], 2):
                self.composer.quote(passage.view, *before)
        self.composer.quote(passage.view, passage.start, passage.end)

    def refused(self, found: Sequence[Passage]) -> str | None:
        """Why none of these passages answers; None where the first does."""
        why = self._unanswerable()
        if why:
            return why
        best = next(iter(found), None)
        if best is None or not admissible(self.question, best, self.gate):
            return reason(self.question, best)
        return reason(self.question, best) if self.gate is not None and contradicts(self.question, best) else None

    def passages(self) -> list[Passage]:
        """The passages around the sentences of the best chunks, best first."""
        hits = self.retrieved.hits
        ranks: dict[str, int] = {}
        for hit in hits:
            ranks.setdefault(hit.chunk.policy_id, len(ranks))
        cosines = {
            (h.chunk.policy_id, h.chunk.start, h.chunk.end): h.parts["cosine"] for h in hits if "cosine" in h.parts
        }
        timing = timing_of(self.query, self.as_of) if self.means.parts.timing else Timing(None)
        stale = frozenset(h.document.policy_id for h in hits if timing.stale(h.document))
        words = wording(self.source.rarity, self.query.text)
        sentences = self.rank(self.question, self.retrieved)
        found = passages(self.question, sentences, words, Found(cosines, ranks, stale), self.means.ranker)
        weighed = judged(self.query.text, found, self.means.judging, self.means.judge)
        timely = in_force_first(counted_first(self.query, weighed, self.as_of))
        return complete_first(self.question, own_first(timely), self.gate)

    def rank(self, question: Question, retrieved: Retrieved) -> list[Evidence]:
        """Every sentence of the best chunks as evidence, best first."""
        seen: dict[tuple[str, int], Evidence] = {}
        for hit in retrieved.hits[:_CHUNKS_READ]:
            view = self.view(hit.chunk.policy_id, hit.chunk.revision)
            chunk_key = squash(hit.chunk.indexed_text)
            for i in view.overlapping(hit.chunk.start, hit.chunk.end):
                at = (hit.chunk.policy_id, i)
                if at not in seen and not _is_frame(view, i):
                    seen[at] = judge(question, view, i, chunk_key, max(0.0, min(1.0, hit.score)))
        numbers = retrieved.cited
        found = [self._placed(e) for e in seen.values()]
        if numbers:
            found = [e for e in found if any(mentions_number(e.text, n) for n in numbers)] or found
        return sorted(found, key=lambda e: (-e.score, e.view.document.policy_id, e.sentence))

    def _placed(self, evidence: Evidence) -> Evidence:
        """A mere title stands behind what the text says."""
        asked = _ORIGIN_ASKED.search(self.query.text) is not None
        factor = _TITLE if _is_title(evidence.view, evidence.sentence, asked) else 1.0
        return replace(evidence, score=evidence.score * factor)

    def view(self, policy_id: str, revision: str) -> DocumentView:
        """The view of one revision."""
        return self.means.view(policy_id, revision, self.source)

    def _citing(self) -> None:
        """What others say of a document that the base does not hold."""
        numbers = [n.canonical for n in self.query.doc_numbers]
        ranked = self.rank(self.question, self.retrieved)
        for evidence in [e for e in ranked if any(mentions_number(e.text, n) for n in numbers)][:1]:
            self.composer.quote(evidence.view, *quote_span(self.question, evidence.view, evidence.sentence))

    def _units(self, question: Question, ranked: Sequence[Passage], composer: Composer) -> None:
        """Who is responsible for the task the question describes?"""
        for passage in ranked:
            if self.gate is not None and contradicts(question, passage):
                continue
            evidence = passage.evidence
            assignment = evidence.view.assignment(evidence.sentence)
            if assignment is None:
                return  # the best evidence is prose: it is quoted like any other
            view = evidence.view
            section = view.section_of(evidence.sentence, assignment)
            stated = squash(view.document.text[assignment.start : assignment.end])
            n = composer.cite(view, assignment.start, assignment.end)
            if n is None or any(squash(unit) not in stated for unit in (*assignment.lead, *assignment.others)):
                return
            cites = [n]
            task = f"“{section.title.rstrip('。').strip('“”')}”" if section and section.title else "这项任务"
            told = composer.cite(view, *quote_span(question, view, evidence.sentence, 120))
            cites += [told] if told is not None and told != n else []
            text = units_sentence(assignment, task, bool(_LEAD.search(question.query.text)))
            composer.say(composer.introduced(view.document, text), cites)
            return

    def finished(self) -> Answer:
        """The answer after the last check: what does not stand in its citations is dropped."""
        composer = self.composer
        texts = {
            (c.policy_id, c.revision): self.view(c.policy_id, c.revision).document.text for c in composer.citations
        }
        good = {c.n for c in composer.citations if exact(c, texts)}
        kept = composer.sentences
        if self.means.parts.verify:
            kept = [s for s in kept if set(s.citations) <= good and not unsupported(s, composer.citations)]
        if not kept:
            return self.abstain("找到了相关文件，但没有能逐字核对的依据。")
        used = sorted({n for s in kept for n in s.citations})
        renumbered = {n: i for i, n in enumerate(used, start=1)}
        citations = tuple(replace(c, n=renumbered[c.n]) for c in composer.citations if c.n in renumbered)
        sentences = tuple(replace(s, citations=tuple(renumbered[n] for n in s.citations)) for s in kept)
        headers = {h.document.policy_id: h.document for h in self.retrieved.hits}
        cited = dict.fromkeys(c.policy_id for c in citations)
        warnings = (
            *composer.notes,
            *(w for p in cited if p in headers for w in cautions(headers[p], self.as_of)),
        )
        return Answer(question=self.query.text, sentences=sentences, citations=citations, warnings=warnings)

    def abstain(self, why: str) -> Answer:
        """A refusal with its reason and the nearest documents."""
        return Answer(question=self.query.text, abstained=True, reason=why, nearest=nearest(self.retrieved.hits))


def nearest(hits: Sequence[Hit], most: int = 3) -> tuple[DocumentHeader, ...]:
    """The documents of the best hits, each once."""
    found = {h.document.policy_id: h.document for h in reversed(hits)}
    order = list(dict.fromkeys(h.document.policy_id for h in hits))
    return tuple(found[p] for p in order[:most])


def _is_frame(view: DocumentView, i: int) -> bool:
    """Whether a sentence is the bare 文号, or a digest's declaration that it is one."""
    d = view.document
    declares = d.kind is Kind.DIGEST and _DECLARES.search(view.text(i)) is not None
    return declares or view.key(i) == squash(d.doc_number or "")


def _is_title(view: DocumentView, i: int, origin_asked: bool) -> bool:
    """Whether a sentence is only the document's title or a line of it, or what a digest is of, if that is not asked."""
    retold = not origin_asked and view.document.kind is Kind.DIGEST and _RETOLD.search(view.text(i)) is not None
    return retold or view.key(i) in squash(view.document.title or "")


def cautions(header: DocumentHeader, as_of: date) -> Iterator[str]:
    """What a reader must know of a cited document's validity, amendments and later versions."""
    status, ended = status_on(header, as_of), ending(header, as_of)
    if status not in (Status.IN_FORCE, Status.UNKNOWN, Status.NOT_APPLICABLE):
        why = f"：{told(ended)}" if ended else ""
        yield f"《{header.title}》在{as_of.isoformat()}的效力状态为“{status.value}”{why}，引用前请核对。"
    for amendment in amendments(header, as_of):
        yield f"《{header.title}》{told(amendment)}，请核对修订后的内容。"
    newest = next(iter(newer_versions(header, as_of)), None)
    if newest and not (ended and ended.policy_id == newest.policy_id):
        yield f"《{header.title}》另有较新的版本：{named_other(newest)}，{newest.date}。"
