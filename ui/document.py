"""The page of one document: whole text, section tree, metadata, and the quoted span highlighted in place.

The text of the page's ``<article id="text">`` equals the document's text, character for character, so a highlight
is exactly what the citation quotes. No script runs on this page: the quotation is scrolled to by its fragment, and
by ``autofocus`` where the fragment is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.model import PolicyDocument, Relation, Section, Span
from kb.regions import region_name
from kb.validity import amendments, coming_ending, ending, named, newer_versions, told
from ui.document_context import Surroundings
from ui.document_side import page_figure, side
from ui.document_standing import reason
from ui.markup import badge, document_url, esc, marked, status_badge

_CELL = " | "
_LONGEST_HEADING = 60  # a longer first line of a section is a run-in heading: a paragraph
_ENTRY_WORDS = 22
_NOTHING = Span(0, 0)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What a request asks to see: a document, perhaps a quotation in it, perhaps not its current revision.

    ``around`` is what the base knows around it, ``page`` the page of its original that is asked for.
    """

    document: PolicyDocument
    quote: Span = _NOTHING
    current_revision: str = ""
    notice: str = ""
    around: Surroundings | None = None
    page: int | None = None


def document_page(view: DocumentView) -> str:
    """The whole page as HTML."""
    document = view.document
    title = document.display_title
    number = f'<p class="doc-number">{esc(document.doc_number)}</p>' if document.doc_number else ""
    tree = _section_tree(document)
    today = date.today()
    beside = side(document, view.around, view.quote, today) if view.around else ""
    figure = page_figure(document, view.around, view.quote, view.page) if view.around else ""
    body = (
        '<header class="bar"><a href="/">知策</a><span>原文核对</span>'
        '<a class="back" href="/?tab=library">政策库</a></header>'
        f'<div class="page{" with-tree" if tree else ""}{" with-side" if beside else ""}">{tree}<main>'
        f"<h1>{esc(title)}</h1>{number}"
        f'<p class="facts">{badge(document.kind.value, "kind")}{status_badge(document)}</p>'
        f"{reason(document, today)}{_notices(view)}{_facts(document)}{figure}"
        f'<article id="text">{_text(document, view.quote)}</article></main>{beside}</div>'
    )
    return frame(f"{title} · 知策", body)


def not_found_page(message: str) -> str:
    """The page for a document, revision or address that does not exist."""
    return failed_page("没有找到", message)


def failed_page(heading: str, message: str) -> str:
    """The page for what cannot be had, and why."""
    body = (
        '<header class="bar"><a href="/">知策</a></header><div class="page"><main class="missing">'
        f'<h1>{esc(heading)}</h1><p>{esc(message)}</p><p><a href="/">回到提问页</a></p></main></div>'
    )
    return frame(f"{heading} · 知策", body)


def frame(title: str, body: str, *styles: str) -> str:
    """A page of its own around a body of escaped HTML, with more style sheets where they are named."""
    sheets = "".join(f'<link rel="stylesheet" href="/static/{name}.css">' for name in ("document", *styles))
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{esc(title)}</title><link rel="icon" href="/static/favicon.svg" type="image/svg+xml">'
        f"{sheets}</head><body>{body}</body></html>"
    )


def _notices(view: DocumentView) -> str:
    document = view.document
    found = []
    if view.current_revision and view.current_revision != document.revision:
        link = document_url(document.policy_id)
        found.append(f'这不是该文件的当前版本，而是引用时的版本。<a href="{esc(link)}">打开当前版本</a>')
    if document.digest_of:
        found.append(f"这是摘要，不代替原文件：{esc(document.digest_of)}")
    found += _validity(document, date.today())
    if view.notice:
        found.append(esc(view.notice))
    return "".join(f'<p class="notice">{text}</p>' for text in found)


def _validity(document: PolicyDocument, today: date) -> Iterator[str]:
    """What others state of the document's validity, with links to where they state it, and its later version."""
    ended, coming = ending(document, today), coming_ending(document, today)
    for relation in (*([ended] if ended else []), *amendments(document, today)):
        yield f"{esc(told(relation))}。{_evidence(relation)}"
    if coming:
        yield f"{esc(f'{coming.date}起将被{named(coming)}{coming.relation}')}。{_evidence(coming)}"
    newest = next(iter(newer_versions(document, today)), None)
    if newest and not (ended and ended.policy_id == newest.policy_id):
        link = esc(document_url(newest.policy_id))
        yield f'另有较新的版本：<a href="{link}">{esc(named(newest))}</a>，{esc(newest.date or "")}'


