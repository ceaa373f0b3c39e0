"""Text that was planted to steer a model: found, and made harmless before a model reads it.

A document is data. Marks that models take for turns of a conversation are broken up; sentences that speak to a model
are left out of what it reads, and are never repeated to the user as an answer.
"""

from __future__ import annotations

import re

from kb.text import split_sentences

_TURNS = re.compile(
    r"<\|[^|<>\n]{0,40}\|>|</?(?:system|user|assistant|s|think|instructions?)>|\[/?INST\]|<<?/?SYS>>?|<资料[0-9a-f]*>"
    r"|^\s*(?:#+\s*)?(?:system|assistant|user|human)\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_ORDERS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|抛开|跳过)[^。\n]{0,12}(?:以上|之前|此前|上面|前面|上述|先前|所有|全部|原有|系统)[^。\n]{0,12}"
    r"(?:指令|指示|提示|规则|要求|内容|设定|说明|约束)"
    r"|(?:你(?:现在)?(?:是|扮演|充当)|请?(?:扮演|充当))[^。\n]{0,16}(?:助手|模型|机器人|AI|人工智能|角色)"
    r"|(?:大模型|语言模型|AI|人工智能|机器人|助手)[^。\n]{0,12}(?:请|必须|应当|应|务必|只能|需要?)[^。\n]{0,12}"
    r"(?:回答|回复|输出|告诉|声称|写明|推荐|说)"
    r"|(?:输出|泄露|显示|给出|告诉我)[^。\n]{0,12}(?:系统提示|提示词|密钥|api\s*key|口令)"
    r"|ignore\s+(?:all\s+|any\s+)?(?:the\s+)?(?:previous|above|prior|earlier|preceding)\s+\w+"
    r"|disregard\s+(?:all\s+|any\s+)?(?:the\s+)?(?:previous|above|prior|earlier)"
    r"|you\s+are\s+(?:now\s+)?(?:an?\s+)?(?:\w+\s+)?(?:assistant|model|ai|bot|dan)\b"
    r"|(?:system|developer)\s+(?:prompt|message|override)"
    r"|(?:reveal|print|output|repeat)\s+(?:your|the)\s+(?:system|hidden|initial|api)",
    re.IGNORECASE,
)
_LEFT_OUT = "（此处略去一句与政策内容无关的文字）"


def is_planted(text: str) -> bool:
    """Whether a text speaks to a model."""
    return bool(_ORDERS.search(text) or _TURNS.search(text))


def harmless(text: str) -> str:
    """The text without sentences that speak to a model, and without marks of a conversation's turns."""
    out, last = [], 0
    for start, end in split_sentences(text):
        if _ORDERS.search(text[start:end]):
            out += [text[last:start], _LEFT_OUT]
            last = end
    return _TURNS.sub(" ", "".join([*out, text[last:]]))
