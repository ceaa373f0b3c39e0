"""Accounts, sessions, keys, the throttle and the log, on a real file with a clock that tests turn."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from kb.accounts import LOCAL, AccountError, Accounts, Caller, Deed, Role, Scope, Throttled, WrongLogin, secrets
from kb.accounts.model import checked_name, checked_password, role_of
from kb.accounts.throttle import Throttle
from kb.errors import BaseTooNew, Corrupt, HomeNotWritable
from tests.accounts import CHEAP

GOOD = "风起云涌-2026-夏"
OTHER = "correct horse battery"
HERE = "192.0.2.7"
HOUR = 3600


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_hasher", lambda: CHEAP)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    with closing(Accounts(tmp_path, clock, Throttle(clock))) as made:
        yield made


def test_a_home_without_accounts_is_left_as_it_is(tmp_path: Path, accounts: Accounts) -> None:
    assert not accounts.any
    assert accounts.list() == accounts.keys() == accounts.deeds() == ()
    assert accounts.by_session("x") is None
    assert accounts.by_key("zk_x") is None
    accounts.note(LOCAL, "page", "上传文件")
    accounts.logout("x")
    with pytest.raises(WrongLogin):
        accounts.login("张三", GOOD, HERE)
    assert list(tmp_path.iterdir()) == []


def test_the_first_account_is_an_administrator_and_keeps_the_home(accounts: Accounts) -> None:
    with pytest.raises(AccountError, match="第一个账号必须是管理员"):
        accounts.add("李四", GOOD, Role.READER)
    assert not accounts.any
    first = accounts.add(" 张三 ", GOOD, Role.ADMIN)
    second = accounts.add("Li-4", GOOD, Role.READER)
    assert (first.name, first.role, first.folder) == ("张三", Role.ADMIN, "")
    assert second.folder == f"users/{second.account_id}"
    assert accounts.list() == (second, first)
    assert accounts.get("li-4") == second


def test_two_processes_see_one_another(tmp_path: Path, accounts: Accounts) -> None:
    with closing(Accounts(tmp_path)) as other:
        assert not other.any
        accounts.add("张三", GOOD, Role.ADMIN)
        assert other.any
        assert other.get("张三") == accounts.get("张三")


@pytest.mark.parametrize("name", ["", "王", "a" * 33, "a b", "a/b", "<b>", "张三\n", "a\u202eb", "ⅷ八!"])
def test_names_that_are_refused(name: str) -> None:
    if name == "张三\n":  # space around a name is no part of it
        assert checked_name(name) == "张三"
        return
    with pytest.raises(AccountError, match="用户名应为 2 到 32 个字"):
        checked_name(name)


def test_a_name_is_taken_whatever_its_case_or_width(accounts: Accounts) -> None:
    accounts.add("Zhang", GOOD, Role.ADMIN)
    for name in ("zhang", "ＺＨＡＮＧ"):
        with pytest.raises(AccountError, match="已经有叫"):
            accounts.add(name, GOOD, Role.READER)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("短", "密码应为 10 到 200 个字符"),
        ("x" * 201, "密码应为 10 到 200 个字符"),
        ("aaaabbbbaaaabbbb", "太好猜"),
        ("2026-ZHANGSAN-pass", "太好猜"),
    ],
)
def test_passwords_that_are_refused(password: str, why: str) -> None:
    with pytest.raises(AccountError, match=why):
        checked_password(password, "zhangsan")


def test_roles_by_name() -> None:
    assert [role_of(text) for text in ("reader", "编辑", "admin")] == [Role.READER, Role.EDITOR, Role.ADMIN]
    with pytest.raises(AccountError, match=r"角色应为 reader（读者）、editor（编辑）、admin（管理员） 之一"):
        role_of("boss")


@pytest.mark.parametrize(
    ("role", "scope", "may"),
    [
        (Role.READER, Scope.WRITE, {Role.READER}),
        (Role.EDITOR, Scope.WRITE, {Role.READER, Role.EDITOR}),
        (Role.ADMIN, Scope.WRITE, {Role.READER, Role.EDITOR, Role.ADMIN}),
        (Role.ADMIN, Scope.READ, {Role.READER}),
    ],
)
def test_what_a_caller_may_do(role: Role, scope: Scope, may: set[Role]) -> None:
    caller = Caller("a1", "张三", role, scope=scope)
    assert {needed for needed in Role if caller.may(needed)} == may


def test_there_is_always_an_administrator(accounts: Accounts) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    accounts.add("李四", GOOD, Role.EDITOR)
    for change in (lambda: accounts.remove("张三"), lambda: accounts.set_role("张三", Role.EDITOR)):
        with pytest.raises(AccountError, match="唯一的管理员"):
            change()
    accounts.set_role("李四", Role.ADMIN)
    accounts.set_role("张三", Role.READER)
    assert [(a.name, a.role) for a in accounts.list()] == [("张三", Role.READER), ("李四", Role.ADMIN)]


# Sessions


def test_a_session_tells_who_it_is_until_it_is_ended(accounts: Accounts) -> None:
    account = accounts.add("张三", GOOD, Role.ADMIN)
    token = accounts.login("张三", GOOD, HERE)
    assert accounts.by_session(token) == Caller(account.account_id, "张三", Role.ADMIN)
    assert accounts.by_session(token[:-1]) is None
    accounts.logout(token)
    assert accounts.by_session(token) is None


def test_a_session_ends_unused_and_in_any_case(accounts: Accounts, clock: Clock) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    idle, used = (accounts.login("张三", GOOD, HERE) for _ in range(2))
    clock.now += 11 * HOUR
    assert accounts.by_session(used)
    clock.now += 2 * HOUR
    assert accounts.by_session(idle) is None
    for _ in range(15):
        clock.now += 10 * HOUR
        assert accounts.by_session(used)
    clock.now += 10 * HOUR  # used all the time, but 7 days old
    assert accounts.by_session(used) is None


def test_a_session_and_a_key_work_while_their_use_cannot_be_noted(
    accounts: Accounts, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    token, (_, secret) = accounts.login("张三", GOOD, HERE), accounts.make_key("张三", "脚本", Scope.READ)
    clock.now += HOUR

    def full() -> None:
        raise HomeNotWritable(accounts.home, "disk is full")

    monkeypatch.setattr(accounts._file, "write", full)
    assert accounts.by_session(token) is not None
    assert accounts.by_key(secret) is not None
    assert len(caplog.records) == 2


def test_a_role_changes_in_a_running_session(accounts: Accounts) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    accounts.add("李四", GOOD, Role.EDITOR)
    token = accounts.login("李四", GOOD, HERE)
    accounts.set_role("李四", Role.READER)
    caller = accounts.by_session(token)
    assert caller is not None
    assert caller.role is Role.READER


def test_another_password_ends_the_sessions(accounts: Accounts) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    token = accounts.login("张三", GOOD, HERE)
    caller = accounts.by_session(token)
    assert caller is not None
    with pytest.raises(WrongLogin):
        accounts.change_password(caller, OTHER, OTHER, HERE)
    assert accounts.by_session(token)
    accounts.change_password(caller, GOOD, OTHER, HERE)
    assert accounts.by_session(token) is None
    with pytest.raises(WrongLogin):
        accounts.login("张三", GOOD, HERE)
    assert accounts.login("张三", OTHER, HERE)


def test_a_removed_account_is_out_at_once(accounts: Accounts) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    account = accounts.add("李四", GOOD, Role.EDITOR)
    token = accounts.login("李四", GOOD, HERE)
    _, secret = accounts.make_key("李四", "脚本", Scope.WRITE)
    assert accounts.remove("李四") == account
    assert accounts.by_session(token) is None
    assert accounts.by_key(secret) is None
    assert accounts.keys() == ()
    with pytest.raises(AccountError, match="没有叫“李四”的账号"):
        accounts.remove("李四")


def test_a_login_with_a_password_that_is_changed_meanwhile_fails(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    accounts.add("李四", GOOD, Role.READER)
    real = secrets.matches
    for name, meanwhile in (
        ("张三", lambda: accounts.set_password("张三", f"{GOOD}-2")),
        ("李四", lambda: accounts.remove("李四")),
    ):

        def matches(kept: str | None, password: str, meanwhile: Callable[[], object] = meanwhile) -> bool:
            found = real(kept, password)
            meanwhile()
            return found

        monkeypatch.setattr(secrets, "matches", matches)
        with pytest.raises(WrongLogin):
            accounts.login(name, GOOD, HERE)
        monkeypatch.setattr(secrets, "matches", real)
    token = accounts.login("张三", f"{GOOD}-2", HERE)
    assert accounts.by_session(token) is not None


def test_a_session_begun_while_the_clock_was_far_ahead_has_ended(accounts: Accounts, clock: Clock) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    token = accounts.login("张三", GOOD, HERE)
    clock.now -= HOUR  # set right by a little: who is in stays in
    assert accounts.by_session(token) is not None
    clock.now -= 365 * 24 * HOUR
    assert accounts.by_session(token) is None


def test_a_failed_login_is_logged_without_what_was_typed(accounts: Accounts, caplog: pytest.LogCaptureFixture) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    for name, password in ((" 张三", OTHER), (GOOD, "张三")):  # the second has the fields the wrong way round
        with pytest.raises(WrongLogin):
            accounts.login(name, password, HERE)
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("WARNING", f"login failed: 张三, from {HERE}"),
        ("WARNING", f"login failed: no such account, from {HERE}"),
    ]


def test_keys_are_dropped_with_a_password_only_when_told(accounts: Accounts) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    accounts.add("李四", GOOD, Role.READER)
    mine, theirs = (accounts.make_key(name, "脚本", Scope.READ)[1] for name in ("张三", "李四"))
    accounts.set_password("张三", f"{GOOD}-2")
    assert accounts.by_key(mine)
    accounts.set_password("张三", f"{GOOD}-3", drop_keys=True)
    assert accounts.by_key(mine) is None
    assert accounts.by_key(theirs)


def test_no_secret_is_in_the_file(tmp_path: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the hash as the product makes it
    accounts.add("张三", GOOD, Role.ADMIN)
    token = accounts.login("张三", GOOD, HERE)
    _, secret = accounts.make_key("张三", "脚本", Scope.READ)
    accounts.close()
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in data
    for hidden in (GOOD, token, secret, secret.rpartition("_")[2]):
        assert hidden.encode() not in data
    assert (tmp_path / "accounts.db").stat().st_mode & 0o077 == 0


# The throttle


def test_failed_logins_have_to_wait_longer_and_longer(accounts: Accounts, clock: Clock) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    for _ in range(5):
        with pytest.raises(WrongLogin):
            accounts.login("张三", OTHER, HERE)
    with pytest.raises(Throttled, match="请过 2 秒再试"):
        accounts.login(" 张三 ", GOOD, HERE)  # the right one has to wait too
    clock.now += 2
    with pytest.raises(WrongLogin):
        accounts.login("张三", OTHER, HERE)
    with pytest.raises(Throttled, match="请过 4 秒再试"):
        accounts.login("张三", GOOD, HERE)
    assert accounts.login("张三", GOOD, "198.51.100.1")  # elsewhere its owner gets in
    clock.now += 4
    assert accounts.login("张三", GOOD, HERE)


def test_an_address_that_tries_many_names_has_to_wait(clock: Clock) -> None:
    throttle = Throttle(clock)
    for n in range(21):
        assert throttle.wait(f"u{n}", HERE) == 0
        throttle.failed(f"u{n}", HERE)
    assert throttle.wait("another", HERE) == 2
    assert throttle.wait("another", "198.51.100.1") == 0
    for n in range(21, 200):
        throttle.failed(f"u{n}", HERE)
    assert throttle.wait("another", HERE) == 15 * 60
    clock.now += 15 * 60 + 1
    throttle.failed("u0", HERE)
    assert throttle.wait("another", HERE) == 0  # all is forgiven


def test_a_name_tried_from_everywhere_waits_but_little(clock: Clock) -> None:
    throttle = Throttle(clock)
    for n in range(200):
        throttle.failed("张三", f"address {n}")
    assert throttle.wait("张三", "new") == 10


def test_made_up_names_do_not_fill_the_memory(clock: Clock) -> None:
    throttle = Throttle(clock)
    for n in range(12_000):
        throttle.failed(f"name {n}", f"address {n}")
    assert len(throttle._counts) == 10_000


def test_many_tries_at_once_are_looked_at_no_more_often(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each must see the failures of those before it, also of those that came in together with it."""
    accounts.add("张三", GOOD, Role.ADMIN)
    looked, real = [], secrets.matches

    def matches(kept: str | None, password: str) -> bool:
        looked.append(password)
        time.sleep(0.01)
        return real(kept, password)

    monkeypatch.setattr(secrets, "matches", matches)

    def tried(n: int) -> type[Exception]:
        try:
            accounts.login("张三", f"guess {n}", HERE)
        except AccountError as error:
            return type(error)
        raise AssertionError(n)

    with ThreadPoolExecutor(40) as pool:
        told = Counter(pool.map(tried, range(40)))
    assert len(looked) == told[WrongLogin] <= 6  # four are free, and one beside the last
    assert told[WrongLogin] + told[Throttled] == 40