def _evidence(relation: Relation) -> str:
    link = document_url(relation.stated_in, start=relation.start, end=relation.end)
    return f'<a href="{esc(link)}">查看依据</a>'


def _facts(document: PolicyDocument) -> str:
    named = (
        ("发文机关", document.issuer),
        ("发文字号", document.doc_number),
        ("索引号", document.index_number),
        ("地区", region_name(document.issuer_region) if document.issuer_region else None),
        ("适用地区", "、".join(map(region_name, document.subject_regions)) or None),
        ("成文日期", document.written_on),
        ("发布日期", document.published_on),
        ("施行日期", document.effective_from),
        ("有效期至", document.expires_on),
        ("主送", "、".join(document.recipients) or None),
        ("来源", document.source),
        ("编号", document.policy_id),
        ("修订", document.revision),
    )
    rows = "".join(f"<div><dt>{label}</dt><dd>{esc(value)}</dd></div>" for label, value in named if value)
    return f'<details class="metadata"><summary>文件信息</summary><dl>{rows}</dl></details>'


def _section_tree(document: PolicyDocument) -> str:
    if not document.sections:
        return ""
    links = "".join(
        f'<li class="level{min(s.level, 6)}"><a href="#s{i}">{esc(_entry(document.text, s))}</a></li>'
        for i, s in enumerate(document.sections)
    )
    return f'<nav aria-label="目录"><details open><summary>目录</summary><ol>{links}</ol></details></nav>'


def _entry(text: str, section: Section) -> str:
    """A section's label and title; where it has no title, the words it begins with."""
    if section.title:
        return (section.label + section.title)[:_LONGEST_HEADING]
    line = text[section.start : section.end].strip().split("\n", 1)[0]
    return line if len(line) <= _ENTRY_WORDS else line[:_ENTRY_WORDS] + "…"


def _lines(text: str) -> Iterator[Span]:
    """The lines of a text, each with the line breaks and blank lines behind it."""
    return (Span(m.start(), m.end()) for m in re.finditer(r"[^\n]*\n(?:[^\S\n]*\n)*|[^\n]+", text))


def _text(document: PolicyDocument, quote: Span) -> str:
    """All of the text in paragraphs, headings and tables."""
    parts: list[str] = []
    open_table = -1
    for line in _lines(document.text):
        table = next((i for i, t in enumerate(document.tables) if t.start <= line.start < t.end), -1)
        if table != open_table:
            parts.append(("</table>" if open_table >= 0 else "") + ("<table>" if table >= 0 else ""))
            open_table = table
        parts.append(_row(document, line, quote) if table >= 0 else _block(document, line, quote))
    return "".join(parts) + ("</table>" if open_table >= 0 else "")


def _block(document: PolicyDocument, line: Span, quote: Span) -> str:
    begun = [s for s in document.sections if line.start <= s.start < line.end]
    heading = bool(begun) and len(document.text[line.start : line.end].strip()) <= _LONGEST_HEADING
    tag = f"h{min(begun[0].level + 1, 6)}" if heading else "p"
    return f"<{tag}>{_pieces(document, line, quote)}</{tag}>"


def _row(document: PolicyDocument, line: Span, quote: Span) -> str:
    """A line of a table as a row; the separators stay in the text but are not drawn."""
    cells = []
    start = line.start
    while start < line.end:
        found = document.text.find(_CELL, start, line.end)
        end = found + len(_CELL) if found >= 0 else line.end
        shown = found if found >= 0 else line.end
        hidden = marked(document.text, shown, end, quote.start, quote.end, first_id="quote")
        separator = f'<span class="separator">{hidden}</span>' if end > shown else ""
        cells.append(f"<td>{_pieces(document, Span(start, shown), quote)}{separator}</td>")
        start = end
    return f"<tr>{''.join(cells)}</tr>"


def _pieces(document: PolicyDocument, run: Span, quote: Span) -> str:
    """A run of text with an anchor at each section that begins in it, and the quotation marked."""
    anchors = [(s.start, i) for i, s in enumerate(document.sections) if run.start <= s.start < run.end]
    out: list[str] = []
    at = run.start
    for place, number in sorted(anchors):
        out.append(marked(document.text, at, place, quote.start, quote.end, first_id="quote"))
        out.append(f'<span class="anchor" id="s{number}"></span>')
        at = place
    out.append(marked(document.text, at, run.end, quote.start, quote.end, first_id="quote"))
    return "".join(out)
