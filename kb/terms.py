"""The content words of a question and what each says about the subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from kb.regions import RegionMention
from kb.text import fold, tagged_words
from kb.text.lexicon import word_set
from kb.text.tokens import is_known

# Question frames and courtesy: they ask, they name nothing.
_FRAME = re.compile(
    r"其中|请问一?下?|请教一?下?|麻烦(?:问一?下|你)?|劳驾|您好|你好|我想(?:要)?(?:知道|了解|问|咨询|查)(?:一下)?|想(?:知道|了解|问|咨询)(?:一下)?|"
    r"帮我?(?:查|看|找)(?:一?下|一查|看)?|告诉我|有没有|能不能|可不可以|能否|是不是|是否|来着|的话|说的是?|讲的?是?|提到的?|规定的?|(?:文件|文章|文|报道|通知)[里中]|"
    r"多[大高长]的?(?:规模|程度|范围)?|多长时间|什么时[候间]|哪一?[天年月日]|几月几日|几[天年月号日]|(?:从|到|在|是|由)(?=什么|哪|何|几|谁|多)|最[多少高低早晚迟](?=[^，。]{0,6}(?:多少|几|哪|什么|能|可))"
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
NOUN = 0.95  # salience of a noun, at least
_GENERIC = 0.25
_GUESSED = 0.3
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_SEEN = re.compile("1+")
_NOTHING = ("u", "p", "c", "r", "y", "f", "o", "w", "k", "h", "z")


_CALLED = re.compile(r"(?:联系人|代表|委员|^|[，。])([\u4e00-\u9fff]{2,3})(?=的(?:电话|手机|号码|联系方式|职务))")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦"
    "邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤应俞"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question and how much it says about the subject, 0..1."""

    text: str
    salience: float
    proper: bool = False
    """Whether it names one place, person or body: evidence that lacks it is about another."""


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
                found.setdefault(word, _GENERIC if word in generic else _salience(word, tag, stop))
                if tag in ("ns", "nt", "nr") and len(word) > 1 and is_known(word) == (tag != "nr"):
                    proper.add(word)
        _keep(found, single)
    return tuple(Term(word, salience, word in proper) for word, salience in found.items())


def grounded(terms: Iterable[Term], having: Callable[[str], int]) -> tuple[Term, ...]:
    """The terms with guessed words cut to what the base holds of them (区桑溪 -> 桑溪, 版措施 -> 措施).

    A guessed word that holds nothing known stays where it may be a name; of two characters it is most likely a cut at
    the wrong place, and says little. ``having`` tells how many chunks hold two neighbouring characters.
    """
    found: dict[str, Term] = {}
    for term in terms:
        fitted = _grounded(term, having) if _HAN.fullmatch(term.text) and not is_known(term.text) else term
        found.setdefault(fitted.text, fitted)
    return tuple(found.values())


def _grounded(term: Term, having: Callable[[str], int]) -> Term:
    seen = [having(term.text[i : i + 2]) > 0 for i in range(len(term.text) - 1)]
    if all(seen):
        return term
    if len(term.text) == 2:
        return replace(term, salience=min(term.salience, _GUESSED), proper=False)
    runs = [run for run in _SEEN.finditer("".join("1" if s else "0" for s in seen))]
    if not runs:
        return term
    longest = max(runs, key=lambda run: run.end() - run.start())
    text = term.text[longest.start() : longest.end() + 1]
    generic = text in word_set("generic") or text in word_set("stop")
    return replace(term, text=text, salience=min(term.salience, _GENERIC) if generic else term.salience)


def people_in(text: str, regions: tuple[RegionMention, ...]) -> tuple[str, ...]:
    """Personal names the tagger guesses: words of two to four characters no dictionary has, and no place."""
    places = "".join(m.name for m in regions)
    guessed = [
        word
        for word, tag in tagged_words(text)
        if tag == "nr" and 2 <= len(word) <= 4 and word not in places and not is_known(word)
    ]
    called = [m.group(1) for m in _CALLED.finditer(text) if m.group(1)[0] in _SURNAMES]
    return tuple(dict.fromkeys((*guessed, *called)))


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
