"""Reading BEIR-form folders: ``corpus.jsonl``, ``queries.jsonl`` (plain or .gz) and ``qrels.tsv``.

Text enters unchanged. What would make a mean silently wrong (duplicate ids, qrels of unknown documents, empty
texts, a single question) is refused with the places where it stands.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.errors import DatasetInvalid, EvalError
from eval.model import Dataset, Evidence, Question, Record

_HEADER = ("query-id", "corpus-id", "score")
_HIGHEST_GRADE = 1000
_QRELS = ("qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which set to read and what to add to it.

    ``noise`` are folders whose documents are added; ``queries`` and ``qrels`` replace the folder's own files;
    ``unanswerable`` are files of further questions that the documents do not answer, of which ``only`` (where given)
    keeps those ids; ``sample`` keeps so many questions, half of them unanswerable as far as there are any, the same
    ones for the same ``seed``. ``single`` allows a set of one question.
    """

    folder: Path
    name: str | None = None
    noise: tuple[Path, ...] = ()
    queries: Path | None = None
    qrels: Path | None = None
    unanswerable: tuple[Path, ...] = ()
    only: Path | None = None
    sample: int | None = None
    seed: int = 0
    single: bool = False


@dataclass(slots=True)
class _Reading:
    """Faults met so far, and the digest of what was read."""

    faults: list[str] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)


def load(selection: Selection) -> Dataset:
    """The set a selection names. Raises DatasetInvalid, or EvalError where a file is missing."""
    reading = _Reading()
    records: dict[str, Record] = {}
    for folder in (selection.folder, *selection.noise):
        _read_records(_one_of(folder, ("corpus.jsonl", "corpus.jsonl.gz")), records, reading)
    documents = reading.digest.hexdigest()
    path = selection.queries or _one_of(selection.folder, ("queries.jsonl", "queries.jsonl.gz"))
    rows = list(_read_rows(path, reading))
    if selection.only and not selection.unanswerable:
        raise EvalError("--only 要和 --unanswerable 一起用：它选出加入的不可答问题。")
    kept = _ids(selection.only) if selection.only else None
    for extra in selection.unanswerable:
        refused = [(at, row) for at, row in _read_rows(extra, reading) if kept is None or str(row["_id"]) in kept]
        rows += [(at, {"_id": row["_id"], "text": row["text"], "answerable": False}) for at, row in refused]
        if kept is not None:
            kept -= {str(row["_id"]) for _, row in refused}
    reading.faults += [f"{selection.only} 里的编号 {i} 不在加入的问题里" for i in sorted(kept or ())]
    questions = _questions(rows, reading)
    relevant = _read_qrels(selection.qrels or _one_of(selection.folder, _QRELS), reading)
    _check(questions, records, relevant, reading)
    if reading.faults:
        raise DatasetInvalid(str(selection.folder), reading.faults)
    found = [replace(q, relevant=relevant.get(q.question_id, {})) for q in questions.values()]
    chosen = sampled(found, selection.sample, selection.seed) if selection.sample else found
    if len(chosen) < 2 and not selection.single:
        raise EvalError(
            f"{selection.folder} 只有 {len(chosen)} 个问题，均值没有意义，也得不出区间和显著性。"
            '请补充问题；只想看一个问题的结果，用 python -m kb search "问题"，或加上 --single。'
        )
    reading.digest.update(f"{sorted(q.question_id for q in chosen)}".encode())
    name = selection.name or "+".join(p.resolve().name for p in (selection.folder, *selection.noise))
    return Dataset(name, records, tuple(chosen), reading.digest.hexdigest(), documents, _warnings(chosen))


