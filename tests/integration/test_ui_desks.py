"""The support desk and the reply desk behind the page, over a base of sample documents."""

from __future__ import annotations

import copy
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html
from starlette.testclient import TestClient

from eval.jobs import Jobs
from kb import reply
from kb.base import KnowledgeBase
from kb.errors import UnreadableFile
from kb.reply import Draft, LetterSettings, SuggestionInvalid, UnknownDraft
from tests.reply_desk import DAY, settings_of, text_of
from ui.desk import Desk
from ui.reply_desk import ReplyDesk
from ui.reply_form import FormInvalid
from ui.server import application

NAME = "孵化空间"
PROFILE = {"地区": "云溪市", "主体": "个体工商户", "成立": "2026-03-10", "想要": ["租金补贴"], "截至": "2026-11-27"}


@pytest.fixture(scope="module")
def base(reply_base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The sample base, with drafts in a folder of this module."""
    mine = copy.copy(reply_base)
    home = tmp_path_factory.mktemp("drafts")
    mine.settings = reply_base.settings.model_copy(update={"home": home})
    return mine


@pytest.fixture(scope="module")
def desk(base: KnowledgeBase) -> ReplyDesk:
    return ReplyDesk(base, lambda: base.settings.home)


@pytest.fixture(scope="module")
def client(base: KnowledgeBase) -> Iterator[TestClient]:
    desk = Desk(base)
    desk.ready.set()
    desk.prepared.set()
    with TestClient(application(desk, base, jobs=Jobs(base.settings.home))) as client:
        yield client


@pytest.fixture(scope="module")
def draft(desk: ReplyDesk) -> Draft:
    return desk.begin(text_of(NAME), settings_of(NAME), DAY, lambda share, what: None)


def quiet(share: float, what: str) -> None:
    """Tells nobody."""


def test_gathering_tells_how_far_it_is(desk: ReplyDesk) -> None:
    told: list[tuple[float, str]] = []
    desk.begin(text_of(NAME), settings_of(NAME), DAY, lambda share, what: told.append((share, what)))
    assert [what for _, what in told] == [
        "正在读取建议……",
        *(f"正在查找依据：第 {n} 条要求，共 4 条" for n in range(1, 5)),
        "正在保存草稿……",
    ]
    assert [share for share, _ in told] == sorted(share for share, _ in told)


def test_every_change_is_on_disk_at_once(desk: ReplyDesk, base: KnowledgeBase, draft: Draft) -> None:
    key = draft.picks[1].measures[0]
    changed = desk.change(draft.draft_id, lambda d: reply.noted(reply.drop(d, 1, key), 1, "另行研究"))
    again = ReplyDesk(base, lambda: base.settings.home).load(draft.draft_id)  # as after a restart
    assert (again, key in again.picks[1].measures, again.picks[1].note) == (changed, False, "另行研究")
    assert desk.change(draft.draft_id, lambda d: d) == changed  # nothing to save
    assert draft.draft_id in [row.draft_id for row in desk.rows()]


def test_changes_from_two_pages_are_both_kept(desk: ReplyDesk) -> None:
    made = desk.begin(text_of(NAME), settings_of(NAME), DAY, quiet)
    writers = [
        threading.Thread(target=desk.change, args=(made.draft_id, lambda d, n=n: reply.noted(d, n, f"第{n}条")))
        for n in range(1, 4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [p.note for p in desk.load(made.draft_id).picks] == ["", "第1条", "第2条", "第3条", ""]


def test_what_a_search_finds_can_be_added(desk: ReplyDesk, draft: Draft) -> None:
    found = desk.find(draft.draft_id, "创业导师 技术服务平台")
    picked = [*draft.picks[1].actuals, *draft.picks[1].measures]
    one = next(e for e in found.items if e.key not in picked)
    cited = one.citation
    added = desk.add(draft.draft_id, draft.ask_id(1), cited.policy_id, cited.start, cited.end, one.role.value)
    assert one.key in (*added.picks[1].actuals, *added.picks[1].measures)
    assert [e.citation.quote for e in added.sets[1].items if e.key == one.key] == [cited.quote]


def test_an_ask_the_reading_missed_is_marked_with_words_of_the_text(desk: ReplyDesk) -> None:
    made = desk.begin(text_of(NAME), settings_of(NAME), DAY, quiet)
    words = "老厂房闲置多，改造慢。"
    more = desk.mark_ask(made.draft_id, f" {words} ", quiet)
    assert [a.text for a in more.suggestion.asks][0] == words
    assert len(more.sets) == len(made.sets) + 1
    for wrong in ("没有写过的话", "", words):
        with pytest.raises(FormInvalid):
            desk.mark_ask(made.draft_id, wrong, quiet)


def test_evidence_is_gathered_anew_for_another_body(desk: ReplyDesk) -> None:
    made = desk.begin(text_of(NAME), LetterSettings(), DAY, quiet)
    anew = desk.gather_again(made.draft_id, lambda d: (settings_of(NAME), date(2026, 12, 1)), quiet)
    assert (anew.settings, anew.as_of, anew.edition) == (settings_of(NAME), "2026-12-01", 2)


def test_a_copy_is_a_draft_of_its_own_and_a_deleted_one_is_gone(desk: ReplyDesk, draft: Draft) -> None:
    copied = desk.copy(draft.draft_id)
    assert copied.draft_id != draft.draft_id
    desk.delete(copied.draft_id)
    with pytest.raises(UnknownDraft):
        desk.load(copied.draft_id)


def test_bad_input_makes_no_draft(desk: ReplyDesk) -> None:
    before = desk.rows()
    for text in ("", " \n", "！？", "长" * 200_001):
        with pytest.raises(SuggestionInvalid):
            desk.begin(text, LetterSettings(), DAY, quiet)
    assert desk.rows() == before


def test_an_uploaded_file_is_read_and_not_kept(desk: ReplyDesk, tmp_path: Path) -> None:
    good, bad = tmp_path / "建议.txt", tmp_path / "扫描件.pdf"
    good.write_text(text_of(NAME), "utf-8")
    bad.write_bytes(b"%PDF-1.4 nothing")
    assert desk.read_file(good).startswith("关于加快科技企业孵化器提质升级的建议")
    with pytest.raises(UnreadableFile) as raised:
        desk.read_file(bad)
    assert str(raised.value).startswith("扫描件.pdf：") and str(tmp_path) not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("copy_of", "comments"), [("review", True), ("clean", False), ("", True)])
def test_a_letter_is_downloaded(client: TestClient, draft: Draft, copy_of: str, comments: bool) -> None:
    from docx import Document

    answer = client.get(f"/reply/{draft.draft_id}.docx", params={"copy": copy_of})
    made = Document(io.BytesIO(answer.content))
    assert answer.status_code == 200
    assert (
        "attachment; filename*=UTF-8''%E7%AD%94%E5%A4%8D-%E7%AC%AC45%E5%8F%B7-" in answer.headers["content-disposition"]
    )
    assert any("第45号建议的答复" in p.text for p in made.paragraphs)
    assert bool(list(made.comments)) is comments


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_matches_are_downloaded_with_their_comparison(client: TestClient, suffix: str) -> None:
    query = urlencode({"profile": json.dumps(PROFILE, ensure_ascii=False), "by": "年度"})
    answer = client.get(f"/support.{suffix}?{query}")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    if suffix == "xlsx":
        from openpyxl import load_workbook

        assert "按年度对比" in load_workbook(io.BytesIO(answer.content)).sheetnames


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("/support.xlsx", "链接里的画像不完整。请回到政策匹配再导出一次。"),
        ("/support.exe?profile={}", "不能导出为 .exe。"),
        ("/support.docx?profile=[]", "画像应是一个 JSON 对象"),
        (f"/support.docx?{urlencode({'profile': json.dumps(PROFILE), 'by': '天气'})}", "不能按“天气”对比。"),
        ("/reply/d0000000000.docx", "没有编号为 d0000000000 的草稿"),
        ("/reply/<script>.docx", "没有编号为 <script> 的草稿"),
    ],
)
def test_what_cannot_be_downloaded_has_a_chinese_page(client: TestClient, address: str, message: str) -> None:
    answer = client.get(address)
    page = html.document_fromstring(answer.text)
    assert (answer.status_code, page.cssselect("h1")[0].text) == (400, "没有导出")
    assert message in page.text_content()
    assert page.cssselect("script") == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_page_has_all_tabs_only_over_a_base(client: TestClient) -> None:
    config = client.get("/config").json()
    tabs = [c["props"]["label"] for c in config["components"] if c["type"] == "tabitem"]
    assert tabs == ["问答", "政策库", "起草答复", "政策匹配", "评测"]
    assert config["max_file_size"] == 100_000_000


def test_no_event_of_the_page_is_a_public_interface(client: TestClient) -> None:
    named = client.get("/gradio_api/info").json()["named_endpoints"]
    assert set(named) == set()


def test_a_draft_of_a_lost_document_can_still_be_opened(desk: ReplyDesk, draft: Draft) -> None:
    letter, checks = desk.letter(replace(desk.load(draft.draft_id)))
    assert [c.ok for c in checks if c.name == "引文"] == [True]
    assert letter.citations
