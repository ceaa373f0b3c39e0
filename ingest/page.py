"""A newspaper page: which headline, byline, subhead and column belongs to which article.

The reading order of an extracted page is not to be trusted: headlines follow their bodies, orphaned subheads stand at
the end, a column is cut in two by another article. Position decides where it can; otherwise shared wording does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.articles import Article
from ingest.clean import Paragraph, Role
from ingest.drafts import REPORTER, Draft, Headline, Segment, stitch
from ingest.lexical import containments
from ingest.subheads import arrange, place_subheads

_LIKE = 0.3
_LEAD_CHARS = 400


def split_page(paragraphs: Sequence[Paragraph]) -> tuple[Article, ...]:
    """The articles of a page in the order of their bodies, then its picture captions."""
    segments, headlines, bylines = _segments(paragraphs)
    captions = [s for s in segments if s.caption]
    drafts = _drafts([s for s in segments if not s.caption], headlines)
    if not drafts:
        return (Article(tuple(paragraphs), "page"),)
    left = _give_headlines(drafts, headlines)
    stitch(drafts)
    emptied = [d.headline for d in drafts if not d.segments and d.headline]  # stitching may take all of an article
    drafts = [d for d in drafts if d.segments]
    _give_bylines(drafts, bylines)
    _place_orphans(drafts, [*left, *emptied])
    return (*map(_article, drafts), *(_caption(segment) for segment in captions))


def _segments(paragraphs: Sequence[Paragraph]) -> tuple[list[Segment], list[Headline], list[Paragraph]]:
    segments: list[Segment] = []
    headlines: list[Headline] = []
    bylines: list[Paragraph] = []
    spaced = sum(p.gap > 0 for p in paragraphs) > len(paragraphs) / 2
    open_segment: Segment | None = None
    for i, p in enumerate(paragraphs):
        if p.role is Role.BYLINE and (p.marked or open_segment is None):
            bylines.append(p)
            open_segment = None
        elif p.role is Role.HEADLINE or (p.role is Role.SHORT and not p.caption and not _in_place(paragraphs, i)):
            _add_headline(headlines, paragraphs, i, spaced)
            if segments and open_segment is not None and p.role is Role.HEADLINE:
                open_segment.headline_next = True
            open_segment = None
        else:
            begun = _begin(p, paragraphs[i - 1] if i else None, open_segment, i)
            if begun is not None:
                segments.append(begun)
                open_segment = begun
            elif open_segment is not None:
                open_segment.paragraphs.append(p)
    for headline in headlines:
        last = headline.position + len(headline.lines) - 1
        after = [s for s in segments if s.position > last]
        between = paragraphs[last + 1 : after[0].position] if after else ()
        if after and all(p.role is Role.BYLINE for p in between):
            headline.before = after[0]
    return segments, headlines, bylines


def _in_place(paragraphs: Sequence[Paragraph], at: int) -> bool:
    """Whether a short line stands between two paragraphs of its own column: a subhead where it belongs."""
    before = paragraphs[at - 1] if at else None
    after = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
    if before is None or after is None or before.role is not Role.BODY or after.role is not Role.BODY:
        return False
    same = before.column == paragraphs[at].column == after.column
    return same and not after.starts and not after.caption and not before.open_tail


def _add_headline(headlines: list[Headline], paragraphs: Sequence[Paragraph], at: int, spaced: bool) -> None:
    p = paragraphs[at]
    last = headlines[-1] if headlines else None
    follows = last is not None and last.position + len(last.lines) == at
    doubled = p.role is Role.HEADLINE
    if last is not None and follows and spaced and p.gap == 0 and not doubled and not last.doubled:
        last.lines.append(p)
    else:
        headlines.append(Headline([p], at, doubled))


def _begin(p: Paragraph, before: Paragraph | None, current: Segment | None, at: int) -> Segment | None:
    """A new segment if this paragraph cannot just go on with the current one."""
    if current is None:
        return Segment([p], at, caption=p.caption)
    if p.starts:
        return Segment([p], at)
    if p.caption != current.caption and before is not None and p.column != before.column:
        return Segment([p], at, caption=p.caption)
    if before is not None and p.role is Role.BODY and p.column != before.column and not p.open_head:
        return Segment([p], at, soft=True)
    return None


def _drafts(segments: Sequence[Segment], headlines: Sequence[Headline]) -> list[Draft]:
    """Segments grouped to articles by position: a soft one goes on, a wide lead goes with the headline below it."""
    drafts: list[Draft] = []
    lead: Segment | None = None
    for i, segment in enumerate(segments):
        following = segments[i + 1] if i + 1 < len(segments) else None
        if following is not None and _is_lead(segment, following):
            lead = segment
            continue
        if segment.soft and drafts and lead is None:
            drafts[-1].segments.append(segment)
        else:
            drafts.append(Draft([segment] if lead is None else [lead, segment]))
        lead = None
    for headline in headlines:
        if headline.doubled and headline.before is not None:
            owner = next((d for d in drafts if headline.before in d.segments and d.headline is None), None)
            if owner is not None:
                owner.headline = headline
    return drafts


def _is_lead(segment: Segment, following: Segment) -> bool:
    wide = segment.width >= 1.3 * following.width
    return wide and segment.headline_next and len(segment.text) <= _LEAD_CHARS and not following.caption


def _give_headlines(drafts: list[Draft], headlines: Sequence[Headline]) -> list[Headline]:
    """Headlines without a place to the bodies that share most wording with them; the rest is given back."""
    taken = {id(d.headline) for d in drafts if d.headline}
    free = [h for h in headlines if id(h) not in taken]
    scores = containments([h.text for h in free], [d.text for d in drafts])
    order = sorted(
        ((scores[i][j] + (0.1 if h.before in d.segments else 0.0), i, j)
         for i, h in enumerate(free) for j, d in enumerate(drafts)),
        reverse=True,
    )  # fmt: skip
    placed: set[int] = set()
    for score, i, j in order:
        anchored = free[i].before is not None and free[i].before in drafts[j].segments
        enough = score >= _LIKE or (anchored and score >= 0.15) or _clear(scores[i], j)
        best = max(scores[i]) <= scores[i][j] + 0.15
        if enough and best and i not in placed and drafts[j].headline is None:
            drafts[j].headline = free[i]
            placed.add(i)
    left = [h for i, h in enumerate(free) if i not in placed]
    return [h for h in left if not _split_soft(drafts, h)]


def _clear(row: Sequence[float], at: int) -> bool:
    """Whether a headline shares little wording with one article, but next to nothing with all others."""
    others = [score for j, score in enumerate(row) if j != at]
    return row[at] >= 0.2 and row[at] >= 2 * max(others, default=0.0)


def _split_soft(drafts: list[Draft], headline: Headline) -> bool:
    """Whether a headline speaks of a later column of an article that has its own: then that column is parted off."""
    for at, draft in enumerate(drafts):
        for cut in range(1, len(draft.segments)):
            if not draft.segments[cut].soft:
                continue
            earlier = "\n".join(s.text for s in draft.segments[:cut])
            later = "\n".join(s.text for s in draft.segments[cut:])
            others = [d.text for d in drafts if d is not draft]
            row = containments([headline.text], [earlier, later, *others])[0]
            alike = row[1] >= _LIKE + 0.1 and row[1] >= 1.5 * max(row[0], *row[2:], 0.01)
            if alike or _clear(row, 1):
                drafts.insert(at + 1, Draft(draft.segments[cut:], headline))
                del draft.segments[cut:]
                return True
    return False


def _give_bylines(drafts: Sequence[Draft], bylines: Sequence[Paragraph]) -> None:
    """Each byline to the article without one: the one it shares a name with, else the next in order."""
    for p in bylines:
        open_drafts = [d for d in drafts if not d.credited]
        if not open_drafts:
            (drafts[0] if len(drafts) == 1 else drafts[-1]).bylines.append(p)
            continue
        scores = containments([p.text], [d.text for d in open_drafts])[0]
        best = max(range(len(scores)), key=lambda i: (round(scores[i], 1), -i))
        open_drafts[best].bylines.append(p)


def _place_orphans(drafts: Sequence[Draft], left: Sequence[Headline]) -> None:
    """Headings that are no article's headline: subheads that lost their place."""
    if not left:
        return
    scores = containments([h.text for h in left], [d.text for d in drafts])
    wanted = place_subheads(
        [h.text for h in left], [[p.text for s in d.segments for p in s.paragraphs] for d in drafts], scores
    )
    for headline, (article, paragraph) in zip(left, wanted, strict=True):
        headline.position = paragraph
        drafts[article].subheads.append(headline)
    for draft in drafts:
        draft.subheads.sort(key=lambda h: h.position)


