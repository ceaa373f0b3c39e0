"""The check list of a letter: each point with whether it holds, why not, and the paragraphs it concerns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kb.letters.answered import too_good, unanswered
from kb.letters.draft import Draft
from kb.letters.form import short_name
from kb.letters.letter import Letter, Part, Run, Voice
from kb.model import AnswerSentence, DocumentHeader, Status
from kb.text import find_doc_numbers, find_quantities, squash
from kb.validity import ending, named, newer_versions, replaced_by, status_on, told
from kb.verify import exact, unsupported
from kb.verify.figures import missing
from kb.verify.plain import plain

Texts = Mapping[tuple[str, str], str]
_TITLE = re.compile(r"《([^《》\n]{4,80}(?:《[^《》\n]{2,60}》[^《》\n]{0,20})?)》")
_NUMBERED = re.compile(r"\s*[（(][^（）()]{2,24}号[）)]")  # named by its number as well
_MOST_NAMED = 50  # documents a suggestion names that are looked up
_ENDED = (Status.EXPIRED, Status.REPEALED, Status.DRAFT, Status.NOT_YET)


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the list. ``where`` are the letter's paragraphs it concerns, counted from 0."""

    name: str
    ok: bool
    why: str = ""
    where: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Books:
    """What a check looks things up in: the text of each revision, headers by id, and documents by a title or number."""

    texts: Texts
    headers: Mapping[str, DocumentHeader]
    named: Callable[[str], tuple[DocumentHeader, ...]]


def checked(draft: Draft, letter: Letter, books: Books) -> tuple[Check, ...]:
    """The whole list: what holds, too."""
    groups = (_asks, _quotes, _figures, _dates, _validity, _of_suggestion, _same_names, _cautions, _gaps)
    return tuple(check for group in groups for check in group(draft, letter, books))


def facts(letter: Letter) -> tuple[tuple[int, Run], ...]:
    """The sentences of fact with the paragraphs they stand in."""
    voices = (Voice.EVIDENCE, Voice.REWORDED)
    return tuple((n, r) for n, p in enumerate(letter.paragraphs) for r in p.runs if r.voice in voices)


