"""What an evaluator does: bring a set, run systems on it, read the figures, compare two, open the report, delete."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.eval_sets import write_set


def choose(page: Page, field: str, option: int) -> None:
    page.locator(f"#{field} input").click()
    page.get_by_role("option").nth(option).click()


def bring(page: Page, files: list[Path]) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="选三个文件并加入").click()
    chooser.value.set_files(files)


def test_from_a_set_of_ones_own_to_a_comparison(
    page: Page, context: BrowserContext, tmp_path: Path, artifacts: Path
) -> None:
    page.get_by_role("tab", name="评测").click()
    expect(page.get_by_role("heading", name="检索和回答有多准")).to_be_visible()
    page.get_by_role("button", name="加入自己的题集").click()
    page.locator("#eval-own").get_by_label("名称").fill("我的<b>题集")
    files = sorted(write_set(tmp_path / "s").iterdir())
    bring(page, files)
    expect(page.locator("#eval-told")).to_contain_text("题集的名称要有")
    page.locator("#eval-own").get_by_label("名称").fill("我的题集")
    bring(page, files)
    expect(page.locator("#eval-told")).to_contain_text("已加入题集“我的题集”")

    for system in ("hybrid：", "llamaindex"):
        page.locator("#eval-systems").get_by_label(system).uncheck()
    page.locator("#eval-systems").get_by_label("bm25s").check()
    page.get_by_role("button", name="开始评测").click()
    expect(page.locator("#eval-now")).to_contain_text("我的题集")
    page.screenshot(path=artifacts / "eval-running-1440.png")
    expect(page.locator("#eval-result h2")).to_have_text("我的题集")
    expect(page.locator("#eval-result thead")).to_contain_text("bm25s")
    page.screenshot(path=artifacts / "eval-1440.png", full_page=True)

    page.get_by_role("button", name="对比两次评测").click()
    choose(page, "eval-left", 0)
    choose(page, "eval-right", 1)
    page.get_by_role("button", name="对比", exact=True).click()
    expect(page.locator("#eval-compared")).to_contain_text("bm25 → bm25s")

    with context.expect_page() as opened:
        page.get_by_role("link", name="打开完整报告").click()
    expect(opened.value.locator("h1, h2").first).to_be_visible()
    opened.value.close()

    page.reload()
    page.get_by_role("tab", name="评测").click()
    expect(page.locator("#eval-runs li")).to_contain_text("完成")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways on a phone"
    page.screenshot(path=artifacts / "eval-390.png", full_page=True)
    page.locator("#eval-runs").get_by_role("button", name="删除").click()
    page.get_by_role("button", name="确定删除").click()
    expect(page.get_by_role("heading", name="检索和回答有多准")).to_be_visible()
