"""The client against an endpoint that really listens: streams of every shape, faults, limits, and the key."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from kb.errors import ModelUnavailable
from kb.llm.client import state_of, stream
from kb.llm.endpoint import Endpoint
from tests.scripted_llm import KEY, Reply, ScriptedModel, event, running_model, said

WHOLE = {"choices": [{"message": {"content": "补贴20元"}, "finish_reason": "stop"}]}
DONE = "data: [DONE]\n\n"
THINKING = 'data: {"choices": [{"delta": {"content": null, "reasoning_content": "想想30元"}}]}\n\n'


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with running_model() as running:
        yield running


def answer(model: ScriptedModel, reply: Reply, **limits: float) -> str:
    model.script = lambda request: reply
    return "".join(stream(Endpoint(model.url, "m", KEY, **{"stall": 1.0, "total": 3.0} | limits), []))


def fault(model: ScriptedModel, reply: Reply, **limits: float) -> str:
    began = time.monotonic()
    with pytest.raises(ModelUnavailable) as caught:
        answer(model, reply, **limits)
    assert time.monotonic() - began < 5
    assert KEY not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "lines",
    [
        [event("补贴"), event("20元", "stop"), DONE],
        [event("补贴"), event("20元"), DONE],  # no reason to finish
        [event("补贴"), event("20元", "stop")],  # no [DONE]
        [event("补贴20元", "stop"), "data: {cut"],  # what follows the end is of no account
        [": ping\n\n", "event: message\nid: 7\n", event("补贴20元", "stop")],
        [line.replace("\n\n", "\r\n\r\n") for line in (event("补贴"), event("20元", "stop"))],
        [line.replace("\n\n", "\r\r") for line in (event("补贴"), event("20元", "stop"))],
        [line.replace("\n\n", "\n") for line in (event("补贴"), event("20元"), DONE)],  # no blank lines
        [event("补贴20元", "stop").replace('{"choices"', '{\ndata: "choices"')],  # an event over two lines
        [event("补贴20元", "stop").removesuffix("\n\n")],  # the last line is not ended
        [event("补贴20元", "stop").replace("data: ", "data:")],
        ["\ufeff", event("补贴20元", "stop")],
        ["data:\n\n", event("补贴20元"), 'data: {"choices": []}\n\n', event("", "stop")],
        [THINKING, THINKING, event("补贴20元", "stop")],
        [*event("补贴20元", "stop")],  # a byte at a time
    ],
    ids=range(15),
)
def test_streams_of_many_shapes_are_read(model: ScriptedModel, lines: list[str]) -> None:
    assert answer(model, Reply(lines)) == "补贴20元"
    assert answer(model, Reply(lines, headers={"Content-Type": "text/plain"})) == "补贴20元"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/event-stream", "text/plain"])
def test_an_answer_that_is_no_stream_is_read(model: ScriptedModel, kind: str) -> None:
    assert answer(model, Reply(body=json.dumps(WHOLE), headers={"Content-Type": kind})) == "补贴20元"
    assert answer(model, Reply(body=json.dumps(WHOLE, indent=1), headers={"Content-Type": kind})) == "补贴20元"


def test_what_is_sent(model: ScriptedModel) -> None:
    model.script = lambda request: said("好")
    messages = [{"role": "user", "content": "你好"}]
    endpoint = Endpoint(f"{model.url}/chat/completions", "qwen", KEY, tokens=99)
    assert "".join(stream(endpoint, messages)) == "好"
    assert model.requests == [
        {"model": "qwen", "messages": messages, "stream": True, "temperature": 0, "max_tokens": 99}
    ]
    assert model.keys == [f"Bearer {KEY}"]
    assert "".join(stream(Endpoint(model.url + "/", "qwen"), messages)) == "好"
    assert model.keys[1:] == [""]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (said("补贴20元", done=False), "中途断开"),
        (Reply([event("补贴"), "data: {cut\n\n", event("20元", "stop")]), "不合规（有一段不是 JSON）"),
        (Reply([event("补贴"), "data: 5\n\n", event("20元", "stop")]), "不合规（缺少 choices）"),
        (Reply(['data: {"choices": [7]}\n\n']), "不合规（缺少 delta）"),
        (Reply(["data: " + "[" * 100_000 + "\n\n"]), "不合规"),
        (Reply([event("补贴20元", "length"), DONE]), "可调大 ZHICE_LLM_MAX_TOKENS"),
        (Reply([event("补贴", "content_filter"), DONE]), "内容审查"),
        (Reply(['data: {"choices": [{"delta": {"refusal": "I cannot"}}]}\n\n']), "拒绝作答"),
        (Reply(body='{"choices": [{"message": {"content": "补贴'), "不是完整的 JSON"),
        (Reply(body="<html>登录</html>", headers={"Content-Type": "text/html"}), "不合规（没有一段回答）"),
        (Reply(), "不合规（没有一段回答）"),
        (said(*["长" * 900] * 20), "超过 16000 字"),
        (Reply(["data: " + "x" * 300_000]), "一段过长"),
        (Reply(body='{"choices": "' + "x" * 2_000_000), "一段过长"),
        (Reply(['data: {"error": "no quota for ' + KEY + '"}\n\n']), "报告错误：no quota for …"),
        (Reply(body='{"error": {"message": "坏了"}}'), "报告错误：坏了"),
        (Reply(status=400, body='{"error": {"message": "max_tokens\\nunsupported ' + KEY + '"}}'), "unsupported …"),
        (Reply(status=400, body="<html>"), "返回 HTTP 400。"),
        (Reply(status=404, body='{"detail": "no such model"}'), "（HTTP 404）：no such model"),
        (Reply(status=401, body='{"error": {"message": "bad key sk-test-****"}}'), "拒绝了密钥（HTTP 401）。请"),
        (Reply(status=204), "返回 HTTP 204"),
    ],
    ids=range(21),
)
def test_faults_are_told(model: ScriptedModel, reply: Reply, why: str) -> None:
    assert why in fault(model, reply)
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (said("补贴20元", first_pause=9), "在 0.3 秒内没有回应"),
        (said("补贴", "20元", pauses=9), "在 0.3 秒内没有回应"),
        (said(*"补贴20元" * 9, pauses=0.1), "在 0.9 秒内没有答完"),
        (Reply([": ping\n\n"] * 99, pauses=0.1), "在 0.9 秒内没有答完"),
        (Reply([THINKING] * 99, pauses=0.1), "在 0.9 秒内没有答完"),
        (Reply(trickled=True, pauses=0.1), "在 0.9 秒内没有答完"),
    ],
    ids=["first byte", "midway", "slow", "comments", "thoughts", "trickled head"],
)
def test_time_limits_hold_whatever_comes(model: ScriptedModel, reply: Reply, why: str) -> None:
    began = time.monotonic()
    assert why in fault(model, reply, stall=0.3, total=0.9)
    assert time.monotonic() - began < 2


def test_a_busy_endpoint_is_asked_again_as_long_as_there_is_time(model: ScriptedModel) -> None:
    replies = [Reply(status=503), Reply(status=429, headers={"Retry-After": "0.1"}), said("好")]
    model.script = lambda request: replies[len(model.requests) - 1]
    assert "".join(stream(Endpoint(model.url, "m"), [])) == "好"
    assert len(model.requests) == 3


@pytest.mark.parametrize(
    ("wait", "asked"), [("0", 3), ("nan", 3), ("-5", 3), ("Wed, 21 Oct 2026 07:28:00 GMT", 3), ("60", 1), ("inf", 1)]
)
def test_retries_are_few_and_none_is_made_before_its_time(model: ScriptedModel, wait: str, asked: int) -> None:
    assert "HTTP 429" in fault(model, Reply(status=429, headers={"Retry-After": wait}))
    assert len(model.requests) == asked


def test_a_redirect_takes_the_key_nowhere(model: ScriptedModel) -> None:
    with running_model() as elsewhere:
        for status in (301, 302, 307, 308):
            reply = Reply(status=status, headers={"Location": f"{elsewhere.url}/chat/completions"})
            assert f"HTTP {status}" in fault(model, reply)
        assert elsewhere.requests == []


def test_whoever_leaves_ends_the_stream(model: ScriptedModel) -> None:
    model.script = lambda request: said(*"补贴20元" * 500, pauses=0.02)
    with closing(stream(Endpoint(model.url, "m"), [])) as pieces:
        assert next(pieces) == "补"
    assert model.left.wait(5)


def test_no_thread_is_left_behind(model: ScriptedModel) -> None:
    fault(model, Reply(trickled=True, pauses=0.1), total=0.3)
    ended = time.monotonic() + 3
    while any(t.name == "model" for t in threading.enumerate()):
        assert time.monotonic() < ended
        time.sleep(0.02)


def test_an_endpoint_that_is_not_there_is_told_of() -> None:
    with pytest.raises(ModelUnavailable, match="ZHICE_LLM_BASE_URL") as caught:
        list(stream(Endpoint("http://user:secret@127.0.0.1:9/v1?key=secret", "m", stall=1), []))
    assert "secret" not in str(caught.value)
    for url in ("没有地址", "ftp://127.0.0.1/v1", "http://[::bad/v1"):
        with pytest.raises(ModelUnavailable, match="ZHICE_LLM_BASE_URL"):
            list(stream(Endpoint(url, "m", stall=1), []))
    with pytest.raises(ModelUnavailable, match="密钥"):
        list(stream(Endpoint("http://127.0.0.1:9/v1", "m", "钥匙"), []))
    with pytest.raises(ModelUnavailable, match="连接失败"):
        list(stream(Endpoint("http://127.0.0.1:9/v1", "m"), [{"role": "user", "content": "半个\ud83d字"}]))


def test_the_key_is_shown_nowhere() -> None:
    shown = Endpoint("http://user:secret@127.0.0.1:9/v1?key=secret", "m", "sk-secret")
    assert "secret" not in shown.shown
    assert "sk-secret" not in repr(shown)


def test_the_state_in_words(model: ScriptedModel) -> None:
    endpoint = Endpoint(model.url, "qwen")
    for reply, told in [
        (said("好"), f"大模型 qwen（{model.url}/chat/completions）可用。"),
        (said(" "), "大模型 qwen 的回答是空的。"),
    ]:
        model.script = lambda request, reply=reply: reply
        assert state_of(endpoint) == told
    model.script = lambda request: Reply(status=401)
    assert "拒绝了密钥" in state_of(endpoint)
