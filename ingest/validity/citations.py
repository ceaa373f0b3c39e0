"""What a sentence does to the documents it cites: 废止, 修订 or 延长 them, or only name them."""

from __future__ import annotations

import re

from kb.model import GOES_WITH, Reference

TITLE = r"《[^《》]{1,160}(?:《[^《》]{1,160}》[^《》]{0,160})*》"
#: （云政发〔2027〕6号）, （2027年3月1日云溪市人民政府令第6号公布）
NOTE = r"[（(][^（）()]{0,60}(?:[（(][^（）()]{0,30}[）)][^（）()]{0,60})?[）)]"
#: 云政发〔2027〕6号, 国务院令第305号
NUMBER = (
    r"[\u4e00-\u9fff]{1,16}(?:[〔﹝\[［【（(]\s*\d{4}\s*年?\s*[〕﹞\]］】）)]\s*第?\s*\d{1,5}|"
    r"令\s*第?\s*\d{1,4}|公告\s*\d{4}\s*年第?\s*\d{1,4})\s*号"
)
_AND = r"(?:以及|[、，,和及与])"
_ISSUED = "发布|公布|印发|下发|通过|批准|制定|施行|实施|颁布|出台|实行|修订|修正|修改|所发|批转|转发"
#: Between a title and the next one of the same list: （文号）、
JOINED = re.compile(rf"\s*(?:文件)?\s*(?:{NOTE})?\s*{_AND}?\s*(?:原)?")

# A list of titles up to what is said of all of them: 《甲》（云政发〔2027〕6号）、2026年发布的《乙》等文件 | 同时废止.
_STEP = re.compile(
    rf"""
    \s*(?:
        {NOTE}
      | {_AND}?(?:[^《》。；;，,\n]{{0,80}}?(?:{_ISSUED})的?)?(?:原|将)?{TITLE}      # 、2026年市政府发布的《乙规定》
      | {_AND}?(?:原)?{NUMBER}(?:文件?)?                                     # 和云政发〔2026〕7号文件
      | {_AND} | [）)]
      | 等(?:[^，,。；;《》\n]{{0,12}}?(?:文件|规定|办法|通知|意见|规章))?             # 等3个文件
      | [自从于][^，,。；;《》\n]{{1,24}}[日月年]起?                             # 自2031年1月1日起
      | 文件 | 将(?=同时|相应|一并|自行)
      | 同时|即行|一并|自行|予以|相应|现予|均|都|也|届时|全部|随之
    )
    """,
    re.VERBOSE,
)
_LOOK_BACK = 80  # characters in front of a title, or the first of a list, that may lead to it

#: …同时 | 废止。
_REPEALED = re.compile(
    r"\s*(?:废止|停止执行|停止施行|停止使用|终止执行|不再执行|失效)(?=[。；;，,、：:\n）)”\"》\s]|$)"
)
#: 废止 | 《甲》; not 拟废止, 已废止的, 不得废止
_REPEALS = re.compile(
    r"(?<!拟)(?<!建议)(?<!不)(?<!不得)(?<!未)(?<!已)(?<!已经)(?<!被)(?<!应当)(?<!需要)(?<!可以)(?<!是否)(?<!提请)"
    r"(?<!研究)(?<!研究了)(?<!讨论)(?<!讨论了)"
    r"(?:废止|停止执行|宣布失效)(?:(?!的|前|后|或)[^。；;，,《》\n]{0,40}|[^。；;《》\n]{0,60}[:：]\s*)$"
)
#: 关于废止 | 《甲》的议案: it is talked of, not done
_TALKED_OF = re.compile(r"\s*的?(?:议案|建议|提案|问题|请示|意见|必要性|可行性|情况|请求|申请)")
#: 已被 | 《乙》废止: it is the one that repeals
_BY = re.compile(r"[被由][^。；，,《》]{0,6}$")
#: 根据 | 《甲》
_GROUNDS = re.compile(r"(?:根据|依据|按照|依照|遵照|遵循|贯彻|落实|参照|执行|按)[^。；;，,《》]{0,24}$")

