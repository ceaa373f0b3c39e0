"""Elements of WordprocessingML that python-docx has no words for: fonts for Chinese, rules, fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

#: 小标宋, 仿宋, 黑体, 楷体 by the names offices have them under, each with what stands in for it.
FONTS = {
    "方正小标宋简体": "小标宋体,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    "仿宋_GB2312": "仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
    "黑体": "SimHei,华文黑体,STHeiti,Noto Sans CJK SC",
    "楷体_GB2312": "楷体,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC",
    "宋体": "SimSun,华文宋体,STSong,Noto Serif CJK SC",
}
#: What XML cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rule(eighths: int) -> dict[str, str]:
    """The attributes of a rule so many eighths of a point thick."""
    return {"w:val": "single", "w:sz": str(eighths), "w:space": "0", "w:color": "000000"}


def child(parent: Any, tag: str, values: dict[str, str]) -> Any:  # noqa: ANN401 - elements of lxml
    """A new element at the end of another, its names with their prefixes (w:top)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in values.items():
        made.set(qn(name), value)
    parent.append(made)
    return made


def font(properties: Any, name: str, size: float) -> None:  # noqa: ANN401 - an rPr element
    """Font and size of a run for Chinese and other letters alike."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    from docx.shared import Pt

    properties.sz_val = Pt(size)
    if properties.find(qn("w:lang")) is None:  # which forms of the characters a stand-in font gives
        child(properties, "w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN"})


def name_fonts(document: Document) -> None:
    """List the fonts with what stands in for each, for machines that lack it."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from lxml import etree

    part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/fontTable")), None)
    if part is None:
        return
    root = etree.fromstring(part.blob)
    for name, others in FONTS.items():
        root.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
                '<w:family w:val="auto"/></w:font>'
            )
        )
    assert root.tag == qn("w:fonts")
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def safe(text: str) -> str:
    """The text with what XML cannot hold replaced by U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)
