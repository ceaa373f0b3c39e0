"""What an entrepreneur does: say who one is, correct what was understood, read, answer, compare, take it along."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from kb.base import KnowledgeBase
from kb.config import load_settings
from tests.e2e.conftest import Running

SENTENCE = "我在云溪市河湾区开了家小吃店，是个体工商户，2026年3月10日领的执照，想要租金补贴"


@pytest.fixture
def desk(page: Page) -> Page:
    """The tab, opened."""
    page.get_by_role("tab", name="政策匹配").click()
    expect(page.get_by_role("heading", name="能申请哪些扶持")).to_be_visible()
    return page


def field(page: Page, label: str) -> Locator:
    return page.locator("#profile").get_by_label(label)


def say(page: Page, sentence: str) -> None:
    box = field(page, "用一句话说明")
    box.fill(sentence)
    box.press("Enter")


def matched(page: Page) -> None:
    expect(page.get_by_role("heading", name="匹配结果")).to_be_visible()
    expect(page.locator("#support-results .support").first).to_be_visible()


def test_from_a_sentence_to_a_quotation_to_the_counter(
    desk: Page, context: BrowserContext, app: Running, artifacts: Path
) -> None:
    say(desk, SENTENCE)
    matched(desk)
    shown = [field(desk, label).input_value() for label in ("地区（必填）", "主体", "成立时间", "想要什么")]
    assert shown == ["云溪市河湾区", "个体工商户", "2026-03-10", "租金补贴"]
    card = desk.locator(".support", has_text="云溪市支持创业若干措施").first
    expect(card.locator(".gets")).to_contain_text("50%")
    signs = {s.get_attribute("aria-label") for s in desk.locator(".part:not(.apart) .sign").all()}
    assert "待确认" in signs
    desk.screenshot(path=artifacts / "support-1440.png")

    with context.expect_page() as opened:
        card.locator(".gets .cite").first.click()
    document = opened.value
    mark = document.locator("#text mark").first
    expect(mark).to_be_visible()
    address = urlsplit(document.url)
    given = dict(re.findall(r"(\w+)=(\w+)", address.query))
    with KnowledgeBase.open(load_settings(home=app.home)) as base:
        held = base.document(unquote(address.path.removeprefix("/doc/")), given["revision"])
    marked = "".join(document.locator("#text mark").all_text_contents())
    assert marked == held.text[int(given["start"]) : int(given["end"])]
    document.close()

    with desk.expect_download() as saved:
        desk.get_by_role("link", name="下载 Excel 表格", exact=True).click()
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(saved.value.path().read_bytes()))
    assert saved.value.suggested_filename.startswith("政策匹配-云溪市河湾区-") and "符合与待确认" in book.sheetnames
    rows = [tuple(r) for r in book["符合与待确认"].iter_rows(values_only=True)]
    assert len(rows) - 1 == desk.locator(".part:not(.apart):not(#near) .support").count()


def test_an_answer_to_a_condition_is_added_and_judged_and_can_be_taken_back(desk: Page) -> None:
    say(desk, SENTENCE)
    matched(desk)
    condition = desk.locator(".conditions li", has_text="租用经营场地").first
    expect(condition).to_have_class("unknown")
    condition.get_by_role("button", name="是：").click()
    expect(condition).to_have_class("met")
    facts = field(desk, "情况").input_value()
    line = "\n符合“租用经营场地”这一条件"
    assert facts.endswith(line)
    field(desk, "情况").fill(facts.removesuffix(line))
    desk.get_by_role("button", name="按画像匹配").click()
    expect(condition).to_have_class("unknown")
    condition.get_by_role("button", name="否：").click()
    expect(desk.locator("#near .conditions li.not-met", has_text="租用经营场地").first).to_be_visible()


def test_years_and_regions_side_by_side(desk: Page, artifacts: Path) -> None:
    say(desk, SENTENCE)
    matched(desk)
    desk.get_by_role("radio", name="年度").click()
    table = desk.locator("table.comparison")
    expect(table).to_be_visible()
    years = table.locator("thead th").all_text_contents()
    assert years[0] == "扶持" and years[1:] == sorted(years[1:]) and len(years) > 2
    expect(table.locator("td.past .out").first).to_contain_text("废止")
    desk.screenshot(path=artifacts / "comparison-1440.png")
    desk.get_by_role("radio", name="地区").click()
    expect(table.locator("thead")).to_contain_text("青岩区")
    link = desk.locator("#comparison a[download]").first.get_attribute("href") or ""
    assert parse_qs(urlsplit(link).query)["by"] == ["地区"]
    assert json.loads(parse_qs(urlsplit(link).query)["profile"][0])["地区"] == "云溪市河湾区"


def test_what_contradicts_itself_is_said_and_nothing_typed_is_lost(desk: Page) -> None:
    field(desk, "地区（必填）").fill("云溪市")
    field(desk, "成立时间").fill("2025-06-01")
    desk.get_by_label("主体").click()
    desk.get_by_role("option", name="个人", exact=True).click()
    field(desk, "情况").fill("登记失业\n没有登记失业")
    desk.get_by_role("button", name="按画像匹配").click()
    told = desk.locator("#support-told .problem")
    expect(told).to_contain_text("个人没有成立日期")
    values = [field(desk, label).input_value() for label in ("地区（必填）", "成立时间", "情况")]
    assert values == ["云溪市", "2025-06-01", "登记失业\n没有登记失业"]
    say(desk, "想要租金补贴")
    expect(told).to_contain_text("没有写地区")
    assert field(desk, "用一句话说明").input_value() == "想要租金补贴"


def test_a_reload_keeps_what_is_typed_at_the_desks(desk: Page) -> None:
    typed = {"用一句话说明": "写了一半的一句话", "地区（必填）": "云溪市", "情况": "登记失业\n没有领过创业补贴"}
    for label, text in typed.items():
        field(desk, label).fill(text)
    desk.get_by_role("tab", name="起草答复").click()
    suggestion = desk.get_by_label("建议、提案的正文")
    suggestion.fill("粘贴了一半的建议")
    desk.reload()
    expect(suggestion).to_have_value("粘贴了一半的建议")
    desk.get_by_role("tab", name="政策匹配").click()
    for label, text in typed.items():
        expect(field(desk, label)).to_have_value(text)
    desk.get_by_role("button", name="按画像匹配").click()  # the program has it too, not only the box
    expect(desk.get_by_role("heading", name="匹配结果")).to_be_visible()


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_a_phone_shows_the_answer_without_scrolling_sideways(desk: Page, artifacts: Path) -> None:
    heading, form = (desk.locator(at).bounding_box() for at in ("#support-found", "#profile"))
    assert heading and form and heading["y"] + heading["height"] <= form["y"]  # what it is for, then what to write
    say(desk, SENTENCE)
    matched(desk)
    expect(desk.locator("#support-results .told")).to_be_in_viewport()
    desk.screenshot(path=artifacts / "support-390.png")
    assert desk.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
