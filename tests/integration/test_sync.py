"""Sync of real folders with a real base; only the embedding model is a fake."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest import reading
from ingest import sync as sync_module
from ingest.plan import Action
from ingest.sync import Hooks, plan_sync, scan_all, sync
from kb.base import KnowledgeBase
from kb.errors import KBError
from tests.bases import open_base, tables
from tests.fakes import HashEmbedder

SUBJECTS = ("孵化器", "农机购置", "养老床位", "技能培训", "跨境电商", "屋顶光伏", "义务教育", "河道治理")


def text(number: int, version: int = 0) -> str:
    subject = SUBJECTS[number % len(SUBJECTS)]
    return (
        f"关于做好{subject}工作的通知\n云溪政发〔2031〕{number + 1}号\n各乡镇人民政府：\n"
        f"一、总体要求\n到2033年，{subject}项目达到{100 + number}个，每个项目补助{10 + version}万元。\n"
        f"二、保障措施\n{subject}由第{number}科牵头，各乡镇配合，联系电话另行公布。\n"
        f"云溪市人民政府\n2031年3月{number + 1}日\n"
    )


def fill(folder: Path, count: int = 6) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number}.txt").write_text(text(number), "utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return fill(tmp_path / "文件")


def run(home: Path, *paths: Path, embedder: HashEmbedder | None = None, **options) -> list[tuple[int, ...]]:
    """Sync paths in one opened base: (added, replaced, moved, removed, unchanged, failed) of each."""
    with open_base(home, embedder, write=True) as base:
        return [
            numbers(sync(base, found, **options))
            for found in scan_all(paths, home, options.get("allow_removal", False))
        ]


def numbers(report: sync_module.Report) -> tuple[int, ...]:
    return (
        report.added, report.replaced, report.moved, report.removed, report.unchanged, len(report.failed),
    )  # fmt: skip


def held(home: Path) -> dict[str, str]:
    """Id of the document by its source path."""
    with open_base(home) as base:
        return {header.source or "": header.policy_id for header in base.documents()}


def body_of(home: Path, path: str) -> str:
    with open_base(home) as base:
        (policy_id,) = [h.policy_id for h in base.documents() if h.source == path]
        return base.document(policy_id).text


def test_twice_is_a_no_op(home, docs):
    embedder = HashEmbedder()
    assert run(home, docs, embedder=embedder) == [(6, 0, 0, 0, 0, 0)]
    with open_base(home) as base:
        before, calls = tables(base), embedder.calls
    assert run(home, docs, embedder=embedder) == [(0, 0, 0, 0, 6, 0)]
    with open_base(home) as base:
        assert tables(base) == before
    assert embedder.calls == calls > 0


def test_a_touched_file_is_unchanged_and_its_time_is_learned(home, docs):
    run(home, docs)
    os.utime(docs / "1.txt", (1, 1))
    assert run(home, docs) == [(0, 0, 0, 0, 6, 0)]
    with open_base(home) as base:
        assert base.files(str(docs))["1.txt"].mtime_ns == 1_000_000_000


def test_a_changed_file_is_replaced_under_its_id(home, docs):
    run(home, docs)
    before = held(home)
    (docs / "2.txt").write_text(text(2, version=5), "utf-8")
    assert run(home, docs) == [(0, 1, 0, 0, 5, 0)]
    assert held(home) == before
    assert "每个项目补助15万元" in body_of(home, "2.txt")
    assert "每个项目补助10万元" not in body_of(home, "2.txt")


def test_a_changed_file_of_the_same_size_and_time_is_found_when_the_version_changes(home, docs):
    run(home, docs)
    status = (docs / "2.txt").stat()
    (docs / "2.txt").write_text(text(2).replace("102个", "999个"), "utf-8")
    os.utime(docs / "2.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(home, docs) == [(0, 0, 0, 0, 6, 0)]
    assert run(home, docs, version="another") == [(0, 6, 0, 0, 0, 0)]
    assert "999个" in body_of(home, "2.txt")


def test_a_moved_file_keeps_its_id(home, docs):
    run(home, docs)
    before = held(home)
    (docs / "下级").mkdir()
    (docs / "3.txt").rename(docs / "下级" / "三.txt")
    assert run(home, docs) == [(0, 0, 1, 0, 5, 0)]
    after = held(home)
    assert after.pop("下级/三.txt") == before.pop("3.txt")
    assert after == before
    assert run(home, docs) == [(0, 0, 0, 0, 6, 0)]


def test_a_file_moved_while_the_version_changed_keeps_its_id_and_is_read_again(home, docs):
    run(home, docs)
    before = held(home)["3.txt"]
    (docs / "3.txt").rename(docs / "三.txt")
    assert run(home, docs, version="another") == [(0, 5, 1, 0, 0, 0)]
    assert held(home)["三.txt"] == before
    with open_base(home) as base:
        assert {row.ingest_version for row in base.files(str(docs)).values()} == {"another"}


def test_a_removed_file_is_removed(home, docs):
    run(home, docs)
    (docs / "4.txt").unlink()
    assert run(home, docs) == [(0, 0, 0, 1, 5, 0)]
    assert sorted(held(home)) == ["0.txt", "1.txt", "2.txt", "3.txt", "5.txt"]


def test_syncing_one_folder_keeps_another(home, docs, tmp_path):
    other = tmp_path / "别处"
    other.mkdir()
    (other / "x.txt").write_text(text(7), "utf-8")
    run(home, docs)
    assert run(home, other) == [(1, 0, 0, 0, 0, 0)]
    assert len(held(home)) == 7


def test_a_folder_inside_a_known_one_and_one_around_it_know_each_file_once(home, docs, tmp_path):
    inner = fill(docs / "内", 0)
    (inner / "x.txt").write_text(text(7), "utf-8")
    assert run(home, inner) == [(1, 0, 0, 0, 0, 0)]
    assert run(home, docs) == [(6, 0, 0, 0, 1, 0)]
    (inner / "x.txt").write_text(text(7, version=3), "utf-8")
    assert run(home, docs) == [(0, 1, 0, 0, 6, 0)]
    assert run(home, inner, docs / "0.txt", tmp_path) == [(0, 0, 0, 0, 1, 0), (0, 0, 0, 0, 1, 0), (0, 0, 0, 0, 7, 0)]
    assert len(held(home)) == 7


def test_too_many_removals_stop_before_anything_is_done(home, docs):
    run(home, docs)
    before = held(home)
    for number in range(4):
        (docs / f"{number}.txt").unlink()
    (docs / "neu.txt").write_text(text(7), "utf-8")
    with pytest.raises(KBError, match="6 个文件中有 4 个.*--allow-removal"):
        run(home, docs)
    assert held(home) == before
    assert run(home, docs, allow_removal=True) == [(1, 0, 0, 4, 2, 0)]
    assert sorted(held(home)) == ["4.txt", "5.txt", "neu.txt"]


def test_a_folder_that_is_empty_now_wipes_nothing(home, docs):
    run(home, docs)
    shutil.rmtree(docs)
    with pytest.raises(KBError, match="找不到"):
        run(home, docs)
    docs.mkdir()
    with pytest.raises(KBError, match="没有可收录的文件"):
        run(home, docs)
    assert len(held(home)) == 6
    assert run(home, docs, allow_removal=True) == [(0, 0, 0, 6, 0, 0)]
    assert held(home) == {}


def test_an_unreadable_file_is_named_and_the_others_are_done(home, docs):
    (docs / "空.txt").write_bytes(b"")
    (docs / "旧.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (docs / "坏.docx").write_bytes(b"PK\x03\x04broken")
    (docs / "歌.mp3").write_bytes(b"ID3\x04\x00")
    (docs / "歌.txt").write_bytes(b"ID3\x04\x00")
    (docs / "~$锁.docx").write_bytes(b"x")
    (docs / ".隐.txt").write_text("隐藏", "utf-8")
    (docs / "README.md").write_text("这个目录放什么", "utf-8")
    with open_base(home, write=True) as base:
        report = sync(base, scan_all([docs], home)[0])
    assert numbers(report) == (6, 0, 0, 0, 0, 3)
    assert {(Path(n.path).name, n.why[:6]) for n in report.failed} == {
        ("空.txt", "文件是空的（"), ("旧.doc", "旧版 Off"), ("坏.docx", "压缩结构已损"),
    }  # fmt: skip
    assert sorted(Path(n.path).name for n in report.skipped) == ["README.md", "歌.mp3", "歌.txt"]


def test_what_is_held_of_a_file_that_became_unreadable_stays(home, docs):
    run(home, docs)
    before = held(home)
    (docs / "1.txt").write_bytes(b"")
    assert run(home, docs) == [(0, 0, 0, 0, 5, 1)]
    assert held(home) == before
    assert run(home, docs) == [(0, 0, 0, 0, 5, 1)]


def test_files_of_which_the_base_holds_an_older_version_are_named_so(home, docs):
    run(home, docs)
    (docs / "1.txt").write_bytes(b"")
    (docs / "2.txt").write_bytes(b"ID3\x04\x00")
    (docs / "新.txt").write_bytes(b"")
    with open_base(home, write=True) as base:
        report = sync(base, scan_all([docs], home)[0])
    told = {Path(n.path).name: n.why.endswith("（库中仍是旧内容）") for n in (*report.failed, *report.skipped)}
    assert told == {"1.txt": True, "2.txt": True, "新.txt": False}


def test_a_parser_error_in_one_file_does_not_stop_the_others(home, docs, monkeypatch):
    real = reading.parse_document

    def failing(raw, name):
        if name == "2.txt":
            raise RuntimeError("unexpected")
        return real(raw, name)

    monkeypatch.setattr(reading, "parse_document", failing)
    here = lambda requests, stopping: map(reading.read_request, requests)  # noqa: E731
    with open_base(home, write=True) as base:
        report = sync(base, scan_all([docs], home)[0], reader=here)
    assert numbers(report) == (5, 0, 0, 0, 0, 1)
    assert "RuntimeError: unexpected" in report.failed[0].why


def test_articles_a_file_no_longer_has_go(home, tmp_path):
    folder = tmp_path / "文件"
    folder.mkdir()
    notice = (
        text(0).rstrip("\n") + "\n云溪市孵化器建设实施方案\n为做好工作，制定本方案。\n一、目标\n到2033年建成5家。\n"
    )
    (folder / "a.txt").write_text(notice, "utf-8")
    run(home, folder)
    with open_base(home) as base:
        whole = len(base.documents())
    assert whole == 2, "the look-alike must have an attached plan for this test to say anything"
    (folder / "a.txt").write_text(text(0), "utf-8")
    assert run(home, folder) == [(0, 1, 0, 0, 0, 0)]
    assert len(held(home)) == 1


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_interrupted_run_says_so_and_resumes_to_the_same_result(home, docs, tmp_path, monkeypatch, after):
    monkeypatch.setattr(sync_module, "BATCH_FILES", 2)
    put: list[int] = []
    hooks = Hooks(advance=put.append, stopping=lambda: len(put) >= after)
    with open_base(home, write=True) as base:
        report = sync(base, scan_all([docs], home)[0], hooks=hooks)
        done = len(base.documents())
    assert (report.interrupted, report.added + report.pending, done) == (True, 6, report.added)
    assert 0 < done < 6
    assert run(home, docs) == [(6 - done, 0, 0, 0, done, 0)]
    undisturbed = tmp_path / "other"
    run(undisturbed, docs)
    with open_base(home) as base, open_base(undisturbed) as other:
        assert tables(base) == tables(other)


def test_a_run_that_died_between_put_and_record_resumes(home, docs, tmp_path, monkeypatch):
    monkeypatch.setattr(sync_module, "BATCH_FILES", 2)
    calls = []

    def dying(self, rows):
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("power is gone")
        return real(self, rows)

    real = KnowledgeBase.record_files
    monkeypatch.setattr(KnowledgeBase, "record_files", dying)
    with pytest.raises(RuntimeError, match="power"):
        run(home, docs)
    monkeypatch.undo()
    run(home, docs)
    undisturbed = tmp_path / "other"
    run(undisturbed, docs)
    with open_base(home) as base, open_base(undisturbed) as other:
        assert tables(base) == tables(other)


def test_a_file_deleted_after_a_run_died_before_it_was_recorded_is_removed(home, docs, tmp_path, monkeypatch):
    with monkeypatch.context() as patch, open_base(home, write=True) as base:
        patch.setattr(base, "record_files", lambda rows: None)
        sync(base, scan_all([docs], home)[0])
    (docs / "2.txt").unlink()
    assert run(home, docs)[0][3] == 1
    with open_base(home) as base:
        left = sorted(Path(h.source).name for h in base.documents())
    assert left == sorted(p.name for p in docs.iterdir() if p.suffix == ".txt")
    assert run(home, docs)[0][:4] == (0, 0, 0, 0)


def test_links_out_of_the_folder_are_not_followed(home, docs, tmp_path):
    outside = fill(tmp_path / "外", 1)
    (docs / "链接").symlink_to(outside)
    (docs / "链接.txt").symlink_to(outside / "0.txt")
    (docs / "圈").symlink_to(docs)
    (docs / "断.txt").symlink_to(tmp_path / "无")
    with open_base(home, write=True) as base:
        report = sync(base, scan_all([docs], home)[0])
    assert numbers(report) == (6, 0, 0, 0, 0, 0)
    assert sorted((Path(n.path).name, n.why) for n in report.skipped) == [
        ("断.txt", "链接指向的文件不存在"),
        ("链接", "链接指向同步目录之外，未跟随"),
        ("链接.txt", "链接指向同步目录之外，未跟随"),
    ]


def test_a_single_file_and_one_asked_for_by_name_that_is_no_document(home, docs, tmp_path):
    assert run(home, docs / "0.txt") == [(1, 0, 0, 0, 0, 0)]
    (tmp_path / "a.mp3").write_bytes(b"ID3\0\0")
    assert run(home, tmp_path / "a.mp3") == [(0, 0, 0, 0, 0, 1)]
    assert run(home, docs) == [(5, 0, 0, 0, 1, 0)]


def test_the_home_and_the_parts_of_a_saved_page_are_left_out(docs):
    home = docs / "home"
    (docs / "网页.html").write_text(f"<html><body><p>{text(6)}</p></body></html>", "utf-8")
    (docs / "网页_files").mkdir()
    (docs / "网页_files" / "frame.html").write_text("<html><p>广告广告广告</p></html>", "utf-8")
    run(home, docs)
    (home / "说明.txt").write_text(text(7), "utf-8")
    assert run(home, docs) == [(0, 0, 0, 0, 7, 0)]


def test_a_plan_changes_nothing(home, docs):
    run(home, docs)
    (docs / "0.txt").unlink()
    (docs / "1.txt").rename(docs / "一.txt")
    (docs / "2.txt").write_text(text(2, version=5), "utf-8")
    (docs / "neu.txt").write_text(text(7), "utf-8")
    with open_base(home) as base:
        before = tables(base)
        plan = plan_sync(base, scan_all([docs], home)[0])
        assert tables(base) == before
    assert sorted((s.action, s.path, s.old_path) for s in plan.steps if s.action is not Action.UNCHANGED) == [
        ("add", "neu.txt", None),
        ("move", "一.txt", "1.txt"),
        ("remove", "0.txt", None),
        ("replace", "2.txt", None),
    ]


def test_progress_counts_every_file_once(home, docs):
    (docs / "空.txt").write_bytes(b"")
    totals, advanced = [], []
    with open_base(home, write=True) as base:
        sync(base, scan_all([docs], home)[0], hooks=Hooks(total=totals.append, advance=advanced.append))
    assert (sum(totals), sum(advanced)) == (7, 7)
