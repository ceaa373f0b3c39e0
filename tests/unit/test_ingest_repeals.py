"""What a document does to those it cites is read from its sentences and lists: 废止, 修订, 延长, or a mere mention."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from ingest.references import find_references
from ingest.validity import with_repeals
from kb.model import PolicyDocument, Reference


def relations(text: str, title: str | None = None, number: str | None = None) -> list[tuple[str, str | None, str]]:
    """What a text states of what it cites."""
    doc = PolicyDocument(text, title=title, doc_number=number)
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
        ("市政府研究了废止《甲办法》问题。", {"甲办法": "见"}),
        ("关于废止《甲办法》（云政发〔2027〕6号）的议案已办结。", {"甲办法": "见"}),
        ("废止《甲办法》的建议已收悉。", {"甲办法": "见"}),
        ("关于废止《甲办法》的决定已于今日通过。", {"甲办法": "废止"}),
        ("《甲办法》已被《乙规定》废止。", {"甲办法": "见", "乙规定": "见"}),
        ("不得以已废止的《甲办法》为由收费。", {"甲办法": "见"}),
        ("拟废止《甲办法》，建议废止《乙规定》。", {"甲办法": "见", "乙规定": "见"}),
        ("《甲证明》自核发之日起两个月内未使用自动失效。", {"甲证明": "见"}),
        ("《甲清单》以及新颁布、修改、废止规章和规范性文件的情况一并公示。", {"甲清单": "见"}),
        ("《甲办法》中有关收费的规定同时废止。", {"甲办法": "见"}),
        ("现将修订后的《甲办法》印发给你们。", {"甲办法": "见"}),
        ("年内修订《甲办法》。", {"甲办法": "修订"}),
        ("其他规定自2031年4月1日起执行，《甲办法》另行公布。", {"甲办法": "见"}),
        ("对《甲办法》的部分条款予以修改。", {"甲办法": "修订"}),
        ("对《甲办法》（云政发〔2027〕6号）、《乙规定》作如下修改：", dict.fromkeys(("甲办法", "乙规定"), "修订")),
        ("决定对《甲办法》等3件规章进行修订。", {"甲办法": "修订"}),
        ("将《甲办法》第八条中的“两年”修改为“三年”。", {"甲办法": "修订"}),
        ("删去《甲办法》第九条。", {"甲办法": "修订"}),
        ("在《甲办法》第九条后增加一条。", {"甲办法": "修订"}),
        ("《甲办法》《乙规定》根据本决定作相应修改，重新公布。", dict.fromkeys(("甲办法", "乙规定"), "修订")),
        ("市科技局对《甲办法》进行了认真修改，现印发给你们。", {"甲办法": "见"}),
        ("建议对《甲办法》予以修改。", {"甲办法": "见"}),
        ("对《甲办法》执行情况作出说明。", {"甲办法": "见"}),
        ("《甲办法》第八条规定的程序不变。", {"甲办法": "见"}),
        ("《甲办法》（云政发〔2027〕6号）有效期延长至2033年12月31日。", {"甲办法": "延长"}),
        ("将《甲办法》《乙规定》的执行期限延长2年。", dict.fromkeys(("甲办法", "乙规定"), "延长")),
        ("决定延长《甲办法》有效期。", {"甲办法": "延长"}),
        ("《甲办法》继续执行至2033年12月31日。", {"甲办法": "延长"}),
        ("延续实施《甲办法》。", {"甲办法": "延长"}),
        ("《甲办法》继续执行。", {"甲办法": "见"}),
        ("《甲办法》中购房补贴的执行期限延长至2033年12月31日。", {"甲办法": "见"}),
        ("延长《甲办法》规定的申报时间。", {"甲办法": "见"}),
    ],
)  # fmt: skip
def test_what_a_sentence_repeals(sentence: str, expected: dict[str, str]) -> None:
    assert {title: relation for title, _, relation in relations(RULES + "第二条 " + sentence)} == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "本办法自2031年1月1日起施行，有效期与《甲措施》一致。",
        "本办法自发布之日起施行，有效期与《甲措施》（云政发〔2027〕6号）有效期相同。",
        "本办法有效期同《甲措施》。",
        "本办法（试行）的有效期限与《甲措施》保持一致。",
        "本办法自2031年1月1日起施行，施行期限随《甲措施》。",
        "本办法有效期至《甲措施》废止之日止。",
        "《甲措施》提前废止的，本办法同时停止执行。",
        "《甲措施》（云政发〔2027〕6号）失效，本实施细则随之自行失效。",
        "《甲措施》有效期届满后，本办法即同步废止。",
    ],
)
def test_a_document_that_has_the_term_of_another(sentence: str) -> None:
    found = relations(RULES + "第二条 " + sentence)
    assert [(title, relation) for title, _, relation in found] == [("甲措施", "随同")]


@pytest.mark.parametrize(
    "sentence",
    [
        "证书有效期与《甲措施》一致。",
        "认定合格的发给证书，有效期与《甲措施》规定的一致。",
        "本办法有效期与《甲措施》不一致。",
        "本办法施行前的合同，有效期与《甲措施》一致。",
        "《甲措施》提前终止的，申请人的资格同时终止。",
        "本办法与《甲措施》规定不一致的，以本办法为准。",
        "本办法有效期至《甲措施》规定的期限。",
    ],
)
def test_what_has_the_term_of_another_is_not_the_document(sentence: str) -> None:
    found = relations(RULES + "第二条 " + sentence)
    assert [(title, relation) for title, _, relation in found] == [("甲措施", "见")]


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


@pytest.mark.parametrize(
    "opening",
    ["经清理，下列文件自2031年6月1日起废止：", "以下规范性文件停止执行：", "下列政策文件宣布失效："],
)
def test_a_sentence_that_ends_what_stands_below_opens_a_list(opening: str) -> None:
    text = f"{opening}\n《云溪市夜市管理办法》（云政发〔2025〕3号）。\n《云溪市早市管理办法》（云政发〔2025〕4号）。"
    assert [(number, relation) for _, number, relation in relations(text)] == [
        ("云政发〔2025〕3号", "废止"),
        ("云政发〔2025〕4号", "废止"),
    ]


def test_a_sentence_that_keeps_what_stands_below_opens_none() -> None:
    text = "下列文件继续有效，已废止的除外：\n《云溪市夜市管理办法》（云政发〔2025〕3号）。"
    assert [relation for _, _, relation in relations(text)] == ["见"]


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


@pytest.mark.parametrize(
    ("behind", "relation"),
    [
        ("请各单位按照《丙条例》做好后续工作。", "依据"),
        ("以上文件废止后，按《丙条例》执行。", "见"),
        ("依据《丙条例》，以上文件自公布之日起废止。", "依据"),
        ("《丙条例》另行公布。", "见"),
        ("《丙条例》（云政发〔2027〕9号）", "废止"),
        ("《丙条例》等2件。", "废止"),
        ("2026年市政府发布的《丙条例》。", "废止"),
    ],
)
def test_a_sentence_behind_a_list_is_no_item_of_it(behind: str, relation: str) -> None:
    text = f"经研究，决定废止下列文件：\n1.《甲办法》（云政发〔2027〕6号）\n2.《乙规定》\n{behind}\n《丁办法》"
    found = {title: said for title, _, said in relations(text)}
    closed = relation != "废止"
    assert found == {"甲办法": "废止", "乙规定": "废止", "丙条例": relation, "丁办法": "见" if closed else "废止"}


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


OWN = "云溪市夜市管理办法"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("《云溪市夜市管理办法》（云政发〔2027〕6号）同时废止。", [(OWN, "云政发〔2027〕6号", "废止")]),
        ("原《云溪市夜市管理办法》同时废止。", [(OWN, None, "废止")]),
        ("2027年3月1日云溪市政府公布的《云溪市夜市管理办法》同时废止。", [(OWN, None, "废止")]),
        (
            "2027年3月1日公布的《云溪市夜市管理办法》和《乙规定》同时废止。",
            [(OWN, None, "废止"), ("乙规定", None, "废止")],
        ),
        ("原《夜市管理办法》同时废止。", [("夜市管理办法", None, "废止")]),
        ("《云溪市夜市管理办法》（云政发〔2027〕6号）实施以来成效显著。", [(OWN, "云政发〔2027〕6号", "见")]),
        ("《云溪市夜市管理办法》已经市政府同意。", []),
        ("《云溪市夜市管理办法》（云政发〔2031〕9号）印发给你们。", []),
        ("云政发〔2031〕9号关于印发《云溪市夜市管理办法》的通知。", []),
        ("《夜市管理办法》自公布之日起施行。", []),
    ],
)
def test_the_own_title_is_cited_where_an_earlier_version_is_meant(
    sentence: str, expected: list[tuple[str, str | None, str]]
) -> None:
    for title in (OWN, f"《{OWN}》"):
        assert relations(f"{OWN}\n第一条 略。\n第二条 {sentence}", title, "云政发〔2031〕9号") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("云政发〔2027〕6号文件同时废止。", [("", "云政发〔2027〕6号", "废止")]),
        (
            "原云政发〔2027〕6号、云政发〔2028〕7号同时废止。",
            [("", "云政发〔2027〕6号", "废止"), ("", "云政发〔2028〕7号", "废止")],
        ),
        ("废止云政发〔2027〕6号文件。", [("", "云政发〔2027〕6号", "废止")]),
        ("原夜市办法（云政发〔2027〕6号）同时废止。", [("", "云政发〔2027〕6号", "废止")]),
        (
            "《甲办法》（云政发〔2027〕6号）和云政发〔2028〕7号文件停止执行。",
            [("甲办法", "云政发〔2027〕6号", "废止"), ("", "云政发〔2028〕7号", "废止")],
        ),
        ("按照云政发〔2027〕6号文件执行。", []),
        ("云政发〔2027〕6号文件已废止。", []),
        ("云政发〔2027〕6号文件第三条同时废止。", []),
        ("《甲办法》 | 云政发〔2027〕6号 废止。", [("甲办法", None, "见")]),
        ("云政发〔2027〕6号文件印发的《甲办法》同时废止。", [("甲办法", None, "废止")]),
        (
            "《甲条例》（2027年3月1日国务院令第6号公布，第9号修订）同时废止。",
            [("甲条例", None, "废止")],
        ),
    ],
)
def test_a_document_repealed_by_its_number_alone(sentence: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert relations(RULES + "第二条 " + sentence) == expected


@pytest.mark.parametrize(
    ("behind", "number"),
    [
        ("（云政发〔2027〕6号）", "云政发〔2027〕6号"),
        ("（云政办发（2027）6号，以下简称《甲》）", "云政办发〔2027〕6号"),
        ("（云政发【2027】6号）", "云政发〔2027〕6号"),
        ("（云政发〔2027〕6号印发，2030年修订）", "云政发〔2027〕6号"),
        ("（财政部 税务总局公告2027年第7号）", "财政部税务总局公告2027年第7号"),
        ("（国务院令第6号）", "国务院令第6号"),
        ("（2027年云溪市人民政府令第6号）", "云溪市人民政府令第6号"),
        ("（2027年3月1日国务院令第6号）", "国务院令第6号"),
        ("（国务院、中央军委令第6号）", None),
        ("（财政部、税务总局公告2027年第7号）", None),
        ("（国务院令第6号，以下称《甲》）", "国务院令第6号"),
        ("（2027年3月1日国务院令第6号公布）", None),
        ("（国务院令第6号，2030年6月1日修订）", None),
        ("（见云政发〔2027〕6号《乙》）", None),
        ("（试行）", None),
        ("云政发〔2027〕6号", None),
    ],
)
def test_the_number_behind_a_title(behind: str, number: str | None) -> None:
    (first, *_) = relations(f"{RULES}第二条 详见《甲办法》{behind}。")
    assert first == ("甲办法", number, "见")


def test_headings_of_lists_within_a_notice() -> None:
    text = """云溪市人民政府关于公布文件清理结果的通知
