"""When a document is in force: 施行, 有效期 and 有效性 as it or its page states them; and what it repeals (废止)."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.header import Stated, iso_date, looks_like_title
from kb.model import PolicyDocument, Reference, Span, Status
from kb.text.docnumber import find_doc_numbers

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
_TITLE = r"《[^《》]{1,160}(?:《[^《》]{1,160}》[^《》]{0,160})*》"
_NOTE = r"[（(][^（）()]{0,60}(?:[（(][^（）()]{0,30}[）)][^（）()]{0,60})?[）)]"
_ISSUED = "发布|公布|印发|下发|通过|批准|制定|施行|实施|颁布|出台|实行|修订|修正|修改|所发|批转|转发"
# What may stand between a title and the word that repeals it: more titles, numbers, who issued them, since when.
_BETWEEN = re.compile(
    rf"\s*(?:{_NOTE}|(?:以及|[、，,和及与])?(?:[^《》。；;，,\n]{{0,80}}?(?:{_ISSUED})的?)?{_TITLE}|以及|[、，,和及与]|[）)]|"
    r"等(?:[^，,。；;《》\n]{0,12}?(?:文件|规定|办法|通知|意见|规章))?|[自从于][^，,。；;《》\n]{1,24}[日月年]起?|文件|"
    r"将(?=同时|相应|一并|自行)|同时|即行|一并|自行|予以|相应|现予|均|都|也|届时|全部|随之)"
)
_REPEALED = re.compile(
    r"\s*(?:废止|停止执行|停止施行|停止使用|终止执行|不再执行|失效)(?=[。；;，,、：:\n）)”\"》\s]|$)"
)
_ARTICLES = r"\s*(?:附件[\d一二三四五六七八九十]*)?[^《》，,。；;\n]{0,8}第[一二三四五六七八九十百零〇\d]+[章节条款项]"
_PARTLY = re.compile(rf"(?:{_NOTE})?(?:{_TITLE})?{_ARTICLES}[^。；;\n]{{0,120}}?(?<!已)(?:废止|停止执行|失效)")
_REPEALS = re.compile(
    r"(?<!拟)(?<!建议)(?<!不)(?<!不得)(?<!未)(?<!已)(?<!已经)(?<!被)(?<!应当)(?<!需要)(?<!可以)(?<!是否)(?<!提请)"
    r"(?:废止|停止执行|宣布失效)(?:(?!的|前|后|或)[^。；;，,《》\n]{0,40}|[^。；;《》\n]{0,60}[:：]\s*)$"
)
_GROUNDS = re.compile(r"(?:根据|依据|按照|依照|遵照|遵循|贯彻|落实|参照|执行|按)[^。；;，,《》]{0,24}$")
_JOINED = re.compile(rf"\s*(?:{_NOTE})?\s*(?:以及|[、，,和及与])?\s*")
_BY = re.compile(r"[被由][^。；，,《》]{0,6}$")
_NEW_VERSION = re.compile(r"(?:修订|修改|修正)(?:后|版)?的[^。；《》]{0,4}$")
_LOOK_BACK, _LOOK_AHEAD, _STEPS = 80, 1500, 80
_LIST = re.compile(
    r"(?:废止|失效|停止执行)(?:[^。；;|]{0,24}(?:目录|清单|一览表|列表|汇总表)(?![^。]*。)|"
    r"[^。；;|]{0,30}(?:文件|规定|办法|规章|政策|通知|意见|如下|目录)[^。；;|]{0,10}[:：]\s*$)"
)
_KEPT = re.compile(r"保留|继续有效|继续执行|现行有效|延长|修改|修订|拟|建议|征求")
_KEPT_LIST = re.compile(rf"(?:{_KEPT.pattern})[^。；;|]{{0,24}}(?:目录|清单|一览表|列表|汇总表|[:：])$")
_ITEM = re.compile(r"[\s　|]*(?:[（(]?[一二三四五六七八九十百]{1,5}[）)、.．]+|[（(]?\d{1,4}[）)]?\s*[、.．|)）]?)?\s*")
_ENDS_LIST = re.compile(r"[\s　]*(?:附\s*件|[一二三四五六七八九十]{1,3}、|抄送|联系人)|.*(?:目录|清单)$")
_LABEL = re.compile(r"\s*(?:发文|制定|发布|印发|公布|成文|文号|文件|说明|备注|[^:：，。\n]{0,4}理由)[^:：\n]{0,8}[:：]")
_NUMBER_LABEL = re.compile(r"[^:：，。\n]{0,10}(?:文号|字号|文件编号)[:：]")
_BESIDE = re.compile(r"[\s（(，,]*(?:文号[:：])?")
_DATE_LINE, _NUMBER_CELL = 20, 40  # characters of a line that is a date, of a cell that is a number
_CN = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}


def with_validity(doc: PolicyDocument, stated: Stated) -> PolicyDocument:
    """施行, 有效期 and 有效性 as the document or its page states them; what is not stated stays unknown."""
    status = _status(doc, stated)
    effective, evidence = stated.date("effective_from") or doc.effective_from, doc.status_evidence
    begins = [match for match in _IN_FORCE.finditer(doc.text) if _starts(doc.text, match)]
    for match in begins:
        effective = effective or _effective(doc, match)
        evidence = evidence or _sentence(doc.text, match.start(), match.end())
    own = None
    for match in _TERM.finditer(doc.text):
        if own is None and _ends(doc.text, match, _beside(begins, match)):
            own = _expiry(match, effective)
            evidence = evidence or _sentence(doc.text, match.start(), match.end())
    expires = stated.date("expires_on") or doc.expires_on or own
    flags = (*doc.flags, "date_conflict") if _disagree(expires, own) else doc.flags
    return replace(
        doc,
        effective_from=effective,
        expires_on=expires,
        status=status,
        status_evidence=evidence,
        flags=tuple(dict.fromkeys(flags)),
    )


def _disagree(stated: str | None, own: str | None) -> bool:
    """Whether a page's day of expiry is not the document's; a term is counted to its last day or to the one after."""
    if stated is None or own is None:
        return False
    return abs((dt.date.fromisoformat(stated) - dt.date.fromisoformat(own)).days) > 1


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


def with_repeals(doc: PolicyDocument) -> PolicyDocument:
    """The document with the relation of its references set right where it is 废止 or 修订, and those of lists added.

    A reference is repealed only where its sentence says so of it (《甲》（文号）、《乙》同时废止, 废止《甲》), or a
    heading does (废止的规范性文件目录). Single articles repealed amend it. That it is 已废止, or that something else
    is 失效, repeals nothing.
    """
    items = {start: (end, number) for start, end, number in _listed(doc.text)}
    references: list[Reference] = []
    first = last = 0
    for reference in doc.references:
        if not references or not _JOINED.fullmatch(doc.text, last, reference.start):
            first = reference.start  # 《A》、《B》 share the words in front of the first
        last = reference.end
        listed = reference.start in items
        _, number = items.pop(reference.start, (0, None))
        relation = _restated(doc.text, reference, first, listed)
        references.append(replace(reference, relation=relation, doc_number=reference.doc_number or number))
    references += [
        Reference(doc.text[start:end].strip("《》"), number, "废止", start, end)
        for start, (end, number) in items.items()
    ]
    return replace(doc, references=tuple(sorted(references, key=lambda r: r.start)))


def _restated(text: str, reference: Reference, first: int, listed: bool) -> str:
    """The relation of a reference as its sentence, or the list it stands in, states it; ``first``: what leads to it."""
    end = reference.end
    before = text[max(0, first - _LOOK_BACK, text.rfind("\n", 0, first) + 1) : first]
    if _GROUNDS.search(before) and not listed:
        return "依据" if reference.relation == "废止" else reference.relation
    if listed or _REPEALS.search(before):
        return "修订" if re.match(_ARTICLES, text[end : end + 40]) else "废止"
    if _PARTLY.match(text, end):
        return "修订"
    if not _BY.search(before) and _repealed_behind(text, end):
        return "废止"
    demoted = reference.relation == "废止" or (reference.relation == "修订" and _NEW_VERSION.search(before))
    return "见" if demoted else reference.relation


def _repealed_behind(text: str, at: int) -> bool:
    """Whether what follows a title says of it, and of the titles after it, that it is repealed."""
    stop = min(len(text), at + _LOOK_AHEAD)
    for _ in range(_STEPS):
        if _REPEALED.match(text, at, stop):
            return True
        step = _BETWEEN.match(text, at, stop)
        if step is None or step.end() == at:
            return False
        at = step.end()
    return False


def _listed(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Items of lists of repealed documents: where the title stands (in 《》 with them), and its number."""
    inside, at = False, 0
    last: tuple[int, int, str | None] | None = None
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        heading = _ENDS.split(line.rstrip("。；; 　"))[-1]
        label = _LABEL.match(line)
        if not label and _LIST.search(heading):
            inside = not _KEPT.search(heading)
        elif _KEPT_LIST.search(heading):
            inside = False
        elif inside and label and last and not last[2]:
            last = (*last[:2], _number(line) if _NUMBER_LABEL.match(line) else None)
        elif inside and not label:
            item = _item(line)
            if last and (item or line.strip()):
                yield last
                last = None
            if item:
                last = (start + item[0], start + item[1], item[2])
            elif _ENDS_LIST.match(line) or (iso_date(line) and len(line.strip()) < _DATE_LINE):
                inside = False
    if last:
        yield last


