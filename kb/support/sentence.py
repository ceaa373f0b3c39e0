"""One sentence, as people write it, read into a profile: what was understood is told, and what was not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kb.support.asking import wants_in
from kb.support.polarity import affirms
from kb.support.profile import MOST, TURNOVER, Profile, ProfileError, read_profile
from kb.support.speaking import NOT_YET
from kb.text.dates import find_dates
from kb.text.quantity import Quantity, find_quantities

_CLAUSE = re.compile(r"[，。；！？,;!?\n]+")
_REGION = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}?(?:特别行政区|自治[区州县旗]|省|(?<![夜集超门股菜早花])市|新区|区|县|旗)(?!场|政府|级|里|内)){1,3}"
)
_LAST = re.compile(r"(?:^|(?<=[省市县区旗]))[^省市县区旗]*[省市县区旗]$")
_LEADS = re.compile(
    r"^.*?(?:人在|位于|来自|我们是|我们在|我在|我是|落户|注册在|公司在|企业在|单位在|现在在|"
    r"考[上到]|搬[到来]|嫁[到来]|回到?|在|到|是|住|问|查|领取?|享受|补贴|补助|奖励|奖补|贷款|额度|政策|资金)(?=[\u4e00-\u9fff]{2})"
)
_NO_REGION = re.compile(
    r"^(?:小|社|园|校|景|片|街|城|郊|市|本|全|该|各|开发|高新|保税|工业|辖|库|厂|老|新|地)[区市县]$|"
    r"[小社园校景片街城厂]区$"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("个体工商户", re.compile(r"个体工商户|个体户|个体经营户|办了?个体")),
    ("农民专业合作社", re.compile(r"合作社")),
    (
        "园区运营机构",
        re.compile(
            r"(?:运营|经营|管理|开|办|做|是)[^，。]{0,12}(?:孵化器|众创空间|孵化基地|产业园|创业园|"
            r"园区)|园区运营|孵化器运营"
        ),
    ),
    (
        "社会组织",
        re.compile(r"社会组织|社会服务机构|民办非企业|社会团体|基金会|民非|我们(?:是)?[^，。]{0,8}(?:协会|商会)"),
    ),
    ("事业单位", re.compile(r"(?:我们|我)(?:是)?[^，。]{0,10}事业单位")),
    (
        "小微企业",
        re.compile(
            r"(?:^|[，。、]|是|属于|开|办|注册|成立|创办|有|家|个|我们|我的?)[^，。]{0,14}"
            r"(?:小微企业|小微公司|小公司|小企业|微型企业|小型企业|小微)"
        ),
    ),
    (
        "企业",
        re.compile(
                r"(?:我们|我|本|咱们?|俺们?)(?:的|家|是)*[^，。]{0,14}(?:公司|企业|工厂|厂)(?!上班|工作|"
                r"打工|职工|员工的|签)|"
            r"(?:注册|成立|创办|开|办)了?(?:一?[家个])?[^，。]{0,14}(?:公司|企业|工厂|厂)|"
            r"^(?:[^，。我在到进去]{2,14}[市区县](?:的|一家|的一家)|一家)[^，。]{0,14}(?:公司|企业|工厂|厂)(?=，|。|$)"
        ),
    ),
)  # fmt: skip
_EMPLOYED = re.compile(
    r"(?:我|本人)[^，。]{0,6}在[^，。]{2,30}(?:上班|打工|工作|当[\u4e00-\u9fff]{1,6}|做[\u4e00-\u9fff]{1,3}[工员]|实习|见习|就业|任教)"
)
#: Who says so speaks for a business of his own
_OWNS = re.compile(r"(?:开|办|注册|创办|成立|经营)了?(?:一?[家个间])|执照|个体户|个体工商户|我们(?:公司|厂|店|单位)")
_SHOP = re.compile(r"(?:开|经营|盘|做)了?(?:一?[家个间])[^，。]{0,10}(?:店|铺|馆|摊|坊)")
_LICENSED = re.compile(r"(?<!没)(?<!没有)(?<!未)[领办拿][了到的下]?[^，。]{0,4}(?:营业)?执照|执照(?:办|领|下来)")
_PERSON = re.compile(r"我(?:今年|是|刚|在|想|自己|去年)?|本人|\d{2}岁")
_FOUNDING = re.compile(
    r"注册|成立|开业|开张|创办|开办|领[了到]?[^，]{0,4}执照|办[了好]?[^，]{0,4}执照|执照|领照|开的$|登记|开了|办了"
)
_STAFF = re.compile(
    r"(?:员工|职工|雇了|招了|请了|团队|一共|共有|总共|手下|店里|公司|企业|现有|有)[^，\d一二两三四五六七八九十]{0,4}$"
)
_STAFF_CHANGES = re.compile("员工|职工|人数|团队")
_TURNOVER = re.compile(rf"(?:{TURNOVER}|流水|收入)[^，\d]{{0,6}}$")
_TRADE = re.compile(
    r"(?:做|从事|经营|搞|主营|行业是|属于)(?!小微|中小|微型|小型|[一二两三四五六七八九十半\d]+(?:年|个月))(?P<a>[\u4e00-\u9fff]{2,10}?)(?:行业|生意|业务|产业|"
    r"的小微|的公司|的企业|的|工作|(?=，|。|$))|"
    r"(?:开|办)了?(?:一?[家个间])(?P<b>[\u4e00-\u9fff]{0,8}?(?:店|馆|厂|铺|社|坊|摊|民宿|农家乐))|"
    r"(?:一家|一个|是家)(?P<c>[\u4e00-\u9fff]{2,8}?)(?:小微企业|企业|公司|合作社|工厂)"
)
_RELATIVE = (("大前年", -3), ("前年", -2), ("去年", -1), ("上年", -1), ("今年", 0), ("本年", 0))


@dataclass(frozen=True, slots=True)
class Understood:
    """A sentence's profile, its fields in the form's words, and the clauses that gave nothing."""

    profile: Profile
    fields: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def read_sentence(text: str, day: date) -> Understood:
    """The profile that a sentence states, as of a day (今年, 去年). Raises ProfileError where no region is named."""
    said = " ".join(text.split())
    if not said:
        raise ProfileError("没有写内容。请用一句话说明所在地区、主体、情况和想要的支持。")
    resolved = _with_years(said, day)
    clauses = [c.strip() for c in _CLAUSE.split(resolved) if c.strip()]
    region = _region(resolved)
    if region is None:
        raise ProfileError(f"“{said[:40]}”里没有写地区。请写明所在的市、区或县，如 在云溪市河湾区。")
    values: dict[str, object] = {"地区": region, "截至": day.isoformat()}
    wants, asking = wants_in(clauses, region)
    kind = _kind("，".join(c for c in clauses if not _to_come(c)))
    facts = _joined(
        [c for c in clauses if c not in asking and not _only_region(c, region) and not _ONLY_ASKS.search(c)]
    )
    told = [*facts, *(c for c in asking if _tells(c))]
    values |= {
        "主体": kind,
        "行业": _trade(clauses, region),
        "成立": _founded(clauses, day) if kind not in (None, "个人") else None,
        "人数": _staff(clauses) if kind not in (None, "个人") else None,
        "营业收入": _turnover(clauses),
        "情况": told[:MOST],
        "想要": wants,
    }
    given = {key: value for key, value in values.items() if value not in (None, [], "")}
    profile = read_profile(given)
    fields = tuple((s.key, s.text) for s in profile.statements)
    read = {*told[:MOST], *asking}
    return Understood(profile, fields, tuple(c for c in clauses if c not in read and region not in c))


_ONLY_ASKS = re.compile(r"(?:多少|几个?|吗|呢|怎么办|什么|哪些|哪里)(?:钱|啊|呀)?$")
_GOES_ON = re.compile(
    r"(?:已经?|到现在|至今|现在|都|也|一直)*(?:满|有|交了?|缴了?)?[\d一二两三四五六七八九十半]+个?[月年天](?:了|多)?"
)


def _joined(clauses: list[str]) -> list[str]:
    """Clauses, with one that only says for how long (已经满3个月了) joined to the one before."""
    kept: list[str] = []
    for clause in clauses:
        if kept and _GOES_ON.fullmatch(clause):
            kept[-1] = f"{kept[-1]}，{clause}"
        else:
            kept.append(clause)
    return kept


def _with_years(text: str, day: date) -> str:
    for word, years in _RELATIVE:
        text = re.sub(
            rf"{word}(?=\s*(?:\d{{1,2}}月|[一二三四五六七八九十]{{1,3}}月|年初|年底|夏天|春天|秋天|冬天|"
            rf"上半年|下半年))",
            f"{day.year + years}年",
            text,
        )
    return text


def _region(text: str) -> str | None:
    from kb.regions import find_regions, innermost

    for match in _REGION.finditer(text):
        name = match.group()
        while name:
            while (shorter := _LEADS.sub("", name)) != name:
                name = shorter
            if not _NO_REGION.search(name) or any(m.end == len(name) for m in find_regions(name)):
                break
            name = _LAST.sub("", name)  # 云溪市松口县一个老小区: the last is a housing estate
        if name and _REGION.fullmatch(name):
            return name
    found = innermost(text)
    if not found:
        return None
    first = found[0]
    before = [m for m in find_regions(text) if m.end == first.start]
    return text[before[0].start if before else first.start : first.end]


def _only_region(clause: str, region: str) -> bool:
    rest = re.sub(r"我们?|本人|人|在|是|住|的|公司|企业|位于|来自|这边|一家", "", clause.replace(region, ""))
    return region in clause and len(rest) < 2


def _kind(text: str) -> str | None:
    if _EMPLOYED.search(text) and not _OWNS.search(text):
        return "个人"
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return kind
    if _SHOP.search(text) or _LICENSED.search(text):
        return None  # a shop may be a trader's or a firm's
    return "个人" if _PERSON.search(text) else None


#: What a business is called into being by
_BEGINS = re.compile("注册|成立|创办|开|办|执照")


def _to_come(clause: str) -> bool:
    """Whether a clause speaks of a business that is not, or not yet (没有注册企业, 想开一家公司)."""
    return bool(_BEGINS.search(clause)) and (not affirms(clause) or NOT_YET.search(clause) is not None)


#: Where a change begins, which is how it is no more (从20人减到3人)
_FROM = re.compile(r"(?:从|由|原来|以前|去年)[^，\d一二两三四五六七八九十]{0,4}$")
_CHANGES = re.compile(r"[^，\d]{0,4}(?:减|降|增|升|涨|变|跌|扩|缩|到|至)")


def _was(clause: str, quantity: Quantity) -> bool:
    """Whether a figure is the one that a change began with."""
    return bool(_FROM.search(clause[: quantity.start]) and _CHANGES.match(clause[quantity.end :]))


_CHANGED_TO = re.compile(r"(?:减|降|增|升|涨|变|跌|扩|缩)[^，\d]{0,3}[到至成为]了?$")


def _founded(clauses: list[str], day: date) -> str | None:
    for clause in clauses:
        for mention in find_dates(clause):
            if (
                _FOUNDING.search(clause)
                and affirms(clause)
                and mention.first_day
                and not re.search(r"毕业|退役|招了?\d|合同|促成", clause[: mention.end + 6])
            ):
                return mention.iso if mention.first_day <= day.isoformat() else None
    return None


def _staff(clauses: list[str]) -> str | None:
    for clause in clauses:
        for quantity in find_quantities(clause):
            people = quantity.unit == "人" or (
                quantity.unit == "个" and clause[quantity.end : quantity.end + 1] in "人员"
            )
            whole = not re.search(r"招了|新招|毕业生|应届|大学生", clause) or re.search(r"现在|一共|总共|目前", clause)
            told = _STAFF.search(clause[: quantity.start]) or (
                _STAFF_CHANGES.search(clause) and _CHANGED_TO.search(clause[: quantity.start])
            )
            if people and whole and told and not _was(clause, quantity):
                return f"{int(quantity.value)}"
    return None


def _turnover(clauses: list[str]) -> str | None:
    for clause in clauses:
        for quantity in find_quantities(clause):
            before = clause[: quantity.start]
            told = _TURNOVER.search(before) or (re.search(TURNOVER, clause) and _CHANGED_TO.search(before))
            if quantity.unit == "元" and told and not _was(clause, quantity):
                return quantity.raw
    return None


def _trade(clauses: list[str], region: str) -> str | None:
    for clause in clauses:
        match = _TRADE.search(clause.replace(region, "在此"))
        if match:
            return next(g for g in match.groups() if g).removeprefix("了")
    return None


def _tells(clause: str) -> bool:
    """Whether a clause that asks also tells something of the claimant."""
    return bool(find_quantities(clause)) and not re.search(r"多少|几", clause)
