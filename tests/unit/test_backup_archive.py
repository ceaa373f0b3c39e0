"""An archive may come from anyone: what could write elsewhere, fill the disk or mislead is refused."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.backup.archive import open_archive
from kb.backup.making import back_up
from kb.backup.manifest import BadArchive
from kb.backup.restoring import check, restore
from kb.config import Settings
from kb.errors import BaseTooNew, KBError
from tests.bases import many, open_base

LINK = (stat.S_IFLNK | 0o777) << 16
DEVICE = (stat.S_IFCHR | 0o666) << 16


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good one."""
    folder = tmp_path_factory.mktemp("good")
    with open_base(folder / "home") as base:
        base.put_many(many(2))
    back_up(Settings(home=folder / "home", cache=folder / "cache"), folder / "good.zip")
    return folder / "good.zip"


def spoiled(
    archive: Path,
    target: Path,
    manifest: Callable[[dict[str, Any]], object] = lambda values: None,
    members: Callable[[dict[str, tuple[bytes, int]]], object] = lambda found: None,
) -> Path:
    """A copy of an archive with its manifest's values or its members (content and attributes) changed."""
    with zipfile.ZipFile(archive) as packed:
        found = {i.filename: (packed.read(i), i.external_attr) for i in packed.infolist()}
    values = json.loads(found["manifest.json"][0])
    manifest(values)
    found["manifest.json"] = (json.dumps(values).encode(), 0)
    members(found)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, (data, attributes) in found.items():
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = attributes, zipfile.ZIP_DEFLATED
            packed.writestr(info, data)
    return target


def listing(path: str, data: bytes, **other: Any) -> tuple[Callable[..., object], Callable[..., object]]:
    """Changes that add a member, listed in the manifest like any other."""
    line = {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "changed": 0} | other
    return (lambda values: values["members"].append(line)), (lambda found: found.update({f"home/{path}": (data, 0)}))


def set_values(**changed: Any) -> Callable[[dict[str, Any]], object]:
    return lambda values: values.update(changed)


def first(**changed: Any) -> Callable[[dict[str, Any]], object]:
    return lambda values: values["members"][0].update(changed)


