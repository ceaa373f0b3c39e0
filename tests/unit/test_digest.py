"""Texts that retell another document say which."""

import pytest

from ingest.digest import told_original
from ingest.parse import parse_text
from kb.model import Kind

_TEXT = (
    "青澜市见习基地管理办法要点\n本文是摘要，不能代替原文。\n"
    "原文：《青澜市人力资源和社会保障局关于印发见习基地管理办法的通知》，青人社规字〔2029〕6号，2029年10月9日。\n"
    "见习人员是两类人：毕业生和失业青年。\n"
)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("原文：《甲办法》，青人社规字〔2029〕6号，2029年10月9日。", "甲办法 青人社规字〔2029〕6号"),
        ("原文：《甲办法》（青人社规字〔2029〕6号）", "甲办法 青人社规字〔2029〕6号"),
        ("原文：新闻报道《乙》，无文号，日期未载明。", "乙"),
        ("原文：《甲办法》，甲局等四部门印发，依据青人社规字〔2020〕1号。", "甲办法"),
        ("原文附后：《甲办法》。", None),
        ("原文说：“另行规定”。", None),
    ],
)
def test_the_line_that_names_the_original(line: str, told: str | None) -> None:
    assert told_original(f"要点\n声明：本文是摘要。\n{line}\n正文。") == told


def test_a_document_that_quotes_an_original_is_no_digest() -> None:
    assert told_original("关于更正的通知\n原文：《甲办法》，应为《乙办法》。\n特此通知。") is None


def test_the_original_number_is_not_the_digests_own() -> None:
    (document,) = parse_text(_TEXT)
    assert (document.kind, document.doc_number) == (Kind.DIGEST, None)
    assert document.digest_of == "青澜市人力资源和社会保障局关于印发见习基地管理办法的通知 青人社规字〔2029〕6号"
