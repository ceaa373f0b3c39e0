"""Data types shared by every room.

Every offset is a code-point index into ``PolicyDocument.text``; spans are half-open ``[start, end)``.
Dates are ISO 8601 strings (``2025-06-12``). What is not stated in a document is ``None`` or empty, never guessed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The closed vocabulary of document kinds (文种), as shown to users."""

    LAW = "法律"
    REGULATION = "法规"
    RULE = "规章"
    NORMATIVE = "规范性文件"
    NOTICE = "通知"
    OPINION = "意见"
    MEASURES = "办法"
    DETAILED_RULES = "细则"
    ACTION_PLAN = "行动计划"
    IMPLEMENTATION = "实施方案"
    PLANNING = "规划"
    ANNOUNCEMENT = "公告"
    APPROVAL = "批复"
    LETTER = "函"
    REPLY = "答复函"
    SERVICE_GUIDE = "办事指南"
    INTERPRETATION = "解读"
    NEWS = "新闻"
    RESEARCH = "调研文章"
    CAPTION = "图片说明"
    DIGEST = "摘要"
    OTHER = "其他"


#: Kinds that tell of documents: what they say of another one's validity is news of it, not an act.
TELLING_KINDS = frozenset(
    {Kind.REPLY, Kind.SERVICE_GUIDE, Kind.INTERPRETATION, Kind.NEWS, Kind.RESEARCH, Kind.CAPTION, Kind.DIGEST}
)

#: Marks in the title of a draft. （试行草案） is none: such a document is in force.
DRAFT_MARKS = ("征求意见", "送审稿", "修订草案", "（草案", "(草案")


