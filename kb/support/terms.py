"""Where to apply and who is responsible, where the provision itself does not say: from its document's own lines."""

from __future__ import annotations

import re

from kb.model import PolicyDocument, Provision
from kb.support.stated import cells_of, table_of
from kb.view import DocumentView

_TAKES_IN = re.compile(
    r"(?:由)?(?P<where>[^，。；\n|：（）()由]{2,30}?(?:窗口|大厅|中心|平台|网站|系统|专栏|专窗|"
    r"服务站|便民服务中心))(?:统一|"
    r"负责|集中)?受理"
)
_HEADS = re.compile(r"主管|责任单位|牵头|实施机关|经办|受理单位|受理机构")


def where_of(document: PolicyDocument) -> tuple[str, ...]:
    """The places that a document says take applications, else its contact."""
    found = tuple(dict.fromkeys(m["where"].strip() for m in _TAKES_IN.finditer(document.text)))
    if found:
        return found
    return tuple(p.strip() for p in (document.contact or "").split("；") if p.strip())


def units_of(document: PolicyDocument, provision: Provision) -> tuple[str, ...]:
    """The responsible units of the task a provision belongs to, or of its row; empty where none are stated."""
    row = table_of(document, provision)
    if row is not None:
        cells = cells_of(document.text, provision)
        return tuple(
            document.text[a:b]
            for head, (a, b) in zip(row.header, cells, strict=False)
            if _HEADS.search(head) and b - a > 1
        )
    view = DocumentView(document)
    for i in view.overlapping(provision.start, provision.end):
        assigned = view.assignment(i)
        if assigned:
            return (*assigned.lead, *assigned.others)
    return ()
