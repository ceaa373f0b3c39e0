"""Articles of a newspaper page in the making: their segments, and stitching what another article cut in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.clean import Paragraph, Role
from ingest.lexical import containments
from ingest.mapped import concat

#: A reporter named in a dateline.
REPORTER = re.compile(r"[（(](?:本报|见习|特约)?(?:记者|通讯员)[\s：:]*([\u4e00-\u9fff·、\s]{2,30})[）)]")


@dataclass(slots=True)
class Segment:
    """Consecutive body paragraphs. ``soft`` ones only follow a change of column and may go on with the one before."""

    paragraphs: list[Paragraph]
    position: int
    soft: bool = False
    caption: bool = False
    headline_next: bool = False

    @property
    def text(self) -> str:
        """The paragraphs' text."""
        return "\n".join(p.text for p in self.paragraphs)

    @property
    def width(self) -> float:
        """Column width of its first paragraph."""
        return self.paragraphs[0].width


@dataclass(slots=True)
class Headline:
    """A headline or orphaned subhead, in one or several lines, and the segment right behind it, if any."""

    lines: list[Paragraph]
    position: int
    doubled: bool
    before: Segment | None = None

    @property
    def text(self) -> str:
        """The lines joined by a space."""
        return " ".join(p.text for p in self.lines)


@dataclass(slots=True)
class Draft:
    """An article in the making."""

    segments: list[Segment]
    headline: Headline | None = None
    bylines: list[Paragraph] = field(default_factory=list)
    subheads: list[Headline] = field(default_factory=list)
    stitched: bool = False

    @property
    def text(self) -> str:
        """The text of all its segments."""
        return "\n".join(s.text for s in self.segments)

    @property
    def credited(self) -> bool:
        """Whether somebody is named as its author."""
        body = [p for s in self.segments for p in s.paragraphs]
        return bool(self.bylines) or any(p.role is Role.BYLINE for p in body) or bool(REPORTER.search(body[0].text))


def stitch(drafts: Sequence[Draft]) -> None:
    """Put a paragraph whose tail was cut off by another article together with its rest further on."""
    tails = [(d, s, i) for d in drafts for s in d.segments for i, p in enumerate(s.paragraphs) if p.open_tail]
    for tail_draft, tail_segment, at in tails:
        heads = [
            (d, s, i)
            for d in drafts
            for s in d.segments
            for i, p in enumerate(s.paragraphs)
            if p.open_head and s.position + i > tail_segment.position + at
        ]
        if not heads or at + 1 != len(tail_segment.paragraphs):
            continue
        head_draft, head_segment, head_at = min(heads, key=lambda h: h[1].position + h[2])
        moved = [tail_segment.paragraphs[at]]
        if head_draft is not tail_draft:
            moved = _moving(tail_draft, head_draft, tail_segment, at)
        del tail_segment.paragraphs[at + 1 - len(moved) :]
        rest = head_segment.paragraphs[head_at]
        if tail_segment is head_segment:
            head_at = head_segment.paragraphs.index(rest)
        whole = replace(
            moved[-1], content=concat([moved[-1].content, rest.content]), open_tail=rest.open_tail, caption=rest.caption
        )
        head_segment.paragraphs[head_at : head_at + 1] = [*moved[:-1], whole]
        head_draft.stitched = True
    for draft in drafts:
        draft.segments = [s for s in draft.segments if s.paragraphs]


def _moving(tail: Draft, head: Draft, segment: Segment, at: int) -> list[Paragraph]:
    """The cut paragraph and those before it that speak of the other article's matter."""
    moved = [segment.paragraphs[at]]
    for p in reversed(segment.paragraphs[:at]):
        own = "\n".join(q.text for s in tail.segments for q in s.paragraphs if q is not p and q not in moved)
        stays, goes = containments([p.text], [own, head.text])[0]
        if goes <= stays:
            break
        moved.insert(0, p)
    return moved
