"""``python -m kb list | show | doctor``, and what all commands share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from kb.commands import main
from kb.model import Kind, Provision, to_json
from tests.bases import body, many, open_base, submission

HEAVY = ("torch", "chromadb", "jieba", "llama_index", "tantivy", "numpy", "sqlalchemy.dialects.postgresql")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    fields = {
        "doc_number": "温政发〔2023〕5号",
        "issuer": "温州市人民政府",
        "kind": Kind.NOTICE,
        "written_on": "2023-05-04",
    }
    with open_base(home) as base:
        base.put_many([*many(2), submission("c.txt", "甲\x1b[31m乙" + body(5), policy_id="given", **fields)])
    return home


def run(capsys, *arguments) -> tuple[int, str, str]:
    code = main([str(a) for a in arguments])
    return (code, *capsys.readouterr())


def test_list_has_the_stable_fields(capsys, home):
    code, out, err = run(capsys, "list", "--json", "--home", home)
    assert (code, err) == (0, "")
    with open_base(home) as base:
        headers = base.documents()
    assert [row["policy_id"] for row in json.loads(out)] == [h.policy_id for h in headers]
    (given,) = (row for row in json.loads(out) if row["policy_id"] == "given")
    assert given == {
        "policy_id": "given",
        "title": "关于c.txt的通知",
        "doc_number": "温政发〔2023〕5号",
        "issuer": "温州市人民政府",
        "kind": "通知",
        "status": "未知",
        "written_on": "2023-05-04",
        "published_on": None,
        "source": "c.txt",
        "flags": [],
        "chunks": next(h.chunks for h in headers if h.policy_id == "given"),
    }


def test_list_for_people(capsys, home):
    code, out, _ = run(capsys, "list", "--home", home)
    assert code == 0
    assert "given  通知  2023-05-04  关于c.txt的通知  温政发〔2023〕5号" in out.splitlines()
    assert out.splitlines()[-1].startswith("共 3 个文件")


def test_show_gives_every_field(capsys, home):
    code, out, _ = run(capsys, "show", "given", "--json", "--home", home)
    with open_base(home) as base:
        document = base.document("given")
    values = to_json(document) | {"revision": document.revision, "relations": [], "replaced_by": None}
    del values["affected_by"]  # they are among the relations
    assert (code, json.loads(out)) == (0, values)


def test_show_for_people_lets_no_document_steer_the_terminal(capsys, home):
    code, out, _ = run(capsys, "show", "given", "--home", home)
    assert code == 0
    assert "发文字号：温政发〔2023〕5号" in out
    assert "\x1b" not in out and "甲\ufffd[31m乙" in out


def test_show_lists_supports_with_what_the_text_says_of_each(capsys, tmp_path):
    support = Provision(
        benefit="一次性创业补贴",
        start=0,
        end=9,
        amount="8000元",
        audience="毕业5年内的高校毕业生",
        conditions=("正常经营6个月", "依法纳税"),
    )
    with open_base(tmp_path) as base:
        base.put(submission("a.txt", body(1), policy_id="a", provisions=(support,)))
    out = run(capsys, "show", "a", "--home", tmp_path)[1]
    assert out[out.index("扶持") :].splitlines()[:6] == [
        "扶持和办事事项（由程序摘出，以正文为准）：",
        "  一次性创业补贴（第 0–9 字）",
        "    金额：8000元",
        "    对象：毕业5年内的高校毕业生",
        "    条件：正常经营6个月；依法纳税",
        "",
    ]


def test_show_of_a_superseded_revision(capsys, tmp_path):
    with open_base(tmp_path) as base:
        base.put(submission("a.txt", "旧文本", policy_id="a"))
        old = base.header("a").revision
        base.put(submission("a.txt", "新文本", policy_id="a"))
    shown = [
        json.loads(run(capsys, "show", "a", "--json", "--home", tmp_path, *more)[1])["text"]
        for more in ([], ["--revision", old])
    ]
    assert shown == ["新文本", "旧文本"]


@pytest.mark.parametrize("arguments", [["show", "none"], ["show", "given", "--revision", "0" * 16]])
def test_unknown_document(capsys, home, arguments):
    code, out, err = run(capsys, *arguments, "--home", home)
    assert (code, out) == (1, "")
    assert "kb list" in err


@pytest.mark.parametrize("command", [["list"], ["show", "x"], ["doctor"], ["search", "问"], ["ask", "问"]])
def test_no_base(capsys, tmp_path, command):
    code, out, err = run(capsys, *command, "--home", tmp_path / "none")
    assert (code, out) == (1, "")
    assert "还没有知识库" in err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["none"],
        ["show"],
        ["ask"],
        ["ask", "问", "--batch", "x"],
        ["ask", "问", "--as-of", "昨天"],
        ["search", "问", "-k", "0"],
        ["search", "问", "--kind", "诗"],
        ["search", "问", "--status", "好"],
        ["list", "--as-of", "昨天"],
        ["search", "问", "--from", "2025-13-01"],
    ],
)
def test_wrong_usage(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_unknown_region(capsys, home):
    code, _, err = run(capsys, "search", "问", "--region", "没有这地方", "--home", home)
    assert (code, "没有这地方" in err) == (1, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("不是JSON\n", "第 1 行"),
        ('{"_id": 1, "text": "问"}\n{"text": "问"}\n', "第 2 行"),
        ("[]\n", "第 1 行"),
        (None, "无法读取"),
    ],
)
def test_faulty_batch_file(capsys, home, tmp_path, content, said):
    path = tmp_path / "questions.jsonl"
    if content is not None:
        path.write_text(content, "utf-8")
    code, out, err = run(capsys, "ask", "--batch", path, "--json", "--home", home)
    assert (code, out) == (1, "")
    assert said in err


def test_doctor_reports_and_mends(capsys, home, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    shutil.rmtree(copy / "index")
    code, out, _ = run(capsys, "doctor", "--json", "--home", copy)
    report = json.loads(out)
    assert (code, report["healthy"], report["documents"]) == (0, True, 3)
    assert [(f["store"], f["count"], f["repaired"]) for f in report["findings"]] == [("words", report["chunks"], True)]
    code, out, _ = run(capsys, "doctor", "--home", copy)
    assert (code, out.splitlines()[-1]) == (0, "一切正常。")


def child(home, *arguments, **options):
    code = "import sys; from kb.commands import main; sys.exit(main())"
    return [sys.executable, "-c", code, *arguments, "--home", str(home)]


@pytest.mark.parametrize("command", [["list", "--json"], ["show", "given", "--json"]])
def test_list_and_show_load_nothing_heavy(home, root, command):
    code = (
        "import sys, json, io, contextlib\nfrom kb.commands import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()): main({[*command, '--home', str(home)]!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_reader_that_leaves_early_is_no_error(home, root):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(child(home, "show", "given"), cwd=root, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_interrupted(home, root):
    code = (
        "import os, signal, sys, kb.commands.listing as l\nfrom kb.commands import main\n"
        f"l.print_json = lambda _value: os.kill(os.getpid(), signal.{signal.SIGINT.name})\n"
        f"sys.exit(main(['list', '--json', '--home', {str(home)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "已中断。\n")
