"""Reading a deputy's suggestion (建议/提案): who asks, under which number, and for what.

Every ask is a slice of the text given: ``ask.text == text[ask.start:ask.end]``. What is not stated stays empty and is
named in ``flags``; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.errors import KBError
from kb.letters.asking import MOST, asks_in
from kb.letters.deputies import deputies_of
from kb.letters.ordinals import Line, lines_of
from kb.text import tagged_words
from kb.text.lexicon import word_set

LONGEST = 200_000  # characters; some 250 pages
_LONG = 20_000
_SHORT = 30
_NO_THING = frozenset(
    "部门 认识 力度 问题 难题 意见 基层 群众 水平 环境 机制 措施 效率 质量 作用 能力 意识 作风 责任 人民 社会 "  # noqa: SIM905
    "方面 情况 地方 事情 实际 有关部门 相关部门 高度 合力 氛围 成效 全面 各级 领导".split()
)
BILL, PROPOSAL = "建议", "提案"

_SESSION = re.compile(
    r"(?:政协)?(?:[\u4e00-\u9fff]{1,6}[省市区县州盟旗]|全国|省|市|区|县|州)?(?:人大|政协|人民代表大会)?第?[一二三四五六七八九十]{1,3}届(?:全国)?"
    r"(?:人大|政协|人民代表大会|委员会)?(?:常委会)?第?[一二三四五六七八九十]{1,3}次(?:会议|全会|全体会议)"
)
_BEFORE_SESSION = re.compile(r"^.*(?:关于|[在对于是](?=[^在对于是]{6}))")
_NUMBER = re.compile(
    r"(?:建议|提案|议案)(?:编号|案号|号|第)?\s*+[:：]?\s*+第?\s*+(?P<a>\d{1,6})\s*+号|"
    r"第\s*+(?P<b>\d{1,6})\s*+号(?:\s*+(?:[\u4e00-\u9fff]{0,4}建议|[\u4e00-\u9fff]{0,4}提案|[）)])|[^\S\n]*+$)|"
    r"(?:编号|案号|建议号|提案号)\s*+[:：]\s*+(?:第\s*+)?(?P<c>\d{1,6})|第\s*+(?P<d>\d{1,6})\s*+号",
    re.MULTILINE,
)
_TITLED = re.compile(
    r"^[^\S\n]*+(?:案\s*+由|标\s*+题|题\s*+目|建议名称|提案名称|建议标题|名\s*+称)\s*+[:：]\s*+"
    r"(?P<title>[^\n]{4,120}?)[^\S\n]*$",
    re.MULTILINE,
)
_ABOUT = re.compile(r"^[《“\"]?(?P<title>(?:关于|对于|对).{4,100}?(?:的)?(?:建议|提案|议案|意见|对策)(?:案)?)[》”\"]?$")
_QUOTED = re.compile(r"《(?P<title>关于[^《》\n]{4,100}?(?:建议|提案|议案))》")
_YEAR = re.compile(r"(?<!\d)(?P<year>20\d\d)\s*年")


class SuggestionInvalid(KBError):
    """The text given cannot be a suggestion."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked for. ``label`` is its ordinal as written, ``heading`` its first words (a slice, too)."""

    label: str
    text: str
    start: int
    end: int
    heading: str = ""

    @property
    def ask_id(self) -> str:
        """What it is called by as long as the suggestion lasts: its number changes when one before it is added."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as read; ``flags`` say in Chinese what a reader must know or add."""

    text: str
    number: str | None = None
    session: str | None = None
    year: int | None = None
    deputies: tuple[str, ...] = ()
    title: str | None = None
    kind: str = BILL
    asks: tuple[Ask, ...] = ()
    flags: tuple[str, ...] = ()
    more: str = ""
    """How many deputies they are where not all are named, as written: 等12名."""


def parse_suggestion(text: str) -> Suggestion:
    """Read the text of a suggestion. Raises SuggestionInvalid for an empty or a boundless text."""
    if not re.search(r"[\u3400-\u9fffA-Za-z]", text):
        raise SuggestionInvalid("没有读到文字。若是扫描件或图片，请先做文字识别，或直接粘贴建议的正文。")
    if len(text) > LONGEST:
        raise SuggestionInvalid(
            f"文字有 {len(text)} 字，超过 {LONGEST} 字，不像一件建议。请只留下要答复的那一件，再试一次。"
        )
    lines = lines_of(text)
    title = _title(text, lines)
    kind = _kind(text, title)
    found = asks_in(text, lines, title)
    asks = tuple(
        Ask(label, text[start:end], start, end, heading_of(text[start:end])) for label, start, end in found[:MOST]
    )
    session = _SESSION.search(text)
    deputies, more = deputies_of(text, lines)
    number = _NUMBER.search(text[:3000])
    year = _YEAR.search(text[:400]) or _YEAR.search(text[-200:])
    read = Suggestion(
        text=text,
        number=next((g for g in number.groups() if g), None) if number else None,
        session=_BEFORE_SESSION.sub("", session.group()) if session else None,
        year=int(year["year"]) if year else None,
        deputies=deputies,
        more=more,
        title=title,
        kind=kind,
        asks=asks,
    )
    return _flagged(read, len(found))


