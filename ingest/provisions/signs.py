"""Signs in a clause: who gives, forbids, takes back, pays, told the past; what limits; where loans are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.provisions.lexicon import GIVES, STANDARDS, any_of, either

#: Giving in one word right before the sum: 再补200元, 另奖15万元; 的，增加1万元.
_SHORT = r"[加再另增]?[补奖发](?:给|足)?(?=\d)|(?<=，)(?:再|另|可)?增加(?=\d)|(?<=最高)可?(?:支持|获得|获|享受)(?=\d)"
SHORT = re.compile(rf"加补|{_SHORT}")
GIVE, STANDARD = re.compile(rf"{any_of(GIVES)}|{_SHORT}"), re.compile(any_of(STANDARDS))
#: A place in a contest is what the sum beside it is for: 一等奖12万元.
PRIZE = re.compile(r"(?:[特一二三四五]等|优秀|优胜|金|银|铜|入围|提名|单项)奖")
#: The verb that parts who gets something from what it is.
VERB = re.compile(r"给予|予以|给子|给于|给与|发放|奖励(?=[^，。；]{0,6}\d)")
LIMITS = either(
    r"最高 最多 最长 上限 封顶 不超过 不超出 不超(?=\d) 不得超过 不能超过 不高于 不得高于 不多于 限额 至多 以内 控制在"
)
#: Whoever fines, charges, forbids or takes back grants nothing; nor do prices, deposits and fees.
LOSSES = either(
    "留足 罚款 处以 并处 罚金 滞纳金 违约金 没收 追回 追缴 收回 退回 退还(?!税) 扣减 扣除(?!住房) 取消 不予 "
    "不再(?:给予|享受|补) 不享受 不得(?:享受|重复|叠加|给予) 不能享受 不可叠加 不叠加 不重复 不与 叠加使用 工本费 "
    "保证金 预算 收费标准 缴费标准 缴费基数 缴费比例 缴存基数 缴存比例 赔偿 亏损 诈骗 挪用 贪污 受贿 虚报 截留 责令 "
    "竞买 起拍 溢价 加价 地价款 出让金 出让价 预售资金 监管资金 让利 销售价格 备案价 降价 容积率 税前扣除 专项附加扣除 "
    "月收入 还款额"
)
#: Words that end a support, 停止发放… and 暂停执行对…的政策; of a claimant (对停止发放…的人员给予…) they tell the past.
_ENDS = re.compile(
    r"(?:停止|暂停|中止|终止|暂缓|不再|废止)(?:继续)?(?:执行|实施|发放|兑现|拨付|支付|享受|奖励|补贴|补助)(?!的)|停[发付](?!的)"
)
_OF_CLAIMANT = re.compile(rf"[^，：。；]{{0,60}}的[^，：。；]{{0,16}}?(?:{VERB.pattern})")
_OPENS_CLAIMANT, _CLAIMANT = re.compile(r"(?:对|凡|向|已)[^，：。；]*$"), 60
#: What ends reaches to the comma, over it to 的政策, and over all that follows a colon.
_ENDED = re.compile(
    r"[^，：。；]{0,20}对[^。；]{0,160}?的(?:政策|规定|措施|条款|做法|办法)|[^，：。；]*(?:：[^。；]*)?"
)
#: Who carries which share of the cost is the givers' matter.
COSTS = re.compile(r"承担|负担|分担|配套资金|\d+：\d+")
#: 累计补贴金额不超过… is a ceiling.
_UNLIMITED = "(?![^，。；]{0,8}(?:不得?超过|不高于|最高|期限|上限))"
#: Totals set aside, not what one claimant gets.
BUDGETS = either(
    r"(?:安排|设立|筹集|筹措|统筹|下达|列支|募集|注资|组建|争取|投放|发行|拿出|整合|预留)"
    r"[^，。；]{0,20}(?:资金|基金|经费|债券|券|红包|预算) "
    rf"(?:资金|基金|资金池|经费)总?(?:规模|总量|总额|池){_UNLIMITED} "
    r"总规模 全[县市省区][^，。；]{0,16}总额 "
    r"总额度 (?:每年|年度)(?:安排|投入|列支) "
    r"发放[^，。；]{0,12}(?:券|红包)(?:共|总额|总计|约)?\d+(?:\.\d+)?[百千]?[万亿]元"
)
#: What is told of the past, or as an example.
PAST = either(
    r"(?:截至|截止到?)\d "
    rf"累计(?:已)?(?:发放|兑现|拨付|减免|支持|投入|支出|惠及|办理|落实|奖励|核发|补贴|争取|完成|下达|为){_UNLIMITED} "
    r"已(?:累计|经|为|向|发放|拨付|兑现|完成|核发|有) 共(?:发放|计发放|兑现|拨付|支出|惠及|争取) 近年来 去年 今年以来 "
    r"惠及[^，。；]{0,12}(?:人|户|家) (?:发放|拨付|兑现|支出|争取|奖励|补助|资助)了 同比 据统计 "
    "举例 例如 比如 为例 小[张王李刘陈吴赵]"
)
#: Definitions, goals, penalties, honours, and what one government gives another: no sentence that grants.
NO_GRANT = either(
    "是指 所称 指的是 力争 处分 骗取 套取 弄虚作假 冒领 构成犯罪 举报 违反 行政处罚 承诺书 贡献率 表彰 表扬 财力 "
    r"成绩显著 给予各?(?:设区的)?[县市区](?:（□*）)?\d (?:补助|奖励|奖补)各[省市县区] 奖励[^，。；]{0,8}所在[县市区地] "
    "对[^，。；]{0,12}所在[县市区地][^，。；]{0,6}给予"
)
#: A promise that is none yet.
VAGUE = either(
    r"不[予再得能可] 为单位 必须 资金用于 所需资金 同时享受 叠加 如何 研究 探索 ^\s*鼓励 "
    r"鼓励[^，。；]{0,24}(?:给予|提供|发放) 引导 可根据 自行 视情 适当给予 制定 完善 健全 建立 未 停止 暂停 各地 "
    r"各区县 按规定落实 落实好 严格 检查 原享受 已享受 情况"
)
#: Loans whose ceiling is itself what people ask for, and what is set about them.
LOANS = either(
    "(?:公积金|创业担保|助学|商转公)[^，。；]{0,24}?(?:贷款|可贷|提取|借款)[^，。；]{0,8}?(?:额度|限额|金额|上限) "
    "公积金[^，。；]{0,8}(?:最高|贷款)额度 (?:最高)?可?贷款?(?:最高)?(?:额度|限额) "
    "可?提取(?:(?:住房)?公积金)?(?:最高)?(?:额度|限额|额(?=提高|上浮|调整|为))"
)
LOAN_NAMES = either(
    "(?:住房)?公积金(?:个人)?(?:住房)?(?:最高)?可?(?:贷款|贷|提取)(?:最高)?(?:额度|限额) "
    "(?:租房)?提取(?:住房)?公积金(?:最高)?(?:额度|限额) 年?提取额(?=提高|上浮|调整|为) "
    "(?:个人)?(?:创业担保|国家助学)贷款(?:最高)?(?:额度|限额)? "
    "(?:最高|保底)?可?(?:贷款|贷|提取)(?:最高)?(?:额度|限额) "
    "减按[^，。；]{2,12}税率(?:[征缴][收纳][^，。；]{2,8}税)?"
)
#: What limits a support in words: 不得重复享受, 每户仅限一套.
LIMITED = either(
    "不重复 不叠加 不得(?:重复|叠加|同时) 不可叠加 不能(?:重复|叠加|同时) 就高 只能(?:享受|申请) 仅限 (?<!不)仅能 "
    "不予(?:补贴|补助|奖励|支持|受理|发放) 不适用 不享受 不再享受 需退回 应当?退还 可叠加 "
    "不与[^，。]{0,20}(?:叠加|重复) 限享受"
)
#: Who gets nothing: neither somebody who does nor a step, whatever else the sentence says.
EXCLUDES = either("不[纳列]入 不属于 (?<![）)])除外$ (?<![（(])不包括(?!在) 不在[^，。；]{0,12}范围 不享受")
#: What is limited for all a document offers.
GENERAL = either("本(?:办法|细则|措施|政策|意见|通知|方案|条款) 各项 上述政策 以上政策 上述(?:奖励|补贴|补助|各)")


def ended(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a sentence, from comma to comma, that say a support ends: nothing in them is granted."""
    at = start
    for match in _ENDS.finditer(text, start, end):
        opened = _OPENS_CLAIMANT.search(text, max(at, match.start() - _CLAIMANT), match.start())
        if match.start() < at or (opened and _OF_CLAIMANT.match(text, match.end(), end)):
            continue
        left = max(text.rfind(mark, at, match.start()) + 1 for mark in "，：；。")
        ends = _ENDED.match(text, match.end(), end)
        at = ends.end() if ends else match.end()
        yield max(left, start), at
