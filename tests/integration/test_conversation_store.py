"""Conversations on disk: nothing asked or answered is lost, and what is erased is gone."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kb import userdata
from kb.commands import main
from kb.conversations.export import conversation_file, exported
from kb.conversations.model import (
    ConversationInvalid,
    Feedback,
    StillAnswering,
    TurnState,
    UnknownConversation,
    UnknownTurn,
    Verdict,
)
from kb.conversations.store import ConversationStore
from kb.errors import BaseTooNew, Corrupt
from kb.letters.store import DraftStore
from kb.model import Filters
from tests.conversations import DAY, FILTERS, MADE_WITH, PLAN, QUESTION, TEXTS, answer, asked, refusal
from tests.unit.test_letters_parts import MEASURE, draft
from tests.unit.test_letters_parts import PLAN as DRAFT_TEXT
from ui.chat_view import past
from ui.talks_view import talks


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    with ConversationStore(tmp_path / "home") as store:
        yield store


def test_a_conversation_comes_back_as_it_was(store: ConversationStore) -> None:
    first = asked(store)
    second = asked(store, "每年举办多少场？", first.conversation_id)
    with ConversationStore(store.home) as again:
        found = again.load(first.conversation_id)
        assert (found.title, found.filters, found.turns) == (QUESTION, FILTERS, (first, second))
        assert (second.n, second.history, second.as_of) == (2, (QUESTION,), DAY.isoformat())
        assert (first.state, first.answer, first.made_with) == (TurnState.ANSWERED, answer(), MADE_WITH)
        assert [(r.conversation_id, r.title, r.turns) for r in again.list()] == [(first.conversation_id, QUESTION, 2)]
        assert again.text("p1", PLAN.revision) == PLAN.text


def test_nothing_is_made_by_looking(store: ConversationStore) -> None:
    assert (store.list(), store.text("p1", "r"), store.remarks(), store.purge(), store.erase()) == ((), None, [], 0, 0)
    for look in (lambda: store.load("c1"), lambda: store.delete("c1"), lambda: store.rename("c1", "x")):
        with pytest.raises(UnknownConversation, match="没有编号为 c1 的对话"):
            look()
    with pytest.raises(UnknownTurn):
        store.turn("t1")
    assert not store.path.exists()


def test_a_question_is_on_disk_before_it_is_answered(store: ConversationStore) -> None:
    turn = store.ask(QUESTION, FILTERS, DAY, worker="w")
    with ConversationStore(store.home) as again:
        assert again.load(turn.conversation_id).turns == (turn,)
    with pytest.raises(StillAnswering):
        store.ask("又问", Filters(), DAY, conversation_id=turn.conversation_id)
    assert store.ended(turn.turn_id, TurnState.STOPPED)
    assert not store.answered(turn.turn_id, answer(), TEXTS)  # nobody waits for it any more
    assert (store.turn(turn.turn_id).state, store.text("p1", PLAN.revision)) == (TurnState.STOPPED, None)
    later = store.ask("又问", Filters(), DAY, conversation_id=turn.conversation_id)
    assert (later.n, later.history) == (2, ())  # a question without an answer is no history


def test_only_the_last_turn_is_replaced_and_its_texts_go(store: ConversationStore) -> None:
    first = asked(store)
    second = asked(store, "第二问", first.conversation_id)
    store.remark(second.turn_id, Verdict.WRONG_ANSWER, "不对")
    with pytest.raises(UnknownTurn):
        store.ask("换", FILTERS, DAY, conversation_id=first.conversation_id, replaces=first.turn_id)
    third = store.ask("换", FILTERS, DAY, conversation_id=first.conversation_id, replaces=second.turn_id)
    assert [t.question for t in store.load(first.conversation_id).turns] == [QUESTION, "换"]
    assert (third.n, third.history) == (2, (QUESTION,))
    assert [(r["question"], r["text"]) for r in store.remarks()] == [("第二问", "不对")]


def test_a_remark_keeps_all_that_makes_the_answer_again(store: ConversationStore) -> None:
    first = asked(store)
    second = asked(store, "第二问", first.conversation_id)
    store.remark(second.turn_id, Verdict.WRONG_ANSWER, "先说")
    store.remark(second.turn_id, Verdict.WRONG_CITATION, " 引的\x07不是这一份\n第二行 ")
    (kept,) = store.remarks()
    said = store.turn(second.turn_id).feedback
    assert said == Feedback(Verdict.WRONG_CITATION, "引的 不是这一份\n第二行", kept["given_on"])
    assert {k: kept[k] for k in ("question", "as_of", "history", "made_with", "verdict")} == {
        "question": "第二问",
        "as_of": "2026-03-05",
        "history": [QUESTION],
        "made_with": MADE_WITH,
        "verdict": "引用错",
    }
    assert (kept["answer"]["citations"][0]["revision"], kept["filters"]["region"]) == (PLAN.revision, "330100")


def test_what_cannot_be_kept_is_said(store: ConversationStore) -> None:
    turn = asked(store)
    with pytest.raises(ConversationInvalid, match="说明有 2001 个字，最多 2000 个字"):
        store.remark(turn.turn_id, Verdict.WRONG_ANSWER, "字" * 2001)
    waiting = store.ask("又问", FILTERS, DAY, conversation_id=turn.conversation_id)
    with pytest.raises(ConversationInvalid, match="还没有回答"):
        store.remark(waiting.turn_id, Verdict.WRONG_ANSWER, "")
    for title, told in ((" \n\x00", "名称是空的"), ("名" * 61, "名称有 61 个字，最多 60 个字")):
        with pytest.raises(ConversationInvalid, match=told):
            store.rename(turn.conversation_id, title)
    assert store.rename(turn.conversation_id, " 园区\n目标 ") == "园区 目标" == store.load(turn.conversation_id).title


def test_a_deleted_conversation_can_be_restored_until_it_is_purged(store: ConversationStore) -> None:
    one, two = asked(store), asked(store, "另一个对话")
    store.delete(one.conversation_id)
    assert [r.conversation_id for r in store.list()] == [two.conversation_id]
    with pytest.raises(UnknownConversation):
        store.ask("又问", FILTERS, DAY, conversation_id=one.conversation_id)
    store.restore(one.conversation_id)
    assert {r.conversation_id for r in store.list()} == {one.conversation_id, two.conversation_id}
    store.delete(one.conversation_id)
    assert (store.purge(), store.purge(timedelta(0)), len(store.list(deleted=True))) == (0, 1, 0)
    with pytest.raises(UnknownConversation):
        store.restore(one.conversation_id)
    assert store.text("p1", PLAN.revision) == PLAN.text  # the other one cites it


def test_what_is_erased_cannot_be_read_in_the_file(store: ConversationStore) -> None:
    turn = asked(store, "问得很特别的一句话")
    store.remark(turn.turn_id, Verdict.WRONG_ANSWER, "说得很特别的一句话")
    with DraftStore(store.home) as drafts:
        saved = drafts.save(draft(MEASURE), [("p1", MEASURE.citation.revision, DRAFT_TEXT)])
    assert store.erase() == 1
    assert (store.list(), store.remarks(), store.text("p1", PLAN.revision)) == ((), [], None)
    files = b"".join(p.read_bytes() for p in store.home.glob("user.db*"))
    assert [w for w in ("问得很特别", "说得很特别", "小微企业园") if w.encode() in files] == []
    with DraftStore(store.home) as drafts:  # drafts are another matter
        assert drafts.load(saved.draft_id) == saved
        assert drafts.texts(saved.draft_id) == {("p1", MEASURE.citation.revision): DRAFT_TEXT}


def left(store: ConversationStore, *words: str) -> list[str]:
    """Which of the words can be read in the file or beside it."""
    files = b"".join(p.read_bytes() for p in store.home.glob("user.db*"))
    return [w for w in words if w.encode() in files]


def test_what_is_purged_cannot_be_read_in_the_file(store: ConversationStore) -> None:
    asked(store, "留着的一句话")
    gone = asked(store, "问得很特别的一句话")
    store.delete(gone.conversation_id)
    assert (store.purge(timedelta(0)), left(store, "问得很特别", "留着的")) == (1, ["留着的"])


def test_one_is_erased_and_the_others_stay(store: ConversationStore) -> None:
    stays, gone = asked(store, "留着的一句话"), asked(store, "问得很特别的一句话")
    store.remark(gone.turn_id, Verdict.WRONG_ANSWER, "说得很特别的一句话")
    store.remark(stays.turn_id, Verdict.WRONG_ANSWER, "留着的评价")
    with pytest.raises(UnknownConversation):
        store.erase("c" + "0" * 16)
    assert store.erase(gone.conversation_id) == 1
    assert left(store, "问得很特别", "说得很特别", "留着的一句话", "留着的评价") == ["留着的一句话", "留着的评价"]
    assert ([r.title for r in store.list()], [r["text"] for r in store.remarks()]) == (["留着的一句话"], ["留着的评价"])


def test_what_somebody_still_reads_is_not_said_to_be_erased(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(userdata, "_PATIENCE", 0.05)
    asked(store, "问得很特别的一句话")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM turns").fetchone() == (1,)
        with pytest.raises(userdata.LeftInFile, match="别的程序正在读 .*请关掉它，再永久删除一次"):
            store.erase()
        assert (store.list(), left(store, "问得很特别")) == ((), ["问得很特别"])
    assert (store.erase(), left(store, "问得很特别")) == (0, [])


def test_who_cites_a_text_is_looked_up_by_an_index_in_old_files_too(store: ConversationStore) -> None:
    asked(store)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        for table in ("draft_citations", "turn_citations"):
            connection.execute(f"DROP INDEX {table}_at")
    with ConversationStore(store.home), closing(sqlite3.connect(store.path)) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT 1 FROM turn_citations WHERE policy_id = 'p1' AND revision = 'r'"
        ).fetchall()
    assert [row[3] for row in plan] == [
        "SEARCH turn_citations USING COVERING INDEX turn_citations_at (policy_id=? AND revision=?)"
    ]


def test_all_of_it_can_be_taken_away(store: ConversationStore) -> None:
    one, two = asked(store), asked(store, "删了的")
    store.remark(one.turn_id, Verdict.WRONG_ANSWER, "不对")
    store.delete(two.conversation_id)
    taken = json.loads(json.dumps(exported(store), ensure_ascii=False))
    assert [c["title"] for c in taken["conversations"]] == [QUESTION, "删了的"]
    turn = taken["conversations"][0]["turns"][0]
    assert (turn["answer"]["citations"][0]["quote"], turn["made_with"]) == (answer().citations[0].quote, MADE_WITH)
    assert [f["text"] for f in taken["feedback"]] == ["不对"]


_TURN = [
    *(f"UPDATE turns SET {c} = 'x' WHERE turn_id = :turn"
      for c in ("answer", "filters", "history", "made_with", "follow_ups", "state", "as_of", "asked_at", "n")),
    "UPDATE turns SET history = '5' WHERE turn_id = :turn",
    "UPDATE turns SET question = x'ff00fe' WHERE turn_id = :turn",
]  # fmt: skip
_BESIDE = [
    *(f"UPDATE conversations SET {c} = 'x' WHERE conversation_id = :conversation" for c in ("filters", "saved_on")),
    "UPDATE conversations SET title = CAST(x'ff00fe' AS TEXT) WHERE conversation_id = :conversation",
    "UPDATE conversations SET title = x'ff00fe' WHERE conversation_id = :conversation",
    *(f"UPDATE feedback SET {c} = 'x' WHERE turn_id = :turn" for c in ("answer", "history", "verdict")),
    "UPDATE feedback SET text = CAST(x'ff' AS TEXT) WHERE turn_id = :turn",
]


@pytest.mark.parametrize("damage", [*_TURN, *_BESIDE])
def test_what_is_damaged_hides_nothing_else(
    store: ConversationStore, damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, bad = asked(store, "好的对话"), asked(store, "坏的对话")
    after = asked(store, "坏的后面的", bad.conversation_id)
    store.remark(bad.turn_id, Verdict.WRONG_ANSWER, "不对")
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute(damage, {"turn": bad.turn_id, "conversation": bad.conversation_id})
    out = tmp_path / "all.json"
    assert run(capsys, store, "export", "-o", str(out)) == (0, f"已写出 {out}。\n", "")
    taken = json.loads(out.read_text("utf-8"))
    of = {c["conversation_id"]: c["turns"] for c in taken["conversations"]}
    assert {key: [t["question"] for t in turns] for key, turns in of.items()} == {
        whole.conversation_id: ["好的对话"],
        bad.conversation_id: [store.turn(bad.turn_id).question, "坏的后面的"],
    }
    assert [remark["turn_id"] for remark in taken["feedback"]] == [bad.turn_id]
    listed = talks(store.list(), bad.conversation_id, DAY)
    assert (listed.count('class="open-talk"'), run(capsys, store, "list")[1].count("好的对话")) == (2, 1)
    found = store.load(bad.conversation_id)
    assert (store.load(whole.conversation_id).turns, found.turns[-1]) == ((whole,), after)
    turn, exported_turn = found.turns[0], of[bad.conversation_id][0]
    if damage in _BESIDE:
        assert (turn.answer, "unread" in exported_turn) == (bad.answer, False)
    else:
        told = "这一问的记录有损坏，读不出来。"
        assert (turn.state, turn.answer, exported_turn["unread"]) == (TurnState.FAILED, None, turn.unread)
        assert (told in past(found, lambda *_: None), told in conversation_file(found, ".md").decode()) == (True, True)
        assert turn.unread["as_of"] == ("x" if "as_of" in damage else DAY.isoformat())
    store.delete(bad.conversation_id)
    assert (store.erase(), store.list()) == (2, ())


def test_a_file_of_the_program_before_opens_with_its_drafts(store: ConversationStore) -> None:
    with DraftStore(store.home) as drafts:
        saved = drafts.save(draft(MEASURE), [("p1", MEASURE.citation.revision, DRAFT_TEXT)])
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE letters_meta SET value = '1'")
        for table in ("conversations", "turns", "feedback", "turn_citations"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    with ConversationStore(store.home) as again, DraftStore(store.home) as drafts:
        assert again.list() == ()
        turn = asked(again)
        drafts.save(drafts.load(saved.draft_id))  # drops what no draft cites, not what a conversation does
        assert (again.text("p1", PLAN.revision), drafts.load(saved.draft_id).suggestion) == (
            PLAN.text,
            saved.suggestion,
        )
        assert again.load(turn.conversation_id).turns == (turn,)


def test_a_file_of_a_newer_program_or_a_damaged_one_is_left_alone(store: ConversationStore, tmp_path: Path) -> None:
    asked(store)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE letters_meta SET value = '9'")
    with pytest.raises(BaseTooNew):
        ConversationStore(store.home)
    (tmp_path / "user.db").write_bytes(b"no database at all, but some text" * 200)
    with pytest.raises(Corrupt, match="存着草稿和对话"):
        ConversationStore(tmp_path)


_CHILD = """
import sys
from pathlib import Path
from kb.conversations.model import StillAnswering
from kb.conversations.store import ConversationStore
from tests.conversations import asked
with ConversationStore(Path(sys.argv[1])) as store:
    for n in range(int(sys.argv[3])):
        while True:
            try:
                asked(store, f"{sys.argv[2]}{n}", sys.argv[4] if n % 2 else "")
                break
            except StillAnswering:
                pass
