"""Whether an ask is answered: by a sentence that is on its matter, verified, and of the own body or one above."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kb.letters.draft import CLASS_MEANING, Draft
from kb.letters.evidence import Evidence
from kb.letters.form import short_name
from kb.letters.letter import Letter, Run, Voice
from kb.letters.reach import Reach
from kb.letters.roles import Role
from kb.letters.suggestion import Ask, own_words, telling_words
from kb.model import AnswerSentence
from kb.verify import exact, unsupported

_FACTS = (Voice.EVIDENCE, Voice.REWORDED)
_COMMON = 2  # words an ask and a sentence added by hand must share
_SOLVED = "A"

Said = tuple[Run, Evidence]


def unanswered(draft: Draft, letter: Letter, n: int, texts: Mapping[tuple[str, str], str]) -> str:
    """Why ask ``n`` is not answered, in Chinese; empty where it is."""
    runs = [r for p in letter.paragraphs if p.ask == n for r in p.runs]
    found = [(r, e) for r in runs if r.voice in _FACTS and (e := draft.evidence(r.key or "")) is not None]
    measures = [(r, e) for r, e in found if e.role is Role.MEASURE]
    missing = "；".join(draft.sets[n].missing) or "没有选用依据"
    if not measures:
        if any(r.voice is Voice.WRITER for r in runs):
            return "只有自己写的话，没有依据，请自己核对"
        return f"只有进展，没有下一步措施：{missing}" if found else f"没有依据，已标为待补充：{missing}"
    for why, holds in _tests(draft, letter, n, texts):
        measures = [one for one in measures if holds(one)]
        if not measures:
            return why
    return ""


def _tests(
    draft: Draft, letter: Letter, n: int, texts: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, Callable[[Said], bool]]]:
    """What one measure at least must pass, each with what is said where none does."""
    ask = draft.suggestion.asks[n - 1]
    scored = {e.key for e in draft.sets[n].items if e.score > 0}
    own = own_words(ask.text, draft.suggestion.title or "")
    cited = {c.n: c for c in letter.citations}
    yield (
        "选用的措施与这条要求没有相同的事项，请核对是否切题",
        lambda one: (one[1].key in scored or _is_on(ask, one[0].text)) and _shares(own, one),
    )
    yield (
        "选用的措施没有通过核对",
        lambda one: (
            all(exact(cited[c], texts) for c in one[0].citations)
            and not unsupported(AnswerSentence(one[0].text, one[0].citations), letter.citations)
        ),
    )
    yield "选用的措施都有要说明的地方，请看“需要说明的依据”", lambda one: one[1].ready
    yield "只有下级地区的安排，没有本级或上级的措施", lambda one: one[1].reach is not Reach.LOWER


def _shares(own: frozenset[str], one: Said) -> bool:
    """Whether a sentence, or the heading it stands under, has a word that sets its ask apart, where there is any."""
    said = f"{one[1].citation.section or ''}\n{one[0].text}"
    return not own or any(word in said for word in own)


def _is_on(ask: Ask, text: str) -> bool:
    """Whether a sentence that no search has judged shares the things an ask names."""
    words = telling_words(ask.text)
    return bool(words) and sum(word in text for word in words) >= min(_COMMON, len(words))


def too_good(draft: Draft, letter: Letter, open_asks: list[int]) -> str:
    """Why the result A (solved) cannot stand, in Chinese; empty where it can or another is chosen."""
    if draft.settings.result != _SOLVED:
        return ""
    named = "、".join(f"要求{n}“{short_name(draft.suggestion.asks[n - 1])}”" for n in open_asks)
    gaps = any(r.voice is Voice.GAP for p in letter.paragraphs if p.ask is not None for r in p.runs)
    if not named and not gaps:
        return ""
    what = f"{named}没有答复" if named else "正文还有待补充的内容"
    return f"办理结果是 A（{CLASS_MEANING[_SOLVED]}），但{what}，请改为 B、C 或补充"
