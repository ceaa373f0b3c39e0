"""A file's raw text to documents: metadata, section tree and facts (pure; reads nothing but its arguments)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest import annexes, header, reply, targets, titles
from ingest.approval import approved_by
from ingest.articles import Article, split_articles
from ingest.assignments import find_assignments
from ingest.clean import CleanText, Paragraph, Role, clean
from ingest.contact import contact
from ingest.digest import told_original
from ingest.imprint import find_imprint
from ingest.issuer import issuer_of, with_regions
from ingest.kinds import kind_of, ranked
from ingest.labels import beside
from ingest.mapped import concat, source_map
from ingest.origins import find_origins
from ingest.provisions import find_provisions
from ingest.raw import Block, BlockKind, RawDocument
from ingest.references import find_references, with_names_of
from ingest.sections import Mark, body_end, build_sections, is_irregular
from ingest.stated import Stated
from ingest.tables import read_tables
from ingest.validity import with_repeals, with_validity
from kb.model import Kind, PolicyDocument, Status
from kb.text.docnumber import find_doc_numbers

#: Version of these rules; a change re-derives metadata without making new revisions.
PARSER = "parse-15"
_INHERITED = ("doc_number", "index_number", "issuer", "level", "issuer_region", "written_on", "published_on", "cc")
_STATUTES = (Kind.LAW, Kind.REGULATION, Kind.RULE)
_LOW_TEXT = 20
_HEAD = 1500
_HEAD_LINES = 10


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
    stated = Stated.of(cleaned.labels, raw.meta, _beside(cleaned))
    articles = split_articles(cleaned)
    if not articles:
        return (PolicyDocument(text="", flags=(*raw.flags, "low_text")),)
    attached = tuple(a.title for a in articles if a.parent is not None and a.title)
    documents: list[PolicyDocument] = []
    for article in articles:
        if article.parent is None:
            doc = _document(article, raw, _of_notice(stated, attached), attached)
        else:
            doc = _document(article, raw, stated.of_all())
            doc = _inheriting(doc, documents[article.parent], article.parent, stated)
        documents.append(doc)
    return tuple(documents)


def _beside(cleaned: CleanText) -> dict[str, str]:
    """What lines at the head state behind other words (…公告2031年第9号　发布日期：2031年10月28日)."""
    found: dict[str, str] = {}
    for p in cleaned.paragraphs[:_HEAD_LINES]:
        if "。" in p.text:
            break
        for label, value in beside(p.text) if p.role in {Role.BODY, Role.SHORT} else ():
            found.setdefault(label, value)
    return found


def _of_notice(stated: Stated, attached: Sequence[str]) -> Stated:
    """The labels without the title where that is the title of the attached document, not of the order above it."""
    title = titles.key(header.clean_title(stated.get("title")) or "")
    return stated.without(["title"]) if title in {titles.key(t) for t in attached} else stated


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


def _document(article: Article, raw: RawDocument, stated: Stated, attached: Sequence[str] = ()) -> PolicyDocument:
    """An article as a document. ``stated`` is what the file says of it, ``attached`` the titles of what it issues."""
    made = _assemble(article, raw, stated)
    doc = _official(made, article, stated, attached) if article.genre == "document" else _printed(made, article)
    doc = _with_facts(doc)
    doc = replace(doc, origins=find_origins(doc, stated))
    flags = dict.fromkeys((*raw.flags, *article.flags, *doc.flags))
    if len(doc.text.strip()) < _LOW_TEXT:
        flags["low_text"] = None
    page = next((p.page for p in made.paragraphs if p.page is not None), None)
    return replace(doc, flags=tuple(flags), page=page)


def _assemble(article: Article, raw: RawDocument, stated: Stated) -> _Assembled:
    """The paragraphs one a line, and where each stands."""
    paragraphs = list(article.paragraphs)
    if article.genre == "document":
        # The page's metadata table reads as a colophon: it must not stand where a title is looked for.
        rows = [p for p in paragraphs if p.role is Role.LABEL]
        paragraphs = (
            titles.with_whole_title([p for p in paragraphs if p.role is not Role.LABEL], stated.get("title")) + rows
        )
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


def _official(made: _Assembled, article: Article, stated: Stated, attached: Sequence[str]) -> PolicyDocument:
    """A document with what its text and its container state of it; of an attached one the container says little."""
    text, lines = made.doc.text, made.lines
    at_head = header.number_at_head(text) if article.parent is None else None
    title = _title(made, article, stated, attached)
    if title is None and attached and at_head and at_head.agency.endswith(("令", "公告")):
        title = at_head.agency
    number = _doc_number(text, stated) or (header.canonical(at_head) if at_head else None)
    signature = header.find_signature(text, lines)
    retold = told_original(text) if article.parent is None else None
    kind = Kind.DIGEST if retold else kind_of(stated, title, text, number, signed=signature is not None)
    digest = kind is Kind.DIGEST
    signed = signature if signature and signature.issuers else find_imprint(text) or signature
    dated = signed.date if signed and not digest else None
    doc = replace(
        made.doc,
        title=title,
        kind=kind,
        doc_number=None if digest else number,
        index_number=stated.get("index_number"),
        issuer=issuer_of(title, signed, stated, at_head),
        written_on=stated.date("written_on") or dated or stated.date("printed_on"),
        published_on=stated.date("published_on", "generated_on"),
        recipients=header.recipients(text, lines) or _listed(stated.get("audience")),
        signatory=stated.get("signatory"),
        contact=contact(text, made.doc.tables) or _with_digits(stated.get("contact")),
        cc=header.cc(text),
        approved_by=approved_by(text),
        digest_of=(_digest_of(stated) if digest or stated.get("source_title") else None) or retold,
    )
    doc = _promulgated(doc) if article.parent is None else doc
    doc = with_regions(doc, stated.get("region"), stated.get("site"))
    listed = annexes.annex_list(text, text.find(title) + len(title) if title and article.parent is not None else 0)
    doc = with_validity(_with_sections(doc, made, listed), stated)
    flags = [*doc.flags, *_flags(doc, article, signature, stated)]
    if annexes.annex_is_missing(doc, listed, attached):
        flags.append("annex_missing")
    return reply.with_reply(replace(doc, flags=tuple(flags)))


def _promulgated(doc: PolicyDocument) -> PolicyDocument:
    """A statute with the order, the day and the maker that it names below its title."""
    passed = header.promulgation(doc.text)
    if passed is None or ranked(doc.kind, doc.title, passed.doc_number) not in _STATUTES:
        return doc
    number = doc.doc_number or passed.doc_number
    return replace(
        doc,
        kind=ranked(doc.kind, doc.title, number),
        doc_number=number,
        written_on=doc.written_on or passed.date,
        effective_from=doc.effective_from or passed.effective_from,
        issuer=passed.issuer or doc.issuer,
    )


def _with_sections(doc: PolicyDocument, made: _Assembled, listed: annexes.AnnexList) -> PolicyDocument:
    """The document with its annexes listed, and the sections of its body and of the annexes behind it."""
    text = doc.text
    labelled = [start for p, (start, _) in zip(made.paragraphs, made.lines, strict=True) if p.role is Role.LABEL]
    stop = min([len(text), *labelled])
    end = min([body_end(text), stop, *([listed.start] if listed.start >= 0 else [])])
    marks = [m for m in made.marks if text[m.start : m.end].strip() != doc.title]
    body, behind = build_sections(text, marks, end), annexes.annex_sections(text, listed, end, stop)
    irregular = ("numbering_error",) if is_irregular(text, end) else ()
    return replace(doc, attachments=listed.names, sections=(*body, *behind), flags=(*doc.flags, *irregular))


def _title(made: _Assembled, article: Article, stated: Stated, attached: Sequence[str]) -> str | None:
    if article.title:
        return article.title
    if "headline_missing" in article.flags and article.parent is None:
        return header.clean_title(stated.get("title"))
    return titles.title_of(made.paragraphs, stated.get("title"), attached)


def _doc_number(text: str, stated: Stated) -> str | None:
    """The number as a label states it, None where none does."""
    label = stated.get("doc_number") or ""
    order = re.fullmatch(r"国令\s*第?\s*(\d+)\s*号", label)
    if order and re.search(rf"国务院令\s*第\s*{order[1]}\s*号", text[:_HEAD]):
        return f"国务院令第{order[1]}号"  # the page's short form of what the order calls itself
    found = find_doc_numbers(label)
    if found:
        return header.canonical(found[0])
    if re.search(r"第?\s*\d+\s*号", label) and len(label) <= 40:
        return re.sub(r"\s", "", label)
    return None


def _listed(names: str | None) -> tuple[str, ...]:
    return tuple(n.strip() for n in re.split(r"[、，,；;\n]", names) if n.strip()) if names else ()


def _with_digits(contact: str | None) -> str | None:
    return contact if contact and re.search(r"\d{5}", contact) else None


def _digest_of(stated: Stated) -> str | None:
    number = find_doc_numbers(stated.get("source_doc_number") or "")
    parts = [stated.get("source_title"), number[0].canonical if number else None]
    return " ".join(p for p in parts if p) or None


def _flags(doc: PolicyDocument, article: Article, signature: header.Signature | None, stated: Stated) -> Iterator[str]:
    if doc.title is None:
        yield "headline_missing"
    labelled = stated.date("written_on")
    if article.parent is None and labelled and signature and signature.date and labelled != signature.date:
        yield "date_conflict"


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
    doc = with_repeals(replace(doc, targets=targets.find_targets(doc)))
    return replace(doc, provisions=find_provisions(doc))


def _inheriting(doc: PolicyDocument, parent: PolicyDocument, index: int, stated: Stated) -> PolicyDocument:
    """An attached plan takes its number, dates and issuer from the notice that issues it, and is a draft if that is.

    Where it does not say since when it is in force, the notice does.
    """
    taken = {name: getattr(doc, name) or getattr(parent, name) for name in _INHERITED}
    doc = replace(doc, parent=f"#{index}", approved_by=doc.approved_by or parent.approved_by, **taken)
    doc = with_names_of(replace(doc, kind=ranked(doc.kind, doc.title, doc.doc_number)), parent)
    if parent.status is Status.DRAFT:
        doc = replace(doc, status=Status.DRAFT)
    if not doc.subject_regions:
        doc = replace(doc, subject_regions=parent.subject_regions)
    valid = with_validity(doc, stated)
    if valid.effective_from is None and parent.effective_from:
        valid = with_validity(replace(doc, effective_from=parent.effective_from), stated)
    return valid
