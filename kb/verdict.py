"""The judge's say on the passages that rank best: they are put in order anew by both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.judge import Judging
from kb.passage import Passage
from kb.tabular import row_in_words

JUDGED = 4  # passages shown to the judge: what stands further down hardly ever answers, and each takes time
LEAST_SHARE = 1e-12
#: Fitted on our development questions for a judge trained by ``python -m eval train``.
USUAL: Mapping[str, float] = {"prior": 0.42, "logit": 0.35}


def judged(
    question: str, ranked: Sequence[Passage], judge: Judging | None, weights: Mapping[str, float]
) -> list[Passage]:
    """The passages, best first: those shown to the judge by ``prior * log share + logit * its logit``.

    The others stand behind them, without a share. Without a judge everything stays as it is; without ``weights`` of
    its own (``python -m eval tune --only judge``) the usual ones are taken.
    """
    if judge is None or not ranked:
        return list(ranked)
    weights = weights or USUAL
    top = ranked[:JUDGED]
    logits = judge.logits(question, [(context_of(p), text_of(p)) for p in top])
    scores = [
        weights.get("prior", 1.0) * math.log(max(p.share, LEAST_SHARE)) + weights.get("logit", 0.0) * logit
        for p, logit in zip(top, logits, strict=True)
    ]
    most = max(scores)
    raised = [math.exp(s - most) for s in scores]
    total = sum(raised)
    shared = [replace(p, share=r / total, logit=x) for p, r, x in zip(top, raised, logits, strict=True)]
    shared.sort(key=lambda p: (-p.share, p.view.document.policy_id, p.start))
    return [*shared, *(replace(p, share=0.0) for p in ranked[JUDGED:])]


def context_of(passage: Passage) -> str:
    """What stands above a passage: its document's title and the headings."""
    view = passage.view
    section = view.section(passage.evidence.sentence)
    return " ".join(part for part in (view.document.title, section.path if section else None) if part)


def text_of(passage: Passage) -> str:
    """The passage's own words; a table's row with the heads of its columns."""
    document = passage.view.document
    row = row_in_words(document, passage.start, passage.end)
    return row or document.text[passage.start : passage.end]
