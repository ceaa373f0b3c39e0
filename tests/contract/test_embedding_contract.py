"""Every embedding back end through the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pydantic import SecretStr

from kb.config import Settings
from kb.embedding import Embedder, LlamaIndexEmbedding, open_embedding
from tests.embedding_server import KEY, running_server
from tests.fakes import HashEmbedder
from tests.policy_texts import TEXTS
from tests.tiny_model import write_tiny_model

DIMENSIONS = {"bundled": 384, "st": 32, "openai": 256, "fake": 256}


@pytest.fixture(scope="module", params=list(DIMENSIONS))
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def settings(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings | None]:
    cache = tmp_path_factory.getbasetemp() / "model-cache"  # the bundled model is unpacked once a test run
    if kind == "bundled":
        yield Settings(cache=cache, embedding="bundled")
    elif kind == "st":
        prompts = {"query": "query: ", "document": "passage: "}
        yield Settings(cache=cache, embedding=str(write_tiny_model(tmp_path_factory.mktemp("st") / "tiny", prompts)))
    elif kind == "openai":
        with running_server() as server:
            yield Settings(
                cache=cache, embedding="openai:e5-small-test", embedding_url=server.url, embedding_key=SecretStr(KEY)
            )
    else:
        yield None


@pytest.fixture(scope="module")
def embedder(settings: Settings | None) -> Embedder:
    return HashEmbedder() if settings is None else open_embedding(settings)


def test_shape_type_and_unit_rows(embedder: Embedder, kind: str) -> None:
    vectors = embedder.embed_passages(TEXTS[:7])
    query = embedder.embed_query(TEXTS[0])
    assert embedder.dimension == DIMENSIONS[kind]
    assert (vectors.shape, vectors.dtype) == ((7, DIMENSIONS[kind]), np.float32)
    assert (query.shape, query.dtype) == ((DIMENSIONS[kind],), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(query), 1, atol=1e-5)


def test_same_text_same_vector(embedder: Embedder) -> None:
    np.testing.assert_array_equal(embedder.embed_passages(TEXTS[:3]), embedder.embed_passages(TEXTS[:3]))
    np.testing.assert_array_equal(embedder.embed_query("补贴标准"), embedder.embed_query("补贴标准"))


def test_no_texts(embedder: Embedder, kind: str) -> None:
    told: list[int] = []
    vectors = embedder.embed_passages([], told.append)
    assert (vectors.shape, vectors.dtype, told) == ((0, DIMENSIONS[kind]), np.float32, [])


def test_order_is_kept_when_lengths_differ(embedder: Embedder) -> None:
    texts = [TEXTS[0], "。".join(TEXTS[:30]), "贴", "。".join(TEXTS[5:9]), TEXTS[1]]
    together = embedder.embed_passages(texts)
    alone = np.vstack([embedder.embed_passages([text]) for text in texts])
    assert (np.sum(together * alone, axis=1) > 0.999).all()
    assert (together @ alone.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_progress_adds_up(embedder: Embedder) -> None:
    told: list[int] = []
    embedder.embed_passages([*TEXTS, "。".join(TEXTS)], told.append)
    assert sum(told) == 51
    assert min(told) > 0


def test_blank_and_odd_texts_have_unit_vectors(embedder: Embedder) -> None:
    odd = ["", " \n\t", "\x00\x07", "\ud800孤立代理项", "<s></s><pad>", "\U0001f600" * 3, "\u0007" * 20]
    np.testing.assert_allclose(np.linalg.norm(embedder.embed_passages(odd), axis=1), 1, atol=1e-5)
    for text in odd:
        np.testing.assert_allclose(np.linalg.norm(embedder.embed_query(text)), 1, atol=1e-5)


def test_the_end_of_a_long_text_counts(embedder: Embedder) -> None:
    start = "。".join(TEXTS)
    a, b = embedder.embed_passages([start + "台风预警关停撤避" * 40, start + "小微企业贷款贴息" * 40])
    assert a @ b < 0.9999


def test_query_and_passage_prefixes_differ(embedder: Embedder, kind: str) -> None:
    alike = embedder.embed_query(TEXTS[3]) @ embedder.embed_passages([TEXTS[3]])[0] > 0.9999
    assert alike == (kind == "fake")  # the fake has no prefixes, so that a text finds itself with cosine 1


def test_name_gives_the_same_model_again(embedder: Embedder, settings: Settings | None) -> None:
    if settings is None:
        again: Embedder = HashEmbedder()
    else:
        again = open_embedding(settings.model_copy(update={"embedding": embedder.name}))
    assert again.name == embedder.name
    np.testing.assert_array_equal(again.embed_query(TEXTS[4]), embedder.embed_query(TEXTS[4]))


def test_several_threads_get_what_one_gets(embedder: Embedder) -> None:
    expected = embedder.embed_passages(TEXTS[:16])
    queries = [embedder.embed_query(text) for text in TEXTS[:16]]
    with ThreadPoolExecutor(4) as pool:
        passages = list(pool.map(lambda text: embedder.embed_passages([text])[0], TEXTS[:16]))
        asked = list(pool.map(embedder.embed_query, TEXTS[:16]))
    assert (np.sum(np.vstack(passages) * expected, axis=1) > 0.999).all()
    np.testing.assert_array_equal(np.vstack(asked), np.vstack(queries))


def test_llama_index_sees_the_same_vectors(embedder: Embedder) -> None:
    adapter = LlamaIndexEmbedding(embedder)
    assert adapter.model_name == embedder.name
    assert adapter.get_query_embedding(TEXTS[2]) == embedder.embed_query(TEXTS[2]).tolist()
    assert adapter.get_text_embedding_batch(list(TEXTS[:3])) == embedder.embed_passages(TEXTS[:3]).tolist()
