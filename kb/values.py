"""Values in a sentence: is the kind of value a question wants there, and how much of the question stands beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.asks import COUNTED, Ask, Measure
from kb.matching import WeightedTerm, agencies, coverage
from kb.query import Query
from kb.text import Quantity, find_dates, find_doc_numbers, squash
from kb.text.numerals import chinese_value
from kb.view import DocumentView

_COUNT_UNITS = frozenset(
    "家个项件条所场支只座栋套台辆次批类种户款人份间处例笔张层门股点轮组班岁倍镇乡村区市县省章编节页级吨亩"
) | {
    "场次",
    "人次",
    "人天",
    "社区",
    "街道",
}
# Measure words that count the same things.
_ALIKE = tuple(
    frozenset(group)
    for group in (
        ("家", "个", "户", "所", "支"),
        ("项", "个", "件", "条", "种", "类", "点", "批", "款"),
        ("人", "名", "位", "个", "人次"),
        ("场", "次", "场次", "个", "期", "人次"),
        ("座", "栋", "幢", "个", "处"),
        ("台", "套", "辆", "个"),
    )
)
_TIME_UNITS = frozenset(
    ("年", "月", "日", "天", "个月", "个工作日", "工作日", "个自然日", "自然日", "小时", "分钟", "周年")
)
_UNITS: dict[Measure, frozenset[str]] = {
    Measure.COUNT: _COUNT_UNITS,
    Measure.MONEY: frozenset(["元", "美元", "欧元", "港元"]),
    Measure.AREA: frozenset(["平方米", "平方公里", "公顷", "亩"]),
    Measure.LENGTH: frozenset(["米", "公里", "厘米"]),
    Measure.SHARE: frozenset(["%", "‰", "个百分点", "倍"]),
    Measure.TIME: _TIME_UNITS,
    Measure.ORDINAL: frozenset(["号", "届", "次", "期"]),
}
_ORDINALS = ("序号", "编号", "序", "号", "#")
HARD = (Ask.NUMBER, Ask.DATE, Ask.PHONE, Ask.DOC_NUMBER)  # the answer is a value of a kind that can be recognised
_LASTS_ASKED = re.compile(r"几年|几个月|几天|几个?工作日|几个?小时|多久|多长时间|多少(?:年|个月|天|个?工作日|个?小时)")
_DAY_ASKED = re.compile(r"什么时[候间]|何时|哪一?[年月天日]|几月|几号|截止|日期|到期|有效期|几点")
_PARTS = re.compile(r"[？?。；;，,]")
_MARKS = "，,；;。：:、！？!?"
_SEGMENT = re.compile(f"[{_MARKS}]")
_PHONE = re.compile(
    r"(?<!\d)(?:0\d{2,3}[-—－ ]?)?\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|"
    r"(?<!\d)(?:123\d\d|400[- ]?\d{3,4}[- ]?\d{3,4})(?!\d)"
)
_ERA = re.compile(r"世纪|年代|[“\"]?十[一二三四五六][”\"]?五|以来|至今|近日|目前|同时")
_NAME_ROLE = re.compile(
    r"代表|委员|主任|司长|局长|部长|市长|书记|教授|院长|记者|经理|理事长|会长|负责人|联系人|创始人|首席|处长|主席|董事"
)
_INSTANCES = {
    "大学": "大学|学院",
    "高校": "大学|学院",
    "院校": "大学|学院|学校",
    "学校": "大学|学院|学校|中学|小学",
    "银行": "银行|信用社",
    "医院": "医院|卫生院",
    "公司": "公司|集团|企业|科技",
    "城市": "市|[\u4e00-\u9fff]{2}、[\u4e00-\u9fff]{2}",
    "窗口": "窗口|大厅|中心|网|平台",
    "材料": "材料|证|表|书|件|单",
    "手续": "手续|证|表|书|件|单|申请",
    "平台": "平台|系统|网|APP|中心",
    "银行卡": "卡",
}
_ROLE_ASKED = re.compile(r"负责人|职务|身份|头衔|职位|干什么|什么人|是谁|做什么的|何许人|来头")
_LISTING = re.compile(r"、[^、。]{1,40}、|[一二三四]是|（[一二三四]）|\([一二三四]\)|[；;]|包括|分别|如下|以下")
_CUES: dict[Ask, re.Pattern[str]] = {
    Ask.DEFINITION: re.compile(r"是指|指的?是|系指|所称|为[^，。]{0,20}(?:单位|的)|即|是.{2,}的|标\*"),
    Ask.CONDITION: re.compile(r"条件|应当|须|需|符合|具备|具有|满足|不得|以上|以下|对象|范围|资格|要求"),
    Ask.HOW: re.compile(r"通过|采用|采取|依托|方式|流程|程序|步骤|申请|登录|提交|审核|办理|路径|实施|建立"),
    Ask.PLACE: re.compile(r"路|号|楼|室|园|中心|大厅|窗口|地址|位于|在.{1,12}(?:省|市|区|县|镇|乡|建|设|举)|街"),
    Ask.VALIDITY: re.compile(r"施行|有效期|废止|失效|生效|停止执行|起执行|届满"),
    Ask.LIST: _LISTING,
    Ask.PERSON: _NAME_ROLE,
}


def wanted_quantities(query: Query, view: DocumentView, i: int) -> list[Quantity]:
    """The quantities of a sentence of the wanted measure that are not the question's own."""
    asserted = {(q.value, q.unit) for q in query.quantities}
    text = view.text(i)
    dates = [(d.start, d.end) for d in find_dates(text)]
    numbers = [(d.start, d.end) for d in find_doc_numbers(text)]
    row = view.table(i) is not None  # the unit of a cell stands over it or beside it
    out = []
    for quantity in view.quantities(i):
        if (quantity.value, quantity.unit) in asserted or any(s <= quantity.start < e for s, e in numbers):
            continue
        if (Measure.TIME not in query.measures or _is_duration(query)) and _within(quantity, dates):
            continue
        if row and _is_ordinal(view, i, quantity):
            continue
        if quantity.raw[0] == "一" and quantity.value == 1:
            continue  # 一家, 一批: an article, no count
        if _measures(query, quantity) or (not quantity.unit and row and query.measures != (Measure.TIME,)):
            out.append(quantity)
    return out


