"""``python -m kb users``: accounts, their keys, and the log of what was changed."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from kb.commands.common import Commands, add_common, print_json, printable, words
from kb.config import load_settings
from kb.errors import KBError

if TYPE_CHECKING:
    from kb.accounts import Accounts

_VIA = "command"
_SHOWN = 200  # entries of the log


def add_to(commands: Commands) -> None:
    """Add the command with its subcommands."""
    top = commands.add_parser("users", help="账号、密钥和修改记录")
    actions = top.add_subparsers(required=True, metavar="动作", dest="action")
    for name, told, named in (
        ("list", "列出账号", False),
        ("add", "加一个账号；第一个必须是管理员", True),
        ("passwd", "重设密码，已登录的都退出", True),
        ("role", "改角色", True),
        ("remove", "移除账号和它的密钥；它的对话和草稿留在数据目录里", True),
        ("key", "给账号做一个接口密钥，只显示一次", True),
        ("keys", "列出密钥", False),
        ("drop-key", "作废一个密钥", False),
        ("log", "谁改过什么", False),
    ):
        parser = actions.add_parser(name, help=told, description=told)
        if named:
            parser.add_argument("name", type=words, metavar="用户名")
        add_common(parser)
        parser.set_defaults(run=run)
        if name == "add":
            parser.add_argument("--role", type=_role, default="reader", metavar="角色", help=f"{_ROLES}，默认 reader")
        if name == "role":
            parser.add_argument("role", type=_role, metavar="角色", help=_ROLES)
        if name == "key":
            parser.add_argument("--label", type=words, required=True, metavar="用途", help="给谁用，例如：网站客服")
            parser.add_argument("--write", action="store_true", help="可以改库（编辑和管理员的密钥才行）；默认只读")
        if name == "log":
            parser.add_argument("--all", action="store_true", help="全部列出，默认只列最近 200 条")
        if name == "drop-key":
            parser.add_argument("key", type=words, metavar="密钥编号")
        if name == "passwd":
            parser.add_argument("--drop-keys", action="store_true", help="同时作废这个账号的所有接口密钥")
        if name in ("add", "passwd"):
            parser.add_argument("--password-stdin", action="store_true", help="从标准输入读密码，供脚本用")


_ROLES = "reader（读者）、editor（编辑）或 admin（管理员）"


def _role(text: str) -> str:
    from kb.accounts.model import AccountError, role_of

    try:
        return role_of(text).value
    except AccountError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def run(given: argparse.Namespace) -> int:
    """Do what was asked for."""
    from kb.accounts import Accounts

    accounts = Accounts(load_settings(home=given.home).home)
    try:
        told = _ACTIONS[given.action](given, accounts)
    finally:
        accounts.close()
    if told:
        print(printable(told))
    return 0


def _list(given: argparse.Namespace, accounts: Accounts) -> str:
    there = accounts.list()
    if given.json:
        print_json(there)
        return ""
    lines = [f"{a.name}  {a.role.told}  {a.made_at[:10]} 建立" for a in there]
    return "\n".join(lines) or "还没有账号：知策只在本机可用。用 python -m kb users add 用户名 --role admin 加第一个。"


def _add(given: argparse.Namespace, accounts: Accounts) -> str:
    from kb.accounts import Role

    account = accounts.add(given.name, _password(given), Role(given.role))
    _note(accounts, "添加账号", f"{account.name}（{account.role.told}）")
    return f"已添加{account.role.told}“{account.name}”。"


def _passwd(given: argparse.Namespace, accounts: Accounts) -> str:
    name = accounts.get(given.name).name
    accounts.set_password(name, _password(given), drop_keys=given.drop_keys)
    _note(accounts, "重设密码", f"{name}（并作废密钥）" if given.drop_keys else name)
    return f"已重设“{name}”的密码，原来登录的都已退出{'，密钥都已作废' if given.drop_keys else ''}。"


def _set_role(given: argparse.Namespace, accounts: Accounts) -> str:
    from kb.accounts import Role

    role = Role(given.role)
    accounts.set_role(given.name, role)
    _note(accounts, "修改角色", f"{given.name}（{role.told}）")
    return f"“{given.name}”现在是{role.told}。"


def _remove(given: argparse.Namespace, accounts: Accounts) -> str:
    account = accounts.remove(given.name)
    _note(accounts, "移除账号", account.name)
    where = accounts.home / account.folder
    return f"已移除“{account.name}”和它的密钥。它的对话和草稿留在 {where}，不需要的话可以删除。"


def _key(given: argparse.Namespace, accounts: Accounts) -> str:
    from kb.accounts import Scope

    scope = Scope.WRITE if given.write else Scope.READ
    key, secret = accounts.make_key(given.name, given.label, scope)
    _note(accounts, "制作密钥", f"{key.key_id}（{given.name}，{scope.told}）")
    if given.json:
        print_json({"key_id": key.key_id, "scope": key.scope.value, "secret": secret})
        return ""
    print(f"密钥 {key.key_id}（{scope.told}），只显示这一次，请收好：", file=sys.stderr)
    return secret


def _keys(given: argparse.Namespace, accounts: Accounts) -> str:
    there = accounts.keys()
    if given.json:
        print_json(there)
        return ""
    names = {a.account_id: a.name for a in accounts.list()}
    lines = [
        f"{k.key_id}  {names.get(k.account_id, '？')}  {k.scope.told}  {k.label}  "
        f"{k.made_at[:10]} 制作  {f'{k.used_at[:10]} 用过' if k.used_at else '没用过'}"
        for k in there
    ]
    return "\n".join(lines) or "还没有密钥。"


def _drop_key(given: argparse.Namespace, accounts: Accounts) -> str:
    key = accounts.drop_key(given.key)
    _note(accounts, "作废密钥", key.key_id)
    return f"已作废密钥 {key.key_id}（{key.label}）。"


def _log(given: argparse.Namespace, accounts: Accounts) -> str:
    deeds = accounts.deeds(None if given.all else _SHOWN)
    if given.json:
        print_json(deeds)
        return ""
    lines = [f"{d.at}  {d.name}  {d.way}  {d.action}  {d.target}  {d.outcome}" for d in deeds]
    return "\n".join(lines) or "还没有修改记录。"


_ACTIONS = {
    "list": _list,
    "add": _add,
    "passwd": _passwd,
    "role": _set_role,
    "remove": _remove,
    "key": _key,
    "keys": _keys,
    "drop-key": _drop_key,
    "log": _log,
}


def _note(accounts: Accounts, action: str, target: str) -> None:
    from kb.accounts import LOCAL

    accounts.note(LOCAL, _VIA, action, target)


def _password(given: argparse.Namespace) -> str:
    """The password typed twice, or the first line of the standard input. Raises KBError."""
    if given.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise KBError("这里不能输入密码。请在终端里运行，或用 --password-stdin 从标准输入给出。")
    first = getpass.getpass("密码（不会显示）：")
    if getpass.getpass("再输一次：") != first:
        raise KBError("两次输入的密码不一样。请重新运行。")
    return first
