"""A support's conditions, one by one: each an exact slice of its document.

They come from what the ingest told of the provision (对象, 条件), from the clauses of its own sentences that stand
before the grant, and from the cells of its row under heads such as 对象 or 条件.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kb.model import PolicyDocument, Provision
from kb.support.claimants import NOUN
from kb.support.clauses import AFTER_BARS, ALLOWS, BARS, DUTIES, NOT_BOTH, ONCE, PREFACE, of_the_body
from kb.support.conditions import About, Condition, about, is_identity
from kb.support.persons import persons_of
from kb.support.pieces import CLAUSE, STOP, head_of_list, pieces, sentence, stripped
from kb.support.stated import spans_of

_LABEL = re.compile(
    r"^(?:[一二三四五六七八九十\d]+[.．、]|[（(][一二三四五六七八九十\d]+[）)]|第[一二三四五六七八九十百\d]+条(?=[\s\u3000]))?[\s\u3000]*"
    r"(?:(?:补贴|补助|奖励|返还|支持|申请|申报|认定|享受|适用|资助)?(?:对象|条件|范围|主体|"
    r"人员)(?:要求)?(?:[：:]|为[：:]?|是)|"
    r"[\u4e00-\u9fff]{0,6}要求[：:]|原文[^，。：]{0,20}[：:]|)[\s\u3000]*"
)
_NEAR = 24  # characters to the end of a clause
_LONGEST_LEAD, _BEFORE_NOUN = 120, 2
_CALLED = re.compile(
    r"(?:[^，。；：\n|]{2,16}(?:补贴|补助|奖励|资助|奖补|津贴|返还|贴息)[：:])?(?:(?:给|对)?符合条件的(?=[\u4e00-\u9fff]))?"
)
_ITEM = re.compile(r"^(?:[（(]\d+[）)]|\d+[.．、]\s*|[（(][一二三四五六七八九十]+[）)])")
_CHOICE = re.compile(r"[（(]?[一二三四五六七八九十]*[）)]?[一二三四五甲乙丙丁][类档]人员(?:：|为)")
_OR = re.compile(r"[，,](?:或者|或)(?!许)")
_FILLERS = frozenset({"下列人员", "申请人", "对象", "符合条件者", "基地"})
_PERIOD = re.compile(r"[\d年月日至到\-—~（）()含起]+(?:期间|之间|内|以后|之后|起|以前|之前)")
_JOIN = re.compile(r"(?<=[^以])(?:并且|而且|且|并)(?=[在为本连正实办缴稳签经参已未取通完有具毕持当])")
_BOUNDED = re.compile(r"(?:不少于|不低于|不超过|满|达到|至少)\s*\d|\d[^、，]{0,6}以[上下]|(?:正常|连续|实际)经营")
#: A thing of a year with its bound is asked for besides what stands before it (留在本区、当年营业收入达到…)
_OF_A_YEAR = re.compile(
    r"(?:当年|当年度|上年|上年度|上一年度|年度?)[^、，]{2,10}?(?:达到|超过|不少于|不低于|不足|在)[^、，]{0,4}\d"
)
_LEAST_CLAUSE = 5
_ACTS = re.compile(
    r"(?<=企业)(?=(?:新购|购买|新装|采购|租用|新设|投入|参加|招用|开展|建设))|(?<=成员)(?=对)|"
    r"(?<=[生员者人军工])(?=(?:在|首次|出站|与|租用|创办|入驻|招用|利用|所办|购买|租住|就业)[\u4e00-\u9fff])|"
    r"(?<=人员)(?=创办|招用|租用|到[\u4e00-\u9fff]{1,6}(?:就业|工作))"
)


def conditions_of(document: PolicyDocument, provision: Provision) -> tuple[Condition, ...]:
    """The single conditions of a provision in the order of the text, none twice."""
    nested = [p for p in document.provisions if provision.start < p.start and p.end <= provision.end]
    all_own = _conditions(document.text, spans_of(document, provision))
    own = (c for c in all_own if not any(p.start <= c.start < p.end for p in nested))
    listed = (*persons_of(document, provision), *_subject_before(document.text, provision))
    return tuple(_grouped(list(_once((*listed, *own)))))


def _subject_before(text: str, provision: Provision) -> Iterator[Condition]:
    """Who claims, where the sentence names it before another case of it (用人单位引进B类的，…；引进C类的，…)."""
    start = max(text.rfind(c, 0, provision.start) for c in "。\n") + 1
    if "；" not in text[start : provision.start] or provision.start - start > _LONGEST_LEAD:
        return
    noun = NOUN.search(text, start, text.find("；", start))
    clause = CLAUSE.search(text, provision.start)
    if noun and not NOUN.search(text, provision.start, clause.start() if clause else provision.end):
        lead = re.sub(r"^(?:第?[^\u3000 ]{1,6}[\u3000 、.．]+|[^，。]{2,14}。)", "", text[start : noun.start()])
        if len(lead) <= _BEFORE_NOUN:
            yield Condition(noun.group(), *noun.span(), about(noun.group()))


def cut(text: str, start: int, end: int) -> Iterator[Condition]:
    """The single conditions of a span."""
    return _conditions(text, [(start, end)])


_RATE = re.compile(r"([\u4e00-\u9fff]{2})率(?:要求：)?(?:不高于|不超过|低于|不低于)\s*[\d.]+\s*[%％]")
_KIND = re.compile(r"个人|个体工商户|小微企业|中小企业|企业|合作社|社会组织|合伙创业|合伙企业")
_AS_TOLD = re.compile(r"([\u4e00-\u9fff]{2})率符合(?:要求|规定|条件)")
_FOR_SOME = re.compile(r"^(?:博士|硕士|本科|大专)[^，]{0,8}不(?:满|超过)\d+周?岁")


def _grouped(conditions: list[Condition]) -> Iterator[Condition]:
    """Conditions, with bounds on one rate or on age that differ by who it is marked as alternatives."""
    kinds = [c for c in conditions if _KIND.fullmatch(c.text)]
    rates = Counter(m[1] for c in conditions for m in [_RATE.search(c.text)] if m)
    by_who = any(c.about is About.AGE and _FOR_SOME.match(c.text) for c in conditions)
    for one in conditions:
        told = _AS_TOLD.fullmatch(one.text)
        if told and rates[told[1]]:
            continue  # the bound itself is stated as well
        rate = _RATE.search(one.text)
        if len(kinds) > 1 and one in kinds:
            yield replace(one, choice="主体")
        elif rate and rates[rate[1]] > 1:
            yield replace(one, choice=f"{rate[1]}率")
        elif by_who and one.about is About.AGE and not one.bars:
            yield replace(one, choice="年龄")
        else:
            yield one


def single_conditions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a definition that are alternatives (…的高校毕业生；…的退役军人)."""
    yield from pieces(text, start, end, re.compile(r"[；;]"))


