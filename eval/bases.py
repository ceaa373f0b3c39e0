"""The product's base of a set's documents, made once and kept in the work folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from eval.environment import model_identity
from eval.model import Dataset
from ingest.chunk import CHUNKER
from ingest.parse import PARSER
from ingest.records import RECORDS, record_submission
from kb.base import KnowledgeBase
from kb.config import Settings

_DONE = "complete.json"


def base_home(dataset: Dataset, model: str, work: Path) -> Path:
    """Where the base of these documents, by these rules and this model (see ``model_identity``), is kept."""
    key = "\0".join((dataset.documents_digest, RECORDS, PARSER, CHUNKER, model))
    return work / "bases" / hashlib.sha256(key.encode()).hexdigest()[:16]


def prepare_base(
    dataset: Dataset, settings: Settings, work: Path, progress: Callable[[int], None] | None = None
) -> Path:
    """The home of a base that holds every document of the set; what is missing is parsed, embedded and added.

    A run that was stopped is taken up where it stood. ``progress`` gets the number of documents just done.
    """
    home = base_home(dataset, model_identity(settings), work)
    done = home / _DONE
    if done.is_file():
        return home
    home.mkdir(parents=True, exist_ok=True)
    own = settings.apart(home)
    with KnowledgeBase.open(own, write=True, create=True) as base:
        held = {header.policy_id for header in base.documents()}
        if progress is not None and held:
            progress(len(held))
        missing = (record for record in dataset.records.values() if record.record_id not in held)
        base.put_many((record_submission(r.record_id, r.title, r.text) for r in missing), progress)
        state = {"documents": len(base.documents()), "chunks": sum(h.chunks for h in base.documents())}
    done.write_text(json.dumps(state), "utf-8")
    return home
