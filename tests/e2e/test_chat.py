"""What a reader does: ask, read, open the evidence; be refused with a reason; on a screen and on a phone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from kb.base import KnowledgeBase
from kb.config import load_settings
from tests.e2e.conftest import BOTH, Running

QUESTION = "鹿城区到2027年要新增多少孵化空间？"
NONSENSE = "火星移民船票的购买补贴标准是多少？"


def ask(page: Page, question: str) -> Locator:
    """Type a question, press Enter; the finished turn."""
    turns = page.locator(".turn")
    number = turns.count() + 1
    page.get_by_role("textbox", name="问题").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(f"#t{number}")
    expect(page.locator(f"#t{number}:not([data-state=asked])")).to_be_visible()  # whole, not only begun
    expect(turn.locator(".sentence, .notice").first).to_be_visible()
    expect(page.get_by_role("textbox", name="问题")).to_have_value("")
    expect(page.locator("#live.generating, #live .generating")).to_have_count(0)
    return turn


def fill_filter(page: Page, label: str, text: str) -> None:
    """Type into a filter until it keeps the text: the first time they open, Gradio still fills in their defaults."""
    box = page.get_by_label(label)
    held = False
    while not held:
        box.fill(text)
        page.wait_for_timeout(300)
        held = box.input_value() == text


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def in_view(page: Page, element: Locator) -> bool:
    box, size = element.bounding_box(), page.viewport_size
    return bool(box and size and box["y"] >= 0 and box["y"] + min(box["height"], 40) <= size["height"])


@BOTH
def test_ask_read_open_the_citation_see_the_highlight(
    page: Page, context: BrowserContext, app: Running, artifacts: Path, viewport: tuple[int, int]
) -> None:
    turn = ask(page, QUESTION)
    expect(turn.locator(".answer")).to_contain_text("160万平方米")
    page.screenshot(path=artifacts / f"answer-{viewport[0]}.png")
    turn.locator(".cite").first.click()
    card = turn.locator(".card:target")
    expect(card).to_be_visible()
    quote = card.locator("mark").text_content()
    with context.expect_page() as opened:
        card.get_by_role("link", name="查看原文").click()
    document = opened.value
    mark = document.locator("#text mark").first
    expect(mark).to_be_visible()
    document.screenshot(path=artifacts / f"document-{viewport[0]}.png")
    assert "".join(document.locator("#text mark").all_text_contents()) == quote
    assert in_view(document, mark)
    address = urlsplit(document.url)
    given = dict(re.findall(r"(\w+)=(\w+)", address.query))
    with KnowledgeBase.open(load_settings(home=app.home)) as base:
        held = base.document(unquote(address.path.removeprefix("/doc/")), given["revision"])
    assert held.text[int(given["start"]) : int(given["end"])] == quote
    assert document.locator("#text").text_content() == held.text


@BOTH
def test_the_page_refuses_what_it_has_no_evidence_for(
    page: Page, context: BrowserContext, artifacts: Path, viewport: tuple[int, int]
) -> None:
    turn = ask(page, NONSENSE)
    reason = turn.locator(".reason").text_content() or ""
    page.screenshot(path=artifacts / f"refusal-{viewport[0]}.png")
    assert reason.startswith("无法回答。") and len(reason) > len("无法回答。")
    assert turn.locator(".card, .sentence").count() == 0
    with context.expect_page() as opened:
        turn.locator(".refusal li a").first.click()
    expect(opened.value.locator("#text")).to_be_visible()


def test_an_example_question_is_answered(page: Page) -> None:
    example = page.locator("#examples button").first
    expect(example).to_be_visible()
    question = (example.text_content() or "").strip()
    example.click()
    expect(page.locator("#t1 .sentence").first).to_be_visible()
    assert page.locator("#t1 .question p").first.text_content() == question
    assert page.locator("#t1 .card").count() >= 1


@BOTH
def test_a_filter_restricts_the_evidence(page: Page, artifacts: Path, viewport: tuple[int, int]) -> None:
    page.get_by_role("button", name="筛选").click()
    fill_filter(page, "成文日期从", "2999-01-01")
    page.screenshot(path=artifacts / f"filters-{viewport[0]}.png")
    refused = ask(page, QUESTION)
    expect(refused.locator(".limits")).to_have_text("筛选：2999-01-01 至 不限")
    assert (refused.locator(".reason").count(), refused.locator(".card").count()) == (1, 0)
    fill_filter(page, "成文日期从", "")
    region = page.get_by_label("地区（含其上级）")
    region.click()
    page.get_by_role("option", name="浙江省温州市鹿城区").click()
    answered = ask(page, QUESTION)
    expect(answered.locator(".limits")).to_have_text("筛选：浙江省温州市鹿城区")
    expect(answered.locator(".answer")).to_contain_text("160万平方米")


def test_a_filter_that_is_no_date_is_said(page: Page) -> None:
    page.get_by_role("button", name="筛选").click()
    fill_filter(page, "成文日期到", "去年")
    page.get_by_role("textbox", name="问题").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#told .problem")).to_have_text("截止日期“去年”不是日期，请写成 2025-06-12 这样。")
    expect(page.get_by_role("textbox", name="问题")).to_have_value(QUESTION)


def test_an_empty_and_an_overlong_question_are_said(page: Page) -> None:
    box = page.get_by_role("textbox", name="问题")
    box.press("Enter")
    expect(page.locator("#told .problem")).to_contain_text("问题是空的")
    box.fill("长" * 20000)
    box.press("Enter")
    expect(page.locator("#told .problem")).to_contain_text("20000")
    assert page.locator(".turn").count() == 0


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_a_phone_shows_everything_without_scrolling_sideways(
    page: Page, context: BrowserContext, artifacts: Path
) -> None:
    page.screenshot(path=artifacts / "home-390.png")
    widths = [overflow(page)]
    turn = ask(page, QUESTION)
    expect(turn.locator(".card").first).to_be_visible()
    page.screenshot(path=artifacts / "answer-390.png")
    widths.append(overflow(page))
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_label("文种")).to_be_visible()
    widths.append(overflow(page))
    with context.expect_page() as opened:
        turn.get_by_role("link", name="查看原文").first.click()
    document = opened.value
    expect(document.locator("#text mark").first).to_be_visible()
    document.screenshot(path=artifacts / "document-390.png")
    widths.append(overflow(document))
    assert [w for w in widths if w > 0] == []
    assert in_view(document, document.locator("#text mark").first)
    above = [turn.locator(".answer").bounding_box(), turn.locator(".card").first.bounding_box()]
    assert above[0] and above[1] and above[0]["y"] + above[0]["height"] <= above[1]["y"]


@BOTH
def test_hostile_text_is_shown_and_never_run(page: Page, context: BrowserContext) -> None:
    turn = ask(page, '火星<img src=x onerror="window.hacked = 4"><script>window.hacked = 5</script>船票多少钱？')
    expect(turn.locator(".question p").first).to_contain_text('<img src=x onerror="window.hacked = 4">')
    turn = ask(page, "云栖县各单位发现可疑表格，应当在几个工作日内向县网信办报告？")
    expect(turn.locator(".answer")).to_contain_text('<img src=x onerror="window.hacked = 2">')
    with context.expect_page() as opened:
        turn.get_by_role("link", name="查看原文").first.click()
    document = opened.value
    expect(document.locator("#text")).to_contain_text('<img src=x onerror="window.hacked = 2">')
    assert [p.evaluate("window.hacked") for p in (page, document)] == [None, None]
    assert page.locator(".turn img, .turn script").count() + document.locator("img, script").count() == 0


def test_two_readers_do_not_see_each_other_and_a_new_conversation_is_empty(
    page: Page, context: BrowserContext, app: Running
) -> None:
    ask(page, QUESTION)
    other = context.new_page()
    other.goto(app.url)
    other.get_by_role("heading", name="想了解哪项政策").wait_for()
    turn = ask(other, NONSENSE)
    expect(turn.locator(".question p").first).to_have_text(NONSENSE)
    assert (page.locator(".turn").count(), other.locator(".turn").count()) == (1, 1)
    ask(page, QUESTION)
    assert page.locator(".turn").count() == 2
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("heading", name="想了解哪项政策")).to_be_visible()


def test_a_sync_by_another_process_is_answered_from_at_once(
    page: Page, app: Running, root: Path, tmp_path: Path
) -> None:
    question = "临江镇青年驿站每晚收费多少元？"
    assert ask(page, question).locator(".refusal").count() == 1
    (tmp_path / "inn.txt").write_text(
        "临江镇青年驿站管理办法\n\n一、收费标准\n\n临江镇青年驿站每晚收费35元，应届毕业生首周免费入住。\n", "utf-8"
    )
    sync = [sys.executable, "-m", "ingest", "sync", str(tmp_path), "--home", str(app.home)]
    subprocess.run(sync, cwd=root, check=True, capture_output=True)
    turn = ask(page, question)
    expect(turn.locator(".answer")).to_contain_text("35元")


def test_the_dark_page_and_the_wide_welcome(page: Page, artifacts: Path) -> None:
    expect(page.locator("#examples button").first).to_be_visible()
    page.screenshot(path=artifacts / "home-1440.png")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.get_by_role("heading", name="想了解哪项政策").wait_for()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    ask(page, QUESTION)
    page.screenshot(path=artifacts / "answer-dark-1440.png")


def test_a_missing_document_has_a_chinese_page(context: BrowserContext, app: Running, seen: object) -> None:
    page = context.new_page()
    answer = page.goto(f"{app.url}/doc/none")
    assert answer and answer.status == 404
    expect(page.get_by_role("heading")).to_have_text("没有找到")
    seen.errors.clear()  # type: ignore[attr-defined]  # the browser logs every 404 as an error


def test_the_server_spoke_to_nobody(page: Page, app: Running) -> None:
    ask(page, QUESTION)
    assert app.outside() == []
