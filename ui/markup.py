"""Escaped HTML fragments. Document text and questions are hostile: nothing reaches a page but through here."""

from __future__ import annotations

from datetime import date
from html import escape
from urllib.parse import quote, urlencode

from kb.model import Citation, DocumentHeader, PolicyDocument, Status
from kb.regions import region_name
from kb.validity import status_on

# The page's component fills templates that know ``${…}`` and ``{{…}}``: as references they stay text.
_TEMPLATE_CHARACTERS = {ord("{"): "&#123;", ord("}"): "&#125;", ord("$"): "&#36;", ord("`"): "&#96;"}
_TOOLTIP = 160  # characters of a quotation beside the pointer
_STATUS_CLASS = {
    Status.IN_FORCE: "ok",
    Status.NOT_YET: "soon",
    Status.EXPIRED: "over",
    Status.REPEALED: "over",
    Status.DRAFT: "soon",
    Status.NOT_APPLICABLE: "plain",
    Status.UNKNOWN: "plain",
}


def esc(text: str) -> str:
    """Text as HTML that shows exactly these characters, in content and in quoted attributes."""
    return escape(text, quote=True).translate(_TEMPLATE_CHARACTERS)


def document_url(policy_id: str, revision: str | None = None, start: int | None = None, end: int | None = None) -> str:
    """The address of a document's page, opened at a quotation where one is given."""
    given = {"revision": revision, "start": start, "end": end}
    query = urlencode({k: v for k, v in given.items() if v is not None})
    place = "#quote" if start is not None else ""
    return f"/doc/{quote(policy_id, safe='')}{'?' + query if query else ''}{place}"


def cite_link(citation: Citation) -> str:
    """``[n]``: opens the document at the quotation in a page of its own; the quotation is its tooltip."""
    link = document_url(citation.policy_id, citation.revision, citation.start, citation.end)
    quote = " ".join(citation.quote.split())
    shown = quote if len(quote) <= _TOOLTIP else f"{quote[:_TOOLTIP]}…"
    tooltip = esc(f"{citation.title}：{shown}")
    return (
        f'<a class="cite" href="{esc(link)}" target="_blank" rel="noopener" title="{tooltip}" '
        f'aria-label="依据 {citation.n}，打开原文">[{citation.n}]</a>'
    )


def marked(text: str, start: int, end: int, quote_start: int, quote_end: int, *, first_id: str = "") -> str:
    """``text[start:end]`` escaped, with the part inside ``[quote_start, quote_end)`` in a ``<mark>``.

    All offsets are into ``text``. ``first_id`` becomes the id of the mark that begins the quotation.
    """
    low, high = max(start, quote_start), min(end, quote_end)
    if low >= high:
        return esc(text[start:end])
    opening = f'<mark id="{first_id}" tabindex="-1" autofocus>' if first_id and low == quote_start else "<mark>"
    return f"{esc(text[start:low])}{opening}{esc(text[low:high])}</mark>{esc(text[high:end])}"


def numbered_title(title: str, doc_number: str | None) -> str:
    """``标题〔文号〕`` as it is written beside a citation, escaped."""
    return esc(title) + (f'<span class="number">{esc(doc_number)}</span>' if doc_number else "")


def badge(text: str, style: str) -> str:
    """A small label."""
    return f'<span class="badge {style}">{esc(text)}</span>'


def status_badge(document: PolicyDocument | DocumentHeader) -> str:
    """The validity of a document today as a label; nothing where it is not known or does not apply."""
    status = status_on(document, date.today())
    if status in (Status.UNKNOWN, Status.NOT_APPLICABLE):
        return ""
    return badge(status.value, _STATUS_CLASS[status])


def facts_line(document: PolicyDocument | DocumentHeader) -> str:
    """Kind, validity, issuer, region and date of a document on one line, escaped."""
    parts = [badge(document.kind.value, "kind"), status_badge(document)]
    parts += [f"<span>{esc(text)}</span>" for text in _plain_facts(document)]
    return f'<p class="facts">{"".join(p for p in parts if p)}</p>'


def _plain_facts(document: PolicyDocument | DocumentHeader) -> list[str]:
    facts = []
    if document.issuer:
        facts.append(document.issuer)
    if document.issuer_region or document.subject_regions:
        facts.append(region_name(document.issuer_region or document.subject_regions[0]))
    day = document.written_on or document.published_on
    if day:
        facts.append(day)
    return facts
