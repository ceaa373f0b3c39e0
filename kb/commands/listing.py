"""``python -m kb list``: all documents."""

from __future__ import annotations

import argparse
from datetime import date

from kb.commands.common import Commands, add_common, print_json, printable, reading
from kb.commands.filters import day as parse_day
from kb.model import Status, to_json
from kb.validity import as_of_day

_OUT_OF_FORCE = (Status.EXPIRED, Status.REPEALED, Status.NOT_YET, Status.DRAFT)
#: What a list tells of a document.
FIELDS = (
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
    parser.add_argument("--as-of", type=parse_day, metavar="日期", help="按该日判断有效性，默认今天")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """List the documents, by id."""
    day = given.as_of or date.today()
    with reading(given) as view:
        headers = [as_of_day(header, day) for header in view.documents()]
    if given.json:
        print_json([{name: to_json(getattr(header, name)) for name in FIELDS} for header in headers])
        return 0
    for header in headers:
        dated = header.written_on or header.published_on or "日期不详"
        over = f"（{header.status.value}）" if header.status in _OUT_OF_FORCE else ""
        parts = (header.policy_id, header.kind.value, dated, header.title + over, header.doc_number or "")
        print(printable("  ".join(part for part in parts if part).replace("\n", " ")))
    print(f"共 {len(headers)} 个文件，{sum(header.chunks for header in headers)} 个片段。")
    return 0
