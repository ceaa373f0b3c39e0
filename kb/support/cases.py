"""A sum that all get and a higher one for some: what the higher one asks for is asked of nobody for the first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model import Provision
from kb.support.clauses import BARS
from kb.support.pieces import STOP, pieces

_SUM = re.compile(r"\d[\d.]*\s*(?:万|亿)?元|\d[\d.]*\s*(?:%|％)")
#: What is had besides, and not instead
_BESIDES = re.compile(r"再|另|还可|额外|加发|叠加|增发|其中")
_SOME = re.compile(r"的(?=[，,])|，(?:每|按|给|补|奖|一次)")
_PLAIN = re.compile(
    r"^(?:标准[：为]?|补贴标准[。：]?)?(?:按)?每(?:招用|吸纳|新增)?(?:[1一]人|人|户|名|家|个)[^，。；]{0,8}\d"
)


def higher_cases(text: str, provision: Provision) -> Iterator[tuple[int, int]]:
    """The parts of a sentence that give some a higher sum than the part before them gives to all.

    每招用1人补贴1500元；招用残疾毕业生，每人补贴2000元: the second asks for what the first does not.
    """
    base = False
    last = -1
    for start, end in pieces(text, provision.start, provision.end, STOP):
        said = text[start:end]
        same = text[last:start].strip(" \u3000") in ("；", ";") if last >= 0 else False
        if base and same and _SUM.search(said) and _SOME.search(said) and not _BESIDES.search(said):
            if not BARS.search(said):
                yield start, end
        else:
            behind = said.split("。")[-1]
            base = bool(_PLAIN.match(behind) and _SUM.search(behind) and not re.search("的[，,]|满", behind))
        last = end