PATHS = {
    "absolute": "/etc/cron.d/evil",
    "upward": "../evil",
    "upward within": "uploads/../../evil",
    "dot": "uploads/./evil",
    "empty part": "uploads//evil",
    "control": "uploads/\x1b[31m",
    "nul": "uploads/a\0b",
    "long": "a" * 1001,
}
HOSTILE: dict[str, tuple[Any, Any, str]] = {
    **{name: (*listing(path, b"x"), "会写到数据目录以外，或不是文件名") for name, path in PATHS.items()},
    "index": (*listing("index/dense.json", b"x"), "里面有不该在备份里的文件“index/dense.json”"),
    "lock": (*listing("write.lock", b"x"), "里面有不该在备份里的文件“write.lock”"),
    "listed twice": (lambda v: v["members"].append(v["members"][0]), None, "“catalog.db”出现了两次"),
    "file and folder": (*listing("catalog.db/x", b"x"), "的上级既是文件又是文件夹"),
    "unlisted": (None, lambda found: found.update({"home/more": (b"x", 0)}), "里面有清单没有列出的文件"),
    "unlisted outside": (None, lambda found: found.update({"../evil": (b"x", 0)}), "里面有清单没有列出的文件"),
    "link": (None, lambda f: f.update({"home/vectors.db": (b"/etc/passwd", LINK)}), "里面有链接、设备或文件夹"),
    "device": (None, lambda f: f.update({"home/vectors.db": (b"", DEVICE)}), "里面有链接、设备或文件夹"),
    "folder": (None, lambda f: f.update({"home/uploads/": (b"", 0)}), "里面有链接、设备或文件夹"),
    "absent": (None, lambda found: found.pop("home/vectors.db"), "少了清单列出的“vectors.db”"),
    "no catalog": (lambda v: v.update(members=v["members"][1:]), None, "里面没有知识库的目录 catalog.db"),
    "no manifest": (None, lambda found: found.pop("manifest.json"), "里面没有清单"),
    "no json": (None, lambda found: found.update({"manifest.json": (b"{", 0)}), "清单不是 JSON"),
    "deep json": (None, lambda found: found.update({"manifest.json": (b"[" * 99999, 0)}), "清单不是 JSON"),
    "a list": (None, lambda found: found.update({"manifest.json": (b"[]", 0)}), "清单不完整"),
    "no size": (first(size="1"), None, "清单不完整"),
    "negative size": (first(size=-1), None, "清单不完整"),
    "huge size": (first(size=1 << 70), None, "清单不完整"),
    "no digest": (first(sha256="0"), None, "清单不完整"),
    "no documents": (set_values(documents=None), None, "清单不完整"),
    "bomb": (first(size=1 << 60), None, "大小和清单对不上"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_list_must_not_have_is_refused_before_anything_is_written(archive: Path, tmp_path: Path, name) -> None:
    manifest, members, said = HOSTILE[name]
    nothing = lambda _: None  # noqa: E731
    bad = spoiled(archive, tmp_path / "bad.zip", manifest or nothing, members or nothing)
    for work in (check, lambda path: restore(path, tmp_path / "home")):
        with pytest.raises(BadArchive) as caught:
            work(bad)
        assert said in str(caught.value)
        assert "\x1b" not in str(caught.value)
        assert os.listdir(tmp_path) == ["bad.zip"]


@pytest.mark.parametrize(
    ("manifest", "members", "said"),
    [
        (first(sha256="0" * 64), None, "“catalog.db”的内容和清单对不上（校验值不符）"),
        (set_values(documents=3), None, "文件的份数和清单对不上"),
        (set_values(schemas={}), None, "知识库的版本和清单对不上"),
    ],
)
def test_what_the_content_betrays_leaves_nothing_behind(archive: Path, tmp_path: Path, manifest, members, said) -> None:
    bad = spoiled(archive, tmp_path / "bad.zip", manifest, members or (lambda _: None))
    with pytest.raises(BadArchive) as caught:
        restore(bad, tmp_path / "home")
    assert said in str(caught.value)
    assert os.listdir(tmp_path) == ["bad.zip"]


def test_a_catalog_that_is_no_database_or_runs_something_is_refused(archive: Path, tmp_path: Path) -> None:
    import sqlite3

    with zipfile.ZipFile(archive) as packed:
        armed = tmp_path / "armed.db"
        armed.write_bytes(packed.read("home/catalog.db"))
    with sqlite3.connect(armed) as connection:
        connection.execute("CREATE TRIGGER t AFTER UPDATE ON sources BEGIN DELETE FROM documents; END")
    connection.close()
    for data, said in ((b"no database", "已损坏"), (armed.read_bytes(), "里面有触发器或视图")):
        line = {"path": "catalog.db", "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "changed": 0}
        bad = spoiled(
            archive,
            tmp_path / "bad.zip",
            lambda values, line=line: values["members"].__setitem__(0, line),
            lambda found, data=data: found.update({"home/catalog.db": (data, 0)}),
        )
        with pytest.raises(BadArchive) as caught:
            restore(bad, tmp_path / "home")
        assert said in str(caught.value)
        assert not (tmp_path / "home").exists()


def test_a_bomb_is_refused_by_its_ratio(archive: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("kb.backup.archive._BOMB_BYTES", 1 << 24)
    with open_archive(archive) as good:
        first_member = good.manifest.members[0]
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        line = {"path": "zeros", "size": (1 << 24) + 1, "sha256": "0" * 64, "changed": 0}
        catalog = {"path": "catalog.db", "size": 0, "sha256": first_member.sha256, "changed": 0}
        values = {"format": 1, "made_at": "", "home": "/h", "documents": 0, "schemas": {}, "members": [catalog, line]}
        packed.writestr("manifest.json", json.dumps(values))
        packed.writestr("home/catalog.db", b"")
        packed.writestr("home/zeros", b"\0" * ((1 << 24) + 1))
    with pytest.raises(BadArchive, match="它只有 16 KB，却要解开成 16384 KB"):
        restore(tmp_path / "bad.zip", tmp_path / "home")
    assert os.listdir(tmp_path) == ["bad.zip"]


@pytest.mark.parametrize("cut", [0, 100, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(archive: Path, tmp_path: Path, cut: float) -> None:
    data = archive.read_bytes()
    (tmp_path / "bad.zip").write_bytes(data[: int(cut if cut > 1 else len(data) * cut)])
    with pytest.raises(BadArchive, match="不是备份文件，或没有写完"):
        restore(tmp_path / "bad.zip", tmp_path / "home")
    assert os.listdir(tmp_path) == ["bad.zip"]


def test_any_flipped_byte_of_the_content_is_noticed(archive: Path, tmp_path: Path) -> None:
    data = archive.read_bytes()
    for at in range(200, len(data) - 2000, len(data) // 40):
        (tmp_path / "bad.zip").write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        with pytest.raises(BadArchive):
            check(tmp_path / "bad.zip")


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"format": 2}, KBError, "这份备份由更新的版本制作（格式 2，本程序只认识到 1）。请升级知策后再恢复。"),
        ({"schemas": {"catalog.db": 99}}, BaseTooNew, "由更新的版本建立（格式 99，"),
        ({"schemas": {"catalog.db": 2, "user.db": 99}}, BaseTooNew, "由更新的版本建立（格式 99，"),
        ({"schemas": {"catalog.db": 2, "accounts.db": 99}}, BaseTooNew, "由更新的版本建立（格式 99，"),
    ],
)
def test_one_of_a_newer_version_is_refused(archive: Path, tmp_path: Path, changed, error, said) -> None:
    bad = spoiled(archive, tmp_path / "bad.zip", set_values(**changed))
    with pytest.raises(error) as caught:
        restore(bad, tmp_path / "home")
    assert said in str(caught.value)
    assert os.listdir(tmp_path) == ["bad.zip"]


def test_a_full_disk_is_told_before_anything_is_unpacked(archive: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("kb.backup.archive._SPARE", 1 << 62)
    with pytest.raises(KBError, match=r"恢复要用 0 MB，.*磁盘只剩 \d+ MB。没有做任何改动；请先腾出空间。"):
        restore(archive, tmp_path / "home")
    assert os.listdir(tmp_path) == []


def test_the_archive_is_for_its_owner_only(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
