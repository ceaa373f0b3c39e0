"""How a document speaks of itself (本办法) and of time, and whose validity a clause is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.text.dates import find_dates
from kb.text.numerals import chinese_value

_HAN_DIGIT, _HAN_NUMBER = "[〇○零Ｏ一二三四五六七八九]", "[一二三四五六七八九十]{1,3}"
_CENTURY = "(?:19|20|１９|２０)"
_YEAR = rf"(?:{_CENTURY}\d\d|[一二]{_HAN_DIGIT}{{3}})\s*年"
#: 2031年, and nothing more exact
YEAR = rf"(?:{_YEAR}|{_CENTURY}\d\d(?=\s*[-—–~～]))(?!\s*(?:\d|[一二三四五六七八九十年底末]))"
#: 2031年3月1日, 二〇三一年三月一日
DAY = rf"{_YEAR}\s*(?:\d{{1,2}}|{_HAN_NUMBER})\s*月\s*(?:\d{{1,2}}|{_HAN_NUMBER})\s*日"
#: 2031年3月
MONTH = rf"{_YEAR}\s*(?:\d{{1,2}}|{_HAN_NUMBER})\s*月(?!\s*[\d一二三四五六七八九十]+\s*日)"
#: 2031年底, 2031年末
YEAR_END = rf"{_YEAR}\s*(?:年?[底末])"
#: 3, 十二, 两
COUNT = r"(?:\d{1,3}|[一二三四五六七八九十两]{1,3})"

_NOUNS = (
    "实施细则|细则|办法|通知|意见|政策|规定|方案|计划|文件|措施|条例|规则|规程|规范|指引|指南|制度|决定|公告|通告|章程|标准|要点|"
    "清单|目录|规划|纲要|预案|决议|法|令|修正案|批复|调整|要求|修订事项"
)
_MORE_NOUNS = "措施|政策|方案|意见|文件|条款|事项|调整"
_SUBJECT = re.compile(
    rf"""
    (?<!根据)(?<!按照)(?<!依据)(?<!依照)                 # 按照本办法认定的孵化器 is not the document
    (?P<self>
        (?<![资基成根文版日样])本(?![省市县区州校院年月人])  # 本办法; not 资本办法, not 本市的办法
      | 上述|(?<![年月级岁元人个倍%])以上|此次|该            # not 三年以上
    )
    《?[^，,。；;：:、\s《》本]{{0,10}}?                      # 本实施细则, 本《通知》
    (?P<noun>{_NOUNS})(?:{_MORE_NOUNS})*》?
    (?:[（(][^（）()]{{0,6}}[）)])?                        # 本办法（试行）
    (?!规定的|所称|认定的|确定的|设立的|核发的|颁发的|中的)    # 本办法规定的备案 is something else
    """,
    re.VERBOSE,
)
#: Things with a validity of their own: 资格有效期三年 says nothing of the document.
OTHER = re.compile(
    r"资格|认定|认证|备案|称号|证书|证明|证件|许可|合同|协议|资质|牌照|牌匾|名单|标识|标志|批件|批文|注册|登记|执照|凭证|报告|"
    r"保单|保险|检测|评定|评估|评价|荣誉|授牌|挂牌|公示|聘|任期|项目|补贴|奖励|券|授权|专利|《"
)
#: 本办法 | 由市科技局负责解释: may stand between a document's name and what is said of it.
EXPLAINED = r"由[^，,。；;\n]{2,40}?(?:解释|说明)(?:工作)?"
#: The label a paragraph begins with: 第十二条, （三）, 五、
LABELLED = re.compile(r"^\s*(?:第[〇零一二三四五六七八九十百\d]+条|[（(]?[一二三四五六七八九十\d]+[）)、.．])?\s*")
SENTENCE_ENDS = re.compile(r"[。；;\n]")
CLAUSE_ENDS = re.compile(r"[，,。；;：:\n]")
LOOK_BACK = 120  # characters in front of a clause in which its subject is looked for
_BARE = re.compile(r"[\u4e00-\u9fff]{2,8}(?:计划|方案|办法|措施|意见|规划|细则|规定|政策)")
_AMENDING = re.compile(r"修正案$|关于(?:修改|修订|修正|废止)[^\n]{0,120}决定$")
_AMENDING_NOUNS = ("决定", "修正案", "令")
_BRACKETS_BEHIND = re.compile(r"(?:[（(][^（）()]{0,30}[）)]|[》”\s])+$")
_LONGEST_TITLE = 300  # characters at the end of a title that are looked at
_ANY_DOCUMENT = ("文件", "政策", "措施", "调整", "要求", "修订事项")


@dataclass(frozen=True, slots=True)
class Subject:
    """The name a document gives itself in a clause, which ends there.

    ``surely``: it is 本…; ``sums_up``: it is 上述…, which speaks of what stands above. ``fits``: it is the name its
    title ends with (本办法), or one of any document (本政策).
    """

    end: int
    surely: bool
    sums_up: bool
    fits: bool


class Voice:
    """How a document of a title names itself. One on amending (修改…的决定) quotes others, which say 本办法, too."""

    def __init__(self, title: str | None) -> None:
        """For a document of this title."""
        self._title = _BRACKETS_BEHIND.sub("", (title or "")[-_LONGEST_TITLE:])
        self._amending = bool(_AMENDING.search(self._title))

    def last_subject(self, clause: str) -> Subject | None:
        """The last name the document gives itself in a clause; None where another one speaks or none is named."""
        found = self._last(clause)
        if found is None:
            return None
        noun, named = found["noun"], found["self"]
        titled = self._title.endswith(noun)
        if named == "该" and (not titled or noun == "政策"):  # 该政策: one of several
            return None
        return Subject(found.end(), named == "本", named in ("上述", "以上"), titled or noun in _ANY_DOCUMENT)

    def is_quoted(self, clause: str) -> bool:
        """Whether the clause is of the text that a decision on amending quotes (本条例)."""
        found = self._last(clause) if self._amending else None
        return found is not None and found["noun"] not in _AMENDING_NOUNS

    def is_bare_name(self, clause: str) -> bool:
        """Whether a clause is just what the title ends with (行动计划 | 实施期至…), two words of it at least."""
        found = _BARE.fullmatch(LABELLED.sub("", clause).strip())
        return found is not None and not self._amending and self._title.endswith(found.group())

    @staticmethod
    def _last(clause: str) -> re.Match[str] | None:
        found = list(_SUBJECT.finditer(clause))
        return found[-1] if found else None


def sentence_before(text: str, at: int) -> str:
    """What stands in front of a place in its sentence, without the paragraph's label."""
    return LABELLED.sub("", SENTENCE_ENDS.split(text[max(0, at - LOOK_BACK) : at])[-1])


def clause_before(text: str, at: int) -> str:
    """What stands in front of a place in its clause."""
    return CLAUSE_ENDS.split(text[max(0, at - LOOK_BACK) : at])[-1]


def first_day(written: str) -> str | None:
    """The day a written date begins with."""
    return next((d.first_day for d in find_dates(written)), None)


def last_day(written: str) -> str | None:
    """The day a written date ends with: 2031年2月 with 2031-02-28, 2031年底 with 2031-12-31."""
    return next((d.last_day for d in find_dates(written)), None)


def count_of(written: str) -> int:
    """A small number in digits or Han: 36, 三, 两."""
    return int(chinese_value(written) or 0)
