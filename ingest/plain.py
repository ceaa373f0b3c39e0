"""The text of one file of any format, read as sync reads it, for what is no document of the base (a suggestion)."""

from __future__ import annotations

from pathlib import Path

from ingest.isolation import Workers
from ingest.reading import Refusal, Request
from kb.config import Settings
from kb.errors import UnreadableFile


def text_of(path: Path, settings: Settings) -> str:
    """The file's text, read in a process of its own. Raises UnreadableFile saying why and what to do."""
    request = Request(path.absolute(), str(path.absolute().parent), path.name, settings.max_file_mb)
    with Workers(count=1, seconds=settings.read_seconds, memory_mb=settings.read_memory_mb) as workers:
        outcome = next(iter(workers.read([request])))
    if isinstance(outcome, Refusal):
        raise UnreadableFile(str(path), f"{outcome.why}。若是扫描件，请先做文字识别；也可以直接粘贴建议的正文")
    return "\n".join(submission.document.text for submission in outcome.submissions)
