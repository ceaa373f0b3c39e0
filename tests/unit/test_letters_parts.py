"""Parts of the reply desk: what a sentence serves for, cautions, figures, picks, the letter, its check list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb.letters.cautions import Cautioned, cautions_of
from kb.letters.checks import Books, Check, checked
from kb.letters.compose import compose
from kb.letters.draft import Draft, LetterSettings, Picks
from kb.letters.evidence import Evidence, EvidenceSet
from kb.letters.figures import compared, stated
from kb.letters.gathering import _named_missing
from kb.letters.letter import Part, Voice
from kb.letters.points import Point, agreement, topic_of
from kb.letters.reach import Lookout, Reach, Seat, seat_of
from kb.letters.roles import Piece, Role, piece_of
from kb.letters.selection import add, drop, first_selection, move, noted, pick, with_ask
from kb.letters.suggestion import parse_suggestion
from kb.letters.wording import cleaned, date_words, numeral
from kb.model import Citation, DocumentHeader, Kind, PolicyDocument, Status, revision_of
from kb.view import DocumentView

DAY = date(2026, 6, 1)
PLAN = (
    "甲市公园建设计划\n到2028年底，建成公园30个，每个公园面积不少于2万平方米。\n"
    "截至2025年底，已建成公园12个，其中社区公园7个。\n"
)
SUGGESTION = "关于多建公园的建议\n市一届人大二次会议第9号建议\n代表：王一\n建议：\n1.增设公园。\n2.增设厕所。\n"


def evidence(quote: str, role: Role = Role.MEASURE, text: str = PLAN, **given: object) -> Evidence:
    start = text.index(quote)
    citation = Citation(
        n=0,
        policy_id="p1",
        revision=revision_of(text),
        title="甲市公园建设计划",
        doc_number="甲政发〔2026〕3号",
        section=None,
        start=start,
        end=start + len(quote),
        quote=quote,
    )
    values = {"reach": Reach.OWN, "kind": Kind.ACTION_PLAN, "status": Status.IN_FORCE, "score": 0.9} | given
    return Evidence(role=role, citation=citation, issued_on="2026-02-03", **{"key": f"p1:{start}"} | values)  # type: ignore[arg-type]


MEASURE = evidence("到2028年底，建成公园30个，每个公园面积不少于2万平方米。", due="2028")
ACTUAL = evidence("截至2025年底，已建成公园12个，其中社区公园7个。", Role.ACTUAL, dated="2025", issuer="甲市园林局")
HEADER = DocumentHeader(
    policy_id="p1",
    revision=revision_of(PLAN),
    title="甲市公园建设计划",
    kind=Kind.ACTION_PLAN,
    doc_number="甲政发〔2026〕3号",
    issuer="甲市人民政府",
    status=Status.IN_FORCE,
    written_on="2026-02-03",
)


def draft(*items: Evidence, **settings: object) -> Draft:
    read = parse_suggestion(SUGGESTION)
    sets = (EvidenceSet(), EvidenceSet(items), *(EvidenceSet() for _ in read.asks[1:]))
    return Draft(read, LetterSettings(**settings), DAY.isoformat(), sets, first_selection(sets))  # type: ignore[arg-type]


def books(*headers: DocumentHeader, text: str = PLAN) -> Books:
    held = headers or (HEADER,)
    return Books({("p1", revision_of(PLAN)): text}, {h.policy_id: h for h in held}, lambda name: ())


def problems(made: Draft, known: Books | None = None) -> dict[str, Check]:
    return {c.name: c for c in checked(made, compose(made), known or books()) if not c.ok}


# What a sentence serves for


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("截至2025年底，已建成公园12个。", Kind.REPLY, Role.ACTUAL),
        ("到2028年底，建成公园30个以上，新增绿地5公顷。", Kind.ACTION_PLAN, Role.MEASURE),
        ("鼓励企业参与公园建设和日常养护工作。", Kind.MEASURES, Role.MEASURE),
        ("建成公园的，每个补助20万元，分两年拨付。", Kind.MEASURES, Role.MEASURE),
        ("有关专家认为应当推动公园城市建设。", Kind.NEWS, None),
        ("您建议增设公园，我们认为很有道理。", Kind.REPLY, None),
        ("责任单位：市园林局、市财政局、市规划局。", Kind.ACTION_PLAN, None),
        ("其中新建公园不少于十二个，改建八个。", Kind.ACTION_PLAN, None),
        ("截至2025年底，公园建设存在资金短缺等困难12项。", Kind.REPLY, None),
        ("各县要建设公园的具体要求和标准如下：", Kind.ACTION_PLAN, None),
        ("短句不用。", Kind.ACTION_PLAN, None),
    ],
)
def test_what_a_sentence_serves_for(sentence: str, kind: Kind, expected: Role | None) -> None:
    view = DocumentView(PolicyDocument(text=f"标题在此\n{sentence}\n", kind=kind, written_on="2026-01-01"))
    piece = piece_of(view, 1)
    assert (piece.role if piece else None) is expected


def test_a_piece_leaves_out_ordinal_and_units_and_is_a_slice() -> None:
    text = "标题在此\n2.多建公园，到2028年底建成30个公园。（责任单位：市园林局、市财政局）\n"
    view = DocumentView(PolicyDocument(text=text, kind=Kind.ACTION_PLAN))
    piece = piece_of(view, 1)
    assert piece == Piece(text.index("多建"), text.index("（责任"), Role.MEASURE, None, "2028")


def test_years_of_titles_are_no_dates_of_the_sentence() -> None:
    text = "标题在此\n按照《某计划（2026—2030年）》（某发〔2026〕1号），全市已建成公园12个。\n"
    view = DocumentView(PolicyDocument(text=text, kind=Kind.REPLY, written_on="2026-01-01"))
    piece = piece_of(view, 1)
    assert piece is not None and (piece.role, piece.dated) == (Role.ACTUAL, None)


@pytest.mark.parametrize(
    ("sentence", "title", "written", "expected"),
    [
        ("6月底前建成公园30个，完成绿道改造。", "甲市公园建设方案", "2026-02-03", "2026-06"),
        ("力争9月30日前新建公园30个。", "甲市公园建设方案", "2026-02-03", "2026-09-30"),
        ("力争年底前新建公园30个。", "甲市公园建设方案", "2025-02-03", "2025"),
        ("上半年新建公园12个，年内新建30个。", "甲市公园建设方案", "2025-02-03", "2025"),
        ("第三季度新建公园12个，推动绿道改造。", "甲市公园建设方案", "2025-02-03", "2025-09"),
        ("明年6月底前建成公园30个，完成绿道改造。", "甲市公园建设方案", "2025-02-03", "2026-06"),
        ("2025年新建公园12个，6月底前全部开工建设。", "甲市公园建设方案", "2024-02-03", "2025"),
        ("2025年12月底前建成公园30个，完成绿道改造。", "甲市公园建设方案", "2024-02-03", "2025-12"),
        ("2026年上半年新建公园12个，推动绿道改造。", "甲市公园建设方案", "2025-02-03", "2026-06"),
        ("4月底前制定2个公园的建设方案。", "甲市2026年公园建设要点", "2025-12-20", "2026-04"),
        ("每年4月底前完成公园养护的上年度评价。", "甲市公园管理办法", "2020-02-03", None),
        ("次年3月底前拨付公园养护的补助资金。", "甲市公园管理办法", "2020-02-03", None),
        ("力争毕业3年内、五年内的都能新建公园。", "甲市公园建设方案", "2020-02-03", None),
        ("6月底前建成公园30个，完成绿道改造。", "甲市公园建设方案", None, None),
    ],
)
def test_a_deadline_without_a_year_is_of_its_documents_year(
    sentence: str, title: str, written: str | None, expected: str | None
) -> None:
    text = f"{title}\n{sentence}\n"
    view = DocumentView(PolicyDocument(text=text, kind=Kind.ACTION_PLAN, title=title, written_on=written))
    piece = piece_of(view, 1)
    assert piece is not None and (piece.role, piece.due) == (Role.MEASURE, expected)
    assert piece.relative is (written is None or "明年" in sentence or "上半年" in sentence)


def test_a_month_in_standing_rules_comes_every_year() -> None:
    text = "甲市公园管理办法\n市园林局组织专家评审，6月底前完成。\n"
    view = DocumentView(
        PolicyDocument(text=text, kind=Kind.MEASURES, title="甲市公园管理办法", written_on="2020-02-03")
    )
    piece = piece_of(view, 1)
    assert piece is not None and (piece.role, piece.due, piece.relative) == (Role.MEASURE, None, False)


@pytest.mark.parametrize(
    ("due", "past"), [("2026-05", True), ("2026-06", False), ("2026", False), ("2026-05-31", True)]
)
def test_what_ended_before_the_day_is_no_next_step(due: str, past: bool) -> None:
    told = Cautioned("建成公园30个。", Piece(0, 7, Role.MEASURE, due=due), Reach.OWN)
    cautions, _ = cautions_of(told, HEADER, "甲市园林局", DAY)
    assert cautions == ((f"期限（{due}）已过，请补充完成情况",) if past else ())
    assert bool(draft(replace(MEASURE, due=due, cautions=cautions)).picks[1].measures) is not past


@pytest.mark.parametrize(
    ("sentence", "bears"),
    [
        ("2024年底全市创业导师238名，其中企业家91名。", False),
        ("2024年发放创业补贴2184户、1092万元。", True),
        ("2024年新增创业担保贷款15笔、300万元。", True),
    ],
)
def test_what_shares_one_word_with_the_title_is_no_overview(sentence: str, bears: bool) -> None:
    read = parse_suggestion("关于落实创业扶持政策的建议\n建议：\n1.提高创业补贴标准。\n2.扩大创业担保贷款覆盖面。\n")
    common = ("落实", "扶持", "政策", "建议")
    rarity = lambda word: 0.1 if word in common else 2.0  # noqa: E731
    whole = Point(read.title or "", general=True).weighed(rarity, lambda word: 1, topic_of(read))
    view = DocumentView(PolicyDocument(text=f"工作情况\n{sentence}\n", kind=Kind.REPLY))
    assert bool(agreement(whole, view, 1)) is bears


# Whose a document is


@pytest.mark.parametrize(
    ("issuer", "region", "expected"),
    [
        ("温州市科学技术局", "330300", Reach.OWN),
        ("浙江省人民政府", "330000", Reach.UPPER),
        ("国务院办公厅", None, Reach.UPPER),
        ("温州市鹿城区人民政府", "330302", Reach.LOWER),
        ("杭州市人民政府", "330100", Reach.OTHER),
        (None, None, Reach.OPEN),
    ],
)
def test_reach_by_division(issuer: str | None, region: str | None, expected: Reach) -> None:
    header = replace(HEADER, issuer=issuer, issuer_region=region, title="某办法")
    assert Lookout(seat_of(None, "温州市科学技术局"), [header]).reach(header) is expected


@pytest.mark.parametrize(
    ("issuer", "central"),
    [
        ("工业和信息化部", True),
        ("教育部、财政部", True),
        ("财政部办公厅", True),
        ("中共中央宣传部", True),
        ("国家税务总局", True),
        ("全国人民代表大会常务委员会", True),
        ("市委宣传部", False),
        ("中共云溪市委宣传部", False),
        ("云溪市委组织部", False),
        ("某某集团人力资源部", False),
        ("国家税务总局云溪市税务局", False),
    ],
)
def test_a_department_of_a_place_is_no_central_body(issuer: str, central: bool) -> None:
    header = replace(HEADER, issuer=issuer, title="某办法", doc_number=None)
    reach = Lookout(seat_of(None, "温州市科学技术局"), [header]).reach(header)
    assert (reach is Reach.UPPER) is central


def test_reach_of_places_no_gazetteer_has() -> None:
    own = replace(HEADER, issuer="云溪市人民政府", doc_number="云政发〔2026〕1号")
    below = replace(HEADER, policy_id="p2", issuer="青岩区人民政府", doc_number="云青政发〔2026〕1号")
    other = replace(HEADER, policy_id="p3", issuer="临澜市人民政府", doc_number="澜政发〔2026〕1号")
    lookout = Lookout(seat_of(None, "云溪市科学技术局"), [own, below, other])
    assert [lookout.reach(h) for h in (own, below, other)] == [Reach.OWN, Reach.LOWER, Reach.OTHER]
    assert Lookout(Seat(), [own]).reach(own) is Reach.OPEN


# Cautions and figures


@pytest.mark.parametrize(
    ("header", "piece", "expected"),
    [
        ({}, {}, ()),
        ({"expires_on": "2025-12-31"}, {}, ("文件失效（至2025-12-31）",)),
        ({"status": Status.DRAFT}, {}, ("文件征求意见",)),
        ({"effective_from": "2027-01-01"}, {}, ("文件尚未施行（自2027-01-01起施行）",)),
        ({"kind": Kind.DIGEST}, {}, ("是摘要，不是原文，请核对原文后引用",)),
        ({}, {"due": "2025"}, ("期限（2025）已过，请补充完成情况",)),
        ({"written_on": "2024-01-01"}, {"relative": True}, ("含“目前”“今年”一类只在成文时成立的说法",)),
        ({}, {"leaning": True}, ("主语在上文，请连同上文截取",)),
    ],
)
def test_what_speaks_against_a_measure(
    header: dict[str, object], piece: dict[str, object], expected: tuple[str, ...]
) -> None:
    told = Cautioned("建成公园30个。", Piece(0, 7, Role.MEASURE, **piece), Reach.OWN)  # type: ignore[arg-type]
    assert cautions_of(told, replace(HEADER, **header), "甲市园林局", DAY)[0] == expected  # type: ignore[arg-type]


def test_what_another_body_calls_ours_is_not_ours() -> None:
    told = Cautioned("我局已建成公园30个。", Piece(0, 10, Role.ACTUAL), Reach.OWN)
    assert cautions_of(told, HEADER, "甲市园林局", DAY)[0] == ("含“我局”，是别的机关说的",)
    assert cautions_of(told, HEADER, HEADER.issuer, DAY)[0] == ()


def test_figures_that_differ_for_a_day_conflict_and_older_ones_are_outdated() -> None:
    assert {name: int(value) for (name, _), value in stated("公园面积达到93.6万平方米").items()} == {"公园面积": 936000}
    a = evidence("建成公园30个", text="建成公园30个", due="2028")
    b = evidence("建成公园32个", text="建成公园32个", due="2028")
    b = replace(b, key="b", citation=replace(b.citation, policy_id="p2", title="另一计划"))
    assert [e.cautions for e in compared([a, b])] == [
        ("“建成公园”与《另一计划》的数字不一致",),
        ("“建成公园”与《甲市公园建设计划》的数字不一致",),
    ]
    old, new = (replace(e, role=Role.ACTUAL, due=None, dated=d) for e, d in ((a, "2024"), (b, "2025")))
    assert [bool(e.cautions) for e in compared([old, new])] == [True, False]


def test_of_two_figures_of_one_thing_the_newer_is_picked() -> None:
    old = evidence("2024年底全市创业导师238名。", Role.ACTUAL, "2024年底全市创业导师238名。", dated="2024", key="old")
    text = "到2025年底，全市创业导师达到336名。"
    new = evidence(text, Role.ACTUAL, text, dated="2025", key="new")
    new = replace(new, citation=replace(new.citation, policy_id="p2", title="导师工作答复"))
    found = compared([old, new])
    assert [e.cautions for e in found] == [("“创业导师”有更新的数据（2025，《导师工作答复》）",), ()]
    assert draft(*found).picks[1].actuals == ("new",)
    undated = replace(new, dated=None, issued_on="2026-03-01")
    assert [e.ready for e in compared([undated, old])] == [True, False]
    assert stated(text) == {("创业导师", "人"): 336}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((), ("没有找到现行文件中的措施",)),
        (
            ({"status": Status.EXPIRED, "cautions": ("文件失效",)},),
            ("只找到失效的《甲市公园建设计划》，没有找到现行的依据",),
        ),
        (
            ({"status": Status.NOT_YET, "cautions": ("文件尚未施行",)},),
            ("只找到尚未施行的《甲市公园建设计划》，没有找到现行的依据",),
        ),
        (({"reach": Reach.OTHER, "cautions": ("外地情况，只供参考",)},), ("只找到外地的措施（《甲市公园建设计划》）",)),
        (
            (
                {"status": Status.EXPIRED, "cautions": ("文件失效",)},
                {"cautions": ("期限（2025）已过，请补充完成情况",)},
            ),
            ("《甲市公园建设计划》中有相近的措施，但期限（2025）已过，请补充完成情况，没有自动选用",),
        ),
        (
            (
                {"status": Status.DRAFT, "cautions": ("文件征求意见",)},
                {"leaning": True, "cautions": ("主语在上文，请连同上文截取",)},
            ),
            ("《甲市公园建设计划》另有更贴近的内容，主语在上文，请连同上文截取",),
        ),
    ],
)
def test_a_gap_says_truly_why_nothing_was_picked(
    items: tuple[dict[str, object], ...], expected: tuple[str, ...]
) -> None:
    found = EvidenceSet(tuple(replace(MEASURE, key=str(n), **given) for n, given in enumerate(items)))  # type: ignore[arg-type]
    ask = parse_suggestion(SUGGESTION).asks[0]
    assert _named_missing(ask, found).missing == (*expected, "没有找到已完成的事项或数据")


# Picks


def test_the_writer_picks_drops_orders_and_adds() -> None:
    made = draft(MEASURE, ACTUAL)
    assert made.picks[1] == Picks((ACTUAL.key,), (MEASURE.key,))
    assert drop(made, 1, MEASURE.key).picks[1] == Picks((ACTUAL.key,), ())
    assert pick(drop(made, 1, MEASURE.key), 1, MEASURE.key) == made
    more = replace(MEASURE, key="more")
    both = add(made, 2, more)
    assert (both.picks[2].measures, both.sets[2].items) == (("more",), (more,))
    third = add(made, 1, more)
    assert move(third, 1, "more", -1).picks[1].measures == ("more", MEASURE.key)
    assert pick(made, 1, "unknown") == made
    assert noted(made, 2, " 拟予采纳 ").picks[2].note == "拟予采纳"


def test_an_ask_the_reading_missed_is_marked_by_hand() -> None:
    made = draft(MEASURE)
    text = made.suggestion.text
    start = text.index("多建公园")
    marked = with_ask(made, start, start + 4)
    assert [a.heading for a in marked.suggestion.asks] == ["多建公园", "增设公园", "增设厕所"]
    assert len(marked.sets) == len(marked.picks) == 4
    with pytest.raises(ValueError, match="重叠"):
        with_ask(marked, start + 1, start + 3)


def test_nothing_with_a_caution_is_picked_without_a_person() -> None:
    assert draft(replace(MEASURE, cautions=("文件失效",))).picks[1] == Picks()


# The letter


def test_the_letter_says_what_is_done_with_its_day_and_what_is_planned_under_its_document() -> None:
    letter = compose(draft(MEASURE, ACTUAL, issuer="甲市园林局", result="A", signed_on="2026-06-01"))
    assert [p.text for p in letter.paragraphs if p.part in (Part.TITLE, Part.SALUTATION, Part.RESULT, Part.DATE)] == [
        "（办理结果：A）",
        "甲市园林局关于市一届人大二次会议第9号建议的答复",
        "王一代表：",
        "2026年6月1日",
    ]
    body = [p.text for p in letter.paragraphs if p.ask == 1]
    assert body == [
        "（一）关于增设公园。截至2025年底，已建成公园12个，其中社区公园7个。",
        "（一）关于增设公园",
        "按照《甲市公园建设计划》（甲政发〔2026〕3号），到2028年底，建成公园30个，每个公园面积不少于2万平方米。",
    ]
    assert [p.text for p in letter.paragraphs if p.ask == 2][1].startswith("【待补充：关于“增设厕所”的下一步措施")


def test_another_bodys_plan_stays_its_own_and_an_undated_state_names_its_document() -> None:
    below = replace(MEASURE, reach=Reach.LOWER)
    undated = replace(ACTUAL, dated=None)
    text = compose(draft(below, undated, issuer="甲市园林局")).text
    assert "《甲市公园建设计划》（甲政发〔2026〕3号）提出，到2028年底" in text
    assert "据《甲市公园建设计划》（甲政发〔2026〕3号，2026年2月3日）载明，截至2025年底" in text


@pytest.mark.parametrize(
    ("quote", "issuer", "expected"),
    [
        ("截至2025年底，已建成公园12个。", "甲市园林局", "截至2025年底，已建成公园12个。"),
        (
            "截至2025年底，已建成公园12个。",
            "甲市教育局",
            "据甲市教育局《甲市公园建设计划》（甲政发〔2026〕3号，2026年2月3日）载明，截至2025年底，已建成公园12个。",
        ),
        (
            "截至2025年底，已建成公园12个。",
            None,
            "据《甲市公园建设计划》（甲政发〔2026〕3号，2026年2月3日）载明，截至2025年底，已建成公园12个。",
        ),
        (
            "2025年向12个公园拨付资金。",
            "甲市财政局",
            "据甲市财政局《甲市公园建设计划》（甲政发〔2026〕3号，2026年2月3日）载明，2025年向12个公园拨付资金。",
        ),
        ("截至2025年底，全市建成公园12个。", "甲市教育局", "截至2025年底，全市建成公园12个。"),
        ("2025年，市教育局建成公园12个。", "甲市教育局", "2025年，市教育局建成公园12个。"),
    ],
)
def test_only_what_the_own_body_did_is_said_as_ours(quote: str, issuer: str | None, expected: str) -> None:
    done = evidence(quote, Role.ACTUAL, quote, dated="2025", issuer=issuer)
    letter = compose(draft(done, issuer="甲市园林局"))
    told = next(p.text for p in letter.paragraphs if p.ask == 1)
    assert told == f"（一）关于增设公园。{expected}"


def test_more_deputies_than_are_named_are_addressed_as_the_suggestion_counts_them() -> None:
    made = draft(MEASURE)
    more = replace(made, suggestion=parse_suggestion(SUGGESTION.replace("代表：王一", "代表：王一等12名代表")))
    letter = compose(more)
    assert [p.text for p in letter.paragraphs if p.part is Part.SALUTATION] == ["王一等12名代表："]
    assert "你们在市一届人大二次会议期间" in letter.text and "感谢你们" in letter.text
    assert "与建议一致" not in problems(more)


def test_a_joint_view_goes_to_the_leading_body() -> None:
    letter = compose(draft(MEASURE, issuer="甲市财政局", role="会办", main_body="甲市园林局"))
    assert letter.paragraphs[1].text == "甲市财政局关于市一届人大二次会议第9号建议的会办意见（函）"
    assert letter.paragraphs[2].text == "甲市园林局："


@pytest.mark.parametrize(("n", "expected"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (23, "二十三")])
def test_numerals(n: int, expected: str) -> None:
    assert numeral(n) == expected


def test_small_words() -> None:
    assert (date_words("2026-07-06"), date_words("2026")) == ("2026年7月6日", "2026年")
    assert cleaned(" 一、\n二,三；") == "一、二,三。"
    assert cleaned("推广Smart\nCity;建成\n3个") == "推广Smart City;建成3个。"
    assert cleaned("面积1,600平方米") == "面积1,600平方米。"


# The check list


def test_a_sound_draft_has_only_its_gaps_open() -> None:
    assert set(problems(draft(MEASURE, ACTUAL))) == {"要求2“增设厕所”", "待补充"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"reach": Reach.UPPER}, ""),
        ({"reach": Reach.LOWER}, "只有下级地区的安排，没有本级或上级的措施"),
        ({"cautions": ("文件失效",)}, "选用的措施都有要说明的地方，请看“需要说明的依据”"),
        ({"score": 0.0}, ""),  # added by hand: it speaks of parks as well
    ],
)
def test_an_ask_passes_only_with_a_measure_that_can_stand(changed: dict[str, object], why: str) -> None:
    one = replace(MEASURE, **changed)  # type: ignore[arg-type]
    found = problems(pick(draft(one), 1, one.key))
    assert (found["要求1“增设公园”"].why if why else "") == why
    assert ("要求1“增设公园”" in found) is bool(why)


def test_an_ask_does_not_pass_with_a_measure_on_another_matter_or_a_forged_one() -> None:
    by_hand = replace(MEASURE, score=0.0)
    other = add(draft(), 2, by_hand)
    assert problems(other)["要求2“增设厕所”"].why == "选用的措施与这条要求没有相同的事项，请核对是否切题"
    found = add(draft(), 2, replace(MEASURE, score=0.9))  # a search found it, and it still says nothing of toilets
    assert problems(found)["要求2“增设厕所”"].why == "选用的措施与这条要求没有相同的事项，请核对是否切题"
    forged = replace(MEASURE, citation=replace(MEASURE.citation, quote=MEASURE.citation.quote.replace("30", "50")))
    assert problems(draft(forged))["要求1“增设公园”"].why == "选用的措施没有通过核对"
    own = noted(draft(), 1, "拟予采纳")
    assert problems(own)["要求1“增设公园”"].why == "只有自己写的话，没有依据，请自己核对"


def test_a_result_better_than_what_is_answered_is_told() -> None:
    told = problems(draft(MEASURE, result="A"))["办理结果"]
    assert told.why == ("办理结果是 A（所提问题已经解决或基本解决），但要求2“增设厕所”没有答复，请改为 B、C 或补充")
    assert "办理结果" not in problems(draft(MEASURE, result="B"))


def test_a_changed_figure_is_found() -> None:
    forged = replace(MEASURE, citation=replace(MEASURE.citation, quote=MEASURE.citation.quote.replace("30", "50")))
    assert "引文" in problems(draft(forged))
    made = replace(draft(MEASURE), reworded=((MEASURE.key, "到2028年底，建成公园50个，每个公园面积不少于2万平方米。"),))
    found = problems(made)["数字和说法"]
    assert "50" in found.why and found.where


def test_a_frame_that_dates_its_document_otherwise_is_found() -> None:
    wrong = replace(ACTUAL, dated=None, issued_on="2026-02-03")
    made = draft(wrong)
    letter = compose(made)
    paragraphs = tuple(
        replace(p, runs=tuple(replace(r, text=r.text.replace("2月3日", "2月9日")) for r in p.runs))
        for p in letter.paragraphs
    )
    names = [c.name for c in checked(made, replace(letter, paragraphs=paragraphs), books()) if not c.ok]
    assert "数字和说法" in names


def test_a_document_out_of_force_since_is_found() -> None:
    over = replace(HEADER, expires_on="2026-05-31")
    assert problems(draft(MEASURE), books(over))["文件效力"].why == "《甲市公园建设计划》失效（至2026-05-31）"
    newer = replace(HEADER, revision="0" * 16)
    assert "已更新" in problems(draft(MEASURE), books(newer))["文件效力"].why
    gone = Books({("p1", revision_of(PLAN)): PLAN}, {}, lambda name: ())
    assert "已不在知识库中" in problems(draft(MEASURE), gone)["文件效力"].why


def test_of_too_many_named_documents_the_first_are_looked_up_and_it_is_said() -> None:
    named = "".join(f"按照《某市第{n}号管理办法》。" for n in range(3000))
    read = parse_suggestion(SUGGESTION + named)
    made = replace(draft(MEASURE), suggestion=read)
    asked: list[str] = []
    known = replace(books(), named=lambda name: asked.append(name) or ())  # type: ignore[func-returns-value]
    assert problems(made, known)["建议提到的文件"].why == "建议提到 3000 个文件，只核对了前 50 个，其余请自己核对"
    assert len(asked) == 50


def test_an_undated_state_is_found() -> None:
    undated = replace(ACTUAL, dated=None, issued_on=None)
    assert "1 句进展没有日期" in problems(draft(undated))["数据日期"].why
    assert "【待补充：上述数据的日期】" in compose(draft(undated)).text


def test_names_other_than_the_suggestions_are_found() -> None:
    made = draft(MEASURE)
    changed = replace(made, suggestion=replace(made.suggestion, number="99", deputies=("王二",)))
    assert problems(changed)["与建议一致"].why == "建议中没有：99、王二"


def test_what_was_picked_against_a_caution_and_conflicts_are_told() -> None:
    told = replace(MEASURE, cautions=("“建成公园”与《另一计划》的数字不一致",))
    found = problems(pick(draft(told), 1, told.key))
    assert "数字不一致" in found["需要说明的依据"].why
    assert found["数据冲突"].why == "“建成公园”与《另一计划》的数字不一致"


def test_the_writers_own_figures_are_not_vouched_for() -> None:
    made = noted(draft(MEASURE), 2, "拟新建厕所18座")
    assert "18座" in problems(made)["数字和说法"].why
    run = next(r for p in compose(made).paragraphs for r in p.runs if r.voice is Voice.WRITER)
    assert run.text == "拟新建厕所18座。"
