"""A follow-up said in full by a model, so that it can be asked alone; used only if it adds nothing of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from kb.errors import ModelUnavailable
from kb.llm.client import stream
from kb.llm.endpoint import Endpoint
from kb.llm.planted import harmless, is_planted
from kb.query import Query, analyse
from kb.text import find_quantities, squash

_RULES = (
    "把用户最后一个问题改写成不看前文也能懂的一个问题，只补上它省略的文件、事项、地区、年份，用前文里的原词，"
    "不回答，不解释，不添加前文没有的内容。用户换了话题或更正了说法时，以最后一个问题为准。只输出改写后的问题。"
)
_LONGEST = 200
_TURNS = 4
_SALIENT = 0.7


def rewritten(endpoint: Endpoint, question: str, history: Sequence[str]) -> str | None:
    """The question in full; None where the model gives none that can be used."""
    before = "\n".join(f"{i}. {harmless(turn)}" for i, turn in enumerate(history[-_TURNS:], 1))
    asked = f"前面的问题：\n{before}\n最后一个问题：{harmless(question)}"
    messages = ({"role": "system", "content": _RULES}, {"role": "user", "content": asked})
    try:
        with closing(stream(endpoint, messages)) as pieces:
            text = "".join(pieces)
    except ModelUnavailable:
        return None
    text = text.split("</think>")[-1].strip().strip("“”\"'").removeprefix("改写后的问题：").strip()
    return text if _usable(text, question, history) else None


def _usable(text: str, question: str, history: Sequence[str]) -> bool:
    """Whether a rewriting is one line that names nothing the conversation did not, and keeps what was just said."""
    if not text or "\n" in text or len(text) > _LONGEST or is_planted(text):
        return False
    new, known = analyse(text), [analyse(turn) for turn in (question, *history)]
    if any(t.salience >= _SALIENT and t.text not in squash(text) for t in known[0].terms):
        return False  # it asks the question before once more
    return _named(new) <= {name for query in known for name in _named(query)} and _named(known[0]) <= _named(new)


def _named(query: Query) -> set[str]:
    """The figures, years, places, 文号 and titles of a question."""
    found = {f"{q.value.normalize()}{q.unit}" for q in find_quantities(query.text)}
    found |= {f"{year}年" for year in query.years} | {n.canonical for n in query.doc_numbers}
    return found | {squash(t) for t in query.titles} | {region.name for region in query.regions}