def _asks(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """Every ask is answered, or marked as open; the result says no better."""
    if not draft.suggestion.asks:
        yield Check("要求", False, "没有读出任何要求，请先指定要求", ())
    open_asks = []
    for n, ask in enumerate(draft.suggestion.asks, 1):
        where = tuple(i for i, p in enumerate(letter.paragraphs) if p.ask == n)
        why = unanswered(draft, letter, n, books.texts)
        hints = [m for m in draft.sets[n].missing if "另有" in m and not why]
        yield Check(f"要求{n}“{short_name(ask)}”", not why, "；".join([why or "有依据的措施已写入", *hints]), where)
        if why:
            open_asks.append(n)
    wrong = too_good(draft, letter, open_asks)
    if wrong:
        yield Check(
            "办理结果", False, wrong, tuple(i for i, p in enumerate(letter.paragraphs) if p.part is Part.RESULT)
        )


def _quotes(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """Every citation is the exact slice it claims."""
    wrong = [c for c in letter.citations if not exact(c, books.texts)]
    if wrong:
        named = "、".join(dict.fromkeys(f"《{c.title}》" for c in wrong))
        yield Check("引文", False, f"{len(wrong)} 处引文与文件对不上：{named}")
    else:
        yield Check("引文", True, f"{len(letter.citations)} 处引文与文件逐字一致")


def _figures(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """Every figure stands in what its sentence cites; the form around holds none of its own."""
    wrong: list[tuple[int, str]] = []
    count = 0
    for n, run in facts(letter):
        count += 1
        faults = unsupported(AnswerSentence(run.text, run.citations), letter.citations)
        wrong += [(n, fault) for fault in faults]
    for n, paragraph in enumerate(letter.paragraphs):
        for run in paragraph.runs:
            if run.key is not None and run.voice is Voice.FRAME:
                wrong += [(n, fault) for fault in _frame_faults(draft, letter, run)]
            elif run.voice is Voice.WRITER:
                wrong += [(n, q.raw) for q in find_quantities(run.text)]
    if wrong:
        shown = "、".join(dict.fromkeys(f"“{w[:30]}”" for _, w in wrong))
        yield Check("数字和说法", False, f"没有依据：{shown}", tuple(dict.fromkeys(n for n, _ in wrong)))
    else:
        yield Check("数字和说法", True, f"{count} 句事实都在所引原文中核对无误")


def _frame_faults(draft: Draft, letter: Letter, run: Run) -> list[str]:
    """What a frame says of its document that is not the document's body, title, number or day."""
    evidence = draft.evidence(run.key or "")
    if evidence is None:
        return [run.text]
    day = evidence.day.quote if evidence.day else evidence.issued_on or ""
    cited = evidence.citation
    parts = (evidence.issuer, cited.title, cited.doc_number, cited.section, day, evidence.issued_on)
    known = "\n".join(part for part in parts if part)
    return missing(plain(run.text), plain(known))


def _dates(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """What was done has its day: in the sentence, or that of its document."""
    undated = []
    for n, run in facts(letter):
        e = draft.evidence(run.key or "")
        if e is not None and e.role.value == "进展" and not (e.dated or e.issued_on):
            undated.append((n, run))
    if undated:
        shown = "、".join(f"“{r.text[:20]}…”" for _, r in undated)
        yield Check("数据日期", False, f"{len(undated)} 句进展没有日期：{shown}", tuple(n for n, _ in undated))
    else:
        yield Check("数据日期", True, "每句进展都有日期")


def _validity(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """No document out of force is cited as in force, as the base knows it today."""
    day = date.fromisoformat(draft.as_of)
    stale: dict[str, list[int]] = {}
    for n, run in facts(letter):
        e = draft.evidence(run.key or "")
        if e is None or e.role.value != "措施":
            continue
        header = books.headers.get(e.citation.policy_id)
        if header is None:
            stale.setdefault(f"《{e.citation.title}》已不在知识库中", []).append(n)
        elif header.revision != e.citation.revision:
            stale.setdefault(f"《{e.citation.title}》已更新，请重新核对引文", []).append(n)
        elif (status := status_on(header, day)) in _ENDED:
            stale.setdefault(f"《{e.citation.title}》{_why(header, status, day)}", []).append(n)
    if stale:
        yield Check("文件效力", False, "；".join(stale), tuple(dict.fromkeys(n for ns in stale.values() for n in ns)))
    else:
        yield Check("文件效力", True, f"截至{draft.as_of}，没有把失效、废止、征求意见的文件当作现行文件")


def _why(header: DocumentHeader, status: Status, day: date) -> str:
    by = ending(header, day)
    if by is not None:
        return told(by)
    until = f"（至{header.expires_on}）" if status is Status.EXPIRED and header.expires_on else ""
    return f"{status.value}{until}"


def _of_suggestion(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """Documents the suggestion itself names: is each of them still in force."""
    day = date.fromisoformat(draft.as_of)
    named_here = _named_in(draft)
    if len(named_here) > _MOST_NAMED:
        why = f"建议提到 {len(named_here)} 个文件，只核对了前 {_MOST_NAMED} 个，其余请自己核对"
        yield Check("建议提到的文件", False, why)
    for name in named_here[:_MOST_NAMED]:
        for header in books.named(name)[:1]:
            status = status_on(header, day)
            if status in _ENDED:
                newer = replaced_by(header, day)
                versions = newer_versions(header, day)
                now = named(newer) if newer else named(versions[0]) if versions else None
                tail = f"，现行的是{now}" if now else "，知识库中没有接续的文件"
                yield Check(f"建议提到的《{header.title}》", False, f"{_why(header, status, day)}{tail}，答复时请说明")
            else:
                yield Check(f"建议提到的《{header.title}》", True, f"截至{draft.as_of}：{status.value}")


def _named_in(draft: Draft) -> tuple[str, ...]:
    text, own = draft.suggestion.text, draft.suggestion.title
    names = [m.group(1) for m in _TITLE.finditer(text) if m.group(1) != own and not _NUMBERED.match(text, m.end())]
    names += [d.canonical for d in find_doc_numbers(text)]
    return tuple(dict.fromkeys(names))


def _same_names(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """Names, number, session and title equal the suggestion's."""
    key = squash(draft.suggestion.text)
    wrong = []
    for n, paragraph in enumerate(letter.paragraphs):
        for run in paragraph.runs:
            if run.voice is Voice.SUGGESTION:
                pieces = [p for p in re.split(r"[、《》“”]", run.text) if p]
                wrong += [(n, p) for p in pieces if squash(p) not in key]
    if wrong:
        yield Check(
            "与建议一致",
            False,
            f"建议中没有：{'、'.join(dict.fromkeys(p for _, p in wrong))}",
            tuple(n for n, _ in wrong),
        )
    else:
        yield Check("与建议一致", True, "姓名、编号、届次、标题和要求与建议原文一致")
    for flag in draft.suggestion.flags:
        yield Check("建议的读取", False, flag)


def _cautions(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """What was picked though something speaks against it, and figures that differ between documents."""
    for n, run in facts(letter):
        e = draft.evidence(run.key or "")
        if e is not None and e.cautions:
            yield Check("需要说明的依据", False, f"“{run.text[:24]}…”：{'；'.join(e.cautions)}", (n,))
    told_of: list[str] = []
    for found in draft.sets:
        told_of += [c for e in found.items for c in e.cautions if "不一致" in c]
    if told_of:
        yield Check("数据冲突", False, "；".join(dict.fromkeys(told_of)))


def _gaps(draft: Draft, letter: Letter, books: Books) -> Iterator[Check]:
    """What is still open."""
    where = tuple(n for n, p in enumerate(letter.paragraphs) if any(r.voice is Voice.GAP for r in p.runs))
    if letter.gaps:
        shown = "".join(dict.fromkeys(letter.gaps))
        yield Check("待补充", False, f"还有 {len(letter.gaps)} 处：{shown}", where)
    else:
        yield Check("待补充", True, "没有待补充的内容")


__all__ = ["Books", "Check", "Texts", "checked", "facts"]