"""


def test_two_processes_ask_side_by_side(store: ConversationStore, root: Path) -> None:
    shared = asked(store).conversation_id
    command = [sys.executable, "-c", _CHILD, str(store.home)]
    children = [
        subprocess.Popen([*command, name, "4", shared], cwd=root, stderr=subprocess.PIPE, text=True) for name in "ab"
    ]
    assert [(c.communicate()[1], c.returncode) for c in children] == [("", 0)] * 2
    turns = store.load(shared).turns
    assert [t.n for t in turns] == [1, 2, 3, 4, 5]
    assert {t.question for t in turns} == {QUESTION, "a1", "a3", "b1", "b3"}
    assert [t.history for t in turns] == [tuple(t.question for t in turns[:n]) for n in range(5)]
    assert len(store.list()) == 5


def test_a_process_killed_while_saving_leaves_whole_turns(store: ConversationStore, root: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(store.home), "k", "100000", ""], cwd=root)
    while len(store.list()) < 3:
        assert child.poll() is None
    child.kill()
    child.wait()
    turns = [t for row in store.list() for t in store.load(row.conversation_id).turns]
    assert len(turns) >= 3
    assert [t for t in turns if (t.answer is None) == (t.state is TurnState.ANSWERED)] == []


def run(capsys: pytest.CaptureFixture[str], store: ConversationStore, *arguments: str) -> tuple[int, str, str]:
    code = main(["conversations", *arguments, "--home", str(store.home)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_line(store: ConversationStore, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, store, "list") == (0, "还没有对话。\n", "")
    turn = asked(store)
    store.answered(store.ask("没有依据的", Filters(), DAY, conversation_id=turn.conversation_id).turn_id, refusal())
    one = turn.conversation_id
    day = store.list()[0].saved_on[:10]
    assert run(capsys, store, "list") == (0, f"{one}  {day}  2 问  {QUESTION}\n", "")
    assert run(capsys, store, "rename", one, "目标") == (0, f"对话 {one} 现在叫“目标”。\n", "")
    code, shown, _ = run(capsys, store, "show", one)
    assert (code, shown.splitlines()[:3]) == (0, ["目标", "", f"问：{QUESTION}"])
    assert shown.endswith("问：没有依据的\n无法回答。没有足够的依据。\n")
    assert json.loads(run(capsys, store, "show", one, "--json")[1])["turns"][0]["answer"]["question"] == QUESTION
    out = tmp_path / "全部.json"
    assert run(capsys, store, "export", "-o", str(out)) == (0, f"已写出 {out}。\n", "")
    assert json.loads(out.read_text("utf-8"))["conversations"][0]["conversation_id"] == one
    note = tmp_path / "一个.md"
    assert run(capsys, store, "export", one, "-o", str(note))[0] == 0
    assert note.read_text("utf-8").startswith("# 目标\n\n## 1. 入园企业要达到多少家？\n")
    assert run(capsys, store, "export", "-o", str(note))[::2] == (
        1,
        "全部对话只能导出为 .json。要导出 .md 或 .docx，请写上一个对话的编号。\n",
    )
    deleted = f"已删除对话 {one}。30 天内可以恢复：python -m kb conversations restore {one}\n"
    assert run(capsys, store, "delete", one) == (0, deleted, "")
    assert "（已删除，可恢复）" in run(capsys, store, "list")[1]
    assert run(capsys, store, "restore", one) == (0, f"已恢复对话 {one}。\n", "")
    refused = "这会永久删除 1 个对话和对它们的评价，不能恢复。确定的话，请加上 --yes 再运行一次。\n"
    assert run(capsys, store, "erase") == (1, "", refused)
    assert run(capsys, store, "erase", one) == (1, "", refused)
    assert run(capsys, store, "erase", "--yes") == (0, "已永久删除 1 个对话。\n", "")
    assert run(capsys, store, "show", one)[::2] == (
        1,
        f"没有编号为 {one} 的对话。用 python -m kb conversations list 查看所有对话。\n",
    )
    with pytest.raises(SystemExit) as wrong:
        main(["conversations", "export", "-o", "x.exe"])
    assert wrong.value.code == 2
