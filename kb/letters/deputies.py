"""Who asks: the names of deputies and members in the fields of a suggestion or under it, and how many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.letters.ordinals import Line

_DOT = "·•‧・"
_HAN = "\u4e00-\u9fff"
#: A name of two to four characters, or of a people whose names have a dot in them.
_NAME = re.compile(rf"[{_HAN}]{{2,4}}|(?=.{{3,40}}$)[{_HAN}]{{1,12}}(?:[{_DOT}][{_HAN}]{{1,12}})+")
_PEOPLE = re.compile(
    r"^[^\S\n]*+(?:领衔代表|联名代表|附议代表|提出代表|提议代表|代表姓名|建议代表|代表|领衔人|附议人|联名人|建议人|提案人|提案者|第一提案人|委员|提案委员|提出人|提交人|"
    r"姓名)(?:（[^）\n]{1,20}）|\([^)\n]{1,20}\))?\s*+[:：]\s*+(?P<names>[^\n]{2,120})",
    re.MULTILINE,
)
_SIGNED = re.compile(
    rf"(?:[{_HAN}]{{2,14}})?(?:人大|政协)?(?:代表|委员)\s*[:：]?\s*(?P<after>[{_HAN}{_DOT}、 \u3000]{{2,60}})|"
    rf"(?P<before>[{_HAN}{_DOT}、 \u3000]{{2,60}}?(?:等\s*[\d一二三四五六七八九十百]{{1,4}}\s*[名位人]?)?)"
    r"\s*(?:代表|委员)"
)
_MORE = re.compile(r"等\s*[\d一二三四五六七八九十百]{1,4}\s*[名位人]")
_NO_NAME = re.compile(r"人大|政协|代表|委员|各位|全体|诸位")
_TITLE = re.compile(r"(?:等.*|代表|委员|同志)$")
#: Family names of two characters, behind which a given name of one may stand apart.
_LONG = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 夏侯 西门 南宫 轩辕 端木 独孤 呼延 钟离".split()  # noqa: SIM905
)


def deputies_of(text: str, lines: Sequence[Line]) -> tuple[tuple[str, ...], str]:
    """(their names, 等12名 as written where there are more than those named, else empty)."""
    listed = [m["names"] for m in _PEOPLE.finditer(text)]
    if not any(names_in(one) for one in listed):
        signed = (_SIGNED.fullmatch(text[line.start : line.end]) for line in (*lines[:6], *lines[-4:]))
        listed = [m["after"] or m["before"] or "" for m in signed if m]
    names = tuple(dict.fromkeys(name for one in listed for name in names_in(one)))
    more = next((m.group() for m in map(_MORE.search, listed) if m), "") if names else ""
    return names, "".join(more.split())


def names_in(listed: str) -> list[str]:
    """Personal names in a list; what cannot be one (a phone, a unit) ends it."""
    found: list[str] = []
    plain = re.sub(r"[（(][^（）()]*[）)]", "", listed)
    more = _MORE.search(plain)
    plain = plain[: more.start()] if more else plain
    for part in re.split(r"[、，,；;]+", plain):
        for piece in _joined(part.split()):
            name = _TITLE.sub("", piece)
            if not _NAME.fullmatch(name) or _NO_NAME.search(name):
                return found
            found.append(name)
    return found


def _joined(words: list[str]) -> list[str]:
    """Words between spaces as names: a name of two characters is set as wide as one of three (李　明), or all apart."""
    out: list[str] = []
    at = 0
    while at < len(words):
        stop = at
        while stop < len(words) and len(words[stop]) == 1:
            stop += 1
        singles = words[at:stop]
        if not singles:
            behind = words[at + 1 : at + 2]
            apart = words[at] in _LONG and bool(behind) and len(_TITLE.sub("", behind[0])) == 1
            out.append(words[at] + (behind[0] if apart else ""))
            at += 2 if apart else 1
            continue
        follows = words[stop : stop + 1]
        if len(singles) % 2 and follows and len(_TITLE.sub("", follows[0])) in (1, 2):
            out += [*_pairs(singles[:-1]), singles[-1] + follows[0]]
            at = stop + 1
        else:
            out += ["".join(singles)] if len(singles) == 3 else _pairs(singles)
            at = stop
    return out


def _pairs(singles: list[str]) -> list[str]:
    return ["".join(singles[n : n + 2]) for n in range(0, len(singles), 2)]
