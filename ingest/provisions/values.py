"""The values a labelled piece gives a field: items of a list, telephones, places, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.provisions.blocks import Piece
from ingest.provisions.labels import Field
from ingest.provisions.lexicon import HAN
from ingest.provisions.people import PERIOD, names_somebody
from ingest.provisions.signs import EXCLUDES, LIMITED
from ingest.provisions.spans import Span, sentences, strip, unmarked
from ingest.provisions.steps import APPLIES, is_step
from kb.model import Section


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field and the section it belongs to (None: the document).

    ``subject`` is whose it is by a sub-head within the field; ``told`` marks what running text says,
    ``broad`` what of it only a service as a whole takes.
    """

    field: Field
    start: int
    end: int
    owner: Section | None
    subject: str = ""
    told: bool = False
    broad: bool = False


_PHONE = re.compile(
    r"(?<![\d\-－—.])(?:(?:[（(]0\d{2,3}[）)]|0\d{2,3})\s?[-－—]?\s?)?"
    r"(?:[2-9]\d{6,7}(?:[-－—转]\d{1,5})?|12333|123(?:45|66|48|29|93))(?!\d)|"
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)400[-－—]?\d{3,4}[-－—]?\d{3,4}(?!\d)"
)
_COMPLAINTS = re.compile(r"投诉|监督|举报|传真|邮编")
#: Where one goes or logs in.
_PLACE = re.compile(
    r"(?:(?<!收)到|至|向|在|通过|登录|进入|关注|前往)\s?(?!\d{1,3}个?(?:工作|[日天月年]))"
    rf"(?P<place>[{HAN}A-Za-z0-9“”《》（）()、\-]{{2,40}}?"
    r"(?:窗口|(?:服务|管理|行政服务)中心|(?:政务|服务|办事)大厅|服务站|平台|(?:申报|管理|信息)系统|服务网|官网|公众号|小程序|APP|App|"
    r"网站|网点|(?:经办|服务)机构|税务机关|服务厅|残联(?:组织)?|人民政府|管理部|办事处|人社局|社区|居委会|村委会)(?:\d号|[一二三四五六]楼)?(?:[（(]https?[^（）()\s]{4,80}[）)])?)"
)
_NAMED = re.compile(
    r"(?:登录|进入|关注|打开|搜索)\s?(?P<place>“[^“”\n]{2,20}”(?:平台|APP|App|小程序|公众号|系统|网站|(?:网上)?(?:服务|办事|政务)大厅)?)(?!专栏|栏目)"
)
#: Whom one applies to: 向〔户籍所在地街道办事处〕提出申请.
_ADDRESSEE = re.compile(
    r"(?<!收)[向到至](?P<place>(?!\d|有关|相关)[^，。；：、\n向到至]{3,40}?(?:[局所站处厅心部会构织府门道社校台口点院]|银行|支行|[）)]))"
    r"(?:书面|自愿)?(?:提出|提交|申请|申报|申领|申办|办理|报名|递交|登记|缴费|领取|认证)"
)
_IS_PLACE = re.compile(
    r"窗口|中心|大厅|[局科处室站所厅]|网|平台|系统|小程序|公众号|APP|App|[路街号楼]|办事处|社区|银行|医院|学校|https?:"
)
#: Closing words of a document that has no heading for them.
_CLOSING = re.compile(r"负责解释|虚假|骗取|弄虚作假|追究|追回|移送|自[^，。；]{2,20}(?:施行|实施|执行)")
#: 市政府一楼，电话…: the number is none of the place.
_CALL = re.compile(r"[，,。；;（(\s]*(?:联系|咨询|办公)?电话")
_IS_TIME = re.compile(r"\d[年月日天./-]|常年|全年|长期|工作日|每年|季度")
_INLINE_MARK = re.compile(
    r"(?<=[；;。，,：:])\s*(?=(?:\d{1,2}[.、．](?!\d)|[（(][\d一二三四五六七八九十]{1,2}[）)]|[①-⑳]))"
)
#: Behind who may apply: …的，可分别发放购房补贴6万元.
_GETS = re.compile(
    r"(?<=[^，。；]{6})[，,]?(?:均|都)?可以?(?:分别|自愿|同时|按规定)?"
    r"(?:发放|享受|申请|申领|获得|给予|向[^，。；]{2,40}申请)"
)
_ONE_NOUN = re.compile(r"[，,。：:]|分别|出具|包括|需|的[^、]*的")
#: Longer values lost their punctuation.
_LONGEST = {
    Field.WINDOW: 80,
    Field.AUDIENCE: 200,
    Field.MATERIALS: 260,
    Field.CONDITIONS: 300,
    Field.PROCEDURE: 400,
    Field.DEADLINE: 400,
}
_LEAST = {Field.CONDITIONS: 4, Field.PROCEDURE: 4}
_LONGEST_TIME, _LONGEST_NOUN, _PERIOD = 60, 24, 8
#: 自助认证。通过小程序认证。: a step with its title.
_STEP_TITLE = 12


