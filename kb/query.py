"""Question analysis: what is asked for, and what the evidence must agree with.

``analyse`` reads a question into a ``Query``: the kind of answer wanted, the constraints it names (文号, titles,
regions, years, numbers, agencies) and its content terms. It decides nothing about documents.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from kb.asks import COUNTED, MEASURE_WORD, Ask, Measure, asks_of, measures_of
from kb.places import Place
from kb.regions import RegionMention, ancestors, innermost, short_county
from kb.terms import Term, content_terms, people_in
from kb.text import DocNumber, Quantity, find_dates, find_doc_numbers, find_quantities, simplify
from kb.text.numerals import chinese_value

_QUOTED = re.compile(r"[“\"「]([^“”\"「」]{2,24})[”\"」]")
_TITLE = re.compile(r"《([^《》]{2,80}(?:《[^《》]{2,60}》[^《》]{0,40})?)》")
_ARTICLE = re.compile(r"第\s*([零一二三四五六七八九十百千\d]{1,7})\s*条")
_UNIT_ASKED = re.compile(rf"(?:多少|几)(?:十|百|千|万|亿|多)?({MEASURE_WORD})")
# The noun right behind 哪些, 什么, 哪个 names the kind of thing asked for; the answer itself need not hold it.
_ASKED_KIND = re.compile(
    r"(?P<which>哪些|哪几?[一二三四五六七八九十\d]*[个家种项类所座条]?|什么)的?(?P<kind>[\u4e00-\u9fff]{2,6})"
)
_ASKING = re.compile(rf"(?:多少|第?几)(?:十|百|千|万|亿|多)?(?:{MEASURE_WORD})?|多大|多高|多长|几成|百分之几")
# Behind a year: it is a document's (2026年 | 印发的办法, 2023年 | 版的措施, 2024年 | 专项资金办法).
_OF_DOCUMENT = re.compile(
    r"(?:[0-9]{1,2}月)?(?:份|初|底|年末)?(?:度|新)?(?:印发|出台|发布|公布|下发|制定|修订|印的|发的|定的|新?版|的?那[份版个]|"
    r"[^，。；、？?年月日]{0,12}?(?:办法|方案|措施|通知|意见|规划|细则|规定|条例|指南|公告|要点|政策汇编)(?!的?(?:补|奖|给)))"
)
_GAP = re.compile(
    r"[有是为约共一达到要会能可的各总在里内了，、给得需应（）()“”*\s]{0,8}(?:规模|数量|总数|分别|大概|一共|总共|至少|最多|最高)?[有是为约共达到要]{0,2}"
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as analysed. ``terms`` are content words in order, without what the other fields hold."""

    text: str
    asks: tuple[Ask, ...]
    measures: tuple[Measure, ...] = ()
    doc_numbers: tuple[DocNumber, ...] = ()
    titles: tuple[str, ...] = ()
    regions: tuple[RegionMention, ...] = ()
    places: tuple[Place, ...] = ()
    """Places named that no gazetteer has, as the base's bodies or their own shape tell (``kb.places``)."""
    years: tuple[int, ...] = ()
    issued: tuple[int, ...] = ()
    """The years that tell which document is meant (2026年印发的办法), and not what its text is to say."""
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
    turn: str = ""
    """Of a question that leans on those before it, its own words."""
    own: tuple[str, ...] = ()
    """Of such a question, the things it names itself."""
    elliptic: bool = False
    """Whether such a question leaves to those before it what is asked (那松口县呢？)."""
    quoted: tuple[str, ...] = ()
    """What the question puts in quotation marks (“百千万”)."""
    counts: tuple[int, ...] = ()
    """How many items a list question says there are (哪四个方面)."""

    @property
    def asking(self) -> str:
        """The words that say what is asked."""
        return self.turn if self.turn and not self.elliptic else self.text

    def wants(self, *asks: Ask) -> bool:
        """Whether one of these kinds of answer is wanted."""
        return any(a in self.asks for a in asks)