#: 《甲》 | 第三条, （文号）附件2第五项
_ARTICLES = r"\s*(?:附件[\d一二三四五六七八九十]*)?[^《》，,。；;\n]{0,8}第[一二三四五六七八九十百零〇\d]+[章节条款项]"
_AT_ARTICLES = re.compile(_ARTICLES)
#: 《甲》 | 第三条、第五条同时废止
_PARTLY = re.compile(rf"(?:{NOTE})?(?:{TITLE})?{_ARTICLES}[^。；;\n]{{0,120}}?(?<!已)(?:废止|停止执行|失效)")
#: 将《甲》 | 第八条中的“…”修改为“…”
_REWORDED = re.compile(rf"(?:{NOTE})?{_ARTICLES}[^。；;\n]{{0,120}}?(?:修改为|修订为|修正为|改为|作如下修改|予以修改)")
#: 删去 | 《甲》第九条; 在 | 《甲》第五条后增加一条
_CUT = re.compile(r"(?:删去|删除)(?:原)?$")
_ADDED = re.compile(rf"(?:{NOTE})?{_ARTICLES}[^。；;\n]{{0,20}}?后?增加[一二三四五六七八九十\d]{{1,2}}[条款项章]")
#: 对 | 《甲》、《乙》的部分条款予以修改, 作如下修改. 对《甲》进行了修改 tells how a text came to be, unless decided.
_ON = re.compile(r"(?:(?P<decided>决定)|(?<![针比相]))对原?$")
_REVISED = re.compile(r"[^。；;，,\n《》]{0,16}?(?:予以|作出?|做出?|如下)[^。；;，,\n《》]{0,6}?(?:修改|修订|修正)")
_DECIDED = re.compile(r"[^。；;，,\n《》]{0,16}?进行(?:修改|修订|修正)")
#: 《甲》 | 根据本决定作相应修改，重新公布
_REVISED_HEREBY = re.compile(r"根据本(?:决定|通知|公告|令)[^。；;\n《》]{0,10}?(?:修改|修订|修正)")
#: 建议对 | 《甲》: what is only planned
_PLANNED = re.compile(r"(?:拟|建议|适时|及时|抓紧|尽快|研究|推动|提请|启动|应当|需要|可以)[^，,。；;《》]{0,6}$")
#: 修订后的 | 《甲》: the new version is named, not amended
_NEW_VERSION = re.compile(r"(?:修订|修改|修正)(?:后|版)?的[^。；《》]{0,4}$")

_TERM = r"(?:有效|试行|执行|实施|施行|适用|政策)(?:期限|期|时间)|期限"
#: 延长 | 《甲》有效期
_EXTENDS = re.compile(r"(?:延长|延续|顺延)[^。；;，,《》\n]{0,8}$")
_OF_TERM = re.compile(rf"\s*的?(?:{_TERM})")
#: 延续实施 | 《甲》
_CONTINUES = re.compile(r"(?:延长|延续|延期)(?:执行|实施|施行|试行)(?:原)?$")
#: 《甲》 | 有效期延长至2033年12月31日, 继续执行至2033年12月31日
_EXTENDED = re.compile(
    rf"[，,]?\s*的?(?:(?:{_TERM})[^。；;，,\n《》]{{0,16}}?(?:延长|延续|顺延|延至)|"
    r"(?:继续|延续|延期|顺延)(?:有效|执行|施行|实施|试行|使用)?[至到]\s*\d{4}\s*年)"
)

_ITS = r"本(?:实施)?(?:细则|办法|规定|措施|通知|意见|方案|政策|文件|规则|规程|指南|指引|计划|目录)"
_ENDS = r"(?:废止|失效|停止执行|停止施行|停止实施|终止执行|终止)"
#: 本细则自2031年7月1日起施行，有效期与 | 《措施》, 本细则有效期至 | 《措施》; a certificate has a term, too
_TERM_WITH = re.compile(
    rf"(?:{_ITS}(?:[（(][^（）()]{{0,6}}[）)])?的?|起[^。；，,《》\n]{{0,12}}?(?:施行|实施|执行|试行|生效)[，,、](?:其|并|且)?)"
    rf"(?:{_TERM})(?:(?P<until>至|到)|与|同|和|随|按照|依照|按)原?$"
)
#: 《措施》 | （云政发〔2031〕6号）有效期一致
_SAME = re.compile(rf"(?:{NOTE})?的?(?:{_TERM})?(?:保持|相)?(?:一致|相同|同步|为准|执行|[。；]|$)")
#: 有效期至《措施》 | 废止之日止
_TILL_IT_ENDS = re.compile(rf"(?:{NOTE})?(?:{_ENDS}|(?:有效期)?(?:期?满|到期))(?:之日|之时|时)?(?:为?止|[。；])")
#: 《措施》 | 提前废止的，本细则同时停止执行
_FALL_TOGETHER = re.compile(
    rf"(?:{NOTE})?[^。；，,《》\n]{{0,12}}?(?:{_ENDS}|期?届?满|到期)(?:的|后|时|之日起?)?[，,]?\s*{_ITS}"
    rf"(?:[（(][^（）()]{{0,6}}[）)])?(?:将|即|也|亦)?(?:同时|随之|相应|一并|自动|自行|同步|即行)[^。；，,《》\n]{{0,4}}{_ENDS}"
)


