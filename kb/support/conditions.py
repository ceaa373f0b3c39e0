"""A support's conditions, one by one: each an exact slice of its document, with what it is about.

They come from what the ingest told of the provision (对象, 条件), from the clauses of its own sentences that stand
before the grant, and from the cells of its row under heads such as 对象 or 条件.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb.model import PolicyDocument, Provision, Table


class About(StrEnum):
    """What a condition is about."""

    TERM = "年限"
    AGE = "年龄"
    COUNT = "人数"
    MONEY = "金额"
    CLAIMANT = "主体"
    INDUSTRY = "行业"
    IDENTITY = "身份"
    PLACE = "地区"
    STANDING = "资质"
    AREA = "面积"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``text == document.text[start:end]``. ``bars`` marks one that rules out whom it describes."""

    text: str
    start: int
    end: int
    about: About
    bars: bool = False
    choice: bool = False
    """Whether it is one of several of which any will do (一类人员：… 二类人员：…)."""


_OWN = 420  # characters of a provision that is a rule of its own, and no whole chapter
_STOP = re.compile(r"[。；;\n]")
_CLAUSE = re.compile(r"[，,]")
_LABEL = re.compile(
    r"^(?:[一二三四五六七八九十\d]+[.．、]|[（(][一二三四五六七八九十\d]+[）)]|第[一二三四五六七八九十百\d]+条(?=[\s\u3000]))?[\s\u3000]*"
    r"(?:(?:补贴|补助|奖励|返还|支持|申请|申报|认定|享受|适用|资助)?(?:对象|条件|范围|主体|"
    r"人员)(?:要求)?(?:[：:]|为[：:]?|是)|"
    r"(?:裁员率)?要求[：:]|)[\s\u3000]*"
)
_GRANT = re.compile(
    r"给予|给与|予以|发给|奖励(?=[^，]*\d)|奖补(?=[^，]*\d)|补贴(?=[^，]*\d)|补助(?=[^，]*\d)|"
    r"资助(?=[^，]*\d)|贴息|(?:补贴|补助|奖励|奖补|配套|返还|减免|减收|"
    r"免收|支付|发放|计算|上浮|另奖)(?=[\d一二三四五六七八九十]|$)|按[^，]{0,24}(?:%|％|百分之|"
    r"比例|标准|倍)|一次性[^，]{0,12}\d|额度|"
    r"每(?:户|人|家|月|年|个|套|名|招用)[^，]{0,14}(?:补|奖|资助|最高|累计|不超过|[\d.]+万?元)|"
    r"最高\s*[\d.]+|累计不超过|总额|限额|封顶|分[两二三四五]年|配套"
)
#: Who gets it within the clause of the grant: 对新认定的孵化器配套…, 新认定的孵化器一次性奖补50万元
_WHO_GETS = re.compile(
    r"(?:对|给)?(?P<who>(?:新|每|首次)?[^，。；\d]{0,4}(?:认定|评定|获评|评为|评选|毕业|新增)[^，。；]{0,16}?)"
    r"(?:的)?(?:，)?(?:由[^，]{2,8})?(?:一次性)?(?:再|各)?(?:配套|给予|奖励|奖补|补助|补贴|资助)"
)
_LEVELS = re.compile(r"国家级|省级|市级|区级|县级")
_LIMITS = re.compile(r"期限(?:最长|不超过)|最长\s*\d|不超过\s*\d+\s*(?:年|个月)$|每人只能|只能(?:享受|申[请领])")
_IF = re.compile(
    r"的$|满|以上$|以下$|以内$|之间$|符合|具有|具备|[未没无]|首次|每(?:新增|毕业|孵化|培育)|不超过|不少于|不低于|不高于|不足|未满|达到"
)
_SAYS_WHO = re.compile(r"^(?:[^，。；]{0,8})?(?:对象|条件|范围)(?:为|是|包括)[：:]?")
_UNTIL = re.compile(r"(?:之日|后|当日)起\s*[\d一二三四五六七八九十两半]+(?:年|个月)(?:半)?内|申请(?:期限|时限)为")
#: What is done, said or found out by the body, and rules on other supports: no conditions of the claimant
_NO_CONDITION = re.compile(
    r"就高|标准高的|不得用于|应当在[^，]{0,12}报告|视为放弃|由[^，]{2,20}(?:承担|负担|解释|"
    r"审核|办理)|声明：|不能代替原文|公示(?:计划|使用)|"
    r"追回|退[回还]|^(?:首先|先)|逾期|^认定为|责任单位|牵头单位|仍分|评审得分|进行一次|按[^，]{0,10}执行$|可以与[^，]{2,30}叠加|"
    r"优先支持$|另有规定|办理以原文为准|^其中$|^今年起$|应查后来|以[^，]{2,12}为准$|^(?:对|按)单位缴费|实行免申即享|分配给"
)
#: What is allowed besides asks for nothing; what a fund may be spent on is its own rule
_ALLOWS = re.compile(
    r"也?可以(?:就|继续|再次)?[^，。；]{0,14}(?:申报|申请|享受|领取)(?:[，,]|$)|返还资金由|资金(?:应当)?用于|逾期未申请"
)
_WHO_LINE = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]*[）)]?[.．、]?\s*(?:[\u4e00-\u9fff]{0,6}(?:对象|条件|范围|人群)|(?:企业|单位|申请人)要(?:做到|符合)|适用)[：:]"
)
_BARS = re.compile(
    r"不予(?:补贴|补助|支持|受理|奖励|享受|返还|重复)|不(?:得|再|能)?(?:重复)?(?:享受|申请|"
    r"申领|申报|补贴|领取)(?!过)|不(?:在|列入|纳入|属于)[^，。]{0,8}"
    r"(?:范围|之列|对象)|不适用|不[得能]与|不得同时|除外|不含|不包括|不受理|不重复"
)
_AFTER_BARS = re.compile(
    r"(?:的)?[，,]?\s*(?:均|也|都)?(?:不予|不得|不再|不能|不在|不列入|不纳入|不属于|不适用|"
    r"除外|不受理|不重复|不享受|不给)"
    r"[^，。；]*$"
)
_HEADS = {"对象": re.compile(r"对象|人群|适用|主体|范围"), "条件": re.compile(r"条件|要求|门槛")}
_ITEM = re.compile(r"^(?:[（(]\d+[）)]|\d+[.．、]\s*|[（(][一二三四五六七八九十]+[）)])")


