"""Lists of repealed documents (废止的规范性文件目录): the titles and numbers that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.header import iso_date, looks_like_title
from ingest.validity.citations import NOTE, TITLE
from kb.text.docnumber import DocNumber, find_doc_numbers

_LISTS = "目录|清单|一览表|列表|汇总表"
_ACTS = "文件|规定|办法|规章|法规|条例|政策|通知|意见"
_ENDED = "废止|失效|停止执行"
#: 二、废止的行政规范性文件（2件）; 附件1 宣布失效的文件
_COUNT_BEHIND = r"(?:[（(][^（）()]{0,12}[）)])?$"
#: The heading of a list: 废止的规范性文件目录; 决定废止下列规范性文件：; 下列文件自…起废止：; 废止的规范性文件（2件）
_OPENS = re.compile(
    rf"(?:{_ENDED})(?:[^。；;|]{{0,24}}(?:{_LISTS})(?![^。]*。)|[^。；;|]{{0,30}}(?:{_ACTS}|如下|目录)[^。；;|]{{0,10}}[:：]\s*$)|"
    rf"(?:下列|以下|如下|所列)[^。；;|]{{0,16}}(?:{_ACTS})[^。；;|]{{0,24}}(?:{_ENDED})[^。；;|]{{0,4}}[:：]\s*$|"
    rf"(?<!已)(?:{_ENDED})(?:和(?:宣布)?(?:{_ENDED}))?的[^，,。；;|]{{0,16}}(?:{_ACTS}){_COUNT_BEHIND}"
)
_KEPT = re.compile(r"保留|继续有效|继续执行|现行有效|延长|修改|修订|拟|建议|征求")
#: The heading of a list of others: 继续有效的规范性文件目录; 修改的规范性文件（1件）
_OPENS_OTHER = re.compile(rf"(?:{_KEPT.pattern})[^。；;|]{{0,24}}(?:(?:{_LISTS}|[:：])$|(?:{_ACTS}){_COUNT_BEHIND})")
#: The ordinal in front of an item: 1. 一、 （三） | 12 |
_ORDINAL = re.compile(
    r"[\s　|]*(?:[（(]?[一二三四五六七八九十百]{1,5}[）)、.．]+|[（(]?\d{1,4}[）)]?\s*[、.．|)）]?)?\s*"
)
_CLOSES = re.compile(r"[\s　]*(?:附\s*件|[一二三四五六七八九十]{1,3}、|抄送|联系人)|.*(?:目录|清单)$")
#: Lines on the item above: 发文单位：…, 说明：…
_LABEL = re.compile(r"\s*(?:发文|制定|发布|印发|公布|成文|文号|文件|说明|备注|[^:：，。\n]{0,4}理由)[^:：\n]{0,8}[:：]")
_NUMBER_LABEL = re.compile(r"[^:：，。\n]{0,10}(?:文号|字号|文件编号)[:：]")
_BRACKETED = re.compile(rf"(?P<before>[^《》。；;|关]{{0,30}})(?P<title>{TITLE})")
#: In front of a title that is only cited: 请各单位按照《…》, 依据《…》
_CITED = re.compile(r"(?:按照?|依照?|依据|根据|参照|遵照|对照|适用|执行|以)[^，,、]{0,4}$")
#: Behind the title of an item: its number, who issued it
_BESIDE_ALL = re.compile(rf"^\s*(?:{NOTE}|等|[\d一二三四五六七八九十]{{1,3}}[件份个部项](?:[行政规范性]{{0,6}}文件)?)+")
#: What else a sentence says behind a title: …执行。
_SAYS = re.compile(r"[^|。]{2,}。")
_BESIDE = re.compile(r"[\s（(，,]*(?:文号[:：])?")
_BEHIND = re.compile(r"[^|《》。；;）)]*[）)]?")
_SENTENCE_ENDS = re.compile(r"[。；;\n]")
_DATE_LINE, _NUMBER_CELL = 20, 40  # characters of a line that is a date, of a cell that is a number
_LONGEST_LINE = 2000  # characters of a line that may be an item


@dataclass(frozen=True, slots=True)
class Item:
    """A repealed document of a list: its title at ``text[start:end]``, in 《》 with them, and its number."""

    start: int
    end: int
    number: str | None


def listed(text: str) -> Iterator[Item]:
    """The items of all lists of repealed documents, in the order of the text."""
    inside, at = False, 0
    last: Item | None = None
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        heading = _SENTENCE_ENDS.split(line.rstrip("。；; 　"))[-1]
        label = _LABEL.match(line)
        if not label and _OPENS.search(heading):
            inside = not _KEPT.search(heading)
        elif _OPENS_OTHER.search(heading):
            inside = False
        elif inside and label and last and not last.number:
            last = replace(last, number=_number(line) if _NUMBER_LABEL.match(line) else None)
        elif inside and not label:
            item = None if _is_prose(line) else _item(line, start)
            if last and (item or line.strip()):
                yield last
                last = None
            if item:
                last = item
            elif _CLOSES.match(line) or _is_prose(line) or (iso_date(line) and len(line.strip()) < _DATE_LINE):
                inside = False
    if last:
        yield last


def _is_prose(line: str) -> bool:
    """Whether a line is a sentence that cites a title, as they stand behind a list, and no item of it."""
    ordinal = _ORDINAL.match(line)
    first = ordinal.end() if ordinal else 0
    cited = _BRACKETED.match(line, first, _LONGEST_LINE)
    if cited is None:
        return False
    if _CITED.search(cited["before"]):
        return True
    behind = _BESIDE_ALL.sub("", line[cited.end() :])
    return not line[:first].strip(" 　") and bool(_SAYS.match(behind))


def _item(line: str, offset: int) -> Item | None:
    """The item that a line at this offset is; None for a line that is none."""
    ordinal = _ORDINAL.match(line)
    first = ordinal.end() if ordinal else 0
    if len(line) > _LONGEST_LINE:
        return None
    bracketed = _BRACKETED.match(line, first)
    if bracketed:
        start, end = bracketed.span("title")
    else:
        start, end = _title_cell(line, first)
        if not end:
            return None
    beside = _BESIDE.match(line, end)
    behind = _BEHIND.match(line, beside.end() if beside else end)
    alone = next((cell for cell in line.split("|") if len(cell.strip()) <= _NUMBER_CELL and _number(cell)), None)
    number = _number(behind.group() if behind else "", leads=True) or (_number(alone) if alone else None)
    return Item(offset + start, offset + end, number)


def _title_cell(line: str, first: int) -> tuple[int, int]:
    """Where the cell is that holds a title, behind the ordinal; (0, 0) for none."""
    numbers = find_doc_numbers(line) if first else []
    for cell in re.finditer(r"[^|]+", line) if first else ():
        if cell.end() <= first:
            continue
        start, end = _trimmed(line, max(first, cell.start()), cell.end(), numbers)
        if looks_like_title(line[start:end]):
            return start, end
    return 0, 0


def _trimmed(line: str, start: int, end: int, numbers: list[DocNumber]) -> tuple[int, int]:
    """A piece of a line without the number at its end, and the marks and blanks around it."""
    piece = line[start : min([end, *(n.start for n in numbers if start < n.start < end)])]
    return start + len(piece) - len(piece.lstrip(" 　")), start + len(piece.rstrip(" 　（(。；;，,、"))


def _number(text: str, leads: bool = False) -> str | None:
    """The first 文号 of a text, or the one it begins with."""
    for number in find_doc_numbers(text):
        return re.sub("^[年月日]", "", number.canonical) if number.start == 0 or not leads else None
    return None
