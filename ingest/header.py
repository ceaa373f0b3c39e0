"""What a document states about itself: title, 文号, issuer, dates, recipients, signature, contact, annexes.

Every value is read off the container's labels or the text; what neither states stays None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.labels import field_of
from kb.model import PolicyDocument
from kb.text.dates import find_dates
from kb.text.docnumber import find_doc_numbers

TITLE_END = re.compile(
    r"(?:通知书?|公告|通告|公示|意见|办法|细则|规定|规则|条例|方案|计划|规划|纲要|措施|政策|批复|函|决定|决议|报告|公报|通报|"
    r"指南|指引|要点|清单|目录|标准|规范|规程|章程|制度|准则|解读|问答|答复|令|法|建议|说明|简介|须知|攻略|流程)"
    r"(?:[（(][^（）()]{1,30}[）)])*[”’》]?$"
)
_ORG_END = re.compile(
    r"(?:人民政府|政府|办公[厅室]|委员会|[部厅局委办会院署行社团校]|公司|中心|法院|检察院|总工会|小组|指挥部|管委会|常务委员会|协会|联合会|大学|支队|总队)$"
)
_DATE_LINE = re.compile(
    r"[\s　]*(?:(?:19|20)\d\d|[二一][〇○零Ｏ一二三四五六七八九]{3})\s*年"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
    r"(?:印发|发布|公布)?[\s　]*"
)
_SALUTATION = re.compile(r"[^。；！？]{2,400}[:：]")
_ADDRESSEE = re.compile(
    r"(?:[局委部厅办院会府区县市省署行社校司处盟]|单位|机关|机构|企业|公司|集团|学校|部门|代表|委员|主席|主任|同志|先生|女士|中心|街道|乡镇)$|"
    r"^各|[（(][^）)]*[）)]$"
)
_APPROVED = re.compile(
    r"已?经(?P<by>[^，。,；]{2,30}?(?:常务会议|会议|办公会|全会|党组会|局务会|部务会))(?:审议|研究|讨论|表决|批准)?"
    r"(?:[、和并]?(?:审议|研究))?(?:通过|同意|审定|批准)|已?经(?P<org>[^，。,；]{2,16}?)(?:同意|批准)[，。,]"
)
_CC = re.compile(r"^[\s　]*抄\s*送[:：](?P<names>[^\n]+)$", re.MULTILINE)
_CONTACT = re.compile(
    r"联\s*系\s*人?[:：]\s*(?P<person>[\u4e00-\u9fff·、\s]{2,20}?)[\s，,；;。]*"
    r"(?:(?:联系)?电话|联系方式|手机|办公电话)[:：]?\s*(?P<phone>[\d\-—（）()、/\s]{7,40}\d)"
)
_PHONE = re.compile(
    r"(?:联系|咨询|服务|监督|举报)?电话[:：]\s*(?P<phone>(?:[（(]?0\d{2,3}[）)]?[-—\s]?)?\d{7,8}|1\d{10}|12\d{3,4})"
)
_ANNEX_LIST = re.compile(r"^[\s　]*附\s*件[:：]?[\s　]*(?P<first>[^\n]*)$", re.MULTILINE)
_SITE_TAIL = re.compile(
    r"[_|｜-](?:[^_|｜]{0,20}(?:政府网|门户网站|人民政府|网站|政策文件|政务公开|信息公开|_)[^_|｜]{0,20})+$"
)
_PROMULGATED = re.compile(
    r"^[\s　]*[（(](?P<line>[12]\d{3}年\d{1,2}月\d{1,2}日[^\n]{4,800}?)[）)]?[\s　]*$", re.MULTILINE
)
_ORGAN = re.compile(
    r"(?:中华人民共和国)?(国务院|全国人民代表大会常务委员会|全国人民代表大会|[\u4e00-\u9fff]{2,8}(?:省|市|自治区|自治州)"
    r"(?:第[^，。]{1,6}届)?人民代表大会(?:常务委员会)?|[\u4e00-\u9fff]{2,8}(?:省|市|自治区)人民政府)"
)

_NOT_STATED = re.compile(r"(?:无|暂无|未载明.*|未知|不详|[-—/－]+)$")


@dataclass(slots=True)
class Stated:
    """What the container's labels state, by field name; the first statement of a field counts."""

    values: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, *sources: Mapping[str, str]) -> Stated:
        """From label -> value mappings, most trusted first."""
        stated = cls()
        for source in sources:
            for label, value in source.items():
                name = field_of(label)
                if name and name not in stated.values and value.strip() and not _NOT_STATED.match(value.strip()):
                    stated.values[name], stated.labels[name] = value.strip(), label
        return stated

    def get(self, name: str) -> str | None:
        """The value of a field, None where it is not stated."""
        return self.values.get(name)

    def label(self, name: str) -> str | None:
        """The label under which a field is stated, as the container writes it."""
        return self.labels.get(name)

    def date(self, *names: str) -> str | None:
        """The first of the fields that holds a date to the day, as ISO 8601."""
        for name in names:
            found = iso_date(self.values.get(name, ""))
            if found:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Signature:
    """Issuers and date at the foot of a document; ``start`` is where they begin."""

    issuers: tuple[str, ...]
    date: str | None
    start: int
    end: int


def iso_date(text: str) -> str | None:
    """The first date in a text that is stated to the day; None if there is none."""
    return next((d.iso for d in find_dates(text) if d.precision == "day" and d.until is None), None)


def clean_title(title: str | None) -> str | None:
    """A page title without the site's name behind it."""
    if not title:
        return None
    bare = _SITE_TAIL.sub("", " ".join(title.split())).strip("_ -|")
    return bare or None


