"""What a question asks for expressly and a passage does not give: a reason, papers, names, a day, a claimant.

A passage on the right matter is no answer where it lacks the very thing asked for. Each kind of thing is told by the
words that ask for it and by the marks its statement bears; where either is in doubt nothing is lacking.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kb.asks import Ask
from kb.classes import classes_in
from kb.matching import MISSING, held
from kb.persons import names_holder, office_asked
from kb.places import own_place
from kb.query import Query
from kb.terms import NOUN
from kb.text import find_dates, find_quantities, simplify, squash
from kb.view import DocumentView

_WHY = re.compile(
    r"(?<![称誉成作名认视定叫改变当是])(?<!目的)为(?:什么|何|啥|甚么?)(?!样|人|物|方|地|部门|单位)|凭什么|原因|出于|怎么会|"
    r"(?<![办管受处审代经])理由(?!谁|哪|什么)|(?:什么|何种|哪些)考虑|基于什么|缘由|缘故"
)
_BECAUSE = re.compile(
    r"因(?!素|地制|人而|特网)|由于|鉴于|考虑到|针对|旨在|目的|原因|之所以|所以|理由|反映|顾虑|缘|以便|从而|避免|防止|不足|问题|"
    r"导致|使得?|害怕|担心|影响|于是|故(?![事意障乡])|"
    r"为(?:了|适应|解决|贯彻|规范|促进|加快|落实|做好|支持|进一步|深入|更好|加强|推动|推进|提高|提升|保障|保证|确保|鼓励|帮助|"
    r"减轻|培育)"
)
_PAPERS_ASKED = re.compile(
    r"(?:带|交|提交|准备|备|备齐|提供|递交|拿|出示|附|需要?|要|有)(?:上|齐|好)?(?:些|一些)?(?:哪些|哪几[样种份]|什么|啥)"
    r"[^，。？?]{0,6}(?:材料|资料|证件|手续|证明|东西|文件)|"
    r"(?<![是种做用])(?:哪些|什么|啥)(?:申请|申报|证明|办理)?(?:材料|资料|证件)|(?:申请|申报|办理)材料"
)
_PAPERS = re.compile(
    r"证明|复印件|原件|身份证|执照|[申表]请?[表书]|申报书|承诺书|证书|名册|名单|发票|凭证|合同|协议书?|账户|户口|"
    r"表格|[^代]表(?![明示述彰达决态扬面率])|审计报告|财务报告|不用交|不必|无需|免交|不需要|免于提交"
)
_DAY_ASKED = re.compile(r"哪一?[天日](?!数)|几月几|几月份|几号(?!文|令|建议|提案|公告)|哪个月|几月(?!份?以)")
_DAY = re.compile(
    r"\d{1,2}月|[一二三四五六七八九十]{1,2}月(?:份|\d|[一二三四五六七八九十底初中下上末])|月底|年底|年初|当日|之日|次日|每日|"
    r"工作日"
)
_STATE = "国务院|中共中央|中央|国家(?!级)|中华人民共和国"
_MINISTRY = re.compile(
    r"国务院|中央|国家|中华人民共和国|^(?:[\u4e00-\u9fff]{2,12}部|中国[\u4e00-\u9fff]{2,12})(?:办公厅)?$"
)
#: Who is to give, as the question says; the rank of its bodies; and what a passage of others holds that tells of it
_GIVERS = (
    (re.compile(r"(?:国家(?:层面|财政|上)?|中央(?:财政)?)(?:还|另|又|再|给|补|奖)"), "国", _STATE),
    (re.compile(r"省里|省级?财政|省上|省一级"), "省", "省级|省财政|省里|全省|本省"),
    (re.compile(r"(?<!除)(?<!除了)(?:市里|市级?财政|市上|市一级)"), "市", "市级|市财政|市里|市本级|市、[区县]"),
    (re.compile(r"(?<!除)(?<!除了)(?:区里|区级?财政|区一级)"), "区", "区级|区财政|区里|区本级|[区县]（市、区）|各区"),
    (re.compile(r"(?<!除)(?<!除了)(?:县里|县级?财政|县一级)"), "县", "县级|县财政|县里|县本级|县（市、区）|各县"),
    (re.compile(r"镇里|镇级?财政|乡里|街道(?:自己|另)"), "镇", "镇|乡|街道"),
)
_RANK = re.compile(r"(国家级|省级|市级|区级|县级)(?!以上|及以上|财政|以下)")
_OF_RANK = {"国家级": "国务院|部|国家", "省级": "省", "市级": "市", "区级": "区", "县级": "县"}
#: 降到100万元, 由150万元提高为200万元: what the asker takes for a fact
_CHANGED = re.compile(
    r"(?:[降减增升涨缩提上下调]|提高|降低|下调|上调|提升|增加|减少|放宽|延长|缩短|调整|改)(?:到|为|至|成)了?(?:每[^\d，。]{1,3})?$"
)
_UNITS = re.compile(r"部门|单位|处室|科室|机关|负责|牵头|主管")
_FIRMS = ("公司", "企业")
_BODY = (
    "公司|企业|集团|银行|机构|服务商|孵化器|园区|基地|学校|大学|学院|医院|中心|协会|事务所|研究院|研究所|"
    "园|院|店|工场|空间"
)
_NAME_ASKED = re.compile(
    rf"哪(?P<many>几|些|[一二两三四五六七八九十\d]+)?[家所座](?:[\u4e00-\u9fff]{{0,8}}?(?P<kind>{_BODY})(?P<last>{_BODY})?)?"
)
_NAME = re.compile(
    r"[\u4e00-\u9fffA-Za-z（）]{2,20}?(?:公司|集团|研究院|研究所|事务所|协会|商会|大学|学院|医院|信用社)|"
    r"(?:工商|农业|建设|交通|招商|邮储|邮政储蓄|中国|浦发|民生|兴业|光大|中信|平安|华夏|广发|北京|上海|江苏|宁波|农商|村镇|"
    r"[\u4e00-\u9fff]{2}农商)银行|[“「][^”」]{2,14}[”」]"
)
_NO_NAME = re.compile(
    r"(?:有关|相关|各|本|合作|第三方|符合|经|市|区|县|全|该|等)?(?:有限|股份|子|分|总)?(?:公司|集团|大学|学院|医院)"
)


#: For whom it is asked; documents that never speak of them say nothing for them
_CLAIMANTS = (
    "外国人|外籍|外国专家",
    "港澳|香港|澳门",
    "台湾|台胞|台企|台资",
    "留学|海归",
    "合作社",
    "家庭农场",
    "个体工商户|个体户|个体经营|个体经济|个体劳动|灵活就业",
    "退役军人|退伍|复员|转业|退役士兵",
    "残疾人|残疾",
    "大学生|毕业生|应届|在校生",
    "农民工|返乡|农村劳动力",
    "团队",
    "博士|硕士|研究生",
    "社会组织|民办非企业|社会团体",
    "事业单位",
    "外资|外商",
    "失业人员|登记失业|下岗|失业",
    "低保|最低生活保障",
    "妇女|女性|女职工|产妇|生育",
    "老人|老年|高龄",
)
#: What else speaks of some of them
_ALSO = {"大学生|毕业生|应届|在校生": "毕业年度|毕业学年|高校|学生", "博士|硕士|研究生": "学历|学位"}
#: Words that by themselves say how the answer is counted, and name nothing
_UNNAMED = frozenset(("钱", "奖金", "补贴", "补助", "钟头", "工夫", "顶天", "顶多", "顶格"))
#: Nouns that name a measure and no thing
_MEASURE = re.compile(
    r"比例|比率|占比|额度|金额|数量|总量|总数|总额|规模|面积|人数|标准|上限|下限|限额|度数|级别|幅度|程度|价格|费用|时间|期限|次数"
)
#: What a thing has; a text gives it without naming it (35周岁以下)
_ATTRIBUTE = re.compile(
    rf"{_MEASURE.pattern}|年龄|岁数|学历|户口|户籍|国籍|性别|门槛|资格|名额|身份|好处|待遇|东西|地方|人群|人员|单位|部门|"
    r"政策|补贴|补助|奖励|资金|原因|结果|后果|例子|网址|官网|手续|证件|材料|资料|证明|人家|别人|个人|本人|家里|朋友|亲戚|问题|情况"
)


#: What is looked for in the next passages where the best one does not give it
SOUGHT = ("材料", "名称")


class Lacking(StrEnum):
    """How a thing is lacking."""

    GIVEN = "given"  # it is not given
    NAMED = "named"  # it is not spoken of
    STATED = "stated"  # it is a figure that the passage does not hold
    OWN = "own"  # it is what a follow-up names itself, and only the rest of the document speaks of it
    ABSENT = "absent"  # it is what a follow-up names itself, and no part of the document speaks of it


@dataclass(frozen=True, slots=True)
class Lack:
    """What is lacking, as a refusal names it (原因), and how; ``decisive`` where nothing can outweigh it."""

    name: str
    how: Lacking = Lacking.GIVEN
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage in simplified characters, the headings ``above`` it, and the ``heads`` of its columns in a table."""

    view: DocumentView
    text: str
    above: str
    heads: str


