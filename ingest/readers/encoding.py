"""Bytes of a text file to characters: byte order mark, declared name, UTF-8, GB 18030, Big5; never by chance."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a declaration says against what Chinese files with it hold.
#: Encodings of East Asian and Unicode text. What else a file declares has one byte a character, and reads any bytes.
_MULTIBYTE_NAMES = """
utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be gb18030 gbk gb2312 hz big5 big5hkscs cp950
shift_jis cp932 euc_jp iso2022_jp euc_kr cp949 iso2022_kr
"""
_MULTIBYTE = frozenset(_MULTIBYTE_NAMES.split())
_ONE_BYTE = re.compile(r"iso8859-\d+|cp\d{3,4}|koi8-\w|mac-\w+|ascii")  # no escapes, no punycode
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后"
    "多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合"
    "还因由其前外天政四日社义事平形相全表间样与关各重新线内数正心反明看原利比或但质第向道变条只结解问意建月公无系"
    "情最立代已通并提直题党程展五果料员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别"
    "期根论运农指区强放决被干做必先则任取据处市府办规号省县委保障服务标准申请证明企技科创孵器院院局单位责负责印通知"
    # the same words where the traditional form differs
    "這為個國時來們會發動過說產種後學經進著電裡現實兩體機當點從業應開還樣與關線內數變條結解問無軍情長頭資邊"
    "圖統較將組見計別論運農區強決幹則據處縣辦規號證請標準術創務責單設員題黨員總級"
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
PLAUSIBLE = 0.12  # prose has 0.35-0.6 of its Han among the frequent ones, a wrongly decoded text below 0.05
_MAX_DAMAGE = 0.002
_NEWLINES = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


class Undecidable(ValueError):
    """No encoding makes readable text of the bytes."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with line feeds only and no control characters; ``damaged`` counts the bytes that were no character."""

    text: str
    encoding: str
    damaged: int = 0


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Text of ``data``. ``declared`` is what the file or its header says of itself, checked, not trusted.

    Raises Undecidable.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding)
    wide = _wide_without_mark(data)
    if wide is not None:
        return _lenient(data, wide)
    return _byplausibility(data, _known(declared))


def tidy(text: str) -> str:
    """Every newline convention as a line feed, control characters and stray byte order marks out; tabs stay."""
    return _CONTROLS.sub("", _NEWLINES.sub("\n", text))


def _known(declared: str | None) -> str | None:
    if not declared:
        return None
    name = declared.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        name = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return name if name in _MULTIBYTE or _ONE_BYTE.fullmatch(name) else None


def _lenient(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    damaged = text.count("\ufffd")
    if damaged > max(1, len(text) * _MAX_DAMAGE * 5):
        raise Undecidable(encoding)
    return Decoded(tidy(text), encoding, damaged)


def is_wide(data: bytes) -> bool:
    """Whether the bytes are UTF-16 or UTF-32 text, with or without a mark: zero bytes are no sign of binary then."""
    return any(data.startswith(mark) for mark, name in _BOMS if name != "utf-8") or _wide_without_mark(data) is not None


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 without its mark: ASCII characters and line ends leave zeros, nearly all on one side."""
    sample = data[:8192][: len(data) // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 4:
        return None
    name = "utf-16-le" if odd >= even else "utf-16-be"
    text = sample.decode(name, "ignore")
    readable = sum(c.isprintable() or c in "\t\r\n" for c in text)
    if readable < len(text) * 0.98:
        return None
    han = len(_HAN.findall(text))
    ascii_share = sum(c.isascii() for c in text) / max(1, len(text))
    if han + ascii_share * len(text) < len(text) * 0.7:
        return None
    return name if plausibility(text) >= PLAUSIBLE else None


def _byplausibility(data: bytes, declared: str | None) -> Decoded:
    names = ["utf-8", "gb18030", "big5hkscs"]
    if declared:  # a page of one byte a character may say so by mistake: that is tried when nothing else fits
        names.insert(0 if declared in _MULTIBYTE else len(names), declared)
    best: tuple[float, Decoded] | None = None
    for name in dict.fromkeys(names):
        decoded = _strict(data, name)
        if decoded is None:
            continue
        score = plausibility(decoded.text)
        if score >= PLAUSIBLE or (name == "utf-8" and score >= 0):
            return decoded
        if best is None or score > best[0]:
            best = (score, decoded)
    if best is not None and (best[0] >= PLAUSIBLE / 2 or len(_HAN.findall(best[1].text)) < 20):
        return best[1]
    return _damaged(data)


def _strict(data: bytes, name: str) -> Decoded | None:
    try:
        text = data.decode(name)
    except (UnicodeError, LookupError):
        return None
    return Decoded(tidy(text), name)


def _damaged(data: bytes) -> Decoded:
    """A file in a known encoding with a few broken bytes, as cut downloads have."""
    found: list[tuple[float, Decoded]] = []
    for name in ("utf-8", "gb18030", "big5hkscs"):
        text = data.decode(name, "replace")
        damaged = text.count("\ufffd")
        if damaged <= max(1, len(text) * _MAX_DAMAGE) and plausibility(text) >= PLAUSIBLE:
            found.append((plausibility(text), Decoded(tidy(text), name, damaged)))
    if not found:
        raise Undecidable("utf-8, gb18030, big5")
    return max(found, key=lambda pair: pair[0])[1]


def plausibility(text: str) -> float:
    """Share of frequent characters among the Han of a text; 1 where it has none."""
    han = _HAN.findall(text[:50_000])
    if not han:
        return 1.0
    return sum(c in _FREQUENT for c in han) / len(han)
