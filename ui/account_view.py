"""The pages of accounts as escaped HTML: the login, one's own account, and for administrators all of them."""

from __future__ import annotations

from collections.abc import Sequence

from kb.accounts import Account, Caller, Deed, Key, Role, Scope
from ui.document import frame
from ui.markup import esc

_ROLES = {
    Role.READER: "提问、起草答复、查看",
    Role.EDITOR: "还能上传、替换、移除文件，运行评测",
    Role.ADMIN: "还能管理账号",
}


def login_page(back: str, problem: str = "") -> str:
    """The form to log in; ``back`` is where to go then."""
    body = (
        f"{_bar()}<div class='page'><main class='card login'><h1>登录知策</h1>{_problem(problem)}"
        '<form method="post" action="/login">'
        f'<input type="hidden" name="next" value="{esc(back)}">'
        '<label>用户名<input name="name" autocomplete="username" required autofocus maxlength="64"></label>'
        '<label>密码<input name="password" type="password" autocomplete="current-password" required maxlength="200">'
        "</label><button>登录</button></form>"
        '<p class="none">没有账号或忘了密码，请找管理员。</p></main></div>'
    )
    return frame("登录 · 知策", body, "account")


def account_page(who: Caller, keys: Sequence[Key], said: str = "", problem: str = "", secret: str = "") -> str:
    """One's own account: password and keys."""
    admin = '<a class="back" href="/account/users">账号管理</a>' if who.role is Role.ADMIN else ""
    body = (
        f"{_bar(admin)}<div class='page'><main><h1>{esc(who.name)}<small>{who.role.told}</small></h1>"
        f'<form class="out" method="post" action="/logout"><button>退出登录</button></form>'
        f"{_said(said)}{_problem(problem)}{_secret(secret)}{_password()}{_keys(who, keys)}</main></div>"
    )
    return frame("我的账号 · 知策", body, "account")


def nobody_page() -> str:
    """What stands there while there are no accounts."""
    body = (
        f"{_bar()}<div class='page'><main class='missing'><h1>还没有账号</h1>"
        "<p>知策现在只在这台机器上可用，不用登录。要给别的人用，先在终端加一个管理员，再用 --host 打开：</p>"
        "<pre>python -m kb users add 用户名 --role admin</pre></main></div>"
    )
    return frame("账号 · 知策", body, "account")


def users_page(
    accounts: Sequence[Account], keys: Sequence[Key], deeds: Sequence[Deed], said: str = "", problem: str = ""
) -> str:
    """All accounts, their keys, and what was changed."""
    body = (
        f'{_bar(_OWN)}<div class="page wide"><main><h1>账号管理</h1>{_said(said)}{_problem(problem)}'
        f"{_add()}{_accounts(accounts)}{_all_keys(accounts, keys)}{_deeds(deeds)}</main></div>"
    )
    return frame("账号管理 · 知策", body, "account")


_OWN = '<a class="back" href="/account">我的账号</a>'


def _bar(right: str = "") -> str:
    return f'<header class="bar"><a href="/">知策</a><span>账号</span>{right}</header>'


def _said(text: str) -> str:
    return f'<p class="notice good" role="status">{esc(text)}</p>' if text else ""


def _problem(text: str) -> str:
    return f'<p class="notice" role="alert">{esc(text)}</p>' if text else ""


def _secret(secret: str) -> str:
    if not secret:
        return ""
    return (
        '<div class="card secret"><h2>新密钥</h2><p>只显示这一次，请现在复制到要用它的程序里：</p>'
        f"<p><code>{esc(secret)}</code></p></div>"
    )


def _password() -> str:
    return (
        '<section class="card"><h2>改密码</h2><form method="post" action="/account/password">'
        '<label>现在的密码<input name="old" type="password" autocomplete="current-password" required></label>'
        f"{_new_password('新密码')}{_DROP_KEYS}<button>改密码</button></form></section>"
    )


#: Programs go on with their keys when a password changes, unless this is ticked.
_DROP_KEYS = '<label class="check"><input type="checkbox" name="keys" value="1"> 同时作废所有接口密钥</label>'


def _new_password(label: str) -> str:
    return (
        f'<label>{label}（至少 10 个字符）<input name="password" type="password" autocomplete="new-password" '
        'required minlength="10" maxlength="200"></label>'
    )


