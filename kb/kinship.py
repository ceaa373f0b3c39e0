"""Documents meant by their kin: what took the place of a named document, or the rules made to carry it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from kb.model import DocumentHeader, Kind, PolicyDocument, Relation
from kb.query import Query
from kb.validity import ending, replaced_by

_TAKES = "取代|替代|替换|代替|顶替|接替|换下"
_REPEALS = "停用|废止|废除|作废"
#: Right before a document's number: 停用了…的那份文件
_SUCCESSOR = re.compile(rf"(?P<verb>{_TAKES}|{_REPEALS})了?(?:的是)?(?:《[^》]{{2,60}}》)?[《“（(]?$")
#: What took its place: 被哪份文件取代了, 哪份文件代替了它, 换成了哪个文件
_PAPER = "文件|办法|政策|规定|通知|方案|措施|细则|规划|计划|文|版"
_TAKER_ASKED = re.compile(
    rf"[被由](?:哪|什么|谁|何)[^，。？?]{{0,10}}?(?:{_TAKES}|{_REPEALS})|"
    rf"(?:哪|什么|谁)[^，。？?被]{{0,8}}?(?:{_TAKES}|{_REPEALS})了?(?=它|[这该]|《|[^，。？?、的]{{0,16}}[〔\[（(]\d{{4}})|"
    rf"(?:换|改|变)[成作为]了?(?:哪|什么|何)[^，。？?]{{0,3}}(?:{_PAPER})|"
    rf"(?:{_TAKES}|{_REPEALS})(?:它|该文件|其)?的?(?:{_PAPER})?是(?:哪|什么)"
)
_OF = re.compile(r"[》”）)]*\s*的(?:那|这|新)?[份个部件]?新?(?:文件|办法|政策|规定|通知|方案|措施|细则|规划|计划)")
#: Right behind it: …有一份配套的实施细则
_RULES = re.compile(
    r"[》”）)]*(?:这份文件|这个文件|文件)?(?:的|有一[份个]|有[份个]?|后面)?(?:配套|相应|对应)?(?:的|了)?(?:那[份个])?"
    r"(?P<kind>实施细则|操作细则|细则|实施办法|操作办法|政策解读|解读|办事指南)"
)
_KINDS = {"解读": (Kind.INTERPRETATION,), "指南": (Kind.SERVICE_GUIDE,)}
_MADE_FOR = ("依据", "见")
_ENDS = ("废止", "替代")
_LISTS = re.compile(r"目录|清单|清理|废止和|废止部分|的决定")


def successors_asked(query: Query) -> list[str]:
    """The 文号 of the question whose successors are meant by it, not they themselves."""
    return [
        n.canonical
        for n in query.doc_numbers
        if _SUCCESSOR.search(query.text[: n.start]) and _OF.match(query.text, n.end)
    ]


def taker_asked(text: str) -> bool:
    """Whether a question asks which document took the place of another, or repealed it."""
    return _TAKER_ASKED.search(text) is not None


def repeal_asked(query: Query, number: str) -> bool:
    """Whether the document meant by a 文号 is the one that repealed it, which may be a mere list of repeals."""
    found = (_SUCCESSOR.search(query.text[: n.start]) for n in query.doc_numbers if n.canonical == number)
    return any(match and re.fullmatch(_REPEALS, match["verb"]) for match in found)


def naming_words(query: Query) -> str:
    """The words of the question that only say how the document meant is akin to the one named."""
    found = []
    for n in query.doc_numbers:
        before, behind = _SUCCESSOR.search(query.text[: n.start]), _OF.match(query.text, n.end)
        of_it = _RULES.match(query.text, n.end)
        found += [m.group() for m in (before, behind) if before and behind and m] + ([of_it.group()] if of_it else [])
    return " ".join(found)


def successors(headers: Iterable[DocumentHeader], as_of: date, *, lists: bool = False) -> tuple[str, ...]:
    """Ids of the held documents that had taken the place of these by a day.

    A mere list of repeals takes no place; with ``lists`` it counts where nothing else ended them.
    """
    found = [r for header in headers if (r := taker(header, as_of)) and r.policy_id]
    proper = [r for r in found if not is_list(r)]
    return tuple(dict.fromkeys(r.policy_id for r in proper or (found if lists else ()) if r.policy_id))


def taker(document: DocumentHeader | PolicyDocument, as_of: date) -> Relation | None:
    """What had taken a document's place by a day, else what had repealed it."""
    return replaced_by(document, as_of) or ending(document, as_of)


def is_list(relation: Relation) -> bool:
    """Whether the other document is a list of repeals, which takes no document's place."""
    return _LISTS.search(relation.title) is not None


def ends_of(number: str, relations: Mapping[str, Sequence[Relation]]) -> tuple[str, ...]:
    """Which documents (by id, with what they state) end one that the base does not hold."""
    return tuple(
        p
        for p, stated in relations.items()
        if any(r.direction == "out" and r.relation in _ENDS and r.doc_number == number for r in stated)
    )


def editions(header: DocumentHeader, stated: Sequence[Relation], as_of: date) -> tuple[str, str] | None:
    """Ids of the newer and the older edition, one of them the given document; None where the base holds only one.

    ``stated`` is what the document states of others. Of several that it ends, a version of it is its older edition.
    """
    family = sorted((v for v in header.family if v.date), key=lambda v: v.date or "")
    versions = {v.policy_id for v in family}
    if family and family[-1].policy_id != header.policy_id and len(family) > 1:
        return family[-1].policy_id, family[-2].policy_id  # the two newest, whichever was found first
    at = next((i for i, v in enumerate(family) if v.policy_id == header.policy_id), 0)
    lists = _LISTS.search(header.title or "")
    ended = [
        r.policy_id
        for r in stated
        if r.direction == "out" and r.relation in _ENDS and r.policy_id and r.kind == header.kind and not lists
    ]
    older = [*sorted(ended, key=lambda p: p not in versions), *(v.policy_id for v in family[max(0, at - 1) : at])]
    if older:
        return header.policy_id, older[0]
    newer = [*successors([header], as_of), *(v.policy_id for v in family[at + 1 : at + 2])]
    return (newer[0], header.policy_id) if newer else None


def rules_asked(query: Query) -> Mapping[str, str]:
    """The 文号 whose rules are meant by the question, each with the word for them (实施细则, 解读)."""
    found = {n.canonical: _RULES.match(query.text, n.end) for n in query.doc_numbers}
    return {number: match["kind"] for number, match in found.items() if match}


def rules(word: str, policy_ids: Iterable[str], relations: Callable[[str], Sequence[Relation]]) -> tuple[str, ...]:
    """Ids of the documents made for these that are called so."""
    kinds = next((k for end, k in _KINDS.items() if word.endswith(end)), None)
    return tuple(
        dict.fromkeys(
            r.policy_id
            for p in policy_ids
            for r in relations(p)
            if r.direction == "in"
            and r.relation in _MADE_FOR
            and r.policy_id
            and r.policy_id != p
            and (r.kind in kinds if kinds else word[-2:] in r.title)
        )
    )
