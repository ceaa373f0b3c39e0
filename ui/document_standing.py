"""Why a document has the status it has, and the history of its family, as escaped HTML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb.model import GOES_WITH, TELLING_KINDS, PolicyDocument, Relation, Status
from kb.text.legal import TERM_UNREAD
from kb.validity import coming_ending, decides, ending, expiry, extended_until, extension, named, status_on, told
from ui.markup import document_url, esc


def reason(document: PolicyDocument, today: date) -> str:
    """Why the document stands as it does, with a link to where that is written.

    Empty for what has no standing, and for what others have repealed: that is told in a notice of its own.
    """
    if document.kind in TELLING_KINDS or ending(document, today):
        return ""
    status = status_on(document, today)
    text, link = _why(document, status, today)
    if not text:
        return ""
    more = f' <a href="{esc(link)}">查看依据</a>' if link else ""
    return f'<p class="reason"><b>{esc(status.value)}</b>：{esc(text)}{more}</p>'


def _why(document: PolicyDocument, status: Status, today: date) -> tuple[str, str]:
    """The reason, and where it is written; what only the page of the document states is written nowhere in it."""
    until = expiry(document, today)
    if status is Status.REPEALED:
        return "来源标明已废止。", ""
    if status is Status.EXPIRED:
        if until and until < today.isoformat():
            return f"{_term(document, today)}。", _where(document, today)
        return "来源标明已失效。", ""
    if status is Status.NOT_YET:
        if document.effective_from:
            return f"自 {document.effective_from} 起施行。", _where(document, None)
        return "来源标明尚未施行。", ""
    if status is Status.DRAFT:
        return "这是征求意见稿，不能作为办事依据。", ""
    if status is Status.IN_FORCE:
        return _in_force(document, today), _where(document, today)
    if status is Status.UNKNOWN:
        return f"{_unknown(document, today)}用之前请向发文机关核实。", _where(document, today)
    return "", ""


def _in_force(document: PolicyDocument, today: date) -> str:
    since = f"自 {document.effective_from} 起施行" if document.effective_from else ""
    stated = "" if since or expiry(document, today) else "来源标明现行有效"
    odd = "来源标明已失效，但写明的期限还没有到，请核实" if document.status is Status.EXPIRED else ""
    told = [since or stated, _term(document, today), *_others(document, today), odd]
    return f"{'，'.join(one for one in told if one)}。"


def _unknown(document: PolicyDocument, today: date) -> str:
    """What is not known of the document's standing, and what is."""
    since = f"自 {document.effective_from} 起施行" if document.effective_from else ""
    odd = "来源标明已废止，但废止它的文件还没有施行" if document.status is Status.REPEALED else ""
    if expiry(document, today) or extension(document, today) or TERM_UNREAD in document.flags:
        told = [since, _term(document, today), *_others(document, today)[:1], odd]
    else:
        told = [since or "文件没有写明施行日期和有效期", *_others(document, today), odd]
    return f"{'，'.join(one for one in told if one)}。"


def _term(document: PolicyDocument, today: date) -> str:
    """Until when the document is in force, as it or others state it."""
    until, extended = expiry(document, today), extension(document, today)
    over = " 为止" if until and until < today.isoformat() else ""
    if extended:
        own = f"有效期到 {until}{over}，" if until else ""
        end = "" if extended_until(document, extended) else "，但延长到哪一天没有读懂"
        return f"{own}{told(extended)}{end}"
    if until:
        shared = next((r for r in document.affected_by if r.relation == GOES_WITH and r.until), None)
        same = f"和{named(shared)}一致，" if shared and not document.expires_on else ""
        return f"有效期{same}到 {until}{over}"
    return "写明了有效期，但没有读懂到哪一天" if TERM_UNREAD in document.flags else "没有写明有效期"


def _others(document: PolicyDocument, today: date) -> list[str]:
    """What others do to the document: what is to end it, or that nothing is known to."""
    coming = coming_ending(document, today)
    if coming:
        return [_foretold(coming)]
    return [] if expiry(document, today) else ["库里也没有废止、替代它的文件"]


def _where(document: PolicyDocument, today: date | None) -> str:
    """Where the dates of the document's standing are stated: by what extended its term, else by itself."""
    extended = extension(document, today) if today else None
    evidence = document.status_evidence
    if extended:
        return _stated(extended)
    if evidence and evidence.end > evidence.start:
        return document_url(document.policy_id, document.revision, evidence.start, evidence.end)
    return ""


def _foretold(relation: Relation) -> str:
    """What another document is to do to this one, on a day to come."""
    through = relation.through or ""
    if relation.relation == "延长":
        return told(relation).replace("有效期已被", "有效期将被", 1)
    return f"{through}将被{named(relation)}{relation.relation}（自{relation.date}起）"


def timeline(document: PolicyDocument, today: date) -> str:
    """The versions of the document, oldest first, with what has happened to this one; empty for one that is alone."""
    events = sorted(_events(document, today), key=lambda event: (event[0] or "9999", event[1]))
    if len({text for _, text, _ in events}) < 2:
        return ""
    items = "".join(
        f'<li class="{"now" if own else ""}{" coming" if day and day > today.isoformat() else ""}">'
        f"<time>{esc(day or '日期不详')}</time> {text}</li>"
        for day, text, own in dict.fromkeys(events)
    )
    return f'<section class="card timeline" aria-label="沿革"><h2>沿革</h2><ol>{items}</ol></section>'


def _events(document: PolicyDocument, today: date) -> Iterator[tuple[str, str, bool]]:
    """What happened on which day, as HTML, and whether it is about this document itself."""
    for version in document.family:
        own = version.policy_id == document.policy_id
        text = esc(named(version))
        link = f'<a href="{esc(document_url(version.policy_id))}">{text}</a>'
        yield version.date or "", f"<b>本文件</b> {text}" if own else link, own
    if not document.family:
        issued = document.written_on or document.published_on
        if issued:
            yield issued, "<b>本文件</b> 印发", True
    if document.effective_from:
        yield document.effective_from, "本文件施行", True
    yield from _ends(document, today)
    for relation in document.affected_by:
        if decides(document, relation):
            link = f' <a href="{esc(_stated(relation))}">依据</a>'
            coming = relation.date is not None and relation.date > today.isoformat()
            yield relation.date or "", f"{esc(_foretold(relation) if coming else told(relation))}{link}", False


def _ends(document: PolicyDocument, today: date) -> Iterator[tuple[str, str, bool]]:
    """The last days of the document's term: the one that was stated first, and the one that counts."""
    until, extended = expiry(document, today), extension(document, today)
    stated = document.expires_on
    if until and not (extended and not extended_until(document, extended)):
        yield until, "本文件有效期届满", True
    if stated and extended and stated != until:
        yield stated, "本文件原定的有效期届满，后来延长", True
    elif stated and extended and not extended_until(document, extended):
        yield stated, "本文件原定的有效期届满，后来延长，延长到哪一天没有读懂", True


def _stated(relation: Relation | None) -> str:
    return document_url(relation.stated_in, start=relation.start, end=relation.end) if relation else ""
