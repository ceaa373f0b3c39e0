"""A short profile of who asks for support (企业画像): read from JSON, checked for contradictions, nothing guessed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kb.errors import KBError
from kb.support.polarity import affirms, core, denies
from kb.text.dates import find_dates
from kb.text.quantity import Quantity, find_quantities

#: Kinds of claimants a profile may name
KINDS = ("个人", "个体工商户", "小微企业", "企业", "农民专业合作社", "社会组织", "事业单位", "园区运营机构")
#: The keys of a profile
KEYS = ("地区", "行业", "主体", "成立", "人数", "营业收入", "情况", "想要", "截至")
_LONGEST = 200  # characters of one statement
MOST = 50  # statements of one list
_LARGEST = {"人数": 10**9, "营业收入": 10**15}  # what no claimant has
_EXAMPLES = {"人数": "3", "营业收入": "80万元"}
_OFFICE = re.compile(r"^(?:本人|我|我们|企业|公司|单位|目前|现|已|是|为)+")
_STAFF = re.compile(r"(?:员工|职工|人数|从业人员|在职|雇员|团队)(?:共|有|约|人数|为|：|:)*$")
#: What turnover is called
TURNOVER = "营业收入|营收|销售收入|销售额|营业额"
_TURNOVER = re.compile(rf"(?:{TURNOVER})(?:为|约|共|达|：|:)*$")
_FOUNDED = re.compile(r"(?:成立|注册|登记|开业|设立|创办|领取?营业?执照)")


class ProfileError(KBError):
    """A profile cannot be read, or contradicts itself; the message names both statements and what to do."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a profile says: the ``key`` it stands under and its words."""

    key: str
    text: str

    @property
    def shown(self) -> str:
        """``主体：个体工商户``."""
        return f"{self.key}：{self.text}"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who asks. What was not said is None or empty.

    ``founded`` is the earliest and ``founded_by`` the latest day a stated date can mean (2025-06: 06-01 to 06-30);
    ``revenue`` is in 元. ``statements`` are all that was said, in the order of the keys.
    """

    region: str
    industry: str | None = None
    kind: str | None = None
    founded: date | None = None
    founded_by: date | None = None
    headcount: int | None = None
    revenue: Decimal | None = None
    facts: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    as_of: date | None = None
    statements: tuple[Statement, ...] = ()

    def stated(self, key: str) -> Statement | None:
        """The first statement under a key."""
        return next((s for s in self.statements if s.key == key), None)


def read_profile(values: object) -> Profile:
    """The profile of a JSON object with the keys of ``KEYS``. Raises ProfileError."""
    if not isinstance(values, Mapping):
        raise ProfileError('画像应是一个 JSON 对象，如 {"地区": "云溪市河湾区", "主体": "个体工商户"}。')
    unknown = [str(key) for key in values if key not in KEYS]
    if unknown:
        raise ProfileError(f"画像里有不认识的项“{'、'.join(unknown[:5])}”。可用的项：{'、'.join(KEYS)}。请改名或删去。")
    given = {key: value for key in KEYS if (value := _plain(key, values.get(key))) not in (None, "", ())}
    if "地区" not in given:
        raise ProfileError("画像没有写“地区”。请写明所在的市、区或县，如 温州市鹿城区。")
    as_of = _day("截至", given.get("截至"))
    founded = _day("成立", given.get("成立"))
    profile = Profile(
        region=str(given["地区"]),
        industry=given.get("行业"),
        kind=_kind(given.get("主体")),
        founded=founded[0] if founded else None,
        founded_by=founded[1] if founded else None,
        headcount=_count(given.get("人数")),
        revenue=_money(given.get("营业收入")),
        facts=given.get("情况", ()),
        wants=given.get("想要", ()),
        as_of=as_of[1] if as_of else None,
        statements=tuple(_statements(given)),
    )
    _check(profile)
    return profile


def check_day(profile: Profile, day: date) -> None:
    """Raise ProfileError where the claimant was founded after the day asked for."""
    if profile.founded and profile.founded > day:
        stated = profile.stated("成立")
        raise ProfileError(
            f"“{stated.shown if stated else '成立'}”晚于“截至：{day.isoformat()}”，两者不能都对。"
            "请核对成立日期；还没有成立的，请删去“成立”一项。"
        )


def _plain(key: str, value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """A value in its form: text without spaces around it, lists as tuples of texts, numbers as they are."""
    if value is None:
        return None
    if key in ("情况", "想要"):
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(i, str) for i in items):
            raise ProfileError(f'“{key}”应是文字的列表，如 ["租金补贴"]。')
        if len(items) > MOST:
            raise ProfileError(f"“{key}”最多写 {MOST} 条，现在有 {len(items)} 条。请合并或删去一些。")
        return tuple(text for item in items if (text := _text(key, item)))
    number = key in _LARGEST
    if number and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ProfileError(f"“{key}”写的不是一个有限的数。请写一个数，如 {_EXAMPLES[key]}；不知道的，删去这一项。")
        return value
    if not isinstance(value, str):
        form = f"数或文字，如 {_EXAMPLES[key]}" if number else "文字"
        raise ProfileError(f"“{key}”应是{form}，而不是{_called(value)}。")
    return _text(key, value)


def _called(value: object) -> str:
    """A JSON value that stands where none of its form may, told without its contents where it has many."""
    if isinstance(value, Mapping):
        return "对象"
    return "列表" if isinstance(value, list | tuple) else f" {json.dumps(value, ensure_ascii=False, default=str)}"


def _bounded(key: str, value: int | float | Decimal) -> None:
    if value > _LARGEST[key]:
        raise ProfileError(f"“{key}”写的数太大，不像真的。请核对后写成如 {_EXAMPLES[key]}。")


def _text(key: str, value: str) -> str:
    text = " ".join(value.split())
    if len(text) > _LONGEST:
        raise ProfileError(f"“{key}”的一条写了 {len(text)} 个字，最多 {_LONGEST} 个。请分成几条短句。")
    return text


def _statements(given: Mapping[str, Any]) -> Iterable[Statement]:
    for key in KEYS:
        value = given.get(key)
        if isinstance(value, tuple):
            yield from (Statement(key, text) for text in value)
        elif value is not None:
            yield Statement(key, str(value))


def _kind(text: str | None) -> str | None:
    if text is not None and text not in KINDS:
        raise ProfileError(f"“主体：{text}”不在可选的主体里。请从 {'、'.join(KINDS)} 里选一个；不清楚的，删去这一项。")
    return text


def _day(key: str, text: str | None) -> tuple[date, date] | None:
    """The first and the last day a date can mean: a month and a year stand for all their days."""
    if text is None:
        return None
    month = re.fullmatch(r"(\d{4})[-./年](\d{1,2})月?", text)
    found = find_dates(f"{month[1]}年{month[2]}月" if month else f"{text}年" if re.fullmatch(r"\d{4}", text) else text)
    first, last = (found[0].first_day, found[0].last_day) if len(found) == 1 else (None, None)
    if first is None or last is None:
        raise ProfileError(f"看不懂“{key}：{text}”里的日期。请写成 2025-06-01 或 2025年6月。")
    return date.fromisoformat(first), date.fromisoformat(last)


def _count(value: int | float | str | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, str):
        found = find_quantities(value if re.search(r"[^\d\s]$", value) else f"{value}人")
        if len(found) != 1 or found[0].unit not in ("人", "") or value.strip().startswith(("-", "－", "负")):
            raise ProfileError(f"看不懂“人数：{value}”。请写一个不小于 0 的整数，如 3。")
        _bounded("人数", found[0].value)
        value = float(found[0].value)
    _bounded("人数", value)
    if value < 0:
        raise ProfileError(f"“人数：{value}”是负数。请写一个不小于 0 的整数，如 3。")
    if int(value) != value:
        raise ProfileError(f"“人数：{value}”不是整数。请写一个不小于 0 的整数，如 3。")
    return int(value)


def _money(value: int | float | str | None) -> Decimal | None:
    if value is None:
        return None
    if not isinstance(value, str):
        if value < 0:
            raise ProfileError(f"“营业收入：{value}”是负数。请写不小于 0 的金额，如 80万元；亏损不影响营业收入。")
        _bounded("营业收入", value)
        return Decimal(str(value))
    if re.match(r"\s*(?:-|－|负)\s*\d", value):
        raise ProfileError(f"“营业收入：{value}”是负数。请写不小于 0 的金额，如 80万元；亏损不影响营业收入。")
    found = [q for q in find_quantities(value) if q.unit in ("元", "")]
    if len(found) != 1:
        raise ProfileError(f"看不懂“营业收入：{value}”。请写一个金额，如 80万元。")
    _bounded("营业收入", found[0].value)
    return found[0].value


def _check(profile: Profile) -> None:
    """Raise ProfileError for statements that cannot all be true."""
    founded, kind = profile.stated("成立"), profile.stated("主体")
    if profile.as_of:
        check_day(profile, profile.as_of)
    if profile.kind == "个人" and founded and kind:
        raise ProfileError(
            f"“{kind.shown}”和“{founded.shown}”不能都对：个人没有成立日期。"
            "已经办了执照的，把主体改为 个体工商户、小微企业 或 企业；还没有办的，删去“成立”。"
        )
    for fact in (s for s in profile.statements if s.key == "情况"):
        _agrees(profile, fact)
    _no_denial([s for s in profile.statements if s.key == "情况"])


def _agrees(profile: Profile, fact: Statement) -> None:
    """A free statement on size, turnover or founding must not give another figure than its own key does."""
    for quantity in find_quantities(fact.text):
        before = fact.text[: quantity.start]
        if quantity.unit == "人" and profile.headcount is not None and _STAFF.search(before):
            _same(profile.stated("人数"), fact, Decimal(profile.headcount), quantity)
        elif quantity.unit == "元" and profile.revenue is not None and _TURNOVER.search(before):
            _same(profile.stated("营业收入"), fact, profile.revenue, quantity)
    earliest, latest = profile.founded, profile.founded_by
    if earliest is None or latest is None:
        return
    for mention in find_dates(fact.text):
        beside = fact.text[max(0, mention.start - 6) : mention.start] + fact.text[mention.end : mention.end + 6]
        first, last = mention.first_day, mention.last_day
        if first and last and _FOUNDED.search(beside) and not mention.until:
            apart = date.fromisoformat(last) < earliest or date.fromisoformat(first) > latest
            if apart and "成立" in beside:
                _contradict(profile.stated("成立"), fact)


def _same(stated: Statement | None, fact: Statement, value: Decimal, quantity: Quantity) -> None:
    if quantity.value != value and quantity.modifier is None:
        _contradict(stated, fact)


def _no_denial(facts: list[Statement]) -> None:
    """No free statement may be the denial of another (登记失业 and 未登记失业)."""
    affirmed = {_bare(s.text): s for s in facts if affirms(s.text)}
    for fact in facts:
        if denies(fact.text):
            other = affirmed.get(_bare(core(fact.text)))
            if other:
                _contradict(other, fact)


def _bare(text: str) -> str:
    return _OFFICE.sub("", re.sub(r"[\s，。、；,;.]|过|了", "", text))


def _contradict(one: Statement | None, other: Statement) -> None:
    first = one.shown if one else ""
    raise ProfileError(f"“{first}”和“{other.shown}”互相矛盾。请核对后只留下正确的一条。")
