"""A run somebody already has, in TREC's form: question, Q0, document, rank, score, tag."""

from __future__ import annotations

from pathlib import Path

from eval.errors import EvalError
from eval.model import Question, Span
from eval.ranking import order_by_score
from eval.systems import Context, Kind, SearchOnly


def kind(name: str) -> Kind:
    """The system of a ``.trec`` file."""
    path = Path(name)
    return Kind(
        name, "已有的 TREC 结果", lambda context: TrecFile(path, context), files=(path,), check=lambda: _check(path)
    )


class TrecFile(SearchOnly):
    """The documents of a run by score, as trec_eval orders them: the rank column is not looked at."""

    def __init__(self, path: Path, context: Context) -> None:
        self._ranked = {i: order_by_score(scored) for i, scored in _read(path).items()}

    def search(self, question: Question, k: int) -> list[Span]:
        """Whole documents; a question that is not in the run has none."""
        return [Span(policy_id) for policy_id in self._ranked.get(question.question_id, [])[:k]]


def _check(path: Path) -> None:
    """Raises EvalError for a file that cannot be used."""
    _read(path)


def _read(path: Path) -> dict[str, dict[str, float]]:
    """Scores by question and document. Raises EvalError for a file that cannot be read or has another form."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path} 无法读取（{error}）。") from error
    found: dict[str, dict[str, float]] = {}
    for number, line in enumerate(lines, 1):
        cells = line.split()
        if not cells:
            continue
        try:
            question_id, _, policy_id, _, score, _ = cells
            value = float(score)
        except ValueError as error:
            raise EvalError(f"{path} 第 {number} 行应为六列：问题 Q0 文件 名次 得分 名称。") from error
        if policy_id in found.setdefault(question_id, {}):
            raise EvalError(f"{path} 第 {number} 行：问题 {question_id} 的文件 {policy_id} 重复。")
        found[question_id][policy_id] = value
    return found
