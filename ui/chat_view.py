"""The turns of a conversation as escaped HTML, with what can be done with each."""

from __future__ import annotations

from dataclasses import replace

from kb.conversations.model import LONGEST_FEEDBACK, Conversation, Turn, TurnState, Verdict
from kb.conversations.plain import UNANSWERED, plain_answer
from kb.model import Answer
from ui.answers import Loader, answer_body, evidence_cards, problem, sentences, turn, waiting
from ui.filters import described
from ui.markup import esc

PREPARING = "正在准备模型，第一次需要几秒钟……"
SEARCHING = "正在查找依据……"
_WRITING = "还在写……"
_ON_ANSWERS = (Verdict.WRONG_ANSWER, Verdict.WRONG_CITATION, Verdict.SHOULD_REFUSE)
_ON_REFUSALS = (Verdict.SHOULD_ANSWER, Verdict.WRONG_ANSWER)


def past(conversation: Conversation, load: Loader) -> str:
    """All turns but the last."""
    return "".join(shown(t, load, last=False) for t in conversation.turns[:-1])


def live(conversation: Conversation, load: Loader, *, ready: bool = True) -> str:
    """The last turn; nothing in a conversation without turns."""
    return shown(conversation.turns[-1], load, last=True, ready=ready) if conversation.turns else ""


def shown(asked: Turn, load: Loader, *, last: bool, ready: bool = True) -> str:
    """A turn as it is in the store."""
    if asked.state is TurnState.ASKED:
        return _frame(asked, waiting(SEARCHING if ready else PREPARING))
    if asked.answer is None:
        return _frame(asked, _unanswered(asked), foot=_foot(asked, last=last))
    cards = evidence_cards(asked.n, asked.answer.citations, load)
    return _frame(asked, answer_body(asked.n, asked.answer), cards, foot=_foot(asked, last=last))


def growing(asked: Turn, answer: Answer, load: Loader) -> str:
    """A turn whose answer still grows."""
    body = sentences(asked.n, answer.sentences) + waiting(_WRITING)
    return _frame(asked, body, evidence_cards(asked.n, answer.citations, load))


def offered(questions: tuple[str, ...]) -> str:
    """Questions to go on with, each a button."""
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" data-do="ask" data-question="{esc(q)}">{esc(q)}</button></li>' for q in questions
    )
    return f'<nav class="go-on" aria-label="接着问"><h3>接着问</h3><ul>{buttons}</ul></nav>'


def _frame(asked: Turn, body: str, evidence: str = "", *, foot: str = "") -> str:
    data = f'data-turn="{esc(asked.turn_id)}" data-state="{asked.state.value}"'
    return turn(asked.n, asked.question, described(asked.filters), body, evidence, foot=foot, data=data)


def _unanswered(asked: Turn) -> str:
    if asked.state is TurnState.FAILED:
        return problem(asked.problem or UNANSWERED[TurnState.FAILED])
    told = {TurnState.LOST: "没有答完：程序中途停了。问题还在，可以重试。", TurnState.STOPPED: "已停止。"}
    return f'<div class="notice unanswered" role="status"><p>{told[asked.state]}</p></div>'


def _foot(asked: Turn, *, last: bool) -> str:
    """What can be done with a turn: copied, asked again, changed, remarked on."""
    acts = []
    if asked.answer is not None:
        copied = esc(plain_answer(replace(asked.answer, warnings=())))
        acts.append(f'<button type="button" data-copy="{copied}" title="复制回答和编号的出处">复制</button>')
    if last:
        acts += [
            _button(asked, "retry", "重试", "用同一个问题再答一次"),
            _button(asked, "edit", "编辑", "把问题放回输入框，改后再问"),
        ]
    remark = _remark(asked) if asked.answer is not None else ""
    return f'<div class="acts">{"".join(acts)}{remark}</div>' if acts or remark else ""


def _button(asked: Turn, do: str, word: str, title: str) -> str:
    return (
        f'<button type="button" data-do="{do}" id="{do}-{asked.n}" data-turn="{esc(asked.turn_id)}" '
        f'title="{title}">{word}</button>'
    )


def _remark(asked: Turn) -> str:
    """The form to say what is wrong, folded away; what was said stands on its fold."""
    said = asked.feedback
    offered_verdicts = _ON_REFUSALS if asked.answer and asked.answer.abstained else _ON_ANSWERS
    choices = "".join(
        f'<label><input type="radio" name="verdict" value="{v.value}" required'
        f"{' checked' if said and said.verdict is v else ''}>{v.value}</label>"
        for v in offered_verdicts
    )
    fold = f'<span class="thanks" role="status">谢谢，已记下：{said.verdict.value}</span>' if said else "回答有误？"
    return (
        f'<details class="remark" id="remark-{esc(asked.turn_id)}"><summary>{fold}</summary>'
        f'<form data-do="remark" data-turn="{esc(asked.turn_id)}">'
        f"<fieldset><legend>哪里不对？</legend>{choices}</fieldset>"
        f'<textarea name="text" rows="2" maxlength="{LONGEST_FEEDBACK}" aria-label="说明" '
        f'placeholder="可以写明正确的是什么、在哪份文件里（可不写）">{esc(said.text) if said else ""}</textarea>'
        '<p><button type="submit">提交</button>'
        '<span class="hint">连同问题、回答和所用的文件版本存在本机，不外传。</span></p>'
        "</form></details>"
    )
