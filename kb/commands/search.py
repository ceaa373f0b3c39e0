"""``python -m kb search "问题"``: the chunks retrieved for a question."""

from __future__ import annotations

import argparse

from kb.commands.common import Commands, add_common, open_base, print_json, printable
from kb.commands.filters import add_filters, filters_of


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("search", help="检索与问题最相关的片段")
    parser.add_argument("question", metavar="问题")
    parser.add_argument("-k", type=_count, default=10, metavar="条数", help="最多返回多少条，默认 10")
    add_filters(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print the hits, best first."""
    filters = filters_of(given)
    with open_base(given) as base:
        hits = base.search(given.question, k=given.k, filters=filters)
    if given.json:
        print_json(
            [
                {
                    "policy_id": hit.chunk.policy_id,
                    "chunk_id": hit.chunk.chunk_id,
                    "title": hit.document.title,
                    "doc_number": hit.document.doc_number,
                    "section": hit.chunk.section,
                    "text": hit.chunk.text,
                    "score": hit.score,
                }
                for hit in hits
            ]
        )
        return 0
    for n, hit in enumerate(hits, 1):
        number = f"（{hit.document.doc_number}）" if hit.document.doc_number else ""
        section = f" > {hit.chunk.section}" if hit.chunk.section else ""
        print(printable(f"{n}. [{hit.score:.3f}] {hit.document.title}{number}{section}\n{hit.chunk.text.strip()}\n"))
    if not hits:
        print("没有找到相关内容。")
    return 0


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"条数应是 1 到 1000 的整数，而不是 {text}")
    return int(text)
