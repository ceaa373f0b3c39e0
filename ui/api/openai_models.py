"""OpenAI's chat as far as it is understood here: what is asked, read from messages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.api.errors import ApiError, Fault
from ui.api.models import LONGEST_TEXT, MOST_TURNS, AskRequest

#: Names of models, with whether a language model may word the answers.
MODELS = {"zhice": True, "zhice-extractive": False}
_MOST_MESSAGES = 1000


class Part(BaseModel):
    """A part of a message; only text is understood."""

    type: str
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = None


class Message(BaseModel):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=1_000_000)] | list[Part] | None = None


class ChatRequest(BaseModel):
    """A request; what steers a language model (temperature and the like) is taken and has no effect."""

    model_config = ConfigDict(extra="ignore")
    model: str
    messages: list[Message] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool | None = False
    n: int | None = 1


def asked_in(chat: ChatRequest) -> AskRequest:
    """The question of a request, with those before it. Raises ApiError.

    As on the page, the questions before it are those that were answered; instructions to a model have no effect.
    """
    if chat.model not in MODELS:
        told = f"没有模型 {chat.model[:100]}。可用的模型：{'、'.join(MODELS)}。"
        raise ApiError(Fault(404, "model_not_found", told, {"param": "model"}))
    if chat.n not in (None, 1):
        raise ApiError(Fault(400, "unsupported_value", "n 只能是 1。", {"param": "n"}))
    last = chat.messages[-1]
    if last.role != "user":
        told = "最后一条消息应是用户的问题（role 为 user）。"
        raise ApiError(Fault(400, "invalid_value", told, {"param": "messages"}))
    turns = zip(chat.messages, chat.messages[1:], strict=False)
    before = [_text(message) for message, after in turns if message.role == "user" and after.role == "assistant"]
    history = [text[:LONGEST_TEXT] for text in before if text.strip()][-MOST_TURNS:]
    return AskRequest(question=_text(last)[:LONGEST_TEXT] or " ", history=history, model=MODELS[chat.model])


def _text(message: Message) -> str:
    if not isinstance(message.content, list):
        return message.content or ""
    if any(part.type != "text" for part in message.content):
        raise ApiError(Fault(400, "invalid_value", "消息里只能有文字（type 为 text）。", {"param": "messages"}))
    return "\n".join(part.text or "" for part in message.content)
