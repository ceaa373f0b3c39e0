"""Originals and their pages over HTTP: only what the catalog lists, where it lists it; no hostile file does harm."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from PIL import Image
from starlette.testclient import TestClient

from ingest.isolation import Workers
from ingest.page_image import PageImage, PagePictures, PageRequest, draw_page
from ingest.reading import Reading, Refusal, Request, read_request
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.errors import KBError
from kb.model import ChunkDraft, PolicyDocument, SourceRef, SourceSpan, Submission
from tests.fakes import HashEmbedder
from tests.reply_desk import CORPUS
from ui.desk import Desk
from ui.document_context import boxes_of, pages_of, surroundings_of
from ui.originals import OriginalGone, original_of
from ui.server import application

PDF = "人才/2025-云溪市高层次人才认定和支持办法实施细则.pdf"
PICTURE = "综合/2026-招用高校毕业生一次性补贴申领公告.png"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("files")
    root = folder / "root"
    root.mkdir()
    (folder / "secret.txt").write_text("secret", "utf-8")
    (root / "link.txt").symlink_to(folder / "secret.txt")
    (root / "inner").symlink_to(folder)
    (root / '<b>"x.txt').write_bytes("原件".encode())
    paths = ["link.txt", "inner/secret.txt", "../secret.txt", str(folder / "secret.txt"), "gone.txt", '<b>"x.txt', ""]
    with KnowledgeBase.open(Settings(home=folder / "home"), create=True, write=True, embedder=HashEmbedder()) as base:
        base.put_many(
            Submission(PolicyDocument(f"正文{n}。"), (ChunkDraft(0, 4),), SourceRef(str(root), path), f"p{n}")
            for n, path in enumerate(paths)
        )
        base.put_many([Submission(PolicyDocument("没有来源。"), (ChunkDraft(0, 4),), None, "none")])
        base.put_many(
            [Submission(PolicyDocument("相对的根。"), (ChunkDraft(0, 4),), SourceRef("r", "x.txt"), "relative")]
        )
        reading = read_request(Request(CORPUS / PDF, str(CORPUS), PDF, 100))
        assert isinstance(reading, Reading)
        (one,) = reading.submissions
        base.put_many([Submission(one.document, one.chunks, one.source, "pdf")])
        line = SourceSpan(0, 20, 0, 20, "body", 1, (70.0, 600.0, 500.0, 612.0))
        picture = PolicyDocument("图片里的一行字，有二十个字那么长才行的。", source_map=(line,))
        base.put_many([Submission(picture, (ChunkDraft(0, 20),), SourceRef(str(CORPUS), PICTURE), "picture")])
        yield base


@pytest.fixture(scope="module")
def client(base: KnowledgeBase) -> Iterator[TestClient]:
    desk = Desk(base)
    desk.ready.set()
    desk.prepared.set()
    with TestClient(application(desk, base)) as client:
        yield client


def test_an_original_is_downloaded_as_it_is(client: TestClient) -> None:
    answer = client.get("/original/pdf")
    assert (answer.status_code, answer.content) == (200, (CORPUS / PDF).read_bytes())
    given = answer.headers
    assert given["content-disposition"].startswith("attachment; filename*=UTF-8''2025-%E4%BA%91")
    assert (given["content-type"], given["x-content-type-options"]) == ("application/octet-stream", "nosniff")
    assert "default-src 'none'" in given["content-security-policy"]
    assert client.get("/original/p5").headers["content-disposition"].endswith("%3Cb%3E%22x.txt")


@pytest.mark.parametrize(
    ("policy_id", "why"),
    [
        ("p0", "是一个链接"),
        ("p1", "是一个链接"),
        ("p2", "没有原件可以下载"),
        ("p3", "没有原件可以下载"),
        ("p4", "已经不在原处（gone.txt）"),
        ("p6", "没有原件可以下载"),
        ("none", "没有记录原件的位置"),
        ("relative", "没有原件可以下载"),
        ("pdf?source=7", "没有记录原件的位置"),
        ("unknown", "没有编号为 unknown 的文件"),
        ("..%2F..%2Fetc%2Fpasswd", "没有编号为 ../../etc/passwd 的文件"),
    ],
)
def test_no_other_file_is_served(client: TestClient, policy_id: str, why: str) -> None:
    answer = client.get(f"/original/{policy_id}")
    page = html.document_fromstring(answer.text)
    assert (answer.status_code, page.cssselect("h1")[0].text, "secret" in answer.text) == (404, "原件不能下载", False)
    assert why in page.text_content()


def test_the_page_of_a_document_tells_of_its_file(client: TestClient, base: KnowledgeBase) -> None:
    document = base.document("pdf")
    start = document.text.index("直接认定")
    page = html.document_fromstring(client.get(f"/doc/pdf?start={start}&end={start + 4}").text)
    assert [i.get("src") for i in page.iter("img")] == [f"/page-image/pdf?page=1&start={start}&end={start + 4}"]
    assert page.cssselect(".side .button")[0].get("href") == "/original/pdf"
    gone = html.document_fromstring(client.get("/doc/p4").text)
    assert "已经不在原处" in gone.cssselect(".side")[0].text_content()
    assert gone.cssselect(".side .button") == []
    assert client.get("/doc/pdf?page=2").text.count("<figure") == 1
    assert client.get("/doc/pdf?page=99999999999").text.count("<figure") == 0


@pytest.mark.parametrize("policy_id", ["pdf", "picture"])
def test_the_page_is_drawn_with_the_quotation_marked(client: TestClient, base: KnowledgeBase, policy_id: str) -> None:
    document = base.document(policy_id)
    run = next(r for r in document.source_map if r.page == 1 and r.box and r.end - r.start > 12)
    plain = client.get(f"/page-image/{policy_id}?page=1")
    marked = client.get(f"/page-image/{policy_id}?page=1&start={run.start}&end={run.end}")
    assert (plain.status_code, marked.status_code, marked.headers["content-type"]) == (200, 200, "image/jpeg")
    yellow = [_yellow(Image.open(io.BytesIO(answer.content))) for answer in (plain, marked)]
    assert yellow[0] < 50 < 1000 < yellow[1]


def _yellow(image: Image.Image) -> int:
    colours = image.convert("RGB").getcolors(image.width * image.height) or []
    return sum(count for count, (r, g, b) in colours if r > 230 and g > 180 and b < 130)  # type: ignore[misc]


@pytest.mark.parametrize("query", ["", "page=0", "page=99", "page=-1", "page=x", "page=１"])
def test_a_page_that_is_not_there_is_told(client: TestClient, query: str) -> None:
    answer = client.get(f"/page-image/pdf?{query}")
    assert (answer.status_code, "没有这一页的图像" in answer.text) == (404, True)


def test_a_file_that_has_changed_is_downloaded_with_a_word_and_not_drawn(base: KnowledgeBase, tmp_path: Path) -> None:
    from kb.catalog import FileRow

    path = tmp_path / "a.pdf"
    path.write_bytes((CORPUS / PDF).read_bytes())
    document = PolicyDocument("正文。", source_map=(SourceSpan(0, 3, 0, 3, "body", 1, (0, 0, 9, 9)),))
    base.put_many([Submission(document, (ChunkDraft(0, 3),), SourceRef(str(tmp_path), "a.pdf"), "changed")])
    base.record_files([FileRow(str(tmp_path), "a.pdf", 5, 5, "0" * 64, "v")])
    held = base.document("changed")
    assert original_of(base, held.sources).changed
    around = surroundings_of(base, held)
    assert (around.changed, around.pages, around.gone) == (True, (), "")
    path.unlink()
    with pytest.raises(OriginalGone):
        original_of(base, held.sources)


def test_a_hostile_pdf_ends_a_process_and_not_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes((CORPUS / PDF).read_bytes())
    bad.write_bytes(b"%PDF-1.7\n" + b"\x00garbage" * 500)
    pictures = PagePictures(100, 3000)
    try:
        with pytest.raises(KBError, match="这一页不能显示：PDF 已损坏"):
            pictures.draw(bad, 1, ())
        assert pictures.draw(good, 1, ()).width > 500
        assert pictures.draw(good, 1, ()) is pictures.draw(good, 1, ())  # kept
    finally:
        pictures.close()
    monkeypatch.setattr("ingest.page_image.Workers", lambda *a: Workers(1, 5, 5, 3000, "tests.hostile_worker"))
    (tmp_path / "crash.pdf").write_bytes(b"%PDF-")
    crashing = PagePictures(100, 3000)
    try:
        with pytest.raises(KBError, match="这一页不能显示：读取进程崩溃"):
            crashing.draw(tmp_path / "crash.pdf", 1, ())
    finally:
        crashing.close()


def test_a_page_that_could_not_be_drawn_is_not_tried_again_until_the_file_changes(tmp_path: Path) -> None:
    good = (CORPUS / PDF).read_bytes()
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n".ljust(len(good), b"\0"))
    when = path.stat().st_mtime_ns
    pictures = PagePictures(100, 3000)
    try:
        for boxes in ((), ((0.0, 0.0, 9.0, 9.0),)):
            with pytest.raises(KBError, match="这一页不能显示：PDF 已损坏"):
                pictures.draw(path, 1, boxes)
            path.write_bytes(good)
            os.utime(path, ns=(when, when))  # it looks the same
        os.utime(path, ns=(when, when + 10**9))
        assert pictures.draw(path, 1, ()).width > 500
    finally:
        pictures.close()


def test_pages_are_of_the_file_the_text_was_read_from(base: KnowledgeBase, tmp_path: Path) -> None:
    for name in ("first.pdf", "second.pdf"):
        (tmp_path / name).write_bytes((CORPUS / PDF).read_bytes())
    places = [SourceRef(str(tmp_path), name) for name in ("first.pdf", "second.pdf")]
    document = PolicyDocument("两处的正文。", source_map=(SourceSpan(0, 5, 0, 5, "body", 1, (0, 0, 9, 9)),))
    for place in places:
        base.put_many([Submission(document, (ChunkDraft(0, 5),), place)])
    policy_id = base.places(places[0].root, places[0].path)[places[0]]
    assert (base.read_from(policy_id), surroundings_of(base, base.document(policy_id)).pages) == (places[0], (1,))
    base.remove_sources(places[0].root, [places[0].path])
    left = surroundings_of(base, base.document(policy_id))
    assert (base.read_from(policy_id), left.sources, left.pages) == (None, (places[1],), ())


def test_boxes_of_any_size_are_drawn_or_passed_over() -> None:
    boxes = ((1e9, 1e9, -1e9, -1e9), (0.0, 0.0, 0.0, 0.0), (-50.0, -50.0, 9e9, 9e9))
    drawn = draw_page(PageRequest(CORPUS / PDF, 1, boxes, 100))
    assert isinstance(drawn, PageImage)
    assert isinstance(draw_page(PageRequest(CORPUS / PDF, 99, (), 100)), Refusal)
    assert isinstance(draw_page(PageRequest(CORPUS / PDF, 1, (), 0)), Refusal)


def test_pages_and_boxes_come_from_the_source_map(base: KnowledgeBase) -> None:
    document = base.document("pdf")
    assert pages_of(document)[0] == 1
    whole = boxes_of(document, document.source_map[0])  # type: ignore[arg-type]
    assert whole == {1: (document.source_map[0].box,)}
