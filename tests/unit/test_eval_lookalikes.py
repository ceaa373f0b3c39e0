"""Look-alikes that take the right document's place are counted, and runs become the datasheet's baselines."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from eval.benchmark.baselines import BEGIN, PartRun, lookalike_table, lookalike_tables, significance_table
from eval.benchmark.datasheet import END
from eval.benchmark.lookalikes import lookalikes
from eval.commands import main
from eval.comparison import Basis
from eval.dataset import Selection, load
from eval.environment import environment
from eval.model import Cited, Question, Result, Said, Span
from eval.runner import summarise
from eval.runs import ResultLog, RunConfig, RunFolder
from kb.config import load_settings
from tests.eval_sets import DOCUMENTS, QUESTIONS, write_set

FAMILIES = {"yunxi": "孵化器", "linhe": "孵化器", "zhufang": "住房", "peixun": "培训", "baitan": "孵化器"}
ANSWERABLE = Question("q", "？", relevant={"yunxi": 1, "linhe": 1})


def ranked(question_id: str, *documents: str, said: Said | None = None) -> Result:
    """A result with these documents in this order."""
    return Result(question_id, tuple(Span(d, 0, 5) for d in documents), said)


@pytest.mark.parametrize(
    ("found", "first", "above"),
    [
        (("linhe", "baitan"), 0.0, 0.0),
        (("baitan", "linhe"), 1.0, 1.0),
        (("zhufang", "baitan", "yunxi"), 0.0, 1.0),
        (("zhufang", "yunxi", "baitan"), 0.0, 0.0),
        (("zhufang", "baitan"), 0.0, 1.0),
        ((), 0.0, 0.0),
    ],
)
def test_a_look_alike_is_of_the_golds_family_and_before_all_of_the_gold(
    found: tuple[str, ...], first: float, above: float
) -> None:
    result = {"q": ranked("q", *found)}
    values = {"lookalike_first": first, "lookalike_above": above}
    assert lookalikes([ANSWERABLE], {}, result, FAMILIES) == {"q": values}


def test_only_questions_with_look_alikes_and_near_misses_that_are_answered_or_refused_count() -> None:
    alone = Question("alone", "？", relevant={"peixun": 1})
    refused, far, searched = (Question(i, "？", answerable=False) for i in ("refused", "far", "searched"))
    said = Said("没有。", abstained=True)
    results = {
        "alone": ranked("alone", "baitan"),
        "refused": ranked("refused", "baitan", said=said),
        "far": ranked("far", said=said),
        "searched": ranked("searched", "baitan"),
    }
    near = {"refused": "年份", "far": "范围外", "searched": "年份"}
    assert lookalikes([alone, refused, far, searched, ANSWERABLE], near, results, FAMILIES) == {
        "alone": {},
        "refused": {"near_miss_answered": 0.0},
        "far": {},
        "searched": {},
        "q": {"lookalike_first": 0.0, "lookalike_above": 0.0},
    }
    answered = {"refused": ranked("refused", said=Said("20万元。", abstained=False))}
    assert lookalikes([refused], near, answered, FAMILIES) == {"refused": {"near_miss_answered": 1.0}}


@pytest.fixture
def finished(tmp_path: Path) -> tuple[Path, Path]:
    """The set, and a run of it: one system that only searches and one that answers everything from a look-alike."""
    rows = [{**q, "near": "地区"} if q.get("answerable") is False else q for q in QUESTIONS]
    rows[0] = {**rows[0], "hard": "地点"}
    relevant = [("q1", "yunxi", 1), ("q2", "linhe", 1), ("q3", "zhufang", 1), ("q4", "peixun", 1)]
    folder = tmp_path / "set"
    part = write_set(folder / "dev", questions=rows, qrels=relevant)
    entries = {f"{d['_id']}.txt": {"id": d["_id"], "family": FAMILIES[d["_id"]], "invented": True} for d in DOCUMENTS}
    (folder / "manifest.json").write_text(json.dumps(entries), "utf-8")
    (folder / "README.md").write_text(f"# 基线\n\n{BEGIN}\n{END}\n完\n", "utf-8")
    dataset = load(Selection(part))
    config = RunConfig(Selection(part), ("bm25", "hybrid"), date(2031, 1, 1), digests={"dataset": dataset.digest})
    run = RunFolder(tmp_path / "run")
    run.begin(config, environment(load_settings(home=tmp_path / "home")) | {"commit": "abc"})
    quote = DOCUMENTS[0]["text"][:20]
    said = Said("每年补贴20万元。", abstained=False, citations=(Cited("yunxi", 0, 20, quote),))
    for name, answer in (("bm25", None), ("hybrid", said)):
        log = ResultLog(run.system(name))
        for question in dataset.questions:
            log.append(ranked(question.question_id, "yunxi", "linhe", "zhufang", "peixun", said=answer))
        log.close()
    summarise(run, config, dataset, lambda text: None)
    return folder, run.path


def test_the_commands_print_look_alikes_and_write_the_baselines(
    finished: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, run = finished
    table = (
        "| 题集 | 系统 | nDCG@10 | 首位命中 | 依据片段召回 @5 | 近似文件居首 | 近似文件在前 |\n"
        "|---|---|---|---|---|---|---|\n"
        "| dev（4 题，有近似文件的 2 题） | bm25 | 0.640 [0.465, 0.875] | 0.250 [0.000, 0.750] | 0.000 [0.000, 0.000] "
        "| 0.500 [0.000, 1.000] | 0.500 [0.000, 1.000] |\n"
        "|  | hybrid | 0.640 [0.465, 0.875] | 0.250 [0.000, 0.750] | 0.000 [0.000, 0.000] "
        "| 0.500 [0.000, 1.000] | 0.500 [0.000, 1.000] |"
    )
    hard = (
        "| 题集 | 系统 | 难题：近似文件居首 | 难题：近似文件在前 | 其余：近似文件居首 | 其余：近似文件在前 |\n"
        "|---|---|---|---|---|---|\n"
        "| dev（难题 1 题，其余 1 题） | bm25 | 0.000 | 0.000 | 1.000 | 1.000 |\n"
        "|  | hybrid | 0.000 | 0.000 | 1.000 | 1.000 |"
    )
    assert main(["benchmark", "lookalikes", str(run), "--set", str(folder)]) == 0
    assert capsys.readouterr().out == f"{table}\n\n{hard}\n"
    assert main(["benchmark", "baselines", str(run), "--set", str(folder)]) == 0
    assert (folder / "README.md").read_text("utf-8") == "\n\n".join(
        (
            "# 基线",
            BEGIN,
            "dev 提交 `abc`，效力按 2031-01-01。",
            table,
            hard,
            "| 题集 | 系统 | 答案要点召回 | 引文精确率 | 引文召回率 | 有据的要点召回 | 含无出处数字的回答 "
            "| 数值与标准相抵触 | 拒答 F1 | 差一点的问题仍作答 |\n"
            "|---|---|---|---|---|---|---|---|---|---|\n"
            "| dev | hybrid | 0.250 [0.000, 0.750] | 0.000 [0.000, 0.000] | 0.000 [0.000, 0.000] "
            "| 0.000 [0.000, 0.000] | 1.000 [1.000, 1.000] | 0.333 [0.000, 1.000] "
            "| 0.000 [0.000, 0.000] | 1.000 [1.000, 1.000] |",
            "| 题集 | 比较 | nDCG@10 | MRR@10 | 首位命中 | 依据片段召回 @5 | 近似文件在前 |\n"
            "|---|---|---|---|---|---|---|\n"
            "| dev | hybrid − bm25 | +0.000（p=1.0000） | +0.000（p=1.0000） | +0.000（p=1.0000） | +0.000（p=1.0000） "
            "| +0.000（p=1.0000） |",
            f"{END}\n完\n",
        )
    )


def _values(better: bool, even: bool) -> dict[str, float]:
    """A question's measures: one that tells the systems apart, one that is now the one's and now the other's."""
    return dict.fromkeys(("nDCG@10", "Success@1"), float(better)) | dict.fromkeys(("MRR@10", "span_recall@5"), even)