def test_a_network_of_one_household_is_one_address(clock: Clock) -> None:
    throttle = Throttle(clock)
    for n in range(21):
        throttle.failed(f"u{n}", f"2001:db8:1:2::{n:x}")
    assert throttle.wait("another", "2001:db8:1:2:ffff::1") == 2
    assert throttle.wait("another", "2001:db8:1:3::1") == 0


# Keys


def test_a_key_tells_who_it_is_and_what_it_may(accounts: Accounts, clock: Clock) -> None:
    account = accounts.add("张三", GOOD, Role.ADMIN)
    key, secret = accounts.make_key("张三", " 网站\n客服 ", Scope.READ)
    assert (key.label, key.scope, key.used_at) == ("网站 客服", Scope.READ, None)
    assert re.fullmatch(r"zk_[0-9a-f]{12}_[\w-]{43}", secret)
    assert accounts.by_key(secret) == Caller(account.account_id, "张三", Role.ADMIN, "", Scope.READ, key.key_id)
    assert accounts.keys("张三")[0].used_at is not None
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    for bad in (wrong, "", secret + "x", secret.upper(), f"zk_{'0' * 12}_{'a' * 43}"):
        assert accounts.by_key(bad) is None


def test_keys_are_made_listed_and_dropped(accounts: Accounts) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    reader = accounts.add("李四", GOOD, Role.READER)
    with pytest.raises(AccountError, match="是读者，不能有读写密钥"):
        accounts.make_key("李四", "脚本", Scope.WRITE)
    with pytest.raises(AccountError, match="密钥的用途应为 1 到 40 个字"):
        accounts.make_key("李四", "\x00 ", Scope.READ)
    key, secret = accounts.make_key("李四", "脚本", Scope.READ)
    assert accounts.keys() == accounts.keys("李四") == (key,)
    assert accounts.keys("张三") == ()
    with pytest.raises(AccountError, match="没有编号为"):
        accounts.drop_key(key.key_id, "a000000000000")
    assert accounts.drop_key(key.key_id, reader.account_id) == key
    assert accounts.by_key(secret) is None


