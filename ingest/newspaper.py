"""Rules of a printed newspaper page: what tells it from an official paper, and what its lines are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest import marks
from ingest.lines import is_date_line, is_org
from kb.text.docnumber import find_doc_numbers

# 本报讯, 新华社云溪5月3日电, 云溪日报讯（记者 何小满）
_DATELINE = re.compile(
    r"(?:本报|新华社|中新社|人民网|新华网|央视网)(?:[\u4e00-\u9fff]{0,8}\d{1,2}月\d{1,2}日)?(?:综合)?(?:讯|电)|"
    r"(?:[\u4e00-\u9fff]{2,6}讯|[\u4e00-\u9fff]{2,6}电)\s*[（(](?:本报|见习)?(?:记者|通讯员)"
)
# 本报记者 何小满, 通讯员：江一帆 文/图
_REPORTER = re.compile(r"(?:本报|本刊|见习|特约)?(?:记者|通讯员)[\s：:]*[\u4e00-\u9fff·\s]{2,20}(?:文|摄|报道|文/图)?")
_NAMED = re.compile("记者|通讯员")
# 图为新开的书房, 何小满/摄, 资料图片
_CAPTION = re.compile(r"图为|供图$|摄$|[/／]摄|资料图片?$|^[▲▼△▽◀]")
# What only an official paper has as a line by itself: 各区人民政府：, 附件1
_ADDRESSED = re.compile(r"(?:各[^。；！？]{1,58}|[^。；！？，]{1,30}(?:人民政府|[局委厅]|单位|部门))[：:]")
_ANNEX = re.compile(r"附\s*件\s*\d{0,2}\s*[：:]?")
_LONGEST = 60  # characters of such a line


def is_printed(lines: Iterable[str]) -> bool:
    """Whether lines are those of a newspaper: a dateline, a headline printed twice, or a mark with a reporter's name.

    A mark alone (□ 国有企业, ▶ 主要内容) is a box to tick or a bullet. What has the 主送 (above all news), 文号, 附件
    or signature (below it) of an official paper is none, unless it begins an article more than once.
    """
    printed = official = False
    datelines = 0
    signed_above = False  # an agency and a day before any dateline: of a newspaper its name and day
    above = ""
    for line in lines:
        bare = line.strip()
        if not bare:
            continue
        datelines += is_dateline(bare)
        printed = printed or datelines > 0 or _is_credited(bare) or marks.is_doubled(bare)
        signed = is_date_line(bare) and is_org(above)
        signed_above = signed_above or (signed and not datelines)
        official = official or _is_official(bare) or (signed and datelines > 0)
        official = official or (not datelines and _is_addressed(bare))
        above = bare
    return printed and (datelines > 1 or not (official or (signed_above and not datelines)))


def is_dateline(text: str) -> bool:
    """Whether an article begins here: 本报讯, 新华社…电."""
    return bool(_DATELINE.match(text))


def is_reporter(text: str) -> bool:
    """Whether a line is the name of a reporter and nothing else."""
    return bool(_REPORTER.fullmatch(text))


def is_caption(text: str) -> bool:
    """Whether a text has the words of a picture's caption."""
    return bool(_CAPTION.search(text))


def _is_credited(line: str) -> bool:
    return bool(marks.byline_mark(line)) and bool(_NAMED.search(line))


def _is_addressed(line: str) -> bool:
    return len(line) <= _LONGEST and _ADDRESSED.fullmatch(line) is not None


def _is_official(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    if _ANNEX.fullmatch(line):
        return True
    numbers = find_doc_numbers(line)
    return bool(numbers) and len(line) - (numbers[0].end - numbers[0].start) <= 2
