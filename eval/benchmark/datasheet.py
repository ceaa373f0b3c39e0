"""The tables of the set's datasheet: what documents and questions there are, by kind and family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from eval.benchmark.checks import HARD, NEAR, STYLES, TYPES
from eval.benchmark.documents import Entry
from eval.errors import EvalError

BEGIN, END = "<!-- 以下由 python -m eval benchmark datasheet 写出 -->", "<!-- 到此为止 -->"


def tables(
    manifest: Sequence[Entry], texts: Mapping[str, str], parts: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    """The tables in Markdown. ``texts`` are the documents' by id, ``parts`` the questions as written by part."""
    return "\n\n".join(
        (
            _documents(manifest, texts, [row for rows in parts.values() for row in rows]),
            _formats(manifest),
            _questions("题型", "type", TYPES, parts),
            _questions("问法", "style", STYLES, parts),
            _questions("不可答的原因", "near", NEAR, parts),
            _questions("难题靠什么分辨", "hard", HARD, parts),
            _questions("族", "family", sorted({e.family for e in manifest}), parts),
        )
    )


def with_tables(sheet: str, made: str, begin: str = BEGIN) -> str:
    """The datasheet with the tables between their two marks. Raises EvalError where it lacks one of them."""
    before, begun, rest = sheet.partition(begin)
    if not begun or END not in rest or BEGIN in rest.partition(END)[0]:
        raise EvalError(f"说明书里没有“{begin}”和“{END}”两行，不知道写在哪里。请先补上。")
    return f"{before}{begin}\n\n{made}\n\n{END}{rest.partition(END)[2]}"


def _documents(manifest: Sequence[Entry], texts: Mapping[str, str], questions: Iterable[Mapping[str, Any]]) -> str:
    """Per family: its documents, how many of them are evidence of some question, and their characters."""
    families = sorted({e.family for e in manifest})
    evidence = {e["policy_id"] for row in questions for e in row.get("evidence", [])}
    rows = []
    for family in families:
        own = [e for e in manifest if e.family == family]
        characters = sum(len(texts[e.record_id]) for e in own)
        kinds = "、".join(sorted({"摘要" if e.source else "虚构" for e in own}))
        used = sum(e.record_id in evidence for e in own)
        rows.append((family, str(len(own)), str(used), kinds, f"{characters:,}"))
    total = sum(len(texts[e.record_id]) for e in manifest)
    used = sum(e.record_id in evidence for e in manifest)
    last = ("合计", str(len(manifest)), str(used), "", f"{total:,}")
    return _table(("族", "文件", "作为依据", "性质", "字数"), [*rows, last])


def _formats(manifest: Sequence[Entry]) -> str:
    counted = Counter(PurePath(e.path).suffix for e in manifest)
    return _table(("格式", "文件"), [(suffix, str(count)) for suffix, count in counted.most_common()])


def _questions(head: str, name: str, values: Iterable[str], parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    counted = {part: Counter(str(row.get(name) or "") for row in rows) for part, rows in parts.items()}
    if name == "style":
        counted = {part: Counter(str(row.get(name, "书面")) for row in rows) for part, rows in parts.items()}
    rows = [(v, *(str(c[v]) for c in counted.values()), str(sum(c[v] for c in counted.values()))) for v in values]
    totals = [sum(c[v] for v in values) for c in counted.values()]
    last = ("合计", *map(str, totals), str(sum(totals)))
    return _table((head, *counted, "共"), [r for r in rows if r[-1] != "0"] + [last])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