def test_differences_have_our_systems_sign_and_are_corrected_together() -> None:
    ids = [f"q{i}" for i in range(12)]
    questions = {
        "bm25": {q: _values(better=i < 4, even=i % 2 == 0) for i, q in enumerate(ids)},
        "bm25s": {q: _values(better=i < 11, even=i % 2 == 0) for i, q in enumerate(ids)},
        "hybrid": {q: _values(better=True, even=i % 2 == 1) for i, q in enumerate(ids)},
    }
    above = {"bm25": 1.0, "bm25s": 0.0, "hybrid": 0.0}
    alike = {name: {q: {"lookalike_above": value} for q in ids} for name, value in above.items()}
    run = PartRun({"dataset": "dev"}, "abc", questions, alike, Basis(dict.fromkeys(ids, True), ids))
    # 8 of 12 questions differ: p=.008 alone, which ten tests together do not let stand
    assert significance_table([run]).splitlines()[2:] == [
        "| dev | hybrid − bm25 | +0.667（p=0.0648） | +0.000（p=1.0000） | +0.667（p=0.0648） | +0.000（p=1.0000） "
        "| **-1.000**（p=0.0060） |",
        "| dev | hybrid − bm25s | +0.083（p=1.0000） | +0.000（p=1.0000） | +0.083（p=1.0000） | +0.000（p=1.0000） "
        "| +0.000（p=1.0000） |",
    ]


def test_without_hard_questions_there_is_one_table() -> None:
    summary = {"dataset": "dev", "answerable": 0, "systems": {}}
    run = PartRun(summary, "abc", {}, {}, Basis({}, []))
    assert lookalike_tables([run]) == lookalike_table([run])


def test_what_cannot_be_taken_is_told(finished: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder, run = finished
    assert main(["benchmark", "lookalikes", "--set", str(folder)]) == 1
    assert capsys.readouterr().err == (
        "请写上评测的文件夹，例如 python -m eval benchmark lookalikes 结果/dev 结果/test。\n"
    )
    (folder / "manifest.json").write_text(json.dumps({}), "utf-8")
    assert main(["benchmark", "baselines", str(run), "--set", str(folder)]) == 1
    assert "评的不是这个评测集" in capsys.readouterr().err
