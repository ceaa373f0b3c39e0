"""What is said against a condition in nearly its own words: 中级工 for 高级工, 非全日制 for 全日制, 断断续续 for 连续.

Such a statement shares most of a condition's words and meets it not; whether it fails it is for its readers to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Words that rule each other out. A condition that names one side is not met by a statement that names the other alone
_OPPOSED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        ("(?<!非)全日制", "非全日制|在职|函授|自考|成人"),
        ("新建|一手", "二手|存量房"),
        ("租[用赁住]|承租", "自有|免租|自己的房|自家的?房"),
        ("单缴存", "双缴存"),
        ("双缴存", "单缴存"),
        ("首套|第一套", "二套|第二套|第三套"),
        ("线上|网上", "线下"),
        ("城镇", "农村"),
        ("全额(?=拨款|供养|财政)", "差额|自收自支"),
        ("差额", "全额|自收自支"),
        ("[三3]孩|三个子女|3个子女|三胎", "[二两]孩|[二两2]个(?:娃|孩|子女)|俩|二胎|[独一]个?(?:孩|娃|子)"),
        ("[二两2]孩(?!及)", "独生|[一三四五]个(?:娃|孩|小孩|子女)|[一三]孩|仨|三胎"),
        ("多子女", "独生|一个(?:娃|孩)|一孩"),
        ("双方|夫妻均", "单方|一方|没[交缴]|自己一个人|本人一人"),
        ("单方|一方", "双方|都[在交缴]|两口子"),
        ("自住", "出租|出租用|投资"),
        ("公办", "民办"),
        ("固定", "临时|流动"),
        ("新招|新增|首次", "续[签聘]|老员工"),
        (r"本[省市区县地]|我[省市区县]", "外地|外省|外市|外县|[省市区县]外|异地|别的[省市区县]"),
    )
)
_RETURNS = re.compile("返乡|回乡|入乡|异地|在外|外地")
#: Done, and undone again or never granted
_UNDONE = re.compile(
    r"被(?:拒|驳|退|吊销|撤销|取消|注销)|吊销|驳回|没(?:有)?批|搬(?:走|出|离)|退(?:租|回|学|出(?!现役))|撤(?:销|出)|终止|失败|落选|"
    r"不(?:合格|达标|善|好|通过|符合)"
)
_ASKED_FOR = re.compile(
    r"(?:^|[我们司店厂经刚才])(?:已经?|刚|正)*(?:提交|递交|提出)?了?申[请报](?!到|过了|成功|下来|人|了?[^，]{0,10}(?:通过|批准|下来))"
)
_GRANTED = re.compile("获得|取得|享受|通过|认定|评定|获评|批准")
_GRADES = ("初级", "中级", "高级", "技师", "高级技师")
_GRADE = re.compile("高级技师|技师|高级(?!职称|知识|中学)|中级|初级")
_AND_UP = re.compile("以上|及其?以上")
#: How a thing must be done, and what says that it was
_HOW: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(said))
    for asked, said in (
        ("足额|全额", "足额|全额|齐|清|满|正常|没有?(?:拖?欠|漏)|不欠|一分不少"),
        ("按时|按期|及时", "按时|按期|按月|每个?月|及时|准时|正常|从不?未?拖|没有?(?:拖?欠|逾期)"),
    )
)
_LAPSED = re.compile(
    "断断续续|(?<!没)(?<!没有)(?<!未)(?<!从未)(?:中断|断过|断缴|断了|停过|间断)|[拖补漏]缴|(?<!没)(?<!没有)(?<!不)(?<!未)拖?欠"
)
_UNBROKEN = re.compile("连续|持续|不间断|按时|足额|稳定|按期")


def against(text: str, said: Sequence[str]) -> bool:
    """Whether what is said, taken together, speaks against a condition's being met, or not of how it asks for it."""
    return any(_one_against(text, one) for one in said) or any(
        asked.search(text) and not any(how.search(one) for one in said) for asked, how in _HOW
    )


def _one_against(text: str, said: str) -> bool:
    away = _RETURNS.search(text)
    return (
        any(
            one.search(text) and other.search(said) and not other.search(text) and not one.search(said)
            for one, other in _OPPOSED
            if not (away and "外地" in other.pattern)
        )
        or bool(_UNDONE.search(said) and not _UNDONE.search(text))
        or bool(_LAPSED.search(said) and _UNBROKEN.search(text))
        or bool(_ASKED_FOR.search(said) and _GRANTED.search(text))
        or _of_lower_grade(text, said)
    )


def _of_lower_grade(text: str, said: str) -> bool:
    """Whether both name grades of skill, and none stated is one of those asked for, or as high."""
    asked, has = ([_GRADES.index(g) for g in _GRADE.findall(t)] for t in (text, said))
    if not asked or not has:
        return False
    return max(has) < min(asked) if _AND_UP.search(text) else not set(asked) & set(has)
