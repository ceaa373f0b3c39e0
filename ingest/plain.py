"""The text of files of any format, read as sync reads them, for what is no document of the base (a suggestion)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.isolation import Workers
from ingest.reading import Refusal, Request
from kb.config import Settings
from kb.errors import UnreadableFile


def text_of(path: Path, settings: Settings) -> str:
    """The file's text, read in a process of its own. Raises UnreadableFile saying why and what to do."""
    (text,) = texts_of([path], settings)
    return text


def texts_of(paths: Sequence[Path], settings: Settings) -> Iterator[str]:
    """The text of each file, in order, read by processes that all of them share. Raises UnreadableFile."""
    requests = [Request(p.absolute(), str(p.absolute().parent), p.name, settings.max_file_mb) for p in paths]
    count = min(2, len(paths))
    with Workers(count=count, seconds=settings.read_seconds, memory_mb=settings.read_memory_mb) as workers:
        for path, outcome in zip(paths, workers.read(requests), strict=True):
            if isinstance(outcome, Refusal):
                raise UnreadableFile(str(path), f"{outcome.why}。若是扫描件，请先做文字识别；也可以直接粘贴建议的正文")
            yield "\n".join(submission.document.text for submission in outcome.submissions)
