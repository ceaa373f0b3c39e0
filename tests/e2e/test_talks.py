"""Conversations in the browser: nothing typed or answered is lost, and what can be done with a turn."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote

import pytest
from docx import Document
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import BOTH, Running, running_app
from tests.e2e.test_chat import NONSENSE, QUESTION, ask, in_view, overflow
from tests.scripted_llm import KEY, Reply, ScriptedModel, event, running_model

HOSTILE_TITLE = '<img src=x onerror="hacked = 6"> **名称** ${hacked = 7}'


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="问题")


def settled(page: Page) -> None:
    """What to go on with is there: nothing runs for this page any more."""
    expect(page.locator("#more .go-on button").first).to_be_visible()


def listed(page: Page) -> Locator:
    """The list of conversations, drawn out where it is a drawer."""
    opener = page.get_by_role("button", name="对话", exact=True)
    if opener.is_visible() and page.locator("#chat[data-drawer]").count() == 0:
        opener.click()
    expect(page.locator("#talks")).to_be_in_viewport()
    return page.locator("#talks")


def titles(page: Page) -> list[str]:
    return page.locator("#talks .open-talk").all_text_contents()


def test_a_reload_and_a_second_tab_show_the_same_conversation(page: Page, context: BrowserContext) -> None:
    ask(page, QUESTION)
    settled(page)
    box(page).press_sequentially("写了一半的追问")
    said = page.locator("#t1 .answer").inner_text()
    assert re.search(r"\?c=c[0-9a-f]{16}$", page.url)
    page.reload()
    expect(page.locator("#t1 .sentence").first).to_be_visible()
    assert page.locator("#t1 .answer").inner_text() == said
    expect(box(page)).to_have_value("写了一半的追问")
    second = context.new_page()
    second.goto(page.url)
    expect(second.locator("#t1 .answer")).to_contain_text("160万平方米")
    box(second).fill("那由哪个部门负责？")
    second.keyboard.press("Enter")
    expect(second.locator("#t2[data-state=answered]")).to_be_visible()
    page.reload()
    expect(page.locator("#t2 .question p").first).to_have_text("那由哪个部门负责？")
    assert [t.get_attribute("id") for t in page.locator(".turn").all()] == ["t1", "t2"]


def test_what_is_typed_stays_with_its_conversation(page: Page) -> None:
    ask(page, QUESTION)
    settled(page)
    first = page.url
    page.get_by_role("button", name="新对话").first.click()
    expect(page.locator("#examples button").first).to_be_visible()
    box(page).fill("例子旁边的话")
    page.locator("#examples button").first.click()  # an example leaves what is typed, which moves along with it
    expect(page).not_to_have_url(first)
    expect(page).to_have_url(re.compile(r"\?c="))
    expect(page.locator("#t1[data-state=answered]")).to_be_visible()
    second = page.url
    expect(box(page)).to_have_value("例子旁边的话")
    box(page).fill("")
    ask(page, NONSENSE)  # in a conversation that was there: its address does not change
    box(page).press_sequentially("第二个对话里没写完的")
    page.locator("#talks .open-talk", has_text=QUESTION).first.click()
    expect(page).to_have_url(first)
    expect(box(page)).to_have_value("")
    page.locator("#talks .open-talk").first.click()
    expect(page).to_have_url(second)
    expect(box(page)).to_have_value("第二个对话里没写完的")


@BOTH
def test_conversations_are_opened_renamed_deleted_and_brought_back(page: Page) -> None:
    ask(page, NONSENSE)
    first = page.url
    box(page).fill("第一个对话里没发出的")
    page.get_by_role("button", name="新对话").locator("visible=true").first.click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(box(page)).to_have_value("")
    assert "c=" not in page.url
    ask(page, QUESTION)
    settled(page)
    assert titles(page)[:2] == [QUESTION, NONSENSE]
    listed(page).locator(".open-talk", has_text=NONSENSE).first.click()
    expect(page.locator("#t1 .question p").first).to_have_text(NONSENSE)
    expect(box(page)).to_have_value("第一个对话里没发出的")
    assert page.url == first
    talk = listed(page).locator(".talk.current")
    talk.locator("summary").click()
    talk.get_by_label("对话名称").fill(HOSTILE_TITLE)
    talk.get_by_label("对话名称").press("Enter")
    expect(page.locator("#talks .talk.current .open-talk")).to_have_text(HOSTILE_TITLE)
    assert (page.locator("#chat img").count(), page.evaluate("window.hacked")) == (0, None)
    if page.locator("#talks .talk.current details[open]").count() == 0:
        talk.locator("summary").click()
    talk.get_by_role("button", name="删除").click()
    expect(page.locator("#talks .undo")).to_contain_text(HOSTILE_TITLE)
    expect(page.locator(".turn")).to_have_count(0)
    mine = page.locator(f"#talks .open-talk[data-id={first.rpartition('=')[2]}]")
    expect(mine).to_have_count(0)
    listed(page).get_by_role("button", name="撤销").click()
    expect(mine).to_have_text(HOSTILE_TITLE)
    page.goto(first)
    expect(page.locator("#t1 .question p").first).to_have_text(NONSENSE)


@BOTH
def test_what_is_erased_leaves_nothing_in_the_browser_either(
    page: Page, artifacts: Path, viewport: tuple[int, int]
) -> None:
    def kept() -> str:
        return str(page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})"))

    for question, typed in ((NONSENSE, "头一个没发出的"), (QUESTION, "第二个没发出的")):
        ask(page, question)
        box(page).fill(typed)
        page.get_by_role("button", name="新对话").locator("visible=true").first.click()
        expect(page.locator(".turn")).to_have_count(0)
    box(page).fill("不在哪个对话里的")
    while page.locator("#talks .talk").count():  # also what other tests left here
        left = page.locator("#talks .talk").count()
        talk = listed(page).locator(".talk").first
        talk.locator("summary").click()
        talk.get_by_role("button", name="删除").click()
        expect(page.locator("#talks .talk")).to_have_count(left - 1)
    manage = listed(page).locator("#talks-all")
    manage.locator("> summary").click()
    manage.locator(".gone > summary").click()
    page.screenshot(path=artifacts / f"deleted-{viewport[0]}.png")
    one = manage.locator(".gone li", has_text=NONSENSE).first
    one.get_by_text("永久删除").click()
    assert "头一个没发出的" in kept()
    left = manage.locator(".gone li").count() - 1
    one.get_by_role("button", name="确定，不能恢复").click()
    expect(manage.locator(".gone li")).to_have_count(left)
    assert ["头一个没发出的" in kept(), "第二个没发出的" in kept()] == [False, True]
    manage.locator("#erase-all > summary").click()
    told = f"{left} 个对话（含已删除的 {left} 个）和评价都会删掉，不能恢复。"
    expect(manage.locator("#erase-all p")).to_have_text(told)
    manage.get_by_role("button", name="确定永久删除").click()
    expect(manage).to_have_count(0)
    assert [word for word in ("头一个", "第二个", "zhice-typed-c") if word in kept()] == []
    expect(box(page)).to_have_value("不在哪个对话里的")


def test_an_unknown_conversation_is_said(context: BrowserContext, app: Running) -> None:
    page = context.new_page()
    for wanted in ("c" + "0" * 16, "../<script>"):
        page.goto(f"{app.url}/?c={wanted}")
        expect(page.locator("#told .problem")).to_contain_text("这个对话不在这里")
    expect(page.locator("#examples button").first).to_be_visible()


@BOTH
def test_a_question_is_asked_again_and_changed(page: Page, artifacts: Path) -> None:
    ask(page, NONSENSE)
    turn = page.locator("#t1")
    first = turn.get_attribute("data-turn")
    turn.get_by_role("button", name="重试").click()
    expect(page.locator(f"#t1:not([data-turn='{first}'])[data-state=answered]")).to_be_visible()
    page.locator("#t1").get_by_role("button", name="编辑").click()
    expect(box(page)).to_have_value(NONSENSE)
    expect(page.locator("#chips .chip.edit")).to_contain_text("正在修改上一问")
    box(page).fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#t1 .answer")).to_contain_text("160万平方米")
    expect(page.locator("#chips .chip")).to_have_count(0)
    assert page.locator(".turn").count() == 1
    settled(page)
    page.reload()
    expect(page.locator("#t1 .question p").first).to_have_text(QUESTION)


@BOTH
def test_what_a_reader_says_is_kept(
    page: Page, app: Running, root: Path, tmp_path: Path, artifacts: Path, viewport: tuple[int, int]
) -> None:
    turn = ask(page, QUESTION)
    settled(page)
    turn.get_by_text("回答有误？").click()
    turn.get_by_label("引用错").check()
    turn.get_by_label("说明").fill('应当引计划原文<img src=x onerror="window.hacked = 8">')
    page.screenshot(path=artifacts / f"feedback-{viewport[0]}.png")
    turn.get_by_role("button", name="提交").click()
    expect(turn.locator(".thanks")).to_have_text("谢谢，已记下：引用错")
    out = tmp_path / "all.json"
    export = [sys.executable, "-m", "kb", "conversations", "export", "-o", str(out), "--home", str(app.home)]
    subprocess.run(export, cwd=root, check=True, capture_output=True)
    kept = json.loads(out.read_text("utf-8"))["feedback"][-1]
    assert (kept["verdict"], kept["text"], kept["question"]) == (
        "引用错",
        '应当引计划原文<img src=x onerror="window.hacked = 8">',
        QUESTION,
    )
    assert {"base", "embedding", "generation", "mode", "program", "tuning"} <= set(kept["made_with"])
    assert "160万平方米" in kept["answer"]["citations"][0]["quote"]
    assert (page.locator("#chat img").count(), page.evaluate("window.hacked")) == (0, None)


@BOTH
def test_an_answer_is_copied_and_a_conversation_taken_away(page: Page, context: BrowserContext) -> None:
    turn = ask(page, QUESTION)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn.get_by_role("button", name="复制").click()
    expect(turn.get_by_role("button", name="已复制")).to_be_visible()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    quote = turn.locator(".card mark").first.text_content() or ""
    assert re.search(r"\[1\]\n", copied) and "\n依据：\n[1] 《" in copied and " ".join(quote.split()) in copied
    talk = listed(page).locator(".talk.current")
    talk.locator("summary").click()
    with page.expect_download() as word:
        talk.get_by_role("link", name="导出 .docx").click()
    assert unquote(word.value.suggested_filename) == f"{QUESTION}.docx"
    lines = [p.text for p in Document(io.BytesIO(word.value.path().read_bytes())).paragraphs]
    assert lines[:2] == [QUESTION, f"1. {QUESTION}"] and "依据" in lines
    with page.expect_download() as text:
        talk.get_by_role("link", name="导出 .md").click()
    assert text.value.path().read_text("utf-8").startswith(f"# {QUESTION}\n\n## 1. {QUESTION}\n")


def test_the_cards_light_up_the_chips_go_and_a_follow_up_is_answered(page: Page, artifacts: Path) -> None:
    page.get_by_role("button", name="筛选").click()
    region = page.get_by_label("地区（含其上级）")
    region.click()
    page.get_by_role("option", name="浙江省温州市鹿城区").click()
    expect(page.locator("#chips .chip")).to_have_text("浙江省温州市鹿城区×")
    turn = ask(page, QUESTION)
    settled(page)
    turn.locator(".cite").first.hover()
    expect(turn.locator(".card.lit")).to_have_count(1)
    page.screenshot(path=artifacts / "lit-1440.png")
    page.mouse.move(5, 5)
    expect(turn.locator(".card.lit")).to_have_count(0)
    turn.locator(".cite").first.focus()
    expect(turn.locator(".card.lit")).to_have_count(1)
    page.locator("#chips .chip").click()
    expect(page.locator("#chips .chip")).to_have_count(0)
    page.get_by_role("textbox", name="问题").fill("还没写完")
    offered = page.locator("#more .go-on button").first
    question = offered.text_content() or ""
    offered.click()
    expect(page.locator("#t2 .question p").first).to_have_text(question)
    expect(page.locator("#t2:not([data-state=asked]) .sentence").first).to_be_visible()
    expect(page.get_by_role("textbox", name="问题")).to_have_value("还没写完")
    expect(page.locator("#t2 .limits")).to_have_count(0)
    ask(page, NONSENSE)
    below = "document.querySelector('#t3 .refusal').getBoundingClientRect().bottom"
    page.wait_for_function(f"{below} <= document.querySelector('#composer').getBoundingClientRect().top + 1")


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_the_list_is_a_drawer_on_a_phone(page: Page, artifacts: Path) -> None:
    ask(page, QUESTION)
    settled(page)
    expect(page.locator("#talks")).not_to_be_visible()
    opener = page.get_by_role("button", name="对话", exact=True)
    opener.click()
    expect(page.locator("#talks .talk.current")).to_be_visible()
    page.wait_for_timeout(300)
    page.screenshot(path=artifacts / "talks-390.png")
    assert overflow(page) <= 0
    page.keyboard.press("Escape")
    expect(page.locator("#talks")).not_to_be_visible()
    expect(opener).to_be_focused()
    opener.click()
    page.locator("#talks .begin").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#talks")).not_to_be_visible()
    assert in_view(page, box(page))


# With a model, whose answer takes as long as the test wants.


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with running_model() as running:
        yield running


@pytest.fixture
def slow(model: ScriptedModel) -> Iterator[threading.Event]:
    """The model says one sentence, and the next when it is let go."""
    go_on = threading.Event()

    def lines() -> Iterator[str]:
        yield event("到2027年，鹿城区累计新增孵化空间160万平方米[1]。")
        yield event("孵化空间")  # only now is the first sentence known to be whole
        go_on.wait(15)
        yield event("按“一带一谷一区”安排[1]。", "stop")

    model.script = lambda request: Reply(lines())
    yield go_on
    go_on.set()


def test_stopping_and_restarting_in_mid_answer(
    root: Path,
    home: Path,
    artifacts: Path,
    tmp_path: Path,
    browser: Browser,
    model: ScriptedModel,
    slow: threading.Event,
) -> None:
    settings = {"ZHICE_LLM_BASE_URL": model.url, "ZHICE_LLM_MODEL": "qwen-test", "ZHICE_LLM_API_KEY": KEY}
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(120_000)
    page = context.new_page()
    with ExitStack() as first:
        run = first.enter_context(running_app(root, home, artifacts / "stop.log", tmp_path / "log", **settings))
        page.goto(run.url)
        box(page).fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#t1 .sentence")).to_have_count(1)
        page.screenshot(path=artifacts / "answering-1440.png")
        page.get_by_role("button", name="停止").click()
        expect(page.locator("#t1 .unanswered")).to_have_text("已停止。")
        expect(page.get_by_role("button", name="提问")).to_be_visible()
        page.locator("#t1").get_by_role("button", name="重试").click()
        expect(page.locator("#t1 .sentence")).to_have_count(1)
        page.reload()  # while the answer is being made: it goes on
        expect(page.locator("#t1 .sentence")).to_have_count(1)
        box(page).fill("等回答时写的")
        at = page.url
        run.process.kill()
        run.process.wait()
    slow.set()
    expect(page.locator("#offline")).to_have_text("连接断开了，正在重连。写的和答的都不会丢。")
    port = int(run.url.rpartition(":")[2])
    with running_app(root, home, artifacts / "again.log", tmp_path / "log", port=port, **settings):
        expect(page.locator("#t1 .unanswered")).to_contain_text("没有答完")
        page.screenshot(path=artifacts / "lost-1440.png")
        assert page.url == at
        expect(box(page)).to_have_value("等回答时写的")
        page.locator("#t1").get_by_role("button", name="重试").click()
        expect(page.locator("#t1 .worded")).to_be_visible()
        assert page.locator("#t1 .sentence").count() == 2
    context.close()
