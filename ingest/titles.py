"""The title of a document: the lines of its head that make it up, whatever stands above and below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.header import clean_title
from ingest.lines import is_bare_number, is_date_line, is_note, is_org, is_title_suffix, looks_like_title
from ingest.mapped import concat
from ingest.paragraphs import Paragraph, Role
from kb.text.docnumber import find_doc_numbers

_HEAD = 14  # paragraphs above the body at most
_LONGEST_LINE, _LONGEST_TITLE, _MOST_LINES = 60, 200, 6
_NOT_TITLE = re.compile(r"[。；：:！]|\||第[一1][编章节条]|[一二三四五六七八九十]、")
# 机密★1年, 特急, 000001, 签发人：张三, -3-
_MARK = re.compile(
    r"(?:绝密|机密|秘密|内部)(?:[★☆].{0,8})?|特急|特提|加急|平急|急件|\d{5,7}|签发人[:：]?.{0,8}|[-—－\s\d]{1,9}"
)
_PAPER = re.compile(r"(?:文件|会议纪要|简报|专报)$")  # 云溪市人民政府文件, 专题会议纪要
# 云政发(2031〕 2l号: a number that text recognition damaged
_DAMAGED_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[〔\[(（【]\s*[12]\d{3}\s*年?[〕\])）】]\s*第?\s*[\dlIOoZS|]{1,5}\s*号?"
)
_TWO_HAN = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]")
# What a title that says 关于, 关于印发 or 对…会议 must end in to be whole.
_ABOUT_END = re.compile(
    r"(?:通知书?|公告|通告|公示|意见|办法|规定|决定|决议|报告|请示|通报|批复|函|答复|令|方案|措施|政策|解读|问答|说明|建议|提案|"
    r"纪要|要点|公报|指南|指引|规划|纲要|[一二三四五六七八九十]条)(?:[（(][^（）()]{1,30}[）)])*[”’]?$"
)
_ISSUING = re.compile(r"关于(?:印发|转发|批转|下发|公布|发布|颁发)")
_ISSUING_END = re.compile(r"(?:通知|公告|通告|决定|函|令)(?:[（(][^（）()]{1,30}[）)])*$")
_ANSWERING = re.compile(r"对.{0,30}(?:会议|人大|政协)")
_ANSWERING_END = re.compile(r"(?:答复|复函|函|意见)(?:[（(][^（）()]{1,30}[）)])*$")
_GOES_ON = re.compile(r"(?:的|和|与|及|、|暨|或|对|将|关于|印发|转发|批转)$")
_QUOTED = re.compile("《[^《》]*》")
_NEEDS_AGENCY = re.compile(r"(?:关于|印发|转发|批转|对)")
# The title of a page that does not name its document.
_NO_TITLE = re.compile(
    r"(?:政策|规范性)?文件(?:详情|公开|正文|库)?|(?:通知|政务|信息|公示)(?:公告|公开|公示)?|[政务府信息]{2,4}公开(?:内容|详情)?|正文|详情页?|"
    r"内容页?|首页|无标题.{0,4}|未命名.{0,4}|新建.{0,12}|[\x00-\x7f]{0,20}"
)
_BARE = re.compile(r"[^\w\u4e00-\u9fff]|_")


def with_whole_title(paragraphs: Sequence[Paragraph], stated: str | None = None) -> list[Paragraph]:
    """The paragraphs, a title that is set over several lines put together; ``stated`` is the page's title."""
    found = list(paragraphs)
    for first, stop in _candidates(found):
        for i in range(first, stop):
            end = _whole(found, i, stop, stated)
            if end > i:
                begin = _agencies_above(found, first, i)
                return _joined(found, begin, end) if end - begin > 1 else found
    return found


def title_of(paragraphs: Sequence[Paragraph], stated: str | None, others: Sequence[str] = ()) -> str | None:
    """The document's title: as its page states it where the text does not say it better, else its first title line.

    ``others`` are the titles of documents that it makes public: one above an order is not the order's.
    """
    keys = {key(title) for title in others}
    own = _own_title([p for p in paragraphs if key(p.text) not in keys])
    named = clean_title(stated)
    if named is None:
        return own
    if own is None or own == named or _bare(own) == _bare(named):
        return named
    first, second = _bare(own), _bare(named)
    cut_off = named.endswith(("…", "...")) and first.startswith(second)
    drafted = own.startswith(named) and is_title_suffix(own[len(named) :])
    with_site = second.startswith(first) and looks_like_title(own) and not looks_like_title(named)
    says_nothing = looks_like_title(own) and bool(_NO_TITLE.fullmatch(named))
    return own if cut_off or drafted or with_site or says_nothing else named


def _own_title(paragraphs: Sequence[Paragraph]) -> str | None:
    heading = next((p for p in paragraphs[:4] if p.role is Role.HEADING and (p.level or 1) == 1), None)
    if heading is not None and not is_letterhead(heading.text):
        return heading.text
    lines = [p for p in paragraphs[:_HEAD] if p.role not in {Role.LABEL, Role.ROW}]
    plain = None
    for i, p in enumerate(lines):
        if is_letterhead(p.text) and not _names_minutes(lines, i):
            continue
        if not _could_be_title(p.text):
            if p.text.endswith(("：", ":", "。")) and len(p.text) > 6:
                break
            continue
        if looks_like_title(p.text) and (plain is None or "关于" in p.text):
            return p.text.strip()
        plain = plain or p.text.strip()
    return plain if len(paragraphs) > 1 else None


