"""Questions made from sentences of official texts, as people would put them: general ways of asking, no benchmark's."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.text import Quantity, find_dates, find_doc_numbers, find_quantities, tagged_words

# What a text calls a thing and what people call it.
_PLAIN = {
    "补贴": ("补助", "补的钱", "补"),
    "补助": ("补贴", "补"),
    "奖励": ("奖", "奖金", "奖的钱"),
    "给予": ("给", "发"),
    "申请": ("申报", "申领", "办", "报"),
    "申报": ("申请", "报"),
    "企业": ("公司", "单位", "厂子"),
    "用人单位": ("公司", "单位", "老板"),
    "负责": ("管", "承办"),
    "缴纳": ("交", "缴"),
    "拨付": ("打款", "到账", "发"),
    "发放": ("发", "到账", "给"),
    "材料": ("资料", "东西", "手续"),
    "提交": ("交", "递"),
    "期限": ("时间", "多长时间"),
    "具备": ("有", "要有"),
    "不超过": ("最多", "顶多"),
    "不少于": ("至少", "起码"),
    "不低于": ("至少", "起码"),
    "应当": ("要", "得", "必须"),
    "一次性": ("一次", "一把"),
    "印发": ("发", "出台"),
    "认定": ("评上", "评定"),
    "就业": ("上班", "找工作"),
    "招用": ("招", "雇", "招收"),
    "高校毕业生": ("大学生", "毕业生"),
    "失业人员": ("没工作的人", "失业的"),
    "贷款": ("借款", "借钱"),
    "住房": ("房子",),
    "子女": ("孩子", "小孩"),
    "新建": ("新盖", "建"),
    "建设": ("建", "搞"),
    "达到": ("到", "做到"),
    "开展": ("搞", "办"),
    "提供": ("给", "拿出"),
    "办理": ("办", "弄"),
    "工作日": ("天",),
    "受理": ("收", "接"),
    "审核": ("审", "审查"),
    "办结": ("办完", "办好"),
    "人力资源和社会保障": ("人社",),
    "科学技术": ("科技",),
    "经济和信息化": ("经信", "工信"),
    "发展和改革": ("发改",),
    "取消": ("拿掉", "撤销"),
    "租金": ("房租",),
    "面积": ("地方大小", "场地"),
    "从业人员": ("员工", "职工"),
    "首次": ("头一回", "第一次"),
    "年度": ("年",),
    "标准": ("多少", "标准"),
    "群众": ("老百姓",),
    "居民": ("老百姓",),
    "老年人": ("老人",),
    "残疾人": ("残疾人员",),
    "义务教育": ("上学",),
    "养老保险": ("养老", "社保"),
    "医疗保险": ("医保",),
    "失业保险": ("失业险",),
    "个体工商户": ("个体户",),
    "营业执照": ("执照",),
}
_MONEY = ("多少钱", "多少", "多少元", "多少钱啊", "几多钱")
_LONG = ("多久", "多长时间", "几天", "多长")
_WHEN = ("什么时候", "哪天", "何时", "啥时候", "几号", "哪一年")
_WHO = ("由谁负责", "归哪个部门管", "谁牵头", "哪个部门负责", "找哪个单位", "责任单位是谁", "谁来管")
_MEANS = ("是什么意思", "是指什么", "指的是啥", "怎么定义", "是啥")
_WHOM = ("要什么条件", "哪些人可以申请", "有什么要求", "什么样的才行", "得满足啥", "需要符合哪些条件")
_PAPERS = ("要交哪些材料", "要带什么材料", "需要准备哪些资料", "要啥手续", "提交什么")
_ANY = (
    "吗",
    "怎么规定的",
    "有什么要求",
    "能不能办",
    "可以吗",
    "有啥说法",
    "是怎么说的",
    "怎么弄",
    "怎么办",
    "有哪些",
    "？",
    "",
)
_HEADED = ("有哪些内容", "具体有哪些", "怎么做", "都有什么", "主要是什么", "是怎么安排的", "包括什么")
#: A kind of value asked for, and how a text without any such value is known.
_ABSENT = (
    (("能给多少钱", "补多少", "多少钱", "奖励多少"), re.compile(r"元|\d+万|资金|补[贴助]|奖")),
    (("什么时候截止", "几号之前要弄完", "哪天开始", "有效期到什么时候"), re.compile(r"\d年|\d月|\d日|期|前|日起")),
    (("电话是多少", "打哪个电话", "联系方式是什么"), re.compile(r"\d{5}")),
    (("由哪个部门负责", "归谁管", "哪个单位牵头"), re.compile(r"局|委|部门|厅|办公室|单位|政府|中心|机关|机构")),
    (("要交哪些材料", "带什么材料去办"), re.compile(r"材料|证|表|书|件|复印|提交")),
    (("占百分之几", "比例是多少"), re.compile(r"%|百分|成|比例|率")),
)
_MARK = re.compile(
    r"^[\s　]*(?:第[一二三四五六七八九十百零\d]+[条章节款项]|[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])[、.．\s　]*"
)
_CLAUSE = re.compile(r"[，,；;。：:！？\n]")
_DEFINED = re.compile(
    r"(?:本[^，。]{1,6}所称)?[“\"]?(?P<term>[\u4e00-\u9fffA-Za-z]{2,16})[”\"]?[，,]?(?:是指|系指|指的是|指)[^定导引派标]"
)
_UNITS = re.compile(
    r"责任单位|牵头单位|责任部门|牵头部门|由.{2,20}(?:负责|牵头|承担|组织实施)|[（(].{2,40}(?:牵头|负责|分工)"
)
_OPENS = re.compile(r"(?P<what>条件|对象|范围|资格|要求|材料|资料)[^。]{0,12}[：:]")
_YEAR = re.compile(r"20\d\d年?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made from ``text[start:end]``; ``absent`` where that sentence does not answer it."""

    question: str
    kind: str
    absent: bool = False


