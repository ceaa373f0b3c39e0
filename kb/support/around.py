"""Conditions that stand elsewhere than with the sum.

They are the exclusions of the whole document, the section of the support's own name, and the detailed rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.model import Kind, PolicyDocument, Provision
from kb.support.candidates import Candidate
from kb.support.claimants import NOUN
from kb.support.clauses import BARS, DEFINES, ONCE, of_the_body
from kb.support.conditions import About, Condition, about
from kb.support.cutting import cut
from kb.support.lone import stands_alone
from kb.support.persons import ITEM, PERSONS_HEAD, alternatives, items
from kb.support.pieces import CLAUSE, STOP, article_number, pieces, stripped
from kb.support.rank import names_alike
from kb.support.stated import row_of
from kb.text.numerals import chinese_value

_BARRED_HEAD = re.compile(
    r"(?:下列|以下)[^。；：\n]{0,10}(?:之一的?|人员|单位|企业|项目|情形|情况)[^。；：\n]{0,6}"
    r"(?:不予(?:支持|补贴|补助|受理|奖励|资助|享受|申报)|不(?:得|能)?(?:享受|申[报请领])|不(?:列入|纳入|受理|适用))[^。；：\n]{0,12}[：:]$",
    re.M,
)
_GENERAL = re.compile(
    r"(?:^|(?<=[。；\n]))(?P<what>(?:[一二三四五六七八九十]+、[^。；\n]{2,12}。)?(?:同一|同时|已[经在]?|存在|列入|被列入|有)[^。；\n]{2,50}?(?:不得|不予|不能|不再)[^。；\n]{2,24})(?=[。；\n])"
)
_ALL_OF = re.compile(r"(?:符合|具备|满足)(?:下列|以下)(?:全部|所有)?条件[^。；：\n]{0,6}[：:]$", re.M)
_ARE_CLAIMANTS = re.compile(r"(?:人员|人才|企业|单位|个人|毕业生|者|户)$")
_EITHER = re.compile(
    r"(?:^|(?<=[。；\n]))(?P<what>[^，。；\n]{2,30}?与[^，。；\n]{2,30}?不[得能可]以?同时[^，。；\n]{2,8})(?=[，。；\n])"
)
_ARTICLE = re.compile(r"第([一二三四五六七八九十百\d]+)条")
_ASKS = re.compile(
    r"申请人[是为]|应当?|须|必须|要求?(?!求)|满\s*\d|不少于|不低于|不超过|不过|不满|不得|不能|不予|不在|一致|符合|具有|每满|属于|连续|首次|已|签\s*\d|[\d一二两三四五六七八九十半](?:个?[月年])以[上内]|仍[在为]|自己的"
)
_NO_LINE = re.compile(
    r"提[供交]|材料|由[^，。；]{2,24}(?:审|申报|牵头|负责)|原文|以下简称|答：|工作日|所称|认定$|计算|核定|^以"
)
#: What is left out of the reckoning rules nobody out
_PART = re.compile(r"的部分|不计[入算]|不作为")
_PENALTY = re.compile(r"取消|重新申请|骗取|虚假|弄虚")
_SHARED_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}(?:补贴|补助|奖励|津贴|资助|奖补|返还)")
_IMPLEMENTS = frozenset({Kind.DETAILED_RULES})
#: The document leaves the conditions to those it rests on
_LEFT_TO_OTHERS = re.compile(
    r"[^，。；：\n|]{0,12}(?:条件|要求)[^，。；\n|]{0,10}(?:以[^，。；\n|]{2,14}为准|见[^，。；\n|]{2,14}(?:文件|原文))"
)


def conditions_around(one: Candidate, folded: Sequence[Candidate], rules: Sequence[PolicyDocument]) -> list[Condition]:
    """The conditions of a support besides those that stand with its sum; ``rules`` are the documents in force."""
    document, provision = one.document, one.provision
    found = [*_left(one)] if one.row else [*_general(document, provision)]
    found += _section(document, provision)
    if stands_alone(document, provision).startswith(("row", "raised")):
        found += _asked_of_all(document, provision)
    if not one.row:
        found += _named_persons(document, provision)
        found += _whole_list(document, provision)
    names = _names(one, folded)
    for other in rules:
        if other.kind in _IMPLEMENTS and other.policy_id != document.policy_id and _implements(other, document):
            found += (replace(c, policy_id=other.policy_id) for c in _lines(other, names))
    return found


def _general(document: PolicyDocument, provision: Provision) -> Iterator[Condition]:
    """What rules somebody out of all supports of a document, or of those of the articles it names."""
    text = document.text
    for head in _BARRED_HEAD.finditer(text):
        for a, b in items(text, head.end() + 1):
            yield Condition(text[a:b], a, b, about(text[a:b]), bars=True)
    for match in _EITHER.finditer(text):
        if provision.benefit in match["what"]:
            yield Condition(match["what"], *match.span("what"), About.OTHER, bars=True)
    number = article_number(document, provision.start)
    within = [(p.start, p.end) for p in document.provisions]
    for match in _GENERAL.finditer(text):
        a, b = stripped(text, match.start("what"), match.end("what"))
        said = text[a:b]
        if any(x <= a < y for x, y in within) or of_the_body(said) or _PENALTY.search(said):
            continue
        named = {chinese_value(n) for n in _ARTICLE.findall(text[a:b])}
        if (named and number in named) or (not named and _closing(document, a)):
            yield Condition(text[a:b], a, b, about(text[a:b]), bars=True)


def _named_persons(document: PolicyDocument, provision: Provision) -> Iterator[Condition]:
    """What a document asks of the persons it defines where a support is called by them (青年人才租房补贴)."""
    text = document.text
    for match in DEFINES.finditer(text):
        said = match["said"].split("：")[0]  # what stands behind is a list of its own
        if match["term"] not in provision.benefit or not _ARE_CLAIMANTS.search(said):
            continue
        start = match.start("said")
        for a, b in pieces(text, start, start + len(said), CLAUSE):
            if not re.search("下列|以下", text[a:b]):
                yield from cut(text, a, b)


def _whole_list(document: PolicyDocument, provision: Provision) -> Iterator[Condition]:
    """The items of the list of conditions that some of a support's own stand in: all must hold."""
    text = document.text
    own = [at for piece in provision.conditions if (at := text.find(piece)) >= 0]
    for head in _ALL_OF.finditer(text):
        listed = list(items(text, head.end() + 1))
        if any(a <= at < b for a, b in listed for at in own):
            for a, b in listed:
                yield from cut(text, a, b)


