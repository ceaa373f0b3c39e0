"""Who issued a document and when, as one line below its title says: （云溪市文化局2031年2月6日印发）."""

from __future__ import annotations

import re

from ingest.header import Signature
from ingest.issuer import agencies
from ingest.lines import is_note, is_org
from kb.text.dates import find_dates

_HEAD = 1500
_HEAD_LINES = 6
_LONGEST = 80
_DONE = re.compile(r"(?:编[印制写]?|印[发制]|制[定发]?|发布|公布)?")


def find_imprint(text: str) -> Signature | None:
    """The first line of agencies and a date above the first sentence: 云溪市文化局编　2031年9月; None without one.

    It has no date where only a month is stated.
    """
    start = 0
    for line in text[:_HEAD].split("\n")[:_HEAD_LINES]:
        if "。" in line and not is_note(line):
            return None
        found = _imprint(line, start)
        if found:
            return found
        start += len(line) + 1
    return None


def _imprint(line: str, start: int) -> Signature | None:
    bare = line.strip()[1:-1] if is_note(line) else line.strip()
    dates = find_dates(bare) if len(bare) <= _LONGEST and "年" in bare else []
    if len(dates) != 1 or not _DONE.fullmatch(bare[dates[0].end :].strip()):
        return None
    named = agencies(re.sub(rf"{_DONE.pattern}$", "", bare[: dates[0].start].rstrip()))
    if not all(map(is_org, named)):
        return None
    date = dates[0].iso if dates[0].precision == "day" else None
    return Signature(tuple(named), date, start, start + len(line))
