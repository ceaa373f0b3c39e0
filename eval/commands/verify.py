"""``python -m eval verify``: faithful and corrupted sentences made from documents, and how verification judges them."""

from __future__ import annotations

import argparse

from eval.commands.common import count, path
from eval.dataset import corpus_of
from eval.errors import EvalError
from eval.model import Record
from eval.reading import Reading, read_records
from eval.verifying import cases, rates
from kb.commands.common import Commands, print_json


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("verify", help="用文件里的句子造出忠实的和改错的句子，看核对放过多少、拦下多少")
    parser.add_argument("--dataset", type=path, required=True, metavar="目录", help="BEIR 形式的文件夹，只用其中的文件")
    parser.add_argument("--each", type=count, default=200, metavar="句数", help="每种造多少句，默认 200")
    parser.add_argument("--seed", type=int, default=0, metavar="数", help="随机种子，默认 0")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Make the sentences, judge them, show the shares."""
    records: dict[str, Record] = {}
    read_records(corpus_of(given.dataset.absolute()), records, Reading())
    found = rates(list(cases(list(records.values()), given.each, given.seed)))
    if not found:
        raise EvalError(f"{given.dataset} 的文件里没有可用的句子。")
    if given.json:
        print_json({k: {"count": r.count, "share": r.share, "faithful": r.faithful} for k, r in found.items()})
        return 0
    for faithful, title in ((True, "忠实的句子，放行"), (False, "改错的句子，拦下")):
        print(title)
        for kind, rate in found.items():
            if rate.faithful is faithful:
                print(f"  {kind}  {rate.share:.3f}（{rate.count} 句）")
    return 0
