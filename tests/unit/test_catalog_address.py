"""The URL of a shared catalog: what it gives, and what is said of a wrong one, which is never the password."""

from __future__ import annotations

import ssl

import pytest

from kb.catalog.address import Address, address_of
from kb.config import Settings
from kb.errors import SettingsError

FORM = "应写成 postgresql://用户:密码@主机:5432/数据库（密码里的 @ : / % 等写成 %40 %3A %2F %25）"


def test_the_parts_of_a_url() -> None:
    address = address_of("postgresql://me:p%40ss%2Fw@db.example:6000/base?sslmode=require")
    assert address == Address("me", "db.example", 6000, "base", "p@ss/w", "require")
    assert (address.shown, "p@ss" in repr(address)) == ("postgresql://me@db.example:6000/base", False)
    assert address.connect_arguments() == {
        "user": "me",
        "password": "p@ss/w",
        "database": "base",
        "host": "db.example",
        "port": 6000,
        "ssl_context": True,
    }


def test_a_socket_of_this_machine_and_an_address_with_colons() -> None:
    local = address_of("postgres://me@/base?host=/run/postgresql")
    assert local.connect_arguments() == {
        "user": "me",
        "password": None,
        "database": "base",
        "unix_sock": "/run/postgresql/.s.PGSQL.5432",
        "ssl_context": False,
    }
    assert address_of("postgresql://me@[::1]/base").shown == "postgresql://me@[::1]:5432/base"


@pytest.mark.parametrize(
    ("mode", "given"), [("disable", False), ("prefer", None), ("require", True), ("verify-full", ssl.CERT_REQUIRED)]
)
def test_how_the_line_is_kept_secret(mode, given) -> None:
    context = address_of(f"postgresql://me@host/base?sslmode={mode}").connect_arguments()["ssl_context"]
    assert (context.verify_mode if isinstance(context, ssl.SSLContext) else context) is given


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("secret", f"设置 catalog 的值不可用：{FORM}"),
        ("postgresql://me:secret@host:port/base", f"设置 catalog 的值不可用：{FORM}"),
        ("mysql://me:secret@host/base", f"设置 catalog 的值不可用：只支持 PostgreSQL，{FORM}"),
        ("postgresql://me:secret@host", f"设置 catalog 的值不完整：{FORM}"),
        ("postgresql://me:secret@/base", f"设置 catalog 的值不完整：{FORM}"),
        ("postgresql://host/base", f"设置 catalog 的值不完整：{FORM}"),
        (
            "postgresql://me:secret@host/base?ssl=1",
            "设置 catalog 的参数 ssl 不可用。可用的有：host、sslmode、sslrootcert",
        ),
        (
            "postgresql://me:secret@host/base?sslmode=on",
            "设置 catalog 的 sslmode 不可用。应为 disable、prefer、require、verify-full 之一",
        ),
        (
            "postgresql://me:secret@host/base?sslmode=verify-full&sslrootcert=/none.pem",
            "设置 catalog 的 sslrootcert 读不出：No such file or directory",
        ),
    ],
)
def test_a_wrong_url_is_told_without_repeating_it(url, said) -> None:
    with pytest.raises(SettingsError) as caught:
        address_of(url).connect_arguments()
    assert str(caught.value) == said


def test_an_empty_setting_is_none(tmp_path) -> None:
    assert [Settings(home=tmp_path, catalog=value).catalog_url for value in (None, "", "postgresql://a@b/c")] == [
        None,
        None,
        "postgresql://a@b/c",
    ]