def _keys(who: Caller, keys: Sequence[Key]) -> str:
    scopes = [Scope.READ, *([Scope.WRITE] if who.role.covers(Role.EDITOR) else [])]
    options = "".join(f'<option value="{s.value}">{s.told}</option>' for s in scopes)
    rows = "".join(_key_row(key, "", "/account/keys/drop") for key in keys)
    return (
        '<section class="card"><h2>接口密钥</h2>'
        "<p class='says'>程序用密钥调用接口（REST、OpenAI 兼容、MCP），能做的不超过这个账号。</p>"
        f"{_table(('用途', '权限', '制作', '最近使用', ''), rows) if rows else '<p class=none>还没有密钥。</p>'}"
        '<form method="post" action="/account/keys"><label>用途<input name="label" required maxlength="40" '
        f'placeholder="例如：网站客服"></label><label>权限<select name="scope">{options}</select></label>'
        "<button>做一个密钥</button></form></section>"
    )


def _key_row(key: Key, owner: str, drop: str) -> str:
    used = f"{key.used_at[:10]}" if key.used_at else "没用过"
    whose = f"<td>{esc(owner)}</td>" if owner else ""
    return (
        f"<tr>{whose}<td>{esc(key.label)}</td><td>{key.scope.told}</td><td>{key.made_at[:10]}</td><td>{used}</td><td>"
        f'<form method="post" action="{drop}"><input type="hidden" name="key" value="{esc(key.key_id)}">'
        f'<button class="quiet" aria-label="作废密钥 {esc(key.label)}">作废</button></form></td></tr>'
    )


def _add() -> str:
    return (
        '<section class="card"><h2>加一个账号</h2><form method="post" action="/account/users">'
        '<label>用户名<input name="name" required maxlength="32" autocomplete="off"></label>'
        f"{_new_password('密码')}<label>角色{_role_select(Role.READER)}</label><button>添加</button></form></section>"
    )


def _role_select(chosen: Role) -> str:
    options = "".join(
        f'<option value="{r.value}"{" selected" if r is chosen else ""}>{r.told}：{_ROLES[r]}</option>' for r in Role
    )
    return f'<select name="role">{options}</select>'


def _accounts(accounts: Sequence[Account]) -> str:
    rows = "".join(_account_row(account) for account in accounts)
    return f'<section class="card"><h2>账号</h2>{_table(("用户名", "角色", "建立", "更改"), rows)}</section>'


def _account_row(account: Account) -> str:
    name = f'<input type="hidden" name="name" value="{esc(account.name)}">'
    return (
        f"<tr><td>{esc(account.name)}</td><td>{account.role.told}</td><td>{account.made_at[:10]}</td><td>"
        f"<details><summary>更改<span class='unseen'> {esc(account.name)}</span></summary>"
        f'<form method="post" action="/account/users/role">{name}<label>角色{_role_select(account.role)}</label>'
        "<button>改角色</button></form>"
        f'<form method="post" action="/account/users/password">{name}{_new_password("新密码")}{_DROP_KEYS}'
        "<button>重设密码</button></form>"
        f'<form method="post" action="/account/users/remove">{name}'
        '<label class="check"><input type="checkbox" name="sure" value="1" required> '
        "移除这个账号和它的密钥，它的对话和草稿留在数据目录里</label>"
        '<button class="quiet">移除</button></form></details></td></tr>'
    )


def _all_keys(accounts: Sequence[Account], keys: Sequence[Key]) -> str:
    names = {a.account_id: a.name for a in accounts}
    rows = "".join(_key_row(k, names.get(k.account_id, "？"), "/account/users/drop-key") for k in keys)
    table = (
        _table(("账号", "用途", "权限", "制作", "最近使用", ""), rows) if rows else "<p class='none'>还没有密钥。</p>"
    )
    return f'<section class="card"><h2>密钥</h2>{table}</section>'


def _deeds(deeds: Sequence[Deed]) -> str:
    rows = "".join(
        f"<tr><td><time>{d.at[:19].replace('T', ' ')}</time></td><td>{esc(d.name)}</td>"
        f"<td>{esc(d.way)}</td><td>{esc(d.action)}</td><td>{esc(d.target)}</td>"
        f"<td>{esc(d.outcome)}</td></tr>"
        for d in deeds
    )
    heads = ("时间（UTC）", "谁", "从哪里", "做了什么", "对象", "结果")
    table = _table(heads, rows) if rows else "<p class='none'>还没有修改。</p>"
    return f'<section class="card"><h2>修改记录</h2>{table}</section>'


def _table(heads: Sequence[str], rows: str) -> str:
    head = "".join(f"<th scope='col'>{esc(h) or '<span class=unseen>操作</span>'}</th>" for h in heads)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