一、继续有效的规范性文件（1件）
1.《云溪市书市办法》（云政发〔2025〕1号）
二、废止的行政规范性文件（2件）
1.《云溪市早市办法》（云政发〔2025〕3号）
2.关于茶摊的意见（云政发〔2025〕4号）
三、修改的规范性文件（1件）
1.《云溪市街市办法》（云政发〔2025〕5号）
四、宣布失效的文件
1.《云溪市集市办法》（云政发〔2025〕6号）
五、本通知自发布之日起施行。
1.《云溪市灯会办法》（云政发〔2025〕7号）另行修订。
（一）已废止的文件（1件）
1.《云溪市庙会办法》（云政发〔2025〕8号）"""
    assert {title: relation for title, _, relation in relations(text)} == {
        "云溪市书市办法": "见",
        "云溪市早市办法": "废止",
        "关于茶摊的意见": "废止",
        "云溪市街市办法": "见",
        "云溪市集市办法": "废止",
        "云溪市灯会办法": "见",
        "云溪市庙会办法": "见",
    }


@pytest.mark.parametrize(
    "text",
    [
        "、".join(f"《第{i}号办法》（云政发〔2027〕{i}号）" for i in range(3000)) + "很好。",
        "、".join(f"云政发〔2027〕{i % 900 + 1}号" for i in range(10_000)) + "同时废止。",
        "废止的文件目录：\n1、" + " | ".join(f"关于{i}的通知 云政发〔2027〕{i % 900 + 1}号" for i in range(3000)),
        "废止的文件目录：\n" + ("1、" + "关于夜市的通知 云政发〔2027〕6号 | " * 60 + "\n") * 100,
        "《甲》" + "（" * 30_000,
        "《甲》（" + "云政发〔2027〕6号、" * 10_000,
    ],
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    relations(RULES + text)
    assert time.process_time() - started < 5