def values_of(text: str, piece: Piece) -> Iterator[Value]:
    """The values of a labelled piece; those of running text are read by ``told``."""
    if piece.field not in _LONGEST and piece.field is not Field.PHONE or piece.heads:
        return
    field = piece.field
    chapter = field is Field.PROCEDURE and any(s.label.endswith(("章", "节")) for s in piece.path[-2:-1])
    for start, end in _items(text, piece):
        if not chapter or is_step(text, start, end) or APPLIES.search(text, start, end):
            for kind, span in _of_item(text, piece, start, end):
                yield Value(kind, *span, piece.owner, piece.subject)


def _of_item(text: str, piece: Piece, start: int, end: int) -> Iterator[tuple[Field, Span]]:
    """An item as a value, or what of it is one; a limit among those who may apply is a condition, a step a step."""
    field = piece.field or Field.OTHER
    if field in (Field.CONDITIONS, Field.PROCEDURE) and _CLOSING.search(text, start, end):
        return
    if field is Field.PHONE:
        yield from ((field, span) for span in phones(text, start, end))
    elif field is Field.DEADLINE:
        short = end - start <= _LONGEST_TIME and _IS_TIME.search(text, start, end)
        yield from ((field, span) for span in ([(start, end)] if short else periods(text, start, end)))
    elif field is Field.WINDOW:
        call = _CALL.search(text, start, end)
        yield from [(field, (start, call.start() if call else end))] if _IS_PLACE.search(text, start, end) else []
    elif text[end - 1] not in "：:":
        if field is Field.AUDIENCE and (gets := _GETS.search(text, start, end)):
            start, end = strip(text, start, gets.start(), "，,")
        nobody = field is Field.AUDIENCE and not names_somebody(text[start:end])
        if nobody and end - start < _LEAST[Field.CONDITIONS]:
            return
        step = piece.mixed and is_step(text, start, end)
        limit = field is not Field.MATERIALS and (LIMITED.search(text, start, end) or EXCLUDES.search(text, start, end))
        yield Field.PROCEDURE if step else Field.CONDITIONS if limit or nobody else field, (start, end)
    if field is Field.PROCEDURE and APPLIES.search(text, start, end):
        yield from ((Field.WINDOW, span) for span in places(text, start, end))
        yield from ((Field.DEADLINE, span) for span in periods(text, start, end))


def phones(text: str, start: int, end: int) -> Iterator[Span]:
    """The telephone numbers of a span that are none for complaints."""
    previous = start
    for match in _PHONE.finditer(text, start, end):
        if not _COMPLAINTS.search(text, max(previous, match.start() - 16), match.start()):
            yield match.span()
        previous = match.end()


def places(text: str, start: int, end: int) -> Iterator[Span]:
    """Where a sentence sends the claimant."""
    last = start
    for place in sorted(m.span("place") for p in (_PLACE, _NAMED, _ADDRESSEE) for m in p.finditer(text, start, end)):
        if place[0] >= last:
            yield place
            last = place[1]


def periods(text: str, start: int, end: int) -> Iterator[Span]:
    """The periods and last days a span names."""
    return (m.span() for m in PERIOD.finditer(text, start, end) if m.end() - m.start() >= _PERIOD)


def _items(text: str, piece: Piece) -> Iterator[Span]:
    """The items of a piece: at inline numbers, at ；, at sentences, for materials in a short list at 、."""
    at = piece.start
    for cut in [*(m.end() for m in _INLINE_MARK.finditer(text, piece.start, piece.end)), piece.end]:
        left, right = unmarked(text, at, cut)
        at = cut
        parts = [(left, right)] if piece.field in (Field.WINDOW, Field.PHONE) else list(sentences(text, left, right))
        if piece.field is Field.PROCEDURE and len(parts) > 1 and parts[0][1] - parts[0][0] <= _STEP_TITLE:
            parts[:2] = [(parts[0][0], parts[1][1])]
        for part in parts:
            yield from _split(text, part, piece.field or Field.OTHER)


def _split(text: str, part: Span, field: Field) -> Iterator[Span]:
    cuts = [] if field is Field.PROCEDURE else [i + 1 for i in range(*part) if text[i] in "；;"]
    for left, right in zip([part[0], *cuts], [*cuts, part[1]], strict=True):
        item = unmarked(text, left, right)
        if field is Field.MATERIALS:
            yield from listed(text, item)
        elif _LEAST.get(field, 2) <= item[1] - item[0] <= _LONGEST.get(field, _LONGEST[Field.PROCEDURE]):
            yield item


def listed(text: str, item: Span) -> list[Span]:
    """身份证、户口簿、申请表 one by one, where all are short nouns; else the whole."""
    cuts, depth = [item[0] - 1], 0
    for i in range(*item):
        depth += (text[i] in "（(《“") - (text[i] in "）)》”")
        if text[i] == "、" and depth <= 0:
            cuts.append(i)
    parts = [strip(text, a + 1, b) for a, b in zip(cuts, [*cuts[1:], item[1]], strict=True)]
    nouns = all(2 <= b - a <= _LONGEST_NOUN for a, b in parts) and not _ONE_NOUN.search(text, *item)
    if nouns:
        return parts
    return [item] if 2 <= item[1] - item[0] <= _LONGEST[Field.MATERIALS] else []
