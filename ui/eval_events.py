"""What happens in the tab of the evaluation: a handler for each event. Runs are on disk, never in the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.contrast import Side, side_by_side
from eval.errors import EvalError
from eval.jobs import Job, Jobs, Request, State, summary_of
from eval.offered import add, offered
from kb.accounts import Role
from ui.answers import problem
from ui.caller import need
from ui.deeds import Deeds
from ui.eval_view import differences, figures, listed, running
from ui.events import data_of, message_of
from ui.markup import esc

_MOST_QUESTIONS = 100_000

Updates = dict[Any, Any]
"""What is to change, by component."""


@dataclass(frozen=True, slots=True)
class EvalParts:
    """The components that events change."""

    told: Any
    now: Any
    runs: Any
    result: Any
    left: Any
    right: Any
    dataset: Any
    chosen: Any
    timer: Any

    @property
    def outputs(self) -> list[Any]:
        """All of them."""
        return [getattr(self, name) for name in self.__slots__]


class EvalEvents:
    """The handlers of the tab: each returns what is to change, by component."""

    def __init__(self, jobs: Jobs, parts: EvalParts, deeds: Deeds | None = None) -> None:
        """``deeds`` logs what is changed."""
        self.jobs, self.p, self.deeds = jobs, parts, deeds or Deeds()

    def state(self, said: str = "", asking: str = "", chosen: str = "") -> Updates:
        """Everything as it stands, but for the figures shown."""
        import gradio as gr

        p, there = self.p, self.jobs.jobs()
        busy = _busy(there)
        sides = [
            (f"{job.request.asked_at}　{job.request.dataset}　{system}", f"{job.job_id}:{system}")
            for job in there
            if job.state is State.DONE
            for system in job.request.systems
        ]
        return {
            p.told: said,
            p.now: running(busy) if busy else "",
            p.runs: listed(there, chosen, asking),
            p.left: gr.update(choices=sides),
            p.right: gr.update(choices=sides),
            p.timer: gr.Timer(active=busy is not None),
        }

    def shown(self, job_id: str, said: str = "") -> Updates:
        """A finished run's figures, or none."""
        job = self.jobs.job(job_id) if job_id else None
        page = figures(job, summary_of(self.jobs, job_id)) if job else ""
        return self.state(said, chosen=job_id) | {self.p.result: page, self.p.chosen: job_id}

    def load(self) -> Updates:
        """A page that was opened: the sets there are, the runs, and the one in progress."""

        def work() -> Updates:
            sets = self._sets()
            return self.state() | {self.p.dataset: self._choices(sets[0][1] if sets else None)}

        return self._guarded(work)

    def begin(self, dataset: str, systems: Sequence[str], count: float | None, answers: bool) -> Updates:
        """Start a run."""

        def work() -> Updates:
            need(Role.EDITOR)
            with self.deeds.noted("开始评测", f"{dataset or ''}（{'、'.join(systems)}）"):
                self.jobs.start(Request(dataset or "", tuple(systems), _count(count), answers))
            return self.state()

        return self._guarded(work)

    def tick(self, chosen: str) -> Updates:
        """The run in progress a moment later; once it is done, its figures. Whatever is wrong, the watch then ends."""
        return self._guarded(lambda: self._watched(chosen))

    def _watched(self, chosen: str) -> Updates:
        there = self.jobs.jobs()
        busy = _busy(there)
        if busy:
            return {self.p.now: running(busy)}
        if there and there[0].state is State.DONE and there[0].job_id != chosen:
            return self.shown(there[0].job_id, _said(f"{there[0].request.dataset} 评测完成。"))
        return self.state(chosen=chosen)

    def pressed(self, event: Any, chosen: str) -> Updates:  # noqa: ANN401 - gradio is imported late
        """A button of the list, or of the run in progress."""
        given = data_of(event)
        return self._guarded(lambda: self._do(given.get("do", ""), given.get("id", ""), chosen))

    def _do(self, do: str, job_id: str, chosen: str) -> Updates:
        if do == "show":
            return self.shown(job_id)
        need(Role.EDITOR)
        if do == "delete":
            with self.deeds.noted("删除评测", job_id):
                self.jobs.delete(job_id)
            return self.shown("" if chosen == job_id else chosen, _said("已删除。"))
        if do == "stop":
            with self.deeds.noted("停止评测", job_id):
                self.jobs.stop(job_id)
            return self.state(_said("已停止，做完的都保留。"), chosen=chosen)
        if do == "resume":
            with self.deeds.noted("接着评测", job_id):
                self.jobs.resume(job_id)
        return self.state(asking=job_id if do == "ask-delete" else "", chosen=chosen)

    def take_in(self, name: str, files: Sequence[str] | None) -> Updates:
        """Add a set of the reader's own."""

        def work() -> Updates:
            need(Role.EDITOR)
            with self.deeds.noted("加入题集", name or ""):
                made = add(self.jobs.home, name or "", {Path(f).name: Path(f) for f in files or ()})
            said = _said(f"已加入题集“{made.name}”，{made.questions} 题。")
            return self.state(said) | {self.p.dataset: self._choices(made.name)}

        return self._guarded(work)

    def contrast(self, left: str | None, right: str | None) -> str:
        """Two systems side by side."""
        if not left or not right or left == right:
            return problem("请在甲、乙各选一个，而且不是同一个。")
        try:
            return differences(side_by_side(self._side(left), self._side(right)))
        except Exception as error:  # whatever goes wrong, the reader gets a message
            return problem(message_of(error))

    def _side(self, value: str) -> Side:
        job_id, _, system = value.partition(":")
        return Side.of(f"{self.jobs.run_folder(job_id)}:{system}")

    def _sets(self) -> list[tuple[str, str]]:
        return [(f"{one.about}（{one.questions} 题）", one.name) for one in offered(self.jobs.home)]

    def _choices(self, value: str | None) -> Any:  # noqa: ANN401
        import gradio as gr

        return gr.update(choices=self._sets(), value=value)

    def _guarded(self, work: Callable[[], Updates]) -> Updates:
        try:
            return work()
        except Exception as error:  # whatever goes wrong, the reader gets a message and keeps what was typed
            said = problem(message_of(error))
        try:
            return self.state(said)
        except Exception as error:  # not even the runs can be listed: nothing to watch
            return {self.p.told: problem(message_of(error)), self.p.timer: _resting()}


def _resting() -> Any:  # noqa: ANN401
    import gradio as gr

    return gr.Timer(active=False)


def _busy(jobs: Sequence[Job]) -> Job | None:
    return next((job for job in jobs if job.state is State.RUNNING), None)


def _count(typed: float | None) -> int | None:
    if not typed:
        return None
    if not 2 <= typed <= _MOST_QUESTIONS:
        raise EvalError("只用多少题：请填 2 以上的整数，或 0（全部）。")
    return int(typed)


def _said(text: str) -> str:
    return f'<p class="hint" role="status">{esc(text)}</p>'