def conditions_of(document: PolicyDocument, provision: Provision) -> tuple[Condition, ...]:
    """The single conditions of a provision in the order of the text, none twice."""
    spans: list[tuple[int, int]] = []
    row = row_of(document, provision)
    if row is not None:
        spans += row
    else:
        spans += _beside(document.text, provision)
        spans += _told(document, provision)
        if provision.end - provision.start <= _OWN:
            behind = (p.start for p in document.provisions if p.start >= provision.end)
            spans += _own(document.text, provision, min(behind, default=len(document.text)))
        else:
            spans += _beside_sum(document.text, provision)
    return tuple(_once(_conditions(document.text, sorted(set(spans)))))


def table_of(document: PolicyDocument, provision: Provision) -> Table | None:
    """The table a provision is a row of."""
    if "|" not in document.text[provision.start : provision.end].split("\n", 1)[0]:
        return None
    return next((t for t in document.tables if t.start <= provision.start and provision.end <= t.end), None)


def row_of(document: PolicyDocument, provision: Provision) -> list[tuple[int, int]] | None:
    """The cells of a provision's row that say who and on which conditions; None where it is no row."""
    table = table_of(document, provision)
    if table is None:
        return None
    cells = cells_of(document.text, provision)
    heads = table.header
    found = []
    for head, (start, end) in zip(heads, cells, strict=False):
        if any(pattern.search(head) for pattern in _HEADS.values()) and end - start > 1:
            found.append((start, end))
    return found


def cells_of(text: str, provision: Provision) -> list[tuple[int, int]]:
    """The spans of the cells of the row a provision stands in."""
    start = text.rfind("\n", 0, provision.start) + 1
    end = text.find("\n", provision.start)
    spans, at = [], start
    for cell in text[start : end if end >= 0 else len(text)].split("|"):
        left = at + len(cell) - len(cell.lstrip())
        spans.append((left, max(left, at + len(cell.rstrip()))))
        at += len(cell) + 1
    return spans


