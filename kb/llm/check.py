"""Whether a model's sentence may be shown: it cites what is there, and its citations hold what it says.

``kb.verify`` judges figures, duties and bodies. A model can also speak of things that no document mentions, so here
the words themselves must come from what is cited, addresses to the letter, and nothing may be turned by a 不 or a
最高 that no source has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.llm.planted import is_planted
from kb.llm.qualifiers import added
from kb.model import AnswerSentence, Citation
from kb.text import squash
from kb.text.lexicon import word_set
from kb.text.tokens import cut
from kb.verify import unsupported

_LONGEST = 400
#: Of 247 sentences that answer questions on guangan_policy_qa .98 have this share of their words in the passage they
#: rest on, .07 in the passage of another question.
LEAST_SHARE = 0.5
#: Names, addresses and accounts: invented ones lead a reader astray.
_LATIN = re.compile(r"[a-z][a-z0-9._%+@:/?&=#~-]{3,}")
_CONTENT = re.compile(r"[a-z\u3400-\u9fff]")


def may_be_shown(sentence: AnswerSentence, evidence: Sequence[Citation], question: str, fence: str) -> bool:
    """Whether a sentence cites evidence that is there, and says nothing its citations do not hold."""
    cited = [c for c in evidence if c.n in sentence.citations]
    if not cited or len(cited) < len(sentence.citations) or len(sentence.text) > _LONGEST:
        return False
    if fence.strip("<>") in sentence.text or is_planted(sentence.text):
        return False
    held = squash("\n".join(f"{c.quote}\n{c.title}\n{c.doc_number or ''}\n{c.section or ''}" for c in cited))
    if any(run.rstrip(".:/-") not in held + squash(question) for run in _LATIN.findall(squash(sentence.text))):
        return False
    if added(sentence.text, held):
        return False
    return share_held(sentence.text, held) >= LEAST_SHARE and not unsupported(sentence, evidence)


def share_held(text: str, held: str) -> float:
    """The share of a text's content words, by length, that stand in ``held`` (a search key); 0 for a text of none."""
    empty = word_set("stop") | word_set("generic")
    words = [squash(w) for w in cut(text) if len(w) > 1]
    words = [w for w in words if _CONTENT.search(w) and w not in empty]
    return sum(len(w) for w in words if w in held) / (sum(map(len, words)) or 1)
