"""A home goes into one file while others write to it, and comes back the same, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.accounts import Accounts, Role, Scope, secrets
from kb.backup.making import back_up
from kb.backup.restoring import restore
from kb.config import Settings
from kb.conversations.store import ConversationStore
from kb.errors import HomeBusy, HomeMissing, KBError
from kb.locks import FileLock
from kb.model import Answer, Filters, SourceRef
from tests.accounts import CHEAP
from tests.bases import body, dump, many, open_base, submission
from tests.embedding_server import running_server
from tests.fakes import HashEmbedder
from tests.processes import Commands, assert_refused

DAY = date(2026, 11, 1)
QUESTIONS = ("孵化器项目到2027年达到多少个？", "养老床位每个项目补助多少万元？", "火星移民补贴多少？")
LEFT_BESIDE = ".home.restore-*"


def fill(home: Path) -> None:
    """A home with everything in it that one can have."""
    home = home.resolve()
    (home / "uploads" / ".removed" / "token").mkdir(parents=True)
    (home / "uploads" / "通知.txt").write_text("上传的原件", "utf-8")
    os.utime(home / "uploads" / "通知.txt", ns=(1_700_000_000_123_456_789,) * 2)
    (home / "uploads" / ".removed" / "token" / "0").write_text("移除了的原件", "utf-8")
    (home / "uploads" / ".incoming" / "half").mkdir(parents=True)
    (home / "uploads" / ".incoming" / "half" / "x").write_text("还在传")
    (home / "eval" / "run").mkdir(parents=True)
    (home / "eval" / "run" / "run.json").write_text('{"nDCG@10": 1.0}')
    (home / "kb.toml").write_text("max_file_mb = 7\n")
    for user in ("a1", "b2"):
        (home / "users" / user).mkdir(parents=True)
        with closing(sqlite3.connect(home / "users" / user / "user.db")) as own, own:
            own.execute("PRAGMA journal_mode=WAL")
            own.execute("CREATE TABLE note (text TEXT)")
            own.execute("INSERT INTO note VALUES (?)", (user,))
    with ConversationStore(home) as store:
        turn = store.ask(QUESTIONS[0], Filters(), DAY)
        store.answered(turn.turn_id, Answer(question=QUESTIONS[0], reason="没有"), [], {})
    with open_base(home) as base:
        own = replace(submission("通知.txt", body(9)), source=SourceRef(str(home / "uploads"), "通知.txt"))
        base.put_many([*many(5), own])


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a full home and its archive; only to be read."""
    folder = tmp_path_factory.mktemp("full")
    fill(folder / "home")
    back_up(settings(folder / "home"), folder / "full.zip")
    return folder


def settings(home: Path) -> Settings:
    return Settings(home=home, cache=home.parent / "cache")


def said(home: Path) -> dict[str, Any]:
    """All that a home says: its stores, its answers, its users' data, its files."""
    embedder = HashEmbedder()
    with open_base(home, embedder, create=False) as base:
        answers = [replace(base.ask(q, as_of=DAY), timings_ms={}) for q in QUESTIONS]
        stores = dump(base)
    with ConversationStore(home) as store:
        talks = [store.load(row.conversation_id) for row in store.list()]
    files = {
        path.relative_to(home).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for top in ("uploads", "eval", "kb.toml")
        for path in ([home / top] if (home / top).is_file() else sorted((home / top).rglob("*")))
        if path.is_file() and ".incoming" not in path.parts
    }
    users = {}
    for path in sorted((home / "users").glob("*/user.db")):
        with closing(sqlite3.connect(path)) as own:
            users[path.parent.name] = own.execute("SELECT text FROM note").fetchall()
    return {"answers": answers, "stores": stores, "talks": talks, "files": files, "users": users, "n": embedder.calls}


def test_a_restored_home_says_all_that_the_old_one_said(full: Path) -> None:
    expected = said(full / "home")
    aside = full / "old"
    os.rename(full / "home", aside)
    embedder = HashEmbedder()
    try:
        done = restore(full / "full.zip", full / "home", embedder=embedder)
        assert (done.embedded, done.missing, embedder.calls) == (0, 0, 0)
        assert said(full / "home") == expected
        assert [a.abstained for a in expected["answers"]] == [False, False, True]
        assert expected["stores"]["consistent"]
        assert sorted(expected["users"]) == ["a1", "b2"]
        assert not (full / "home" / "uploads" / ".incoming").exists()
        assert list(full.glob(LEFT_BESIDE)) == []
    finally:
        shutil.rmtree(full / "home", ignore_errors=True)
        os.rename(aside, full / "home")


def test_at_another_place_the_uploads_are_found_there(full: Path, tmp_path: Path) -> None:
    new = tmp_path / "elsewhere" / "home"
    restore(full / "full.zip", new)
    with open_base(new, create=False) as base:
        own = [s for h in base.documents() for s in base.document(h.policy_id).sources if s.path == "通知.txt"]
        assert base.roots() == sorted([str(new / "uploads"), "/文件"])
    assert own == [SourceRef(str(new / "uploads"), "通知.txt")]
    assert list(new.parent.iterdir()) == [new]


