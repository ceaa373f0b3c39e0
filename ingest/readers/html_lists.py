"""The numbers of ``<ol>`` lists, which a browser writes and the source does not hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.ordinals import ordinal

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]{0,80}?(?P<form>none|(?:lower|upper)-(?:alpha|latin|roman)|decimal)\b", re.IGNORECASE
)
_STYLES = {
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
}
#: What an author may have typed at the head of an item: 1. （一） 一、 ① 第一步
_TYPED = re.compile(
    r"\s*(?:\d{1,3}\s*[.．、)）](?!\d)|[（(〔]\s*[\d一二三四五六七八九十a-zA-Z]{1,3}\s*[)）〕]|[一二三四五六七八九十]{1,3}\s*[、.．]|"
    r"[①-⑳⑴-⒇⒈-⒛]|[a-zA-Z][.．、)）]|第[\d一二三四五六七八九十]{1,3}[步条章节项款类])"
)


@dataclass(slots=True)
class Numbering:
    """The counter of one list: the number of the next item, the step, and how it is written."""

    next: int
    step: int
    form: str

    @classmethod
    def of(cls, node: LexborNode) -> Numbering | None:
        """The numbering of an ``<ol>``; None where its items have none or have their own typed in."""
        attributes = node.attributes
        items = [child for child in node.iter() if child.tag == "li"]
        style = _STYLE.search(attributes.get("style") or "")
        form = style["form"].lower() if style else ""
        if form == "none" or not items or any(_TYPED.match(item.text()[:20]) for item in items[:3]):
            return None
        backwards = "reversed" in attributes
        start = _integer(attributes.get("start"))
        first = start if start is not None else len(items) if backwards else 1
        written = _STYLES.get(form) or _FORMS.get(attributes.get("type") or "", "decimal")
        return cls(first, -1 if backwards else 1, written)

    def of_item(self, item: LexborNode) -> str:
        """The number of the next item as written (``1.``); empty where the item shows none."""
        value = _integer(item.attributes.get("value"))
        number = self.next if value is None else value
        self.next = number + self.step
        style = _STYLE.search(item.attributes.get("style") or "")
        return "" if style and style["form"].lower() == "none" else f"{ordinal(number, self.form)}."


def _integer(text: str | None) -> int | None:
    bare = (text or "").strip()
    return int(bare) if re.fullmatch(r"-?\d{1,6}", bare) else None
