"""Questions about a document itself, answered from what the catalog knows of it: no passage need be weighed.

Each function says its answer to the composer, or says nothing where the question is another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kb.asks import Ask
from kb.compose import Composer, find_date, find_number, find_text, named
from kb.evidence import Question
from kb.matching import WeightedTerm, coverage, held, is_agency
from kb.model import BASIS, GOES_WITH, PolicyDocument, Reference, Relation, Status
from kb.retrieve import Retrieved
from kb.select import quote_span
from kb.text import find_dates
from kb.validity import ending, expiry, extension, status_on
from kb.validity import named as named_other
from kb.view import DocumentView

_ISSUED = re.compile(r"印发|发布|成文|落款|出台|公布|签发|下发|签署|生成|答复(?:时间|日期)|写的")
_ABOUT_ISSUE = re.compile(_ISSUED.pattern + r"|日期|时间|信息|公开|页面|网|文件|落款|署名")
_PUBLISHED = re.compile(r"生成日期|发布日期|网上|页面|公开日期|上网")
_BASIS = re.compile(r"根据|依据|依照|按照|修订|废止|替代|引用")  # then another document's number is asked for
_NUMBER = ("文号", "发文字号", "文件编号", "字号")
_STANDING = re.compile(
    r"(?:还|仍|是否|目前|现在|今天|眼下|如今|有没有|什么时[候间]|何时|哪[天年月]|几时|开始).{0,8}?"
    r"(?:有效|失效|废止|过期|作废|执行|作数|算数|管用|到期|期满|生效|施行|实施|停用)"
    r"|(?:还|仍|是否|现在|目前).{0,4}(?:能|可以?)?(?:照着?|按照?)?[^，。？]{0,4}(?:照办|照着?办|能用|可用|适用)"
    r"|(?:有效|失效|废止|过期|作废|到期|生效|施行|实施)(?:了|没|不|吗|到|至)|现行有效|有效期"
    r"|(?:还|仍|现在).{0,4}(?:作为|当作?|做).{0,6}依据"
)
_ABOUT_STANDING = re.compile(
    r"有效|失效|废止|过期|作废|执行|作数|算数|管用|到期|期满|生效|施行|实施|停用|目前|现在|今天|眼下|如今|时候|开始|"
    r"照着?办?|能用|可用|适用|期内|何时|几时|哪[天年月]|有没有|还能|是否|出台|印发|发布|制定|日期|版|文件|那个|那份|这份|这个|作为|申请|依据"
)
_END_ASKED = re.compile(
    r"[到至](?:哪|什么|何|几|多)|有效期|(?:什么时[候间]|何时|哪[天年月日]|几时|多久|几年).{0,6}(?:到期|失效|届满|期满|截止|结束|为止|过期|作废)"
)
_CONTENT = 0.2  # weight from which a word means something
_HELD = 0.8
_OPEN = 0.4  # of a question's words that a named document's head leaves open, from which it asks about its content
_SUGGESTION = re.compile(r"(\d+)号(?:建议|提案)")
_DESCRIBED = 0.75  # of a question's words a head must hold to be the document meant
_ABOUT_MOST = 3  # documents named by one 文号 that are described
_VIEWED = 3  # documents of the best hits that may be meant
_STATUS = {
    Status.IN_FORCE: "现行有效",
    Status.EXPIRED: "已经失效",
    Status.NOT_YET: "尚未施行",
    Status.DRAFT: "是征求意见稿，还没有施行",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a direct answer is made from. ``current`` gives a document as it is now, by id; None if it is not held."""

    question: Question
    retrieved: Retrieved
    composer: Composer
    as_of: date
    view: Callable[[str, str], DocumentView]
    current: Callable[[str], PolicyDocument | None]

    def named(self) -> list[DocumentView]:
        """Views of the documents the question names by 文号 or title, among those retrieved."""
        wanted = [p for found in self.retrieved.numbered.values() for p in found] or list(self.retrieved.titled)
        revisions = {h.document.policy_id: h.document.revision for h in self.retrieved.hits}
        views = [self.view(p, revisions[p]) for p in wanted if p in revisions]
        return [v for v in views if not v.document.digest_of]  # a digest is not the document it tells of

    def with_attached(self, views: Sequence[DocumentView]) -> list[DocumentView]:
        """Views of these documents, each followed by those it issues."""
        found: dict[str, DocumentView] = {}
        for view in views:
            found.setdefault(view.document.policy_id, view)
            for policy_id in self.retrieved.attached.get(view.document.policy_id, ()):
                document = self.current(policy_id)
                if document is not None:
                    found.setdefault(policy_id, self.view(policy_id, document.revision))
        return list(found.values())

    def found(self, most: int = _VIEWED) -> Iterator[DocumentView]:
        """Views of the documents of the best hits."""
        revisions: dict[str, str] = {}
        for hit in self.retrieved.hits:
            revisions.setdefault(hit.document.policy_id, hit.document.revision)
        return (self.view(p, r) for p, r in list(revisions.items())[:most])


