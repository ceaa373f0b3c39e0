"""One system on one run, in a process of its own, so that its memory is its own: ``python -m eval.worker``.

``prepare`` makes what is kept between runs, ``answer`` asks the questions that have no result yet.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from eval.dataset import load
from eval.errors import EvalError
from eval.faults import told
from eval.model import Question, Result
from eval.process import take_sigterm_as_ctrl_c, worker
from eval.progress import bar, noted
from eval.runs import ResultLog, RunConfig, RunFolder
from eval.systems import Context, Progress, System, find_system
from kb.commands.common import Parser, guarded
from kb.config import load_settings
from kb.errors import KBError, QuestionInvalid

STAGES = ("prepare", "answer")
_WARM_UP = 2  # the product's first search does without Chroma, its second opens it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one stage; the exit code."""
    parser = Parser(prog="python -m eval.worker")
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("run", type=Path)
    parser.add_argument("system")
    parser.add_argument("--work", type=Path, required=True)
    given = worker(parser, arguments)
    return guarded(lambda: _run(given), "已中断。已有的结果都已保存，重新运行同一命令即可接着完成。")


def _run(given: argparse.Namespace) -> int:
    run = RunFolder(given.run)
    with run.claimed(given.system):
        return _stage(run, given)


def _stage(run: RunFolder, given: argparse.Namespace) -> int:
    config = run.config()
    dataset = load(config.selection)
    if dataset.digest != config.digests.get("dataset"):
        raise EvalError(f"{config.selection.folder} 在评测途中改动过。请换一个 --out 重新评测。")
    settings = load_settings(**config.settings)
    context = Context(dataset, settings, given.work, config.as_of)
    kind = find_system(given.system)
    started = time.monotonic()
    if given.stage == "prepare":
        with _told(run, given, f"{given.system} 准备", len(dataset.records), "个文件") as progress:
            kind.prepare(context, progress)
        _note(run, given.system, prepare_seconds=time.monotonic() - started, prepare_memory_mb=_peak_memory_mb())
        return 0
    known = {i for i, result in run.results(given.system).items() if result.error is None}
    left = [q for q in dataset.questions if q.question_id not in known]
    try:
        with (
            closing(kind.open(context)) as system,
            _told(run, given, given.system, len(dataset.questions), "题") as progress,
        ):
            progress(len(known))
            _answer_all(system, left, config, ResultLog(run.system(given.system)), progress)
    finally:
        _note(run, given.system, answer_seconds=time.monotonic() - started, peak_memory_mb=_peak_memory_mb())
    return 0


@contextmanager
def _told(run: RunFolder, given: argparse.Namespace, title: str, total: int, unit: str) -> Iterator[Progress]:
    """Progress on the terminal, and in the run's folder for whoever watches from elsewhere."""

    def note(done: int) -> None:
        run.write_json("progress.json", {"system": given.system, "stage": given.stage, "done": done, "total": total})

    with bar(title, total, unit) as shown, noted(note) as kept:

        def both(count: int) -> None:
            shown(count)
            kept(count)

        yield both


def _answer_all(
    system: System, questions: Sequence[Question], config: RunConfig, log: ResultLog, progress: Progress
) -> None:
    with closing(log):
        for question in list(questions[:1]) * _WARM_UP:
            _timed(system, question, config)  # the first ones pay for loading: they are not measured
        for question in questions:
            log.append(_timed(system, question, config))
            progress(1)


def _timed(system: System, question: Question, config: RunConfig) -> Result:
    """A system's result for one question; a question it cannot take has an error, and the others go on."""
    try:
        started = time.perf_counter()
        spans = tuple(system.search(question, config.depth))
        searched = time.perf_counter()
        said = system.ask(question) if system.answers and config.answers else None
        answered = time.perf_counter()
    except QuestionInvalid as error:
        return Result(question.question_id, error=str(error))
    except KBError:
        raise  # the base or the set is at fault: every other question would fail as well
    except KeyboardInterrupt:
        raise
    except SystemExit as error:
        raise EvalError(f"检索器调用了 sys.exit（{told(error)}）。请改为返回结果，或抛出异常。") from error
    except BaseException as error:  # noqa: BLE001 - one question's fault counts as no result, and is named in the report
        return Result(question.question_id, error=told(error))
    return Result(
        question.question_id,
        spans,
        said,
        search_ms=(searched - started) * 1000,
        answer_ms=(answered - searched) * 1000 if said is not None else None,
    )


def _note(run: RunFolder, system: str, **measured: float) -> None:
    """Add figures to a system's; of several processes the greater memory counts, and seconds add up."""
    held = run.stats(system)
    for name, value in measured.items():
        before = held.get(name, 0.0)
        held[name] = round(max(before, value) if name.endswith("_mb") else before + value, 2)
    run.write_json(f"systems/{run.system(system).name}/stats.json", held)


def _peak_memory_mb() -> float:
    """This process's greatest resident memory so far in MB (10^6 bytes), as the kernel counts it."""
    try:
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except (OSError, ValueError):
        pass
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    take_sigterm_as_ctrl_c()
    sys.exit(main())
