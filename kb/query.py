"""Question analysis: what is asked for, and what the evidence must agree with.

``analyse`` reads a question into a ``Query``: the kind of answer wanted, the constraints it names (文号, titles,
regions, years, numbers, agencies) and its content terms. It decides nothing about documents.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from kb.regions import RegionMention, ancestors, innermost, short_county
from kb.text import DocNumber, Quantity, find_dates, find_doc_numbers, find_quantities, fold, tagged_words
from kb.text.lexicon import word_set
from kb.text.numerals import chinese_value
from kb.text.tokens import is_known


class Ask(StrEnum):
    """The kind of answer a question wants."""

    DOCUMENT = "document"  # which document is this 文号 / what is it about
    DOC_NUMBER = "doc_number"
    UNIT = "unit"  # responsible units
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PHONE = "phone"
    PLACE = "place"
    LIST = "list"
    DEFINITION = "definition"
    HOW = "how"
    CONDITION = "condition"
    VALIDITY = "validity"
    OTHER = "other"


class Measure(StrEnum):
    """What a wanted number measures."""

    COUNT = "count"
    MONEY = "money"
    AREA = "area"
    LENGTH = "length"
    SHARE = "share"
    TIME = "time"
    ORDINAL = "ordinal"
    ANY = "any"


_MEASURE_WORD = (
    "家|个|项|件|条|所|场次|场|支|只|座|栋|套|台|辆|次|批|类|种|户|款|名|位|人|倍|期|"
    "份|间|处|例|笔|张|层|门|岁|届|点|号"
)
_DIGIT = "一二两三四五六七八九十0-9"
_ASKS: tuple[tuple[Ask, re.Pattern[str]], ...] = (
    (Ask.PHONE, re.compile(r"电话|手机|联系方式|怎么联系|号码")),
    (Ask.DOC_NUMBER, re.compile(r"(?:文号|发文字号|文件编号|几号文)(?!为?[^，。？?]{0,3}[〔\[（(])")),
    (
        Ask.UNIT,
        re.compile(
            r"(?:牵头|责任|负责|主管|配合|承办|主办|实施)(?:的)?(?:单位|部门|机构|主体)|哪(?:个|些|几个|家|几家|一个|[两二三四五六]个?家?)?(?:牵头)?"
            r"(?:部门|单位|局|委|机构|处室|科室)|(?:由|归|找|是)(?:谁|哪)[^，。]{0,8}(?:负责|牵头|管|办|主管)|谁(?:来)?(?:负责|牵头|管)"
        ),
    ),
    (
        Ask.DATE,
        re.compile(
            r"什么时[候间]|何时|哪一?[年天月日]|几月|几号(?!建议|提案|文|令)|日期|截止|截至什么|有效期|什么年代|哪个年代|多久|多长时间|"
            r"几点|起始时间|开始时间|时间(?:是|为|呢|？|\?|$)|几年|期限"
        ),
    ),
    (
        Ask.NUMBER,
        re.compile(
            rf"多少|第几|(?<!哪)几(?:十|百|千|万|亿)?(?:多)?(?:{_MEASURE_WORD}|成|平|亩|块|元|年|天|分)|多大|多高|多长(?!时间)|多重|多远|几成|占比|比例|比率|"
            r"百分之几|翻几番|(?:规模|总额|金额|数量|人数|面积|总量|额度|产值|增速|增幅|标准|上限|下限|目标值|产能|规格)"
            r"(?:是|为|有|呢|？|\?|$|达)|最高(?:能|可)?(?:补|给|奖|贷)|(?:总|数|金|余)额[？?]?$|变化"
        ),
    ),
    (Ask.PERSON, re.compile(r"谁(?!负责|牵头|管)|哪位|哪几位|姓名|叫什么名|什么身份|什么职务|何人|是何身份|联系人")),
    (
        Ask.PLACE,
        re.compile(r"在哪|哪里|哪儿|何处|什么地方|地址|窗口|地点|哪个(?:城市|省|市|区|县|园区|地方|街道|高新区)|哪座"),
    ),
    (
        Ask.LIST,
        re.compile(
            rf"哪些|哪几|哪[{_DIGIT}]+|哪(?:个|种|类|款)|(?:包括|包含|涵盖|涉及|有|分)(?:了)?(?:什么|哪)|分别|各自?是|都有|有什么|几种|几方面|几类|"
            r"什么(?:内容|措施|举措|方面|任务|职责|领域|服务|支持|政策|待遇|优惠|材料|手续)|列举|清单"
        ),
    ),
    (
        Ask.DEFINITION,
        re.compile(r"什么意思|是指|指的?是|什么是|含义|定义|怎么(?:理解|界定|定义)|何谓|什么叫|叫什么|是什么|是啥"),
    ),
    (Ask.CONDITION, re.compile(r"条件|资格|要求|谁可以|哪些人可以|能不能|可不可以|符合|适用(?:范围|对象)|对象")),
    (Ask.HOW, re.compile(r"怎么|如何|怎样|流程|步骤|程序|方式|途径|路径|办法|咋")),
    (Ask.VALIDITY, re.compile(r"还有效|是否有效|有效吗|失效|废止|过期|作废|施行|生效|现行")),
)
_ABOUT = re.compile(
    r"(?:什么|哪个|哪份|哪一个|哪一份|啥)(?:文件|通知|方案|计划|办法|规定|意见|法规|政策|函|公告)|关于什么|讲(?:的|了)?(?:是)?(?:什么|啥)|"
    r"主要内容|标题|全称|名称|内容是|是什么|是啥|干什么|针对什么"
)
_MEASURES: tuple[tuple[Measure, re.Pattern[str]], ...] = (
    (Measure.ORDINAL, re.compile(r"第几|几号(?:建议|提案|令|文)|建议号|提案号|编号")),
    (
        Measure.SHARE,
        re.compile(
            r"占比|比例|比率|几成|百分之|增速|增幅|同比|增长率|覆盖率|率(?:是|为|达)|占[^，。]{0,12}(?:多少|几)|利率|税率|折"
        ),
    ),
    (Measure.AREA, re.compile(r"面积|平方米|平米|平方|万方|多少方|公顷|亩|多大的?(?:空间|场地)|占地")),
    (Measure.LENGTH, re.compile(r"多长(?!时间)|多高|公里|多少米|长度|里程")),
    (
        Measure.MONEY,
        re.compile(
            r"多少(?:万|亿)?(?:元|钱|[^，。？?]{0,4}(?:资金|经费|补贴|补助|奖励|投资|资助|贷款|税收))|几(?:万|亿|块|百|千)*(?:元|钱|块)|金额|总额|融资额|投资额|资金规模|产值|"
            r"注册资本|租金|房租|(?:补贴|奖励|补助|收费)标准|额度|授信|营业收入|营收|市场空间|(?:价格|费用|工资|单价|价值)(?:是|为|从|有|[？?]|$|多少)|多少钱|"
            r"(?:补|奖|贷|缴|罚|领|给)[^，。？?]{0,6}多少(?!家|个|人|项|%|比例)|激励|预算|基金[^，。]{0,4}规模|总投资|(?:奖励|补贴|补助|资助|罚款)(?:最高)?多少"
        ),
    ),
    (
        Measure.TIME,
        re.compile(r"多久|多长时间|几年|几个月|几天|年限|期限|多少(?:天|年|个月|个?工作日|小时)|几个?工作日"),
    ),
    (
        Measure.COUNT,
        re.compile(rf"(?:多少|几|数量|各有多少|共有)(?:多)?(?:万|亿|十|百|千)?(?:{_MEASURE_WORD})|人数|数量|户数|家数"),
    ),
)
_QUOTED = re.compile(r"[“\"「]([^“”\"「」]{2,24})[”\"」]")
_TITLE = re.compile(r"《([^《》]{2,80}(?:《[^《》]{2,60}》[^《》]{0,40})?)》")
_ARTICLE = re.compile(r"第\s*([零一二三四五六七八九十百千\d]{1,7})\s*条")
# Question frames and courtesy: they ask, they name nothing.
_FRAME = re.compile(
    r"其中|请问一?下?|请教一?下?|麻烦(?:问一?下|你)?|劳驾|您好|你好|我想(?:要)?(?:知道|了解|问|咨询|查)(?:一下)?|想(?:知道|了解|问|咨询)(?:一下)?|"
    r"帮我?(?:查|看|找)(?:一?下|一查|看)?|告诉我|有没有|能不能|可不可以|能否|是不是|是否|来着|的话|说的是?|讲的?是?|提到的?|规定的?|(?:文件|文章|文|报道|通知)[里中]|"
    r"多[大高长]的?(?:规模|程度|范围)?|多长时间|什么时[候间]|哪一?[天年月日]|几月几日|几[天年月号日]|(?:从|到|在|是|由)(?=什么|哪|何|几|谁|多)|最[多少高低早晚迟](?=[^，。]{0,6}(?:多少|几|哪|什么|能|可))"
)
_UNIT_ASKED = re.compile(rf"(?:多少|几)(?:十|百|千|万|亿|多)?({_MEASURE_WORD})")
_COUNTED = re.compile(r"(?<!第)([二两三四五六七八九十]|\d{1,2})\s*(?:大|个|项|条|家|种|类|点|样|方面|步)")
# The noun right behind 哪些, 什么, 哪个 names the kind of thing asked for; the answer itself need not hold it.
_ASKED_KIND = re.compile(
    r"(?P<which>哪些|哪几?[一二三四五六七八九十\d]*[个家种项类所座条]?|什么)的?(?P<kind>[\u4e00-\u9fff]{2,6})"
)
_ASKING = re.compile(rf"(?:多少|第?几)(?:十|百|千|万|亿|多)?(?:{_MEASURE_WORD})?|多大|多高|多长|几成|百分之几")
_GAP = re.compile(
    r"[有是为约共一达到要会能可的各总在里内了，、给得需应（）()“”*\s]{0,8}(?:规模|数量|总数|分别|大概|一共|总共|至少|最多|最高)?[有是为约共达到要]{0,2}"
)
# What a word says about the subject, by its part of speech; particles and pronouns say nothing.
_SALIENCE = {
    "n": 1.0,
    "v": 0.45,
    "a": 0.4,
    "t": 0.3,
    "i": 1.0,
    "l": 1.0,
    "j": 1.0,
    "b": 0.7,
    "x": 1.0,
    "e": 1.0,
    "s": 0.6,
    "m": 0.2,
    "q": 0.2,
    "d": 0.15,
}
_NOTHING = ("u", "p", "c", "r", "y", "f", "o", "w", "k", "h", "z")


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question and how much it says about the subject, 0..1."""

    text: str
    salience: float
    proper: bool = False
    """Whether it names one place, person or body: evidence that lacks it is about another."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as analysed. ``terms`` are content words in order, without what the other fields hold."""

    text: str
    asks: tuple[Ask, ...]
    measures: tuple[Measure, ...] = ()
    doc_numbers: tuple[DocNumber, ...] = ()
    titles: tuple[str, ...] = ()
    regions: tuple[RegionMention, ...] = ()
    years: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    articles: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    heads: tuple[str, ...] = ()
    """The terms next to the question word: what is to be counted or measured (多少家 -> 在孵企业)."""
    units: tuple[str, ...] = ()
    """The measure words asked with (多少家, 几栋)."""
    kinds: tuple[str, ...] = ()
    """The noun behind 哪些 or 什么: what kind of thing is asked for (什么运营模式)."""
    people: tuple[str, ...] = ()
    """Personal names, as far as the tagger guesses them."""
    subject: str = ""
    """The question without its frame and function words, for the lexical search."""
    quoted: tuple[str, ...] = ()
    """What the question puts in quotation marks (“百千万”)."""
    counts: tuple[int, ...] = ()
    """How many items a list question says there are (哪四个方面)."""

    def wants(self, *asks: Ask) -> bool:
        """Whether one of these kinds of answer is wanted."""
        return any(a in self.asks for a in asks)


