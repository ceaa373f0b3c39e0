"""BEIR folders enter unchanged; what would make a mean silently wrong is refused, with the places where it stands."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import Selection, load, sampled
from eval.errors import DatasetInvalid, EvalError
from eval.model import Evidence, Question, Record
from tests.eval_sets import DOCUMENTS, QRELS, QUESTIONS, write_set


def test_a_set_is_read_as_it_is(tmp_path: Path) -> None:
    dataset = load(Selection(write_set(tmp_path / "s")))
    assert (dataset.name, dataset.warnings) == ("s", ())
    assert list(dataset.records.values()) == [Record(d["_id"], d["title"], d["text"]) for d in DOCUMENTS]
    assert [q.question_id for q in dataset.questions] == ["q1", "q2", "q3", "q4", "n1", "n2"]
    assert dataset.questions[0] == Question(
        "q1", "云溪市每家孵化器每年补贴多少？", ("20万元",), type="数值", relevant={"yunxi": 1}
    )
    assert (dataset.questions[3].must, dataset.questions[4].answerable) == (("2031年6月30日",), False)


def test_parts_of_a_set_share_the_documents_above_them(tmp_path: Path) -> None:
    whole = load(Selection(write_set(tmp_path / "s")))
    part = write_set(tmp_path / "s" / "dev", qrels=[("q1", "yunxi", 1)])
    assert load(Selection(part)).records == whole.records, "its own documents come first"
    own = write_set(tmp_path / "s" / "test", documents=DOCUMENTS[:3], qrels=[("q1", "yunxi", 1)])
    assert len(load(Selection(own)).records) == 3
    (part / "corpus.jsonl").unlink()
    assert load(Selection(part)).records == whole.records
    (tmp_path / "s" / "corpus.jsonl").unlink()
    with pytest.raises(EvalError, match="dev 里没有 corpus.jsonl"):
        load(Selection(part))


def test_a_question_may_have_its_own_day(tmp_path: Path) -> None:
    rows = [{"_id": "a", "text": "现在还有效吗", "as_of": "2026-06-30"}, {"_id": "b", "text": "问"}]
    dataset = load(Selection(write_set(tmp_path / "s", questions=rows, qrels=[("a", "yunxi", 1)])))
    assert [q.as_of for q in dataset.questions] == [date(2026, 6, 30), None]
    for wrong in ("2026-6", "昨天", 20260630):
        bad = write_set(tmp_path / "b", questions=[rows[1], {"_id": "c", "text": "问", "as_of": wrong}], qrels=[])
        with pytest.raises(DatasetInvalid, match="as_of 应为日期"):
            load(Selection(bad))


def test_gzip_gives_the_same_set(tmp_path: Path) -> None:
    plain, zipped = write_set(tmp_path / "a"), write_set(tmp_path / "b", zipped=True)
    one, other = load(Selection(plain, name="s")), load(Selection(zipped, name="s"))
    assert one == other
    assert one.digest == other.digest


def test_the_digest_tells_sets_and_samples_apart(tmp_path: Path) -> None:
    whole = load(Selection(write_set(tmp_path / "a")))
    changed = write_set(tmp_path / "b", documents=[{**DOCUMENTS[0], "text": "改过。"}, *DOCUMENTS[1:]])
    assert load(Selection(changed)).documents_digest != whole.documents_digest
    part = load(Selection(tmp_path / "a", sample=4))
    assert (part.documents_digest, part.digest == whole.digest) == (whole.documents_digest, False)


def test_evidence_history_and_context_are_read(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"_id": "a", "text": "问", "evidence": "第一条", "context_id": "yunxi"},
        {"_id": "b", "text": "问", "evidence": ["第一条", "第二条"], "history": ["先前问的"]},
        {"_id": "c", "text": "问", "evidence": [{"policy_id": "linhe", "quote": "补贴", "occurrence": 1}]},
        {"_id": "d", "text": "问", "answers": ["YES"], "yes_no": True},
    ]
    dataset = load(Selection(write_set(tmp_path / "s", questions=rows, qrels=[("a", "yunxi", 2)])))
    a, b, c, d = dataset.questions
    assert (a.evidence, a.context_id, a.relevant) == ((Evidence("第一条"),), "yunxi", {"yunxi": 2})
    assert (b.evidence, b.history) == ((Evidence("第一条"), Evidence("第二条")), ("先前问的",))
    assert c.evidence == (Evidence("补贴", "linhe", 1),)
    assert (d.answers, d.type) == ((), "是非")
    assert dataset.warnings == (
        "3 个可答的问题没有标注相关文件，不计入检索指标。",
        "4 个可答的问题没有标准答案，不计入答案要点指标。",
    )


def test_noise_and_unanswerable_questions_are_added(tmp_path: Path) -> None:
    write_set(tmp_path / "noise", documents=[{"_id": "x", "title": "", "text": "别的。"}])
    more = tmp_path / "more.jsonl"
    rows = [{"_id": "o1", "text": "甲？", "answers": ["不算"]}, {"_id": "o2", "text": "乙？"}]
    more.write_text("".join(json.dumps(r) + "\n" for r in rows))
    only = tmp_path / "only.tsv"
    only.write_text("# 说明\no2\twhy\n")
    dataset = load(Selection(write_set(tmp_path / "s"), noise=(tmp_path / "noise",), unanswerable=(more,), only=only))
    assert (len(dataset.records), dataset.name) == (5, "s+noise")
    assert dataset.questions[-1] == Question("o2", "乙？", answerable=False)
    assert len(dataset.questions) == 7


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def spoil(name: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def work(folder: Path) -> None:
        path = folder / name
        path.write_text("\n".join(change(lines_of(path))) + "\n", "utf-8")

    return work


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoil("queries.jsonl", lambda x: [*x, x[0]]), "queries.jsonl 第 7 行：问题编号 q1 重复"),
        (spoil("corpus.jsonl", lambda x: [*x, x[1]]), "corpus.jsonl 第 5 行：文件编号 linhe 重复"),
        (
            spoil("qrels.tsv", lambda x: [*x, "q1\tnone\t1"]),
            "qrels.tsv 第 6 行：文件 none 不在 corpus.jsonl 里（问题 q1）",
        ),
        (spoil("qrels.tsv", lambda x: [*x, "q9\tlinhe\t1"]), "qrels.tsv 第 6 行：问题 q9 不在 queries.jsonl 里"),
        (spoil("qrels.tsv", lambda x: [*x, "q1\tlinhe\t很"]), "qrels.tsv 第 6 行：score 应为整数，而不是 很"),
        (spoil("qrels.tsv", lambda x: [*x, "q1 linhe 1"]), "qrels.tsv 第 6 行：应为三列"),
        (spoil("qrels.tsv", lambda x: [*x, "q1\tyunxi\t0"]), "qrels.tsv 第 6 行：q1 与 yunxi 的 score 前后不同"),
        (spoil("corpus.jsonl", lambda x: [*x, '{"_id": "e", "text": " "}']), "corpus.jsonl 第 5 行：e 的 text 是空的"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e", "text": ""}']), "queries.jsonl 第 7 行：e 的 text 是空的"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e f", "text": "问"}']), "第 7 行：应为含 _id 的对象"),
        (spoil("queries.jsonl", lambda x: [*x, "[]"]), "queries.jsonl 第 7 行：应为含 _id 的对象"),
        (spoil("queries.jsonl", lambda x: [*x, "{"]), "queries.jsonl 第 7 行：不是有效的 JSON"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e", "text": "问", "must": 3}']), "must 应为文字的列表"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e", "text": "问", "evidence": [3]}']), "evidence 应为"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e", "text": "问", "context_id": "z"}']), "context_id z 不在"),
        (
            spoil("queries.jsonl", lambda x: [*x, '{"_id": "e", "text": "问", "context_id": []}']),
            "context_id 应为文件编号",
        ),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e", "text": "问", "answerable": 0}']), "应为 true 或 false"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e", "text": "\\ud800"}']), "不是有效的 JSON"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": "e\\u001b[31m", "text": "问"}']), "空白或控制字符"),
        (spoil("queries.jsonl", lambda x: [*x, '{"_id": true, "text": "问"}']), "应为含 _id 的对象"),
        (
            spoil(
                "queries.jsonl",
                lambda x: [*x, '{"_id": "e", "text": "问", "evidence": [{"quote": "a", "policy_id": []}]}'],
            ),
            "policy_id 应为文件编号",
        ),
        (
            spoil(
                "queries.jsonl",
                lambda x: [*x, '{"_id": "e", "text": "问", "evidence": {"quote": "a", "doc_id": "yunxi"}}'],
            ),
            "queries.jsonl 第 7 行：evidence 里有不认识的 doc_id，只能有 policy_id、quote、occurrence",
        ),
        (spoil("qrels.tsv", lambda x: [*x, f"q1\tlinhe\t{10**30}"]), "score 应在 -1000 到 1000 之间"),
    ],
)
def test_a_faulty_set_is_refused(tmp_path: Path, change: Callable[[Path], None], said: str) -> None:
    folder = write_set(tmp_path / "s")
    change(folder)
    with pytest.raises(DatasetInvalid) as caught:
        load(Selection(folder))
    assert said in str(caught.value)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("name", ["queries.jsonl", "corpus.jsonl"])
def test_a_faulty_line_is_told_once_not_as_a_fault_of_the_qrels(tmp_path: Path, name: str) -> None:
    folder = write_set(tmp_path / "s")
    spoil(name, lambda x: [*x[:1], x[1].replace('"text"', '"txt"'), *x[2:]])(folder)
    with pytest.raises(DatasetInvalid) as caught:
        load(Selection(folder))
    (fault,) = caught.value.faults
    assert fault.startswith(f"s/{name} 第 2 行：") and fault.endswith("的 text 是空的")


def test_a_faulty_line_of_added_questions_is_told_once(tmp_path: Path) -> None:
    more, only = tmp_path / "more.jsonl", tmp_path / "only.tsv"
    more.write_text('{"_id": "o1", "text": "甲？"}\n{"_id": "o2"}\n')
    only.write_text("o1\no2\n")
    with pytest.raises(DatasetInvalid) as caught:
        load(Selection(write_set(tmp_path / "s"), unanswerable=(more,), only=only))
    assert [fault.partition("：")[2] for fault in caught.value.faults] == ["o2 的 text 是空的"]


def test_missing_qrels_say_what_to_do_and_empty_ones_will_do(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "s")
    (folder / "qrels.tsv").unlink()
    with pytest.raises(EvalError, match="里没有 qrels.tsv 或 .*每行 query-id、corpus-id、score.*放一个空的 qrels.tsv"):
        load(Selection(folder))
    (folder / "qrels.tsv").write_text("")
    assert load(Selection(folder)).warnings == ("4 个可答的问题没有标注相关文件，不计入检索指标。",)


def test_what_is_odd_about_unanswerable_questions_is_told(tmp_path: Path) -> None:
    judged = load(Selection(write_set(tmp_path / "judged", qrels=[*QRELS, ("n2", "linhe", 1), ("n1", "linhe", 0)])))
    assert judged.warnings == ("1 个不可答的问题标注了相关文件（例如 n2），这些标注不用。",)
    alone = load(Selection(write_set(tmp_path / "alone", questions=QUESTIONS[4:], qrels=[])))
    assert alone.warnings == ("问题全是不可答的：拒答指标要可答、不可答各半才能算，所以都没有。请补充可答的问题。",)


def test_many_faults_are_counted_not_poured_out(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "s", questions=[*QUESTIONS, *QUESTIONS, *QUESTIONS])
    with pytest.raises(DatasetInvalid, match="另有 7 处") as caught:
        load(Selection(folder))
    assert len(caught.value.faults) == 12


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write_set(tmp_path / "s")
    (folder / name).unlink()
    with pytest.raises(EvalError, match=name):
        load(Selection(folder))


def test_what_is_no_folder_no_utf8_or_no_gzip_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="不是文件夹"):
        load(Selection(tmp_path / "none"))
    folder = write_set(tmp_path / "s")
    (folder / "corpus.jsonl").write_bytes('{"_id": "a", "text": "云溪"}'.encode("gb18030"))
    with pytest.raises(EvalError, match="不是 UTF-8"):
        load(Selection(folder))
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(b"\x1f\x8bbroken")
    with pytest.raises(EvalError, match="无法读取"):
        load(Selection(folder))
    whole = gzip.compress("".join(f'{{"_id": "{i}", "text": "云溪{i}"}}\n' for i in range(999)).encode())
    (folder / "corpus.jsonl.gz").write_bytes(whole[:200] + b"\x00" * 40 + whole[240:])
    with pytest.raises(EvalError, match="无法读取|不能用于评测"):
        load(Selection(folder))


def test_ids_chosen_by_only_must_be_there(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "s")
    more, only = tmp_path / "more.jsonl", tmp_path / "only.tsv"
    more.write_text('{"_id": "o1", "text": "甲？"}\n')
    only.write_text("\ufeffo1\n", "utf-8")
    assert load(Selection(folder, unanswerable=(more,), only=only)).questions[-1].question_id == "o1"
    only.write_text("o1\no9\n", "utf-8")
    with pytest.raises(DatasetInvalid, match="里的编号 o9 不在加入的问题里"):
        load(Selection(folder, unanswerable=(more,), only=only))
    with pytest.raises(EvalError, match="--only 要和 --unanswerable 一起用"):
        load(Selection(folder, only=only))


def test_a_set_of_one_question_is_refused_unless_asked_for(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "s", questions=QUESTIONS[:1], qrels=QRELS[:1])
    with pytest.raises(EvalError, match="只有 1 个问题，均值没有意义"):
        load(Selection(folder))
    assert len(load(Selection(folder, single=True)).questions) == 1
    (folder / "queries.jsonl").write_text("")
    (folder / "qrels.tsv").write_text("")
    with pytest.raises(EvalError, match="没有问题：queries.jsonl 是空的"):
        load(Selection(folder, single=True))


def test_a_sample_is_half_unanswerable_as_far_as_there_are_and_always_the_same() -> None:
    asked = [Question(f"a{i}", "问") for i in range(50)] + [
        Question(f"n{i}", "问", answerable=False) for i in range(10)
    ]
    drawn = sampled(asked, 16, seed=3)
    assert sum(q.answerable for q in drawn) == 8
    assert drawn == sampled(list(reversed(asked)), 16, seed=3)[::-1]
    assert drawn != sampled(asked, 16, seed=4)
    assert sum(not q.answerable for q in sampled(asked, 40, seed=0)) == 10
    assert sampled(asked, 100, seed=0) == asked
