"""Random changes against a plain model: files with texts, documents that share them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kb.text import query_tokens
from tests.bases import ROOT, dump, open_base, submission

PATHS = st.sampled_from([f"{name}.txt" for name in "abcd"])
TEXTS = st.sampled_from(["孵化器补助", "农机购置补贴", "养老床位建设", "技能培训券"]).map(lambda t: t * 12)
SIZES = st.sampled_from([20, 60])


class Files(RuleBasedStateMachine):
    """``texts`` is the model: which file holds which text. A text is one document, whoever holds it."""

    @initialize()
    def begin(self):
        self.home = Path(tempfile.mkdtemp(prefix="zhice-test-"))
        self.base = open_base(self.home)
        self.texts: dict[str, str] = {}

    @rule(files=st.lists(st.tuples(PATHS, TEXTS), min_size=1, max_size=5), size=SIZES)
    def put(self, files, size):
        report = self.base.put_many(submission(path, text, size=size, title=text[:6]) for path, text in files)
        assert len(report.policy_ids) == len(files)
        self.texts.update(files)

    @rule(paths=st.sets(PATHS, min_size=1))
    def remove_files(self, paths):
        before = set(self.texts.values())
        self.texts = {path: text for path, text in self.texts.items() if path not in paths}
        assert self.base.remove_sources(ROOT, sorted(paths)) == len(before - set(self.texts.values()))

    @rule(text=TEXTS)
    def remove_document(self, text):
        ids = [h.policy_id for h in self.base.documents() if self.base.document(h.policy_id).text == text]
        assert self.base.remove(ids) == (text in self.texts.values())
        self.texts = {path: other for path, other in self.texts.items() if other != text}

    @rule(old=PATHS, new=PATHS)
    def move(self, old, new):
        id_of = {s.path: h.policy_id for h in self.base.documents() for s in self.base.document(h.policy_id).sources}
        self.base.move_file(ROOT, old, new)
        if old != new and old in self.texts:
            self.texts[new] = self.texts.pop(old)
            assert any(s.path == new for s in self.base.document(id_of[old]).sources)
        elif old != new:
            self.texts.pop(new, None)

    @rule()
    def reopen(self):
        self.base.close()
        self.base = open_base(self.home)

    @invariant()
    def documents_are_the_texts(self):
        documents = [self.base.document(h.policy_id) for h in self.base.documents()]
        held = {d.text: {s.path for s in d.sources} for d in documents}
        assert len(held) == len(documents)
        expected: dict[str, set[str]] = {}
        for path, text in self.texts.items():
            expected.setdefault(text, set()).add(path)
        assert held == expected

    @invariant()
    def each_text_is_found(self):
        live = {c.chunk_id: c.text for h in self.base.documents() for c in self.base.chunks(h.policy_id)}
        vector = self.base.query_vector("补助")
        near = self.base.on_snapshot(lambda s: s.dense(vector, 99)) if live else []
        assert sorted(i for i, _ in near) == sorted(live)
        for text in set(self.texts.values()):
            words = self.base.on_snapshot(lambda s, t=text: s.lexical(query_tokens(t[:6]), 99))
            assert words and live[words[0][0]] in text

    def teardown(self):
        assert dump(self.base)["consistent"]
        self.base.close()
        shutil.rmtree(self.home)


Files.TestCase.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFiles = Files.TestCase
