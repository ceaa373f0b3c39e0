"""The judge: merged additions give what was trained, whatever stands beside a passage, and nothing is judged twice."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from eval.training.groups import Group, Window
from eval.training.judge import JudgeRecipe, JudgeTrainer, auc
from eval.training.network import JudgeNetwork
from eval.training.trainer import write_adapter
from kb.embedding import store
from kb.errors import EmbeddingUnavailable
from kb.evidence import Question
from kb.gate import signs_of
from kb.judge import Judge, open_judge
from kb.judge_local import CrossEncoderJudge
from kb.pairing import CONTEXT, PASSAGE, QUESTION, paired
from kb.passage import Passage
from kb.verdict import JUDGED, USUAL, judged
from tests.tiny_model import write_tiny_model
from tests.unit.test_passage import asked, found, view_of

PAIRS = [
    ("创业补贴办法", "对初创企业给予一次性补贴5000元。"),
    ("租房办法 二、材料", "提交身份证明。"),
    ("", "窗口受理。" * 9),
]
RECIPE = JudgeRecipe(depth=1, rank=4, steps=6, batch=2, warmup=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_tiny_model(tmp_path_factory.mktemp("judge") / "tiny", positions=320)
    return made.with_name(made.name + "-bare")


@pytest.fixture
def adapter(folder: Path, tmp_path: Path) -> Path:
    torch.manual_seed(3)
    network = JudgeNetwork(folder, 1, 4)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.2)
    write_adapter(network, RECIPE, tmp_path / "judge.safetensors")
    return tmp_path / "judge.safetensors"


@pytest.fixture
def judge(folder: Path, adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    monkeypatch.setattr(store, "model_folder", lambda cache: folder)
    return Judge(tmp_path, adapter, bfloat16=False)


def read_adapter(network: JudgeNetwork, path: Path) -> None:
    """Load what ``write_adapter`` wrote into a network."""
    stored = load_file(path)
    names = {n.removeprefix("parts."): p for n, p in network.named_parameters()}
    with torch.no_grad():
        for name, parameter in names.items():
            parameter.copy_(stored[name].float())


def groups() -> list[Group]:
    right = Window("d1", "创业补贴办法", "对初创企业给予一次性补贴5000元。")
    wrong = Window("d1", "创业补贴办法", "窗口受理后十个工作日内答复。")
    return [Group("official", f"d{i}", f"第{i}种补贴多少钱？", (right, wrong)) for i in range(40)]


def test_merged_additions_judge_as_the_trained_network(folder: Path, adapter: Path, judge: Judge) -> None:
    network = JudgeNetwork(folder, 1, 4)
    read_adapter(network, adapter)
    network.eval()
    rows = paired(Tokenizer.from_file(str(folder / "tokenizer.json")), "补贴多少钱？", PAIRS)
    with torch.inference_mode():
        trained = network(rows).tolist()
    logits = judge.logits("补贴多少钱？", PAIRS)
    assert logits == pytest.approx(trained, abs=0.05)
    assert max(logits) - min(logits) > 0.2


def test_a_judgement_does_not_hang_on_what_is_judged_beside_it(judge: Judge, adapter: Path, tmp_path: Path) -> None:
    together = judge.logits("补贴多少钱？", PAIRS)
    alone = [Judge(tmp_path, adapter, bfloat16=False).logits("补贴多少钱？", [pair])[0] for pair in PAIRS]
    assert alone == pytest.approx(together, abs=1e-4)
    assert judge.logits("补贴多少钱？", []) == []


def test_what_was_judged_is_not_judged_again(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    first = judge.logits("补贴多少钱？", PAIRS[:2])
    monkeypatch.setattr(judge._model().bert, "first_and_mean", lambda rows: pytest.fail("judged twice"))
    assert judge.logits("补贴多少钱？", [PAIRS[1], PAIRS[0], PAIRS[1]]) == [first[1], first[0], first[1]]


def test_a_broken_adapter_is_told_of(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "model_folder", lambda cache: folder)
    (tmp_path / "bad.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(EmbeddingUnavailable, match="ZHICE_JUDGE=off"):
        Judge(tmp_path, tmp_path / "bad.safetensors").logits("问", PAIRS)


def test_which_judge_a_setting_names(tmp_path: Path) -> None:
    assert open_judge("off", tmp_path) is None
    assert open_judge("", tmp_path) is None
    assert isinstance(open_judge(" judge.safetensors ", tmp_path), Judge)
    local = open_judge(str(tmp_path / "none"), tmp_path)
    assert isinstance(local, CrossEncoderJudge)
    assert local.logits("问", []) == []


def test_parts_that_are_too_long_are_cut(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    (row,) = paired(tokenizer, "问" * 500, [("题" * 500, "文" * 500)])
    assert len(row) == QUESTION + CONTEXT - 1 + PASSAGE - 1
    ends = [i for i, token in enumerate(row) if token == row[-1]]
    assert ends == [QUESTION - 1, QUESTION + CONTEXT - 2, len(row) - 1]
    assert paired(tokenizer, "補貼", [("", "標準")]) == paired(tokenizer, "补贴", [("", "标准")])


def test_a_stopped_training_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    whole = JudgeTrainer(folder, RECIPE, groups(), tmp_path / "a")
    whole.network.drop.p = 0.0
    losses: list[float] = []
    whole.run(lambda step, loss: losses.append(loss), every=2)
    half = JudgeTrainer(folder, JudgeRecipe(**{**_fields(RECIPE), "steps": 4}), groups(), tmp_path / "b")
    half.network.drop.p = 0.0
    half.run(lambda step, loss: None, every=2)
    rest = JudgeTrainer(folder, RECIPE, groups(), tmp_path / "b")
    rest.network.drop.p = 0.0
    assert rest.resume() == 4
    seen: list[int] = []
    rest.run(lambda step, loss: seen.append(step), every=2)
    assert seen == [5, 6]
    assert len(losses) == 6
    assert losses[-1] < losses[0]


def _fields(recipe: JudgeRecipe) -> dict[str, object]:
    return {name: getattr(recipe, name) for name in recipe.__dataclass_fields__}


def test_held_out_groups_are_not_learned_from(folder: Path, tmp_path: Path) -> None:
    trainer = JudgeTrainer(folder, RECIPE, groups(), tmp_path)
    assert {g.document for g in trainer.training} & {g.document for g in trainer.held_out} == set()
    assert len(trainer.training) + len(trainer.held_out) == 40
    measured = trainer.measure()
    assert set(measured) == {"official"}
    assert measured["official"].pairs == 2 * len(trainer.held_out)


def test_the_share_of_right_above_wrong() -> None:
    import numpy as np

    assert auc(np.array([1.0, 0, 1, 0]), np.array([0.9, 0.1, 0.4, 0.6])) == 0.75
    assert auc(np.array([1.0, 1]), np.array([0.9, 0.1])) == 0.5


class _Says:
    """A judge that goes by one word."""

    def __init__(self, word: str) -> None:
        self.word, self.asked = word, 0

    def logits(self, question: str, passages: list[tuple[str, str]]) -> list[float]:
        self.asked += len(passages)
        return [4.0 if self.word in text else -4.0 for _, text in passages]


def _ranked() -> tuple[Question, list[Passage]]:
    question = "创业补贴的标准是多少？"
    return asked(question), found(question, view_of(view_text()), weights={"evidence": 6.0})


def view_text() -> str:
    from tests.unit.test_passage import TEXT

    return TEXT


def test_the_judge_has_its_say_on_the_first_passages() -> None:
    question, ranked = _ranked()
    says = _Says("3000元")
    order = judged(question.query.text, ranked, says, {"prior": 0.1, "logit": 1.0})
    assert "3000元" in order[0].view.document.text[order[0].start : order[0].end]
    assert says.asked == min(JUDGED, len(ranked))
    assert order[0].logit == 4.0
    assert sum(p.share for p in order) == pytest.approx(1.0)
    assert {(p.start, p.end) for p in order} == {(p.start, p.end) for p in ranked}


def test_without_a_judge_the_order_stays() -> None:
    question, ranked = _ranked()
    assert judged(question.query.text, ranked, None, {"logit": 1.0}) == ranked
    usual = judged(question.query.text, ranked, _Says("3000元"), {})
    assert usual == judged(question.query.text, ranked, _Says("3000元"), USUAL)
    assert judged(question.query.text, [], _Says("x"), {"logit": 1.0}) == []
    told = judged(question.query.text, ranked, _Says("3000元"), {"prior": 1.0, "logit": 0.0})
    assert [(p.start, p.end) for p in told] == [(p.start, p.end) for p in ranked]


def test_the_logit_is_a_sign_of_the_gate() -> None:
    question, ranked = _ranked()
    (first, *_) = judged(question.query.text, ranked, _Says("3000元"), {"prior": 0.1, "logit": 1.0})
    assert signs_of(question, first).judged == 0.5
    assert signs_of(question, ranked[0]).judged == 0.0
