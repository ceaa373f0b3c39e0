"""What a screen reader, a keyboard and tired eyes need, by the rules of axe-core: nothing serious on any tab."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import BOTH, Running

TABS = ("问答", "政策库", "起草答复", "政策匹配", "评测")

# How much wider than its window a page is, texts that run out of the window, and pairs of texts drawn over each other.
# What floats above the page on purpose is left out, and of what scrolls all that is not in sight.
_MEASURED = """() => {
  const style = (e) => getComputedStyle(e);
  const above = (e) => { for (; e; e = e.parentElement) if (/fixed|sticky/.test(style(e).position)) return true; };
  const shown = (e, r) => {
    const box = { left: r.left, right: r.right, top: r.top, bottom: r.bottom };
    for (e = e.parentElement; e && e !== document.body; e = e.parentElement) {
      if (style(e).overflow === "visible") continue;
      const clip = e.getBoundingClientRect();
      box.left = Math.max(box.left, clip.left); box.right = Math.min(box.right, clip.right);
      box.top = Math.max(box.top, clip.top); box.bottom = Math.min(box.bottom, clip.bottom);
    }
    return box.right - box.left > 2 && box.bottom - box.top > 2 ? box : null;
  };
  const texts = [...document.body.querySelectorAll("*")].filter((e) =>
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && !above(e) &&
    e.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }));
  const lines = texts.flatMap((e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    return [...range.getClientRects()].map((r) => ({ e, r: shown(e, r) })).filter(({ r }) => r);
  });
  const name = (e) => e.textContent.trim().slice(0, 30);
  const over = [];
  for (const [i, a] of lines.entries()) for (const b of lines.slice(i + 1)) {
    if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
    const width = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
    const height = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
    if (width > 3 && height > 4) over.push([name(a.e), name(b.e)]);
  }
  const root = document.documentElement;
  return {
    wider: Math.max(0, root.scrollWidth - root.clientWidth),
    out: lines.filter(({ r }) => r.right > innerWidth + 1 || r.left < -1).map(({ e }) => name(e)),
    over,
  };
}"""


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
@BOTH
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


@BOTH
def test_an_answer_and_the_document_it_cites_have_none(page: Page, app: Running) -> None:
    page.get_by_label("问题", exact=True).fill("安徽省到2029年要建多少家顶尖孵化器？")
    page.get_by_label("问题", exact=True).press("Enter")
    card = page.locator("#live .card").first
    expect(card).to_be_visible()
    assert serious(page) == []
    page.goto(app.url + str(card.locator(".open a").get_attribute("href")))
    expect(page.locator("#text mark").first).to_be_visible()
    assert serious(page) == []


def measured(page: Page) -> dict[str, Any]:
    """What is wrong with the layout of a page as it stands: see ``_MEASURED``."""
    found: dict[str, Any] = page.evaluate(_MEASURED)
    return found


WELL = {"wider": 0, "out": [], "over": []}


def test_texts_over_each_other_and_a_page_too_wide_are_found(page: Page) -> None:
    page.evaluate("""document.body.insertAdjacentHTML("beforeend", `<p style="position:absolute;top:20px;left:0">
      底下的字</p><p style="position:absolute;top:22px;left:3px">上面的字</p>
      <p style="position:absolute;top:60px;left:0;width:3000px;text-align:right">太宽的字</p>`)""")
    found = measured(page)
    assert (found["wider"] > 0, "太宽的字" in found["out"], ["底下的字", "上面的字"] in found["over"]) == (True,) * 3


@pytest.mark.parametrize(("viewport", "scale"), [((720, 450), 2.0), ((390, 844), 1.0), ((1440, 900), 1.0)])
def test_everything_can_be_read_at_200_percent_and_on_a_phone(
    page: Page, artifacts: Path, scale: float, app: Running
) -> None:
    found = {}
    page.get_by_label("问题", exact=True).fill("鹿城区到2027年要新增多少孵化空间？")
    page.get_by_label("问题", exact=True).press("Enter")
    card = page.locator("#live .turn[data-state=answered] .card").first
    expect(card).to_be_visible()
    page.locator("#live .remark summary").click()
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_label("成文日期从")).to_be_visible()
    for tab in TABS:
        control = page.get_by_role("tab", name=tab)
        control.click()
        expect(page.get_by_role("tabpanel").locator("visible=true").first).to_be_visible()
        expect(page.locator('[aria-busy="true"]:visible')).to_have_count(0)
        if scale == 2:
            page.screenshot(path=artifacts / f"zoomed-{TABS.index(tab)}.png", full_page=True)
        found[tab] = measured(page)
        assert all(t.is_visible() for t in page.get_by_role("tab").all()), tab
    page.goto(app.url + str(card.locator(".open a").get_attribute("href")))
    expect(page.locator("#text mark").first).to_be_visible()
    found["原文"] = measured(page)
    assert found == dict.fromkeys((*TABS, "原文"), WELL)
