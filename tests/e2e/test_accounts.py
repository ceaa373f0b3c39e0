"""Logging in in a browser, and what the page offers to whom."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.accounts import Accounts, Role, Scope
from tests.e2e.conftest import BOTH, Running, running_app
from tests.e2e.test_accessibility import serious

PASSWORD = "风起云涌-2026-夏"
NAMES = {Role.ADMIN: "管理", Role.EDITOR: "李编辑", Role.READER: "王读者"}


@pytest.fixture(scope="module")
def app(root: Path, home: Path, artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The application on a copy of the base, with an account of each role."""
    folder = tmp_path_factory.mktemp("accounts")
    own = shutil.copytree(home, folder / "home", ignore=shutil.ignore_patterns("user.db*", "*.lock"))
    with closing(Accounts(own)) as accounts:
        for role, name in NAMES.items():
            accounts.add(name, PASSWORD, role)
        accounts.make_key("李编辑", "网站客服", Scope.READ)
    with running_app(root, own, artifacts / "accounts.log", folder / "log.jsonl") as app:
        yield app


def log_in(page: Page, app: Running, role: Role) -> None:
    page.goto(app.url + "/")
    page.get_by_label("用户名").fill(NAMES[role])
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".who")).to_have_text(f"{NAMES[role]}{role.told}")


@BOTH
def test_the_pages_of_accounts_are_used_and_have_no_serious_violation(
    browser: Browser, app: Running, viewport: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": viewport[0], "height": viewport[1]}, locale="zh-CN")
    with closing(context):
        page = context.new_page()
        page.goto(app.url + "/account")
        assert serious(page) == []
        page.get_by_label("用户名").fill("管理")
        page.get_by_label("密码").fill("不对")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_have_text("用户名或密码不对。请检查后重试；忘了密码请找管理员重设。")
        page.get_by_label("用户名").fill("管理")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page).to_have_url(app.url + "/account")  # where one wanted to go
        page.get_by_label("用途").fill("测试")
        page.get_by_role("button", name="做一个密钥").click()
        expect(page.locator(".secret code")).to_contain_text("zk_")
        page.get_by_role("button", name="作废密钥 测试").click()
        expect(page.get_by_role("status")).to_have_text("已作废密钥“测试”。")
        assert serious(page) == []
        page.get_by_role("link", name="账号管理").click()
        page.get_by_text("更改 王读者").click()
        assert serious(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport[0]
        page.get_by_role("link", name="我的账号").click()
        page.get_by_role("button", name="退出登录").click()
        expect(page).to_have_url(app.url + "/login")


def test_a_reader_is_offered_no_change_and_an_editor_is(browser: Browser, app: Running) -> None:
    offered = {}
    for role in (Role.READER, Role.EDITOR):
        with closing(browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")) as context:
            page = context.new_page()
            log_in(page, app, role)
            page.get_by_role("tab", name="政策库").click()
            expect(page.locator("#library-body li, #library-body article").first).to_be_visible()
            upload = page.locator('label[for="library-files"]').is_visible()
            remove = page.locator("[data-remove]").first.is_visible()
            page.get_by_role("tab", name="评测").click()
            expect(page.locator("#eval-set")).to_be_visible()
            offered[role] = (upload, remove, page.locator("#eval-start").is_visible())
    assert offered == {Role.READER: (False, False, False), Role.EDITOR: (True, True, True)}
