"""A file's raw text to documents: metadata, section tree and facts (pure; reads nothing but its arguments)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest import header, reply, targets
from ingest.articles import Article, split_articles
from ingest.assignments import find_assignments
from ingest.clean import CleanText, Paragraph, Role, clean
from ingest.issuer import issuer_of, with_regions
from ingest.kinds import kind_of_body, kind_of_title, kind_of_word
from ingest.mapped import concat, source_map
from ingest.origins import find_origins
from ingest.raw import Block, BlockKind, RawDocument
from ingest.references import find_references
from ingest.sections import Mark, body_end, build_sections, is_irregular
from ingest.tables import read_tables
from ingest.validity import with_repeals, with_validity
from kb.model import Kind, PolicyDocument, Status
from kb.text.docnumber import find_doc_numbers

#: Version of these rules; a change re-derives metadata without making new revisions.
PARSER = "parse-4"
_INHERITED = ("doc_number", "index_number", "issuer", "level", "issuer_region", "written_on", "published_on", "cc")
_STATUTES = (Kind.LAW, Kind.REGULATION, Kind.RULE)
_LOW_TEXT = 20
_HEAD = 1500
_TWO_HAN = "[\u4e00-\u9fff].*[\u4e00-\u9fff]"


@dataclass(frozen=True, slots=True)
class _Assembled:
    """An article's text with the places of its lines and given headings."""

    doc: PolicyDocument
    lines: tuple[tuple[int, int], ...]
    marks: tuple[Mark, ...]
    paragraphs: tuple[Paragraph, ...]


def parse_document(raw: RawDocument, name: str) -> tuple[PolicyDocument, ...]:
    """The documents of a file, in file order; ``name`` is its path, used for nothing but a fallback of the title.

    An attached plan has ``parent`` ``#0``: the index of its notice among the documents returned. A file without text
    gives one document with the flag ``low_text``.
    """
    cleaned = clean(raw)
    stated = header.Stated.of(cleaned.labels, raw.meta)
    articles = split_articles(cleaned)
    if not articles:
        return (PolicyDocument(text="", flags=(*raw.flags, "low_text")),)
    documents: list[PolicyDocument] = []
    for article in articles:
        doc = _document(article, cleaned, raw, _of_notice(stated, article, articles))
        if article.parent is not None:
            doc = _inheriting(doc, documents[article.parent], article.parent, stated)
        documents.append(doc)
    return tuple(documents)


def _of_notice(stated: header.Stated, article: Article, articles: Sequence[Article]) -> header.Stated:
    """The labels without the title where that is the title of the attached document, not of the order above it."""
    attached = {a.title for a in articles if a.parent is not None}
    if article.parent is not None or header.clean_title(stated.get("title")) not in attached:
        return stated
    return header.Stated({k: v for k, v in stated.values.items() if k != "title"}, stated.labels)


def parse_text(text: str, name: str = "") -> tuple[PolicyDocument, ...]:
    """The documents of a plain text, one physical line a block."""
    return parse_document(RawDocument(text, line_blocks(text), "txt"), name)


def line_blocks(text: str) -> tuple[Block, ...]:
    """A block for each physical line that is not blank."""
    blocks = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(start, start + len(line), BlockKind.LINE))
        start += len(line) + 1
    return tuple(blocks)


def _document(article: Article, cleaned: CleanText, raw: RawDocument, stated: header.Stated) -> PolicyDocument:
    made = _assemble(article, raw)
    doc = _official(made, article, stated) if article.genre == "document" else _printed(made, article)
    doc = _with_facts(doc)
    doc = replace(doc, origins=find_origins(doc, stated if article.parent is None else header.Stated()))
    flags = dict.fromkeys((*raw.flags, *article.flags, *doc.flags))
    if len(doc.text.strip()) < _LOW_TEXT:
        flags["low_text"] = None
    page = next((p.page for p in made.paragraphs if p.page is not None), None)
    return replace(doc, flags=tuple(flags), page=page)


