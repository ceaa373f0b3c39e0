"""How many questions are answered at once, by the page and by the interfaces each."""

from __future__ import annotations

from kb.config import Settings

ALONE = 4  # a processor's work from beginning to end: more at once would only be slower together
_WITH_MODEL = 16  # these mostly wait for the model: slow answers must not hold up those who come after


def places(settings: Settings) -> int:
    """How many; the others wait in line."""
    return _WITH_MODEL if settings.llm_base_url else ALONE