def analyse(text: str) -> Query:
    """Read a question. Nothing is looked up; the same text always gives the same Query."""
    doc_numbers = tuple(find_doc_numbers(text))
    titles = tuple(dict.fromkeys(m.group(1) for m in _TITLE.finditer(text)))
    open_text = _blanked(text, [(d.start, d.end) for d in doc_numbers])
    dates = [d for d in find_dates(open_text)]
    years = [d.year for d in dates if d.year] + [int(d.until) for d in dates if d.until]
    taken = [(d.start, d.end) for d in doc_numbers] + [(d.start, d.end) for d in dates]
    quantities = tuple(
        q for q in find_quantities(text) if not any(q.start < e and s < q.end for s, e in taken) and _asserted(q, text)
    )
    asks = _asks(open_text, bool(doc_numbers or titles))
    named = innermost(open_text)
    regions = _narrowest(named)
    quoted = tuple(dict.fromkeys(m.group(1) for m in _QUOTED.finditer(open_text)))
    terms = _narrowed(content_terms(_blanked(open_text, [(d.start, d.end) for d in dates])), open_text, named)
    return Query(
        text=text,
        asks=asks,
        measures=tuple(m for m, pattern in _MEASURES if pattern.search(open_text)) if Ask.NUMBER in asks else (),
        doc_numbers=doc_numbers,
        titles=titles,
        regions=regions,
        years=tuple(dict.fromkeys(years)),
        dates=tuple(d.iso for d in dates if d.precision != "year"),
        quantities=quantities,
        articles=tuple(dict.fromkeys(m.group(1) for m in _ARTICLE.finditer(text))),
        terms=_quoted_first(terms, quoted),
        subject=" ".join([_subject(open_text), *(d.canonical for d in doc_numbers)]).strip(),
        heads=_heads(open_text, terms) if Ask.NUMBER in asks else (),
        kinds=tuple(m["kind"] for m in _ASKED_KIND.finditer(open_text)),
        quoted=quoted,
        people=people_in(open_text, regions),
        units=tuple(dict.fromkeys(_UNIT_ASKED.findall(open_text))),
        counts=tuple(int(v) for m in _COUNTED.finditer(open_text) if (v := chinese_value(m.group(1))) and v > 1),
    )


