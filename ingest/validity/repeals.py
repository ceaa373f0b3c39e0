"""The references of a document with the relation that its sentences and lists state: 废止, 修订, 延长."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.validity.citations import JOINED, NUMBER, Sentences
from ingest.validity.listed import listed
from kb.model import PolicyDocument, Reference
from kb.text.docnumber import find_doc_numbers

_NUMBER = re.compile(NUMBER)
#: What runs into a number from the left: 原浙政函〔2030〕20号
_LED = re.compile(r"^(?:同时|此前|其中|现将|我[省市县区局]|原|将|另|并|[年月日])+(?=.{2})")
#: What stands between a title and a number that is the title's: 《甲》（2027年公布，, 《甲》 |
_BESIDE = re.compile(r"\s{0,9}(?:[（(][^（）()\n]{0,200}|[|｜]?\s{0,9})")
#: 云政发〔2027〕6号文件印发的 | 《甲》
_ISSUED_BY = re.compile(r"\s*(?:文件?)?(?:印发|发布|公布|下发|转发)?的?\s*")


def with_repeals(doc: PolicyDocument) -> PolicyDocument:
    """The document with the relation of its references set right where it is 废止, 修订 or 延长, and more added.

    A reference is repealed only where its sentence says so of it (《甲》（文号）、《乙》同时废止, 废止《甲》), or a
    heading does (废止的规范性文件目录). Single articles repealed amend it. That it is 已废止, or that something else
    is 失效, repeals nothing. Added are the items of such lists, and documents repealed by their number alone
    (云政发〔2027〕6号文件同时废止), whose title is empty.
    """
    sentences = Sentences(doc.text)
    items = {item.start: item for item in listed(doc.text)}
    references: list[Reference] = []
    first = last = 0
    for reference in sorted([*doc.references, *_bare(doc)], key=lambda r: r.start):
        if last == 0 or not JOINED.fullmatch(doc.text, last, reference.start):
            first = reference.start  # 《甲》、《乙》 share the words in front of the first
        last = reference.end
        item = items.pop(reference.start, None)
        relation = sentences.relation_of(reference, first, item is not None)
        if reference.title or relation == "废止":
            number = reference.doc_number or (item.number if item else None)
            references.append(replace(reference, relation=relation, doc_number=number))
    references += [
        Reference(doc.text[item.start : item.end].strip("《》"), item.number, "废止", item.start, item.end)
        for item in items.values()
    ]
    return replace(doc, references=tuple(sorted(references, key=lambda r: r.start)))


def _bare(doc: PolicyDocument) -> Iterator[Reference]:
    """The numbers in a text that belong to no title in front of them or behind."""
    cited = sorted((r.start, r.end) for r in doc.references)
    at = 0
    for match in _NUMBER.finditer(doc.text):
        while at < len(cited) and cited[at][0] < match.end():
            at += 1
        before = cited[at - 1][1] if at else 0
        after = cited[at][0] if at < len(cited) else None
        numbers = find_doc_numbers(_LED.sub("", match.group()))
        if not numbers:
            continue
        number = numbers[-1]
        start = match.end() - (number.end - number.start)
        if before > start or (at and _BESIDE.fullmatch(doc.text, before, start)):
            continue
        if after is None or not _ISSUED_BY.fullmatch(doc.text, match.end(), after):
            yield Reference("", number.canonical, "见", start, match.end())
