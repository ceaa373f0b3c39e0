"""A run's folder: what was asked, with what it was done, and every result, written as it comes.

``config.json`` says what the run is, ``environment.json`` with what it is done; ``systems/NAME/results.jsonl`` has a
line a question, ``run.trec`` and ``stats.json`` stand beside it; ``run.json``, ``queries.jsonl`` and ``report.html``
come when it is done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.dataset import Selection
from eval.errors import EvalError, RunMismatch
from eval.model import Cited, Result, Said, Span

FORMAT = 1
DEPTH = 100  # spans asked of a system


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What a run is. Two runs with the same one give the same results; a stopped run is taken up with it.

    ``tuning`` is the tuning file (None: the shipped one), ``as_of`` the day validity is judged on.
    """

    selection: Selection
    systems: tuple[str, ...]
    as_of: date
    answers: bool = True
    depth: int = DEPTH
    seed: int = 0
    embedding: str = "bundled"
    tuning: Path | None = None
    dataset_digest: str = ""
    tuning_digest: str = ""


class RunFolder:
    """One run on disk."""

    def __init__(self, path: Path) -> None:
        """Name the folder."""
        self.path = path

    def begin(self, config: RunConfig) -> None:
        """Start the run, or go on with the same one. Raises RunMismatch where the folder holds something else."""
        stored = self.path / "config.json"
        wanted = _plain(config)
        if stored.is_file():
            held = self._json("config.json")
            changed = [name for name in wanted if held.get(name) != wanted[name]]
            if changed or held.get("format") != FORMAT:
                differing = "、".join(changed) or "format"
                raise RunMismatch(f"{self.path} 里是另一次评测（{differing} 不同）。请换一个 --out，或删除这个文件夹。")
            return
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise RunMismatch(f"{self.path} 已存在且不是评测的文件夹。请换一个 --out。")
        self.path.mkdir(parents=True, exist_ok=True)
        self.write_json("config.json", {"format": FORMAT, **wanted})

    def config(self) -> RunConfig:
        """What the run is. Raises EvalError for a folder without a run."""
        held = self._json("config.json")
        if held.pop("format", None) != FORMAT:
            raise EvalError(f"{self.path / 'config.json'} 的格式不认识。请用当前版本重新评测。")
        chosen = held.pop("selection")
        for name in ("folder", "queries", "qrels", "only"):
            chosen[name] = _path(chosen[name])
        for name in ("noise", "unanswerable"):
            chosen[name] = tuple(map(Path, chosen[name]))
        held |= {"systems": tuple(held["systems"]), "tuning": _path(held["tuning"])}
        return RunConfig(Selection(**chosen), as_of=date.fromisoformat(held.pop("as_of")), **held)

    def system(self, name: str) -> Path:
        """The folder of a system's results."""
        return self.path / "systems" / "".join(c if c.isalnum() or c in "-_." else "_" for c in name)

    def results(self, name: str) -> dict[str, Result]:
        """The results there are of a system, by question; a last line that was cut off is passed over."""
        path = self.system(name) / "results.jsonl"
        if not path.is_file():
            return {}
        return {result.question_id: result for result in _results(path)}

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
            raise EvalError(f"{path} 已损坏（{error}）。请删除它再运行同一命令。") from error
        if not isinstance(held, dict):
            raise EvalError(f"{path} 已损坏。请删除它再运行同一命令。")
        return held


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


def _results(path: Path) -> Iterator[Result]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield _decoded(json.loads(line))


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


def _path(value: str | None) -> Path | None:
    return Path(value) if value is not None else None