def _subject(text: str) -> str:
    """What the words of a question that name something leave of it, in order; gaps where others stood."""
    stop = word_set("stop")
    kept = [
        word if word.isascii() or not (word in stop or tag[0] in "ruyc" or re.search(r"[哪几啥谁]|什么", word)) else " "
        for word, tag in tagged_words(_FRAME.sub(" ", text))
    ]
    return " ".join("".join(kept).split())


def _quoted_first(terms: tuple[Term, ...], quoted: tuple[str, ...]) -> tuple[Term, ...]:
    """Words the asker puts in quotation marks are what the question is about."""
    said = " ".join(quoted)
    return tuple(replace(t, salience=1.0, proper=True) if t.text in said else t for t in terms)


def localised(query: Query, known: Collection[str]) -> Query:
    """The query with counties named by a short name (滨江), where the base has documents of just one such county."""
    found = []
    for term in query.terms:
        code = short_county(term.text, known)
        if code and all(code not in (m.code, *m.codes) for m in query.regions):
            at = query.text.find(term.text)
            found.append(RegionMention(code, term.text, at, at + len(term.text), (code,)))
    if not found:
        return query
    named = {m.name for m in found}
    terms = tuple(replace(t, salience=t.salience * 0.5) if t.text in named else t for t in query.terms)
    return replace(query, regions=_narrowest((*query.regions, *found)), terms=terms)


