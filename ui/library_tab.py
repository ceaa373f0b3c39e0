"""The tab of the library: the frame. What stands in it is fetched by ``static/library.js`` for the page's address."""

from __future__ import annotations

from kb.base import KnowledgeBase
from kb.library import ANY_FLAG, FLAG, Wanted
from ui.library_state import address, toggled
from ui.markup import esc


def build_library(base: KnowledgeBase) -> None:
    """Lay the tab out in the Blocks that are being built."""
    import gradio as gr

    gr.HTML(frame(base.settings.max_file_mb), js_on_load=None, elem_id="library", elem_classes="paper")


def frame(max_mb: int) -> str:
    """The frame: upload, what became of uploads, what is removed, and the place of the documents."""
    flagged = esc(address(toggled(Wanted(), FLAG, ANY_FLAG)))
    return (
        '<div class="library"><div class="library-top"><h2>政策库</h2><div class="acts">'
        f'<a class="button" href="{flagged}" data-look>有质量标记的</a>'
        '<input type="file" id="library-files" multiple class="visually-hidden">'
        '<label class="button primary" for="library-files">上传文件</label></div></div>'
        f'<p class="hint upload-hint">可以一次选多个，也可以拖到这里。每个文件不超过 {max_mb} MB；'
        "支持 PDF、Word、WPS、OFD、网页、表格、图片、文本和 zip。</p>"
        f'<ul id="library-uploads" aria-live="polite" data-max="{max_mb}"></ul>'
        '<div id="library-told" role="status"></div><div id="library-removed"></div>'
        '<div id="library-body" aria-busy="true"><p class="hint">正在读取政策库……</p></div></div>'
    )
