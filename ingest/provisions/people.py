"""Who is meant by the words before a grant, under which conditions, and in which period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.provisions.lexicon import HAN, PERSON, either
from ingest.provisions.spans import Span, segments, strip


@dataclass(slots=True)
class Claimants:
    """Spans: who, what else must hold, and when."""

    audience: list[Span] = field(default_factory=list)
    conditions: list[Span] = field(default_factory=list)
    period: list[Span] = field(default_factory=list)


_SOMEBODY = re.compile(rf"{PERSON}|的$")
_ENDS_PERSON = re.compile(rf"(?:{PERSON})(?:等)?$")
_OPENS = either(
    "对于 对 凡是 凡 针对 面向",
    before=r"[\s“]*(?:其中|同时|此外|另外|以及|继续|改为|[一二三四五六七八九]是)?",
    behind="(?![口接外象应于照标其比])",
)
_JOINS = either("以及 或 和 及 且 并")
_GOES_ON = either("且 并 同时 或 及 均 仍 又", behind="(?!列)")
_IF = re.compile(r"(?:若|如果?|因|除|经|在|待)(?!要)")
#: What is wanted of everybody says not who gets something.
_INTENDS = either(
    "鼓励 支持 引导 推动 推进 加大 加快 加强 实施 开展 落实 积极 大力 全面 进一步 深入 培育 打造 完善 建立 健全 优化 "
    "强化 提升 促进",
    before=r"[\s“]*(?:为了?)?",
)
#: 创办小微企业: what somebody does, not who does it.
_ACTS = either(
    "创办 创立 兴办 招用 引进 办理 租赁 租用 购买 成立 设立 注册 新建 参加 认定为 入选 获评 每招用 每新增 签订 领取",
    before="(?:首次|新)?(?:在[^，]{1,10})?",
    behind="(?![^，]*的)",
)
_INTENDED = re.compile(
    rf"(?:鼓励|支持|引导)(?:和支持|和引导)?(?P<who>[{HAN}、“”]{{0,12}}?(?:{PERSON}))"
    "(?!主体|的|建设|认定|培育|投资|申报|等级|创建|发展)"
)
#: 〔小微企业〕办理担保贷款: somebody, and what he does.
_SUBJECT = either(
    "办理 购买 租 新 参加 通过 获 取得 投 建 开展 招 引进 自主 申请 在 连续 实施 设立 成立 采购 使用 入驻 每 首次 按 "
    "可 凭 持 当年",
    before=rf"(?P<who>(?:[^，。；对向]{{2,60}}?的|(?![在每按由从]))[{HAN}、“”（）□]{{0,48}}?(?:{PERSON}))(?=",
    behind=rf")(?![{HAN}]{{1,8}}的[{HAN}])",
)
_DATE = r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|底|末|初)?(?:[（(][^（）()]{0,8}[）)])?"
_FROM = rf"(?:{_DATE}|即日|(?:本|该)?[{HAN}]{{0,8}}(?:之日|发布|出台|印发|公布|实施|施行)(?:之日)?|\d{{4}}年)"
_TO = rf"(?:\d{{4}}年\s?\d{{0,2}}月?\s?\d{{0,2}}日?[底末]?|{_DATE})(?:[（(][^（）()]{{0,12}}[）)])?"
PERIOD = re.compile(
    rf"[自从于在]?{_FROM}\s?起?\s?[-－—–~～至到]{{1,2}}\s?{_TO}(?:止|期间|前|内|之间)?|[自从]?{_DATE}(?:之日)?起|"
    r"[在于]?\d{4}年\d{1,2}月(?:\d{1,2}日|底)(?:\d{1,2}(?:[:：]\d{2}|时))?(?:之?前|以前)|\d{4}年(?:底|末)(?:之?前|以前)"
)
#: A basis, a payer, a step or an adverb tells of nobody.
_BESIDES = (
    re.compile(r"(?:根据|按照?|依据|依照|参照|遵循|结合)(?!期|时)|(?:并|且)?凭|由[^，]{0,12}(?:财政|资金)"),
    re.compile(r"(?:原则上)?不(?:低于|超过|高于|少于)|以[^，]*(?:金额|总额|价格|价|标准|基数|为准)"),
    re.compile(rf"[由从经]?[{HAN}]{{0,16}}(?:财政|资金|部门|政府|管委会|基础上|委|局)[{HAN}]{{0,4}}$"),
    re.compile(r"[^，]*(?:规定|要求|精神|原则|方式|办法)下?$|每[年月户人套家个]$|每[^，]{1,8}[1一](?:人|名|户|家)$"),
    re.compile(r"[^，]*(?:期限|额度|利率)[^，]*|[^，]*(?:补贴|补助|奖励|资助|减免|救助)(?:的|等)?标准$"),
    re.compile(r"经(?:认定|审核|核实|批准|评审|评估|审批|审定|验收|考核)[^，]{0,6}$"),
    either(
        "并 可 再 另 同时 此外 另外 其中 对此 具体 分别 一次性 直接 优先 择优 统一 适当 予以 最高 每年 每月 原则上 "
        "按季度? 按年度? 按月 现 拟 将 其余 其 则 即 还 也 均 都 或 后",
        behind="+$",
    ),
)
#: Adverbs and payers right before the verb of giving.
_TAIL = either(
    "分别 一次性 最高 每[年月户人套家个项] 每平方米 予以 给予 实行 再 额外 另外 均 可以? 将 原则上 直接 优先 择优 其 "
    "统一 适当 即可 同时 "
    rf"由[{HAN}]{{0,14}} [{HAN}]{{0,3}}级?财政 "
    "(?:按照?|根据)[^，的]{0,10}(?:规定|标准|比例|原则|方式|等次|档次|项目|情形|情况|等级|程序|条件) 按照? 按[年月季] "
    "在[^，的]{2,14}基础上 参照[^，]{2,20} 一律 累计 补贴 奖励 补助 资助 一个?年度内 一次",
    behind="$",
)
_CONDITIONAL = re.compile(r"的$|^(?:且|并|同时|须|需|应)|[须需]|应当|不[^，]{1,8}的?$")
_GIVING = re.compile(r"(?:给予|予以)[^，的]{0,16}(?:补|奖|资助|支持|优惠)")
#: Words before a claimant, and who gives: 有条件的地区对〔托育机构〕.
_LEADS = re.compile(r"(?:以及|将|把|如果?|若|凡是?|其中)(?!是|何)")
_GIVER = either(
    "地区 各地 政府 部门 财政 银行 机构 区县 街道 我市 本市 我省 全市 全省 [省市区县]级",
    before=".{0,12}",
    behind="对(?=.{2})",
)
#: 符合上述条件的: words that name nobody.
_EMPTY = re.compile(r"(?:符合)?(?:上述|以上|相关|有关|规定|下列)*(?:条件|规定|要求)?的?")
_LONGEST, _CONDITION, _PERIOD = 160, 6, 5


def names_somebody(said: str) -> bool:
    """Whether a phrase speaks of somebody at all."""
    return bool(_SOMEBODY.search(said))


def claimants(text: str, start: int, end: int) -> Claimants:
    """Sort the segments of ``text[start:end]``, the words before a grant, into who, conditions and period."""
    found = Claimants()
    parts: list[Span] = []
    for segment in segments(text, start, end):
        _sort_in(text, segment, found, parts)
    said = [text[slice(*p)] for p in parts]
    first, last = _who(said)
    named = last >= 0 and bool(_ENDS_PERSON.search(said[last]))
    if not named and (subject := _subject(parts[: first if last >= 0 else len(parts)], said)):
        rest = _bare(text, subject[1], parts[last][1]) if last >= 0 else _rest(text, parts, subject)
        found.audience.append(subject)
        found.conditions.append(rest)
    elif last >= 0:
        found.audience.append(_bare(text, parts[first][0], parts[last][1]))
        others = (i for i in range(len(parts)) if not first <= i <= last)
        conditional = (i for i in others if _CONDITIONAL.search(said[i]) and not _INTENDS.match(said[i]))
        found.conditions += [_bare(text, *parts[i]) for i in conditional]
    else:
        found.audience += _intended(parts, said)
    found.audience = [
        s for s in found.audience if 2 <= s[1] - s[0] <= _LONGEST and not _EMPTY.fullmatch(text[slice(*s)])
    ]
    found.conditions = [s for s in found.conditions if _CONDITION <= s[1] - s[0] <= _LONGEST]
    return found


def _sort_in(text: str, segment: Span, found: Claimants, parts: list[Span]) -> None:
    """A segment as a period, as nothing (payer, basis, adverb), or as a part that tells who."""
    if _GIVING.search(text, *segment):
        parts.clear()  # what was given before is not what is given now
        return
    start, end = _trimmed(text, *strip(text, *segment, "“”（）□"))
    period = PERIOD.match(text, start, end)
    if period and period.end() - period.start() >= _PERIOD:
        found.period.append(period.span())
        start, end = strip(text, period.end(), end, "期间内，")
        if end - start < 4:  # 期间, 之内
            return
    if end - start >= 2 and not any(p.match(text, start, end) for p in _BESIDES):
        parts.append((start, end))


def _who(said: Sequence[str]) -> tuple[int, int]:
    """The parts, first to last, that name the claimant: from 对… to …的 or …企业; (-1, -1) where none does."""
    closes = [i for i, s in enumerate(said) if s.endswith("的") or _ENDS_PERSON.search(s)]
    openers = [i for i, s in enumerate(said) if _OPENS.match(s)]
    if openers:
        first = openers[-1]
        last = next((i for i in closes if i >= first), first)
        while last + 1 in closes and _JOINS.match(said[last + 1]) and _ENDS_PERSON.search(said[last + 1]):
            last += 1
        return first, last
    people = [
        i for i in closes if _ENDS_PERSON.search(said[i]) and not (_INTENDS.match(said[i]) or _ACTS.match(said[i]))
    ]
    others = [i for i in closes if not _IF.match(said[i]) and not _INTENDS.match(said[i])]
    first = last = (people or others or [-1])[-1]
    while first > 0 and _GOES_ON.match(said[first]):
        first -= 1
    return first, last


def _subject(parts: Sequence[Span], said: Sequence[str]) -> Span | None:
    """The claimant a part begins with: 〔见习单位〕在见习期满后留用学员."""
    for part, words in zip(parts, said, strict=False):
        match = None if _INTENDS.match(words) or _OPENS.match(words) else _SUBJECT.match(words)
        if match:
            return part[0], part[0] + match.end("who")
    return None


def _rest(text: str, parts: Sequence[Span], subject: Span) -> Span:
    """What the part of a subject says behind it."""
    return next(strip(text, subject[1], end) for start, end in parts if start == subject[0])


def _intended(parts: Sequence[Span], said: Sequence[str]) -> list[Span]:
    """鼓励企业…: who is meant where no claimant is named as such."""
    found = ((part[0], _INTENDED.match(words)) for part, words in zip(parts, said, strict=True))
    return [(at + m.start("who"), at + m.end("who")) for at, m in found if m][:1]


def _bare(text: str, start: int, end: int) -> Span:
    """Without 对, the giver and the like before, and without 的 behind."""
    for pattern in (_OPENS, _GIVER, _LEADS):
        match = pattern.match(text, start, end)
        start = match.end() if match else start
    start, end = strip(text, start, end, "，：“”")
    return (start, end - 1) if end > start and text[end - 1] == "的" else (start, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without the adverbs before the verb of giving (分别, 由市财政, 按规定)."""
    for _ in range(5):
        tail = _TAIL.search(text, max(start, end - 40), end)
        if not tail or tail.start() == end:
            break
        end = tail.start()
    return strip(text, start, end)