def _item(line: str) -> tuple[int, int, str | None] | None:
    """The title an item of a list names, and its number where the line has one; None for a line that is no item."""
    begin = _ITEM.match(line)
    first = begin.end() if begin else 0
    bracketed = re.match(rf"[^《》。；;|关]{{0,30}}(?P<title>{_TITLE})", line[first:])
    if bracketed:
        start, end = first + bracketed.start("title"), first + bracketed.end("title")
    else:
        cells = [c.span() for c in re.finditer(r"[^|]+", line) if c.end() > first] if first else []
        titles = [_trimmed(line, max(first, a), b) for a, b in cells]
        start, end = next(((a, b) for a, b in titles if looks_like_title(line[a:b])), (0, 0))
        if not end:
            return None
    beside = _BESIDE.match(line, end)
    behind = re.match(r"[^|《》。；;）)]*[）)]?", line[beside.end() if beside else end :])
    alone = [c for c in line.split("|") if find_doc_numbers(c) and len(c.strip()) <= _NUMBER_CELL]
    return start, end, _number(behind.group() if behind else "", leads=True) or (_number(alone[0]) if alone else None)


def _number(text: str, leads: bool = False) -> str | None:
    """The first 文号 of a text, or the one it begins with."""
    for number in find_doc_numbers(text):
        return re.sub("^[年月日]", "", number.canonical) if number.start == 0 or not leads else None
    return None


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    """A piece of a line without the number at its end, and the marks and blanks around it."""
    numbers = [n.start for n in find_doc_numbers(line[:end]) if n.start > start]
    piece = line[start : min([end, *numbers])]
    return start + len(piece) - len(piece.lstrip(" 　")), start + len(piece.rstrip(" 　（(。；;，,、"))
