"""From a draft to a letter in the form of the genre.

Sentences of fact are the documents' own words behind fixed frames (按照《…》（文号），). What was done is said only
where a document states it as done, with its day; measures stand under 下一步工作 and under the name of their document.
Where nothing was picked there is a visible gap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from kb.letters.draft import Draft
from kb.letters.evidence import Evidence
from kb.letters.form import closing, opening, short_name
from kb.letters.letter import Letter, Paragraph, Part, Run, Voice, gap
from kb.letters.reach import Reach
from kb.letters.wording import cleaned, date_words, named_document, numeral
from kb.model import Citation, Kind

_HEADING = 24  # characters of a heading named in a sentence
#: A time, then who or where it is that a sentence speaks of: 到2025年底，全市…; 市教育局…
_SUBJECT = re.compile(
    r"(?:(?:截至|至|到|自|从)?(?:20\d\d年)(?:\d{1,2}月)?(?:\d{1,2}日)?[^，。；\d]{0,6}[，,]?)?"
    r"(?:全[国省市州盟区县旗镇]|我[省市州盟区县旗]|"
    r"(?:[\u4e00-\u9fff]{1,12}(?:局|委员会|政府|办公室|法院|检察院|中心|公司)|[省市州区县][\u4e00-\u9fff]{1,8}[局委办院])"
    r"(?:已|共|累计|先后|新|建成|印发|出台|完成|在|于|会同|联合|组织|对|向|将|开展))"
)
_BODY = re.compile(r"政府|[局委厅]关于|委员会|办公室|法院|检察院")  # a title that says whose it is
_UNTOLD = "近年来已开展的工作和数据，知识库中没有选用的依据"


class _Citing:
    """Numbers citations in the order of their use."""

    def __init__(self) -> None:
        self.made: list[Citation] = []

    def number(self, citation: Citation) -> int:
        """The citation's number in the letter."""
        for one in self.made:
            if (one.policy_id, one.revision, one.start, one.end) == (
                citation.policy_id,
                citation.revision,
                citation.start,
                citation.end,
            ):
                return one.n
        self.made.append(replace(citation, n=len(self.made) + 1))
        return len(self.made)


def compose(draft: Draft) -> Letter:
    """The letter as the draft's picks have it."""
    citing = _Citing()
    paragraphs = [*opening(draft)]
    paragraphs += _done(draft, citing)
    paragraphs += _next(draft, citing)
    paragraphs += closing(draft)
    return Letter(tuple(p for p in paragraphs if p.runs), tuple(citing.made))


def _done(draft: Draft, citing: _Citing) -> list[Paragraph]:
    """近年来工作情况: what is stated as done, with its day."""
    out = [Paragraph(Part.HEADING, (Run("一、近年来工作情况"),))]
    whole, _ = draft.picked(0)
    if whole:
        out.append(Paragraph(Part.BODY, _statements(whole, draft, citing), 0))
    told, untold = 0, []
    for n, ask in enumerate(draft.suggestion.asks, 1):
        actuals, _ = draft.picked(n)
        if not actuals:
            untold.append(f"“{short_name(ask)}”")
            continue
        told += 1
        about = (Run(f"（{numeral(told)}）关于"), Run(short_name(ask), Voice.SUGGESTION), Run("。"))
        out.append(Paragraph(Part.BODY, (*about, *_statements(actuals, draft, citing)), n))
    if untold:
        out.append(Paragraph(Part.BODY, (gap(f"{_UNTOLD}：{''.join(untold)}"),), 0))
    elif not draft.suggestion.asks and not whole:
        out.append(Paragraph(Part.BODY, (gap(_UNTOLD),), 0))
    return out


def _next(draft: Draft, citing: _Citing) -> list[Paragraph]:
    """下一步工作, ask by ask: only what a document commits to, under its name."""
    out = [Paragraph(Part.HEADING, (Run("二、下一步工作"),))]
    for n, ask in enumerate(draft.suggestion.asks, 1):
        _, measures = draft.picked(n)
        out.append(
            Paragraph(Part.SUBHEADING, (Run(f"（{numeral(n)}）关于"), Run(short_name(ask), Voice.SUGGESTION)), n)
        )
        runs = _measures(measures, draft, citing)
        note = draft.picks[n].note
        if note:
            runs = (*runs, Run(note if note[-1] in "。！？" else f"{note}。", Voice.WRITER))
        if not measures and not note:
            why = "；".join(m for m in draft.sets[n].missing if "措施" in m or "依据" in m or "另有" in m)
            runs = (gap(f"关于“{short_name(ask)}”的下一步措施；知识库中{why or '没有选用的依据'}"),)
        out.append(Paragraph(Part.BODY, runs, n))
    if not draft.suggestion.asks:
        out.append(Paragraph(Part.BODY, (gap("建议的具体要求没有读出，请先指定要求"),), 0))
    return out


