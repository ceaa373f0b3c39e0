"""``python -m kb share``: the home's catalog and vectors, copied to a server for several machines to share."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kb.commands.common import Commands, add_common, print_json, printable
from kb.config import load_settings


def add_to(commands: Commands) -> None:
    """Add the command."""
    about = "把数据目录里的目录和向量缓存复制到设置 catalog（ZHICE_CATALOG）指的 PostgreSQL 数据库，供几台机器共用。"
    parser = commands.add_parser("share", help="把目录和向量缓存复制到 PostgreSQL，供几台机器共用", description=about)
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Copy."""
    from tqdm import tqdm

    from kb.backup.sharing import share, size_of

    settings = load_settings(home=given.home)
    shown: Any = tqdm(total=size_of(settings), desc="复制", file=sys.stderr, disable=not sys.stderr.isatty())
    try:
        copied = share(settings, shown.update)
    finally:
        shown.close()
    if given.json:
        print_json(copied)
        return 0
    count = f"文件 {copied.documents} 个，片段 {copied.chunks} 个，向量 {copied.vectors} 条"
    left = f"{settings.home / 'catalog.db'} 和 vectors.db 没有改动"
    print(printable(f"已复制到 {copied.place}：{count}。"))
    print(printable(f"{left}，设着 catalog 时不再使用；确认无误后可以移走。"))
    return 0
