"""A file put in the place of another together with what the base holds of it: both are the old ones, or the new ones.

What was there is kept aside until the base is written. A failure or a crash before the base changed puts it back; one
after that leaves the new file, since the base's documents are of it.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import KBError

_LOG = logging.getLogger(__name__)
_STATE = ".state.json"
_OLD = "old"
#: What the base holds of a file: the generation, and the file's documents with their revisions.
State = dict[str, Any]


class Unfinished(KBError):
    """The base holds at least part of a new file, and its file is in place, but not all was done."""


@dataclass(slots=True)
class Swap:
    """Puts ``new`` in the place of ``target`` for as long as it takes to put it into the base.

    ``state`` says what the base holds of the file; ``aside`` is a folder for what was there, of this swap alone;
    ``keep`` gets what was there once all is done, to move it elsewhere.
    Leaving by an error raises Unfinished where the base has changed, else the error itself, with all as it was.
    """

    new: Path
    target: Path
    aside: Path
    state: Callable[[], State]
    keep: Callable[[Path], None]
    before: State | None = None

    def __enter__(self) -> None:
        """Keep what is there, and put the new file in its place."""
        self.before = self.state()
        self.aside.mkdir(parents=True)
        if self.target.exists():
            shutil.copy2(self.target, self.aside / _OLD)
        _write(self.aside / _STATE, {"name": self.target.name, "before": self.before})
        os.replace(self.new, self.target)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Put back what was there after an error, unless the base has changed."""
        changed = error is not None and self.state() != self.before
        old = self.aside / _OLD
        if (error is None or changed) and old.exists():
            try:
                self.keep(old)
            except OSError:
                _LOG.warning("the replaced file is not kept", exc_info=True)
        if error is not None and not changed:
            os.replace(self.target, self.new)
            if old.exists():
                os.replace(old, self.target)
        shutil.rmtree(self.aside, ignore_errors=True)
        if changed and isinstance(error, Exception):
            raise Unfinished(
                f"新的文件已经放好，但只收录了一部分，或没有收尾（{error}）。再传一次同一个文件就能补完。"
            ) from error


def put_back(aside: Path, folder: Path, state: Callable[[str], State], keep: Callable[[str, Path], None]) -> None:
    """What a swap that a crash cut off kept aside: back in its place in the folder.

    Where the base has changed, ``keep`` gets it with its name.
    """
    try:
        record = json.loads((aside / _STATE).read_text("utf-8"))
        name, before = record["name"], record["before"]
        now = state(name)
        if now["generation"] == before["generation"] or now["documents"] == before["documents"]:
            os.replace(aside / _OLD, folder / name)
        elif (aside / _OLD).exists():
            keep(name, aside / _OLD)
    except (FileNotFoundError, ValueError, KeyError):  # nothing was replaced yet, or there was no file before
        pass
    shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, record: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        json.dump(record, stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