def _article(draft: Draft) -> Article:
    body = [p for s in draft.segments for p in s.paragraphs]
    body = [replace(p, role=Role.HEADING, level=1) if p.role is Role.SHORT else p for p in body]
    body = _arranged(body, draft.subheads)
    credits = [p for p in body if p.role is Role.BYLINE]
    reporter = REPORTER.search(body[0].text) if body else None
    byline = "、".join(p.text for p in [*draft.bylines, *credits]) or (reporter[1].strip() if reporter else None)
    head = draft.headline.lines if draft.headline else []
    flags = [] if head else ["headline_missing"]
    if draft.stitched:
        flags.append("stitched")
    title = draft.headline.text if draft.headline else None
    # Without a headline the byline goes below: a list shows an untitled article by its first words.
    printed = (*head, *draft.bylines, *body) if head else (*body, *draft.bylines)
    return Article(printed, "page", title, byline, None, tuple(flags))


def _arranged(body: list[Paragraph], subheads: Sequence[Headline]) -> list[Paragraph]:
    """The body with its lost subheads back in place; parts go in the order situation, problem, measure."""
    if not subheads:
        return body
    groups = arrange([p.text for p in body], [(h.text, h.position) for h in subheads])
    arranged: list[Paragraph] = []
    for subhead, members in groups:
        if subhead is not None:
            arranged += [replace(p, role=Role.HEADING, level=1) for p in subheads[subhead].lines]
        arranged += [body[i] for i in members]
    return arranged


def _caption(segment: Segment) -> Article:
    short = [p for p in segment.paragraphs if p.role is Role.SHORT]
    credit = [p.text for p in segment.paragraphs if p.role is Role.BYLINE]
    return Article(
        tuple(segment.paragraphs), "caption", short[0].text if short else None, "、".join(credit) or None, None, ()
    )