def _statements(actuals: Sequence[Evidence], draft: Draft, citing: _Citing) -> tuple[Run, ...]:
    """Things done, one sentence each; the document is named where whose they are or the day is not plain without it."""
    runs: list[Run] = []
    before = None
    for e in actuals:
        dated = e.reach is Reach.OWN and e.dated is not None and not e.relative and e.kind is not Kind.NEWS
        plain = dated and _is_ours_or_named(e, draft.settings.issuer)
        if not plain and (e.citation.policy_id, _part_named(e)) != before:
            runs.append(_source(e, citing, draft.settings.issuer))
            before = e.citation.policy_id, _part_named(e)
        elif plain:
            before = None
        runs.append(_words(e, draft, citing))
        if not e.dated and not e.issued_on:
            runs.append(gap("上述数据的日期"))
    return tuple(runs)


def _is_ours_or_named(e: Evidence, issuer: str | None) -> bool:
    """Whether a sentence said without a source claims no other body's deed: the own body's, or with its own subject."""
    return (issuer is not None and e.issuer == issuer) or _SUBJECT.match(e.citation.quote) is not None


def _source(e: Evidence, citing: _Citing, own: str | None) -> Run:
    """据某机关《…》（文号，2026年7月6日）载明，  with the place where the document states its day."""
    cited = (citing.number(e.day),) if e.day else ()
    unnamed = named_document(e, None) == "有关报道"
    said = "" if unnamed else "报道" if e.kind is Kind.NEWS else "载明"
    day = date_words(e.issued_on) if e.issued_on else None
    part = _part_named(e)
    whose = "" if e.issuer in (None, own) or e.kind is Kind.NEWS or _BODY.search(e.citation.title) else e.issuer
    named = f"{whose}{named_document(e, day)}{f'“{part}”部分' if part else ''}"
    return Run(f"据{named}{said}，", Voice.FRAME, cited, e.key)


def _part_named(e: Evidence) -> str:
    """The heading above a sentence without a date, where it states the year (2025年工作回顾)."""
    if e.dated or not e.citation.section:
        return ""
    heading = re.sub(r"^\S{1,4}[、.．）)]\s*", "", e.citation.section.rpartition(" > ")[2])
    return heading if re.search(r"20\d\d年", heading) and len(heading) <= _HEADING else ""


def _measures(measures: Sequence[Evidence], draft: Draft, citing: _Citing) -> tuple[Run, ...]:
    """Measures under the names of their documents; several of one document are counted."""
    runs: list[Run] = []
    for _, group in groupby(measures, key=lambda e: e.citation.policy_id):
        same = list(group)
        runs.append(Run(_frame(same[0], len(same) > 1), Voice.FRAME, (), same[0].key))
        for n, e in enumerate(same, 1):
            if len(same) > 1:
                runs.append(Run(f"{numeral(n)}是"))
            runs.append(_words(e, draft, citing))
    return tuple(runs)


def _frame(e: Evidence, several: bool) -> str:
    name = named_document(e, None)
    if e.kind is Kind.REPLY:
        return f"{name}已明确：" if several else f"{name}已明确，"
    if e.reach is Reach.LOWER or e.reach is Reach.OTHER or e.kind is Kind.NEWS:
        return f"{name}提出：" if several else f"{name}提出，"
    return f"按照{name}，落实以下工作：" if several else f"按照{name}，"


def _words(e: Evidence, draft: Draft, citing: _Citing) -> Run:
    reworded = dict(draft.reworded).get(e.key)
    text = reworded or cleaned(e.citation.quote)
    return Run(
        text, Voice.REWORDED if reworded else Voice.EVIDENCE, (citing.number(e.citation),), e.key, e.cautions + e.notes
    )
