"""``python -m kb backup FILE`` and ``python -m kb restore FILE``: a home in one file, and back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kb.commands.common import Commands, add_common, print_json, printable, words
from kb.config import load_settings

_KEPT_OUTSIDE = "原件在数据目录以外的（ingest sync 的文件夹）不在备份里，请另行备份。"


def add_to(commands: Commands) -> None:
    """Add both commands."""
    parser = commands.add_parser(
        "backup",
        help="把数据目录备份成一个文件，网页开着也可以",
        description=f"把数据目录备份成一个文件。{_KEPT_OUTSIDE}",
    )
    parser.add_argument("file", type=_path, metavar="文件", help="写出的备份，例如 知策-2026-11-28.zip")
    parser.add_argument("--force", action="store_true", help="替换已有的同名文件")
    add_common(parser)
    parser.set_defaults(run=run_backup)
    parser = commands.add_parser("restore", help="从备份恢复数据目录", description="从备份恢复数据目录。")
    parser.add_argument("file", type=_path, metavar="文件", help="python -m kb backup 写出的备份")
    parser.add_argument("--force", action="store_true", help="换下已有内容的数据目录；恢复完成前旧的一直保留")
    parser.add_argument("--check", action="store_true", help="只核对备份是否完好，不恢复")
    add_common(parser)
    parser.set_defaults(run=run_restore)


def run_backup(given: argparse.Namespace) -> int:
    """Write the archive."""
    from kb.backup.gathering import size_of
    from kb.backup.making import back_up

    settings = load_settings(home=given.home)
    total = size_of(settings.home.resolve(), settings.cache) if settings.home.is_dir() else 0
    with _bar("备份", total) as progress:
        made = back_up(settings, given.file, replace=given.force, progress=progress)
    if given.json:
        print_json(
            {
                "file": str(given.file),
                "size": made.size,
                "documents": made.manifest.documents,
                "files": len(made.manifest.members),
                "left_out": made.left_out,
            }
        )
    else:
        count = f"{made.manifest.documents} 份文件、{len(made.manifest.members)} 个存储文件"
        print(printable(f"已备份到 {given.file}（{count}，{_shown(made.size)}）。里面可能有密钥，请妥善保管。"))
    if made.apart:
        print("说明：备份时有导入正在进行，备份的是当时已收录的部分。", file=sys.stderr)
    for path in made.left_out:
        print(printable(f"注意：没有备份 {path}（不是普通文件，或文件名不能用）。"), file=sys.stderr)
    return 0


def run_restore(given: argparse.Namespace) -> int:
    """Check the archive; unless that is all, put it in the place of the home."""
    from kb.backup.archive import open_archive
    from kb.backup.restoring import check, restore

    with open_archive(given.file) as archive:
        total = archive.manifest.size
    if given.check:
        with _bar("核对", total) as progress:
            manifest = check(given.file, progress)
        print(f"备份完好：{manifest.documents} 份文件，{manifest.made_at} 制作。")
        return 0
    home = _home(given.home)
    with _bar("恢复", total) as progress:
        done = restore(given.file, home, force=given.force, progress=progress)
    if given.json:
        told = {"documents": done.manifest.documents, "embedded": done.embedded, "missing": done.missing}
        print_json({"home": str(home), "made_at": done.manifest.made_at} | told)
        return 0
    print(printable(f"已恢复到 {home}：{done.manifest.documents} 份文件，{done.manifest.made_at} 的备份。"))
    if done.embedded:
        print(f"备份里缺少 {done.embedded} 条向量，已重新计算。")
    if done.missing:
        print(f"缺少 {done.missing} 条向量，模型现在不能用。模型可用后请运行 python -m kb doctor。", file=sys.stderr)
    return 0


def _home(given: str | None) -> Path:
    """Where to restore to; the settings file that is there now has no say, it may be what is broken."""
    from kb.config import Settings

    return Path(given) if given else Settings().home


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr if that is a terminal."""
    from tqdm import tqdm

    shown: Any = tqdm(
        total=total, desc=title, unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty()
    )
    try:
        yield shown.update
    finally:
        shown.close()


def _shown(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} KB"


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("文件名是空的")
    return Path(words(text))
