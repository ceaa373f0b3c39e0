"""Bad input to the commands as processes: a clear Chinese message, the right exit code, nothing lost in the base."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedding_server import running_server
from tests.office_maker import compound
from tests.processes import Commands, assert_harmless, assert_refused, rows

SUBJECTS = ("养老床位", "农机购置", "技能培训")
QUESTION = "到2033年，养老床位要达到多少张？"
STEERING = "\x1b]0;改标题\x07\x1b[2J\x9b31m\u202e\x08"


def text(subject: str) -> str:
    return (
        f"云溪市关于做好{subject}工作的通知\n云溪政发〔2031〕3号\n各乡镇人民政府：\n"
        f"一、目标\n到2033年，全市{subject}达到1200张，每张补助3000元。\n云溪市人民政府\n2031年3月4日\n"
    )


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with running_server() as server:
        yield Commands(server)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("文件")
    for subject in SUBJECTS:
        (folder / f"{subject}.txt").write_text(text(subject), "utf-8")
    return folder


@pytest.fixture(scope="module")
def home(commands: Commands, docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of three documents; no test changes it but by adding."""
    home = tmp_path_factory.mktemp("base") / "home"
    assert commands.json("ingest", "sync", docs, "--home", home)["added"] == 3
    return home


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> Path:
    """The base again, for a test that may change it."""
    return Path(shutil.copytree(home, tmp_path / "copy"))


# Folders and files


def test_an_empty_folder_and_a_missing_one(commands, home, tmp_path):
    before = rows(home)
    empty = tmp_path / "空"
    empty.mkdir()
    assert_refused(commands.run("ingest", "sync", empty, "--home", home), str(empty), "支持 .txt .md .html .docx .pdf")
    missing = tmp_path / "无"
    assert_refused(commands.run("ingest", "sync", missing, "--home", home), f"找不到 {missing}")
    assert rows(home) == before


def test_a_folder_that_was_synced_before_and_is_empty_or_gone_now(commands, docs, tmp_path):
    folder, home = tmp_path / "文件", tmp_path / "home"
    shutil.copytree(docs, folder)
    commands.json("ingest", "sync", folder, "--home", home)
    before = rows(home)
    shutil.rmtree(folder)
    assert_refused(commands.run("ingest", "sync", folder, "--home", home), f"找不到 {folder}")
    folder.mkdir()
    assert_refused(commands.run("ingest", "sync", folder, "--home", home), "没有做任何改动", "--allow-removal")
    assert rows(home) == before
    report = commands.json("ingest", "sync", folder, "--home", home, "--allow-removal")
    assert (report["removed"], report["documents_in_base"]) == (3, 0)


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return made.getvalue()


def bad_files() -> dict[str, tuple[bytes, str]]:
    """Bytes and the reason that must be given, by name."""
    chance = random.Random(7)
    bomb = zipped(word__document=b"<w>" + b" " * 60_000_000 + b"</w>")
    entities = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 10)
    )
    return {
        "空.txt": (b"", "文件是空的（0 字节）"),
        "空白.txt": (b" \n\t\r\n", "文件里没有文字"),
        "乱码.txt": (bytes(chance.randrange(128, 256) for _ in range(5000)), "无法判断文字编码"),
        "二进制.txt": (chance.randbytes(5000), "不认识的二进制文件"),
        "假.docx": (b"PK\x03\x04" + chance.randbytes(3000), "压缩结构已损坏"),
        "残.docx": (zipped(word__document=b"<w>")[:-30], "压缩结构已损坏"),
        "坏.docx": (zipped(word__document=b"<w"), "word/document.xml 已损坏"),
        "炸弹.docx": (bomb, "疑似压缩炸弹"),
        "实体.docx": (zipped(word__document=entities + b"]><w>&j;</w>"), "实体"),
        "加密.docx": (compound({"EncryptedPackage": b"x"}), "文件设有打开密码"),
        "残.doc": (compound({"WordDocument": b"x"})[:700], "旧版 Office 文件已损坏"),
        "坏.pdf": (b"%PDF-1.7\n" + chance.randbytes(3000), "PDF 已损坏"),
        f"{STEERING[:4]}\n失败：别处.txt": (b"", "文件是空的（0 字节）"),
    }


