"""What running text says of a support in set phrases: who may apply, what to bring, steps, limits, where and when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.provisions.blocks import Piece
from ingest.provisions.labels import Field
from ingest.provisions.layout import owner_of
from ingest.provisions.lexicon import PERSON, SUPPORT, either
from ingest.provisions.people import PERIOD, names_somebody
from ingest.provisions.signs import EXCLUDES
from ingest.provisions.spans import Span, sentences, unmarked
from ingest.provisions.steps import CLAIMS, is_step
from ingest.provisions.values import Value, listed, phones, places
from kb.model import Section

#: What must hold or must not.
_MUST = either(
    "不得 只能 仅限 不能(?!够) 必须 应当?(?:同时)?(?:符合|具备|满足|为|是|在|持|对) 须(?:为|在|符合|具备|满足) "
    "不予(?:受理|批准|补贴|发放) 视为 除外 方可 方能 才能 不再享受 限享受"
)
#: Sentences for officials, of penalties and of money; what a support consists of is told by its grant.
_INTERNAL = either(
    "推动 引导 加强 建立 健全 完善 监督 考核 制定 统筹 检查 责任 追究 违法 罚 绩效 预算 宣传 领导 骗取 弄虚作假 伪造 "
    "虚构 责令 "
    "挪用 "
    "复议 诉讼 工作人员 是指 解释 施行 本办法所称 纪律 审计 档案 信息公开 [万亿]?元 [%％] "
    "给予[^，。；]{0,20}(?:补贴|补助|奖励|资助) 减免 最高 上浮"
)
_AUTHORITY = re.compile(
    r"[^，。；]{0,24}(?:部门|政府|机关|机构|委员会|局|办公室|中心|联|各区|各地)[^，。；]{0,12}(?:应|要|须|负责|不得)"
)
_STAFF = re.compile(r"部门|机构应|政府|审核|受理之日|收到")
_WHO = (
    re.compile(
        rf"(?:凡)?(?P<who>[^，。；：\n]{{4,60}}?(?:{PERSON}|的))，?(?:均|都)?(?:可以?|有权)(?:自愿|直接)?"
        r"(?:向[^，。；\n]{2,40}?)?(?:提出)?[^，。；\n]{0,6}?(?:申请|申报|申领|报名)"
    ),
    re.compile(r"本(?:办法|细则|措施|政策|通知|规定|指南|方案)适用于(?P<who>[^。；\n]{4,100})"),
)
#: Said as a label would say it: 对象为…, 申请时间为每年1月, 申请全年受理.
_STATED = (
    (
        Field.AUDIENCE,
        re.compile(
            r"(?<![（(])(?:补贴|补助|奖励|资助|申请|发放|申报)?对象(?:为|是|包括)：?(?P<what>(?!.{0,6}两类)[^。；\n]{4,160})"
        ),
    ),
    (
        Field.DEADLINE,
        re.compile(
            r"(?:申请|申报|申领|受理|报名|缴费|征集|领取)(?:的?(?:时间|期限|截止时间|日期)"
            r"(?:为|是|：|由[^，。；]{2,12}调整为))?(?P<what>(?<=[为是：])[^，。；：\n]{0,24}\d[^，。；：\n]{0,32}|"
            r"[全常]年(?:均可|可)?(?:受理|办理|申请|申报))"
        ),
    ),
)
#: 适用于…企业的认定管理: what is done, not who gets it.
_WORK = re.compile(r"(?:管理|工作|活动|监督|使用|发放|评审)等?$")
#: 符合下列条件的〔新就业青年〕，可以申请：
_WHO_OF_LIST = re.compile(
    r"(?:条件|要求|情形)(?:之一)?的(?P<who>[^，。；：\n]{2,30}?)，?(?:均)?可以?(?=[^。；]{0,12}(?:申|享|领))"
)
_APPLICANT = re.compile(r"申请人|申请单位|申报单位|如|若|当事人|有下列|符合条件的$|符合上述|上述")
_UNTIL = re.compile(
    rf"{PERIOD.pattern}|于?(?:每年|次年|当年)\d{{1,2}}月(?:\d{{1,2}}日|底|末|[上中下]旬)(?:之?前|以前)?|"
    r"(?:在|自)?[^，。；：、\n]{2,16}之日起的?[\d一二三四五六七八九十]{1,3}个?(?:工作日|日|天|月|年)之?内"
)
#: 请于5月20日前将申报材料报送〔市科技局高新处〕.
_SENDS = re.compile(
    r"(?:材料|申请|申报|申请表|资料|报名表)[^，。；]{0,20}(?:报送|寄送|送达|邮寄|提交|报|送)(?:至|到|给)?[^，。；]{2}"
)
_SENT_TO = re.compile(
    r"(?:报送|寄送|送达|邮寄|提交|[报送](?=[至到给]))(?:至|到|给)?(?!材料|申请|申报)"
    r"(?P<place>[^，。；：、（\n]{3,40}?(?:大厅|[局厅处委会]|办公室|中心|窗口|部门))(?=[（，。；]|$)",
    re.MULTILINE,
)
_HANDS_IN = (
    re.compile(
        r"(?:应当?|须|需|可|并|持|凭)[^，。；：\n]{0,8}(?:提交|提供|携带|出示)(?P<what>[^，。；：\n]{2,60}、[^，。；：\n]{2,120}?)"
        r"(?:等)?(?:相关|有关|申请|申报|证明|书面)*(?:材料|资料|证件|手续)(?=[，。；到向办并]|$)",
        re.MULTILINE,
    ),
    re.compile(
        r"凭(?P<what>[^，。；：\n]{2,24}、[^，。；：\n]{2,140}?)等?，(?=按|分别|给予|可|办理|申请|领取|到|向|一次性)"
    ),
)
_PHONE_LABEL = re.compile(
    r"(?<!投诉)(?<!监督)(?<!举报)电话[:：]?\s?(?=\d)|"
    r"(?:咨询|联系|服务|办公|客服)(?:人及)?(?:电话|热线|方式)[^，。；\n\d]{0,20}|(?:联系人|咨询人)[:：][^。；\n\d]{2,24}"
)
_SUPPORT = re.compile(rf"{SUPPORT}|申请人|申领")
#: Shorter sentences are headings, longer ones lost their punctuation.
_SENTENCE = (10, 400)


def told(text: str, plain: str, piece: Piece) -> Iterator[Value]:
    """The values of running text; ``plain`` has full-width marks and blanked titles (see ``spans.masked``)."""
    owner = owner_of([s for s in piece.path if not (piece.lead and s.label.endswith("条"))])
    if piece.field is not Field.PHONE:
        yield from (Value(Field.PHONE, *span, piece.section) for span in _telephones(text, piece))
    if piece.lead:
        yield from _of_lead(text, plain, piece, owner)
    if piece.field not in (None, Field.PROCEDURE, Field.STANDARD) or piece.lead or piece.heads:
        return
    stated = ((f, m.span("what")) for f, p in _STATED for m in p.finditer(plain, piece.start, piece.end))
    yield from (
        Value(f, *span, owner) for f, span in stated if f is Field.DEADLINE or names_somebody(plain[slice(*span)])
    )
    for match in (m for pattern in _HANDS_IN for m in pattern.finditer(plain, piece.start, piece.end)):
        if not _STAFF.search(plain, max(piece.start, match.start() - 30), match.start()):
            yield from (Value(Field.MATERIALS, *s, owner, told=True) for s in listed(text, match.span("what")))
    for left, right in sentences(plain, piece.start, piece.end) if piece.field is None else ():
        start, end = unmarked(plain, left, right)
        if _SENTENCE[0] <= end - start <= _SENTENCE[1] and not _INTERNAL.search(plain, start, end):
            broad = not _SUPPORT.search(plain, start, end)
            for field, span in _of_sentence(plain, start, end):
                only = field is Field.AUDIENCE or (field is Field.CONDITIONS and broad)
                yield Value(field, *span, owner, told=True, broad=only)


def _of_lead(text: str, plain: str, piece: Piece, owner: Section | None) -> Iterator[Value]:
    """What a sentence that opens a list says besides, and the sentences before it."""
    yield from (Value(Field.WINDOW, *p, owner, told=True) for p in places(text, piece.start, piece.end))
    match = _WHO_OF_LIST.search(plain, piece.start, piece.end)
    if match and names_somebody(match["who"]) and not _APPLICANT.match(match["who"]):
        yield Value(Field.AUDIENCE, *match.span("who"), owner, told=True)
    *before, (start, end) = sentences(plain, piece.start, piece.end)
    stop = plain.rfind("，", start, end)
    if stop > 0 and is_step(plain, start, stop):  # 申请人登录平台提出申请，并提交：
        yield Value(Field.PROCEDURE, *unmarked(plain, start, stop), owner, told=True)
    for span in before:
        yield from (Value(f, *s, owner, told=True) for f, s in _of_sentence(plain, *unmarked(plain, *span)))


def _telephones(text: str, piece: Piece) -> Iterator[Span]:
    """Telephones named as such, wherever they stand."""
    for match in _PHONE_LABEL.finditer(text, piece.start, piece.end):
        stop = text.find("。", match.end(), piece.end)
        yield from phones(text, match.start(), stop if stop >= 0 else piece.end)


def _of_sentence(plain: str, start: int, end: int) -> Iterator[tuple[Field, Span]]:
    for match in (m for pattern in _WHO if (m := pattern.match(plain, start, end))):
        somebody = not _APPLICANT.match(match["who"]) and not _WORK.search(match["who"])
        if somebody and names_somebody(match["who"]):
            yield Field.AUDIENCE, unmarked(plain, *match.span("who"))
    if EXCLUDES.search(plain, start, end):
        yield Field.CONDITIONS, (start, end)
    elif is_step(plain, start, end):
        yield Field.PROCEDURE, (start, end)
    elif _MUST.search(plain, start, end) and not _AUTHORITY.match(plain, start, end):
        yield Field.CONDITIONS, (start, end)
    if _SENDS.search(plain, start, end):
        yield from ((Field.DEADLINE, m.span()) for m in _UNTIL.finditer(plain, start, end))
        yield from ((Field.WINDOW, m.span("place")) for m in _SENT_TO.finditer(plain, start, end))
    elif CLAIMS.search(plain, start, end) and not _STAFF.search(plain, start, end):
        yield from ((Field.WINDOW, span) for span in places(plain, start, end))
        yield from ((Field.DEADLINE, m.span()) for m in _UNTIL.finditer(plain, start, end))
