"""What the chat serves beside its page: files of conversations, and how far a turn is."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from docx import Document
from lxml import html
from starlette.testclient import TestClient

from kb.conversations.model import Turn
from kb.conversations.store import ConversationStore
from kb.model import Filters
from tests.conversations import DAY, PLAN, QUESTION, asked
from tests.fake_base import FakeBase
from ui.answering import Answering
from ui.desk import Desk
from ui.markup import document_url
from ui.server import application


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Answering:
    home: Path = tmp_path_factory.mktemp("home")
    desk = Desk(FakeBase())
    desk.ready.set()
    return Answering(desk, ConversationStore(home))


@pytest.fixture(scope="module")
def turn(answering: Answering) -> Turn:
    return asked(answering.store)


@pytest.fixture(scope="module")
def client(answering: Answering) -> Iterator[TestClient]:
    with TestClient(application(answering.desk, None, lambda: answering)) as client:
        yield client


def test_a_conversation_is_taken_away_as_a_file(client: TestClient, turn: Turn, answering: Answering) -> None:
    answering.store.rename(turn.conversation_id, '../a"b: 目标<x>')
    word, text, whole = (client.get(f"/chat/{turn.conversation_id}.{s}") for s in ("docx", "md", "json"))
    assert [r.status_code for r in (word, text, whole)] == [200] * 3
    name = unquote(word.headers["content-disposition"])
    assert name == "attachment; filename*=UTF-8''a b  目标 x.docx"
    assert Document(io.BytesIO(word.content)).paragraphs[1].text == f"1. {QUESTION}"
    assert text.text.startswith('# ../a"b: 目标\\<x\\>\n')
    assert whole.json()["turns"][0]["question"] == QUESTION
    assert text.headers["cache-control"] == "no-store"


def test_all_conversations_are_taken_away_at_once(client: TestClient, turn: Turn) -> None:
    everything = client.get("/chat/all.json")
    assert turn.conversation_id in {c["conversation_id"] for c in json.loads(everything.text)["conversations"]}


@pytest.mark.parametrize("path", ["c0000000000000000.docx", "..%2F..%2Fuser.md", "c1.exe", "<script>.md"])
def test_what_does_not_exist_is_a_chinese_page(client: TestClient, path: str) -> None:
    answer = client.get(f"/chat/{path}")
    assert answer.status_code == 404
    assert "没有编号为" in html.document_fromstring(answer.text).text_content() or "%2F" in path


def test_another_kind_of_file_is_refused(client: TestClient, turn: Turn) -> None:
    answer = client.get(f"/chat/{turn.conversation_id}.exe")
    assert (answer.status_code, "不能导出为 .exe" in answer.text) == (404, True)


def test_how_far_a_turn_is(client: TestClient, turn: Turn, answering: Answering) -> None:
    lost = answering.store.ask("又问", Filters(), DAY, worker="999999999-x")
    states = [client.get(f"/chat/turn/{t}").json() for t in (turn.turn_id, lost.turn_id, "t" + "0" * 16, "nonsense")]
    assert states == [{"state": "answered"}, {"state": "lost"}, {"state": "lost"}, {"state": "lost"}]


def test_a_cited_document_that_is_gone_is_shown_as_it_was_kept(answering: Answering, turn: Turn) -> None:
    assert turn.answer
    cited = turn.answer.citations[0]
    link = document_url(cited.policy_id, cited.revision, cited.start, cited.end)
    with TestClient(application(Desk(FakeBase([])), None, lambda: answering)) as client:
        page = html.document_fromstring(client.get(link).text)
        lost = client.get(document_url(cited.policy_id, "0" * 16, 0, 5))
    assert page.get_element_by_id("text").text_content() == PLAN.text
    assert "".join(m.text_content() for m in page.iter("mark")) == cited.quote
    assert [n.text_content() for n in page.cssselect(".notice")] == ["这份文件已不在知识库里，下面是引用时留存的全文。"]
    assert lost.status_code == 404


def test_a_cited_revision_is_shown_as_it_was_kept_where_the_base_has_only_a_newer_one(tmp_path: Path) -> None:
    newer = replace(PLAN, text=PLAN.text.replace("900家", "950家"))
    with ConversationStore(tmp_path) as store:
        asked(store)
        answering = Answering(Desk(FakeBase([newer])), store)
        start = PLAN.text.index("入园企业达到900家")
        with TestClient(application(answering.desk, None, lambda: answering)) as client:
            page = client.get("/doc/p1", params={"revision": PLAN.revision, "start": start, "end": start + 10})
            other = client.get("/doc/p1", params={"revision": "0" * 16, "start": start, "end": start + 10})
    shown = html.document_fromstring(page.text)
    assert [mark.text_content() for mark in shown.cssselect("#text mark")] == [PLAN.text[start : start + 10]]
    assert "这不是该文件的当前版本，而是引用时的版本。" in shown.text_content()
    assert "引用时的版本已不在知识库里" in html.document_fromstring(other.text).text_content()


def test_what_was_deleted_long_ago_is_purged_once_a_day_while_the_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("ui.answering.time.monotonic", lambda: seconds[0])
    with ConversationStore(tmp_path) as store:
        answering = Answering(Desk(FakeBase([])), store)
        left = []
        for later in (0.0, 3600.0, 25 * 3600.0):
            seconds[0] = 1000.0 + later
            gone = asked(store)
            store.delete(gone.conversation_id)
            with closing(sqlite3.connect(store.path)) as connection, connection:
                connection.execute("UPDATE conversations SET deleted_on = '2020-01-01T00:00:00.000+00:00'")
            answering.tidy()
            left.append(len(store.list(deleted=True)))
    assert left == [0, 1, 0]
