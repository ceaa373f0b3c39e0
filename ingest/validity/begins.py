"""Since when a document is in force (施行): the clauses that say so, and the one that says so of the document."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.validity.subject import (
    COUNT,
    DAY,
    EXPLAINED,
    MONTH,
    OTHER,
    Voice,
    count_of,
    first_day,
    last_day,
    sentence_before,
)
from kb.model import PolicyDocument
from kb.text.dates import add_months
from kb.text.legal import is_draft

_VERB = "施行|实施|执行|生效|试行|实行"
_CLAUSE = re.compile(
    rf"""
    (?P<lead>[自从于])\s*
    (?:
        (?P<day>{DAY}|{MONTH})(?:[（(][^（）()\n]{{0,8}}[）)])?            # 自2031年3月1日（含）
        \s*(?:[零0〇]时|\d{{1,2}}[:：]\d\d(?:[:：]\d\d)?|\d{{1,2}}[时点])?  # …零时
      | [^，,。；;（(\s]{{0,8}}之日[（(](?P<dated>{DAY})[）)]                # 自公布之日（2031年3月1日）
      | (?:本[^，,。；;\s]{{0,8}}?|文件|政策)?                             # 自本办法印发之日
        (?P<issue>公布|发布|印发|颁布|颁发|签发|发文|下发|出台)(?:之?日|之时)?
      | (?P<today>即日)                                                    # 自即日
    )
    \s*(?:起|始)?\s*
    (?:(?:满|第)?\s*(?P<count>{COUNT})\s*个?(?P<per>日|天|月|年)\s*(?:以后|之后|后|起)?\s*)?   # 起满30日后
    (?:[至到]\s*(?P<until>{DAY})\s*(?:止|期间)?\s*)?                       # 起至2033年2月28日止
    (?:正式|开始|暂)*(?:{_VERB})
    (?!的|前|后|之日|以来|过程|中|情况|期[间内])                               # 施行前已取得证书的
    """,
    re.VERBOSE,
)
#: The line in the head of a statute: 2031年3月1日 施行
_LINE = re.compile(rf"^[\s　（(]*(?P<day>{DAY})\s*起?\s*施行[）)]?[\s　]*$", re.MULTILINE)
#: What may follow 施行 where no 本办法 stands before it; 自…起执行新标准 is of the standard.
_INTRANSITIVE = re.compile(rf"\s|$|[，,。；;、：:）)（(“”\"》]|有效|[至到期]|{COUNT}\s*(?:年|个月)")
#: 本办法第五条自…起施行 is of that article; 本办法除第五条外自…, 本办法根据《甲》，自…起施行 of the document.
_PARTIAL = re.compile(r"第[一二三四五六七八九十百零〇\d]+[章节条款项]|部分条款|有关条款|相关条款|系统|工程")
_EXCEPT = re.compile(r"除[^，,。；;]{2,40}外|根据《[^《》]*》[^，,。；;]{0,20}[，,]")
#: Names of a document that stand alone in front of 自: 新政自…, 调整后的政策自…; a mere 政策自… is one of several
_BARE = re.compile(
    r"(?!政策$)(?:按照(?:通知|规定)[，,])?(?:新|此次|本次|以上|上述|(?:优化|调整|修订)后的?)?"
    r"(?:政策|措施|通知|新政|调整|要求|规定|办法|意见|方案|公告|文件)+"
)
#: 国务院令第5号公布 自…起施行
_ISSUED = re.compile(r"(?:发布|公布|颁布|通过|批准|修订|修正)\s*$")
#: Ranks: 本办法 as its title says, 本办法 in another document, 自…起施行 without a name, of something else.
TITLED, NAMED, UNNAMED, NOT_OWN = 3, 2, 1, 0
#: 《甲办法》已经市政府同意，现印发给你们， | 自…起施行: of what is issued, and of the notice
_ISSUES = re.compile(
    r"(?:印发(?:给你们|执行)?|予以(?:印发|公布|发布)|现予(?:印发|公布|发布))[，,](?:请[^，,。；;]{0,16}[，,])?$"
)
_LONGEST = 40  # characters of a sentence without a subject in front of 自…起施行


@dataclass(frozen=True, slots=True)
class Begin:
    """A clause 自…起施行 at ``text[start:end]``, its day where it can be told, and until when, where it says that.

    ``rank`` is how surely it is of the document: one of the ranks above.
    """

    start: int
    end: int
    rank: int
    day: str | None
    until: str | None = None


def find_begins(doc: PolicyDocument, voice: Voice) -> tuple[Begin, ...]:
    """The clauses that say since when the document is in force, in the order of its text."""
    found = [_begin(doc, match, _rank(doc.text, match, voice)) for match in _CLAUSE.finditer(doc.text)]
    found += [Begin(m.start("day"), m.end(), UNNAMED, first_day(m["day"])) for m in _LINE.finditer(doc.text)]
    return tuple(sorted((b for b in found if b.rank != NOT_OWN), key=lambda b: b.start))


def best(begins: Sequence[Begin]) -> Begin | None:
    """The clause that counts: the first of those that name the document most surely, whether its day is known or not.

    Of clauses without a name that differ none counts: they are of several measures.
    """
    first = min(begins, key=lambda b: (-b.rank, b.start), default=None)
    if first and first.rank == UNNAMED and len({b.day for b in begins}) > 1:
        return None
    return first


def _begin(doc: PolicyDocument, match: re.Match[str], rank: int) -> Begin:
    until = last_day(match["until"]) if match["until"] else None
    return Begin(match.start(), match.end(), rank, None if rank == NOT_OWN else _day(doc, match), until)


def _rank(text: str, match: re.Match[str], voice: Voice) -> int:
    """How surely 自…起施行 speaks of the document and not of something before it that has a validity of its own."""
    sentence = re.sub(EXPLAINED, "", sentence_before(text, match.start()))
    if voice.is_quoted(sentence):
        return NOT_OWN
    subject = voice.last_subject(sentence)
    if subject is not None:
        said = _EXCEPT.sub("", sentence[subject.end :])
        if OTHER.search(said) or _PARTIAL.search(said):
            return NOT_OWN
        if subject.sums_up and match.start() * 2 < len(text):
            return NOT_OWN  # 上述政策 in the midst of a document is one of several
        return (TITLED if subject.fits else NAMED) if subject.surely else UNNAMED
    if match["lead"] == "于" or not _INTRANSITIVE.match(text, match.end()):
        return NOT_OWN
    if _ISSUES.search(sentence):
        return NAMED
    clause = re.split("[，,：:]", sentence)[-1].strip()
    if clause and not _BARE.fullmatch(clause) and not _ISSUED.search(clause):
        return NOT_OWN
    plain = len(sentence) <= _LONGEST and not OTHER.search(sentence)
    return UNNAMED if "现予" in sentence or plain else NOT_OWN


def _day(doc: PolicyDocument, match: re.Match[str]) -> str | None:
    """The day a clause names; of 印发之日 the day the document was written, of 公布之日 the day it was published."""
    if match["day"] or match["dated"]:
        stated = first_day(match["day"] or match["dated"])
    elif is_draft(doc.title):
        stated = None  # the day a draft is published is not the day it is issued
    elif match["today"] or match["issue"] in ("印发", "发文", "下发", "签发", "颁发"):
        stated = doc.written_on or doc.published_on
    else:
        stated = doc.published_on or doc.written_on
    if stated is None or not match["count"]:
        return stated
    count, day = count_of(match["count"]), dt.date.fromisoformat(stated)
    if match["per"] in ("日", "天"):
        return (day + dt.timedelta(days=count)).isoformat()
    return add_months(day, count * (12 if match["per"] == "年" else 1)).isoformat()
