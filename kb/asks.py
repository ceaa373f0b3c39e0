"""What kind of answer a question wants, and in what measure."""

from __future__ import annotations

import re
from enum import StrEnum


class Ask(StrEnum):
    """The kind of answer a question wants."""

    DOCUMENT = "document"  # which document is this 文号 / what is it about
    DOC_NUMBER = "doc_number"
    UNIT = "unit"  # responsible units
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PHONE = "phone"
    PLACE = "place"
    LIST = "list"
    DEFINITION = "definition"
    HOW = "how"
    CONDITION = "condition"
    VALIDITY = "validity"
    OTHER = "other"


class Measure(StrEnum):
    """What a wanted number measures."""

    COUNT = "count"
    MONEY = "money"
    AREA = "area"
    LENGTH = "length"
    SHARE = "share"
    TIME = "time"
    ORDINAL = "ordinal"


MEASURE_WORD = (
    "家|个|项|件|条|所|场次|场|支|只|座|栋|套|台|辆|次|批|类|种|户|款|名|位|人|倍|期|"
    "份|间|处|例|笔|张|层|门|岁|届|点|号"
)
# How many things a text says there are: 四个方面, 5个领域.
COUNTED = re.compile(r"(?<!第)([二两三四五六七八九十]|\d{1,2})\s*(?:大|个|项|条|家|种|类|点|样|方面|步)")
_DIGIT = "一二两三四五六七八九十0-9"
_ASKS: tuple[tuple[Ask, re.Pattern[str]], ...] = (
    (Ask.PHONE, re.compile(r"电话|手机|联系方式|怎么联系|号码")),
    (Ask.DOC_NUMBER, re.compile(r"(?:文号|发文字号|文件编号|几号文)(?!为?[^，。？?]{0,3}[〔\[（(])")),
    (
        Ask.UNIT,
        re.compile(
            r"(?:牵头|责任|负责|主管|配合|承办|主办|实施)(?:的)?(?:单位|部门|机构|主体)|哪(?:个|些|几个|家|几家|一个|[两二三四五六]个?家?)?(?:牵头)?"
            r"(?:部门|单位|局|委|机构|处室|科室)|(?:由|归|找|是)(?:谁|哪)[^，。]{0,8}(?:负责|牵头|管|办|主管)|谁(?:来)?(?:负责|牵头|管)|"
            r"(?:归不归|是不是归|是否[由归]|是不是由)[^，。？?]{2,14}(?:负责|牵头|主管|(?<!保)管)|(?:由|归)[^，。？?]{2,14}(?:负责|牵头|主管|(?<!保)管)[吗么不？?]"
        ),
    ),
    (
        Ask.DATE,
        re.compile(
            r"什么时[候间]|何时|哪一?[年天月日]|几月|几号(?!建议|提案|文|令)|日期|截止|截至什么|有效期|什么年代|哪个年代|多久|多长时间|"
            r"几点|起始时间|开始时间|时间(?:是|为|呢|？|\?|$)|几年|期限"
        ),
    ),
    (
        Ask.NUMBER,
        re.compile(
            rf"多少|第几|(?<!哪)几(?:十|百|千|万|亿)?(?:多)?(?:{MEASURE_WORD}|成|平|亩|块|元|年|天|分)|多大|多高|多长(?!时间)|多重|多远|几成|占比|比例|比率|"
            r"百分之几|翻几番|(?:规模|总额|金额|数量|人数|面积|总量|额度|产值|增速|增幅|标准|上限|下限|目标值|产能|规格)"
            r"(?:是|为|有|呢|？|\?|$|达)|最高(?:能|可)?(?:补|给|奖|贷)|(?:总|数|金|余)额[？?]?$|变化"
        ),
    ),
    (Ask.PERSON, re.compile(r"谁(?!负责|牵头|管)|哪位|哪几位|姓名|叫什么名|什么身份|什么职务|何人|是何身份|联系人")),
    (
        Ask.PLACE,
        re.compile(r"在哪|哪里|哪儿|何处|什么地方|地址|窗口|地点|哪个(?:城市|省|市|区|县|园区|地方|街道|高新区)|哪座"),
    ),
    (
        Ask.LIST,
        re.compile(
            rf"哪些|哪几|哪[{_DIGIT}]+|哪(?:个|种|类|款)|(?:包括|包含|涵盖|涉及|有|分)(?:了)?(?:什么|哪)|分别|各自?是|都有|有什么|几种|几方面|几类|"
            r"什么(?:内容|措施|举措|方面|任务|职责|领域|服务|支持|政策|待遇|优惠|材料|手续)|列举|清单"
        ),
    ),
    (
        Ask.DEFINITION,
        re.compile(r"什么意思|是指|指的?是|什么是|含义|定义|怎么(?:理解|界定|定义)|何谓|什么叫|叫什么|是什么|是啥"),
    ),
    (Ask.CONDITION, re.compile(r"条件|资格|要求|谁可以|哪些人可以|能不能|可不可以|符合|适用(?:范围|对象)|对象")),
    (Ask.HOW, re.compile(r"怎么|如何|怎样|流程|步骤|程序|方式|途径|路径|办法|咋")),
    (
        Ask.VALIDITY,
        re.compile(
            r"[还仍]有效|是否有效|有效[吗没不期到至]|失效|废止|过期|作废|施行|生效|现行|作数|管用|算数|到期|[还仍开].{0,3}执行"
        ),
    ),
)
_ABOUT = re.compile(
    r"(?:什么|哪个|哪份|哪一个|哪一份|啥)(?:文件|通知|方案|计划|办法|规定|意见|法规|政策|函|公告)|关于什么|讲(?:的|了)?(?:是)?(?:什么|啥)|"
    r"主要内容|标题|全称|名称|内容是|是什么|是啥|干什么|针对什么"
)
_MEASURES: tuple[tuple[Measure, re.Pattern[str]], ...] = (
    (Measure.ORDINAL, re.compile(r"第几|几号(?:建议|提案|令|文)|建议号|提案号|编号")),
    (
        Measure.SHARE,
        re.compile(
            r"占比|比例|比率|几成|百分之|增速|增幅|同比|增长率|覆盖率|率(?:是|为|达)|占[^，。]{0,12}(?:多少|几)(?![分家个人名项平亩元万块])|利率|税率|折"
        ),
    ),
    (Measure.AREA, re.compile(r"面积|平方米|平米|平方|万方|多少方|公顷|亩|多大的?(?:空间|场地)|占地")),
    (Measure.LENGTH, re.compile(r"多长(?!时间)|多高|公里|多少米|长度|里程")),
    (
        Measure.MONEY,
        re.compile(
            r"多少(?:万|亿)?(?:元|钱|[^，。？?]{0,4}(?:资金|经费|补贴|补助|奖励|投资|资助|贷款|税收))|几(?:万|亿|块|百|千)*(?:元|钱|块)|金额|总额|融资额|投资额|资金规模|产值|"
            r"注册资本|租金|房租|(?:补贴|奖励|补助|收费)标准|额度|授信|营业收入|营收|市场空间|(?:价格|费用|工资|单价|价值)(?:是|为|从|有|[？?]|$|多少)|多少钱|"
            r"(?:补|奖|贷|缴|罚|领|给)[^，。？?]{0,6}多少(?!家|个|人|项|%|比例)|激励|预算|基金[^，。]{0,4}规模|总投资|(?:奖励|补贴|补助|资助|罚款)(?:最高)?多少"
        ),
    ),
    (
        Measure.TIME,
        re.compile(r"多久|多长时间|几年|几个月|几天|年限|期限|多少(?:天|年|个月|个?工作日|小时)|几个?工作日"),
    ),
    (
        Measure.COUNT,
        re.compile(rf"(?:多少|几|数量|各有多少|共有)(?:多)?(?:万|亿|十|百|千)?(?:{MEASURE_WORD})|人数|数量|户数|家数"),
    ),
)


def asks_of(text: str, named: bool) -> tuple[Ask, ...]:
    """The kinds of answer wanted; ``named`` says whether the question names a document by 文号 or title."""
    found = [ask for ask, pattern in _ASKS if pattern.search(text)]
    if named and _ABOUT.search(text) and not {Ask.NUMBER, Ask.UNIT, Ask.DATE, Ask.PHONE, Ask.PERSON} & set(found):
        found.insert(0, Ask.DOCUMENT)
    return tuple(found) or (Ask.OTHER,)


def measures_of(text: str) -> tuple[Measure, ...]:
    """What a wanted number measures, as far as the question says."""
    return tuple(measure for measure, pattern in _MEASURES if pattern.search(text))
