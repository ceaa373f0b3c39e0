"""Repairs within one line: extraction artefacts, doubled runs, letter-spacing, stray spaces.

Everything here cuts characters or splits lines. Characters that stay are never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.mapped import Mapped

HAN = r"\u3400-\u4dbf\u4e00-\u9fff〇○々"
_WIDE = r"，。；：！？、“”‘’（）《》〈〉【】〔〕「」『』—…·"
_SPACE = r"[ \t\u00a0\u2002\u2003\u2009\u3000]"
_NOISE = re.compile(
    r"\[bookmark:[^\]\n]*\]|[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200d\u2060\ufeff\ufffc]|"
    rf"(?<=[A-Za-z])[\u2043\u00ad]{_SPACE}*(?=[A-Za-z])"
)
#: Whole lines that are page furniture of a web site.
_FURNITURE = re.compile(
    r"(?:下载阅读版本|下载(?:PDF|pdf|Word|word|OFD|ofd)?版本?|打印(?:本页|此页|本文)?|关闭(?:窗口|本页)?|返回(?:顶部|首页|上一页)?|"
    r"收藏本页|分享到?|扫一扫.{0,20}|字体|字号|大|中|小|保护视力色|朗读|无障碍(?:浏览|阅读)?|[\s|｜【】\[\]:：>、／/])+"
)
_PAGE_MARK = re.compile(
    r"=+\s*PAGE\s*\d+\s*=+|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|[-—–－]\s*\d{1,4}\s*[-—–－]"
)
_BYLINE_MARK = re.compile(r"[□▶►▷]+")
_LONG_GAP = re.compile(rf"(?<=\S)(?:{_SPACE}{{3,}}|{_SPACE}{{0,2}}\t{_SPACE}?)(?=\S)")
_BY_WIDE = re.compile(rf"(?<=[{_WIDE}]){_SPACE}+|{_SPACE}+(?=[{_WIDE}])")
_BY_NUMBER = re.compile(rf"(?<=[{HAN}]){_SPACE}{{1,2}}(?=[-+]?\d(?!\d{{6}}))|(?<=[\d%％]){_SPACE}{{1,2}}(?=[{HAN}])")
_LETTER_SPACED = re.compile(rf"(?<![{HAN}])[{HAN}](?:{_SPACE}{{1,2}}[{HAN}](?![{HAN}]))+")
_BY_HAN = re.compile(rf"(?<=[{HAN}]){_SPACE}{{1,2}}(?=[{HAN}])")
_PROSE = re.compile(r"[，。；、]")
#: Words behind which a space between Han characters carries meaning.
_KEEPS_SPACE = re.compile(
    r"(?:讯|电|记者|通讯员|作者|摄影|撰稿|编辑|责编|部长|省长|市长|区长|县长|主席|总理|主任|局长|"
    rf"第[{HAN}\d]{{1,7}}[编章节条])$"
)
#: Behind 第十四条 a space parts it from its text, whatever that begins with (第十四条 2031年, 第六条 “”).
_ORDINAL_BEFORE = re.compile(rf"^{_SPACE}*第[{HAN}\d]{{1,7}}[编章节条]$")
#: A day, or the name of an agency and a day, in a line of head or foot: 2031-04-15 来源：, 云溪市文化局 2031年4月15日.
_DAY_BEFORE = re.compile(r"(?<!\d)[12]\d{3}[-./]\d{1,2}[-./]\d{1,2}$")
_DAY_AHEAD = re.compile(rf"{_SPACE}+[12]\d{{3}}年\d{{1,2}}月(?:\d{{1,2}}日)?(?:印发|发布)?$")
_AGENCY_BEFORE = re.compile(r"^[^，。；：、]{2,40}(?:[局厅部委会院办室社组府团处所司校]|中心|公司|编)$")
_DECIMAL_HEAD = re.compile(r"\d{1,2}(?:\.\d+)*$")
_UNIT_AHEAD = re.compile(rf"{_SPACE}+[年月日号级届个家人条项元次倍%％]")
TERMINAL = "。？！：；"


def is_furniture(text: str) -> bool:
    """Whether a line holds nothing but a site's buttons (``下载阅读版本``) or table ruling."""
    bare = text.strip()
    if _PAGE_MARK.fullmatch(bare):
        return True
    return not bare.strip("|｜ \t-—_=*·") or bool(_FURNITURE.fullmatch(bare))


def without_noise(line: Mapped) -> Mapped:
    """Without bookmarks, control characters, zero-width characters and hyphens inside a Latin word."""
    return line.edit((m.start(), m.end(), "") for m in _NOISE.finditer(line.text)).strip()


def is_marked(text: str) -> bool:
    """Whether a line begins with a mark (□ ▶): of a byline, a box to tick, a bullet."""
    return bool(_BYLINE_MARK.match(text))


