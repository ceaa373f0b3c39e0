"""What a screen reader, a keyboard and tired eyes need, by the rules of axe-core: nothing serious on any tab."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Running

SIZES = pytest.mark.parametrize("viewport", [(1440, 900), (390, 844)])
TABS = ("问答", "政策库", "起草答复", "政策匹配", "评测")


def serious(page: Page) -> list[str]:
    """The serious and critical violations: rule, element, and what is wrong."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


def test_a_violation_is_found_where_there_is_one(page: Page) -> None:
    page.evaluate("document.body.append(document.createElement('img'), document.createElement('input'))")
    assert {found.split(":")[0] for found in serious(page)} == {"image-alt", "label"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@SIZES
def test_no_tab_has_a_serious_violation(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("body.dark")).to_have_count(int(scheme == "dark"))
    found = {}
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel").locator("visible=true").first).to_be_visible()
        expect(page.locator('[aria-busy="true"]:visible')).to_have_count(0)
        found[tab] = serious(page)
    assert found == dict.fromkeys(TABS, [])


@SIZES
def test_an_answer_and_the_document_it_cites_have_none(page: Page, app: Running) -> None:
    page.get_by_label("问题", exact=True).fill("安徽省到2029年要建多少家顶尖孵化器？")
    page.get_by_label("问题", exact=True).press("Enter")
    card = page.locator("#live .card").first
    expect(card).to_be_visible()
    assert serious(page) == []
    page.goto(app.url + str(card.locator(".open a").get_attribute("href")))
    expect(page.locator("#text mark").first).to_be_visible()
    assert serious(page) == []
