"""Names of uploaded files are hostile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.upload_names import safe_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("办法.docx", "办法.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\文件\\办法.PDF", "办法.PDF"),
        ("/", "未命名"),
        ("", "未命名"),
        ("...", "未命名"),
        (".隐藏.txt", "隐藏.txt"),
        ("~$办法.docx", "办法.docx"),
        ("a\u0000b\r\n.txt", "ab.txt"),
        ("办法\u202egnp.txt", "办法gnp.txt"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("  办 \t 法  .txt", "办 法.txt"),
        (".txt", "未命名.txt"),
        ("办法.", "办法"),
        ("\ud800.txt", "未命名.txt"),
        ("v1.2 说明", "v1.2 说明"),
    ],
)
def test_what_becomes_of_a_name(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_very_long_name_keeps_its_suffix() -> None:
    name = safe_name("长" * 500 + ".docx")
    assert (name, len(name.encode()) <= 180) == ("长" * 58 + ".docx", True)


@given(st.text(max_size=300))
def test_any_name_is_one_visible_file_of_a_folder(given: str) -> None:
    name = safe_name(given)
    assert name and "/" not in name and "\\" not in name and not name.startswith((".", "~$")) and name.isprintable()
    assert len(name.encode()) <= 200
    assert safe_name(name) == name
