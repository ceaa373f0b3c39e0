"""The log: one JSON line for each request and event, with nothing in it that somebody asked, sent or keeps secret.

Messages of exceptions may quote what was asked: without leave to log questions only the kind and the place are told.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO, TypeAlias

REQUESTS = logging.getLogger("zhice.requests")
_OURS = ("zhice", "kb", "ui", "ingest", "eval", "chat_app")
_FRAMES = 12
Raised: TypeAlias = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self, *, questions: bool) -> None:
        """``questions``: what was asked may be told."""
        super().__init__()
        self.questions = questions

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _message(record, self.questions),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            line |= _raised(record.exc_info, self.questions)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A record for a terminal; as discreet as the other."""

    def __init__(self, *, questions: bool) -> None:
        """``questions``: what was asked may be told."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self.questions = questions

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line without what was raised."""
        record.message = _message(record, self.questions)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Where it was raised."""
        told = _raised(ei, self.questions)  # type: ignore[arg-type]
        where = told["trace"]
        assert isinstance(where, list)
        return "\n".join([*(f"  {frame}" for frame in where), f"{told['error']} {told.get('message', '')}".rstrip()])


def set_up(form: str, *, questions: bool, stream: TextIO | None = None) -> None:
    """Log to stderr: ``json``, ``text`` (no line for each request), or ``auto``, which is text on a terminal."""
    stream = stream or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLines(questions=questions) if as_text else JsonLines(questions=questions))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    REQUESTS.setLevel(logging.WARNING if as_text else logging.INFO)


def _message(record: logging.LogRecord, questions: bool) -> str:
    """The message; of other people's code only its fixed part."""
    if questions or record.name.partition(".")[0] in _OURS:
        return record.getMessage()
    return str(record.msg)


def _raised(raised: Raised, questions: bool) -> dict[str, object]:
    kind, error, trace = raised
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)][-_FRAMES:]
    told: dict[str, object] = {"error": kind.__name__ if kind else "", "trace": frames}
    return told | {"message": str(error)} if questions else told
