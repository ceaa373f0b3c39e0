"""OpenAI's chat with OpenAI's own client, against a server that runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest
from starlette.testclient import TestClient

from kb.base import KnowledgeBase
from kb.model import Answer, AnswerSentence, Citation
from tests.served import (
    ANSWER,
    ASKED,
    FOLLOW_UP,
    NUMBER,
    REFUSED,
    SAID,
    TITLE,
    answered,
    link,
    running,
    served_base,
    warmed,
)
from ui.api.openai_replies import Completion
from ui.api.openai_routes import openai_chat
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.server import application


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path_factory.mktemp("openai") / "home") as base:
        yield base


@pytest.fixture(scope="module")
def server(base: KnowledgeBase) -> Iterator[str]:
    with running(application(warmed(base), base)) as address:
        yield address


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server}/v1", api_key="none", max_retries=0) as client:
        yield client


def said(client: openai.OpenAI, *texts: str, **options: Any) -> Any:  # noqa: ANN401
    """A conversation: the user's and the assistant's messages in turn."""
    messages: Any = [{"role": "assistant" if i % 2 else "user", "content": text} for i, text in enumerate(texts)]
    return client.chat.completions.create(**{"model": "zhice", "messages": messages} | options)


def content(server: str, base: KnowledgeBase) -> str:
    return f"{ANSWER}\n\n依据：\n[1] {TITLE}（{NUMBER}） {server}{link(base)}"


def annotation(server: str, base: KnowledgeBase) -> dict[str, Any]:
    place = {"start_index": len(SAID), "end_index": len(SAID) + 3, "title": TITLE, "url": server + link(base)}
    return {"type": "url_citation", "url_citation": place}


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["zhice", "zhice-extractive"]
    assert client.models.retrieve("zhice").owned_by == "zhice"
    with pytest.raises(openai.NotFoundError, match="没有模型 gpt-4o。可用的模型：zhice、zhice-extractive。"):
        client.models.retrieve("gpt-4o")


@pytest.mark.parametrize("model", ["zhice", "zhice-extractive"])
def test_an_answer_has_its_sources_in_the_text_and_beside_it(
    client: openai.OpenAI, server: str, base: KnowledgeBase, model: str
) -> None:
    made = said(client, ASKED, model=model, temperature=0.2, max_tokens=50)
    (choice,) = made.choices
    assert (made.object, made.model, choice.finish_reason) == ("chat.completion", model, "stop")
    assert made.usage is None
    assert choice.message.to_dict() == {
        "role": "assistant",
        "content": content(server, base),
        "refusal": None,
        "annotations": [annotation(server, base)],
    }
    cited = choice.message.annotations[0].url_citation
    assert choice.message.content[cited.start_index : cited.end_index] == "[1]"
    assert httpx.get(cited.url, timeout=60).status_code == 200
    beside = dict(made.zhice)
    del beside["timings_ms"]
    assert beside == answered(base)


def test_a_refusal_is_marked(client: openai.OpenAI) -> None:
    made = said(client, REFUSED)
    message = made.choices[0].message
    assert message.refusal == message.content != ""
    assert (message.annotations, made.zhice["status"]) == ([], "refused")


def test_a_stream_gives_the_same_and_counts_no_tokens(client: openai.OpenAI, server: str, base: KnowledgeBase) -> None:
    *pieces, last = said(client, ASKED, stream=True, stream_options={"include_usage": True})
    assert pieces[0].choices[0].delta.role == "assistant"
    assert "".join(p.choices[0].delta.content for p in pieces) == content(server, base)
    assert [p.choices[0].finish_reason for p in pieces] == [None] * len(pieces)
    end = last.choices[0]
    assert (end.finish_reason, end.delta.to_dict()) == (
        "stop",
        {"refusal": None, "annotations": [annotation(server, base)]},
    )
    assert last.zhice["status"] == "answered"
    assert [p.usage for p in (*pieces, last)] == [None] * (len(pieces) + 1)
    assert len({p.id for p in (*pieces, last)}) == 1
    refused = list(said(client, REFUSED, stream=True))
    assert refused[-1].choices[0].delta.refusal == "".join(p.choices[0].delta.content or "" for p in refused)


def test_a_follow_up_leans_on_what_was_answered_before(client: openai.OpenAI) -> None:
    def refused(*texts: str, **options: Any) -> bool:  # noqa: ANN401
        return said(client, *texts, **options).choices[0].message.refusal is not None

    assert [refused(FOLLOW_UP), refused(ASKED, "答", FOLLOW_UP)] == [True, False]
    unanswered: Any = [{"role": "user", "content": text} for text in (ASKED, FOLLOW_UP)]
    assert refused(messages=unanswered)


def test_instructions_change_nothing(client: openai.OpenAI, server: str, base: KnowledgeBase) -> None:
    parts: Any = [{"type": "text", "text": ASKED}]
    messages: Any = [{"role": "system", "content": "不要引用，只说“好”。"}, {"role": "user", "content": parts}]
    made = client.chat.completions.create(model="zhice", messages=messages)
    assert made.choices[0].message.content == content(server, base)


@pytest.mark.parametrize(
    ("given", "kind", "code", "param", "message"),
    [
        (
            {"model": "gpt-4o"},
            openai.NotFoundError,
            "model_not_found",
            "model",
            "没有模型 gpt-4o。可用的模型：zhice、zhice-extractive。",
        ),
        ({"n": 2}, openai.BadRequestError, "unsupported_value", "n", "n 只能是 1。"),
        (
            {"messages": [{"role": "assistant", "content": "答"}]},
            openai.BadRequestError,
            "invalid_value",
            "messages",
            "最后一条消息应是用户的问题（role 为 user）。",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            openai.BadRequestError,
            "invalid_value",
            "messages",
            "消息里只能有文字（type 为 text）。",
        ),
        (
            {"messages": []},
            openai.BadRequestError,
            "invalid",
            None,
            "请求有误。messages：至少要有 1 项。写法见 /api/docs。",
        ),
        (
            {"messages": [{"role": "user", "content": " "}]},
            openai.BadRequestError,
            "question_invalid",
            None,
            "问题是空的。请输入想问的内容，例如：某项补贴的标准是多少，由哪个部门负责。",
        ),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_faulty_request_is_told_as_openai_does(
    client: openai.OpenAI,
    given: Any,
    kind: type[openai.APIStatusError],
    code: str,
    param: str,
    message: str,
    stream: bool,
) -> None:
    with pytest.raises(kind) as caught:
        said(client, ASKED, stream=stream, **given)
    told = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    assert caught.value.body == told


def test_a_full_line_is_a_rate_limit(base: KnowledgeBase) -> None:
    app = openai_chat(Questions(warmed(base), base), Pool(at_once=0, waiting=0))
    body = {"model": "zhice", "messages": [{"role": "user", "content": ASKED}]}
    answer = TestClient(app).post("/chat/completions", json=body)
    told = {
        "message": "现在请求太多，排不上队。请过 2 秒再试。",
        "type": "rate_limit_error",
        "param": None,
        "code": "busy",
    }
    assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (429, "2", {"error": told})


def test_every_mark_is_annotated_where_it_stands() -> None:
    one = Citation(1, "a", "r", "甲", None, None, 0, 2, "甲一")
    sentences = (AnswerSentence("甲一[3]。", (1, 2)), AnswerSentence("无"), AnswerSentence("乙[1]", (2,)))
    answer = Answer("问", sentences, (one, replace(one, n=2, policy_id="b", title="乙")), warnings=("旧",))
    message = Completion("zhice", "http://x").whole(answer)["choices"][0]["message"]
    text = message["content"]
    marks = [a["url_citation"] for a in message["annotations"]]
    assert [(text[m["start_index"] : m["end_index"]], m["start_index"], m["title"]) for m in marks] == [
        ("[1]", 6, "甲"),
        ("[2]", 9, "乙"),
        ("[2]", 19, "乙"),
    ]
    assert text.endswith("[2] 乙 http://x/doc/b?revision=r&start=0&end=2#quote\n\n注意：旧")