def test_files_that_cannot_be_read_are_named_with_the_reason_and_the_others_are_read(commands, copy, tmp_path):
    folder = tmp_path / "坏文件"
    folder.mkdir()
    reasons = {name: why for name, (_, why) in bad_files().items()}
    for name, (data, _) in bad_files().items():
        (folder / name).write_bytes(data)
    for name, size in (("大.txt", 200_000_000), ("巨.pdf", 20_000_000_000)):  # holes: they take no room
        with (folder / name).open("wb") as stream:
            stream.truncate(size)
        reasons[name] = f"文件有 {size / 1e6:.0f} MB，超过上限 100 MB。请拆分文件，或调大设置 max_file_mb"
    (folder / os.fsdecode("政策".encode("gbk") + b".txt")).write_text(text("托育"), "utf-8")
    reasons[os.fsdecode("政策".encode("gbk") + b".txt")] = "文件名不是 UTF-8 编码。请改名后再试"
    os.mkfifo(folder / "管道.txt")
    (folder / "断链.txt").symlink_to("无")
    (folder / "好.txt").write_text(text("托育"), "utf-8")

    said = commands.run("ingest", "sync", folder, "--home", copy)
    assert_refused(said, *(why for why in reasons.values()))
    done = commands.run("ingest", "sync", folder, "--home", copy, "--json")
    assert_refused(done, "失败")
    report = json.loads(done.stdout)
    assert {Path(f["path"]).name: reasons[Path(f["path"]).name] in f["why"] for f in report["failed"]} == dict.fromkeys(
        reasons, True
    )
    assert {Path(s["path"]).name: s["why"] for s in report["skipped"]} == {
        "管道.txt": "不是普通文件",
        "断链.txt": "链接指向的文件不存在",
    }
    assert [f["path"] for f in report["failed"] if "Error" in f["why"]] == []
    assert sorted(row["source"] for row in commands.json("kb", "list", "--home", copy)) == sorted(
        ["好.txt", *(f"{subject}.txt" for subject in SUBJECTS)]
    )


def test_a_file_that_the_system_will_not_give(commands, copy, tmp_path):
    locked = tmp_path / "锁.txt"
    locked.write_text(text("托育"), "utf-8")
    locked.chmod(0)
    if os.access(locked, os.R_OK):  # root reads every file; the memory of a process at address 0 it does not
        locked = Path("/proc/self/mem")
    before = rows(copy)
    assert_refused(commands.run("ingest", "sync", locked, "--home", copy), f"/{locked.name}：无法打开（")
    assert rows(copy) == before


def test_a_name_that_stops_being_utf8_fails_alone(commands, docs, tmp_path):
    folder, home = tmp_path / "文件", tmp_path / "home"
    shutil.copytree(docs, folder)
    commands.json("ingest", "sync", folder, "--home", home)
    (folder / f"{SUBJECTS[0]}.txt").rename(folder / os.fsdecode(b"\xff.txt"))
    assert_refused(commands.run("ingest", "sync", folder, "--home", home), "文件名不是 UTF-8 编码")
    strange = tmp_path / os.fsdecode(b"\xfe")
    shutil.copytree(docs, strange)
    assert_refused(commands.run("ingest", "sync", strange, "--home", home), "路径不是 UTF-8 编码")


def test_encodings_are_read_right(commands, tmp_path):
    folder, home = tmp_path / "文件", tmp_path / "home"
    folder.mkdir()
    written = {}
    for encoding, subject in zip(
        ("gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"), range(6), strict=True
    ):
        written[f"{encoding}.txt"] = text(f"第{'一二三四五六'[subject]}批床位")
        (folder / f"{encoding}.txt").write_bytes(written[f"{encoding}.txt"].encode(encoding))
    report = commands.json("ingest", "sync", folder, "--home", home)
    assert (report["added"], report["failed"]) == (6, [])
    for row in commands.json("kb", "list", "--home", home):
        shown = commands.json("kb", "show", row["policy_id"], "--home", home)
        assert shown["text"].split() == written[row["source"]].split()


