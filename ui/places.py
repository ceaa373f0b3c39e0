"""How many questions are answered at once and how many wait, by the page and by the interfaces each."""

from __future__ import annotations

import threading

from kb.config import Settings
from kb.errors import KBError

ALONE = 4  # a processor's work from beginning to end: more at once would only be slower together
WAITING = 64  # a roomful of readers who ask at once is answered, not turned away
_WITH_MODEL = 16  # these mostly wait for the model: slow answers must not hold up those who come after


def places(settings: Settings) -> int:
    """How many; the others wait in line."""
    return _WITH_MODEL if settings.llm_base_url else ALONE


class Crowded(KBError):
    """As many questions wait as can."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("现在提问的人太多，排不上队，没有开始回答。请过一会儿再问。")


class Room:
    """How many are answered at once, and how many wait; conversations of different accounts share it."""

    def __init__(self, at_once: int = ALONE, waiting: int = WAITING) -> None:
        """``at_once`` answers are made; so many more wait in line."""
        self.answers = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self.follow_ups = threading.Lock()  # they must not slow those who ask

    def enter(self) -> None:
        """Take a place, until ``leave``. Raises Crowded where there is none."""
        if not self._places.acquire(blocking=False):
            raise Crowded

    def leave(self) -> None:
        """Give a place up."""
        self._places.release()
