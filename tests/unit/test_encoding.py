"""What a file declares of its encoding is checked against the text that comes of it."""

from __future__ import annotations

import pytest

from ingest.readers.encoding import decode

CHINESE = "为促进科技成果转化，根据国家有关规定，结合本市实际，制定本办法。市科技局负责组织实施，各区政府应当予以支持。"
FRENCH = "Règlement d'usage des puits communaux : l'eau est à tous, été comme hiver, à condition de la ménager."


@pytest.mark.parametrize(
    "declared",
    [
        "iso-8859-1",
        "windows-1252",
        "us-ascii",
        "koi8-r",
        "undefined",
        "idna",
        "punycode",
        "unicode_escape",
        "base64",
        "rot13",
        "utf-7",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_a_declaration_of_one_byte_a_character_does_not_beat_a_chinese_text(declared: str, encoding: str):
    text = (
        CHINESE
        if encoding != "big5"
        else "為促進科技成果轉化，根據國家有關規定，結合本市實際，制定本辦法。各區政府應當予以支持。"
    )
    assert decode(text.encode(encoding), declared).text == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252"])
def test_a_text_of_one_byte_a_character_is_read_as_declared(declared: str):
    assert decode(FRENCH.encode("latin-1"), declared).text == FRENCH


@pytest.mark.parametrize(("declared", "encoding"), [("gb2312", "gb18030"), ("x-gbk", "gb18030"), ("big5", "big5hkscs")])
def test_a_right_declaration_decides(declared: str, encoding: str):
    assert decode("到2031年".encode(encoding), declared).encoding == encoding
