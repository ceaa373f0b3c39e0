"""Files given through the page: into the base, in the place of others, out of it and back, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.isolation import Workers
from ingest.reading import Reading, Refusal
from ingest.removals import Removals
from ingest.scan import scan
from ingest.swap import Swap, Unfinished
from ingest.sync import sync
from ingest.uploads import ASIDE, REMOVED, Received, Uploads
from kb.base import KnowledgeBase
from kb.catalog import FileRow
from kb.config import Settings
from kb.errors import HomeBusy, KBError, UnknownDocument
from kb.locks import WriteLock
from kb.model import ChunkDraft, PolicyDocument, SourceRef, SourceSpan, Submission
from tests.fakes import Crash, HashEmbedder
from tests.uploaded import NEW, OLD


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as workers:
        yield workers


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(home=tmp_path / "home"), create=True, embedder=HashEmbedder()) as base:
        yield base


def given(uploads: Uploads, name: str, text: str | bytes) -> Received:
    received = uploads.receive(name)
    received.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return received


def put(uploads: Uploads, workers: Workers, name: str, text: str) -> str:
    received = given(uploads, name, text)
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)
    return uploads.take(received, outcome).report.documents[0].policy_id


def state(base: KnowledgeBase) -> tuple[dict[str, str], list[str]]:
    """The texts of the base by id, and the files of the folder."""
    folder = base.settings.home / "uploads"
    files = sorted(p.name for p in folder.glob("*") if p.is_file())
    return {h.policy_id: base.document(h.policy_id).text for h in base.documents()}, files


def test_a_file_is_taken_in_with_its_report_and_can_be_found(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    received = given(uploads, "../../办法.txt", OLD)
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)
    taken = uploads.take(received, outcome)
    (header,) = taken.report.documents
    assert (taken.report.root, taken.report.path, taken.held_before) == (str(uploads.folder), "办法.txt", frozenset())
    assert (header.doc_number, taken.report.state, taken.report.chunks > 0) == ("溪政发〔2024〕5号", "正常", True)
    assert base.search("小微企业园租金补贴", k=1)[0].document.policy_id == header.policy_id
    assert [p for p in uploads.folder.rglob("*") if p.is_file()] == [uploads.folder / "办法.txt"]
    again = given(uploads, "办法.txt", OLD)
    same = uploads.unchanged(again)
    assert same is not None and same.documents == (header,)


def test_replacing_says_what_changes_and_keeps_the_id_and_the_former_revision(
    base: KnowledgeBase, workers: Workers
) -> None:  # noqa: E501
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    former = base.header(policy_id).revision
    received = given(uploads, "办法.txt", NEW)
    assert uploads.unchanged(received) is None
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)
    change = uploads.replacement(received, outcome)
    assert change is not None
    assert ([h.policy_id for h in change.before], len(change.after)) == ([policy_id], 1)
    assert change.added == (
        "第一条 入园企业每年给予租金补贴3万元。",
        "第二条 补贴按季拨付。",
        "第三条 本办法自2024年3月1日起施行。",
    )
    assert change.dropped == ("第一条 入园企业每年给予租金补贴2万元。", "第二条 本办法自2024年3月1日起施行。")
    assert "2万元" in state(base)[0][policy_id]  # nothing is done yet
    uploads.take(received, outcome)
    assert "3万元" in base.document(policy_id).text
    assert "2万元" in base.document(policy_id, former).text
    assert state(base)[1] == ["办法.txt"]


def test_the_same_text_under_another_name_is_one_document(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "一.txt", OLD)
    received = given(uploads, "二.txt", OLD)
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)
    taken = uploads.take(received, outcome)
    assert ([d.policy_id for d in taken.report.documents], taken.held_before) == ([policy_id], {policy_id})
    assert len(base.documents()) == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("程序.exe", b"MZ\x90\x00", "不支持的文件类型"), ("坏.docx", b"PK\x03\x04broken", ""), ("空白.txt", b"   \n", "")],
)
def test_what_cannot_be_read_changes_nothing(
    base: KnowledgeBase, workers: Workers, name: str, content: bytes, why: str
) -> None:  # noqa: E501
    uploads = Uploads(base)
    put(uploads, workers, "办法.txt", OLD)
    before = state(base)
    outcome = uploads.read(given(uploads, name, content), workers)
    assert isinstance(outcome, Refusal) and why in outcome.why
    assert state(base) == before


def test_a_busy_base_says_so_and_the_upload_waits(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    put(uploads, workers, "办法.txt", OLD)
    before = state(base)
    received = given(uploads, "办法.txt", NEW)
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)
    base.store.lock.wait_seconds = 0
    other = WriteLock(base.settings.home, 0)
    other.require()
    try:
        with pytest.raises(HomeBusy, match="正由另一个进程写入"):
            uploads.take(received, outcome)
        with pytest.raises(HomeBusy):
            Removals(uploads).remove(next(iter(before[0])))
    finally:
        other.release()
    assert (state(base), received.path.read_text("utf-8")) == (before, NEW)
    uploads.take(received, outcome)
    assert "3万元" in next(iter(state(base)[0].values()))


@pytest.mark.parametrize("step", ["vectors", "marked", "words added", "committing"])
def test_a_failure_before_the_commit_puts_everything_back(base: KnowledgeBase, workers: Workers, step: str) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    before = state(base)
    received = given(uploads, "办法.txt", NEW)
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)

    def fail(name: str) -> None:
        if name == step:
            raise Crash

    base.store.on_step = fail
    with pytest.raises(Crash):
        uploads.take(received, outcome)
    base.store.on_step = lambda name: None
    assert state(base) == before
    assert (uploads.folder / "办法.txt").read_text("utf-8") == OLD
    uploads.take(received, outcome)
    assert "3万元" in base.document(policy_id).text


@pytest.mark.parametrize("step", ["committed", "words deleted", "unmarked"])
def test_a_failure_after_the_commit_keeps_the_new_file_and_says_so(
    base: KnowledgeBase, workers: Workers, step: str
) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    received = given(uploads, "办法.txt", NEW)
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)

    def fail(name: str) -> None:
        if name == step:
            raise OSError("磁盘满了")

    base.store.on_step = fail
    with pytest.raises(Unfinished, match="磁盘满了.*再传一次同一个文件就能补完"):
        uploads.take(received, outcome)
    base.store.on_step = lambda name: None
    new = outcome.submissions[0].document.text
    assert (state(base)[0], (uploads.folder / "办法.txt").read_text("utf-8")) == ({policy_id: new}, NEW)
    assert list((uploads.folder / ASIDE).glob("*")) == []
    again = given(uploads, "办法.txt", NEW)
    assert uploads.unchanged(again) is None  # it was not finished
    uploads.take(again, outcome)
    assert uploads.unchanged(given(uploads, "办法.txt", NEW)) is not None


@pytest.mark.parametrize(
    ("step", "content"), [("marked", OLD), ("committing", OLD), ("committed", NEW), ("unmarked", NEW)]
)
def test_after_a_kill_in_mid_replacement_the_file_is_that_of_the_base(
    base: KnowledgeBase, workers: Workers, step: str, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    received = given(uploads, "办法.txt", NEW)
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)
    texts = {OLD: base.document(policy_id).text, NEW: outcome.submissions[0].document.text}

    def kill(name: str) -> None:
        if name == step:
            raise Crash

    base.store.on_step = kill
    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr(Swap, "__exit__", lambda *_: None)  # a process that is gone puts nothing back
        uploads.take(received, outcome)
    base.store.on_step = lambda name: None
    uploads.tidy()
    assert (state(base)[0], (uploads.folder / "办法.txt").read_text("utf-8")) == ({policy_id: texts[content]}, content)
    assert list((uploads.folder / ASIDE).glob("*")) == []
    assert [p.read_text("utf-8") for p in uploads.folder.glob(".replaced/*/file")] == ([OLD] if content == NEW else [])


def test_removing_takes_the_file_along_and_undoing_brings_all_back(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    put(uploads, workers, "另一.txt", NEW.replace("小微企业园", "物流园"))
    before, header = state(base), base.header(policy_id)
    row = base.files(str(uploads.folder))["办法.txt"]
    removal = Removals(uploads).remove(policy_id)
    with pytest.raises(UnknownDocument):
        base.document(policy_id)
    assert state(base)[1] == ["另一.txt"]
    assert Removals(uploads).recent() == [removal]  # as after a restart
    Removals(uploads).undo(removal.token)
    assert (state(base), base.header(policy_id)) == (before, header)
    assert base.files(str(uploads.folder))["办法.txt"] == row
    assert base.search("小微企业园租金补贴", k=1)[0].document.policy_id == policy_id
    assert Removals(uploads).recent() == []
    with pytest.raises(KBError, match="已经撤销过"):
        Removals(uploads).undo(removal.token)


def test_undoing_takes_nothing_from_what_was_uploaded_since(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    removal = Removals(uploads).remove(policy_id)
    since = put(uploads, workers, "办法.txt", NEW.replace("小微企业园", "物流园"))
    before = state(base)
    assert since == policy_id  # an id is made from the file's place
    with pytest.raises(KBError, match="同名文件已经重新上传（《溪口县物流园管理办法》）"):
        Removals(uploads).undo(removal.token)
    assert (state(base), Removals(uploads).recent()) == (before, [removal])
    newer = Removals(uploads).remove(since)
    Removals(uploads).undo(removal.token)
    assert ("小微企业园" in state(base)[0][policy_id], Removals(uploads).recent()) == (True, [newer])


def test_one_of_several_documents_of_a_file_goes_alone_and_comes_back_to_its_place(
    base: KnowledgeBase, tmp_path: Path
) -> None:  # noqa: E501
    (tmp_path / "三篇.txt").write_text("x", "utf-8")
    texts = [f"第{n}篇的正文，写明补贴{n}万元。" for n in range(3)]
    ids = base.put_many(
        Submission(PolicyDocument(text), (ChunkDraft(0, len(text)),), SourceRef(str(tmp_path), "三篇.txt", n))
        for n, text in enumerate(texts)
    ).policy_ids
    before = [base.document(i) for i in ids]
    removals = Removals(Uploads(base))
    removal = removals.remove(ids[1])
    assert ([h.policy_id for h in base.documents()] == sorted((ids[0], ids[2])), removal.files) == (True, ())
    removals.undo(removal.token)
    assert [base.document(i) for i in ids] == before
    assert (tmp_path / "三篇.txt").is_file()


def test_a_home_within_a_synced_folder_keeps_its_uploads_apart(
    base: KnowledgeBase, workers: Workers, tmp_path: Path
) -> None:
    (tmp_path / "别的.txt").write_text(NEW.replace("小微企业园", "物流园"), "utf-8")
    sync(base, scan(tmp_path, without=base.settings.home))
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    before = state(base)
    assert [(s.root, s.path) for s in base.document(policy_id).sources] == [(str(uploads.folder), "办法.txt")]
    sync(base, scan(tmp_path, without=base.settings.home))
    assert state(base) == before
    removal = Removals(uploads).remove(policy_id)
    assert (removal.files, state(base)[1]) == (("办法.txt",), [])
    Removals(uploads).undo(removal.token)
    assert state(base) == before


def test_an_upload_that_a_synced_folder_has_taken_in_stays_the_one_it_is(
    base: KnowledgeBase, workers: Workers, tmp_path: Path
) -> None:
    (tmp_path / "别的.txt").write_text(NEW.replace("小微企业园", "物流园"), "utf-8")
    sync(base, scan(tmp_path, without=base.settings.home))
    uploads = Uploads(base)
    uploads.folder.mkdir()
    (uploads.folder / "办法.txt").write_text(OLD, "utf-8")
    sync(base, scan(uploads.folder))  # as the command does, which knows the folder above
    policy_id = put(uploads, workers, "办法.txt", NEW)
    before = state(base)
    assert len(before[0]) == 2
    Removals(uploads).undo(Removals(uploads).remove(policy_id).token)
    assert state(base) == before


def test_undoing_brings_the_older_revisions_back(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    put(uploads, workers, "办法.txt", NEW)
    before = {r: base.document(policy_id, r) for r in base.revisions(policy_id)}
    header = base.header(policy_id)
    Removals(uploads).undo(Removals(uploads).remove(policy_id).token)
    assert {r: base.document(policy_id, r) for r in base.revisions(policy_id)} == before
    assert (len(before), base.header(policy_id)) == (2, header)


def test_undoing_makes_no_second_document_of_a_text_that_came_back_elsewhere(
    base: KnowledgeBase, workers: Workers
) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    before = state(base)
    removal = Removals(uploads).remove(policy_id)
    since = put(uploads, workers, "另一.txt", OLD)
    now = state(base)
    with pytest.raises(KBError, match="已有正文相同的文件（《溪口县小微企业园管理办法》）.*请先移除它"):
        Removals(uploads).undo(removal.token)
    assert (state(base), Removals(uploads).recent()) == (now, [removal])
    Removals(uploads).remove(since)
    Removals(uploads).undo(removal.token)
    assert state(base) == before


def test_undoing_keeps_an_original_whose_name_another_file_has(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    other = NEW.replace("小微企业园", "物流园")
    policy_id = put(uploads, workers, "办法.txt", OLD)
    kept = put(uploads, workers, "物流.txt", other)
    removal = Removals(uploads).remove(policy_id)
    assert put(uploads, workers, "办法.txt", other) == kept  # the same text: a second source of it
    now = state(base)
    with pytest.raises(KBError, match="同名文件已经重新上传（《溪口县物流园管理办法》）"):
        Removals(uploads).undo(removal.token)
    assert (state(base), Removals(uploads).recent()) == (now, [removal])


@pytest.mark.parametrize("step", ["planned", "marked", "committed", "unmarked"])
def test_an_undoing_that_is_cut_off_is_finished_by_the_next(base: KnowledgeBase, workers: Workers, step: str) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    put(uploads, workers, "办法.txt", NEW)
    before, revisions = state(base), base.revisions(policy_id)
    removal = Removals(uploads).remove(policy_id)

    def kill(name: str) -> None:
        if name == step:
            raise Crash

    base.store.on_step = kill
    with pytest.raises(Crash):
        Removals(uploads).undo(removal.token)
    base.store.on_step = lambda name: None
    assert Removals(uploads).recent() == [removal]
    Removals(uploads).undo(removal.token)
    assert (state(base), base.revisions(policy_id), Removals(uploads).recent()) == (before, revisions, [])


def test_a_removal_that_failed_is_none_and_one_that_failed_late_is_one(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    before = state(base)
    failing = "committing"

    def fail(name: str) -> None:
        if name == failing:
            raise OSError("磁盘满了")

    base.store.on_step = fail
    with pytest.raises(OSError, match="磁盘满了"):
        Removals(uploads).remove(policy_id)
    assert (state(base), Removals(uploads).recent()) == (before, [])
    failing = "committed"
    removal = Removals(uploads).remove(policy_id)
    base.store.on_step = lambda name: None
    assert (state(base), Removals(uploads).recent()) == (({}, []), [removal])
    Removals(uploads).undo(removal.token)
    assert state(base) == before


def test_a_removal_that_a_kill_cut_off_before_it_began_is_not_listed(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    before = state(base)
    removal = Removals(uploads).remove(policy_id)
    record = (uploads.folder / REMOVED / removal.token / "removed.json").read_text("utf-8")
    Removals(uploads).undo(removal.token)
    place = uploads.folder / REMOVED / removal.token
    place.mkdir()
    (place / "removed.json").write_text(record, "utf-8")
    assert (Removals(uploads).recent(), state(base)) == ([], before)


def test_a_document_that_comes_back_without_its_first_file_has_no_places_of_it(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    places = [SourceRef(str(tmp_path), name) for name in ("一.pdf", "二.pdf")]
    for place in places:
        Path(place.root, place.path).write_bytes(b"pdf")
    run = SourceSpan(0, 3, 0, 3, "body", 1, (0.0, 0.0, 9.0, 9.0))
    document, other = PolicyDocument("正文。", source_map=(run,)), PolicyDocument("别的。")
    for place in places:
        base.put(Submission(document, (ChunkDraft(0, 3),), place))
    (header,) = base.documents()
    removals = Removals(Uploads(base))
    removal = removals.remove(header.policy_id)
    base.put(Submission(other, (ChunkDraft(0, 3),), places[0], "other"))
    removals.undo(removal.token)
    back = base.document(header.policy_id)
    assert (back.text, back.sources, back.source_map) == ("正文。", (places[1],), ())


def test_a_document_that_comes_back_without_any_file_has_no_places(base: KnowledgeBase, tmp_path: Path) -> None:
    place = SourceRef(str(tmp_path), "一.pdf")
    Path(place.root, place.path).write_bytes(b"pdf")
    document = PolicyDocument("正文。", source_map=(SourceSpan(0, 3, 0, 3, "body", 1, (0.0, 0.0, 9.0, 9.0)),))
    base.put(Submission(document, (ChunkDraft(0, 3),), place))
    (header,) = base.documents()
    removals = Removals(Uploads(base))
    removal = removals.remove(header.policy_id)
    Path(place.root, place.path).unlink()
    removals.undo(removal.token)
    back = base.document(header.policy_id)
    assert (back.text, back.sources, back.source_map) == ("正文。", (), ())


def test_one_file_and_the_places_in_it_are_asked_for_alone(base: KnowledgeBase, tmp_path: Path) -> None:
    root = str(tmp_path)
    texts = [f"第{n}篇的正文，写明补贴{n}万元。" for n in range(2)]
    places = [SourceRef(root, "两篇.zip", n, f"{n}.txt") for n in range(2)]
    ids = base.put_many(
        Submission(PolicyDocument(text), (ChunkDraft(0, len(text)),), place)
        for text, place in zip(texts, places, strict=True)
    ).policy_ids
    row = FileRow(root, "两篇.zip", 1, 2, "0" * 64, "v")
    base.record_files([row, replace(row, path="另一.txt")])
    assert (base.file(root, "两篇.zip"), base.file(root, "无.txt"), base.file("/", "两篇.zip")) == (row, None, None)
    found = base.places(root, "两篇.zip")
    assert (list(found.items()), [p.member for p in found]) == (list(zip(places, ids, strict=True)), ["0.txt", "1.txt"])
    assert base.places(root, "另一.txt") == {}


def test_a_removed_document_can_be_uploaded_again(base: KnowledgeBase, workers: Workers) -> None:
    uploads = Uploads(base)
    policy_id = put(uploads, workers, "办法.txt", OLD)
    base.remove([policy_id])  # as the command does: its file stays
    received = given(uploads, "办法.txt", OLD)
    assert uploads.unchanged(received) is None
    outcome = uploads.read(received, workers)
    assert isinstance(outcome, Reading)
    assert len(uploads.take(received, outcome).report.documents) == 1


@pytest.mark.parametrize("token", ["..", "../../etc", "a" * 32, "", "x/y"])
def test_a_token_is_no_path(base: KnowledgeBase, token: str) -> None:
    with pytest.raises(KBError, match="太久以前"):
        Removals(Uploads(base)).undo(token)


@pytest.mark.parametrize("record", ["[", "[]", "{}", "null", '{"removal": {"files": 1}}'])
def test_a_removal_record_that_is_damaged_is_passed_over(base: KnowledgeBase, record: str) -> None:
    removals = Removals(Uploads(base))
    place = removals.folder / ("b" * 32)
    place.mkdir(parents=True)
    (place / "removed.json").write_text(record, "utf-8")
    assert removals.recent() == []
    with pytest.raises(KBError, match="太久以前"):
        removals.undo("b" * 32)
