"""The answer in plain sentences: every figure a slice of a document, every sentence with its citations."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import AnswerSentence
from kb.support.reading import State
from kb.support.results import Matches, Slice, Support, Verdict

_MOST_CONDITIONS = 4


def summarise(found: Matches) -> tuple[AnswerSentence, ...]:
    """One sentence on the whole, then one for each support that is 符合, 待确认 or 差一条."""
    return tuple(_sentences(found))


def _sentences(found: Matches) -> Iterator[AnswerSentence]:
    able = [s for s in found.supports if s.verdict is Verdict.ELIGIBLE]
    open_ = [s for s in found.supports if s.verdict is Verdict.TO_CONFIRM]
    yield AnswerSentence(
        f"按 {found.as_of} 判断，{found.profile.region}可以对照的扶持中，条件都符合的 {len(able)} 项，"
        f"还有条件要确认的 {len(open_)} 项，只差一条的 {len(found.near) + found.left_out.near} 项。",
        derived=True,
    )
    yield from (_eligible(s) for s in able)
    yield from (_to_confirm(s) for s in open_)
    yield from (_one_short(s) for s in found.near)


def _eligible(support: Support) -> AnswerSentence:
    text = f"可以申请{_name(support)}：{_gets(support)}；所写条件都符合。{_ends(support)}"
    return AnswerSentence(text, _citations(support), derived=True)


def _to_confirm(support: Support) -> AnswerSentence:
    asked = [j.mark.condition.text for j in support.conditions if j.mark.state is State.UNKNOWN]
    shown = "、".join(f"“{' '.join(text.split())}”" for text in asked[:_MOST_CONDITIONS])
    more = f"等 {len(asked)} 条" if len(asked) > _MOST_CONDITIONS else ""
    rest = f"先确认{shown}{more}" if asked else "没有找到写明的条件，先向经办机构确认"
    return AnswerSentence(
        f"{_name(support)}可能适用：{_gets(support)}；{rest}。{_ends(support)}", _citations(support), derived=True
    )


def _one_short(support: Support) -> AnswerSentence:
    failed = next(j.mark for j in support.conditions if j.mark.state is State.NOT_MET)
    why = "、".join(s.shown for s in failed.because)
    text = f"{_name(support)}差一条：“{' '.join(failed.condition.text.split())}”不符（{why}）。"
    return AnswerSentence(text, _citations(support), derived=True)


def _name(support: Support) -> str:
    return f"“{support.benefit}”（{support.place}）"


def _gets(support: Support) -> str:
    return _joined(support.gets) or "没有找到金额"


def _ends(support: Support) -> str:
    until = f"申请时间：{_joined(support.until)}。" if support.until else ""
    return until + "".join(f"{caution}。" for caution in support.cautions)


def _joined(slices: tuple[Slice, ...]) -> str:
    return "，".join(" ".join(s.text.split()) for s in slices)


def _citations(support: Support) -> tuple[int, ...]:
    numbers = [support.source.n, *(s.n for s in (*support.gets, *support.until)), *(j.n for j in support.conditions)]
    return tuple(dict.fromkeys(numbers))
