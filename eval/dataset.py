"""Reading BEIR-form folders: ``corpus.jsonl``, ``queries.jsonl`` (plain or .gz) and ``qrels.tsv``.

Text enters unchanged. What would make a mean silently wrong (duplicate ids, qrels of unknown documents, empty
texts, a single question) is refused with the places where it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.errors import DatasetInvalid, EvalError
from eval.model import Dataset, Question, Record
from eval.reading import Judgements, Reading, read_ids, read_qrels, read_questions, read_records, read_rows

_CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
_QRELS = ("qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv")
_NO_QRELS = (
    "请补上：每行 query-id、corpus-id、score，以制表符分隔；或用 --qrels 指定别处的文件。"
    "没有标注的，放一个空的 qrels.tsv，就不算检索名次。"
)


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


def load(selection: Selection) -> Dataset:
    """The set a selection names. Raises DatasetInvalid, or EvalError where a file is missing."""
    reading = Reading()
    records: dict[str, Record] = {}
    for folder in (selection.folder, *selection.noise):
        read_records(corpus_of(folder), records, reading)
    documents, lost = reading.digest.hexdigest(), reading.dropped
    questions = read_questions(_rows(selection, reading), reading)
    judgements = read_qrels(selection.qrels or _one_of(selection.folder, _QRELS, _NO_QRELS), reading)
    _check(questions if reading.dropped == lost else None, None if lost else records, judgements, reading)
    if reading.faults:
        raise DatasetInvalid(str(selection.folder), reading.faults)
    found = [replace(q, relevant=judgements.grades.get(q.question_id, {})) for q in questions.values()]
    chosen = sampled(found, selection.sample, selection.seed) if selection.sample else found
    if not chosen:
        raise EvalError(f"{selection.folder} 没有问题：queries.jsonl 是空的。请补充问题，每行一个。")
    if len(chosen) < 2 and not selection.single:
        raise EvalError(
            f"{selection.folder} 只有 {len(chosen)} 个问题，均值没有意义，也得不出区间和显著性。"
            '请补充问题；只想看一个问题的结果，用 python -m kb search "问题"，或加上 --single。'
        )
    reading.digest.update(f"{sorted(q.question_id for q in chosen)}".encode())
    name = selection.name or "+".join(p.resolve().name for p in (selection.folder, *selection.noise))
    return Dataset(name, records, tuple(chosen), reading.digest.hexdigest(), documents, _warnings(chosen))


def _rows(selection: Selection, reading: Reading) -> list[tuple[str, dict[str, Any]]]:
    """The rows of the questions, and of those added, each with the place where it stands."""
    path = selection.queries or _one_of(selection.folder, ("queries.jsonl", "queries.jsonl.gz"))
    rows = list(read_rows(path, reading))
    if selection.only and not selection.unanswerable:
        raise EvalError("--only 要和 --unanswerable 一起用：它选出加入的不可答问题。")
    kept = read_ids(selection.only) if selection.only else None
    lost = reading.dropped
    for extra in selection.unanswerable:
        refused = [(at, row) for at, row in read_rows(extra, reading) if kept is None or str(row["_id"]) in kept]
        rows += [(at, {"_id": row["_id"], "text": row["text"], "answerable": False}) for at, row in refused]
        if kept is not None:
            kept -= {str(row["_id"]) for _, row in refused}
    if reading.dropped == lost:
        reading.faults += [f"{selection.only} 里的编号 {i} 不在加入的问题里" for i in sorted(kept or ())]
    return rows


def sampled(questions: Sequence[Question], count: int, seed: int) -> list[Question]:
    """``count`` questions drawn by a hash of seed and id, half of them unanswerable as far as there are, in order."""
    drawn = sorted(questions, key=lambda q: hashlib.sha256(f"{seed}\0{q.question_id}".encode()).digest())
    answerable = [q for q in drawn if q.answerable]
    unanswerable = [q for q in drawn if not q.answerable]
    refused = min(len(unanswerable), max(count // 2, count - len(answerable)))
    chosen = {q.question_id for q in unanswerable[:refused] + answerable[: count - refused]}
    return [q for q in questions if q.question_id in chosen]


def _one_of(folder: Path, names: Iterable[str], mend: str = "") -> Path:
    wanted = tuple(names)
    if not folder.is_dir():
        raise EvalError(f"{folder} 不是文件夹。请给出含 corpus.jsonl、queries.jsonl 和 qrels.tsv 的文件夹。")
    for name in wanted:
        if (folder / name).is_file():
            return folder / name
    raise EvalError(f"{folder} 里没有 {' 或 '.join(wanted)}。{mend}")


def corpus_of(folder: Path) -> Path:
    """The documents of a folder: its own, else those of the folder above, which parts of one set share."""
    shared = folder.resolve().parent
    own = any((folder / name).is_file() for name in _CORPUS)
    return _one_of(shared if not own and any((shared / n).is_file() for n in _CORPUS) else folder, _CORPUS)


def _check(
    questions: Mapping[str, Question] | None,
    records: Mapping[str, Record] | None,
    judgements: Judgements,
    reading: Reading,
) -> None:
    """What the files say of one another. None stands for a file with faulty rows: what it lacks is not known."""
    for (question_id, record_id), where in judgements.places.items():
        if questions is not None and question_id not in questions:
            reading.faults.append(f"{where}：问题 {question_id} 不在 queries.jsonl 里")
        if records is not None and record_id not in records:
            reading.faults.append(f"{where}：文件 {record_id} 不在 corpus.jsonl 里（问题 {question_id}）")
    if records is None:
        return
    for question in (questions or {}).values():
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
    judged = [q.question_id for q in questions if not q.answerable and any(grade > 0 for grade in q.relevant.values())]
    said = []
    if questions and not answerable:
        said.append("问题全是不可答的：拒答指标要可答、不可答各半才能算，所以都没有。请补充可答的问题。")
    if unjudged:
        said.append(f"{unjudged} 个可答的问题没有标注相关文件，不计入检索指标。")
    if bare:
        said.append(f"{bare} 个可答的问题没有标准答案，不计入答案要点指标。")
    if judged:
        said.append(f"{len(judged)} 个不可答的问题标注了相关文件（例如 {judged[0]}），这些标注不用。")
    return tuple(said)