def test_the_archive_lists_what_is_kept_and_nothing_that_is_rebuilt(full: Path) -> None:
    with zipfile.ZipFile(full / "full.zip") as packed:
        manifest = json.loads(packed.read("manifest.json"))
        names = sorted(packed.namelist())
    kept = [
        "catalog.db",
        "eval/run/run.json",
        "kb.toml",
        "uploads/.removed/token/0",
        "uploads/通知.txt",
        "user.db",
        "users/a1/user.db",
        "users/b2/user.db",
        "vectors.db",
    ]
    assert names == sorted(["manifest.json", *(f"home/{name}" for name in kept)])
    assert sorted(m["path"] for m in manifest["members"]) == kept
    assert {k: manifest[k] for k in ("format", "documents", "home", "schemas")} == {
        "format": 1,
        "documents": 6,
        "home": str((full / "home").resolve()),
        "schemas": {"catalog.db": 2, "user.db": 2},
    }


def test_a_backup_taken_while_two_others_write_is_of_one_moment(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home)
    stop, began = threading.Event(), threading.Barrier(3)

    def talk() -> None:
        with closing(sqlite3.connect(home / "users" / "a1" / "user.db", timeout=30)) as own:
            own.execute("CREATE TABLE pair (a INTEGER, b INTEGER)")
            own.commit()
            began.wait()
            n = 0
            while not stop.is_set():
                n += 1
                with own:  # the two tables' rows belong together
                    own.execute("INSERT INTO pair VALUES (?, ?)", (n, n))
                    own.execute("INSERT INTO note VALUES (?)", (f"{n}",))

    def sync() -> None:
        with open_base(home) as base:
            began.wait()
            n = 0
            while not stop.is_set():
                n += 1
                base.put(submission(f"more{n}.txt", body(n, version=3)))

    threads = [threading.Thread(target=work) for work in (talk, sync)]
    for thread in threads:
        thread.start()
    try:
        began.wait()
        for n in range(3):
            back_up(settings(home), tmp_path / f"{n}.zip")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for n in range(3):
        embedder = HashEmbedder()
        restore(tmp_path / f"{n}.zip", tmp_path / f"home{n}", embedder=embedder)
        assert embedder.calls == 0
        with open_base(tmp_path / f"home{n}") as base:
            assert dump(base)["consistent"]
        with closing(sqlite3.connect(tmp_path / f"home{n}" / "users" / "a1" / "user.db")) as own:
            pairs = own.execute("SELECT count(*) FROM pair WHERE a = b").fetchone()
            assert pairs == own.execute("SELECT count(*) - 1 FROM note").fetchone()


KILLED = """
import os, signal, sys
from pathlib import Path
from kb.backup.restoring import restore
from tests.fakes import HashEmbedder

def on_step(name):
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True, embedder=HashEmbedder(), on_step=on_step)
"""


@pytest.mark.parametrize(
    ("step", "new"),
    [
        ("opened", False),
        ("unpacked", False),
        ("checked", False),
        ("indexed", False),
        ("swapping", False),
        ("swapped", True),
        ("cleared", True),
    ],
)
def test_a_restore_that_is_killed_leaves_the_old_home_or_the_new(full: Path, tmp_path, root, step, new) -> None:
    home = tmp_path / "home"
    with open_base(home) as base:
        base.put_many(many(2, version=8))
        old = dump(base)
    command = [sys.executable, "-c", KILLED, str(full / "full.zip"), str(home), step]
    done = subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    with open_base(home) as base:
        found = dump(base)
        assert found["consistent"]
        assert len(found["tables"]["documents"]) == (6 if new else 2)
        assert new or found == old
    restore(full / "full.zip", home, force=True)
    with open_base(home) as base:
        assert len(dump(base)["tables"]["documents"]) == 6
    assert list(tmp_path.iterdir()) == [home]


def test_a_home_with_something_in_it_is_not_touched_unless_forced(full: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "kb.toml").write_text("max_file_mb = 3\n")
    with pytest.raises(KBError, match="里已经有内容，没有做任何改动。要用备份换下它，请加上 --force"):
        restore(full / "full.zip", home)
    assert [p.name for p in home.iterdir()] == ["kb.toml"]
    restore(full / "full.zip", home, force=True)
    assert (home / "kb.toml").read_text() == "max_file_mb = 7\n"


