"""The examples of docs/api.md and of the README work as they stand, but for the address and the names in them."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from tests.served import ANSWER, ASKED, FAIR, ID, NUMBER, TITLE, link, running, served_base, warmed
from tests.uploaded import NEW, OLD
from ui.api.openai_models import MODELS
from ui.server import application

ADDRESS = "http://127.0.0.1:7860"
ROOT = Path(__file__).resolve().parents[2]
DOCS, README = (ROOT / "docs" / "api.md").read_text("utf-8"), (ROOT / "README.md").read_text("utf-8")


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path / "home") as base:
        yield base


@pytest.fixture
def server(base: KnowledgeBase) -> Iterator[str]:
    with running(application(warmed(base), base)) as address:
        yield address


def adapted(example: str, server: str) -> str:
    """An example put to the server and the document of the tests."""
    for told, ours in {
        ADDRESS: server,
        "文件编号": ID.replace("/", "%2F"),
        "安徽省到2029年要建多少家顶尖孵化器？": ASKED,
        "顶尖孵化器的建设目标": "夜市摊位费补助",
        "安徽省的企业，想建顶尖孵化器，要补贴": "云溪市的个体工商户，摆夜市摊位",
        '"region": "安徽省"': '"issuer": "云溪市"',
    }.items():
        example = example.replace(told, ours)
    return example


def commands(text: str) -> list[str]:
    blocks = re.findall(r"^```bash\n(.*?)^```$", text, re.M | re.S)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("curl")]


def done(command: str, server: str, folder: Path) -> str:
    given = ["bash", "-c", adapted(command, server)]
    return subprocess.run(given, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed (apt-get install curl)")
def test_the_commands_do_what_is_told_of_them(server: str, base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "办法.txt").write_text(OLD, "utf-8")
    ask, stream, search, match, listing, show, upload, replace, remove = commands(DOCS)
    assert json.loads(done(ask, server, tmp_path))["answer"] == ANSWER
    assert done(stream, server, tmp_path).startswith('event: answer\ndata: {"status": "answered"')
    assert [hit["text"] for hit in json.loads(done(search, server, tmp_path))["hits"]] == [FAIR]
    claimed = json.loads(done(match, server, tmp_path))
    assert (claimed["profile"]["region"], claimed["groups"]) == ("云溪市", [])  # the measure has no provisions
    assert json.loads(done(listing, server, tmp_path))["total"] == 1
    assert json.loads(done(show, server, tmp_path))["text"] == FAIR
    assert json.loads(done(upload, server, tmp_path))["outcome"] == "added"
    (tmp_path / "办法.txt").write_text(NEW, "utf-8")
    assert json.loads(done(upload, server, tmp_path))["error"]["code"] == "would_replace"
    assert json.loads(done(replace, server, tmp_path))["outcome"] == "replaced"
    assert json.loads(done(remove, server, tmp_path))["policy_id"] == ID
    assert [h.title for h in base.documents()] == ["溪口县小微企业园管理办法"]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed (apt-get install curl)")
def test_the_commands_of_the_readme_work(server: str, tmp_path: Path) -> None:
    (tmp_path / "办法.docx").write_text(OLD, "utf-8")  # what is in a file counts, not its name
    ask, upload = (command for command in commands(README) if "/api/" in command)
    assert json.loads(done(ask, server, tmp_path))["answer"] == ANSWER
    assert json.loads(done(upload, server, tmp_path))["outcome"] == "added"


def printed(code: str, server: str) -> list[str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(adapted(code, server), "example", "exec"), {"__name__": "__main__"})
    return out.getvalue().splitlines()


def test_the_programs_print_the_answer_with_its_source(server: str, base: KnowledgeBase) -> None:
    chat, tools = re.findall(r"^```python\n(.*?)^```$", DOCS, re.M | re.S)
    said = [ANSWER, "", "依据：", f"[1] {TITLE}（{NUMBER}） {server}{link(base)}"]
    assert printed(chat, server) == [f"True {said[0]}", *said[1:], f"{TITLE} {server}{link(base)}", FAIR]
    assert printed(tools, server) == [ANSWER, "", "依据：", f"[1] {TITLE}（{NUMBER}）：{FAIR}", "answered"]
    (short,) = re.findall(r"^```python\n(from openai .*?)^```$", README, re.M | re.S)
    assert printed(short, server)[:3] == said[:3]


def test_what_is_told_of_limits_and_names_is_true() -> None:
    assert all(f"`{name}`" in DOCS for name in MODELS)
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "ui" / "api").glob("*.py"))
    codes = set(re.findall(r'(?:Fault\(\d{3}, |\d{3}: \()"([a-z_]+)"', sources))
    of_openai = {"model_not_found", "unsupported_value", "invalid_value", "gone"}
    assert (len(codes) > 15, [code for code in codes - of_openai if f"`{code}`" not in DOCS]) == (True, [])