def sampled(questions: Sequence[Question], count: int, seed: int) -> list[Question]:
    """``count`` questions drawn by a hash of seed and id, half of them unanswerable as far as there are, in order."""
    drawn = sorted(questions, key=lambda q: hashlib.sha256(f"{seed}\0{q.question_id}".encode()).digest())
    answerable = [q for q in drawn if q.answerable]
    unanswerable = [q for q in drawn if not q.answerable]
    refused = min(len(unanswerable), max(count // 2, count - len(answerable)))
    chosen = {q.question_id for q in unanswerable[:refused] + answerable[: count - refused]}
    return [q for q in questions if q.question_id in chosen]


def _one_of(folder: Path, names: Iterable[str]) -> Path:
    wanted = tuple(names)
    if not folder.is_dir():
        raise EvalError(f"{folder} 不是文件夹。请给出含 corpus.jsonl、queries.jsonl 和 qrels.tsv 的文件夹。")
    for name in wanted:
        if (folder / name).is_file():
            return folder / name
    raise EvalError(f"{folder} 里没有 {' 或 '.join(wanted)}。")


def _lines(path: Path, reading: _Reading) -> Iterator[tuple[int, str]]:
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


def _read_rows(path: Path, reading: _Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects of a file, each with the place where it stands."""
    for number, line in _lines(path, reading):
        where = f"{path.parent.name}/{path.name} 第 {number} 行"
        try:
            row = json.loads(line)
            json.dumps(row, ensure_ascii=False).encode()  # lone surrogates could not be written again
        except (ValueError, RecursionError) as error:
            reading.faults.append(f"{where}：不是有效的 JSON（{error}）")
            continue
        if not isinstance(row, dict) or not _id(row.get("_id")):
            reading.faults.append(f"{where}：应为含 _id 的对象，_id 不能为空、含空白或控制字符")
            continue
        if not isinstance(row.get("text"), str) or not row["text"].strip():
            reading.faults.append(f"{where}：{row['_id']} 的 text 是空的")
            continue
        yield where, row


def _id(value: object) -> str | None:
    """An id as text: not empty, without white space, which TREC files cannot hold, or control characters."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if text and text.isprintable() and not any(c.isspace() for c in text) else None


def _read_records(path: Path, records: dict[str, Record], reading: _Reading) -> None:
    for where, row in _read_rows(path, reading):
        record_id = str(row["_id"])
        if record_id in records:
            reading.faults.append(f"{where}：文件编号 {record_id} 重复")
        title = row.get("title") or ""
        records[record_id] = Record(record_id, title if isinstance(title, str) else str(title), row["text"])


def _questions(rows: Iterable[tuple[str, dict[str, Any]]], reading: _Reading) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for where, row in rows:
        question_id = str(row["_id"])
        if question_id in found:
            reading.faults.append(f"{where}：问题编号 {question_id} 重复")
        try:
            found[question_id] = _question(question_id, row)
        except (TypeError, ValueError) as error:
            reading.faults.append(f"{where}：{error}")
    return found


def _question(question_id: str, row: Mapping[str, Any]) -> Question:
    # YES and NO stand in no document: such gold says nothing of what an answer must quote.
    answers = () if row.get("yes_no") else _strings(row, "answers")
    kind = row.get("type") or row.get("category")
    context_id = _id(row.get("context_id"))
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
    )


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
            occurrence = item.get("occurrence")
            whole = isinstance(occurrence, int) and not isinstance(occurrence, bool)
            if occurrence is not None and (not whole or occurrence < 0):
                raise ValueError("evidence 的 occurrence 应为从 0 数起的整数")
            policy_id = _id(item.get("policy_id"))
            if item.get("policy_id") is not None and policy_id is None:
                raise ValueError("evidence 的 policy_id 应为文件编号")
            yield Evidence(item["quote"], policy_id, occurrence)
        else:
            raise ValueError('evidence 应为文字，或 {"policy_id", "quote", "occurrence"} 的列表')


def _read_qrels(path: Path, reading: _Reading) -> dict[str, dict[str, int]]:
    """Relevance by question and document; the header line is optional."""
    found: dict[str, dict[str, int]] = {}
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
        judged = found.setdefault(question_id, {})
        if judged.get(record_id, grade) != grade:
            reading.faults.append(f"{where}：{question_id} 与 {record_id} 的 score 前后不同")
        judged[record_id] = grade
    return found


def _check(
    questions: Mapping[str, Question],
    records: Mapping[str, Record],
    relevant: Mapping[str, Mapping[str, int]],
    reading: _Reading,
) -> None:
    """What the files say of one another."""
    for question_id, judged in relevant.items():
        if question_id not in questions:
            reading.faults.append(f"qrels 提到的问题 {question_id} 不在 queries.jsonl 里")
        reading.faults += [
            f"qrels 提到的文件 {record_id} 不在 corpus.jsonl 里（问题 {question_id}）"
            for record_id in judged
            if record_id not in records
        ]
    for question in questions.values():
        where = f"问题 {question.question_id}"
        if question.context_id and question.context_id not in records:
            reading.faults.append(f"{where} 的 context_id {question.context_id} 不在 corpus.jsonl 里")
        for evidence in question.evidence:
            if evidence.policy_id and evidence.policy_id not in records:
                reading.faults.append(f"{where} 的依据所指文件 {evidence.policy_id} 不在 corpus.jsonl 里")


def _warnings(questions: Sequence[Question]) -> tuple[str, ...]:
    answerable = [q for q in questions if q.answerable]
    unjudged = sum(not q.context_id and not any(grade > 0 for grade in q.relevant.values()) for q in answerable)
    bare = sum(not (q.answers or q.must) for q in answerable)
    said = []
    if unjudged:
        said.append(f"{unjudged} 个可答的问题没有标注相关文件，不计入检索指标。")
    if bare:
        said.append(f"{bare} 个可答的问题没有标准答案，不计入答案要点指标。")
    return tuple(said)


def _ids(path: Path) -> set[str]:
    """The ids of a file, one a line; what follows a tab, and lines that begin with #, are notes."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path} 无法读取（{error}）。") from error
    return {line.split("\t")[0].strip() for line in lines if line.strip() and not line.startswith("#")}