class Sentences:
    """What the sentences of a text do to the documents they cite. Every place of the text is read once."""

    def __init__(self, text: str) -> None:
        """Read this text."""
        self._text = text
        self._next: dict[int, int] = {}
        self._known: dict[re.Pattern[str], dict[int, bool]] = {}

    def relation_of(self, reference: Reference, first: int, listed: bool) -> str:
        """The relation of a reference as its sentence states it, or the list it stands in.

        ``first`` is where the words end that lead to it, which 《甲》、《乙》 share.
        """
        text, end = self._text, reference.end
        start = max(0, first - _LOOK_BACK)
        before = text[max(start, text.rfind("\n", start, first) + 1) : first]
        if _GROUNDS.search(before) and not listed:
            return reference.relation
        if listed or (_REPEALS.search(before) and not self._said(end, _TALKED_OF)):
            return "修订" if _AT_ARTICLES.match(text, end, end + 40) else "废止"
        if _PARTLY.match(text, end):
            return "修订"
        if self._goes_with(before, end):
            return GOES_WITH
        if self.is_repealed(first, end):
            return "废止"
        if self._is_extended(before, end):
            return "延长"
        if self._is_amended(before, end):
            return "修订"
        return "见" if reference.relation == "修订" and _NEW_VERSION.search(before) else reference.relation

    def is_repealed(self, first: int, end: int) -> bool:
        """Whether what follows a title says of it, and of the titles after it, that they are repealed."""
        return not _BY.search(self._text[max(0, first - 12) : first]) and self._said(end, _REPEALED)

    def _goes_with(self, before: str, end: int) -> bool:
        """Whether the document says that it is in force as long as the one cited, or ends with it."""
        if _FALL_TOGETHER.match(self._text, end):
            return True
        term = _TERM_WITH.search(before)
        return bool(term and (_TILL_IT_ENDS if term["until"] else _SAME).match(self._text, end))

    def _is_amended(self, before: str, end: int) -> bool:
        text = self._text
        if _PLANNED.search(before):
            return False
        if _REWORDED.match(text, end) or _ADDED.match(text, end):
            return True
        if _CUT.search(before) and _AT_ARTICLES.match(text, end):
            return True
        on = _ON.search(before)
        if on and (self._said(end, _REVISED) or (on["decided"] and self._said(end, _DECIDED))):
            return True
        return self._said(end, _REVISED_HEREBY)

    def _is_extended(self, before: str, end: int) -> bool:
        if _CONTINUES.search(before):
            return True
        return bool(_EXTENDS.search(before) and self._said(end, _OF_TERM)) or self._said(end, _EXTENDED)

    def _said(self, at: int, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern stands behind a title that ends here, or behind the list of titles that begins with it."""
        known = self._known.setdefault(pattern, {})
        passed: list[int] = []
        while at not in known:
            passed.append(at)
            following = self._step(at)
            if pattern.match(self._text, at):
                known[at] = True
            elif following == at:
                known[at] = False
            else:
                at = following
        known.update(dict.fromkeys(passed, known[at]))
        return known[at]

    def _step(self, at: int) -> int:
        """Where the next title of a list or word between ends; the place itself where the list is over."""
        if at not in self._next:
            step = _STEP.match(self._text, at)
            self._next[at] = step.end() if step else at
        return self._next[at]
