"""Kinds of document (文种) by their title, and by the words of a body that has none."""

from __future__ import annotations

import re

from kb.model import Kind

_TAIL = re.compile(r"(?:[（(][^（）()]{1,30}[）)]|[”’』」》\s_—…-]|\.{3}|全文|正文)+$")
_BY_END: tuple[tuple[str, Kind], ...] = (
    (r"(?:解读|解读材料|答记者问|问答|图解|一图读懂.*|说明)$", Kind.INTERPRETATION),
    (r"^(?:一图读懂|图解|政策解读)|政策解读", Kind.INTERPRETATION),
    (r"(?:建议|提案).{0,40}(?:答复|复函|答复函|答复意见|的函)$", Kind.REPLY),
    (r"答复函$", Kind.REPLY),
    (r"(?:通知书|通知)$", Kind.NOTICE),
    (r"(?:公告|通告|公示|公报)$", Kind.ANNOUNCEMENT),
    (r"批复$", Kind.APPROVAL),
    (r"函$", Kind.LETTER),
    (r"(?:办事指南|服务指南|申请?报?指南|指引|攻略|办理指南|流程|须知|简介|详解|指南)$", Kind.SERVICE_GUIDE),
    (r"(?:实施细则|细则)$", Kind.DETAILED_RULES),
    (r"^中华人民共和国.{0,30}法$", Kind.LAW),
    (r"(?:实施条例|条例)$", Kind.REGULATION),
    (r"办法$", Kind.MEASURES),
    (r"(?:行动计划|行动方案|三年行动|攻坚行动|专项行动)$", Kind.ACTION_PLAN),
    (r"(?:规划|规划纲要|纲要)$", Kind.PLANNING),
    (r"(?:方案|计划|实施计划|要点)$", Kind.IMPLEMENTATION),
    (r"意见$", Kind.OPINION),
    (r"(?:规定|规则|规程|规范|措施|政策|准则|标准|决定|制度|章程|条件|目录|清单|决议)$", Kind.NORMATIVE),
    (r"(?<![做办看用方说想语设])法$", Kind.LAW),
)
_REPLY_AGENCY = re.compile(r"[提建案议].{0,4}[复函办]")

_GUIDE = re.compile(
    r"(?:补贴|申请|申报|办理|受理|领取|享受|认定)(?:对象|条件|标准|范围|流程|程序|材料|方式|渠道|时间|时限|地点|资料|期限)|所需材料|咨询电话|收费标准|办理依据"
)


def kind_of_title(title: str | None) -> Kind | None:
    """The kind a title names; None where it names none."""
    if not title:
        return None
    bare = _TAIL.sub("", title.strip())
    return next((kind for pattern, kind in _BY_END if re.search(pattern, bare)), None)


def kind_of_word(word: str | None) -> Kind | None:
    """The kind a metadata label states, if it is one of the vocabulary."""
    return next((kind for kind in Kind if word and word.strip() == kind.value), None)


def kind_of_body(text: str, doc_number: str | None) -> Kind:
    """The kind of a document without a telling title, by what its body does."""
    if doc_number and _REPLY_AGENCY.search(doc_number.split("〔")[0]) and re.search(r"代表|委员", text[:300]):
        return Kind.REPLY
    if re.search(r"(?:现|特此)?(?:印发|转发|下发)(?:给?你们|如下)|特此通知|现通知如下|通知如下", text[:1500]):
        return Kind.NOTICE
    if re.search(r"(?:现|特此|予以)(?:公告|通告|公示)", text[:1500]):
        return Kind.ANNOUNCEMENT
    if re.search(r"收悉.{0,200}(?:答复|函复)如下", text[:1500], re.DOTALL):
        return Kind.REPLY
    if re.search(r"收悉.{0,200}批复如下", text[:1500], re.DOTALL):
        return Kind.APPROVAL
    if len(set(_GUIDE.findall(text))) >= 3:
        return Kind.SERVICE_GUIDE
    return Kind.OTHER