def test_the_limit_of_a_files_size_is_a_setting(commands, copy, tmp_path):
    (tmp_path / "大.txt").write_bytes(bytes(1_500_000))
    sync = ("ingest", "sync", tmp_path / "大.txt", "--home", copy)
    assert_refused(commands.run(*sync, ZHICE_MAX_FILE_MB="1"), "文件有 2 MB，超过上限 1 MB")
    (copy / "kb.toml").write_text("max_file_mb = 1\n", "utf-8")
    assert_refused(commands.run(*sync), "超过上限 1 MB")
    assert_refused(commands.run(*sync, ZHICE_MAX_FILE_MB="2"), "不认识的二进制文件")  # looked at, then


# Questions


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "问题是空的。请输入想问的内容"),
        (" \t\u3000\n", "问题是空的。请输入想问的内容"),
        (STEERING[-1], "问题是空的。请输入想问的内容"),
        ("问" * 20_000, "问题有 20000 个字，最多 2000 个字。请把问题缩短"),
    ],
    ids=["none", "spaces", "control", "20000"],
)
def test_a_question_of_nothing_and_one_too_long(commands, home, command, question, said):
    done = commands.run("kb", command, question, "--home", home)
    assert_refused(done, said)
    assert done.stdout == ""
    assert len(done.stderr) < 200


def test_questions_at_fault_in_a_batch_do_not_stop_the_others(commands, home, tmp_path):
    questions = tmp_path / "问题.jsonl"
    asked = [("a", QUESTION), ("b", " "), ("c", "问" * 20_000), ("d", QUESTION)]
    questions.write_text("\n".join(json.dumps({"_id": name, "text": text}) for name, text in asked), "utf-8")
    done = commands.run("kb", "ask", "--batch", questions, "--json", "--home", home)
    assert_refused(done, "2 个问题")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["_id"], line.get("abstained"), line.get("error", "")[:4]) for line in lines] == [
        ("a", False, ""),
        ("b", None, "问题是空"),
        ("c", None, "问题有 "),
        ("d", False, ""),
    ]
    assert [bool(line.get("citations")) for line in lines] == [True, False, False, True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"_id": 1, "text": "\xe9\x97\xae"}\nno\n', "第 2 行不是 JSON"),
        (b'{"_id": 1}\n', "第 1 行应为"),
        (b'["_id", "text"]\n', "第 1 行应为"),
        (b'{"_id": 1, "text": 5}\n', "第 1 行应为"),
        (json.dumps({"_id": 1, "text": "问"}, ensure_ascii=False).encode("gbk"), "不是 UTF-8 编码"),
        (b"[" * 100_000, "第 1 行不是 JSON"),
        (b'{"_id": %s, "text": "?"}' % (b"1" * 5000), "第 1 行不是 JSON"),
        (b'{"_id": 1, "text": "?", "history": 5}', "第 1 行的 history 应为"),
    ],
    ids=["json", "text", "object", "number", "gbk", "deep", "digits", "history"],
)
def test_a_faulty_batch_file(commands, home, tmp_path, content, said):
    (tmp_path / "问题.jsonl").write_bytes(content)
    done = commands.run("kb", "ask", "--batch", tmp_path / "问题.jsonl", "--json", "--home", home)
    assert_refused(done, said, "问题.jsonl")
    assert done.stdout == ""