def _assemble(article: Article, raw: RawDocument) -> _Assembled:
    """The paragraphs one a line, and where each stands."""
    paragraphs = list(article.paragraphs)
    if article.genre == "document":
        # The page's metadata table reads as a colophon: it must not stand where a title is looked for.
        rows = [p for p in paragraphs if p.role is Role.LABEL]
        paragraphs = _with_whole_title([p for p in paragraphs if p.role is not Role.LABEL]) + rows
    whole = concat([p.content for p in paragraphs], "\n")
    lines: list[tuple[int, int]] = []
    at = 0
    for p in paragraphs:
        lines.append((at, at + len(p.content)))
        at += len(p.content) + 1
    marks = tuple(
        Mark(start, end, p.level or 1)
        for p, (start, end) in zip(paragraphs, lines, strict=True)
        if p.role is Role.HEADING
    )
    doc = PolicyDocument(
        text=whole.text,
        source_map=source_map(whole, raw.blocks),
        tables=read_tables(paragraphs, lines),
    )
    return _Assembled(doc, tuple(lines), marks, tuple(paragraphs))


def _with_whole_title(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """A title set over two or three lines put together."""
    found = list(paragraphs)
    for i in range(min(8, len(found) - 1)):
        first = found[i]
        if not _begins_title(first):
            continue
        for j in range(i + 1, min(i + 3, len(found))):
            if found[j].role not in {Role.SHORT, Role.BODY, Role.HEADING} or len(found[j].text) > 60:
                break
            if header.looks_like_title(first.text + found[j].text):
                joined = concat([p.content for p in found[i : j + 1]])
                return [*found[:i], replace(first, content=joined), *found[j + 1 :]]
    return found


def _begins_title(p: Paragraph) -> bool:
    text = p.text
    if p.role not in {Role.SHORT, Role.BODY} or not 4 <= len(text) <= 60 or re.search(r"[。；：:！]|\|", text):
        return False
    if header.looks_like_title(text) or find_doc_numbers(text) or header.is_date_line(text):
        return False
    return "关于" in text or text.endswith(("的", "和", "与", "及", "、"))


def _official(made: _Assembled, article: Article, stated: header.Stated) -> PolicyDocument:
    text, lines = made.doc.text, made.lines
    own = article.parent is None
    title = _title(made, article, stated if own else header.Stated())
    number = _doc_number(text, title, stated) if own else None
    passed = header.promulgation(text) if own else None
    signature = header.find_signature(text, lines)
    kind = (kind_of_word(stated.get("kind")) if own else None) or kind_of_title(title) or kind_of_body(text, number)
    digest = kind is Kind.DIGEST
    attachments, annex_at = header.annexes(text)
    labelled = [start for p, (start, _) in zip(made.paragraphs, lines, strict=True) if p.role is Role.LABEL]
    end = min([body_end(text), annex_at if annex_at >= 0 else len(text), *labelled])
    marks = [m for m in made.marks if text[m.start : m.end].strip() != title]
    written = (stated.date("written_on") if own else None) or (signature.date if signature and not digest else None)
    issuer = issuer_of(text, title, signature, stated if own else header.Stated())
    if passed and kind in _STATUTES:
        number, written, issuer = number or passed.doc_number, written or passed.date, passed.issuer or issuer
    doc = replace(
        made.doc,
        title=title,
        kind=kind,
        doc_number=None if digest else number,
        index_number=stated.get("index_number") if own else None,
        issuer=issuer,
        written_on=written,
        published_on=stated.date("published_on", "generated_on") if own else None,
        recipients=header.recipients(text, lines) or _listed(stated.get("audience") if own else None),
        signatory=(stated.get("signatory") if own else None),
        contact=header.contact(text) or _with_digits(stated.get("contact") if own else None),
        cc=header.cc(text),
        approved_by=header.approved_by(text),
        digest_of=_digest_of(stated) if digest or stated.get("source_title") else None,
        attachments=attachments,
        sections=build_sections(text, marks, end),
    )
    doc = with_regions(doc, stated.get("region") if own else None, stated.get("site"))
    doc = with_validity(doc, stated)
    return replace(reply.with_reply(doc), flags=_flags(doc, made, article, signature, stated, end, annex_at))


def _title(made: _Assembled, article: Article, stated: header.Stated) -> str | None:
    if article.title:
        return article.title
    stated_title = header.clean_title(stated.get("title"))
    if stated_title:
        return stated_title
    if article.parent is None and article.flags and "headline_missing" in article.flags:
        return None
    heading = next((p.text for p in made.paragraphs[:4] if p.role is Role.HEADING and (p.level or 1) == 1), None)
    if heading:
        return heading
    for p in made.paragraphs[:8]:
        if p.role in {Role.LABEL, Role.ROW} or _is_letterhead(p.text):
            continue
        if _could_be_title(p.text):
            return p.text.strip() if header.looks_like_title(p.text) or len(made.paragraphs) > 1 else None
        if p.text.endswith(("：", ":", "。")) and len(p.text) > 6:
            break
    return None


def _is_letterhead(text: str) -> bool:
    """Whether a line above the title is none itself: a 文号, a date, an agency, 某某文件."""
    bare = text.strip()
    if find_doc_numbers(bare) and len(bare) <= 40 and not header.looks_like_title(bare):
        return True
    return header.is_date_line(bare) or header.is_org(bare) or bare.endswith("文件") or not re.search(_TWO_HAN, bare)


def _could_be_title(text: str) -> bool:
    bare = text.strip()
    return 2 <= len(bare) <= 160 and not re.search(r"[。；：:]$|。", bare)


def _doc_number(text: str, title: str | None, stated: header.Stated) -> str | None:
    for label in (stated.get("doc_number"),):
        order = re.fullmatch(r"国令\s*第?\s*(\d+)\s*号", label or "")
        if order and re.search(rf"国务院令\s*第\s*{order[1]}\s*号", text[:_HEAD]):
            return f"国务院令第{order[1]}号"  # the page's short form of what the order calls itself
        found = find_doc_numbers(label or "")
        if found:
            return found[0].canonical
        if label and re.search(r"第?\s*\d+\s*号", label) and len(label) <= 40:
            return re.sub(r"\s", "", label)
    return header.doc_number_near_head(text)


def _listed(names: str | None) -> tuple[str, ...]:
    return tuple(n.strip() for n in re.split(r"[、，,；;\n]", names) if n.strip()) if names else ()


def _with_digits(contact: str | None) -> str | None:
    return contact if contact and re.search(r"\d{5}", contact) else None


def _digest_of(stated: header.Stated) -> str | None:
    number = find_doc_numbers(stated.get("source_doc_number") or "")
    parts = [stated.get("source_title"), number[0].canonical if number else None]
    return " ".join(p for p in parts if p) or None


def _flags(
    doc: PolicyDocument,
    made: _Assembled,
    article: Article,
    signature: header.Signature | None,
    stated: header.Stated,
    end: int,
    annex_at: int,
) -> tuple[str, ...]:
    flags = list(doc.flags)
    if doc.title is None:
        flags.append("headline_missing")
    if doc.attachments and annex_at >= 0 and header.annex_is_missing(doc, annex_at):
        flags.append("annex_missing")
    if is_irregular(doc.text, end):
        flags.append("numbering_error")
    labelled = stated.date("written_on")
    if article.parent is None and labelled and signature and signature.date and labelled != signature.date:
        flags.append("date_conflict")
    return tuple(flags)


def _printed(made: _Assembled, article: Article) -> PolicyDocument:
    """A newspaper article or a picture caption: no number, no dates of its own."""
    kind = Kind.CAPTION if article.genre == "caption" else Kind.NEWS
    if kind is Kind.NEWS and re.search(r"政协|调研组|课题组|研究[院所室会]|委员会|党校", article.byline or ""):
        kind = Kind.RESEARCH
    doc = replace(
        made.doc,
        title=article.title,
        kind=kind,
        status=Status.NOT_APPLICABLE,
        signatory=article.byline,
        sections=build_sections(made.doc.text, made.marks) if kind is not Kind.CAPTION else (),
        flags=article.flags,
    )
    return with_regions(doc, None)


def _with_facts(doc: PolicyDocument) -> PolicyDocument:
    assignments = find_assignments(doc)
    doc = replace(doc, assignments=assignments, references=find_references(doc))
    return with_repeals(replace(doc, targets=targets.find_targets(doc)))


def _inheriting(doc: PolicyDocument, parent: PolicyDocument, index: int, stated: header.Stated) -> PolicyDocument:
    """An attached plan takes its number, dates and issuer from the notice that issues it."""
    taken = {name: getattr(doc, name) or getattr(parent, name) for name in _INHERITED}
    doc = replace(doc, parent=f"#{index}", approved_by=doc.approved_by or parent.approved_by, **taken)
    if not doc.subject_regions:
        doc = replace(doc, subject_regions=parent.subject_regions)
    return with_validity(doc, stated)
