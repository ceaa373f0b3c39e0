"""Starting and stopping the application: every fault is one clear line, and Ctrl-C is no fault."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import chat_app
from kb.backup.making import back_up
from kb.backup.restoring import restore
from kb.base import KnowledgeBase
from kb.config import load_settings
from kb.errors import HomeBusy
from kb.locks import SERVED, FileLock


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    """A base without documents."""
    home = tmp_path / "home"
    KnowledgeBase.open(load_settings(home=home), create=True).close()
    return home


def start(root: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "chat_app.py", *map(str, arguments)],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_home_without_a_base(root: Path, tmp_path: Path, free_port: int) -> None:
    home = tmp_path / "nothing"
    done = start(root, "--home", home, "--port", str(free_port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{home} 里还没有知识库。请先运行：python -m ingest sync 文件夹 --home {home}\n"
    assert not home.exists()


def test_a_home_that_is_a_file(root: Path, tmp_path: Path, free_port: int) -> None:
    home = tmp_path / "file"
    home.write_text("不是目录")
    done = start(root, "--home", home, "--port", str(free_port))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert str(home) in done.stderr
    assert re.search(r"[\u4e00-\u9fff]", done.stderr)


def test_a_port_in_use(root: Path, empty_home: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = start(root, "--home", empty_home, "--port", str(port))
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"无法在 127.0.0.1:{port} 打开网页（端口已被占用）。请关掉占用它的程序，或用 --host、--port 换一个地址。\n",
    )


def test_an_address_others_can_reach_takes_accounts(root: Path, empty_home: Path, free_port: int) -> None:
    done = start(root, "--home", empty_home, "--host", "0.0.0.0", "--port", str(free_port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "在 0.0.0.0 打开，别的机器也能访问，但还没有账号，谁都能改库。请先加一个管理员再启动："
        "python -m kb users add 用户名 --role admin。只在本机用就不要写 --host。\n"
    )


def test_an_unknown_setting(root: Path, empty_home: Path) -> None:
    done = start(root, "--home", empty_home, ZHICE_COLOUR="红")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("环境变量 ZHICE_COLOUR 不是知策的设置。可用的有：ZHICE_HOME、")


@pytest.mark.parametrize("port", ["0", "65536", "八千", "-1"])
def test_a_port_that_is_none_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        chat_app.main(["--port", port])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("Traceback") == 0


def test_it_says_where_it_is_and_stops_on_ctrl_c(root: Path, empty_home: Path, free_port: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "chat_app.py", "--home", str(empty_home), "--port", str(free_port)],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    said = [process.stdout.readline(), process.stdout.readline()]
    assert said == ["正在启动……\n", f"知策已就绪：http://127.0.0.1:{free_port}/  （按 Ctrl-C 停止）\n"]
    assert httpx.get(f"http://127.0.0.1:{free_port}/", trust_env=False, timeout=60).status_code == 200
    with httpx.stream(
        "GET", f"http://127.0.0.1:{free_port}/gradio_api/heartbeat/someone", trust_env=False
    ) as open_stream:
        assert open_stream.status_code == 200
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (0, "已停止。\n")
    assert "Traceback" not in stderr


def test_a_home_that_is_being_replaced_is_not_served(root: Path, empty_home: Path, free_port: int) -> None:
    lock = FileLock(empty_home / SERVED)
    assert lock.acquire()
    done = start(root, "--home", empty_home, "--port", str(free_port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{empty_home} 正由另一个进程写入")
    lock.release()


def test_a_home_that_is_served_is_not_replaced(root: Path, empty_home: Path, free_port: int, tmp_path: Path) -> None:
    back_up(load_settings(home=empty_home), tmp_path / "home.zip")
    process = subprocess.Popen(
        [sys.executable, "chat_app.py", "--home", str(empty_home), "--port", str(free_port)],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == "正在启动……\n"
        with pytest.raises(HomeBusy, match=f"进程 {process.pid}"):
            restore(tmp_path / "home.zip", empty_home, force=True)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    restore(tmp_path / "home.zip", empty_home, force=True)
