"""What a sentence of a document can serve for in a letter: something done, or a measure to take; and which words of it.

Only what is stated as done counts as done. A sentence that points at another, speaks to a reader, only names the
responsible units or opens a list serves for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kb.letters.deadlines import due_of, is_undated
from kb.model import Kind, PolicyDocument
from kb.select import is_open
from kb.text import find_dates, find_quantities, squash
from kb.view import DocumentView


class Role(StrEnum):
    """What a sentence serves for."""

    ACTUAL = "进展"
    MEASURE = "措施"


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of a sentence that can be said in a letter, ``text[start:end]``, and what for.

    ``dated`` is the day, month or year a state or a deed is of, ``due`` by when a measure is to be done, as stated; a
    month without a year is of the document's.
    ``relative`` marks words that only hold on the document's own day (目前, 今年), ``leaning`` a sentence whose subject
    stands before it.
    """

    start: int
    end: int
    role: Role
    dated: str | None = None
    due: str | None = None
    relative: bool = False
    leaning: bool = False


_SHORTEST, LONGEST = 12, 260
_LABEL = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]{1,5}条[\s　]*|[一二三四五六七八九十]{1,3}[、．.]\s*|"
    r"[（(][一二三四五六七八九十\d]{1,3}[）)]\s*|"
    r"\d{1,2}[.．、]\s*(?!\d)|[一二三四五六七八九]是(?:要)?|[①-⑩]\s*|(?:第[一二三四五六七八九]|其[一二三四五])[，、])+"
)
_UNITS = re.compile(r"[（(]?(?:责任单位|牵头单位|配合单位|牵头|责任部门|牵头部门|主办单位)\s*[:：为]")
_UNITS_BEHIND = re.compile(
    r"[（(](?:[^（()）]{0,30}(?:牵头|负责|责任单位|配合)[^（()）]*|\*?[^（()）]*责任单位[^（()）]*)[）)]?。?$"
)
_UNITS_END = re.compile(r"(?:责任单位|牵头单位|配合单位)[:：].*$")
_FUTURE = re.compile(
    r"(?<![即不])将(?!近)|拟(?!定)|下一步|力争|争取|计划(?!》|（|\()(?=[^，。]{0,10}(?:新|建|投|开|完|达))|到20[2-9]\d年(?:底|末)?[，,]?[^。；]{0,40}(?:达到|实现|建成|新增|培育|力争)|"
    r"20[2-9]\d年(?:\d{1,2}月)?底?前|今后|预计|要(?=[^求素件点闻领])|应当?|须|不得|鼓励|支持|推动|引导|加快|争取|探索|实施|开展(?!了)"
)
_DONE = re.compile(
    r"已(?!经?(?:批准|认定|取得|缴)的)(?!于)|累计|截至|至今|完成(?!后|情况|的[^，。]{0,8}(?:给予|奖))|建成(?!后|并)|共(?:有|向|计)|现有|先后|新增了|达成|实现了|荣获|获评|"
    r"(?:印发|出台|制定|发布|启动|举办|开展|兑现|发放|引进|落地|设立|建立|投入|增长|下降|提高|拨付|安排)了|以来|超过.{0,10}(?:计划|目标)|没有完成"
)
_STRONG = re.compile(
    r"已(?!经?(?:批准|认定|取得|缴|办理|获|申)的)(?!于)(?=[^，。；]{0,12}(?:建成|完成|印发|出台|投入|启动|兑现|发放|引进|设立|建立|提高|新增|达|有|采纳|累计|覆盖|开工|发出))|截至|至今"
)
_PROBLEM = re.compile(r"存在|短板|困难|不足(?!\d)|滞后|薄弱|难以|有待|外流|的问题")
_CONDITION = re.compile(
    r"^(?:申请|申报)(?:材料|条件|书|人)|^由[^，。]{2,30}(?:牵头|负责)|是指|：指|所称|(?:按照?|依照|符合|根据|本办法|适用)第[一二三四五六七八九十\d]{1,4}[条款项]"
)
_CONDITIONS = re.compile(r"条件|材料|具备|符合|下列|情形|要求如下|之一")
_PLAN = re.compile(r"(?:达到|不少于|不低于|力争|控制在|保持在|新增|建成|完成|培育|提高到|覆盖)")
_NEXT = re.compile(r"下一步|后续|下步|今后|安排|打算|工作计划|努力方向|主要目标|重点工作")
_LOOKING_BACK = re.compile(r"回顾|完成情况|基础|成效|进展|落实情况|基本情况|工作情况|关心的")
_EMPTY_PART = re.compile(
    r"指导思想|总体要求|基本原则|总体思路|组织领导|组织实施|组织保障|工作要求|工作保障|附\s*则|名词解释|总\s*则"
)
_ADDRESSED = re.compile(r"您|你们|代表们|请登录|点击|来电|贵")
_FORMAL = re.compile(
    r"现予印发|常务会议|即日|^经研究|^(?:现将|特此|本(?:办法|通知|措施|细则|方案|计划|意见|规定)(?:自|由|所称)|附件|抄送|原文|声明|注[：:\d]|联系|为(?:深入)?(?:贯彻|落实|进一步|推动|加快|规范|了))|(?:根据|依据).{4,60}(?:制定本|现就|现印发)"
)
_BACK = re.compile(
    r"^(?:该|其中|其(?!他)|这|此(?!外)|上述|以上|前款|前项|同时|会议|会上|本轮|仍|但|而)|前款|前项|本条|上述|本节|如下|见附件|附件\d?"
)
_LEANING = re.compile(
    r"^(?:(?:补贴|补助|奖励|支持|贷款|申请|服务)?(?:对象|条件|期限|额度|标准|比例|范围|金额|材料|流程|时限|方式|内容))(?:为|：|:|是|[^，。的]{0,4}不超过)|所列|前述|列明|按此|照此|^(?:超过|不足|未|逾期|其余|另外|或者)"
)
_RELATIVE = re.compile(r"目前|今年|去年|明年|现有|现已|近日|最近|上半年|下半年|本月|上月|当前|年初|截至目前|至今|今后")
_TELLS = (Kind.NEWS, Kind.RESEARCH, Kind.CAPTION)


