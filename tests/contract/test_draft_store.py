"""Drafts on disk: nothing saved is lost, by a crash, by another process, or by what happens to the base."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kb import reply
from kb.catalog.db import Database
from kb.errors import BaseTooNew, Corrupt, HomeNotWritable
from kb.letters.draft import Draft
from kb.letters.store import FILE, DraftChanged, DraftStore, UnknownDraft
from tests.bases import open_base, submission
from tests.reply_desk import DAY
from tests.unit.test_letters_parts import ACTUAL, MEASURE, PLAN, draft

TEXTS = [("p1", MEASURE.citation.revision, PLAN)]


@pytest.fixture
def store(tmp_path: Path):
    with DraftStore(tmp_path / "home") as store:
        yield store


def test_a_draft_comes_back_as_it_was(store: DraftStore) -> None:
    made = draft(MEASURE, ACTUAL, issuer="甲市园林局", copies=("市府办",))
    saved = store.save(made, TEXTS)
    assert replace(saved, draft_id="", saved_on=None, edition=0) == made
    with DraftStore(store.home) as again:
        assert again.load(saved.draft_id) == saved
        assert [(r.draft_id, r.title, r.number) for r in again.list()] == [(saved.draft_id, "关于多建公园的建议", "9")]
        assert again.texts(saved.draft_id) == {("p1", MEASURE.citation.revision): PLAN}


def test_nothing_is_made_by_looking(store: DraftStore) -> None:
    assert (store.list(), store.texts("d1")) == ((), {})
    with pytest.raises(UnknownDraft, match="没有编号为 d1 的草稿。用 python -m kb reply --drafts list"):
        store.load("d1")
    with pytest.raises(UnknownDraft):
        store.delete("d1")
    assert not store.path.exists()


def test_a_step_made_elsewhere_is_not_overwritten(store: DraftStore) -> None:
    first = store.save(draft(MEASURE))
    mine = reply.drop(store.load(first.draft_id), 1, MEASURE.key)
    theirs = store.save(reply.noted(store.load(first.draft_id), 2, "别人的话"))
    with pytest.raises(DraftChanged, match="已在别处改过"):
        store.save(mine)
    assert store.load(first.draft_id) == theirs
    kept = store.save(replace(mine, draft_id="", edition=0))  # as a new draft
    assert {r.draft_id for r in store.list()} == {first.draft_id, kept.draft_id}


def test_a_deleted_draft_takes_only_its_own_texts(store: DraftStore) -> None:
    one, two = store.save(draft(MEASURE), TEXTS), store.save(draft(MEASURE), TEXTS)
    store.delete(one.draft_id)
    assert store.texts(two.draft_id) != {}
    store.delete(two.draft_id)
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT count(*) FROM kept_revisions").fetchone() == (0,)
    with pytest.raises(UnknownDraft):
        store.save(two)


def test_a_crash_in_the_middle_of_a_step_leaves_the_step_before(
    store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = store.save(draft(MEASURE), TEXTS)
    next_step = reply.noted(saved, 2, "新的话")

    def fails(self: DraftStore, *_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(DraftStore, "_forget", fails)
        with pytest.raises(KeyboardInterrupt):
            store.save(next_step, TEXTS)
    assert store.load(saved.draft_id) == saved
    assert store.load(store.save(next_step, TEXTS).draft_id).picks == next_step.picks


_CHILD = """
import sys
from pathlib import Path
from kb import reply
from kb.letters.store import DraftStore
from tests.unit.test_letters_parts import MEASURE, draft
with DraftStore(Path(sys.argv[1])) as store:
    for n in range(6):
        saved = store.save(draft(MEASURE))
        store.save(reply.noted(saved, 2, f"{sys.argv[2]}-{n}"))
