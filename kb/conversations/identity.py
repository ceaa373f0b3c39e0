"""What answered a question: enough to set up the same again."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version

from kb.base import KnowledgeBase
from kb.model import Answer
from kb.tuning import tuning_text


def identity(base: KnowledgeBase, answer: Answer) -> dict[str, str]:
    """The program, the base and its state, the models and the tuning behind an answer, by name."""
    with base.store.catalog.view() as view:
        index = {"base": view.meta("base"), "embedding": view.meta("embedding")}
    tuned = hashlib.sha256(tuning_text(base.tuning, {}).encode()).hexdigest()[:16]
    settings = base.settings
    found = {
        "program": _version(),
        "mode": answer.mode,
        "generation": str(base.generation),
        "tuning": f"{base.tuning.version}@{tuned}",
        "dense_weight": f"{base.dense_weight:g}",
        "judge": settings.judge,
        "llm": settings.llm_model,
        **index,
    }
    return {name: str(value) for name, value in found.items() if value}


def _version() -> str:
    try:
        return version("zhice")
    except PackageNotFoundError:
        return "source"
