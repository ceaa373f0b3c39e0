"""``python -m kb reply FILE -o out.docx``: a draft reply to a deputy's suggestion, with its check list."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.commands.common import Commands, add_common, open_base, print_json, printable, words, write_whole
from kb.commands.filters import day
from kb.config import Settings, load_settings
from kb.errors import KBError, UnreadableFile
from kb.model import to_json

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.reply import Check, Draft, DraftStore, Letter, LetterSettings

#: Gives the text of a file of any format; raises UnreadableFile.
ReadText = Callable[[Path, Settings], str]


def add_to(commands: Commands, read_text: ReadText) -> None:
    """Add the command; files are read by ``read_text``."""
    parser = commands.add_parser("reply", help="为代表建议、委员提案起草答复函，导出 .docx")
    parser.add_argument("file", nargs="?", metavar="建议文件", help="建议的 .docx、.pdf、.txt 等；- 为标准输入的文字")
    parser.add_argument("-o", "--out", metavar="文件", help="写出的 .docx；缺省只保存草稿")
    parser.add_argument("--clean", action="store_true", help="不带批注的清稿；缺省是带出处批注的审阅稿")
    parser.add_argument("--issuer", type=words, metavar="机关", help="发函机关全称，如 温州市科学技术局")
    parser.add_argument("--region", type=words, metavar="地区", help="发函机关所在地区；缺省由机关名称得出")
    parser.add_argument("--class", dest="result", choices=("A", "B", "C"), help="办理结果类别")
    parser.add_argument("--role", choices=("主办", "会办"), default="主办", help="主办（复）或会办（函），默认主办")
    parser.add_argument("--main-body", type=words, metavar="机关", help="会办时的主办单位")
    parser.add_argument("--number", type=words, metavar="文号", help="发文字号")
    parser.add_argument("--contact", type=words, metavar="姓名", help="联系人")
    parser.add_argument("--phone", type=words, metavar="电话", help="联系电话")
    parser.add_argument("--signed-on", type=day, metavar="日期", help="成文日期，如 2026-06-30")
    parser.add_argument("--copy-to", action="append", default=[], type=words, metavar="机关", help="抄送机关，可重复")
    parser.add_argument("--as-of", type=day, metavar="日期", help="按该日判断有效性，默认今天")
    parser.add_argument("--rephrase", action="store_true", help="由已设置的大模型润色句子，逐句核对，不过的保留原文")
    parser.add_argument("--drafts", nargs="+", metavar=("list|show|delete", "编号"), help="查看、打开、删除已存的草稿")
    add_common(parser)
    parser.set_defaults(run=lambda given: run(given, read_text))


def run(given: argparse.Namespace, read_text: ReadText) -> int:
    """Draft a reply, or look after the drafts."""
    if given.drafts:
        return _drafts(given)
    if not given.file:
        raise KBError("请写明建议的文件，如 python -m kb reply 建议.docx -o 答复.docx；查看草稿用 --drafts list。")
    _writable(given.out)
    from kb import reply

    settings = load_settings(home=given.home)
    suggestion = reply.read(_text(given.file, settings, read_text))
    with open_base(given) as base, reply.DraftStore(base.settings.home) as store:
        draft = reply.start(base, suggestion, _letter_settings(given), given.as_of)
        told: tuple[str, ...] = ()
        draft = reply.save(base, store, draft)  # before anything else can fail
        if given.rephrase:
            draft, told = reply.rephrased(base, draft)
            draft = reply.save(base, store, draft)
        return _shown(given, base, store, draft, told)


def _shown(
    given: argparse.Namespace, base: KnowledgeBase, store: DraftStore, draft: Draft, told: tuple[str, ...]
) -> int:
    from kb import reply

    letter = reply.letter_of(draft)
    checks = reply.check(base, draft, letter, store)
    if given.out:
        write_whole(Path(given.out), reply.export(letter, review=not given.clean))
    if given.json:
        print_json(as_json(draft, letter, checks))
    else:
        print(printable(_listing(draft, letter, checks, given.out, told)))
    return 0


def as_json(draft: Draft, letter: Letter, checks: tuple[Check, ...]) -> dict[str, Any]:
    """A draft as the command and the HTTP API give it."""
    values = to_json(draft)
    return {
        "draft_id": draft.draft_id,
        "saved_on": draft.saved_on,
        "as_of": draft.as_of,
        "suggestion": values["suggestion"],
        "settings": values["settings"],
        "evidence": values["sets"],
        "picks": values["picks"],
        "letter": {"text": letter.text, "gaps": list(letter.gaps)} | to_json(letter),
        "checks": to_json(checks),
    }


def _drafts(given: argparse.Namespace) -> int:
    from kb import reply

    what, ids = given.drafts[0], given.drafts[1:]
    if what not in ("list", "show", "delete") or (what == "list") == bool(ids) or len(ids) > 1:
        raise KBError("用法：--drafts list、--drafts show 编号、--drafts delete 编号。")
    with reply.DraftStore(load_settings(home=given.home).home) as store:
        if what == "delete":
            store.delete(ids[0])
            print(f"已删除草稿 {ids[0]}。")
            return 0
        if what == "list":
            rows = store.list()
            if given.json:
                print_json(rows)
            else:
                told = [f"{r.draft_id}  {r.saved_on}  {f'第{r.number}号 ' if r.number else ''}{r.title}" for r in rows]
                print(printable("\n".join(told) or "还没有草稿。"))
            return 0
        _writable(given.out)
        draft = store.load(ids[0])
        with open_base(given) as base:
            return _shown(given, base, store, draft, ())


def _listing(draft: Draft, letter: Letter, checks: tuple[Check, ...], out: str | None, told: tuple[str, ...]) -> str:
    problems = [c for c in checks if not c.ok]
    lines = [letter.text, "", f"核对清单（{len(checks)} 项，{len(problems)} 项待处理）"]
    lines += [f"{'通过' if c.ok else '注意'}  {c.name}：{c.why}" for c in checks]
    lines += ["", f"草稿已保存，编号 {draft.draft_id}。"]
    lines += [f"已写出 {out}。"] if out else []
    return "\n".join([*lines, *told])


def _letter_settings(given: argparse.Namespace) -> LetterSettings:
    from kb.reply import LetterSettings

    return LetterSettings(
        issuer=given.issuer,
        region=given.region,
        result=given.result,
        role=given.role,
        main_body=given.main_body,
        doc_number=given.number,
        contact=given.contact,
        phone=given.phone,
        signed_on=given.signed_on and given.signed_on.isoformat(),
        copies=tuple(given.copy_to),
    )


def _text(file: str, settings: Settings, read_text: ReadText) -> str:
    if file == "-":
        return sys.stdin.read()
    path = Path(file)
    if not path.is_file():
        raise UnreadableFile(file, "没有这个文件。请核对路径")
    return read_text(path, settings)


def _writable(out: str | None) -> None:
    """Refuse a place that cannot be written before the work is done."""
    if out is None:
        return
    path = Path(out)
    if path.suffix.lower() != ".docx":
        raise KBError(f"{out}：导出的文件名应以 .docx 结尾。")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise KBError(f"{out}：所在的文件夹不存在。请先建好文件夹，或换一个位置。")


def plain_text(path: Path, settings: Settings) -> str:
    """A text file in UTF-8, for callers without readers of other formats."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(str(path), "不是 UTF-8 文字文件") from error
