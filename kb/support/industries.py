"""Conditions on the industry (行业): the trade of the profile against those a condition names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.polarity import affirms
from kb.support.reading import Finding, found

#: Trades by the classes of GB/T 4754, with words that name them
_TRADES: dict[str, str] = {
    "工业": "工业|制造|加工|生产企业|纺织|服装|机械|装备|泵|阀|化工|食品|五金|电子|家具|木材|[木竹藤棕草]+制品|印刷|"
    "包装|模具|汽车零部件|汽配|陶瓷|塑料|医药|新材料|智能硬件",
    "软件": "软件|信息技术|信息服务|互联网|数字经济|人工智能|大数据|云计算|集成电路设计|游戏|信息传输",
    "文旅": "文旅|旅游|民宿|农家乐|研学|景区|文化|手作|文创|演艺|旅行社|酒店|住宿",
    "餐饮": "餐饮|饭店|小吃|夜市|咖啡|茶饮|餐馆",
    "商贸": "批发|零售|商贸|电商|电子商务|跨境|外贸|出口|超市|便利店",
    "农业": "农业|种植|养殖|农产品|林业|畜牧|渔业|茶叶种植|农林",
    "物流": "物流|运输|仓储|快递|货运",
    "建筑": "建筑|施工|装修",
    "科研": "科学研究|技术服务|研发|检测|设计服务|科技服务",
    "教育": "教育|培训",
    "健康": "养老|医疗|护理|健康|家政|托育",
    "金融": "金融|担保|保险经纪",
}
#: Trades within one class that are not each other
_FINE = tuple(
    re.compile(words)
    for words in (
        "纺织|服装|鞋",
        "泵|阀|机械|装备|机床|五金",
        "食品|饮料|酿酒",
        "[木竹藤棕草]+制|木材|家具",
        "医药|生物|医疗器械",
        "化工|塑料|橡胶",
        "电子|芯片|半导体",
        "汽车|汽配",
        "印刷|包装",
        "陶瓷|建材|水泥",
    )
)
_PATTERNS = {name: re.compile(words) for name, words in _TRADES.items()}
_DOES = re.compile(r"开办|从事|经营|举办|发展|属于|生产")
_NAMED = re.compile(
    r"(?P<trades>(?:[\u4e00-\u9fff]{2,8}、){0,5}[\u4e00-\u9fff]{2,8}?)(?:行业|产业|领域|类)?(?:的)?(?:中小|"
    r"小微|小型|中型|大型)?(?P<noun>企业|项目|公司|单位|领域|行业)"
)


def industries_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The parts of a condition that name trades of claimants."""
    said = facts.profile.stated("行业")
    for match in _NAMED.finditer(text):
        trades = [t for t in match["trades"].split("、") if any(p.search(t) for p in _PATTERNS.values())]
        if not trades:
            continue
        start, end = match.start("trades"), match.end("trades")
        first = next(i for i, t in enumerate(match["trades"].split("、")) if t in trades)
        start += sum(len(t) + 1 for t in match["trades"].split("、")[:first])
        verb = _DOES.search(text, start, end)
        start = verb.end() if verb else start
        start += _qualified(text[start:end], said.text if said else "")
        if not affirms(text[: match.end("trades")]):
            yield found(start, end, None)  # 非餐饮企业
            continue
        yield found(start, end, _answers(trades, said.text if said else ""), said)


def _qualified(trades: str, own: str) -> int:
    """How many characters qualify the first trade named (先进制造业), where the claimant's own lacks them.

    They ask for more than the trade, which no trade answers.
    """
    begins = min((m.start() for p in _PATTERNS.values() if (m := p.search(trades))), default=0)
    return 0 if not own or trades[:begins] in own else begins


def _answers(trades: list[str], own: str) -> bool | None:
    """Whether the claimant's trade is among those named; None where it may be."""
    if not own:
        return None
    if any(
        word in trade or trade in own for trade in trades for word in re.split(r"[、，/（）\s]", own) if len(word) > 1
    ):
        return True
    fine_own = {i for i, p in enumerate(_FINE) if p.search(own)}
    fine = [{i for i, p in enumerate(_FINE) if p.search(t)} for t in trades]
    if fine_own and all(fine) and not any(fine_own & f for f in fine):
        return False
    of_own = {n for n, p in _PATTERNS.items() if p.search(own)}
    of_named = [{n for n, p in _PATTERNS.items() if p.search(t)} for t in trades]
    general = any(
        t.endswith(("工业", "制造业", "农业", "文旅", "旅游", "餐饮", "软件", "服务业")) and of_own & n
        for t, n in zip(trades, of_named, strict=True)
    )
    if general:
        return True
    return None if not of_own or any(of_own & named for named in of_named) else False
