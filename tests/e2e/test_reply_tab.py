"""What a clerk does: bring in a suggestion, choose the evidence, read the draft, take it along; and come back to it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Running, running_app
from tests.reply_desk import SUGGESTIONS, text_of

NAME = "孵化空间"
BODY = "云溪市科学技术局"


@pytest.fixture
def desk(page: Page) -> Page:
    """The tab, opened."""
    page.get_by_role("tab", name="起草答复").click()
    expect(page.get_by_role("heading", name="起草答复函")).to_be_visible()
    return page


def begin(page: Page, text: str, body: str = BODY) -> None:
    page.get_by_label("建议、提案的正文").fill(text)
    page.get_by_label("发函机关全称").fill(body)
    page.get_by_role("button", name="读取并查找依据").click()


def drafted(page: Page) -> None:
    expect(page.locator(".letter")).to_be_visible()
    expect(page.locator(".bench")).to_be_visible()


def test_from_an_uploaded_file_to_the_letter(desk: Page, artifacts: Path) -> None:
    with desk.expect_file_chooser() as chooser:
        desk.get_by_role("button", name="上传文件").click()
    chooser.value.set_files(SUGGESTIONS / f"{NAME}.txt")
    box = desk.get_by_label("建议、提案的正文")
    expect(box).to_have_value(re.compile(r"第45号建议\n(.*\n)+（四）充实创业导师队伍。"))
    begin(desk, box.input_value())
    drafted(desk)
    letter = desk.locator(".letter")
    expect(letter.locator(".title")).to_have_text("云溪市科学技术局关于市十届人大三次会议第45号建议的答复")
    assert letter.locator(".fact").count() == letter.locator(".fact + .cite, .fact + .warned + .cite").count() > 3
    assert letter.locator("mark.gap").count() > 0
    desk.screenshot(path=artifacts / "reply-1440.png")

    desk.get_by_role("button", name="要求3").click()
    expect(desk.locator(".asks-nav .current")).to_contain_text("要求3")
    second = desk.locator(".picked ol").nth(1).locator(".piece").nth(1)
    words = second.locator(".words").text_content() or ""
    second.get_by_role("button", name="上移").click()
    expect(desk.locator(".picked ol").nth(1).locator(".words").first).to_have_text(words)
    picked = desk.locator(".picked .piece").count()
    desk.locator(".picked ol").nth(1).locator(".piece").first.get_by_role("button", name="去掉").click()
    expect(desk.locator(".picked .piece")).to_have_count(picked - 1)
    expect(letter).not_to_contain_text(words[:12])
    desk.locator(".offered .piece", has_text=words[:12]).get_by_role("button", name="选用").click()
    expect(desk.locator(".picked .piece")).to_have_count(picked)

    desk.get_by_label("自己查找依据").fill("创业导师 企业家")
    desk.get_by_label("自己查找依据").press("Enter")
    found = desk.locator("#reply-found .piece", has=desk.get_by_role("button", name="加入")).first
    added = found.locator(".words").text_content() or ""
    found.get_by_role("button", name="加入").click()
    expect(desk.locator(".picked .piece", has_text=added[:16])).to_be_visible()

    desk.get_by_label("这一条要求里自己写的话").fill("我们将专题研究")
    desk.get_by_role("button", name="答复的设置").click()
    desk.get_by_label("联系人").fill("李明")
    desk.get_by_label("联系电话").fill("0577-1234567")
    expect(letter).to_contain_text("（联系人：李明，联系电话：")
    expect(letter.locator(".writer")).to_have_text("我们将专题研究。")
    desk.get_by_label("发文字号").focus()
    expect(letter).to_contain_text("联系电话：0577-1234567）")

    from docx import Document

    for name, comments in (("下载审阅稿", True), ("下载清稿", False)):
        with desk.expect_download() as saved:
            desk.get_by_role("link", name=name).click()
        made = Document(io.BytesIO(saved.value.path().read_bytes()))
        assert (bool(list(made.comments)), any("李明" in p.text for p in made.paragraphs)) == (comments, True)


def test_what_cannot_be_a_suggestion_is_said_and_nothing_typed_is_lost(desk: Page, tmp_path: Path) -> None:
    begin(desk, "……！？")
    told = desk.locator("#reply-notice .problem")
    expect(told).to_contain_text("没有读到文字")
    assert desk.get_by_label("发函机关全称").input_value() == BODY
    desk.get_by_label("成文日期").fill("下月初")
    begin(desk, text_of("笼统意见"))
    expect(told).to_contain_text("看不懂成文日期“下月初”")
    assert desk.get_by_label("建议、提案的正文").input_value() == text_of("笼统意见")
    scan = tmp_path / "扫描件.pdf"
    scan.write_bytes(b"%PDF-1.4 nothing")
    large = tmp_path / "大.txt"
    with large.open("wb") as file:
        file.truncate(100_000_001)
    for path, message in ((scan, "扫描件.pdf："), (large, "文件有 101 MB，超过上限 100 MB")):
        with desk.expect_file_chooser() as chooser:
            desk.get_by_role("button", name="上传文件").click()
        chooser.value.set_files(path)
        expect(desk.locator("#reply .problem", has_text=message)).to_be_visible()
    assert desk.get_by_label("建议、提案的正文").input_value() == text_of("笼统意见")


def test_a_suggestion_without_asks_says_so_and_takes_one_by_hand(desk: Page) -> None:
    begin(desk, "关于孵化器的情况\n我市孵化器的空间不够用，老厂房闲置较多。\n")
    drafted(desk)
    expect(desk.locator(".parsed .flags")).to_contain_text("没有读出具体要求")
    desk.get_by_label("补一条漏读的要求").fill("老厂房闲置较多")
    desk.get_by_role("button", name="补为要求").click()
    expect(desk.locator(".asks-nav")).to_contain_text("要求1 老厂房闲置较多")


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_a_phone_shows_a_draft_without_scrolling_sideways(desk: Page, artifacts: Path) -> None:
    begin(desk, text_of("创业补贴"), "云溪市人力资源和社会保障局")
    drafted(desk)
    desk.get_by_role("link", name="答复函").click()
    expect(desk.locator(".letter")).to_be_in_viewport()
    desk.screenshot(path=artifacts / "reply-390.png")
    assert desk.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@pytest.fixture
def restarted(root: Path, home: Path, artifacts: Path, tmp_path: Path) -> Iterator[Running]:
    """The application started again on the same home."""
    with running_app(root, home, artifacts / "server-again.log", tmp_path / "log.jsonl") as app:
        yield app


def test_a_half_finished_draft_survives_a_reload_and_a_restart(
    desk: Page, browser: Browser, request: pytest.FixtureRequest
) -> None:
    begin(desk, text_of("创业补贴"), "云溪市人力资源和社会保障局")
    drafted(desk)
    desk.get_by_label("这一条要求里自己写的话").fill("写到一半")
    desk.get_by_label("自己查找依据").focus()
    expect(desk.locator(".letter .writer")).to_have_text("写到一半。")
    text = desk.locator(".letter").text_content()
    desk.reload()
    drafted(desk)
    assert desk.locator(".letter").text_content() == text

    again: Running = request.getfixturevalue("restarted")
    with browser.new_context(locale="zh-CN") as other:
        page = other.new_page()
        page.goto(f"{again.url}/?tab=reply")
        row = page.locator("#reply-drafts li", has_text="关于用好创业扶持政策的建议").first
        row.get_by_role("button", name="打开").click(timeout=120_000)
        drafted(page)
        assert page.locator(".letter").text_content() == text
        page.get_by_role("button", name="要求1").click()
        expect(page.get_by_label("这一条要求里自己写的话")).to_have_value("写到一半")
