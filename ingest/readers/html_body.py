"""Which part of a page is the document: known containers of government sites, else where its sentences are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.html_meta import attachments
from ingest.readers.html_tree import is_hidden

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Most telling first: the containers of the usual content systems, then names that other parts of a page have too.
SELECTORS = (
    *("#UCAP-CONTENT", "#zoom", "#zoomcon", "#js_content", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view"),
    *(".trs_paper_default", "#detailCon", "#info_cont", "#artibody", ".pages_content", ".article-content"),
    *(".article_content", ".content_article", ".zoom", ".zwxxgk_content", ".wz_content", ".xl-content"),
    *(".xxgk_content", ".news_content", ".detail_content", ".detail-content", ".view", "#mainText", "#article"),
    *("#content", ".newsMain", ".main-content", ".content", "article"),
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|head|header\w*|top\w*|foot\w*|copyright|crumbs?|breadcrumbs?|position|location|side\w*|"
    r"share\w*|search\w*|login|banner|links?|lang\w*|tool\w*|easybtn\w*|related|listbox|weixin|wechat)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。；，？！]")
_TOO_DEEP = frozenset({"p", "span", "font", "strong", "b", "td", "tr", "tbody"})
_NEARLY_ALL = 0.85
_MIN_CHARACTERS = 20
_ENOUGH = 0.35  # a page and its version for printing say everything twice


def body_nodes(tree: LexborHTMLParser) -> list[LexborNode]:
    """The nodes that hold the document, in order; the whole body where nothing stands out."""
    body = tree.body
    if body is None:
        return []
    sizes = _sizes(body)
    densest = _densest(body, sizes)
    wanted = sizes[densest.mem_id].prose
    for selector in SELECTORS:
        nodes = _distinct([n for n in body.css(selector) if not _hidden_above(n)])
        size = sum(len(_squash(n)) for n in nodes)
        if size >= _MIN_CHARACTERS and sum(sizes[n.mem_id].prose for n in nodes) >= wanted * _ENOUGH:
            return nodes
    _prune(densest, sizes)
    return [densest]


@dataclass(slots=True)
class _Size:
    """Characters below a node without white space, those of them in links, and the marks of sentences."""

    text: int = 0
    linked: int = 0
    marks: int = 0

    @property
    def prose(self) -> int:
        """Characters that stand in sentences and not in links: a menu scores 0."""
        return max(0, min(self.text - self.linked, self.marks * 40))


def _sizes(root: LexborNode) -> dict[int, _Size]:
    """The size of each element by ``mem_id``, carried from the text upwards: a page may be nested at will."""
    sizes = {root.mem_id: _Size()}
    stack = [(root, iter(root.iter(include_text=True)))]
    while stack:
        node, children = stack[-1]
        own = sizes[node.mem_id]
        child = next(children, None)
        if child is None:
            stack.pop()
            if node.tag == "a":
                own.linked = own.text
            if stack:
                above = sizes[stack[-1][0].mem_id]
                above.text, above.linked = above.text + own.text, above.linked + own.linked
                above.marks += own.marks
        elif child.tag == "-text":
            text = "".join((child.text_content or "").split())
            own.text, own.marks = own.text + len(text), own.marks + len(_SENTENCE.findall(text))
        elif child.tag != "-comment":
            sizes[child.mem_id] = _Size()
            stack.append((child, iter(child.iter(include_text=True))))
    return sizes


def _densest(body: LexborNode, sizes: dict[int, _Size]) -> LexborNode:
    """Go down from the body as long as one child holds nearly all the sentences."""
    node = body
    total = sizes[node.mem_id].prose
    if not total:
        return node
    while True:
        children = [c for c in node.iter() if c.mem_id in sizes and not is_hidden(c)]
        best = max(children, key=lambda c: sizes[c.mem_id].prose, default=None)
        if best is None or best.tag in _TOO_DEEP or sizes[best.mem_id].prose < total * _NEARLY_ALL:
            return node
        node = best


def _prune(node: LexborNode, sizes: dict[int, _Size]) -> None:
    """Take menus, links and footers out of a part of the page that was found by its sentences only."""
    prose = sizes[node.mem_id].prose
    for part in node.css("div, ul, ol, section, aside, form, table, p"):
        size = sizes[part.mem_id]
        named = _FURNITURE.search(f"{part.attributes.get('class') or ''} {part.attributes.get('id') or ''}")
        menu = size.linked > size.text * 0.7 and size.text > 4 and not attachments([part])
        if menu or (named and size.prose <= prose * 0.2):
            part.decompose()


def _distinct(nodes: list[LexborNode]) -> list[LexborNode]:
    """Outermost nodes only, and one of those that say the same (a page and its version for printing)."""
    kept: list[tuple[LexborNode, str]] = []
    for node in nodes:
        text = _squash(node)
        if not text or any(text in other for _, other in kept):
            continue
        kept = [(n, t) for n, t in kept if t not in text]
        kept.append((node, text))
    return [n for n, _ in kept]


def _hidden_above(node: LexborNode) -> bool:
    current: LexborNode | None = node
    while current is not None:
        if current.tag not in {"html", "-document"} and is_hidden(current):
            return True
        current = current.parent
    return False


def _squash(node: LexborNode) -> str:
    return "".join(node.text().split())
