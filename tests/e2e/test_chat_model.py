"""The page with a model set: sentences appear as they are said and checked; what fails is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Running, Seen, running_app
from tests.e2e.test_chat import QUESTION, ask
from tests.scripted_llm import KEY, Reply, ScriptedModel, event, running_model, said
from tests.wire import wire

FIRST = "到2027年，鹿城区累计新增孵化空间<b>160万平方米</b>[1]。"
SECOND = "孵化空间按“一带一谷一区”安排[1]。"
INVENTED = "鹿城区另外新增孵化空间987万平方米[1]。"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with running_model() as running:
        yield running


@pytest.fixture(scope="module")
def app(
    root: Path, home: Path, artifacts: Path, model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """The application with the scripted model, in place of the one without."""
    log = tmp_path_factory.mktemp("network") / "log.jsonl"
    settings = {"ZHICE_LLM_BASE_URL": model.url, "ZHICE_LLM_MODEL": "qwen-test", "ZHICE_LLM_API_KEY": KEY}
    with running_app(root, home, artifacts / "server-model.log", log, **settings) as app:
        yield app


def test_sentences_appear_as_they_are_checked(page: Page, model: ScriptedModel, artifacts: Path) -> None:
    go_on = threading.Event()

    def lines() -> Iterator[str]:
        yield from map(event, [FIRST, INVENTED, "<img src=x onerror='window.hacked = 1'>"])
        go_on.wait(60)
        yield event(SECOND, "stop")

    model.script = lambda request: Reply(lines())
    page.get_by_role("textbox", name="问题").fill(QUESTION)
    page.keyboard.press("Enter")
    turn = page.locator("#t1")
    expect(turn.locator(".sentence")).to_have_count(1)
    expect(turn.locator(".card")).to_have_count(1)
    expect(turn.locator(".worded")).to_have_count(0)  # it goes on
    go_on.set()
    expect(turn.locator(".worded")).to_have_text("由模型 qwen-test 组织语言，逐句核对过依据。")
    page.screenshot(path=artifacts / "answer-model-1440.png")
    told = ["到2027年，鹿城区累计新增孵化空间160万平方米。[1]", "孵化空间按“一带一谷一区”安排。[1]"]
    assert turn.locator(".sentence").all_text_contents() == told
    assert turn.locator(".warnings li").first.text_content() == "模型 qwen-test 另有1句话没有通过核对，没有显示。"
    assert "987" not in (turn.text_content() or "")
    turn.locator(".cite").first.click()
    expect(turn.locator(".card:target mark")).to_contain_text("160万平方米")
    assert (turn.locator("img, b").count(), page.evaluate("window.hacked")) == (0, None)


def test_a_model_that_fails_leaves_the_quotation(page: Page, model: ScriptedModel, app: Running) -> None:
    model.script = lambda request: Reply(status=401)
    turn = ask(page, QUESTION)
    expect(turn.locator(".answer")).to_contain_text("160万平方米")
    note = turn.locator(".warnings li").first.text_content() or ""
    assert "拒绝了密钥（HTTP 401）" in note
    assert note.endswith("以下是直接摘自文件的回答。")
    assert turn.locator(".worded").count() == 0
    assert KEY not in page.content()
    assert app.outside() == []


def test_a_follow_up_is_shown_as_it_was_understood(page: Page, model: ScriptedModel) -> None:
    full = "鹿城区到2027年新增孵化空间由哪个部门牵头？"
    model.script = lambda request: said(full if "最后一个问题" in str(request) else FIRST)
    ask(page, QUESTION)
    turn = ask(page, "由谁牵头？")
    expect(turn.locator(".understood")).to_have_text(f"按“{full}”理解。")
    expect(turn.locator(".question p").first).to_have_text("由谁牵头？")


def test_a_page_left_in_mid_answer_reports_no_error(page: Page, model: ScriptedModel, seen: Seen) -> None:
    go_on = threading.Event()

    def lines() -> Iterator[str]:
        yield from map(event, [FIRST, "孵化空间"])
        go_on.wait(60)
        yield event("按“一带一谷一区”安排[1]。", "stop")

    model.script = lambda request: Reply(lines())
    page.get_by_role("textbox", name="问题").fill(QUESTION)
    page.keyboard.press("Enter")
    for _ in range(3):
        expect(page.locator("#t1 .sentence")).to_have_count(1)
        page.reload()
    go_on.set()
    expect(page.locator("#t1 .sentence")).to_have_count(2)
    page.reload()  # just as its stream ends
    expect(page.locator("#t1 .sentence")).to_have_count(2)
    assert seen.errors == []


@pytest.mark.parametrize(("how", "width"), [("cut", 1440), ("silence", 390)])
def test_a_connection_lost_in_mid_answer_loses_nothing(
    browser: Browser, app: Running, model: ScriptedModel, artifacts: Path, how: str, width: int
) -> None:
    go_on = threading.Event()

    def lines() -> Iterator[str]:
        yield from map(event, [FIRST, "孵化空间"])
        go_on.wait(60)
        yield event("按“一带一谷一区”安排[1]。", "stop")

    model.script = lambda request: Reply(lines())
    with wire(int(app.url.rpartition(":")[2])) as line:
        context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(line.url)
        question = page.get_by_role("textbox", name="问题")
        question.fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#t1 .sentence")).to_have_count(1)
        at = page.url
        getattr(line, how)()
        question.fill("断线时写的追问")
        page.keyboard.press("Enter")  # it does not get through
        expect(page.locator("#offline")).to_have_text("连接断开了，正在重连。写的和答的都不会丢。")
        expect(page.get_by_text("Connection", exact=False).locator("visible=true")).to_have_count(0)
        page.screenshot(path=artifacts / f"offline-{width}.png")
        go_on.set()
        line.mend()
        expect(page.locator("#t1[data-state=answered]")).to_be_visible()
        expect(page.locator("#t1 .sentence")).to_have_count(2)
        expect(question).to_have_value("断线时写的追问")
        expect(page.locator("#offline")).to_have_text("")
        assert (page.url, page.locator(".turn").count()) == (at, 1)
        context.close()


def test_a_question_that_does_not_get_through_is_kept(browser: Browser, app: Running, model: ScriptedModel) -> None:
    model.script = lambda request: said(FIRST)
    with wire(int(app.url.rpartition(":")[2])) as line:
        context = browser.new_context(viewport={"width": 1440, "height": 844}, locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(line.url)
        expect(page.locator("#examples button").first).to_be_visible()
        line.silence()
        question = page.get_by_role("textbox", name="问题")
        question.fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#offline")).to_have_text("连接断开了，正在重连。写的和答的都不会丢。")
        line.mend()
        expect(page.locator("#offline")).to_have_text("")
        expect(question).to_have_value(QUESTION)
        expect(page.locator("#examples button").first).to_be_visible()
        question.press("Enter")
        expect(page.locator("#t1[data-state=answered]")).to_be_visible()
        context.close()
