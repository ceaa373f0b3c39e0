"""The extractive answerer: from retrieved chunks to sentences with citations, or a reasoned refusal."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from kb.asks import Ask
from kb.choice import choose
from kb.compose import Composer, find_date, find_number, find_text, named, units_sentence
from kb.evidence import Evidence, Question, judge
from kb.gate import admissible, contradicts, reason
from kb.matching import WeightedTerm, coverage, held, is_agency, weigh
from kb.model import Answer, DocumentHeader, Hit, Kind, PolicyDocument, Status
from kb.parts import Parts
from kb.passage import Found, Passage, passages
from kb.query import Query
from kb.retrieve import Retrieved, mentions_number
from kb.select import LONGEST_BLOCK, antecedent, quote_span
from kb.text import squash
from kb.text.numerals import chinese_value
from kb.tuning import Tuning, load_tuning
from kb.validity import amendments, ending, newer_versions, status_on, told
from kb.validity import named as named_other
from kb.verify import exact, unsupported
from kb.view import DocumentView
from kb.wording import wording

_CHUNKS_READ = 14  # hits whose sentences are weighed
_VIEWS_KEPT = 256
_ISSUED = re.compile(r"印发|发布|成文|落款|出台|公布|签发|下发|签署|生成|答复(?:时间|日期)|写的")
_ABOUT_ISSUE = re.compile(_ISSUED.pattern + r"|日期|时间|信息|公开|页面|网|文件|落款|署名")
_PUBLISHED = re.compile(r"生成日期|发布日期|网上|页面|公开日期|上网")
_BASIS = re.compile(r"根据|依据|依照|按照|修订|废止|替代|引用")  # then another document's number is asked for
_ARTICLE_LABEL = re.compile(r"第(.{1,7})条")
_DECLARES = re.compile(r"不能?代替原")
_OUT_OF_FORCE = 0.8
_TITLE = 0.7
_MARKED = (Status.EXPIRED, Status.REPEALED, Status.NOT_YET)
_LEAD = re.compile(r"牵头")
_ABOUT_MOST = 3  # documents named by one 文号 that are described


class Source(Protocol):
    """What the answerer reads from the base."""

    def document(self, policy_id: str, revision: str) -> PolicyDocument:
        """A revision in full."""

    def weight(self, term: str) -> float:
        """How much a term narrows down in this base."""

    def rarity(self, token: str) -> float:
        """How rare a token is among the chunks."""

    @property
    def generation(self) -> int:
        """The generation of the base: a document's title or status may change while its text stays."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question before the gate: ``settled`` is the answer or refusal that needs none, else ``ranked`` is weighed."""

    settled: Answer | None
    question: Question
    ranked: tuple[Passage, ...]


