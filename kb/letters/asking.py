"""Where a suggestion asks: the part that holds its asks, and each of them as a span.

Tried in order: a part headed or announced as suggestions (二、建议 / 为此建议：) with a numbered or run-in list;
headed sections that are no background; a run-in list behind 建议 anywhere; sentences that ask (建议, 希望, 应当).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.letters.ordinals import KINDS, Line, Runs, run_in
from kb.text import split_sentences, tagged_words

Found = tuple[str, int, int]  # label, start, end
MOST = 40  # asks of one suggestion that are answered
_HEADING = 36  # characters of a line that can be a heading
_NEAR = 40  # characters between a word that asks and the list it opens
_ASKING = r"建议|对策|意见|措施|诉求|请求|思路|设想|办法|举措"
_HEAD_OF_ASKS = re.compile(rf"^(?:.{{0,14}}(?:{_ASKING})(?:和.{{0,8}}|与.{{0,8}}|如下)?|如何.{{2,16}})[：:。]?$")
_ANNOUNCED = re.compile(
    rf"(?:建议|提出|提|诉求)[^。；;\n]{{0,30}}?(?:{_ASKING})?(?:如下|：|:)\s*$|(?:{_ASKING})如下[：:。]?\s*$|^(?:为此|因此|对此|鉴于此|综上)[，,]?.{{0,30}}[：:]\s*$"
)
_BACKGROUND = re.compile(
    r"背景|现状|现况|问题|困难|不足|短板|原因|案据|理由|依据|必要|意义|情况|瓶颈|成效|优势|制约|差距|挑战|概况|分析|重要性|经验|基础"
)
_ASKS = re.compile(
    r"建议|希望|恳请|呼吁|应当|应该|请求|期望|盼望|恳望|亟需|亟待|要尽快|需要尽快|提请|望(?=能|予|有关|尽快|进一步)|请(?=市|区|县|省|政府|有关|相关|能)|应(?=尽快|进一步|加大|加快|加强|建立|完善|出台)"
)
_NAMES_ITSELF = re.compile(r"第\s*\d+\s*号|次会议|届|^关于")  # a line that names the suggestion, not a part of it
_NO_ASK = re.compile(
    r"(?:的|此|本|该|这件|提出|我的|办理)建议(?:人|号|编号|案)?[。：:]?$|^(?:感谢|以上|妥否|此致|特此)|采纳|供参考"
)
_IMPERATIVE = re.compile(
    r"^(?:要|应|应当|建议|希望|尽快|进一步|加大|加快|加强|完善|建立|健全|出台|制定|设立|推动|推进|支持|鼓励|强化|优化|深化|提高|提升|扩大|"
    r"增加|增设|落实|规范|统筹|拓宽|降低|减免|放宽|开展|搭建|引导|创新|打造|培育|构建|实施|明确|简化|延长|调整|修订|取消|组织|整合|探索|发挥|"
    r"发展|推广|建设|举办|办好|提供|配备|聘请|招引|吸引|集聚|用好|利用|设置|补贴|奖励|减少|规划|布局|公开|允许|延伸|加密|兑现|支付|发放|编制|培训|"
    r"突出|壮大|保障|改进|改善|盘活|畅通|严格|拓展|丰富|促进|激发|引进|给予|补齐|做好|做强|抓好|解决|破解)"
)
_FIELD = re.compile(r"[\u4e00-\u9fff]{2,8}\s*[:：].{0,32}$")
_TAIL = re.compile(
    r"^(?:以上|妥否|此致|敬礼|特此|附[件：:]|提案人|建议人|领衔代表|附议|联名|代表[：:]|委员[：:]|联系(?:人|电话|方式)|电话|承办|主办|(?:\S{2,14})?(?:人大代表|政协委员)|20\d\d年\d+月\d+日$)"
)


def asks_in(text: str, lines: Sequence[Line], title: str | None) -> tuple[Found, ...]:
    """The asks of a suggestion, in order, not overlapping."""
    body = _body(text, lines, title)
    for way in (_from_part, _from_sections, _from_run, _from_sentences):
        found = way(text, body)
        if found:
            return tuple(found)
    return ()


_DEPENDS = re.compile(r"给予|予以|达到|使|让|有|是|能|会|可|没")


def is_imperative(words: str) -> bool:
    """Whether words begin with a thing to do (加大…, 支持…)."""
    words = words.strip()
    if _DEPENDS.match(words):
        return False
    return _IMPERATIVE.match(words) is not None or next((tag for _, tag in tagged_words(words[:12])), "")[:1] == "v"


def _body(text: str, lines: Sequence[Line], title: str | None) -> list[Line]:
    """The lines between the title and the signature."""
    first = 0
    for n, line in enumerate(lines[:12]):
        if title and title in text[line.start : line.end] and len(text[line.start : line.end]) <= len(title) + 12:
            first = n + 1
    last = len(lines)
    while last > first and (
        _TAIL.match(text[lines[last - 1].start : lines[last - 1].end]) or _is_name(text, lines[last - 1])
    ):
        last -= 1
    body = list(lines[first:last])
    while body and _FIELD.match(text, body[0].start, body[0].end) and not _asks(text, body[0]):
        body.pop(0)  # 领衔代表：…
    return body


def _asks(text: str, line: Line) -> bool:
    words = text[line.start : line.end]
    head = re.split(r"[:：]", words, maxsplit=1)[0]
    return _ANNOUNCED.search(words) is not None or (_ASKS.search(head) is not None and "人" not in head)


def _is_name(text: str, line: Line) -> bool:
    return (
        re.fullmatch(r"[\u4e00-\u9fff·]{2,4}(?:\s+[\u4e00-\u9fff·]{2,4})*", text[line.start : line.end]) is not None
        and line.end - line.start <= 14
    )


# A part of its own


def _from_part(text: str, body: list[Line]) -> list[Found]:
    """The items of a part headed or announced as suggestions."""
    for n, line in enumerate(body):
        words = text[line.body : line.end]
        headed = (
            line.end - line.body <= _HEADING
            and _HEAD_OF_ASKS.match(words)
            and not (_BACKGROUND.search(words) or _NAMES_ITSELF.search(words))
        )
        announced = _ANNOUNCED.search(words) is not None
        if not headed and not announced:
            continue
        part = _part(body, n)
        found = list(_items(text, part)) or _run_of(text, part)
        if not found and headed:
            found = [*_paragraphs(text, part)]
        if found:
            return found
    return []


def _part(body: list[Line], n: int) -> list[Line]:
    """The lines below line ``n``, up to the next of its kind or of a wider one."""
    kind = body[n].kind
    if kind is None:
        return body[n + 1 :]
    wider = KINDS[: KINDS.index(kind) + 1]
    below = []
    for line in body[n + 1 :]:
        if line.kind in wider:
            break
        below.append(line)
    return below


def _items(text: str, part: list[Line]) -> Iterator[Found]:
    """The items of the first kind of ordinal in a part, each with the lines below it."""
    kind = next((line.kind for line in part if line.kind), None)
    opening = [n for n, line in enumerate(part) if line.kind == kind and kind is not None]
    if not opening:
        return
    wider = KINDS[: KINDS.index(kind)] if kind else ()
    for n, stop in zip(opening, [*opening[1:], len(part)], strict=True):
        last = n
        while (
            last + 1 < stop
            and part[last + 1].kind not in wider
            and not _TAIL.match(text[part[last + 1].start : part[last + 1].end])
        ):
            last += 1
        yield part[n].label, part[n].body, part[last].end


def _run_of(text: str, part: list[Line]) -> list[Found]:
    """A list that runs within the lines of a part (一是…；二是…)."""
    for line in part:
        found = run_in(text, line.start, line.end)
        if found:
            return [(text[a:b].strip(), b, e) for a, b, e in found if e > b]
    return []


def _paragraphs(text: str, part: list[Line]) -> Iterator[Found]:
    for line in part:
        if line.end - line.body >= 6 and not _TAIL.match(text[line.start : line.end]):
            yield "", line.body, line.end


# Without a part of its own


def _from_sections(text: str, body: list[Line]) -> list[Found]:
    """Sections that are no background: those headed as something to be done."""
    kinds = [line.kind for line in body if line.kind]
    if not kinds:
        return []
    widest = min(kinds, key=KINDS.index)
    top = [line for line in body if line.kind == widest]
    if len(top) < 2:
        return []
    items = list(_items(text, [line for line in body if line.start >= top[0].start]))
    asked = [item for item in items if not _BACKGROUND.search(_first(text, item)[:_HEADING])]
    wished = [item for item in asked if is_imperative(_first(text, item)) or _ASKS.search(_first(text, item))]
    return asked if 2 * len(wished) > len(asked) else []


def _first(text: str, item: Found) -> str:
    return re.split(r"[。\n]", text[item[1] : item[2]], maxsplit=1)[0]


def _from_run(text: str, body: list[Line]) -> list[Found]:
    """A list that runs on behind a word that asks (建议：一是…；二是…)."""
    for line in body:
        runs = Runs(text, line.start, line.end)
        for asking in _ASKS.finditer(text, line.start, line.end):
            first = runs.first_from(asking.end())
            if first is None:
                break
            if first - asking.end() <= _NEAR:
                found = run_in(text, asking.end(), line.end)
                return [(text[a:b].strip(), b, e) for a, b, e in found if e > b]
        found = run_in(text, line.start, line.end)
        if found and found[0][0] == line.start and all(is_imperative(text[b:e]) for _, b, e in found):
            return [(text[a:b].strip(), b, e) for a, b, e in found if e > b]
    return []


def _from_sentences(text: str, body: list[Line]) -> list[Found]:
    """Each sentence that asks."""
    found: list[Found] = []
    for line in body:
        for start, end in split_sentences(text[line.body : line.end]):
            sentence = text[line.body + start : line.body + end]
            if _ASKS.search(sentence) and len(sentence) >= 8 and not _NO_ASK.search(sentence):
                found.append(("", line.body + start, line.body + end))
    return found