def lacking(query: Query, view: DocumentView, start: int, end: int) -> Lack | None:
    """What the question asks for and ``text[start:end]`` with its headings does not give; None for nothing."""
    within = view.overlapping(start, end)
    section = view.section(within[0]) if len(within) else None
    heads = "".join(dict.fromkeys(view.columns_key(i) for i in within))
    piece = _Piece(view, simplify(view.document.text[start:end]), section.path if section else "", heads)
    return next((lack for judge in _JUDGES if (lack := judge(query, piece)) is not None), None)


def papers_asked(query: Query) -> bool:
    """Whether the question asks which papers are to be brought."""
    return _PAPERS_ASKED.search(query.asking) is not None


def _reason(query: Query, piece: _Piece) -> Lack | None:
    asked = _WHY.search(query.asking)
    return Lack("原因") if asked and not _BECAUSE.search(piece.text) and not _WHY.search(piece.above) else None


def _papers(query: Query, piece: _Piece) -> Lack | None:
    return Lack("材料") if papers_asked(query) and not _PAPERS.search(piece.text + piece.above) else None


def _day(query: Query, piece: _Piece) -> Lack | None:
    if not _DAY_ASKED.search(query.asking) or any(d.precision != "year" for d in find_dates(piece.text)):
        return None
    return None if _DAY.search(piece.text) else Lack("日期")


