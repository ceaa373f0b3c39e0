"""Forms of a title that tell which document is cited, and which are versions of one another."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from os.path import commonprefix

from kb.catalog.codec import title_key
from kb.text import squash

_HAN = r"\u4e00-\u9fff"
_DIVISION = "省市区县州盟旗"
_PLACES = re.compile(rf"[{_HAN}]{{1,30}}[{_DIVISION}]")
_AGENCY = re.compile(r".{2,80}?(?:政府|办公[厅室]|委员会|[部厅局委办院署会])(?=关于|印发|转发)")
# Each agency is taken as it is found first, so that a hostile title takes no longer than its length.
_AGENCIES = re.compile(
    r"^(?:(?>[^\s，。《》]{2,20}?(?:政府|办公[厅室]|委员会|[部厅局委办院署会])[\s、]*)){1,5}(?=关于|印发|转发)"
)
SHORTEST_TITLE = 5  # characters of a title that documents are named by
_SHORTEST = 4  # characters of a title without its place
_PREFIX = 24  # characters of a title in which its place is looked for

_YEAR = r"(?:(?:19|20)\d\d|[二一][〇零○一二三四五六七八九]{3})"
_PASSING = (
    # （2021年修订） （修订版） （第二批）: brackets that hold nothing else
    re.compile(rf"[(（\[【〔<][^()（）\[\]【】〔〕<>]{{0,16}}(?:修订|修正|修改|试行|暂行|版|批|次|期|号|{_YEAR}年?度?)+[^()（）]{{0,4}}[)）\]】〕>]"),
    re.compile(rf"{_YEAR}年?(?:[-—–~～至到]+(?:{_YEAR}|\d\d))?年?度?"),
    re.compile(r"第[一二三四五六七八九十百零〇\d]{1,4}(?:批|次|期|版|号|轮)"),
    re.compile(r"修订稿?|修正|试行|暂行"),
)  # fmt: skip
_DOCUMENT = re.compile(
    r"(?:通知|公告|通告|公报|意见|办法|细则|规定|规则|规程|规范|条例|章程|[^办书司方做合]法|解释|决定|决议|命令|令|方案|计划|规划|纲要|预案|"
    r"要点|措施|举措|政策|标准|目录|名单|清单|指南|指引|须知|守则|解读|问答|汇编|摘登|倡议|行动|批复|答复|函|报告|方法|制度|协议|合同|书|"
    r"[一二三四五六七八九十百\d]{1,4}条)(?:试行|暂行|草案|征求意见稿|修订稿?|修正|摘登|[\d年度至第一二三四五六七八九十批版号]+)*$"
)
_SHORTEST_FAMILY = 6  # a title that says less (公告, 补充通知) makes no family


class Titles:
    """The titles of a base, found by a text without comparing each of them with it."""

    def __init__(self, titles: Iterable[tuple[str, str]]) -> None:
        """Take titles' keys of at least SHORTEST_TITLE characters, each with a document's id."""
        self._ids: dict[str, list[str]] = defaultdict(list)
        for title, policy_id in titles:
            self._ids[title].append(policy_id)
        self._lengths = sorted({len(title) for title in self._ids})
        self._lines = "\n".join(["", *self._ids, ""])

    def named(self, text: str) -> list[str]:
        """Ids of the documents whose title stands in the text or contains it, the longest shared part first.

        A title that could be any name (交通运输部, 科技园) counts only where it is all the text says.
        """
        key = title_key(text)
        if len(key) < SHORTEST_TITLE:
            return []
        found = {*self._within(key), *self._around(key)}
        rows = [(title, p) for title in found for p in self._ids[title]]
        return [p for _, p in sorted(rows, key=lambda row: (-min(len(row[0]), len(key)), len(row[0]), row[1]))]

    def _within(self, key: str) -> Iterator[str]:
        """The titles that stand in a key."""
        lengths = self._lengths[: bisect_right(self._lengths, len(key))]
        if len(lengths) * len(key) < len(self._ids):
            parts = (key[at : at + n] for n in lengths for at in range(len(key) - n + 1))
            standing: Iterable[str] = (part for part in parts if part in self._ids)
        else:
            standing = (title for title in self._ids if title in key)
        return (title for title in standing if names_document(title))

    def _around(self, key: str) -> Iterator[str]:
        """The titles that contain a key: one search through all of them, a line each."""
        at = self._lines.find(key)
        while at >= 0:
            end = self._lines.index("\n", at)
            yield self._lines[self._lines.rindex("\n", 0, at) + 1 : end]
            at = self._lines.find(key, end)


def short_key(title: str, issuer: str | None) -> str | None:
    """The key of a title without the place or agency in front of it; None where none stands there."""
    key = title_key(title)
    agency = _AGENCY.match(key)
    start = agency.end() if agency else max(_own_place(key, title_key(issuer)), _known_place(key))
    return key[start:] if start and len(key) - start >= _SHORTEST else None


def names_document(key: str) -> bool:
    """Whether a title's key ends as titles of documents do; others may be names of bodies, places or topics."""
    return _DOCUMENT.search(key) is not None


def family_key(title: str, issuer: str | None = None) -> str | None:
    """What all versions of a document have in common of their titles; None where that says too little.

    Of the agencies in front of a notice, of which some versions name none or others, the ``issuer`` alone counts.
    """
    rest = _AGENCIES.sub("", title)
    left = squash(f"{issuer}{rest}" if issuer and rest.startswith(("关于", "印发", "转发")) else title)
    for pattern in _PASSING:
        left = pattern.sub("", left)
    key = title_key(left)
    return key if len(key) >= _SHORTEST_FAMILY else None


def place_of(issuer: str | None) -> str:
    """The place an agency names itself by, known to the gazetteer or not (云溪市); empty where it names none."""
    found = re.match(rf"[{_HAN}]{{1,30}}?[{_DIVISION}](?!委|政府|局|办)", title_key(issuer))
    return found.group() if found else ""


def region_of(prefix: str) -> str | None:
    """The division code of what stands in front of a title; None where it is no known place."""
    places = _places(prefix)
    return places[-1][1] if places else None


def _own_place(key: str, issuer: str) -> int:
    """How much of a title is its issuer's name or the place in that name."""
    shared = commonprefix([key, issuer])
    if issuer and shared == issuer:
        return len(shared)
    place = _PLACES.match(shared)
    return place.end() if place else 0


def _known_place(key: str) -> int:
    """How much of a title is divisions of the gazetteer, one behind the other, by their full names."""
    place = _PLACES.match(key[:_PREFIX])
    end = 0
    for start, stop, _ in _spans(place.group()) if place else ():
        if start != end:
            break
        end = stop
    return end


def _places(text: str) -> list[tuple[int, str]]:
    return [(stop, code) for _, stop, code in _spans(text)]


@lru_cache(maxsize=4096)
def _spans(text: str) -> tuple[tuple[int, int, str], ...]:
    from kb.regions import find_regions, region_name

    return tuple((m.start, m.end, m.code) for m in find_regions(text) if region_name(m.code).endswith(m.name))
