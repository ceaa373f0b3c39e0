"""Documents over REST: listed, shown, taken in, replaced, removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.base import KnowledgeBase
from kb.locks import WriteLock
from tests.api import interface, told
from tests.served import (
    FAIR,
    ID,
    NUMBER,
    TITLE,
    revision,
    served_base,
    warmed,
)
from tests.uploaded import NEW, OLD
from ui.api.holdings import Holdings
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.api.routes import rest
from ui.library_jobs import Job, Stage
from ui.server import application


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
