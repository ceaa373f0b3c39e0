"""Pages typeset from our own texts, in other widths and orders than the real ones, come apart as written."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.mapped import Mapped
from ingest.page import split_page
from ingest.paragraphs import Paragraph, Role
from ingest.parse import parse_text
from kb.model import Kind, PolicyDocument
from tests.typeset import column, doubled, spaced

GARDEN_HEAD = "云溪打造百里花廊，让沿线村庄富起来"
GARDEN_LEAD = (
    "云溪市第三次乡村工作会议提出，要用五年时间打造百里花廊，让沿线村庄的日子越过越好，让城里人愿意来、留得住。"
)
GARDEN_SITUATION = [
    "花廊建设稳步推进。截至2031年底，云溪市已建成花廊68公里，串起村庄41个，沿线民宿达到212家，全年接待游客约86万人次，带动村民户均增收1.2万元。",
    "村庄面貌明显改善。沿线41个村完成了房前屋后整治，新修步道95公里，污水管网通到每一户，三成村庄拿到了省级和美村庄的牌子。",
]
GARDEN_PROBLEM = [
    "花期衔接不够紧密。现有花海大多集中在三月和四月开放，其余月份缺少看点，游客停留时间平均只有半天，民宿的空房率在淡季超过六成。",
    "专业人才较为缺乏。懂园艺又会经营的带头人不到二十名，多数村靠外聘公司打理，一旦合同到期，花田就有抛荒的风险。",
]
GARDEN_MEASURE = [
    "优化花期布局。一是引种秋冬花卉，让四季都有花可看。二是错开各村主栽品种，避免一哄而上。三是建设育苗基地，把种苗价格降下来。",
    "培育本土人才。一是办好花匠学校，每年培训村民五百人。二是支持青年返乡开办花店和民宿，给予房租补助和贴息贷款。",
]
BOAT_HEAD = "青屿渔港换新颜，老船长当上讲解员"
BOAT_BODY = [
    "清晨的青屿渔港，薄雾还没有散尽，归来的渔船已经排成一列，等着卸下当天的第一批鲜货。码头边新修的长廊里，坐满了看海的客人。",
    "六十二岁的船长老周如今多了一个身份。每逢周末，他就站在旧船改成的展厅里，给孩子们讲过去怎样看云识天气、怎样在风浪里收网。",
    "渔港去年投入1800万元改造码头，新增泊位36个，还把三条退役的木船改成了展厅和茶座。今年前5个月，来港的客人比上年同期多了四成。",
    "“渔港不能只卖鱼，还要卖风景、卖故事。”青屿镇负责人说，下一步将开通环岛小火车，让客人多住一晚。",
]
LIGHT_BODY = [
    "本报讯（记者 何小满）近日，松原县启动乡村路灯节能改造工程，计划到2033年更换太阳能路灯5600盏，覆盖全县87个行政村。",
    "据介绍，改造后的路灯白天储电、夜间照明，每盏每年可省电费130元。县里还开通了报修电话，村民发现灯不亮，当天就有人上门。",
]
LIGHT_HEAD = "松原县更换太阳能路灯照亮乡村夜路"


def _paragraphs(doc: PolicyDocument) -> list[str]:
    return doc.text.split("\n")


@pytest.mark.parametrize("width", [13, 16, 18, 22])
def test_a_research_page_with_orphaned_subheads_is_put_in_order(width: int) -> None:
    lines = [
        *column([GARDEN_LEAD], width * 2),
        doubled(GARDEN_HEAD),
        "□云溪市政协课题组",
        *column(GARDEN_MEASURE, width),
        *column(GARDEN_SITUATION, width),
        *column(GARDEN_PROBLEM, width),
        "对策建议",
        "基本情况",
        "存在问题",
    ]
    (doc,) = parse_text(spaced(lines))
    assert _paragraphs(doc) == [
        GARDEN_HEAD,
        "云溪市政协课题组",
        GARDEN_LEAD,
        "基本情况",
        *GARDEN_SITUATION,
        "存在问题",
        *GARDEN_PROBLEM,
        "对策建议",
        *GARDEN_MEASURE,
    ]
    assert (doc.title, doc.kind, doc.signatory) == (GARDEN_HEAD, Kind.RESEARCH, "云溪市政协课题组")
    assert [s.path for s in doc.sections if not s.label] == ["基本情况", "存在问题", "对策建议"]
    assert (doc.doc_number, doc.written_on, doc.published_on) == (None, None, None)


@pytest.mark.parametrize(("first", "second"), [(14, 18), (17, 13), (16, 17)])
def test_a_headline_below_its_body_finds_it(first: int, second: int) -> None:
    lines = [
        doubled(BOAT_HEAD),
        *column(BOAT_BODY, first),
        *column(LIGHT_BODY, second),
        LIGHT_HEAD,
    ]
    boat, light = parse_text(spaced(lines))
    assert _paragraphs(boat) == [BOAT_HEAD, *BOAT_BODY]
    assert _paragraphs(light) == [LIGHT_HEAD, *LIGHT_BODY]
    assert (light.title, light.kind, light.signatory, light.flags) == (LIGHT_HEAD, Kind.NEWS, "何小满", ())


def test_a_column_with_its_own_headline_elsewhere_is_an_article_of_its_own() -> None:
    lines = [
        doubled(GARDEN_HEAD),
        *column(GARDEN_SITUATION, 14),
        *column(BOAT_BODY, 19),
        *column(LIGHT_BODY, 15),
        doubled(BOAT_HEAD),
    ]
    garden, boat, light = parse_text(spaced(lines))
    assert _paragraphs(garden) == [GARDEN_HEAD, *GARDEN_SITUATION]
    assert _paragraphs(boat) == [BOAT_HEAD, *BOAT_BODY]
    assert _paragraphs(light) == LIGHT_BODY
    assert (light.title, light.flags) == (None, ("headline_missing",))


def test_a_paragraph_cut_in_two_by_another_article_is_stitched() -> None:
    measures = column([*GARDEN_MEASURE, GARDEN_PROBLEM[0]], 16)
    cut = len(measures) - 3
    assert measures[cut][-1] not in "。；！？："
    lines = [
        doubled(GARDEN_HEAD),
        *column(GARDEN_SITUATION, 16),
        *measures[: cut + 1],
        *column([BOAT_BODY[2] + BOAT_BODY[3]], 32),
        doubled(BOAT_HEAD),
        *column(BOAT_BODY[:2], 16),
        *measures[cut + 1 :],
    ]
    garden, boat = parse_text(spaced(lines))
    assert _paragraphs(garden) == [GARDEN_HEAD, *GARDEN_SITUATION, *GARDEN_MEASURE, GARDEN_PROBLEM[0]]
    assert _paragraphs(boat) == [BOAT_HEAD, BOAT_BODY[2] + BOAT_BODY[3], *BOAT_BODY[:2]]
    assert (garden.flags, boat.flags) == (("stitched",), ())


def test_an_article_that_was_but_the_rest_of_another_leaves_its_headline_and_byline() -> None:
    def paragraph(text: str, role: Role = Role.BODY, **given: Any) -> Paragraph:
        return Paragraph(Mapped.of(text, 0, len(text)), role, wrapped=True, width=20, **given)

    first, rest = GARDEN_MEASURE[0][:30], GARDEN_MEASURE[0][30:]
    page = [
        paragraph(first, column=0, starts=True, open_tail=True),
        paragraph(BOAT_HEAD, Role.HEADLINE, column=1),
        paragraph(rest, column=2, starts=True, open_head=True),
        paragraph("云溪日报记者", Role.BYLINE, column=3, marked=True),
    ]
    (article,) = split_page(page)
    assert [p.text for p in article.paragraphs] == [GARDEN_MEASURE[0], BOAT_HEAD, "云溪日报记者"]
    assert (article.title, article.byline) == (None, "云溪日报记者")


def test_a_picture_caption_is_a_document_of_its_own() -> None:
    caption = "图为青屿渔港的孩子们在旧船改成的展厅里听老船长讲故事，窗外停着刚刚归来的渔船。 本报记者 摄"
    lines = [*column(LIGHT_BODY, 17), LIGHT_HEAD, *column([caption], 34)]
    light, picture = parse_text(spaced(lines))
    assert light.title == LIGHT_HEAD
    assert (picture.kind, picture.title) == (Kind.CAPTION, None)
    assert "图为青屿渔港" in picture.text


def test_a_reporter_named_apart_goes_to_the_article_without_one() -> None:
    lines = [*column(BOAT_BODY, 17), *column(LIGHT_BODY, 17), "▶ 本报记者 江一帆", BOAT_HEAD, LIGHT_HEAD]
    boat, light = parse_text(spaced(lines))
    assert (boat.title, boat.signatory) == (BOAT_HEAD, "本报记者 江一帆")
    assert (light.title, light.signatory) == (LIGHT_HEAD, "何小满")
    assert _paragraphs(boat) == [BOAT_HEAD, "本报记者 江一帆", *BOAT_BODY]


def test_lines_that_are_paragraphs_already_stay_as_they_are() -> None:
    text = (
        "云溪市夜市管理办法\n第一条 为了方便市民，制定本办法。\n第二条 夜市每晚十点收摊。\n"
        "第三条 本办法自2031年5月1日起施行。"
    )
    (doc,) = parse_text(text)
    assert doc.text == text
    assert [s.label for s in doc.sections] == ["第一条", "第二条", "第三条"]
    assert doc.effective_from == "2031-05-01"
