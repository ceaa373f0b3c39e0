"""``python -m kb ask "问题"``: an answer with its citations, or a refusal with its reason."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kb.commands.common import Commands, add_common, open_base, print_json, printable
from kb.commands.filters import add_filters, day, filters_of
from kb.errors import KBError, QuestionInvalid
from kb.model import Answer, Filters, to_json

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("ask", help="提问，得到逐句有出处的回答")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", metavar="问题")
    asked.add_argument("--batch", metavar="文件", help='每行一个 {"_id", "text"} 的 JSONL，- 为标准输入；配合 --json')
    parser.add_argument("--no-model", action="store_true", help="设了大模型也不用，只摘录原文")
    parser.add_argument("--as-of", type=day, metavar="日期", help="按该日判断有效性，默认今天")
    add_filters(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Answer one question, or each line of a file."""
    filters = filters_of(given)
    if given.batch is None:
        with open_base(given) as base:
            answer = base.ask(given.question, filters=filters, as_of=given.as_of, model=not given.no_model)
        if given.json:
            print_json(as_json(answer))
        else:
            print(printable(_text(answer)))
        return 0
    questions = list(_questions(given.batch))  # a faulty file is refused before the model is loaded
    with open_base(given) as base:
        faults = sum(not _one_of_many(base, question, filters, given) for question in questions)
    if faults:
        print(f"有 {faults} 个问题没有回答，原因见各行的 error。", file=sys.stderr)
    return 1 if faults else 0


def as_json(answer: Answer) -> dict[str, Any]:
    """An answer as the stable JSON of the command and of the HTTP API."""
    values = to_json(answer)
    names = ("abstained", "reason", "citations", "warnings", "mode", "understood", "timings_ms")
    return {"answer": answer.text} | {name: values[name] for name in names}


def _one_of_many(base: KnowledgeBase, question: dict[str, Any], filters: Filters, given: argparse.Namespace) -> bool:
    """Answer one line; a question at fault gets a line that says so, and the others go on."""
    result: dict[str, Any] = {"_id": question["_id"]}
    try:
        history = [turn for turn in question.get("history") or [] if isinstance(turn, str)]
        answer = base.ask(
            question["text"], filters=filters, as_of=given.as_of, history=history, model=not given.no_model
        )
        result |= as_json(answer)
    except QuestionInvalid as error:
        result["error"] = str(error)
    print(json.dumps(result, ensure_ascii=False), flush=True)
    return "error" not in result


def _questions(path: str) -> Iterator[dict[str, Any]]:
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    question = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise KBError(f"{path} 第 {number} 行不是 JSON：{error}。") from error
                if not isinstance(question, dict) or not isinstance(question.get("text"), str) or "_id" not in question:
                    raise KBError(f'{path} 第 {number} 行应为 {{"_id": …, "text": …}}。')
                if not isinstance(question.get("history") or [], list):
                    raise KBError(f"{path} 第 {number} 行的 history 应为之前各个问题的列表。")
                yield question
    except OSError as error:
        raise KBError(f"{path} 无法读取（{error.strerror}）。") from error
    except UnicodeDecodeError as error:
        raise KBError(f"{path} 不是 UTF-8 编码。") from error


def made_by(answer: Answer) -> str:
    """Who worded an answer, where a model did."""
    name = answer.mode.removeprefix("model:")
    return f"由模型 {name} 组织语言，逐句核对过依据。" if name != answer.mode else ""


def _text(answer: Answer) -> str:
    lines = [f"按“{answer.understood}”理解。"] if answer.understood else []
    lines.append(answer.text)
    if answer.citations:
        lines.append("\n依据：")
    for citation in answer.citations:
        number = f"（{citation.doc_number}）" if citation.doc_number else ""
        section = f" > {citation.section}" if citation.section else ""
        lines.append(f"[{citation.n}] {citation.title}{number}{section}\n    “{citation.quote.strip()}”")
    if answer.nearest:
        lines.append("\n最接近的文件：")
        lines += [f"  {header.title}（{header.policy_id}）" for header in answer.nearest]
    lines += [f"注意：{warning}" for warning in answer.warnings]
    lines += [made_by(answer)] if made_by(answer) else []
    return "\n".join(lines)
