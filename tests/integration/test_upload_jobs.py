"""Uploads side by side: none replaces what nobody was asked about, and none is forgotten before it is over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.uploads import Uploads
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.locks import WriteLock
from tests.fakes import HashEmbedder
from tests.uploaded import NEW, OLD
from ui import library_jobs
from ui.library_jobs import SETTLED, Job, Stage, UploadJobs

THIRD = OLD.replace("2万元", "9万元")


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(home=tmp_path / "home"), create=True, embedder=HashEmbedder()) as base:
        yield base


def begun(jobs: UploadJobs, text: str) -> Job:
    received = jobs.uploads.receive("办法.txt")
    received.path.write_text(text, "utf-8")
    return jobs.begin(received)


def settled(job: Job) -> Job:
    deadline = time.monotonic() + 60
    while job.stage not in SETTLED and time.monotonic() < deadline:
        time.sleep(0.02)
    return job


def text_of(base: KnowledgeBase) -> str:
    (header,) = base.documents()
    return base.document(header.policy_id).text


def test_an_upload_that_waited_for_the_base_asks_before_it_replaces_one_that_came_since(base: KnowledgeBase) -> None:
    jobs = UploadJobs(Uploads(base))
    base.store.lock.wait_seconds = 0
    other = WriteLock(base.settings.home, 0)
    other.require()
    try:
        first, second = settled(begun(jobs, OLD)), settled(begun(jobs, NEW))
        assert (first.stage, second.stage) == (Stage.BUSY, Stage.BUSY)
    finally:
        other.release()
    for job in (first, second):
        jobs.confirm(job)
        settled(job)
    assert (first.stage, second.stage, "2万元" in text_of(base)) == (Stage.DONE, Stage.ASKING, True)
    assert second.replacement is not None and second.replacement.dropped_count == 2
    jobs.confirm(second)
    assert (settled(second).stage, "3万元" in text_of(base)) == (Stage.DONE, True)


def test_what_was_agreed_to_replaces_only_what_was_shown(base: KnowledgeBase) -> None:
    jobs = UploadJobs(Uploads(base))
    settled(begun(jobs, OLD))
    first, second, same = (settled(begun(jobs, text)) for text in (NEW, THIRD, NEW))
    assert [job.stage for job in (first, second, same)] == [Stage.ASKING] * 3
    for job in (first, second, same):
        jobs.confirm(job)
        settled(job)
    assert [job.stage for job in (first, second, same)] == [Stage.DONE, Stage.ASKING, Stage.SAME]
    assert "3万元" in text_of(base)
    assert second.replacement is not None
    assert second.replacement.dropped[0] == "第一条 入园企业每年给予租金补贴3万元。"


def test_only_uploads_that_are_over_are_forgotten(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_jobs, "_KEPT", 2)
    jobs = UploadJobs(Uploads(base))
    done = settled(begun(jobs, OLD))
    asking = [settled(begun(jobs, text)) for text in (NEW, THIRD, NEW)]
    assert [jobs.get(job.received.token) for job in (done, *asking)] == [None, *asking]
