"""Every judge through the same tests: one trained here, and any CrossEncoder from a folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.embedding import store
from kb.errors import EmbeddingUnavailable
from kb.judge import Judging, open_judge
from tests.tiny_model import write_tiny_model

QUESTION = "高校毕业生创业能补多少钱？"
PASSAGES = [
    ("云溪市支持创业若干措施 三、补贴", "对首次创办小微企业的高校毕业生，给予一次性创业补贴8000元。"),
    ("云溪市支持创业若干措施 四、材料", "申请人应当提交身份证复印件和营业执照副本。"),
    ("", "农机购置补贴由县农业农村局负责发放，每台最高3万元。"),
]


def write_cross_encoder(folder: Path) -> Path:
    """A cross-encoder of a few kilobytes with random weights."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    bare = write_tiny_model(folder.with_name("tiny"), positions=256).with_name("tiny-bare")
    torch.manual_seed(5)
    tokenizer = AutoTokenizer.from_pretrained(bare)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=256, num_labels=1, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_trained(path: Path, cache: Path) -> Path:
    """An adapter as training writes one, of two layers of the bundled encoder, that has learned nothing yet."""
    import torch

    from eval.training.judge import JudgeRecipe
    from eval.training.network import JudgeNetwork
    from eval.training.trainer import write_adapter

    torch.manual_seed(5)
    write_adapter(JudgeNetwork(store.model_folder(cache), 2, 4), JudgeRecipe(depth=2, rank=4), path)
    return path


@pytest.fixture(scope="module", params=["trained", "folder"])
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judging:
    cache = tmp_path_factory.getbasetemp() / "model-cache"  # the bundled model is unpacked once a test run
    place = tmp_path_factory.mktemp("judge")
    trained = request.param == "trained"
    made = write_trained(place / "judge.safetensors", cache) if trained else write_cross_encoder(place / "model")
    opened = open_judge(str(made), cache)
    assert opened is not None
    return opened


def test_one_logit_a_passage_the_same_each_time(judge: Judging) -> None:
    logits = judge.logits(QUESTION, PASSAGES)
    assert [type(x) for x in logits] == [float] * 3
    assert judge.logits(QUESTION, PASSAGES) == logits
    assert judge.logits(QUESTION, PASSAGES[::-1]) == pytest.approx(logits[::-1], abs=1e-3)
    assert judge.logits(QUESTION, []) == []


def test_threads_may_share_it(judge: Judging) -> None:
    alone = [judge.logits(f"{QUESTION}{i}", PASSAGES) for i in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda i: judge.logits(f"{QUESTION}{i}", PASSAGES), range(4)))
    assert together == [pytest.approx(each, abs=1e-3) for each in alone]


def test_long_and_odd_texts_are_judged(judge: Judging) -> None:
    odd = [("题" * 400, "文" * 3000), ("\x00", "\ud83d\ude00 ｆｕｌｌ"), ("", "")]
    assert len(judge.logits("问" * 900, odd)) == 3


def test_a_model_that_is_not_there_is_told_of(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.getbasetemp() / "model-cache"
    for name in ("none", "none.safetensors"):
        judge = open_judge(str(tmp_path / name), cache)
        assert judge is not None
        with pytest.raises(EmbeddingUnavailable, match="ZHICE_JUDGE"):
            judge.logits(QUESTION, PASSAGES)
