"""The files of a BEIR folder, row by row: what a row must be, and where one that is not stands."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.model import Evidence, Question, Record

_HEADER = ("query-id", "corpus-id", "score")
_HIGHEST_GRADE = 1000
_EVIDENCE = ("policy_id", "quote", "occurrence")


@dataclass(slots=True)
class Reading:
    """Faults met so far, how many rows they left out, and the digest of what was read."""

    faults: list[str] = field(default_factory=list)
    dropped: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def drop(self, fault: str) -> None:
        """Leave a row out: what other files say of it must not be called a fault of theirs."""
        self.faults.append(fault)
        self.dropped += 1


@dataclass(slots=True)
class Judgements:
    """The qrels: ``grades`` by question and document, ``places`` where each stands."""

    grades: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)


def _lines(path: Path, reading: Reading) -> Iterator[tuple[int, str]]:
    """The lines of a file, plain or gzip, that are not blank, with their numbers; their bytes enter the digest."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as raw:
            for number, line in enumerate(raw, 1):
                if line.strip():
                    reading.digest.update(line.rstrip(b"\r\n") + b"\n")
                    yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise EvalError(f"{path} 不是 UTF-8 编码，请转换后重试。") from error
    except (OSError, EOFError, zlib.error) as error:
        raise EvalError(f"{path} 无法读取（{error}）。") from error


def read_rows(path: Path, reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects of a file, each with the place where it stands."""
    for number, line in _lines(path, reading):
        where = f"{path.parent.name}/{path.name} 第 {number} 行"
        try:
            row = json.loads(line)
            json.dumps(row, ensure_ascii=False).encode()  # lone surrogates could not be written again
        except (ValueError, RecursionError) as error:
            reading.drop(f"{where}：不是有效的 JSON（{error}）")
            continue
        if not isinstance(row, dict) or not identifier(row.get("_id")):
            reading.drop(f"{where}：应为含 _id 的对象，_id 不能为空、含空白或控制字符")
            continue
        if not isinstance(row.get("text"), str) or not row["text"].strip():
            reading.drop(f"{where}：{row['_id']} 的 text 是空的")
            continue
        yield where, row


def identifier(value: object) -> str | None:
    """An id as text: not empty, without white space, which TREC files cannot hold, or control characters."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if text and text.isprintable() and not any(c.isspace() for c in text) else None


def read_records(path: Path, records: dict[str, Record], reading: Reading) -> None:
    """Add the documents of a file to ``records``."""
    for where, row in read_rows(path, reading):
        record_id = str(row["_id"])
        if record_id in records:
            reading.faults.append(f"{where}：文件编号 {record_id} 重复")
        title = row.get("title") or ""
        records[record_id] = Record(record_id, title if isinstance(title, str) else str(title), row["text"])


def read_questions(rows: Iterable[tuple[str, dict[str, Any]]], reading: Reading) -> dict[str, Question]:
    """The questions of some rows, by id."""
    found: dict[str, Question] = {}
    for where, row in rows:
        question_id = str(row["_id"])
        if question_id in found:
            reading.faults.append(f"{where}：问题编号 {question_id} 重复")
        try:
            found[question_id] = _question(question_id, row)
        except (TypeError, ValueError) as error:
            reading.drop(f"{where}：{error}")
    return found


def _question(question_id: str, row: Mapping[str, Any]) -> Question:
    # YES and NO stand in no document: such gold says nothing of what an answer must quote.
    answers = () if row.get("yes_no") else _strings(row, "answers")
    kind = row.get("type") or row.get("category")
    context_id = identifier(row.get("context_id"))
    if row.get("context_id") is not None and context_id is None:
        raise ValueError("context_id 应为文件编号")
    if not isinstance(row.get("answerable", True), bool):
        raise ValueError("answerable 应为 true 或 false")
    return Question(
        question_id=question_id,
        text=row["text"],
        answers=answers,
        must=_strings(row, "must"),
        answerable=row.get("answerable", True),
        type=str(kind) if kind else ("是非" if row.get("yes_no") else None),
        evidence=tuple(_evidence(row.get("evidence"))),
        history=_strings(row, "history"),
        context_id=context_id,
        as_of=_day(row.get("as_of")),
    )


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError("as_of 应为日期，写作 2026-11-26") from error


def _strings(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ValueError(f"{name} 应为文字的列表")
    return tuple(v for v in value if v.strip())


def _evidence(value: object) -> Iterator[Evidence]:
    """A quote, a list of quotes, or a list of ``{"policy_id", "quote", "occurrence"}``."""
    for item in value if isinstance(value, list) else [value] if value else []:
        if isinstance(item, str):
            yield Evidence(item)
        elif isinstance(item, dict) and isinstance(item.get("quote"), str) and item["quote"]:
            if unknown := [str(key) for key in item if key not in _EVIDENCE]:
                raise ValueError(f"evidence 里有不认识的 {'、'.join(unknown)}，只能有 {'、'.join(_EVIDENCE)}")
            occurrence = item.get("occurrence")
            whole = isinstance(occurrence, int) and not isinstance(occurrence, bool)
            if occurrence is not None and (not whole or occurrence < 0):
                raise ValueError("evidence 的 occurrence 应为从 0 数起的整数")
            policy_id = identifier(item.get("policy_id"))
            if item.get("policy_id") is not None and policy_id is None:
                raise ValueError("evidence 的 policy_id 应为文件编号")
            yield Evidence(item["quote"], policy_id, occurrence)
        else:
            raise ValueError('evidence 应为文字，或 {"policy_id", "quote", "occurrence"} 的列表')


def read_qrels(path: Path, reading: Reading) -> Judgements:
    """Relevance by question and document; the header line is optional."""
    found = Judgements()
    for number, line in _lines(path, reading):
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if number == 1 and cells[:2] == _HEADER[:2]:
            continue
        where = f"{path.name} 第 {number} 行"
        if len(cells) != 3:
            reading.faults.append(f"{where}：应为三列（query-id、corpus-id、score），以制表符分隔")
            continue
        question_id, record_id, score = cells
        try:
            grade = int(score)
        except ValueError:
            reading.faults.append(f"{where}：score 应为整数，而不是 {score}")
            continue
        if abs(grade) > _HIGHEST_GRADE:
            reading.faults.append(f"{where}：score 应在 -{_HIGHEST_GRADE} 到 {_HIGHEST_GRADE} 之间")
            continue
        judged = found.grades.setdefault(question_id, {})
        if judged.get(record_id, grade) != grade:
            reading.faults.append(f"{where}：{question_id} 与 {record_id} 的 score 前后不同")
        judged[record_id] = grade
        found.places.setdefault((question_id, record_id), where)
    return found


def read_ids(path: Path) -> set[str]:
    """The ids of a file, one a line; what follows a tab, and lines that begin with #, are notes."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path} 无法读取（{error}）。") from error
    return {line.split("\t")[0].strip() for line in lines if line.strip() and not line.startswith("#")}