"""


def test_two_processes_save_side_by_side(store: DraftStore, root: Path) -> None:
    command = [sys.executable, "-c", _CHILD, str(store.home)]
    children = [subprocess.Popen([*command, name], cwd=root, stderr=subprocess.PIPE, text=True) for name in "ab"]
    assert [(c.communicate()[1], c.returncode) for c in children] == [("", 0)] * 2
    notes = {store.load(row.draft_id).picks[2].note for row in store.list()}
    assert notes == {f"{name}-{n}" for name in "ab" for n in range(6)}


def test_a_process_killed_while_saving_leaves_whole_drafts(store: DraftStore, root: Path) -> None:
    store.save(draft(MEASURE))
    child = subprocess.Popen([sys.executable, "-c", _CHILD.replace("range(6)", "range(100000)"), str(store.home), "k"],
                             cwd=root)  # fmt: skip
    while len(store.list()) < 3:
        assert child.poll() is None
    child.kill()
    child.wait()
    drafts = [store.load(row.draft_id) for row in store.list()]
    assert len(drafts) >= 3
    assert all(d.suggestion.title == "关于多建公园的建议" for d in drafts)


@pytest.mark.parametrize(
    "payload", ["{}", "no json", '{"suggestion": 3}', '{"suggestion":{"text":"x"},"settings":{},"as_of":"x","sets":[]}']
)
def test_what_is_no_draft_is_named_and_the_others_stay(store: DraftStore, payload: str) -> None:
    bad, good = store.save(draft(MEASURE)), store.save(draft(MEASURE))
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE drafts SET payload = ? WHERE draft_id = ?", (payload, bad.draft_id))
    with pytest.raises(Corrupt, match=f"草稿 {bad.draft_id} 的内容无法读取.*其他草稿不受影响"):
        store.load(bad.draft_id)
    assert store.load(good.draft_id) == good
    assert len(store.list()) == 2


def test_a_draft_that_contradicts_itself_is_refused(store: DraftStore) -> None:
    saved = store.save(replace(draft(MEASURE), picks=()))
    with pytest.raises(Corrupt, match="前后不一致"):
        store.load(saved.draft_id)


def test_a_store_of_a_newer_program_or_a_damaged_one_is_left_alone(store: DraftStore) -> None:
    store.save(draft(MEASURE))
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE letters_meta SET value = '9'")
    with pytest.raises(BaseTooNew):
        DraftStore(store.home)
    store.close()
    damaged = store.home / "other"
    damaged.mkdir()
    (damaged / FILE).write_bytes(b"no database at all, but some text" * 200)
    with pytest.raises(Corrupt, match="这个文件存着草稿和对话"):
        DraftStore(damaged)
    assert (damaged / FILE).read_bytes().startswith(b"no database")


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeNotWritable), DraftStore(tmp_path / "file" / "home") as store:
        store.save(draft(MEASURE))


def cited(home: Path) -> tuple[Draft, DraftStore]:
    """A saved draft that cites a document of a real base in the home."""
    body = "到2028年底，建成公园30个，每个公园面积不少于2万平方米。" * 2
    with open_base(home) as base, DraftStore(home) as store:
        base.put(submission("a.txt", body, policy_id="p1"))
        made = draft(MEASURE)
        piece = reply.cite(base, made, "p1", 0, 29, reply.Role.MEASURE)
        return reply.save(base, store, reply.add(made, 1, piece)), store


def test_what_a_saved_draft_cites_is_kept_when_the_document_changes_or_goes(tmp_path: Path) -> None:
    saved, _ = cited(tmp_path)
    with open_base(tmp_path) as base, DraftStore(tmp_path) as store:
        base.put(submission("a.txt", "另一篇文字。" * 9, policy_id="p1"))
        base.remove(["p1"])
        loaded = store.load(saved.draft_id)
        letter = reply.letter_of(loaded)
        by_name = {c.name: c for c in reply.check(base, loaded, letter, store)}
        key = ("p1", loaded.picks[1].measures[-1].split("@")[1].split(":")[0])
        assert store.texts(saved.draft_id)[key].startswith("到2028年底")
        assert by_name["文件效力"].why.count("已不在知识库中") >= 1


def test_drafts_stand_apart_from_the_base(tmp_path: Path) -> None:
    saved, _ = cited(tmp_path)
    for path in tmp_path.iterdir():
        if not path.name.startswith("user.db"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    with open_base(tmp_path), DraftStore(tmp_path) as store:
        assert store.load(saved.draft_id) == saved


def test_the_file_is_written_ahead(store: DraftStore) -> None:
    store.save(draft(MEASURE))
    database = Database(store.path)
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.close()


def test_the_day_of_a_draft_is_kept(store: DraftStore) -> None:
    saved = store.save(replace(draft(MEASURE), as_of=DAY.isoformat()))
    assert store.load(saved.draft_id).desk.as_of == DAY
