"""Who approved a document before it was issued (经…审议通过, 经…同意), as its opening says."""

from __future__ import annotations

import re

_HEAD = 2000
# What begins the body: conditions there name approvals too.
_BODY = re.compile(r"(?:^|[。：:；）\n])[\s　]*(?:第一[章条]|一、|（一）)")
_FRAME = (
    r"(?<![财须应需未会])已?经(?![办营费济纪验过历贸销])(?:报请?|请示|由)?"
    r"(?:[12]\d{3}年)?(?:\d{1,2}月\d{1,2}日)?"
)
# 已经2031年3月2日市政府第18次常务会议审议通过
_MEETING = re.compile(
    rf"{_FRAME}(?P<by>[^，。,；：《》\n]{{2,40}}?(?:会议|办公会|全会|党组会|局务会|部务会))"
    r"(?:审议|研究|讨论|表决|批准|审定|修订|[、和并])*(?:通过|同意|审定|批准)(?!的)"
)
# 经市政府同意，现…
_BODY_OF_STATE = re.compile(
    rf"{_FRAME}(?P<by>[^，。,；：《》\n]{{2,30}}?)(?:审议|研究|审定|审核)*(?:同意|批准|审定)[，。,]"
)
_APPROVER = re.compile(
    r"(?:国务院|政府|委员会|党[委组]|军委|领导小组|联席会议|[省市县区州管规]委会?|[部厅局]|办公[厅室]|中央|"
    r"(?:[厅局部委省市县区]|政府|国务院)领导(?:同志)?)$"
)
_ANY = re.compile(
    r"有关|主管|所在|当地|相关|部门|机关|机构|单位|上级|同级|县级以上|省级|属地|城市|原|其|本级|授权|应当"
)
_VERBS = re.compile(r"(?:研究|审议|审定|审核|审查|讨论)+$")


def approved_by(text: str) -> str | None:
    """The meeting or body that approved the document; None where its opening names none."""
    head = text[:_HEAD]
    body = _BODY.search(head)
    head = head[: body.start()] if body else head
    meeting = _MEETING.search(head)
    if meeting and not _ANY.search(meeting["by"]):
        return _VERBS.sub("", meeting["by"]).strip()
    for found in _BODY_OF_STATE.finditer(head):
        name = _VERBS.sub("", found["by"]).strip()
        if _APPROVER.search(name) and not _ANY.search(name):
            return name
    return None
