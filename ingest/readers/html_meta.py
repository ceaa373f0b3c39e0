"""What a page states beside its text: ``<meta>``, title, the table of 索引号 and 文号, links to attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.readers.html_tree import cells_of, is_hidden, own_rows

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_LABEL_LINES = """
索引号 信息索引号 组配分类 主题分类 信息分类 体裁分类 分类 公文种类 文件类型 服务对象 主题词 关键词
发布机构 发文机关 发文机构 发文单位 发布单位 发布机关 发布部门 制定机关 信息来源 来源 责任编辑
生成日期 成文日期 发文日期 发布日期 发布时间 印发日期 生成时间 成文时间 公开日期
公开方式 公开形式 公开类型 公开时限 公开范围
文号 发文字号 文件编号 发文号 公文文号 统一编号 规范性文件统一编号 标题 名称 信息名称
有效性 时效性 公文时效 文件状态 时效状态 生效日期 实施日期 施行日期 失效日期 废止日期 失效时间
"""
LABELS = frozenset(_LABEL_LINES.split())
_META_NAMES = re.compile(
    r"(?:ArticleTitle|PubDate|ContentSource|ColumnName|ColumnType|SiteName|SiteDomain|Author|Keywords|Description|Url|"
    r"og:title|article:published_time)",
    re.IGNORECASE,
)
_ATTACHMENT = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|txt)(?:$|[?#])", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u3000\xa0\u200b]+")
_LABELLED = re.compile(r"^[【\[]?\s*([\u4e00-\u9fff\s\u3000\xa0]{2,16}?)\s*[】\]]?\s*[:：]\s*(\S.*)$", re.DOTALL)
_NEXT_LABEL = re.compile(r"\s+[【\[]?[\u4e00-\u9fff]{2,8}[】\]]?\s*[:：].*$", re.DOTALL)
_MAX_VALUE = 200


def page_meta(tree: LexborHTMLParser) -> dict[str, str]:
    """``<meta>`` statements by the name the page uses, ``title`` and the first ``h1``; the first non-empty one wins."""
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        _put(meta, name if _META_NAMES.fullmatch(name) else "", node.attributes.get("content") or "")
    title = tree.css_first("title")
    if title is not None:
        _put(meta, "title", title.text())
    for heading in tree.css("body h1"):
        if not re.search(r"[>＞»]|当前位置|所在位置|所在的位置", heading.text()):
            _put(meta, "h1", heading.text())
    return meta


def labelled_values(root: LexborNode) -> dict[str, str]:
    """Label -> value for the known labels of a metadata table, list or line (文号 | 温政办〔2025〕30号; 来源：市府办).

    ``root`` is a metadata table or the page without its document: there ``名称：`` and the like are not about the page.
    """
    meta: dict[str, str] = {}
    for row in root.css("tr"):
        for label, value in _row_pairs(row):
            _put(meta, label, value)
    for item in root.css("li, dl, p, span, div, td, em, b, strong, font"):
        text = item.text().strip()
        if text and len(text) <= _MAX_VALUE and not is_hidden(item):
            for label, value in _line_pairs(item, text):
                _put(meta, label, value)
    return meta


def is_meta_table(table: LexborNode) -> bool:
    """Whether a table is the page's statement of 索引号, 文号 and the like: three labels or more, most of its rows."""
    rows = own_rows(table)
    labelled = [list(_row_pairs(row)) for row in rows]
    names = {label for pairs in labelled for label, _ in pairs}
    return len(names) >= 3 and sum(map(bool, labelled)) * 2 > len(rows)


def attachments(roots: list[LexborNode]) -> list[str]:
    """Texts of the links to files, in order, each once."""
    found: list[str] = []
    for root in roots:
        for link in root.css("a[href]"):
            href = (link.attributes.get("href") or "").strip()
            text = _SPACES.sub(" ", link.text()).strip()
            if text and text not in found and (_ATTACHMENT.search(href) or re.match(r"附\s*件", text)):
                found.append(text)
    return found


def label_of(text: str) -> str | None:
    """The known label a text is (``索 引 号：`` is 索引号), else None."""
    name = _SPACES.sub("", text).strip("：:【】[]")
    return name if name in LABELS else None


def _row_pairs(row: LexborNode) -> Iterator[tuple[str, str]]:
    cells = [c.text() for c in cells_of(row)]
    position = 0
    while position < len(cells):
        label = label_of(cells[position])
        follows = cells[position + 1] if position + 1 < len(cells) else ""
        if label and position + 1 < len(cells) and label_of(follows) is None:
            yield label, follows
            position += 2
            continue
        inside = _LABELLED.match(cells[position].strip())
        if inside and (name := label_of(inside[1])) and len(cells[position]) <= _MAX_VALUE:
            yield name, inside[2]
        position += 1


def _line_pairs(item: LexborNode, text: str) -> Iterator[tuple[str, str]]:
    """``来源：市府办`` in one element, or a label in its first child and the value after it."""
    inside = _LABELLED.match(text)
    if inside and (name := label_of(inside[1])) and not _more_labels(inside[2]):
        yield name, inside[2]
        return
    children = [c for c in item.iter() if c.text().strip()]
    if len(children) == 2 and (name := label_of(children[0].text())):
        yield name, children[1].text()


def _more_labels(value: str) -> bool:
    return any(label_of(found) for found in re.findall(r"([\u4e00-\u9fff]{2,10})\s*[:：]", value))


def _put(meta: dict[str, str], name: str, value: str) -> None:
    value = _NEXT_LABEL.sub("", _SPACES.sub(" ", value)).strip(" |")
    if name and value and name not in meta:
        meta[name] = value
