"""The setting ``index`` names an engine and its place; what is none of that is refused in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.config import load_settings
from kb.errors import SettingsError
from kb.index import Address, read_address
from kb.index_address import address_of

FORMS = "应为 local、chroma+http://主机:端口、milvus+http://主机:端口（https 亦可）或 milvus+文件.db。"


def test_what_a_setting_names() -> None:
    assert read_address(" local ") == read_address("") == Address("local")
    chroma = read_address("chroma+https://vectors.example:8000/", "k")
    assert chroma == Address("chroma", "https://vectors.example:8000", "k")
    assert (chroma.host, chroma.port, chroma.secure, chroma.is_file) == ("vectors.example", 8000, True, False)
    milvus = read_address("milvus+http://10.0.0.7:19530", "root:secret")
    assert (milvus.engine, milvus.url, milvus.secure, milvus.is_file) == (
        "milvus",
        "http://10.0.0.7:19530",
        False,
        False,
    )
    file = read_address("milvus+数据/index.db", home=Path("/home/zhice"))
    assert (file.url, file.is_file) == ("/home/zhice/数据/index.db", True)
    assert read_address("milvus+/srv/index.db", home=Path("/home/zhice")).url == "/srv/index.db"
    given = load_settings(home=Path("/home/zhice"), index="milvus+index.db")
    assert address_of(given).url == "/home/zhice/index.db"
    assert "secret" not in repr(milvus)


@pytest.mark.parametrize(
    "setting",
    [
        "chroma",
        "chroma+http://127.0.0.1",
        "chroma+http://:8000",
        "chroma+http://a:99999",
        "chroma+http://[::1",
        "chroma+http://a:8000/path",
        "chroma+ftp://a:8000",
        "chroma+a.db",
        "milvus",
        "milvus+index.sqlite",
        "milvus+https://a:1/x.db",
        "milvus+ftp://a:1/x.db",
        "本地",
    ],
)
def test_what_names_no_index_is_refused(setting: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_address(setting)
    assert str(caught.value) == f"设置 index 的值 {setting} 不可用：{FORMS}"


@pytest.mark.parametrize(
    "setting",
    [
        "milvus+http://root:secret@127.0.0.1:19530",
        "milvus://root:secret@h:19530",
        "milvus+tcp://root:secret@h",
        "https://u:secret@h:1",
        "chroma+http://h:8000/?token=secret",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path, monkeypatch, setting) -> None:
    monkeypatch.setenv("ZHICE_INDEX", setting)
    with pytest.raises(SettingsError) as caught:
        KnowledgeBase.open(load_settings(home=tmp_path), create=True)
    assert str(caught.value) == "设置 index 的地址里不能写用户名、密码和参数，请用 index_key（ZHICE_INDEX_KEY）。"
