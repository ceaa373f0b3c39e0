"""A conversation as Markdown. What documents and readers wrote is shown letter by letter, never taken as markup."""

from __future__ import annotations

import re

from kb.conversations.model import Conversation, Turn
from kb.conversations.plain import UNANSWERED, named, said
from kb.model import Answer

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$&!^=])")
_LINE_START = re.compile(r"^([-+]|\d{1,9}[.)])(?=\s|$)", re.M)


def to_markdown(conversation: Conversation) -> str:
    """The title, the turns with their numbered sources, and what the file is."""
    turns = "\n\n".join(_turn(turn) for turn in conversation.turns)
    return (
        f"# {literal(conversation.title)}\n\n{turns}\n\n---\n\n由知策导出，{conversation.saved_on[:10]}。引文为原文。\n"
    )


def literal(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    escaped = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(lambda m: m[1][:-1] + "\\" + m[1][-1], escaped)


def _turn(turn: Turn) -> str:
    head = f"## {turn.n}. {literal(turn.question)}"
    if turn.answer is None:
        return f"{head}\n\n{literal(turn.problem or UNANSWERED[turn.state])}"
    return f"{head}\n\n{_answer(turn.answer)}"


def _answer(answer: Answer) -> str:
    parts = [literal(line) for line in said(answer)]
    if answer.citations:
        sources = (f"- \\[{c.n}\\] {literal(named(c))}\n\n  > {literal(c.quote)}" for c in answer.citations)
        parts += ["**依据**", "\n\n".join(sources)]
    return "\n\n".join([*parts, *(f"注意：{literal(w)}" for w in answer.warnings)])