def about(desk: Desk) -> None:
    """What is this document? Its title, who issued it and when, and its first sentence."""
    found = desk.retrieved
    if not desk.question.query.wants(Ask.DOCUMENT) or found.cited or found.digests or found.kin:
        return
    composer = desk.composer
    for view in sorted(desk.named(), key=lambda v: v.document.title is None)[:_ABOUT_MOST]:
        document = view.document
        title = find_text(view, document.title) if document.title else None
        if title:
            n = composer.cite(view, *title)
            numbered = document.doc_number and document.policy_id in sum(found.numbered.values(), ())
            if n is not None:
                said = f"{document.doc_number}是《{document.title}》。" if numbered else f"{named(document)}。"
                composer.say(said, (n,))
        purpose = _purpose(view, title[1] if title else 0)
        if purpose is not None:
            composer.quote(view, *quote_span(desk.question, view, purpose, 200))


def issued(desk: Desk) -> None:
    """When was a named document issued? The date it is signed with, where the text states it."""
    query = desk.question.query
    if not query.wants(Ask.DATE) or not _ISSUED.search(query.text):
        return
    if any(_is_content(t, v, _ABOUT_ISSUE) for v in desk.named()[:1] for t in desk.question.terms):
        return  # it asks when something else was to be issued
    for view in desk.named():
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
            n = desk.composer.cite(view, start, end)
            if n is not None:
                day = view.document.text[span[0] : span[1]]
                desk.composer.say(f"{named(view.document)}的{name}是{day}。", (n,))
            return


def own_number(desk: Desk) -> None:
    """What is the 文号 of the document the question describes?"""
    query = desk.question.query
    if not query.wants(Ask.DOC_NUMBER) or (query.doc_numbers and not desk.retrieved.kin) or _BASIS.search(query.text):
        return
    views = desk.named()
    if query.titles and not views:
        return
    terms = [t for t in desk.question.terms if t.term not in _NUMBER]
    for view in views or desk.found():
        document = view.document
        told = coverage(terms, view.head_key) >= _DESCRIBED or _answers_suggestion(query.text, document)
        described = told and _same_bodies(terms, view)
        if document.doc_number and (described or desk.retrieved.kin):
            span = find_number(view, document.doc_number)
            n = desk.composer.cite(view, *span) if span else None
            if n is not None:
                desk.composer.say(f"《{document.display_title}》的文号是{document.doc_number}。", (n,), derived=True)
                return


def standing(desk: Desk) -> None:
    """Is a document still in force, and until when? Its status on the day, with the words that decide it."""
    query = desk.question.query
    if not _STANDING.search(query.text) or query.articles:
        return
    terms = [t for t in desk.question.terms if not _ABOUT_STANDING.search(t.term)]
    views = desk.named()
    if not views and (query.titles or query.doc_numbers):
        return
    if not (query.doc_numbers or query.years):
        titles = [view.document.title for view in views]
        views.sort(key=lambda view: (titles.index(view.document.title), *_recent(view.document, desk.as_of)))
    if views and _END_ASKED.search(query.text):
        views = _with_end(desk, views)
    for view in views or desk.found():
        if views and _left_open(terms, view) >= _OPEN:
            return  # it asks about something in the document
        if not views and not (terms and coverage(terms, view.head_key) >= _DESCRIBED and _same_bodies(terms, view)):
            continue
        if _said_standing(desk, view):
            return


def _with_end(desk: Desk, views: list[DocumentView]) -> list[DocumentView]:
    """The documents named, behind what the first of them issues where only that states an end."""
    first = views[0]
    if expiry(first.document, desk.as_of) or ending(first.document, desk.as_of):
        return views
    issued = desk.with_attached([first])[1:]
    return [*(v for v in issued if expiry(v.document, desk.as_of)), *views]


