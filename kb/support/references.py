"""Conditions that point elsewhere: 第1条所列人员, 前述第（一）项人员, 青年创业者 as defined, 市级一次性创业补贴对象.

They are met when the conditions are that they point to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.model import PolicyDocument, Provision
from kb.support.candidates import CLOSED, Candidate
from kb.support.clauses import DEFINES
from kb.support.conditions import PERSONS, About, Condition, about
from kb.support.cutting import conditions_of, single_conditions
from kb.support.meanings import grams
from kb.support.pieces import article_number
from kb.text.numerals import chinese_value

_N = r"[一二三四五六七八九十百\d]+"
_ITEM = re.compile(
    rf"(?:前述|上述|本[^，]{{0,6}})?(?:第?(?P<left>[（(])(?P<item>{_N})[）)]|第(?P<article>{_N}))(?:条|"
    rf"项|款)?(?:规定的|所列的?|中的?)?(?:人员|对象|企业|单位)?"
)
_ABOVE = re.compile(r"^(?:上述|前述|以上|前款|前条|该)(?:所列)?(?:人员|对象|企业|创业企业|单位|项目)")
_ELSEWHERE = re.compile(
    r"(?:符合|属于|享受|取得)?(?P<level>国家级?|省级?|市级?|区级?|县级?)(?P<name>[^，。；]{2,24}?)(?P<what>条件|"
    r"对象)(?P<outside>以外|之外|除外)?"
)
_BELOW = re.compile(
    r"(?:不足|未达到?|低于|不够)(?P<level>国家级?|省级?|市级?|区级?|县级?)(?:项目)?(?:申报)?(?:门槛|条件|标准)的?"
)
_SUM = re.compile(r"(?:投入|投资|支出|总额|金额|费用|合同)[^，。；]{0,8}\d[\d.]*\s*[万亿]?元")
_NEAREST = 3  # supports of another level looked at
_RANKS = {"国": 0, "省": 1, "市": 2, "区": 3, "县": 3}


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a condition points to: the conditions there, in which document; ``outside`` turns the answer round."""

    start: int
    end: int
    document: PolicyDocument
    provision: Provision
    conditions: tuple[Condition, ...]
    outside: bool = False