def _giver(query: Query, piece: _Piece) -> Lack | None:
    """Money of the province where a city's rules are found, and rules for a 国家级 body where a city's are."""
    key = squash(piece.text + piece.above) + piece.view.head_key
    for asked, rank, marks in _GIVERS:
        found = asked.search(query.asking)
        if found and not _gives(piece, rank) and not re.search(marks, squash(piece.text + piece.above)):
            return Lack(found.group(), Lacking.NAMED, decisive=True)
    ranks = set(_RANK.findall(query.asking))
    if len(ranks) != 1:
        return None
    rank = ranks.pop()
    issuer = squash(piece.view.document.issuer or piece.view.document.title or "")
    return None if rank in key or re.search(_OF_RANK[rank], issuer) else Lack(rank, Lacking.NAMED)


def _gives(piece: _Piece, rank: str) -> bool:
    """Whether the passage's document is of a body of a rank, or of one that does not say what it is."""
    document = piece.view.document
    issuer = document.issuer or document.digest_of or document.title or ""
    if rank == "国":
        return _MINISTRY.search(squash(issuer)) is not None
    place = own_place(issuer)
    if place is None:
        return rank in piece.view.head_key
    return place.rank == rank or (rank in "区县" and place.rank in ("区", "县"))


def _changed(query: Query, piece: _Piece) -> Lack | None:
    claimed = [q for q in query.quantities if _CHANGED.search(query.text[max(0, q.start - 8) : q.start])]
    if not claimed:
        return None
    found = find_quantities(piece.text)
    stated = {(q.value, q.unit) for q in found}
    values = {q.value for q in found}
    wrong = [
        q.raw
        for q in claimed
        if not (q.value in values if not q.unit else {(q.value, q.unit), (q.value, "")} & stated)  # 60万; a bare cell
    ]
    return Lack("、".join(wrong), Lacking.STATED) if wrong else None


