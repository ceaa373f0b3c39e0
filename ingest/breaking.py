"""Where a line may be broken: what stands at the head of one and could not stand at the end of the one before it."""

from __future__ import annotations

import re

#: Opening marks go with what they open, closing ones with what they close; a number or word is not parted, nor is the
#: bracketed year of a 文号: 〔2031〕5号, “创客”, 2400人次, 行。
_PIECE = re.compile(
    r"[（(《〈“‘「『【〔\[]*"
    r"(?:[A-Za-z0-9.,:/%+\-–~〔〕\[\]]+|.)"
    r"[，。；：！？、,;:!?）)》〉”’」』】〕\]%％…]*"
)


def unbroken_head(text: str) -> str:
    """The piece at the head of a line that moves to the next line as a whole."""
    match = _PIECE.match(text.lstrip())
    return match.group() if match else ""
