"""What opens a field: the title of a heading, a label at a line's start, a sentence that ends in a colon."""

from __future__ import annotations

import re

from ingest.provisions.labels import Field, asked_of, both_of, label_of
from kb.model import Section

_LINE_LABEL = re.compile(r"[^\s：:，。；“”\d？?！!|][^：:，。；“”\n？?！!|]{1,17}(?=[ \u3000]?[：:])")
_BRACKETED = re.compile(r"[【\[]([^】\]\n]{2,16})[】\]]")
#: Sentences that open a list of so many characters at their end.
_LEAD_INS = tuple(
    (field, re.compile(rf"{says}[^。；：:\n]{{0,24}}[：:。]\s*$"))
    for field, says in (
        (Field.MATERIALS, r"(?:材料|资料)[^。；：:\n]{0,6}(?:包括|如下)"),
        (Field.CONDITIONS, r"不(?:包括|包含|含|得为)"),
        (Field.MATERIALS, r"(?:应当?|须|需要?|并|可|请)(?:同时|一并)?(?:提交|提供|上传|携带|出示|报送)"),
        (Field.MATERIALS, r"(?:提交|提供|上传|携带|出示|报送|准备|需要|持)[^。；：:\n]{0,20}(?:材料|资料|证件|手续)"),
        (
            Field.CONDITIONS,
            r"(?:下列|以下)[^。；：:\n]{0,12}(?:不予|不得|不能|不再|不享受|不适用|不属于|不纳入|不在|不可)",
        ),
        (Field.CONDITIONS, r"(?:符合|具备|满足)[^。；：:\n]{0,16}(?:条件|要求|情形|规定)"),
        (Field.CONDITIONS, r"(?:下列|以下)[^。；：:\n]{0,8}情[形况][^。；：:\n]{0,16}(?:不予|不得|不能|不再|不享受)"),
        (Field.STANDARD, r"(?:按照?|下列|以下|如下)[^。；：:\n]{0,16}(?:标准|补贴|补助|奖励|资助|津贴)"),
        (Field.STANDARD, r"(?:补贴|补助|奖励|资助|津贴|救助)[^，。；：:\n]{0,6}标准(?:如下|分别)?为?"),
        (Field.AUDIENCE, r"(?:下列|以下)(?:人员|对象|人群|群体|家庭|企业|单位|机构|情形的人员)"),
        (
            Field.PROCEDURE,
            r"(?:按照?|以下|下列|如下)[^。；：:\n]{0,12}(?:程序|流程|步骤|方式|途径|渠道)"
            r"[^。；：:\n]{0,8}(?:办理|申请|申报|进行|认定)",
        ),
        (Field.PROCEDURE, r"(?:程序|流程|步骤)[^。；：:\n]{0,4}如下"),
    )
)
#: A list may follow a full stop: 并提交以下材料。1.…
_STOPPED = re.compile(r"(?:以下|下列|如下)[^。，；：\n]{0,12}。$")
_NEAR_STOP = 20
_LONGEST_LEAD_IN, _LONGEST_HEAD, _LONGEST_LINE = 90, 16, 12
#: A chapter of articles says more than its title: its articles are read one by one.
_OF_ARTICLES = frozenset({Field.AUDIENCE, Field.CONDITIONS})


def opening(text: str, content: int, end: int, section: Section | None) -> tuple[Field | None, int]:
    """The field that ``text[content:end]`` opens, and where its value begins."""
    if section is not None and section.title:
        found = label_of(section.title) or asked_of(section.title, headed=True)
        if section.label.endswith("章") and (found in _OF_ARTICLES or both_of(section.title)):
            return None, content
        if found is not None:
            at = text.find(section.title, content, end)
            return found, at + len(section.title) if at >= 0 else end
    line = text[content:end]
    if (asked := asked_of(line)) is not None:
        return asked, end
    for match in (_LINE_LABEL.match(line), _BRACKETED.match(line)):
        if match and (found := label_of(match.group())) is not None:
            return found, content + match.end()
    alone = label_of(line) if len(line) <= _LONGEST_LINE and "：" not in line else None
    return alone, end if alone else content


def lead_in(text: str, start: int, end: int) -> Field | None:
    """The field a sentence opens that ends in a colon: 应当提交下列材料：."""
    if text[end - 1] == "。" and not _STOPPED.search(text, max(start, end - _NEAR_STOP), end):
        return None
    if text[end - 1] not in "：:。":
        return None
    return next((f for f, says in _LEAD_INS if says.search(text, max(start, end - _LONGEST_LEAD_IN), end)), None)


def heads_text(text: str, section: Section | None, end: int) -> bool:
    """Whether what ends here is a heading with its text below it, not an item that happens to be the last one."""
    if section is None or section.end <= end + 1 or len(section.title) > _LONGEST_HEAD or text[end - 1] in "。；;":
        return False
    below = _LINE_LABEL.match(text[end : end + 24].strip())
    labelled = below is not None and label_of(below.group()) is not None
    return not labelled and text[section.start : end].rstrip("：:").endswith(section.title)
