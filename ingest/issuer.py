"""Who issued a document, at which level, and the places it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.header import Signature
from ingest.lines import is_org
from ingest.stated import Stated
from kb.model import PolicyDocument, Status
from kb.regions import RegionMention, find_regions
from kb.text.docnumber import DocNumber

_PRESS = re.compile(r"(?:网|网站|官网|数据库|平台|报|社|客户端|公众号|频道|日报|电视台)$")


def issuer_of(
    title: str | None, signature: Signature | None, stated: Stated, number: DocNumber | None = None
) -> str | None:
    """The issuing agencies: as signed, else as the title begins, else as labelled, else as the number names them.

    A number names its issuer in an order or announcement (云溪市文化局公告2031年第9号). Last comes a page's source.

    A page's 发布机构 may be whoever passed the document on, so it only serves to say the same name in full.
    """
    labelled = _labelled_issuer(stated.get("issuer"), title)
    signed = [name for line in (signature.issuers if signature else ()) for name in agencies(line)]
    titled = _titled_issuer(title)
    named = signed or titled
    if (
        labelled
        and titled
        and not any(s in t for s in signed for t in titled)
        and any(_same_body(labelled, t) for t in titled)
    ):
        named = titled  # the signature is that of a document passed on
    if not named:
        return labelled or _numbered_issuer(number) or _labelled_issuer(stated.get("source"), title)
    if labelled and len(named) == 1 and len(labelled) > len(named[0]) and _same_body(named[0], labelled):
        return labelled
    return "、".join(named)


def _labelled_issuer(value: str | None, title: str | None) -> str | None:
    if not value or _PRESS.search(value) or len(value) > 80 or value == title:
        return None
    return "、".join(agencies(value))


def _titled_issuer(title: str | None) -> list[str]:
    named = re.match(r"(?P<by>[\u4e00-\u9fff、\s]{3,80}?)(?:关于|印发|转发|对|公告|通告|令)", title or "")
    found = agencies(named["by"].strip()) if named else []
    return found if all(map(is_org, found)) else []


def _numbered_issuer(number: DocNumber | None) -> str | None:
    name = re.fullmatch("(?P<by>.+?)(?:令|公告)", number.agency.strip()) if number else None
    return "、".join(agencies(name["by"])) if name and is_org(name["by"]) else None


def agencies(line: str) -> list[str]:
    """The agencies named one beside the other, parted by spaces or 、; a name that cannot be parted stays whole."""
    line = re.sub(r"中华人民共和国(?=国务院(?:$|[、\s]))", "", line)
    parts = [part for part in re.split(r"[、\s]+", line.strip()) if part]
    return parts if len(parts) > 1 and all(map(is_org, parts)) else [line.strip()]


def _same_body(short: str, full: str) -> bool:
    """Whether a short name's characters stand in the full one in order (区政府办公室, 温州市鹿城区人民政府办公室)."""
    rest = iter(full)
    return len(short) >= 4 and all(char in rest for char in short)


def with_regions(doc: PolicyDocument, stated: str | None, site: str | None = None) -> PolicyDocument:
    """Division codes of issuer and subject, and the issuer's level. An issuer named 区… is one of the site's place."""
    issuer = find_regions(doc.issuer) if doc.issuer else []
    if doc.issuer and not issuer and site and doc.issuer[0] in "省市区县州盟旗":
        issuer = find_regions(site)
    code = issuer[-1].code if issuer else None
    named = find_regions(stated or "") or find_regions(doc.title or "")
    if doc.status is Status.NOT_APPLICABLE and not code:
        named = _with_lead(named, doc.text[:300])
    subjects = dict.fromkeys(m.code for m in _narrowest([m.code for m in named], named)) or (
        {code: None} if code else {}
    )
    return replace(doc, issuer_region=code, subject_regions=tuple(subjects), level=_level(doc.issuer, code))


def _with_lead(named: list[RegionMention], lead: str) -> list[RegionMention]:
    """A news article is about the places of its headline, and those of its lead that lie in them."""
    from kb.regions import ancestors

    told = find_regions(lead)
    if not named:
        return told[:3]
    return [*named, *(m for m in told if any(n.code in ancestors(m.code) for n in named))]


def _narrowest(codes: Sequence[str], mentions: Sequence[RegionMention]) -> list[RegionMention]:
    from kb.regions import ancestors

    return [m for m in mentions if not any(m.code in ancestors(c) for c in codes)]


def _level(issuer: str | None, code: str | None) -> str | None:
    if not issuer:
        return None
    if code is None:
        central = re.match(
            r"(?:国务院|中共中央|中央|全国|中华人民共和国|国家|最高)|.{2,12}部(?:办公厅)?(?:$|[、\s])", issuer
        )
        return "国家级" if central else None
    if re.search(r"(?:街道|[乡镇])(?:办事处|人民政府)", issuer):
        return "乡级"
    return "省级" if code.endswith("0000") else "市级" if code.endswith("00") else "县级"
