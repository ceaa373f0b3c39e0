"""What a document states about itself: 文号, issuer, dates, recipients, signature, approval.

Every value is read off the text; what it does not state stays None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.lines import is_bare_number, is_date_line, is_note, is_org, iso_date, looks_like_title
from ingest.stated import Stated
from kb.text.dates import find_dates
from kb.text.docnumber import DocNumber, find_doc_numbers

__all__ = ["Promulgation", "Signature", "Stated", "is_date_line", "is_org", "iso_date", "looks_like_title"]

_SALUTATION = re.compile(r"[^。；！？]{2,400}[:：]")
_ADDRESSEE = re.compile(
    r"(?:[局委部厅办院会府区县市省署行社校司处盟]|单位|机关|机构|企业|公司|集团|学校|部门|代表|委员|主席|主任|同志|先生|女士|中心|街道|乡镇)$|"
    r"^各|[（(][^）)]*[）)]$"
)
_NO_SALUTATION = re.compile(r"如下|通知|提出(?!.*(?:代表|委员)[:：]$)|第.+条|[“《]|根据|为")
_NOT_ADDRESSED = re.compile(r"(?:附件|附|联系人|抄送|来源|发布|时间|地点|电话|[一二三四五六七八九十]、|[（(])")
# 云科规〔2031〕5号 云溪市科学技术局关于印发《…》的通知 in front of 各区…: lines that a flat text ran together
_RUN_ON = re.compile(r"[^：:]{0,160}?关于[^：:]{2,120}?的(?:通知|意见|函|公告|通告)(?=[各有省市区县])")
# A level of places alone (各区, 自治区, 县（市）, 税务总局各省): what follows says which of its bodies is meant.
_PLACES = re.compile(
    r"(?:^|、|各)(?:省|自治区|直辖市|计划单列市|设区市|地区|自治州|州|盟|市|县|区|旗|街道|乡镇|乡|镇)(?:[（(][省市区县州盟旗、，,]{1,7}[）)])?$"
)
_BODY_BEGINS = re.compile(r"第[一1][编章条]|[一1][、．]|[（(]一[）)]")
_HEAD_LINES = 16
_CC = re.compile(r"^[\s　]*抄\s*送[:：](?P<names>[^\n]+)$", re.MULTILINE)
_SITE = re.compile("政府网|门户网站|人民政府|网站|政策文件|政务公开|信息公开")
_PRESS = re.compile(r"\s+[-—－|]\s+[\u4e00-\u9fff]{2,10}(?:[报网]|在线|客户端)$")  # … - 云溪日报
_SITE_PART = 41  # characters
_PROMULGATED = re.compile(
    r"^[\s　]*[（(](?P<line>[12]\d{3}年\d{1,2}月\d{1,2}日[^\n]{4,800}?)[）)]?[\s　]*$", re.MULTILINE
)
_ORGAN = re.compile(
    r"(?:中华人民共和国)?(国务院|全国人民代表大会常务委员会|全国人民代表大会|(?!日)[\u4e00-\u9fff]{2,8}(?:省|市|自治区|自治州)"
    r"(?:第[^，。]{1,6}届)?人民代表大会(?:常务委员会)?|(?!日)[\u4e00-\u9fff]{2,8}(?:省|市|自治区)人民政府)"
)
_FROM = re.compile(r"[自从]\s*$")
_IN_FORCE = re.compile(r"\s*起?\s*(?:正式)?(?:施行|实施|生效|执行|试行)")
_OF_STATE = re.compile("^中华人民共和国(?=国务院令)")
_NUMBERED = re.compile(r"(?:令|公告|通告|会议纪要|纪要)$")


@dataclass(frozen=True, slots=True)
class Signature:
    """Issuers and date at the foot of a document; ``start`` is where they begin."""

    issuers: tuple[str, ...]
    date: str | None
    start: int
    end: int


def clean_title(title: str | None) -> str | None:
    """A page title without the site's name behind it (``…的通知_政策文件_云溪市人民政府``)."""
    if not title:
        return None
    bare = _PRESS.sub("", " ".join(title.split()))
    first, *rest = re.split(r"[_|｜]", bare)
    if (len(rest) > 1 and all(len(part) <= _SITE_PART for part in rest)) or (rest and _is_site(rest[-1])):
        bare = first
    head, dash, tail = bare.rpartition("-")
    if dash and _is_site(tail) and (_SITE.search(tail) or looks_like_title(head.rstrip("- "))):
        bare = head
    return bare.strip("_ -|") or None


def _is_site(part: str) -> bool:
    return len(part) <= _SITE_PART and bool(_SITE.search(part) or is_org(part))


@dataclass(frozen=True, slots=True)
class Promulgation:
    """By which order, when and by whom a statute was made public last, as it says below its title."""

    doc_number: str | None
    date: str | None
    issuer: str | None
    effective_from: str | None = None


