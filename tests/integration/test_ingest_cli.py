"""The commands of python -m ingest: exit codes, messages, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.cli import main
from tests.fakes import HashEmbedder

TEXT = "关于做好养老床位工作的通知\n云溪政发〔2031〕3号\n到2033年，养老床位达到1200张，每张补助3000元。\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("kb.base.open_embedding", lambda settings: HashEmbedder())
    return str(tmp_path / "home")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, "utf-8")
    return folder


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = main([str(a) for a in arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_sync_reports_in_chinese_and_in_json(home, docs, capsys):
    code, out, err = run(capsys, "sync", docs, "--home", home)
    assert (code, err) == (0, "")
    assert out.startswith(
        "文件：新增 1，更新 0，移除 0，未变 0，失败 0\n写入文档 1 篇、片段 1 条；知识库现有文档 1 篇；用时 "
    )
    code, out, _ = run(capsys, "sync", docs, "--home", home, "--json")
    report = json.loads(out)
    assert report.pop("seconds") >= 0
    assert (code, report) == (
        0,
        {
            "added": 0, "replaced": 0, "moved": 0, "removed": 0, "unchanged": 1, "documents": 0, "chunks": 0,
            "embedded": 0, "interrupted": False, "pending": 0, "documents_in_base": 1, "skipped": [], "failed": [],
        },
    )  # fmt: skip


def test_a_failure_is_named_and_exits_with_1(home, docs, capsys):
    (docs / "空.txt").write_bytes(b"")
    code, out, err = run(capsys, "sync", docs, "--home", home)
    assert (code, err) == (1, f"失败：{docs / '空.txt'}：文件是空的（0 字节）\n")
    assert "新增 1" in out


@pytest.mark.parametrize(("path", "message"), [("无", "找不到"), (".", "没有可收录的文件")])
def test_a_missing_path_and_an_empty_folder_make_no_base(home, tmp_path, capsys, path, message):
    empty = tmp_path / "空"
    empty.mkdir()
    code, out, err = run(capsys, "sync", empty / path, "--home", home)
    assert (code, out) == (1, "")
    assert message in err
    assert not Path(home).exists()


def test_dry_run_and_plan_change_nothing(home, docs, capsys):
    for arguments in (["sync", docs, "--dry-run"], ["plan", docs]):
        code, out, _ = run(capsys, *arguments, "--home", home)
        assert (code, out) == (0, "新增：a.txt\n未变：0 个文件\n")
        assert not Path(home).exists()
    run(capsys, "sync", docs, "--home", home)
    (docs / "b.txt").write_text(TEXT + "又一件。", "utf-8")
    code, out, _ = run(capsys, "plan", docs, "--home", home, "--json")
    assert json.loads(out) == {
        "add": [{"root": str(docs), "path": "b.txt", "old_path": None}],
        "replace": [], "move": [], "remove": [], "unchanged": 1, "skipped": [], "failed": [],
    }  # fmt: skip


def test_remove_wants_known_ids_and_a_later_sync_leaves_the_document_out(home, docs, capsys):
    run(capsys, "sync", docs, "--home", home)
    code, _, err = run(capsys, "remove", "nope", "--home", home)
    assert code == 1
    assert "没有编号为 nope 的文件" in err
    from tests.bases import open_base

    with open_base(Path(home)) as base:
        (header,) = base.documents()
    assert run(capsys, "remove", header.policy_id, header.policy_id, "--home", home, "--json")[:2] == (
        0,
        '{\n  "removed": 1\n}\n',
    )
    run(capsys, "sync", docs, "--home", home)
    with open_base(Path(home)) as base:
        assert base.documents() == []


def test_rebuild_and_report(home, docs, capsys):
    run(capsys, "sync", docs, "--home", home)
    code, out, _ = run(capsys, "rebuild", "--home", home, "--json")
    assert (code, json.loads(out)) == (0, {"chunks": 1, "embedding": "fake:bigrams"})
    code, out, _ = run(capsys, "report", "--home", home, "--json")
    report = json.loads(out)
    assert (code, report["roots"], report["documents"], report["chunks"], report["kinds"]) == (
        0,
        [{"root": str(docs), "files": 1, "stale": 0}],
        1,
        1,
        {"通知": 1},
    )
    assert run(capsys, "report", "--home", home)[1].startswith("文件 1 个（正常 1），文档 1 篇，片段 1 条。\n")


@pytest.mark.parametrize("command", ["rebuild", "report", "remove"])
def test_a_home_without_a_base_is_named(home, capsys, command):
    arguments = [command, "x"] if command == "remove" else [command]
    code, _, err = run(capsys, *arguments, "--home", home)
    assert code == 1
    assert "还没有知识库" in err


def test_wrong_usage(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["sync"])
    assert caught.value.code == 2
