"""What a support or service is called: in a clause, in a heading, in the title of its document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.provisions.lexicon import GENERIC, HAN, NAME_STARTS, SERVICES, SUPPORT, any_of, either
from ingest.provisions.signs import LOAN_NAMES
from ingest.provisions.spans import Span, strip

_NOUN = re.compile(SUPPORT)
_LONGEST_RUN, _LONGEST_TITLE, _LONGEST_NAME = 24, 24, 30
_RUN = re.compile(rf"[{HAN}A-Za-z“”·]{{1,{_LONGEST_RUN}}}$")
_GENERIC = re.compile(rf"(?:{any_of(GENERIC)}|[”“一二三四五六七八九十])*")
#: What is cut from the run before the noun: other words, the name joined to it, a unit, a region, single words.
_STARTS = re.compile(rf"{any_of(NAME_STARTS)}|(?:{SUPPORT})[和与及或]")
_UNIT = re.compile(r"列次|架次|平方米|立方米|人次|人|户|套|家|辆|台|个|年|月|次|吨|亩|项|件|天|生|名|万?元")
_REGION = re.compile(rf"[{HAN}]{{2,3}}(?:[市省县](?!域)|(?<![园社校景小片山库灾牧林厂街住])区)(?=[{HAN}]{{2}})")
_EDGE = re.compile(
    r"(?:[年月日对向将为由其再可已于在与和及或等按给每个项类的]|[一二三四五六七八九十]是)+(?![际来外老青能部产体目额别])"
)
#: Headings of a whole policy, or of its common parts, name no support.
_BROAD = either("进一步 加快 加强 完善 优化 推进 健全 规范 强化 深化 创新 改革 营造 明确")
_STOCK = either(
    "总则 附则 要求 原则 目标 保障 组织 领导 职责 责任 监督 管理 任务 背景 意义 条件 对象 材料 程序 流程 标准 范围 "
    "期限 时间 方式 其他 申报项目 申请项目 项目名称 说明 内容 事项 政策措施 施行 解释 依据 情况 主要 措施 举措 政策$ "
    "[，,。；：:]"
)
#: What may stand behind a name in a heading: in 资助购买服务 and 奖励科技创新 it is a verb.
_NAME_ENDS = either(
    rf"$ [^{HAN}] 政策 标准 力度 办法 实施 细则 方案 暂行 管理 发放 申领 申请 申报 工作 资金 制度 机制 措施 金额 额度 "
    rf"期限 方式 指南 "
    "办事 的 和 与 及 等 事项 通知 经办 规定 操作 补充 试行 有关 服务 规程 指引 公告 审核 兑现 活动 为 是 按",
    before="(?!申请对象|申请条件)",
)
_IS_SERVICE = re.compile(rf"(?:{any_of(SERVICES)}|{SUPPORT}|(?<!政务)(?<!公共)(?<!信息)(?<!中介)(?<!金融)服务)$")
#: 个人申请 is a way to apply, no service.
_ACT = re.compile(
    r"(?:个人|单位|企业|网上|线上|线下|现场|集中|统一|自主|家庭|用人单位)*"
    r"(?:申请|办理|登记|认证|报名|备案|推荐|评审|验收)"
)
_PAIR = re.compile(rf"(.{{3,16}}(?:{SUPPORT}))[和与及、](.{{3,16}}(?:{SUPPORT}))")
#: Around the name in a title: 某局关于印发2026年某市〔…〕实施办法的通知, 〔…〕怎么办？
_PREFIX = either(
    "印发 发布 公布 落实 发放 组织 开展 做好 办理 申报 申请 征集 启动 规范 公开 受理 实施 明确 调整 继续 联合 推荐 "
    "认真 "
    "切实 "
    "转发 下达 报送 填报 进一步 全面 做",
    before="^.{0,40}?关于(?:",
    behind="[和与、]?)*好?",
)
_BEGINS = either(
    rf"[“”] \d{{4}}(?:[-—至]\d{{4}})?年?度? [{HAN}]{{2,7}}?(?:省|自治区|市|自治州|县)(?!场|域|民|政|级) "
    rf"[{HAN}]{{2,4}}区(?!域|块) "
    "第[一二三四五六]批 (?:[上下]半|本)年度? 国家级 省级 市级",
    before="^",
    behind="+",
)
_ENDS = re.compile(
    r"(?:(?:组织)?(?:申报|推荐|申请|申领|办理|管理|实施|评审|遴选|征集|受理|发放|填报)?(?:工作|事项|有关事项|业务|政策|若干政策)?"
    r"(?:有关|相关)?(?:工作|事项|问题|信息)?的?(?:补充)?"
    r"(?:通知|公告|通告|公示|函|(?:管理|实施|暂行|试行|工作|操作)?(?:办法|细则|规定|规程|方案)|"
    r"(?:办事|申报|办理|操作|申请|服务)?(?:指南|指引|攻略|流程|须知)|问答|解读|简介|详解|条例|标准))?(?:[（(][^（）()]{1,12}[）)])?$"
)
#: 学位申请指引 is of the 学位申请.
_LAST_WORD = re.compile(r"(?:办事|操作|服务)?(?:指南|指引|攻略|流程|须知|办法|规程|方案)$")
_ASKED = re.compile(r"(?:可以|怎么|怎样|如何|在哪|能不能|需要什么|有哪些|是什么|来了|请查收|一文).{0,14}$")


def supports(text: str, start: int, end: int) -> Iterator[tuple[Span, bool]]:
    """The names of supports in a span, each with whether it is its own (购房补贴) or generic (一次性奖励)."""
    for match in _NOUN.finditer(text, start, end):
        if text.startswith(("基础", "政策基础", "标准基础"), match.end()):
            continue  # 在现有补贴基础上
        begin = _begin(text, start, match.start())
        said = text[begin : match.start()]
        yield strip(text, begin, match.end()), len(said) >= 2 and not _GENERIC.fullmatch(said)
    yield from ((m.span(), True) for m in LOAN_NAMES.finditer(text, start, end))


def last_support(text: str, start: int, end: int) -> str:
    """The last support a sentence names by a name of its own; empty where it names none."""
    return next((text[slice(*s)] for s, own in reversed([*supports(text, start, end)]) if own), "")


def _begin(text: str, start: int, noun: int) -> int:
    """Where the name begins that ends in the noun at a place."""
    left = max(start, noun - _LONGEST_RUN)
    run = _RUN.search(text[left:noun])
    begin = left + run.start() if run else noun
    if begin and text[begin - 1] in "/／0123456789每" and (unit := _UNIT.match(text, begin, noun)):
        begin = unit.end()
    begin = max([begin, *(m.end() for m in _STARTS.finditer(text, begin, noun))])
    for pattern in (_REGION, _EDGE):
        match = pattern.match(text, begin, noun)
        begin = match.end() if match else begin
    said = text[begin:noun]
    if said.count("“") != said.count("”"):
        begin += max(said.rfind("“"), said.rfind("”")) + 1
    return begin


def heading_name(title: str) -> str:
    """The support a heading names (加大〔购房补贴〕力度), verbatim; empty where it names none."""
    for span, own in supports(title, 0, len(title)):
        name = title[slice(*span)]
        if own and _NAME_ENDS.match(title[span[1] :]) and not name.endswith(("支持", "扶持", "优惠")):
            return name
    return ""


def title_name(title: str) -> str:
    """The support the title of a document names, behind who issues it and its region."""
    return heading_name(_BEGINS.sub("", _PREFIX.sub("", title, count=1))) or heading_name(title)


def topic(title: str) -> bool:
    """Whether a heading can stand for the name of what is granted below it (支持企业上市)."""
    return 4 <= len(title) <= _LONGEST_TITLE and not _STOCK.search(title) and not _BROAD.match(title)


def service_name(title: str) -> str | None:
    """The service or support the title of a document is about, verbatim; None where it is about none."""
    inner = re.search(r"《([^《》]{4,80})》", title) if re.search(r"印发|发布|出台|关于|通知", title) else None
    whole = inner[1] if inner and not re.search(r"修改|废止|贯彻|落实", title) else title.strip("《》")
    name = _BEGINS.sub("", _PREFIX.sub("", whole, count=1))
    short = _ENDS.sub("", name, count=1)
    for cut in (short, _LAST_WORD.sub("", name, count=1), _LAST_WORD.sub("", short, count=1)):
        for part in re.split(r"[？?！!，,：:；]", cut):
            said = _BEGINS.sub("", _ASKED.sub("", part.strip("“” 的")))
            if 3 <= len(said) <= _LONGEST_NAME and _IS_SERVICE.search(said) and said in title:
                return said
    return None


def is_service(name: str) -> bool:
    """Whether a heading names something one applies for."""
    fits = 5 <= len(name) <= _LONGEST_TITLE and not re.search(r"[，。；：]", name)
    return fits and bool(_IS_SERVICE.search(name)) and not _ACT.fullmatch(name)


def alike(one: str, other: str) -> bool:
    """Whether two names can be one support's: one is part of the other."""
    return one in other or other in one


def pair_of(name: str) -> tuple[str, ...]:
    """The two supports a title joins (甲补贴和乙补贴), else the one it names."""
    match = _PAIR.fullmatch(name)
    return match.groups() if match else (name,)