def questions_about(text: str, heading: str, rng: random.Random) -> Iterator[Asked]:
    """Questions a sentence answers (or plainly does not), in plain words, most telling kinds first."""
    bare = _MARK.sub("", text).strip()
    for quantity in rng.sample(found, min(2, len(found))) if (found := _amounts(bare)) else []:
        word = _amount_word(quantity.unit, quantity.raw, rng)
        yield Asked(_around(bare, quantity.start, quantity.end, word, rng), "amount")
    days = [d for d in find_dates(bare) if d.end - d.start >= 5]
    if days:
        day = rng.choice(days)
        yield Asked(_around(bare, day.start, day.end, rng.choice(_WHEN), rng), "day")
    if _UNITS.search(bare):
        yield Asked(_gist(heading or bare, rng, 2, 5) + rng.choice(_WHO), "unit")
    defined = _DEFINED.search(bare)
    if defined:
        yield Asked(rng.choice(("什么是", "啥叫", "")) + defined["term"] + rng.choice(_MEANS), "meaning")
    opens = _OPENS.search(bare)
    if opens:
        ways = _PAPERS if opens["what"] in ("材料", "资料") else _WHOM
        yield Asked(_gist(bare[: opens.start()] or heading, rng, 1, 4) + rng.choice(ways), "list")
    if heading and len(_MARK.sub("", heading)) >= 4 and rng.random() < 0.3:
        yield Asked(_MARK.sub("", heading)[:24] + rng.choice(_HEADED), "heading")
    yield Asked(_gist(bare, rng, 2, 5) + rng.choice(_ANY), "any")
    missing = [ways for ways, present in _ABSENT if not present.search(text + heading)]
    if missing:
        yield Asked(_gist(bare, rng, 2, 4) + rng.choice(rng.choice(missing)), "absent", absent=True)


def plainly(question: str, rng: random.Random) -> str:
    """The question in words people use, now and then with a slip of the pen or a word left out."""
    for word in sorted(_PLAIN, key=len, reverse=True):
        if word in question and rng.random() < 0.5:
            question = question.replace(word, rng.choice(_PLAIN[word]), 1)
    if rng.random() < 0.25:
        question = re.sub("[的了地得将对于]", "", question)
    if rng.random() < 0.06 and len(question) > 8:
        at = rng.randrange(1, len(question) - 2)
        question = question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    if rng.random() < 0.25:
        question = rng.choice(("请问", "想问下", "问一下，", "我想知道", "那", "现在")) + question
    return question + rng.choice(("？", "", "啊", "呢", "?"))


def _amounts(text: str) -> list[Quantity]:
    dates = [(d.start, d.end) for d in find_dates(text)] + [(n.start, n.end) for n in find_doc_numbers(text)]
    return [
        q
        for q in find_quantities(text)
        if q.unit
        and q.unit not in ("号", "届", "月", "日", "条", "章")
        and q.raw[0] != "一"
        and not any(s <= q.start < e for s, e in dates)
    ]


def _amount_word(unit: str, raw: str, rng: random.Random) -> str:
    if unit == "元":
        return rng.choice(_MONEY)
    if unit in ("年", "天", "个月", "个工作日", "工作日", "小时", "分钟"):
        return rng.choice(_LONG)
    if unit in ("%", "‰", "个百分点"):
        return rng.choice(("百分之几", "多少", "多大比例", "几成"))
    if unit in ("平方米", "亩", "公顷", "平方公里"):
        return rng.choice(("多大", "多少" + unit, "多少平"))
    return rng.choice(("多少", "几")) + unit


def _around(text: str, start: int, end: int, word: str, rng: random.Random) -> str:
    """The clause around a value, with an asking word for the value and only some of the words before it."""
    starts = [m.end() for m in _CLAUSE.finditer(text, 0, start)]
    first = starts[-1] if starts else 0
    if start - first < 8 and len(starts) > 1:
        first = starts[-2]
    stop = _CLAUSE.search(text, end)
    behind = text[end : stop.start() if stop else len(text)]
    kept = _kept(text[first:start], rng, 2, 6)
    tail = behind[: rng.choice((0, 4, 8))] if rng.random() < 0.5 else ""
    return _MARK.sub("", kept) + word + tail


def _gist(text: str, rng: random.Random, least: int, most: int) -> str:
    """Some words of the first clauses, in order."""
    return _kept(_YEAR.sub("", _MARK.sub("", text))[:60], rng, least, most)


def _kept(text: str, rng: random.Random, least: int, most: int) -> str:
    """Between ``least`` and ``most`` content words, in order, with the small words between neighbours."""
    words = [(w, t) for w, t in tagged_words(text) if w.strip() and not _CLAUSE.fullmatch(w)]
    content = [i for i, (w, t) in enumerate(words) if len(w) > 1 and t[:1] in "nvaijlt"]
    if not content:
        return text[-16:]
    count = rng.randint(least, most)
    chosen = set(content[-count:]) if rng.random() < 0.5 else set(rng.sample(content, min(count, len(content))))
    out = []
    for i, (word, _) in enumerate(words):
        if i in chosen or (i - 1 in chosen and i + 1 in chosen and rng.random() < 0.5):
            out.append(word)
    return "".join(out)
