"""The answer of the support desk as HTML: what is said, where its links lead, and that nothing hostile gets through."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from lxml import html

from kb.match import (
    Cell,
    Comparison,
    Group,
    Held,
    Judged,
    LeftOut,
    Mark,
    Matches,
    Row,
    Slice,
    Source,
    State,
    Statement,
    Support,
    SupportKind,
    Verdict,
    read_profile,
    text_of,
)  # fmt: skip
from kb.model import Citation, Kind, Status
from kb.support.conditions import About, Condition
from ui.comparison_view import comparison
from ui.support_view import not_understood, results

BAD = "<script>alert(1)</script>${x}{{y}}\"'`"
PROFILE = read_profile({"地区": "云栖县", "主体": "小微企业", "情况": ["租用场地", "不符合“大学生”这一条件"]})


def citation(n: int, quote: str, title: str = "云栖县办法") -> Citation:
    return Citation(n, "p/1", "0" * 16, title, "云政办〔2025〕7号", "一、补贴", 10 * n, 10 * n + len(quote), quote)


def judged(n: int, text: str, state: State, question: str | None = None, *, bars: bool = False) -> Judged:
    because = (Statement("情况", "租用场地"),) if state is not State.UNKNOWN else ()
    return Judged(Mark(Condition(text, 0, len(text), About.OTHER, bars), state, because, question), "p/1", n)


def support(**changes: object) -> Support:
    made = Support(
        benefit="场地租金补贴",
        kind=SupportKind.RENT,
        verdict=Verdict.TO_CONFIRM,
        place="云栖县",
        status=Status.IN_FORCE,
        sources=(Source("p/1", "0" * 16, "云栖县办法", "云政办〔2025〕7号", Kind.MEASURES, 10, 20, 1),),
        gets=(Slice("每年最高1万元", 1),),
        conditions=(
            judged(2, "租用经营场地", State.MET),
            judged(2, "注册在市外", State.NOT_MET),
            judged(3, "首次创办企业", State.UNKNOWN, "请确认：是否首次创办企业？"),
            judged(3, "大学生", State.UNKNOWN, "请确认：是否符合“大学生”？"),
        ),
        where=(Slice("县政务大厅", 4),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def matches(*, near: tuple[Support, ...] = (), apart: tuple[Support, ...] = (), able: bool = True) -> Matches:
    cited = tuple(
        citation(n, q) for n, q in enumerate(("按年租金补贴", "租用经营场地", "首次创办企业", "县政务大厅"), 1)
    )
    groups = (Group(SupportKind.RENT, (support(),)),) if able else ()
    held = (Held("云栖县", 3, 1),)
    return Matches(PROFILE, "2026-11-27", ("云栖县",), groups, near, apart, cited, held, LeftOut(not_wanted=2))


def tree(fragment: str) -> html.HtmlElement:
    return html.fragment_fromstring(fragment, create_parent="div")


def texts(fragment: str, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in tree(fragment).cssselect(path)]


def test_a_support_says_what_one_gets_its_conditions_and_how_to_claim_it() -> None:
    page = results(matches())
    assert texts(page, ".part > h3") == ["租金/场地1 项"]
    assert texts(page, ".support h4") == ["场地租金补贴 待确认"]
    assert texts(page, ".support .gets") == ["可以得到每年最高1万元[1]"]
    assert texts(page, ".support .stated") == ["“按年租金补贴”"]
    assert texts(page, ".how > div") == ["在哪办县政务大厅[4]", "什么时候截止没有找到", "责任单位没有找到"]
    assert texts(page, ".counts li") == ["0 符合", "1 待确认", "0 差一条", "0 不能据此申请"]
    assert texts(page, ".matches > .hint") == ["没有列出：不是想要的种类 2 项。"]


def test_each_condition_is_marked_in_shape_and_words() -> None:
    page = results(matches())
    signs = [(s.text, s.get("aria-label"), s.getparent().get("class")) for s in tree(page).cssselect(".sign")]
    assert signs == [
        ("✓", "符合", "met"), ("✗", "不符合", "not-met"), ("?", "待确认", "unknown"), ("?", "待确认", "unknown"),
    ]  # fmt: skip
    assert texts(page, ".because") == ["情况：租用场地"] * 2


def test_what_is_unknown_is_asked_once_and_an_answer_without_effect_is_told() -> None:
    page = tree(results(matches()))
    buttons = [(b.text, b.get("data-do"), b.get("data-text"), b.get("data-yes")) for b in page.cssselect("button")]
    assert buttons == [("是", "answer", "首次创办企业", "1"), ("否", "answer", "首次创办企业", "0")]
    assert [g.text for g in page.cssselect(".given")] == ["你答“否”，但凭这一句还不能断定，请向经办机构核实。"]
    ids = [b.get("id") for b in page.cssselect("[id]")]
    assert len(ids) == len(set(ids))


def test_every_citation_opens_its_document_at_its_quotation() -> None:
    found = matches()
    page = tree(results(found))
    links = [(a.text_content(), a.get("href"), a.get("target")) for a in page.cssselect("a.cite")]
    assert len(links) > 6
    for text, link, target in links:
        cited = found.citation(int(text.strip("[]")))
        address = f"/doc/p%2F1?revision={cited.revision}&start={cited.start}&end={cited.end}#quote"
        assert (link, target) == (address, "_blank")
    assert [q.text_content() for q in page.cssselect(".proof blockquote")] == [
        "按年租金补贴",
        "租用经营场地",
        "首次创办企业",
    ]


def test_what_is_not_known_of_a_document_stands_on_its_card() -> None:
    unsure = support(status=Status.UNKNOWN, cautions=("状态未知：请先确认", BAD))
    found = replace(matches(), groups=(Group(SupportKind.RENT, (support(), unsure)),))
    assert texts(results(found), ".support h4") == ["场地租金补贴 待确认", "场地租金补贴 待确认 状态未知"]
    assert texts(results(found), ".caution") == ["状态未知：请先确认。", f"{BAD}。"]
    assert text_of(found).count("（状态未知）") == 1 and "  注意：状态未知：请先确认" in text_of(found)
    out = support(status=Status.UNKNOWN, out="已有新版《云栖县新办法》")
    assert texts(results(matches(apart=(out,), able=False)), "#apart h4") == ["场地租金补贴 不能申请"]


def test_near_misses_and_what_is_out_of_force_stand_apart() -> None:
    near = support(verdict=Verdict.ONE_SHORT)
    out = support(out="有效期至2024-01-01，已失效", instead="《云栖县新办法》")
    page = results(matches(near=(near,), apart=(out,), able=False))
    assert texts(page, "#near h4") == ["场地租金补贴 差一条"]
    assert texts(page, "details#apart h4") == ["场地租金补贴 不能申请"]
    assert texts(page, "details#apart .out") == ["有效期至2024-01-01，已失效；现在看《云栖县新办法》"]
    assert tree(page).cssselect("details#apart button") == []


def test_nothing_found_says_what_there_is() -> None:
    page = results(matches(able=False))
    assert texts(page, ".refusal li") == ["云栖县：文件 3 个，其中现行并写有扶持条款的 1 个"]
    assert texts(page, ".refusal strong") == ["没有找到符合或可能符合的扶持。"]


def test_the_files_are_of_the_same_profile() -> None:
    links = [a.get("href") for a in tree(results(matches())).cssselect("a[download]")]
    assert [urlsplit(link).path for link in links] == ["/support.docx", "/support.xlsx"]
    assert all('"主体":"小微企业"' in parse_qs(urlsplit(link).query)["profile"][0] for link in links)


def table() -> Comparison:
    cell = Cell((Slice("每年最高1万元", 1),), 1, "《云栖县办法》", "已失效")
    return Comparison("地区", ("云栖县", "临江县"), (Row("租金补贴", (cell, None)),), (citation(1, "按年租金补贴"),))


def test_a_comparison_is_a_table_with_headings() -> None:
    page = comparison(table(), PROFILE)
    assert texts(page, "thead th") == ["扶持", "云栖县", "临江县"]
    assert texts(page, "tbody th") == ["租金补贴"]
    assert texts(page, "td") == ["每年最高1万元[1]《云栖县办法》已失效", "没有查到"]
    assert all("by=" in a.get("href") for a in tree(page).cssselect("a[download]"))
    assert texts(comparison(replace(table(), rows=()), PROFILE), ".none") != []


def test_nothing_hostile_becomes_markup() -> None:
    one = support(
        benefit=BAD,
        place=BAD,
        sources=(Source(BAD, BAD, BAD, BAD, Kind.MEASURES, 0, 1, 1),),
        gets=(Slice(BAD, 1),),
        conditions=(judged(1, BAD, State.UNKNOWN, BAD, bars=True), judged(1, BAD, State.NOT_MET)),
        how=(Slice(BAD, 1),),
        where=(Slice(BAD, 1),),
    )
    cited = replace(citation(1, BAD, BAD), policy_id=BAD, revision=BAD, section=BAD, doc_number=BAD)
    profile = read_profile({"地区": "云栖县", "行业": BAD, "情况": [BAD]})
    found = Matches(
        profile, "2026-11-27", (BAD,), (Group(SupportKind.RENT, (one,)),), (one,),
        (replace(one, out=BAD, instead=BAD),), (cited,), (Held(BAD, 1, 1),), LeftOut(),
    )  # fmt: skip
    compared = Comparison("地区", (BAD,), (Row(BAD, (Cell((Slice(BAD, 1),), 1, BAD, BAD),)),), (cited,))
    page = tree(results(found) + comparison(compared, profile) + not_understood((BAD,)))
    assert {e.tag for e in page.iter()} <= {
        "div", "section", "h2", "h3", "h4", "ul", "li", "a", "b", "span", "p", "details", "summary", "article",
        "button", "dl", "dt", "dd", "blockquote", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert [a for e in page.iter() for a in e.attrib if a.startswith("on")] == []
    assert [a.get("href") for a in page.iter("a") if not a.get("href").startswith(("/doc/", "/support.", "#"))] == []
    raw = results(found)
    assert [c for c in ("${", "{{", "`", "<script") if c in raw] == []
    assert page.cssselect("h4")[0].text_content().startswith(BAD)
