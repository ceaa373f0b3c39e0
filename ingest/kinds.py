"""Kinds of document (文种) by their title, and by the words of a body that has none."""

from __future__ import annotations

import re

from ingest.stated import Stated
from kb.model import TELLING_KINDS, Kind

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
#: A suggestion or proposal by its number: 建议第45号, 第45号提案, 第0456号代表建议.
SUGGESTION = re.compile(
    r"(?:建议|提案|议案)[（(]?\s*第?\s*(?P<after>[A-Za-z]?\d{1,6})\s*号|"
    r"第?\s*(?P<before>[A-Za-z]?\d{1,6})\s*号\s*(?:人大|政协|代表|委员|界别|集体|重点|党派)*(?:建议|提案|议案)"
)
# 温科提复, 温财案函, 金科提, 沪科建: an agency's letters for answers to them; 温住建函 is one of 住建.
_REPLY_AGENCY = re.compile(r"(?:提案?|案|议|(?<!住)建议?)[办字]?[复函答]?$")
_GUIDE = re.compile(
    r"(?:补贴|申请|申报|办理|受理|领取|享受|认定)(?:对象|条件|标准|范围|流程|程序|材料|方式|渠道|时间|时限|地点|资料|期限)|所需材料|咨询电话|收费标准|办理依据"
)
# What only the press writes: 本报讯, 云溪日报讯（记者 何小满）, 记者从市文化局获悉, 新华社云溪5月3日电.
_DATELINE = re.compile(
    r"本[报网台刊](?:讯|记者|综合)|(?:讯|电)\s*[（(](?:本[报网]|见习|通讯员|全媒体)?(?:记者|通讯员)|"
    r"新华社.{0,16}电|记者[^。，]{0,24}(?:获悉|了解到|看到|注意到)|据[^。，]{2,12}(?:报道|消息)[，,]"
)
_PRESS = re.compile(r"(?:日报|晚报|晨报|时报|都市报|商报|新华社|新华网|人民网|新闻网|电视台|广播台|融媒体中心)$")
_LATELY = re.compile(r"近日|日前|昨[日天]|今[日天]|连日来|[1-9]\d?月\d{1,2}日[，,]")
_WHOLE = re.compile(r"全文如下|全文公布")  # a dispatch that carries the document it tells of
_ARTICLES = re.compile(r"^[\s　]*第[二2]条", re.MULTILINE)
_LEAD = 300
_STATE_ORDER, _ORDER = re.compile("国务院令"), re.compile(r"(?:政府|[部委局署行会院])令(?:第|〔)")


def kind_of(stated: Stated, title: str | None, text: str, number: str | None, *, signed: bool) -> Kind:
    """The kind of a document: as labelled, as its title says, or by what its body does."""
    labelled = kind_of_word(stated.get("kind"))
    if labelled:
        return labelled
    titled = kind_of_title(title)
    if not number and not signed and titled not in TELLING_KINDS and _is_news(stated, titled, text):
        return Kind.NEWS
    return ranked(titled or kind_of_body(text, number), title, number)


def ranked(kind: Kind, title: str | None, number: str | None) -> Kind:
    """The kind by what made it public: 规定 and 办法 by order are 法规 (国务院) or 规章 (部门, 地方政府)."""
    if kind not in {Kind.MEASURES, Kind.NORMATIVE, Kind.DETAILED_RULES} or (title or "").endswith("决定"):
        return kind
    if _STATE_ORDER.search(number or ""):
        return Kind.REGULATION
    return Kind.RULE if _ORDER.search(number or "") else kind


def _is_news(stated: Stated, titled: Kind | None, text: str) -> bool:
    """Whether a page without number and signature is a newspaper's: by its dateline, or its source and first words."""
    lead = text[:_LEAD]
    if _ARTICLES.search(text):
        return False
    if _DATELINE.search(lead):
        return not _WHOLE.search(text[:1500])
    return titled is None and bool(_PRESS.search(stated.get("source") or "")) and bool(_LATELY.search(lead))


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
    if answers_suggestion(text, doc_number):
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


def answers_suggestion(text: str, doc_number: str | None) -> bool:
    """Whether a letter answers a deputy's suggestion: by the agency's letters, and the suggestion it names."""
    agency = (doc_number or "").split("〔")[0]
    return bool(_REPLY_AGENCY.search(agency)) and bool(SUGGESTION.search(text[: _LEAD * 2]))
