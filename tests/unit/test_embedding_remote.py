"""The endpoint client against a real server on 127.0.0.1."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from kb.embedding.remote import RemoteEmbedder
from kb.errors import EmbeddingUnavailable
from tests.embedding_server import KEY, EmbeddingServer, running_server
from tests.fakes import HashEmbedder
from tests.policy_texts import TEXTS


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with running_server() as running:
        yield running


def client(server: EmbeddingServer, model: str = "m", key: str = KEY) -> RemoteEmbedder:
    return RemoteEmbedder(model, server.url, key, first_wait=0.001)


def test_vectors_come_in_the_order_sent(server: EmbeddingServer) -> None:
    vectors = client(server).embed_passages(TEXTS)
    np.testing.assert_allclose(vectors, HashEmbedder().embed_passages(TEXTS), atol=1e-6)


def test_requests_are_bounded_and_carry_every_text(server: EmbeddingServer) -> None:
    texts = [f"第{i}条" for i in range(150)] + ["长" * 3999 for _ in range(20)]
    client(server).embed_passages(texts)
    sent = [request["input"] for request in server.requests]
    assert sorted(text for batch in sent for text in batch) == sorted(texts)
    assert max(map(len, sent)) == 64
    assert max(sum(map(len, batch)) for batch in sent) <= 32_000
    assert {(r["model"], r["encoding_format"]) for r in server.requests} == {("m", "float")}


def test_long_texts_go_in_windows_and_are_averaged(server: EmbeddingServer) -> None:
    text = "甲乙" * 2000 + "丙丁" * 1000
    vector = client(server).embed_passages([text])[0]
    windows = server.requests[0]["input"]
    assert "".join(windows) == text
    assert sorted(map(len, windows)) == [3000, 3000]
    mean = np.mean(HashEmbedder().embed_passages(windows), axis=0)
    np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: EmbeddingServer, status: int) -> None:
    server.faults.extend([status] * 3)
    assert client(server).embed_query("补贴").shape == (256,)
    assert len(server.requests) == 4


def test_a_server_that_stays_busy_is_given_up(server: EmbeddingServer) -> None:
    server.faults.extend([503] * 9)
    with pytest.raises(EmbeddingUnavailable, match="HTTP 503：.*try later.*稍后再试") as caught:
        client(server).embed_query("补贴")
    assert len(server.requests) == 4
    assert KEY not in str(caught.value)


def test_a_bad_request_is_not_repeated(server: EmbeddingServer) -> None:
    server.faults.append(400)
    with pytest.raises(EmbeddingUnavailable, match="HTTP 400"):
        client(server).embed_query("补贴")
    assert len(server.requests) == 1


def test_a_wrong_key_is_named_but_never_shown(server: EmbeddingServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "sk-very-secret-99"
    embedder = client(server, key=secret)
    with pytest.raises(EmbeddingUnavailable, match="拒绝了密钥.*ZHICE_EMBEDDING_KEY") as caught:
        embedder.embed_query("补贴")
    assert len(server.requests) == 1
    shown = "".join(traceback.format_exception(caught.value)) + repr(embedder) + str(vars(embedder)["name"])
    assert secret not in shown + caplog.text


def test_a_key_that_no_header_can_carry(server: EmbeddingServer) -> None:
    with pytest.raises(EmbeddingUnavailable, match="ZHICE_EMBEDDING_KEY") as caught:
        client(server, key="sk-密钥\n1").embed_query("补贴")
    assert "密钥\n" not in str(caught.value)
    assert server.requests == []


def test_a_wrong_path(server: EmbeddingServer) -> None:
    embedder = RemoteEmbedder("m", server.url + "/v2", KEY)
    with pytest.raises(EmbeddingUnavailable, match="/v1/v2/embeddings 返回 HTTP 404.*ZHICE_EMBEDDING_URL"):
        embedder.embed_query("补贴")


def test_nobody_listening() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    embedder = RemoteEmbedder("m", f"http://user:pa55@127.0.0.1:{port}/v1?token=t0k", KEY, first_wait=0.001)
    with pytest.raises(EmbeddingUnavailable, match="连不上向量接口.*服务已启动") as caught:
        embedder.embed_query("补贴")
    assert f"http://127.0.0.1:{port}/v1" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("pa55", "t0k", KEY))


@pytest.mark.parametrize("url", [None, "", "   "])
def test_no_address(url: str | None) -> None:
    embedder = RemoteEmbedder("m", url, KEY)
    with pytest.raises(EmbeddingUnavailable, match="请设置 ZHICE_EMBEDDING_URL"):
        embedder.embed_query("补贴")


@pytest.mark.parametrize("url", ["127.0.0.1/v1", "ftp://127.0.0.1/v1", "http://[::bad/v1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(EmbeddingUnavailable, match="连不上向量接口"):
        RemoteEmbedder("m", url, KEY).embed_query("补贴")


def drop_one(answer: dict) -> None:
    answer["data"].pop()


def repeat_an_index(answer: dict) -> None:
    answer["data"][0]["index"] = answer["data"][1]["index"]


def shorten_one(answer: dict) -> None:
    answer["data"][0]["embedding"].pop()


def put_words(answer: dict) -> None:
    answer["data"][0]["embedding"] = "bm90IGEgbGlzdA=="


def put_infinity(answer: dict) -> None:
    answer["data"][0]["embedding"][0] = float("inf")


def put_zeros(answer: dict) -> None:
    answer["data"][0]["embedding"] = [0.0] * 256


def no_data(answer: dict) -> None:
    del answer["data"]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (drop_one, "送去 3 条文本，返回 2 个向量"),
        (repeat_an_index, "序号不完整"),
        (shorten_one, "不是等长的数字列表"),
        (put_words, "不是等长的数字列表"),
        (put_infinity, "不是等长的数字列表"),
        (put_zeros, "全零向量"),
        (no_data, "缺少 data 列表"),
    ],
)
def test_answers_that_break_the_rules(server: EmbeddingServer, spoil: Callable[[dict], None], why: str) -> None:
    server.spoil = spoil
    with pytest.raises(EmbeddingUnavailable, match=why):
        client(server).embed_passages(TEXTS[:3])


def test_another_dimension_than_before(server: EmbeddingServer) -> None:
    embedder = client(server)
    assert embedder.dimension == 256

    def halve(answer: dict) -> None:
        for item in answer["data"]:
            item["embedding"] = item["embedding"][:128]

    server.spoil = halve
    with pytest.raises(EmbeddingUnavailable, match="128 维向量，此前是 256 维.*rebuild"):
        embedder.embed_passages([TEXTS[0]])


def test_an_answer_that_is_not_json() -> None:
    with running_server() as server:
        server.answer = lambda key, body: (200, None)  # type: ignore[method-assign]
        with pytest.raises(EmbeddingUnavailable, match="不合规"):
            client(server).embed_query("补贴")


def test_a_question_is_sent_once(server: EmbeddingServer) -> None:
    embedder = client(server)
    first = embedder.embed_query("补贴标准")
    np.testing.assert_array_equal(embedder.embed_query("补贴标准"), first)
    assert [request["input"] for request in server.requests] == [["补贴标准"]]


def test_prefixes_of_models_known_to_need_them(server: EmbeddingServer) -> None:
    embedder = client(server, model="intfloat/multilingual-e5-large")
    embedder.embed_query("补贴")
    embedder.embed_passages(["补贴"])
    client(server, model="text-embedding-3-small").embed_query("补贴")
    assert [request["input"] for request in server.requests] == [["query: 补贴"], ["passage: 补贴"], ["补贴"]]