def _is_ordinal(view: DocumentView, i: int, quantity: Quantity) -> bool:
    """Whether a figure is a row's number in a column that counts the rows."""
    table = view.table(i)
    first = table.header[0].strip() if table and table.header else ""
    return quantity.start == 0 and not quantity.unit and first in _ORDINALS


def _measures(query: Query, quantity: Quantity) -> bool:
    large = re.search(r"[万亿]", quantity.raw) is not None
    if not query.measures:
        return quantity.unit not in ("届", "号") and not (quantity.unit in ("年", "月", "日") and not large)
    for measure in query.measures:
        if quantity.unit in _UNITS[measure] and (measure is not Measure.COUNT or _countable(query, quantity)):
            return True
        if (
            not quantity.unit
            and (large or measure in (Measure.SHARE,))
            and measure in (Measure.MONEY, Measure.AREA, Measure.COUNT, Measure.SHARE)
        ):
            return True
    return False


def _countable(query: Query, quantity: Quantity) -> bool:
    """Whether a measure word can count what another asks for: 家 for 个, not 家 for 栋."""
    if not query.units:
        return True
    written = next((u for u in sorted(_COUNT_UNITS, key=len, reverse=True) if quantity.raw.endswith(u)), quantity.unit)
    return any(unit == written or any(unit in g and written in g for g in _ALIKE) for unit in query.units)


def typed(query: Query, terms: Sequence[WeightedTerm], view: DocumentView, i: int) -> tuple[float, float]:
    """(whether the sentence has the wanted kind of value, how much of the question stands close to it)."""
    if any(not _instance(kind, view.text(i)) for kind in query.kinds):
        return 0.0, 0.0
    hard = [a for a in query.asks if a in HARD]
    if query.people and Ask.PERSON in query.asks and _ROLE_ASKED.search(query.text):
        hard = [Ask.PERSON]
    if not hard and Ask.VALIDITY in query.asks:
        hard = [Ask.VALIDITY]  # whatever else such a question asks, it is whether something stands
    return max(_typed_as(ask, query, terms, view, i) for ask in hard or query.asks)


def names_kind(term: str, query: Query, text: str) -> bool:
    """Whether a term is the kind of thing asked for and a text names one of them: 身份证 for 什么材料."""
    mine = [kind for kind in query.kinds if kind.startswith(term)]
    return any(_pattern(kind) is not None and _instance(kind, text) for kind in mine)


def _instance(kind: str, text: str) -> bool:
    """Whether a text names one of the things asked for, where their names show it (哪所大学: …大学, …学院)."""
    pattern = _pattern(kind)
    return pattern is None or re.search(pattern, text) is not None


def _pattern(kind: str) -> str | None:
    return next((pattern for word, pattern in _INSTANCES.items() if kind.startswith(word)), None)