def is_letterhead(text: str) -> bool:
    """Whether a line above the title is none itself: a 文号, a 密级, a date, an agency, 某某文件, a remark."""
    bare = text.strip()
    if find_doc_numbers(bare) and len(bare) <= 40 and not looks_like_title(bare):
        return True
    if _MARK.fullmatch(bare) or _PAPER.search("".join(bare.split())) or _DAMAGED_NUMBER.fullmatch(bare):
        return True
    return is_date_line(bare) or is_org(bare) or is_note(bare) or not _TWO_HAN.search(bare)


def _names_minutes(lines: Sequence[Paragraph], at: int) -> bool:
    """Whether 会议纪要 is the title, and not the head of a paper whose title stands below."""
    text = lines[at].text.strip()
    if not text.endswith("纪要"):
        return False
    return "关于" in text or not any(p.text.strip().endswith("纪要") for p in lines[at + 1 : at + 6])


def _could_be_title(text: str) -> bool:
    bare = text.strip()
    return 2 <= len(bare) <= 160 and not re.search(r"[。；：:]$|。", bare)


def _candidates(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[int, int]]:
    """Runs of lines at the head that may be parts of a title: short, without a stop, neither number nor date."""
    first = None
    for i, p in enumerate(paragraphs[:_HEAD]):
        if _is_candidate(p):
            first = i if first is None else first
            continue
        if first is not None:
            yield first, i
        first = None
        if (
            p.role is Role.ROW
            or (p.text.endswith(("：", ":", "。")) and len(p.text) > 6)
            or len(p.text) > _LONGEST_TITLE
        ):
            return
    if first is not None:
        yield first, min(len(paragraphs), _HEAD)


def _is_candidate(p: Paragraph) -> bool:
    text = p.text.strip()
    if p.role not in {Role.SHORT, Role.BODY, Role.HEADING} or not 2 <= len(text) <= _LONGEST_LINE:
        return False
    if _NOT_TITLE.search(text) or _MARK.fullmatch(text) or is_date_line(text) or _DAMAGED_NUMBER.fullmatch(text):
        return False
    if is_bare_number(text) or (find_doc_numbers(text) and not looks_like_title(text)):
        return False
    return is_title_suffix(text) or not is_note(text)


def _whole(paragraphs: Sequence[Paragraph], first: int, stop: int, stated: str | None) -> int:
    """Where the title that begins at a line ends; ``first + 1`` where it has that line only, ``first`` for none."""
    joined = ""
    known = _bare(clean_title(stated) or "")
    for end in range(first + 1, min(stop, first + _MOST_LINES) + 1):
        joined += paragraphs[end - 1].text.strip()
        if len(joined) > _LONGEST_TITLE:
            return first
        if end > first + 1 and known and _bare(joined) == known:
            return _with_suffix(paragraphs, end, stop)
        if not _is_open(joined):
            if not looks_like_title(joined):
                return first
            return _with_suffix(paragraphs, end, stop)
    return first


def _with_suffix(paragraphs: Sequence[Paragraph], end: int, stop: int) -> int:
    while end < stop and is_title_suffix(paragraphs[end].text):
        end += 1
    return end


def _is_open(title: str) -> bool:
    """Whether a title is not finished: a bracket is open, or it lacks the word that such a title ends in."""
    if any(title.count(a) > title.count(b) for a, b in ("《》", "（）", "〈〉", "“”", "()")) or _GOES_ON.search(title):
        return True
    said = _QUOTED.sub("《》", title)  # what it quotes has a 关于 of its own
    if _ISSUING.search(said):
        return not _ISSUING_END.search(said)
    if _ANSWERING.match(said) or (_ANSWERING.search(said) and "关于" not in said):
        return not _ANSWERING_END.search(said)
    return "关于" in said and not _ABOUT_END.search(said)


def _agencies_above(paragraphs: Sequence[Paragraph], first: int, begin: int) -> int:
    """Where the names of the agencies right above a title that begins with 关于 stand, else its own begin."""
    if not _NEEDS_AGENCY.match(paragraphs[begin].text.strip()):
        return begin
    while begin > first and is_org(paragraphs[begin - 1].text):
        begin -= 1
    return begin


def _joined(paragraphs: Sequence[Paragraph], begin: int, end: int) -> list[Paragraph]:
    """The paragraphs with those of a title made one; agencies on lines of their own stay parted by a space."""
    parts = [paragraphs[begin].content]
    for above, p in zip(paragraphs[begin:end], paragraphs[begin + 1 : end], strict=False):
        both = is_org(above.text) and is_org(p.text)
        parts = [concat([*parts, p.content], " ")] if both else [concat([*parts, p.content])]
    title = replace(paragraphs[begin], content=parts[0], role=_title_role(paragraphs[begin:end]))
    return [*paragraphs[:begin], title, *paragraphs[end:]]


def _title_role(parts: Sequence[Paragraph]) -> Role:
    return Role.HEADING if any(p.role is Role.HEADING for p in parts) else parts[0].role


def key(title: str) -> str:
    """A title as it is compared: without marks, and without what a bracket adds to it (（试行）)."""
    return _bare(re.sub(r"(?:[（(][^（）()]{1,30}[）)])+$", "", title.strip()))


def _bare(title: str) -> str:
    return _BARE.sub("", title)
