"""Undoing what was replaced or removed of the library, over the page's classes and by the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.cli import main
from ingest.isolation import Workers
from ingest.plan import file_digest
from ingest.removals import Removals
from ingest.scan import scan
from ingest.sync import sync
from ingest.undo import REMOVAL, REPLACEMENT, Undo
from ingest.uploads import REPLACED, Uploads
from kb.backup.making import back_up
from kb.backup.restoring import restore
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.errors import KBError
from kb.model import SourceRef
from tests.fakes import HashEmbedder
from tests.integration.test_uploads import put
from tests.uploaded import NEW, OLD
from ui.upload_view import removals_list


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as workers:
        yield workers


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(home=tmp_path / "home"), create=True, embedder=HashEmbedder()) as base:
        yield base


def test_a_replacement_is_undone_and_that_is_undone(base: KnowledgeBase, workers: Workers) -> None:
    uploads, file = Uploads(base), base.settings.home / "uploads" / "办法.txt"
    policy_id = put(uploads, workers, "办法.txt", OLD)
    former = base.header(policy_id)
    put(uploads, workers, "办法.txt", NEW)
    later = base.header(policy_id)
    (change,) = Undo(uploads).recent()
    assert (change.what, change.title, change.files) == (REPLACEMENT, "溪口县小微企业园管理办法", ("办法.txt",))
    assert Undo(uploads).undo(change.token) == change
    assert (base.header(policy_id), file.read_text("utf-8")) == (former, OLD)
    assert set(base.revisions(policy_id)) == {former.revision, later.revision}
    with pytest.raises(KBError, match="已经撤销过"):
        Undo(uploads).undo(change.token)
    (back,) = Undo(uploads).recent()
    Undo(uploads).undo(back.token)
    assert (base.header(policy_id), file.read_text("utf-8")) == (later, NEW)


def test_a_replacement_that_cannot_be_undone_changes_nothing(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    put(uploads, workers, "办法.txt", NEW)
    (change,) = Undo(uploads).recent()
    (uploads.folder / REPLACED / change.token / "file").write_bytes(b" \n")
    before = base.header(policy_id)
    with pytest.raises(KBError, match="原来的文件现在读不出来，没有改动"):
        Undo(uploads).undo(change.token)
    assert (base.header(policy_id), Undo(uploads).recent()) == (before, [change])


def test_changes_are_listed_apart(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "<b>.txt", OLD)
    put(uploads, workers, "<b>.txt", NEW)
    Undo(uploads).removals.remove(policy_id)
    changes = Undo(uploads).recent()
    assert [one.what for one in changes] == [REMOVAL, REPLACEMENT]
    made = removals_list(changes)
    assert made.index("最近移除的（1）") < made.index("最近替换的（1）")
    assert (made.count("&lt;b&gt;.txt"), made.count("<b>.txt"), removals_list([])) == (2, 0, "")


@pytest.mark.parametrize("token", ["", "..", "x" * 32, "a" * 31])
def test_what_is_not_known_is_told(base: KnowledgeBase, token: str) -> None:
    with pytest.raises(KBError, match="已经撤销过，或者太久以前"):
        Undo(Uploads(base)).undo(token)


def test_the_command_lists_and_undoes(
    base: KnowledgeBase, workers: Workers, capsys: pytest.CaptureFixture[str]
) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    removal = Undo(uploads).removals.remove(policy_id)
    home = ["--home", str(base.settings.home)]
    assert main(["undo", *home]) == 0
    assert capsys.readouterr().out.startswith(f"{removal.token}  ")
    assert main(["undo", *home, "--json"]) == 0
    assert [one["what"] for one in json.loads(capsys.readouterr().out)["undoable"]] == [REMOVAL]
    assert main(["undo", "z" * 32, *home]) == 1
    assert "太久以前" in capsys.readouterr().err


def test_a_folder_that_has_an_uploads_name_stays(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    (uploads.folder / "办法.txt").mkdir(parents=True)
    with pytest.raises(KBError, match="有一个叫“办法.txt”的文件夹。请给文件改名后再传"):
        put(uploads, workers, "办法.txt", OLD)
    assert ((uploads.folder / "办法.txt").is_dir(), base.documents()) == (True, [])


def test_what_was_removed_comes_back_where_a_backup_was_restored(
    base: KnowledgeBase, workers: Workers, tmp_path: Path
) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    former, revisions = base.header(policy_id), base.revisions(policy_id)
    removal = Removals(uploads).remove(policy_id)
    back_up(base.settings, tmp_path / "all.zip")
    new = tmp_path / "elsewhere" / "home"
    restore(tmp_path / "all.zip", new, embedder=HashEmbedder())
    with KnowledgeBase.open(Settings(home=new), embedder=HashEmbedder()) as restored:
        Undo(Uploads(restored)).undo(removal.token)
        assert (restored.header(policy_id), restored.revisions(policy_id)) == (former, revisions)
        assert restored.document(policy_id).sources == (SourceRef(str(new / "uploads"), "办法.txt"),)
        assert restored.roots() == [str(new / "uploads")]
        assert (new / "uploads" / "办法.txt").read_text("utf-8") == OLD
        row = restored.file(str(new / "uploads"), "办法.txt")
        assert row is not None and row.sha256 == file_digest(new / "uploads" / "办法.txt")
        received = Uploads(restored).receive("办法.txt")
        received.path.write_text(OLD, "utf-8")
        assert Uploads(restored).unchanged(received) is not None  # the base knows the file for its own
    assert (base.documents(), list((tmp_path / "home" / "uploads").glob("*.txt"))) == ([], [])


def test_a_document_of_a_folder_whose_file_has_gone_stays_once_it_is_brought_back(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    folder = tmp_path / "文件夹"
    folder.mkdir()
    (folder / "a.txt").write_text(OLD, "utf-8")
    (folder / "b.txt").write_text("云溪市夜市扶持办法\n对夜市摊位，每平方米每月补助20元。\n", "utf-8")
    sync(base, scan(folder))
    (document,) = (h for h in base.documents() if h.source == "a.txt")
    removals = Removals(Uploads(base))
    removal = removals.remove(document.policy_id)
    (folder / "a.txt").unlink()
    sync(base, scan(folder))
    removals.undo(removal.token)
    brought = base.header(document.policy_id)
    assert (brought.title, brought.revision, brought.source) == (document.title, document.revision, None)
    sync(base, scan(folder))
    assert base.header(document.policy_id) == brought
