"""The provisions of a document before their shared fields, from what its text grants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.provisions.blocks import Piece
from ingest.provisions.grants import Grant, grants_of
from ingest.provisions.labels import Field, asked_of
from ingest.provisions.lexicon import either
from ingest.provisions.names import heading_name, supports, title_name, topic
from ingest.provisions.roles import Role
from ingest.provisions.signs import GENERAL, LIMITED
from ingest.provisions.spans import Masked, Span, clauses, segments, sentences, strip
from kb.model import PolicyDocument, Section


@dataclass(slots=True)
class Draft:
    """A provision in the making: spans by field.

    ``section`` holds it; ``own``: its name is its own; ``guide``: labels made it; ``standard``: found below 补贴标准.
    """

    benefit: str
    start: int
    end: int
    section: Section | None
    own: bool = True
    guide: bool = False
    standard: bool = False
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def add(self, name: str, spans: Sequence[Span]) -> None:
        """Add values of a field."""
        if spans:
            self.spans.setdefault(name, []).extend(spans)

    def take(self, other: Draft) -> None:
        """Take over what another draft holds."""
        self.end = max(self.end, other.end)
        for name, spans in other.spans.items():
            self.add(name, spans)

    @property
    def measured(self) -> bool:
        """Whether it has a number."""
        return any(self.spans.get(role.value) for role in Role)


MOST_DRAFTS = 400
#: Fields whose text may grant something: below a standard even bare sums, among conditions only what has a name.
_GOVERNING, _TELLING = frozenset({Field.STANDARD, Field.TERM}), frozenset({Field.CONDITIONS, Field.AUDIENCE})
_SAME = either("企业 单位 项目 事项 主体 申请人 年度", before="同一")
#: Limits of officials are none of the support.
_OFFICIAL = either("罚 追究 部门 审核 监督 依法 责任 落实 违法 行政")
#: A limit of number: 每人限享受一次.
_ONCE = re.compile(r"(?:只能|仅能|仅限|只可|限|最多)[^，。；\d]{0,8}?(?:[一两二三]|\d{1,2})(?:次|项|套|辆|台|件)")
_OWN_SUM = re.compile(r"\d[^，。；]{0,3}[元%％]")
_RUN_IN = re.compile(r"[^，。；：\n\d]{3,14}(?=。[^\n]{8})")
_LONGEST_LIMIT, _MOST_LIMITS, _MOST_CLAIMANTS, _LABEL = 120, 8, 8, 14


def grant_drafts(doc: PolicyDocument, masks: Masked, pieces: Sequence[Piece]) -> list[Draft]:
    """A draft for every grant; in one section, those of one name are one."""
    drafts: list[Draft] = []
    everywhere: list[Span] = []
    here: dict[tuple[int, str], Draft] = {}
    names: set[str] = set()
    for piece in pieces:
        if not _may_grant(piece) or len(drafts) >= MOST_DRAFTS:
            continue
        governed = piece.field in _GOVERNING
        place = id(piece.owner if governed else piece.section)
        last = [d for d in drafts[-1:] if d.section is piece.section]
        headed = any(_heads_sums(t) for t in _titles(doc.text, piece)[-2:])
        grants = grants_of(masks, piece.start, piece.end, governed=governed, headed=headed)
        placed: list[Draft] = []
        for grant in grants:
            if piece.field in _TELLING and not (grant.own and grant.numbers):
                continue
            draft = _of_grant(doc, grant, piece)
            if grant.limits and not governed and (placed or last or not (headed or grant.given)):
                placed = placed or last
                for above in placed[-1:]:
                    above.take(draft)
                continue
            same = here.get((place, draft.benefit)) if draft.own or governed else None
            kept = same if draft.own else _goes_on(doc.text, same, placed[-1:], draft, grant)
            if kept is None and not draft.measured and draft.benefit in names:
                continue  # 发放购房补贴 is said again and again where the title is of it
            names.add(draft.benefit)
            if kept is not None:
                kept.take(draft)
            else:
                drafts.append(draft)
                here[place, draft.benefit] = draft
            placed.append(kept or draft)
        _limit(masks.plain, piece, placed, last, everywhere)
    for draft in drafts:
        draft.add("conditions", everywhere)
    return drafts


def _goes_on(text: str, same: Draft | None, last: Sequence[Draft], draft: Draft, grant: Grant) -> Draft | None:
    """What a draft without a name of its own goes on: ``same`` if for the same people, else the step before it.

    Steps are of one sentence below a heading that names what all are.
    """
    if same is not None:
        who, wanted = ({text[slice(*s)] for s in d.spans.get("audience", [])[:_MOST_CLAIMANTS]} for d in (same, draft))
        if wanted <= who:
            return same
    named = text[slice(*grant.name)] if grant.name else ""
    steps = (d for d in last if draft.benefit == d.benefit != named)
    return next((d for d in steps if "。" not in text[d.end - 1 : draft.start]), None)


def _may_grant(piece: Piece) -> bool:
    """Whether a piece is of the kind that grants: below 2025年发放情况 all is of the past."""
    past = bool(piece.path) and piece.path[-1].title.endswith("情况")
    return not piece.row and not past and (piece.field is None or piece.field in _GOVERNING | _TELLING)


def _titles(text: str, piece: Piece) -> list[str]:
    """The headings above a piece, and the short sentence it begins with where that is one (第三条 租金补贴。租用…)."""
    run_in = _RUN_IN.match(text, piece.start, piece.end)
    return [*(s.title for s in piece.path if s.title), *([run_in.group()] if run_in else [])]


def _heads_sums(title: str) -> bool:
    """Whether the sums below a heading are those of the support or loan it names."""
    return bool(heading_name(title)) or title.endswith("贷款")


def _of_grant(doc: PolicyDocument, grant: Grant, piece: Piece) -> Draft:
    name, own = _called(doc, grant, piece)
    draft = Draft(name, grant.start, grant.end, piece.section, own, standard=piece.field in _GOVERNING)
    for number in grant.numbers:
        draft.add(number.role.value, [(number.start, number.end)])
    draft.add("rate", grant.reliefs)
    draft.add("audience", grant.who.audience)
    draft.add("conditions", grant.who.conditions)
    draft.add("deadline", grant.who.period)
    return draft


def _called(doc: PolicyDocument, grant: Grant, piece: Piece) -> tuple[str, bool]:
    """The name of a grant and whether it is its own: by the text, headings, title, the label before, its sum."""
    name = doc.text[slice(*grant.name)] if grant.name else ""
    titles = _titles(doc.text, piece)[:-4:-1]
    headed = next((n for t in titles if (n := heading_name(t) or (t if t.endswith("贷款") else ""))), "")
    if piece.subject and not grant.own and piece.field in _GOVERNING:
        return piece.subject, True
    if headed and (not grant.own or headed.endswith(name)):
        return headed, True
    if grant.own:
        return name, True
    titled = title_name(doc.title or "")
    if titled and name[-2:] in titled:
        return titled, True
    heading = next((t for t in titles[:2] if topic(t) and asked_of(t, headed=True) is None), "")
    line = max(doc.text.rfind("\n", 0, piece.start) + 1, piece.start - _LABEL)
    labels = [doc.text[slice(*s)] for s, _ in supports(doc.text, line, piece.start)]
    first = grant.numbers[0] if grant.numbers else grant
    return heading or name or next(reversed(labels), doc.text[first.start : first.end]), False


def _limit(text: str, piece: Piece, made: Sequence[Draft], last: Sequence[Draft], everywhere: list[Span]) -> None:
    """Add the limits a piece says to what it grants, else to the last grant of its section, or to ``everywhere``."""
    for clause in (c for s in sentences(text, piece.start, piece.end) for c in clauses(text, *s)):
        said = text[slice(*clause)]
        if len(said) > _LONGEST_LIMIT or _OFFICIAL.search(said):
            continue
        own = bool(_OWN_SUM.search(said))
        general = bool(GENERAL.search(said)) and not own
        once = next((s for s in segments(text, *clause) if _ONCE.search(text, *s)), None)
        if once and not general:
            for draft in (made or last)[-_MOST_LIMITS:]:
                draft.add("cap", [strip(text, *once)])
                draft.end = max(draft.end, once[1])
            continue
        if not LIMITED.search(said):
            continue
        span = strip(text, *clause, "，。；;")
        if own:  # …补助2万元，每户限享受一次: only the part that limits
            parts = [s for s in segments(text, *span) if LIMITED.search(text, *s)]
            span = strip(text, *parts[-1]) if parts else span
        elif (general or (not made and _SAME.search(said))) and len(everywhere) < _MOST_LIMITS:
            everywhere.append(span)
            continue
        for draft in (made or last)[-_MOST_LIMITS:]:
            draft.add("conditions", [span])
