"""What whoever keeps the library does: upload, ask about it, replace, remove, take back. On a base of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from kb.base import KnowledgeBase
from kb.config import Settings
from tests.e2e.conftest import Running, running_app

OLD = (
    "溪口县小微企业园管理办法\n\n溪政发〔2025〕5号\n\n第一条 入园企业每年给予租金补贴2万元。\n"
    "第二条 本办法自2025年3月1日起施行。\n"
)
NEW = OLD.replace("2万元", "3万元")
HOSTILE_NAME = '<img src=x onerror="window.hacked=1">.txt'
HOSTILE = (
    "溪口县关于<script>window.hacked = 2</script>的通知\n\n溪<b>办〔2025〕6号\n\n"
    "各单位要严防<img src=x onerror=alert(1)>注入，发现后2日内报告县网信办。\n"
)


@pytest.fixture(scope="module")
def app(root: Path, artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The application over an empty base."""
    folder = tmp_path_factory.mktemp("uploads")
    KnowledgeBase.open(Settings(home=folder / "home"), create=True).close()
    with running_app(root, folder / "home", artifacts / "server-uploads.log", folder / "log.jsonl") as app:
        yield app


@pytest.fixture
def library(context: BrowserContext, app: Running) -> Page:
    """The tab, opened."""
    page = context.new_page()
    page.goto(f"{app.url}/?tab=library")
    expect(page.locator("#library-body")).not_to_have_attribute("aria-busy", "true")
    return page


def text_file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def word_file(name: str, text: str) -> FilePayload:
    from docx import Document

    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return {"name": name, "mimeType": "application/octet-stream", "buffer": out.getvalue()}


def upload(page: Page, *files: FilePayload) -> None:
    page.locator("#library-files").set_input_files(list(files))


def test_upload_ask_replace_remove_and_take_back(library: Page, artifacts: Path) -> None:
    expect(library.locator("#library-body")).to_contain_text("知识库里还没有文件")
    word = OLD.replace("小微企业园", "众创空间").replace("5号", "7号").replace("2万元", "1.5万元")
    upload(library, text_file("园区.txt", OLD), word_file("空间.docx", word), text_file("程序.exe", "MZ"))
    items = library.locator("#library-uploads .upload")
    expect(items.filter(has_text="已收录")).to_have_count(2)
    expect(items.filter(has_text="程序.exe")).to_contain_text("不支持的文件类型（.exe）")
    expect(items.filter(has_text="空间.docx").get_by_role("link")).to_have_text(
        "溪口县众创空间管理办法溪政发〔2025〕7号"
    )
    expect(library.locator(".rows > .row")).to_have_count(2)
    library.screenshot(path=artifacts / "upload-1440.png")

    library.get_by_role("tab", name="问答").click()
    question = library.locator("#question textarea")
    question.fill("溪口县众创空间的入园企业每年租金补贴多少？")
    question.press("Enter")
    expect(library.locator("body")).to_contain_text("租金补贴1.5万元")
    library.get_by_role("tab", name="政策库").click()

    upload(library, text_file("园区.txt", NEW))
    asked = items.filter(has_text="等你确认")
    expect(asked).to_contain_text("租金补贴3万元")
    expect(asked.locator("del")).to_contain_text("租金补贴2万元")
    asked.scroll_into_view_if_needed()
    library.screenshot(path=artifacts / "replace-1440.png")
    asked.get_by_role("button", name="不替换").click()
    expect(items.filter(has_text="已放弃")).to_have_count(1)
    upload(library, text_file("园区.txt", NEW))
    expect(asked).to_be_visible()
    library.reload()  # what waits for an answer is still there
    asked.get_by_role("button", name="替换", exact=True).click()
    expect(items.filter(has_text="已收录")).to_have_count(1)

    library.get_by_text("最近替换的（1）").click()
    library.get_by_role("button", name="撤销替换《溪口县小微企业园管理办法》").click()
    expect(library.locator(".toast")).to_contain_text("已恢复《溪口县小微企业园管理办法》。")
    library.get_by_text("最近替换的（1）").click()  # the other way round
    library.get_by_role("button", name="撤销替换《溪口县小微企业园管理办法》").click()
    expect(library.locator("#library-removed button")).to_be_hidden()

    row = library.locator(".rows > .row", has_text="小微企业园")
    row.get_by_role("button", name="移除《").click()
    library.get_by_role("button", name="确认移除").click()
    expect(library.locator(".toast")).to_contain_text("已移除《溪口县小微企业园管理办法》。")
    expect(library.locator(".rows > .row")).to_have_count(1)
    library.reload()
    library.get_by_text("最近移除的（1）").click()
    library.get_by_role("button", name="撤销移除").click()
    expect(library.locator(".toast")).to_contain_text("已恢复")
    expect(row).to_be_visible()


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_on_a_phone_a_hostile_file_is_text_everywhere(library: Page, app: Running, artifacts: Path) -> None:
    upload(library, text_file(HOSTILE_NAME, HOSTILE))
    item = library.locator("#library-uploads .upload")
    expect(item).to_contain_text("已收录")
    expect(item.locator("b").first).to_have_text(HOSTILE_NAME)
    row = library.locator(".rows > .row", has_text="<script>window.hacked = 2</script>")
    expect(row).to_be_visible()
    assert library.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    library.screenshot(path=artifacts / "upload-390.png")
    library.goto(f"{app.url}/doc/{row.get_attribute('data-id')}")
    expect(library.locator("h1")).to_have_text("溪口县关于<script>window.hacked = 2</script>的通知")
    expect(library.get_by_role("region", name="原件")).to_contain_text(HOSTILE_NAME)
    with library.expect_download() as saved:
        library.get_by_role("link", name="下载原件").click()
    assert saved.value.path().read_text("utf-8") == HOSTILE
    assert library.evaluate("window.hacked") is None
