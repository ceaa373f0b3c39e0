"""Sentence-transformers models by folder and by hub name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb.embedding.local import SentenceTransformersEmbedder
from kb.errors import EmbeddingUnavailable
from tests.policy_texts import TEXTS
from tests.tiny_model import write_tiny_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prompts = {"query": "问：", "document": "文："}
    return write_tiny_model(tmp_path_factory.mktemp("local") / "tiny", prompts)


def test_vectors_are_those_of_sentence_transformers(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformersEmbedder(str(folder), bfloat16=False)
    model = SentenceTransformer(str(folder), device="cpu")
    short = [text[:30] for text in TEXTS]
    expected = model.encode(["文：" + text for text in short], normalize_embeddings=True)
    np.testing.assert_allclose(ours.embed_passages(short), expected, atol=1e-5)
    asked = model.encode("问：" + short[0], normalize_embeddings=True)
    np.testing.assert_allclose(ours.embed_query(short[0]), asked, atol=1e-5)


def test_a_model_without_prompts_gets_none(tmp_path: Path) -> None:
    embedder = SentenceTransformersEmbedder(str(write_tiny_model(tmp_path / "plain")), bfloat16=False)
    np.testing.assert_allclose(embedder.embed_query("补贴"), embedder.embed_passages(["补贴"])[0], atol=1e-6)


def test_long_texts_are_cut_nowhere(folder: Path) -> None:
    embedder = SentenceTransformersEmbedder(str(folder), bfloat16=False)
    start = "".join(TEXTS[:10])
    a, b = embedder.embed_passages([start + "台风" * 60, start + "贷款" * 60])
    assert a @ b < 0.999
    halves = embedder.embed_passages(["甲乙丙丁" * 20])[0] @ embedder.embed_passages(["甲乙丙丁" * 10])[0]
    assert halves > 0.99  # the mean of windows of the same words stays near each window


def test_bfloat16_agrees(folder: Path) -> None:
    exact = SentenceTransformersEmbedder(str(folder), bfloat16=False).embed_passages(TEXTS)
    rough = SentenceTransformersEmbedder(str(folder), bfloat16=True).embed_passages(TEXTS)
    assert np.sum(exact * rough, axis=1).min() > 0.999


def test_the_name_holds_the_whole_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert SentenceTransformersEmbedder(folder.name).name == f"st:{folder.resolve()}"
    assert SentenceTransformersEmbedder("org/model").name == "st:org/model"


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EmbeddingUnavailable, match="无法加载向量模型.*ZHICE_EMBEDDING=bundled"):
        SentenceTransformersEmbedder(str(tmp_path)).embed_query("补贴")


def test_code_in_a_model_folder_is_not_run(folder: Path, tmp_path: Path) -> None:
    import json
    import shutil

    bad = tmp_path / "bad"
    shutil.copytree(folder, bad)
    config = json.loads((bad / "config.json").read_text("utf-8"))
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.OwnConfig", "AutoModel": "own.OwnModel"}}
    (bad / "config.json").write_text(json.dumps(config))
    (bad / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(EmbeddingUnavailable, match="无法加载向量模型"):
        SentenceTransformersEmbedder(str(bad)).embed_query("补贴")
    assert not (tmp_path / "ran").exists()


def test_an_unknown_hub_name_offline(tmp_path: Path) -> None:
    code = (
        "from kb.embedding.local import SentenceTransformersEmbedder as E\n"
        "from kb.errors import EmbeddingUnavailable\n"
        "try:\n    E('no-such-org/no-such-model').dimension\n"
        "except EmbeddingUnavailable as error:\n    print(error)\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert "找不到向量模型 no-such-org/no-such-model" in done.stdout
    assert "ZHICE_EMBEDDING=bundled" in done.stdout


@pytest.mark.parametrize("name", ["坏名字", "a/b/c", "-x"])
def test_a_name_that_no_hub_has(name: str) -> None:
    with pytest.raises(EmbeddingUnavailable, match="找不到向量模型"):
        SentenceTransformersEmbedder(name).embed_query("补贴")
