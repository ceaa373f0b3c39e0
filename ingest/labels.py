"""Labels of a document's metadata as pages and digests state them (索引号, 文号, 发布机构 …), and table rows.

``FIELDS`` maps every known label to one field name, so that html meta, metadata tables, md front matter and
``标签：值`` lines are read by the same table; ``PAGE_LABELS`` are those a web page may state beside its document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.lines import is_org
from ingest.mapped import Mapped

_BY_FIELD = {
    "title": "标题 信息名称 文件名称 名称 公文标题 文件标题 ArticleTitle title Title dc.title",
    "kind": "类型 文种 文件类型 公文种类 kind",
    "category": "组配分类 主题分类 信息分类 主题词 分类 体裁分类 所属主题 公开类别 category",
    "doc_number": "文号 行政处罚决定书文号 发文字号 文件编号 发文文号 发文号 公文文号 发布文号 doc_number doc_no",
    "unified_number": "统一编号 规范性文件统一编号 登记编号 登记号",
    "index_number": "索引号 索引 信息索引 信息索引号 索取号 index_number",
    "issuer": "发布机构 发文机关 发布机关 发文单位 发布单位 发布部门 发文机构 公开主体 制发机关 制定机关 "
    "制表单位 作出处罚决定的机关名称 作出决定机关 issuer",
    "source": "来源 信息来源 文章来源 文件来源 ContentSource source",
    "written_on": "成文日期 作出处罚决定的日期 作出决定日期 成文时间 发文日期 制发日期 制表日期 签发日期 written_on",
    "printed_on": "印发日期 印发时间",
    "generated_on": "生成日期 生成时间",
    "published_on": "发布日期 发布时间 公开日期 公开时间 发文时间 公布日期 PubDate pubdate published_on date",
    "effective_from": "施行日期 实施日期 生效日期 施行时间 实施时间 生效时间 effective_from",
    "expires_on": "失效日期 失效时间 废止日期 有效期至 expires_on",
    "term": "有效期 有效期限",
    "validity": "有效性 时效性 时效 效力状态 文件状态 时效状态 公文时效 是否有效 status",
    "publicity": "公开方式 公开形式 公开范围 公开属性 公开类型 公开时限",
    "region": "地区 适用地区 地域 region",
    "audience": "主送 主送机关 recipients",
    "served": "服务对象",
    "signatory": "签发人 signatory",
    "editor": "责任编辑",
    "keywords": "关键词",
    "contact": "联系人 联系方式 联系电话 contact",
    "source_title": "原文标题 原文 原文名称 原标题 source_title digest_of",
    "source_doc_number": "原文文号 原文字号 source_doc_number",
    "source_date": "原文日期 原文成文日期 source_date",
    "source_issuer": "原文发布机关 原文发文机关 原文发布机构 source_issuer",
    "site": "SiteName",
    "code": "附加码",
    "provenance": "出处 原文出处 数据来源 说明",
}
FIELDS = {label: field for field, names in _BY_FIELD.items() for label in names.split()}
_HAN_LABEL = re.compile("[\u4e00-\u9fff]+")
#: Fields that a page never states of its document in its furniture: a telephone there is the site's own.
_NOT_BESIDE = {"region", "audience", "contact", "provenance"} | {f for f in _BY_FIELD if f.startswith("source_")}
_TOO_PLAIN = {"类型", "索引"}  # words of forms and menus
PAGE_LABELS = frozenset(
    label
    for label, field in FIELDS.items()
    if field not in _NOT_BESIDE and label not in _TOO_PLAIN and _HAN_LABEL.fullmatch(label)
)
#: What a line at the head of a document may state behind other words (``温政发〔2024〕1号　签发人：张三``).
_BESIDE_OTHERS = {"doc_number", "index_number", "issuer", "written_on", "published_on", "signatory"}
_LOWER = {label.lower(): field for label, field in FIELDS.items()}
_DECORATION = re.compile(r"[\s\u3000:：【】\[\]*]+")
_HAN_LABELS = "|".join(sorted((la for la in FIELDS if _HAN_LABEL.fullmatch(la)), key=lambda la: (-len(la), la)))
#: A value ends before the next label, be there a space between them (``来源：市府办 责任编辑：王``) or not
#: (``发文机关：市府办成文日期：2031-06-12``).
_PAIR = re.compile(
    r"(?P<label>[\u4e00-\u9fffA-Za-z_](?:[ \u3000]*[\u4e00-\u9fffA-Za-z_]){1,11})[ \u3000]*[：:]"
    r"(?P<value>(?:(?![ \u3000]+[\u4e00-\u9fff](?:[ \u3000]*[\u4e00-\u9fff]){1,7}[ \u3000]*[：:]"
    rf"|(?:{_HAN_LABELS})[：:]).){{0,200}})"
)
_INLINE = re.compile(
    rf"(?:^|(?<=[\s\u3000]))(?P<label>{_HAN_LABELS})[ \u3000]*[：:][ \u3000]*(?P<value>[^\s\u3000]{{1,60}})"
)
#: Fields that only a document's metadata has; a day is one in the company of others, but forms have it too, next to
#: what they say of a firm (名称, 类型, 地区, 联系人).
_OWN = {"doc_number", "index_number", "issuer", "source_title"}
_DAYS = {"published_on", "written_on", "generated_on"}
_OF_FORMS = {"title", "kind", "region", "contact", "audience", "served", "term"}
_TELLING = _OWN | _DAYS
_SEVERAL = 3


def field_of(label: str) -> str | None:
    """The field a label names, however it is decorated (``发文字号：``, ``【文 号】``); None for an unknown one."""
    bare = _DECORATION.sub("", label)
    return FIELDS.get(bare) or _LOWER.get(bare.lower())


def rows(text: str) -> list[tuple[str, str, int, int]]:
    """``标签：值`` pairs that make up a whole line: (label, value, start, end); empty if any part is none."""
    found: list[tuple[str, str, int, int]] = []
    if len(text) > 500 or not ("：" in text or ":" in text):
        return found
    at = 0
    for match in _PAIR.finditer(text):
        if text[at : match.start()].strip() or field_of(match["label"]) is None:
            return []
        found.append((_DECORATION.sub("", match["label"]), match["value"].strip(), match.start(), match.end()))
        at = match.end()
    return found if found and not text[at:].strip() else []


def beside(line: str) -> list[tuple[str, str]]:
    """Labels with their values that stand behind other words of a line at the head of a document.

    A line of labels alone is none: whether it is the document's, its place says.
    """
    if rows(line):
        return []
    found = [(FIELDS[m["label"]], m["label"], m["value"]) for m in _INLINE.finditer(line[:300])]
    # A site's buttons run into the value: 市住建局【关闭窗口】, 市住建局点击量:294.
    return [(label, v) for field, label, v in found if field in _BESIDE_OTHERS and (field != "issuer" or is_org(v))]


def is_telling(label: str) -> bool:
    """Whether a label is one that only a document's metadata has."""
    return field_of(label) in _TELLING


