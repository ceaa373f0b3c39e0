"""What a document asks of claimants beside a support: behind its grant, in its article's notes, in articles of its own.

Nobody may be told that every condition is met while such a sentence has not been read: each becomes a condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.model import PolicyDocument, Provision, Section
from kb.support.clauses import BARS, ONCE, PREFACE, of_the_body
from kb.support.conditions import Condition, about
from kb.support.cutting import cut
from kb.support.persons import ITEM, items
from kb.support.pieces import CLAUSE, STOP, pieces
from kb.support.rank import names_alike

_MUST = r"(?<!无)(?:必)?须(?!知)|应当|应(?=[具符在为是满已依按缴有达无未与由])|(?<!无)(?<!所)(?<!急)需(?!求|要时)"
_ASKS = re.compile(
    rf"{_MUST}|方可|只[能可]|才[能可会](?:申|享|领|获|给)|仅限|只限|限于|只(?:对|给|面向|支持)|"
    r"不[得能可](?:申|享|领|参|为|有|存|是)|的前提|为前提"
)
#: How it is applied for, and what is done by the body or with the money: nothing that a claimant must be or have
_PROCEDURE = re.compile(
    r"提[交供出]|递交|报送|填[报写]|(?<!新)材料|资料|如实|真实性?|公示|审[核查批]|核[实查准]|受理|拨付|兑现|盖章|登录|窗口|"
    r"(?:补贴|资金|奖励|补助)[^，。；]{0,6}发放|牵头|责任单位|"
    r"(?:部门|局|政府|经办机构|经办银行|乡镇|街道|各[省市区县地])[^，。；]{0,10}(?:须|应|要|需)|配合|监督|检查|追回|退[回还]|解释|施行|"
    r"专款|专账|专项用于|截留|挪用|骗取|虚假|弄虚|套取|保存|备查|告知|通知|报告|承诺书|不得用于|工作日|"
    r"(?:返还|补贴|奖励|补助|扶持|专项)(?:资金|经费)|以下简称|本(?:办法|措施|意见|细则|通知|政策)所称|制定本|修[订正]|预算|"
    r"绩效(?:目标|管理|监控|自评)|服务费|程序|流程|抄送|印发|落实|坚持|加强"
)
#: Such a sentence in an article of its own is of all supports that it does not name otherwise
_CLAIMS = r"申请|申报|申领|享受|领取|获得"
_OF_ALL = re.compile(
    rf"(?:{_CLAIMS})[^，。；：\n]{{0,24}}(?:企业|单位|主体|个人|人员|人才|项目|[的者户人])[^，。；：\n]{{0,8}}(?:{_MUST}|符合|具备)|"
    rf"(?:{_CLAIMS})(?:企业|单位|主体|人)[^，。；：\n]{{0,8}}(?:{_MUST}|为|是|符合|具备)|不[得能可](?:{_CLAIMS})|"
    rf"不(?:予|再)(?:支持|补贴|补助|奖励|受理|享受)|(?:方可|才能?)(?:{_CLAIMS})|(?:仅限|只限|限于)[^，。；]*(?:{_CLAIMS})"
)
_CONDITIONS_HEAD = re.compile(r"(?:条件|资格)(?:之一)?[^。；：\n]{0,6}[：:]$")
#: The head of such a list says no more than that it is of conditions, or whose they are by what is applied for
_OF_CLAIMING = re.compile(
    rf"{_CLAIMS}|补贴|补助|奖励|支持|资助|^(?:应当?|须|需|同时|具备|符合|满足|以下|下列|基本|必备)*(?:条件|资格)"
)
_SUPPORT_NAME = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:补贴|补助|奖励|奖补|资助|津贴|返还|贴息|贷款)")
_LABEL = re.compile(r"[ \u3000]*(?:第[^ \u3000，。]{1,5}条|[一二三四五六七八九十]+、)[ \u3000]*")


@dataclass(frozen=True, slots=True)
class _Asking:
    """A sentence that asks something, or an item of a list of conditions; ``choice`` where any item of it will do."""

    start: int
    end: int
    of_all: bool
    named: tuple[str, ...]
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Besides:
    """A condition beside a support: ``near`` in the widest part that is its alone, ``own`` in its very article."""

    condition: Condition
    near: bool
    own: bool


class Asked:
    """The asking sentences of documents, found once for each."""

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[tuple[str, str], tuple[_Asking, ...]] = {}

    def besides(self, document: PolicyDocument, provision: Provision, read: Sequence[Condition]) -> Iterator[Besides]:
        """What a document asks that bears on a support and that no condition holds that has been read."""
        key = (document.policy_id, document.revision)
        if key not in self._of:
            self._of[key] = tuple(_asking(document))
        held = [(c.start, c.end) for c in read if c.policy_id in ("", document.policy_id)]
        others = [p for p in document.provisions if p.end <= provision.start or provision.end <= p.start]
        begin, stop = _block(document, provision, others)
        article = _article(document, provision.start)
        for one in self._of[key]:
            near = begin <= one.start < stop
            own = article is not None and article.start <= one.start < article.end
            if any(p.start <= one.start < p.end for p in others) or _of_another(one, provision, others):
                continue
            if near or (one.of_all and _beside(document, one, provision, others)):
                for condition in _cut(document.text, one):
                    if all(b <= condition.start or condition.end <= a for a, b in held):
                        yield Besides(condition, near, near and own)


def _cut(text: str, one: _Asking) -> Iterator[Condition]:
    if BARS.search(text[one.start : one.end]):
        yield from (c for c in cut(text, one.start, one.end) if c.bars or _ASKS.search(c.text))
        return
    if one.choice:
        said = text[one.start : one.end]
        yield Condition(said, one.start, one.end, about(said), choice=one.choice)
        return
    for a, b in pieces(text, one.start, one.end, CLAUSE):
        said = text[a:b]
        if not (of_the_body(said) or _PROCEDURE.search(said)):
            yield Condition(said, a, b, about(said), bars=bool(ONCE.search(said)))


def _asking(document: PolicyDocument) -> Iterator[_Asking]:
    text = document.text
    listed = list(_listed(text))
    yield from listed
    for line in re.finditer(r"[^\n]+", text):
        label = _LABEL.match(text, line.start(), line.end()) or ITEM.match(text, line.start(), line.end())
        begin = label.end() if label else line.start()
        preface = PREFACE.match(text, begin, line.end())
        begin = preface.end() if preface else begin
        for start, end in pieces(text, begin, line.end(), _STOP):
            said = text[start:end]
            if (
                _PROCEDURE.search(said)
                or any(i.start <= start < i.end for i in listed)
                or text[end : end + 1] in ("：", ":")
            ):
                continue
            of_all = bool(_OF_ALL.search(said))
            first = next((a for a, b in pieces(text, start, end, CLAUSE) if _ASKS.search(text[a:b])), None)
            if first is not None:
                yield _Asking(start if BARS.search(said) else first, end, of_all, tuple(_SUPPORT_NAME.findall(said)))


_STOP = re.compile(rf"{STOP.pattern}|\|")


def _listed(text: str) -> Iterator[_Asking]:
    """The items of lists of conditions (申请扩岗奖励的企业应当具备以下条件：)."""
    for line in re.finditer(r"[^\n]+", text):
        label = _LABEL.match(line.group())
        head = line.group()[label.end() if label else 0 :]
        if _CONDITIONS_HEAD.search(head):
            choice = f"条件 {line.start()}" if "之一" in head else ""
            names = tuple(_SUPPORT_NAME.findall(head))
            for a, b in items(text, line.end() + 1):
                yield _Asking(a, b, bool(_OF_CLAIMING.search(head)), names, choice)


def _block(document: PolicyDocument, provision: Provision, others: Sequence[Provision]) -> tuple[int, int]:
    """The widest section of a support that holds no other; the whole document where it states but one."""
    if not others:
        return 0, len(document.text)
    holding = [s for s in document.sections if s.start <= provision.start < s.end]
    alone = [s for s in holding if not any(s.start <= p.start < s.end for p in others)]
    widest = max(alone, key=lambda s: s.end - s.start, default=None)
    if widest is None:
        start = document.text.rfind("\n", 0, provision.start) + 1
        end = document.text.find("\n", max(provision.start, provision.end - 1))
        return start, end if end >= 0 else len(document.text)
    return widest.start, max(widest.end, provision.end)


def _beside(document: PolicyDocument, one: _Asking, provision: Provision, others: Sequence[Provision]) -> bool:
    """Whether a sentence stands in an article without a sum of the chapter of a support, or names that support."""
    article = _article(document, one.start)
    if article and any(article.start <= p.start < article.end for p in others):
        return False
    if any(names_alike(name, provision.benefit) for name in one.named):
        return True
    return _chapter(document, one.start) == _chapter(document, provision.start)


def _article(document: PolicyDocument, at: int) -> Section | None:
    """The article (第…条) around a place, else the innermost section."""
    holding = [s for s in document.sections if s.start <= at < s.end]
    inner = min(holding, key=lambda s: s.end - s.start, default=None)
    return next((s for s in holding if re.match(r"第[^章节编]+条", s.label)), inner)


def _chapter(document: PolicyDocument, at: int) -> int:
    """Where the section that holds the article around a place begins; -1 where it lies in none."""
    article = _article(document, at)
    above = [s for s in document.sections if s.start <= at < s.end and article and s.level < article.level]
    return max(above, key=lambda s: s.level).start if above else -1


def _of_another(one: _Asking, provision: Provision, others: Sequence[Provision]) -> bool:
    """Whether a sentence names another support of its document, and not this one."""
    if not one.named or any(names_alike(name, provision.benefit) or provision.benefit in name for name in one.named):
        return False
    return any(names_alike(name, p.benefit) or p.benefit in name for name in one.named for p in others)