def _left(one: Candidate) -> Iterator[Condition]:
    """What a row's document leaves to other documents, where the row itself asks for nothing."""
    if row_of(one.document, one.provision):
        return
    text, name = one.document.text, re.sub(r"(?:贴息|补贴|补助|奖励|奖补|返还|资助)$", "", one.provision.benefit)
    at = text.find(name, one.provision.start, one.provision.end)
    if at >= 0 and NOUN.match(name):
        yield Condition(name, at, at + len(name), about(name))
    match = _LEFT_TO_OTHERS.search(one.document.text)
    if match:
        a, b = stripped(one.document.text, *match.span())
        yield Condition(one.document.text[a:b], a, b, About.OTHER)


def _closing(document: PolicyDocument, at: int) -> bool:
    """Whether a rule stands behind all supports of a document."""
    return all(p.end <= at for p in document.provisions)


def _section(document: PolicyDocument, provision: Provision) -> Iterator[Condition]:
    """The conditions in another section of a document that has the support's own name (二、一次性创业资助)."""
    text = document.text
    for section in document.sections:
        if section.start <= provision.start < section.end or len(section.title) > 24:
            continue
        if names_alike(section.title, provision.benefit):
            yield from _of_lines(text, section.start + len(section.label) + len(section.title), section.end)


_OF_ALL = re.compile(r"(?:条件|对象|资格|范围)$")


def _asked_of_all(document: PolicyDocument, provision: Provision) -> Iterator[Condition]:
    """What the section on who can have it (贷款条件) asks, for a row or a sum that says only whose it is."""
    for section in document.sections:
        inside = section.start <= provision.start < section.end
        if not inside and len(section.title) <= _TITLE and _OF_ALL.search(section.title):
            title = document.text.find(section.title, section.start) + len(section.title)
            yield from _of_lines(document.text, title, section.end)


_TITLE = 12  # characters of a heading that only says what its section is of


def _of_lines(text: str, start: int, end: int) -> Iterator[Condition]:
    listed: list[tuple[int, int]] = []
    for head in PERSONS_HEAD.finditer(text, start, end):
        own = list(alternatives(text, head.end()))
        listed += [(c.start, c.end) for c in own] + [(head.start(), head.end())]
        yield from own
    for a, b in pieces(text, start, end, STOP):
        item = ITEM.match(text, a, b)
        a = item.end() if item else a
        if any(x < b and a < y for x, y in listed) or _NO_LINE.search(text[a:b]):
            continue
        for one in cut(text, a, b):
            if (_ASKS.search(one.text) or ONCE.search(one.text)) and not one.text.endswith(("：", "一样", "不同")):
                yield one


def _names(one: Candidate, folded: Sequence[Candidate]) -> frozenset[str]:
    """What a support is called where it is stated: its names, and those its own words give it."""
    said = {c.provision.benefit for c in folded} | set(_SHARED_NAME.findall(one.text))
    return frozenset(n[i:] for n in said for i in range(len(n) - 3))


def _implements(rule: PolicyDocument, document: PolicyDocument) -> bool:
    """Whether a document gives the detailed rules for another one: it has its title, or names its number early on."""
    title = re.sub(r"[（(][^（）()]*[）)]", "", document.title or "").strip("《》")
    head = rule.text[:600]
    number = document.doc_number
    return bool(len(title) > 6 and title in (rule.title or "") and (not number or number in head or title in head))


def _lines(rule: PolicyDocument, names: frozenset[str]) -> Iterator[Condition]:
    """The lines of detailed rules that begin with the name of a support."""
    text = rule.text
    for match in re.finditer(r"[^\n]+", text):
        item = re.match(
            r"[ \u3000]*(?:第[^ \u3000]{1,4}条|[（(][^（）]{1,3}[）)]|\d+[.．、])?[ \u3000]*", match.group()
        )
        begin = match.start() + (item.end() if item else 0)
        if not any(text.startswith(name, begin) for name in names):
            continue
        for a, b in pieces(text, begin, match.end(), STOP):
            if BARS.search(text[a:b]):
                yield from () if _PART.search(text[a:b]) else [Condition(text[a:b], a, b, about(text[a:b]), bars=True)]
                continue
            for x, y in pieces(text, a, b, CLAUSE):
                said = text[x:y]
                if not _NO_LINE.search(said) and (_ASKS.search(said) or ONCE.search(said)):
                    yield Condition(said, x, y, about(said), bars=bool(ONCE.search(said)))
