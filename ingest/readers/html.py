"""HTML: the document of a page without its navigation, tables with merged cells repeated, what the page states."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.raw import RawDocument
from ingest.readers.build import Builder
from ingest.readers.encoding import Decoded
from ingest.readers.html_body import body_nodes
from ingest.readers.html_edges import without_furniture
from ingest.readers.html_meta import attachments, is_meta_table, labelled_values, page_meta
from ingest.readers.html_tree import Walker
from kb.errors import UnreadableFile

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_OUTSIDE = 5000  # characters kept of what a page says beside its document
_DROPPED = (
    "script, style, noscript, template, iframe, "
    ".share, .bdsharebuttonbox, .bshare-custom, .social-share, .qrcode, .ewm, .print-close, .print, .pagination, "
    ".breadcrumb, .crumb, .related, .xgwj, .footer, #footer, .foot"
)


def declared_charset(data: bytes) -> str | None:
    """The encoding an HTML or XML header names in the first kilobytes, if any."""
    found = _CHARSET.search(data[:8192])
    return found[1].decode("ascii") if found else None


def read_html(decoded: Decoded, path: str) -> RawDocument:
    """The document of a decoded page. Raises UnreadableFile if there is no text in it."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decoded.text)
    meta = page_meta(tree)
    for node in tree.css(_DROPPED):
        node.decompose()
    if tree.body is None:
        raise UnreadableFile(path, "网页里没有正文")
    nodes = body_nodes(tree)
    files = attachments(nodes)
    if files:
        meta["附件"] = "\n".join(files)
    builder = Builder("html", meta, ["encoding_damaged"] if decoded.damaged else [])
    _append_nodes(builder, nodes)
    builder.outside = "" if nodes[0].tag == "body" else " ".join(tree.body.text(separator=" ").split())[:_OUTSIDE]
    for name, value in labelled_values(tree.body).items():
        builder.meta.setdefault(name, value)
    if not builder.blocks:
        raise UnreadableFile(
            path, "网页里没有正文文字（内容可能由脚本加载）。请在浏览器里打开后另存为完整网页，或复制为 .docx"
        )
    raw = builder.finish()
    return replace(raw, blocks=without_furniture(raw.text, raw.blocks))


def read_fragment(markup: str, walker: Walker) -> None:
    """Append the content of HTML that stands inside another format (a table in Markdown)."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(markup).body
    if body is not None:
        walker.walk(body)


def _append_nodes(builder: Builder, nodes: list[LexborNode]) -> None:
    """The document's nodes as blocks; what they state in a metadata table goes to meta. The nodes leave the page."""
    walker = Walker(builder)
    for node in nodes:
        for table in node.css("table"):
            if is_meta_table(table):
                for name, value in labelled_values(table).items():
                    builder.meta.setdefault(name, value)
                table.decompose()
        walker.walk(node)
        if node.tag != "body":
            node.decompose()
