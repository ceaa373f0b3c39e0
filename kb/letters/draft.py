"""A draft reply: the suggestion, how the letter is to be written, the evidence found and what of it was picked."""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import KBError
from kb.letters.evidence import Desk, Evidence, EvidenceSet
from kb.letters.suggestion import Suggestion

MAIN, JOINT = "主办", "会办"
CLASSES = ("A", "B", "C")
#: What the classes of 办理结果 mean.
CLASS_MEANING = {
    "A": "所提问题已经解决或基本解决",
    "B": "所提问题正在解决或列入计划解决",
    "C": "所提问题因条件限制或其他原因，留作参考",
}


class UnknownAsk(KBError):
    """A draft has no such ask."""

    def __init__(self, ask_id: str) -> None:
        self.ask_id = ask_id
        super().__init__("草稿里没有这条要求。请刷新网页，重新打开草稿；写的话还在框里，可以先复制下来。")


@dataclass(frozen=True, slots=True)
class LetterSettings:
    """How a letter is written; what is None is left open in it (【待补充】).

    ``main_body`` is the 主办单位 to which a 会办 body sends its view; ``signed_on`` an ISO day; ``copies`` are 抄送.
    """

    issuer: str | None = None
    region: str | None = None
    result: str | None = None
    role: str = MAIN
    main_body: str | None = None
    doc_number: str | None = None
    contact: str | None = None
    phone: str | None = None
    signed_on: str | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picks:
    """The keys of what was picked for one ask, in order: things done, and measures."""

    actuals: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    note: str = ""
    """What the writer wants said to this ask in words of their own; marked as such, and never verified."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. ``sets`` and ``picks`` count from the matter as a whole (0), then ask by ask; both are of one length.

    ``as_of`` is the ISO day for which validity is judged, ``reworded`` a model's wording by evidence key, checked.
    ``draft_id`` is empty until it is saved, ``saved_on`` when that was last done, ``edition`` how often.
    """

    suggestion: Suggestion
    settings: LetterSettings
    as_of: str
    sets: tuple[EvidenceSet, ...]
    picks: tuple[Picks, ...]
    reworded: tuple[tuple[str, str], ...] = ()
    draft_id: str = ""
    saved_on: str | None = None
    edition: int = 0

    @property
    def desk(self) -> Desk:
        """How evidence for it is looked for."""
        from datetime import date

        return Desk(self.settings.issuer, self.settings.region, date.fromisoformat(self.as_of))

    def ask_id(self, n: int) -> str:
        """What ask ``n`` is called by, whatever is added before it; empty for the matter as a whole (0)."""
        return self.suggestion.asks[n - 1].ask_id if n else ""

    def number_of(self, ask_id: str) -> int:
        """The number an ask has now, 0 for the matter as a whole. Raises UnknownAsk."""
        if not ask_id:
            return 0
        for n, ask in enumerate(self.suggestion.asks, 1):
            if ask.ask_id == ask_id:
                return n
        raise UnknownAsk(ask_id)

    def evidence(self, key: str) -> Evidence | None:
        """The piece of evidence with a key; None where the draft has none such."""
        return next((e for found in self.sets for e in found.items if e.key == key), None)

    def picked(self, n: int) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
        """(things done, measures) picked for ask ``n`` (0 for the whole), in order."""
        by_key = {e.key: e for found in self.sets for e in found.items}
        chosen = self.picks[n]
        return (
            tuple(by_key[k] for k in chosen.actuals if k in by_key),
            tuple(by_key[k] for k in chosen.measures if k in by_key),
        )
