"""Example questions, made from what the base's own documents state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, zip_longest

from kb.model import PolicyDocument
from kb.regions import ancestors, find_regions, region_name

_INDICATOR = re.compile(r"[\u4e00-\u9fff“”（）]{4,14}")
_TASK = re.compile(r"[\u4e00-\u9fff、]{4,16}")
_YEAR = re.compile(r"(20\d\d)")
_LONGEST_TITLE = 30


def candidates(documents: Iterable[PolicyDocument]) -> Iterator[str]:
    """Questions, each about another document where possible: targets, responsible units and dates in turn.

    What a section says is asked only after these. None is repeated.
    """
    forms: tuple[Callable[[PolicyDocument], str | None], ...] = (_target, _responsible, _effective)
    held = list(documents)
    by_form = [[(q, d.policy_id) for d in held if (q := form(d))] for form in forms]
    in_turn = [item for row in zip_longest(*by_form) for item in row if item]
    sections = [(q, d.policy_id) for d in held if (q := _section(d))]
    asked: set[str] = set()
    used: set[str] = set()
    later: list[str] = []
    for question, policy_id in chain(in_turn, sections):
        if question in asked:
            continue
        asked.add(question)
        if policy_id in used:
            later.append(question)
        else:
            used.add(policy_id)
            yield question
    yield from later


def _subject(document: PolicyDocument) -> str:
    """The place a document is about, by its own name (鹿城区), else its title."""
    codes = document.subject_regions or ((document.issuer_region,) if document.issuer_region else ())
    if codes:
        whole = region_name(codes[0])
        above = region_name(ancestors(codes[0])[0]) if ancestors(codes[0]) else ""
        return whole.removeprefix(above)
    title = (document.title or "").strip("《》")
    return f"《{title}》中" if title and len(title) <= _LONGEST_TITLE else ""


def _target(document: PolicyDocument) -> str | None:
    subject = _subject(document)
    for target in document.targets if subject else ():
        # An indicator that names a place was cut too long: 安徽省要建.
        if target.kind == "target" and _INDICATOR.fullmatch(target.indicator) and not find_regions(target.indicator):
            year = _YEAR.match(target.deadline or "")
            return f"{subject}{f'到{year[1]}年' if year else ''}{target.indicator}的目标是多少？"
    return None


def _responsible(document: PolicyDocument) -> str | None:
    subject = _subject(document)
    for assignment in document.assignments if subject else ():
        task = next((s.title for s in document.sections if s.path == assignment.section), "")
        if _TASK.fullmatch(task):
            return f"{subject}“{task}”由谁负责？"
    return None


def _effective(document: PolicyDocument) -> str | None:
    return (
        f"《{document.title.strip('《》')}》从什么时候起施行？" if document.title and document.effective_from else None
    )


def _section(document: PolicyDocument) -> str | None:
    title = next((s.title for s in document.sections if _TASK.fullmatch(s.title)), None)
    if not title or not document.title or len(document.title) > _LONGEST_TITLE:
        return None
    return f"《{document.title.strip('《》')}》里，“{title}”讲了什么？"