def piece_of(view: DocumentView, i: int) -> Piece | None:
    """What sentence ``i`` can serve for; None for nothing."""
    document, (start, end) = view.document, view.spans[i]
    text = document.text
    if " | " in text[start:end] or view.table(i) is not None:
        return None
    start, end = _said(text, start, end)
    words = text[start:end]
    if not _SHORTEST <= len(words) <= 2 * LONGEST or _is_empty(view, i, words):
        return None
    role = _role(view, i, start, end)
    if role is None:
        return None
    plain = _without_names(words)
    dates = [d for d in find_dates(plain) if d.year]
    relative = _RELATIVE.search(words) is not None
    dated = due = None
    if role is Role.ACTUAL:
        dated = max((d.until or d.iso for d in dates), default=None) or _of_target(document, start, end)
    else:
        due = due_of(document, plain, dates)
        relative |= is_undated(document, plain, dates)
    return Piece(start, end, role, dated, due, relative, _LEANING.search(words) is not None)


def _said(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence without its ordinal and without the responsible units behind it."""
    label = _LABEL.match(text[start:end])
    start += label.end() if label else 0
    for pattern in (_UNITS_BEHIND, _UNITS_END):
        behind = pattern.search(text, start, end)
        if behind and behind.start() > start:
            end = behind.start()
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _is_empty(view: DocumentView, i: int, words: str) -> bool:
    section = view.section(i)
    if section is not None and squash(words).rstrip("。") == squash(section.title).rstrip("。"):
        return True
    if section is not None and _EMPTY_PART.search(section.path) and not find_quantities(words):
        return True
    if is_open(words) or _UNITS.match(words) or _ADDRESSED.search(words) or _FORMAL.search(words):
        return True
    if words.startswith("《") and words.endswith("》"):
        return True
    return view.document.text.startswith(words) or squash(words) == squash(view.document.title or "")


def _role(view: DocumentView, i: int, start: int, end: int) -> Role | None:
    document, words = view.document, view.document.text[start:end]
    if _BACK.search(words) or _is_condition(view, i, words):
        return None
    section = view.section(i)
    path = section.path if section else ""
    open_words = _without_names(words)
    future = _FUTURE.search(open_words) is not None or _is_ahead(document, open_words)
    done = _is_done(view, start, end, open_words, path)
    if done and _PROBLEM.search(words):
        return None
    if done and not future:
        return Role.ACTUAL if _has_figure(words) or document.kind is Kind.REPLY else None
    if document.kind in _TELLS:
        return None
    if document.kind is Kind.REPLY:
        return Role.MEASURE if future or _NEXT.search(path) else None
    if _LOOKING_BACK.search(path) and not future:
        return None
    return Role.MEASURE if future or _PLAN.search(words) or _normative(document) else None


def _is_done(view: DocumentView, start: int, end: int, words: str, path: str) -> bool:
    """Whether something is stated as done. In rules and plans 建成 or 累计 alone are what is to be."""
    document = view.document
    kinds = {t.kind for t in document.targets for m in t.mentions if start <= m.start and m.end <= end}
    if kinds & {"target", "recurring"}:
        return False
    if kinds == {"actual"} or _STRONG.search(words):
        return True
    looking_back = _LOOKING_BACK.search(path) is not None
    if looking_back and _has_figure(words):
        return True
    tells = document.kind in (Kind.REPLY, *_TELLS) or looking_back
    return bool(tells and not _NEXT.search(path) and _DONE.search(words))


def _is_ahead(document: PolicyDocument, words: str) -> bool:
    """Whether a sentence speaks of a time after its document's own day."""
    day = document.written_on or document.published_on
    dates = [d for d in find_dates(words) if d.year]
    return bool(day) and any((d.until or d.iso) > (day or "")[: len(d.until or d.iso)] for d in dates)


def _is_condition(view: DocumentView, i: int, words: str) -> bool:
    """Whether a sentence is one item of conditions or papers, which says nothing alone."""
    if _CONDITION.search(words):
        return True
    if not words.endswith(("；", ";")):
        return False
    opening = next((j for j in range(i - 1, max(-1, i - 12), -1) if is_open(view.text(j))), None)
    return opening is not None and _CONDITIONS.search(view.text(opening)) is not None


def _without_names(words: str) -> str:
    """The words without the years of titles and numbers of documents."""
    return re.sub(r"《[^《》]*》(?:（[^（）]*〔\d{4}〕[^（）]*）)?|〔\d{4}〕\d+号", "《》", words)


def _has_figure(words: str) -> bool:
    return bool(find_quantities(words)) or bool(find_dates(words))


def _normative(document: PolicyDocument) -> bool:
    return document.kind not in (*_TELLS, Kind.OTHER, Kind.INTERPRETATION, Kind.DIGEST, Kind.ANNOUNCEMENT)


def _of_target(document: PolicyDocument, start: int, end: int) -> str | None:
    """The day the document gives the state described, by its target's own date."""
    dates = [
        t.deadline
        for t in document.targets
        if t.kind == "actual" and t.deadline and any(start <= m.start and m.end <= end for m in t.mentions)
    ]
    stated = [d for d in dates if re.match(r"\d{4}", d)]
    return max(stated, default=None)