def _conditions(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Condition]:
    """Spans cut into single conditions. A clause that only joins (其中) or speaks of the body is none."""
    for start, end in spans:
        whole = text[start:end]
        if PREFACE.match(text, text.rfind("\n", 0, start) + 1):
            continue
        clause = CLAUSE.search(text, end)
        said = text[start : clause.start() if clause and clause.start() - end < _NEAR else end]
        if (ALLOWS.search(said) or DUTIES.search(sentence(text, start, end))) and not BARS.search(whole):
            continue
        if BARS.search(whole) and "；" in whole:
            yield from _conditions(text, pieces(text, start, end, STOP))
            continue
        barring = AFTER_BARS.search(whole)
        if barring and BARS.search(whole):
            yield from _barring(text, *stripped(text, *_behind_label(text, start, end)))
            continue
        if ONCE.search(whole) and not CLAUSE.search(whole):
            a, b = stripped(text, *_behind_label(text, start, end))
            yield Condition(text[a:b], a, b, about(text[a:b]), bars=True)
            continue
        if _CHOICE.match(whole):
            a, b = stripped(text, *_behind_label(text, start, end))
            yield Condition(text[a:b], a, b, about(text[a:b]), choice="人员")
            continue
        listed = _in_barring_list(text, start)
        for a, b in _singles(text, *_behind_label(text, start, end)):
            piece = text[a:b]
            if len(piece) < 2 or piece in _FILLERS or of_the_body(piece):
                continue
            yield Condition(piece, a, b, about(piece), bars=listed or bool(BARS.search(piece)))


def _in_barring_list(text: str, start: int) -> bool:
    """Whether a span is an item of a list whose head rules its items out (下列人员不享受…：)."""
    head = head_of_list(text, start)
    return head is not None and bool(re.search(r"不(?:享受|予|得|纳入|适用|能|受理|列入)", text[head[0] : head[1]]))


def _barring(text: str, start: int, end: int) -> Iterator[Condition]:
    """What rules somebody out: each of the cases of a sentence that names several (A，或者B的，不予补贴)."""
    whole = text[start:end]
    tail = AFTER_BARS.search(whole)
    both = NOT_BOTH.search(whole)
    if of_the_body(CLAUSE.split(whole)[0]) or end - start < 3:
        return
    stop = end if both or tail is None or tail.start() < 3 else start + tail.start()
    cases = [start, *(m.end() for m in _OR.finditer(text, start, stop))] if stop < end and "，或" in whole else [start]
    ends = [*(m.start() for m in _OR.finditer(text, start, stop))] if len(cases) > 1 else []
    for a, b in zip(cases, [*ends, stop], strict=True):
        a, b = stripped(text, a, b)
        b = end if len(cases) == 1 else b
        if b - a > 2:
            yield Condition(text[a:b], a, b, about(text[a:b]), bars=True)