def _recent(document: PolicyDocument, day: date) -> tuple[bool, int]:
    """Sorts documents of one title: those in force first, and the newest first."""
    issued = (document.written_on or document.published_on or "0").replace("-", "")
    return status_on(document, day) is not Status.IN_FORCE, -int(issued[:8])


def _said_standing(desk: Desk, view: DocumentView) -> bool:
    """Say a document's status with its grounds; False where it is unknown or no words decide it."""
    document, day, composer = view.document, desk.as_of, desk.composer
    ended = ending(document, day)
    status = status_on(document, day)
    if ended is not None:
        return said_ended(desk, view, ended)
    ground = _ground(desk.question, view, status)
    n = composer.cite(view, *ground) if ground and status in _STATUS else None
    if n is None:
        return False
    composer.say(f"{named(document)}{_STATUS[status]}。", (n,), derived=True)
    composer.quote_cited(n)
    until = expiry(document, day)
    stated = {d.iso for d in find_dates(composer.citations[n - 1].quote)}
    if until and until not in stated and not extension(document, day):
        composer.note(f"有效期按文件写明的期限推算到{until}。")
    return True


def said_ended(desk: Desk, view: DocumentView, ended: Relation) -> bool:
    """Say what has ended a document, with the words that state it; False where they are not held."""
    document, composer = view.document, desk.composer
    other = desk.current(ended.stated_in)
    if other is None or other.text[ended.start : ended.end] != ended.quote:
        return False
    stating = desk.view(other.policy_id, other.revision)
    sentence = stating.overlapping(ended.start, ended.end)[0]
    shared = next((r for r in document.references if r.relation == GOES_WITH and ended.through == BASIS), None)
    if shared and not _said_shared(desk, view, shared):
        return False
    n = composer.cite(stating, *quote_span(desk.question, stating, sentence))
    if n is None:
        return False
    subject = _titled(shared) if shared else named(document)
    composer.say(f"{subject}已被{named_other(ended)}{ended.relation}。", (n,), derived=True)
    composer.quote_cited(n)
    return True


def _said_shared(desk: Desk, view: DocumentView, shared: Reference) -> bool:
    """Say with the document's own words that it has the term of another, and ends with it."""
    composer = desk.composer
    n = composer.cite(view, *quote_span(desk.question, view, view.overlapping(shared.start, shared.end)[0]))
    if n is None:
        return False
    quote = composer.citations[n - 1].quote
    composer.say(composer.introduced(view.document, " ".join(quote.split())), (n,))
    return True


def _titled(reference: Reference) -> str:
    return f"《{reference.title}》" + (f"（{reference.doc_number}）" if reference.doc_number else "")


def _ground(question: Question, view: DocumentView, status: Status) -> tuple[int, int] | None:
    """The words that state from when and until when a document is in force; of a draft, its title."""
    document = view.document
    stated = document.status_evidence
    if stated is not None:
        return quote_span(question, view, view.overlapping(stated.start, stated.end)[0])
    return find_text(view, document.title) if status is Status.DRAFT and document.title else None


def _same_bodies(terms: Sequence[WeightedTerm], view: DocumentView) -> bool:
    """Whether every agency the question names is the document's."""
    return all(held(t.term, view.head_key) >= _HELD for t in terms if is_agency(t.term))


def _answers_suggestion(text: str, document: PolicyDocument) -> bool:
    """Whether a question tells a reply by the number of the suggestion it answers (第112号建议)."""
    number = document.reply.suggestion_number if document.reply else None
    digits = re.search(r"\d+", number or "")
    return digits is not None and digits.group() in _SUGGESTION.findall(text)


def _left_open(terms: Sequence[WeightedTerm], view: DocumentView) -> float:
    """The share of a question's words that a document's head does not hold."""
    return 1 - coverage(terms, view.head_key) if terms else 0.0


def _is_content(term: WeightedTerm, view: DocumentView, about: re.Pattern[str]) -> bool:
    """Whether a word of a question about a document itself is about something in it."""
    return term.weight >= _CONTENT and not about.search(term.term) and held(term.term, view.head_key) < _HELD


def _purpose(view: DocumentView, after: int) -> int | None:
    """The first sentence behind the title that says something."""
    for i, (start, end) in enumerate(view.spans):
        if start >= after and end - start >= 25 and view.text(i)[-1] in "。：:；":
            return i
    return None
