"""``python -m eval train`` from folders of questions and texts to a file the product loads, stopped and resumed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file

from eval.commands import main
from kb.config import Settings
from kb.embedding import open_embedding, store
from kb.judge import open_judge
from tests.tiny_model import write_tiny_model

PLACES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_tiny_model(tmp_path_factory.mktemp("train") / "tiny", positions=512)
    return made.with_name(made.name + "-bare")


def write_set(folder: Path, questions: bool) -> Path:
    folder.mkdir()
    texts = [
        f"{place}市对首次创业的企业给予一次性补贴{i + 2}000元，由{place}市人力资源和社会保障局负责。\n"
        f"{place}市的申请材料由街道窗口受理，受理后{i + 5}个工作日内答复申请人，逾期不答复的由区里督办。\n"
        for i, place in enumerate(PLACES)
    ]
    records = [{"_id": f"d{i}", "title": f"{PLACES[i]}市创业补贴办法", "text": t} for i, t in enumerate(texts)]
    write_lines(folder / "corpus.jsonl", records)
    if questions:
        asked = [
            {"_id": f"q{i}", "text": f"{place}市创业补贴多少钱？", "answers": [f"{i + 2}000元"]}
            for i, place in enumerate(PLACES)
        ]
        write_lines(folder / "queries.jsonl", asked)
        rows = ["query-id\tcorpus-id\tscore", *(f"q{i}\td{i}\t1" for i in range(len(PLACES)))]
        (folder / "qrels.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


@pytest.mark.parametrize("model", ["encoder", "judge"])
def test_a_trained_file_is_written_with_its_card_and_loads(
    model: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store, "model_folder", lambda cache: folder)
    monkeypatch.setattr("kb.embedding.bundled.has_bfloat16", lambda: False)
    out = tmp_path / "made" / "small.safetensors"
    command = [
        *("train", "--model", model, "--open", str(write_set(tmp_path / "asked", True)), "--steps", "3"),
        *("--official", str(write_set(tmp_path / "official", False)), "--depth", "1"),
        *("--out", str(out), "--work", str(tmp_path / "work")),
    ]
    assert main(command) == 0
    assert f"已写入 {out}" in capsys.readouterr().out
    card = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert (card["model"], card["recipe"]["steps"], card["recipe"]["seed"]) == (model, 3, 0)
    assert [s["name"] for s in card["open"]] == ["asked"]
    assert card["official"] == {"documents": len(PLACES), "left_out": 0}
    assert card["groups"]["training"] > card["groups"]["held_out"] > 0
    assert set(card["held_out"]) == {"official", "open"}
    first = load_file(out)
    assert main(command) == 0  # all steps are done: nothing is learned anew
    assert {name: t.tolist() for name, t in load_file(out).items()} == {name: t.tolist() for name, t in first.items()}
    if model == "encoder":
        embedder = open_embedding(Settings(cache=tmp_path, embedding=str(out)))
        assert embedder.embed_query("创业补贴").shape == (32,)
    else:
        judge = open_judge(str(out), tmp_path)
        assert judge is not None and len(judge.logits("创业补贴？", [("办法", "补贴2000元。")])) == 1


def test_a_measured_text_is_not_learned_from(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store, "model_folder", lambda cache: folder)
    official, asked = write_set(tmp_path / "official", False), write_set(tmp_path / "asked", True)
    measured = tmp_path / "measured"
    measured.mkdir()
    lines = (official / "corpus.jsonl").read_text("utf-8").splitlines(keepends=True)
    (measured / "corpus.jsonl").write_text("".join(lines[:4]), "utf-8")
    out = tmp_path / "small.safetensors"
    command = [
        *("train", "--model", "encoder", "--open", str(asked), "--steps", "1", "--official", str(official)),
        *("--avoid", str(measured), "--out", str(out), "--work", str(tmp_path / "work")),
    ]
    assert main(command) == 0
    assert "4 篇公文与评测用的文档相同" in capsys.readouterr().err
    card = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert card["official"] == {"documents": len(PLACES) - 4, "left_out": 4}


def test_a_run_on_other_material_does_not_go_on_from_an_earlier_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "model_folder", lambda cache: folder)
    asked, official = write_set(tmp_path / "asked", True), write_set(tmp_path / "official", False)
    out = tmp_path / "small.safetensors"
    command = ["train", "--model", "encoder", "--open", str(asked), "--official", str(official), "--steps", "2"]
    command += ["--out", str(out), "--work", str(tmp_path / "work")]
    assert main(command) == 0
    first = load_file(out)
    lines = (official / "corpus.jsonl").read_text("utf-8").splitlines(keepends=True)
    (official / "corpus.jsonl").write_text("".join(lines[: len(lines) // 2]), "utf-8")
    assert main(command) == 0
    assert any(not first[name].equal(tensor) for name, tensor in load_file(out).items())


def test_a_name_that_is_no_safetensors_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = write_set(tmp_path / "asked", True)
    given = [
        "train",
        "--model",
        "encoder",
        "--open",
        str(asked),
        "--official",
        str(asked),
        "--out",
        str(tmp_path / "a.bin"),
    ]
    assert main(given) == 1
    assert "应以 .safetensors 结尾" in capsys.readouterr().err
