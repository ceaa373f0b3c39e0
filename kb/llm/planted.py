"""Text that was planted to steer a model: found, and made harmless before a model reads it.

A document is data. Marks that models take for turns of a conversation are broken up; a sentence that speaks to a
model, and what follows it in its paragraph, is left out of what the model reads, supports nothing the model says, and
is never repeated to the user in the model's words.
"""

from __future__ import annotations

import re
import unicodedata

from kb.text import fold, split_sentences, squash

_TURNS = re.compile(
    r"[<＜]\s*[|｜][^|｜<>＜＞\n]{0,40}[|｜]\s*[>＞](?:\s*(?:system|assistant|user|human|developer))?"
    r"|[<＜]/?(?:system|user|assistant|human|s|think|instructions?|tool_call)[>＞]"
    r"|\[/?INST\]|<<?/?SYS>>?|[<＜]/?资料[0-9a-f]*[>＞]"
    r"|^(?:\s*(?:#+\s*)?(?:system|assistant|user|human|developer)\s*(?:prompt|message)?\s*[:：])+",
    re.IGNORECASE | re.MULTILINE,
)
_MODEL = r"(?:大模型|语言模型|人工智能|机器人|助手|ai)"
_SAY = r"(?:回答|回复|答复|输出|声称|告诉|推荐)"
#: Read without white space, in simplified characters.
_CHINESE = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|不要遵守|抛开|跳过|推翻)[^。]{0,12}"
    r"(?:以上|以前|之前|此前|上面|前面|上述|先前|所有|全部|原有|系统)[^。]{0,12}"
    r"(?:指令|指示|提示词|提示|规则|设定|约束|要求)"
    rf"|你(?:现在|将|要|已经)?(?:是|扮演|充当|变成)[^。]{{0,16}}(?:{_MODEL}|模型|角色)"
    rf"|请你?(?:扮演|充当)[^。]{{0,16}}(?:{_MODEL}|模型|角色)"
    rf"|{_MODEL}(?:模型)?[，,：:]?(?:请|你|务必|只能|都要|都应)[^。]{{0,16}}{_SAY}"
    rf"|(?:读到|看到|处理|阅读)(?:这里|这段|此处|此文|本文|本段|本文件)[^。]{{0,8}}的?(?:{_MODEL}|模型)"
    rf"|{_MODEL}(?:模型)?在?(?:回答|作答|总结|引用)[^。]{{0,10}}时[，,]?(?:请|必须|务必|只能)"
    rf"|(?:从现在(?:起|开始)|接下来)[，,]?你[^。]{{0,16}}(?:{_SAY}|说|是)"
    rf"|你(?:必须|只能|只需|务必|应当|应该)[^。]{{0,10}}{_SAY}"
    rf"|(?:无论|不管)[^。]{{0,12}}(?:问|用户)[^。]{{0,12}}(?:都|一律|只)[^。]{{0,8}}(?:{_SAY}|说)"
    r"|不要(?:告诉|提醒)(?:用户|提问者)"
    r"|在?(?:回答|回复|答案)的?(?:末尾|结尾|开头|最后)[，,]?[^。]{0,6}(?:加上|附上|写上|插入|输出)"
    r"|请(?:直接|只|一律)?(?:回答|输出|回复)(?:用户)?[:：“\"「『]"
    r"|(?:新的?|真正的?|隐藏的?)(?:系统)?(?:指令|提示词)(?:是|为|如下|[:：])"
    r"|系统(?:提示词?|指令|消息)[:：]|(?:开发者|越狱|无限制)模式"
    r"|(?:输出|泄露|显示|给出|告诉我|打印|复述)[^。]{0,12}(?:系统提示|提示词|密钥|apikey|api_key|口令)"
)
#: Read with single spaces, in lower case.
_ENGLISH = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass) (?:\w+ ){0,4}?"
    r"(?:previous|above|prior|earlier|preceding|everything|instructions?|rules|prompts?|guidelines)\b"
    r"|\byou (?:are|must|will|should) now\b"
    r"|\byou (?:must|should|will) (?:only |always )?(?:answer|say|reply|respond|output)\b"
    r"|\byou are (?:an? )?(?:\w+ )?(?:assistant|language model|ai|bot|dan)\b"
    r"|\bfrom now on,? (?:you|answer|respond|reply|only|always|say)\b"
    r"|\b(?:new|updated|real|hidden) (?:system )?(?:instructions?|prompt|task) ?:"
    r"|\b(?:system|developer) (?:prompt|message|override)\b"
    r"|\b(?:pretend to be|pretend you|act as (?:an?|the|if)|(?:respond|reply|answer) (?:only )?with)\b"
    r"|\bdo not (?:tell|mention|reveal|inform)\b|\b(?:tell|inform) the user\b"
    r"|\bwhen (?:asked|answering|summari[sz]ing)\b[^.]{0,40}\b(?:say|answer|respond|reply|output|state)\b"
    r"|\b(?:reveal|print|output|repeat|show) (?:me )?(?:your|the) (?:\w+ )?"
    r"(?:system|hidden|initial|api|prompt|instructions?|key)\b",
    re.ASCII,  # a Han character beside a word is not a part of it
)
_LEFT_OUT = "（此处略去与政策内容无关的文字）"


def is_planted(text: str) -> bool:
    """Whether a text speaks to a model."""
    seen = _without_unseen(text)
    return bool(_TURNS.search(seen) or _CHINESE.search(squash(seen)) or _ENGLISH.search(fold(seen)))


def harmless(text: str) -> str:
    """The text without what speaks to a model, and without marks of a conversation's turns."""
    text = _without_unseen(text)
    # A mark taken away may bring another to the start of its line.
    while (read := _TURNS.sub(" ", "".join(map(_line, text.splitlines(keepends=True))))) != text:
        text = read
    return text


def _line(line: str) -> str:
    """A line up to the first sentence that speaks to a model."""
    for start, end in split_sentences(line):
        sentence = line[start:end]
        if _CHINESE.search(squash(sentence)) or _ENGLISH.search(fold(sentence)):
            return f"{line[:start]}{_LEFT_OUT}{line[len(line.rstrip()) :]}"
    return line


def _without_unseen(text: str) -> str:
    """The text without characters that no reader sees, as they stand inside words to hide them."""
    return "".join(c for c in text if c.isascii() or unicodedata.category(c) != "Cf")