def is_of_page(label: str) -> bool:
    """Whether a label is one by which a web page speaks of itself."""
    return field_of(label) == "index_number" or label in {"发布日期", "发布时间"}


def is_metadata(names: Sequence[str]) -> bool:
    """Whether labels are those of a document's metadata: several, and one that nothing else has."""
    fields = {field_of(name) for name in names}
    dated = fields & _DAYS and (len(fields & _DAYS) > 1 or fields - _DAYS - _OF_FORMS)
    return len(fields) >= 2 and bool(fields & _OWN or dated)


def is_metadata_table(names: Sequence[str], labelled: int, rows: int) -> bool:
    """Whether a table is one of metadata: most of its rows are label and value, or several are what only it has.

    ``names`` are the labels of its ``labelled`` rows; one must name the document itself.
    """
    fields = {field_of(name) for name in names}
    most = len(fields) >= 2 and labelled * 2 >= rows
    return bool(fields & _OWN) and (most or len(fields & _TELLING) >= _SEVERAL)


def pipe_cells(text: str) -> tuple[str, ...] | None:
    """The cells of a line drawn with ``|``; None for prose (a trailing pipe behind a long text is cut elsewhere)."""
    if "|" not in text and "｜" not in text:
        return None
    cells = tuple(c.strip() for c in re.split(r"[|｜]+", text))
    return tuple(c for c in cells if c)


def pairs(cells: Sequence[str]) -> list[tuple[str, str]] | None:
    """Cells as label and value pairs where every label is known and one is telling; None otherwise."""
    if len(cells) < 2 or len(cells) % 2:
        return None
    found = [(cells[i], cells[i + 1]) for i in range(0, len(cells), 2)]
    fields = [field_of(label) for label, _ in found]
    return found if all(fields) and not any(field_of(value) for _, value in found) else None


def locate(line: Mapped, cells: Sequence[str]) -> list[Mapped]:
    """Each cell as a slice of the row's line; a cell that does not stand there verbatim maps to the row's start."""
    found: list[Mapped] = []
    at = 0
    for cell in cells:
        cell = cell.strip()
        where = line.text.find(cell, at)
        if where < 0:
            where = line.text.find(cell)
        if where < 0:
            found.append(Mapped.inserted(" ".join(cell.split()), line.first))
            continue
        piece = line.slice(where, where + len(cell))
        breaks = [(m.start(), m.end(), " ") for m in re.finditer(r"\s*\n\s*", piece.text)]
        found.append(piece.edit(breaks) if breaks else piece)
        at = max(at, where + len(cell))
    return found


def distinct(cells: Sequence[Mapped]) -> list[Mapped]:
    """Cells without the repetitions of a merged one (the same slice of the row again)."""
    kept: list[Mapped] = []
    for cell in cells:
        if not (kept and kept[-1].text == cell.text and kept[-1].origin == cell.origin):
            kept.append(cell)
    return kept
