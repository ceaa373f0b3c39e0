"""Every system under test keeps one contract: spans inside the documents, best first, at most k, and honest answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from eval.dataset import Selection, load
from eval.errors import EvalError
from eval.model import Cited, Question, Said, Span
from eval.systems import Context, System, find_system, known_systems
from kb.config import load_settings
from tests.embedding_server import KEY, running_server
from tests.eval_sets import DOCUMENTS, write_set

LONG = {
    "_id": "long",
    "title": "临河市年度工作报告",
    "text": "临河市推进各项工作。" + "本段与问题无关，只为凑足篇幅。" * 200,
}
OWN = """
def find(questions):
    return [[("yunxi", (0, 10)), ("linhe", None), ("yunxi", (10, 20))] for _ in questions]
"""


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    place = tmp_path_factory.mktemp("systems")
    dataset = load(Selection(write_set(place / "s", documents=[*DOCUMENTS, LONG])))
    with running_server() as server:
        settings = load_settings(
            home=place / "home",
            catalog="postgresql://shared@127.0.0.1:1/base",  # which no evaluation may open, let alone fill
            embedding="openai:fake",
            embedding_url=server.url,
            embedding_key=KEY,
        )
        yield Context(dataset, settings, place / "work", date(2031, 1, 1))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("own") / "own.py"
    path.write_text(OWN)
    return f"{path}:find"


@pytest.fixture(scope="module", params=[*known_systems(), "own"])
def system(request: pytest.FixtureRequest, context: Context, own: str) -> Iterator[System]:
    kind = find_system(own if request.param == "own" else request.param)
    kind.prepare(context, lambda done: None)
    kind.prepare(context, lambda done: None)  # what is there is not made again
    opened = kind.open(context)
    yield opened
    opened.close()


def lengths(spans: list[Span], context: Context) -> list[int]:
    return [len(context.dataset.records[s.policy_id].text[s.start : s.end]) for s in spans]


def test_spans_lie_in_the_documents_and_are_no_more_than_asked_for(system: System, context: Context) -> None:
    for question in context.dataset.questions:
        spans = system.search(question, 3)
        assert 1 <= len(spans) <= 3
        assert all(size > 0 for size in lengths(spans, context))
        assert all((s.start is None) == (s.end is None) for s in spans)
        assert len(set(spans)) == len(spans)
    assert system.search(context.dataset.questions[0], 1) == system.search(context.dataset.questions[0], 3)[:1]


def test_answers_are_made_of_quotations_or_refused(system: System, context: Context) -> None:
    for question in context.dataset.questions:
        if not system.answers:
            with pytest.raises(TypeError, match="only searches"):
                system.ask(question)
            continue
        said = system.ask(question)
        assert said.text
        assert bool(said.citations) is not said.abstained
        for c in said.citations:
            assert context.dataset.records[c.policy_id].text[c.start : c.end] == c.quote


@pytest.mark.parametrize("name", [n for n in known_systems() if n not in ("hybrid-no-lexical", "dense", "random")])
def test_the_right_document_comes_first_for_a_plain_question(name: str, context: Context) -> None:
    kind = find_system(name)
    kind.prepare(context, lambda done: None)
    opened = kind.open(context)
    assert opened.search(context.dataset.questions[0], 5)[0].policy_id == "yunxi"
    opened.close()


def test_a_question_with_its_document_given_stays_in_it(context: Context) -> None:
    question = Question("c", "孵化器每年补贴多少？", context_id="linhe")
    for name in ("hybrid", "bm25", "dense", "rrf", "bm25s", "llamaindex", "title", "random", "echo"):
        kind = find_system(name)
        kind.prepare(context, lambda done: None)
        opened = kind.open(context)
        assert {s.policy_id for s in opened.search(question, 10)} == {"linhe"}, name
        opened.close()


def test_a_follow_up_is_read_in_the_light_of_what_came_before(context: Context) -> None:
    follow_up = Question("f", "它最长几年？", history=("云溪市博士可以申请的人才住房租金补贴每月多少元？",))
    for name in ("hybrid", "weighted", "bm25", "rrf"):
        kind = find_system(name)
        kind.prepare(context, lambda done: None)
        opened = kind.open(context)
        assert opened.search(follow_up, 5)[0].policy_id == "zhufang", name
        opened.close()


def test_the_echo_says_the_question_and_cites_the_first_find_of_bm25(context: Context) -> None:
    question = Question("e", "云溪市博士租金补贴每月多少元？")
    found = {}
    for name in ("bm25", "echo"):
        find_system(name).prepare(context, lambda done: None)
        found[name] = find_system(name).open(context)
    record = context.dataset.records["zhufang"]
    cited = Cited("zhufang", 0, len(record.text), record.text, "云溪市人才住房办法")
    assert found["echo"].ask(question) == Said(question.text, abstained=False, citations=(cited,))
    assert found["echo"].search(question, 5) == found["bm25"].search(question, 5)
    for opened in found.values():
        opened.close()


def test_a_trec_run_is_a_system(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "old.trec"
    path.write_text("q1 Q0 linhe 1 2.0 x\nq1 Q0 yunxi 9 3.5 x\nq1 Q0 zhufang 3 3.5 x\n\nq2 Q0 linhe 1 1 x\n")
    kind = find_system(str(path))
    assert (kind.files, kind.answers) == ((path,), False)
    found = [s.policy_id for s in kind.open(context).search(context.dataset.questions[0], 10)]
    assert found == ["zhufang", "yunxi", "linhe"], "by score, equal ones by id, the greater first, as trec_eval"
    assert kind.open(context).search(context.dataset.questions[2], 10) == []
    kind.check()
    for text, said in (("q1 Q0 a 1\n", "第 1 行应为六列"), ("q1 Q0 a 1 1 x\nq1 Q0 a 2 1 x\n", "文件 a 重复")):
        path.write_text(text)
        with pytest.raises(EvalError, match=said):
            kind.check()
        with pytest.raises(EvalError, match=said):
            kind.open(context)


def test_an_unknown_system_is_named_with_those_there_are(own: str) -> None:
    with pytest.raises(EvalError, match="没有叫 hybird 的系统") as caught:
        find_system("hybird")
    assert all(name in str(caught.value) for name in known_systems())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("None", "返回值不对"),
        ("[]", "返回值不对"),
        ("[[], []]", "返回值不对"),
        ("[['yunxi']]", "给出了 'yunxi'"),
        ("[[('yunxi', (5, 3))]]", "区间"),
        ("[[('yunxi', (0, 99999))]]", "超出了文件 yunxi"),
        ("[[(3, None)]]", "给出了"),
        ("[[('yunxi', ('a', 3))]]", "区间"),
        ("[[('yunxi', (1, 2, 3))]]", "区间"),
        ("[[('', None)]]", "编号不能为空、含空白或控制字符"),
        ("[[('yun xi', None)]]", "文件编号 'yun xi'：编号不能为空、含空白或控制字符"),
        ("[[('yunxi\\n', (0, 3))]]", "编号不能为空、含空白"),
        ("[[('yunxi\\ud800', None)]]", "编号不能为空、含空白或控制字符"),
    ],
)
def test_a_retriever_of_another_form_is_told_what_is_wanted(
    given: str, said: str, context: Context, tmp_path: Path
) -> None:
    path = tmp_path / "bad.py"
    path.write_text(f"def find(questions):\n    return {given}\n")
    opened = find_system(f"{path}:find").open(context)
    with pytest.raises(EvalError, match=said):
        opened.search(context.dataset.questions[0], 3)


def test_a_module_is_digested_like_a_file_and_not_run_before_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "zhice_own" / "deep"
    package.mkdir(parents=True)
    for file in (package.parent / "__init__.py", package / "__init__.py"):
        file.write_text("raise RuntimeError('run')\n")
    (package / "finder.py").write_text("def find(questions):\n    raise RuntimeError\n")
    monkeypatch.syspath_prepend(tmp_path)
    kind = find_system("zhice_own.deep.finder:find")
    kind.check()
    assert kind.files == (package / "finder.py",)
    assert find_system("zhice_own.deep:find").files == (package / "__init__.py",)
    for name, said in (("zhice_own.none:f", "找不到模块 zhice_own.none"), ("zhice_none:f", "找不到模块 zhice_none")):
        assert find_system(name).files == ()
        with pytest.raises(EvalError, match=said):
            find_system(name).check()
    with pytest.raises(EvalError, match=r"finder.py 里没有 fnd"):
        find_system("zhice_own.deep.finder:fnd").check()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "own.py 无法读取：No such file"),
        (b"def other(q): ...\n", "own.py 里没有 find"),
        (b"class A:\n    def find(self, q): ...\n", "own.py 里没有 find"),
        (b"def find(q:\n", "own.py 第 1 行不是有效的 Python"),
        (b"# \xff\xfe\n", "own.py"),
    ],
)
def test_a_retriever_that_cannot_be_had_is_refused_before_any_system_runs(
    source: bytes | None, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.py"
    if source is not None:
        path.write_bytes(source)
    with pytest.raises(EvalError, match=f"无法载入 .*{said}"):
        find_system(f"{path}:find").check()


@pytest.mark.parametrize(
    "source",
    [
        "def find(q): ...",
        "async def find(q): ...",
        "find = print",
        "from os import walk as find",
        "class find: ...",
        "try:\n    import json as find\nexcept ImportError:\n    find = None",
        "from os.path import *",
        "globals()['find'] = print",
        "def set():\n    global find\n    find = print\nset()",
        "def __getattr__(name): return print",
        "# coding: gbk\nfind = '\u4e91'",
    ],
)
def test_a_function_may_come_in_any_way(source: str, tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text(source, "gbk" if "gbk" in source else "utf-8")
    find_system(f"{path}:find").check()


def test_numpys_integers_are_integers(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "np.py"
    path.write_text("import numpy as np\n\n\ndef find(q):\n    return [[('yunxi', (np.int64(1), np.int32(5)))]]\n")
    assert find_system(f"{path}:find").open(context).search(context.dataset.questions[0], 3) == [Span("yunxi", 1, 5)]


def test_an_unknown_document_of_a_retriever_is_kept_as_a_miss(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text("def find(questions):\n    return [[('nowhere', (0, 5)), ('yunxi', None)]]\n")
    found = find_system(f"{path}:find").open(context).search(context.dataset.questions[0], 3)
    assert found == [Span("nowhere", 0, 5), Span("yunxi")]