class References:
    """Finds what conditions point to, in their own document and in those of the levels above."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        """The provisions of all documents that count, in force or not."""
        self._all = [c for c in candidates if c.out is None]
        self._asking = [c for c in candidates if c.out is None or c.out.startswith(CLOSED)]

    def of(self, one: Candidate, condition: Condition) -> Pointed | None:
        """What a condition of a provision points to; None where it stands for itself."""
        for finder in (self._item, self._above, self._threshold, self._elsewhere, self._defined):
            found = finder(one, condition)
            if found and found.conditions:
                return found
        return None

    def _item(self, one: Candidate, condition: Condition) -> Pointed | None:
        match = _ITEM.search(condition.text)
        if not match or not re.search(r"人员|对象|所列|规定的", condition.text[match.start() :]):
            return None
        number = chinese_value(match["item"] or match["article"])
        for provision in one.document.provisions:
            if (
                provision.start < one.provision.start
                and _numbered(one.document, provision, bool(match["left"])) == number
            ):
                return Pointed(
                    match.start(), match.end(), one.document, provision, _who(one.document, provision, condition)
                )
        return None

    def _above(self, one: Candidate, condition: Condition) -> Pointed | None:
        match = _ABOVE.search(condition.text)
        if not match:
            return None
        before = [p for p in one.document.provisions if p.start < one.provision.start]
        for provision in reversed(before):
            said = _who(one.document, provision, condition)
            if said and not _ABOVE.search(said[0].text):
                return Pointed(match.start(), match.end(), one.document, provision, said)
        return None

    def _threshold(self, one: Candidate, condition: Condition) -> Pointed | None:
        """不足市级申报门槛: the figures that the nearest support of that level asks for."""
        match = _BELOW.search(condition.text)
        if not match:
            return None
        depth = _RANKS[match["level"][0]]
        mine = grams(f"{one.document.title or ''}{one.provision.benefit}")
        held = [c for c in self._asking if c.place.depth == depth and not c.telling and c.document is not one.document]
        near = sorted(held, key=lambda c: -len(mine & grams(f"{c.document.title or ''}{c.provision.benefit}")))
        for other in near[:_NEAREST]:
            asked = tuple(
                c for c in conditions_of(other.document, other.provision) if _SUM.search(c.text) and not c.bars
            )
            if asked:
                return Pointed(match.start(), match.end(), other.document, other.provision, asked[:1], outside=True)
        return None

    def _elsewhere(self, one: Candidate, condition: Condition) -> Pointed | None:
        match = _ELSEWHERE.search(condition.text)
        if not match:
            return None
        depth, name = _RANKS[match["level"][0]], re.sub(r"^(?:级|的)", "", match["name"])
        name = one.provision.benefit if name in ("补贴", "补助", "奖励", "支持") else name
        named: Callable[[Candidate], bool] = lambda c: c.provision.benefit in name or name in c.provision.benefit  # noqa: E731
        held = [c for c in self._all if c.place.depth == depth and len(c.provision.benefit) > 3 and named(c)]
        near: Callable[[Candidate], int] = lambda c: -len(grams(c.provision.benefit) & grams(name))  # noqa: E731
        best = min(held, key=lambda c: (near(c), "|" in c.text, c.telling, c.document.source or ""), default=None)
        if best is None or best.document.policy_id == one.document.policy_id:
            return None
        said = conditions_of(best.document, best.provision)
        if match["what"] == "对象":
            said = tuple(c for c in said if c.about is About.IDENTITY) or said
        return Pointed(match.start(), match.end(), best.document, best.provision, said, bool(match["outside"]))

    def _defined(self, one: Candidate, condition: Condition) -> Pointed | None:
        text = one.document.text
        for defined in DEFINES.finditer(text):
            at = condition.text.find(defined["term"])
            start, end = defined.span("said")
            if at < 0 or not _stands_alone(condition.text, at, at + len(defined["term"])):
                continue  # 灵活就业 in 灵活就业登记 is another thing
            if condition.start < end and defined.start() < condition.end:
                continue  # the definition itself
            colon = text.find("：", start, end)
            start = colon + 1 if colon >= 0 else start
            said = tuple(
                Condition(text[a:b], a, b, about(text[a:b]), choice="定义")
                for a, b in single_conditions(text, start, end)
            )
            return Pointed(at, at + len(defined["term"]), one.document, one.provision, said)
        return None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a term is a name of its own in a condition, and no part of a longer one."""
    before, behind = text[:start], text[end:]
    return bool(
        re.search(r"(?:^|[的对、，]|属于|符合)$", before)
        and re.match(r"$|[的、，]|首次|所办|租用|创办|招用|在", behind)
    )


def _numbered(document: PolicyDocument, provision: Provision, item: bool) -> object:
    """The number of the item or article a provision stands in."""
    text = document.text
    line = text[text.rfind("\n", 0, provision.start) + 1 : provision.start]
    label = re.search(rf"[（(]({_N})[）)]" if item else rf"^\s*第?({_N})[条．.、]", line)
    if label:
        return chinese_value(label[1])
    if item:
        return None
    return article_number(document, provision.start)


def _who(document: PolicyDocument, provision: Provision, condition: Condition) -> tuple[Condition, ...]:
    """The conditions of a provision that say who: persons where it lists them, else all, where none are asked for."""
    said = tuple(c for c in conditions_of(document, provision) if not c.bars and c.start != condition.start)
    persons = tuple(c for c in said if c.choice == PERSONS or c.about is About.IDENTITY)
    listed = tuple(c for c in persons if c.choice == PERSONS or re.search("[、，]", c.text))
    return listed or persons or (said if condition.about is not About.IDENTITY else ())
