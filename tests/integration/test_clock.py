"""A clock that goes backwards, a day with every look: nothing is lost, doubled, or in another order."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from ingest.isolation import Workers
from ingest.reading import Reading
from ingest.removals import Removals
from ingest.scan import scan
from ingest.sync import sync
from ingest.uploads import Uploads
from kb.conversations import shelf, store
from kb.conversations.store import ConversationStore
from tests.bases import dump, open_base
from tests.conversations import asked
from tests.policy_texts import TEXTS

_DAY = 24 * 3600


@pytest.fixture
def backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    real, days = time.time, count(1)

    def earlier() -> float:
        return real() - _DAY * next(days)

    def now() -> str:
        return datetime.fromtimestamp(earlier(), UTC).isoformat(timespec="milliseconds")

    monkeypatch.setattr(time, "time", earlier)
    for module in (shelf, store):
        monkeypatch.setattr(module, "now", now)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    folder.mkdir()
    for n, text in enumerate(TEXTS[:6]):
        (folder / f"{n}.txt").write_text(f"云溪市第{n}号通知\n{text}\n", "utf-8")
    return folder


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(1) as made:
        yield made


def change(docs: Path) -> None:
    """A file is written anew in as many bytes, so that its time alone tells; one comes, one goes."""
    changed = docs / "4.txt"
    changed.write_text(changed.read_text("utf-8").replace("120家", "130家"), "utf-8")
    (docs / "新.txt").write_text("云溪市新的通知\n每户补助40元。\n", "utf-8")
    (docs / "2.txt").unlink()


def test_a_folder_is_followed_to_the_same_base(docs: Path, tmp_path: Path, backwards: None) -> None:
    with open_base(tmp_path / "home") as base:
        sync(base, scan(docs))
        change(docs)
        for name in ("4.txt", "新.txt"):
            os.utime(docs / name, (time.time() - 400 * _DAY,) * 2)  # older than what they replace
        report = sync(base, scan(docs))
        assert (report.added, report.replaced, report.removed, report.unchanged) == (1, 1, 1, 4)
        found = dump(base)
    with open_base(tmp_path / "other") as base:
        sync(base, scan(docs))
        undisturbed = dump(base)
    assert found["consistent"] and undisturbed["consistent"]
    # The replaced text is kept as a revision: what is searched is the same.
    assert [found[name] for name in ("words", "chroma")] == [undisturbed[name] for name in ("words", "chroma")]


def test_a_removal_is_listed_and_undone(tmp_path: Path, workers: Workers, backwards: None) -> None:
    with open_base(tmp_path / "home") as base:
        uploads = Uploads(base)
        received = uploads.receive("办法.txt")
        received.path.write_text(f"云溪市办法\n{TEXTS[3]}\n", "utf-8")
        outcome = uploads.read(received, workers)
        assert isinstance(outcome, Reading)
        (header,) = uploads.take(received, outcome).report.documents
        before = dump(base)
        removals = Removals(uploads)
        first = removals.remove(header.policy_id)
        assert removals.recent() == [first]
        assert base.documents() == []
        removals.undo(first.token)
        assert (dump(base), removals.recent()) == (before, [])


def test_turns_stay_in_the_order_they_were_asked_in(tmp_path: Path, backwards: None) -> None:
    with ConversationStore(tmp_path) as talks:
        first = asked(talks, "第一问？")
        for question in ("第二问？", "第三问？"):
            asked(talks, question, first.conversation_id)
        found = talks.load(first.conversation_id).turns
        assert [turn.question for turn in found] == ["第一问？", "第二问？", "第三问？"]
        assert found[0].asked_at > found[1].asked_at > found[2].asked_at
        assert found[2].history == ("第一问？", "第二问？")
        talks.delete(first.conversation_id)
        assert talks.purge() == 0
        talks.restore(first.conversation_id)
        assert talks.load(first.conversation_id).turns == found
