"""REST over HTTP: what is answered, what is refused and how, and that nothing is worked at for nobody."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.base import KnowledgeBase
from kb.errors import IndexMismatch
from kb.locks import WriteLock
from kb.model import Answer, AnswerSentence
from tests.served import (
    ANSWER,
    ASKED,
    FAIR,
    FOLLOW_UP,
    ID,
    NUMBER,
    REFUSED,
    TITLE,
    Scripted,
    answered,
    link,
    revision,
    served_base,
    warmed,
)
from tests.uploaded import NEW, OLD
from ui.answers import UNEXPECTED
from ui.api.front import LARGEST_QUESTION
from ui.api.holdings import Holdings
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.api.routes import rest
from ui.guard import Guard
from ui.library_jobs import Job, Stage
from ui.places import ALONE, places
from ui.server import application

TIMINGS = {"analyse", "embed", "retrieve", "answer", "total"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path_factory.mktemp("api") / "home") as base:
        yield base


@pytest.fixture(scope="module")
def client(shared: KnowledgeBase) -> Iterator[TestClient]:
    """The whole application, on a base that is only read."""
    with TestClient(application(warmed(shared), shared)) as client:
        yield client


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path / "home") as base:
        yield base


def interface(base: Any, pool: Pool | None = None, held: KnowledgeBase | None = None) -> Any:  # noqa: ANN401
    return rest(Questions(warmed(base), base), Holdings(held or base), pool or Pool())


def told(answer: Any) -> tuple[int, str, str]:  # noqa: ANN401
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


def events(text: str) -> list[tuple[str, Any]]:
    parts = [block.split("\n") for block in text.split("\n\n") if block and not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def test_a_question_is_answered_with_citations_that_open(client: TestClient, shared: KnowledgeBase) -> None:
    answer = client.post("/api/ask", json={"question": ASKED})
    values = answer.json()
    assert (answer.status_code, set(values.pop("timings_ms")), values) == (200, TIMINGS, answered(shared))
    page = client.get(link(shared))
    assert (page.status_code, "<mark id=" in page.text, FAIR[:10] in page.text) == (200, True, True)


def test_a_refusal_is_an_answer_with_its_reason(client: TestClient) -> None:
    values = client.post("/api/ask", json={"question": REFUSED}).json()
    del values["timings_ms"]
    assert values.pop("reason") == values.pop("answer") != ""
    assert values == {
        "status": "refused",
        "abstained": True,
        "sentences": [],
        "citations": [],
        "nearest": [
            {"policy_id": ID, "title": TITLE, "doc_number": NUMBER, "url": "/doc/%E5%A4%9C%E5%B8%82%2F%E4%B8%80"}
        ],
        "warnings": [],
        "mode": "extractive",
        "understood": None,
    }


def test_a_follow_up_leans_on_the_questions_before_it(client: TestClient) -> None:
    alone = client.post("/api/ask", json={"question": FOLLOW_UP}).json()["status"]
    with_history = client.post("/api/ask", json={"question": FOLLOW_UP, "history": [ASKED]}).json()["answer"]
    assert (alone, with_history) == ("refused", ANSWER)


def test_filters_and_the_day_count(client: TestClient) -> None:
    def found(**filters: Any) -> int:  # noqa: ANN401
        return len(client.post("/api/search", json={"question": "夜市摊位费补助", "filters": filters}).json()["hits"])

    restrictions: list[dict[str, Any]] = [
        {}, {"issuer": "云溪市"}, {"issuer": "鹿城区"}, {"kinds": ["通知"]}, {"policy_ids": [ID]},
        {"policy_ids": ["x"]}, {"statuses": ["现行"]}, {"statuses": ["废止"]}, {"date_from": "2030-01-01"},
    ]  # fmt: skip
    assert [found(**r) for r in restrictions] == [1, 1, 0, 0, 1, 0, 1, 0, 0]
    early = client.post("/api/ask", json={"question": ASKED, "as_of": "2026-01-01"}).json()
    assert [w for w in early["warnings"] if "尚未施行" in w] != []


def test_the_stream_ends_with_the_whole_answer(client: TestClient, shared: KnowledgeBase) -> None:
    answer = client.post("/api/ask", json={"question": ASKED, "stream": True})
    [(name, values)] = events(answer.text)
    del values["timings_ms"]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (name, values) == ("answer", answered(shared))


GROWN = Answer(ASKED, (AnswerSentence("一句。", (1,)),))


def test_an_answer_that_grows_is_shown_growing(base: KnowledgeBase) -> None:
    whole = replace(GROWN, sentences=(*GROWN.sentences, AnswerSentence("两句。")))
    client = TestClient(interface(Scripted(lambda: iter([GROWN, whole])), held=base))
    progress, end = events(client.post("/ask", json={"question": ASKED, "stream": True}).text)
    assert progress == ("progress", {"sentences": [{"text": "一句。", "citations": [1]}]})
    assert (end[0], end[1]["answer"]) == ("answer", "一句。[1]\n两句。")


def test_what_fails_in_the_middle_is_told_in_the_stream(base: KnowledgeBase) -> None:
    def script() -> Iterator[Answer]:
        yield GROWN
        raise IndexMismatch("甲", "乙")

    client = TestClient(interface(Scripted(script), held=base))
    streamed = events(client.post("/ask", json={"question": ASKED, "stream": True}).text)
    assert streamed == [
        ("error", {"error": {"code": "base_unavailable", "message": str(IndexMismatch("甲", "乙"))}}),
    ]  # fmt: skip
    assert told(client.post("/ask", json={"question": ASKED}))[:2] == (503, "base_unavailable")


def test_what_nobody_expected_is_told_and_logged(base: KnowledgeBase, caplog: pytest.LogCaptureFixture) -> None:
    def script() -> Iterator[Answer]:
        raise ZeroDivisionError
        yield GROWN

    client = TestClient(interface(Scripted(script), held=base), raise_server_exceptions=False)
    assert told(client.post("/ask", json={"question": ASKED})) == (500, "unexpected", UNEXPECTED)
    assert "ZeroDivisionError" in caplog.text


EMPTY = "问题是空的。请输入想问的内容，例如：某项补贴的标准是多少，由哪个部门负责。"
NOT_FOUND = "没有这个接口。可用的接口见 /api/docs。"
WRONG_METHOD = "这个地址不接受这种请求方法。可用的方法见 /api/docs。"
WRONG_TYPE = "这个接口要的内容类型是 application/json。"


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "ask", {"question": " \n"}, (422, "question_invalid", EMPTY)),
        ("POST", "ask", {"question": " ", "stream": True}, (422, "question_invalid", EMPTY)),
        (
            "POST",
            "ask",
            {"question": "问" * 2001},
            (422, "question_invalid", "问题有 2001 个字，最多 2000 个字。请把问题缩短，或分成几个问题来问。"),
        ),
        ("POST", "ask", {}, (422, "invalid", "请求有误。question：缺这一项。写法见 /api/docs。")),
        (
            "POST",
            "ask",
            {"question": "问", "过滤": 1},
            (422, "invalid", "请求有误。过滤：没有这一项，请核对写法或删去。写法见 /api/docs。"),
        ),
        (
            "POST",
            "search",
            {"question": "问", "k": 101, "filters": {"kinds": ["诗"], "date_from": "2025-13-01"}},
            (
                422,
                "invalid",
                "请求有误。filters.kinds：只能是 '法律'、'法规'、'规章'、'规范性文件'、'通知'、'意见'、'办法'、'细则'、"
                "'行动计划'、'实施方案'、'规划'、'公告'、'批复'、'函'、'答复函'、'办事指南'、'解读'、'新闻'、'调研文章'、"
                "'图片说明'、'摘要'、'其他'；filters.date_from：没有 2025-13-01 这一天；k：不能大于 100。"
                "写法见 /api/docs。",
            ),
        ),
        ("POST", "ask", [1], (422, "invalid", "请求有误。请求：应是 JSON 对象。写法见 /api/docs。")),
        (
            "POST",
            "search",
            {"question": "问", "filters": {"region": "火星"}},
            (422, "question_invalid", "不认识地区“火星”。请写区划名称（如 温州市鹿城区）或六位代码。"),
        ),
        (
            "POST",
            "search",
            {"question": "问", "filters": {"date_from": "2026-01-02", "date_to": "2026-01-01"}},
            (422, "question_invalid", "起始日期 2026-01-02 晚于截止日期 2026-01-01，请改正后再问。"),
        ),
        ("GET", "documents?page=0", None, (422, "invalid", "请求有误。page：不能小于 1。写法见 /api/docs。")),
        (
            "GET",
            "documents/none",
            None,
            (404, "unknown_document", "没有编号为 none 的文件。用 GET /api/documents 列出所有文件。"),
        ),
        ("GET", "none", None, (404, "not_found", NOT_FOUND)),
        ("PUT", "ask", {}, (405, "method_not_allowed", WRONG_METHOD)),
        (
            "DELETE",
            "documents/none",
            None,
            (404, "unknown_document", "没有编号为 none 的文件。用 GET /api/documents 列出所有文件。"),
        ),
    ],
)
def test_a_faulty_request_is_told_what_to_mend(
    client: TestClient, method: str, path: str, body: Any, expected: tuple[int, str, str]
) -> None:
    answer = client.request(method, f"/api/{path}", **({} if body is None else {"json": body}))
    assert told(answer) == expected
    assert answer.headers["content-type"] == "application/json"


def test_a_body_that_is_no_json_is_told_so(client: TestClient) -> None:
    broken = client.post("/api/ask", content=b"{", headers={"Content-Type": "application/json"})
    assert told(broken) == (422, "invalid", "请求有误。请求：不是 JSON。写法见 /api/docs。")
    form = client.post("/api/ask", content=b"question=1", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert told(form) == (415, "unsupported_media_type", WRONG_TYPE)


def test_what_is_too_large_is_refused_with_or_without_its_length(client: TestClient) -> None:
    json_type = {"Content-Type": "application/json"}
    too_large = (413, "too_large", f"请求超过 {LARGEST_QUESTION // 1_000_000} MB。请缩短后重试。")
    whole = client.post("/api/ask", content=b" " * (LARGEST_QUESTION + 1), headers=json_type)
    pieces = client.post("/api/ask", content=(b" " * 100_000 for _ in range(41)), headers=json_type)
    assert [told(whole), told(pieces)] == [too_large, too_large]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_page_of_another_site_gets_nowhere(
    client: TestClient, shared: KnowledgeBase, headers: dict[str, str]
) -> None:
    refused = (403, "foreign", "不接受别的网站的网页发来的请求。请从自己的程序里调用。")
    file = {"file": ("办法.txt", OLD.encode())}
    assert told(client.post("/api/documents", files=file, headers=headers)) == refused
    assert told(client.delete(f"/api/documents/{ID}", headers=headers)) == refused
    assert told(client.post("/api/ask", json={"question": ASKED}, headers=headers)) == refused
    assert [h.policy_id for h in shared.documents()] == [ID]


def test_a_name_pointed_at_this_machine_is_not_answered(shared: KnowledgeBase) -> None:
    """DNS rebinding: a page of another site under a name of its own that leads here."""
    client = TestClient(Guard(interface(shared), None), base_url="http://127.0.0.1:7860")
    assert client.get("/documents", headers={"Host": "localhost:7860"}).status_code == 200
    assert told(client.get("/documents", headers={"Host": "evil.example:7860"}))[:2] == (403, "foreign")


def test_documents_are_listed_in_pages_and_shown_in_full(client: TestClient, shared: KnowledgeBase) -> None:
    row = {
        "policy_id": ID,
        "title": TITLE,
        "doc_number": NUMBER,
        "issuer": "云溪市人民政府办公室",
        "kind": "其他",
        "status": "现行",
        "written_on": None,
        "published_on": None,
        "source": "fair.txt",
        "flags": [],
        "chunks": 1,
        "passage": None,
        "url": "/doc/%E5%A4%9C%E5%B8%82%2F%E4%B8%80",
    }
    whole = {"documents": [row], "total": 1, "page": 1, "pages": 1, "notice": None}
    assert client.get("/api/documents").json() == whole
    with_words = {"documents": [row | {"passage": FAIR}], "total": 1, "page": 1, "pages": 1, "notice": None}
    assert client.get("/api/documents", params={"q": "摊位费", "status": "现行", "page": 9}).json() == with_words
    assert client.get("/api/documents", params={"kind": "通知"}).json()["total"] == 0
    shown = client.get("/api/documents/%E5%A4%9C%E5%B8%82%2F%E4%B8%80").json()
    assert {k: shown[k] for k in ("policy_id", "revision", "text", "sources", "effective_from", "relations")} == {
        "policy_id": ID,
        "revision": revision(shared),
        "text": FAIR,
        "sources": ["fair.txt"],
        "effective_from": "2026-02-01",
        "relations": [],
    }
    assert "/文件" not in json.dumps(shown, ensure_ascii=False)  # where it lies on the server is nobody's concern
    early = client.get(f"/api/documents/{ID}", params={"as_of": "2026-01-01"}).json()
    assert early["status"] == "尚未施行"
    assert told(client.get(f"/api/documents/{ID}", params={"revision": "0" * 16}))[:2] == (404, "unknown_document")


def test_pages_are_of_the_size_asked_for(base: KnowledgeBase) -> None:
    client = TestClient(interface(base))
    assert client.post("/documents", files={"file": ("办法.txt", OLD.encode())}).status_code == 201
    pages = [client.get("/documents", params={"size": 1, "page": n, "sort": "title"}).json() for n in (1, 2)]
    assert [(p["page"], p["pages"], p["total"], len(p["documents"])) for p in pages] == [(1, 2, 2, 1), (2, 2, 2, 1)]
    assert [p["documents"][0]["title"] for p in pages] == [TITLE, "溪口县小微企业园管理办法"]


def test_a_file_goes_in_is_replaced_only_when_told_and_goes_out(base: KnowledgeBase) -> None:
    client = TestClient(interface(base))

    def sent(text: str, **query: str) -> Any:  # noqa: ANN401
        return client.post("/documents", files={"file": ("../办法.txt", text.encode())}, params=query)

    first = sent(OLD)
    (row,) = first.json().pop("documents")
    assert (first.status_code, row["title"], row["doc_number"]) == (
        201,
        "溪口县小微企业园管理办法",
        "溪政发〔2024〕5号",
    )
    assert first.json() == {
        "outcome": "added", "file": "办法.txt", "state": "正常", "flags": [], "documents": [row],
    }  # fmt: skip
    same = sent(OLD)
    assert (same.status_code, same.json()["outcome"], same.json()["documents"]) == (200, "unchanged", [row])
    conflict = sent(NEW)
    assert (conflict.status_code, conflict.json()) == (
        409,
        {
            "error": {
                "code": "would_replace",
                "message": "库里已有同名的文件 办法.txt，内容不同，没有收录。"
                "核对改动后，要替换请加 ?replace=true 再传。",
                "change": {
                    "before": [row["policy_id"]],
                    "added": [
                        "第一条 入园企业每年给予租金补贴3万元。",
                        "第二条 补贴按季拨付。",
                        "第三条 本办法自2024年3月1日起施行。",
                    ],
                    "dropped": ["第一条 入园企业每年给予租金补贴2万元。", "第二条 本办法自2024年3月1日起施行。"],
                    "added_count": 3,
                    "dropped_count": 2,
                },
            }
        },
    )
    assert "2万元" in base.document(row["policy_id"]).text
    replaced = sent(NEW, replace="true")
    assert (replaced.status_code, replaced.json()["outcome"]) == (200, "replaced")
    assert "3万元" in client.get(f"/documents/{row['policy_id']}").json()["text"]
    gone = client.delete(f"/documents/{row['policy_id']}")
    assert (gone.status_code, gone.json()["title"], len(gone.json()["undo"])) == (200, row["title"], 32)
    assert [h.policy_id for h in base.documents()] == [ID]


def test_what_others_change_meanwhile_is_replaced_too_when_told(base: KnowledgeBase) -> None:
    holdings, client = Holdings(base), TestClient(interface(base))
    app = TestClient(rest(Questions(warmed(base), base), holdings, Pool()))
    jobs, confirm, seen = holdings._jobs, holdings._jobs.confirm, []

    def confirm_late(job: Job) -> None:
        if not seen:
            other = {"file": ("办法.txt", OLD.replace("2万元", "5万元").encode())}
            assert client.post("/documents", files=other, params={"replace": "true"}).status_code == 200
        seen.append(job.stage)
        confirm(job)

    jobs.confirm = confirm_late  # type: ignore[method-assign]
    first = app.post("/documents", files={"file": ("办法.txt", OLD.encode())}).json()
    done = app.post("/documents", files={"file": ("办法.txt", NEW.encode())}, params={"replace": "true"})
    text = base.document(first["documents"][0]["policy_id"]).text
    assert (done.json()["outcome"], seen, "3万元" in text) == ("replaced", [Stage.ASKING] * 2, True)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("空.txt", b"", (422, "empty_file", "文件是空的。请选一个有内容的文件再传。")),
        ("程序.exe", b"MZ", (415, "unsupported_file", "不支持的文件类型（.exe），没有收录。")),
        ("坏.pdf", b"%PDF-1.7 x", (422, "not_taken_in", None)),
        ("大.txt", b"a" * 1_000_001, (413, "too_large", "文件超过 1 MB（设置 max_file_mb）。请拆分后再传。")),
        ("很大.txt", b"a" * 1_100_000, (413, "too_large", "文件超过 1 MB（设置 max_file_mb）。请拆分后再传。")),
    ],
)
def test_a_file_that_cannot_be_taken_in_leaves_nothing(
    base: KnowledgeBase, name: str, content: bytes, expected: tuple[int, str, str | None]
) -> None:
    base.settings = base.settings.model_copy(update={"max_file_mb": 1})
    status, code, message = told(TestClient(interface(base)).post("/documents", files={"file": (name, content)}))
    assert (status, code, message if expected[2] else None) == expected
    assert message
    assert [p for p in (base.settings.home / "uploads").rglob("*") if p.is_file()] == []


def test_a_base_that_another_writes_to_is_asked_again_later(base: KnowledgeBase) -> None:
    client = TestClient(interface(base))
    other = WriteLock(base.settings.home, 0)
    other.require()
    try:
        upload = client.post("/documents", files={"file": ("办法.txt", OLD.encode())})
        removal = client.delete(f"/documents/{ID}")
    finally:
        other.release()
    assert [(told(a)[:2], a.headers["retry-after"]) for a in (upload, removal)] == [((503, "base_busy"), "2")] * 2
    assert [h.policy_id for h in base.documents()] == [ID]


def test_a_full_line_sends_away_with_a_time_to_come_back(base: KnowledgeBase) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def script() -> Iterator[Answer]:
        begun.set()
        go_on.wait(30)
        yield GROWN

    client = TestClient(interface(Scripted(script), Pool(at_once=1, waiting=0), base))
    first: list[Any] = []
    asking = threading.Thread(target=lambda: first.append(client.post("/ask", json={"question": ASKED})))
    asking.start()
    assert begun.wait(30)
    second = client.post("/ask", json={"question": ASKED})
    streamed = client.post("/ask", json={"question": ASKED, "stream": True})
    go_on.set()
    asking.join(30)
    sent_away = (429, "busy", "现在请求太多，排不上队。请过 2 秒再试。")
    assert [(told(a), a.headers["retry-after"]) for a in (second, streamed)] == [(sent_away, "2")] * 2
    assert first[0].json()["answer"] == "一句。[1]"


def test_answers_that_wait_for_a_model_hold_nobody_up(base: KnowledgeBase) -> None:
    """As many slow ones as are answered at once without a model, and one more."""
    slow, go_on = threading.Semaphore(0), threading.Event()
    turns = iter([True] * ALONE + [False])

    def script() -> Iterator[Answer]:
        if next(turns):
            slow.release()
            assert go_on.wait(30)
        yield GROWN

    with_model = base.settings.model_copy(update={"llm_base_url": "http://127.0.0.1:9/v1"})
    client = TestClient(interface(Scripted(script), Pool(places(with_model)), base))
    answers: list[Any] = []
    asking = [
        threading.Thread(target=lambda: answers.append(client.post("/ask", json={"question": ASKED})))
        for _ in range(ALONE)
    ]
    for thread in asking:
        thread.start()
    assert all(slow.acquire(timeout=30) for _ in asking)
    quick = client.post("/ask", json={"question": ASKED})
    assert (quick.json()["answer"], answers) == ("一句。[1]", [])
    go_on.set()
    for thread in asking:
        thread.join(30)
    assert [a.json()["answer"] for a in answers] == ["一句。[1]"] * ALONE


@pytest.mark.parametrize("stream", [False, True])
def test_work_for_a_client_that_is_gone_is_stopped(base: KnowledgeBase, stream: bool) -> None:
    begun, left, ended, over = (threading.Event() for _ in range(4))

    def script() -> Iterator[Answer]:
        try:
            begun.set()
            left.wait(30)
            while not over.wait(0.01):
                yield GROWN
        finally:
            ended.set()

    async def ask(app: Any) -> None:  # noqa: ANN401
        body = json.dumps({"question": ASKED, "stream": stream}).encode()
        requests = iter([{"type": "http.request", "body": body}])

        async def receive() -> Any:  # noqa: ANN401
            message = next(requests, None)
            if message is None:
                await asyncio.to_thread(begun.wait, 30)
            return message or {"type": "http.disconnect"}

        async def send(message: Any) -> None:  # noqa: ANN401, ARG001
            return None

        headers = [
            (b"host", b"x"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        scope = {"type": "http", "method": "POST", "path": "/ask", "query_string": b"", "headers": headers}
        await app(scope, receive, send)

    pool = Pool(at_once=1, waiting=0)
    asyncio.run(ask(interface(Scripted(script), pool, base)))
    left.set()
    try:
        assert ended.wait(30)
    finally:
        over.set()
    assert pool.submit(lambda work: "room again").result.result(30) == "room again"


def test_the_page_of_the_description_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/api/docs")
    assert (page.status_code, "http" in page.text.replace("http-equiv", "")) == (200, False)
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    kinds = {"openapi.json": "application/json", "docs/swagger-ui.css": "text/css; charset=utf-8"}
    kinds["docs/swagger-ui-bundle.js"] = "text/javascript; charset=utf-8"
    for path, kind in kinds.items():
        answer = client.get(f"/api/{path}")
        assert (answer.status_code, answer.headers["content-type"], path in page.text) == (200, kind, True)
    assert told(client.get("/api/docs/core.py")) == (404, "not_found", NOT_FOUND)


def test_the_description_tells_every_way_in_Chinese(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    ways = {(method, path) for path, ways in described["paths"].items() for method in ways}
    assert ways == {
        ("post", "/ask"),
        ("post", "/search"),
        ("get", "/documents"),
        ("post", "/documents"),
        ("get", "/documents/{policy_id}"),
        ("delete", "/documents/{policy_id}"),
    }
    assert described["servers"] == [{"url": "/api"}]
    told_of = [way["description"] for ways in described["paths"].values() for way in ways.values()]
    own = [
        s for name, s in described["components"]["schemas"].items() if "Validation" not in name and "Body" not in name
    ]
    told_of += [schema["description"] for schema in own]
    assert [text for text in told_of if not any("\u4e00" <= c <= "\u9fff" for c in text)] == []