def locate(text: str, piece: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a piece stands in a text: within a range, else nearest to it; None where it does not."""
    at = text.find(piece, start, end)
    if at < 0:
        before, behind = text.rfind(piece, 0, start), text.find(piece, start)
        near = [a for a in (before, behind) if a >= 0]
        if not piece or not near:
            return None
        at = min(near, key=lambda a: abs(a - start))
    return at, at + len(piece)


def _told(document: PolicyDocument, provision: Provision) -> Iterator[tuple[int, int]]:
    """The spans of what the ingest took for the audience and the conditions."""
    for piece in [*(provision.audience or "").split("；"), *provision.conditions]:
        span = locate(document.text, piece.strip(), provision.start, provision.end)
        if span:
            yield span


def _beside(text: str, provision: Provision) -> Iterator[tuple[int, int]]:
    """Lines of the same list that say who and on which conditions (1.对象：… 2.条件：… 3.标准：…)."""
    for forward in (False, True):
        at = text.rfind("\n", 0, provision.start) + 1 if not forward else text.find("\n", provision.end) + 1
        for _ in range(4):
            if forward and at <= 0 or not forward and at <= 1:
                break
            start = at if forward else text.rfind("\n", 0, at - 1) + 1
            end = text.find("\n", start)
            line = text[start : end if end >= 0 else len(text)]
            if not re.match(r"[（(]?[一二三四五六七八九十\d]+[）)]?[.．、]?|[\u4e00-\u9fff]{2,8}[：:]", line):
                break
            said = _WHO_LINE.match(line)
            if said:
                takes_on = re.search(r"招用|吸纳|招收", said.group())
                yield (start + takes_on.start() if takes_on else start + said.end()), start + len(line)
            elif not re.search(r"[：:]", line[:16]):
                break
            at = start if not forward else end + 1


def _own(text: str, provision: Provision, limit: int) -> Iterator[tuple[int, int]]:
    """Clauses of the provision's own sentences that stand before a grant, say who, or say until when to apply.

    Behind it, up to ``limit`` in its paragraph, only what rules somebody out and until when to apply counts.
    """
    first = max(_last(text, provision.start), _last_label(text, provision.start))
    end = _STOP.search(text, max(provision.start, provision.end - 1))
    last = end.start() if end else len(text)
    line = text.find("\n", last)
    for start, stop in _pieces(text, last, min(limit, line if line >= 0 else len(text)), _STOP):
        if _BARS.search(text[start:stop]):
            yield _ruling(text, start, stop), stop
        yield from (c for c in _pieces(text, start, stop, _CLAUSE) if _UNTIL.search(text[c[0] : c[1]]))
    for start, stop in _pieces(text, first, last, _STOP):
        sentence = text[start:stop]
        says = _SAYS_WHO.match(sentence)
        if says:
            yield start + says.end(), stop
            continue
        clauses = list(_pieces(text, start, stop, _CLAUSE))
        grants = [i for i, (a, b) in enumerate(clauses) if _GRANT.search(text[a:b])]
        grant = grants[0] if grants else len(clauses) if _BARS.search(sentence) else 0
        before = clauses[:grant]
        if before and (text[before[-1][0] : before[-1][1]].endswith("的") or len(grants) and _IF.search(sentence)):
            yield from (c for c in before if _IF.search(text[c[0] : c[1]]) or text[c[1] : c[1] + 1] == "，")
        if not grants and _BARS.search(sentence):
            yield _ruling(text, start, stop), stop
        for a, b in clauses[grant:] if grants else ():
            who = _WHO_GETS.match(text[a:b])
            if who and "不予" not in who.group():
                tiers = len(set(_LEVELS.findall(text[a:b]))) > 1
                yield (a, b) if tiers else (a + who.start("who"), a + who.end("who"))
            elif re.match(r"(?:不得|不能|不可)与", text[a:b]):
                yield a, b
        yield from (c for c in clauses if _UNTIL.search(text[c[0] : c[1]]))


def _beside_sum(text: str, provision: Provision) -> Iterator[tuple[int, int]]:
    """What rules somebody out in the paragraph of the sum, where the provision is a whole chapter."""
    first = next((p for p in (provision.amount, provision.rate, provision.cap) if p), "").split("；")[0]
    at = text.find(first, provision.start, provision.end) if first else -1
    if at < 0:
        return
    end = text.find("\n", at)
    for start, stop in _pieces(text, at, min(end if end >= 0 else len(text), provision.end), _STOP):
        if _BARS.search(text[start:stop]):
            yield _ruling(text, start, stop), stop


def _ruling(text: str, start: int, stop: int) -> int:
    """Where the clauses begin that rule somebody out: behind those that only say how it is done."""
    clauses = list(_pieces(text, start, stop, _CLAUSE))
    return next((a for a, b in clauses if not _NO_CONDITION.search(text[a:b])), start)


def _last(text: str, at: int) -> int:
    """Where the sentence around ``at`` begins."""
    found = [m.end() for m in _STOP.finditer(text, max(0, at - 200), at)]
    return found[-1] if found else max(0, at - 200)


def _last_label(text: str, at: int) -> int:
    """Behind the ordinal and name before a provision (（三）…：), where one stands in its sentence."""
    colon = max(text.rfind("：", max(0, at - 40), at), text.rfind("）", max(0, at - 12), at))
    return colon + 1 if colon >= 0 else 0


def _pieces(text: str, start: int, end: int, at: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The parts of a range between separators that stand outside brackets, without white space around them."""
    depth, begin = 0, start
    for i in range(start, end + 1):
        if i < end and text[i] in "（(《“":
            depth += 1
        elif i < end and text[i] in "）)》”":
            depth = max(0, depth - 1)
        elif i == end or (depth == 0 and at.match(text[i])):
            a, b = _stripped(text, begin, i)
            if a < b:
                yield a, b
            begin = i + 1


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \u3000\n\t，,；;。、：:":
        start += 1
    while end > start and text[end - 1] in " \u3000\n\t，,；;。、：:":
        end -= 1
    return start, end


def _conditions(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Condition]:
    """Spans cut into single conditions. A clause that only joins (其中) or speaks of the body is none."""
    for start, end in spans:
        whole = text[start:end]
        if _ALLOWS.search(_sentence(text, start, end)) and not _BARS.search(whole):
            continue
        barring = _AFTER_BARS.search(whole)
        if barring and _BARS.search(whole):
            yield from _barring(text, *_stripped(text, *_behind_label(text, start, end)))
            continue
        if _CHOICE.match(whole):
            a, b = _stripped(text, *_behind_label(text, start, end))
            yield Condition(text[a:b], a, b, about(text[a:b]), choice=True)
            continue
        listed = _in_barring_list(text, start)
        for a, b in _singles(text, *_behind_label(text, start, end)):
            piece = text[a:b]
            if len(piece) < 2 or piece in _FILLERS or _NO_CONDITION.search(piece) or _LIMITS.search(piece):
                continue
            yield Condition(piece, a, b, about(piece), bars=listed or bool(_BARS.search(piece)))


_CHOICE = re.compile(r"[（(]?[一二三四五六七八九十]*[）)]?[一二三四五甲乙丙丁][类档]人员(?:：|为)")
_OR = re.compile(r"[，,](?:或者|或)(?!许)")
_IN_LIST = re.compile(r"\s*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])")


def _in_barring_list(text: str, start: int) -> bool:
    """Whether a span is an item of a list whose head rules its items out (下列人员不享受…：)."""
    at = text.rfind("\n", 0, start) + 1
    if not _IN_LIST.match(text[at : at + 8]):
        return False
    for _ in range(10):
        above = text.rfind("\n", 0, max(0, at - 1)) + 1
        line = text[above : max(above, at - 1)]
        if above >= at:
            return False
        if not _IN_LIST.match(line[:8]):
            return line.rstrip().endswith(("：", ":")) and bool(
                re.search(r"不(?:享受|予|得|纳入|适用|能|受理|列入)", line)
            )
        at = above
    return False


def _barring(text: str, start: int, end: int) -> Iterator[Condition]:
    """What rules somebody out: each of the cases of a sentence that names several (A，或者B的，不予补贴)."""
    whole = text[start:end]
    tail = _AFTER_BARS.search(whole)
    both = _NOT_BOTH.search(whole)
    if _NO_CONDITION.search(whole) or end - start < 3:
        return
    stop = end if both or tail is None or tail.start() < 3 else start + tail.start()
    cases = [start, *(m.end() for m in _OR.finditer(text, start, stop))] if stop < end and "，或" in whole else [start]
    ends = [*(m.start() for m in _OR.finditer(text, start, stop))] if len(cases) > 1 else []
    for a, b in zip(cases, [*ends, stop], strict=True):
        a, b = _stripped(text, a, b)
        b = end if len(cases) == 1 else b
        if b - a > 2:
            yield Condition(text[a:b], a, b, about(text[a:b]), bars=True)


_NOT_BOTH = re.compile(r"(?:不得|不能|不可以?|不)与(?P<other>[^，。；]{2,30}?)(?:同时|重复)")
_FILLERS = frozenset({"下列人员", "申请人", "个人", "对象", "符合条件者", "基地"})


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a short span; a span of several sentences as it is."""
    if _STOP.search(text[start:end]):
        return text[start:end]
    stop = _STOP.search(text, end)
    return text[max(_last(text, start), start - 60) : stop.start() if stop else len(text)]


def _behind_label(text: str, start: int, end: int) -> tuple[int, int]:
    label = _LABEL.match(text[start:end])
    start += label.end() if label else 0
    item = _ITEM.match(text[start:end])
    return start + (item.end() if item else 0), end


def single_conditions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a definition that are alternatives (…的高校毕业生；…的退役军人)."""
    yield from _pieces(text, start, end, re.compile(r"[；;]"))


def _singles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clauses of a span; an enumeration of persons, of whom any will do, stays one."""
    for a, b in _pieces(text, start, end, _STOP):
        clauses = list(_pieces(text, a, b, _CLAUSE))
        if _enumerates([text[x:y] for x, y in clauses]):
            yield a, b
            continue
        for x, y in _kept_together(text, clauses):
            yield from _joined(text, x, y)


def _kept_together(text: str, clauses: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Clauses, with one that begins with 或者 and one that is a bare period joined to their neighbours."""
    kept: list[tuple[int, int]] = []
    for start, end in clauses:
        if kept and (re.match(r"或者?(?!许)", text[start:end]) or _PERIOD.fullmatch(text[kept[-1][0] : kept[-1][1]])):
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((start, end))
    return iter(kept)


_PERIOD = re.compile(r"[\d年月日至到\-—~（）()含起]+(?:期间|之间|内|以后|之后|起|以前|之前)")
_JOIN = re.compile(r"(?<=[^以])(?:并且|而且|且|并)(?=[在为本连正实办缴稳签经参已未取通完有具毕持当])")


def _joined(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A clause cut where it goes on with 并, 且; and behind whom it is about (毕业5年内的高校毕业生 | 在本区首次…)."""
    if re.match(r"(?:基地|孵化器)?每(?:孵化|毕业|新增|培育|招用)", text[start:end]):
        yield _stripped(text, start, end)
        return
    at = start
    for match in _JOIN.finditer(text, start, end):
        yield from _bounds_apart(text, at, match.start())
        at = match.end()
    yield from _bounds_apart(text, at, end)


_BOUNDED = re.compile(r"(?:不少于|不低于|不超过|满|达到|至少)\s*\d|\d[^、，]{0,6}以[上下]|(?:正常|连续|实际)经营")


def _bounds_apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A clause cut at 、 where each side states a bound of its own (不少于15户、带动就业不少于60人)."""
    parts = list(_pieces(text, start, end, re.compile("、")))
    if len(parts) > 1 and all(_BOUNDED.search(text[a:b]) for a, b in parts[1:]) and _whole(text, parts[0]):
        for a, b in parts:
            yield from _subject_apart(text, a, b)
    else:
        yield from _subject_apart(text, start, end)


def _whole(text: str, part: tuple[int, int]) -> bool:
    return bool(_BOUNDED.search(text[part[0] : part[1]]) or re.search(r"首次|登记|创办|注册", text[part[0] : part[1]]))


_ACTS = re.compile(
    r"(?<=企业)(?=(?:新购|购买|新装|采购|租用|新设|投入|参加|招用|开展|建设))|(?<=成员)(?=对)|"
    r"(?<=[生员者人军工])(?=(?:在|首次|租用|创办|入驻|招用|利用|所办|购买|租住|就业)[\u4e00-\u9fff])|"
    r"(?<=人员)(?=创办|招用|租用)"
)


def _subject_apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    found = _ACTS.search(text, start + 2, end)
    subject = text[start : found.start()] if found else ""
    cut = found.start() if found and (is_identity(subject) or subject.endswith(("企业", "成员"))) else start
    for a, b in ((start, cut), (cut, end)):
        a, b = _stripped(text, a, b)
        if b - a > 1:
            yield a, b


def _enumerates(clauses: list[str]) -> bool:
    """Whether clauses are a list of persons (登记失业人员，就业困难人员，…), not one thing after the other."""
    return len(clauses) > 2 and sum(is_identity(c) for c in clauses) >= len(clauses) - 1


_IDENTITY = re.compile(
    r"(?:毕业生|大学生|在校生|失业人员|困难人员|困难群体|军人|士兵|残疾人|农民工|农民|人员|"
    r"劳动力|家属|军嫂|妇女|青年|留学生|人才|专家|博士|硕士|研究生|"
    r"本科|大专|家庭成员|家庭|职工|创业者|经营者|负责人|法定代表人|学徒|技师|港澳居民|台湾居民|居民|学员|导师)"
    r"(?:[（(][^（）()]*[）)])?(?:等)?$"
)


def is_identity(text: str) -> bool:
    """Whether words name persons by what they are."""
    return bool(_IDENTITY.search(text.strip("，、；。 ")))


_ABOUT: tuple[tuple[About, re.Pattern[str]], ...] = (
    (About.AGE, re.compile(r"周?岁")),
    (About.AREA, re.compile(r"平方米|㎡|面积|公顷|亩")),
    (
        About.TERM,
        re.compile(
            r"(?:经营|运营|营业|成立|注册|登记|执照|运行|办理)[^，]{0,14}[\d一二三四五六七八九十两半]+\s*(?:年|"
            r"个月)|(?:年|个月)(?:内|以内|以上)?"
        ),
    ),
    (About.MONEY, re.compile(r"元|收入|投资|投入|贷款|缴费|纳税|融资|利润|产值")),
    (About.COUNT, re.compile(r"\d+\s*(?:%|％)?(?:人|名|户|家|个|批次)|裁员率|职工总数")),
    (About.STANDING, re.compile(r"认定|获评|评定|评为|高新技术|专精特新|资质|证书|规模以上|入库|信用|失信|许可")),
    (
        About.INDUSTRY,
        re.compile(r"行业|产业|工业|制造|服务业|民宿|农家乐|文旅|旅游|软件|纺织|泵阀|竹木|餐饮|农业|物流"),
    ),
    (About.PLACE, re.compile(r"户籍|注册地|注册在|登记在|在本[省市区县]|本[省市区县]|落户|[省市区县]内")),
    (
        About.CLAIMANT,
        re.compile(
            r"企业|公司|个体工商户|合作社|单位|社会组织|经济实体|机构|孵化器|基地|众创空间|园区|平台|团体|基金会"
        ),
    ),
)


def about(text: str) -> About:
    """What a condition is about, by its words."""
    if is_identity(text):
        return About.IDENTITY
    return next((kind for kind, pattern in _ABOUT if pattern.search(text)), About.OTHER)


def _once(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """Conditions in order; of two that share characters the one that is told first."""
    taken: list[tuple[int, int]] = []
    for one in sorted(conditions, key=lambda c: (c.start, c.end)):
        at = bisect_left(taken, (one.start, one.end))
        before = taken[at - 1] if at else (0, 0)
        if before[1] > one.start or (at < len(taken) and taken[at][0] < one.end):
            continue
        taken.insert(at, (one.start, one.end))
        yield one