def promulgation(text: str) -> Promulgation | None:
    """The line in brackets below the title of a statute (…年…月…日国务院令第…号公布); None where there is none.

    Of several events (passed, amended) the last one counts; the day from which it is in force (自…起施行) is none.
    """
    found = _PROMULGATED.search(text[:1500])
    dates = [d for d in find_dates(found["line"]) if d.precision == "day"] if found else []
    if not found or not dates:
        return None
    line = found["line"]
    in_force = [d for d in dates if _FROM.search(line[: d.start]) and _IN_FORCE.match(line, d.end)]
    events = [d for d in dates if d not in in_force]
    orders = find_doc_numbers(line[events[-1].end :]) if events else []
    organs = _ORGAN.findall(line)
    return Promulgation(
        canonical(orders[-1]) if orders else None,
        events[-1].iso if events else None,
        organs[-1] if organs else None,
        in_force[-1].iso if in_force else None,
    )


def canonical(number: DocNumber) -> str:
    """The form in which a number is kept and cited: 国务院令第711号, whatever stands in front of it."""
    return _OF_STATE.sub("", number.canonical)


def number_at_head(text: str) -> DocNumber | None:
    """The 文号 that stands by itself, or in front of everything, in the first lines of a text.

    That of a 令 or 公告 may stand on two lines: ``云溪市人民政府令`` and below it ``第45号``.
    """
    lines = text[:1500].split("\n")[:10]
    for i, line in enumerate(lines):
        if _BODY_BEGINS.match(line.strip()):
            return None  # behind the first heading it is that of another: 一、制定依据
        bare = line.strip().strip("（）()【】[] ")
        if is_bare_number(line):
            named = next((above.strip() for above in reversed(lines[:i]) if above.strip()), "")
            joined = find_doc_numbers(_numbered(named) + bare)
            if joined:
                return joined[-1]
        numbers = find_doc_numbers(line[:120])
        if not numbers:
            continue
        first = numbers[0]
        alone = len(bare) - (first.end - first.start) <= 2
        leads = line.strip("（( ").startswith(line[first.start : first.end]) and "《" not in line[: first.start]
        behind = line[first.end :].lstrip("）)")
        if alone or (leads and not re.match(r"[，。、文精规和》]", behind or "")):
            return first
    return None


def _numbered(line: str) -> str:
    """What a number on the line below belongs to: 云溪市人民政府令; of 云溪市文化局关于…的公告 the agency's 公告."""
    found = _NUMBERED.search(line)
    if not found or len(line) > 80:
        return ""
    agency, about, _ = line.partition("关于")
    return (agency + found.group() if is_org(agency) else "") if about else line


def find_signature(text: str, lines: Sequence[tuple[int, int]]) -> Signature | None:
    """The first date line with agencies above it, else the last date line."""
    dates = [
        i
        for i, (start, end) in enumerate(lines)
        if is_date_line(text[start:end]) and not text[start:end].rstrip().endswith("印发")
    ]
    if not dates:
        return None
    at = next((i for i in dates if i > 1 and is_org(text[slice(*lines[i - 1])])), dates[-1])
    first = at
    while first > 0 and is_org(text[slice(*lines[first - 1])]):
        first -= 1
    issuers = tuple(text[slice(*lines[i])].strip() for i in range(first, at))
    return Signature(issuers, iso_date(text[slice(*lines[at])]), lines[first][0], lines[at][1])


def recipients(text: str, lines: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """主送机关: the names in the line before the body that ends in a colon.

    Behind the first sentence it counts only right below a title: a page may tell of the document before it gives it.
    """
    told, above = False, ""
    for start, end in lines[:_HEAD_LINES]:
        line = _without_lead(text[start:end].strip())
        if _BODY_BEGINS.match(line):
            return ()
        if _SALUTATION.fullmatch(line) and not (told and not looks_like_title(above)):
            names = _addressees(line)
            if names:
                return names
        told = told or ("。" in line and not is_note(line))
        above = line
    return ()


def _addressees(line: str) -> tuple[str, ...]:
    """The names of a line that addresses somebody; none where it does not."""
    if _NO_SALUTATION.search(line) or _NOT_ADDRESSED.match(line):
        return ()
    names = tuple(_addressed(line.rstrip(":： ")))
    addressed = sum(bool(_ADDRESSEE.search(n)) for n in names)
    return names if all(1 < len(n) <= 60 for n in names) and addressed * 2 >= len(names) else ()


def _without_lead(line: str) -> str:
    """A line without the title and number that ran into it."""
    run_on = _RUN_ON.match(line)
    line = line[run_on.end() :] if run_on else line
    number = next((n for n in find_doc_numbers(line[:60]) if n.start == 0), None)
    return line[number.end :].strip() if number else line


def _addressed(line: str) -> Iterator[str]:
    """The names of a salutation; levels of places stay with the body that they share (各区、县人民政府)."""
    places = ""
    parts = re.split(r"([、，,](?![^（(]*[）)]))", line)
    for name, mark, following in zip(parts[::2], [*parts[1::2], ""], [*parts[2::2], ""], strict=True):
        places += name.strip()
        if mark == "、" and _PLACES.search(places) and not following.strip().startswith("各"):
            places += mark
            continue
        yield places
        places = ""


def cc(text: str) -> tuple[str, ...]:
    """抄送: the names as listed."""
    found = _CC.search(text)
    return tuple(n.strip(" 。　") for n in re.split(r"[，、,；;]", found["names"]) if n.strip(" 。　")) if found else ()
