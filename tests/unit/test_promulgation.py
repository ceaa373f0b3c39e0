"""What stands at the head of a statute: its order, the day it was made public, and that from which it is in force."""

from __future__ import annotations

import pytest

from ingest.header import number_at_head
from ingest.parse import parse_text
from kb.model import Kind

BODY = "\n第一条 为了发展孵化器，制定本规定。\n第二条 孵化器应当依法经营。"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "孵化器条例\n（2012年12月5日中华人民共和国国务院令第628号公布 自2013年7月1日起施行）",
            (Kind.REGULATION, "国务院令第628号", "国务院", "2012-12-05", "2013-07-01"),
        ),
        (
            "云溪市孵化器管理规定\n（2031年3月1日云溪市人民政府令第45号公布　自2031年4月1日起施行）",
            (Kind.RULE, "云溪市人民政府令第45号", "云溪市人民政府", "2031-03-01", "2031-04-01"),
        ),
        (
            "云溪市孵化器条例\n（2031年3月1日云溪市第八届人民代表大会常务委员会第三次会议通过　"
            "2031年4月2日公布　自2031年7月1日起施行）",
            (Kind.REGULATION, None, "云溪市第八届人民代表大会常务委员会", "2031-04-02", "2031-07-01"),
        ),
        (
            "孵化器条例\n（2012年12月5日中华人民共和国国务院令第628号公布　根据2020年3月27日"
            "《国务院关于修改部分行政法规的决定》修订）",
            (Kind.REGULATION, None, "国务院", "2020-03-27", None),
        ),
    ],
)
def test_the_last_event_counts_and_the_first_day_in_force_is_none(head: str, expected: tuple[object, ...]) -> None:
    (doc,) = parse_text(head + BODY)
    assert (doc.kind, doc.doc_number, doc.issuer, doc.written_on, doc.effective_from) == expected


def test_a_number_below_the_first_heading_is_anothers() -> None:
    text = "孵化器管理办法政策解读\n一、制定依据\n浙科规〔2030〕2号\n二、主要内容\n加强管理。"
    assert number_at_head(text) is None
    found = number_at_head(text.replace("一、制定依据\n", ""))
    assert found is not None
    assert found.canonical == "浙科规〔2030〕2号"