def analyse(text: str) -> Query:
    """Read a question. Nothing is looked up; the same text always gives the same Query."""
    text = simplify(text)
    doc_numbers = tuple(find_doc_numbers(text))
    titles = tuple(dict.fromkeys(m.group(1) for m in _TITLE.finditer(text)))
    open_text = _blanked(text, [(d.start, d.end) for d in doc_numbers])
    dates = [d for d in find_dates(open_text)]
    years = [d.year for d in dates if d.year] + [int(d.until) for d in dates if d.until]
    taken = [(d.start, d.end) for d in doc_numbers] + [(d.start, d.end) for d in dates]
    quantities = tuple(
        q for q in find_quantities(text) if not any(q.start < e and s < q.end for s, e in taken) and _asserted(q, text)
    )
    asks = asks_of(open_text, bool(doc_numbers or titles))
    named = innermost(open_text)
    regions = _narrowest(named)
    quoted = tuple(dict.fromkeys(m.group(1) for m in _QUOTED.finditer(open_text)))
    terms = _narrowed(content_terms(_blanked(open_text, [(d.start, d.end) for d in dates])), open_text, named)
    return Query(
        text=text,
        asks=asks,
        measures=measures_of(open_text) if Ask.NUMBER in asks else (),
        doc_numbers=doc_numbers,
        titles=titles,
        regions=regions,
        years=tuple(dict.fromkeys(years)),
        issued=tuple(dict.fromkeys(d.year for d in dates if d.year and _OF_DOCUMENT.match(open_text, d.end))),
        dates=tuple(d.iso for d in dates if d.precision != "year"),
        quantities=quantities,
        articles=tuple(dict.fromkeys(m.group(1) for m in _ARTICLE.finditer(text))),
        terms=_quoted_first(terms, quoted),
        heads=_heads(open_text, terms) if Ask.NUMBER in asks else (),
        kinds=tuple(m["kind"] for m in _ASKED_KIND.finditer(open_text)),
        quoted=quoted,
        people=people_in(open_text, regions),
        units=tuple(dict.fromkeys(_UNIT_ASKED.findall(open_text))),
        counts=tuple(int(v) for m in COUNTED.finditer(open_text) if (v := chinese_value(m.group(1))) and v > 1),
    )


def _quoted_first(terms: tuple[Term, ...], quoted: tuple[str, ...]) -> tuple[Term, ...]:
    """Words the asker puts in quotation marks are what the question is about."""
    said = " ".join(quoted)
    return tuple(replace(t, salience=1.0, proper=True) if t.text in said else t for t in terms)


def placed(query: Query, places: tuple[Place, ...]) -> Query:
    """The query with the places it names that no dictionary has, its words cut at them: 松口县装专线 is no 县装."""
    if not places:
        return query
    text = _blanked(query.text, [(d.start, d.end) for d in query.doc_numbers])
    text = _blanked(text, [(d.start, d.end) for d in find_dates(text)])
    known = {term.text: term for term in query.terms}
    found = [known.get(term.text, term) for term in _terms(text, places)]
    people = tuple(p for p in query.people if not any(place.short in p or p in place.name for place in places))
    return replace(query, places=places, people=people, terms=_quoted_first(tuple(found), query.quoted))


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


def _terms(text: str, places: tuple[Place, ...]) -> tuple[Term, ...]:
    """The content words of a text cut at the names of places, and these names."""
    names = [place.within(text) for place in places]
    spans = [m.span() for name in names for m in re.finditer(re.escape(name), text)]
    rest = content_terms("，".join(_pieces(text, spans)) if spans else text)
    return (*rest, *(Term(name, 1.0) for name in names))


def _pieces(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in sorted(spans):
        yield text[at:start]
        at = max(at, end)
    yield text[at:]


def _narrowest(regions: tuple[RegionMention, ...]) -> tuple[RegionMention, ...]:
    """Without divisions another one named lies in: 杭州高新区（滨江） asks about 滨江."""
    inner = {a for m in regions for a in ancestors(m.code)}
    return tuple(m for m in regions if m.code not in inner)


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