def test_a_batch_file_that_is_missing_or_a_folder(commands, home, tmp_path):
    for path in (tmp_path / "无.jsonl", tmp_path):
        assert_refused(commands.run("kb", "ask", "--batch", path, "--json", "--home", home), str(path), "无法读取")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--kind", "诗歌"], 2, "没有文种 诗歌。可用的有"),
        (["--region", "大人国"], 1, "不认识地区“大人国”"),
        (["--region", "999999"], 1, "不认识地区“999999”"),
        (["--from", "2031-02-30"], 2, "日期应写作 2025-07-01"),
        (["--to", "昨天"], 2, "日期应写作 2025-07-01"),
        (["--as-of", "31/12/2031"], 2, "日期应写作 2025-07-01"),
        (["--region", STEERING], 1, "不认识地区"),
        (["--kind", STEERING], 2, "没有文种"),
        (["--policy-id", os.fsdecode(b"\xff")], 2, "不是 UTF-8"),
    ],
)
def test_filters_that_nobody_knows(commands, home, arguments, code, said):
    assert_refused(commands.run("kb", "ask", QUESTION, *arguments, "--home", home), said, code=code)


def test_no_command_and_an_unknown_one_are_wrong_usage(commands):
    for module, arguments in (("kb", ()), ("ingest", ()), ("kb", ("fly",)), ("ingest", ("sync",))):
        done = commands.run(module, *arguments)
        assert_refused(done, "usage", "用法不对", code=2)


def test_an_empty_path_is_not_the_current_folder(commands, home):
    assert_refused(commands.run("ingest", "sync", "", "--home", home), "目录是空的", code=2)
    assert_refused(commands.run("kb", "list", "--home", ""), "目录是空的", code=2)


def test_output_that_cannot_be_shown_or_written(commands, home):
    shown = commands.run("kb", "list", "--home", home, PYTHONIOENCODING="ascii")
    assert (shown.returncode, "\\u517b\\u8001" in shown.stdout, shown.stderr) == (0, True, "")
    with open("/dev/full", "w") as full:
        done = commands.run("kb", "list", "--home", home, stdout=full)
    assert_refused(done, "读写失败", "磁盘空间")


# The base, its home and settings


def test_a_base_made_by_another_model_names_the_ways_out_and_can_still_be_read(commands, copy, docs):
    before = rows(copy)
    other = {"ZHICE_EMBEDDING": "openai:another"}
    ways = ("索引由 openai:fake 建立", "python -m ingest rebuild", "ZHICE_EMBEDDING=openai:fake")
    assert_refused(commands.run("kb", "ask", QUESTION, "--home", copy, **other), "openai:another", *ways)
    assert_refused(commands.run("kb", "search", QUESTION, "--home", copy, ZHICE_EMBEDDING="bundled"), *ways)
    (docs / "又一件.txt").write_text(text("托育"), "utf-8")
    try:
        assert_refused(commands.run("ingest", "sync", docs, "--home", copy, **other), *ways)
    finally:
        (docs / "又一件.txt").unlink()
    assert rows(copy) == before
    listed = commands.run("kb", "list", "--json", "--home", copy, **other)
    assert [len(json.loads(listed.stdout)), listed.returncode] == [3, 0]
    shown = commands.run("kb", "show", json.loads(listed.stdout)[0]["policy_id"], "--home", copy, **other)
    assert (shown.returncode, "养老床位" in shown.stdout or "农机购置" in shown.stdout or "技能" in shown.stdout) == (
        0,
        True,
    )
    rebuilt = commands.run("ingest", "rebuild", "--home", copy, **other)
    assert (rebuilt.returncode, "openai:another" in rebuilt.stdout) == (0, True)
    asked = commands.run("kb", "ask", QUESTION, "--home", copy, **other)
    assert (asked.returncode, "1200张" in asked.stdout) == (0, True)