def _typed_as(ask: Ask, query: Query, terms: Sequence[WeightedTerm], view: DocumentView, i: int) -> tuple[float, float]:
    text = view.text(i)
    if ask is Ask.NUMBER:
        return _closest_quantity(query, terms, view, i)
    if ask is Ask.DATE:
        dates = [(d.start, d.end) for d in find_dates(text)]
        lasts = [(q.start, q.end) for q in view.quantities(i) if q.unit in _TIME_UNITS and not _within(q, dates)]
        spans = lasts if _is_duration(query) else [*dates, *(m.span() for m in _ERA.finditer(text)), *lasts]
        return _closest(query, spans, terms, text, before=view.text(i - 1) if view.points_back(i) else "")
    if ask is Ask.PHONE:
        if not all(name in text for name in query.people):
            return 0.0, 0.0  # somebody else's number
        return _closest(query, [m.span() for m in _PHONE.finditer(text)], terms, text)
    if ask is Ask.DOC_NUMBER:
        return _closest(query, [(d.start, d.end) for d in find_doc_numbers(text)], terms, text)
    whole = coverage(terms, view.key(i))
    if ask is Ask.PERSON and query.people and _ROLE_ASKED.search(query.text):
        return (1.0 if any(_role_beside(name, text) for name in query.people) else 0.0), whole
    if ask is Ask.UNIT:
        return (1.0 if view.assignment(i) else 0.8 if agencies(view.key(i)) else 0.0), whole
    cue = _CUES.get(ask)
    if cue is None:
        return 0.7, whole
    if ask is Ask.VALIDITY:
        return (1.0 if cue.search(text) else 0.0), whole
    return (1.0 if cue.search(text) else 0.5), whole


def _is_duration(query: Query) -> bool:
    """Whether the question asks how long something lasts, and not when it is."""
    return _LASTS_ASKED.search(query.asking) is not None and _DAY_ASKED.search(query.asking) is None


def _within(quantity: Quantity, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= quantity.start < end for start, end in spans)


def _role_beside(name: str, text: str) -> bool:
    """Whether a person's office stands next to the name (研究中心主任杨晓非, 应辉辉代表)."""
    beside = [text[max(0, m.start() - 15) : m.start()] + text[m.end() : m.end() + 3] for m in re.finditer(name, text)]
    return any(_NAME_ROLE.search(b.replace("联系人", "")) for b in beside)


def has_count(query: Query, view: DocumentView, i: int) -> bool:
    """Whether a sentence says there are as many, or lists as many."""
    text = view.text(i)
    stated = {int(v) for m in COUNTED.finditer(text) if (v := chinese_value(m.group(1)))}
    listed = {len(run.split("、")) for run in re.findall(r"[^，,。；;：:]*、[^，,。；;：:]*", text)}
    return bool(set(query.counts) & (stated | listed))


def _closest_quantity(query: Query, terms: Sequence[WeightedTerm], view: DocumentView, i: int) -> tuple[float, float]:
    """1 and how well the best quantity fits: what is counted beside it, the asked measure word, the rest around it."""
    text = view.text(i)
    before = view.text(i - 1) if view.points_back(i) else ""
    heads = [t for t in terms if any(squash(h) == t.term for h in query.heads)]
    best = (0.0, 0.0)
    for quantity in wanted_quantities(query, view, i):
        around = _around(query, terms, squash(before + text[max(0, quantity.start - 28) : quantity.end + 14]))
        near = 0.5 * coverage(heads, squash(_segment(text, quantity))) + 0.5 * around if heads else around
        fits = 1.0 if not query.units or quantity.raw.endswith(query.units) else 0.85
        best = max(best, (1.0, near * fits))
    return best


def _segment(text: str, quantity: Quantity) -> str:
    """The stretch between punctuation marks that a quantity stands in."""
    behind = _SEGMENT.search(text, quantity.end)
    start = max(text.rfind(mark, 0, quantity.start) for mark in _MARKS) + 1
    return text[start : behind.start() if behind else len(text)]


def _closest(
    query: Query,
    spans: Sequence[tuple[int, int]],
    terms: Sequence[WeightedTerm],
    text: str,
    reach: int = 28,
    before: str = "",
) -> tuple[float, float]:
    """1 and the best coverage around any of the spans (and in the sentence pointed back to); zeros without spans."""
    if not spans:
        return 0.0, 0.0
    return 1.0, max(_around(query, terms, squash(before + text[max(0, s - reach) : e + reach // 2])) for s, e in spans)


def _around(query: Query, terms: Sequence[WeightedTerm], key: str) -> float:
    """Coverage of the question, or of the weightiest of several questions asked in one."""
    total = sum(t.weight for t in terms)
    best = coverage(terms, key)
    for part in _PARTS.split(query.text):
        mine = [t for t in terms if t.term in squash(part)]
        if sum(t.weight for t in mine) >= 0.4 * total:
            best = max(best, 0.9 * coverage(mine, key))
    return best
