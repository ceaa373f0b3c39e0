"""What names say: which files are documents, which were only saved with a page; alike for folders and archives."""

from pathlib import Path

import pytest

from ingest.readers.names import is_within, refused_by_name, saved_folders
from ingest.scan import scan


@pytest.mark.parametrize(
    ("name", "head", "why"),
    [
        ("通知.DOCX", b"", None),
        ("网页.mht", b"", None),
        ("没有后缀", b"", None),
        ("脚本.js", b"var a", "不支持的文件类型（.js）"),
        ("附件.2024", b"%PDF-1.7", None),
        ("附件.bak", b"\xd0\xcf\x11\xe0", None),
        ("附件.RAR", b"Rar!", "不支持的文件类型（.RAR 压缩包，请先解压）"),
    ],
)
def test_names_and_first_bytes(name: str, head: bytes, why: str | None) -> None:
    assert refused_by_name(name, lambda: head) == why


def test_the_folder_saved_with_a_page() -> None:
    folders = saved_folders(["a/页面.html", "b/c.d.HTM", "e.txt"])
    assert folders == {"a/页面_files", "a/页面.files", "b/c.d_files", "b/c.d.files"}
    inside = ["a/页面_files/x.js", "a/页面.files/深/y.html", "b/c.d_files/z"]
    outside = ["a/页面.html", "页面_files/x.js", "a/页面_files", "e_files/x"]
    assert [is_within(name, folders) for name in (*inside, *outside)] == [True] * 3 + [False] * 4


def test_a_folder_is_looked_at_by_the_same_rules(tmp_path: Path) -> None:
    for name in ("页面.html", "页面_files/广告.html", "页面.files/header.html", "其他_files/甲.txt", "乙.mht", "丙.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("文字", "utf-8")
    found = scan(tmp_path)
    assert sorted(str(f.path.relative_to(tmp_path)) for f in found.found) == [
        "乙.mht",
        "其他_files/甲.txt",
        "页面.html",
    ]
    assert [(Path(n.path).name, n.why) for n in found.skipped] == [("丙.js", "不支持的文件类型（.js）")]


def test_a_readme_that_is_asked_for_is_read(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("说明", "utf-8")
    assert [f.path.name for f in scan(tmp_path / "README.md").found] == ["README.md"]
    assert [n.why for n in scan(tmp_path).skipped] == ["是说明目录的 README，不是政策文件"]
