"""A letter as paragraphs of runs, each run with what it rests on; what is open is a run of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.model import Citation

OPEN = "【待补充：{}】"


class Part(StrEnum):
    """What a paragraph is in the form of the genre."""

    NUMBER = "发文字号"
    RESULT = "办理结果"
    TITLE = "标题"
    SALUTATION = "称谓"
    BODY = "正文"
    HEADING = "一级标题"
    SUBHEADING = "二级标题"
    CONTACT = "联系人"
    SIGNATURE = "署名"
    DATE = "成文日期"
    COPIES = "抄送"
    PRINTED = "印发"


class Voice(StrEnum):
    """Whose words a run is in."""

    FRAME = "套语"
    SUGGESTION = "建议原文"
    EVIDENCE = "文件原文"
    REWORDED = "模型改写"
    WRITER = "撰稿人"
    GAP = "待补充"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of one voice. ``citations`` are numbers of the letter's citations; ``key`` is its evidence's."""

    text: str
    voice: Voice = Voice.FRAME
    citations: tuple[int, ...] = ()
    key: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``ask`` is the number of the ask it speaks to (0 for the whole), None for the form around it."""

    part: Part
    runs: tuple[Run, ...]
    ask: int | None = None

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in order, with its citations numbered from 1."""

    paragraphs: tuple[Paragraph, ...]
    citations: tuple[Citation, ...] = ()

    @property
    def text(self) -> str:
        """The letter as plain text, a line a paragraph."""
        return "\n".join(p.text for p in self.paragraphs)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is still open, in order."""
        return tuple(r.text for p in self.paragraphs for r in p.runs if r.voice is Voice.GAP)


def gap(what: str) -> Run:
    """What has to be added by hand: never invented."""
    return Run(OPEN.format(what), Voice.GAP)
