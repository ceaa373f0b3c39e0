"""Choosing a back end by its setting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kb.config import Settings
from kb.embedding import open_embedding
from kb.errors import IndexMismatch, SettingsError


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("bundled", "bundled:multilingual-e5-small"),
        ("bundled:multilingual-e5-small", "bundled:multilingual-e5-small"),
        ("openai:text-embedding-3-small", "openai:text-embedding-3-small"),
        ("openai:org/model:tag", "openai:org/model:tag"),
        ("BAAI/bge-small-zh-v1.5", "st:BAAI/bge-small-zh-v1.5"),
        ("st:BAAI/bge-small-zh-v1.5", "st:BAAI/bge-small-zh-v1.5"),
    ],
)
def test_names(setting: str, name: str, tmp_path: Path) -> None:
    assert open_embedding(Settings(cache=tmp_path, embedding=setting)).name == name
    assert open_embedding(Settings(cache=tmp_path, embedding=name)).name == name
    assert f"ZHICE_EMBEDDING={name}" in str(IndexMismatch(name, "other"))


@pytest.mark.parametrize("setting", ["bundled:bge", "openai:", "st:"])
def test_settings_that_name_no_model(setting: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="模型"):
        open_embedding(Settings(cache=tmp_path, embedding=setting))


def test_opening_imports_and_writes_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from kb.config import Settings\nfrom kb.embedding import open_embedding\n"
        "for setting in ('bundled', 'st:a/b', 'openai:m'):\n"
        f"    open_embedding(Settings(cache=pathlib.Path({str(tmp_path / 'cache')!r}), embedding=setting))\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'tokenizers', 'llama_index', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert not (tmp_path / "cache").exists()


def test_a_question_to_the_bundled_model_needs_only_torch(tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.getbasetemp() / "model-cache"
    code = (
        "import sys, pathlib\n"
        "from kb.embedding.bundled import BundledEmbedder\n"
        f"BundledEmbedder(pathlib.Path({str(cache)!r})).embed_query('补贴')\n"
        "print(sorted({'transformers', 'sentence_transformers', 'llama_index'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
