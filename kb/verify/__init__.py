"""The last check before an answer is shown: every citation is exact, and what a sentence says stands in what it cites.

A sentence's evidence is its citations' quotes together with what identifies the cited documents (title, 文号, section
path). Figures agree when value and unit do, Chinese and Arabic numerals alike; and each must be said of the same
thing, in the same direction, as where it stands. Words of the document itself always pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.model import AnswerSentence, Citation
from kb.verify.binding import misbound
from kb.verify.figures import missing
from kb.verify.modality import turned
from kb.verify.moulds import recast, reworded
from kb.verify.names import strangers
from kb.verify.plain import plain
from kb.verify.said import is_verbatim, without_source
from kb.verify.subjects import mistaken
from kb.verify.tables import with_units

__all__ = ["exact", "unsupported"]


def exact(citation: Citation, texts: Mapping[tuple[str, str], str]) -> bool:
    """Whether the quote is the very slice it claims. ``texts`` maps (policy_id, revision) to the document's text."""
    text = texts.get((citation.policy_id, citation.revision))
    return text is not None and bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def unsupported(sentence: AnswerSentence, citations: Sequence[Citation]) -> list[str]:
    """What a sentence says that its citations do not hold, as written or in words; empty when fine."""
    cited = [c for c in citations if c.n in sentence.citations]
    if not cited:
        return [sentence.text]
    quotes = [plain(with_units(c.quote)) for c in cited]
    heads = [plain(f"{c.title}\n{c.doc_number or ''}\n{c.section or ''}") for c in cited]
    faults = missing(plain(sentence.text), "\n".join([*quotes, *heads]))
    text = without_source(sentence.text)
    if faults or sentence.derived or is_verbatim(text, [c.quote for c in cited]):
        return faults
    text = plain(text)
    as_written = list(dict.fromkeys([*quotes, *(plain(c.quote) for c in cited)]))
    return [
        *misbound(text, quotes, heads),
        *recast(text, as_written),
        *reworded(text, as_written),
        *mistaken(text, quotes),
        *turned(text, quotes),
        *strangers(text, quotes, heads),
    ]
