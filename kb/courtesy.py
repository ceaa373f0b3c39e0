"""What people say between their questions: thanks, greetings, assent, and questions to the one who answers.

None of it asks for anything that a document could say.
"""

from __future__ import annotations

import re

_SAID = (
    r"非常感谢|十分感谢|万分感谢|感谢(?:您|你|大家|帮助|解答|回复)*|多谢(?:了|您|你)?|谢谢(?:您|你|大家)?|谢啦|谢了|谢|辛苦(?:了|您|你)?|"
    r"(?:您|你|大家)好|早上好|上午好|中午好|下午好|晚上好|早安|晚安|哈[啰喽]|嗨|在吗|在不在|有人吗|"
    r"再见|拜拜|回见|下次(?:再)?(?:聊|问|见)|打扰(?:了|您|你)?|麻烦(?:了|您|你)|"
    r"好[的吧啦嘞呀啊]?|好好|行[了吧啊]?|可以了|没问题|没事(?:了|儿)?|没有(?:了|问题)|不用(?:了|谢)?|不客气|算了|就这样|就这些|"
    r"(?:我)?(?:知道|明白|清楚|了解|懂|晓得)(?:了|啦)?|收到|嗯+|哦+|噢+|喔+|啊+|唉+|呃+|额+|哈+|呵+|对(?:的|了|呀|啊)?|是(?:的|啊|呀)|没错|"
    r"太好了|太棒了|真不错|不错|厉害|真棒|很好|很有用|有帮助|原来如此|原来(?:是)?这样|这样啊|"
    r"ok|okay|thanks?|thankyou|hello|hi|hey|bye"
)
_TO_YOU = (
    r"(?:请问)?(?:你|您|你们)(?:到底|究竟)?(?:是|叫|属于)(?:谁|什么|哪个|哪家|什么名字|真人|人工|机器人|人|ai)[^，。？?！!]{0,6}|"
    r"(?:你|您|你们)(?:都)?(?:能|会|可以|可)(?:帮(?:我|忙))?(?:做|干|回答|答|查|问)?(?:些)?(?:什么|啥|哪些问题|哪些)(?:问题|事|事情)?|"
    r"(?:介绍|说说)一?下?(?:你|您)(?:自己)?|(?:你|您)(?:几岁|多大|贵姓|住哪)(?:了)?"
)
_PAUSES = re.compile(r"[\s，。！？、；：,.!?;:~～…“”\"'（）()\[\]\U0001F000-\U0001FAFF☀-➿️]+")
_ONLY = re.compile(rf"(?:(?:{_TO_YOU}|{_SAID})(?:了|啦|呀|啊|哦|吧|吗|呢|的|哈)*)*", re.IGNORECASE)


def is_courtesy(text: str) -> bool:
    """Whether a text (in simplified characters) is nothing but courtesy, assent or a question to who answers."""
    said = _PAUSES.sub("", text)
    return _ONLY.fullmatch(said) is not None if said else not re.search(r"[?？]", text)
