"""An answer worded by a model, sentence by sentence, each checked against what it cites before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date

from kb.draft import Draft
from kb.errors import ModelUnavailable
from kb.llm.check import may_be_shown
from kb.llm.client import stream
from kb.llm.endpoint import Endpoint
from kb.llm.planted import harmless
from kb.llm.prompt import REFUSAL, prompt
from kb.llm.sentences import Sentences
from kb.model import Answer, AnswerSentence

MODE = "model"
_FELL_BACK = "以下是直接摘自文件的回答"


@dataclass(slots=True)
class _Said:
    """What the model said so far: the sentences that hold, and how many do not."""

    good: list[AnswerSentence] = field(default_factory=list)
    withheld: int = 0
    first_withheld: bool = False
    refused: bool = False


def worded(question: str, draft: Draft, endpoint: Endpoint, as_of: date) -> Iterator[Answer]:
    """Answers that grow by a sentence that holds; the last is the whole one, with what the user must know of it.

    Where the model fails, refuses, or its first sentence does not hold, the last one is the extractive answer.
    """
    if not draft.evidence:
        yield draft.answer
        return
    asked = prompt(question, draft.evidence, draft.facts, as_of)
    read = [replace(c, quote=harmless(c.quote)) for c in draft.evidence]  # what was planted supports nothing
    said, cutter = _Said(), Sentences()

    def holds(sentence: AnswerSentence) -> bool:
        return may_be_shown(sentence, read, question, asked.fence)

    trouble = None
    try:
        with closing(stream(endpoint, asked.messages)) as pieces:
            for piece in pieces:
                for sentence in cutter.feed(piece):
                    if _take(said, sentence, holds):
                        yield _answer(question, said, draft, endpoint)
                if said.refused or said.first_withheld:
                    break
    except ModelUnavailable as error:
        trouble = str(error)
    for sentence in () if said.refused or said.first_withheld else cutter.rest(cut=trouble is not None):
        _take(said, sentence, holds)
    yield _last(question, said, draft, endpoint, trouble)


def _take(said: _Said, sentence: AnswerSentence, holds: Callable[[AnswerSentence], bool]) -> bool:
    """Keep a sentence if it holds; whether it does."""
    if not said.good and (sentence.text.startswith(REFUSAL) or (REFUSAL in sentence.text and not sentence.citations)):
        said.refused = True
        return False
    if any(sentence.text == s.text for s in said.good):
        return False  # a model that repeats itself
    if holds(sentence):
        said.good.append(sentence)
        return True
    said.withheld += 1
    said.first_withheld = said.first_withheld or not said.good
    return False


def _last(question: str, said: _Said, draft: Draft, endpoint: Endpoint, trouble: str | None) -> Answer:
    """The whole answer, or the extractive one with the reason."""
    if trouble is not None:
        return _fallen_back(draft, trouble)
    if said.refused:
        return _fallen_back(draft, f"模型 {endpoint.model} 认为依据不足，没有作答。")
    if said.first_withheld or not said.good:
        return _fallen_back(draft, f"模型 {endpoint.model} 的回答没有通过核对。")
    answer = _answer(question, said, draft, endpoint)
    if said.withheld:
        told = f"模型 {endpoint.model} 另有{said.withheld}句话没有通过核对，没有显示。"
        answer = replace(answer, warnings=(told, *answer.warnings))
    return answer


def _fallen_back(draft: Draft, why: str) -> Answer:
    told = f"{why.rstrip('。')}。{_FELL_BACK}。"
    return replace(draft.answer, warnings=(told, *draft.answer.warnings))


def _answer(question: str, said: _Said, draft: Draft, endpoint: Endpoint) -> Answer:
    """The sentences that hold as an answer, citations numbered in the order of their use."""
    order = list(dict.fromkeys(n for s in said.good for n in s.citations))
    number = {n: i for i, n in enumerate(order, 1)}
    by_number = {c.n: c for c in draft.evidence}
    cited = [by_number[n] for n in order]
    return Answer(
        question=question,
        sentences=tuple(AnswerSentence(s.text, tuple(number[n] for n in s.citations)) for s in said.good),
        citations=tuple(replace(c, n=number[c.n]) for c in cited),
        warnings=tuple(w for p in dict.fromkeys(c.policy_id for c in cited) for w in draft.cautions.get(p, ())),
        mode=f"{MODE}:{endpoint.model}",
    )
