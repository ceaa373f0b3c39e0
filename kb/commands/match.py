"""``python -m kb match --profile FILE``: which supports a person or company can claim, condition by condition."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from kb.commands.common import Commands, add_common, print_json, printable, reading, words
from kb.commands.filters import day
from kb.support.options import BY_REGION, BY_YEAR, SUFFIXES


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("match", help="按画像查找可以申请的扶持，逐条对照条件")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--profile", type=words, metavar="文件", help="画像：JSON 文件，或写着一句话的 .txt")
    asked.add_argument("--text", type=words, metavar="一句话", help="用一句话说明地区、主体、情况和想要的支持")
    parser.add_argument("--as-of", type=day, metavar="日期", help="按该日判断，默认取画像里的截至，再默认今天")
    parser.add_argument("--compare", choices=(BY_REGION, BY_YEAR), help="把想要的支持按地区或年度列在一起")
    parser.add_argument("-o", "--output", type=_output, metavar="文件", help="另存为 .xlsx 或 .docx")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Answer one profile."""
    # The desk's rules take longer to load than most commands take, so only its own command loads them.
    from kb.commands.profile import profile_in
    from kb.match import Understood, as_json, compare, comparison_text, match, read_sentence, text_of, write

    today = given.as_of or date.today()
    read = profile_in(Path(given.profile), today) if given.text is None else read_sentence(given.text, today)
    profile = read.profile if isinstance(read, Understood) else read
    left = read.left if isinstance(read, Understood) else ()
    as_of = given.as_of or profile.as_of or today
    with reading(given) as view:
        found = match(view, profile, as_of)
        table = compare(view, profile, as_of, given.compare) if given.compare else None
    if given.output:
        write(found, given.output, table)
    if given.json:
        print_json(as_json(found, table, left))
        return 0
    lines = [f"没有读懂的部分：{'；'.join(left)}"] if left else []
    lines.append(text_of(found))
    if table:
        lines += ["", comparison_text(table)]
    if given.output:
        lines.append(f"已写入 {given.output}")
    print(printable("\n".join(lines)))
    return 0


def _output(text: str) -> Path:
    """An argument that names a file to write."""
    path = Path(words(text))
    if path.suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"文件名应以 {' 或 '.join(SUFFIXES)} 结尾，而不是 {text}")
    return path
