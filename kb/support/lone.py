"""Supports that stand for themselves where they are told: rows by kind of person, sums by class, and sums raised.

The ingest tells none of them as a provision of its own. Of such rows and classes a claimant gets one: they are
alternatives, and each is only for whom its own words name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kb.model import PolicyDocument, Provision, Section, Table

#: Such a sum may be had beside others of its document
RAISED = "raised"
#: What a column of those who get it is headed by, and what a column of what they get is
_WHOSE = re.compile(r"人员|对象|家庭|情[形况]|缴存|房屋|规模|人群|身份|类[型别]|主体|户型|等级|学段|层次")
_WHAT = re.compile(
    r"标准|比例|额度|限额|金额|补贴|补助|资助|奖励|返还|缴费|调整后|现在|现行|上浮|减免|贴息|每人|每户|每月|待遇"
)
_NAMES_WHO = re.compile(r"(?:人员|对象|家庭|情[形况]|人群|类[型别]|主体|规模)$")  # 资助对象 is of who, not of what
_BEFORE = re.compile(r"调整前|原来|原标准|修订前|上年度")
_NO_BENEFIT = re.compile(r"数量|目标|指标|分值|时间|日期|时限|电话|窗口|地点|区域|岗位|牵头|责任|材料|文号|地区|区县")
_MUCH = re.compile(r"\d|三分之|[一二三四五六七八九]成|百分之|全额|免[费缴]")
_SUM = re.compile(r"\d[\d.,]*\s*(?:万|亿)?元|\d+(?:\.\d+)?\s*(?:%|％)|三分之|百分之|[\d.]+倍")
_SHORT = 24  # characters of a cell that names somebody
#: What a support is called in the title of a document that is about it
_TITLED = re.compile(
    r"(?:住房)?公积金(?:个人)?(?:住房)?(?:贷款|提取|使用)|(?:城乡居民|城镇职工|职工|居民)?(?:基本)?(?:医疗|养老|失业|工伤)保险|(?:城乡)?居民医保|职工医保|"
    r"[\u4e00-\u9fff]{2,8}?(?:补贴|补助|奖励|资助|津贴|返还|贴息|救助)"
)
_SUPPORT = re.compile(r"(?:补贴|补助|奖励|奖补|资助|津贴|返还|贴息|减免|救助)$")
_MARK = r"[甲乙丙丁戊A-H一二三四五][类档级](?:人员|对象|人才|企业)?"
_CLASSED = re.compile(rf"(?:(?<=\n)|(?<=[。；：]))[ \u3000]*(?P<mark>{_MARK})[：:](?P<sum>[^。；\n]*\d[^。；\n]*)")
_ALL_CLASSES = re.compile(
    r"(?:[两二三四五]|各|上述|所有|以上)(?:个)?[类档级](?:人员|对象|人才|企业)?(?P<said>[^。；\n]+)"
)
_RAISED = re.compile(
    r"(?P<who>[^。；：\n|]{4,60})[，：:](?P<gain>[^，。；：\n|]{0,12}(?:上浮|提高|放宽)(?:到|至)?\d+(?:\.\d+)?\s*(?:%|％|万?元|倍))"
)
_ITEM = re.compile(r"^[ \u3000]*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|第[^ \u3000，。]{1,4}条)?[ \u3000]*")


def stands_alone(document: PolicyDocument, provision: Provision) -> str:
    """What a row, a class or a raised sum is one of; empty for what the ingest told as a provision."""
    if provision in document.provisions:
        return ""
    text = document.text
    table = next((t for t in document.tables if t.start <= provision.start and provision.end <= t.end), None)
    if table:
        return f"row {table.start}"
    if re.match(rf"{_MARK}[：:]", text[provision.start : provision.end]):
        return f"class {provision.benefit}"
    return RAISED if _RAISED.match(text, provision.start, provision.end) else ""


def rows_of(document: PolicyDocument) -> Iterator[Provision]:
    """The rows of tables that say for a kind of person, family or case what it gets, where they are no provision."""
    for table in document.tables:
        whose, what = _columns(table)
        for start, end, cells in _lines(document.text, table) if whose and what else ():
            if any(p.start < end and start < p.end for p in document.provisions) or len(cells) <= max(what):
                continue
            names = [cells[i] for i in whose if cells[i].strip(" -—无")]
            given = [cells[i] for i in what if _MUCH.search(cells[i])]
            given = [g for g in given if _SUM.search(g)] or given
            if names and given and all(len(n) <= _SHORT for n in names):
                benefit = _called(document, start)
                sums = "；".join(dict.fromkeys(given))
                yield Provision(benefit, start, end, amount=sums, audience="；".join(dict.fromkeys(names)))


def rows_within(document: PolicyDocument, provision: Provision) -> list[Provision]:
    """A provision that holds a table of who gets how much (单位规模 | 返还比例), one for each row; else empty.

    The audience of each is what its row alone says of whom it is for.
    """
    text, parts = document.text, list[Provision]()
    for table in document.tables:
        whose, what = _columns(table)
        if not (provision.start < table.start and table.end <= provision.end and whose and what):
            continue
        for start, end, cells in _lines(text, table):
            names = [cells[i] for i in whose if i < len(cells)]
            given = [cells[i] for i in what if i < len(cells) and _SUM.search(cells[i])]
            if names and given:
                sums, whose_row = "；".join(given), "；".join(names)
                parts.append(
                    replace(provision, start=start, end=end, amount=sums, rate=None, cap=None, audience=whose_row)
                )
    return parts if len(parts) > 1 else []


def _columns(table: Table) -> tuple[list[int], list[int]]:
    """The columns of who it is and of what he gets; none where the table is of something else."""
    heads = table.header
    sums = [i for i, h in enumerate(heads) if _WHAT.search(h) and not _NAMES_WHO.search(h)]
    what = [i for i in sums if not _BEFORE.search(heads[i]) and not _NO_BENEFIT.search(heads[i])]
    first = next((i for i, h in enumerate(heads) if i in sums or _BEFORE.search(h)), 0)
    whose = [i for i in range(first) if _WHOSE.search(heads[i]) and not _NO_BENEFIT.search(heads[i])]
    return whose, what


def _lines(text: str, table: Table) -> Iterator[tuple[int, int, list[str]]]:
    """The lines of a table below its head, with their cells."""
    at = table.start
    for i, line in enumerate(text[table.start : table.end].split("\n")):
        cells = [c.strip() for c in line.split("|")]
        if i and cells and cells[0] != table.header[0]:
            yield at, at + len(line), cells
        at += len(line) + 1


def _called(document: PolicyDocument, at: int) -> str:
    """What a support is called: by the heading above it that names one, else by the document's title, else so."""
    above = sorted((s for s in document.sections if s.start <= at < s.end), key=lambda s: -s.level)
    heads = [s.title for s in above if 1 < len(s.title) <= _SHORT and not _whole_line(document, s)]
    named = next((h for h in heads if _SUPPORT.search(h)), None)
    titled = _TITLED.search(document.title or "")
    return named or (titled.group() if titled else "") or next(iter(heads), "") or (document.title or "")[:_SHORT]