class Status(StrEnum):
    """Validity of a document as of a date (有效性)."""

    IN_FORCE = "现行"
    NOT_YET = "尚未施行"
    EXPIRED = "失效"
    REPEALED = "废止"
    DRAFT = "征求意见"
    NOT_APPLICABLE = "不适用"
    UNKNOWN = "未知"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of the document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a document came from: a file below a synced root, and the article within it (0-based).

    ``member`` names the file inside an archive; articles count through all members.
    """

    root: str
    path: str
    article: int = 0
    member: str = field(default="", compare=False)

    @property
    def shown(self) -> str:
        """The path, with the member behind it."""
        return f"{self.path}/{self.member}" if self.member else self.path


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """One run of the source map: ``text[start:end]`` was made from ``raw[raw_start:raw_end]``.

    ``part`` names the container (``body``, ``table``, ``textbox`` …); ``page`` is 1-based; ``box`` is
    (left, bottom, right, top) in points on that page. Both are None where the format has none.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    part: str = "body"
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the section tree, in document order. ``start`` is at its heading, ``end`` after its last descendant.

    ``label`` is the ordinal as written (``（一）``), ``title`` the heading without it, ``path`` the labels and
    titles from the top joined by `` > ``; ``level`` counts from 1.
    """

    label: str
    title: str
    path: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its header row; cells as written, merged cells repeated."""

    caption: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Target:
    """A stated goal or actual. ``value`` is a number in ``unit`` as written (160, 万平方米)."""

    indicator: str
    value: float
    unit: str
    modifier: str | None = None
    deadline: str | None = None
    kind: str = "target"
    section: str | None = None
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Responsible units (责任单位) of one task; ``lead`` are the 牵头单位."""

    section: str
    lead: tuple[str, ...]
    others: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Provision:
    """One support that can be claimed (扶持条款)."""

    benefit: str
    start: int
    end: int
    amount: str | None = None
    rate: str | None = None
    cap: str | None = None
    audience: str | None = None
    conditions: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    procedure: tuple[str, ...] = ()
    window: str | None = None
    phone: str | None = None
    deadline: str | None = None


#: A document's relation to the one whose term it has, and with which it ends (有效期与《措施》一致)
GOES_WITH = "随同"
#: ``Relation.through`` of what is stated of that other document
BASIS = "有效期所随的文件"


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited policy; ``relation`` is one of 依据 修订 废止 替代 延长 随同 见."""

    title: str
    doc_number: str | None
    relation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Relation:
    """What one document states of another, seen from either of the two.

    ``direction`` is ``out`` where this document states it, ``in`` where it is stated of it. ``policy_id``, ``title``,
    ``doc_number``, ``kind``, ``status`` (as stated, whatever the day) and ``region`` are the other document's; its id
    is None where the base does not hold it. ``date`` is when the statement takes effect: 施行, else 成文 or 发布 of the
    document ``stated_in``, whose ``text[start:end]`` is the ``quote``. ``through`` says of what else it is stated,
    where not of this document itself: the original of a digest (原文件), the notice that issues it (印发通知).
    ``until`` is the last day of the other document's term, where this one has the same (GOES_WITH).
    """

    relation: str
    direction: str
    policy_id: str | None
    title: str
    doc_number: str | None
    date: str | None
    stated_in: str
    start: int
    end: int
    quote: str
    kind: Kind | None = None
    status: Status = Status.UNKNOWN
    region: str | None = None
    through: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One of the versions of a document: the same title but for year, 修订, 试行 and ordinals, the same region.

    ``date`` is ``issued_on`` (成文, else 发布), else ``effective_from``.
    """

    policy_id: str
    title: str
    doc_number: str | None
    date: str | None
    issued_on: str | None = None
    effective_from: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of a metadata field comes from: a span of the text, or a ``label`` of the page or container."""

    field: str
    start: int | None = None
    end: int | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply to a deputy (建议/提案答复函) says about the suggestion it answers."""

    suggestion_number: str | None = None
    session: str | None = None
    deputies: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One document as the base knows it. ``policy_id`` is empty until the catalog has minted one.

    ``affected_by`` (what others state of its validity) and ``family`` (all its versions, oldest first, where there are
    others) are the base's, not the document's.
    """

    text: str
    policy_id: str = ""
    title: str | None = None
    kind: Kind = Kind.OTHER
    doc_number: str | None = None
    index_number: str | None = None
    issuer: str | None = None
    level: str | None = None
    issuer_region: str | None = None
    subject_regions: tuple[str, ...] = ()
    written_on: str | None = None
    published_on: str | None = None
    effective_from: str | None = None
    expires_on: str | None = None
    status: Status = Status.UNKNOWN
    status_evidence: Span | None = None
    recipients: tuple[str, ...] = ()
    signatory: str | None = None
    contact: str | None = None
    cc: tuple[str, ...] = ()
    approved_by: str | None = None
    parent: str | None = None
    digest_of: str | None = None
    attachments: tuple[str, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    page: int | None = None
    flags: tuple[str, ...] = ()
    source_map: tuple[SourceSpan, ...] = ()
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    targets: tuple[Target, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    provisions: tuple[Provision, ...] = ()
    references: tuple[Reference, ...] = ()
    reply: Reply | None = None
    origins: tuple[Origin, ...] = ()
    affected_by: tuple[Relation, ...] = ()
    family: tuple[Version, ...] = ()

    @property
    def revision(self) -> str:
        """16 hex digits of the SHA-256 of the text."""
        return revision_of(self.text)

    @property
    def display_title(self) -> str:
        """The title, or for an untitled document its first words in brackets."""
        if self.title:
            return self.title
        first = " ".join(self.text[:80].split())
        return f"（无题）{first[:24]}…" if first else "（无题）"

    @property
    def source(self) -> str | None:
        """The first source's relative path."""
        return self.sources[0].shown if self.sources else None


def revision_of(text: str) -> str:
    """16 hex digits of the SHA-256 of a text: the revision of the document with that text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def indexed_text(context: str, text: str) -> str:
    """What is embedded and indexed of a chunk: the context, then the slice."""
    return f"{context}\n{text}" if context else text


@dataclass(frozen=True, slots=True)
class ChunkDraft:
    """An exact slice of a document, before the catalog has given it an id.

    ``context`` (``标题〔文号〕 > 一、… > （一）…``) is embedded and indexed before the slice, never quoted.
    """

    start: int
    end: int
    context: str = ""
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stored chunk: ``text == document.text[start:end]``; id ``policy_id@revision#003``."""

    chunk_id: str
    policy_id: str
    revision: str
    ordinal: int
    start: int
    end: int
    text: str
    context: str = ""
    section: str | None = None

    @property
    def indexed_text(self) -> str:
        """What is embedded and indexed."""
        return indexed_text(self.context, self.text)


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """A document without its text: what lists, filters and hits need. ``affected_by``, ``family``: see there."""

    policy_id: str
    revision: str
    title: str
    kind: Kind
    doc_number: str | None = None
    issuer: str | None = None
    issuer_region: str | None = None
    subject_regions: tuple[str, ...] = ()
    status: Status = Status.UNKNOWN
    written_on: str | None = None
    published_on: str | None = None
    effective_from: str | None = None
    expires_on: str | None = None
    digest_of: str | None = None
    source: str | None = None
    flags: tuple[str, ...] = ()
    chunks: int = 0
    affected_by: tuple[Relation, ...] = ()
    family: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A parsed document on its way into the base.

    ``policy_id`` fixes the id (a BEIR ``_id``); otherwise the catalog mints one from ``source``.
    """

    document: PolicyDocument
    chunks: tuple[ChunkDraft, ...]
    source: SourceRef | None = None
    policy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions a user chose; all given ones must hold. Dates compare with 成文日期, else 发布日期.

    ``statuses`` is the validity on the day the question is asked for.
    """

    region: str | None = None
    issuer: str | None = None
    kinds: tuple[Kind, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    policy_ids: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is restricted."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk with its document's header.

    ``parts`` holds the legs' scores by name, and its ``cosine`` even where only the keyword leg found it.
    """

    chunk: Chunk
    document: DocumentHeader
    score: float
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """Evidence shown to the reader: ``quote == text[start:end]`` of that revision, always. ``n`` counts from 1."""

    n: int
    policy_id: str
    revision: str
    title: str
    doc_number: str | None
    section: str | None
    start: int
    end: int
    quote: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer and the numbers of the citations that carry it.

    ``derived`` marks what the base computed from its catalog (a document's standing, its 文号): its figures stand in
    the citations, its wording is the base's own. No model's sentence is.
    """

    text: str
    citations: tuple[int, ...] = ()
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the base says. An abstention has no sentences, a reason, and the nearest documents.

    ``mode`` is ``extractive`` or ``model:NAME``, by whose words it is; ``understood`` is the question as it was read,
    where that is not as it was typed: a follow-up said in full by a model, or mistyped words put right.
    """

    question: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    reason: str | None = None
    nearest: tuple[DocumentHeader, ...] = ()
    warnings: tuple[str, ...] = ()
    mode: str = "extractive"
    understood: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The answer as Chinese prose with ``[n]`` after each sentence; for an abstention the reason."""
        if self.abstained:
            return self.reason or ""
        return "\n".join(s.text + "".join(f"[{n}]" for n in s.citations) for s in self.sentences)


def to_json(value: Any) -> Any:  # noqa: ANN401 - any dataclass tree
    """A dataclass tree as JSON types: tuples become lists, enums their values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [to_json(v) for v in value]
    if isinstance(value, dict):
        return {str(k): to_json(v) for k, v in value.items()}
    return value