def _claimant(query: Query, piece: _Piece) -> Lack | None:
    for names in _CLAIMANTS:
        asked = re.search(names, query.text)
        if asked and not re.search(f"{names}|{_ALSO.get(names, names)}", piece.view.simplified):
            return Lack(asked.group(), Lacking.NAMED)
    return None


def _own(query: Query, piece: _Piece) -> Lack | None:
    """What a follow-up names itself: 能贷款吗 is not answered by the subsidy asked about before."""
    named = [own for own in query.own if own not in _UNNAMED and not _ATTRIBUTE.search(own)]
    key = squash(piece.text + piece.above + piece.heads) + piece.view.head_key
    if not named or any(_speaks_of(own, key) for own in named):
        return None
    whole = squash(piece.view.simplified)
    known = next((own for own in named if _speaks_of(own, whole)), None)
    return Lack(known, Lacking.OWN) if known else Lack(named[0], Lacking.ABSENT, decisive=True)


def _speaks_of(thing: str, key: str) -> bool:
    """Whether a text (search key) speaks of a thing; of one of a row of classes by its own name."""
    return thing in key if classes_in(thing) else held(squash(thing), key) >= MISSING


def _measured(query: Query, piece: _Piece) -> Lack | None:
    """The thing whose measure is asked for (股价多少, 多少学费), by no name."""
    nouns = {term.text for term in query.terms if term.salience >= NOUN}
    things = [head for head in query.heads if head in nouns and head not in _UNNAMED and not _MEASURE.search(head)]
    if not things or not query.wants(Ask.NUMBER) or _PAPERS_ASKED.search(query.asking):
        return None
    key = squash(piece.text + piece.above + piece.heads) + piece.view.head_key
    gone = [thing for thing in things if held(squash(thing), key) < MISSING]
    return Lack(gone[0]) if len(gone) == len(things) else None


def _names(query: Query, piece: _Piece) -> Lack | None:
    """Names of bodies: a column of them, names by their endings, or a list. One firm may go by any name."""
    asked = _NAME_ASKED.search(query.asking)
    if not asked or (asked["kind"] is None and _UNITS.search(query.asking)):
        return None
    kind = asked["last"] or asked["kind"]
    single = (asked["many"] or "一") in "一1"
    if single and kind is None:
        return None  # 哪家给得多
    if piece.heads:
        named = kind is None or kind in piece.heads or (kind in _FIRMS and "名称" in piece.heads)
        return None if named else Lack("名称", decisive=True)
    if single and kind in _FIRMS:
        return None
    known = squash(query.text)
    names = [n for n in _NAME.findall(piece.text) if squash(n) not in known and not _NO_NAME.fullmatch(n)]
    return None if names or _listed(piece.text, kind) else Lack("名称", decisive=True)


def _listed(text: str, kind: str | None) -> bool:
    """Whether a text lists names: items between 、 without figures, of the kind asked for if it is one."""
    for run in re.findall(r"[^，,。；;：:\n]*、[^，,。；;：:\n]*", text):
        items = [item.strip() for item in run.split("、")]
        whole = [i for i in items if 3 <= len(i) <= 20 and not re.search(r"\d", i)]
        if len(whole) >= 2 and (kind is None or any(i.endswith(kind) for i in whole)):
            return True
    return False


def _person(query: Query, piece: _Piece) -> Lack | None:
    office = None if query.people else office_asked(query.asking)
    return None if office is None or names_holder(office, piece.text) else Lack("姓名", decisive=True)


_JUDGES: tuple[Callable[[Query, _Piece], Lack | None], ...] = (
    _person,
    _own,
    _reason,
    _papers,
    _names,
    _day,
    _changed,
    _giver,
    _claimant,
    _measured,
)
