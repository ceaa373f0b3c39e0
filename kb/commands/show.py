"""``python -m kb show POLICY_ID``: one document with all its fields."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from kb.commands.common import Commands, add_common, print_json, printable, reading, words
from kb.commands.filters import day as parse_day
from kb.model import PolicyDocument, Relation, to_json
from kb.validity import amendments, as_of_day, coming_ending, decides, ending, named, replaced_by, told

_DECIDING = ("废止", "替代", "修订")


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("show", help="显示一个文件的全部信息和正文")
    parser.add_argument("policy_id", type=words, metavar="编号", help="文件编号，见 python -m kb list")
    parser.add_argument("--revision", type=words, metavar="版本", help="引用里的版本号；缺省为当前版本")
    parser.add_argument("--as-of", type=parse_day, metavar="日期", help="按该日判断有效性，默认今天")
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Show the document."""
    day = given.as_of or date.today()
    with reading(given) as view:
        document = as_of_day(view.document(given.policy_id, given.revision), day)
        current = document.revision == view.header(given.policy_id).revision
        relations = [r for r in view.relations(given.policy_id) if current or r.direction == "in"]
    if given.json:
        print_json(as_json(document, relations, day))
    else:
        print(printable(_text(document, relations, day)))
    return 0


def as_json(document: PolicyDocument, relations: Sequence[Relation], day: date) -> dict[str, Any]:
    """Every field of the document, and what the base knows of its relations to others."""
    values: dict[str, Any] = to_json(document)
    del values["affected_by"]  # they are among the relations
    first = {"policy_id": document.policy_id, "revision": document.revision, "title": document.title}
    successor = replaced_by(document, day)
    shown = [to_json(r) | {"decides": decides(document, r)} for r in relations]
    return first | values | {"relations": shown, "replaced_by": successor and _identified(successor)}


def _identified(relation: Relation) -> dict[str, str | None]:
    return {name: getattr(relation, name) for name in ("policy_id", "title", "doc_number", "date")}


def _text(document: PolicyDocument, relations: Sequence[Relation], day: date) -> str:
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
        ("有效性", _validity(document, day)),
        ("摘自", document.digest_of),
        ("来源", "；".join(source.path for source in document.sources)),
        ("提示", "、".join(document.flags)),
    )
    head = [f"{name}：{value}" for name, value in rows if value]
    links = _links(document, relations, day)
    return "\n".join([document.display_title, *head, *links, *_provisions(document), "", document.text])


def _provisions(document: PolicyDocument) -> Iterator[str]:
    """Supports and services with what the text says of each, in its words."""
    if document.provisions:
        yield "扶持和办事事项（由程序摘出，以正文为准）："
    for one in document.provisions:
        fields = (
            ("金额", one.amount),
            ("比例", one.rate),
            ("上限", one.cap),
            ("对象", one.audience),
            ("条件", "；".join(one.conditions)),
            ("材料", "；".join(one.materials)),
            ("流程", "；".join(one.procedure)),
            ("地点", one.window),
            ("电话", one.phone),
            ("时间", one.deadline),
        )
        yield f"  {one.benefit}（第 {one.start}–{one.end} 字）"
        yield from (f"    {name}：{value}" for name, value in fields if value)


def _validity(document: PolicyDocument, day: date) -> str:
    ended, coming = ending(document, day), coming_ending(document, day)
    if ended:
        return f"{document.status.value}，{told(ended)}"
    if coming:
        return f"{document.status.value}，{coming.date}起将被{named(coming)}{coming.relation}"
    return document.status.value


def _links(document: PolicyDocument, relations: Sequence[Relation], day: date) -> Iterator[str]:
    """Lines on amendments, successor, versions, and what is stated in which document."""
    yield from (f"修订：{told(amendment)}" for amendment in amendments(document, day))
    successor = replaced_by(document, day)
    if successor:
        yield f"替代它的文件：{named(successor)}［{successor.policy_id}］"
    if document.family:
        yield "各版本："
        yield from (f"  {v.date or '日期不详'}  {named(v)}［{v.policy_id}］" for v in document.family)
    for direction, heading in (("out", "引用："), ("in", "被引用：")):
        stated = [r for r in relations if r.direction == direction]
        if stated:
            yield heading
        for r in stated:
            about = f"（关于{r.through}）" if r.through and direction == "in" else ""
            mention = "" if direction == "out" or r.relation not in _DECIDING or decides(document, r) else "（仅提及）"
            place = f"［{r.policy_id or '未收录'}］{r.date or '日期不详'}"
            yield f"  {r.relation}{about}{mention}  {named(r)}{place}"
            yield f"    “{' '.join(r.quote.split())}”（{r.stated_in} 第 {r.start}–{r.end} 字）"
