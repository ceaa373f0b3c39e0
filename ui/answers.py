"""One turn of the conversation as escaped HTML: the question, the answer, and its evidence cards."""

from __future__ import annotations

from collections.abc import Callable

from kb.model import Answer, AnswerSentence, Citation, DocumentHeader, PolicyDocument
from ui.markup import document_url, esc, facts_line, marked, numbered_title

# Loads the cited revision of a document, or None where it is gone.
Loader = Callable[[str, str], PolicyDocument | None]

UNEXPECTED = "出了意外的错误，已记在运行日志里。请再试一次；如果总是这样，请运行 python -m kb doctor 检查知识库。"
_MODEL = "model:"  # before the name of the model that worded an answer
_CONTEXT = 140  # characters of the paragraph shown on each side of a quotation


def turn(
    number: int, question: str, restrictions: str, body: str, evidence: str = "", *, foot: str = "", data: str = ""
) -> str:
    """The frame of a turn; ``body``, ``evidence`` and ``foot`` are finished HTML, ``data`` finished attributes."""
    limits = f'<p class="limits">{esc(restrictions)}</p>' if restrictions else ""
    aside = f'<aside class="evidence" aria-label="依据">{evidence}</aside>' if evidence else ""
    return (
        f'<section class="turn{" with-evidence" if evidence else ""}" id="t{number}"{data and " " + data}>'
        f'<div class="question"><p>{esc(question)}</p>{limits}</div>'
        f'<div class="answer">{body}{foot}</div>{aside}</section>'
    )


def waiting(text: str) -> str:
    """What stands in place of an answer that is being made."""
    return f'<p class="waiting" role="status">{esc(text)}</p>'


def problem(text: str) -> str:
    """A message about something the user can mend."""
    return f'<div class="notice problem" role="alert"><p>{esc(text)}</p></div>'


def sentences(number: int, shown: tuple[AnswerSentence, ...]) -> str:
    """The sentences of an answer, each with links to its evidence cards in the same turn."""
    return "".join(f'<p class="sentence">{esc(s.text)}{_references(number, s.citations)}</p>' for s in shown)


def _references(number: int, citations: tuple[int, ...]) -> str:
    return "".join(f'<a class="cite" href="#t{number}c{n}" aria-label="依据 {n}">[{n}]</a>' for n in citations)


def answer_body(number: int, answer: Answer) -> str:
    """The whole answer, or for an abstention its reason and the nearest documents; then the warnings."""
    said = _refusal(answer) if answer.abstained else sentences(number, answer.sentences)
    if answer.understood:
        said = f'<p class="understood">按“{esc(answer.understood)}”理解。</p>{said}'
    if answer.mode.startswith(_MODEL):
        name = esc(answer.mode.removeprefix(_MODEL))
        said += f'<p class="worded">由模型 {name} 组织语言，逐句核对过依据。</p>'
    notes = "".join(f"<li>{esc(w)}</li>" for w in answer.warnings)
    return said + (f'<ul class="warnings">{notes}</ul>' if notes else "")


def _refusal(answer: Answer) -> str:
    reason = esc(answer.reason or "没有找到依据。")
    nearest = "".join(f"<li>{_nearest(d)}</li>" for d in answer.nearest)
    offered = f"<p>最接近的文件：</p><ul>{nearest}</ul>" if nearest else ""
    return f'<div class="notice refusal"><p class="reason"><strong>无法回答。</strong>{reason}</p>{offered}</div>'


def _nearest(document: DocumentHeader) -> str:
    link = document_url(document.policy_id)
    title = numbered_title(document.title, document.doc_number)
    return f'<a href="{esc(link)}" target="_blank" rel="noopener">{title}</a>{facts_line(document)}'


def evidence_cards(number: int, citations: tuple[Citation, ...], load: Loader) -> str:
    """A card for each citation, with its paragraph from the revision that is cited."""
    return "".join(_card(number, c, load(c.policy_id, c.revision)) for c in citations)


def _card(number: int, citation: Citation, document: PolicyDocument | None) -> str:
    link = document_url(citation.policy_id, citation.revision, citation.start, citation.end)
    section = f'<p class="section">{esc(citation.section)}</p>' if citation.section else ""
    facts = facts_line(document) if document else ""
    digest = ""
    if document and document.digest_of:
        digest = f'<p class="digest">摘要，不代替原文件：{esc(document.digest_of)}</p>'
    return (
        f'<article class="card" id="t{number}c{citation.n}" tabindex="-1">'
        f'<h3><span class="n">{citation.n}</span>{numbered_title(citation.title, citation.doc_number)}</h3>'
        f"{facts}{digest}{section}<blockquote>{_passage(citation, document)}</blockquote>"
        f'<p class="open"><a href="{esc(link)}" target="_blank" rel="noopener">查看原文</a></p></article>'
    )


def _passage(citation: Citation, document: PolicyDocument | None) -> str:
    """The quotation inside its paragraph; alone where the document or the place cannot be found again."""
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return f"<mark>{esc(citation.quote)}</mark>"
    text = document.text
    start = max(text.rfind("\n", 0, citation.start) + 1, citation.start - _CONTEXT)
    line_end = text.find("\n", citation.end)
    end = min(len(text) if line_end < 0 else line_end, citation.end + _CONTEXT)
    before = "…" if start > 0 and text[start - 1] != "\n" else ""
    after = "…" if end < len(text) and text[end] != "\n" else ""
    return before + marked(text, start, end, citation.start, citation.end) + after
