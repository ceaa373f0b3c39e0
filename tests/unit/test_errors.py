"""Errors that look at the disk to say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import HomeNotWritable, disk_is_full


def test_a_full_disk_has_its_own_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "none" / "home"
    assert not disk_is_full(home)
    told = f"数据目录 {home} 无法写入（只读）。请检查权限，或用 --home 换一个目录。"
    assert str(HomeNotWritable(home, "只读")) == told
    monkeypatch.setattr("kb.errors._NEXT_TO_NOTHING", 1 << 60)
    assert "所在的磁盘写满了：请腾出空间" in str(HomeNotWritable(home, "满"))


@pytest.mark.parametrize("error", [PermissionError, OSError])
def test_a_place_that_cannot_be_looked_at_is_not_called_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    def refused(_path: Path) -> None:
        raise error

    monkeypatch.setattr("kb.errors.shutil.disk_usage", refused)
    for home in (tmp_path, Path("/" + "长" * 300), Path("无")):
        assert not disk_is_full(home)
        assert "请检查权限" in str(HomeNotWritable(home, "名字太长"))
