"""The librarian's report: each file as it was read, what was left out, what failed and why; archives read by member."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from ingest import reading
from ingest.librarian import collect
from ingest.librarian_page import page, summary, table
from ingest.scan import scan
from ingest.sync import scan_all, sync
from tests.bases import open_base

NOTICE = (
    "云溪市人民政府办公室关于印发云溪市{0}方案的通知\n云政办〔2031〕{1}号\n各街道办事处：\n"
    "现将《云溪市{0}方案》印发给你们，请认真贯彻执行。\n云溪市人民政府办公室\n2031年3月4日\n"
    "云溪市{0}方案\n一、总体要求\n到2033年，全市{0}达到1200张。\n"
)
PAGE = (
    "<html><head><title>x</title><meta name='ArticleTitle' content='云溪市<b>托育</b>补贴指南'></head><body>"
    "<div class='nav'>首页 政务公开 办事服务</div><div id='zoom'><p>每名幼儿每月补贴300元，由街道办事处受理。</p></div>"
    "</body></html>"
)


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "床位.txt").write_text(NOTICE.format("养老床位建设", 7), "utf-8")
    (folder / "托育.html").write_text(PAGE, "utf-8")
    (folder / "空.txt").write_bytes(b"")
    (folder / "程序.exe").write_bytes(b"MZ")
    archive = zipped(
        甲__txt=NOTICE.format("农机购置", 8).encode(),
        坏__docx=b"PK\x03\x04",
        乙__txt=NOTICE.format("技能培训", 9).encode(),
    )
    (folder / "包.zip").write_bytes(archive)
    return folder


def synced(home: Path, docs: Path):
    with open_base(home, write=True) as base:
        sync(base, scan_all([docs], home)[0])
        return collect(base)


def test_every_file_is_told_with_its_state_and_what_came_of_it(tmp_path, docs):
    report = synced(tmp_path / "home", docs)
    told = {f.path: (f.state, len(f.documents), f.why) for f in report.files}
    assert told == {
        "空.txt": ("失败", 0, "文件是空的（0 字节）"),
        "包.zip": ("待核对", 4, ""),
        "程序.exe": ("跳过", 0, "不支持的文件类型（.exe）"),
        "床位.txt": ("正常", 2, ""),
        "托育.html": ("正常", 1, ""),
    }
    notes = {f.path: f.note for f in report.files if f.note}
    assert notes["包.zip"]["refused"] == ["坏.docx：压缩结构已损坏，无法打开（.docx 没有下载完整？）。请重新获取该文件"]
    assert notes["托育.html"]["left_out"] == [
        {"text": "首页 政务公开 办事服务", "characters": 10, "why": "网页的其他部分", "times": 1}
    ]
    assert (report.documents, list(report.states.items())) == (
        7,
        [("失败", 1), ("待核对", 1), ("跳过", 1), ("正常", 2)],
    )


def test_members_of_an_archive_keep_their_names_and_their_parents(tmp_path, docs):
    home = tmp_path / "home"
    synced(home, docs)
    with open_base(home) as base:
        found = {d.title: base.document(d.policy_id) for d in base.documents()}
        plan = found["云溪市技能培训方案"]
        assert (plan.source, plan.doc_number) == ("包.zip/乙.txt", "云政办〔2031〕9号")
        assert plan.parent == next(d.policy_id for t, d in found.items() if "技能培训" in t and t.endswith("通知"))


def test_a_member_that_breaks_the_parser_fails_alone(tmp_path, docs, monkeypatch):
    real = reading.parse_document

    def failing(raw, name):
        if name == "甲.txt":
            raise RuntimeError("unexpected")
        return real(raw, name)

    monkeypatch.setattr(reading, "parse_document", failing)
    outcome = reading.read_request(reading.Request(docs / "包.zip", str(docs), "包.zip", 10))
    assert [s.source.shown for s in outcome.submissions] == ["包.zip/乙.txt", "包.zip/乙.txt"]
    assert [s.document.parent for s in outcome.submissions] == [None, "#0"]
    assert outcome.note.refused[0] == "甲.txt：解析出错（RuntimeError: unexpected）。请报告这个文件"


def test_a_file_mended_or_gone_leaves_the_report(tmp_path, docs):
    home = tmp_path / "home"
    synced(home, docs)
    (docs / "空.txt").write_text(NOTICE.format("托育补助", 11), "utf-8")
    (docs / "程序.exe").unlink()
    report = synced(home, docs)
    assert {f.path: f.state for f in report.files} == {
        "包.zip": "待核对",
        "床位.txt": "正常",
        "托育.html": "正常",
        "空.txt": "正常",
    }


def test_an_archive_gone_takes_its_documents_with_it(tmp_path, docs):
    home = tmp_path / "home"
    synced(home, docs)
    (docs / "包.zip").unlink()
    assert synced(home, docs).documents == 3


def test_another_folder_does_not_clear_what_failed_in_this_one(tmp_path, docs):
    home = tmp_path / "home"
    synced(home, docs)
    other = tmp_path / "别处"
    other.mkdir()
    (other / "坏.txt").write_bytes(b"")
    with open_base(home, write=True) as base:
        sync(base, scan(other, without=home))
        assert [Path(u.path).name for u in base.unread()] == ["坏.txt", "程序.exe", "空.txt"]


def test_the_page_escapes_what_files_say_and_needs_no_network(tmp_path, docs):
    html = page(synced(tmp_path / "home", docs), "2031-03-05 09:00")
    assert "云溪市&lt;b&gt;托育&lt;/b&gt;补贴指南" in html
    assert "http" not in html.replace("http-equiv", "")
    assert html.count("<script") == 0


def test_the_table_is_aligned_for_a_terminal(tmp_path, docs):
    report = synced(tmp_path / "home", docs)
    lines = table(report.files).split("\n")
    assert lines[0].split() == ["状态", "文件", "格式", "页", "字数", "文档", "片段", "情况"]
    assert lines[1].split() == ["失败", "空.txt", "文件是空的（0", "字节）"]
    assert summary(report).split("\n")[0] == "文件 5 个（失败 1，待核对 1，跳过 1，正常 2），文档 7 篇，片段 10 条。"


def test_the_report_can_be_read_by_programs(tmp_path, docs):
    from ingest.librarian import as_json

    report = json.loads(json.dumps(as_json(synced(tmp_path / "home", docs)), ensure_ascii=False))
    assert [f["path"] for f in report["files"] if f["state"] == "失败"] == ["空.txt"]
    assert report["documents"] == 7


def test_a_name_of_another_encoding_is_in_the_report_as_it_can_be_shown(tmp_path, docs):
    (docs / os.fsdecode("政策".encode("gbk") + b".txt")).write_text("甲", "utf-8")
    report = synced(tmp_path / "home", docs)
    assert [(f.path, f.why) for f in report.files if "\\udc" in f.path] == [
        ("\\udcd5\\udcfe\\udcb2\\udcdf.txt", "文件名不是 UTF-8 编码。请改名后再试")
    ]
