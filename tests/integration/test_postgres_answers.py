"""The same documents in SQLite and in PostgreSQL: the same hits, the same answers, the same lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.scan import scan
from ingest.sync import sync
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.doctor import examine
from kb.model import Filters, Kind, to_json
from tests.bases import tables
from tests.fakes import HashEmbedder

DAY = date(2026, 11, 28)
QUESTIONS = (
    "云溪示例市的人才公寓怎么申请？",
    "科技企业孵化器的奖励标准是多少？",
    "哪个部门负责科技企业孵化器的评定？",
    "该通知什么时候废止？",
    "火星移民补贴多少钱？",
)


@pytest.fixture(scope="module")
def bases(postgres, root: Path, tmp_path_factory) -> Iterator[tuple[KnowledgeBase, KnowledgeBase]]:
    """The documents of corpus/云溪示例, put twice: kept in a file, and on a server."""
    folder = tmp_path_factory.mktemp("answers")
    in_file = Settings(home=folder / "file")
    on_server = Settings(home=folder / "server", catalog=postgres.database())
    with (
        closing(KnowledgeBase.open(in_file, create=True, embedder=HashEmbedder())) as one,
        closing(KnowledgeBase.open(on_server, create=True, embedder=HashEmbedder())) as other,
    ):
        for base in (one, other):
            # All vectors are compared: Chroma's graph is near enough, and another one in each home.
            base.store.index.vectors.refresh = base.store.index.vectors.catch_up = lambda _view: None
        put = one.put_many

        def put_twice(submissions, progress=None):
            given = list(submissions)
            assert other.put_many(given) == put(given)
            return put(given, progress)

        one.put_many = put_twice  # type: ignore[method-assign]  # files are read once
        assert sync(one, scan(root / "corpus" / "云溪示例")).failed == []
        yield one, other


def test_rows_are_the_same(bases) -> None:
    one, other = (tables(base) for base in bases)
    assert one.pop("files") != [] and other.pop("files") == []  # sync was given only one of them
    assert one == other


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_and_answers_are_the_same(bases, question: str) -> None:
    hits, answers = [], []
    for base in bases:
        hits.append([(h.chunk, h.document, round(h.score, 6)) for h in base.search(question, k=20, as_of=DAY)])
        answer = to_json(base.ask(question, as_of=DAY))
        answers.append({name: value for name, value in answer.items() if name != "timings_ms"})
    assert len(hits[0]) == 20
    assert hits[0] == hits[1]
    assert answers[0] == answers[1]


def test_filters_lists_and_relations_are_the_same(bases) -> None:
    seen = []
    for base in bases:
        with base.snapshot() as snapshot:
            ids = [header.policy_id for header in snapshot.documents()]
            seen.append(
                {
                    "documents": [to_json(header) for header in snapshot.documents()],
                    "issuer": snapshot.allowed(Filters(issuer="科技")),
                    "kind": snapshot.allowed(Filters(kinds=(Kind.NOTICE,), date_from="2020", date_to="2026-06")),
                    "region": snapshot.allowed(Filters(region="340000")),
                    "relations": {p: to_json(snapshot.relations(p)) for p in ids},
                    "titles": snapshot.find_by_title("关于印发科技企业孵化器管理办法的通知"),
                    "provisions": [d.policy_id for d in snapshot.view.provision_documents(ids, tables=True)],
                }
            )
    assert json.dumps(seen[0], sort_keys=True, default=sorted) == json.dumps(seen[1], sort_keys=True, default=sorted)
    assert seen[0]["provisions"] != [] and seen[0]["region"]


def test_the_doctor_finds_both_sound(bases) -> None:
    one, other = (examine(base.store, lambda: 0) for base in bases)
    assert (one.healthy, one.findings, one.notes) == (True, [], [])
    assert replace(other, notes=[]) == one
    (note,) = other.notes
    assert note.startswith("目录和向量在 postgresql://zhice@127.0.0.1:") and "请用 pg_amcheck 检查" in note
