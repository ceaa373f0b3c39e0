"""When a document is in force: 施行, 有效期 and 有效性 as it or its page states them."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from ingest.header import Stated, iso_date
from kb.model import PolicyDocument, Span, Status

_IN_FORCE = re.compile(
    r"自\s*(?P<from>(?:\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二一][〇○零Ｏ一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)|"
    r"(?:公布|发布|印发|颁布|签发|发文|下发)之日)\s*起?\s*(?:(?:满|第)?\s*(?P<days>\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:个)?(?P<per>日|天|个月|月)\s*(?:后|起)?)?\s*"
    r"(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_TERM = re.compile(
    r"有效期\s*(?:为|限为|暂定)?\s*(?P<years>\d{1,2}|[一二三四五六七八九十两]{1,2})\s*年|"
    r"有效期\s*(?:限)?(?:至|到|截止到?)\s*(?P<until>\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)|"
    r"(?:执行|实施|施行|有效)(?:期限)?(?:至|到)\s*(?P<until2>\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)(?:止|结束)?"
)
_NOUN = (
    "办法|通知|意见|政策|实施细则|细则|规定|方案|计划|文件|措施|条例|规则|规程|规范|指引|指南|制度|决定|公告|通告|章程|标准|要点|清单|目录|"
    "规划|纲要|预案"
)
_SUBJECT = re.compile(
    rf"(?<!根据)(?<!按照)(?<!依据)(?<!依照)(?:本|该|上述|以上)[^，,。；;：:\s《》本]{{0,10}}?(?:{_NOUN})"
    r"(?:[（(][^（）()]{0,6}[）)])?(?!规定的|所称|认定的|确定的|设立的|核发的|颁发的|中的)"
)
_OTHER = re.compile(
    r"资格|认定|认证|备案|称号|证书|证明|证件|许可|合同|协议|资质|牌照|牌匾|名单|标识|标志|批件|批文|注册|登记|执照|凭证|报告|"
    r"保单|保险|检测|评定|评估|评价|荣誉|授牌|挂牌|公示|聘|任期|项目|补贴|奖励|券|授权|专利|《"
)
_TAIL = re.compile(r"(?:的|其|暂定|原则上|执行|实施|施行|试行|延续|继续|并|且|期限|[（(]|\s)*$")
_LABELLED = re.compile(r"^\s*(?:第[〇零一二三四五六七八九十百\d]+条|[（(]?[一二三四五六七八九十\d]+[）)、.．])?\s*")
_PARTS = re.compile(r"[，,。；;：:\n]")
_ENDS = re.compile(r"[。；;\n]")
_DRAFT = re.compile(r"征求意见稿|公开征求|草案|送审稿")
_STATED_STATUS = (
    (re.compile("废止"), Status.REPEALED),
    (re.compile("失效|无效|已过期"), Status.EXPIRED),
    (re.compile("尚未|未生效|未施行"), Status.NOT_YET),
    (re.compile("有效|现行|继续执行"), Status.IN_FORCE),
)
_CN = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}


def with_validity(doc: PolicyDocument, stated: Stated) -> PolicyDocument:
    """施行, 有效期 and 有效性 as the document or its page states them; what is not stated stays unknown."""
    status = _status(doc, stated)
    effective, evidence = stated.date("effective_from") or doc.effective_from, doc.status_evidence
    begins = [match for match in _IN_FORCE.finditer(doc.text) if _starts(doc.text, match)]
    for match in begins:
        effective = effective or _effective(doc, match)
        evidence = evidence or _sentence(doc.text, match.start(), match.end())
    expires = stated.date("expires_on") or doc.expires_on
    for match in _TERM.finditer(doc.text):
        if expires is None and _ends(doc.text, match, _beside(begins, match)):
            expires = _expiry(match, effective)
            evidence = evidence or _sentence(doc.text, match.start(), match.end())
    return replace(doc, effective_from=effective, expires_on=expires, status=status, status_evidence=evidence)


def _status(doc: PolicyDocument, stated: Stated) -> Status:
    if doc.status is not Status.UNKNOWN:
        return doc.status
    if doc.title and _DRAFT.search(doc.title):
        return Status.DRAFT
    label = stated.get("validity") or ""
    return next((status for pattern, status in _STATED_STATUS if pattern.search(label)), Status.UNKNOWN)


def _starts(text: str, match: re.Match[str]) -> bool:
    """Whether 自…起施行 speaks of this document: nothing with a validity of its own stands before it."""
    sentence = _LABELLED.sub("", _ENDS.split(text[max(0, match.start() - 120) : match.start()])[-1])
    subject = _last_subject(sentence)
    if subject is not None:
        return not _OTHER.search(sentence, subject)
    return "现予" in sentence or not _OTHER.search(sentence) and len(sentence) <= 40


def _ends(text: str, match: re.Match[str], begins: Sequence[re.Match[str]]) -> bool:
    """Whether a 有效期 is this document's: it is the subject, or a clause of its 施行 stands directly beside.

    A qualification, a certificate or a quoted document has a 有效期 too: what is not plainly the document's is not.
    """
    clause = _PARTS.split(text[max(0, match.start() - 120) : match.start()])[-1]
    subject = _last_subject(clause)
    if subject is not None and _TAIL.match(clause, subject):
        return True
    for begin in begins:
        between = text[begin.end() : match.start()]
        before = begin.end() <= match.start() and re.fullmatch(r"[，,。；;、\s]{0,3}", between.rstrip("（(其并且暂定 "))
        if before and _TAIL.match(_PARTS.sub("", between)):
            return True
        after = match.end() <= begin.start() and re.fullmatch(r"[，,；;、\s]{0,3}", text[match.end() : begin.start()])
        if after and _TAIL.match(_LABELLED.sub("", clause)):
            return True
        if begin.start() <= match.start() < begin.end():  # 自…起施行至…
            return True
    return False


def _beside(begins: Sequence[re.Match[str]], term: re.Match[str]) -> Sequence[re.Match[str]]:
    """The clauses of 施行 nearest to a term on both sides."""
    at = bisect_left(begins, term.start(), key=lambda match: match.start())
    return begins[max(0, at - 1) : at + 1]


def _last_subject(clause: str) -> int | None:
    """Where the last name the document gives itself (本办法) ends."""
    return max((found.end() for found in _SUBJECT.finditer(clause)), default=None)


def _effective(doc: PolicyDocument, match: re.Match[str]) -> str | None:
    stated = iso_date(match["from"])
    if stated is None:
        of_notice = match["from"].startswith(("印发", "发文", "下发", "签发"))
        stated = (doc.written_on or doc.published_on) if of_notice else (doc.published_on or doc.written_on)
    if stated is None or not match["days"]:
        return stated
    count = int(match["days"]) if match["days"].isdigit() else _small(match["days"])
    day = dt.date.fromisoformat(stated)
    if "月" in match["per"]:
        month = day.month - 1 + count
        return dt.date(day.year + month // 12, month % 12 + 1, min(day.day, 28)).isoformat()
    return (day + dt.timedelta(days=count)).isoformat()


def _expiry(match: re.Match[str], effective: str | None) -> str | None:
    until = match["until"] or match["until2"]
    if until:
        return iso_date(until)
    if effective is None:
        return None
    years = int(match["years"]) if match["years"].isdigit() else _small(match["years"])
    day = dt.date.fromisoformat(effective)
    leap = day.month == 2 and day.day == 29
    return (dt.date(day.year + years, day.month, 28 if leap else day.day) - dt.timedelta(days=1)).isoformat()


def _small(written: str) -> int:
    tens, mark, ones = written.rpartition("十")
    if not mark:
        return _CN.get(written, 0)
    return (_CN.get(tens, 0) if tens else 1) * 10 + (_CN.get(ones, 0) if ones else 0)


def _sentence(text: str, start: int, end: int) -> Span:
    left = max(text.rfind(mark, 0, start) for mark in "。；\n") + 1
    rights = [r for r in (text.find(mark, end) for mark in "。；\n") if r >= 0]
    return Span(left + len(text[left:start]) - len(text[left:start].lstrip()), min(rights) + 1 if rights else len(text))
