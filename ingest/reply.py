"""Replies to deputies' suggestions and proposals (建议/提案答复函): what they answer, and in which parts."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.model import Kind, PolicyDocument, Reply, Span

_NUMBER = re.compile(
    r"(?:建议|提案|议案)[（(]?\s*第?\s*(?P<after>[A-Za-z]?\d{1,6})\s*号|第?\s*(?P<before>[A-Za-z]?\d{1,6})\s*号\s*(?:建议|提案|议案|重点建议|重点提案)"
)
_SESSION = re.compile(
    r"(?:(?:全国|[\u4e00-\u9fff]{1,6}[省市区县州])?(?:政协)?(?:第)?[一二三四五六七八九十]{1,3}届(?:全国)?(?:人大|政协|人民代表大会|委员会)?(?:第)?"
    r"[一二三四五六七八九十]{1,3}次(?:会议|全会|全体会议)|[省市区县]?(?:政协)?(?:第)?[一二三四五六七八九十]{1,3}届(?:人大|政协)?(?:第)?[一二三四五六七八九十]{1,3}次(?:会议|全会|全体会议))"
)
_DEPUTY = re.compile(
    r"(?P<names>[\u4e00-\u9fff·、，,\s]{2,60}?)(?:等)?(?:\d+名|[一二三四五六七八九十]+[名位])?(?:代表|委员)"
)
_ASKS = re.compile(
    r"(?:您们?|你们?|代表|委员|建议|提案)[^。；]{0,40}(?:提出|提到)了?(?:的)?(?:关于)?(?P<asks>[^。；]{4,300}?)(?:等)?(?:[一二三四五六七八九十两几\d]+)?(?:个|方面|条|点|项)?(?:的)?(?:建议|意见|对策|诉求|问题)"
)
_REPLY_AGENCY = re.compile(r"[\u4e00-\u9fff]*(?:提|建|案|议)[\u4e00-\u9fff]{0,2}[复函办]")


def with_reply(doc: PolicyDocument) -> PolicyDocument:
    """The document with its ``reply`` filled in, where it is one."""
    agency = (doc.doc_number or "").split("〔")[0]
    looks = doc.kind is Kind.REPLY or (
        doc.kind in {Kind.LETTER, Kind.OTHER}
        and _REPLY_AGENCY.fullmatch(agency)
        and re.search("建议|提案", doc.text[:400])
    )
    if not looks:
        return doc
    head = f"{doc.title or ''}\n{doc.text[:1200]}"
    number = _NUMBER.search(head)
    session = _SESSION.search(head)
    top = [s for s in doc.sections if s.level == 1]
    made = Reply(
        suggestion_number=(number["after"] or number["before"]) if number else None,
        session=re.sub(r"^(?:关于|对|您在|你们?在|您们在|在)", "", session.group()) if session else None,
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
