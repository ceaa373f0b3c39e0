"""``python -m kb show POLICY_ID``: one document with all its fields."""

from __future__ import annotations

import argparse

from kb.commands.common import Commands, add_common, print_json, printable, reading, words
from kb.model import PolicyDocument, to_json
from kb.validity import as_of_today


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("show", help="显示一个文件的全部信息和正文")
    parser.add_argument("policy_id", type=words, metavar="编号", help="文件编号，见 python -m kb list")
    parser.add_argument("--revision", type=words, metavar="版本", help="引用里的版本号；缺省为当前版本")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Show the document."""
    with reading(given) as view:
        document = as_of_today(view.document(given.policy_id, given.revision))
    if given.json:
        values = to_json(document)
        order = ("policy_id", "revision", "title")
        first = {"policy_id": document.policy_id, "revision": document.revision, "title": document.title}
        print_json(first | {name: value for name, value in values.items() if name not in order})
        return 0
    print(printable(_text(document)))
    return 0


def _text(document: PolicyDocument) -> str:
    rows = (
        ("编号", document.policy_id),
        ("版本", document.revision),
        ("文种", document.kind.value),
        ("发文字号", document.doc_number),
        ("发文机关", document.issuer),
        ("成文日期", document.written_on),
        ("发布日期", document.published_on),
        ("施行日期", document.effective_from),
        ("失效日期", document.expires_on),
        ("有效性", document.status.value),
        ("摘自", document.digest_of),
        ("来源", "；".join(source.path for source in document.sources)),
        ("提示", "、".join(document.flags)),
    )
    head = [f"{name}：{value}" for name, value in rows if value]
    return "\n".join([document.display_title, *head, "", document.text])
