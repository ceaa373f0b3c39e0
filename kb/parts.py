"""Which parts of the product are at work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    """All are at work; an evaluation switches them off one at a time.

    ``spelling``: mistyped words of a question are put right. ``lane``: documents named by 文号 or title are looked up.
    ``lexical``, ``dense``: the legs of the search.
    ``rerank``: what they find is looked at more closely. ``timing``: what was not in force at the time asked about
    stands behind. ``judge``: a cross-encoder has its say on the best passages. ``gate``: answers need evidence that
    agrees. ``verify``: what its citations do not hold is not said.
    """

    spelling: bool = True
    lane: bool = True
    lexical: bool = True
    dense: bool = True
    rerank: bool = True
    timing: bool = True
    judge: bool = True
    gate: bool = True
    verify: bool = True