def content_terms(text: str) -> tuple[Term, ...]:
    """Content words of a question, in order, without frames, stop words and repetitions."""
    stop, generic = word_set("stop"), word_set("generic")
    found: dict[str, float] = {}
    proper: set[str] = set()
    for piece in _FRAME.sub("，", fold(text)).split("，"):
        single: list[tuple[str, str]] = []
        for word, tag in tagged_words(piece):
            if len(word) == 1 and "\u3400" <= word <= "\u9fff" and word not in stop and tag[0] not in "upcry":
                single.append((word, tag))
                continue
            if len(single) == 1 and single[0][1][0] in "bajn" and tag[0] == "n" or (single and tag == "vn"):
                word = single[0][0] + word  # 总 + 投资, 大 + 孵化器
                single = single[1:]
            _keep(found, single)
            single = []
            if (
                word not in stop
                and tag[0] not in _NOTHING
                and re.search(r"[a-z0-9\u3400-\u9fff]", word)
                and not word.isdecimal()
                and not re.search(r"[哪几啥]", word)
            ):
                found.setdefault(word, 0.25 if word in generic else _salience(word, tag, stop))
                if tag in ("ns", "nt", "nr") and len(word) > 1 and is_known(word) == (tag != "nr"):
                    proper.add(word)
        _keep(found, single)
    return tuple(Term(word, salience, word in proper) for word, salience in found.items())


def _narrowest(regions: tuple[RegionMention, ...]) -> tuple[RegionMention, ...]:
    """Without divisions another one named lies in: 杭州高新区（滨江） asks about 滨江."""
    inner = {a for m in regions for a in ancestors(m.code)}
    return tuple(m for m in regions if m.code not in inner)


