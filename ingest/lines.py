"""What a line is by itself: a date, the name of an agency, a title, a remark in brackets."""

from __future__ import annotations

import re

from kb.text.dates import find_dates

# Words that end the title of a document.
_KINDS = (
    "通知书?|公告|通告|公示|意见|办法|细则|规定|规则|条例|方案|计划|规划|纲要|措施|政策|批复|函|决定|决议|报告|公报|通报|"
    "指南|指引|要点|清单|目录|标准|规范|规程|章程|制度|准则|解读|问答|答复|令|法|建议|说明|简介|须知|攻略|流程|纪要|"
    # 科技创新十条, 人才新政十五条措施
    "(?<![第一二三四五六七八九十百])[一二三四五六七八九十]{1,3}条(?:政策|措施|意见|规定|举措)?"
)
_REMARKS = r"(?:[（(][^（）()]{1,30}[）)])*[”’》]?$"
TITLE_END = re.compile(rf"(?:{_KINDS}){_REMARKS}")
_ORG_END = re.compile(
    r"(?:人民政府|政府|办公[厅室]|委员会|[部厅局委办会院署行社团校]|公司|中心|法院|检察院|总工会|小组|指挥部|管委会|常务委员会|协会|联合会|大学|支队|总队)$"
)
_DATE_LINE = re.compile(
    r"[\s　]*(?:(?:19|20)\d\d|[二一][〇○零Ｏ一二三四五六七八九]{3})\s*年"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
    r"(?:印发|发布|公布)?[\s　]*"
)
# What a bracket adds to the title above it: （征求意见稿）, （试行）, （草案）, （2025年修订）, （2026—2028年）.
_WORDS = r"[^（）()，。：\d]"
_SUFFIX = re.compile(
    r"[\s　]*[（(](?:"
    rf"{_WORDS}{{0,8}}(?:征求意见|送审|审议|讨论|修订|修正|修改|报批|表决|公开|试用|初){_WORDS}{{0,4}}稿|"
    r"(?:(?:修订|修正)?草案)|试行草案|(?:修订)?(?:试行|暂行|试用)(?:稿)?|"
    r"(?:\d{4}年)?(?:第[一二三四五六七八九十]次)?(?:修订|修正|修改|本|版|新编|年版|全文|节选|摘要|续)"
    rf"{_WORDS}{{0,4}}|"
    r"\d{4}年?(?:[-—–－~～至]{1,2}\d{4})?年?(?:度|版)?"
    r")[）)][\s　]*"
)
# What a line alone says of the number of the 令, 公告 or 纪要 named above it: 第12号, 2031年第5号, 〔2031〕15号.
_BARE_NUMBER = re.compile(
    r"[\s　]*[（(]?(?:第\s*\d{1,5}\s*号|[12]\d{3}\s*年\s*第\s*\d{1,4}\s*号|"
    r"[〔\[［]\s*[12]\d{3}\s*年?\s*[〕\]］]\s*第?\s*\d{1,5}\s*号)[）)]?[\s　]*"
)


def looks_like_title(line: str) -> bool:
    """Whether a line could be a document's title: no stop in it, and an ending of a kind of document."""
    bare = line.strip()
    return 4 <= len(bare) <= 160 and not re.search(r"[。；！]", bare) and bool(TITLE_END.search(bare))


def is_date_line(line: str) -> bool:
    """Whether a line is a date to the day and nothing else."""
    return bool(_DATE_LINE.fullmatch(line))


def is_org(line: str) -> bool:
    """Whether a short line is the name of an agency (or several, parted by spaces)."""
    bare = line.strip()
    return 3 <= len(bare) <= 60 and not re.search(r"[，。；：！？\d《]|关于", bare) and bool(_ORG_END.search(bare))


def is_note(line: str) -> bool:
    """Whether a line is one remark in brackets: （此件公开发布）, （2031年3月4日市政府令第7号公布）."""
    bare = line.strip()
    depth = 0
    for i, char in enumerate(bare):
        depth += (char in "（(") - (char in "）)")
        if depth <= 0:
            return i > 0 and i == len(bare) - 1 and depth == 0
    return False


def is_title_suffix(line: str) -> bool:
    """Whether a line is a bracket that belongs to the title above it: （征求意见稿）, （试行）, （2026—2028年）."""
    return len(line) <= 40 and bool(_SUFFIX.fullmatch(line))


def is_bare_number(line: str) -> bool:
    """Whether a line is a document's number without its letters: 第12号, 2031年第5号, 〔2031〕15号."""
    return len(line) <= 40 and bool(_BARE_NUMBER.fullmatch(line))


def iso_date(text: str) -> str | None:
    """The first date in a text that is stated to the day; None if there is none."""
    return next((d.iso for d in find_dates(text) if d.precision == "day" and d.until is None), None)
