"""Drafts for the suggestions under tests/data/suggestions, whole: letter and check list.

``pytest --regenerate`` rewrites them (refused in CI). What must hold of each is asserted beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import reply
from kb.base import KnowledgeBase
from tests.reply_desk import BODIES, DAY, make_base, settings_of, text_of

GOLDEN = Path(__file__).with_name("replies")


def drafted(base: KnowledgeBase, name: str) -> tuple[reply.Draft, reply.Letter, tuple[reply.Check, ...]]:
    draft = reply.start(base, reply.read(text_of(name)), settings_of(name), DAY)
    letter = reply.letter_of(draft)
    return draft, letter, reply.check(base, draft, letter)


def shown(letter: reply.Letter, checks: tuple[reply.Check, ...]) -> str:
    lines = [f"{'通过' if c.ok else '注意'}  {c.name}：{c.why}" for c in checks]
    return f"{letter.text}\n\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", BODIES)
def test_the_draft_is_as_before(reply_base: KnowledgeBase, name: str, regenerate: bool) -> None:
    _, letter, checks = drafted(reply_base, name)
    path = GOLDEN / f"{name}.txt"
    if regenerate:
        path.write_text(shown(letter, checks), "utf-8")
    assert shown(letter, checks) == path.read_text("utf-8")


@pytest.fixture(scope="module", params=["盐", "糖"])
def salted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The same documents under other ids, which are in another order."""
    with make_base(tmp_path_factory.mktemp("salted") / "home", request.param) as base:
        yield base


def test_ids_have_no_say_in_the_letter(salted: KnowledgeBase) -> None:
    for name in ("孵化空间", "创业补贴", "数字化转型"):
        _, letter, checks = drafted(salted, name)
        assert shown(letter, checks) == (GOLDEN / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", BODIES)
def test_every_ask_is_handled_and_nothing_is_said_without_evidence(reply_base: KnowledgeBase, name: str) -> None:
    draft, letter, checks = drafted(reply_base, name)
    by_name = {c.name: c for c in checks}
    assert [by_name[n].ok for n in ("引文", "数字和说法", "文件效力", "与建议一致")] == [True] * 4
    asks = [c for c in checks if c.name.startswith("要求") and c.where]
    assert len(asks) == len(draft.suggestion.asks)
    for n, check in enumerate(asks, 1):
        open_gap = any(r.voice is reply.Voice.GAP for i in check.where for r in letter.paragraphs[i].runs)
        assert check.ok or open_gap, n


def test_a_good_suggestion_gets_facts_for_each_ask(reply_base: KnowledgeBase) -> None:
    draft, letter, checks = drafted(reply_base, "孵化空间")
    assert len(reply.facts(letter)) >= 10
    assert [c.name for c in checks if not c.ok] == ["待补充"]
    assert all(chosen.measures for chosen in draft.picks[1:])


def test_a_vague_suggestion_is_called_so(reply_base: KnowledgeBase) -> None:
    _, letter, checks = drafted(reply_base, "笼统意见")
    assert reply.facts(letter) == ()
    assert any("笼统" in c.why for c in checks if not c.ok)


def test_what_no_document_says_stays_open(reply_base: KnowledgeBase) -> None:
    _, letter, checks = drafted(reply_base, "冰雪场馆")
    assert reply.facts(letter) == ()
    assert [c.ok for c in checks if c.name.startswith("要求")] == [False] * 3


def test_an_expired_policy_is_told_with_its_successor(reply_base: KnowledgeBase) -> None:
    _, letter, checks = drafted(reply_base, "创业补贴")
    told = next(c for c in checks if c.name.startswith("建议提到的"))
    assert not told.ok
    assert "废止" in told.why and "现行的是《云溪市支持创业若干措施》（云政办发〔2026〕7号）" in told.why
    measures = [r for p in letter.paragraphs for r in p.runs if r.key and r.voice is reply.Voice.FRAME]
    assert all("〔2023〕18号" not in run.text for run in measures)
