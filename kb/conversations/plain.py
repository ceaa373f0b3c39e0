"""Answers as plain text, to be pasted anywhere: the sentences, then the numbered sources."""

from __future__ import annotations

from kb.conversations.model import Turn, TurnState
from kb.model import Answer, Citation

UNANSWERED = {
    TurnState.ASKED: "正在回答。",
    TurnState.STOPPED: "已停止，没有回答。",
    TurnState.LOST: "没有答完：程序中途停了。",
    TurnState.FAILED: "没有回答。",
}


def plain_answer(answer: Answer) -> str:
    """An answer with its sources and warnings."""
    lines = said(answer)
    if answer.citations:
        lines += ["", "依据：", *(source(c) for c in answer.citations)]
    return "\n".join([*lines, *(f"注意：{w}" for w in answer.warnings)])


def said(answer: Answer) -> list[str]:
    """How the question was read where that is not as typed, and the sentences or the refusal, a line each."""
    read = [f"按“{answer.understood}”理解。"] if answer.understood else []
    if answer.abstained:
        return [*read, f"无法回答。{answer.reason or '没有找到依据。'}"]
    return [*read, *(s.text + "".join(f"[{n}]" for n in s.citations) for s in answer.sentences)]


def source(citation: Citation) -> str:
    """``[1] 《标题》（文号），章节：“引文”`` on one line."""
    return f"[{citation.n}] {named(citation)}：“{' '.join(citation.quote.split())}”"


def named(citation: Citation) -> str:
    """``《标题》（文号），章节``."""
    title = citation.title if citation.title.startswith(("《", "（")) else f"《{citation.title}》"
    number = f"（{citation.doc_number}）" if citation.doc_number else ""
    return title + number + (f"，{citation.section}" if citation.section else "")


def plain_turn(turn: Turn) -> str:
    """A turn: the question, then the answer or why there is none."""
    if turn.answer is not None:
        return f"问：{turn.question}\n{plain_answer(turn.answer)}"
    return f"问：{turn.question}\n{turn.problem or UNANSWERED[turn.state]}"