def _behind_label(text: str, start: int, end: int) -> tuple[int, int]:
    label = _LABEL.match(text[start:end])
    start += label.end() if label else 0
    called = _CALLED.match(text[start:end])
    start += called.end() if called else 0
    item = _ITEM.match(text[start:end])
    return start + (item.end() if item else 0), end


def _singles(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clauses of a span; an enumeration of persons, of whom any will do, stays one."""
    for a, b in pieces(text, start, end, STOP):
        clauses = list(pieces(text, a, b, CLAUSE))
        if _enumerates([text[x:y] for x, y in clauses]):
            yield a, b
            continue
        for x, y in _kept_together(text, clauses):
            yield from _joined(text, x, y)


def _kept_together(text: str, clauses: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Clauses, with one that begins with 或者 and one that is a bare period joined to their neighbours."""
    kept: list[tuple[int, int]] = []
    for start, end in clauses:
        if kept and (
            re.match(r"或者?(?!许)", text[start:end]) or _joins_on(text[kept[-1][0] : kept[-1][1]], text[start:end])
        ):
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((start, end))
    return iter(kept)


def _joins_on(before: str, clause: str) -> bool:
    """Whether a clause is a bare period, says for whom the rate in the next one holds, or gives ages of either sex."""
    of_a_sex = re.match("[男女]", before) and re.match("[男女]", clause) and "岁" in before and "岁" in clause
    return bool(
        of_a_sex
        or _PERIOD.fullmatch(before)
        or (re.search(r"以[上下]的?(?:单位|企业)$", before) and "率" in clause[:8])
    )


def _joined(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A clause cut where it goes on with 并, 且; and behind whom it is about (毕业5年内的高校毕业生 | 在本区首次…)."""
    if re.match(r"(?:基地|孵化器)?每(?:孵化|毕业|新增|培育|招用)", text[start:end]):
        yield stripped(text, start, end)
        return
    at = start
    for match in _JOIN.finditer(text, start, end):
        yield from _bounds_apart(text, at, match.start())
        at = match.end()
    yield from _bounds_apart(text, at, end)


def _bounds_apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A clause cut at 、 where each side states a bound of its own (不少于15户、带动就业不少于60人)."""
    parts = list(pieces(text, start, end, re.compile("、")))
    below = [i for i, (a, _) in enumerate(parts) if i and re.match(r"不足|未达到?|低于", text[a : a + 3])]
    if below:
        a, b = parts[below[0]]
        stop = re.search(r"(?:门槛|条件|标准)的?", text[a:end])
        cut = a + stop.end() if stop else end
        yield from _subject_apart(text, start, parts[below[0] - 1][1])
        yield stripped(text, a, cut)
        if end - cut > 1:
            yield from _subject_apart(text, cut, end)
        return
    timed = next((i for i, (a, b) in enumerate(parts) if i and _OF_A_YEAR.match(text[a:b])), None)
    if timed and parts[timed - 1][1] - start > _LEAST_CLAUSE:
        yield from _bounds_apart(text, start, parts[timed - 1][1])
        yield from _bounds_apart(text, parts[timed][0], end)
        return
    if len(parts) > 1 and _OWN_BOUND.match(text[slice(*parts[-1])]) and _DOES.search(text[slice(*parts[-2])]):
        yield from _subject_apart(text, start, parts[-2][1])
        yield stripped(text, *parts[-1])
        return
    if len(parts) > 1 and all(_BOUNDED.search(text[a:b]) for a, b in parts[1:]) and _whole(text, parts[0]):
        for a, b in parts:
            yield from _subject_apart(text, a, b)
    else:
        yield from _subject_apart(text, start, end)


#: A bound on a thing of its own behind what somebody does or has (新购设备具备联网功能、单台价格20万元以上)
_OWN_BOUND = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:不少于|不低于|达到|超过|满|在)?\s*\d(?![^、，]{0,3}[月年])[^、，]{0,8}以[上下]|[\u4e00-\u9fff]{2,8}?(?:不少于|不低于|不超过|达到)\s*\d"
)
_DOES = re.compile(r"具备|具有|取得|获得|完成|签订|符合|通过|建有|拥有|缴纳|参加|购买|新购|安装|租用|成立|注册|招用")


def _whole(text: str, part: tuple[int, int]) -> bool:
    return bool(_BOUNDED.search(text[part[0] : part[1]]) or re.search(r"首次|登记|创办|注册", text[part[0] : part[1]]))


def _subject_apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    found = _ACTS.search(text, start + 2, end)
    subject = text[start : found.start()] if found else ""
    cut = found.start() if found and (is_identity(subject) or subject.endswith(("企业", "成员"))) else start
    for a, b in ((start, cut), (cut, end)):
        a, b = stripped(text, a, b)
        if b - a > 1:
            yield a, b


def _enumerates(clauses: list[str]) -> bool:
    """Whether clauses are a list of persons (登记失业人员，就业困难人员，…), not one thing after the other."""
    return len(clauses) > 2 and sum(is_identity(c) for c in clauses) >= len(clauses) - 1


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
