"""One kind of support side by side, as an escaped HTML table."""

from __future__ import annotations

from kb.match import Cell, Comparison, Profile, others_of
from ui.markup import cite_link, esc
from ui.support_form import export_address
from ui.support_view import FILES, NOT_STATED, export_links


def comparison(table: Comparison, profile: Profile) -> str:
    """The table with its citations, and the way to have it as a file."""
    if not table.rows:
        return '<p class="none" role="status">没有可以对比的扶持。可以在“想要”里写一种扶持，如 租金补贴。</p>'
    heads = "".join(f'<th scope="col">{esc(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{esc(row.benefit)}</th>'
        + "".join(_cell(cell, table, name) for name, cell in zip(table.columns, row.cells, strict=True))
        + "</tr>"
        for row in table.rows
    )
    left = f'<p class="hint">没有列出：另有 {table.left_out} 种扶持。</p>' if table.left_out else ""
    links = [(export_address(profile, suffix, table.by), f"{name}（含对比）") for suffix, name in FILES]
    return (
        f'<div class="table" role="region" aria-label="按{esc(table.by)}对比" tabindex="0"><table class="comparison">'
        f'<thead><tr><th scope="col">扶持</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f"{left}{export_links(links, '')}"
    )


def _cell(cell: Cell | None, table: Comparison, column: str) -> str:
    if cell is None:
        return f'<td class="none" data-column="{esc(column)}">没有查到</td>'
    gets = "；".join(esc(" ".join(s.text.split())) for s in cell.gets) or NOT_STATED
    out = f'<span class="out">{esc(cell.out)}</span>' if cell.out else ""
    more = f'<span class="of">{others_of(cell)}</span>' if cell.others else ""
    title = f'<span class="of">《{esc(cell.title.strip("《》"))}》</span>'
    return (
        f'<td data-column="{esc(column)}"{" class=past" if cell.out else ""}><b>{gets}</b>'
        f"{cite_link(table.citations[cell.n - 1])}{title}{out}{more}</td>"
    )
