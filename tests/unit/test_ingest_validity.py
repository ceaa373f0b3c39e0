"""When a document is in force is read from what it says of itself, not from what it says of a qualification."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.parse import parse_text
from ingest.references import find_references
from ingest.validity import with_repeals
from kb.model import PolicyDocument, Reference

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


def relations(text: str) -> list[tuple[str, str | None, str]]:
    """What a text states of what it cites."""
    doc = PolicyDocument(text)
    doc = replace(doc, references=find_references(doc))
    return [(r.title, r.doc_number, r.relation) for r in with_repeals(doc).references]


RULES = "云溪市夜市管理办法\n第一条 为规范夜市管理，制定本办法。\n"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("《甲办法》（云政发〔2027〕6号）同时废止。", {"甲办法": "废止"}),
        ("2027年3月1日印发的《甲办法》废止。", {"甲办法": "废止"}),
        (
            "《甲办法》（云政发〔2027〕6号）、《乙规定》和2026年市政府批准、市城管局发布的《丙细则》同时废止。",
            dict.fromkeys(("甲办法", "乙规定", "丙细则"), "废止"),
        ),
        ("《甲办法》，2026年市政府发布的《乙规定》，同时废止。", dict.fromkeys(("甲办法", "乙规定"), "废止")),
        ("《甲办法》等3个文件自2031年1月1日起停止执行。", {"甲办法": "废止"}),
        ("《甲办法》于2031年1月1日停止执行。", {"甲办法": "废止"}),
        ("经研究，决定废止《甲办法》《乙规定》。", dict.fromkeys(("甲办法", "乙规定"), "废止")),
        ("原《甲办法》(云政发〔2027〕6号)都予以废止。", {"甲办法": "废止"}),
        ("《甲办法》将同时废止。", {"甲办法": "废止"}),
        ("根据《甲办法》，决定废止《乙规定》。", {"甲办法": "依据", "乙规定": "废止"}),
        ("按照《甲办法》要求，对不适应的文件予以废止。", {"甲办法": "依据"}),
        ("《甲办法》第三条、第五条同时废止。", {"甲办法": "修订"}),
        ("废止《甲办法》第三条。", {"甲办法": "修订"}),
        ("《甲办法》（第三条已废止除外）继续执行。", {"甲办法": "见"}),
        ("《甲办法》已废止。", {"甲办法": "见"}),
        ("《甲办法》已被《乙规定》废止。", {"甲办法": "见", "乙规定": "见"}),
        ("不得以已废止的《甲办法》为由收费。", {"甲办法": "见"}),
        ("拟废止《甲办法》，建议废止《乙规定》。", {"甲办法": "见", "乙规定": "见"}),
        ("《甲证明》自核发之日起两个月内未使用自动失效。", {"甲证明": "见"}),
        ("《甲清单》以及新颁布、修改、废止规章和规范性文件的情况一并公示。", {"甲清单": "见"}),
        ("《甲办法》中有关收费的规定同时废止。", {"甲办法": "见"}),
        ("现将修订后的《甲办法》印发给你们。", {"甲办法": "见"}),
        ("年内修订《甲办法》。", {"甲办法": "修订"}),
    ],
)  # fmt: skip
def test_what_a_sentence_repeals(sentence: str, expected: dict[str, str]) -> None:
    assert {title: relation for title, _, relation in relations(RULES + "第二条 " + sentence)} == expected


LIST = """云溪市人民政府关于公布文件清理结果的通知
各县（市、区）人民政府：
根据《云溪市文件管理办法》，现将清理结果公布如下。
附件：1.废止的规范性文件目录
2.继续有效的规范性文件目录
云溪市人民政府
2031年3月1日
附件1
废止的规范性文件目录
1.关于印发夜市管理办法（试行）的通知（云政发〔2025〕3号）
2.《云溪市早市管理办法》（云政发〔2025〕4号）
3、云溪市茶摊管理规定
发文单位：市城管局
文号：云城管〔2024〕8号
说明：与《云溪市市场条例》（云人大〔2030〕1号）不一致，予以废止。
附件2
继续有效的规范性文件目录
1.关于印发街市管理办法的通知（云政发〔2025〕5号）
2.《云溪市书市管理办法》（云政发〔2025〕6号）"""


def test_lists_of_repealed_documents_are_references() -> None:
    assert relations(LIST) == [
        ("云溪市文件管理办法", None, "依据"),
        ("关于印发夜市管理办法（试行）的通知", "云政发〔2025〕3号", "废止"),
        ("云溪市早市管理办法", "云政发〔2025〕4号", "废止"),
        ("云溪市茶摊管理规定", "云城管〔2024〕8号", "废止"),
        ("云溪市市场条例", "云人大〔2030〕1号", "见"),
        ("云溪市书市管理办法", "云政发〔2025〕6号", "见"),
    ]


def test_a_list_below_a_sentence_and_one_in_a_table() -> None:
    text = """关于废止部分文件的决定
经研究，决定废止下列规范性文件：
一、云溪市夜市暂行规定（云政办〔2027〕6号）
二、关于规范茶摊的意见
三、工作要求
（一）认真执行《云溪市条例》。
附件
宣布失效的文件目录
序号 | 文件名称 | 文号
1 | 关于早市的通知 | 云政发〔2020〕7号
2 | 《云溪市书市办法》 | 云政发〔2020〕8号"""
    doc = with_repeals(PolicyDocument(text, title="关于废止部分文件的决定"))
    assert [(r.title, r.doc_number, r.relation) for r in doc.references] == [
        ("云溪市夜市暂行规定", "云政办〔2027〕6号", "废止"),
        ("关于规范茶摊的意见", None, "废止"),
        ("关于早市的通知", "云政发〔2020〕7号", "废止"),
        ("云溪市书市办法", "云政发〔2020〕8号", "废止"),
    ]
    for r in doc.references:
        assert text[r.start : r.end].strip("《》") == r.title


def test_a_number_from_the_list_completes_a_reference() -> None:
    text = "废止的文件目录\n1 | 《云溪市书市办法》 | 云政发〔2020〕8号"
    start = text.index("《")
    doc = PolicyDocument(text, references=(Reference("云溪市书市办法", None, "见", start, start + 9),))
    assert with_repeals(doc).references == (Reference("云溪市书市办法", "云政发〔2020〕8号", "废止", start, start + 9),)


@pytest.mark.parametrize(
    "text", ["《" * 3000, "《甲》、" * 2000, "废止：" * 2000, "废止目录\n" + "1.甲办法\n" * 2000, "《甲》（" * 2000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    references = tuple(Reference("甲", None, "废止", i, i + 3) for i in range(0, len(text) - 3, 3))
    assert len(with_repeals(PolicyDocument(text, references=references)).references) >= len(references)
