"""Files are read in processes of their own: each fails alone, in time, and the outcomes keep their order."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.isolation import Workers
from ingest.reading import Reading, Refusal, Request

TEXT = "云溪市关于{}的通知\n各乡镇：\n一、到2033年，全市养老床位达到1200张。\n"


def requests(folder: Path, *names: str) -> list[Request]:
    for name in names:
        (folder / f"{name}.txt").write_text(TEXT.format(name), "utf-8")
    return [Request(folder / f"{n}.txt", str(folder), f"{n}.txt", 1) for n in names]


def hostile(**options: float) -> Workers:
    return Workers(module="tests.hostile_worker", **{"seconds": 2.0, "memory_mb": 1000} | options)  # type: ignore[arg-type]


def told(outcome: Reading | Refusal) -> str:
    return outcome.why if isinstance(outcome, Refusal) else outcome.submissions[0].document.text.split("\n")[0]


def title(name: str) -> str:
    return f"云溪市关于{name}的通知"


def test_outcomes_come_in_the_order_of_the_requests(tmp_path):
    names = [f"第{i}号事项" for i in range(25)]
    with Workers() as workers:
        assert [told(o) for o in workers.read(requests(tmp_path, *names))] == [title(n) for n in names]


def test_outcomes_are_those_of_reading_here(tmp_path):
    from ingest.reading import read_request

    asked = requests(tmp_path, "甲", "乙") + [Request(tmp_path / "没有.txt", str(tmp_path), "没有.txt", 1)]
    with Workers() as workers:
        assert list(workers.read(asked)) == [read_request(r) for r in asked]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("hang", "读取超过 2 秒没有进展，已放弃（设置 read_seconds）。请拆分文件后再试"),
        ("crash", "读取进程崩溃（退出状态 -11），文件可能已损坏。请重新获取该文件，或报告这个文件"),
        ("killed", "读取进程被系统终止（多半是内存不足）。请关闭其他程序或拆分文件后再试"),
    ],
)
def test_a_file_that_brings_its_process_down_fails_alone(tmp_path, name, why):
    with hostile() as workers:
        outcomes = list(workers.read(requests(tmp_path, "甲", name, "乙", "丙", "丁")))
    assert [told(o) for o in outcomes] == [title("甲"), why, title("乙"), title("丙"), title("丁")]


def test_memory_is_bounded(tmp_path):
    with hostile(seconds=20) as workers:
        outcomes = list(workers.read(requests(tmp_path, "memory")))
    assert [told(o) for o in outcomes] == ["读取所需的内存超过上限（设置 read_memory_mb）。请拆分文件后再试"]


def test_a_file_that_goes_on_and_says_so_is_given_its_time(tmp_path):
    with hostile(seconds=1.5) as workers:
        assert [told(o) for o in workers.read(requests(tmp_path, "slow"))] == [title("slow")]


def test_a_file_that_goes_on_for_ever_is_given_up_in_the_end(tmp_path):
    with hostile(seconds=60, total_seconds=6) as workers:
        outcomes = list(workers.read(requests(tmp_path, "endless", "甲")))
    why = "读取超过 6 秒没有完成，已放弃（设置 read_total_seconds）。请拆分文件后再试"
    assert [told(o) for o in outcomes] == [why, title("甲")]


def test_an_outcome_that_was_not_fetched_in_time_is_taken(tmp_path):
    with hostile(seconds=10, total_seconds=8) as workers:
        outcomes = workers.read(requests(tmp_path, "甲", "slow"))
        first = told(next(outcomes))
        time.sleep(9)
        assert [first, *map(told, outcomes)] == [title("甲"), title("slow")]


def test_what_a_library_prints_does_no_harm(tmp_path):
    with hostile() as workers:
        assert [told(o) for o in workers.read(requests(tmp_path, "print", "甲"))] == [title("print"), title("甲")]


def test_programs_started_for_a_file_end_with_it(tmp_path):
    with hostile(seconds=1.5) as workers:
        assert told(next(workers.read(requests(tmp_path, "child")))).startswith("读取超过")
    child = int((tmp_path / "child.pid").read_text())
    until = time.monotonic() + 10
    while running(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not running(child)


def running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_wish_to_stop_is_heard_while_a_file_hangs(tmp_path):
    started = time.monotonic()
    with hostile(seconds=60) as workers:
        outcomes = list(workers.read(requests(tmp_path, "甲", "hang"), lambda: time.monotonic() - started > 8))
    assert [told(o) for o in outcomes] == [title("甲")]
    assert time.monotonic() - started < 20


def test_processes_end_with_the_workers(tmp_path):
    workers = hostile()
    list(workers.read(requests(tmp_path, "甲", "乙", "丙")))
    pids = [p.popen.pid for p in workers._processes]
    workers.close()
    assert pids
    assert not any(running(pid) for pid in pids)


def test_no_process_is_started_for_nothing():
    workers = Workers()
    assert (list(workers.read([])), workers._processes) == ([], [])


def test_a_worker_ends_when_the_one_that_asked_is_gone(tmp_path):
    workers = hostile()
    list(workers.read(requests(tmp_path, "甲")))
    process = workers._processes[0]
    process.requests.close()
    assert process.popen.wait(10) == 0
    process.outcomes.close()