def test_a_home_that_cannot_be_written_and_one_that_is_not_there(commands, docs, tmp_path):
    (tmp_path / "文件").write_text("不是目录", "utf-8")
    for home in (tmp_path / "文件", tmp_path / "文件" / "home"):
        assert_refused(commands.run("ingest", "sync", docs, "--home", home), f"数据目录 {home} 无法写入", "--home")
        assert_refused(commands.run("kb", "ask", QUESTION, "--home", home), str(home))
    missing = tmp_path / "无"
    for arguments in (["ask", QUESTION], ["search", QUESTION], ["list"], ["show", "x"], ["doctor"]):
        done = commands.run("kb", *arguments, "--home", missing)
        assert_refused(done, f"{missing} 里还没有知识库。请先运行：python -m ingest sync")
    assert not missing.exists()
    assert (tmp_path / "文件").read_text("utf-8") == "不是目录"


def test_settings_that_are_unknown_or_impossible(commands, copy):
    listing = ("kb", "list", "--home", copy)
    assert_refused(
        commands.run(*listing, ZHICE_COLOUR="红"), "环境变量 ZHICE_COLOUR 不是知策的设置。可用的有：ZHICE_HOME"
    )
    assert_refused(commands.run(*listing, ZHICE_MAX_FILE_MB="很大"), "max_file_mb")
    for content, said in (
        (b"colour = 1\n", "colour 不是可用的设置"),
        (b"max_file_mb = \n", "不是有效的 TOML"),
        ("max_file_mb = '大'".encode("gbk"), "不是有效的 TOML"),
        (b"dense_weight = 2\n", "dense_weight"),
    ):
        (copy / "kb.toml").write_bytes(content)
        assert_refused(commands.run(*listing), said)
    (copy / "kb.toml").unlink()
    assert len(commands.json(*listing)) == 3


def test_a_model_that_cannot_be_reached(commands, copy, docs):
    before = rows(copy)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1"
        assert_refused(commands.run("kb", "ask", QUESTION, "--home", copy, ZHICE_EMBEDDING_URL=url), "连不上向量接口")
    assert_refused(commands.run("kb", "ask", QUESTION, "--home", copy, ZHICE_EMBEDDING_KEY="wrong"), "密钥")
    assert rows(copy) == before


def test_a_port_in_use(commands, home):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = commands.run("chat_app.py", "--home", home, "--port", port)
    assert_refused(done, f"127.0.0.1:{port}", "端口已被占用", "--port")


# What steers a terminal


def test_documents_and_questions_do_not_steer_the_terminal(commands, tmp_path):
    folder, home = tmp_path / f"文{STEERING[1:8]}件", tmp_path / "home"
    folder.mkdir()
    hostile = text("养老床位").replace("养老床位达到", f"养老床位{STEERING}达到").replace("做好", f"做{STEERING}好")
    (folder / f"a{STEERING[:4]}.txt").write_text(hostile, "utf-8")
    outputs = [commands.run("ingest", "sync", folder, "--dry-run", "--home", home)]
    outputs.append(commands.run("ingest", "sync", folder, "--home", home))
    (row,) = commands.json("kb", "list", "--home", home)
    outputs.append(commands.run("kb", "list", "--home", home))
    outputs.append(commands.run("kb", "show", row["policy_id"], "--home", home))
    outputs.append(commands.run("kb", "ask", QUESTION + "\x1b\x07\x9b\u202e", "--home", home))
    assert "1200张" in outputs[-1].stdout
    outputs.append(commands.run("kb", "ask", f"云溪市{STEERING}的火星基地有几个？", "--home", home))
    outputs.append(commands.run("kb", "search", f"{STEERING}养老", "--home", home))
    outputs.append(commands.run("ingest", "report", "--home", home))
    for done in outputs:
        assert done.returncode == 0, done.stderr
        assert_harmless(done)
    for done in (
        commands.run("kb", "show", STEERING, "--home", home),
        commands.run("kb", "list", "--home", tmp_path / f"无{STEERING}"),
        commands.run("ingest", "remove", STEERING, "--home", home),
        commands.run("ingest", "sync", tmp_path / f"无{STEERING}", "--home", home),
        commands.run("kb", "ask", "--batch", tmp_path / f"无{STEERING}", "--home", home),
    ):
        assert_refused(done)
