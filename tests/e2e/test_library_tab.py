"""What a section chief does in the library: look for a policy, narrow down, open it, take the original along."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import Running, Seen

HOSTILE_TITLE = "云栖县关于防范<script>window.hacked = 1</script>注入的通知"


@pytest.fixture
def library(context: BrowserContext, app: Running) -> Page:
    """The tab, opened by its address."""
    page = context.new_page()
    page.goto(f"{app.url}/?tab=library")
    expect(page.locator(".rows > .row").first).to_be_visible()
    return page


def look(page: Page, words: str) -> None:
    box = page.get_by_role("searchbox")
    box.fill(words)
    box.press("Enter")
    expect(page.locator(".chip", has_text=f"查找：{words}")).to_be_visible()


def facet(page: Page, name: str, value: str) -> Locator:
    return page.get_by_role("region", name=name).get_by_role("link").filter(has_text=re.compile(rf"^\s*✓?\s*{value}\s"))


def total(page: Page) -> int:
    return int(re.findall(r"\d+", page.locator(".total").inner_text())[0])


def state(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_words_and_facets_narrow_down_and_the_address_brings_them_back(library: Page, artifacts: Path) -> None:
    library.locator("#examples .example").first.wait_for(state="attached")  # a reload before would cut Gradio off
    everything = total(library)
    look(library, "创业补贴")
    found = total(library)
    assert 0 < found < everything
    expect(library.locator(".rows > .row .passage").first).to_be_visible()
    facet(library, "文种", "办事指南").click()
    expect(library.locator(".chip", has_text="文种：办事指南")).to_be_visible()
    assert 0 < total(library) < found
    expect(facet(library, "文种", "办事指南")).to_have_attribute("aria-current", "true")
    expect(facet(library, "文种", "办事指南")).to_be_focused()
    library.get_by_role("link", name="标题", exact=True).click()
    expect(library.locator(".orders [aria-current]")).to_have_text("标题")
    asked = {"tab": ["library"], "words": ["创业补贴"], "kind": ["办事指南"], "sort": ["title"]}
    assert state(library) == asked
    rows = library.locator(".rows > .row h3").all_text_contents()
    library.screenshot(path=artifacts / "library-1440.png")
    library.reload()
    expect(library.locator(".chip")).to_have_count(2)
    assert (library.locator(".rows > .row h3").all_text_contents(), library.get_by_role("searchbox").input_value()) == (
        rows,
        "创业补贴",
    )
    library.go_back()
    expect(library.locator(".orders [aria-current]")).to_have_text("最相关")
    library.go_back()
    expect(library.locator(".chip")).to_have_count(1)
    assert total(library) == found
    library.get_by_role("tab", name="政策匹配").click()
    library.get_by_role("tab", name="政策库").click()
    expect(library.locator(".chip", has_text="创业补贴")).to_be_visible()
    library.locator(".chip").click()
    expect(library.locator(".chip")).to_have_count(0)
    assert total(library) == everything


def test_pages_and_quality_flags_are_worked_through(library: Page) -> None:
    library.get_by_role("link", name="下一页 ›").click()
    expect(library.locator(".pager b")).to_have_text(re.compile(r"第 2 / \d+ 页"))
    assert state(library)["page"] == ["2"]
    library.get_by_role("link", name="有质量标记的").click()
    expect(library.locator(".chip", has_text="质量标记：有质量标记")).to_be_visible()
    assert library.locator(".rows > .row .flags").count() == library.locator(".rows > .row").count() > 0
    look(library, "没有这样的一个词组")
    expect(library.locator(".nothing")).to_contain_text("没有符合条件的文件")


def test_a_document_with_its_history_its_original_and_its_page(
    library: Page, context: BrowserContext, artifacts: Path
) -> None:
    look(library, "云溪市高层次人才认定和支持办法实施细则")
    with context.expect_page() as opened:
        library.locator(".rows > .row h3 a", has_text="云人才办〔2025〕4号").click()
    document = opened.value
    expect(document.locator(".reason")).to_contain_text("自 2025-09-01 起施行")
    history = document.get_by_role("region", name="沿革").locator("li").all_text_contents()
    assert [h for h in history if "本文件" in h] and any("云人社发〔2022〕31号" in h for h in history)
    expect(document.get_by_role("region", name="引用的文件")).to_contain_text(
        "云溪市高层次人才认定和支持办法（2025年修订）"
    )
    with document.expect_download() as saved:
        document.get_by_role("link", name="下载原件").click()
    assert saved.value.suggested_filename.endswith(".pdf")
    assert saved.value.path().read_bytes().startswith(b"%PDF-")
    document.get_by_role("link", name="2", exact=True).click()
    image = document.locator("figure.original img")
    expect(image).to_be_visible()
    document.wait_for_function("document.querySelector('figure.original img').naturalWidth > 500")
    document.screenshot(path=artifacts / "document-1440.png")
    document.get_by_role("region", name="引用的文件").get_by_role("link", name="《云溪市高层次人才认定").first.click()
    expect(document.get_by_role("region", name="被哪些文件引用")).to_contain_text("以它为依据")


def test_a_hostile_title_is_text(library: Page, context: BrowserContext) -> None:
    look(library, "防范 注入")
    expect(library.locator(".rows > .row h3").first).to_have_text(HOSTILE_TITLE)
    library.locator(".rows > .row .remove").first.click()
    expect(library.locator(".sure")).to_be_visible()
    library.get_by_role("button", name="取消").click()
    expect(library.locator(".rows > .row .remove").first).to_be_focused()
    look(library, "<img src=x onerror=window.hacked=1>")
    assert library.evaluate("window.hacked") is None


def test_a_lost_connection_is_told_and_made_good(library: Page, seen: Seen) -> None:
    library.context.route("**/library/look**", lambda route: route.abort())
    facet(library, "效力", "现行").click()
    expect(library.get_by_role("alert")).to_contain_text("连不上知策")
    library.context.unroute("**/library/look**")
    library.get_by_role("button", name="再试一次").click()
    expect(library.locator(".chip", has_text="效力：现行")).to_be_visible()
    assert seen.errors == ["Failed to load resource: net::ERR_FAILED"]
    seen.errors.clear()


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_on_a_phone(library: Page, app: Running, artifacts: Path) -> None:
    expect(library.get_by_role("region", name="文种")).to_be_hidden()
    library.get_by_text("筛选", exact=True).click()
    facet(library, "文种", "办法").click()
    expect(library.locator(".chip", has_text="文种：办法")).to_be_visible()
    assert library.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    library.screenshot(path=artifacts / "library-390.png")
    shown = library.locator(".rows > .row").first.get_attribute("data-id") or ""
    library.goto(f"{app.url}/doc/{shown}")
    expect(library.locator(".side")).to_be_visible()
    assert library.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
