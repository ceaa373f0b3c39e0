"""Conversations as HTML: what can be done with each turn, and nothing hostile becomes markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from lxml import html

from kb.conversations.model import ConversationRow, Feedback, Turn, TurnState, Verdict
from kb.conversations.plain import plain_answer
from tests.conversations import FILTERS, PLAN, QUESTION, answer, refusal
from tests.fake_base import FakeBase
from ui.chat_view import SEARCHING, growing, offered, shown
from ui.follow_ups import follow_ups
from ui.talks_view import bar, chips, talks

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>${alert(3)} {{7*7}}"
TURN = Turn("t" + "1" * 16, "c" + "2" * 16, 2, QUESTION, FILTERS, "2026-03-05", "2026-03-05T01:00:00+00:00")
ANSWERED = replace(TURN, state=TurnState.ANSWERED, answer=answer())


def tree(fragment: str) -> html.HtmlElement:
    return html.fragment_fromstring(fragment, create_parent="div")


def buttons(fragment: str) -> list[str]:
    return [n.text_content() for n in tree(fragment).cssselect("button, summary")]


def load(policy_id: str, revision: str) -> object:
    return PLAN if revision == PLAN.revision else None


@pytest.mark.parametrize(
    ("state", "told", "offered_deeds"),
    [
        (TurnState.ASKED, SEARCHING, []),
        (TurnState.STOPPED, "已停止。", ["重试", "编辑"]),
        (TurnState.LOST, "没有答完：程序中途停了。问题还在，可以重试。", ["重试", "编辑"]),
        (TurnState.FAILED, "库坏了", ["重试", "编辑"]),
    ],
)
def test_a_turn_without_an_answer(state: TurnState, told: str, offered_deeds: list[str]) -> None:
    made = shown(replace(TURN, state=state, problem="库坏了"), load, last=True)
    assert [n.text_content() for n in tree(made).cssselect(".answer .waiting, .notice p")] == [told]
    assert buttons(made) == offered_deeds
    assert tree(made).cssselect("section")[0].get("data-state") == state.value


def test_an_answered_turn_can_be_copied_and_the_last_one_asked_again() -> None:
    last, before = (shown(ANSWERED, load, last=last) for last in (True, False))
    assert buttons(last) == ["复制", "重试", "编辑", "回答有误？", "提交"]
    assert buttons(before) == ["复制", "回答有误？", "提交"]
    copied = tree(last).cssselect("[data-copy]")[0].get("data-copy")
    assert copied == plain_answer(replace(answer(), warnings=()))
    assert [n.text_content() for n in tree(last).cssselect(".limits")] == [
        "筛选：浙江省杭州市 · 行动计划 · 2024-01-01 至 不限"
    ]


def test_what_can_be_said_of_an_answer_and_of_a_refusal() -> None:
    def verdicts(turn: Turn) -> list[str]:
        return [n.get("value") for n in tree(shown(turn, load, last=True)).cssselect("input[type=radio]")]

    assert verdicts(ANSWERED) == ["答案错", "引用错", "应拒答"]
    assert verdicts(replace(ANSWERED, answer=refusal())) == ["不该拒答", "答案错"]
    said = replace(ANSWERED, feedback=Feedback(Verdict.WRONG_CITATION, HOSTILE, "2026-03-05"))
    made = tree(shown(said, load, last=True))
    assert [n.text_content() for n in made.cssselect(".thanks, textarea")] == ["谢谢，已记下：引用错", HOSTILE]
    assert [n.get("value") for n in made.cssselect("input[checked]")] == ["引用错"]


def test_an_answer_that_grows_has_no_deeds_yet() -> None:
    made = growing(TURN, answer(), load)
    assert (buttons(made), len(tree(made).cssselect(".card"))) == ([], 1)


def test_nothing_hostile_becomes_markup() -> None:
    row = ConversationRow("c" + "2" * 16, HOSTILE, "2026-03-05T01:00:00+00:00", "2026-03-05T01:00:00+00:00", 1)
    cited = replace(answer().citations[0], title=HOSTILE, doc_number=HOSTILE, section=HOSTILE, revision="gone")
    hostile = replace(answer(), citations=(cited,), warnings=(HOSTILE,), understood=HOSTILE)
    turn = replace(ANSWERED, question=HOSTILE, answer=hostile, problem=HOSTILE)
    pieces = [
        shown(turn, load, last=True),
        shown(replace(turn, answer=None, state=TurnState.FAILED), load, last=True),
        offered((HOSTILE,)),
        talks([row], row.conversation_id, date(2026, 3, 5), gone=[row], undo=row.conversation_id),
        bar(HOSTILE),
        chips(HOSTILE, HOSTILE, [HOSTILE], HOSTILE, HOSTILE, editing=True),
    ]
    for piece in pieces:
        found = tree(piece)
        assert found.cssselect("script, img") == []
        assert [a for e in found.iter() for a in e.attrib if a.startswith("on")] == []
        assert "${" not in piece and "{{" not in piece
        whole = found.text_content() + "".join(v for e in found.iter() for v in e.attrib.values())
        assert HOSTILE in whole


def test_the_list_has_days_the_open_one_and_the_way_back() -> None:
    def row(n: int, day: str) -> ConversationRow:
        return ConversationRow(f"c{n:016}", f"第{n}个", day, f"{day}T04:00:00+00:00", 1)

    rows = [
        row(1, "2026-03-05"),
        row(2, "2026-03-04"),
        row(3, "2026-03-01"),
        row(4, "2026-01-01"),
        row(5, "2026-01-01"),
    ]
    gone = [row(8, "2026-03-05"), row(9, "2026-03-05")]
    made = tree(
        talks(rows, rows[1].conversation_id, date(2026, 3, 5), gone=gone, undo=gone[1].conversation_id),
    )
    assert [n.text_content() for n in made.cssselect(".talks-list h3")] == ["今天", "昨天", "七天内", "更早"]
    assert [n.text_content() for n in made.cssselect("[aria-current]")] == ["第2个"]
    assert [n.text_content() for n in made.cssselect(".undo *")] == ["已删除“第9个”", "撤销"]
    assert [n.get("href") for n in made.cssselect(".talk a")][:2] == [f"/chat/c{1:016}.docx", f"/chat/c{1:016}.md"]
    assert "问过的会自动留在这里" in talks([], "", date(2026, 3, 5))


def test_what_is_deleted_can_be_restored_or_erased_also_where_nothing_else_is_left() -> None:
    day = "2026-03-05T01:00:00+00:00"
    gone = [ConversationRow(f"c{n:016}", f"第{n}个", day, day, 1, day) for n in (1, 2)]
    assert "管理全部对话" not in talks([], "", date(2026, 3, 5))
    made = tree(talks([], "", date(2026, 3, 5), gone=gone))
    assert [n.text_content() for n in made.cssselect("#talks-gone li > span")] == ["第1个", "第2个"]
    done = [(n.get("data-do"), n.get("data-id")) for n in made.cssselect("#talks-all button")]
    one, two = (row.conversation_id for row in gone)
    assert done == [("restore", one), ("erase", one), ("restore", two), ("erase", two), ("erase", None)]
    assert [n.text_content() for n in made.cssselect("#erase-all p")] == [
        "2 个对话（含已删除的 2 个）和评价都会删掉，不能恢复。"
    ]


def test_filters_are_chips_that_can_be_taken_away() -> None:
    made = tree(chips("330100", "某局", ["通知", "意见"], "2024-01-01", ""))
    found = [(n.get("data-field"), n.get("data-value"), n.text_content()) for n in made.cssselect("button")]
    assert found == [
        ("region", "", "浙江省杭州市×"), ("issuer", "", "某局×"), ("kinds", "通知", "通知×"),
        ("kinds", "意见", "意见×"), ("first", "", "2024-01-01 起×"),
    ]  # fmt: skip
    assert chips("", "", [], " ", "") == ""


def test_follow_ups_ask_for_what_the_answer_does_not_say_and_are_answered() -> None:
    document, base = PLAN, FakeBase()
    tried: list[str] = []

    def answered(example: object) -> bool:
        tried.append(example.question)  # type: ignore[attr-defined]
        return True

    about = base.ask("对改造面积超过多少？")
    found = follow_ups(document, about, answered, date(2026, 3, 5))
    assert found == ("杭州市新增园区面积的目标是多少？", "《云栖县小微企业园提升三年行动计划》从什么时候起施行？")
    assert list(found) == tried
    assert follow_ups(document, about, lambda e: False, date(2026, 3, 5)) == ()
    said = replace(about, question=found[0])
    assert found[0] not in follow_ups(document, said, answered, date(2026, 3, 5))
