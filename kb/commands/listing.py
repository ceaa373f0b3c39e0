"""``python -m kb list``: all documents."""

from __future__ import annotations

import argparse

from kb.commands.common import Commands, add_common, print_json, printable, reading
from kb.model import to_json
from kb.validity import as_of_today

_FIELDS = (
    "policy_id",
    "title",
    "doc_number",
    "issuer",
    "kind",
    "status",
    "written_on",
    "published_on",
    "source",
    "flags",
    "chunks",
)


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("list", help="列出知识库里的所有文件")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """List the documents, by id."""
    with reading(given) as view:
        headers = [as_of_today(header) for header in view.documents()]
    if given.json:
        print_json([{name: to_json(getattr(header, name)) for name in _FIELDS} for header in headers])
        return 0
    for header in headers:
        dated = header.written_on or header.published_on or "日期不详"
        parts = (header.policy_id, header.kind.value, dated, header.title, header.doc_number or "")
        print(printable("  ".join(part for part in parts if part).replace("\n", " ")))
    print(f"共 {len(headers)} 个文件，{sum(header.chunks for header in headers)} 个片段。")
    return 0
