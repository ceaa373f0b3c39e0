"""Training the encoder: what is learned merges into the model, a stopped run goes on, and no question is misled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from eval.training.encoder import EncoderRecipe, EncoderTrainer, _retrievable, _untold
from eval.training.groups import Group, Window
from eval.training.network import EncoderNetwork
from eval.training.trainer import write_adapter
from kb.config import Settings
from kb.embedding import open_embedding, store
from kb.errors import EmbeddingUnavailable
from tests.tiny_model import write_tiny_model

RECIPE = EncoderRecipe(rank=4, steps=6, batch=4, warmup=2, rate=0.01)
TEXTS = ("对初创企业给予一次性补贴5000元。", "窗口受理后十个工作日内答复。", "办")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_tiny_model(tmp_path_factory.mktemp("encoder") / "tiny", positions=512)
    return made.with_name(made.name + "-bare")


def groups() -> list[Group]:
    def passages(i: int) -> tuple[Window, ...]:
        words = "甲乙丙丁戊己庚辛壬癸"[i % 10] * 6
        return Window(f"d{i}", "办法", f"{words}补贴5000元。"), Window(f"d{i}", "办法", "窗口受理后十个工作日内答复。")

    return [Group("official", f"d{i}", f"{'甲乙丙丁戊己庚辛壬癸'[i % 10] * 6}多少钱？", passages(i)) for i in range(40)]


def test_merged_additions_give_the_trained_vectors(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "model_folder", lambda cache: folder)
    monkeypatch.setattr("kb.embedding.bundled.has_bfloat16", lambda: False)
    torch.manual_seed(3)
    network = EncoderNetwork(folder, 4)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.2)
    path = tmp_path / "policy.safetensors"
    write_adapter(network, RECIPE, path)
    embedder = open_embedding(Settings(cache=tmp_path, embedding=str(path)))
    assert open_embedding(Settings(cache=tmp_path, embedding=embedder.name)).name == embedder.name == str(path)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = [tokenizer.encode(store.PASSAGE_PREFIX + text).ids for text in TEXTS]
    with torch.inference_mode():
        trained = network(rows).numpy()
    made = embedder.embed_passages(TEXTS)
    assert np.allclose(made, trained, atol=0.03)
    plain = open_embedding(Settings(cache=tmp_path, embedding="bundled:multilingual-e5-small")).embed_passages(TEXTS)
    assert not np.allclose(plain, made, atol=0.1)


def test_a_broken_file_is_told_of(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "model_folder", lambda cache: folder)
    path = tmp_path / "bad.safetensors"
    path.write_bytes(b"\x00" * 40)
    with pytest.raises(EmbeddingUnavailable, match=r"bad\.safetensors.*ZHICE_EMBEDDING=bundled"):
        open_embedding(Settings(cache=tmp_path, embedding=str(path))).embed_query("问")
    path.unlink()
    with pytest.raises(EmbeddingUnavailable, match=r"bad\.safetensors"):
        open_embedding(Settings(cache=tmp_path, embedding=str(path))).embed_query("问")


def test_a_stopped_training_goes_on_as_if_it_had_not_been(folder: Path, tmp_path: Path) -> None:
    whole = EncoderTrainer(folder, RECIPE, groups(), tmp_path / "a")
    losses: list[float] = []
    whole.run(lambda step, loss: losses.append(loss), every=2)
    half = EncoderTrainer(folder, RECIPE, groups(), tmp_path / "b")
    for step in (2, 4):
        half.recipe = replace(RECIPE, steps=step)
        half.run(lambda step, loss: None, every=2)
    rest = EncoderTrainer(folder, RECIPE, groups(), tmp_path / "b")
    assert rest.resume() == 4
    seen: list[int] = []
    rest.run(lambda step, loss: seen.append(step), every=2)
    assert seen == [5, 6]
    assert len(losses) == 6
    assert losses[-1] < losses[0]


def test_held_out_questions_are_measured_and_not_learned_from(folder: Path, tmp_path: Path) -> None:
    trainer = EncoderTrainer(folder, RECIPE, groups(), tmp_path)
    assert {g.document for g in trainer.training} & {g.document for g in trainer.held_out} == set()
    measured = trainer.measure()
    passages = {p for g in trainer.held_out for p in g.passages}
    assert (measured["official"].questions, measured["official"].among) == (len(trainer.held_out), len(passages))
    assert 0 <= measured["official"].first <= measured["official"].reciprocal_rank <= 1


def test_a_question_without_an_answer_teaches_nothing_nor_does_its_answer_cut_short() -> None:
    answer = Window("d", "办法", "第一条受理。第二条补贴5000元。第三条公示。")
    shortened = Window("d", "办法", "第一条受理。第三条公示。")
    other, elsewhere = Window("d", "办法", "附件下载。"), Window("e", "办法", "第一条受理。第三条公示。")
    group = Group("official", "d", "补贴多少？", (answer, shortened, other, elsewhere))
    kept = _retrievable(group)
    assert kept is not None and kept.passages == (answer, other, elsewhere)
    assert _retrievable(replace(group, positives=0)) is None


def test_others_passages_of_its_own_document_are_not_held_against_a_question() -> None:
    first, beside, second = Window("d", "", "甲"), Window("d", "", "乙"), Window("e", "", "丙")
    asked = [
        Group("s", "d", "问甲", (first, beside)),
        Group("s", "d", "问乙", (beside,)),
        Group("s", "e", "问丙", (second,)),
    ]
    masked = _untold(asked, [first, beside, beside, second], [0, 0, 1, 2])
    assert masked.tolist() == [
        [False, False, True, False],
        [True, True, False, False],
        [False, False, False, False],
    ]