class Answerer:
    """Answers from evidence only. Threads may share it; views of the documents last read are kept."""

    def __init__(self, tuning: Tuning | None = None, parts: Parts | None = None) -> None:
        """Rank and answer as tuned; ``parts`` may switch gate and verification off, for evaluation."""
        tuning = tuning or load_tuning()
        self.parts = parts or Parts()
        self.gate = tuning.gate if self.parts.gate else None
        self.ranker = tuning.ranker
        self._views: OrderedDict[tuple[str, str, int], DocumentView] = OrderedDict()
        self._guard = threading.Lock()

    def answer(self, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> Answer:
        """The answer to a question from what was retrieved for it; validity is judged as of a day."""
        return _Attempt(self, query, retrieved, source, as_of).answer()

    def weigh(self, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> Weighed:
        """What the gate has to decide on for a question; ``answer`` decides it within the limits."""
        attempt = _Attempt(self, query, retrieved, source, as_of)
        settled = attempt.settled()
        ranked = [] if settled else attempt.passages()
        return Weighed(settled, attempt.question, tuple(ranked))

    def passages(self, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> list[Passage]:
        """The passages an answer may be made of, best first, whatever may settle the question before."""
        return _Attempt(self, query, retrieved, source, as_of).passages()

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


class _Attempt:
    """One question on its way to an answer."""

    def __init__(self, answerer: Answerer, query: Query, retrieved: Retrieved, source: Source, as_of: date) -> None:
        self.answerer, self.query, self.retrieved, self.source, self.as_of = answerer, query, retrieved, source, as_of
        self.gate = answerer.gate
        self.question = Question(query, weigh(query.terms, source.weight))
        self.composer = Composer(as_of)

    def settled(self) -> Answer | None:
        """The answer where no sentence need be weighed: nothing is asked, or a document itself is asked about."""
        why = self._unanswerable()
        if why:
            return self._abstain(why)
        for attempt in (self._article, self._about, self._issued, self._own_number):
            attempt(self.question, self.retrieved, self.composer)
            if self.composer.sentences:
                return self._finished()
        return None

    def answer(self) -> Answer:
        """The settled answer, else the best sentences that the gate lets through."""
        settled = self.settled()
        if settled is not None:
            return settled
        question, composer = self.question, self.composer
        ranked = self.passages()
        best = ranked[0] if ranked else None
        if best is None or not admissible(question, best, self.gate):
            return self._abstain(reason(question, best))
        if self.query.wants(Ask.UNIT):
            self._units(question, ranked, composer)
        if not composer.sentences:
            self._quotations(ranked)
        return self._finished()

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
        question, composer = self.question, self.composer
        for passage in choose(question, ranked, self.gate):
            told = antecedent(passage.evidence)
            if told is not None and passage.view.spans[told][0] < passage.start:
                before = quote_span(question, passage.view, told, 160)
                if composer.room(passage.end - passage.start + before[1] - before[0], 2):
                    composer.quote(passage.view, *before)
            composer.quote(passage.view, passage.start, passage.end)

    def passages(self) -> list[Passage]:
        """The passages around the sentences of the best chunks, best first."""
        hits = self.retrieved.hits
        ranks: dict[str, int] = {}
        for hit in hits:
            ranks.setdefault(hit.chunk.policy_id, len(ranks))
        cosines = {
            (h.chunk.policy_id, h.chunk.start, h.chunk.end): h.parts["cosine"] for h in hits if "cosine" in h.parts
        }
        words = wording(self.source.rarity, self.query.text)
        ranked = self.rank(self.question, self.retrieved)
        return passages(self.question, ranked, words, Found(cosines, ranks), self.answerer.ranker)

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
        found = [self._aged(e) for e in seen.values()]
        if numbers:
            found = [e for e in found if any(mentions_number(e.text, n) for n in numbers)] or found
        return sorted(found, key=lambda e: (-e.score, e.view.document.policy_id, e.sentence))

    def _aged(self, evidence: Evidence) -> Evidence:
        """Evidence out of force stands behind what is in force, a mere title behind what the text says."""
        factor = _OUT_OF_FORCE if status_on(evidence.view.document, self.as_of) in _MARKED else 1.0
        factor *= _TITLE if _is_title(evidence.view, evidence.sentence) else 1.0
        return replace(evidence, score=evidence.score * factor)

    def view(self, policy_id: str, revision: str) -> DocumentView:
        return self.answerer.view(policy_id, revision, self.source)

    def _named_views(self, retrieved: Retrieved) -> list[DocumentView]:
        """Views of the documents the question names by 文号 or title, among those retrieved."""
        wanted = [p for found in retrieved.numbered.values() for p in found] or list(retrieved.titled)
        revisions = {h.document.policy_id: h.document.revision for h in retrieved.hits}
        views = [self.view(p, revisions[p]) for p in wanted if p in revisions]
        return [v for v in views if not v.document.digest_of]  # a digest is not the document it tells of

    def _article(self, question: Question, retrieved: Retrieved, composer: Composer) -> None:
        """What does 第X条 of a named document say? That article, whole as far as it may be quoted."""
        wanted = {chinese_value(a) for a in question.query.articles}
        for view in self._named_views(retrieved) if wanted else []:
            for section in view.document.sections:
                label = _ARTICLE_LABEL.match(section.label)
                if label and chinese_value(label.group(1)) in wanted:
                    text = view.document.text[section.start : min(section.end, section.start + LONGEST_BLOCK)]
                    composer.quote(view, section.start, section.start + len(text.rstrip()))

    def _about(self, question: Question, retrieved: Retrieved, composer: Composer) -> None:
        """What is this document? Its title, who issued it and when, and its first sentence."""
        if not question.query.wants(Ask.DOCUMENT):
            return
        if retrieved.cited or retrieved.digests:
            self._citing(question, retrieved, composer)
            return
        views = self._named_views(retrieved)
        views.sort(key=lambda v: v.document.title is None)
        for view in views[:_ABOUT_MOST]:
            document = view.document
            title = find_text(view, document.title) if document.title else None
            if title:
                n = composer.cite(view, *title)
                numbered = document.doc_number and document.policy_id in sum(retrieved.numbered.values(), ())
                if n is not None:
                    said = f"{document.doc_number}是《{document.title}》。" if numbered else f"{named(document)}。"
                    composer.say(said, (n,))
            purpose = _purpose(view, title[1] if title else 0)
            if purpose is not None:
                composer.quote(view, *quote_span(question, view, purpose, 200))

    def _citing(self, question: Question, retrieved: Retrieved, composer: Composer) -> None:
        """What others say of a document that the base does not hold."""
        numbers = [n.canonical for n in question.query.doc_numbers]
        ranked = [e for e in self.rank(question, retrieved) if any(mentions_number(e.text, n) for n in numbers)]
        for evidence in ranked[:1]:
            composer.quote(evidence.view, *quote_span(question, evidence.view, evidence.sentence))

    def _issued(self, question: Question, retrieved: Retrieved, composer: Composer) -> None:
        """When was a named document issued? The date it is signed with, where the text states it."""
        query = question.query
        if not query.wants(Ask.DATE) or not _ISSUED.search(query.text):
            return
        if any(_is_content(t, v) for v in self._named_views(retrieved)[:1] for t in question.terms):
            return  # it asks when something else was to be issued
        for view in self._named_views(retrieved):
            dates = [(view.document.written_on, "成文日期"), (view.document.published_on, "发布日期")]
            if _PUBLISHED.search(query.text):
                dates.reverse()
            for iso, name in dates:
                span = find_date(view, iso) if iso else None
                if span is None:
                    continue
                sentence = view.overlapping(*span)[0]
                start, end = view.spans[sentence]
                if end - start > 80:
                    start, end = span
                n = composer.cite(view, start, end)
                if n is not None:
                    date = view.document.text[span[0] : span[1]]
                    composer.say(f"{named(view.document)}的{name}是{date}。", (n,))
                return

    def _own_number(self, question: Question, retrieved: Retrieved, composer: Composer) -> None:
        """What is the 文号 of the document the question describes?"""
        query = question.query
        if not query.wants(Ask.DOC_NUMBER) or query.doc_numbers or _BASIS.search(query.text):
            return
        views = self._named_views(retrieved)
        if query.titles and not views:
            return
        views = views or [self.view(h.document.policy_id, h.document.revision) for h in retrieved.hits[:3]]
        terms = [t for t in question.terms if t.term not in ("文号", "发文字号", "文件编号", "字号")]
        for view in views:
            document = view.document
            if document.doc_number and coverage(terms, view.head_key) >= 0.75 and _same_bodies(terms, view):
                span = find_number(view, document.doc_number)
                n = composer.cite(view, *span) if span else None
                if n is not None:
                    composer.say(f"《{document.display_title}》的文号是{document.doc_number}。", (n,))
                    return

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

    def _finished(self) -> Answer:
        """The answer after the last check: what does not stand in its citations is dropped."""
        composer = self.composer
        texts = {
            (c.policy_id, c.revision): self.view(c.policy_id, c.revision).document.text for c in composer.citations
        }
        good = {c.n for c in composer.citations if exact(c, texts)}
        kept = composer.sentences
        if self.answerer.parts.verify:
            kept = [s for s in kept if set(s.citations) <= good and not unsupported(s, composer.citations)]
        if not kept:
            return self._abstain("找到了相关文件，但没有能逐字核对的依据。")
        used = sorted({n for s in kept for n in s.citations})
        renumbered = {n: i for i, n in enumerate(used, start=1)}
        citations = tuple(replace(c, n=renumbered[c.n]) for c in composer.citations if c.n in renumbered)
        sentences = tuple(replace(s, citations=tuple(renumbered[n] for n in s.citations)) for s in kept)
        headers = {h.document.policy_id: h.document for h in self.retrieved.hits}
        cited = dict.fromkeys(c.policy_id for c in citations)
        warnings = tuple(w for p in cited if p in headers for w in _warnings(headers[p], self.as_of))
        return Answer(question=self.query.text, sentences=sentences, citations=citations, warnings=warnings)

    def _abstain(self, why: str) -> Answer:
        return Answer(question=self.query.text, abstained=True, reason=why, nearest=nearest(self.retrieved.hits))


def nearest(hits: Sequence[Hit], most: int = 3) -> tuple[DocumentHeader, ...]:
    """The documents of the best hits, each once."""
    found = {h.document.policy_id: h.document for h in reversed(hits)}
    order = list(dict.fromkeys(h.document.policy_id for h in hits))
    return tuple(found[p] for p in order[:most])


def _same_bodies(terms: Sequence[WeightedTerm], view: DocumentView) -> bool:
    """Whether every agency the question names is the document's."""
    return all(held(t.term, view.head_key) >= 0.8 for t in terms if is_agency(t.term))


def _is_frame(view: DocumentView, i: int) -> bool:
    """Whether a sentence is the bare 文号, or a digest's declaration that it is one."""
    d = view.document
    declares = d.kind is Kind.DIGEST and _DECLARES.search(view.text(i)) is not None
    return declares or view.key(i) == squash(d.doc_number or "")


def _is_title(view: DocumentView, i: int) -> bool:
    """Whether a sentence is only the document's title or a line of it."""
    return view.key(i) in squash(view.document.title or "")


def _is_content(term: WeightedTerm, view: DocumentView) -> bool:
    """Whether a word of a question about a document's date is about something in it."""
    return term.weight >= 0.2 and not _ABOUT_ISSUE.search(term.term) and held(term.term, view.head_key) < 0.8


def _purpose(view: DocumentView, after: int) -> int | None:
    """The first sentence behind the title that says something."""
    for i, (start, end) in enumerate(view.spans):
        if start >= after and end - start >= 25 and view.text(i)[-1] in "。：:；":
            return i
    return None


def _warnings(header: DocumentHeader, as_of: date) -> Iterator[str]:
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