@pytest.mark.parametrize("name", ["write.lock", "dense.lock", "serve.lock"])
def test_a_home_in_use_is_not_replaced(full: Path, tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    with open_base(home) as base:
        base.put_many(many(1))
    lock = FileLock(home / name, shared=name == "serve.lock")
    assert lock.acquire()
    try:
        with pytest.raises(HomeBusy):
            restore(full / "full.zip", home, force=True)
    finally:
        lock.release()
    with open_base(home) as base:
        assert len(base.documents()) == 1
    assert list(tmp_path.iterdir()) == [home]


def test_vectors_the_archive_lacks_are_made_anew(full: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home)
    with closing(sqlite3.connect(home / "vectors.db")) as held, held:
        held.execute("DELETE FROM vectors WHERE rowid IN (SELECT rowid FROM vectors LIMIT 3)")
    back_up(settings(home), tmp_path / "less.zip")
    embedder = HashEmbedder()
    done = restore(tmp_path / "less.zip", tmp_path / "new", embedder=embedder)
    assert (done.embedded, done.missing, embedder.calls) == (3, 0, 3)
    with open_base(tmp_path / "new") as base:
        assert dump(base)["consistent"]


def test_a_damaged_database_is_not_backed_up_silently(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home)
    data = bytearray((home / "vectors.db").read_bytes())
    data[4096:8192] = os.urandom(4096)
    (home / "vectors.db").write_bytes(bytes(data))
    with pytest.raises(KBError, match="vectors.db"):
        back_up(settings(home), tmp_path / "bad.zip")
    assert not (tmp_path / "bad.zip").exists()
    assert not (home / "backup.tmp").exists()


def test_no_backup_of_nothing_or_into_itself_or_over_another(full: Path, tmp_path: Path) -> None:
    with pytest.raises(HomeMissing):
        back_up(settings(tmp_path / "none"), tmp_path / "x.zip")
    with pytest.raises(KBError, match="在数据目录 .* 里面"):
        back_up(settings(full / "home"), full / "home" / "uploads" / "x.zip")
    with pytest.raises(KBError, match="已经存在。请换一个文件名，或加上 --force 替换它。"):
        back_up(settings(full / "home"), full / "full.zip")
    with pytest.raises(KBError, match="所在的文件夹要先建好"):
        back_up(settings(full / "home"), tmp_path / "no" / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_the_commands(tmp_path: Path) -> None:
    home, new, file = tmp_path / "home", tmp_path / "new", tmp_path / "库.zip"
    fill(home)
    with running_server() as server:
        commands = Commands(server)
        done = commands.run("kb", "backup", file, "--home", home)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"已备份到 {file}（6 份文件、9 个存储文件，")
        assert commands.run("kb", "restore", file, "--check").stdout.startswith("备份完好：6 份文件，")
        told = commands.json("kb", "restore", file, "--home", new)
        assert {k: told[k] for k in ("home", "documents", "embedded", "missing")} == {
            "home": str(new),
            "documents": 6,
            "embedded": 0,
            "missing": 0,
        }
        assert server.requests == []
        assert commands.json("kb", "list", "--home", new) == commands.json("kb", "list", "--home", home)
        assert_refused(commands.run("kb", "restore", file, "--home", new), "请加上 --force")
        assert_refused(commands.run("kb", "restore", tmp_path / "none.zip", "--home", new), "没有备份文件")
        assert_refused(commands.run("kb", "restore", __file__, "--home", new), "不是备份文件")
        assert_refused(commands.run("kb", "backup", file, "--home", home), "--force")
        assert_refused(commands.run("kb", "backup", file, "--force", "--home", tmp_path / "no"), "还没有知识库")
    link = home / "uploads" / "passwd"
    link.symlink_to("/etc/passwd")
    done = commands.run("kb", "backup", file, "--force", "--home", home)
    assert (done.returncode, done.stderr) == (0, "注意：没有备份 uploads/passwd（不是普通文件，或文件名不能用）。\n")


def test_accounts_and_keys_come_back_but_nobody_is_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who logged out after the backup must not be in again; and what only its owner may read stays so."""
    monkeypatch.setattr(secrets, "_hasher", lambda: CHEAP)
    home, new, password = tmp_path / "home", tmp_path / "new", "风起云涌-2026-夏"
    with open_base(home) as base:
        base.put_many(many(1))
    with closing(Accounts(home)) as accounts:
        account = accounts.add("张三", password, Role.ADMIN)
        token, (key, secret) = accounts.login("张三", password, ""), accounts.make_key("张三", "脚本", Scope.READ)
        assert accounts.by_session(token) is not None
    back_up(settings(home), tmp_path / "all.zip")
    restore(tmp_path / "all.zip", new)
    with closing(Accounts(new)) as accounts:
        assert (accounts.list(), accounts.keys()) == ((account,), (key,))
        assert accounts.by_session(token) is None
        assert accounts.by_key(secret) is not None
        assert accounts.by_session(accounts.login("张三", password, "")) is not None
    kept = [path for path in new.iterdir() if path.suffix == ".db"]
    assert {path.name: path.stat().st_mode & 0o777 for path in kept} == {
        "accounts.db": 0o600,
        "catalog.db": 0o600,
        "vectors.db": 0o600,
    }