#: What an ask rests on names none: 按照《…》，建议…
_BY = re.compile(
    r"^(?:按照?|依据|根据|依照|参照|对照|结合|为(?:贯彻|落实|深入)?(?:落实|贯彻)?)[^，,。；;]{0,60}(?:[《“][^》”\n]{1,80}[》”])?"
    r"[^，,。；;《》]{0,20}(?:[，,]|$)"
)


def _sentence(text: str) -> str:
    """The first sentence, without the documents it begins with; the next one where it holds nothing else."""
    pieces = re.split(r"[。；;：:！!？?\n]", text.strip())
    for piece in pieces[:3]:
        rest = _BY.sub("", piece.strip(), count=1).strip() if "《" in piece or "〔" in piece else piece.strip()
        if rest:
            return rest
    return pieces[0]


def heading_of(text: str) -> str:
    """The first words of an ask, as far as they name it."""
    first = _sentence(text)
    first = re.sub(
        r"^(?:我|我们)?(?:建议|希望|恳请|呼吁|请求|应当|应该|期望|盼望)(?:有关部门|相关部门|政府)?(?:能够|能)?[，,]?",
        "",
        first,
    )
    if len(first) > 28:
        first = re.split(r"[，,]", first, maxsplit=1)[0]
    return first.strip()[:40]


def _flagged(read: Suggestion, found: int) -> Suggestion:
    from dataclasses import replace

    flags: list[str] = []
    missing = [
        name
        for name, value in (
            ("编号", read.number),
            ("届次", read.session),
            ("代表或委员姓名", read.deputies),
            ("标题", read.title),
        )
        if not value
    ]
    if missing:
        flags.append(f"没有读出{'、'.join(missing)}，草稿里留了空，请补上。")
    if not read.asks:
        flags.append("没有读出具体要求（如“一、…”“建议：一是…”“希望…”）。请在要求前加上序号，或手工指定要求。")
    if found > len(read.asks):
        flags.append(f"读出 {found} 条要求，只取前 {len(read.asks)} 条。请核对；若不止一件建议，请分开答复。")
    vague = [n for n, ask in enumerate(read.asks, 1) if not telling_words(ask.text)]
    if vague:
        flags.append(f"要求{'、'.join(map(str, vague))}比较笼统，没有写明具体事项。请与代表沟通后再答复。")
    if len(read.text.strip()) < _SHORT:
        flags.append(f"全文只有 {len(read.text.strip())} 字，像是只贴了一行。请核对是否粘贴完整。")
    if len(read.text) > _LONG:
        flags.append(f"全文有 {len(read.text)} 字，比一般的建议长得多。请核对读出的要求是否齐全。")
    return replace(read, flags=tuple(flags))


def telling_words(text: str) -> frozenset[str]:
    """The words of a text that name a thing: none of those that any official text is full of."""
    empty = _NO_THING | word_set("generic") | word_set("stop")
    return frozenset(
        word
        for word, tag in tagged_words(text)
        if len(word) > 1 and (tag[0] in "nxj" or tag == "vn") and word not in empty
    )


def own_words(text: str, title: str) -> frozenset[str]:
    """The words that set an ask apart from the others: what it is about beyond the title.

    The verb that a clause begins with says what is to be done, in whatever word (增设, 新建), and tells nothing apart.
    """
    empty = _NO_THING | word_set("generic") | word_set("stop")
    found, begins = set(), True
    for word, tag in tagged_words(text):
        done = begins and tag[0] in "vd"
        begins = done or not word.strip("，。；：、,;: ")
        if len(word) > 1 and tag[0] in "nvxjs" and not done and word not in empty and word not in title:
            found.add(word)
    return frozenset(found)


def _title(text: str, lines: tuple[Line, ...]) -> str | None:
    named = _TITLED.search(text)
    if named:
        return named["title"].strip('《》“”" ')
    for line in lines[:12]:
        about = _ABOUT.match(text[line.start : line.end])
        if about:
            return about["title"]
    quoted = _QUOTED.search(text[:2000])
    return quoted["title"] if quoted else None


def _kind(text: str, title: str | None) -> str:
    head = f"{title or ''}\n{text[:600]}"
    if title and title.endswith("提案"):
        return PROPOSAL
    return PROPOSAL if re.search(r"政协|提案(?:人|委员|号|编号|第)|委员会第", head) else BILL
