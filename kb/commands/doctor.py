"""``python -m kb doctor``: compare the stores, mend them from the catalog."""

from __future__ import annotations

import argparse

from kb.commands.common import Commands, add_common, open_base, print_json, printable
from kb.model import to_json


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("doctor", help="检查并修复知识库的各个存储")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Check and mend; 1 when something could not be mended."""
    from kb.doctor import examine
    from kb.llm.client import state_of
    from kb.llm.endpoint import endpoint_of

    with open_base(given) as base:
        checkup = examine(base.store, lambda: base.store.embed_missing(base.embedder))
        endpoint = endpoint_of(base.settings)
    if endpoint is not None:
        checkup.notes.append(state_of(endpoint))
    if given.json:
        print_json(to_json(checkup) | {"healthy": checkup.healthy})
        return 0 if checkup.healthy else 1
    dense = "未检查" if checkup.dense is None else f"{checkup.dense} 条"
    print(f"文件 {checkup.documents} 个，片段 {checkup.chunks} 个。")
    print(f"向量缓存 {checkup.vectors} 条，关键词索引 {checkup.words} 条，向量索引 {dense}。")
    for finding in checkup.findings:
        print(f"{'已修复' if finding.repaired else '未能修复'}：{finding.problem}（{finding.count}）")
    for note in checkup.notes:
        print(printable(f"说明：{note}"))
    print("一切正常。" if not checkup.findings else "已修复。" if checkup.healthy else "仍有问题，见上。")
    return 0 if checkup.healthy else 1