def _whole_line(document: PolicyDocument, section: Section) -> bool:
    return section.end - section.start - len(section.title) < len(section.label) + 3


def classes_of(document: PolicyDocument, provision: Provision) -> list[Provision]:
    """A provision that gives the sums of several classes, as one for each; empty where it does not.

    Each is for whom the document puts into its class (乙类为…), and for what all of them must do.
    """
    text = document.text
    found = list(_CLASSED.finditer(text, max(0, provision.start - 1), provision.end))
    if len(found) < 2:
        return []
    parts = []
    for match in found:
        defined = re.compile(rf"{re.escape(match['mark'])}(?:人员|对象)?(?:为|是|指|包括)(?P<said>[^。；\n]+)")
        who = defined.search(text)
        if who is None:
            return []
        every = [m["said"] for m in _ALL_CLASSES.finditer(text) if _MUST.search(m["said"])]
        sums = [p for p in (provision.amount or "").split("；") if p in match["sum"]]
        parts.append(
            replace(
                provision,
                start=match.start("mark"),
                end=match.end(),
                amount="；".join(sums) or match["sum"],
                audience="；".join((who["said"], *every)),
            )
        )
    return parts


_MUST = re.compile(r"应当?|须|必须|均[在为需要办参缴]")


def raised_in(document: PolicyDocument) -> Iterator[Provision]:
    """Sentences and lines that raise what somebody can have (…的，额度上浮20%), where no provision has them."""
    for line in re.finditer(r"[^\n。；]+", document.text):
        item = _ITEM.match(line.group())
        start = line.start() + (item.end() if item else 0)
        match = _RAISED.match(document.text, start, line.end())
        if match is None or re.search("[从由比]", match["gain"]):
            continue
        if any(p.start < match.end() and start < p.end for p in document.provisions):
            continue
        name = _TITLED.search(document.title or "")
        if name:
            yield Provision(name.group(), start, match.end(), amount=match["gain"], audience=match["who"])