def people_in(text: str, regions: tuple[RegionMention, ...]) -> tuple[str, ...]:
    """Personal names the tagger guesses: words of two to four characters no dictionary has, and no place."""
    places = "".join(m.name for m in regions)
    return tuple(
        word
        for word, tag in tagged_words(text)
        if tag == "nr" and 2 <= len(word) <= 4 and word not in places and not is_known(word)
    )


def _narrowed(terms: tuple[Term, ...], text: str, regions: tuple[RegionMention, ...]) -> tuple[Term, ...]:
    """Terms that name a place (agreement on places is judged apart) or the kind of thing asked for count less."""
    places = [m.name for m in regions]
    # 什么材料 wants a sentence on 材料; 哪些城市 wants names of cities.
    kinds = {m["kind"]: 0.8 if m["which"] == "什么" else 0.4 for m in _ASKED_KIND.finditer(text)}

    def narrowed(term: Term) -> Term:
        if any(term.text in place or place in term.text for place in places):
            return replace(term, salience=term.salience * 0.5, proper=False)
        factor = min((f for kind, f in kinds.items() if kind.startswith(term.text)), default=1.0)
        return replace(term, salience=term.salience * factor)

    return tuple(narrowed(t) for t in terms)


def _heads(text: str, terms: tuple[Term, ...]) -> tuple[str, ...]:
    """The terms right behind a question word, else those right before it; for a bare noun phrase its last ones."""
    key = text.lower()
    naming = [t.text for t in terms if t.salience >= 0.4]
    places = sorted((m.start(), m.end(), word) for word in naming for m in re.finditer(re.escape(word), key))
    heads: list[str] = []
    asking = list(_ASKING.finditer(key))
    for match in asking:
        behind = [p for p in places if 0 <= p[0] - match.end() <= 1]
        chain = _chain(places, behind[0]) if behind else []
        before = [p for p in places if p[1] <= match.start() and _GAP.fullmatch(key, p[1], match.start())]
        heads.extend(chain or (_chain_back(places, before[-1]) if before else []))
    if not asking and places:
        heads.extend(_chain_back(places, places[-1]))
    return tuple(dict.fromkeys(heads))


def _chain(places: list[tuple[int, int, str]], first: tuple[int, int, str]) -> list[str]:
    out, end = [first[2]], first[1]
    for start, stop, word in places:
        if start == end and len(out) < 3:
            out.append(word)
            end = stop
    return out


def _chain_back(places: list[tuple[int, int, str]], last: tuple[int, int, str]) -> list[str]:
    out, start = [last[2]], last[0]
    for begin, stop, word in reversed(places):
        if stop == start and len(out) < 2:
            out.append(word)
            start = begin
    return out


def _salience(word: str, tag: str, stop: frozenset[str]) -> float:
    if len(word) == 2 and not is_known(word) and (word[0] in stop or word[1] in stop):
        return 0.2  # guessed across a boundary: 局管, 能放
    if tag == "vn":
        return 0.7
    return max(_SALIENCE.get(tag[0], 0.6), 0.8 if len(word) > 2 and tag[0] not in "vdm" else 0.0)


def _keep(found: dict[str, float], single: list[tuple[str, str]]) -> None:
    """Lone characters next to each other are one unknown word (零 + 跑); alone, one says little."""
    word = "".join(w for w, _ in single)
    if len(word) > 1:
        found.setdefault(word, 0.8)
    elif word and single[0][1][0] in "nvaj":
        found.setdefault(word, 0.3)


def _asks(text: str, named: bool) -> tuple[Ask, ...]:
    found = [ask for ask, pattern in _ASKS if pattern.search(text)]
    if named and _ABOUT.search(text) and not {Ask.NUMBER, Ask.UNIT, Ask.DATE, Ask.PHONE, Ask.PERSON} & set(found):
        found.insert(0, Ask.DOCUMENT)
    return tuple(found) or (Ask.OTHER,)


def _asserted(quantity: Quantity, text: str) -> bool:
    """Whether a number in a question is a claim the evidence must hold (补贴500万), not part of a name or of 哪三个."""
    before = text[max(0, quantity.start - 1) : quantity.start]
    if before in ("哪", "第", "几", "“", "「", "+"):
        return False
    return not (quantity.raw[0] in "一二两三四五六七八九十" and len(quantity.raw) <= 3)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with spans replaced by spaces, so that offsets stay."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
