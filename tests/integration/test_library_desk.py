"""The library as the page asks for it, kept while the base stays the same, by many threads at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.config import Settings
from kb.library import Wanted
from kb.model import ChunkDraft, PolicyDocument, Submission
from tests.fakes import HashEmbedder
from ui.library_desk import LibraryDesk

TEXT = "入园企业每年给予租金补贴2万元。"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(home=tmp_path / "home"), create=True, embedder=HashEmbedder()) as base:
        base.put(Submission(PolicyDocument(TEXT, "p", title="办法"), (ChunkDraft(0, len(TEXT)),)))
        yield base


def test_what_was_found_is_kept_until_the_base_changes(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, searched = LibraryDesk(base), []
    search = base.search
    monkeypatch.setattr(base, "search", lambda words, **how: (searched.append(words), search(words, **how))[1])

    def found() -> list[str]:
        return [one.header.policy_id for one in desk.look(Wanted("租金补贴")).page.found]

    assert (found(), found(), searched) == (["p"], ["p"], ["租金补贴"])
    base.put(Submission(PolicyDocument(TEXT + "按季拨付。", "q", title="新办法"), (ChunkDraft(0, len(TEXT)),)))
    assert (sorted(found()), searched) == (["p", "q"], ["租金补贴"] * 2)


def test_many_ask_while_the_base_changes(base: KnowledgeBase) -> None:
    desk = LibraryDesk(base)
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(desk.look, Wanted(f"租金补贴{n % 3}万元")) for n in range(60)]
        for n in range(5):
            text = f"{TEXT}第{n}次。"
            base.put(Submission(PolicyDocument(text, f"q{n}"), (ChunkDraft(0, len(text)),)))
        assert {one.result().notice for one in asked} == {""}
