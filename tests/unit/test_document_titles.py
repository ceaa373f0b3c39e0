"""What of a title tells that it names a document."""

from __future__ import annotations

import pytest

from kb.catalog.codec import title_key
from kb.catalog.titles import names_document


@pytest.mark.parametrize(
    ("title", "document"),
    [
        ("云溪市书房管理办法（试行）", True),
        ("关于开放书房的若干意见", True),
        ("书房建设行动（2031－2033年）", True),
        ("云溪市紧缺人才目录（2031年度）", True),
        ("青岩区书房新政十五条", True),
        ("惠企政策汇编", True),
        ("书房管理办法政策解读", True),
        ("拟支持书房公示名单", True),
        ("政府工作报告（2031年）摘登", True),
        ("云溪市书房条例", True),
        ("交通运输部", False),
        ("云溪科技园", False),
        ("城市书房", False),
        ("河湾区", False),
        ("领导班子", False),
        ("政策法规", False),  # a column of a site
        ("办公司法", False),
    ],
)
def test_names_of_documents_and_of_other_things(title: str, document: bool) -> None:
    assert names_document(title_key(title)) is document
