"""``python -m kb users`` with the real parser and a real file; the process is the test's own."""

from __future__ import annotations

import io
import json
from contextlib import closing
from pathlib import Path

import pytest

from kb.accounts import LOCAL, Accounts, secrets
from kb.commands import main
from tests.accounts import CHEAP

GOOD = "风起云涌-2026-夏"


class Told:
    """Runs the command and keeps what it said."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._capsys, self._patch = home, capsys, monkeypatch

    def __call__(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        self._patch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["users", *arguments, "--home", str(self.home)])
        out, err = self._capsys.readouterr()
        return code, out, err

    def add(self, name: str, role: str) -> None:
        code, _, err = self("add", name, "--role", role, "--password-stdin", typed=GOOD + "\n")
        assert code == 0, err


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_hasher", lambda: CHEAP)


@pytest.fixture
def users(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(tmp_path, capsys, monkeypatch)


def test_accounts_from_first_to_last(users: Told) -> None:
    code, out, _ = users("list")
    assert (code, out.startswith("还没有账号")) == (0, True)
    users.add("张三", "admin")
    users.add("李四", "读者")
    day = json.loads(users("list", "--json")[1])[0]["made_at"][:10]
    assert users("list")[1] == f"张三  管理员  {day} 建立\n李四  读者  {day} 建立\n"
    assert users("role", "李四", "editor") == (0, "“李四”现在是编辑。\n", "")
    assert users("passwd", "李四", "--password-stdin", typed="another one 99\n")[:2] == (
        0,
        "已重设“李四”的密码，原来登录的都已退出。\n",
    )
    code, out, _ = users("remove", "李四")
    assert (code, out.startswith(f"已移除“李四”和它的密钥。它的对话和草稿留在 {users.home / 'users'}/a")) == (0, True)
    deeds = [(d["name"], d["via"], d["action"], d["target"]) for d in json.loads(users("log", "--json")[1])]
    assert deeds == [
        ("本机", "command", "移除账号", "李四"),
        ("本机", "command", "重设密码", "李四"),
        ("本机", "command", "修改角色", "李四（编辑）"),
        ("本机", "command", "添加账号", "李四（读者）"),
        ("本机", "command", "添加账号", "张三（管理员）"),
    ]


def test_the_log_is_shown_to_its_beginning_when_asked(users: Told) -> None:
    users.add("张三", "admin")
    with closing(Accounts(users.home)) as accounts:
        for n in range(200):
            accounts.note(LOCAL, "command", "修改", f"{n}")
    last, whole = users("log")[1].splitlines(), users("log", "--all")[1].splitlines()
    assert (len(last), len(whole), whole[:200] == last) == (200, 201, True)
    assert whole[-1].endswith("  本机  命令  添加账号  张三（管理员）  完成")


def test_keys_from_first_to_last(users: Told) -> None:
    users.add("张三", "admin")
    code, secret, told = users("key", "张三", "--label", "网站客服")
    assert code == 0
    key_id = secret.split("_")[1]
    assert told == f"密钥 {key_id}（只读），只显示这一次，请收好：\n"
    code, out, _ = users("keys")
    assert (code, out.startswith(f"{key_id}  张三  只读  网站客服  "), out.endswith("  没用过\n")) == (0, True, True)
    assert secret.strip() not in out
    assert json.loads(users("key", "张三", "--label", "脚本", "--write", "--json")[1])["scope"] == "write"
    assert users("drop-key", key_id) == (0, f"已作废密钥 {key_id}（网站客服）。\n", "")
    code, _, err = users("drop-key", key_id)
    assert (code, err) == (1, f"没有编号为“{key_id}”的密钥。用 python -m kb users keys 查看。\n")


def test_what_is_wrong_is_told_in_chinese(users: Told, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = users("add", "张三", "--role", "reader", "--password-stdin", typed=GOOD)
    assert (code, "第一个账号必须是管理员" in err) == (1, True)
    code, _, err = users("add", "张三", "--role", "admin")
    assert (code, err) == (1, "这里不能输入密码。请在终端里运行，或用 --password-stdin 从标准输入给出。\n")
    code, _, err = users("add", "张三", "--role", "admin", "--password-stdin")
    assert (code, err) == (1, "密码应为 10 到 200 个字符。请换一个。\n")
    with pytest.raises(SystemExit) as wrong:
        users("add", "张三", "--role", "boss")
    assert wrong.value.code == 2
    assert "角色应为 reader（读者）、editor（编辑）、admin（管理员） 之一，而不是“boss”" in capsys.readouterr().err
    assert list(users.home.iterdir()) == []


def test_a_password_typed_twice_differently_is_refused(
    users: Told, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed = iter([GOOD, GOOD + "x", GOOD, GOOD])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    monkeypatch.setattr("sys.stdin", Terminal())
    given = ["users", "add", "张三", "--role", "admin", "--home", str(users.home)]
    assert (main(given), capsys.readouterr().err) == (1, "两次输入的密码不一样。请重新运行。\n")
    assert (main(given), capsys.readouterr().out) == (0, "已添加管理员“张三”。\n")
