"""Until when a document is in force (有效期): the clauses that say so of the document, and not of a qualification."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.validity.begins import Begin
from ingest.validity.subject import (
    COUNT,
    DAY,
    EXPLAINED,
    LABELLED,
    MONTH,
    YEAR,
    YEAR_END,
    Voice,
    clause_before,
    count_of,
    sentence_before,
)
from kb.text.dates import DateMention, add_months, find_dates

#: 有效期, 试行期, 执行期限, 实施时间
_NAME = re.compile(
    r"(?:有效|试行|试用|暂行|执行|实施|施行|实行|适用|政策)(?:期限|期(?!限|间)|时间|日期|时限|年限)"
    r"(?!内|届|已?满|未满|过|结束|到期|外)"
)
#: 执行至2033年12月31日
_VERB = re.compile(r"(?:执行|实施|施行|试行|有效)(?=\s*(?:至|到|截至))")
#: Names that stand for the document's term only right behind its 施行: 自…起施行，期限至…; 自…起施行，试行2年
_BARE_NAME = re.compile(r"期限|为期|试行|有效|延续|执行|实施|施行")
#: 有效期暂定为…, 有效期自施行之日起计算，为…
_LEAD = re.compile(
    r"(?:原则上|暂定|统一|限定?|设定|延长|日期|\s)*(?:为|是|[:：])?\s*"
    r"(?:自[^，,。；;\n]{2,14}?之日起(?:计算|算)?[，,]?\s*为?\s*)?"
)
#: 至2033年12月31日止, 截至2033年6月, 到2033年底
_UNTIL = re.compile(
    rf"(?:截止日期为|截止[至到]?|截[至到]|延续至|[至到])\s*(?P<until>{DAY}|{MONTH}|{YEAR_END}|{YEAR}(?=\s*为?止))"
    r"(?:\s*[（(]含[^（）()]{0,6}[）)])?(?:\s*24[时点])?(?:\s*(?P<stop>为?止|结束|终止))?"
)
#: 自2031年1月1日起至2033年12月31日止, 2031年1月1日至12月31日, 2031—2033年
_SPAN = re.compile(
    rf"[自从]?\s*(?P<since>{DAY}|{MONTH}|{YEAR})\s*起?[，,]?\s*(?:[至到]|[-—–~～]+)\s*"
    rf"(?P<until>{DAY}|{MONTH}|{YEAR_END}|{YEAR}|\d{{1,2}}\s*月\s*\d{{1,2}}\s*日)(?:\s*(?P<stop>止))?"
)
#: 三年, 2年6个月, 一年半, 半年, 36个月, 180天; 三年的证书 and 三年内 are none, nor is 五年以上
_LASTS = re.compile(
    rf"(?:(?P<half_year>半年)|(?P<years>{COUNT})\s*周?年(?:(?P<half>半)|\s*[零又加]?\s*(?P<more>{COUNT})\s*个月)?+|"
    rf"(?P<months>{COUNT})\s*个月|(?P<days>{COUNT})\s*[天日])(?!\s*(?:[底末度内以之前后的起]|左右))"
)
#: 2033年12月25日废止, 自2033年12月26日起自行失效
_ENDING = re.compile(
    rf"(?:(?P<how>[自从于至到])\s*)?(?P<until>{DAY})\s*(?P<on>起)?\s*(?:自动|自行|同时|即行|予以)?"
    r"(?:废止|失效|停止执行|停止施行|终止执行|结束|(?:[（(]含[^（）()]{0,6}[）)])?截止)"
)
#: Behind a last day: …前 is a deadline within the term
_NOT_BEHIND = re.compile(r"\s*(?:[前后的起]|之[前后]|以[前后])")
#: What follows the name of a term that is stated: 有效期至新办法出台之日止. 有效期满前评估 states none.
_STATED = re.compile(
    r"\s*(?:暂定|原则上)?(?:[为至到截限自从与同另由按:：]|半年|"
    rf"{COUNT}\s*(?:[至到\-—–~～]\s*{COUNT}\s*)?(?:年|个月|[天日]))"
)
#: 本办法的有效期: what may stand between the document's name and its term
_TAIL = re.compile(r"(?:的|其|总|将|定|暂定|原则上|执行|实施|施行|试行|延续|继续|并|且|期限|于|[（(]|\s)*$")
#: 本办法 | 由市科技局负责解释，: in front of 有效期三年
_EXPLAINED = re.compile(rf"(?P<subject>[^，,。；;]{{2,16}}){EXPLAINED}[，,]$")
#: What may stand between 自…起施行 and the term
_GAP = re.compile(
    rf"""
    [，,。；;、\s（(]*
    (?:(?<=[。；;\n\s])第[\d一二三四五六七八九十百〇零]+条\s*)?                # 。第五条
    (?:(?:本[^，,。；;\n]{{0,10}})?{EXPLAINED}[，,。；;、\s（(]*)?             # ，由市科技局负责解释，
    (?:(?:各项|政策|措施|条款)*除[^，,。；;\n]{{2,40}}外[，,]\s*)?           # ，除另有规定外，
    (?:[^，,。；;\n]{{0,12}}未[^，,。；;\n]{{2,16}}的?[，,]\s*)?            # ，未注明期限的，
    (?:并|且|其余?|其他|条款|政策|措施|文件|暂定|施行|\s)*                # 其余条款
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A stated term at ``text[start:end]``: its last day, or how many months or days it lasts.

    ``since`` is its first day, where it names one.
    """

    start: int
    end: int
    until: str | None = None
    months: int = 0
    days: int = 0
    since: str | None = None

    def expiry(self, effective: str | None) -> str | None:
        """The last day; a term of years is counted from the day the document is in force, where that is known.

        Where the last month has no such day (a year from 2月29日), the term ends with that month.
        """
        if self.until or effective is None:
            return self.until
        day = dt.date.fromisoformat(effective)
        if self.days:
            return (day + dt.timedelta(days=self.days - 1)).isoformat()
        end = add_months(day, self.months)
        return (end - dt.timedelta(days=int(end.day == day.day))).isoformat()


def find_term(text: str, begins: Sequence[Begin], voice: Voice, effective: str | None) -> tuple[Term | None, bool]:
    """The first term the document states of itself that ends on a known day; and whether one cannot be read."""
    found = sorted(_terms(text, begins, voice), key=lambda term: term.start)
    read = [term for term in found if term.until or term.months or term.days]
    return next((term for term in read if term.expiry(effective)), None), bool(found) and not read


def _terms(text: str, begins: Sequence[Begin], voice: Voice) -> Iterator[Term]:
    """All clauses on the document's own term; one that cannot be read has neither a last day nor months."""
    for name in _NAME.finditer(text):
        term = _value(text, name.start(), name.end())
        if (term or _STATED.match(text, name.end())) and _is_own(text, name.start(), term, begins, voice):
            yield term or Term(name.start(), name.end())
    for verb in _VERB.finditer(text):
        term = _value(text, verb.start(), verb.end())
        if term and _is_own(text, verb.start(), term, begins, voice):
            yield term
    for ending in _ENDING.finditer(text):
        if _is_subject(text, ending.start(), voice):
            yield _ended(ending)
    for begin in begins:
        behind = _behind(text, begin)
        if behind:
            yield behind


def _value(text: str, start: int, at: int) -> Term | None:
    """The term whose name begins at ``start`` and ends at ``at``."""
    lead = _LEAD.match(text, at)
    at = lead.end() if lead else at
    until = _UNTIL.match(text, at)
    span = _SPAN.match(text, at)
    lasts = _LASTS.match(text, at)
    if lasts:
        span = _span_behind(text, lasts.end()) or span
    for match in (until, span):
        if match and not _NOT_BEHIND.match(text, match.end()):
            return _dated(match, start)
    if lasts:
        return _lasting(lasts, start)
    return None


def _lasting(match: re.Match[str], start: int) -> Term | None:
    """The term of a match of _LASTS."""
    if match["days"]:
        days = count_of(match["days"])
        return Term(start, match.end(), days=days) if days else None
    months = 6 if match["half_year"] or match["half"] else 0
    months += 12 * count_of(match["years"] or "") + count_of(match["months"] or match["more"] or "")
    return Term(start, match.end(), months=months) if months else None


def labelled_term(value: str) -> Term | None:
    """The term that stands under a label (有效期：3年); None for anything else."""
    match = _LASTS.fullmatch(value.strip())
    return _lasting(match, 0) if match else None


def _span_behind(text: str, at: int) -> re.Match[str] | None:
    """The first and last day behind a term: 一年，执行时间从 | 2031年7月1日至2032年6月30日止."""
    if text[at : at + 1] not in tuple("，,（("):
        return None
    name = _NAME.match(text, at + 1)
    lead = _LEAD.match(text, name.end() if name else at + 1)
    return _SPAN.match(text, lead.end() if lead else at + 1)


def _dated(match: re.Match[str], start: int) -> Term | None:
    """The term of a match of _UNTIL or _SPAN; a last day without a year is of the year it begins in."""
    groups = match.groupdict()
    begins = groups.get("since") or ""
    since = next(iter(find_dates(begins if "年" in begins else f"{begins}年")), None)  # 2031—2033年
    written = groups["until"]
    if since and not re.search("年", written):
        written = f"{since.year}年{written}"
    until = next(iter(find_dates(written)), None)
    if until is None or until.last_day is None:
        return None
    return Term(start, match.end(), until.last_day, since=_first(since))


def _first(since: DateMention | None) -> str | None:
    return since.first_day if since else None


def _ended(match: re.Match[str]) -> Term:
    """The term of a match of _ENDING: the day named, or the day before where it is 自…起."""
    written = next(iter(find_dates(match["until"])), None)
    if written is None or written.last_day is None:
        return Term(match.start(), match.end())
    from_then = bool(match["on"]) or match["how"] in ("自", "从")
    day = dt.date.fromisoformat(written.last_day) - dt.timedelta(days=int(from_then))
    return Term(match.start(), match.end(), day.isoformat())


def _behind(text: str, begin: Begin) -> Term | None:
    """The term right behind 自…起施行, which needs no full name there: 期限至…, 试行2年, 至…止, …废止."""
    if begin.until:
        return Term(begin.start, begin.end, begin.until)
    gap = _GAP.match(text, begin.end)
    at = gap.end() if gap else begin.end
    name = _BARE_NAME.match(text, at)
    if name:
        return _value(text, at, name.end())
    if re.search(r"[。；;\n]", text[begin.end : at]):
        return None
    ending = _ENDING.match(text, at)
    if ending:
        return _ended(ending)
    if at == begin.end and _LASTS.match(text, at):
        return _value(text, at, at)  # 试行1年
    until = _UNTIL.match(text, at)
    stops = until and (until["stop"] or at == begin.end) and not _NOT_BEHIND.match(text, until.end())
    return _dated(until, at) if until and stops else None


def _is_own(text: str, start: int, term: Term | None, begins: Sequence[Begin], voice: Voice) -> bool:
    """Whether a term is this document's: it is the subject, or a clause of its 施行 stands directly beside.

    A qualification, a certificate or a quoted document has a 有效期 too: what is not plainly the document's is not.
    """
    if _is_subject(text, start, voice):
        return True
    at = bisect_left(begins, start, key=lambda begin: begin.start)
    for begin in begins[max(0, at - 1) : at + 1]:
        if begin.end <= start and _GAP.fullmatch(text, begin.end, start):
            return True
        clause = LABELLED.sub("", clause_before(text, start))
        behind = text[term.end : begin.start] if term else "…"
        if re.fullmatch(r"[，,；;、\s]{0,3}", behind) and term and term.end <= begin.start and _TAIL.match(clause):
            return True
    return False


def _is_subject(text: str, start: int, voice: Voice) -> bool:
    """Whether the name the document gives itself stands right in front: 本办法有效期."""
    clause = clause_before(text, start)
    if voice.is_bare_name(clause):
        return True
    explained = _EXPLAINED.search(sentence_before(text, start))
    if explained and not clause:
        clause = explained["subject"]
    subject = voice.last_subject(clause)
    if subject is None or not subject.surely or voice.is_quoted(clause):
        return False
    return bool(_TAIL.match(clause, subject.end))
