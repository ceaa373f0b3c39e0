"""The web application over HTTP: pages, headers, what is refused."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import html
from starlette.testclient import TestClient

from kb.errors import Corrupt
from kb.model import PolicyDocument, Span
from tests.fake_base import FakeBase, hostile, plan
from ui.desk import Desk
from ui.document import DocumentView
from ui.document_opened import view_of
from ui.markup import document_url
from ui.server import PortInUse, application, listen

LOST = "引用时的版本已不在知识库里，下面是当前版本，引文位置可能已经变化。"
OUTSIDE = "链接里的引文位置不在这份文件里，所以没有高亮。"


@pytest.fixture(scope="module")
def base() -> FakeBase:
    return FakeBase(former=[replace(plan(), text="旧的文字。")])


@pytest.fixture(scope="module")
def client(base: FakeBase) -> Iterator[TestClient]:
    desk = Desk(base)
    desk.ready.set()
    desk.prepared.set()
    with TestClient(application(desk)) as client:
        yield client


def test_the_document_page_runs_no_script_and_is_not_kept(client: TestClient) -> None:
    page = client.get("/doc/p1")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert {k: v for k, v in page.headers.items() if k not in ("content-length", "content-type", "x-request-id")} == {
        "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
    }


@pytest.mark.parametrize("document", [plan(), hostile()], ids=["plan", "hostile"])
def test_a_link_of_a_card_opens_the_quotation(client: TestClient, document: PolicyDocument) -> None:
    quote = document.text[20:50]
    page = html.document_fromstring(client.get(document_url(document.policy_id, document.revision, 20, 50)).text)
    assert "".join(m.text_content() for m in page.iter("mark")) == quote
    assert page.get_element_by_id("text").text_content() == document.text


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ((None, None, None), DocumentView(plan(), Span(0, 0), plan().revision)),
        ((plan().revision, "3", "9"), DocumentView(plan(), Span(3, 9), plan().revision)),
        (("0" * 16, "3", "9"), DocumentView(plan(), Span(0, 0), plan().revision, LOST)),
        (("../etc", None, None), DocumentView(plan(), Span(0, 0), plan().revision, LOST)),
        ((None, "9", "3"), DocumentView(plan(), Span(0, 0), plan().revision, OUTSIDE)),
        ((None, "0", "99999"), DocumentView(plan(), Span(0, 0), plan().revision, OUTSIDE)),
        ((None, "-1", "3"), DocumentView(plan(), Span(0, 0), plan().revision, OUTSIDE)),
        ((None, "１", "３"), DocumentView(plan(), Span(0, 0), plan().revision, OUTSIDE)),
        ((None, "1" * 5000, "3"), DocumentView(plan(), Span(0, 0), plan().revision, OUTSIDE)),
        ((None, "1", None), DocumentView(plan(), Span(0, 0), plan().revision, OUTSIDE)),
    ],
)
def test_what_a_request_asks_to_see(base: FakeBase, query: tuple[str | None, ...], view: DocumentView) -> None:
    assert view_of(base, "p1", *query) == view  # type: ignore[arg-type]


def test_a_former_revision_is_shown_and_said_to_be_one(base: FakeBase, client: TestClient) -> None:
    former = base.former[0]
    page = html.document_fromstring(client.get(document_url("p1", former.revision, 0, 2)).text)
    assert page.get_element_by_id("text").text_content() == "旧的文字。"
    assert [m.text_content() for m in page.iter("mark")] == ["旧的"]
    assert [n.text_content() for n in page.cssselect(".notice")] == [
        "这不是该文件的当前版本，而是引用时的版本。打开当前版本"
    ]


@pytest.mark.parametrize("path", ["/doc/none", "/doc/..%2F..%2Fetc%2Fpasswd", "/static/none.css"])
def test_what_does_not_exist_is_a_chinese_404(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, "没有" in answer.text, "script-src" in answer.headers["content-security-policy"]) == (
        404,
        True,
        "/doc/" not in path,
    )


def test_no_file_outside_the_static_folder_is_served(client: TestClient) -> None:
    answer = client.get("/static/..%2Fserver.py")
    assert (answer.status_code in (403, 404), "import" in answer.text) == (True, False)


def test_a_base_at_fault_is_a_message_not_a_traceback() -> None:
    class Broken(FakeBase):
        def document(self, policy_id: str, revision: str | None = None) -> PolicyDocument:
            raise Corrupt("目录损坏。请运行 python -m kb doctor --repair")

    answer = TestClient(application(Desk(Broken()))).get("/doc/p1")
    assert answer.status_code == 503
    assert "目录损坏。请运行 python -m kb doctor --repair" in html.document_fromstring(answer.text).text_content()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/favicon.ico", "image/svg+xml"),
        ("/static/favicon.svg", "image/svg+xml"),
        ("/static/document.css", "text/css; charset=utf-8"),
        ("/static/chat.js", "text/javascript; charset=utf-8"),
    ],
)
def test_static_files(client: TestClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_the_chat_may_only_speak_to_this_machine(client: TestClient) -> None:
    page = client.get("/")
    policy = page.headers["content-security-policy"]
    assert (page.status_code, "知策" in page.text) == (200, True)
    assert "connect-src 'self';" in policy and "default-src 'self';" in policy
    assert "http:" not in policy and "https:" not in policy and "*" not in policy


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_frameworks_own_pages_are_not_served(client: TestClient, path: str) -> None:
    assert "swagger" not in client.get(path).text.lower()


def test_a_port_in_use_is_said_in_chinese() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortInUse) as caught:
            listen("127.0.0.1", port)
    assert str(caught.value) == (
        f"无法在 127.0.0.1:{port} 打开网页（端口已被占用）。请关掉占用它的程序，或用 --host、--port 换一个地址。"
    )


def test_an_address_of_another_machine_is_said_in_chinese(free_port: int) -> None:
    with pytest.raises(PortInUse, match="本机没有这个地址"):
        listen("192.0.2.1", free_port)
