"""Articles of a newspaper page in the making: their segments, and stitching what another article cut in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.clean import Paragraph, Role
from ingest.lexical import leaning
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
        if head_draft is tail_draft or _belongs(tail_draft, head_draft, tail_segment, at, head_segment, head_at):
            _rest_to_tail(tail_draft, head_draft, tail_segment, head_segment, head_at)
            tail_draft.stitched = True
        else:
            _tail_to_rest(tail_draft, head_draft, tail_segment, at, head_segment, head_at)
            head_draft.stitched = True
    for draft in drafts:
        draft.segments = [s for s in draft.segments if s.paragraphs]


def _text_without(draft: Draft, left_out: Sequence[Paragraph]) -> str:
    headline = draft.headline.text if draft.headline else ""
    body = [p.text for s in draft.segments for p in s.paragraphs if all(p is not q for q in left_out)]
    return "\n".join([headline, *body])


def _belongs(tail: Draft, head: Draft, tail_segment: Segment, at: int, head_segment: Segment, head_at: int) -> bool:
    """Whether a paragraph that was cut in two speaks of the matter of the article that has its first part."""
    first, rest = tail_segment.paragraphs[at], head_segment.paragraphs[head_at]
    return leaning(first.text + rest.text, _text_without(tail, [first]), _text_without(head, [rest])) < 0


def _joined(first: Paragraph, rest: Paragraph) -> Paragraph:
    return replace(first, content=concat([first.content, rest.content]), open_tail=rest.open_tail, caption=rest.caption)


def _rest_to_tail(tail: Draft, head: Draft, tail_segment: Segment, head_segment: Segment, head_at: int) -> None:
    """The rest, and what follows it on the same matter, behind the paragraph that was cut."""
    following = head_segment.paragraphs[head_at + 1 :]
    moved = [head_segment.paragraphs[head_at]]
    if head is not tail:
        for p in following:
            if leaning(p.text, _text_without(head, [*moved, p]), _text_without(tail, [])) <= 0:
                break
            moved.append(p)
    if head_segment is tail_segment:
        moved += following
    del head_segment.paragraphs[head_at : head_at + len(moved)]
    last = tail_segment.paragraphs.pop()
    tail_segment.paragraphs += [_joined(last, moved[0]), *moved[1:]]


def _tail_to_rest(
    tail: Draft, head: Draft, tail_segment: Segment, at: int, head_segment: Segment, head_at: int
) -> None:
    """The cut paragraph, and those before it that speak of the other article's matter, in front of the rest."""
    moved = [tail_segment.paragraphs[at]]
    for p in reversed(tail_segment.paragraphs[:at]):
        if leaning(p.text, _text_without(tail, [*moved, p]), head.text) <= 0:
            break
        moved.insert(0, p)
    del tail_segment.paragraphs[at + 1 - len(moved) :]
    whole = _joined(moved[-1], head_segment.paragraphs[head_at])
    head_segment.paragraphs[head_at : head_at + 1] = [*moved[:-1], whole]
