"""Replies to deputies' suggestions and proposals (建议/提案答复函): what they answer, and in which parts."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.kinds import SUGGESTION, answers_suggestion
from kb.model import Kind, PolicyDocument, Reply, Span

# 市十四届人大四次会议, 政协温州市第十二届委员会第三次会议, 十届全国人大四次会议
_SESSION = re.compile(
    r"(?:(?:全国|[\u4e00-\u9fff]{1,6}[省市区县州])?(?:人大|政协)?(?:第)?[一二三四五六七八九十]{1,3}届(?:全国)?(?:人大|政协|人民代表大会|委员会)?(?:第)?"
    r"[一二三四五六七八九十]{1,3}次(?:会议|全会|全体会议)|[省市区县]?(?:人大|政协)?(?:第)?[一二三四五六七八九十]{1,3}届(?:人大|政协)?(?:第)?[一二三四五六七八九十]{1,3}次(?:会议|全会|全体会议))"
)
_BEFORE_SESSION = re.compile(r"^.*(?:关于|[对在局厅委办])(?=.{6})")
_DEPUTY = re.compile(
    r"(?P<names>[\u4e00-\u9fff·、，,\s]{2,60}?)(?:等)?(?:\d+名|[一二三四五六七八九十]+[名位])?(?:代表|委员)"
)
# 您提出的增加书房、培训馆员等两条建议
_ASKS = re.compile(
    r"(?:您们?|你们?|代表|委员|建议|提案)[^。；：:\n]{0,40}(?:提出|提到)了?(?:的)?(?:关于)?(?P<asks>[^。；：:\n]{4,300}?)(?:等)?"
    r"(?:[一二三四五六七八九十两几\d]+)?(?:个|方面|条|点|项)?(?:的)?(?:建议|意见|对策|诉求|问题)"
)
# 提案提出三点建议：一是增加书房，二是培训馆员，对我们很有帮助。
_LISTED = re.compile(r"(?:提出|提到)[^。：:，\n]{0,12}(?:建议|意见|对策|诉求)[:：]\s*(?P<asks>一是[^。\n]{4,300})")
_FIRST_TO_LAST = re.compile(r"[一二三四五六七八九]是(?P<ask>[^，。；;]{3,60})")


def with_reply(doc: PolicyDocument) -> PolicyDocument:
    """The document with its ``reply`` filled in, where it is one."""
    looks = doc.kind is Kind.REPLY or (
        doc.kind in {Kind.LETTER, Kind.OTHER} and answers_suggestion(doc.text, doc.doc_number)
    )
    if not looks:
        return doc
    head = f"{doc.title or ''}\n{doc.text[:1200]}"
    number = SUGGESTION.search(head)
    session = _SESSION.search(head)
    top = [s for s in doc.sections if s.level == 1 and not s.label.startswith("附件")]
    made = Reply(
        suggestion_number=(number["after"] or number["before"]) if number else None,
        session=_BEFORE_SESSION.sub("", session.group()) if session else None,
        deputies=_deputies(doc),
        asks=_asks(doc.text),
        parts=tuple(Span(s.start, s.end) for s in top),
    )
    return replace(doc, kind=Kind.REPLY, reply=made)


def _deputies(doc: PolicyDocument) -> tuple[str, ...]:
    names: list[str] = []
    for addressed in doc.recipients:
        found = _DEPUTY.fullmatch(addressed.strip())
        if found:
            names += [n.strip() for n in re.split(r"[、，,\s]+", found["names"]) if n.strip()]
        elif re.fullmatch(r"[\u4e00-\u9fff·]{2,4}", addressed.strip()) and len(doc.recipients) > 1:
            names.append(addressed.strip())
    return tuple(names)


def _asks(text: str) -> tuple[str, ...]:
    """The requests as the reply sums them up; empty where it does not."""
    head = text[:1500]
    listed = _LISTED.search(head)
    if listed:
        return tuple(m["ask"].strip() for m in _FIRST_TO_LAST.finditer(listed["asks"]))
    for found in _ASKS.finditer(head):
        asks = found["asks"].strip("“” ，,")
        if (
            "《" in asks
            or "、" not in asks
            and not re.search("等$", head[found.end("asks") - 1 : found.end("asks") + 1])
        ):
            continue
        parts = re.split(r"、(?![^《（(]*[》）)])|[；;]", asks)
        cleaned = [re.sub(r"^(?:[一二三四五六七八九十]是|[（(]?\d[）).、]?)", "", p).strip() for p in parts]
        return tuple(p for p in cleaned if len(p) >= 3)
    return ()
