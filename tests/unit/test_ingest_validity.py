"""When a document is in force is read from what it says of itself, not from what it says of a qualification."""

from __future__ import annotations

import pytest

from ingest.parse import parse_text

HEAD = "云溪市孵化器管理办法\n第一条 为规范孵化器管理，制定本办法。\n"


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("第二条 本办法自2031年4月1日起施行，有效期5年。", ("2031-04-01", "2036-03-31")),
        ("第二条 本办法自2031年4月1日起施行。有效期三年。", ("2031-04-01", "2034-03-31")),
        ("第二条 自2031年4月1日起施行，有效期至2033年12月31日。", ("2031-04-01", "2033-12-31")),
        ("第二条 本办法（试行）有效期2年，自2031年4月1日起执行。", ("2031-04-01", "2033-03-31")),
        ("第二条 有效期为2年，自2031年4月1日起执行。", ("2031-04-01", "2033-03-31")),
        ("第二条 本实施细则由市科技局负责解释，自2031年4月1日起施行（有效期5年）。", ("2031-04-01", "2036-03-31")),
        ("第二条 本措施执行期限至2033年12月31日。", (None, "2033-12-31")),
        ("第二条 本政策有效期至2033年12月31日。", (None, "2033-12-31")),
        ("第二条 本办法自2031年4月1日实施，有效期5年。", ("2031-04-01", "2036-03-31")),
        ("第二条 本办法自2031年4月1日起施行，施行至2033年12月31日止。", ("2031-04-01", "2033-12-31")),
    ],
)
def test_the_documents_own_validity(clause: str, expected: tuple[str | None, str | None]) -> None:
    (doc,) = parse_text(HEAD + clause)
    assert (doc.effective_from, doc.expires_on) == expected


@pytest.mark.parametrize(
    "clause",
    [
        "第二条 市级孵化器资格有效期为三年。",
        "第二条 按照本办法认定的市级孵化器，资格有效期为三年。",
        "第二条 本市孵化器认定有效期3年，期满重新申请。",
        "第二条 本办法规定的备案有效期至2032年6月30日。",
        "第二条 称号有效期为3年；证书有效期5年。",
        "第二条 有效期为三年的证书应当年检。",
        "第二条 有效期三年，期满复核。",
        "第二条 本办法所称孵化器资格，有效期为三年。",
        "第二条 租赁合同执行至2032年6月30日。",
    ],
)
def test_a_validity_of_something_else_does_not_expire_the_document(clause: str) -> None:
    (doc,) = parse_text(HEAD + clause + "\n第三条 本办法自2031年4月1日起施行。")
    assert (doc.effective_from, doc.expires_on) == ("2031-04-01", None)


def test_a_qualifications_start_is_not_the_documents() -> None:
    (doc,) = parse_text(HEAD + "第二条 市级孵化器资格自2031年1月1日起生效，有效期三年。")
    assert (doc.effective_from, doc.expires_on) == (None, None)