def is_date_line(line: str) -> bool:
    """Whether a line is a date to the day and nothing else."""
    return bool(_DATE_LINE.fullmatch(line))


def is_org(line: str) -> bool:
    """Whether a short line is the name of an agency (or several, parted by spaces)."""
    bare = line.strip()
    return 3 <= len(bare) <= 60 and not re.search(r"[，。；：！？\d]", bare) and bool(_ORG_END.search(bare))


def looks_like_title(line: str) -> bool:
    """Whether a line could be a document's title: no stop in it, and an ending of a kind of document."""
    bare = line.strip()
    return 4 <= len(bare) <= 160 and not re.search(r"[。；！]", bare) and bool(TITLE_END.search(bare))


@dataclass(frozen=True, slots=True)
class Promulgation:
    """By which order, when and by whom a statute was made public last, as it says below its title."""

    doc_number: str | None
    date: str | None
    issuer: str | None


def promulgation(text: str) -> Promulgation | None:
    """The line in brackets below the title of a statute (…年…月…日国务院令第…号公布); None where there is none.

    Of several events (passed, amended) the last one counts.
    """
    found = _PROMULGATED.search(text[:1500])
    dates = [d for d in find_dates(found["line"]) if d.precision == "day"] if found else []
    if not found or not dates:
        return None
    event = found["line"][dates[-1].end :]
    orders, organs = find_doc_numbers(event), _ORGAN.findall(found["line"])
    number = re.sub("^中华人民共和国", "", orders[-1].canonical) if orders else None
    return Promulgation(number, dates[-1].iso, organs[-1] if organs else None)


def doc_number_near_head(text: str) -> str | None:
    """The 文号 that stands by itself, or in front of everything, in the first lines of a text."""
    for line in text[:1500].split("\n")[:10]:
        bare = line.strip().strip("（）()【】[] ")
        numbers = find_doc_numbers(line[:120])
        if not numbers:
            continue
        first = numbers[0]
        alone = len(bare) - (first.end - first.start) <= 2
        leads = line.strip("（( ").startswith(line[first.start : first.end]) and "《" not in line[: first.start]
        behind = line[first.end :].lstrip("）)")
        if alone or (leads and not re.match(r"[，。、文精规和》]", behind or "")):
            return first.canonical
    return None


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
    """主送机关: the names in the line before the body that ends in a colon."""
    for start, end in lines[:6]:
        line = text[start:end].strip()
        if not _SALUTATION.fullmatch(line) or re.search(r"如下|通知|提出|第.+条|[“《]|根据|为", line):
            continue
        if re.match(r"(?:附件|附|联系人|抄送|来源|发布|时间|地点|电话|[一二三四五六七八九十]、|[（(])", line):
            continue
        names = [n.strip() for n in re.split(r"[、，,](?![^（(]*[）)])", line.rstrip(":： "))]
        addressed = sum(bool(_ADDRESSEE.search(n)) for n in names)
        if all(1 < len(n) <= 60 for n in names) and addressed * 2 >= len(names):
            return tuple(names)
    return ()


def approved_by(text: str) -> str | None:
    """The meeting or organ that approved the document (经…审议通过, 经…同意)."""
    found = _APPROVED.search(text[:2000])
    return (found["by"] or found["org"]).strip() if found else None


def cc(text: str) -> tuple[str, ...]:
    """抄送: the names as listed."""
    found = _CC.search(text)
    return tuple(n.strip(" 。　") for n in re.split(r"[，、,；;]", found["names"]) if n.strip(" 。　")) if found else ()


def contact(text: str) -> str | None:
    """联系人 with the telephone, or the telephone alone."""
    found = _CONTACT.search(text)
    if found:
        return f"{' '.join(found['person'].split())} {' '.join(found['phone'].split())}"
    phone = _PHONE.search(text)
    return phone["phone"] if phone else None


def annexes(text: str) -> tuple[tuple[str, ...], int]:
    """Names in the list of annexes (附件说明), and where that list begins (-1 for none)."""
    for found in _ANNEX_LIST.finditer(text):
        names = [found["first"].strip()] if found["first"].strip() else []
        if not names and not re.match(r"\n[\s　]*1\s*[.．、]", text[found.end() :]):
            continue
        for line in text[found.end() : found.end() + 1500].split("\n")[1:]:
            if not re.match(r"[\s　]*(?:[2-9]|1\d?)\s*[.．、]", line):
                break
            names.append(line.strip())
        parts = [p for name in names for p in re.split(r"(?:(?<=\s)|(?<=[；;]))(?=\d{1,2}[.．])", name)]
        cleaned = [re.sub(r"^\d{1,2}\s*[.．、]\s*", "", p).strip(" 　；;。") for p in parts]
        return tuple(p for p in cleaned if p), found.start()
    return (), -1


def annex_is_missing(doc: PolicyDocument, annex_at: int) -> bool:
    """Whether the annexes that are listed have no text: nothing but their titles and remarks behind the list."""
    if any(t.start > annex_at for t in doc.tables):
        return False
    behind = doc.text[annex_at:].split("\n")
    titles = "".join(doc.attachments)
    content = [
        line
        for line in behind[1:]
        if line.strip()
        and not re.match(r"[\s　]*(?:附\s*件|附表|备注|注[:：]|抄送|[（(]?此件|\d{1,2}\s*[.．、])", line)
        and line.strip() not in titles
        and not is_org(line)
        and not iso_date(line)
    ]
    return sum(len(line.strip()) for line in content) < 30
