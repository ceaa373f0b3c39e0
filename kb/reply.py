"""The reply desk: a deputy's suggestion (建议/提案) to a draft reply (答复函) whose every fact is cited.

``read`` the text, ``start`` a draft on a base, change it with the functions of ``kb.letters.selection`` given here,
``letter_of`` it, ``check`` it, ``export`` it; ``DraftStore`` keeps it. All values are frozen; a changed draft is a new
one. Texts only: files are read by whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kb.base import KnowledgeBase
from kb.errors import UnknownDocument
from kb.letters import reworded as _reworded
from kb.letters.checks import Books, Check, checked, facts
from kb.letters.compose import compose
from kb.letters.docx import to_docx
from kb.letters.draft import CLASS_MEANING, CLASSES, JOINT, MAIN, Draft, LetterSettings, Picks, UnknownAsk
from kb.letters.evidence import Desk, Evidence, EvidenceSet
from kb.letters.gathering import gather, look_for, of_span
from kb.letters.letter import Letter, Paragraph, Part, Run, Voice
from kb.letters.reach import Reach
from kb.letters.roles import Role
from kb.letters.selection import add, drop, first_selection, move, noted, pick, with_ask, with_settings
from kb.letters.store import DraftChanged, DraftRow, DraftStore, UnknownDraft
from kb.letters.suggestion import Ask, Suggestion, SuggestionInvalid, parse_suggestion
from kb.llm.endpoint import endpoint_of
from kb.model import DocumentHeader, Kind
from kb.snapshot import Snapshot
from kb.text import find_doc_numbers, squash
from kb.validity import status_on

__all__ = [
    "CLASSES",
    "CLASS_MEANING",
    "JOINT",
    "MAIN",
    "Ask",
    "Check",
    "Draft",
    "DraftChanged",
    "DraftRow",
    "DraftStore",
    "Evidence",
    "EvidenceSet",
    "Letter",
    "LetterSettings",
    "Paragraph",
    "Part",
    "Picks",
    "Reach",
    "Role",
    "Run",
    "Suggestion",
    "SuggestionInvalid",
    "UnknownAsk",
    "UnknownDraft",
    "Voice",
    "add",
    "check",
    "cite",
    "drop",
    "export",
    "facts",
    "letter_of",
    "move",
    "noted",
    "pick",
    "read",
    "refreshed",
    "rephrased",
    "save",
    "search_evidence",
    "start",
    "with_ask",
    "with_settings",
]


def read(text: str) -> Suggestion:
    """A suggestion from its text. Raises SuggestionInvalid."""
    return parse_suggestion(text)


def start(
    base: KnowledgeBase,
    suggestion: Suggestion,
    settings: LetterSettings | None = None,
    as_of: date | None = None,
    progress: Callable[[int], object] | None = None,
) -> Draft:
    """A draft with evidence for each ask and a first selection. Validity is judged as of a day, today by default.

    ``progress`` gets the number of asks that evidence was gathered for.
    """
    settings = settings or LetterSettings()
    day = as_of or date.today()
    sets = gather(base, suggestion, Desk(settings.issuer, settings.region, day), progress)
    return Draft(suggestion, settings, day.isoformat(), sets, first_selection(sets))


def refreshed(base: KnowledgeBase, draft: Draft, progress: Callable[[int], object] | None = None) -> Draft:
    """The draft with evidence gathered anew, for other settings, asks or documents.

    What the writer picked stays where it is still found or was added by hand; asks without picks are selected anew.
    """
    sets = list(gather(base, draft.suggestion, draft.desk, progress))
    fresh = first_selection(sets)
    picks: list[Picks] = []
    for n, chosen in enumerate(draft.picks):
        held = {e.key for e in sets[n].items}
        kept = [e for e in draft.sets[n].items if e.key not in held and e.key in (*chosen.actuals, *chosen.measures)]
        sets[n] = replace(sets[n], items=(*sets[n].items, *kept))
        picks.append(chosen if chosen.actuals or chosen.measures else replace(fresh[n], note=chosen.note))
    return replace(draft, sets=tuple(sets), picks=tuple(picks))


def search_evidence(base: KnowledgeBase, draft: Draft, words: str) -> EvidenceSet:
    """Evidence for words of the writer's own, from all documents; ``add`` puts a piece into the draft.

    Raises QuestionInvalid for empty or boundless words.
    """
    return look_for(base, words, draft.suggestion, draft.desk)


def cite(base: KnowledgeBase, draft: Draft, policy_id: str, start: int, end: int, role: Role) -> Evidence:
    """A slice of a document chosen by hand, as evidence. Raises UnknownDocument, ValueError for an empty slice."""
    return of_span(base, policy_id, start, end, role, draft.desk)


def letter_of(draft: Draft) -> Letter:
    """The letter as the draft has it now."""
    return compose(draft)


def check(base: KnowledgeBase, draft: Draft, letter: Letter, store: DraftStore | None = None) -> tuple[Check, ...]:
    """The check list. ``store`` has the texts of revisions that the base may have lost since the draft was saved."""
    kept = store.texts(draft.draft_id) if store is not None and draft.draft_id else {}

    def listed(snapshot: Snapshot) -> tuple[Check, ...]:
        texts = dict(kept)
        for citation in letter.citations:
            at = (citation.policy_id, citation.revision)
            text = _text(snapshot, *at)
            if text is not None:
                texts[at] = text
        headers = snapshot.headers(c.policy_id for c in letter.citations)
        day = date.fromisoformat(draft.as_of)
        return checked(draft, letter, Books(texts, headers, lambda name: _named(snapshot, name, day)))

    return base.on_snapshot(listed)


def rephrased(base: KnowledgeBase, draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """The draft smoothed by the model of the settings, each sentence checked; and what to tell. Raises SettingsError.

    Without a model the draft stays as it is.
    """
    endpoint = endpoint_of(base.settings)
    if endpoint is None:
        return draft, ("没有设置大模型（ZHICE_LLM_BASE_URL），句子保留文件原文。",)
    return _reworded.reworded(draft, endpoint)


def export(letter: Letter, *, review: bool = True) -> bytes:
    """The letter as .docx: with citations as comments for review, or the clean copy."""
    return to_docx(letter, review=review)


def save(base: KnowledgeBase, store: DraftStore, draft: Draft) -> Draft:
    """Save a step of a draft, with the texts of what it cites. Raises DraftChanged, UnknownDraft."""
    picked = {k for chosen in draft.picks for k in (*chosen.actuals, *chosen.measures)}
    wanted = {
        (e.citation.policy_id, e.citation.revision) for found in draft.sets for e in found.items if e.key in picked
    }

    def texts(snapshot: Snapshot) -> list[tuple[str, str, str]]:
        found = ((p, r, _text(snapshot, p, r)) for p, r in sorted(wanted))
        return [(p, r, text) for p, r, text in found if text is not None]

    return store.save(draft, base.on_snapshot(texts))


def _text(snapshot: Snapshot, policy_id: str, revision: str) -> str | None:
    try:
        return snapshot.document(policy_id, revision).text
    except UnknownDocument:
        return None


def _named(snapshot: Snapshot, name: str, day: date) -> tuple[DocumentHeader, ...]:
    """The documents meant by a title or 文号: of several of one title those in force first, the newest of them first.

    A mere notice of it comes last. Equal ones are in the order of their files: ids differ from base to base.
    """
    numbers = find_doc_numbers(name)
    by_number = bool(numbers) and squash(numbers[0].canonical) == squash(name)
    ids = snapshot.find_by_doc_number(numbers[0].canonical) if by_number else snapshot.find_by_title(name)
    headers = list(snapshot.headers(ids).values())
    if not by_number:
        headers = [h for h in headers if squash(h.title).strip("《》") == squash(name)]
    over = ("失效", "废止", "征求意见")
    in_order = sorted(headers, key=lambda h: (h.source or "", h.title, h.doc_number or "", h.revision))
    newest = sorted(in_order, key=lambda h: h.written_on or h.published_on or "", reverse=True)
    return tuple(sorted(newest, key=lambda h: (h.kind is Kind.NOTICE, status_on(h, day).value in over)))
