"""Digests: texts that retell another document and name it in a line of their head (``原文：《…》，文号，日期``)."""

from __future__ import annotations

import re

from kb.text.docnumber import find_doc_numbers

_HEAD = 1500
_SAYS_SO = re.compile(r"摘要|要点|摘编|整理|不能?代替原文|以原文为准")
_ORIGINAL = re.compile(
    r"^(?:原文|原件|原文件|摘自|整理自)[：:][^《\n]{0,12}《(?P<title>[^\n]+?)》(?=[，,、。（(；;]|$)", re.M
)
_BESIDE = re.compile(r"[，,、（(\s]*(?:文号[：:]?)?")


def told_original(text: str) -> str | None:
    """The title and 文号 of the document that a text says it retells; None where it says nothing of the kind."""
    head = text[:_HEAD]
    line = _ORIGINAL.search(head)
    if line is None or not _SAYS_SO.search(head):
        return None
    behind = head[line.end() : head.find("\n", line.end())]
    number = next((n for n in find_doc_numbers(behind) if _BESIDE.fullmatch(behind[: n.start])), None)
    return f"{line['title']} {number.canonical}" if number else line["title"]
