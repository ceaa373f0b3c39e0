"""A run's folder: what was asked, with what it was done, and every result, written as it comes.

``config.json`` says what the run is, ``environment.json`` with what it is done; ``systems/NAME/results.jsonl`` has a
line a question, ``run.trec`` and ``stats.json`` stand beside it; ``run.json``, ``queries.jsonl`` and ``report.html``
come when it is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eval.dataset import Selection
from eval.errors import EvalError, RunMismatch
from eval.model import Cited, Result, Said, Span
from kb.locks import FileLock

FORMAT = 2
DEPTH = 100  # spans asked of a system
_CONFIG = "config.json"
_CLAIM_SECONDS = 10.0  # for a worker whose parent was killed to notice


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What a run is. Two runs with the same one give the same results; a stopped run is taken up with it.

    ``as_of`` is the day validity is judged on, ``settings`` what of the product's settings bears on results. Digests
    are of what lies outside: the set, the model's files, the tuning file, retrievers' files, the parsing rules.
    """

    selection: Selection
    systems: tuple[str, ...]
    as_of: date
    answers: bool = True
    depth: int = DEPTH
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


class RunFolder:
    """One run on disk."""

    def __init__(self, path: Path) -> None:
        """Name the folder."""
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing to the run. Raises EvalError where one does."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "run.lock")
        if not lock.acquire():
            raise EvalError(f"{self.path} 正由另一个评测写入（{lock.holder()}）。请等它结束，或换一个 --out。")
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def claimed(self, name: str) -> Iterator[None]:
        """Keep other processes from writing to a system's results. Raises EvalError where one goes on doing so."""
        self.system(name).mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.system(name) / "worker.lock")
        if not lock.acquire(_CLAIM_SECONDS):
            raise EvalError(f"{self.system(name)} 正由另一个进程写入（{lock.holder()}）。请等它结束，再运行同一命令。")
        try:
            yield
        finally:
            lock.release()

    def check(self, config: RunConfig) -> list[str]:
        """See that the folder is free or holds the same run; changes nothing. Raises RunMismatch.

        Returns the systems whose files are others now, but that have no result to be mixed up: they can start anew.
        """
        if not self.path.exists():
            return []
        if not self.path.is_dir():
            raise RunMismatch(f"{self.path} 不是文件夹。请换一个 --out。")
        if (self.path / _CONFIG).is_file():
            held, wanted = self._json(_CONFIG), _plain(config)
            changed = [name for name in wanted if held.get(name) != wanted[name]]
            if held.get("format") != FORMAT:
                changed = ["format"]
            differing = list(_differing(held, wanted, changed))
            if not set(differing) <= set(config.systems):
                named = "、".join(differing)
                raise RunMismatch(f"{self.path} 里是另一次评测（{named} 不同）。请换一个 --out，或删除这个文件夹。")
            for name in differing:
                if good := self.good(name):
                    raise RunMismatch(
                        f"{name} 改动过，它已有的 {good} 个问题的结果出自改动前，不能混在一起。请换一个 --out；"
                        f"或删除 {self.system(name)}，再运行同一命令：只重做这个系统，其他系统的结果不受影响。"
                    )
            return differing
        if [p for p in self.path.iterdir() if p.name not in ("run.lock", f"{_CONFIG}.tmp")]:
            raise RunMismatch(f"{self.path} 已存在且不是评测的文件夹。请换一个 --out。")
        return []

    def good(self, name: str) -> int:
        """For how many questions a system has a result that is no error."""
        return sum(result.error is None for result in self.results(name).values())

    def begin(self, config: RunConfig, environment: Mapping[str, Any]) -> list[str]:
        """Start the run, or go on with the same one: what of the environment is another now than at its start."""
        renewed = self.check(config)
        for name in renewed:  # before the config: a crash between the two leaves nothing of the file as it was
            for file in ("results.jsonl", "stats.json", "run.trec"):
                (self.system(name) / file).unlink(missing_ok=True)
        if not (self.path / "environment.json").is_file():
            self.write_json("environment.json", environment)
        if renewed or not (self.path / _CONFIG).is_file():
            self.write_json(_CONFIG, {"format": FORMAT, **_plain(config)})
        held = self._json("environment.json")
        return [name for name in environment if held.get(name) != environment[name]]

    def config(self) -> RunConfig:
        """What the run is. Raises EvalError for a folder without a run."""
        held = self._json(_CONFIG)
        try:
            if held.pop("format") != FORMAT:
                raise EvalError(f"{self.path / _CONFIG} 的格式不认识。请用当前版本、新的 --out 重新评测。")
            chosen = held.pop("selection")
            for name in ("folder", "queries", "qrels", "only"):
                chosen[name] = Path(chosen[name]) if chosen[name] is not None else None
            for name in ("noise", "unanswerable"):
                chosen[name] = tuple(map(Path, chosen[name]))
            held["systems"] = tuple(held["systems"])
            return RunConfig(Selection(**chosen), as_of=date.fromisoformat(held.pop("as_of")), **held)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._damaged(_CONFIG, error) from error

    def system(self, name: str) -> Path:
        """The folder of a system's results; one of its own for every name."""
        if re.fullmatch(r"[a-z0-9-]+", name):
            return self.path / "systems" / name
        slug = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)[-40:]
        return self.path / "systems" / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"

    def results(self, name: str) -> dict[str, Result]:
        """The results there are of a system, by question, the last one of each; a line that was cut off is none.

        Raises EvalError naming a line that is damaged.
        """
        path = self.system(name) / "results.jsonl"
        if not path.is_file():
            return {}
        found: dict[str, Result] = {}
        for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], 1):
            try:
                result = _decoded(json.loads(line))
            except (ValueError, TypeError, KeyError) as error:
                raise EvalError(
                    f"{path} 第 {number} 行已损坏（{error}）。请删去这一行，再运行同一命令补答。"
                ) from error
            found[result.question_id] = result
        return found

    def stats(self, name: str) -> dict[str, Any]:
        """What was measured of a system as a whole."""
        return self._json(f"systems/{self.system(name).name}/stats.json", missing={})

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON file of the run. Raises EvalError where it is missing."""
        return self._json(name)

    def write_json(self, name: str, value: object) -> None:
        """Write a JSON file whole or not at all."""
        self.write_text(name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write a text file whole or not at all."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".tmp")
        draft.write_text(text, "utf-8")
        os.replace(draft, path)

    def _json(self, name: str, missing: dict[str, Any] | None = None) -> dict[str, Any]:
        path = self.path / name
        if not path.is_file() and missing is not None:
            return missing
        try:
            held = json.loads(path.read_text("utf-8"))
        except OSError as error:
            raise EvalError(f"{self.path} 里没有 {name}：不是评测的文件夹，或评测没有跑完。") from error
        except ValueError as error:
            raise self._damaged(name, error) from error
        if not isinstance(held, dict):
            raise self._damaged(name, TypeError("不是对象"))
        return held

    def _damaged(self, name: str, error: Exception) -> EvalError:
        mend = "请换一个 --out 重新评测" if name == _CONFIG else "请删除它再运行同一命令"
        return EvalError(f"{self.path / name} 已损坏（{error}）。{mend}。")


class ResultLog:
    """Appends results to a system's file, each flushed; what a crash cut off is dropped first."""

    def __init__(self, folder: Path) -> None:
        """Open the log of a system."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "results.jsonl"
        if path.is_file():
            whole = path.read_bytes()
            if not whole.endswith(b"\n"):
                os.truncate(path, whole.rfind(b"\n") + 1)
        self._file = path.open("a", encoding="utf-8")

    def append(self, result: Result) -> None:
        """Write one result."""
        self._file.write(json.dumps(_encoded(result), ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _encoded(result: Result) -> dict[str, Any]:
    said = result.said
    return {
        "_id": result.question_id,
        "spans": [[s.policy_id, s.start, s.end] for s in result.spans],
        "said": said
        and {
            "text": said.text,
            "abstained": said.abstained,
            "citations": [[c.policy_id, c.start, c.end, c.quote, c.context] for c in said.citations],
        },
        "search_ms": result.search_ms,
        "answer_ms": result.answer_ms,
        "error": result.error,
    }


def _decoded(row: Mapping[str, Any]) -> Result:
    said = row["said"]
    return Result(
        row["_id"],
        tuple(Span(*span) for span in row["spans"]),
        said and Said(said["text"], said["abstained"], tuple(Cited(*c) for c in said["citations"])),
        row["search_ms"],
        row["answer_ms"],
        row["error"],
    )


def _plain(config: RunConfig) -> dict[str, Any]:
    """A config as JSON types."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(config), default=str))
    return plain


def _differing(held: Mapping[str, Any], wanted: Mapping[str, Any], names: list[str]) -> Iterator[str]:
    """The names of what differs, those inside settings and digests one by one."""
    for name in names:
        ours, theirs = wanted.get(name), held.get(name)
        if name in ("settings", "digests") and isinstance(ours, dict) and isinstance(theirs, dict):
            yield from sorted(k for k in {*ours, *theirs} if ours.get(k) != theirs.get(k))
        else:
            yield name
