"""What a worker does with a system that fails in odd ways, and how its end is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from eval import runner, worker
from eval.dataset import Selection, load
from eval.errors import EvalError
from eval.faults import told
from eval.model import Question, Result, Span
from eval.process import ending, take_sigterm_as_ctrl_c
from eval.runs import ResultLog, RunConfig, RunFolder
from eval.systems import SearchOnly
from tests.conftest import ROOT
from tests.eval_sets import write_set

CONFIG = RunConfig(Selection(Path("/s")), ("own",), date(2031, 1, 1))
QUESTIONS = [Question(f"q{i}", f"问{i}？") for i in range(3)]


class Own(SearchOnly):
    """A system that does as it is told, and keeps what it was asked."""

    def __init__(self, do: Callable[[], object] = lambda: None) -> None:
        self.asked: list[str] = []
        self._do = do

    def search(self, question: Question, k: int) -> list[Span]:
        self.asked.append(question.question_id)
        self._do()
        return [Span("a")]


def answered(system: Own, folder: Path) -> dict[str, Result]:
    run = RunFolder(folder)
    worker._answer_all(system, QUESTIONS, CONFIG, ResultLog(run.system("own")), lambda done: None)
    return run.results("own")


def raising(error: BaseException) -> Callable[[], object]:
    def do() -> None:
        raise error

    return do


def test_the_first_calls_are_not_measured(tmp_path: Path) -> None:
    system = Own()
    found = answered(system, tmp_path)
    assert system.asked == ["q0", "q0", "q0", "q1", "q2"], "two for what is loaded at first use, then each once"
    assert [r.search_ms is not None for r in found.values()] == [True] * 3


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError


class Odd(BaseException):
    pass


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("boom"), "RuntimeError: boom"),
        (Mute(), "Mute: 说明无法显示"),
        (ValueError("坏\ud800"), "ValueError: 坏\\ud800"),
        (Odd("别的"), "Odd: 别的"),
    ],
)
def test_an_error_is_kept_with_the_place_it_comes_from(error: BaseException, said: str, tmp_path: Path) -> None:
    line = raising.__code__.co_firstlineno + 2
    found = answered(Own(raising(error)), tmp_path)
    assert [r.error for r in found.values()] == [f"{said}（{__file__}:{line}）"] * 3


def test_a_long_message_of_an_error_is_cut() -> None:
    assert told(ValueError("长" * 5000)) == f"ValueError: {'长' * 1000}"


def test_a_retriever_may_not_leave(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"检索器调用了 sys.exit（SystemExit: 3（.*test_eval_worker.py:\d+））"):
        answered(Own(lambda: sys.exit(3)), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        answered(Own(raising(KeyboardInterrupt())), tmp_path)


def test_a_retrievers_file_may_not_leave_either(tmp_path: Path) -> None:
    from eval.systems.custom import load_function

    path = tmp_path / "leaves.py"
    path.write_text("import sys\n\nsys.exit('走了')\n")
    with pytest.raises(EvalError, match=r"无法载入 .*SystemExit: 走了（.*leaves.py:3）"):
        load_function(f"{path}:find")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (1, "原因见上"),
        (3, "退出码 3；检索器里是否调用了 os._exit"),
        (-9, "进程被系统强行终止，多半是内存不足"),
        (-11, "信号 SIGSEGV"),
        (-250, "信号 250"),
    ],
)
def test_the_end_of_a_worker_is_told_in_words(
    code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said in ending(code)
    monkeypatch.setattr(runner, "run_worker", lambda arguments: code)
    with pytest.raises(EvalError) as caught:
        runner._work("answer", RunFolder(tmp_path), "hybrid", tmp_path)
    assert str(caught.value) == (
        f"系统 hybrid 没有跑完（{ending(code)}）。已有的结果都已保存，排除原因后重新运行同一命令。"
    )


def test_results_of_a_file_that_is_to_be_mended_are_said_to_be_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, name = RunFolder(tmp_path), f"{tmp_path / 'own.py'}:find"
    log = ResultLog(folder.system(name))
    log.append(Result("q0", (Span("a"),)))
    log.close()
    monkeypatch.setattr(runner, "run_worker", lambda arguments: 1)
    with pytest.raises(EvalError, match="若要改动 .*own.py，先删除 .*systems/.*，它的结果从头再做"):
        runner._work("answer", folder, name, tmp_path)


@pytest.mark.parametrize("code", [130, -signal.SIGINT])
def test_a_stopped_worker_stops_the_run(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run_worker", lambda arguments: code)
    with pytest.raises(KeyboardInterrupt):
        runner._work("answer", RunFolder(tmp_path), "hybrid", tmp_path)


def test_sigterm_is_ctrl_c_and_what_is_ignored_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        take_sigterm_as_ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        os.kill(os.getpid(), signal.SIGTERM)  # a second one does not cut short what the first began
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        take_sigterm_as_ctrl_c()
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == (signal.SIG_IGN,) * 2
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_process_ends_when_the_other_end_of_its_pipe_is_closed() -> None:
    reader, writer = os.pipe()
    code = f"import time; from eval.process import follow; follow({reader}); print('here', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], pass_fds=(reader,), cwd=ROOT, stdout=subprocess.PIPE)
    os.close(reader)
    assert child.stdout is not None
    assert (child.stdout.readline(), child.poll()) == (b"here\n", None)
    os.close(writer)
    assert child.wait(30) == 130
    child.stdout.close()


PARENT = "import sys; from eval.process import *; take_sigterm_as_ctrl_c(); sys.exit(run_worker(sys.argv[1:]))"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, -signal.SIGINT)])
def test_a_worker_ends_with_its_parent_however_that_ends(number: int, code: int, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\n\n\ndef find(questions):\n    time.sleep(0.5)\n    return [[('yunxi', None)]]\n")
    name, run = f"{slow}:find", RunFolder(tmp_path / "run")
    selection = Selection(write_set(tmp_path / "s"))
    digests = {"dataset": load(selection).digest}
    run.begin(RunConfig(selection, (name,), date(2031, 1, 1), digests=digests), {})
    asked = ["answer", str(run.path), name, "--work", str(tmp_path / "work")]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *asked], cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not run.results(name):
        assert parent.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    (worker,) = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    parent.send_signal(number)
    assert parent.wait(60) == code
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < deadline, "the worker went on without its parent"
        time.sleep(0.05)
    assert 1 <= len(run.results(name)) < 6


def test_one_system_is_written_by_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.runs._CLAIM_SECONDS", 0.0)
    with (
        RunFolder(tmp_path).claimed("own"),
        pytest.raises(EvalError, match="own 正由另一个进程写入（进程 .*请等它结束"),
        RunFolder(tmp_path).claimed("own"),
    ):
        pass
    with RunFolder(tmp_path).claimed("own"), RunFolder(tmp_path).claimed("other"):
        pass
