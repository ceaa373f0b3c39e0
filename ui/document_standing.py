"""Why a document has the status it has, and the history of its family, as escaped HTML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb.model import TELLING_KINDS, PolicyDocument, Relation, Status
from kb.validity import decides, ending, expiry, extension, named, status_on, told
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
    evidence = document.status_evidence
    own = (
        document_url(document.policy_id, document.revision, evidence.start, evidence.end)
        if evidence and evidence.end > evidence.start
        else ""
    )
    until = expiry(document, today)
    if status is Status.REPEALED:
        return "文件写明已废止。", own
    if status is Status.EXPIRED:
        return f"有效期到 {until} 为止。" if until else "文件写明已失效。", own
    if status is Status.NOT_YET:
        return f"自 {document.effective_from} 起施行。" if document.effective_from else "文件写明尚未施行。", own
    if status is Status.DRAFT:
        return "这是征求意见稿，不能作为办事依据。", own
    if status is Status.IN_FORCE:
        extended = extension(document, today)
        since = f"自 {document.effective_from} 起施行，" if document.effective_from else ""
        term = f"有效期到 {until}。" if until else "没有写明有效期，库里也没有废止、替代它的文件。"
        more = f"{told(extended)}。" if extended else ""
        return since + term + more, _stated(extended) if extended else own
    if status is Status.UNKNOWN:
        return "文件没有写明施行日期和有效期，库里也没有废止、替代它的文件。用之前请向发文机关核实。", ""
    return "", ""


def timeline(document: PolicyDocument, today: date) -> str:
    """The versions of the document, oldest first, with what has happened to this one; empty for one that is alone."""
    events = sorted(_events(document), key=lambda event: (event[0] or "9999", event[1]))
    if len({text for _, text, _ in events}) < 2:
        return ""
    items = "".join(
        f'<li class="{"now" if own else ""}{" coming" if day and day > today.isoformat() else ""}">'
        f"<time>{esc(day or '日期不详')}</time> {text}</li>"
        for day, text, own in dict.fromkeys(events)
    )
    return f'<section class="card timeline" aria-label="沿革"><h2>沿革</h2><ol>{items}</ol></section>'


def _events(document: PolicyDocument) -> Iterator[tuple[str, str, bool]]:
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
    if document.expires_on:
        yield document.expires_on, "本文件有效期届满", True
    for relation in document.affected_by:
        if decides(document, relation):
            link = f' <a href="{esc(_stated(relation))}">依据</a>'
            yield relation.date or "", f"{esc(told(relation))}{link}", False


def _stated(relation: Relation | None) -> str:
    return document_url(relation.stated_in, start=relation.start, end=relation.end) if relation else ""
