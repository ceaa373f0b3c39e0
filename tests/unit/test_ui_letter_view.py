"""A draft, its evidence and its letter as HTML: what is said, where links and buttons lead, nothing hostile runs."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from kb.letters.roles import Role
from kb.model import Citation, Kind, Status
from kb.reply import (
    Ask,
    Check,
    Draft,
    DraftRow,
    Evidence,
    EvidenceSet,
    Letter,
    LetterSettings,
    Paragraph,
    Part,
    Picks,
    Reach,
    Run,
    Suggestion,
    Voice,
)  # fmt: skip
from ui.evidence_view import search_results, workbench
from ui.letter_view import check_list, downloads, letter_page
from ui.suggestion_view import drafts, heading, parsed

BAD = "<script>alert(1)</script>${x}{{y}}\"'`"
TEXT = "关于孵化器的建议\n一、增加孵化空间。\n二、完善评价。\n"


def citation(n: int, quote: str) -> Citation:
    return Citation(n, "p/1", "0" * 16, "云栖县办法", "云政办〔2025〕7号", "一、补贴", 3, 3 + len(quote), quote)


def evidence(key: str, role: Role = Role.MEASURE, **changes: object) -> Evidence:
    made = Evidence(key, role, citation(0, f"句子{key}"), Reach.OWN, Kind.MEASURES, Status.IN_FORCE, 1.0)
    return replace(made, **changes)  # type: ignore[arg-type]


def suggestion() -> Suggestion:
    first, second = "增加孵化空间。", "完善评价。"
    listed = (("一、", first), ("二、", second))
    asks = [Ask(label, a, TEXT.index(a), TEXT.index(a) + len(a), a[:-1]) for label, a in listed]
    return Suggestion(
        TEXT, "45", None, 2026, ("沈知远",), "关于孵化器的建议", asks=tuple(asks), flags=("没有读出届次",)
    )


def draft() -> Draft:
    found = EvidenceSet(
        (
            evidence("a", due="2028-12-31"),
            evidence("b"),
            evidence("c", Role.ACTUAL, dated="2025-12", kind=Kind.REPLY),
            evidence("d", status=Status.REPEALED, cautions=("文件废止",)),
            evidence("e", Role.ACTUAL, cautions=("与《某报告》的数据不一致",)),
            evidence("f", reach=Reach.OTHER, cautions=("外地情况，只供参考",)),
        ),
        ("没有找到已完成的事项或数据",),
    )
    picks = (Picks(), Picks(measures=("b", "a")), Picks())
    return Draft(
        suggestion(), LetterSettings(), "2026-11-27", (EvidenceSet(), found, EvidenceSet()), picks, draft_id="d1"
    )


def tree(fragment: str) -> html.HtmlElement:
    return html.fragment_fromstring(fragment, create_parent="div")


def texts(fragment: str, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in tree(fragment).cssselect(path)]


def buttons(fragment: str, path: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(b.text, b.get("data-do"), b.get("data-key")) for b in tree(fragment).cssselect(f"{path} button")]


def test_a_suggestion_shows_what_was_read_and_marks_its_asks_in_its_text() -> None:
    page = parsed(suggestion())
    assert texts(page, ".how div") == ["编号45", "届次没有读出，答复里留空", "代表沈知远", "标题关于孵化器的建议"]
    assert texts(page, ".asks b") == ["增加孵化空间", "完善评价"]
    assert texts(page, ".flags li") == ["没有读出届次"]
    assert texts(page, ".original mark") == ["增加孵化空间。", "完善评价。"]
    assert tree(page).cssselect(".original")[0].text_content() == TEXT
    assert texts(heading(draft()), "h2") == ["关于孵化器的建议"]


def test_the_asks_say_how_far_they_are_answered() -> None:
    nav = ".asks-nav button"
    assert texts(workbench(draft(), 1), nav) == ["整体情况0 条", "要求1 增加孵化空间2 条", "要求2 完善评价缺措施"]
    assert [b.get("aria-current") for b in tree(workbench(draft(), 1)).cssselect(nav)] == [None, "true", None]


def test_picked_evidence_is_in_the_order_of_the_letter_with_its_buttons() -> None:
    page = workbench(draft(), 1)
    assert texts(page, ".picked .words") == ["句子b", "句子a"]
    assert buttons(page, ".picked") == [
        ("↓", "down", "b"),
        ("去掉", "drop", "b"),
        ("↑", "up", "a"),
        ("去掉", "drop", "a"),
    ]
    assert texts(page, ".picked .none") == ["没有选用；答复里会留出【待补充】。"]


def test_what_can_be_picked_is_grouped_and_what_needs_a_look_is_closed() -> None:
    page = workbench(draft(), 1)
    groups = [(d.cssselect("summary")[0].text, d.get("open")) for d in tree(page).cssselect(".offered details")]
    assert groups == [
        ("以往的答复（1）", ""), ("已失效、废止、草案（1）", None), ("数据不一致（1）", None),
        ("要核对的（外地、主语不全等）（1）", None),
    ]  # fmt: skip
    assert buttons(page, ".offered") == [("选用", "pick", key) for key in "cdef"]
    assert texts(page, ".offered .flags li") == ["文件废止", "与《某报告》的数据不一致", "外地情况，只供参考"]
    assert texts(page, ".bench > .flags li") == ["没有找到已完成的事项或数据"]


def test_every_piece_of_evidence_opens_its_document_at_its_words() -> None:
    links = [a.get("href") for a in tree(workbench(draft(), 1)).cssselect("a")]
    assert links == [f"/doc/p%2F1?revision={'0' * 16}&start=3&end=6#quote"] * 6


def test_a_search_offers_what_is_not_picked_yet() -> None:
    page = search_results(EvidenceSet((evidence("a"), evidence("z"))), "孵化", draft(), 1)
    button = tree(page).cssselect("button")[0]
    assert (buttons(page, "li"), dict(button.attrib)["data-policy"]) == ([("加入", "add", "z")], "p/1")
    assert [button.get(f"data-{name}") for name in ("start", "end", "role")] == ["3", "6", "措施"]
    assert texts(search_results(EvidenceSet(), "孵化", draft(), 1), ".none") != []


def letter() -> Letter:
    runs = (
        Run("按照《云栖县办法》，"),
        Run("新增孵化面积。", Voice.EVIDENCE, (1,), "a", ("有效性未标明",)),
        Run("模型的话。", Voice.REWORDED, (2,), "b"),
        Run("自己的话。", Voice.WRITER),
        Run("【待补充：联系人】", Voice.GAP),
    )
    title = Paragraph(Part.TITLE, (Run("关于第"), Run("45", Voice.SUGGESTION), Run("号建议的答复")))
    return Letter((title, Paragraph(Part.BODY, runs, 1)), (citation(1, "新增孵化面积"), citation(2, "另一句")))


def test_each_sentence_of_the_letter_has_its_citation_and_gaps_are_marked() -> None:
    page = letter_page(letter())
    assert texts(page, "p") == [
        "关于第45号建议的答复",
        "按照《云栖县办法》，新增孵化面积。⚠[1]模型的话。[2]自己的话。【待补充：联系人】",
    ]
    assert texts(page, "mark.gap") == ["【待补充：联系人】"]
    assert [(a.text_content(), a.get("href")) for a in tree(page).cssselect("a.cite")] == [
        ("[1]", f"/doc/p%2F1?revision={'0' * 16}&start=3&end=9#quote"),
        ("[2]", f"/doc/p%2F1?revision={'0' * 16}&start=3&end=6#quote"),
    ]
    assert [s.get("title") for s in tree(page).cssselect(".writer, .fact")] == [
        "有效性未标明", "模型改写，已核对", "撰稿人自己的话，没有核对",
    ]  # fmt: skip


def test_what_fails_a_check_leads_to_its_paragraphs() -> None:
    page = check_list((Check("引文", True, "逐字一致"), Check("待补充", False, "还有 1 处", (1,))))
    assert texts(page, ".checks > ul li") == ["!待补充：还有 1 处第 2 段"]
    assert texts(page, "details li") == ["✓引文：逐字一致"]
    assert [a.get("href") for a in tree(page).cssselect("a")] == ["#lp1"]
    assert tree(letter_page(letter())).cssselect("#lp1")[0].get("class") == "body"


def test_both_copies_can_be_downloaded() -> None:
    assert [a.get("href") for a in tree(downloads("d1")).cssselect("a[download]")] == [
        "/reply/d1.docx?copy=review", "/reply/d1.docx?copy=clean",
    ]  # fmt: skip


def test_a_draft_is_deleted_only_when_asked_twice() -> None:
    row = DraftRow("d1", "关于孵化器的建议", "45", "2026-11-27T08:00:00+00:00", "2026-11-27T08:00:00+00:00")
    assert [b.get("data-do") for b in tree(drafts((row,))).cssselect("button")] == ["open", "ask-delete"]
    assert [b.get("data-do") for b in tree(drafts((row,), "d1")).cssselect("button")] == ["delete", "keep"]
    assert texts(drafts(()), ".hint") != []


def test_nothing_hostile_becomes_markup() -> None:
    cited = replace(citation(1, BAD), policy_id=BAD, revision=BAD, title=BAD, doc_number=BAD, section=BAD)
    piece = Evidence(BAD, Role.MEASURE, cited, Reach.OWN, Kind.MEASURES, Status.IN_FORCE, 1.0, due=BAD, cautions=(BAD,))
    read = Suggestion(BAD * 2, BAD, BAD, None, (BAD,), BAD, BAD, (Ask(BAD, BAD, 0, len(BAD), BAD),), (BAD,))
    picks = (Picks(), Picks((), (BAD,)))
    hostile = Draft(read, LetterSettings(), "2026-11-27", (EvidenceSet((piece,), (BAD,)),) * 2, picks, draft_id=BAD)
    runs = tuple(Run(BAD, voice, (1,), None, (BAD,)) for voice in Voice)
    row = DraftRow(BAD, BAD, BAD, "2026-11-27T08:00:00+00:00", "2026-11-27T08:00:00+00:00")
    raw = "".join(
        (
            heading(hostile), parsed(read), workbench(hostile, 0), workbench(hostile, 1), downloads(BAD),
            search_results(EvidenceSet((piece,)), BAD, hostile, 0), search_results(EvidenceSet(), BAD, hostile, 0),
            letter_page(Letter((Paragraph(Part.BODY, runs),), (cited,))), check_list((Check(BAD, False, BAD, (0,)),)),
            drafts((row,)), drafts((row,), BAD),
        )
    )  # fmt: skip
    page = tree(raw)
    assert {e.tag for e in page.iter()} <= {
        "div", "section", "h2", "h3", "h4", "ul", "ol", "li", "a", "b", "span", "p", "details", "summary", "article",
        "button", "dl", "dt", "dd", "blockquote", "mark", "nav",
    }  # fmt: skip
    assert [a for e in page.iter() for a in e.attrib if a.startswith("on")] == []
    assert [a.get("href") for a in page.iter("a") if not a.get("href").startswith(("/doc/", "/reply/", "#"))] == []
    assert [c for c in ("${", "{{", "`", "<script") if c in raw] == []
    assert page.cssselect(".words")[0].text_content() == BAD