def test_an_account_has_no_more_than_fifty_keys(accounts: Accounts) -> None:
    accounts.add("张三", GOOD, Role.ADMIN)
    for n in range(50):
        accounts.make_key("张三", f"第 {n} 个", Scope.READ)
    with pytest.raises(AccountError, match="最多有 50 个密钥"):
        accounts.make_key("张三", "又一个", Scope.READ)


# The log and the file


def test_the_log_tells_the_last_changes_first(accounts: Accounts, clock: Clock) -> None:
    account = accounts.add("张三", GOOD, Role.ADMIN)
    caller = Caller(account.account_id, "张三", Role.ADMIN)
    accounts.note(caller, "page", "移除文件", "a\nb" + "c" * 500, address=HERE)
    clock.now += 60
    accounts.note(LOCAL, "command", "重设密码", "张三")
    later, first = accounts.deeds()
    assert later == Deed("2026-09-21T14:14:20+00:00", "", "本机", "command", "重设密码", "张三", "完成", "")
    assert (first.at, first.account_id, first.address) == ("2026-09-21T14:13:20+00:00", account.account_id, HERE)
    assert first.target == "a\ufffdb" + "c" * 297
    assert accounts.deeds(1) == (later,)


def test_a_damaged_file_and_one_of_a_newer_program_are_refused(tmp_path: Path) -> None:
    (tmp_path / "accounts.db").write_bytes(b"no database " * 100)
    with pytest.raises(Corrupt, match="请从备份恢复"):
        Accounts(tmp_path)
    other = tmp_path / "other"
    with closing(Accounts(other)) as made:
        made.add("张三", GOOD, Role.ADMIN)
    with closing(sqlite3.connect(other / "accounts.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = '9'")
    with pytest.raises(BaseTooNew, match="请升级知策"):
        Accounts(other)


def test_threads_that_make_the_first_account_make_one(tmp_path: Path) -> None:
    made: list[str] = []

    def add(n: int) -> None:
        with closing(Accounts(tmp_path)) as own:
            try:
                made.append(own.add("张三", GOOD + str(n), Role.ADMIN).folder)
            except AccountError as error:
                made.append(str(error)[:4])

    threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["", "已经有叫", "已经有叫", "已经有叫"]
