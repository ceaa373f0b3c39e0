"""Uploaded files that others of their name have replaced, kept for a month so that the replacement can be undone."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.errors import KBError

_RECORD, _FILE = "replaced.json", "file"
_KEPT = 30 * 86_400  # seconds
_TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Replaced:
    """A file that was replaced: its name, what its first document was called, when (seconds since 1970)."""

    token: str
    name: str
    title: str
    when: float


def keep(folder: Path, replaced: Replaced, file: Path) -> None:
    """Move a file that was replaced to the folder of such files."""
    place = folder / replaced.token
    place.mkdir(parents=True)
    os.replace(file, place / _FILE)
    (place / _RECORD).write_text(json.dumps(asdict(replaced), ensure_ascii=False), "utf-8")


def kept(folder: Path, token: str) -> tuple[Replaced, Path]:
    """What was kept under a token, and its file. Raises KBError where that is not known any more."""
    place = folder / token
    try:
        if len(token) != _TOKEN_LENGTH or not token.isascii() or not token.isalnum():
            raise ValueError(token)
        replaced = Replaced(**json.loads((place / _RECORD).read_text("utf-8")))
        if not (place / _FILE).is_file() or not isinstance(replaced.when, float):
            raise ValueError(token)
    except (OSError, ValueError, TypeError) as error:
        raise KBError("这次替换已经撤销过，或者太久以前了。") from error
    return replaced, place / _FILE


def forget(folder: Path, token: str) -> None:
    """Throw away what was kept under a token."""
    shutil.rmtree(folder / token, ignore_errors=True)


def recent(folder: Path) -> list[Replaced]:
    """What is kept, the latest first; what is older than a month is thrown away."""
    found: list[Replaced] = []
    for place in folder.glob("*"):
        try:
            replaced, _ = kept(folder, place.name)
        except KBError:
            continue
        if time.time() - replaced.when > _KEPT:
            forget(folder, place.name)
        else:
            found.append(replaced)
    return sorted(found, key=lambda one: -one.when)