def byline_mark(text: str) -> int:
    """Length of the marks (□ ▶) at the head of a byline, 0 where the line is none."""
    head = _BYLINE_MARK.match(text)
    if not head or len(text) > 60:
        return 0
    rest = text[head.end() :]
    return head.end() if len(re.findall(rf"[{HAN}]", rest)) >= 2 and not re.search(r"[□▶►▷。]", rest) else 0


def undoubled(line: Mapped) -> Mapped | None:
    """The line said once, if all of it is runs said twice (``发展发展，，``), 6 characters or more; else None."""
    runs = _doubled(line.text)
    return line.edit((start + (end - start) // 2, end, "") for start, end in runs) if runs else None


def is_doubled(text: str) -> bool:
    """Whether all of a line is runs said twice."""
    return bool(_doubled(text))


def _doubled(text: str) -> list[tuple[int, int]]:
    """The runs said twice that a line is made up of, each with its repetition; empty where it is not."""
    if not 6 <= len(text) <= 160 or len(text) % 2 or len(re.findall(rf"[{HAN}]", text)) < 4:
        return []
    runs: list[tuple[int, int]] = []
    return runs if _pairs(text, 0, runs, set()) else []


def _pairs(text: str, at: int, keep: list[tuple[int, int]], failed: set[int]) -> bool:
    if at == len(text):
        return True
    if at in failed:
        return False
    for half in range((len(text) - at) // 2, 0, -1):
        if text[at : at + half] == text[at + half : at + 2 * half]:
            keep.append((at, at + 2 * half))
            if _pairs(text, at + 2 * half, keep, failed):
                return True
            keep.pop()
    failed.add(at)
    return False


def respaced(line: Mapped) -> Mapped:
    """Without the spaces that extraction put between Han characters, around numbers and beside wide punctuation.

    A gap of three and more, or with a tab, is a column and becomes one space; spaces between Latin words stay, and so
    do those that part a name from its office or an ordinal from its text.
    """
    text = line.text
    edits: dict[tuple[int, int], str] = {m.span(): " " for m in _LONG_GAP.finditer(text)}
    covered = _covered(text, edits)
    for a, b in _stray(text):
        if not any(covered[a:b]):
            edits[a, b] = ""
            covered[a:b] = b"\1" * (b - a)
    return line.edit((a, b, new) for (a, b), new in sorted(edits.items()))


def _covered(text: str, spans: Iterable[tuple[int, int]]) -> bytearray:
    """For each character, whether one of the spans has it."""
    covered = bytearray(len(text))
    for a, b in spans:
        covered[a:b] = b"\1" * (b - a)
    return covered


def _stray(text: str) -> Iterator[tuple[int, int]]:
    taken = [m.span() for m in _LETTER_SPACED.finditer(text) if _is_letter_spaced(m, text)]
    for start, end in taken:
        for gap in re.finditer(rf"{_SPACE}+", text[start:end]):
            yield start + gap.start(), start + gap.end()
    prose = bool(_PROSE.search(text)) and len(text) >= 10
    for match in _BY_WIDE.finditer(text):
        if not _parts_ordinal(text, match.start()):
            yield match.span()
    for match in _BY_NUMBER.finditer(text):
        if not (_parts_ordinal(text, match.start()) or _parts_day(text, match.start())):
            yield match.span()
    if prose:
        inside = _covered(text, taken)
        for match in _BY_HAN.finditer(text):
            if not inside[match.start()] and not _KEEPS_SPACE.search(text[max(0, match.start() - 10) : match.start()]):
                yield match.span()


def _parts_ordinal(text: str, at: int) -> bool:
    """Whether a space stands between the ordinal that a line begins with and its text."""
    if at > 12:
        return False
    if _DECIMAL_HEAD.fullmatch(text[:at]):
        return not _UNIT_AHEAD.match(text, at)
    return bool(_ORDINAL_BEFORE.match(text[:at]))


def _parts_day(text: str, at: int) -> bool:
    """Whether a space parts a day from what else its line states."""
    if at > 48:
        return False
    before = text[:at]
    return bool(_DAY_BEFORE.search(before) or (_DAY_AHEAD.match(text, at) and _AGENCY_BEFORE.match(before)))


def _is_letter_spaced(match: re.Match[str], text: str) -> bool:
    letters = len(re.findall(rf"[{HAN}]", match.group()))
    return letters >= 3 or (letters == 2 and len(text) <= 20)


def joined_separator(before: str, after: str) -> str:
    """What goes between two lines of one paragraph: a space between Latin words, else nothing."""
    latin = re.compile(r"[A-Za-z,.;:!?]")
    if before and after and latin.match(before[-1]) and re.match(r"[A-Za-z]", after[0]):
        return " "
    return ""


def without_line_hyphen(line: Mapped) -> Mapped:
    """Without an orphan break hyphen (U+2043, soft hyphen, U+2010 behind a Latin letter) at the end of the line."""
    found = re.search(rf"(?<=[A-Za-z])[\u2043\u00ad\u2010]{_SPACE}*$", line.text)
    return line.slice(0, found.start()) if found else line
